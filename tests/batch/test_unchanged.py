"""A run of which nothing changed opens no table; whatever did change is met by the whole run."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from workforce.batch import beside_key, making, unchanged
from workforce.batch.beside_key import RECORD
from workforce.batch.kernels import Execution
from workforce.batch.manifest import read_manifest
from workforce.batch.run_folders import folders_of
from workforce.batch.runner import run
from workforce.batch.summary import RunSummary
from workforce.sources.tables import folder as tables_folder
from workforce.sources.tables import protected

PAGE = "reports/2026Q4/0001/ageing-all-baseline-nb.html"


class WholeWayError(Exception):
    """A run began to read what it is made of."""


@pytest.fixture(scope="module")
def place(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A commission of its own whose pages are made, with a log of discussions."""
    folder = tmp_path_factory.mktemp("unchanged")
    shutil.copytree(made / "small", folder / "small")
    (folder / "small" / "discussion").mkdir()
    (folder / "small" / "discussion" / "params.yaml").write_text("[]\n", encoding="utf-8")
    return folder


@pytest.fixture
def again(place: Path, stubbed: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., RunSummary]:
    """Run the commission; once it is made, a run that is not at once through raises."""
    out = place / "out"
    if not out.exists():
        assert run(place / "small" / "params.yaml", out=out).done == 2

    def whole(*_: object, **__: object) -> None:
        raise WholeWayError

    monkeypatch.setattr("workforce.batch.commission.load_commission", whole)
    return lambda **options: run(place / "small" / "params.yaml", out=out, **options)


@contextmanager
def changed(path: Path, content: bytes | None = None, *, mode: int | None = None) -> Iterator[None]:
    """Change a file, or take it away, and put it back with its times."""
    before = path.read_bytes() if path.exists() else None
    times = path.stat() if before is not None else None
    if mode is not None:
        path.chmod(mode)
    elif content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    try:
        yield
    finally:
        if before is None or times is None:
            path.unlink()
        else:
            path.write_bytes(before)
            path.chmod(times.st_mode)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def site_of(place: Path) -> dict[str, bytes]:
    reports = place / "out" / "reports"
    return {str(path): path.read_bytes() for path in reports.rglob("*") if path.is_file()}


