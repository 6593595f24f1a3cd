import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.measures import PlaceLimit
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts import style
from workforce.reports.charts.chart import SILENT, drawn, html_table
from workforce.reports.charts.figures import Estimate, Subject, occupation_gaps
from workforce.reports.charts.quarters import absence_forecast
from workforce.reports.charts.waterfall import net_words
from workforce.reports.charts.words import certainty, interval, spoken
from workforce.reports.findings import ageing_figures, shortage_figures
from workforce.texts.catalogue import LANGUAGES, load_texts, say

NB, EN = load_texts("nb"), load_texts("en")
BASE, THEN = 2026, 2036
NAMES = Names(
    {
        ("region", "1", "nb"): "Liavåg",
        ("region", "1", "en"): "Liavåg",
        ("sector", "care", "nb"): "Helse og omsorg",
        ("sector", "care", "en"): "Health and care",
        ("occupation", "2223", "en"): "Nurse",
        ("occupation", "5321", "en"): "Health care worker",
        ("occupation", "2211", "en"): "General practitioner",
    }
)


def subject(language: str = "en", **changes: Any) -> Subject:
    about = {"region": "1", "sector": "care", "scenario": "baseline", "missing": ()} | changes
    return Subject(
        base_year=BASE, horizon_year=THEN, texts=load_texts(language), names=NAMES, **about
    )


def row(variable: str, year: int, *figures: float, **keys: Any) -> dict[str, Any]:
    """One figure: central, and lower and upper where it is uncertain."""
    central, lower, upper = (*figures, *figures, *figures)[:3] if len(figures) == 1 else figures
    return {
        "scenario": "baseline",
        "region": "1",
        "sector": "care",
        "occupation": "all",
        "dimension": "",
        "category": "",
        "detail": "",
        "variable": variable,
        "unit": "FTE",
        "year": year,
        "level": 0.8,
        "central": float(central),
        "lower": float(lower),
        "upper": float(upper),
        "persons": 100.0,
    } | keys


def gap(year: int, *figures: float, **keys: Any) -> list[dict[str, Any]]:
    """A shortage, and what of it is missing and over."""
    signed = row("shortage_fte", year, *figures, **keys)
    ends = [signed[name] for name in ("central", "lower", "upper")]
    missing = row("missing_fte", year, *(max(one, 0.0) for one in ends), **keys)
    over = [-ends[0], -ends[2], -ends[1]]
    return [signed, missing, row("surplus_fte", year, *(max(one, 0.0) for one in over), **keys)]


def published(rows: list[dict[str, Any]]) -> Figures:
    return Figures(pl.DataFrame(rows, schema=ROW), "public", 5)


def need(shortage: tuple[float, float, float], **keys: Any) -> list[dict[str, Any]]:
    """Need, posts and staff in two years, with the shortage given at the horizon."""
    return [
        row("demand_fte", BASE, 110),
        row("demand_fte", THEN, 160, 150, 170),
        row("supply_fte", BASE, 100),
        row("supply_fte", THEN, 122, 115, 130),
        row("funded_fte", BASE, 105),
        *gap(BASE, 10),
        *gap(THEN, *shortage, **keys),
    ]


def both(missing: float, surplus: float) -> list[dict[str, Any]]:
    """What all occupations lack, and have too many of, beside the net of the two."""
    return [
        row("missing_fte", THEN, missing, missing - 10, missing + 10),
        row("surplus_fte", THEN, surplus, surplus - 10, surplus + 10),
        row("shortage_fte", THEN, missing - surplus),
    ]


def by_occupation() -> list[dict[str, Any]]:
    """Shortages of two occupations."""
    return [
        *gap(THEN, 38, 25, 52, occupation="2223", persons=80.0),
        *gap(THEN, -12, -20, -4, occupation="5321", persons=60.0),
    ]


def bands(**persons: tuple[float, tuple[float, float, float]]) -> list[dict[str, Any]]:
    """Inhabitants by band of ages in both years."""
    return [
        row("population_by_band", year, *figures, dimension="age_band", category=band,
            sector="all", unit="persons", persons=None)
        for band, (base, then) in persons.items()
        for year, figures in ((BASE, (base,)), (THEN, then))
    ]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_title_says_how_many_fte_are_missing_and_how_sure_it_is() -> None:
    chart = charts.need_posts_staff(published(need((38, 25, 52))), subject())
    assert chart.title == ("Health and care: 38 FTE are expected to be missing in 2036 (25 to 52)")
    norwegian = charts.need_posts_staff(published(need((38, 25, 52))), subject("nb"))
    assert norwegian.title == ("Helse og omsorg: Det ventes å mangle 38 årsverk i 2036 (25 til 52)")


def test_the_alternative_text_tells_the_same_figures_as_the_title_and_the_lines() -> None:
    chart = charts.need_posts_staff(published(need((38, 25, 52))), subject())
    for figure in ("38 FTE", "25 to 52", "110 FTE in 2026", "160 (150 to 170)", "122"):
        assert figure in chart.alt


def test_a_surplus_is_told_as_more_than_needed_and_never_as_a_negative_shortage() -> None:
    chart = charts.need_posts_staff(published(need((-38, -52, -25))), subject())
    assert chart.title == (
        "Health and care: no occupation is expected to be short of FTE in 2036; "
        "38 FTE more than needed"
    )
    assert "measured against the staffing per user in 2026" in chart.note


def test_a_shortage_that_too_few_draws_have_is_told_as_open() -> None:
    chart = charts.need_posts_staff(published(need((3, -5, 12), agree=0.6)), subject())
    assert "it is open whether FTE will be missing" in chart.title
    assert "3.0 FTE (open, 0.0 to 12.0)" in chart.title


@pytest.mark.parametrize(
    ("agree", "word"),
    [(1.0, "certain"), (0.9, "certain"), (0.89, "likely"), (0.67, "likely"), (0.66, "open")],
)
def test_card_title_table_and_alt_text_say_alike_how_sure_a_shortage_is(agree, word) -> None:
    figures = published(need((38, 25, 52), agree=agree))
    said = f"({word}, 25 to 52)"
    chart = charts.need_posts_staff(figures, subject())
    assert said in chart.title
    assert said in chart.alt
    card = shortage_figures(figures, subject())[0].interval
    assert re.sub(" to be missing", "", card) == f"{word}, between 25 and 52"
    assert ("to be missing" in card) is (word != "open"), "it is the sign that is certain"
    own = {"occupation": "2223", "agree": agree}
    rows = [*need((38, 25, 52), agree=agree), *gap(THEN, 38, 25, 52, **own)]
    table = charts.shortage_by_occupation(published(rows), subject()).table
    assert table is not None
    assert all(f"({word}, " in cell for cell in (table.row(0)[1], table.row(-1)[1]))


