"""The table of measures: whom each reaches, what it gives, who owns it, and what is left."""

from typing import Any

import polars as pl

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports.charts.figures import Subject
from workforce.reports.mobilisation import measure_plan, measure_reach
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
    assert first["What it gives (FTE)"].startswith("−4.0")
    assert second["What it gives (FTE)"].startswith("−6.0")
    assert (first["Owner"], second["Owner"]) == ("Head of HR", "Nobody named yet")
    assert (first["Deadline"], second["Deadline"]) == ("No date set", "31 December 2028")
    left = [one["Still missing in 2036 (FTE)"].split(" (")[0] for one in (first, second)]
    assert left == ["26", "20"]
