"""The basis for discussion: the log, what a measure means for whom, and what is not told."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workforce.batch.discussion_log import log_path, read_log
from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.contract.results import ROW
from workforce.errors import ParameterError
from workforce.reports.charts.figures import Subject
from workforce.reports.discussion import (
    describe_measure,
    discussion_figures,
    effect_told,
    how_many,
    log_table,
)
from workforce.reports.discussion_log import (
    Remark,
    discussed_line,
    remarks_of,
    write_remarks,
)
from workforce.results.measures import measures_of
from workforce.scenarios.levers.registry import LEVERS
from workforce.sources.tables.folder import open_folder
from workforce.texts.catalogue import load_texts

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
SAID = Remark(dt.date(2026, 10, 14), "hr", "<script>x</script>", regions=("9003",))


def subject(language: str = "en") -> Subject:
    return Subject(
        "9003", "all", "baseline", 2026, 2036, load_texts(language), open_folder(SAMPLE).names
    )


def figures(**heads: float) -> Figures:
    """Heads by sector, and staff by group of age, as the results table has them."""
    rows = [("headcount", sector, "all", "", "", persons) for sector, persons in heads.items()]
    rows += [
        ("headcount_by_age", "all", "all", "age_group", group, persons)
        for group, persons in (("under_55", 700.0), ("55_61", 80.0), ("62_plus", 43.0))
    ]
    names = ["variable", "sector", "occupation", "dimension", "category", "central"]
    table = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        scenario=pl.lit("baseline"),
        region=pl.lit("9003"),
        unit=pl.lit("persons"),
        year=pl.lit(2026),
        level=pl.lit(0.8),
        lower=pl.col("central"),
        upper=pl.col("central"),
        agree=pl.lit(None, pl.Float64),
        persons=pl.col("central"),
    )
    return Figures(table, "internal")


def measure(lever: str, size: float, **given: Any) -> Measure:
    return Measure(lever, "mobilise", {}, size, **given)


def test_every_lever_has_the_words_that_pages_say_of_it() -> None:
    texts = load_texts("en").entries
    for name, lever in LEVERS.items():
        words = ["title"]
        words += ["size"] if lever.helps else []
        words += ["name", "unit"] if lever.tried else []
        words += ["whom", "time", "place", "more", "less"] if lever.kind != "assumption" else []
        lacking = [word for word in words if f"lever.{name}.{word}" not in texts]
        assert lacking == [], f"write them in texts/catalogues/levers/{name}.yaml"


def test_a_measure_is_told_with_its_size_its_time_and_for_whom() -> None:
    told = dict(
        describe_measure(figures(all=823.0), subject(), measure("absence", -0.5, end_year=2029))
    )
    assert told["The measure"] == (
        "Short-term absence falls by 0.5 percentage points of agreed person-days, "
        "in full from 1 January 2029."
    )
    assert told["How many"].startswith(
        "In all, about 820 people were employed in all service areas"
    )
    assert "About 120 of them were 55 or older." in told["How many"]
    older = dict(describe_measure(figures(all=823.0), subject(), measure("retirement_age", 1)))
    assert older["The measure"].endswith("from the start of the projection.")
    assert older["How many"].endswith("about 120 were 55 or older.")


def test_persons_are_summed_over_the_sectors_reached_and_not_told_where_one_is_not_known() -> None:
    given = measure("productivity", 2, sectors=("health_care", "technical"))
    both = figures(all=823.0, health_care=300.0, technical=61.0)
    assert "about 360 people" in dict(describe_measure(both, subject(), given))["How many"]
    for few, words in ((figures(all=823.0, health_care=300.0), "is not known"),
                       (figures(health_care=4.0, technical=4.0), "Fewer than ten")):  # fmt: skip
        assert words in dict(describe_measure(few, subject(), given))["How many"]


def test_those_near_the_age_of_leaving_are_counted_by_service_area_and_never_by_occupation() -> (
    None
):
    # Only all service areas together have ages here; those of health care are not shown.
    both = figures(all=823.0, health_care=300.0)
    given = measure("absence", -1, sectors=("health_care",))
    assert "is not known how many of them were 55 or older" in how_many(both, subject(), given)
    nurses = measure("absence", -1, occupations=("2223",))
    posts = both.table.filter(variable="headcount", sector="all").with_columns(
        occupation=pl.lit("2223"), persons=pl.col("central")
    )
    told = how_many(Figures(posts, "internal"), subject(), nurses)
    assert "counted for service areas, not for occupations" in told


@pytest.mark.parametrize("lever", ["recruitment", "inclusion", "apprentices", "education_intake"])
def test_those_who_are_yet_to_come_are_none_of_todays_staff(lever: str) -> None:
    some = figures(all=823.0, health_care=300.0)
    assert how_many(some, subject(), measure(lever, 5)) == "None of those employed today."


def test_what_a_measure_gives_beyond_what_it_lessens_is_accounted_for() -> None:
    def told(gives: float, missing: float) -> str:
        row = {
            "region": "9003", "sector": "all", "occupation": "all", "dimension": "",
            "category": "", "detail": "", "unit": "FTE", "year": 2036, "level": 0.8,
        }  # fmt: skip
        rows = [
            row | {"scenario": "baseline", "variable": "missing_fte", "central": 20.0},
            row | {"scenario": "mine", "variable": "missing_fte", "central": missing},
            row | {"scenario": "mine", "variable": "measure_effect", "central": -gives,
                   "dimension": "part", "category": "1_absence"},
        ]  # fmt: skip
        ends = [one | {"lower": one["central"], "upper": one["central"]} for one in rows]
        made = Figures(pl.DataFrame(ends, schema=ROW), "internal")
        return effect_told(made, subject(), "mine", 1)

    some = told(gives=4.0, missing=19.0)
    assert some.startswith("With the measure, about 1 fewer FTE is missing on 1 January 2036. The")
    assert "not short of people" in some
    assert told(gives=4.0, missing=16.0).endswith("4 fewer FTE are missing on 1 January 2036.")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_lever_without_a_text_is_told_in_general_words(language: str) -> None:
    told = describe_measure(figures(all=823.0), subject(language), measure("flying", 3))
    assert len(told) == 5
    assert all(text for _, text in told)


def test_scenarios_give_their_measures_without_what_nobody_decides() -> None:
    names = ["later_retirement", "healthy_ageing", "one_point_each"]
    own = [{"lever": "absence", "points": -1, "sectors": "technical"}]
    found = measures_of({**{name: name for name in names}, "own": own}, region="9003")
    assert list(found) == ["later_retirement", "one_point_each", "own"]
    one = Measure("absence", "mobilise", own[0], -1, sectors=("technical",), name="1_absence")
    assert found["own"] == (one,)
    title = {"nb": "a", "nn": "b", "en": "c"}
    written = {"own": {"measures": [{"lever": "absence", "options": {}, "title": title}]}}
    (told,) = measures_of({"own": own}, region="9003", written=written)["own"]
    assert told.title == title
    (later,) = found["later_retirement"]
    assert (later.lever, later.size) == ("retirement_age", 1)
    assert [one.lever for one in found["one_point_each"]] == [
        "position_share", "absence", "turnover", "retirement_age",
    ]  # fmt: skip


def test_every_error_of_a_log_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "log.yaml"
    path.write_text(
        "- date: 2026-10-14\n  who: Kari Nordmann\n  comment: x\n"
        "- date: 2027-01-01\n  who: hr\n  comment: ring kari@x.no\n  regions: ['1']\n  publik: 1\n"
        "- date: i går\n  who: hr\n  comment: 01875011111\n",
        encoding="utf-8",
    )
    with pytest.raises(ParameterError) as told:
        read_log(path, regions=["9003"], today=dt.date(2026, 12, 1))
    lines = str(told.value).splitlines()
    assert len(lines) == 7
    assert "line 2, who: write a role, never a name" in lines[0]
    assert "Kari" not in str(told.value)
    assert "line 4, date: 2027-01-01 is later" in str(told.value)
    assert "line 6, comment: an e-mail address is in it, at letter 6" in str(told.value)
    assert "line 8, publik: there is no such field" in str(told.value)
    assert read_log(tmp_path / "none.yaml") == ()
    path.write_text("date: 2026-10-14\n", encoding="utf-8")
    with pytest.raises(ParameterError, match="must be a list"):
        read_log(path)


@pytest.mark.parametrize("number", ["010190-12345", "010190.12345", "010190\u00a012345"])
def test_a_number_of_a_person_in_a_log_is_refused_wherever_it_stands(
    number: str, tmp_path: Path
) -> None:
    path = tmp_path / "log.yaml"
    path.write_text(
        f"- date: 2026-10-14\n  who: hr\n  comment: Se {number}.\n  answer: Ring 912 34 567.\n",
        encoding="utf-8",
    )
    with pytest.raises(ParameterError) as told:
        read_log(path)
    assert "line 3, comment: an identity number is in it, at letter 4" in str(told.value)
    assert "line 4, answer: a telephone number is in it, at letter 6" in str(told.value)
    assert "12345" not in str(told.value)


def test_a_log_goes_to_the_notebooks_of_the_places_it_is_about(tmp_path: Path) -> None:
    assert log_path(tmp_path / "mine.yaml") == tmp_path / "discussion" / "mine.yaml"
    write_remarks([SAID], tmp_path)
    assert remarks_of(tmp_path, "9003") == (SAID,)
    assert remarks_of(tmp_path, "9004") == ()
    assert remarks_of("", "9003") is None


def test_the_line_says_whether_it_was_before_the_quarter() -> None:
    texts = load_texts("nb")
    assert discussed_line([SAID], "2026Q4", texts) == (
        "Drøftet med de tillitsvalgte 14. oktober 2026."
    )
    assert "før kvartalet" in discussed_line([SAID], "2027Q1", texts)
    assert discussed_line([], "2026Q4", texts) == "Ikke drøftet med de tillitsvalgte."


def test_what_was_said_stands_on_public_pages_only_with_consent() -> None:
    texts = load_texts("en")
    public, internal = (log_table([SAID], texts, public=which).table for which in (True, False))
    assert public is not None
    assert internal is not None
    assert "script" not in str(public.rows())
    assert internal["Comment"].to_list() == [SAID.comment]
    assert internal["Answer"].to_list() == ["No answer yet"]


def test_what_is_missing_with_unchanged_development_is_that_of_the_baseline() -> None:
    table = figures(all=823.0).table
    gaps = [
        table.row(0, named=True)
        | {"variable": "missing_fte", "year": 2036, "scenario": name, "unit": "FTE"}
        | dict.fromkeys(("central", "lower", "upper"), fte)
        for name, fte in (("baseline", 75.0), ("mine", 53.0))
    ]
    both = pl.concat([table, pl.DataFrame(gaps, schema=table.schema)])
    page = replace(subject(), scenario="mine")
    gap = discussion_figures(Figures(both, "internal"), page)[-1]
    assert gap.value == "75 FTE"


def part_timers(**told: tuple[float, float | None]) -> Figures:
    """Part-timers by service, and the share of them who want more where they were asked."""
    table = figures(**dict.fromkeys(told, 320.0)).table
    rows = [
        table.row(0, named=True)
        | {"variable": name, "sector": sector}
        | dict.fromkeys(("central", "lower", "upper"), value)
        for sector, values in told.items()
        for name, value in zip(("part_time_staff", "part_time_wants"), values, strict=True)
        if value is not None
    ]
    return Figures(pl.concat([table, pl.DataFrame(rows, schema=table.schema)]), "internal")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"care": (178.0, 0.4), "school": (22.0, 0.1)},
         "About 200 of them work part time. Of the part-timers 37% want a larger position."),
        ({"care": (178.0, 0.4), "school": (22.0, None)},
         "About 200 of them work part time. The figures do not say how many part-timers want"),
        ({"care": (4.0, 0.5), "school": (2.0, 0.5)}, "Fewer than ten of them work part time."),
        ({"care": (12.0, 0.5), "school": (0.0, 0.5)}, "About 10 of them work part time. The fig"),
    ],
)  # fmt: skip
def test_how_many_work_part_time_and_want_more_is_told_where_it_is_known(
    known: dict[str, tuple[float, float | None]], said: str
) -> None:
    one = Measure("position_share", "mobilise", {}, sectors=("care", "school"))
    assert said in how_many(part_timers(**known), subject(), one)
    some = part_timers(**known).table.filter(
        (pl.col("variable") == "headcount") | (pl.col("sector") == "care")
    )
    unknown = how_many(Figures(some, "internal"), subject(), one)
    assert "do not show how many of them work part time" in unknown
