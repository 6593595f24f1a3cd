"""The five answers above an overview: true in every case, and in the figures of the page."""

import itertools
import re
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.contract.results import ROW
from workforce.reports import charts
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
    return [*gap(THEN, fte, fte / 2, fte * 2, agree=chances.get(THEN), **keys), *told]


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


def flows(*, sector: str = "care", **parts: float) -> list[dict[str, Any]]:
    """Flows per year, the mean of the period, by part."""
    parts = {"need": 6.0, "replacement": 5.0, "growth": 1.0, "inflow": 5.0} | parts
    return [
        row("mean_flow", THEN, fte, dimension="flow_part", category=part, sector=sector)
        for part, fte in parts.items()
    ]


def said(
    rows: list[dict[str, Any]],
    language: str = "en",
    *,
    small: bool = False,
    whole: bool = False,
    facts: Facts = NO_FACTS,
    **changes: Any,
) -> dict[str, str]:
    texts = replace(load_texts(language), small_place=small, whole_fte=whole)
    table = pl.DataFrame(rows, schema=ROW)
    about = {"region": "1", "sector": "care", "scenario": "baseline"} | changes
    page = Subject(base_year=BASE, horizon_year=THEN, texts=texts, names=NAMES, **about)
    return dict(answer(Figures(table, "public", 5, facts), page))


WHOLE = {"sector": "all"}
PAGE = Subject("1", "care", "baseline", BASE, THEN, load_texts("en"), NAMES)


def of_whole(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | (WHOLE if one["sector"] == "care" else {}) for one in rows]


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
        "40 FTE in 2036 (30 to 50), out of 430 needed.\nThe need here is as many posts per user "
        "as today, vacant ones included, counted as FTE at work.\n"
        "Certain shortage in 2036: nurse (20). Likely shortage in 2036: health care worker (12). "
        "The last 8 are in occupations where the number is small or uncertain.\n"
        "Other occupations will have 25 FTE more than needed. It is uncertain which. They are "
        "not taken off, since occupations cannot simply replace one another, and do not mean that "
        "there are too many today."
    )
    assert told["How sure?"].startswith(
        "According to the projection it is certain that people will be missing in 2036. "
        "The number is an estimate: 30 to 50. The number for each occupation is an estimate, "
        "too.\n"
    )
    assert told["From when?"] == (
        "Already today: 4 FTE are missing in 2026 and 40 in 2036.\nCertain every year from "
        "2027: nurse. Likely every year from 2027: health care worker."
    )


def test_a_total_that_is_sure_of_parts_that_are_not_says_so() -> None:
    ends = [row("missing_fte", year, fte, fte / 2, 2 * fte, agree=0.99)
            for year, fte in ((BASE, 4.0), *((one, 6.0) for one in range(BASE + 1, THEN)),
                              (THEN, 40.0))]  # fmt: skip
    rows = [one for one in of_place(4.0, 40.0) if one["variable"] != "missing_fte"]
    likely = lacking(NURSE, 20.0, {BASE: 0.5, 2027: 0.5, THEN: 0.8})
    told = said([*rows, *ends, *likely])
    sure = "it is certain that people will be missing in 2036, but not in which occupations. The"
    assert sure in told["How sure?"]
    assert told["From when?"].endswith(
        "The shortage as a whole is certain every year to 2036. Likely every year from 2028: nurse."
    )
    for agree, persons, word in (
        (0.8, 500.0, "in 2036, but not certain."),
        (0.5, 500.0, "is open."),
        (0.99, 45.0, "in 2036, but with fewer than 50 employees it"),
    ):
        some = [one | {"agree": agree, "persons": persons} for one in ends]
        sure = said([*rows, *some, *likely])["How sure?"]
        assert word in sure.split("\n")[0]
        # It is of the few alone that the reason is told.
        assert ("fewer than 50 employees" in sure.split("\n")[0]) is (persons < 50.0)


def grown(
    need: float, staff: float, sector: str = "care", *, today: float = 4.0, leaving: float = 0.0
) -> list[dict[str, Any]]:
    """What the occupations that come to lack people lack today, and need and staff grow by."""
    of = {"sector": sector, "dimension": "lacking_part"}
    parts = {"today": today, "need": need, "staff": staff, "leaving": leaving}
    return [row("lacking_change", THEN, fte, category=part, **of) for part, fte in parts.items()]


