"""A commission of two pages that costs no kernels: for what happens around them."""

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from workforce.batch import making
from workforce.batch.kernels import Execution
from workforce.batch.runner import run

SMALL = Path(__file__).parents[1] / "batch" / "small"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A commission, and a run of it in real kernels, whose notebooks others take over."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(SMALL, folder / "small")
    assert run(folder / "small" / "params.yaml", out=folder / "out").done == 2
    return folder


@pytest.fixture
def stubbed(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commission, with notebooks that ran in place of kernels."""
    runs = made / "out" / "runs" / "2026Q4"

    def execute(_: Path, parameters: Any, *, timeout_seconds: float) -> Execution:
        name = f"{parameters['region']}-ageing-all-baseline-nb"
        shutil.copyfile(runs / "results" / f"{name}.parquet", parameters["results"])
        return Execution(nbformat.read(runs / f"{name}.ipynb", 4), "")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(making, "execute", execute)
    return made / "small"
