"""A run that is killed, or fails in passing: nothing good is lost, and it goes on where it was."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workforce.batch.ledger import read_ledger
from workforce.batch.lock import LOCK
from workforce.batch.runner import run
from workforce.batch.summary import RunSummary
from workforce.cli import app
from workforce.results.asked import Asked

SMALL = Path(__file__).parents[1] / "batch" / "small"
FIRST, OTHER = "0001-ageing-all-baseline-nb", "0007-ageing-all-baseline-nb"
PAGE = Path("0007") / "ageing-all-baseline-nb.html"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A commission whose notebook waits, or fails, for 0007 while a file says so."""
    small = shutil.copytree(SMALL, tmp_path / "small")
    notebook = small / "notebooks" / "ageing.ipynb"
    text = notebook.read_text(encoding="utf-8")
    flags = (
        'import pathlib, time\\n",\n'
        f"    \"while region == '0007' and pathlib.Path('{tmp_path}/wait').exists():\\n\",\n"
        '    "    time.sleep(0.1)\\n",\n'
        f"    \"if region == '0007' and pathlib.Path('{tmp_path}/fail').exists():\\n\",\n"
        "    \"    raise OSError('the drive was away')\\n\",\n"
        '    "import os\\n'
    )
    assert '"import os\\n' in text
    notebook.write_text(text.replace("import os\\n", flags, 1), encoding="utf-8")
    return small


def statuses(summary: RunSummary) -> dict[str, str]:
    return {entry.job: entry.status for entry in summary.jobs}


def pages(out: Path) -> dict[str, bytes]:
    site = out / "reports" / "2026Q4"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.html")}