@pytest.mark.parametrize(
    ("now", "then", "need", "staff", "told"),
    [
        (4.0, 34.2, 40.0, 10.0, "4 today + 40 more need − 10 more staff = 34"),
        (9.0, 34.0, 40.0, 10.0, ("9 today − 5 in occupations no longer short of people + 40 more "
                                 "need − 10 more staff = 34")),
        (4.0, 44.0, -30.0, -70.0,
         "4 today − 30 less need + 70 fewer staff = 44"),
        (3.0, 34.0, 40.0, 10.0,
         "3 today + 1 since today’s shortage is uncertain + 40 more need − 10 more staff = 34"),
    ],
)  # fmt: skip
def test_why_tells_what_leads_to_what_is_missing_as_a_sum_that_holds_as_printed(
    now: float, then: float, need: float, staff: float, told: str
) -> None:
    why = said([*of_place(now, then), *grown(need, staff)])["Why?"].split("\n")
    if staff < 0.0:
        assert why[0] == (
            "In some occupations 70 FTE more leave than come by 2036, while the need in them falls "
            "by 30."
        )
    else:
        assert why[0].startswith("In the occupations expected to be short of people, the need ")
        assert why[0].endswith(f" by {abs(staff):.0f}.")
    assert why[1:] == [f"{told} FTE in 2036."]
    *terms, whole = (int(one) for one in re.findall(r"[+-]?\d+", told.replace("− ", "-")))
    assert sum(terms) == whole


def test_why_staff_falls_where_people_come_to_lack_is_who_leaves_and_who_comes() -> None:
    """Of 22.4 who leave and 3.6 fewer staff, 18.8 come: as printed 22, 4 and 18."""
    rows = of_place(1.0, 8.0)
    why = said([*rows, *grown(3.4, -3.6, today=1.0, leaving=22.4)], whole=True)["Why?"]
    first, _, third = why.split("\n")
    assert first == (
        "Two causes. In some occupations 4 FTE more leave than come by 2036, and the need in them "
        "grows by 3."
    )
    # Staff of all grows by 10, so elsewhere by more.
    assert third == (
        "In all there will be 10 more FTE, but not where people are missing: 4 fewer in the "
        "occupations expected to be short (22 leave and 18 come in 10 years), and 14 more in "
        "others. Which occupations these are varies between the runs."
    )
    for of_all, told in (
        (-4.0, "short of people, 22 FTE leave in 10 years and 18 come."),
        (-2.0, "In all there will be 2 fewer FTE: 4 fewer in"),
        (0.0, "In all there will be as many FTE, but not where"),
    ):
        rows = [*of_place(1.0, 8.0, staff=of_all), *grown(3.4, -3.6, today=1.0, leaving=22.4)]
        assert told in said(rows, whole=True)["Why?"]
    # Where the need grows by more than staff falls, that leads.
    more = said([*of_place(1.0, 12.0), *grown(7.4, -3.6, today=1.0, leaving=22.4)], whole=True)
    assert "the need grows by 7 FTE by 2036, and staffing in them falls by 4." in more["Why?"]
    rows = of_place(1.0, 8.0)
    assert "leave in 10" not in said([*rows, *grown(9.4, 2.4, today=1.0, leaving=22.4)])["Why?"]


def test_the_sum_holds_in_whole_fte_where_its_steps_are_smaller() -> None:
    """0.2 + 1.6 + 0.7 are 2.5: none of them rounded by itself adds up."""
    rows = [*of_place(0.2, 2.6), *grown(1.6, -0.8, today=0.2)]
    told = said(rows, whole=True)["Why?"].split("\n")
    told_sum = told[1].partition(" FTE in")[0].replace("− ", "-")
    *terms, whole = (int(one) for one in re.findall(r"[+-]?\d+", told_sum))
    assert sum(terms) == whole == 3
    assert f"grows by {terms[1]} FTE" in told[0]
    # Where less lacks than is named, nothing leads to it.
    rows = [*of_place(9.0, 0.3), *grown(-3.0, 2.0, today=5.3)]
    assert "short of people" not in said(rows)["Why?"]


def test_what_the_figures_rest_on_is_said_beside_how_sure_they_are() -> None:
    money = [row("funded_fte", BASE, 395.0), row("funded_fte", 2030, 398.0),
             row("supply_fte", 2030, 396.0)]  # fmt: skip
    sure = row("missing_fte", THEN, 40.0, 30.0, 50.0, agree=0.99)
    for some, need, told in ((money, 30.0, "room for all staff"), ([], -30.0, "are rounded to")):
        every = of_place(4.0, 40.0, need=need)
        rows = [one for one in every if one["year"] != THEN or one["central"] != 40.0]
        both = said([*rows, sure, *some])["How sure?"].split("\n")
        assert told in both[1]
        assert told in said([*every, *some])["How sure?"]
    assert "room for all" not in said([*rows, sure])["How sure?"]


