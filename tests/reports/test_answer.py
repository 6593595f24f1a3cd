"""The five answers above an overview: true in every case, and in the figures of the page."""

import itertools
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.contract.results import ROW
from workforce.reports.answer import answer
from workforce.reports.charts.figures import Subject, is_small
from workforce.texts.catalogue import LANGUAGES, load_texts

from .test_charts import BASE, NAMES, THEN, gap, row

NO_FACTS = Facts(quarter="2026Q3")
NURSE, CARER, DOCTOR = "2223", "5321", "2211"


def lacking(
    code: str, fte: float, chances: dict[int, float], persons: float = 100.0
) -> list[dict[str, Any]]:
    """An occupation that lacks at the end, and the share of draws that say so by year."""
    keys = {"occupation": code, "persons": persons}
    told = [row("shortage_chance", year, chance, **keys) for year, chance in chances.items()]
    return [*gap(THEN, fte, fte / 2, fte * 2, **keys), *told]


def of_place(
    now: float, then: float, over: float = 0.0, *, need: float = 30.0, staff: float = 10.0,
    heads: float = 500.0,
) -> list[dict[str, Any]]:  # fmt: skip
    """All occupations together: what lacks, what is over, need and staff at both ends."""
    ends = {BASE: (now, 400.0, 390.0), THEN: (then, 400.0 + need, 390.0 + staff)}
    rows = [
        row(name, year, value)
        for year, values in ends.items()
        for name, value in zip(("missing_fte", "demand_fte", "supply_fte"), values, strict=True)
    ]
    net = row("shortage_fte", THEN, then - over)
    rows.append(row("shortage_fte", BASE, then - over - need + staff))
    return [*rows, net, row("surplus_fte", THEN, over), row("headcount", BASE, heads)]


def said(
    rows: list[dict[str, Any]],
    language: str = "en",
    *,
    small: bool = False,
    facts: Facts = NO_FACTS,
    **changes: Any,
) -> dict[str, str]:
    texts = replace(load_texts(language), small_place=small)
    table = pl.DataFrame(rows, schema=ROW)
    about = {"region": "1", "sector": "care", "scenario": "baseline"} | changes
    page = Subject(base_year=BASE, horizon_year=THEN, texts=texts, names=NAMES, **about)
    return dict(answer(Figures(table, "public", 5, facts), page))


def test_what_is_missing_is_told_by_how_sure_it_is_and_never_netted() -> None:
    years = {BASE: 0.5, 2030: 0.95, THEN: 0.97}
    sure = row("missing_fte", THEN, 40.0, 30.0, 50.0, agree=0.99)
    rows = [
        *(one for one in of_place(4.0, 40.0, over=25.0) if one["variable"] != "missing_fte"),
        row("missing_fte", BASE, 4.0),
        sure,
        *lacking(NURSE, 20.0, years),
        *lacking(CARER, 12.0, {BASE: 0.2, THEN: 0.7}),
        *lacking(DOCTOR, 5.0, {THEN: 0.6}),
    ]
    told = said(rows)
    assert told["How many are missing?"] == (
        "In 2036, 40 FTE (30 to 50) are missing out of 430 needed. That there will be a shortage "
        "is certain. Certain shortage: nurse (20). Likely shortage: health care worker (12). The "
        "last 8 are in occupations where it is open whether there will be a shortage.\nOther "
        "occupations will have 25 FTE more than needed. They are not taken off the shortage, since "
        "one occupation cannot simply do the work of another."
    )
    assert told["From when?"].endswith(
        "That a given occupation is short of people is certain from 2027 for nurse."
    )


def test_need_and_staff_add_up_to_what_lacks_where_it_lacks() -> None:
    ends = {"missing_fte": (4.0, 20.0), "demand_fte": (100.0, 130.0)}
    last = ("missing_fte", 20.0)  # stands among those of the occupation already
    rows = [
        *of_place(4.0, 40.0, over=25.0),
        *lacking(NURSE, 20.0, {BASE: 0.5, THEN: 0.97}),
        *(row(name, year, fte, occupation=NURSE) for name, both in ends.items()
          for year, fte in zip((BASE, THEN), both, strict=True) if (name, fte) != last),
    ]  # fmt: skip
    assert said(rows)["Why?"] == (
        "In the occupations with a certain or likely shortage it goes from 4 FTE in 2026 to 20 "
        "(of 40 in all) in 2036: the need grows by 30 FTE, and staffing grows by 14."
    )


