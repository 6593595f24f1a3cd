"""The copy of tables that a run keeps open for its kernels: taken only if whole, and removed."""

import gc
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import ref

import polars as pl
import pytest

from workforce.batch import runner, side_by_side
from workforce.batch.job import Job
from workforce.batch.ledger import Entry
from workforce.batch.making import missing_entry
from workforce.batch.run_folders import OPENED, Folders
from workforce.batch.side_by_side import _kept_open
from workforce.contract.folder import Folder
from workforce.disclosure.keys import sample_key
from workforce.disclosure.safe_folder import protect
from workforce.disclosure.safe_tables import Rounding
from workforce.sources.tables import folder as tables_folder
from workforce.sources.tables import protected
from workforce.sources.tables.folder import SAID, keep_open, open_folder
from workforce.sources.tables.protected import open_data, write_protected

SMALL = Path(__file__).parent / "small" / "data"


@pytest.fixture
def small(tmp_path: Path) -> Folder:
    return open_folder(shutil.copytree(SMALL, tmp_path / "data"))


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


def again(folder: Folder) -> Folder:
    """Open the folder as another process does."""
    tables_folder._open.cache_clear()
    return open_folder(folder.name)


def test_kernels_take_the_tables_that_were_kept_of_the_same_files(
    small: Folder, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _kept_open(small, runs) as where:
        monkeypatch.setenv("WORKFORCE_OPENED", str(where))
        monkeypatch.setattr(tables_folder, "_check", lambda _: pytest.fail("read again"))
        found = again(small)
    assert found.report == small.report
    assert {name: table.rows() for name, table in found.tables.items()} == {
        name: table.rows() for name, table in small.tables.items()
    }
    assert list(runs.iterdir()) == []


def test_processes_take_the_protected_tables_that_were_kept(
    small: Folder, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe = protect(small, Rounding(), key=sample_key())
    write_protected(safe, tmp_path / "protected", tmp_path)
    with _kept_open(safe, runs) as where:
        monkeypatch.setenv("WORKFORCE_OPENED", str(where))
        monkeypatch.setattr(protected, "read_parquet_within", lambda _: pytest.fail("read again"))
        protected._read.cache_clear()
        found = open_data(tmp_path / "protected")
    assert (found.digest, found.draw, found.names) == (safe.digest, safe.draw, safe.names)
    assert all(table.equals(safe.tables[name]) for name, table in found.tables.items())


def test_the_true_tables_of_a_country_are_let_go_when_they_are_protected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = shutil.copytree(SMALL, tmp_path / "data")
    safe = protected.open_for(data, audience="public", key=tmp_path / "key")
    true = ref(open_folder(data))
    protected.let_go_if_large(safe)
    assert true() is not None, "a small folder may be asked for again"
    monkeypatch.setattr(protected, "LONG", 0)
    protected.let_go_if_large(safe)
    gc.collect()
    assert true() is None


def of_other_files(where: Path) -> None:
    text = (where / SAID).read_text(encoding="utf-8")
    (where / SAID).write_text(text.replace('"digest": "', '"digest": "0'), encoding="utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        of_other_files,
        lambda where: (where / SAID).write_text("[]", encoding="utf-8"),
        lambda where: (where / SAID).write_text("{", encoding="utf-8"),
        lambda where: (where / "population.parquet").unlink(),
        lambda where: (where / "population.parquet").write_bytes(b"PAR1"),
        shutil.rmtree,
    ],
)
def test_a_copy_of_other_files_or_one_that_is_not_whole_is_not_taken(
    small: Folder,
    runs: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path], object],
) -> None:
    nobody = replace(small, tables={name: table.clear() for name, table in small.tables.items()})
    with _kept_open(nobody, runs) as where:
        monkeypatch.setenv("WORKFORCE_OPENED", str(where))
        assert again(small).tables["population"].is_empty()
        spoil(where)
        assert not again(small).tables["population"].is_empty()


@pytest.mark.parametrize("cut", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_no_copy_is_left_where_a_run_fails_or_is_stopped(
    small: Folder, runs: Path, cut: type[BaseException]
) -> None:
    with pytest.raises(cut), _kept_open(small, runs):
        raise cut
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize("error", [OSError, pl.exceptions.ComputeError])
def test_on_a_full_disk_no_part_of_a_copy_is_taken_or_left(
    small: Folder, runs: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def half(folder: Folder, where: Path) -> None:
        keep_open(folder, where)
        (where / SAID).unlink()
        raise error("no space left")

    monkeypatch.setattr(side_by_side, "keep_open", half)
    with _kept_open(small, runs) as where:
        monkeypatch.setenv("WORKFORCE_OPENED", str(where))
        assert again(small).report == small.report
    assert list(runs.iterdir()) == []


def test_what_a_run_left_that_was_ended_goes_and_no_link_is_followed(
    small: Folder, runs: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "population.parquet").write_text("somebody's", encoding="utf-8")
    (runs / f"{OPENED}link").symlink_to(elsewhere)
    (runs / f"{OPENED}left").mkdir()
    (runs / f"{OPENED}left" / "staff.parquet").write_text("true counts", encoding="utf-8")
    (runs / f"{OPENED}left" / "in").symlink_to(elsewhere)
    with _kept_open(small, runs) as where:
        assert [path.name for path in runs.iterdir()] == [where.name]
    assert [path.name for path in elsewhere.iterdir()] == ["population.parquet"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to catch")
def test_a_run_that_is_told_to_end_removes_its_copy_before_the_page_under_way_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = shutil.copytree(SMALL.parent, tmp_path / "given")
    params = given / "params.yaml"
    params.write_text(f"{params.read_text(encoding='utf-8')}audience: internal\n", "utf-8")
    runs, ended = tmp_path / "runs" / "2026Q4-internal", []

    def page(job: Job, folders: Folders, **given: Any) -> Entry:
        assert list(runs.glob(f"{OPENED}*/population.parquet"))
        os.kill(os.getpid(), signal.SIGTERM)
        end = time.monotonic() + 30
        while list(runs.glob(f"{OPENED}*")) and time.monotonic() < end:
            time.sleep(0.01)
        ended.append((job.region, list(runs.glob(f"{OPENED}*"))))
        return missing_entry(job, basis=given["basis"], reason="ended")

    monkeypatch.setattr(side_by_side, "make_page", page)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt) as stop:
        runner.run(params, out=tmp_path, workers=1)
    assert stop.value.args == (128 + signal.SIGTERM,)
    assert ended == [("0001", [])]  # The second page was not begun.
    assert (runs / "ledger.parquet").is_file()
    assert json.loads((runs / "status.json").read_text())["state"] == "stopped"
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_second_run_into_the_same_folder_ends_well(small: Folder, runs: Path) -> None:
    with _kept_open(small, runs) as first:
        with _kept_open(small, runs) as second:
            assert first != second
        assert list(runs.iterdir()) == []
