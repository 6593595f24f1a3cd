"""Folders with parts knocked out: what `check` says a folder is enough for can be made.

``KNOCKED_FOLDERS=2000 uv run pytest -n 0 tests/notebooks/test_knocked_folders.py -s`` makes 2,000
folders, and counts them by what became of them; 30 are made without it, for the pages whose figures
are quickly made. A folder is tried with one of the pages that it is enough for, of the 2,000 with
forecasts and mixes of measures by the quickest ways. ``KNOCKED_PAGES=all`` makes all of its pages
as they are made in a run.
"""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.notebooks.page_figures import make_figures

from workforce.contract.problems import describe_problems
from workforce.errors import DataError
from workforce.inputs import settle_base_year
from workforce.inputs.regions import members
from workforce.reports.sufficiency import PAGES, pages_from
from workforce.sources.tables.folder import open_folder

ROOT = Path(__file__).parents[2]
FOLDERS = int(os.environ.get("KNOCKED_FOLDERS", "15"))
ALL_PAGES = os.environ.get("KNOCKED_PAGES") == "all"
LONG = ("mobilisation", "labour_shortage", "forecast_quality") if FOLDERS < 100 else ()
REGIONS = ("NO", "90", "G2", "9010", "9012")
SECTORS = ("health_care", "primary_school")
FIRST = {"population": 2021, "staff": 2022, "staff_flows": 2022, "service_use": 2025}
PARTS = ("region", "year", "quarter", "sector", "occupation", "sex", "age")
Folder = dict[str, pl.DataFrame]
seen: Counter[str] = Counter()


@pytest.fixture(scope="module")
def small() -> Folder:
    """Two municipalities and two sectors of the sample, whose figures are quickly made."""
    tables = dict(open_folder(ROOT / "data" / "sample").tables)
    for name, frame in tables.items():
        if "region" in frame.columns:
            frame = frame.filter(pl.col("region").is_in(REGIONS))
        if "sector" in frame.columns:
            frame = frame.filter(pl.col("sector").is_in(SECTORS))
        if name == "regions":
            frame = frame.with_columns(neighbours=pl.lit("9010;9012"))
        if name == "population_projection":
            frame = frame.filter(pl.col("year") <= 2030)
        if name in FIRST:
            frame = frame.filter(pl.col("year") >= FIRST[name])
        tables[name] = frame
    return tables


def test_the_small_folder_is_sound_and_enough_for_every_page(small, tmp_path):
    write(small, tmp_path)
    report = open_folder(tmp_path).report
    assert describe_problems(report.problems) == "0 problems in the tables:"
    assert set(pages_from(report.present)) == set(PAGES)


@settings(
    max_examples=FOLDERS, deadline=None, database=None, derandomize=FOLDERS < 100,
    suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
@given(data=st.data())
def test_the_figures_of_every_page_that_a_folder_is_enough_for_are_made(small, data):
    with tempfile.TemporaryDirectory() as place:
        write(knocked(small, data.draw), Path(place))
        folder = open_folder(place)
        report, tables = folder.report, folder.tables
        seen["folders"] += 1
        if report.problems or not report.population_ready:
            seen["refused by check"] += 1
            return
        places = [code for code in tables["regions"]["region"] if has_page(tables, code)]
        enough = [page for page in pages_from(report.present) if page not in LONG]
        pages = enough if ALL_PAGES else [data.draw(st.sampled_from(enough))]
        region = data.draw(st.sampled_from(places))
        sector = data.draw(st.sampled_from(["all", *folder.lists["sectors"]["sector"]]))
        for page in pages:
            make_figures(
                page,
                data=place,
                region=region,
                sector=sector,
                base_year=settle_base_year(tables, None),
                search=ALL_PAGES or FOLDERS < 100,
            )
            seen[page] += 1


def test_most_folders_are_enough_for_a_page():
    assert seen["refused by check"] < seen["folders"] / 2


def test_every_page_was_made():
    if FOLDERS >= 100:
        print(*(f"{count:6} {what}" for what, count in seen.most_common()), sep="\n")
        print(f"{time.process_time() / seen['folders']:6.1f} seconds of processor a folder")
        assert set(PAGES) <= set(seen)


def has_page(tables: Folder, region: str) -> bool:
    """Whether a place is a municipality, or has any; `check` names those that have none."""
    try:
        return bool(members(tables["regions"], region))
    except DataError:
        return False


def write(tables: Folder, folder: Path) -> None:
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")


def knocked(tables: Folder, draw: Callable) -> Folder:
    """Knock up to four parts out: some tables, or a label of one table or of all.

    A label is a place, year, quarter, sector, occupation, sex or age; or all others but it.
    """
    left = dict(tables)
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(left)))
        part = draw(st.sampled_from(["tables", *(part for part in PARTS if part in left[name])]))
        if part == "tables":
            others = sorted(set(left) - {"regions", "population"})
            for other in draw(st.lists(st.sampled_from(others or [""]), max_size=12)):
                left.pop(other, None)
        else:
            value = draw(st.sampled_from(left[name][part].unique().sort().to_list()))
            others = sorted(left) if draw(st.booleans()) else [name]
            _knock_out(left, others, part, value, alone=draw(st.booleans()))
        # A table without rows is refused, and is no folder of interest.
        left = {other: frame for other, frame in left.items() if frame.height}
        if not left:
            return dict(tables)
    return left


def _knock_out(left: Folder, names: list[str], part: str, value: object, *, alone: bool) -> None:
    """Take a label out of some tables, or leave it alone in them."""
    if part == "occupation" and len(names) > 1 and "education_occupations" in names:
        # The shares of a programme that leads there would not sum to one any more.
        links = left["education_occupations"]
        gone = (links["occupation"] == value) ^ alone
        programmes = links["education"].filter(gone).to_list()
        left["education_occupations"] = links.filter(~pl.col("education").is_in(programmes))
    for name in names:
        frame = left[name]
        for column in (part, f"{part}_to"):
            if column in frame.columns:
                frame = frame.filter((pl.col(column) == value) ^ (not alone))
        if part == "region" and name == "regions":
            there = frame["region"].to_list()
            frame = frame.with_columns(
                pl.when(pl.col(column).is_in(there)).then(column)
                for column in ("county", "comparison_group")
            )
        left[name] = frame
