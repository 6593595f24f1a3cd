"""What a folder of tables becomes before it is projected."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr

from workforce.contract.about import about
from workforce.errors import MissingDataError, ParameterError
from workforce.inputs import base_persons, load_inputs
from workforce.model.projection import project
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def town():
    return load_inputs(SAMPLE, region="9003", base_year=2026, horizon=10)


def test_base_year_fte_is_what_the_staff_table_says(town):
    staff = pl.read_parquet(SAMPLE / "staff.parquet").filter(region="9003", year=2026)
    fte = float((town["staff"] * town["position_share"]).sum())
    assert fte == pytest.approx(staff["fte"].sum(), rel=1e-12)
    assert float(town["staff"].sum()) == staff["persons"].sum()


def test_base_year_shortage_equals_the_unfilled_posts_measured(town):
    result = project(town)
    measured = town["measured_shortage"].sel(line="unfilled", drop=True)
    measured = measured.sel(sector=result["sector"], occupation=result["occupation"])
    first = result["shortage_fte"].sel(year=2026, drop=True)
    assert float(abs(first - measured).max()) < 1e-9


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"region": 8003}, 'region is 8003; a code is text.*"8003"'),
        ({"region": ["9003", 8004]}, "region is 8004; a code is text"),
        ({"sectors": 5}, "sectors is 5; a code is text"),
        ({"region": True}, "region is True, which is no code. Give a code as text"),
        ({"region": [None]}, "region is None, which is no code"),
        ({"region": []}, r"region is \[\], which is no code.*leave region out for all"),
        ({"sectors": []}, r"sectors is \[\], which is no code"),
        ({"horizon": "10"}, "horizon is '10'; give a whole number"),
        ({"horizon": True}, "horizon is True; give a whole number"),
    ],
)
def test_what_cannot_be_a_code_or_a_horizon_is_told_in_a_sentence(asked, told):
    with pytest.raises(ParameterError, match=told):
        load_inputs(SAMPLE, **asked)


def test_a_region_asked_for_twice_is_there_once(town):
    twice = load_inputs(SAMPLE, region=["9003", "9003"], base_year=2026, horizon=10)
    xr.testing.assert_allclose(twice, town)


def test_no_rate_is_negative_or_missing(town):
    for name, array in town.data_vars.items():
        assert np.isfinite(array.values.astype(float)).all(), name
        if name != "net_migration":
            assert float(array.min()) >= 0, name


def test_a_place_by_itself_with_another_and_with_all_has_the_same_inputs(town):
    for asked in (["9001", "9003"], None):
        several = load_inputs(SAMPLE, region=asked, base_year=2026, horizon=10)
        for name, array in town.items():
            same = several[name].sel(region=["9003"]) if "region" in array.dims else several[name]
            xr.testing.assert_allclose(
                same.reindex_like(array).drop_attrs(), array.drop_attrs(), rtol=1e-12, atol=1e-15
            )


def test_what_is_written_into_the_inputs_of_a_place_does_not_reach_the_next(town):
    folder = open_folder(SAMPLE)
    for array in load_inputs(folder, region="9003", base_year=2026, horizon=10).values():
        array.values[...] = 0
    again = load_inputs(folder, region="9003", base_year=2026, horizon=10)
    xr.testing.assert_identical(again.drop_attrs(), town.drop_attrs())


def test_transitions_of_every_occupation_sum_to_one(town):
    rows = town["transition"].sum("occupation_to")
    np.testing.assert_allclose(rows, 1.0, atol=1e-12)


def test_a_county_is_the_sum_of_its_municipalities():
    county = load_inputs(SAMPLE, region="90", horizon=5)
    towns = load_inputs(SAMPLE, horizon=5)
    np.testing.assert_allclose(
        county["population"].sum("region"), towns["population"].sum("region"), atol=1e-9
    )
    np.testing.assert_allclose(county["staff"].sum("region"), towns["staff"].sum("region"))


def test_moves_within_the_county_are_left_out_of_the_county_rates():
    county = load_inputs(SAMPLE, region="90", horizon=5)
    towns = load_inputs(SAMPLE, horizon=5)

    def moves(inputs):
        leaving = inputs["staff"] * inputs["exit_rate"].sel(cause="moved_municipality")
        return float(leaving.sum())

    assert moves(county) < 0.8 * moves(towns)


def test_a_folder_of_population_and_regions_gives_no_staff_figure(tmp_path):
    for name in ("regions.csv", "population.csv"):
        shutil.copy(SAMPLE / name, tmp_path / name)
    inputs = load_inputs(tmp_path, region="9012")
    assert "staff" not in inputs
    assert "staff" in about(inputs).missing
    marks = {mark.variable for mark in about(inputs).borrowed}
    assert {"mortality", "fertility"} <= marks
    result = project(inputs)
    assert set(result.data_vars) == {"population_path", "population_by_band"}
    assert float(result["population_path"].min()) >= 0


def test_staff_without_flows_borrows_national_rates_and_says_so(tmp_path):
    for name in ("regions.csv", "population.csv", "staff.parquet", "service_use.parquet"):
        shutil.copy(SAMPLE / name, tmp_path / name)
    inputs = load_inputs(tmp_path, region="9005")
    marks = {mark.variable for mark in about(inputs).borrowed}
    assert {"exit_rate", "inflow_rate", "measured_shortage", "short_absence"} <= marks
    heads = project(inputs)["headcount"].sum(["region", "sector", "occupation"])
    # The borrowed inflow replaces the exits of the base year.
    assert float(heads.isel(year=1)) == pytest.approx(float(heads.isel(year=0)), rel=0.02)


def test_base_persons_add_up_to_the_staff_of_the_base_year():
    base = base_persons(open_folder(SAMPLE), base_year=2026)
    staff = pl.read_parquet(SAMPLE / "staff.parquet").filter(year=2026)
    assert base["persons"].sum() == staff["persons"].sum()
    assert set(base["age_group"]) == {"under_35", "35_54", "55_61", "62_plus"}


def test_base_persons_of_a_county_with_rows_of_its_own_are_those(tmp_path):
    for name in ("regions.csv", "population.csv"):
        shutil.copy(SAMPLE / name, tmp_path / name)
    row = {"sector": "health_care", "occupation": "2223", "sex": "female", "year": 2026, "fte": 1.0}
    counts = {("9003", 40): 3, ("9004", 40): 4, ("90", 40): 6}
    rows = [{**row, "region": r, "age": a, "persons": n} for (r, a), n in counts.items()]
    pl.DataFrame(rows).write_csv(tmp_path / "staff.csv")
    base = base_persons(open_folder(tmp_path), base_year=2026)
    assert dict(base.select("region", "persons").iter_rows()) == {"9003": 3, "9004": 4, "90": 6}


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"region": "9099"}, "9099"),
        ({"region": ["9003", "9099", "9098"]}, "9099.*9098.*Known"),
        ({"region": "9003", "sectors": "health_car"}, "health_care"),
        ({"region": "9003", "base_year": 1999}, "1999"),
        ({"region": "9003", "horizon": 0}, "horizon"),
    ],
)
def test_a_wrong_choice_is_told_with_what_there_is(options, word):
    with pytest.raises(ParameterError, match=word):
        load_inputs(SAMPLE, **options)


def test_an_empty_folder_says_which_tables_are_needed(tmp_path):
    with pytest.raises(MissingDataError, match="without regions and population"):
        load_inputs(tmp_path)


def test_a_workbook_that_cannot_be_read_is_not_taken_for_an_empty_one(tmp_path):
    (tmp_path / "figures.xlsx").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(MissingDataError, match=r"(?s)without regions.*cannot be read"):
        load_inputs(tmp_path / "figures.xlsx")