@pytest.mark.parametrize(
    ("funded", "told"),
    [((395.0, 396.0, 398.0), "It has until 2030, and later"),
     ((395.0, 396.0, 394.0), "In 2030 it lacks room for 3 FTE of the staff."),
     ((395.0, 390.0, 398.0), "In 2029 it lacks room for 6 FTE of the staff.")],
)  # fmt: skip
def test_whether_the_budget_has_room_for_the_staff_of_the_projection_is_told(
    funded: tuple[float, ...], told: str
) -> None:
    rows = of_place(4.0, 40.0)
    for year, fte, staff in zip((BASE, 2029, 2030), funded, (390.0, 396.0, 397.0), strict=True):
        rows.append(row("funded_fte", year, fte))
        rows += [row("supply_fte", year, staff)] * (year != BASE)
    assert told in said(rows)["How sure?"]


def test_many_small_shortages_are_summed_as_their_chart_prints_them() -> None:
    """Five of 1.4 are 7, and each by itself 1; so many are named that the others are fewer."""
    codes = [NURSE, CARER, DOCTOR, *"abcdef"]
    for largest, told in ((8.0, "5 other occupations (7)"), (5.0, "3 other occupations (4)")):
        many = [one for code, fte in zip(codes, (largest, 4.0, 3.9, 3.6, *[1.4] * 5), strict=True)
                for one in lacking(code, fte, {THEN: 0.8})]  # fmt: skip
        assert told in said([*of_place(4.0, 40.0), *many])["How many are missing?"]


def test_where_no_occupation_comes_to_lack_need_and_staff_are_those_of_all() -> None:
    why = said(of_place(4.0, 2.0, need=30.0, staff=10.0))["Why?"]
    assert why == "By 2036 the need grows by 30 FTE, while staffing grows by 10."


def test_what_need_and_staff_grow_by_is_rounded_as_the_steps_of_the_chart_that_draws_them() -> None:
    """27 and 92 are 65 apart: of 102.5, −48.6 and 11.7, which are 65.6, the need is told as 102."""
    rows = [*of_place(26.6, 92.2), *grown(102.5, 48.6, today=38.3)]
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5, NO_FACTS)
    table = charts.shortage_why(figures, PAGE).table
    assert [cell for _, cell in table.rows()] == ["27", "+12", "+102", "−49", "92"]
    told = said(rows)["Why?"].split("\n")
    assert told[0].endswith("grows by 102 FTE by 2036, while staffing in them grows by 49.")
    assert told[1].startswith("27 today + 12 since today’s shortage is uncertain + 102 more")


def test_the_service_named_is_that_whose_need_grows_most_where_people_come_to_lack() -> None:
    of = {"dimension": "lacking_part", "category": "need_of_all"}
    parts = [row("lacking_change", THEN, fte, sector=sector, **of)
             for sector, fte in (("health_care", 5.0), ("school", 15.0))]  # fmt: skip
    of_services = [row("demand_fte", year, 200.0 + 40.0 * (year == THEN), sector="health_care")
                   for year in (BASE, THEN)]  # fmt: skip
    rows = [*of_whole(of_place(4.0, 30.0)), *grown(20.0, 2.0, "all", today=12.0), *parts]
    rows += of_services
    assert "20 FTE by 2036, mostly in school, while" in said(rows, **WHOLE)["Why?"]


def test_the_old_are_no_cause_to_lead_with_where_staffing_falls_by_more() -> None:
    band = {"sector": "all", "dimension": "age_band", "category": "80+", "agree": 1.0}
    for need, head in (
        (7.0, "Two causes. In some occupations 9 FTE more leave than come by 2036, and the need"),
        (10.0, "More older people, and fewer staff where people are missing. In the"),
        (20.0, "More older people. In the"),
    ):
        rows = [
            *of_whole(of_place(4.0, 30.0)), *grown(need, -9.0, "all", today=21.0 - need),
            row("lacking_change", THEN, need, sector="health_care", dimension="lacking_part",
                category="need_of_all"),
            row("population_by_band", BASE, 300.0, **band),
            row("population_by_band", THEN, 450.0, 400.0, 500.0, **band),
        ]  # fmt: skip
        assert said(rows, **WHOLE)["Why?"].startswith(head)


