"""Charts and tables about competence, on figures laid out by hand."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts.competence import MEASURES, balanced
from workforce.reports.charts.figures import Subject
from workforce.texts.catalogue import load_texts

NAMES = Names(
    {
        ("competence", "nurse", "en"): "Authorised nurse",
        ("competence", "digital", "en"): "Digital skills",
        ("occupation", "2223", "en"): "Nurse",
        ("occupation", "5321", "en"): "Health care worker",
        ("occupation", "1112", "en"): "Manager",
        ("sector", "care", "en"): "Care",
    },
    {"nurse": "formal", "digital": "skill"},
)


SMALL = replace(load_texts("en"), small_place=True)


def subject(**changes: Any) -> Subject:
    about = {"region": "1", "sector": "care", "scenario": "baseline", "texts": load_texts("en")}
    return Subject(base_year=2026, horizon_year=2028, names=NAMES, **about | changes)


def row(variable: str, year: int, central: float, lower: float | None = None,
        upper: float | None = None, **keys: Any) -> dict[str, Any]:  # fmt: skip
    return {
        "scenario": "baseline", "region": "1", "sector": "care", "occupation": "all",
        "dimension": "competence", "category": "nurse", "detail": "", "variable": variable,
        "unit": "FTE",
        "year": year, "level": 0.8, "central": float(central),
        "lower": float(central if lower is None else lower),
        "upper": float(central if upper is None else upper), "persons": 100.0,
    } | keys  # fmt: skip


def made(rows: list[dict[str, Any]], audience: str = "public") -> Figures:
    return Figures(pl.DataFrame(rows, schema=ROW), audience, None if audience == "internal" else 5)


def test_years_show_required_and_held_and_count_what_is_certain_to_be_missing():
    rows = []
    for code, low, agree in (("nurse", 2.0, 0.95), ("digital", 0.0, 0.8)):
        for year in (2026, 2027, 2028):
            keys = {"category": code}
            rows += [
                row("competence_required", year, 20, 18, 22, **keys),
                row("competence_held", year, 15, 14, 18, **keys),
                row("competence_missing", year, 5, low, 8, agree=agree, **keys),
                row("competence_surplus", year, 0, 0, 0, **keys),
            ]
    chart = charts.competence_years(made(rows), subject())
    assert chart.title.startswith("Care: 1 of 2 competences")
    assert chart.table.height == 6
    assert chart.table["Competence"].to_list()[:3] == ["Authorised nurse"] * 3
    assert chart.table["Missing"][0] == "5 (certain, 2 to 8)"
    panels = [axes for axes in chart.figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in panels] == ["Authorised nurse", "Digital skills"]


def test_ages_are_shares_of_what_is_held():
    groups = {"under_35": 20, "35_54": 50, "55_61": 20, "62_plus": 10}
    keys = {"dimension": "competence_age"}
    rows = [row("competence_by_age", year, fte, detail=group, **keys)
            for group, fte in groups.items() for year in (2026, 2028)]  # fmt: skip
    chart = charts.competence_by_age(made(rows), subject())
    assert chart.title == "Authorised nurse: staff aged 55 and over hold 30% of the competence"
    assert chart.table["62 years and over"].to_list() == ["10", "10"]


def test_what_few_hold_is_told_in_fte_and_does_not_lead():
    held = {"nurse": (9, 21), "digital": (4.1, 0)}
    rows = [row("competence_by_age", 2026, fte, category=code, detail=group,
                dimension="competence_age")
            for code, (older, younger) in held.items()
            for group, fte in (("35_54", younger), ("62_plus", older), ("55_61", 0),
                               ("under_35", 0))]  # fmt: skip
    chart = charts.competence_by_age(made(rows), subject())
    assert chart.title == "Authorised nurse: staff aged 55 and over hold 30% of the competence"
    assert "Digital skills: 4.1 of 4.1 FTE" in chart.alt


def test_causes_name_the_share_that_retires():
    causes = {"retired": 30, "left_sector": 50, "moved_municipality": 10, "other": 10}
    rows = [row("competence_drain_by_cause", 2026, fte, dimension="competence_cause",
                detail=cause) for cause, fte in causes.items()]  # fmt: skip
    chart = charts.drain_by_cause(made(rows), subject())
    assert chart.title == "Authorised nurse: of what is lost in 2026, 30% is due to retirement"
    assert chart.table["Retirement"].to_list() == ["30"]


def test_causes_of_few_fte_add_up_as_printed():
    causes = {"retired": 0.46, "left_sector": 0.46, "moved_municipality": 0.46, "other": 0.45}
    rows = [row("competence_drain_by_cause", 2026, fte, dimension="competence_cause",
                detail=cause) for cause, fte in causes.items()]  # fmt: skip
    table = charts.drain_by_cause(made(rows), subject(texts=SMALL)).table
    assert sum(int(cell.partition(" ")[0]) for cell in table.row(0)[1:]) == 2


@given(st.tuples(*[st.floats(0, 60)] * 2), st.sampled_from([0, 1]))
def test_what_is_required_is_what_is_held_and_missing_as_printed(both, places):
    required, held = both
    missing, surplus = max(required - held, 0.0), max(held - required, 0.0)
    told = dict(zip(MEASURES, (required, held, missing, surplus), strict=True))
    parts = {
        name: pl.DataFrame([row(f"competence_{name}", 2028, fte)], schema=ROW)
        for name, fte in told.items()
    }
    asked, has, lacks, over = (balanced(parts, places)[name]["central"].item() for name in MEASURES)
    assert asked == pytest.approx(has + lacks - over)
    assert abs(asked - required) <= 10.0**-places + 1e-9


def test_tables_of_competence_print_one_figure_and_a_certain_one_without_an_interval():
    figures = made([
        *(row(f"competence_{name}", year, fte) for year in (2026, 2027, 2028)
          for name, fte in (("required", 55.4), ("held", 52.6), ("missing", 2.8), ("surplus", 0))),
        *(row(f"competence_{name}", 2028, fte, category="digital")
          for name, fte in (("required", 30), ("held", 15), ("missing", 15), ("surplus", 0))),
    ])  # fmt: skip
    years = charts.competence_years(figures, subject()).table
    three = charts.competence_table(figures, subject()).table
    assert years.row(0) == ("Authorised nurse", "2026", "56", "53", "3", "0")
    assert three.row(0)[2:] == ("56", "53", "53", "3", "0")


def test_no_competence_is_called_the_most_missing_beside_one_that_lacks_more():
    rows = [row(f"competence_{name}", 2028, fte + (code == "digital"), category=code,
                persons=100.0 if code == "nurse" else 5.0)
            for name, fte in (("required", 9), ("held", 7), ("missing", 1), ("surplus", 0))
            for code in ("nurse", "digital")]  # fmt: skip
    chart = charts.competence_gap(made(rows), subject())
    assert chart.title == (
        "Care: the competence with the largest gap concerns few staff. The figures are in the table"
    )


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_what_hangs_on_few_is_counted_for_all_and_named_inside(audience):
    kinds = {"asked": 8, "few": 2, "near_exit": 1, "both": 1}
    rows = [row("competences_asked", 2026, n, dimension="standing", category=kind)
            for kind, n in kinds.items()]  # fmt: skip
    rows += [row(name, 2026, 2, unit="persons", persons=2.0)
             for name in ("holders_today", "holders_near_exit")]  # fmt: skip
    figures = made(rows, audience)
    assert charts.few_holders(figures, subject()).table.row(0) == ("Care", "8", "2", "1", "1")
    named = charts.few_named(figures, subject())
    assert (named.table is None) == (audience == "public")
    if named.table is not None:
        assert named.table.row(0) == ("Authorised nurse", "Care", "2.0", "2.0")


def test_units_are_a_share_of_those_that_ask():
    size = {"dimension": "unit_size"}
    rows = [row("units_asking", 2026, 4, unit="units")]
    rows += [row("units_covered", year, n, low, n, unit="units")
             for year, n, low in ((2026, 3, 3), (2027, 3, 2), (2028, 2, 1))]  # fmt: skip
    for name, count in (("every", 4), ("small", 3), ("large", 1)):
        rows.append(row("units_asking", 2026, count, category=name, **size))
        rows += [row("units_staffed", year, count / 2, category=name, **size)
                 for year in (2026, 2027, 2028)]  # fmt: skip
    figures = made(rows)
    chart = charts.units_covered(figures, subject())
    assert chart.figure is None  # Four units are no basis for per cent.
    assert "is the least covered in 2028: 2.0 (1.0 to 2.0) of 4 units have" in chart.title
    assert chart.table.row(0)[:3] == ("Authorised nurse", "4", "3.0")
    table = charts.units_staffed(figures, subject()).table
    assert table.row(0) == ("Care", "Smaller than average", "3", "1.5", "1.5", "1.5")
    assert charts.units_covered(made(rows[:1]), subject()).figure is None


def ways() -> list[dict[str, Any]]:
    figures = {"weeks": 150, "calendar_weeks": 200, "cost": 180_000, "total_cost": 700_000,
               "fte_lost": 0.9, "places": 5, "similarity": 0.4, "learning_gap": 1.4}  # fmt: skip
    keys = {"dimension": "way", "persons": None}
    rows = [row(f"way_{name}", 2026, value, occupation=to, category=origin, detail=via, **keys)
            for to, origin, via in (("2223", "5321", ""), ("1112", "2223", ""),
                                    ("1112", "5321", "2223"))
            for name, value in figures.items()]  # fmt: skip
    none = {"dimension": "", "category": ""}
    rows += [row("headcount", 2026, 40, occupation="5321", **none),
             row("shortage_fte", 2028, 6, 2, 9, occupation="2223", **none),
             row("missing_fte", 2028, 6, 2, 9, occupation="2223", **none),
             row("surplus_fte", 2028, 0, occupation="2223", **none)]  # fmt: skip
    for name, value in (("probability", 0.004), ("weight", 0.9)):
        rows.append(row(f"move_{name}", 2026, value, occupation="2223", category="5321",
                        dimension="way"))  # fmt: skip
    return rows


def test_ways_lead_to_what_is_short_and_to_management():
    figures = made(ways())
    table = charts.ways_in(figures, subject()).table
    assert table.height == 1
    assert table.row(0) == (
        "Nurse, from health care worker", "6.0 (2.0 to 9.0)", "40", "200 (0.90)", "700", "5",
        "40% (1.4)", "0.4% (90%)",
    )  # fmt: skip
    lead = charts.ways_to_lead(figures, subject()).table
    assert lead["Way in"].to_list() == [
        "Manager, from nurse (short itself)", "Manager, from health care worker, via nurse",
    ]  # fmt: skip
    assert charts.ways_to_lead(made(ways()[16:]), subject()).table is not None


def test_a_way_begins_where_somebody_works():
    nobody = row("headcount", 2026, 0, occupation="2223", dimension="", category="", persons=0.0)
    some = row("headcount", 2026, 12, occupation="5321", dimension="", category="")
    figures = made([*ways(), *({**one, "sector": "all"} for one in (nobody, some))])
    lead = charts.ways_to_lead(figures, subject()).table
    assert lead["Way in"].to_list() == ["Manager, from health care worker, via nurse"]


def test_unqualified_are_priced_by_whole_persons():
    line = {"dimension": "line", "category": "unqualified"}
    rows = [
        *ways(),
        row("measured_shortage", 2026, 3.5, occupation="all", **line),
        row("measured_shortage", 2026, 2.5, occupation="2223", **line),
    ]
    chart = charts.unqualified(made(rows), subject())
    assert chart.title.startswith("3.5 FTE are filled")
    assert chart.table.rows() == [
        ("Nurse", "2.5", "Health care worker", "200", "2,100", "2.7", "5")
    ]
    # What prints as two FTE is two persons.
    two = [*rows[:-1], row("measured_shortage", 2026, 2.04, occupation="2223", **line)]
    assert charts.unqualified(made(two), subject()).table.row(0)[4] == "1,400"


def test_that_no_competence_is_missing_is_not_said_where_one_of_few_holders_is():
    rows = []
    for code, missing, persons in (("nurse", 0, 100.0), ("digital", 3, 5.0)):
        figures = {"required": 20, "held": 20 - missing, "missing": missing, "surplus": 0}
        rows += [row(f"competence_{name}", 2028, fte, category=code) | {"persons": persons}
                 for name, fte in figures.items()]  # fmt: skip
    public, internal = (charts.competence_gap(made(rows, who), subject())
                        for who in ("public", "internal"))  # fmt: skip
    assert public.title.startswith("Care: the competence with the largest gap concerns few staff")
    assert "Digital skills" in internal.title


def test_what_everybody_holds_is_in_the_table_and_takes_no_room_of_what_is_missing():
    figures = {"nurse": (55.4, 35.2, 20.2, 0.0), "digital": (900.0, 902.0, 0.0, 2.0)}
    rows = [row(f"competence_{name}", 2028, fte, fte / 2, fte * 2, category=code)
            for code, told in figures.items()
            for name, fte in zip(MEASURES, told, strict=True)]  # fmt: skip
    chart = charts.competence_gap(made(rows), subject())
    (axes,) = chart.figure.axes
    assert [label.get_text().replace("\xa0", " ") for label in axes.get_yticklabels()] == [
        "Authorised nurse (required 55, held 35)\n20 (10 to 40)"
    ]
    assert axes.get_xlim()[1] < 50
    assert chart.table["Competence"].to_list() == ["Authorised nurse", "Digital skills"]
    assert chart.table["Required"].to_list() == ["55 (28 to 111)", "900 (450 to 1,800)"]
    assert chart.note.endswith("is given only in the table.")
    nobody = charts.competence_gap(made(rows[4:]), subject())
    assert nobody.draw is None
    assert nobody.title == "Care: no competence is expected to be missing in 2028"
    assert nobody.table.height == 1
