"""What a folder is enough for, and which tables would add most to it."""

import re
from pathlib import Path

import pytest

from workforce.batch.params import GIVEN_BY_RUN
from workforce.contract.dictionary import tables
from workforce.reports.sufficiency import PAGES, every_table, further_tables, pages_from

ROOT = Path(__file__).parents[2]
FOUR = ("regions", "population", "staff", "shortage")
FETCHED = ("regions", "population", "population_projection", "service_use", "fte_in_post",
           "kostra_figures", "national_vacancies")  # fmt: skip


def test_every_table_that_a_folder_may_lack_is_told_of():
    told = {name for row in every_table() for name in row.tables}
    assert told == set(tables()) - {"regions", "population"}
    assert {name for needed in PAGES.values() for name in needed} <= set(tables())


def test_every_page_that_a_run_can_make_is_told_of():
    made = {
        path.stem
        for path in (ROOT / "notebooks").glob("*.ipynb")
        if all(f'"{name} = ' in path.read_text(encoding="utf-8") for name in GIVEN_BY_RUN)
    }
    assert set(PAGES) == made


def test_guide_says_the_same_as_the_check():
    guide = (ROOT / "docs" / "guides" / "own-data.md").read_text(encoding="utf-8")
    guide = re.sub(r" \(\[\w+\]\([^)]*\)\)", "", guide)
    for row in every_table():
        names = ", ".join(f"`{name}`" for name in row.tables)
        assert f"| {names} | {row.gives} | {row.until_then} |" in guide


@pytest.mark.parametrize(
    ("present", "pages", "following"),
    [
        (("regions", "population"), 1, ["staff", "fte_in_post"]),
        (FETCHED, 1, ["staff", "shortage"]),
        (FOUR[:3], 5, ["shortage", "staff_flows"]),
        (FOUR, 5, ["staff_flows", "service_use"]),
        (tuple(tables()), len(PAGES), []),
    ],
)
def test_what_gives_most_beside_what_is_there_comes_first(present, pages, following):
    assert len(pages_from(present)) == pages
    assert [row.tables[0] for row in further_tables(present)[:2]] == following


def test_fte_without_age_is_not_asked_for_beside_staff_nor_a_table_that_is_there():
    lacking = [name for row in further_tables((*FOUR, "service_use")) for name in row.tables]
    assert "fte_in_post" not in lacking
    assert "service_use" not in lacking
    first = [name for row in further_tables(("regions", "population")) for name in row.tables]
    assert sorted(first) == sorted(set(tables()) - {"regions", "population"})