def test_a_change_from_the_base_year_is_as_sure_as_the_draws_on_its_side() -> None:
    rows = [one | {"agree": 0.7} for one in bands(**{"80+": (200, (294, 280, 310))})]
    card = ageing_figures(published(rows), subject())[0]
    assert card.interval == "likely to be above zero, between +40% and +55%"
    # A stock itself is on no side.
    table = charts.population_bands(published(rows), subject()).table
    assert "likely" not in table["2036"][0]
    assert table["Change from 2026 to 2036"][0] == "+47% (likely, +40 to +55%)"


def test_a_group_that_lacks_some_and_has_more_of_others_is_told_by_what_it_lacks() -> None:
    group = {"occupation": "health_professions", "agree": 0.95}
    rows = [
        row("shortage_fte", THEN, 3.9, -1, 8, **group),
        row("missing_fte", THEN, 4.3, 0.6, 9, **group),
        row("surplus_fte", THEN, 0.4, 0, 3.7, **group),
    ]
    gaps = occupation_gaps(published([*need((38, 25, 52)), *rows]), subject(), "care", year=THEN)
    assert gaps.select("central", "lower", "upper").row(0) == (4.3, 0.6, 9.0)


def test_a_change_of_few_people_or_whose_interval_reaches_over_zero_is_not_sure() -> None:
    few = {"16-19": (4, (9, 5, 14)), "20-66": (60, (70, 59, 80)), "80+": (60, (70, 61, 80))}
    rows = [one | {"agree": 0.95} for one in bands(**few)]
    table = charts.population_bands(published(rows), subject()).table
    words = [cell.partition("(")[2].partition(",")[0] for cell in table[:, -1]]
    assert words == ["likely", "likely", "certain"]


def test_a_panel_says_how_sure_a_change_is_in_a_line_that_fits() -> None:
    rows = [one | {"agree": 0.7} for one in bands(**{"80+": (200, (294, 280, 310))})]
    drawn = charts.population_bands(published(rows), subject()).figure
    assert drawn is not None
    heading = drawn.axes[0].get_title(loc="left")
    assert heading.split("\n")[1:] == ["+47%, likely", "(+40 to +55%)"]


def test_the_three_words_are_those_of_the_language() -> None:
    words = {
        language: [say(load_texts(language), f"chart.{certainty(share)}") for share in (1, 0.8, 0)]
        for language in ("nb", "nn", "en")
    }
    assert words == {
        "nb": ["sikkert", "trolig", "åpent"],
        "nn": ["sikkert", "truleg", "ope"],
        "en": ["certain", "likely", "open"],
    }


def test_bars_stand_from_the_largest_shortage_to_the_largest_surplus() -> None:
    chart = charts.shortage_by_occupation(published(by_occupation()), subject())
    assert chart.figure is not None
    names = [label.get_text() for label in chart.figure.axes[0].get_yticklabels()]
    assert [name.split("\n")[0] for name in names] == ["Nurse", "Health care worker"]
    assert names[0] == "Nurse\n38 (25 to 52)"
    assert chart.title == "Largest shortage in 2036: Nurse, 38 FTE (25 to 52)"


def test_a_surplus_of_one_occupation_stands_beside_what_another_lacks_and_nets_nothing() -> None:
    figures = published([*need((26, 5, 48))[:-3], *by_occupation()[:6], *both(38.4, 12.2)])
    chart = charts.need_posts_staff(figures, subject())
    assert chart.title.startswith("Health and care: 38 FTE are expected to be missing in 2036")
    assert "12" not in chart.title, "beside what is missing it would be taken off"
    (card, *_) = shortage_figures(figures, subject())
    assert card.value == "38 FTE"
    assert "In other occupations there are 12 FTE more than needed" in card.note
    table = charts.shortage_by_occupation(figures, subject()).table
    assert table is not None
    missing = [text.split(" (")[0] for text in table["Missing (FTE)"]]
    over = [text.split(" (")[0] for text in table["More than needed (FTE)"]]
    assert table["Occupation"].to_list() == ["Nurse", "Health care worker", "The rest", "In all"]
    assert missing == ["38", "0", "0", "38"]
    assert over == ["0", "12", "0", "12"]


@pytest.mark.parametrize(
    ("draw", "table", "name"),
    [
        (charts.need_posts_staff, "staff", "Staff"),
        (charts.competence_gap, "competence_holding", "Competence held by staff"),
        (charts.population_bands, "population", "Inhabitants"),
        (charts.measured_shortage, "shortage", "Shortage in the base year"),
    ],
)
def test_what_is_missing_is_named_as_readers_know_it_in_place_of_the_drawing(
    draw: Any, table: str, name: str
) -> None:
    chart = draw(published(need((38, 25, 52))[-1:]), subject(missing=(table,)))
    assert chart.figure is None
    assert f"figures are missing: {name}." in chart.note


def test_a_public_page_without_absence_says_from_how_many_employees_it_is_shown() -> None:
    # Whether a table without rows was delivered a protected folder does not tell.
    for missing in ((), ("absence",)):
        chart = charts.absence_forecast(published([]), subject(missing=missing))
        assert chart.figure is None
        assert "at least 50 employees" in chart.note


def test_growth_of_the_old_is_told_in_persons_and_per_cent() -> None:
    figures = published(
        bands(**{"80+": (200, (294, 280, 310)), "20-66": (2000, (1960, 1900, 2020))})
    )
    chart = charts.population_bands(figures, subject())
    assert chart.title == (
        "Inhabitants aged 80 and over: from 200 in 2026 to 294 in 2036, +47% (+40 to +55%)"
    )
    assert "20–66 years: \u22122% (\u22125 to +1%)" in chart.alt


