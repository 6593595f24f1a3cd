"""Competence by age, cause and unit: its parts sum to what is told without them."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workforce import load_inputs, project, simulate
from workforce.results.table import results_table

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(SAMPLE, region="9010", horizon=3)


@pytest.mark.parametrize("seed", [None, 7])
def test_ages_and_causes_sum_to_what_is_held_and_what_leaves(inputs, seed):
    result = project(inputs, seed=seed, competence_detail=True)
    plain = project(inputs, seed=seed)
    assert "competence_by_age" not in plain
    for name, part, dim in (
        ("competence_held", "competence_by_age", "age_group"),
        ("competence_drain", "competence_drain_by_cause", "cause"),
    ):
        np.testing.assert_allclose(result[part].sum(dim), result[name], atol=1e-9)
        np.testing.assert_allclose(result[name], plain[name], atol=1e-12)


def test_holders_are_the_staff_times_the_share_that_holds(inputs):
    result = project(inputs, competence_detail=True)
    heads = inputs["staff"].sum("sex").isel(region=0)
    wanted = (heads * inputs["holding"]).sum(["occupation", "working_age"])
    found = result["competence_holders"].isel(region=0, year=0)
    np.testing.assert_allclose(found, wanted.sel(sector=found["sector"]))
    units = (inputs["unit_share"].isel(region=0) > 0).sum("service_unit")
    covered = result["units_covered"].isel(region=0).max(["competence", "year"])
    assert (covered <= units.sel(sector=covered["sector"]) + 1e-9).all()


def test_rows_of_parts_rest_on_the_holders_and_ages_are_hidden_together(inputs):
    simulated = simulate(inputs, ["baseline"], draws=20, seed=1, competence_detail=True)
    table = results_table(simulated, inputs)
    causes = table.filter(dimension="competence_cause", variable="competence_drain_by_cause")
    assert set(causes["detail"]) == set(inputs["cause"].values)
    ages = table.filter(dimension="competence_age", variable="competence_by_age")
    assert ages["persons"].null_count() == 0
    held = {"variable": "competence_held", "sector": "all", "category": ages["category"][0]}
    whole = table.filter(pl.col("year") == 2026, **held)["persons"].item()
    each = ages.filter(sector="all", category=ages["category"][0], year=2026)["persons"]
    # Each group of ages is rounded up by itself.
    assert whole <= each.sum() <= whole + len(each)
    sizes = table.filter(dimension="unit_size")
    assert set(sizes["category"]) == {"small", "large", "every"}
    assert (sizes.filter(sector="all")["persons"] > 0).all()
