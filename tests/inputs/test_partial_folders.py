"""Folders in which one place or one sector lacks what the others have."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr

from workforce.contract.about import about
from workforce.errors import MissingDataError
from workforce.inputs import load_inputs
from workforce.inputs.flows import cell_exposure
from workforce.inputs.shortage import national_rates
from workforce.model.projection import project
from workforce.sources.tables.folder import folder_of, open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture
def tables():
    return dict(open_folder(SAMPLE).tables)


def keep(tables, name, condition):
    tables[name] = tables[name].filter(condition)


def load(tables, **asked):
    return load_inputs(folder_of(tables), **asked)


def marks(inputs):
    return {(mark.variable, mark.source) for mark in about(inputs).borrowed}


def test_a_folder_that_lacks_all_of_this_has_no_problem(tables, tmp_path):
    here = pl.col("region") != "9006"
    keep(tables, "staff_flows", here)
    keep(tables, "staff", here | (pl.col("sector") != "technical"))
    keep(tables, "service_use", pl.col("sector") != "health_care")
    keep(tables, "shortage", here & (pl.col("line") != "agency_overtime"))
    keep(tables, "absence", pl.col("kind") == "doctor_certified")
    keep(tables, "service_share", here)
    for name, table in tables.items():
        table.write_parquet(tmp_path / f"{name}.parquet")
    assert open_folder(tmp_path).report.problems == ()


def test_a_place_without_flows_recruits_as_the_others_do(tables):
    whole = project(load(tables, region="9006", horizon=2))
    keep(tables, "staff_flows", pl.col("region") != "9006")
    inputs = load(tables, region="9006", horizon=2)
    recruits = float(project(inputs)["recruits"].isel(flow_year=0).sum())
    assert recruits == pytest.approx(float(whole["recruits"].isel(flow_year=0).sum()), rel=0.3)
    assert ("exit_rate_partly", "all regions in the data") in marks(inputs)


def test_a_sector_without_users_follows_the_national_pattern(tables):
    keep(tables, "service_use", pl.col("sector") != "health_care")
    inputs = load(tables, region="9006", horizon=10)
    users = project(inputs)["users_path"].sel(sector="health_care").sum("region")
    assert 1.05 < float(users[-1] / users[0]) < 1.6
    assert ("use_rate", "nation") in marks(inputs)


def test_a_place_without_a_measured_shortage_borrows_vacancy_rates(tables):
    keep(tables, "shortage", pl.col("region") != "9006")
    inputs = load(tables, region="9006", horizon=2)
    assert float(inputs["measured_shortage"].sel(line="unfilled").sum()) > 0
    assert ("measured_shortage", "nation") in marks(inputs)


def test_each_line_of_the_shortage_is_counted_by_itself(tables):
    keep(tables, "shortage", (pl.col("region") != "9006") | (pl.col("line") == "unqualified"))
    keep(tables, "shortage", (pl.col("line") != "agency_overtime") | (pl.col("region") == "9001"))
    town = load(tables, region="9006", horizon=1)
    lines = {"unfilled": 0.0, "unqualified": 1.0, "agency_overtime": 0.0}
    for line, expected in lines.items():
        assert (town["shortage_counted"].sel(region="9006", line=line) == expected).all()
    # Counting those without the qualification is no count of the posts that nobody fills.
    assert float(town["measured_shortage"].sel(line="unfilled").sum()) > 0
    assert ("measured_shortage", "nation") in marks(town)
    county = load(tables, region="90", horizon=1)["shortage_counted"].sel(region="90")
    np.testing.assert_allclose(county.sel(line="unfilled"), 11 / 12)
    np.testing.assert_allclose(county.sel(line="unqualified"), 1.0)
    np.testing.assert_allclose(county.sel(line="agency_overtime"), 1 / 12)


def test_a_line_that_health_counted_is_not_counted_for_schools(tables):
    school = pl.col("sector") == "primary_school"
    whole = load(tables, region="9006", horizon=1)["measured_shortage"]
    keep(tables, "shortage", ~school | (pl.col("region") != "9006"))
    inputs = load(tables, region="9006", horizon=1)
    counted = inputs["shortage_counted"].sel(region="9006")
    assert (counted.sel(sector="primary_school") == 0.0).all()
    assert (counted.drop_sel(sector="primary_school") == 1.0).all()
    lacking = inputs["measured_shortage"].sel(region="9006")
    rest = lacking.drop_sel(sector="primary_school")
    xr.testing.assert_identical(rest, whole.sel(region="9006").drop_sel(sector="primary_school"))
    unfilled = lacking.sel(sector="primary_school", line="unfilled").sum()
    absence = inputs["short_absence"].sel(year=2026)
    here = inputs["staff"] * inputs["position_share"] * (1.0 - absence)
    fte = here.sel(sector="primary_school").sum()
    rate = national_rates(None, 2026)["primary_school"]
    assert float(unfilled / (fte + unfilled)) == pytest.approx(rate)
    estimated = [m for m in about(inputs).borrowed if "shortage" in m.variable]
    assert [(m.variable, m.sector) for m in estimated] == [("measured_shortage", "primary_school")]


def test_a_service_area_with_a_row_of_0_was_counted_and_lacks_nobody(tables):
    table = tables["shortage"]
    here = (pl.col("sector") == "primary_school") & (pl.col("region") == "9006")
    one = table.filter(here).unique(["year", "line"]).with_columns(fte=pl.lit(0.0))
    tables["shortage"] = pl.concat([table.filter(~here), one])
    inputs = load(tables, region="9006", horizon=1)
    assert (inputs["shortage_counted"] == 1.0).all()
    assert float(inputs["measured_shortage"].sel(sector="primary_school").sum()) == 0.0


def test_a_place_without_staff_gets_its_population_only(tables):
    keep(tables, "staff", pl.col("region") != "9006")
    inputs = load(tables, region="9006", horizon=2)
    assert "staff" not in inputs
    assert "staff" in about(inputs).missing
    with pytest.raises(MissingDataError, match="9006"):
        load(tables, region=["9005", "9006"])


def test_a_group_without_flows_of_its_own_says_that_inner_moves_count():
    inputs = load_inputs(SAMPLE, region="G1", horizon=2)
    assert ("inner_moves", "members") in marks(inputs)


def test_doctor_certified_absence_is_raised_to_all_absence(tables):
    whole = load(tables, region="9003", horizon=2)["short_absence"]
    keep(tables, "absence", pl.col("kind") == "doctor_certified")
    inputs = load(tables, region="9003", horizon=2)
    assert float(abs(inputs["short_absence"] / whole - 1).max()) < 0.01
    kinds = {
        mark.imputed
        for mark in about(inputs).borrowed
        if mark.variable == "short_absence" and mark.reason == "uplift to all absence"
    }
    assert kinds == {True}


def test_a_county_of_which_some_measured_a_shortage_is_marked_and_adds_up(tables):
    keep(tables, "shortage", pl.col("region").is_in(["9001", "9003", "9012"]))
    county = load(tables, region="90", horizon=1)
    towns = load(tables, horizon=1)
    missing = [
        inputs["measured_shortage"].sel(line="unfilled").sum(["region", "occupation"])
        for inputs in (county, towns)
    ]
    # Short absence of county and towns differs a little, and with it the FTE the rates are put on.
    np.testing.assert_allclose(missing[0], missing[1], rtol=0.005)
    assert ("measured_shortage_partly", "nation") in marks(county)
    staff = tables["staff"].filter(year=2026, sector="health_care")
    untold = ~pl.col("region").is_in(["9001", "9003", "9012"])
    (share,) = {
        mark.share
        for mark in about(county).borrowed
        if (mark.variable, mark.sector) == ("measured_shortage_partly", "health_care")
    }
    assert share == pytest.approx(staff.filter(untold)["fte"].sum() / staff["fte"].sum(), rel=1e-9)
    result = project(county)
    unfilled = county["measured_shortage"].sel(line="unfilled", drop=True)
    unfilled = unfilled.sel(sector=result["sector"], occupation=result["occupation"])
    assert float(abs(result["shortage_fte"].isel(year=0, drop=True) - unfilled).max()) < 1e-9


def test_the_own_share_of_a_county_is_the_mean_of_its_members_weighted_by_users(tables):
    share = tables["service_share"].filter(year=2026, sector="kindergarten")
    users = tables["service_use"].filter(year=2026, sector="kindergarten")
    users = users.group_by("region").agg(pl.sum("users"))
    both = share.join(users, on="region")
    expected = (both["share"] * both["users"]).sum() / both["users"].sum()
    county = load(tables, region="90", horizon=1)
    got = county["service_share"].sel(region="90", sector="kindergarten")
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_a_member_without_rows_provides_all_of_its_service_itself(tables):
    keep(tables, "service_share", pl.col("region") != "9001")
    county = load(tables, region="90", horizon=1)
    town = load(tables, region="9001", horizon=1)
    assert float(town["service_share"].min()) == 1.0
    assert 0.75 < float(county["service_share"].sel(sector="kindergarten").min()) < 0.9


@pytest.mark.parametrize("region", ["9006", "90", "G2", "NO"])
def test_base_year_shortage_is_the_measured_one_at_every_level(tables, region):
    inputs = load(tables, region=region, horizon=1)
    result = project(inputs)
    unfilled = inputs["measured_shortage"].sel(line="unfilled", drop=True)
    unfilled = unfilled.sel(sector=result["sector"], occupation=result["occupation"])
    assert float(unfilled.sum()) > 0
    assert float(abs(result["shortage_fte"].isel(year=0, drop=True) - unfilled).max()) < 1e-9


def test_flows_of_an_occupation_that_nobody_holds_change_nothing(tables):
    """Nor do those that the county's own rows alone know."""
    region = ["9006", "9012"]
    gone = pl.col("occupation") == "2341"
    keep(tables, "staff", ~gone)
    keep(tables, "staff_flows", ~gone | (pl.col("region") == "90"))
    with_rows = load(tables, region=region, horizon=2)
    keep(tables, "staff_flows", ~gone)
    without = load(tables, region=region, horizon=2)
    assert "2341" not in with_rows["occupation"]
    xr.testing.assert_allclose(with_rows, without, rtol=1e-12)


