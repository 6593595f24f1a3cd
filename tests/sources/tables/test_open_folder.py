"""A folder is opened once: what it holds, and when it is opened again."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from workforce.contract.folder import require_no_problems
from workforce.errors import DataError
from workforce.sources.tables.folder import folder_of, keep_open, open_folder

SMALL = Path(__file__).parents[2] / "batch" / "small" / "data"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "data"))


def test_a_folder_is_opened_again_only_when_its_files_change(small: Path) -> None:
    first = open_folder(small)
    assert open_folder(small) is first
    path = small / "regions.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    second = open_folder(small)
    assert second is not first
    assert second.digest != first.digest


def test_a_folder_with_problems_is_opened_and_told_and_is_enough_for_nothing(small: Path) -> None:
    (small / "population.csv").write_text("region,sex\n1,female\n", encoding="utf-8")
    folder = open_folder(small)
    assert folder.report.problems
    with pytest.raises(DataError, match=r"population\.csv"):
        require_no_problems(folder)


def test_tables_that_a_run_keeps_open_are_taken_for_the_same_files_alone(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, kept = open_folder(small), tmp_path / "kept"
    kept.mkdir()
    keep_open(folder, kept)
    again = Path(shutil.copytree(small, tmp_path / "again"))
    checked: list[Path] = []

    def check(path: Path) -> tuple[dict[str, pl.DataFrame], object]:
        checked.append(path)
        return dict(folder.tables), folder.report

    monkeypatch.setattr("workforce.sources.tables.folder._check", check)
    monkeypatch.setenv("WORKFORCE_OPENED", str(kept))
    opened = open_folder(again)
    assert checked == []
    assert opened.report == folder.report
    assert all(opened.tables[name].equals(table) for name, table in folder.tables.items())
    (again / "regions.csv").write_bytes((again / "regions.csv").read_bytes() + b"\n")
    open_folder(again)
    assert checked == [again]


def test_tables_in_memory_are_a_folder_with_the_packaged_lists(small: Path) -> None:
    opened = open_folder(small)
    folder = folder_of(opened.tables)
    assert set(folder.report.present) == set(opened.report.present)
    assert set(folder.lists) == {"sectors", "occupations"}
    assert folder.names == opened.names
