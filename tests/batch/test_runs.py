"""Whole runs: what lies where afterwards, what is left as it is, and what leaves the site."""

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workforce.batch import kernels, making
from workforce.batch.job import library_hash
from workforce.batch.ledger import SCHEMA, read_ledger
from workforce.batch.runner import run
from workforce.batch.summary import RunSummary
from workforce.errors import DataError, ParameterError, ReportError

SMALL = Path(__file__).parent / "small"
FIRST, OTHER = "0001-ageing-all-baseline-nb", "0007-ageing-all-baseline-nb"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return shutil.copytree(SMALL, tmp_path / "small")


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def statuses(summary: RunSummary) -> dict[str, str]:
    return {entry.job: entry.status for entry in summary.jobs}


def test_a_quarter_is_run_again_as_data_and_notebooks_change(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The package may be edited while this runs; here it counts as the same.
    fixed = library_hash()
    monkeypatch.setattr("workforce.batch.basis.library_hash", lambda: fixed)
    out = tmp_path / "out"
    told: list[tuple[str, int, int]] = []
    first = run(
        small / "params.yaml",
        out=out,
        on_done=lambda e, n, total, _: told.append((e.job, n, total)),
    )
    assert statuses(first) == {FIRST: "done", OTHER: "done"}
    assert [(n, total) for _, n, total in told] == [(1, 2), (2, 2)]
    assert first.index == out / "reports" / "2026Q4" / "index.html"
    # The site holds pages only; notebooks, results, protected tables and ledger lie beside it.
    assert files(out / "reports") == [
        "2026Q4/0001/ageing-all-baseline-nb.html",
        "2026Q4/0007/ageing-all-baseline-nb.html",
        "2026Q4/index.html",
        "index.html",
        "latest.html",
    ]
    assert files(out / "runs" / "2026Q4") == [
        f"{FIRST}.ipynb",
        f"{OTHER}.ipynb",
        "discussion.json",
        "display.json",
        "key.json",
        "ledger.parquet",
        "manifest.json",
        "protected/population.parquet",
        "protected/protected.json",
        "protected/regions.parquet",
        "quality.parquet",
        f"results/{FIRST}.parquet",
        f"results/{OTHER}.parquet",
        "run.log",
        "site.json",
        "status.json",
    ]
    results = pl.read_parquet(out / "runs" / "2026Q4" / "results" / f"{FIRST}.parquet")
    assert results.rows() == [("0001", 2026)]  # The base year is the latest in the data.
    ledger = pl.read_parquet(out / "runs" / "2026Q4" / "ledger.parquet")
    assert ledger.columns == list(SCHEMA)
    assert ledger["status"].to_list() == ["done", "done"]
    assert json.loads(ledger["parameters"][0])["region"] == "0001"
    assert ledger["title"][0] == "Aldring i 0001"
    manifest = json.loads((out / "runs" / "2026Q4" / "manifest.json").read_text())
    assert [page["status"] for page in manifest["pages"]] == ["done", "done"]
    assert (manifest["quarter"], manifest["seed"]) == ("2026Q4", 1)
    assert {"workforce", "polars", "matplotlib"} <= set(manifest["versions"])
    status = json.loads((out / "runs" / "2026Q4" / "status.json").read_text())
    assert (status["state"], status["through"], status["failed"]) == ("ended", 2, 0)

    again = run(small / "params.yaml", out=out)
    assert statuses(again) == {FIRST: "unchanged", OTHER: "unchanged"}
    assert (again.unchanged, again.done, again.failed) == (2, 0, 0)

    # A commission about fewer places, on the same data, leaves the pages of the others.
    text = (small / "params.yaml").read_text(encoding="utf-8")
    (small / "fewer.yaml").write_text(text.replace('"0001", ', ""), encoding="utf-8")
    fewer = run(small / "fewer.yaml", out=out)
    assert statuses(fewer) == {OTHER: "unchanged"}
    assert fewer.removed == 0
    assert len(list((out / "reports").rglob("000?/*.html"))) == 2

    # A page that failed takes its older version out of the site.
    notebook = small / "notebooks" / "ageing.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace('region == \\"0002\\"', 'region == \\"0007\\"'), "utf-8")
    broken = run(small / "params.yaml", out=out)
    assert statuses(broken) == {FIRST: "done", OTHER: "failed"}
    assert files(out / "reports") == [
        "2026Q4/0001/ageing-all-baseline-nb.html",
        "2026Q4/index.html",
        "index.html",
        "latest.html",
    ]
    assert files(out / "runs" / "2026Q4") == [
        f"{FIRST}.ipynb",
        "discussion.json",
        "display.json",
        f"failed/{OTHER}.ipynb",
        "key.json",
        "ledger.parquet",
        "manifest.json",
        "protected/population.parquet",
        "protected/protected.json",
        "protected/regions.parquet",
        "quality.parquet",
        f"results/{FIRST}.parquet",
        "run.log",
        "site.json",
        "status.json",
    ]
    index = (out / "reports" / "2026Q4" / "index.html").read_text(encoding="utf-8")
    assert "Vekselvik" in index
    assert "2031" not in index  # Why it failed is for the analyst, not for the site.

    # A commission that names other places, on other data, takes the old pages out of the site.
    notebook.write_text(text, encoding="utf-8")
    params = small / "params.yaml"
    params.write_text(params.read_text(encoding="utf-8").replace('"0001", ', ""), encoding="utf-8")
    people = small / "data" / "population.csv"
    people.write_text(people.read_text(encoding="utf-8").replace(",101", ",102"), encoding="utf-8")
    moved = run(params, out=out)
    assert statuses(moved) == {OTHER: "done"}
    assert moved.removed == 1
    assert files(out / "reports") == [
        "2026Q4/0007/ageing-all-baseline-nb.html",
        "2026Q4/index.html",
        "index.html",
        "latest.html",
    ]
    assert [e.job for e in read_ledger(out / "runs" / "2026Q4" / "ledger.parquet")] == [OTHER]
    assert not (out / "runs" / "2026Q4" / "failed" / f"{OTHER}.ipynb").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"scheduler": "tcp://a:1"}, "for the dask engine, which is not installed"),
        ({"executor": "dask"}, "There is no executor 'dask'"),
        ({"quarter": "2026-4"}, "Write it as 2026Q4"),
        ({"workers": 0}, "workers is 0"),
    ],
)
def test_an_option_that_is_not_there_is_refused(
    small: Path, options: dict[str, object], told: str
) -> None:
    with pytest.raises(ParameterError, match=told):
        run(small / "params.yaml", **options)  # type: ignore[arg-type]