def test_no_headline_of_a_public_page_names_an_occupation_of_very_few() -> None:
    few = [*by_occupation(), *gap(THEN, 77.7, 70, 80, occupation="2211", persons=5.0)]
    chart = charts.shortage_by_occupation(published(few), subject())
    assert chart.title.startswith("Largest shortage in 2036: Nurse")
    assert chart.table is not None
    assert "General practitioner" in chart.table["Occupation"].to_list()
    figures = published([*need((38, 25, 52)), *few])
    said = " ".join(
        f"{one.label} {one.value} {one.note}" for one in shortage_figures(figures, subject())
    )
    assert "Nurse" in said
    assert "General practitioner" not in said
    only_few = published([one for one in few if one["occupation"] == "2211"])
    assert charts.shortage_by_occupation(only_few, subject()).title == "Shortage by occupation"
    # That none lacks anybody is not said where the few do.
    over = [*gap(THEN, -12, -20, -4, occupation="5321", persons=60.0), *few[-3:]]
    chart = charts.shortage_by_occupation(published(over), subject())
    assert chart.title == (
        "Health and care: of the occupations with enough staff to be shown, none is expected to "
        "be short of people in 2036. The shortage is in the others"
    )
    counted = Figures(published(few).table, "internal")
    assert "General practitioner" in charts.shortage_by_occupation(counted, subject()).title
    # In a small place rounding is as large as one FTE.
    small = replace(subject(), texts=replace(load_texts("en"), small_place=True))
    for fte, named in ((1.2, False), (2.2, True)):
        one = gap(THEN, fte, 0.1, 3.0, occupation="5321", persons=10.0)
        title = charts.shortage_by_occupation(published(one), small).title
        assert ("Largest shortage" in title) is named


def test_an_interval_that_reads_as_one_figure_is_left_out() -> None:
    assert interval(Estimate(5.0, 4.999, 5.001, 0.8), EN) == "5"
    assert interval(Estimate(0.031, 0.0309, 0.0311, 0.8), EN, decimals=1, share=True) == "3.1%"
    assert interval(Estimate(5.0, 4.4, 5.0, 0.8), EN) == "5 (4 to 5)"


def test_no_word_stands_at_a_nought_and_what_is_sure_does_not_end_there() -> None:
    one = Estimate(0.2, 0.0, 1.2, 0.8, agree=0.8, side="zero")
    assert interval(one, EN) == "0 (0 to 1)"
    assert interval(one, EN, decimals=1) == "0.2 (likely, 0.0 to 1.2)"
    assert interval(Estimate(13.0, 0.3, 25.0, 0.8, agree=0.9, side="zero"), EN) == (
        "13 (certain, 0.3 to 25)"
    )
    assert interval(Estimate(-13.0, -25.0, -0.3, 0.8, agree=0.9, side="zero"), EN) == (
        "−13 (certain, −25 to −0.3)"
    )
    assert interval(Estimate(13.0, 0.3, 25.0, 0.8, agree=0.8, side="zero"), EN) == (
        "13 (likely, 0 to 25)"
    )


def test_a_part_that_is_rounded_up_lies_within_its_interval_as_printed() -> None:
    assert interval(Estimate(1.0, 0.1, 0.4, 0.8), EN) == "1 (0 to 1)"
    assert interval(Estimate(9.0, 0.1, 0.4, 0.8), EN) == "9 (0 to 0)", "which is no rounding"


def test_a_change_of_few_persons_is_told_in_persons() -> None:
    few = published(bands(**{"80+": (12, (15, 9, 22)), "20-66": (200, (180, 170, 190))}))
    chart = charts.population_bands(few, subject())
    assert chart.title == (
        "Inhabitants aged 80 and over: from 12 in 2026 to 15 in 2036, +3 people (\u22123 to +10)"
    )
    assert "20–66 years: \u221210% (\u221215 to \u22125%)" in chart.alt
    (old, working, *_) = ageing_figures(few, subject())
    assert (old.value, old.interval) == ("+3 people", "Between \u22123 and +10")
    assert working.value == "\u221210%"
    # Many become few: the change is of few persons, too.
    emptied = published(bands(**{"80+": (40, (15, 9, 22)), "20-66": (200, (180, 170, 190))}))
    assert "\u221225 people" in charts.population_bands(emptied, subject()).title


def test_ages_of_few_staff_get_no_per_cent_and_stand_in_the_table_alone() -> None:
    def ages(sector: str, young: int, old: int) -> list[dict[str, Any]]:
        own = {"sector": sector, "dimension": "age_group"}
        return [row("headcount_by_age", BASE, count, category=group, **own)
                for group, count in (("under_35", young), ("62_plus", old))]  # fmt: skip

    rows = published([*ages("all", 30, 20), *ages("care", 30, 0), *ages("school", 0, 15)])
    chart = charts.staff_by_age(rows, subject(sector="all"))
    assert "40% of the staff are 55 or older in 2026 (20 people)" in chart.title
    assert chart.table.height == 3
    assert "fewer than 20 employees" in chart.note
    drawn = [one.get_text() for one in chart.figure.axes[0].get_yticklabels()]
    assert drawn == ["All service areas", "Health and care"]
    few = charts.staff_by_age(rows, subject(sector="school"))
    assert "school: 15 of the staff are 55 or older" in few.title
    assert not any(one.get_text() for one in few.figure.axes[0].texts)


def test_the_ratio_of_ages_lies_between_its_outer_limits() -> None:
    figures = published(
        bands(**{"80+": (200, (300, 280, 320)), "20-66": (2000, (1950, 1900, 2000))})
    )
    chart = charts.working_age_ratio(figures, subject())
    # 1950/300 = 6.5; outer limits 1900/320 = 5.9 and 2000/280 = 7.1; base year 2000/200 = 10
    assert chart.title.endswith(
        "there are 6.5 aged 20–66 in 2036, against 10.0 in 2026 (outer limits: 5.9 to 7.1)"
    )
    assert chart.table is not None
    assert chart.table.row(-1) == ("2036", "6.5 (5.9 to 7.1)")  # no level: it is no interval


def test_a_place_without_old_people_gets_no_ratio() -> None:
    figures = published(bands(**{"80+": (0, (0, 0, 0)), "20-66": (50, (40, 38, 42))}))
    assert charts.working_age_ratio(figures, subject()).figure is None
    assert charts.population_bands(figures, subject()).figure is not None