def test_where_no_occupation_is_named_what_is_over_is_a_part_of_its_own() -> None:
    assert said(of_place(4.0, 49.0, over=25.0))["Why?"] == (
        "The shortage goes from 4 FTE in 2026 to 49 in 2036: the need grows by 30 FTE, staffing "
        "grows by 10, and 25 FTE of the staff are then in occupations that have more than needed "
        "and do not meet the shortage in others."
    )


def test_a_shortage_counts_from_the_year_after_which_it_is_sure_for_good() -> None:
    chances = {BASE: 0.95, 2028: 0.5, 2030: 0.92, THEN: 0.99}
    rows = [*of_place(4.0, 20.0), *lacking(NURSE, 20.0, chances)]
    assert "from 2029 for nurse" in said(rows)["From when?"]
    rows = [*of_place(4.0, 20.0), *lacking(NURSE, 20.0, {BASE: 0.95, THEN: 0.99})]
    assert "already in 2026 for nurse" in said(rows)["From when?"]


def test_where_nobody_lacks_it_says_so() -> None:
    told = said(of_place(0.0, 0.2))
    assert told["How many are missing?"] == "In 2036 no occupation is expected to be short of FTE."
    assert told["From when?"] == "Nobody is missing in 2026."


def test_a_rounded_count_of_few_names_no_occupation() -> None:
    rows = [*of_place(1.0, 6.0), *lacking(NURSE, 5.0, {BASE: 0.95, THEN: 0.95}, persons=5.0)]
    assert "is open" in said(rows)["How many are missing?"]


@pytest.mark.parametrize(
    ("need", "staff", "told"),
    [
        (
            30.0,
            25.0,
            "1 FTE in 2026 to 6 in 2036: the need grows by 30 FTE, and staffing grows by 25.",
        ),
        (
            30.0,
            0.0,
            "1 FTE in 2026 to 31 in 2036: the need grows by 30 FTE, and staffing stays the same.",
        ),
        (
            -12.0,
            -20.0,
            "1 FTE in 2026 to 9 in 2036: the need falls by 12 FTE, and staffing falls by 20.",
        ),
        (
            0.2,
            -15.0,
            "1 FTE in 2026 to 16 in 2036: the need stays the same, and staffing falls by 15.",
        ),
    ],
)
def test_why_sets_the_change_of_need_against_that_of_staff(
    need: float, staff: float, told: str
) -> None:
    rows = of_place(1.0, 1.0 + need - staff, need=need, staff=staff)
    assert told in said(rows)["Why?"]


def test_what_first_names_the_measures_of_the_scenario_with_owner_deadline_and_effect() -> None:
    title = {"en": "Full-time culture"}
    plan = (
        Measure("position_share", "mobilise", {}, title=title, owner={"en": "Head of care"},
                deadline="2030-12-31"),
        Measure("absence", "mobilise", {}, title={"en": "Less absence"}),
    )  # fmt: skip
    rows = [*of_place(4.0, 25.0), row("missing_fte", THEN, 40.0, scenario="baseline")]
    rows = [one | ({} if one["central"] == 40.0 else {"scenario": "mine"}) for one in rows]
    told = said(rows, scenario="mine", facts=Facts(measures={"mine": plan}))["What first?"]
    assert told.startswith(
        "Carry out the measures of the projection: Full-time culture (Head of care, by 31 December "
        "2030); Less absence ("
    )
    assert "With them 25 FTE are missing in 2036, against 40 without." in told


