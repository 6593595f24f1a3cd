"""What neighbours need and lack, place by place, on the sample."""

from pathlib import Path

import polars as pl
import pytest

from workforce import load_inputs, project
from workforce.contract.results import ROW
from workforce.inputs.neighbours import neighbourhoods
from workforce.results.together import load_around, with_neighbours
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def made():
    inputs = load_inputs(SAMPLE, region="9012", horizon=2)
    keys = dict.fromkeys(ROW, "all") | {"year": 2028}
    numbers = dict.fromkeys(("level", "central", "lower", "upper", "agree", "persons"), 0.8)
    table = pl.DataFrame([keys | numbers], schema=ROW)
    around = load_around(inputs, open_folder(SAMPLE), "9012")
    return table, with_neighbours(table, around, open_folder(SAMPLE), region="9012"), around


def test_a_municipality_shares_with_those_that_it_names():
    assert neighbourhoods(open_folder(SAMPLE), "9012") == {"9012": ["9012", "9010", "9011"]}


def test_a_county_is_looked_at_by_labour_region_and_other_levels_not_at_all():
    found = neighbourhoods(open_folder(SAMPLE), "90")
    assert found["L3"] == ["9009", "9010", "9011", "9012"]
    assert set(found) == {"L1", "L2", "L3"}
    assert (
        neighbourhoods(open_folder(SAMPLE), "NO") == neighbourhoods(open_folder(SAMPLE), "G1") == {}
    )


def test_without_neighbours_the_labour_region_is_taken_and_a_place_alone_has_nobody(tmp_path):
    header = "region,level,name,county,labour_region,neighbours\n"
    rows = "1,municipality,A,9,L1,\n2,municipality,B,9,L1,\n3,municipality,C,9,,7\n9,county,D,,,\n"
    (tmp_path / "regions.csv").write_text(header + rows, encoding="utf-8")
    assert neighbourhoods(open_folder(tmp_path), "1") == {"1": ["1", "2"]}
    assert neighbourhoods(open_folder(tmp_path), "3") == {}


def test_rows_of_neighbours_are_those_of_their_own_projection(made):
    table, more, near = made
    results = project(near.sel(region=["9010"]))
    assert more.head(table.height).equals(table)
    rows = more.filter(variable="neighbour_shortage", region="9010", sector="all")
    short = project(load_inputs(SAMPLE, region="9010", horizon=2))["shortage_fte"]
    short = short.isel(region=0, year=-1).sum("sector")
    for code, value in rows.select("occupation", "central").iter_rows():
        assert value == pytest.approx(float(short.sel(occupation=code)), abs=1e-9)
    teachers = more.filter(variable="neighbour_need", region="9010", occupation="2341")
    school = {"region": "9010", "sector": "primary_school"}
    at_work = 1 - near["short_absence"].sel(school).isel(year=-1)
    demand = results["demand_fte"].sel(school).sel(occupation="2341").isel(year=-1)
    assert teachers.filter(sector="primary_school")["central"].item() == pytest.approx(
        float(demand / at_work)
    )


def test_competence_lacking_is_what_is_required_less_what_is_held(made):
    _, more, near = made
    results = project(near.sel(region=["9011"]))
    rows = more.filter(variable="neighbour_competence", region="9011", sector="health_care")
    last = results.isel(year=-1).sel(region="9011", sector="health_care")
    gap = last["competence_required"] - last["competence_held"]
    assert rows.height > 0
    for code, value in rows.select("category", "central").iter_rows():
        assert value == pytest.approx(float(gap.sel(competence=code)), abs=1e-9)


def test_every_row_says_how_many_persons_stand_behind_it(made):
    _, more, near = made
    rows = more.filter(pl.col("variable").str.starts_with("neighbour_"))
    assert rows["persons"].null_count() == 0
    nurses = rows.filter(variable="neighbour_need", region="9010", sector="all", occupation="2223")
    staff = near["staff"].sel(region="9010", occupation="2223")
    assert nurses["persons"].item() == float(staff.sum())