def test_replacement_by_cause_adds_up_to_the_replacement() -> None:
    rows = [
        row(name, year, value)
        for year in (BASE, BASE + 1)
        for name, value in (("recruitment_need", 12), ("replacement_fte", 10), ("growth_fte", 2))
    ]
    rows += [
        row("replacement_by_cause", year, fte, dimension="cause", category=cause)
        for year in (BASE, BASE + 1)
        for cause, fte in (
            ("retired", 2.5), ("left_sector", 5), ("moved_municipality", 1.5), ("other", 1),
        )
    ]  # fmt: skip
    chart = charts.recruitment_need(published(rows), subject())
    assert chart.figure is not None
    heights = [patch.get_height() for patch in chart.figure.axes[0].patches]
    assert sum(heights[0:8:2]) == pytest.approx(10)
    assert heights[:2] == pytest.approx([2.5, 2.5])
    assert heights[8] == pytest.approx(2)
    assert chart.title.endswith("10 for replacement and 2 for growth")


def test_the_lines_of_the_measured_shortage_are_never_added() -> None:
    rows = [
        row("measured_shortage", BASE, fte, dimension="line", category=line, occupation=occupation)
        for occupation, factor in (("2223", 1.0), ("all", 1.0))
        for line, fte in (
            ("unfilled", 3.1 * factor),
            ("unqualified", 4.7),
            ("agency_overtime", 1.2),
        )
    ]
    chart = charts.measured_shortage(published(rows), subject())
    assert chart.table is not None
    assert chart.table.rows()[-1] == ("All occupations", "3.1", "4.7", "1.2")
    assert "9.0" not in str(chart.table.to_dicts())
    assert chart.title.startswith("Health and care: 3.1 FTE were unfilled after advertising")


def lines(variable: str, *codes: str, fte: float = 3.1) -> list[dict[str, Any]]:
    return [row(variable, BASE, fte, dimension="line", category=code) for code in codes]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_counted_is_called_an_estimate_or_left_empty(language: str) -> None:
    rows = lines("estimated_shortage", "unfilled")
    chart = charts.measured_shortage(published(rows), subject(language))
    said = f"{chart.title} {chart.alt} {chart.table.columns[1]}"
    word = "estimated from national" if language == "en" else "anslått fr"
    assert said.count(word) == 3
    assert not any(
        measured in said for measured in ("etter utly", "after advertising", "Målt", "målt")
    )
    none = load_texts(language).entries["measured.not_counted"]
    assert chart.table.row(0)[2:] == (none, none)


def test_lines_that_were_not_counted_are_empty_beside_one_that_was() -> None:
    rows = [*lines("estimated_shortage", "unfilled"), *lines("measured_shortage", "unqualified")]
    chart = charts.measured_shortage(published(rows), subject())
    assert chart.table is not None
    assert chart.table.row(0)[1:] == ("3.1", "3.1", "not counted")
    assert "estimated" in chart.table.columns[1]
    assert chart.table.columns[2] == "Filled without the required qualification (FTE)"


def test_a_public_page_says_that_a_line_does_not_tell_whose_post_it_is() -> None:
    """One therapist in a small place must not read that she lacks what her post asks for."""
    told = lines("measured_shortage", "unqualified")
    rows = pl.DataFrame([*told, *({**one, "occupation": "2223"} for one in told)], schema=ROW)
    said = "do not show which occupation"
    public = charts.measured_shortage(Figures(rows, "public", 5), subject())
    assert said in public.note
    assert "usual in the country" not in public.note
    internal = charts.measured_shortage(Figures(rows, "internal"), subject())
    assert said not in internal.note
    unfilled = pl.DataFrame(lines("measured_shortage", "unfilled"), schema=ROW)
    for audience, base in (("public", 5), ("internal", None)):
        chart = charts.measured_shortage(Figures(unfilled, audience, base), subject())
        assert ("usual in the country" in chart.note) == (audience == "public")


def test_a_shortage_that_some_municipalities_counted_is_partly_an_estimate() -> None:
    rows = lines("partly_measured_shortage", "unfilled", "unqualified")
    chart = charts.measured_shortage(published(rows), subject())
    assert "partly estimated from national figures" in chart.title
    assert chart.table is not None
    assert "where it was counted" in chart.table.columns[2]
    lacking = lines("partly_measured_shortage", "unqualified")
    one = lacking[0] | {"occupation": "2223"}
    chart = charts.unqualified(published([*lacking, one]), subject())
    assert "where it was counted" in chart.title


def test_posts_without_the_qualification_that_nobody_counted_are_not_said_to_be_hidden() -> None:
    chart = charts.unqualified(published(lines("estimated_shortage", "unfilled")), subject())
    assert "are missing here, or too small" in chart.note


def test_charts_that_start_from_the_shortage_of_today_say_that_it_is_an_estimate() -> None:
    estimate = lines("estimated_shortage", "unfilled")
    figures = published([*need((38, 25, 52)), *estimate])
    assert "estimated from national figures" in charts.need_posts_staff(figures, subject()).note
    rows = chain(("base", 3), ("population", 10), ("horizon", 13))
    chart = charts.shortage_drivers(published([*rows, *estimate]), subject())
    assert "higher than staffing, estimated from national figures, and in 2036" in chart.title
    assert chart.table is not None
    assert "estimated from national figures" in chart.table.row(0)[0]
    years = [*chances(y2036=0.8), *first_year(BASE)]
    chart = charts.first_shortage(published([*years, *estimate]), subject())
    assert "estimated from national figures there is a shortage already" in chart.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_tells_of_recent_years_where_there_may_be_one(language: str) -> None:
    entries = load_texts(language).entries
    phrases = (
        "siste årene",
        "siste åra",
        "bak oss",
        "recent years",
        "som observert",
        "as observed",
    )
    found = {key for key, text in entries.items() if any(one in text for one in phrases)}
    assert found == set()


def test_absence_is_compared_with_the_same_quarter_last_year() -> None:
    rows = [
        row("absence_rate", int(quarter[:4]), rate, dimension="quarter", category=quarter,
            unit="share of agreed days")
        for quarter, rate in (("2025Q3", 0.07), ("2025Q4", 0.091), ("2026Q3", 0.068))
    ] + [
        row("absence_rate", 2026, 0.1, 0.09, 0.11, dimension="quarter_ahead", category="2026Q4",
            unit="share of agreed days")
    ]  # fmt: skip
    chart = absence_forecast(published(rows), subject())
    assert chart.title == (
        "Health and care: sickness absence is expected to be 10.0% in Q4 2026 "
        "(9.0 to 11.0%), against 9.1% in the same quarter last year"
    )