def test_why_names_every_cause_of_leaving_the_largest_first() -> None:
    causes = {"left_sector": 52.0, "retired": 10.0, "moved_municipality": 24.0}
    rows = [
        *of_place(1.0, 5.0),
        row("recruitment_need", THEN - 1, 90.4),
        row("replacement_fte", THEN - 1, 86.0),
        row("growth_fte", THEN - 1, 4.4),
        *(
            row("replacement_by_cause", THEN - 1, fte, dimension="cause", category=cause)
            for cause, fte in causes.items()
        ),
        row("funded_fte", BASE, 395.0),
        row("funded_fte", 2030, 380.0),
    ]
    assert said(rows)["Why?"].endswith(
        "The budget for 2030 has room for 15 fewer FTE than in 2026. Every year those who leave "
        "must be replaced as well. During 2035 that is 86 FTE: 52 because people leave the "
        "municipal sector, 24 because people go to another municipality and 10 because people "
        "retire."
    )


def test_why_tells_the_growth_of_the_oldest_and_sets_the_budget_beside_the_need_of_its_year() -> (
    None
):
    band = {"sector": "all", "dimension": "age_band", "category": "80+", "agree": 1.0}
    rows = [
        *of_place(1.0, 21.0),
        row("funded_fte", BASE, 395.0),
        row("funded_fte", 2030, 398.0),
        row("demand_fte", 2030, 412.0),
        row("population_by_band", BASE, 300.0, **band),
        row("population_by_band", THEN, 450.0, 400.0, 500.0, **band),
    ]
    assert said(rows)["Why?"] == (
        "The number of inhabitants aged 80 or older grows by 50% by 2036. The shortage goes from "
        "1 FTE in 2026 to 21 in 2036: the need grows by 30 FTE, and staffing grows by 10. The "
        "budget for 2030 has room for 3 more FTE than in 2026, while the need is then 12 FTE "
        "larger."
    )


def test_the_occupation_with_most_more_than_needed_is_named_where_that_is_likely() -> None:
    over = [
        one
        for code, fte, agree in ((DOCTOR, 9.0, 0.7), (CARER, 3.0, 0.95))
        for one in gap(THEN, -fte, -2 * fte, -fte / 2, occupation=code, agree=agree)
    ]
    rows = [*of_place(1.0, 5.0, over=12.0), *over]
    assert (
        "most of them in the occupation general practitioner" in said(rows)["How many are missing?"]
    )


def test_a_small_place_looks_to_its_neighbours_first_and_is_told_in_whole_fte() -> None:
    first = row("recruitment_need", THEN - 1, 6.0)
    of_large = said([*of_place(1.0, 5.0), first])
    assert list(of_large) == ["How many are missing?", "From when?", "Why?", "What first?"]
    assert "5.0 FTE are missing" in of_large["How many are missing?"]
    told = said([*of_place(1.0, 5.0), first], small=True)
    assert list(told) == ["How many are missing?", "What first?", "From when?", "Why?"]
    steps = told["What first?"].split("\n")
    assert steps[1].startswith("1. Talk to the neighbouring municipalities about")
    assert told["How many are missing?"].startswith("In 2036, 5 FTE are missing out of 430 needed")


@pytest.mark.parametrize(
    ("heads", "inhabitants", "small"), [(30.0, 5000.0, True), (60.0, 900.0, True),
                                        (60.0, 1000.0, False), (60.0, 0.0, False)]
)  # fmt: skip
def test_a_place_is_small_by_those_who_work_or_live_there_not_by_one_sector(
    heads: float, inhabitants: float, small: bool
) -> None:
    ages = {"sector": "all", "occupation": "all", "dimension": "sex_age", "persons": None}
    rows = [
        row("headcount", BASE, 5.0),
        row("headcount", BASE, heads, sector="all"),
        row("population_path", BASE, inhabitants, category="female_40", **ages),
    ]
    page = Subject("1", "care", "baseline", BASE, THEN, load_texts("en"), NAMES)
    assert is_small(Figures(pl.DataFrame(rows, schema=ROW), "public", 5), page) is small


def test_without_staff_nothing_is_answered() -> None:
    assert said(of_place(1.0, 5.0), missing=("staff",)) == {}


def test_every_combination_has_its_sentence_in_every_language() -> None:
    changes = (-20.0, 0.0, 20.0)
    for language, need, staff in itertools.product(LANGUAGES, changes, changes):
        assert len(said(of_place(1.0, 5.0, need=need, staff=staff), language)) == 3