def test_children_are_a_cause_to_lead_with_where_it_is_certain_and_their_service_lacks() -> None:
    bands = [
        row("population_by_band", year, persons, sector="all", dimension="age_band", category=band)
        | {"agree": 1.0}
        for band in ("80+", "6-15")
        for year, persons in ((BASE, 300.0), (THEN, 450.0))
    ]
    rows = [
        *of_whole(of_place(4.0, 30.0)), *grown(20.0, 2.0, "all", today=12.0), *bands,
        *(row("lacking_change", THEN, fte, sector=sector, dimension="lacking_part",
              category="need_of_all")
          for sector, fte in (("health_care", 15.0), ("primary_school", 5.0))),
        row("missing_fte", THEN, 20.0, sector="primary_school"),
    ]  # fmt: skip
    assert said(rows, **WHOLE)["Why?"].startswith("More older people and more children. In the")
    likely = [one | {"agree": 0.8} if one["category"] == "6-15" else one for one in rows]
    told = said(likely, **WHOLE)["Why?"]
    assert told.startswith("More older people. In the")
    assert "Inhabitants aged 6–15" in told
    # Nor where it needs no more of those who come to lack.
    same = [one | {"central": 0.0} if one["central"] == 5.0 else one for one in rows]
    assert said(same, **WHOLE)["Why?"].startswith("More older people. In the")


def test_of_services_that_lack_as_much_none_is_named_before_the_others() -> None:
    parts = {"care": 11.0, "school": 2.2, "technical": 1.8, "other": 1.6}
    lack = [row("missing_fte", THEN, fte, sector=sector) for sector, fte in parts.items()]
    rows = of_whole(of_place(4.0, 40.0))
    assert (
        "largest in health and care (11)." in said([*rows, *lack], **WHOLE)["How many are missing?"]
    )
    same = [one | {"central": 2.0} for one in lack]
    assert (
        "care (2), in other (2) and in school (2)."
        in said([*rows, *same], **WHOLE)["How many are missing?"]
    )


def test_services_that_sum_to_more_than_is_missing_say_why() -> None:
    lack = [row("missing_fte", THEN, fte, sector=sector)
            for sector, fte in (("care", 25.0), ("school", 22.0))]  # fmt: skip
    told = said([*of_whole(of_place(4.0, 40.0)), *lack], **WHOLE)["How many are missing?"]
    assert "(25) and in school (22). The areas may lack more between them: each" in told


def test_occupations_that_sum_to_more_than_all_say_why() -> None:
    every = {BASE: 0.95, THEN: 0.95}
    many = [*lacking(NURSE, 30.0, every), *lacking(CARER, 20.0, every)]
    assert said([*of_place(4.0, 40.0), *many])["How many are missing?"].endswith(
        "health care worker (20). Each figure is the middle of its own runs, so the occupations "
        "sum to more than the figure for all."
    )


def test_a_shortage_counts_from_the_year_after_which_it_is_sure_for_good() -> None:
    chances = {BASE: 0.95, 2028: 0.5, 2030: 0.92, THEN: 0.99}
    rows = [*of_place(4.0, 20.0), *lacking(NURSE, 20.0, chances)]
    assert "Certain every year from 2029: nurse." in said(rows)["From when?"]
    rows = [*of_place(4.0, 20.0), *lacking(NURSE, 20.0, {BASE: 0.95, THEN: 0.99})]
    assert "Certain every year to 2036: nurse." in said(rows)["From when?"]
    rows = [*rows, *lacking(CARER, 9.0, {BASE: 0.95, THEN: 0.99}),
            *lacking(DOCTOR, 8.0, {BASE: 0.6, 2030: 0.7, 2031: 0.7, THEN: 0.95})]  # fmt: skip
    assert said(rows)["From when?"].endswith(
        "Certain every year to 2036: nurse and health care worker. Likely every year from 2027, "
        "and certain in 2036: general practitioner."
    )


def test_what_is_too_little_to_be_named_is_no_shortage_yet() -> None:
    little = [row("missing_fte", year, 0.3, occupation=NURSE) for year in (BASE, 2028)]
    rows = [*of_place(4.0, 20.0), *lacking(NURSE, 20.0, {BASE: 0.95, THEN: 0.99}), *little]
    assert "Certain every year from 2029: nurse." in said(rows)["From when?"]