def test_absence_leads_with_a_service_whose_own_rate_is_told() -> None:
    rows = [
        row("absence_rate", year, rate, dimension=dimension, category=f"{year}Q4", sector=sector)
        for sector, rate in (("care", 0.1), ("school", 0.12))
        for year, dimension in ((2025, "quarter"), (2026, "quarter_ahead"))
    ]
    heads = [
        row("headcount", BASE, n, sector=sector) for sector, n in (("care", 50), ("school", 45))
    ]
    own = absence_forecast(published(rows + heads), subject(sector="all"))
    assert "absence is expected to be 10.0%" in own.title
    counted = absence_forecast(
        Figures(pl.DataFrame(rows, schema=ROW), "internal"), subject(sector="all")
    )
    assert "absence is expected to be 12.0%" in counted.title


def test_key_figures_carry_their_interval() -> None:
    strip = shortage_figures(published(need((38, 25, 52))), subject())
    assert strip[0].value == "38 FTE"
    assert strip[0].interval == "Between 25 and 52"
    old = published(bands(**{"80+": (200, (294, 280, 310))}))
    assert ageing_figures(old, subject())[0].interval == "Between +40% and +55%"


def test_without_staff_the_page_on_need_opens_with_the_need_of_the_sectors_that_are_known() -> None:
    rows = [
        row("demand_fte", year, *figures, sector=sector)
        for sector in ("care", "all")
        for year, figures in ((BASE, (200.0,)), (THEN, (300.0, 280.0, 330.0)))
    ]
    alone = subject(sector="all", missing=("staff",))
    opened = charts.first_of_need(published(rows), alone)
    assert opened.figure is not None
    assert opened.title.startswith("Health and care")
    (growth,) = shortage_figures(published(rows), alone)
    assert (growth.value, growth.note) == ("+50%", "Health and care")
    beside = charts.first_of_need(published(need((38, 25, 52))), subject())
    assert beside.title == charts.need_posts_staff(published(need((38, 25, 52))), subject()).title


def test_shown_charts_describe_their_image_and_fold_their_table_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outputs: list[dict[str, str]] = []
    monkeypatch.setattr(
        "IPython.display.display",
        lambda content, raw: raw and outputs.append(content),
    )
    chart = charts.need_posts_staff(published(need((38, 25, 52))), subject())
    charts.show(chart, EN)
    heading, picture, behind = (one["text/html"] for one in outputs)
    assert heading == f"<h3>{chart.title}</h3>"
    assert picture.count(f'role="img" aria-label="{chart.alt}"') == 2, "for a wide page and a phone"
    assert outputs[1]["text/plain"] == chart.alt
    assert "<details><summary>The figures behind the chart</summary>" in behind
    assert '<th scope="row" role="rowheader">2036</th>' in behind


@given(st.text(max_size=30))
def test_nothing_in_a_table_becomes_markup(name: str) -> None:
    text = f"<b>{name}"
    assert "<b>" not in html_table(pl.DataFrame({text: [text], "note": [text]}), text)


def test_every_colour_of_lines_and_text_stands_out_from_the_paper() -> None:
    for colour in (*(pen.colour for pen in style.PENS), style.INK, style.GREY):
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5
    looks = {(str(pen.line), pen.marker) for pen in style.PENS}
    assert len(looks) == len(style.PENS)


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=6).map(sorted),
    st.floats(1, 12),
)
def test_labels_moved_apart_never_overlap(wanted: list[float], size: float) -> None:
    places = style.spread(wanted, [size] * len(wanted), 0.0, 100.0)
    gaps = [b - a for a, b in pairwise(places)]
    assert all(gap >= size - 1e-9 for gap in gaps)
    assert min(places) >= size / 2 - 1e-9
    assert max(places) <= 100 - size / 2 + 1e-9


@settings(deadline=None)
@given(st.integers(1990, 2040), st.integers(1, 40))
def test_the_year_axis_marks_the_first_and_the_last_year(first: int, span: int) -> None:
    _, (axes,) = style.canvas(2.0)
    style.year_axis(axes, list(range(first, first + span + 1)))
    marks = [int(mark) for mark in axes.get_xticks()]
    assert marks[0] == first
    assert marks[-1] == first + span
    assert len(marks) <= 8


def test_a_certain_figure_has_no_interval() -> None:
    assert interval(Estimate(12, 12, 12, 0.8), NB) == "12"
    # Nor has a part of it that was rounded so as to add up.
    assert interval(Estimate(59, 59.6, 59.6, 0.8), NB) == "59"
    assert spoken("fte", Estimate(12, 12, 12, 0.8), NB)["fte_span"] == ""
    half = Estimate(0.125, 0.1, 0.15, 0.8)
    assert interval(half, NB, decimals=1, share=True) == ("12,5\u00a0% (10,0 til 15,0\u00a0%)")


def chances(**by_year: float) -> list[dict[str, Any]]:
    return [
        row("shortage_chance", int(year[1:]), chance, unit="share of draws")
        for year, chance in by_year.items()
    ] + [row("tightness", THEN, 0.2, 0.1, 0.3, unit="share of wanted employment")]


def first_year(*years: int, **keys: Any) -> list[dict[str, Any]]:
    """First year of shortage with its interval."""
    return [row("first_shortage_year", THEN, *years, unit="1 January of the year", **keys)]


def test_the_first_year_of_shortage_is_told_as_a_year_with_its_interval() -> None:
    rows = [*chances(y2026=0.1, y2036=1.0), *first_year(2032, 2030, 2034)]
    # A share of a need of few FTE is not told in per cent.
    few = charts.first_shortage(published([*rows, row("demand_fte", THEN, 12)]), subject())
    assert few.table is not None
    assert "%" not in str(few.table.row(0)[3:])
    chart = charts.first_shortage(published([*rows, row("demand_fte", THEN, 90)]), subject())
    assert "from 2032 (2030 to 2034)" in chart.title
    assert "over 95%" in chart.title
    assert chart.table is not None
    assert chart.table.row(0)[1] == "2032 (2030 to 2034)"
    assert "20.0%" in chart.table.row(0)[3]
    assert "In brackets beside the first year" in chart.note