STEPS = [
    row("missing_fte", THEN, 40.0, sector="care"),
    row("replacement_fte", THEN - 1, 90.0),
    row("growth_fte", THEN - 1, 5.0),
    *(row("replacement_by_cause", THEN - 1, fte, fte / 2, fte * 2, dimension="cause",
          category=cause)
      for cause, fte in (("left_sector", 52.0), ("retired", 38.0))),
    row("headcount", BASE, 500.0),
    *(row(name, BASE, share, dimension="benchmark", category="observed", region=place,
          persons=500.0)
      for name, own, other in (("mean_position", 0.75, 0.80), ("absence_rate", 0.10, 0.08))
      for place, share in (("1", own), ("2", other))),
    row("recruitment_need", THEN - 1, 95.0),
    row("recruitment_need", THEN - 1, 30.0, occupation=NURSE),
]  # fmt: skip


def test_what_first_names_service_cause_owner_and_size_in_ks_order() -> None:
    rows = [
        one for one in of_place(4.0, 40.0) if one["variable"] not in ("missing_fte", "headcount")
    ]
    rows += [row("missing_fte", BASE, 4.0), *STEPS, *lacking(NURSE, 20.0, {BASE: 0.5, THEN: 0.97})]
    first = said(rows)["What first?"].split("\n")
    assert first[1:4] == [
        (
            "1. Get more people to stay in health and care: during 2035, 90 FTE must be replaced "
            "there, 52 (26 to 104) of them because staff leave the municipal sector. If a tenth "
            "fewer leave for that reason, 5.2 fewer FTE must be replaced a year. Owner: the "
            "director of health and care and the head of HR."
        ),
        (
            "2. Offer larger positions in health and care: they average 75.0%, against 80.0% in 2. "
            "Reaching that corresponds to 25 FTE. Owner: the director of health and care."
        ),
        (
            "3. Recruit those who are needed all the same: without measures 95 FTE must be "
            "recruited during 2035, 90 for replacement and 5 for growth. 30 of them are in the "
            "occupation with the largest shortage, nurse. Owner: the head of HR."
        ),
    ]
    assert "adopted in December 2026" in first[0]


def test_a_place_like_those_beside_it_is_said_to_be_so() -> None:
    alike = [one | {"central": 0.752} if one["central"] == 0.80 else one for one in STEPS]
    alike = [one for one in alike if one["variable"] != "absence_rate"]
    told = said([*of_place(4.0, 40.0), *alike[1:5], *alike[6:]])["What first?"]
    assert "they average 75.0%, about the same as in 2 (75.2%)." in told
    assert "One percentage point better corresponds to 5.0 FTE." in told
    ahead = [one | {"central": 0.70} if one["central"] == 0.752 else one for one in alike]
    told = said([*of_place(4.0, 40.0), *ahead[1:5], *ahead[6:]])["What first?"]
    assert "they average 75.0%, already better than in 2 (70.0%)." in told


def test_nobody_is_asked_to_stay_where_there_are_more_than_needed() -> None:
    rows = [one for one in of_place(4.0, 40.0, over=60.0) if one["variable"] != "missing_fte"]
    told = said([*rows, *STEPS])["What first?"]
    assert "1. Recruit those who are needed all the same" in told


def test_the_plan_of_the_last_quarter_is_that_of_the_year_after() -> None:
    told = said([*of_place(1.0, 5.0), row("recruitment_need", THEN - 1, 6.0)],
                facts=Facts(quarter="2026Q4"))  # fmt: skip
    assert "adopted in December 2027" in told["What first?"]


def test_what_stands_on_fewer_than_fifty_people_is_never_told_as_sure() -> None:
    few = lacking(NURSE, 20.0, {BASE: 0.99, THEN: 0.99}, persons=45.0)
    told = said([*of_place(4.0, 40.0), *few])
    assert "Likely shortage: nurse (20)" in told["How many are missing?"]
    assert "likely already in 2026 for nurse" in told["From when?"]
