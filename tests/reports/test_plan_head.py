"""The answers above the page on mobilising: what is missing, done, paid, and next."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.contract.results import ROW
from workforce.reports.charts.figures import Subject
from workforce.reports.plan_head import plan_head
from workforce.texts.catalogue import LANGUAGES, load_texts

from .test_charts import BASE, NAMES, THEN, row

HEAD = {"nb": "HR-sjef", "nn": "HR-sjef", "en": "Head of HR"}
PLAN = (
    Measure("absence", "mobilise", {}, name="1_absence", owner=HEAD, deadline="2028-12-31"),
    Measure("turnover", "mobilise", {}, name="2_turnover", deadline="2027-06-30"),
)


def told(*, effects: dict[str, float], plan: tuple[Measure, ...] = PLAN, language: str = "en",
         scenario: str = "mine") -> dict[str, str]:  # fmt: skip
    rows: list[dict[str, Any]] = [
        row("missing_fte", THEN, fte, scenario=name, sector="all")
        for name, fte in (("baseline", 73.0), ("mine", 48.0))
    ]
    rows += [
        row("measure_effect", THEN, fte, scenario="mine", sector="all", dimension="part",
            category=name)
        for name, fte in effects.items()
    ]  # fmt: skip
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5, Facts(plan=plan))
    page = Subject("1", "all", scenario, BASE, THEN, load_texts(language), NAMES)
    return dict(plan_head(figures, page))


def test_a_plan_is_told_by_what_is_left_whom_it_spares_and_the_nearest_deadline() -> None:
    said = told(effects={"1_absence": -2.7, "2_turnover": -22.0, "hiring": 12.0})
    assert said["What is missing?"] == (
        "Without measures 73 FTE are missing in 2036. With the measures 48 are still missing."
    )
    does = said["What will you do?"]
    assert does.startswith("Lower short-term absence; Lower turnover.")
    assert does.endswith("Together the measures mean that 12 FTE need not be recruited.")
    assert "The nearest deadline is 30 June 2027" in said["What now?"]


def test_the_five_measures_with_most_effect_are_named_in_ks_order() -> None:
    plan = tuple(replace(PLAN[0], name=f"{i}_absence", title={"en": f"No {i}"}) for i in range(7))
    effects = {one.name: -float(i + 1) for i, one in enumerate(plan)}
    does = told(effects=effects, plan=plan)["What will you do?"]
    assert [f"No {i};" in does for i in range(7)] == [False, False, *[True] * 5]
    assert does.index("No 2") < does.index("No 6")
    assert does.endswith("2 more measures.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_no_answer_without_measures(language: str) -> None:
    assert told(effects={}, plan=(), language=language) == {}
    assert told(effects={}, scenario="baseline", language=language) == {}
