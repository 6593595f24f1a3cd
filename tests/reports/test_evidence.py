"""The evidence card of a measure: pace, reach, effect and what is not known."""

from typing import Any

import polars as pl
import pytest

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.measures import PlaceLimit
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports.charts.figures import Subject
from workforce.reports.evidence import card, is_founded
from workforce.results.mobilising import plan_measures
from workforce.texts.catalogue import LANGUAGES, load_texts

CARE = ["health_care"]
OWN = {
    "mine": {
        "measures": [
            {"lever": "position_share",
             "options": {"points": 6, "end_year": 2028, "sectors": CARE}},
            {"lever": "turnover", "options": {"points": -1, "end_year": 2030},
             "source": {"nb": "antakelse for eksempelfylket", "nn": "", "en": "an assumption"}},
            {"lever": "recruitment", "options": {"percent": 5},
             "source": {"nb": "Egen prøve 2025", "nn": "Eigen prøve 2025", "en": "Own trial 2025"}},
        ],
    }
}  # fmt: skip
PLAN = plan_measures("mine", OWN)


def row(variable: str, central: float, **keys: Any) -> dict[str, Any]:
    return {
        "scenario": "mine", "region": "1", "sector": "all", "occupation": "all", "dimension": "",
        "category": "", "detail": "", "variable": variable, "unit": "", "year": 2036, "level": 0.8,
        "central": central, "lower": central, "upper": central, "persons": 500.0,
    } | keys  # fmt: skip


def told(
    at: int,
    language: str = "en",
    *more: dict[str, Any],
    limits: dict[str, PlaceLimit] | None = None,
) -> dict[str, str]:
    beside = {"dimension": "benchmark", "category": "observed", "year": 2026}
    rows = [
        row("measure_effect", -22.0, lower=-24.0, upper=-3.0, dimension="part",
            category=PLAN[at].name),
        row("mean_position", 0.70, sector="health_care", **beside),
        row("mean_position", 0.74, sector="health_care", region="G05", **beside),
        row("turnover", 0.12, **beside), row("turnover", 0.13, region="G05", **beside),
        *more,
    ]  # fmt: skip
    facts = Facts(plan=PLAN, cost_sources={PLAN[at].name: "Budget"}, limits=limits or {})
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5, facts)
    subject = Subject("1", "all", "mine", 2026, 2036, load_texts(language), Names({}, {}))
    return dict(card(figures, subject, PLAN[at]))


def test_a_plan_faster_than_anyone_seen_is_told_so() -> None:
    of_positions = told(0)
    assert of_positions["Fastest known pace"].startswith("1.2 percentage points")
    assert "assumes 3.0" in of_positions["Fastest known pace"]
    assert "faster than anyone" in of_positions["Fastest known pace"]
    assert told(1)["Fastest known pace"].startswith("Not known")


def test_the_gap_to_the_comparison_group_is_the_size_within_reach() -> None:
    reach = told(0)["Within reach"]
    assert "ahead by 4.0 percentage points" in reach
    assert "further than that" in reach
    assert "no further than you" in told(1)["Within reach"]
    assert "no figures from others" in told(2)["Within reach"]


def test_where_nobody_is_compared_with_the_limit_of_the_place_is_what_is_within_reach() -> None:
    limit = PlaceLimit(most=3.0, reason="pool", own=20.0, reaches=3.0)
    reach = told(2, limits={"recruitment": limit})["Within reach"]
    assert "at most 3.0%" in reach
    assert "3 people come here each year" in reach, "people are whole"
    assert "further than that" in reach


def test_what_larger_positions_replace_stands_beside_what_they_give() -> None:
    hours = [row(f"measure_{name}", fte, dimension="part", category=PLAN[0].name)
             for name, fte in (("gross", 30.0), ("worked", 8.0))]  # fmt: skip
    assert "30" in told(0, "en", *hours)["What it may give"]
    assert "30" not in told(0)["What it may give"].replace("30%", "")


def test_the_effect_is_low_likely_and_high_and_says_what_is_assumed() -> None:
    effect = told(0)["What it may give"]
    assert effect.startswith("22 FTE in 2036")
    assert "between 3 and 24" in effect
    assert "between 30% and 120%" in effect