def test_a_base_year_that_is_not_in_the_data_is_refused(small: Path) -> None:
    params = small / "params.yaml"
    params.write_text(params.read_text(encoding="utf-8") + "base_year: 2030\n", encoding="utf-8")
    with pytest.raises(ParameterError, match="2030 is not in the data, which have 2025 to 2026"):
        run(params)


def test_what_the_folder_lacks_is_told_with_its_line_before_anything_that_takes_long(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object, **__: object) -> None:
        raise AssertionError("nothing is prepared for a params file that names what is not there")

    monkeypatch.setattr("workforce.batch.basis.prepare_basis", late)
    path = small / "params.yaml"
    text = path.read_text(encoding="utf-8").replace('"0007"', '"0009"')
    names = "{nb: A, nn: A, en: A}"
    measure = "{lever: absence, options: {points: 1, sectors: [clinics]}}"
    late_one = "{lever: absence, options: {points: 1, start_year: 2090}}"
    comma = "{lever: absence, options: {points: '0,5', start_year: 2090}}"
    path.write_text(
        f"{text}\nbase_year: 1999\nscenarios:\n  own:\n    title: {names}\n    measures:\n"
        f"      - {measure}\n      - {late_one}\n      - {comma}\n",
        encoding="utf-8",
    )
    with pytest.raises(ParameterError) as told:
        run(path)
    blocks = str(told.value).splitlines()
    assert all(block.startswith(f"{path}, line ") for block in blocks)
    found = {"base_year: 1999": 1, "regions: ": 1, "measures[0].options.sectors": 1,
             "measures[1].options.start_year": 1, "measures[2].options.points": 1,
             "measures[2].options.start_year": 1}  # fmt: skip
    assert {field: sum(field in block for block in blocks) for field in found} == found
    assert len(blocks) == len(found)