def test_what_lacks_most_today_is_named_where_it_was_counted_and_likely_to_last() -> None:
    def told(lacks: dict[str, float], *more: dict[str, Any], lasts: float = 1.0) -> str:
        keys = {"persons": 100.0}
        both = ("missing_fte", "shortage_fte")
        rows = [row(name, BASE, fte, occupation=code, **keys)
                for code, fte in lacks.items() for name in both]  # fmt: skip
        rows += [row("shortage_chance", THEN, lasts, occupation=code, **keys) for code in lacks]
        return said([*of_place(4.0, 20.0), *rows, *more])["From when?"]

    assert told({NURSE: 1.4, CARER: 2.2}).endswith(
        "Most are missing in 2026 of health care worker (2)."
    )
    assert told({NURSE: 3.2, CARER: 2.2}).endswith("of nurse (3) and health care worker (2).")
    assert "Most" not in told({NURSE: 1.4}), "that is too little to be named"
    assert "Most" not in told({NURSE: 3.2}, lasts=0.5)
    few = [row(name, BASE, 4.0, occupation=DOCTOR, persons=5.0)
           for name in ("missing_fte", "shortage_fte")]  # fmt: skip
    assert "Most" not in told({NURSE: 3.2}, *few), "one of few lacks more"


def test_where_nobody_lacks_it_says_so() -> None:
    told = said(of_place(0.0, 0.2))
    assert (
        told["How many are missing?"] == "In 2036 less than half an FTE is expected to be missing."
    )
    assert told["From when?"] == "Less than half an FTE is missing in 2026."
    assert (
        said(of_place(0.0, 7.0))["From when?"]
        == "Less than half an FTE is missing in 2026, and 7.0 FTE in 2036."
    )


def test_that_nobody_lacks_is_told_by_how_sure_it_is() -> None:
    few = [one for one in of_place(0.0, 0.2) if one["variable"] != "missing_fte"]
    for upper, told in ((3.0, "2036 is not certain. The number is an estimate: 0.0 to 3.0."),
                        (0.04, "is certain that so little will be missing in 2036.")):  # fmt: skip
        rows = [*few, row("missing_fte", BASE, 0.0), row("missing_fte", THEN, 0.01, 0.0, upper)]
        assert said(rows)["How sure?"].split("\n")[0].endswith(told)


def test_a_rounded_count_of_few_names_no_occupation() -> None:
    rows = [*of_place(1.0, 6.0), *lacking(NURSE, 5.0, {BASE: 0.95, THEN: 0.95}, persons=5.0)]
    assert said(rows)["How many are missing?"].endswith(
        "In each occupation the number is too small or too uncertain to be named here."
    )


def test_services_too_small_to_place_all_that_lacks_in_say_so() -> None:
    few = lacking(NURSE, 5.0, {BASE: 0.95, THEN: 0.95}, persons=5.0)
    rows = [*of_whole(of_place(1.0, 8.0)), *few]
    for fte, told in ((3.0, True), (8.0, False)):
        one = row("missing_fte", THEN, fte, sector="school")
        said_of = said([*rows, one], small=True, **WHOLE)["How many are missing?"]
        assert ("not all can be placed in particular services" in said_of) is told


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
        "Carry out the measures of the projection.\nFull-time culture (Head of care, by 31 "
        "December 2030); Less absence ("
    )
    assert "With them 25 FTE are missing in 2036, against 40 without." in told


def test_why_parts_those_who_leave_into_the_most_those_who_retire_and_others() -> None:
    causes = {"left_sector": 52.0, "retired": 10.0, "moved_municipality": 24.0}
    rows = [
        *of_place(1.0, 5.0),
        *flows(need=90.4, replacement=86.0, growth=4.4, inflow=87.0, **causes),
        row("funded_fte", BASE, 395.0),
        row("funded_fte", 2030, 380.0),
    ]
    assert said(rows)["Why?"].endswith(
        "\nBudget: it falls by 15 FTE by 2030.\nLeavers: the projection has 86 FTE leave each "
        "year, in all occupations: 52 leave the municipal sector, 10 retire and 24 leave for other "
        "reasons."
    )


