"""What neighbours need and lack, place by place, on the sample."""

from pathlib import Path

import polars as pl
import pytest

from workforce import load_inputs, project, simulate
from workforce.inputs.neighbours import neighbourhoods
from workforce.scenarios.results import results_table
from workforce.scenarios.together import with_neighbours

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def made():
    inputs = load_inputs(SAMPLE, region="9012", horizon=2)
    table = results_table(simulate(inputs, ["baseline"], draws=20, seed=1), inputs)
    return table, with_neighbours(table, inputs, SAMPLE, region="9012")


def test_a_municipality_shares_with_those_that_it_names():
    assert neighbourhoods(SAMPLE, "9012") == {"9012": ["9012", "9010", "9011"]}


def test_a_county_is_looked_at_by_labour_region_and_other_levels_not_at_all():
    found = neighbourhoods(SAMPLE, "90")
    assert found["L3"] == ["9009", "9010", "9011", "9012"]
    assert set(found) == {"L1", "L2", "L3"}
    assert neighbourhoods(SAMPLE, "NO") == neighbourhoods(SAMPLE, "G1") == {}


def test_without_neighbours_the_labour_region_is_taken_and_a_place_alone_has_nobody(tmp_path):
    header = "region,level,name,county,labour_region,neighbours\n"
    rows = "1,municipality,A,9,L1,\n2,municipality,B,9,L1,\n3,municipality,C,9,,7\n9,county,D,,,\n"
    (tmp_path / "regions.csv").write_text(header + rows, encoding="utf-8")
    assert neighbourhoods(tmp_path, "1") == {"1": ["1", "2"]}
    assert neighbourhoods(tmp_path, "3") == {}


def test_rows_of_neighbours_are_those_of_their_own_projection(made):
    table, more = made
    assert more.head(table.height).equals(table)
    rows = more.filter(variable="neighbour_shortage", region="9010", sector="all")
    inputs = load_inputs(SAMPLE, region="9010", horizon=2)
    own = project(inputs)
    short = own["shortage_fte"].isel(region=0, year=-1).sum("sector")
    for code, value in rows.select("occupation", "central").iter_rows():
        assert value == pytest.approx(float(short.sel(occupation=code)), abs=1e-9)
    teachers = more.filter(variable="neighbour_need", region="9010", occupation="2341")
    at_work = 1 - inputs["short_absence"].sel(sector="primary_school").isel(region=0, year=-1)
    demand = own["demand_fte"].sel(sector="primary_school", occupation="2341")
    assert teachers.filter(sector="primary_school")["central"].item() == pytest.approx(
        float(demand.isel(region=0, year=-1) / at_work)
    )


def test_competence_lacking_is_what_is_required_less_what_is_held(made):
    _, more = made
    rows = more.filter(variable="neighbour_competence", region="9011", sector="health_care")
    own = project(load_inputs(SAMPLE, region="9011", horizon=2))
    last = own.isel(region=0, year=-1).sel(sector="health_care")
    gap = last["competence_required"] - last["competence_held"]
    assert rows.height > 0
    for code, value in rows.select("category", "central").iter_rows():
        assert value == pytest.approx(float(gap.sel(competence=code)), abs=1e-9)


def test_every_row_says_how_many_persons_stand_behind_it(made):
    _, more = made
    rows = more.filter(pl.col("variable").str.starts_with("neighbour_"))
    assert rows["persons"].null_count() == 0
    nurses = rows.filter(variable="neighbour_need", region="9010", sector="all", occupation="2223")
    staff = load_inputs(SAMPLE, region="9010")["staff"].sel(occupation="2223")
    assert nurses["persons"].item() == float(staff.sum())
