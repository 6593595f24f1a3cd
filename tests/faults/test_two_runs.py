"""Two runs at once: the second is told who holds the quarter, or waits."""

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from workforce.batch import commission, making
from workforce.batch.runner import run
from workforce.cli import app


def test_a_second_run_is_told_or_waits_and_the_first_goes_on(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    execute = making.execute

    def slow(*given: Any, **more: Any) -> Any:
        begun.set()
        assert go_on.wait(60)
        return execute(*given, **more)

    monkeypatch.setattr(making, "execute", slow)
    params, out = stubbed / "params.yaml", tmp_path / "out"
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run, params, out=out)
        assert begun.wait(60)
        with monkeypatch.context() as patch:  # It opens no table to find out.
            patch.setattr(commission, "load_commission", None)
            told = CliRunner().invoke(app, ["run", str(params), "--out", str(out)])
        assert told.exit_code == 2
        assert f"by another run (process {os.getpid()} on " in told.output
        waits = pool.submit(run, params, out=out, wait=True)
        status = json.loads((out / "runs" / "2026Q4" / "status.json").read_text())
        assert (status["state"], status["through"]) == ("running", 0)
        go_on.set()
        assert (first.result().done, waits.result().unchanged) == (2, 2)
    log = (out / "runs" / "2026Q4" / "run.log").read_text(encoding="utf-8").splitlines()
    assert sum("ended: 2 done, 0 failed, 0 refused, 0 unchanged" in line for line in log) == 1
    assert sum("ended: 0 done, 0 failed, 0 refused, 2 unchanged" in line for line in log) == 1
