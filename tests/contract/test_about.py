"""What a Dataset tells beside its arrays."""

from pathlib import Path

import pytest
import xarray as xr
import yaml

from workforce.contract.about import About, about, is_invented, is_source

PARAMS = Path(__file__).parents[2] / "params"


def test_inputs_made_by_hand_tell_nothing():
    assert about(xr.Dataset()) == About()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_sizes_made_up_for_the_example_are_no_sources_in_any_language(language):
    text = (PARAMS / "mobilise.yaml").read_text(encoding="utf-8")
    scenarios = yaml.safe_load(text)["scenarios"].values()
    steps = [step for one in scenarios for step in one["measures"]]
    sources = [step["source"][language] for step in steps if "source" in step]
    assert sources
    assert all(map(is_invented, sources))
    assert not any(map(is_source, sources))


def test_an_assumption_is_no_source():
    assert not any(map(is_source, ["Forutsetning: 2 %", "forutsatt av oss", "føresett", "assumed"]))
    assert is_source("KS, 2023")
