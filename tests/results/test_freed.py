"""FTE that higher output frees, by post: against the need, and without sums that tell too much."""

from pathlib import Path

import polars as pl
import pytest
import xarray as xr

import workforce as wf
from workforce.contract.results import ROW
from workforce.results.freed import freed_rows
from workforce.scenarios.effects import effect_draw
from workforce.scenarios.scenario import apply_scenario

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CARE = {"lever": "digitalisation", "percent": 4, "sectors": ["health_care"]}
NURSES = {"lever": "digitalisation", "percent": 4, "occupations": ["2223"]}


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    found: xr.Dataset = wf.load_inputs(SAMPLE, region="9006", horizon=3)
    return found


def rows_of(inputs: xr.Dataset, *measures: dict[str, object]) -> pl.DataFrame:
    return freed_rows(inputs, "mine", measures, draws=20, seed=1)


def test_what_is_freed_is_the_need_without_the_measure_less_the_need_with_it(inputs):
    rows = rows_of(inputs, CARE)
    assert rows.schema == ROW
    need = wf.project(inputs)["demand_fte"].isel(region=0, year=-1)
    care = need.sel(sector="health_care")
    told = dict(rows.select("occupation", "central").iter_rows())
    # What comes of four per cent of the work: of the need of every post, and so of their sum.
    more = (1.0 / 0.96 - 1.0) * float(effect_draw(CARE, draws=20, seed=1).sel(draw=0))
    part = 1.0 - 1.0 / (1.0 + more)
    assert 0.0 < part < 0.04
    assert told.pop("all") == pytest.approx(part * float(care.sum()))
    for code, freed in told.items():
        assert freed == pytest.approx(part * float(care.sel(occupation=code)))
    assert set(rows["sector"]) == {"all", "health_care"}
    assert (rows["lower"] < rows["central"]).all()
    assert (rows["central"] < rows["upper"]).all()


def test_tasks_that_are_shared_are_not_taken_off_what_is_freed(inputs):
    shared = {"lever": "task_sharing", "percent": 100}
    alone, both = rows_of(inputs, CARE), rows_of(inputs, CARE, shared)
    assert both.equals(alone)


def test_sums_of_what_is_freed_add_up_over_posts_and_over_service_areas(inputs):
    nurses = rows_of(inputs, NURSES)
    posts = nurses.filter(pl.col("occupation") != "all")
    whole = nurses.filter(occupation="all", sector="all")["central"].item()
    assert whole == pytest.approx(posts["central"].sum())
    everywhere = rows_of(inputs, {"lever": "productivity", "percent": 2})
    sums = everywhere.filter(occupation="all")
    assert sums.filter(sector="all")["central"].item() == pytest.approx(
        sums.filter(pl.col("sector") != "all")["central"].sum()
    )


def test_nothing_is_told_where_output_does_not_rise(inputs):
    absence = {"lever": "absence", "points": -0.5}
    lower = {"lever": "productivity", "percent": -2}
    assert rows_of(inputs, absence).is_empty()
    assert rows_of(inputs, lower).is_empty()
    assert apply_scenario(inputs, [lower])["productivity"].max() == 1.0
