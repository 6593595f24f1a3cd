"""Where the width of an interval comes from."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workforce.errors import ParameterError
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.draws import SOURCES, draw_inputs, with_draws
from workforce.scenarios.uncertainty import width_by_source

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
KEYS = ["region", "sector", "occupation"]


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(SAMPLE, region="9005", horizon=4)


def widths(inputs, variable, **changed):
    settings = {"draws": 60, "seed": 5, "variable": variable, "year": 2029, "by": ["sector"]}
    return width_by_source(inputs, "baseline", **(settings | changed))


@pytest.fixture(scope="module")
def shortage(inputs):
    return widths(inputs, "shortage_fte")


def test_shares_sum_to_one_for_every_figure(shortage):
    sums = shortage.group_by(KEYS).agg(pl.col("share").sum(), pl.col("source").n_unique())
    np.testing.assert_allclose(sums["share"], 1.0, atol=1e-9)
    assert set(sums["source"]) == {len(SOURCES)}


def test_the_spread_is_that_of_the_draws_of_a_simulation(inputs, shortage):
    drawn = with_draws(inputs, draw_inputs(inputs, draws=60, seed=5))
    values = project(drawn, seed=5)["shortage_fte"].sel(year=2029).isel(draw=slice(1, None))
    spread = float(values.sum(["region", "sector", "occupation"]).std(ddof=1))
    assert shortage.filter(sector="all", occupation="all")["sd"].to_list() == pytest.approx(
        [spread] * 4
    )


def test_demand_owes_nothing_to_chance_or_behaviour_and_all_to_people_and_assumptions(inputs):
    demand = widths(inputs, "demand_fte").filter(sector="all", occupation="all")
    share = dict(demand.select("source", "share").iter_rows())
    assert share["chance"] == pytest.approx(0.0, abs=1e-12)
    assert share["behaviour"] == pytest.approx(0.0, abs=1e-12)
    assert min(share["population"], share["assumptions"]) > 0.05


def test_chance_counts_for_more_in_a_smaller_post(inputs):
    by_post = widths(inputs, "headcount", by=["sector", "occupation"]).filter(source="chance")
    every = by_post.filter((pl.col("sector") != "all") & (pl.col("occupation") != "all"))
    whole = by_post.filter(sector="all", occupation="all")["share"].item()
    assert every["share"].mean() > whole


def test_the_inhabitants_owe_their_width_to_the_population_alone(inputs):
    table = widths(inputs, "population_by_band").filter(source="population")
    np.testing.assert_allclose(table["share"], 1.0)
    np.testing.assert_allclose(table["alone"], 1.0)


def test_a_year_that_is_not_projected_is_refused_with_those_that_are(inputs):
    with pytest.raises(ParameterError, match="2026 to 2030"):
        widths(inputs, "shortage_fte", year=2050)


def test_what_is_the_same_in_all_draws_has_no_shares(inputs):
    assert len(widths(inputs, "shortage_fte", year=2026)) == 0