@pytest.mark.parametrize(
    ("paid", "need", "told"),
    [(3.0, 12.0, "Of what the need grows by, 9 of 12 are not budgeted."),
     (0.0, 12.0, "None of the 12 are budgeted"),
     (-5.0, 12.0, "The distance between them grows by 17."), (15.0, 12.0, ""), (3.0, -4.0, "")],
)  # fmt: skip
def test_what_the_need_grows_by_without_a_budget_is_told(
    paid: float, need: float, told: str
) -> None:
    rows = [
        *of_place(1.0, 21.0),
        row("funded_fte", BASE, 395.0),
        row("funded_fte", 2030, 395.0 + paid),
        row("demand_fte", 2030, 400.0 + need),
    ]
    why = said(rows)["Why?"]
    assert told in why if told else "budgeted" not in why


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
    told = said(of_whole(rows), **WHOLE)["Why?"]
    assert told == (
        "By 2036 the need grows by 30 FTE, while staffing grows by 10.\n"
        "Inhabitants aged 80 or older: 50% more (certain, 33 to 67%).\n"
        "Budget: it grows by 3 FTE by 2030, while the need of all occupations together grows by "
        "12. Of what the need grows by, 9 of 12 are not budgeted."
    )
    assert "aged 80" not in said(rows)["Why?"], "they are not what other services are for"
    for fte, head in (
        (16.0, "More older people. By 2036 the need grows by 30 FTE, mostly in health_care, wh"),
        (14.0, "By 2036 the need grows by 30 FTE, mostly in school, while staffing"),
    ):
        grown = {"health_care": fte, "school": 30.0 - fte}
        parts = [row("demand_fte", year, 200.0 + more * (year == THEN), sector=sector)
                 for sector, more in grown.items() for year in (BASE, THEN)]  # fmt: skip
        assert said([*of_whole(rows), *parts], **WHOLE)["Why?"].startswith(head)
    # The old who are only likely to become more are told as such.
    some = [one | {"agree": 0.8} if one["category"] == "80+" else one for one in rows]
    grown = [row("demand_fte", year, 200.0 + 30.0 * (year == THEN), sector="health_care")
             for year in (BASE, THEN)]  # fmt: skip
    told = said([*of_whole(some), *grown], **WHOLE)["Why?"]
    assert told.startswith("By 2036 the need grows")
    both = [row("demand_fte", year, 200.0, sector="school") for year in (BASE, THEN)]
    told = said([*of_whole(some), *grown, *both], **WHOLE)["Why?"]
    assert "mostly in health_care, where there will probably be more older people, w" in told


def test_the_services_that_lack_most_are_named() -> None:
    rows = of_whole(of_place(4.0, 40.0))
    parts = {"care": 24.0, "school": 12.0, "technical": 4.0}
    lack = [row("missing_fte", THEN, fte, sector=sector) for sector, fte in parts.items()]
    told = said([*rows, *lack], **WHOLE)["How many are missing?"]
    assert "largest in health and care (24) and in school (12).\n" in told
    told = said([*rows, row("missing_fte", THEN, 40.0)], **WHOLE)["How many are missing?"]
    assert "The shortage is largest in health and care (40).\n" in told


def test_the_occupation_with_most_more_than_needed_is_named_where_that_is_likely() -> None:
    over = [
        one
        for code, fte, agree in ((DOCTOR, 9.0, 0.7), (CARER, 3.0, 0.95))
        for one in gap(THEN, -fte, -2 * fte, -fte / 2, occupation=code, agree=agree)
    ]
    rows = [*of_place(1.0, 5.0, over=12.0), *over]
    assert "among others in the occupation general practit" in said(rows)["How many are missing?"]
    # One that has more, but may as well lack, does not hide it.
    open_one = gap(THEN, -11.0, -22.0, 3.0, occupation=NURSE, agree=0.6)
    told = said([*of_place(1.0, 5.0, over=23.0), *over, *open_one])["How many are missing?"]
    assert "23 FTE more than needed, among others in the occupation general practitioner (9" in told
    # Where those who have more are too few to be named, that is why it is uncertain which.
    few = [one | {"persons": 5.0} for one in over]
    told = said([*of_place(1.0, 5.0, over=12.0), *few])["How many are missing?"]
    assert "12 FTE more than needed. They have so few staff that it is" in told
    told = said([*of_place(1.0, 5.0, over=60.0), *over])["How many are missing?"]
    assert "60 FTE more than needed, spread over several occupations. They are not" in told


def test_posts_are_left_empty_from_the_year_that_they_are_sure_to_be_more_than_needed() -> None:
    over = [
        one
        for year, fte, agree in ((2030, 9.0, 0.95), (2034, 9.0, 0.8), (2035, 9.0, 0.95),
                                 (THEN, 12.0, 0.95))
        for one in gap(year, -fte, -2 * fte, -fte / 2, occupation=DOCTOR, agree=agree)
    ]  # fmt: skip
    first = said([*of_place(1.0, 5.0, over=12.0), *over])["What first?"]
    assert "from 2035 the occupation general practitioner is certain to have more than" in first
    assert "takes, 12 FTE in 2036 (certain, 6 to 24). That does not mean that there are" in first
    now = gap(BASE, 7.0, 7.0, 7.0, occupation=DOCTOR, agree=1.0)
    first = said([*of_place(1.0, 5.0, over=12.0), *over, *now])["What first?"]
    assert "(certain, 6 to 24). In 2026 7.0 are missing there, so it does not apply now." in first


