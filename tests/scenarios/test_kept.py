"""Pages of a run take the figures that another page of it has made."""

from pathlib import Path

import pytest

from workforce.inputs import load_inputs
from workforce.scenarios import simulation
from workforce.scenarios.simulation import simulate

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
ASKED = {"draws": 20, "variables": ["headcount"]}


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(SAMPLE, region="9012", horizon=2)


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Count the projections that are made while figures are kept."""
    monkeypatch.setenv("WORKFORCE_OPENED", str(tmp_path))
    projections = []
    project = simulation.project

    def counted(*given, **how):
        projections.append(1)
        return project(*given, **how)

    monkeypatch.setattr(simulation, "project", counted)
    return projections


def test_a_scenario_is_projected_once_for_all_pages_of_a_run_that_show_it(inputs, made):
    first = simulate(inputs, ["baseline"], seed=1, **ASKED)
    again = simulate(inputs, ["baseline"], seed=1, **ASKED)
    assert again.identical(first)
    assert len(made) == 1
    simulate(inputs, ["baseline", "healthy_ageing"], seed=1, **ASKED)
    assert len(made) == 2


def test_figures_of_other_inputs_or_another_seed_are_made_anew(inputs, made):
    simulate(inputs, ["baseline"], seed=1, **ASKED)
    simulate(inputs, ["baseline"], seed=2, **ASKED)
    more = inputs.assign(staff=inputs["staff"] * 1.001)
    simulate(more, ["baseline"], seed=1, **ASKED)
    simulate(inputs, ["baseline"], seed=1, draws=21, variables=["headcount"])
    simulate(inputs, ["baseline"], seed=1, draws=20, variables=["supply_fte"])
    assert len(made) == 5


def test_a_copy_that_is_cut_off_is_made_again(inputs, made, tmp_path):
    first = simulate(inputs, ["baseline"], seed=1, **ASKED)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:100])
    assert simulate(inputs, ["baseline"], seed=1, **ASKED).identical(first)
    assert len(made) == 2


def test_without_a_run_nothing_is_kept(inputs, made, monkeypatch, tmp_path):
    monkeypatch.delenv("WORKFORCE_OPENED")
    simulate(inputs, ["baseline"], seed=1, **ASKED)
    assert not any(tmp_path.iterdir())
