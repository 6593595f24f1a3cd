"""The chart and tables of the labour pool, on figures laid out by hand."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.labour_pool import EMPLOYERS, LabourPool
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts.chart import SILENT, html_table
from workforce.reports.charts.figures import Subject
from workforce.texts.catalogue import load_texts

NAMES = Names(
    {
        ("region", "90", "en"): "County",
        ("region", "2", "en"): "Fell",
        ("occupation", "2223", "en"): "Nurse",
        ("occupation", "2341", "en"): "Teacher",
    },
    {},
)
ACTOR = {
    "region": "90", "employer": "trust", "occupation": "2223", "year": 2026,
    "name": "<b>Trust", "employer_kind": "hospital_trust", "persons": 50.0, "persons_low": 40.0,
    "persons_high": 60.0, "employed": 400.0, "source": "Plan 2026", "carried": True,
}  # fmt: skip
POOL = LabourPool("90", ("1",), ("2",), pl.DataFrame([ACTOR], schema=EMPLOYERS), 0.75, ("2223",))


def subject(**changes: Any) -> Subject:
    about = {"region": "1", "sector": "all", "scenario": "baseline"} | changes
    return Subject(base_year=2026, horizon_year=2027, texts=load_texts("en"), names=NAMES, **about)


def row(variable: str, part: str, central: float, lower: float, upper: float,
        **keys: Any) -> dict[str, Any]:  # fmt: skip
    return {
        "scenario": "baseline", "region": "90", "sector": "all", "occupation": "2223",
        "dimension": "pool_part" if part else "", "category": part, "variable": variable,
        "unit": "persons", "year": 2027, "level": 0.8, "central": float(central),
        "lower": float(lower), "upper": float(upper), "persons": 500.0,
    } | keys  # fmt: skip


def rows(**keys: Any) -> list[dict[str, Any]]:
    def both(side: str, part: str, *values: float) -> list[dict[str, Any]]:
        yearly = keys | {"year": 2026}
        return [
            row(f"pool_{side}_sum", part, *values, **keys),
            row(f"pool_{side}", part, *values, **yearly),
        ]

    return [
        *both("need", "municipalities", 60, 55, 70),
        *both("need", "trust", 50, 40, 60),
        *both("supply", "graduates", 40, 40, 40),
        *both("supply", "outside_work", 20, 15, 25),
        *both("supply", "net_migration", -5, -10, 0),
        *both("supply", "movers", 30, 25, 35),
        row("pool_need_apart", "", 75, 75, 75, **keys),
    ]


def made(table: list[dict[str, Any]], pool: LabourPool = POOL) -> Figures:
    return Figures(pl.DataFrame(table, schema=ROW), "public", 5, Facts(pool=pool))


def test_everyone_plans_to_hire_the_same_nurse():
    # Municipalities 60 and a trust 50; 40 graduates, 20 from outside work, 5 more go than come.
    chart = charts.labour_pool(made(rows()), subject())
    assert chart.title.endswith("largest shortfall is nurse: 55 people")
    assert "in 1 of 1 occupations" in chart.title
    assert "Nurse: 110 to be hired, 55 become available" in chart.alt
    assert chart.table is not None
    written = chart.table.row(0, named=True)
    assert written["To be hired in all"] == "110 (95 to 130)"
    assert written["New in all"] == "55 (45 to 65)"
    # 95 wanted at least less 65 who come at most, and 130 less 45.
    assert written["More than the new (0: enough come)"] == "55 (30 to 85)"


def test_where_more_come_than_are_wanted_nobody_lacks_and_no_number_is_below_zero():
    many = {"central": 200.0, "lower": 200.0, "upper": 200.0}
    plenty = [one | many if one["category"] == "graduates" else one for one in rows()]
    years = charts.pool_years(made(plenty), subject()).table
    assert years is not None
    assert years.row(0) == ("Nurse", "0")
    table = charts.labour_pool(made(plenty), subject()).table
    assert table is not None
    assert table["More than the new (0: enough come)"].to_list() == ["0"]


def test_what_is_assumed_carried_and_left_out_is_said():
    note = charts.labour_pool(made(rows()), subject()).note
    for part in ("assumptions", "Plan 2026", "carried forward", "left out: Fell", "given 75%"):
        assert part in note
    invented = pl.DataFrame([ACTOR | {"source": "Oppdiktet for prøven"}], schema=EMPLOYERS)
    note = charts.labour_pool(made(rows(), replace(POOL, employers=invented)), subject()).note
    assert "source: made up for the example county." in note
    nobody = replace(POOL, employers=pl.DataFrame(schema=EMPLOYERS))
    assert (
        "The plans of other employers are missing"
        in charts.labour_pool(made(rows(), nobody), subject()).note
    )


def test_moves_inside_the_area_are_left_out_only_where_they_are_known():
    known, blind = made(rows()), made([one for one in rows() if one["category"]])
    assert "moves between them are left out" in charts.labour_pool(known, subject()).note
    note = charts.labour_pool(blind, subject()).note
    assert "left out." not in note
    assert "both among those to be hired" in note
    table = charts.pool_employers(blind, subject()).table
    assert table is not None
    assert "Municipalities separately" not in table.columns
    assert "looked only at itself" not in charts.pool_employers(blind, subject()).note


def test_employers_are_named_with_their_kind_and_escaped_on_the_page():
    chart = charts.pool_employers(made(rows()), subject())
    assert chart.table is not None
    written = chart.table.row(0, named=True)
    assert written["Other employers"] == "<b>Trust (hospital trust): 50"
    assert written["Municipalities separately"] == "75"
    # What each plans adds up to what stands under the chart, rounded as it may be.
    others = [ACTOR | {"employer": name, "name": name} for name in ("a", "b", "c")]
    table = [one for one in rows() if one["category"] != "trust"]
    for name in ("a", "b", "c"):
        table += [row(f"pool_need{end}", name, 7.4, 7.4, 7.4, year=2026) for end in ("", "_sum")]
    three = made(table, replace(POOL, employers=pl.DataFrame(others, schema=EMPLOYERS)))
    planned = charts.labour_pool(three, subject()).table["To be hired: other employers"].item()
    named = charts.pool_employers(three, subject()).table["Other employers"].item()
    assert planned == "22"
    assert sum(int(one.rpartition(" ")[2]) for one in named.split("; ")) == 22
    assert "<b>" not in html_table(chart.table, chart.title)


def test_each_year_has_what_is_lacking():
    chart = charts.pool_years(made(rows()), subject())
    assert chart.table is not None
    assert chart.table.row(0) == ("Nurse", "55")


@pytest.mark.parametrize(
    "changes", [{"sector": "care"}, {"missing": ("staff",)}], ids=["one sector", "no staff"]
)
def test_a_page_without_all_sectors_or_staff_has_no_pool(changes):
    assert charts.labour_pool(made(rows()), subject(**changes)) is SILENT


def test_without_graduates_it_is_said_which_table_is_missing():
    chart = charts.labour_pool(made(rows()), subject(missing=("graduates",)))
    assert chart.figure is None
    assert "Students and completion" in chart.note