def test_a_small_place_looks_to_its_neighbours_first_and_is_told_in_whole_fte() -> None:
    first = flows(need=6.0)
    of_large = said([*of_place(1.0, 5.0), *first])
    assert list(of_large) == ["How many are missing?", "From when?", "Why?", "What first?"]
    assert "5.0 FTE in 2036" in of_large["How many are missing?"]
    told = said([*of_place(1.0, 5.0, need=-30.0), *first], small=True)
    assert list(told) == ["How many are missing?", "How sure?", *list(of_large)[1:]]
    steps = told["What first?"].split("\n")
    assert "head of HR" not in told["What first?"], "there is one leader for all"
    assert steps[0].startswith("1. Talk to the neighbouring municipalities about")
    assert told["How many are missing?"].startswith("5 FTE in 2036, out of 370 needed")


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
        # Where the need is small, rounding is told, too.
        told = said(of_place(1.0, 5.0, need=need, staff=staff), language)
        assert len(told) == 4 + (need < 0)


STEPS = [
    *(row("missing_fte", THEN, fte, sector=sector)
      for sector, fte in (("care", 24.0), ("school", 12.0), ("technical", 4.0))),
    *(row("step_effect", THEN, fte, sector=sector, dimension="step", category=step)
      for sector, step, fte in (("care", "left_sector", 9.0),
                                ("care", "mean_position", 3.0),
                                ("care", "absence_rate", 2.0),
                                ("school", "left_sector", 2.0),
                                ("school", "mean_position", 5.0),
                                ("technical", "left_sector", 3.0))),
    row("mean_position", BASE, 0.8, sector="school", dimension="benchmark", category="observed"),
    *flows(need=95.0, replacement=39.0, inflow=40.0, cover=44.0, sector="all"),
]  # fmt: skip


def test_what_first_names_services_owners_and_what_each_step_gives_of_what_is_missing() -> None:
    rows = of_whole([*of_place(4.0, 40.0), *lacking(NURSE, 20.0, {THEN: 0.97})])
    first = said([*rows, *STEPS], **WHOLE)["What first?"].split("\n")
    assert first == [
        (
            "1. Get more people to stay in health and care and in school: if a tenth fewer leave "
            "the municipal sector each year, that gives about 11 of the 40 FTE in 2036."
        ),
        (
            "It gives no more, since some of those who stay leave later. "
            "Start now by asking those who leave why, together with the employee representatives. "
            "To ask takes no appropriation, but the posts of those who stay must be in the budget. "
            "Owner: the director of health and care, the director of school and the head of HR."
        ),
        (
            "2. Offer larger positions in school (now 80.0%), where it gives most: five percentage "
            "points more on average give about 5 of the 40 FTE. Owner: the director of school."
        ),
        (
            "3. Recruit the rest: steps 1 and 2 together give about 16 of the 40. The last 24 must "
            "be recruited by 2036 in the occupations that are short of people. Since some of them "
            "leave again, that is about 2 more each year than the projection has come in, 42 new "
            "FTE a year in all (44 without steps 1 and 2). The posts must be in the budget. "
            "Owner: the head of HR."
        ),
        (
            "Deadline: the owners must propose steps that cost money by the autumn of 2026, for "
            "the financial plan for 2027–2030, adopted in December 2026. The order follows KS: "
            "mobilise first, recruit the rest. The steps are not priced: prices come on the page "
            "on mobilisation once they are entered as measures. The owners are "
            "suggestions. Discuss all steps with the employee representatives before anything is "
            "decided."
        ),
    ]


def test_the_steps_of_a_county_are_those_of_its_municipalities() -> None:
    member = row("member_gap", THEN, 0.1, dimension="member", region="2", category="expected")
    told = said([*of_whole(of_place(4.0, 40.0)), *STEPS, member], **WHOLE)["What first?"]
    assert "Owner: the directors of health and care in the municipalities, the directors" in told
    assert told.count("the heads of HR.") == 2


def test_what_one_step_gives_is_told_with_the_rest_and_what_none_gives_is_not() -> None:
    told = said([*of_whole(of_place(4.0, 40.0)), *STEPS[:4], STEPS[-1]], small=True, **WHOLE)
    assert told["What first?"].startswith(
        "1. Talk to the neighbouring municipalities about sharing"
    )
    assert (
        "step 2 gives about 9 of the 40. What is left, up to 31 once it is clear what step 1 "
        in told["What first?"]
    )