def test_every_problem_of_the_tables_is_told_before_anything_is_run(
    small: Path, tmp_path: Path
) -> None:
    people = small / "data" / "population.csv"
    text = people.read_text(encoding="utf-8").replace(",101\n", ",-1\n", 1)
    people.write_text(text.replace("0003,", "0009,"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        run(small / "params.yaml", out=tmp_path / "out")
    assert "population.csv, column persons" in str(caught.value)
    assert "0009" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_place_where_nothing_can_be_written_is_named(small: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(ReportError, match="cannot be made"):
        run(small / "params.yaml", out=tmp_path / "out")


def test_red_figures_have_no_page_until_a_reason_is_given(small: Path, tmp_path: Path) -> None:
    params, out = small / "params.yaml", tmp_path / "out"
    first = run(params, out=out, quarter="2026Q4")
    assert set(statuses(first).values()) == {"done"}
    old = run(params, out=out, quarter="2030Q4")
    assert set(statuses(old).values()) == {"refused"}
    assert (old.refused, old.failed) == (2, 0)
    assert "the quality gate is red: table population, too old" in old.jobs[0].message
    assert files(out / "reports" / "2030Q4") == ["index.html"]
    given = "accept_red:\n  - {reason: No newer ones, regions: ['0001'], tables: [population]}\n"
    params.write_text(params.read_text(encoding="utf-8") + given, encoding="utf-8")
    some = run(params, out=out, quarter="2030Q4")
    assert statuses(some) == {FIRST: "done", OTHER: "refused"}
    index = (out / "reports" / "2030Q4" / "index.html").read_text(encoding="utf-8")
    assert "Tallene bak disse rapportene må kontrolleres" in index
    assert "ble ikke ferdige" not in index
    lights = pl.read_parquet(out / "runs" / "2030Q4" / "quality.parquet")
    assert lights.filter(pl.col("accepted") != "")["region"].to_list() == ["0001"]


def test_a_page_that_was_out_leaves_the_site_when_its_figures_turn_red(
    small: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(small / "params.yaml", out=out)
    path = small / "data" / "population.csv"
    frame = pl.read_csv(path, infer_schema=False)
    jumps = (pl.col("region") == "0007") & (pl.col("year") == "2026")
    persons = pl.when(jumps).then(pl.col("persons") + "0").otherwise(pl.col("persons"))
    frame.with_columns(persons=persons).write_csv(path)
    again = run(small / "params.yaml", out=out)
    assert statuses(again) == {FIRST: "done", OTHER: "refused"}
    assert "cannot be chance, 2026" in next(e.message for e in again.jobs if e.job == OTHER)
    assert not list((out / "reports").rglob("0007/*.html"))


def test_no_page_begins_while_what_makes_pages_is_being_imported(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    execute = making.execute

    def imported(name: str) -> None:
        time.sleep(0.2)  # Two threads that import at once may each meet half a module.
        seen.append(name)

    def executed(*given: Any, **more: Any) -> Any:
        seen.append("page")
        return execute(*given, **more)

    monkeypatch.setattr(kernels, "import_module", imported)
    monkeypatch.setattr(making, "execute", executed)
    run(stubbed / "params.yaml", out=tmp_path / "out", workers=3)
    assert seen == [*kernels.MAKERS, "page", "page"]
    # Whoever runs pages from a program can import what papermill was spared.
    assert sys.modules.get("rfc3987_syntax", "") is not None
