"""The answer of a plan: at most five measures in KS's order, owner, effect and money."""

from typing import Any

import polars as pl
import pytest

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts.figures import Subject
from workforce.results.mobilising import plan_measures
from workforce.texts.catalogue import LANGUAGES, load_texts

OWNER = {"nb": "HR-sjef", "nn": "HR-sjef", "en": "Head of HR"}
SOURCE = {"nb": "Egen prøve", "nn": "Eigen prøve", "en": "Own trial"}
SIZES = {
    "absence": {"points": -0.5}, "turnover": {"points": -1}, "position_share": {"points": 2},
    "digitalisation": {"percent": 2}, "recruitment": {"percent": 5}, "completion": {"points": 1},
    "inclusion": {"persons": 1},
}  # fmt: skip
GIVEN = {"absence": 1.0, "turnover": 20.0, "position_share": 8.0, "digitalisation": 9.0,
         "recruitment": 30.0, "completion": 0.2, "inclusion": 0.3}  # fmt: skip


def row(variable: str, central: float, **keys: Any) -> dict[str, Any]:
    return {
        "scenario": "mine", "region": "1", "sector": "all", "occupation": "all", "dimension": "",
        "category": "", "detail": "", "variable": variable, "unit": "", "year": 2036, "level": 0.8,
        "central": central, "lower": central - 2, "upper": central + 1, "persons": 500.0,
    } | keys  # fmt: skip


def answer(language: str = "en", left: float = 12.0, **written: Any) -> Any:
    about = {"owner": OWNER, "source": SOURCE, "deadline": "2028-12-31"} | written
    measures = [{"lever": name, "options": size, **about} for name, size in SIZES.items()]
    plan = plan_measures("mine", {"mine": {"measures": measures}})
    rows = [row("missing_fte", 60.0, scenario="baseline"), row("missing_fte", left)]
    rows += [row("measure_effect", -GIVEN[one.lever], dimension="part", category=one.name)
             for one in plan]  # fmt: skip
    rows += [row("measure_money", 2e6, dimension="money", category=one.name, detail="price")
             for one in plan[1:]]  # fmt: skip
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5, Facts(plan=plan))
    subject = Subject("1", "all", "mine", 2026, 2036, load_texts(language), Names({}, {}))
    return charts.plan_answer(figures, subject)


def test_the_five_measures_that_give_most_stand_in_ks_order_with_owner_effect_and_money() -> None:
    chart = answer()
    names = chart.table["Measure"].to_list()
    assert names == ["Lower short-term absence", "Lower turnover", "Larger positions",
                     "Tasks that fall away", "More recruits",
                     ("More students who complete their education and People outside work are "
                      "recruited"), "Total", "In occupations not short of people",
                     "What is missing falls by"]  # fmt: skip
    first = chart.table.to_dicts()[0]
    assert first["Owner"] == "Head of HR"
    gives = next(
        value for key, value in first.items() if key.startswith("Expected to give in 2036")
    )
    assert gives == "1 (0 to 3)"  # As exactly as the total below them.
    assert first["Price a year, wages included (NOK million)"] == "not given"
    assert first["Deadline"] == "31 December 2028"
    assert chart.title == "The measures that give most in 2036"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_is_whole_in_every_language(language: str) -> None:
    chart = answer(language)
    assert "{" not in "".join([chart.title, chart.note, *chart.table.columns])


def test_a_measure_that_hardly_gives_anything_is_not_told_as_nought() -> None:
    one = {"lever": "absence", "options": {"points": -0.5}, "owner": OWNER, "source": SOURCE}
    plan = plan_measures("mine", {"mine": {"measures": [one]}})
    rows = [
        row("missing_fte", 60.0, scenario="baseline"), row("missing_fte", 59.0),
        row("measure_effect", -0.2, dimension="part", category="1_absence") | {
            "lower": -0.3, "upper": -0.1},
    ]  # fmt: skip
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5, Facts(plan=plan))
    subject = Subject("1", "all", "mine", 2026, 2036, load_texts("en"), Names({}, {}))
    table = charts.plan_answer(figures, subject).table
    assert table is not None
    assert "less than half" in table.row(0)
    # Where every measure stands there it is not those that give most.
    title = charts.plan_answer(figures, subject).title
    assert title == "The measures of the plan, and what they give in 2036"


def test_what_a_measure_gives_is_one_figure_wherever_it_is_told() -> None:
    """52.6 less 16.5, 13.0, 9.6, 2.1 and with 6.0 is 17.4: the ends are 36 apart as printed."""
    given = {"absence": 2.05, "turnover": 16.46, "digitalisation": 9.61, "recruitment": 13.01}
    plan = plan_measures(
        "mine", {"mine": {"measures": [{"lever": n, "options": SIZES[n]} for n in given]}}
    )
    ends = {"base": 52.556, "hiring": 6.02, "horizon": 17.446}
    steps = {one.name: -given[one.lever] for one in plan}
    effects = {"base": ends["base"], **steps, "hiring": ends["hiring"], "horizon": ends["horizon"]}
    rows = [row("missing_fte", fte, scenario=name)
            for name, fte in (("baseline", 60.0), ("mine", 24.0))]  # fmt: skip
    rows += [row("measure_effect", fte, dimension="part", category=name)
             for name, fte in effects.items()]  # fmt: skip
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5, Facts(plan=plan))
    page = Subject("1", "all", "mine", 2026, 2036, load_texts("en"), Names({}, {}))
    answer, chain, table = (
        one(figures, page).table
        for one in (charts.plan_answer, charts.measure_chain, charts.measure_plan)
    )

    def told(cells: list[str]) -> list[str]:
        return [cell.split(" ")[0].lstrip("−+") for cell in cells]

    column = next(name for name in answer.columns if name.startswith("Expected"))
    in_chain = told(chain[chain.columns[1]].to_list())
    assert in_chain == ["53", *told(answer[column].to_list())[:-1], "17"]
    does = next(name for name in table.columns if "(FTE)" in name)
    assert told(table[does].to_list()) == in_chain[1:-2]
    assert told(answer[column].to_list())[-1] == "36"