def test_a_sector_of_ones_own_without_users_follows_the_inhabitants(tables):
    moved = ("sectors", "staff", "staff_flows")
    left = {name: tables[name] for name in ("regions", "population", "occupations", *moved)}
    for name in moved:
        renamed = pl.col("sector").replace("technical", "culture")
        left[name] = left[name].with_columns(renamed)
    inputs = load(left, region="9006", horizon=2)
    people = inputs["population"].sum(["sex", "age"])
    users = (inputs["use_rate"].sel(sector="culture") * inputs["population"]).sum(["sex", "age"])
    assert float(users.squeeze()) == pytest.approx(float(people.squeeze()))
    assert ("use_rate", "nation") in marks(inputs)
    demand = project(inputs)["demand_fte"].sel(sector="culture").sum("occupation")
    assert float(demand.isel(year=0).squeeze()) > 0


def test_who_left_a_cell_without_person_years_was_there_for_half_a_year():
    flows = pl.DataFrame(
        {
            "region": "1", "sector": "care", "occupation": "2221", "sex": "female",
            "working_age": [40, 40, 41, 42], "year": 2025, "persons": [2, 3, 1, 1],
            "flow": ["retired", "graduate", "return", "other"], "exposure": [0.0, 0.0, 0.0, 0.1],
        }
    )  # fmt: skip
    lived = cell_exposure(flows).sort("working_age")
    assert lived["exposure"].to_list() == [1.0, 0.0, 0.1]