def test_true_tables_are_not_opened_once_more_where_they_would_be_protected_alike(
    made: Path, stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, out = tmp_path / "small", tmp_path / "out"
    shutil.copytree(made / "small", small)
    assert run(small / "params.yaml", out=out).done == 2
    folders = folders_of(out, "2026Q4", "public")
    basis = read_manifest(folders)["basis"]

    def opened(*_: object, **__: object) -> None:
        raise WholeWayError

    for name in ("commission.open_data", "basis.open_data", "basis.open_for"):
        monkeypatch.setattr(f"workforce.batch.{name}", opened)
    text = (small / "params.yaml").read_bytes().replace(b"title:", b"title: Another")
    (small / "params.yaml").write_bytes(text)
    assert run(small / "params.yaml", out=out).unchanged == 2
    assert read_manifest(folders)["basis"] == basis
    for path in (small / "data" / "population.csv", folders.protected / "regions.parquet"):
        with changed(path, path.read_bytes() + b"\n"), pytest.raises(WholeWayError):
            run(small / "params.yaml", out=out, force=True)
    (small / "params.yaml").write_bytes(text + b"key_reason: Another one\n")
    with pytest.raises(WholeWayError):
        run(small / "params.yaml", out=out)


def test_an_unchanged_run_opens_no_table_and_leaves_the_site_as_it_is(
    place: Path, again: Callable[..., RunSummary]
) -> None:
    before, told = site_of(place), list[tuple[str, int, int]]()
    folders = folders_of(place / "out", "2026Q4", "public")
    made_of = read_manifest(folders)
    summary = again(on_done=lambda entry, count, total, _: told.append((entry.job, count, total)))
    assert (summary.unchanged, summary.problem) == (2, "")
    assert [(count, total) for _, count, total in told] == [(1, 2), (2, 2)]
    assert summary.index == folders.site / "index.html"
    assert site_of(place) == before
    renewed = read_manifest(folders)
    assert [one["status"] for one in renewed["pages"]] == ["unchanged"] * 2
    assert {**renewed, "pages": 0}.keys() == made_of.keys()
    assert [one["sha256"] for one in renewed["pages"]] == [
        one["sha256"] for one in made_of["pages"]
    ]
    log = (folders.runs / "run.log").read_text(encoding="utf-8")
    assert "params.yaml, 2026Q4: 2 pages, workforce" in log.splitlines()[-4]
    assert "ended: 0 done, 0 failed, 0 refused, 2 unchanged" in log.splitlines()[-1]


@pytest.mark.parametrize(
    "path",
    [
        "small/params.yaml",
        "small/data/population.csv",
        "small/notebooks/ageing.ipynb",
        "small/discussion/params.yaml",
        PAGE,
        "out/" + PAGE,
        "out/reports/2026Q4/index.html",
        "out/reports/index.html",
        "out/runs/2026Q4/ledger.parquet",
        "out/runs/2026Q4/site.json",
        "out/runs/2026Q4/0001-ageing-all-baseline-nb.ipynb",
        "out/runs/2026Q4/protected/population.parquet",
    ],
)
def test_one_byte_more_in_what_a_run_read_or_wrote_takes_the_whole_run(
    place: Path, again: Callable[..., RunSummary], path: str
) -> None:
    file = place / path
    if path == PAGE:  # A page that no run made.
        file = place / "out" / "reports" / "2026Q4" / "0001" / "strange.html"
    content = file.read_bytes() if file.exists() else b""
    with changed(file, content + b"\n"), pytest.raises(WholeWayError):
        again()
    if content:
        with changed(file), pytest.raises(WholeWayError):
            again()
    assert again().unchanged == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows tells nothing by these bits")
def test_another_key_or_one_that_others_read_takes_the_whole_run(
    place: Path, again: Callable[..., RunSummary]
) -> None:
    key = place / "small" / "keys" / "public.key"
    for change in (
        changed(key, bytes(32)),
        changed(key, mode=0o644),
        changed(key),
        changed(key.with_name("public.key.json")),
    ):
        with change, pytest.raises(WholeWayError):
            again()
    assert again().unchanged == 2


def test_another_version_quarter_choice_or_wish_takes_the_whole_run(
    place: Path, again: Callable[..., RunSummary], monkeypatch: pytest.MonkeyPatch
) -> None:
    for options in ({"quarter": "2027Q1"}, {"regions": ["0001"]}, {"force": True}):
        with pytest.raises(WholeWayError):
            again(**options)
    monkeypatch.setattr("workforce.batch.unchanged.library_hash", lambda: "another")
    with pytest.raises(WholeWayError):
        again()


def test_the_hash_of_true_tables_lies_with_the_key_and_not_with_what_is_handed_on(
    place: Path, again: Callable[..., RunSummary]
) -> None:
    record = place / "small" / "keys" / f"public.key.{RECORD}"
    assert not list((place / "out").rglob(RECORD))
    assert record.is_file()
    if os.name != "nt":
        assert record.stat().st_mode & 0o077 == 0
    with changed(record, b"[1]"), pytest.raises(WholeWayError):
        again()


def test_a_run_that_takes_no_key_keeps_its_record_with_its_other_files(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = tmp_path / "small" / "params.yaml"
    shutil.copytree(stubbed, params.parent, ignore=shutil.ignore_patterns("keys"))
    text = params.read_text(encoding="utf-8")
    params.write_text(f"{text}audience: internal\n", encoding="utf-8")
    assert run(params, out=tmp_path / "out").done == 2
    assert (tmp_path / "out" / "runs" / "2026Q4-internal" / RECORD).is_file()
    monkeypatch.setattr("workforce.batch.commission.load_commission", None)
    assert run(params, out=tmp_path / "out").unchanged == 2


def test_a_page_that_was_altered_is_made_again_and_a_failure_is_tried_again(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, out = stubbed / "params.yaml", tmp_path / "out"
    execute = making.execute

    def fails(source: Path, parameters: Any, *, timeout_seconds: float) -> Execution:
        found = execute(source, parameters, timeout_seconds=timeout_seconds)
        return found if parameters["region"] == "0001" else Execution(found.notebook, "it broke")

    monkeypatch.setattr(making, "execute", fails)
    first = run(params, out=out)
    assert (first.done, first.failed) == (1, 1)
    assert run(params, out=out).failed == 1
    monkeypatch.setattr(making, "execute", execute)
    assert (run(params, out=out).done, run(params, out=out).unchanged) == (1, 2)
    page = out / PAGE
    whole = page.read_bytes()
    page.write_bytes(whole[: len(whole) // 2])
    # A run of other places makes it not, and does not hand it on.
    assert run(params, out=out, regions=["0007"]).unchanged == 1
    assert not page.exists()
    mended = run(params, out=out)
    assert ({entry.region: entry.status for entry in mended.jobs}, page.read_bytes() == whole) == (
        {"0001": "done", "0007": "unchanged"},
        True,
    )


def test_a_run_on_tables_that_were_protected_before_reads_their_files_twice_and_opens_none(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, out = shutil.copytree(stubbed, tmp_path / "small"), tmp_path / "out"
    params = small / "params.yaml"
    run(params, out=out)
    params.write_text(params.read_text(encoding="utf-8") + "# looked at again\n", encoding="utf-8")
    digest, read = beside_key.digest_of_files, list[Path]()

    def counted(path: Path) -> str:
        read.append(path)
        return digest(path)

    for module in (beside_key, unchanged, tables_folder, protected):
        monkeypatch.setattr(module, "digest_of_files", counted)
    monkeypatch.setattr(protected, "open_folder", None)
    assert run(params, out=out).unchanged == 2
    assert read.count(small / "data") == 2  # Once to see whether anything changed at all.
