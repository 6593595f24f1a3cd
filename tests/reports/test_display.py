"""Occupations of few people stand in their group on public pages, and small counts as ranges."""

import polars as pl
import pytest
import xarray as xr

import workforce as wf
from workforce.contract.figures import Figures
from workforce.contract.grouping import in_groups, sums_of
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts.figures import Subject
from workforce.reports.charts.words import persons_told
from workforce.results.hindsight import MADE_AGAIN, OBSERVED
from workforce.results.run_notes import read_display, write_display
from workforce.results.standing import occupation_groups, standing_together
from workforce.sources.tables.files import packaged_folder
from workforce.texts.catalogue import LANGUAGES, load_texts

SAMPLE = packaged_folder("sample")


def posts(**persons: float) -> xr.Dataset:
    codes = [code.removeprefix("o") for code in persons]
    staff = xr.DataArray([list(persons.values())], {"sector": ["care"], "occupation": codes},
                         ("sector", "occupation"))  # fmt: skip
    return xr.Dataset({"staff": staff, "position_share": xr.full_like(staff, 0.5)})


def test_an_occupation_that_shows_under_ten_stands_with_the_others_of_its_group(protected_sample):
    few = posts(o2223=5.0, o2264=0.0, o2341=45.0, o2342=5.0)
    assert standing_together(few, protected_sample, sector="all") == {
        "2223": "health_professions",
        "2342": "other_teachers",
    }
    enough = posts(o2223=10.0, o2264=10.0)
    assert standing_together(enough, protected_sample, sector="care") == {}


def test_an_internal_page_shows_every_occupation_by_itself():
    folder = wf.open_folder(SAMPLE)
    assert standing_together(posts(o2223=1.0), folder, sector="all") == {}


def test_ten_fte_or_fewer_stand_together_where_a_run_asks_for_it(protected_sample, tmp_path):
    write_display(10, tmp_path)
    assert read_display(tmp_path) == 10
    found = standing_together(
        posts(o2223=20.0, o2264=25.0), protected_sample, sector="all", hide_fte=10
    )
    assert found == {"2223": "other_health_professions"}
    assert read_display("") is None


def rows(*told: tuple[str, str, str, str]) -> pl.DataFrame:
    names = ["occupation", "variable", "dimension", "category"]
    table = pl.DataFrame(told, schema=dict.fromkeys(names, pl.String), orient="row")
    return table.with_columns(region=pl.lit("9012"), sector=pl.lit("all"))


STUDENTS = ("2223", "graduates_path", "education", "nursing")
MEMBERS = rows(
    ("2223", "headcount", "", ""),
    ("2264", "headcount", "", ""),
    ("all", "headcount", "", ""),
    ("5321", "tasks_moved", "sharing_pair", "2223"),
    STUDENTS,
)
GROUPED = {"2223": "health_professions"}


def test_members_leave_a_table_where_it_tells_of_their_group_and_stay_where_it_does_not():
    assert in_groups(MEMBERS, GROUPED, hide=False).equals(MEMBERS)
    assert in_groups(MEMBERS, {}, hide=False).equals(MEMBERS)
    assert in_groups(MEMBERS, {}, hide=True).equals(MEMBERS)
    group = rows(("health_professions", "headcount", "", ""))
    shown = in_groups(pl.concat([MEMBERS, group]), GROUPED, hide=False)
    assert shown["occupation"].to_list() == ["2264", "all", "5321", "2223", "health_professions"]
    # Students of an occupation are nobody's staff.
    assert shown.row(3)[:4] == STUDENTS


def test_pages_of_several_sectors_take_their_own_groups_from_the_sums_of_all():
    small, large = {"2223": "nurses", "2264": "nurses"}, {"2223": "other_nurses", "5321": "alone"}
    three = {"2221": "nurses", "2223": "nurses", "2264": "nurses"}
    sums = sums_of([small, large, three, {}])
    assert sums == {
        "2221+2223+2264": ("2221", "2223", "2264"),
        "2223+2264": ("2223", "2264"),
    }
    added = rows(*((label, "headcount", "", "") for label in sums))
    table = pl.concat([MEMBERS, added])
    shown = in_groups(table, small, hide=False)
    assert shown["occupation"].to_list() == ["all", "5321", "2223", "nurses"]
    assert in_groups(table, large, hide=False).equals(MEMBERS)
    assert in_groups(table, {}, hide=False).equals(MEMBERS)


def test_where_few_fte_are_to_be_hidden_their_rows_and_pairs_go_and_students_stay():
    hidden = in_groups(MEMBERS, GROUPED, hide=True)
    assert hidden["occupation"].to_list() == ["2264", "all", "2223"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rounded_count_is_told_by_what_it_may_be_and_a_counted_one_as_it_is(language):
    texts = load_texts(language)
    table = pl.DataFrame()
    rounded, counted = Figures(table, "public", 5), Figures(table, "internal")
    told = [persons_told(count, rounded, texts) for count in (0.0, 5.0, 10.0)]
    assert told == ["under 5", "1–9", "10"]
    assert persons_told(3.0, counted, texts) == "3"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_has_a_name_with_all_of_its_occupations_and_with_some(
    protected_sample, language
):
    texts = load_texts(language).entries
    groups = set(occupation_groups(protected_sample).values())
    assert len(groups) == 11
    assert {f"group.{kind}{group}" for group in groups for kind in ("", "other_")} <= set(texts)


def test_only_services_of_twenty_are_judged_where_the_rounding_would_decide_of_smaller_ones():
    subject = Subject(
        region="9012", sector="all", scenario="baseline", base_year=2026, horizon_year=2036,
        texts=load_texts("en"), names=wf.open_folder(SAMPLE).names,
    )  # fmt: skip
    rows = [
        {"scenario": scenario, "region": "9012", "sector": sector, "occupation": "all",
         "dimension": "", "category": "", "variable": "headcount", "unit": "persons",
         "year": year, "level": 0.8, "central": persons, "lower": persons, "upper": persons}
        for scenario, year in ((MADE_AGAIN, 2026), (OBSERVED, 2026), (OBSERVED, 2023))
        for sector, persons in (("health_care", 25.0), ("kindergarten", 5.0))
    ]  # fmt: skip
    rows += [one | {"dimension": "age_band"} for one in rows if one["year"] == 2023]
    table = pl.DataFrame(rows, schema=ROW)
    public_page = charts.judged_staff(Figures(table, "public", 5), subject)
    assert public_page.table["Figure"].to_list() == ["Health and care"]
    assert "fewer than 20 employees are not tested" in public_page.note
    inside = charts.judged_staff(Figures(table, "internal"), subject)
    assert len(inside.table) == 2
    assert "fewer than 20" not in inside.note
    small = table.filter(sector="kindergarten")
    alone = charts.judged_staff(Figures(small, "public", 5), subject)
    assert alone.figure is None
    assert "the rounding would decide" in alone.note
