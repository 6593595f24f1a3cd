"""Links that somebody planted: nothing is written, removed or taken for made through one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workforce.batch.discussion_log import read_log
from workforce.batch.runner import run
from workforce.cli import app
from workforce.contract.folder import FetchReport
from workforce.contract.places import (
    fresh,
    is_inside,
    make_folder,
    not_a_file,
    remove_inside,
    write_whole,
)
from workforce.errors import ParameterError, ReportError, SourceError
from workforce.sources.tables.record import read_record, write_record
from workforce.sources.tables.template import write_template
from workforce.sources.tables.yaml_text import read_yaml

SMALL = Path(__file__).parents[1] / "batch" / "small"
NAME = "0007-ageing-all-baseline-nb"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder of somebody else, which is as it was when the test ends."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    names = ("index.html", "ageing-all-baseline-nb.html", f"{NAME}.ipynb", f"{NAME}.parquet")
    for name in names:
        (folder / name).write_text("somebody's", encoding="utf-8")
    yield folder
    assert {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()
    } == dict.fromkeys(names, "somebody's")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = shutil.copytree(SMALL, tmp_path / "small")
    params = folder / "params.yaml"
    text = params.read_text(encoding="utf-8").replace('"0001", ', "")
    params.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("place", ["reports/2026Q4", "runs"])
def test_a_link_in_the_place_of_a_folder_of_the_run_is_refused(
    small: Path, tmp_path: Path, elsewhere: Path, place: str
) -> None:
    link = tmp_path / "out" / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    done = CliRunner().invoke(
        app, ["run", str(small / "params.yaml"), "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 2
    assert "over a symbolic link, and nothing is written through one" in done.output


def test_links_in_the_places_of_files_and_folders_are_replaced_and_never_followed(
    small: Path, tmp_path: Path, elsewhere: Path
) -> None:
    out = tmp_path / "out"
    site, runs = out / "reports" / "2026Q4", out / "runs" / "2026Q4"
    (site / "0007").mkdir(parents=True)
    (runs / "results").mkdir(parents=True)
    part = f".{NAME}.{os.getpid()}.part"
    page_part = f".ageing-all-baseline-nb.{os.getpid()}.part.html"
    links = {
        site / "index.html": "index.html",
        site / f".index.html.{os.getpid()}.part": "index.html",
        site / "0007" / "ageing-all-baseline-nb.html": "ageing-all-baseline-nb.html",
        site / "0007" / page_part: "ageing-all-baseline-nb.html",
        runs / f"{part}.ipynb": f"{NAME}.ipynb",
        runs / f"{NAME}.ipynb": f"{NAME}.ipynb",
        runs / "results" / f"{part}.parquet": f"{NAME}.parquet",
        runs / "quality.parquet": f"{NAME}.parquet",
        runs / "discussion.json": "index.html",
    }
    for link, name in links.items():
        link.symlink_to(elsewhere / name)
    summary = run(small / "params.yaml", out=out)
    assert summary.done == 1
    assert [path for path in out.rglob("*") if path.is_symlink()] == []
    assert (runs / "results" / f"{NAME}.parquet").is_file()

    # The next run finds a link where the page lies: nothing there is taken for made, or removed.
    shutil.rmtree(site / "0007")
    (site / "0007").symlink_to(elsewhere)
    before = sorted(elsewhere.iterdir())
    summary = run(small / "params.yaml", out=out)
    assert (summary.done, summary.swept) == (1, 1)
    assert sorted(elsewhere.iterdir()) == before
    assert [path for path in out.rglob("*") if path.is_symlink()] == []


def test_nothing_is_removed_outside_a_folder_or_behind_a_link(
    tmp_path: Path, elsewhere: Path
) -> None:
    root = tmp_path / "root"
    (root / "own").mkdir(parents=True)
    (root / "link").symlink_to(elsewhere)
    for path in (
        root / "link" / "index.html",
        root / ".." / "elsewhere" / "index.html",
        elsewhere / "index.html",
    ):
        assert not is_inside(path, root)
        remove_inside(path, root)
        with pytest.raises(ReportError, match="nothing is written through one"):
            make_folder(path, root)
    (root / "own" / "file").symlink_to(elsewhere / "index.html")
    remove_inside(root / "own" / "file", root)
    assert list((root / "own").iterdir()) == []
    make_folder(root / "own" / "deep" / "er", root)
    assert is_inside(root / "own" / "deep" / "er", root)


def test_what_is_written_takes_the_place_of_a_link(tmp_path: Path, elsewhere: Path) -> None:
    path = tmp_path / "record"
    for link in (path, tmp_path / f".record.{os.getpid()}.part"):
        link.symlink_to(elsewhere / "index.html")
    write_whole(path, lambda part: part.write_text("ours", encoding="utf-8"))
    assert not path.is_symlink()
    assert path.read_text(encoding="utf-8") == "ours"
    (tmp_path / "sources.json").symlink_to(elsewhere / "index.html")
    write_record(tmp_path, FetchReport())
    assert read_record(tmp_path) == FetchReport()
    fresh(path)
    assert path.read_text(encoding="utf-8") == ""
    book = tmp_path / "book.xlsx"
    book.symlink_to(elsewhere / "nothing.xlsx")
    with pytest.raises(ParameterError, match="is there already"):
        write_template(book)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_what_is_no_plain_file_is_named_wherever_a_file_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "sources.json"
    os.mkfifo(pipe)
    assert not_a_file(pipe) == "a named pipe"
    with pytest.raises(SourceError, match="is a named pipe and no file"):
        read_record(tmp_path)
    with pytest.raises(ParameterError, match="is a named pipe and no file"):
        read_yaml(pipe)
    with pytest.raises(ParameterError, match="is a named pipe and no file"):
        read_log(pipe)
    lost = tmp_path / "lost.yaml"
    lost.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ParameterError, match="is a link that leads nowhere"):
        read_log(lost)
    made = CliRunner().invoke(app, ["clean", str(tmp_path)])
    assert "Left alone, a named pipe" in made.output


@pytest.mark.parametrize(
    "text",
    [
        "[1]", '{"tables": []}', '{"sources": [1]}', '{"sources": [{}]}', '{"notes": [1]}',
        '{"sources": [{"table": "staff", "statbank": "07459", "fetched": "yesterday"}]}',
        "[" * 100_000, '{"borrowed": [{"table": 1}]}', '{"other": 1}',
    ],
)  # fmt: skip
def test_a_record_of_a_fetch_is_read_only_as_a_fetch_writes_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "sources.json").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"cannot be read\. Fetch again, or remove it"):
        read_record(tmp_path)
