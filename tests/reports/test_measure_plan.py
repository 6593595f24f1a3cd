"""The table of measures: whom each reaches, what it gives, who owns it, and what is left."""

from typing import Any

import polars as pl

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports.charts.avoided import recruitments_avoided
from workforce.reports.charts.figures import Subject
from workforce.reports.mobilisation import measure_plan, measure_reach, mobilisation_figures
from workforce.results.mobilising import plan_measures
from workforce.texts.catalogue import load_texts

OWN = {
    "mine": {
        "title": {"nb": "a", "nn": "b", "en": "c"},
        "measures": [
            {"lever": "absence", "options": {"points": -0.5}, "owner": {"en": "Head of HR"}},
            {"lever": "recruitment", "options": {"percent": 5}, "deadline": "2028-12-31"},
        ],
    }
}
SUBJECT = Subject("1", "all", "mine", 2026, 2036, load_texts("en"), Names({}, {}))


def row(variable: str, central: float, **keys: Any) -> dict[str, Any]:
    return {
        "scenario": "mine", "region": "1", "sector": "all", "occupation": "all", "dimension": "",
        "category": "", "variable": variable, "unit": "FTE", "year": 2036, "level": 0.8,
        "central": central, "lower": central - 1, "upper": central + 1, "persons": 500.0,
    } | keys  # fmt: skip


def test_each_measure_has_whom_it_reaches_what_it_gives_and_what_is_left() -> None:
    ages = {"under_55": 380.0, "55_61": 80.0, "62_plus": 40.0}
    part = {"dimension": "part", "year": 2036}
    figures = [
        row("headcount", 500.0, year=2026),
        *(
            row("headcount_by_age", count, dimension="age_group", category=group, year=2026)
            for group, count in ages.items()
        ),
        row("measure_effect", -4.0, category="1_absence", **part),
        row("measure_effect", -6.0, category="2_recruitment", **part),
        row("missing_fte", 26.0, scenario="after_1"),
        row("missing_fte", 20.0),
    ]
    facts = Facts(plan=plan_measures("mine", OWN))
    told = Figures(pl.DataFrame(figures, schema=ROW), "public", 5, facts)
    chart, reach = (make(told, SUBJECT) for make in (measure_plan, measure_reach))
    assert chart.table is not None
    assert reach.table is not None
    first, second = chart.table.to_dicts()
    whom = reach.table["Whom the measure reaches"].to_list()
    assert "about 500 people were employed" in whom[0]
    assert whom[0].endswith("About 120 of them were 55 or older.")
    assert whom[1] == "None of those employed today."
    assert "training" not in reach.note, "the plan has none"
    assert first["What it gives (FTE)"].startswith("4.0 (")
    assert second["What it gives (FTE)"].startswith("6.0 (")
    assert (first["Owner"], second["Owner"]) == ("Head of HR", "Nobody named yet")
    assert (first["Deadline"], second["Deadline"]) == ("No date set", "31 December 2028")
    left = [one["Still missing in 2036 (FTE)"].split(" (")[0] for one in (first, second)]
    assert left == ["26", "20"]


def opening_rows(scenario: str, **parts: float) -> list[dict[str, Any]]:
    same: dict[str, Any] = {"scenario": scenario, "dimension": "opening_part", "unit": "persons"}
    return [row("openings", value, category=part, **same) for part, value in parts.items()]


def paths(staff: float) -> Figures:
    """Ten years: 630 to recruit without measures, 560 with them; staff of 500 and another mean."""
    rows = [
        *opening_rows("baseline", openings=630.0, exits=600.0, growth=30.0, transfers=0.0),
        *opening_rows("mine", openings=560.0, exits=615.0, growth=-55.0, transfers=0.0),
        *(
            row("headcount", value, scenario=name, year=year)
            for year in (2026, 2036)
            for name, value in (("baseline", 500.0), ("mine", staff))
        ),
        row("surplus_fte", 12.0, scenario="baseline"),
        row("surplus_fte", 14.0),
        row("missing_fte", 26.0, scenario="baseline"),
        row("missing_fte", 20.0),
    ]
    return Figures(pl.DataFrame(rows, schema=ROW), "public", 5, Facts())


def test_recruitments_are_told_over_the_whole_period_and_as_those_avoided() -> None:
    # As KS: 63,000 a year become 56,000; here 630 in ten years become 560.
    chart = recruitments_avoided(paths(510.0), SUBJECT)
    assert "70 fewer people must be recruited from 2026 to 2036" in chart.title
    assert "560 instead of 630" in chart.title
    assert chart.table is not None
    assert chart.table.rows() == [
        ("Replace those who leave", "600", "615", "+15"),
        ("Change in the need", "30", "−55", "−85"),
        ("To be recruited in all", "630", "560", "−70"),
    ]
    assert "more are employed" in chart.note
    assert "14 FTE more than needed in 2036" in chart.note
    assert "there are no more staff" in recruitments_avoided(paths(500.0), SUBJECT).note
    cards = [
        card for card in mobilisation_figures(paths(510.0), SUBJECT) if "recruit" in card.label
    ]
    assert [(card.value, card.note) for card in cards] == [
        ("560 people", "70 fewer than without measures (630)")
    ]


def fewer(**written: Any) -> str:
    one = {"lever": "staffing_standard", "options": {"percent": -1}, **written}
    own = {"mine": {"title": OWN["mine"]["title"], "measures": [one]}}
    facts = Facts(plan=plan_measures("mine", own))
    effect = row("measure_effect", -4.0, category="1_staffing_standard", dimension="part")
    figures = Figures(pl.DataFrame([effect], schema=ROW), "public", 5, facts)
    table = measure_plan(figures, SUBJECT).table
    assert table is not None
    return " | ".join(table.row(0))


def test_fewer_staff_per_user_is_phasing_out_only_where_the_tasks_that_end_are_named() -> None:
    unnamed = fewer()
    assert "| Fewer staff per user |" in unnamed
    assert "not as something phased out" in unnamed
    named = fewer(ends=[{"nb": "a", "nn": "b", "en": "monthly reports"}])
    assert "| Phase out |" in named
    assert "Tasks that end: monthly reports." in named


def test_of_larger_positions_the_hours_that_are_worked_already_are_told_gross_and_net() -> None:
    own = {"mine": {"title": OWN["mine"]["title"], "measures": [
        {"lever": "position_share", "options": {"points": 6}},
        {"lever": "full_time", "options": {"points": 5, "extra_hours": 2, "wanted": 40}},
    ]}}  # fmt: skip
    part = {"dimension": "part"}
    rows = [
        row(f"measure_{name}", value, category=category, **part)
        for category, values in (("1_position_share", (19.1, 16.6)), ("2_full_time", (8.0, 2.0)))
        for name, value in zip(("gross", "worked"), values, strict=True)
    ]
    facts = Facts(plan=plan_measures("mine", own))
    chart = measure_plan(Figures(pl.DataFrame(rows, schema=ROW), "public", 5, facts), SUBJECT)
    assert chart.table is not None
    first, second = chart.table["Measure"].to_list()
    assert "Positions grow by 19 FTE. 17 of them are hours that part-timers already work" in first
    assert "and 2 are added" in first
    assert "Positions grow by 8.0 FTE. 2.0 of them are hours" in second
    assert "want 40% of the way" in second
