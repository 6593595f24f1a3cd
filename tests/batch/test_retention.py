"""Retention: what is past its time, what is asked first, and what is never touched."""

import datetime as dt
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workforce.batch.lock import held
from workforce.batch.retention import Retention, delete, find_overdue, load_retention
from workforce.cli import app
from workforce.errors import ParameterError, SourceError
from workforce.reports.quarters import write_quarters
from workforce.reports.site import build_site

TODAY = dt.date(2027, 1, 31)
OLD, NEW = "2024Q2", "2026Q4"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "out"
    for name in (
        *(f"runs/{quarter}/a.ipynb" for quarter in (OLD, NEW, "2024Q4")),
        *(
            f"runs/{OLD}/{name}"
            for name in (
                "figures/9001/a.parquet",
                "results/a.parquet",
                "ledger.parquet",
                "protected/a.parquet",
            )
        ),
        f"runs/{NEW}/failed/b.ipynb",
        f"runs/{NEW}/opened-x1/staff.parquet",
        *(f"reports/{quarter}/9001/a.html" for quarter in (OLD, f"{OLD}-internal", NEW)),
        f"reports/{OLD}-internal/notes.docx",
        "runs/mine/a.ipynb",
        "data/import_report.md",
        "data/staff.csv",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    for name, day in (
        (f"runs/{NEW}/failed/b.ipynb", dt.datetime(2026, 12, 1, tzinfo=dt.UTC)),
        (f"runs/{NEW}/opened-x1/staff.parquet", dt.datetime(2026, 12, 1, tzinfo=dt.UTC)),
        ("data/import_report.md", dt.datetime(2026, 10, 1, tzinfo=dt.UTC)),
    ):
        os.utime(root / name, (day.timestamp(), day.timestamp()))
    return root


def names(folder: Path, retention: Retention | None = None) -> list[str]:
    overdue, _ = find_overdue(folder, retention or Retention(), today=TODAY)
    return [one.path.relative_to(folder).as_posix() for one in overdue]


def test_each_kind_goes_by_its_own_time(folder: Path) -> None:
    """The end of 2024Q4 is 762 days before, of 2024Q2 945; both are past 730."""
    assert names(folder) == [
        "data/import_report.md",
        f"reports/{OLD}-internal/9001/a.html",
        f"runs/{OLD}/a.ipynb",
        f"runs/{OLD}/figures/9001/a.parquet",
        f"runs/{OLD}/protected/a.parquet",
        f"runs/{OLD}/results/a.parquet",
        "runs/2024Q4/a.ipynb",
        f"runs/{NEW}/failed/b.ipynb",
        f"runs/{NEW}/opened-x1/staff.parquet",
    ]
    kept = Retention(runs_days=762, failed_days=None, import_reports_days=None)
    assert names(folder, kept) == [
        f"reports/{OLD}-internal/9001/a.html",
        f"runs/{OLD}/a.ipynb",
        f"runs/{OLD}/figures/9001/a.parquet",
        f"runs/{OLD}/protected/a.parquet",
        f"runs/{OLD}/results/a.parquet",
    ]


def test_deleting_takes_these_files_and_the_empty_folders_and_nothing_else(folder: Path) -> None:
    overdue, left = find_overdue(folder, Retention(), today=TODAY)
    assert [one.path.name for one in left] == ["notes.docx"]
    assert delete(overdue, folder) == 9
    assert names(folder) == []
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert sorted(files) == [
        "data/staff.csv",
        f"reports/{OLD}-internal/notes.docx",
        f"reports/{OLD}/9001/a.html",
        f"reports/{NEW}/9001/a.html",
        f"runs/{OLD}/ledger.parquet",
        f"runs/{NEW}/a.ipynb",
        "runs/mine/a.ipynb",
    ]
    assert not (folder / "runs" / OLD / "results").exists()
    assert not (folder / "runs" / OLD / "figures").exists()
    assert delete(overdue, folder) == 0


def test_links_are_neither_followed_nor_deleted(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere" / OLD
    (outside / "results").mkdir(parents=True)
    (outside / "a.ipynb").write_text("x", encoding="utf-8")
    (outside / "results" / "a.parquet").write_text("x", encoding="utf-8")
    (folder / "runs" / "2023Q1").symlink_to(outside)
    (folder / "runs" / OLD / "link.ipynb").symlink_to(outside / "a.ipynb")
    overdue, left = find_overdue(folder, Retention(), today=TODAY)
    assert {one.path.name for one in left} == {"2023Q1", "link.ipynb", "notes.docx"}
    # A folder that becomes a link between the list and the deletion is left alone as well.
    inner = folder / "runs" / OLD / "results"
    (inner / "a.parquet").unlink()
    inner.rmdir()
    inner.symlink_to(outside / "results")
    delete(overdue, folder)
    assert sorted(path.name for path in outside.rglob("*")) == ["a.ipynb", "a.parquet", "results"]
    assert (folder / "runs" / OLD / "link.ipynb").is_symlink()


def test_nothing_is_deleted_unasked(folder: Path) -> None:
    asked = CliRunner().invoke(app, ["clean", str(folder)])
    assert asked.exit_code == 0
    assert "Nothing was deleted" in asked.output
    assert (folder / "runs" / OLD / "a.ipynb").exists()
    done = CliRunner().invoke(app, ["clean", str(folder), "--yes"])
    assert done.exit_code == 0
    assert not (folder / "runs" / OLD / "a.ipynb").exists()


def test_times_are_read_from_a_small_file_and_wrong_ones_are_told(folder: Path) -> None:
    (folder / "retention.yaml").write_text("runs_days: 100\n", encoding="utf-8")
    assert load_retention(folder).runs_days == 100
    (folder / "retention.yaml").write_text("run_days: 100\nfailed_days: -1\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"(?s)line 2, failed_days.*line 1, run_days"):
        load_retention(folder)
    (folder / "retention.yaml").write_text("plans_days: null\n", encoding="utf-8")
    with pytest.raises(ParameterError, match="no plans of hidden figures any more"):
        load_retention(folder)
    with pytest.raises(SourceError, match="is not there"):
        find_overdue(folder / "none", Retention(), today=TODAY)


def test_nothing_of_a_quarter_that_a_run_is_writing_is_deleted(folder: Path) -> None:
    overdue, _ = find_overdue(folder, Retention(), today=TODAY)
    with held(folder / "runs" / OLD):
        done = CliRunner().invoke(app, ["clean", str(folder), "--yes"])
    assert done.exit_code == 2
    assert f"{OLD} is being written by another run" in done.output
    assert all(one.path.exists() for one in overdue)


def test_the_page_over_all_quarters_loses_a_site_that_was_deleted(folder: Path) -> None:
    for name in (f"{OLD}-internal", f"{NEW}-internal"):
        build_site([], folder / "reports" / name, quarter=name[:6], title="Rapporter")
    write_quarters(folder / "reports", "internal")
    top = folder / "reports" / "internal.html"
    assert f"{OLD}-internal/index.html" in top.read_text(encoding="utf-8")
    CliRunner().invoke(app, ["clean", str(folder), "--yes"])
    assert f"{OLD}-internal" not in top.read_text(encoding="utf-8")
    assert f"{NEW}-internal/index.html" in top.read_text(encoding="utf-8")


def test_what_is_left_of_a_site_between_two_renames_is_kept_as_the_site_is(tmp_path: Path) -> None:
    left = [tmp_path / "reports" / f".{NEW}.{end}" / "index.html" for end in ("next", "old")]
    for path in left:
        path.parent.mkdir(parents=True)
        path.touch()
        os.utime(path, (0, 0))
    assert names(tmp_path) == []
    (tmp_path / "reports" / NEW).mkdir()
    (tmp_path / "reports" / NEW / "index.html").touch()
    assert len(names(tmp_path)) == 2
