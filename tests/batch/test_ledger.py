"""A ledger tells a run what to remove, so nothing is believed that no run writes."""

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from workforce.batch.ledger import SCHEMA, Entry, read_ledger, write_ledger
from workforce.cli import app
from workforce.errors import SourceError

SMALL = Path(__file__).parent / "small"
ENTRY = Entry(
    job="0009-ageing-all-baseline-nb",
    key="k",
    basis="other data",
    notebook="ageing",
    region="0009",
    sector="all",
    scenario="baseline",
    language="nb",
    parameters={"region": "0009"},
    status="done",
    seconds=1.0,
    message="",
    details="",
    page="0009/ageing-all-baseline-nb.html",
    title="Aldring",
    started=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    version="0.1.0",
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "out" / "runs" / "2026Q4" / "ledger.parquet"
    write_ledger(path, [ENTRY])
    return path


def change(path: Path, **values: Any) -> None:
    table = pl.read_parquet(path)
    columns = [pl.lit(value, table.schema.get(name)).alias(name) for name, value in values.items()]
    table.with_columns(columns).write_parquet(path)


def test_a_ledger_comes_back_as_it_was_written(ledger: Path) -> None:
    assert read_ledger(ledger) == [ENTRY]
    assert read_ledger(ledger.with_name("none.parquet")) == []


@pytest.mark.parametrize(
    "values",
    [
        {"page": "../../../kept.html"},
        {"page": "/kept.html"},
        {"page": "0009/../../../../kept.html"},
        {"job": "../../../kept"},
        {"job": "../../../kept", "page": ""},
        {"notebook": "../../../kept", "job": "0009-../../../kept-all-baseline-nb"},
        {"region": "..", "page": "../ageing-all-baseline-nb.html"},
        {"region": "../../..", "job": "../../..-ageing-all-baseline-nb"},
        {"page": ""},
        {"status": "unsure"},
        {"language": "xx"},
        {"title": None},
    ],
)
def test_a_ledger_that_leads_out_of_its_folders_is_told_and_nothing_is_removed(
    ledger: Path, tmp_path: Path, values: dict[str, str]
) -> None:
    small = shutil.copytree(SMALL, tmp_path / "small")
    kept = [tmp_path / name for name in ("kept.html", "kept.ipynb", "kept.parquet")]
    kept += [ledger.parent / f"{ENTRY.job}.ipynb"]
    for path in kept:
        path.write_text("somebody's", encoding="utf-8")
    change(ledger, **values)
    with pytest.raises(SourceError, match="these rows are not about a page of the site: 1"):
        read_ledger(ledger)
    if values == {"page": "../../../kept.html"}:
        done = CliRunner().invoke(
            app, ["run", str(small / "params.yaml"), "--out", str(tmp_path / "out")]
        )
        assert done.exit_code == 2
        assert "Nothing was removed. Move it away" in done.output
        assert "Traceback" not in done.output
    assert [path.is_file() for path in kept] == [True] * 4


def of_numbers(path: Path) -> None:
    pl.DataFrame({name: [1] for name in SCHEMA}).write_parquet(path)


def of_lists(path: Path) -> None:
    table = pl.read_parquet(path)
    table.with_columns(job=pl.concat_list("job"), started=pl.lit("today")).write_parquet(path)


def with_parameters(text: str) -> Callable[[Path], None]:
    return lambda path: change(path, parameters=text)


def instead(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def change_it(path: Path) -> None:
        path.unlink()
        make(path)

    return change_it


STRANGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "numbers": (of_numbers, "of another kind: job, key"),
    "lists": (of_lists, "of another kind: job, started"),
    "other columns": (lambda path: pl.DataFrame({"a": [1]}).write_parquet(path), "are missing"),
    "text": (lambda path: path.write_text("job,page\n"), "whole Parquet file"),
    "nothing": (lambda path: path.write_bytes(b""), "whole Parquet file"),
    "cut short": (lambda path: path.write_bytes(path.read_bytes()[:-300]), "whole Parquet file"),
    "a folder": (instead(Path.mkdir), "is a folder"),
    "a pipe": (instead(os.mkfifo), "is a named pipe"),
    "a link to nowhere": (
        instead(lambda path: path.symlink_to("nowhere")),
        "is a link that leads nowhere",
    ),
    "no time": (lambda path: change(path, seconds=float("nan")), "seconds is no length of time"),
    "endless": (lambda path: change(path, seconds=float("inf")), "seconds is no length of time"),
    "no JSON": (with_parameters("{"), "its parameters are not"),
    "a list": (with_parameters("[]"), "its parameters are not"),
    "deep": (with_parameters("[" * 100_000), "its parameters are not"),
    "scenarios without titles": (
        with_parameters(json.dumps({"scenarios": {"baseline": {}}})),
        "its parameters are not",
    ),
    "scenarios of another kind": (with_parameters('{"scenarios": [1]}'), "its parameters are not"),
}


@pytest.mark.parametrize(("change_it", "told"), STRANGE.values(), ids=STRANGE.keys())
def test_a_file_that_is_no_ledger_is_told_with_what_to_do(
    ledger: Path, change_it: Callable[[Path], object], told: str
) -> None:
    change_it(ledger)
    with pytest.raises(
        SourceError, match=f"is not a ledger that can be read.*{told}.*Move it away"
    ):
        read_ledger(ledger)
