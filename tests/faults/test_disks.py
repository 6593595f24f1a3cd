"""Disks that are full or may not be written: one message, a true exit code, and nothing is lost."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from workforce.batch import figure_worker
from workforce.batch.kernels import execute, kernel_environment
from workforce.batch.stray import STRAY
from workforce.batch.warm_kernels import ADDRESS, warm_kernels
from workforce.cli import app
from workforce.contract.figures import Figures
from workforce.contract.results import ROW
from workforce.results.asked import Asked

SMALL = Path(__file__).parents[1] / "batch" / "small"
SIZES = range(4, 140, 12)
"""Kilobytes of disks that are full at one stage of the run after the other."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk in memory whose size can be changed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if shutil.which("mount") is None or _mount(folder, "size=4m"):
        pytest.skip("a disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _mount(folder: Path, options: str) -> int:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode


def resize(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True)


def made_by(small: Path, out: Path) -> Result:
    result = CliRunner().invoke(app, ["run", str(small / "params.yaml"), "--out", str(out)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def pages(out: Path) -> dict[str, bytes]:
    site = out / "reports" / "2026Q4"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.html")}


def test_a_disk_that_fills_is_told_and_the_next_run_makes_what_is_missing(
    stubbed: Path, disk: Path
) -> None:
    codes = set()
    for size in SIZES:
        out = disk / str(size)
        resize(disk, f"size={size}k")
        full = made_by(stubbed, out)
        codes.add(full.exit_code)
        made = sum(line.split()[2] == "done" for line in full.output.splitlines() if "/2] " in line)
        if full.exit_code == 2:  # Nothing ran, and one message says why.
            assert (made, len(full.output.strip().splitlines())) == (0, 1), full.output
        if full.exit_code:
            assert "the disk is full" in full.output
        else:
            assert (made, len(pages(out))) == (2, 3)
        resize(disk, "size=4m")
        again = made_by(stubbed, out)
        assert again.exit_code == 0, again.output
        assert len(pages(out)) == 3
        assert not list(out.rglob("*.part*"))
        shutil.rmtree(out)
    assert {1, 2} <= codes


def test_readers_keep_the_old_site_whole_while_the_disk_is_full(
    stubbed: Path, disk: Path, tmp_path: Path
) -> None:
    out = disk / "out"
    assert made_by(stubbed, out).exit_code == 0
    before = pages(out)
    other = shutil.copytree(stubbed, tmp_path / "other")
    text = (other / "params.yaml").read_text(encoding="utf-8")
    (other / "params.yaml").write_text(text.replace("seed: 1", "seed: 2"), encoding="utf-8")
    resize(disk, f"size={shutil.disk_usage(disk).used}")
    assert made_by(other, out).exit_code == 2
    assert pages(out) == before
    resize(disk, "size=4m")
    assert made_by(other, out).exit_code == 0
    assert set(pages(out)) == set(before)


@pytest.mark.parametrize(
    "stage", ["showing.write_index", "showing.write_ledger", "whole_run.write_manifest"]
)
def test_a_disk_that_is_full_when_index_ledger_or_manifest_are_written_costs_no_page(
    stubbed: Path, disk: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    module, name = stage.split(".")
    write = getattr(import_module(f"workforce.batch.{module}"), name)

    def full(*given: object, **more: object) -> object:
        resize(disk, f"size={shutil.disk_usage(disk).used}")
        return write(*given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(f"workforce.batch.{module}.{name}", full)
        told = made_by(stubbed, disk / "out")
    assert told.exit_code == 1
    assert "the disk is full" in told.output
    assert told.output.count("/2] done ") == 2
    resize(disk, "size=4m")
    again = made_by(stubbed, disk / "out")
    assert again.exit_code == 0, again.output
    assert [again.output.count(f"[{number}/2] unchanged ") for number in (1, 2)] == [1, 1]
    assert len(pages(disk / "out")) == 3


@pytest.mark.filterwarnings("ignore:IPython parent")
@pytest.mark.parametrize("warm", [True, False])
def test_kernels_need_no_home_that_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], warm: bool
) -> None:
    # Not even root makes a folder below a file.
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, os.devnull)
    for name in ("MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(STRAY, str(tmp_path / "libraries.log"))
    given = {"region": "0001", "results": str(tmp_path / "results.parquet")}
    with (
        warm_kernels() if warm else nullcontext("") as address,
        kernel_environment({ADDRESS: address}),
    ):
        made = execute(SMALL / "notebooks" / "ageing.ipynb", given, timeout_seconds=120)
    assert made.problem == ""
    assert (tmp_path / "results.parquet").is_file()
    assert capfd.readouterr() == ("", "")


def test_a_place_that_may_not_be_written_is_told_before_anything_runs(
    stubbed: Path, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.batch.commission.load_commission", None)  # It opens tables.
    shutil.copytree(stubbed, disk / "small", ignore=shutil.ignore_patterns("keys"))
    resize(disk, "ro")
    for params, out in ((stubbed, disk / "out"), (disk / "small", tmp_path / "out")):
        result = made_by(params, out)
        assert result.exit_code == 2
        assert "Read-only file system" in result.output
        assert len(result.output.strip().splitlines()) == 1
        assert not out.exists()


def test_a_machine_without_a_folder_for_passing_files_is_told_before_anything_runs(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "_get_default_tempdir", nowhere)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr("workforce.batch.commission.load_commission", None)
    result = made_by(stubbed, tmp_path / "out")
    assert result.exit_code == 2
    assert "No usable temporary directory" in result.output
    assert not (tmp_path / "out" / "reports" / "2026Q4" / "index.html").exists()


def test_a_full_disk_at_the_figures_of_a_page_is_told_of_that_page(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pl.DataFrame(schema=ROW)
    monkeypatch.setattr(figure_worker, "open_for", lambda *_, **__: None)
    monkeypatch.setattr(figure_worker, "place_of", lambda *_, **__: None)
    monkeypatch.setattr(figure_worker, "page_figures", lambda *_, **__: Figures(rows, "internal"))
    asked = Asked("ageing", "0001", "baseline", 2026, 2, 20, 1, "2026Q4")
    paths = [disk / "figures" / "0001" / f"{name}.parquet" for name in ("one", "other")]
    pages = [{"asked": asdict(asked), "path": str(path), "made_from": ""} for path in paths]
    request = {
        "data": "",
        "audience": "internal",
        "run": str(disk),
        "content": {},
        "store": str(disk / "projections" / "0001" / "library"),
        "pages": pages[:1],
    }
    assert [told["problem"] for told in figure_worker._answer(request)] == [""]
    resize(disk, f"size={shutil.disk_usage(disk).used}")
    (told,) = figure_worker._answer({**request, "pages": pages[1:]})
    assert told["problem"] == f"{paths[1]} could not be written: the disk is full."
    assert [path.name for path in paths[0].parent.iterdir()] == ["one.parquet"]


def test_a_full_disk_at_the_lock_is_no_traceback(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int, _: bytes) -> int:
        raise OSError(28, "No space left on device", number)

    monkeypatch.setattr("workforce.batch.lock.os.write", full)
    result = made_by(stubbed, tmp_path / "out")
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert os.listdir(tmp_path / "out" / "reports" / "2026Q4") == []  # noqa: PTH208