def test_absence_and_positions_are_told_with_the_period_they_are_of() -> None:
    of = {"sector": "care", "dimension": "benchmark", "category": "observed"}
    for what, step, share, now in (
        ("absence_rate", 2.0, 0.1, "absence in health and care (10.0% on average in 2025), where"),
        ("mean_position", 9.0, 0.8, "positions in health and care (now 80.0%), where"),
        # Where nearly all work full time, none is asked to work more.
        ("mean_position", 9.0, 0.947, "1. Recruit 40 FTE"),
    ):
        gives = row("step_effect", THEN, step, sector="care", dimension="step", category=what)
        rows = [*STEPS[:3], gives, row(what, BASE, share, **of)]
        assert now in said([*of_whole(of_place(4.0, 40.0)), *rows], **WHOLE)["What first?"]


def test_few_who_leave_are_not_told_by_cause() -> None:
    flows = {"need": 9.0, "replacement": 8.0, "growth": 1.0, "inflow": 7.0, "retired": 8.0}
    parts = [row("mean_flow", BASE, fte, dimension="flow_part", category=name)
             for name, fte in flows.items()]  # fmt: skip
    assert said([*of_place(4.0, 40.0), *parts])["Why?"].endswith(
        "Leavers: the projection has 8.0 FTE leave each year, in all occupations."
    )


def test_nobody_is_asked_to_stay_where_there_are_more_than_needed() -> None:
    over = row("surplus_fte", THEN, 30.0, sector="care")
    told = said([*of_whole(of_place(4.0, 40.0)), *STEPS, over], **WHOLE)["What first?"]
    assert "1. Get more people to stay in school: if" in told
    assert "about 2 of the 40" in told


def test_where_no_step_gives_anything_and_nobody_lacks_those_who_leave_are_replaced() -> None:
    told = said([*of_place(4.0, 40.0), *flows(need=6.0)])["What first?"]
    assert "1. Recruit 40 FTE by 2036 in the occupations that are short of people.\n" in told
    told = said([*of_place(4.0, 40.0), *flows(need=6.0, cover=9.0)])["What first?"]
    assert "that is about 4 more each year than the projection has come in, 9.0 new FTE" in told
    assert "come in, 9.0 new FTE a year in all.\n" in told
    enough = [row("missing_fte", THEN, 5.0, sector="school"),
              *(row("step_effect", THEN, 3.0, sector="school", dimension="step", category=step)
                for step in ("retired", "absence_rate")),
              *flows(need=6.0, sector="all")]  # fmt: skip
    told = said([*of_whole(of_place(4.0, 5.0)), *enough], **WHOLE)["What first?"]
    assert "a tenth fewer retire each year, that gives about 3.0 of the 5.0 FTE in 2036" in told
    assert "Start now by talking" in told
    assert "one percentage point less gives about 3.0" in told
    assert (
        "3. Recruit as many as the need calls for: on average that is 6.0 FTE each year to 2036."
        in told
    )
    told = said([*of_place(0.0, 0.0), *flows(need=6.0)])["What first?"]
    assert "1. Recruit as many as the need calls for: on average that is 6.0 FTE each" in told


def test_the_plan_of_the_last_quarter_is_that_of_the_year_after_and_says_why() -> None:
    told = said([*of_place(1.0, 5.0), *flows(need=6.0)],
                facts=Facts(quarter="2026Q4"))  # fmt: skip
    assert (
        "by the autumn of 2027, for the financial plan for 2028–2031, adopted in December 2027. "
        "The plan for the years from 2027 is already being decided" in told["What first?"]
    )


def test_what_stands_on_fewer_than_fifty_people_is_never_told_as_sure() -> None:
    few = lacking(NURSE, 20.0, {BASE: 0.99, THEN: 0.99}, persons=45.0)
    told = said([*of_place(4.0, 40.0), *few])
    assert "Likely shortage in 2036: nurse (20)" in told["How many are missing?"]
    assert "Likely every year to 2036: nurse." in told["From when?"]


def test_why_tells_of_children_where_a_service_for_them_lacks_most() -> None:
    band = {"sector": "all", "dimension": "age_band", "category": "6-15"}
    rows = [
        *of_whole(of_place(1.0, 21.0)),
        *(row("missing_fte", THEN, fte, sector=sector)
          for sector, fte in (("health_care", 12.0), ("primary_school", 9.0))),
        row("population_by_band", BASE, 300.0, **band),
        row("population_by_band", THEN, 330.0, 303.0, 360.0, agree=0.95, **band),
    ]  # fmt: skip
    line = "Inhabitants aged 6–15: 10% more (certain, 1 to 20%)."
    assert line in said(rows, **WHOLE)["Why?"].split("\n")
    fewer = [one | {"central": 270.0} if one["central"] == 330.0 else one for one in rows]
    assert "aged 6–15" not in said(fewer, **WHOLE)["Why?"]