def test_a_measure_without_a_source_says_so_and_an_own_one_is_named() -> None:
    assert "has no source" in told(1)["What it rests on"]
    assert told(2)["What it rests on"].startswith("The plan says: Own trial 2025.")
    assert "has no source" not in told(2)["What it rests on"]
    assert [is_founded(one) for one in PLAN] == [True, False, True]


def test_money_stands_on_the_card_where_it_is_known() -> None:
    name = PLAN[0].name
    money = [
        row("measure_money", amount, dimension="money", category=name, detail=item)
        for item, amount in (("running", 2e6), ("wages", 18e6), ("price", 20e6))
    ]
    assert "wages" not in told(0, "en", money[0], money[2] | {"central": 2e6})["What it costs"]
    said = told(0, "en", *money)["What it costs"]
    assert "NOK 20.0 million a year, including the wages of those who are added." in said
    assert "NOK 909,000 a year per FTE" in said, "20.0 million over the 22 FTE that are printed"
    sick_pay = row("measure_money", -19e6, dimension="money", category=name, detail="sick_pay")
    less = told(0, "en", money[0], money[2] | {"central": 1e6}, sick_pay)["What it costs"]
    assert "NOK 1.0 million a year, once sick pay" in less
    assert "The running cost alone is 2.0" in less
    unknown = told(0, "en", row("measure_money", 0.0, dimension="money", category=name,
                                detail="wages"))  # fmt: skip
    assert unknown["What it costs"] == "No cost is given."
    assert "What it costs" not in told(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_is_whole_in_every_language(language: str) -> None:
    for at in range(len(PLAN)):
        found = told(at, language)
        assert len(found) == 8
        assert "{" not in "".join(found.values())


def test_a_measure_that_rests_on_a_trial_tells_its_source_and_its_ceiling() -> None:
    options = {"trial": "reablement", "part": 20, "percent": 3}
    (one,) = plan_measures(
        "it", {"it": {"measures": [{"lever": "co_production", "options": options}]}}
    )
    facts = Facts(plan=(one,))
    figures = Figures(pl.DataFrame([row("turnover", 0.1)], schema=ROW), "public", 5, facts)
    subject = Subject("1", "all", "it", 2026, 2036, load_texts("en"), Names({}, {}))
    shown = dict(card(figures, subject, one))
    assert is_founded(one)
    assert "Lewin" in shown["What it rests on"]
    assert shown["Within reach"] == "At most 3.4% of the work, by what the measure states."
    assert "between 24% and 165%" in shown["What it may give"]


@pytest.mark.parametrize(("region", "said"), [
    ("1804", ("In Nordland 2,213 were wholly unemployed", "borrowed from the whole country",
              "(90) is your own figure")),
    ("4003", ("In Telemark 2,328 were wholly unemployed", "(90) is your own figure")),
    ("9006", ("In the whole country 68,932", "borrowed from the whole country")),
])  # fmt: skip
def test_who_is_outside_work_is_told_of_the_county_and_what_is_borrowed_or_one_s_own_is_marked(
    region: str, said: tuple[str, ...]
) -> None:
    one = {"lever": "inclusion", "options": {"persons": 2, "outside": 90}}
    plan = plan_measures("mine", {"mine": {"measures": [one]}})
    figures = Figures(pl.DataFrame(schema=ROW), "public", 5, Facts(plan=plan))
    for language in LANGUAGES:
        page = Subject(region, "all", "mine", 2026, 2036, load_texts(language), Names({}, {}))
        cards = dict(card(figures, page, plan[0]))
        assert "{" not in "".join(cards.values())
        if language == "en":
            told_of = cards["Who is outside work"]
            assert all(words in told_of for words in said)
            assert ("borrowed" in told_of) == (region != "4003")


@pytest.mark.parametrize(("options", "said"), [
    ({"weeks": 6}, "Training is counted: 6 weeks"), ({}, "so it is not counted"),
])  # fmt: skip
def test_training_for_tasks_that_move_is_counted_or_said_not_to_be(
    options: dict[str, Any], said: str
) -> None:
    one = {"lever": "scarce_tasks", "options": {"percent": 20, **options}}
    plan = plan_measures("mine", {"mine": {"measures": [one]}})
    figures = Figures(pl.DataFrame(schema=ROW), "public", 5, Facts(plan=plan))
    page = Subject("1", "all", "mine", 2026, 2036, load_texts("en"), Names({}, {}))
    assert said in dict(card(figures, page, plan[0]))["What it rests on"]
