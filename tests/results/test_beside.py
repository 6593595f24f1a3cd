"""A place beside its group, county and nation, on a folder small enough to count by hand."""

import polars as pl
import pytest

from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.reports import charts
from workforce.reports.charts import Subject
from workforce.reports.charts.chart import DARKEST, SILENT
from workforce.results.benchmark import places_beside
from workforce.results.beside import beside_rows, member_rows
from workforce.sources.tables.folder import open_folder
from workforce.texts.catalogue import load_texts

CARE = {"sector": "health_care", "occupation": "2223"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Towns 1 and 2 of a group, 3 in the same county, 4 in the nation alone."""
    path, towns = tmp_path_factory.mktemp("four"), ("1", "2", "3", "4")
    pl.DataFrame(
        {
            "region": ["N", "C", "G", *towns],
            "level": ["nation", "county", "group", *["municipality"] * 4],
            "name": ["N", "C", "G", *towns],
            "county": [None, None, None, "C", "C", "C", None],
            "comparison_group": [None, None, None, "G", "G", None, None],
        }
    ).write_csv(path / "regions.csv")
    # Ten of each age, and ninety who turn 80.
    people = [
        (sex, age, 90 if age == 79 else 10) for sex in ("female", "male") for age in range(96)
    ]
    pl.DataFrame(
        [{"region": t, "sex": sex, "age": age, "year": 2026, "persons": count}
         for t in towns for sex, age, count in people]
    ).write_csv(path / "population.csv")  # fmt: skip
    staff = {"1": (60, 40), "2": (80, 20), "3": (50, 50), "4": (100, 0)}
    pl.DataFrame(
        [{"region": t, **CARE, "sex": "female", "age": age, "year": 2026, "persons": count,
          "fte": 0.8 * count}
         for t, both in staff.items() for age, count in zip((40, 60), both, strict=True) if count]
    ).write_csv(path / "staff.csv")  # fmt: skip
    pl.DataFrame(
        [{"region": t, **CARE, "year": 2026, "line": "unfilled", "fte": fte}
         for t, fte in (("1", 20.0), ("2", 10.0))]
    ).write_csv(path / "shortage.csv")  # fmt: skip
    return open_folder(path)


@pytest.fixture(scope="module")
def rows(folder):
    inputs = load_inputs(folder, region="1", base_year=2026, horizon=1)
    return beside_rows(inputs, folder, region="1", scenario="baseline")


def told(rows, variable):
    of_all = rows.filter(sector="all", variable=variable)
    return dict(of_all.select("region", "central").iter_rows())


def test_a_place_stands_beside_its_group_its_county_and_the_nation_each_once(folder):
    regions = folder.tables["regions"]
    assert places_beside(regions, "1") == ["1", "G", "C", "N"]
    assert places_beside(regions, "3") == ["3", "C", "N"]
    one = regions.filter(pl.col("region").is_in(["N", "1", "2", "G"]))
    assert places_beside(one, "1") == ["1", "G"]


def test_a_sum_is_called_the_county_where_the_data_hold_no_municipality_outside_it(folder):
    regions = folder.tables["regions"]
    assert places_beside(regions, "1", county=False) == ["1", "G", "N"]
    here = regions.filter((pl.col("level") != "municipality") | (pl.col("county") == "C"))
    assert places_beside(here, "3", county=False) == ["3", "C"]


def test_staff_of_55_and_over_and_unfilled_posts_are_counted_by_the_places_themselves(rows):
    assert told(rows, "older_share") == {"1": 0.4, "G": 0.3, "C": 0.367, "N": 0.275}
    # Towns 3 and 4 have not counted what is unfilled, and are in no sum of it.
    assert told(rows, "unfilled_share") == {"1": 0.2, "G": 0.158, "C": 0.158, "N": 0.158}


def test_growth_of_the_oldest_is_that_of_the_projection_of_each_place(rows):
    growth = told(rows, "oldest_growth")
    assert growth["1"] == growth["N"] > 0.3
    assert rows.filter(variable="oldest_growth", category="expected").height == 4


def page(rows, region="1", draw=charts.place_beside, **changes):
    names = Names({("region", code, ""): code for code in ("1", "G", "C", "N")})
    texts = load_texts("en")
    about = {"missing": ()} | changes
    subject = Subject(region, "all", "baseline", 2026, 2027, texts, names, **about)
    return draw(Figures(rows, "internal"), subject)


def test_the_title_names_what_differs_most_and_a_dash_is_what_nobody_counted(rows):
    chart = page(rows)
    assert (
        chart.title
        == "Staff aged 55 and over, 2026: 40.0% in 1, higher than 30.0% in G (2\xa0municipalities)"
    )
    leaving = next(row for row in chart.table.rows() if row[0].startswith("Unfilled"))
    assert leaving[1:] == ("20.0%", "15.8%", "15.8%", "15.8%")


def test_nothing_is_compared_where_the_place_has_counted_nothing_or_has_no_staff(rows):
    assert page(rows.filter(pl.col("region") != "1")) is SILENT
    assert page(rows.filter(region="1")) is SILENT
    assert page(rows, missing=("staff",)).draw is None


@pytest.fixture(scope="module")
def county(folder):
    inputs = load_inputs(folder, region="C", base_year=2026, horizon=1)
    return member_rows(inputs, folder, region="C", scenario="baseline")


def test_a_wider_place_tells_what_each_of_its_municipalities_has_counted(county):
    assert told(county, "older_share") == {"1": 0.4, "2": 0.2, "3": 0.5}
    assert told(county, "unfilled_share") == {"1": 0.2, "2": 0.111}
    assert told(county, "oldest_growth").keys() == {"1", "2", "3"}


def test_a_municipality_has_no_members(folder):
    inputs = load_inputs(folder, region="1", base_year=2026, horizon=1)
    assert member_rows(inputs, folder, region="1", scenario="baseline").is_empty()


def test_municipalities_stand_beside_one_another_on_one_scale_for_each_column(county):
    chart = page(county, "C", draw=charts.members_beside)
    assert chart.table.columns[0] == "Municipality"
    rows = {row[0]: row[2:] for row in chart.table.rows()}
    assert rows == {"1": ("40.0%", "20.0%"), "2": ("20.0%", "11.1%"), "3": ("50.0%", "–")}
    dark = dict(zip(chart.table["Municipality"], chart.shades, strict=True))
    assert dark["3"][1] == DARKEST
    assert dark["3"][2] == 0
    assert dark["2"][1] < dark["1"][1]
    assert page(county.clear(), "C", draw=charts.members_beside) is SILENT


def test_what_is_missing_in_a_municipality_is_that_of_its_own_projection(folder, county):
    made = project(load_inputs(folder, region="2", base_year=2026, horizon=1))
    gaps = county.filter(variable="member_gap", sector="all", region="2").sort("year")
    net, need = (
        made[name].sum(["sector", "occupation"]) for name in ("shortage_fte", "demand_fte")
    )
    expected = (net / need).sel(region="2").values.tolist()
    assert gaps["central"].to_list() == pytest.approx(expected, abs=6e-4)


def test_municipalities_have_a_panel_each_on_one_scale_most_missing_first(county):
    chart = page(county, "C", draw=charts.members_gap)
    assert chart.table.columns == ["Municipality", "2026", "2027"]
    last = [float(cell.removesuffix("%").replace("−", "-")) for cell in chart.table["2027"]]
    assert last == sorted(last, reverse=True)
    first, *_ = chart.table.rows()
    assert f"a net {first[2]} of the need is missing in {first[0]}" in chart.title
    assert chart.figure is not None
    scales = {axes.get_ylim() for axes in chart.figure.axes if axes.get_visible()}
    assert len(scales) == 1
    assert page(county.clear(), "C", draw=charts.members_gap) is SILENT