@pytest.mark.parametrize(
    ("language", "years", "words"),
    [
        ("nb", (2032, 2030, 2037), "2032 (tidligst 2030, kanskje ikke i perioden)"),
        ("nn", (2037, 2033, 2037), "Ikkje i perioden (tidlegast 2033, kanskje ikkje i"),
        ("en", (2037, 2037, 2037), "Not within the period"),
        ("en", (2026, 2026, 2026), "Already in 2026"),
    ],
)
def test_a_year_beyond_the_period_is_told_in_words(
    language: str, years: tuple[int, int, int], words: str
) -> None:
    rows = [*chances(y2036=0.4), *first_year(*years)]
    chart = charts.first_shortage(published(rows), subject(language))
    assert chart.table is not None
    assert chart.table.row(0)[1].startswith(words)
    assert "2037" not in chart.title + str(chart.table.rows())
    assert not re.search(r"2[\s\u00a0,.]0\d\d", chart.title + str(chart.table.rows()))


def test_a_shortage_of_today_and_one_that_never_comes_are_told_apart() -> None:
    rows = [*chances(y2036=0.8), *first_year(2026)]
    now = charts.first_shortage(published(rows), subject())
    assert "already" in now.title
    assert "brackets" not in now.note  # no year of the table has any
    rows = [*chances(y2036=0.2), *first_year(2037)]
    never = charts.first_shortage(published(rows), subject())
    assert "no shortage is expected" in never.title


def test_where_all_are_short_today_the_table_says_from_when_each_is_sure_and_stays_so() -> None:
    every = {"2223": {BASE: 1.0, 2030: 0.95, THEN: 0.97}, "5321": {BASE: 1.0, 2030: 0.5, THEN: 0.6}}
    rows = [
        *chances(y2036=0.99), *first_year(BASE),
        *(row("shortage_chance", year, share, unit="probability", occupation=code)
          for code, shares in every.items() for year, share in shares.items()),
        *(one for code in every for one in first_year(BASE, occupation=code)),
    ]  # fmt: skip
    chart = charts.first_shortage(published(rows), subject())
    assert chart.table is not None
    assert "First year of shortage" not in chart.table.columns
    told = dict(zip(chart.table["Occupation"], chart.table["Certain shortage from"], strict=True))
    assert told["Nurse"] == "2026"
    assert told["Health care worker"] == "Not certain within the period"
    assert "first year" not in chart.note


def opened(**parts: tuple[float, float, float]) -> list[dict[str, Any]]:
    return [
        row("openings", THEN, *figures, dimension="opening_part", category=name, unit="persons",
            occupation=code)
        for name, figures in parts.items()
        for code in ("all", "2223")
    ]  # fmt: skip


def test_openings_are_told_with_what_opens_them_and_without_posts_that_are_not_there() -> None:
    rows = opened(
        openings=(120, 100, 140), growth=(30, 20, 40), exits=(85, 70, 99), transfers=(5, 1, 9)
    )
    nothing = opened(openings=(0, 0, 0), growth=(0, 0, 0), exits=(0, 0, 0), transfers=(0, 0, 0))
    rows += [one | {"occupation": "5321"} for one in nothing if one["occupation"] != "all"]
    rows += [row("demand_fte", BASE, 0, occupation="5321", persons=0.0)]
    rows += [row("supply_fte", BASE, 0, occupation="5321", persons=0.0)]
    chart = charts.openings(published(rows), subject())
    assert chart.title == (
        "Health and care: 120 posts must be filled from 2026 to 2036 (100 to 140): "
        "85 after those who leave, and 30 because the need grows"
    )
    assert chart.table is not None
    assert chart.table["Occupation"].to_list() == ["Nurse", "All occupations"]
    assert chart.table.row(0)[1:] == ("120 (100 to 140)", "30", "85", "5")
    fewer = opened(openings=(60, 50, 70), growth=(-30, -40, -20), exits=(90, 80, 99))
    title = charts.openings(published(fewer), subject()).title
    assert title.endswith("90 people leave, but the need falls by 30")


def test_how_long_employees_stay_is_told_for_two_ages_and_drawn_for_all() -> None:
    rows = [
        row("working_years", BASE, *figures, dimension="start_age", category=age,
            unit="years per person")
        for age, figures in {"30": (6.1, 5.8, 6.5), "55": (7.8, 7.6, 8.1)}.items()
    ]  # fmt: skip
    chart = charts.working_years(published(rows), subject())
    assert chart.title == (
        "Health and care: an employee aged 30 stays for another 6.1 years on average (5.8 to "
        "6.5), one aged 55 for 7.8 years (7.6 to 8.1)"
    )
    assert chart.figure is not None
    assert "Aged 55: 7.8" in chart.alt
    assert chart.table is not None
    assert chart.table.height == 2


def test_alternatives_stand_beside_the_observed_inflow() -> None:
    rows = [
        *gap(THEN, 38, 25, 52),
        *gap(THEN, 90, 80, 95, scenario="no_recruitment"),
        *gap(THEN, 12, 2, 20, scenario="exits_replaced"),
    ]
    chart = charts.alternatives(published(rows), subject())
    assert chart.title.startswith("Health and care: 38 FTE missing in 2036")
    assert chart.title.endswith("90 with no recruitment and 12 if everyone who leaves is replaced")
    assert chart.table is not None
    assert chart.table.height == 3
    # What changes nothing here is no alternative; decimals are those of the shortage itself.
    same = [*rows, *gap(THEN, 38, 25, 52, scenario="healthy_ageing")]
    same += gap(THEN, 41.2, 27, 55, scenario="retirement_high")
    chart = charts.alternatives(published(same), subject())
    assert chart.table is not None
    assert chart.table.height == 4
    assert chart.table.row(3)[1].startswith("41 ")
    assert "Healthier ageing" not in chart.note
    assert "Retirement in the new pension scheme" in chart.note


def test_norms_are_left_out_where_no_post_has_one() -> None:
    assert charts.norms(published([row("norm_fte", BASE, 0)]), subject()).table is None
    rows = [
        row(name, year, 12, occupation="2223")
        for name in ("norm_fte", "demand_fte", "supply_fte")
        for year in (BASE, THEN)
    ]
    chart = charts.norms(published(rows), subject())
    assert chart.table is not None
    assert chart.table.row(0)[0] == "Health and care: Nurse"