def killed(small: Path, out: Path) -> None:
    """Begin a run, and kill it when one of its two pages is through."""
    (small.parent / "wait").touch()
    script = Path(sys.executable).parent / "workforce"
    process = subprocess.Popen(
        [str(script), "run", str(small / "params.yaml"), "--out", str(out), "--workers", "2"],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    status = out / "runs" / "2026Q4" / "status.json"
    try:
        for _ in range(3000):
            time.sleep(0.1)
            known = out / "runs" / "2026Q4" / "ledger.next.parquet"
            if known.exists() and status.exists():
                told = json.loads(status.read_text())
                if told["state"] == "running" and told["through"] == 1:
                    break
        else:
            raise AssertionError("no page came through")
    finally:
        process.kill()
        (small.parent / "wait").unlink()
        process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_run_that_was_killed_leaves_the_old_site_whole_and_goes_on_where_it_was(
    small: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(small / "params.yaml", out=out)
    before = pages(out)
    params = small / "params.yaml"
    params.write_text(params.read_text(encoding="utf-8").replace("seed: 1", "seed: 2"), "utf-8")
    killed(small, out)
    assert pages(out) == before
    ledger = read_ledger(out / "runs" / "2026Q4" / "ledger.parquet")
    assert [entry.parameters["seed"] for entry in ledger] == [1, 1]
    # What no run has made is never published.
    (out / "reports" / "2026Q4" / "staff.csv").write_text("region,persons\n0001,3\n")
    resumed = run(params, out=out)
    assert statuses(resumed) == {FIRST: "unchanged", OTHER: "done"}
    assert resumed.swept == 1
    assert not (out / "reports" / "2026Q4" / "staff.csv").exists()
    after = pages(out)
    assert set(after) == set(before)
    assert {path.name for path in (out / "reports").iterdir()} == {
        "2026Q4",
        "index.html",
        "latest.html",
    }
    assert not (out / "runs" / "2026Q4" / "ledger.next.parquet").exists()


@pytest.mark.parametrize("stage", ["commission.load_commission", "whole_run.write_lights"])
def test_a_run_that_is_stopped_before_its_pages_says_so_and_the_next_one_makes_them(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    out, before = tmp_path / "out", signal.getsignal(signal.SIGTERM)
    told = out / "runs" / "2026Q4" / "status.json"

    def late(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        raise AssertionError("it was not heard")

    for pages in (0, 2):  # Of a quarter without a site, and of one that has its site.
        with monkeypatch.context() as patch:
            patch.setattr(f"workforce.batch.{stage}", late)
            stopped = CliRunner().invoke(
                app, ["run", str(stubbed / "params.yaml"), "--out", str(out), "--force"]
            )
        assert (stopped.exit_code, "Stopped." in stopped.output) == (143, True)
        assert (json.loads(told.read_text())["state"], len(list(out.rglob("0*/*.html")))) == (
            "stopped",
            pages,
        )
        assert not [path for path in out.rglob("*") if "part" in path.name or path.name == LOCK]
        assert run(stubbed / "params.yaml", out=out).failed == 0
        assert json.loads(told.read_text())["state"] == "ended"
    assert "stopped before any page" in (told.parent / "run.log").read_text(encoding="utf-8")
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_run_that_is_stopped_when_its_site_is_shown_tells_of_its_pages(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"

    def late(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("workforce.batch.whole_run.write_manifest", late)
        with pytest.raises(KeyboardInterrupt):
            run(stubbed / "params.yaml", out=out)
    told = json.loads((out / "runs" / "2026Q4" / "status.json").read_text())
    assert (told["state"], told["pages"], told["through"]) == ("stopped", 2, 2)
    assert "before any page" not in (out / "runs" / "2026Q4" / "run.log").read_text("utf-8")
    assert [entry.status for entry in run(stubbed / "params.yaml", out=out).jobs] == [
        "unchanged",
        "unchanged",
    ]


def test_a_good_page_outlives_a_passing_fault_and_leaves_when_its_data_changed(
    small: Path, tmp_path: Path
) -> None:
    out, fault = tmp_path / "out", tmp_path / "fail"
    run(small / "params.yaml", out=out)
    before = pages(out)[PAGE.as_posix()]
    fault.touch()
    again = run(small / "params.yaml", out=out, force=True)
    assert statuses(again) == {FIRST: "done", OTHER: "failed"}
    assert pages(out)[PAGE.as_posix()] == before
    ledger = read_ledger(out / "runs" / "2026Q4" / "ledger.parquet")
    assert [entry.status for entry in ledger] == ["done", "done"]
    # Figures of other data may not stand beside the new ones.
    people = small / "data" / "population.csv"
    people.write_text(people.read_text(encoding="utf-8").replace(",101", ",108"), "utf-8")
    left = run(small / "params.yaml", out=out)
    assert PAGE.as_posix() not in pages(out)
    assert left.swept == 0  # It was a page of ours.


def test_a_failure_is_remembered_when_another_file_of_the_quarter_is_run(
    small: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (tmp_path / "fail").touch()
    run(small / "params.yaml", out=out)
    text = (small / "params.yaml").read_text(encoding="utf-8")
    (small / "fewer.yaml").write_text(text.replace(', "0007"', ""), encoding="utf-8")
    assert statuses(run(small / "fewer.yaml", out=out)) == {FIRST: "unchanged"}
    ledger = read_ledger(out / "runs" / "2026Q4" / "ledger.parquet")
    assert {entry.job: entry.status for entry in ledger} == {FIRST: "unchanged", OTHER: "failed"}
    assert "Vekselvik" in pages(out)["index.html"].decode()


def test_figures_that_nobody_waits_for_any_more_are_not_made(tmp_path: Path) -> None:
    asked = Asked(
        page="mobilisation", region="9001", sectors=("all",), scenario="baseline", scenarios={},
        base_year=2026, horizon=10, draws=200, seed=1, quarter="2026Q4",
    )  # fmt: skip
    page = {"asked": asdict(asked), "path": str(tmp_path / "figures.parquet"), "made_from": ""}
    sample = Path(__file__).parents[2] / "data" / "sample"
    request = {
        "data": str(sample),
        "audience": "public",
        "run": str(tmp_path),
        "pages": [page],
        "environment": {},
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "workforce.batch.figure_worker"], stdin=subprocess.PIPE
    )
    assert worker.stdin is not None
    worker.stdin.write(json.dumps(request).encode() + b"\n")
    worker.stdin.close()
    assert worker.wait(timeout=60) == 0
    assert not (tmp_path / "figures.parquet").exists()
