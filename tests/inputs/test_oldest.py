"""An open group of the oldest is spread over the ages in it, and what comes of it is close."""

from pathlib import Path

import polars as pl
import pytest

from workforce.contract.about import about
from workforce.contract.folder import some_tables
from workforce.inputs import load_inputs
from workforce.inputs.oldest import OLDEST, spread_oldest
from workforce.model.projection import project_inhabitants
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
TOWNS = ("9003", "9010", "90")


@pytest.fixture(scope="module")
def whole():
    """Inhabitants and users of a few places of the sample, by single age to 105."""
    names = ("regions", "population", "population_projection", "service_use")
    tables = some_tables(open_folder(SAMPLE), *names)
    kept = tables["regions"].filter(
        pl.col("region").is_in(["9003", "9010"]) | (pl.col("level") == "county")
    )
    places = kept["region"].to_list()
    found = {name: t.filter(pl.col("region").is_in(places)) for name, t in tables.items()}
    found["regions"] = found["regions"].with_columns(comparison_group=pl.lit(None, pl.String))
    return found


def opened(tables, age):
    """Close the ages at an open group."""
    found = dict(tables)
    for name in set(tables) - {"regions"}:
        measure = "users" if name == "service_use" else "persons"
        keys = [column for column in tables[name].columns if column != measure]
        older = tables[name].with_columns(pl.col("age").clip(upper_bound=age))
        found[name] = older.group_by(keys, maintain_order=True).agg(pl.col(measure).sum())
    return found


def write(tables, folder, *names):
    for name in names:
        tables[name].write_csv(folder / f"{name}.csv")
    return folder


def persons(inputs, year, age):
    path = project_inhabitants(inputs).sum("sex").sel(age=slice(age, None), year=year)
    return float(path.sum())


@pytest.mark.parametrize("region", TOWNS)
def test_those_over_90_ten_years_on_are_close_where_the_ages_are_open_at_90(
    whole, tmp_path, region
):
    right = load_inputs(write(whole, tmp_path, "regions", "population"), region=region)
    write(opened(whole, 90), tmp_path, "population")
    inputs = load_inputs(tmp_path, region=region)
    year = right.attrs["base_year"]
    assert persons(inputs, year, 90) == pytest.approx(persons(right, year, 90))
    assert persons(inputs, year + 10, 90) == pytest.approx(persons(right, year + 10, 90), rel=0.02)


def test_those_over_70_ten_years_on_are_close_where_the_ages_are_open_at_70(whole, tmp_path):
    right = load_inputs(write(whole, tmp_path, "regions", "population"), region="90")
    write(opened(whole, 70), tmp_path, "population")
    inputs = load_inputs(tmp_path, region="90")
    year = right.attrs["base_year"] + 10
    assert persons(inputs, year, 70) == pytest.approx(persons(right, year, 70), rel=0.05)


def test_the_spread_is_marked_as_the_nations_and_full_ages_are_not(whole, tmp_path):
    def variables(inputs):
        return {mark.variable for mark in about(inputs).borrowed}

    write(whole, tmp_path, "regions", "population")
    assert "oldest_ages" not in variables(load_inputs(tmp_path, region="9010", horizon=1))
    write(opened(whole, 95), tmp_path, "population")
    assert "oldest_ages" in variables(load_inputs(tmp_path, region="9010", horizon=1))


@pytest.mark.parametrize("age", [67, 90, 99])
def test_sums_over_the_open_group_and_all_below_it_stay_as_they_are(whole, age):
    given = opened(whole, age)
    spread = spread_oldest(given)
    for name, measure in (("population", "persons"), ("service_use", "users")):
        assert spread[name]["age"].max() == OLDEST
        assert spread[name][measure].min() >= 0
        back = opened({name: spread[name]}, age)[name]
        keys = [column for column in back.columns if column != measure]
        both = back.join(given[name], on=keys, how="full", suffix="_given")
        assert both[measure].null_count() == both[f"{measure}_given"].null_count() == 0
        assert (both[measure] - both[f"{measure}_given"]).abs().max() < 1e-9


def test_a_projection_that_opens_before_the_population_gets_its_ages(whole):
    given = whole | {
        "population_projection": opened(whole, 90)["population_projection"],
    }
    spread = spread_oldest(given)
    assert spread["population"] is given["population"]
    assert spread["population_projection"]["age"].max() == OLDEST


def test_an_older_age_than_the_population_has_counts_in_its_open_group(whole, tmp_path):
    names = ("regions", "population_projection")
    write(whole, tmp_path, *names)
    write(opened(whole, 100), tmp_path, "population")
    inputs = load_inputs(tmp_path, region="9010", horizon=3)
    right = load_inputs(write(whole, tmp_path, "population"), region="9010", horizon=3)
    year = right.attrs["base_year"] + 3
    assert persons(inputs, year, 95) == pytest.approx(persons(right, year, 95))