def test_a_forecast_is_judged_by_its_outcome() -> None:
    band = {"dimension": "age_band", "sector": "all", "persons": None}
    rows = [
        row(
            "population_by_band", BASE, 100, 90, 110, scenario="made_again", category="80+", **band
        ),
        row("population_by_band", BASE, 105, scenario="observed", category="80+", **band),
        row("population_by_band", BASE, 50, 45, 55, scenario="made_again", category="0", **band),
        row("population_by_band", BASE, 60, scenario="observed", category="0", **band),
        row("population_by_band", 2023, 58, scenario="observed", category="0", **band),
    ]
    chart = charts.judged_population(published(rows), subject(sector="all"))
    assert chart.title.startswith("1 of 2 age groups in 2026")
    assert "from 2023" in chart.title
    assert chart.table is not None
    assert chart.table["Within the interval"].to_list() == ["No", "Yes"]


def chain(*figures: tuple[str, float], variable: str = "shortage_change") -> list[dict[str, Any]]:
    return [
        row(variable, THEN, value, value - 1, value + 1, dimension="part", category=name)
        for name, value in figures
    ]


def test_a_waterfall_names_its_ends_and_every_step_with_a_sign():
    rows = chain(("base", 5), ("population", 12), ("healthy_ageing", -4), ("horizon", 13))
    rows += [row("shortage_change", THEN, 0, dimension="part", category="absence")]
    chart = charts.shortage_drivers(Figures(pl.DataFrame(rows, schema=ROW), "public", 5), subject())
    assert "in 2026 the need is 5 FTE higher than staffing" in chart.title
    assert "+12" in chart.alt
    assert "\u22124" in chart.alt
    assert chart.table is not None
    assert chart.table.height == 4, "a part that is nought is left out"
    assert "+12 (+11\u00a0to\u00a0+13)</text>" in drawn(chart)


def test_a_waterfall_that_ends_with_more_than_the_need_says_so_and_prints_no_minus():
    rows = chain(("base", 13), ("fewer_leave", -30), ("horizon", -17), variable="measure_effect")
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5)
    chart = charts.measure_effects(figures, subject(), labels={"fewer_leave": "Fewer leave"})
    assert "the need is 13 FTE higher than staffing in 2036" in chart.title
    assert "staffing is 17 FTE higher than the need (16 to 18)" in chart.title
    assert chart.table is not None
    last = chart.table.row(-1)
    assert last[0].endswith("more than needed")
    assert last[1].startswith("17")
    assert chart.draw is not None
    chart.draw()


@pytest.mark.parametrize(
    ("central", "said"),
    [(4, "the need is 4.0 FTE higher than staffing (3.0 more than needed to 12.0 missing)"),
     (-2, "staffing is 2.0 FTE higher than the need (3.0 more than needed to 12.0 missing)")],
)  # fmt: skip
def test_a_net_whose_interval_crosses_nought_says_what_each_end_is(central, said):
    value = Estimate(central, -3, 12, 0.8)
    assert net_words(value, load_texts("en")) == said
    steps = (("base", 13), ("hiring", central - 13), ("horizon", central))
    rows = chain(*steps, variable="measure_effect")
    rows[-1] |= {"lower": -3.0, "upper": 12.0}
    chart = charts.measure_effects(Figures(pl.DataFrame(rows, schema=ROW), "public", 5), subject())
    assert "3 more than needed to 12 missing" in chart.table.row(-1)[1]
    assert "\u2212" not in chart.table.row(-1)[1]
    assert chart.draw is not None


def test_a_waterfall_of_measures_calls_them_as_it_is_told():
    rows = chain(("base", 13), ("fewer_leave", -4), ("horizon", 9), variable="measure_effect")
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5)
    chart = charts.measure_effects(figures, subject(), labels={"fewer_leave": "Stay <b>longer"})
    assert "Stay <b>longer" in chart.alt
    assert chart.table is not None
    assert chart.table[:, 0].to_list()[0] == "Without measures, 1 January 2036"


def mix_figures(*, reached: bool = True) -> Figures:
    name = "1" if reached else "limits"
    keys = {"sector": "all", "occupation": "all"}
    rows = [
        row("mix_gap", THEN, 4, 1, 12, dimension="mix", category=name, **keys),
        row("mix_cost", THEN, 6_400_000, dimension="mix", category=name, **keys),
        row("mix_chance", THEN, 0.82 if reached else 0.6, dimension="mix", category=name, **keys),
    ]
    for lever, size in (("recruitment", 12.0), ("absence", -0.5), ("turnover", 0.0)):
        one = {"dimension": "mix_lever", "category": name, "detail": lever, **keys}
        rows.append(row("mix_size", THEN, size, **one))
        if lever == "absence":
            rows.append(row("mix_one_more", THEN, 2_000_000 if reached else 7, **one))
    if reached:
        rows += [
            row("mix_gap", THEN, 4, 1, 12, dimension="mix", category="price", **keys),
            row("mix_cost", THEN, 5_000_000, dimension="mix", category="price", **keys),
            row("mix_chance", THEN, 0.81, dimension="mix", category="price", **keys),
            row("mix_size", THEN, 16.0, dimension="mix_lever", category="price",
                detail="recruitment", **keys),
        ]  # fmt: skip
    limits = {
        "absence": PlaceLimit(0.8, "floor", 1.8, 1.0),
        "turnover": PlaceLimit(1.2, "best_tenth", 13.7, 12.5, 6),
        "position_share": PlaceLimit(18.0, "part_timers", 82.0, 100.0, binds=False),
        "recruitment": PlaceLimit(0.0, "pool", 52.0, 0.0),
    }
    facts = Facts(goal={"target": 0.0, "probability": 0.8, "as_today": 1.0}, limits=limits)
    return Figures(pl.DataFrame(rows, schema=ROW), "public", 5, facts)


