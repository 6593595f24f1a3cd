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

SOURCE = {"nb": "Egen prøve", "nn": "Eigen prøve", "en": "Own trial"}
HEAD = {"nb": "HR-sjef", "nn": "HR-sjef", "en": "Head of HR"}
PLAN = (
    Measure("absence", "mobilise", {}, name="1_absence", owner=HEAD, deadline="2028-12-31"),
    Measure("turnover", "mobilise", {}, name="2_turnover", deadline="2027-06-30"),
)


def told(*, effects: dict[str, float], plan: tuple[Measure, ...] = PLAN, language: str = "en",
         scenario: str = "mine", left: float = 48.0) -> dict[str, str]:  # fmt: skip
    rows: list[dict[str, Any]] = [
        row("missing_fte", THEN, fte, scenario=name, sector="all")
        for name, fte in (("baseline", 73.0), ("mine", left))
    ]
    rows += [
        row("measure_effect", THEN, fte, scenario="mine", sector="all", dimension="part",
            category=name)
        for name, fte in effects.items()
    ]  # fmt: skip
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5, Facts(plan=plan))
    page = Subject("1", "all", scenario, BASE, THEN, load_texts(language), NAMES)
    return dict(plan_head(figures, page))


def test_a_plan_is_told_by_what_it_gives_what_that_lessens_and_the_nearest_deadline() -> None:
    said = told(effects={"1_absence": -12.7, "2_turnover": -32.3, "hiring": 12.0})
    assert said["What is missing?"] == (
        "Without measures 73 FTE are missing in 2036. With the measures 48 are still missing."
    )
    assert said["What will you do?"] == (
        "The plan has 2 measures. They are expected to give 45 FTE.\nWhat is missing falls by "
        "25. The rest comes in occupations that are not short of people, or takes the place of "
        "recruitment, since no more are recruited than are needed."
    )
    assert said["What now?"].startswith("Next step: find an owner for")
    assert "The nearest deadline is 30 June 2027" in said["What now?"]


def test_a_plan_whose_measures_all_lessen_what_is_missing_has_nothing_to_explain() -> None:
    does = told(effects={"1_absence": -5.0, "2_turnover": -20.0})["What will you do?"]
    assert does == "The plan has 2 measures. They are expected to give 25 FTE."


def test_what_is_missing_may_fall_by_more_than_the_net_and_the_table_leads_to_it() -> None:
    said = told(effects={"1_absence": -5.0, "2_turnover": -20.0, "hiring": 4.0}, left=49.0)
    assert said["What will you do?"].endswith("give 25 FTE.\nWhat is missing falls by 24. The rest "
        "comes in occupations that are not short of people, or takes the place of recruitment, "
        "since no more are recruited than are needed.")  # fmt: skip


OWNED = tuple(replace(one, owner=HEAD, source=SOURCE) for one in PLAN)


@pytest.mark.parametrize(
    ("plan", "left", "said"),
    [
        (PLAN, 48.0, "find an owner for “Lower turnover”"),
        (tuple(replace(one, owner=HEAD) for one in PLAN), 48.0,
         "sizes of these measures rest on: “Lower turnover”"),
        (OWNED, 48.0, "the plan is not enough"),
        (OWNED, 0.0, "put the plan into the financial plan"),
    ],
)  # fmt: skip
def test_the_next_step_is_an_owner_then_a_source_then_more_and_then_to_carry_it_out(
    plan: tuple[Measure, ...], left: float, said: str
) -> None:
    assert said in told(effects={"1_absence": -5.0}, plan=plan, left=left)["What now?"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_no_answer_without_measures(language: str) -> None:
    assert told(effects={}, plan=(), language=language) == {}
    assert told(effects={}, scenario="baseline", language=language) == {}