def test_mixes_are_told_with_cost_gap_and_what_one_more_unit_gives():
    chart = charts.cheapest_mixes(mix_figures(), subject(sector="all"))
    assert "6.4 million" in chart.title
    assert chart.table is not None
    told = chart.table["Mix 1, in the order of KS"].to_list()
    assert set(told[:-5]) == {
        "+12.0% of recruitment",
        "−0.5 percentage points of agreed person-days",
    }
    assert "82" in told[-1]
    assert "this many NOK million less a year: lower short-term absence (2.0)" in chart.note
    beside = chart.table["Cheapest, in any order"].to_list()
    assert "+16.0% of recruitment" in beside
    assert chart.title.startswith("Mobilise first, then develop, then recruit")
    assert "between the two lowest of 6 comparable municipalities" in chart.note
    assert "does not expect it to fall below 1.0" in chart.note
    assert "the employers in the county together plan to hire at least as many" in chart.note
    assert "everyone has a full position" not in chart.note, (
        "the table of costs allows less than that"
    )


def test_a_target_out_of_reach_is_said_with_what_binds():
    figures = mix_figures(reached=False)
    chart = charts.cheapest_mixes(figures, subject(sector="all"))
    assert "not sure enough that at most 0 FTE will be missing" in chart.title
    assert "the probability is 60%" in chart.title
    assert "this many FTE smaller: " in chart.note
    assert "(7.0)" in chart.note
    own = charts.cheapest_mixes(figures, subject(sector="care"))
    assert own.table is None
    assert "worked out for all service areas together" in own.note


def pair_figures() -> Figures:
    sharing = {"dimension": "sharing_pair", "category": "5321", "detail": "capacity",
               "occupation": "2223"}  # fmt: skip
    moves = {"dimension": "reskilling_pair", "occupation": "5321"}
    rows = [
        *gap(THEN, 10, 4, 16, occupation="2223", persons=60.0),
        row("tasks_moved", THEN, 4, **sharing),
        row("tasks_taken", THEN, 5, **sharing),
        row("reskilled_more", THEN, 2, dimension="reskilling_limit", category="places"),
    ]
    for part, count in ((100, 6), (50, 3)):
        category = {"category": "2223", "detail": f"{part}"}
        rows.append(row("reskilled_persons", THEN, count, **moves, **category))
        rows.append(row("reskilled_cost", THEN, count * 500_000, **moves, **category))
        rows.append(row("reskilled_weeks", THEN, count * 160, **moves, **category))
    return Figures(pl.DataFrame(rows, schema=ROW), "public", 5)


def test_shared_tasks_are_told_with_what_is_missing_before_and_after_and_what_binds():
    chart = charts.shared_tasks(pair_figures(), subject())
    assert chart.table is not None
    told = dict(zip(chart.table.columns, chart.table.row(0), strict=True))
    assert told["Tasks handed over (FTE)"] == "4.0"
    assert told["Time it takes (FTE)"] == "5.0"
    assert told["Missing in 2036, before and after (FTE)"] == "10.0 → 6.0"
    assert told["What sets the limit"] == "No more time to spare"


def test_retraining_is_told_with_cost_with_less_money_and_what_binds():
    chart = charts.best_moves(pair_figures(), subject())
    assert chart.table is not None
    assert chart.table.row(0)[2:] == ("6", "960", "3,000")
    assert "6, for NOK 3.0 million" in chart.title
    assert "3 people for 50% of the amount" in chart.note
    assert "With more training places, 2 more posts could be filled" in chart.note


def freed_figures() -> Figures:
    """A post with time freed, and the sum of the service."""
    own = {"scenario": "mine"}
    rows = [
        row("freed_fte", THEN, 3, 2, 4, occupation="2223", persons=60.0, **own),
        *gap(THEN, -2, occupation="2223", persons=60.0, **own),
    ]
    rows.append(row("freed_fte", THEN, 4, 3, 5, persons=100.0, **own))
    return Figures(pl.DataFrame(rows, schema=ROW), "public", 5)


def test_freed_time_is_told_by_post_with_what_it_meets_there():
    chart = charts.freed_time(freed_figures(), subject(scenario="mine"))
    assert chart.table is not None
    assert chart.table.row(0)[1:] == ("3.0 (2.0 to 4.0)", "0.0"), "where there are more"
    assert chart.table.height == 1
    assert "work for 4.0 FTE (3.0 to 5.0) is freed in 2036" in chart.title
    assert charts.freed_time(freed_figures(), subject()) is SILENT


def test_a_picture_has_no_larger_bar_than_the_one_its_title_names() -> None:
    few = [
        one | {"occupation": "2142", "persons": 5.0}
        for one in gap(THEN, 60, 50, 70, occupation="2142")
    ]
    chart = charts.shortage_by_occupation(published([*by_occupation(), *few]), subject())
    assert chart.title.startswith("Largest shortage in 2036: Nurse, 38 FTE")
    assert "Nurse: 38" in chart.alt
    assert "60" not in chart.alt
    assert chart.table is not None
    assert chart.table.height == 5, "of few people the table tells"
    assert chart.note.endswith("the figure is given only in the table.")


def test_a_group_that_surely_lacks_has_no_interval_below_nought() -> None:
    keys = {"occupation": "health_professions", "agree": 0.95}
    net, missing, over = gap(THEN, 5, -1, 9, **keys)
    rows = [net, missing | {"lower": 1.0}, over]
    chart = charts.shortage_by_occupation(published([*by_occupation(), *rows]), subject())
    assert "5 (certain, 1 to 9)" in chart.alt


def test_the_gap_between_need_and_staff_is_bracketed_with_its_size_and_stands_apart() -> None:
    chart = charts.need_posts_staff(published(need((38, 25, 52))), subject())
    assert chart.figure is not None
    texts = [text.get_text().replace("\n", " ") for text in chart.figure.axes[0].texts]
    assert "distance 38, all occupations together" in texts
    over = charts.need_posts_staff(published(need((-38, -52, -25))), subject())
    assert over.figure is not None
    assert not any("together" in text.get_text() for text in over.figure.axes[0].texts)


def test_the_title_of_staff_per_user_is_of_a_service_that_can_be_seen_on_the_axis() -> None:
    """Technical services differ by a factor of 1.6, and lie at nought beside care."""
    rows = [
        row("staff_per_user", BASE, value, sector=sector, region=place, dimension="benchmark",
            category="observed")
        for sector, values in (("care", (0.688, 0.6)), ("school", (0.0064, 0.0039)))
        for place, value in zip(("1", "2"), values, strict=True)
    ]  # fmt: skip
    chart = charts.benchmark(published(rows), subject(), "staff_per_user")
    assert "68.8" in chart.title
    assert "0.64" not in chart.title
