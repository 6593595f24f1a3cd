"""Readers see the old site until the new one is whole."""

from pathlib import Path

import pytest

from workforce.batch.staging import carry, publish, staged
from workforce.errors import ReportError

INDEX, PAGE = Path("index.html"), Path("9001") / "overview.html"


def write(folder: Path, path: Path, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def texts(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_the_old_site_stands_until_the_new_one_takes_its_place(tmp_path: Path) -> None:
    site = tmp_path / "2026Q4"
    write(site, PAGE, "old")
    write(site, INDEX, "old index")
    write(staged(site), PAGE, "new")
    assert texts(site)[PAGE.as_posix()] == "old"
    write(staged(site), INDEX, "new index")
    assert publish(site, [PAGE, INDEX]) == []
    assert texts(site) == {PAGE.as_posix(): "new", "index.html": "new index"}
    assert [path.name for path in tmp_path.iterdir()] == ["2026Q4"]


def test_what_is_carried_over_is_the_page_that_was_there(tmp_path: Path) -> None:
    site = tmp_path / "2026Q4"
    write(site, PAGE, "as before")
    assert carry(PAGE, site)
    assert not carry(Path("9002") / "overview.html", site)
    write(staged(site), INDEX, "index")
    publish(site, [PAGE, INDEX])
    assert texts(site) == {PAGE.as_posix(): "as before", "index.html": "index"}


def test_what_no_ledger_knows_is_never_published(tmp_path: Path) -> None:
    site = tmp_path / "2026Q4"
    write(site, Path("secret.csv"), "1")
    write(site, INDEX, "old index")
    write(staged(site), INDEX, "index")
    write(staged(site), Path("9001") / "left.html", "half")
    assert publish(site, [INDEX]) == ["secret.csv"]
    assert texts(site) == {"index.html": "index"}
    assert [path.name for path in site.iterdir()] == ["index.html"]


def test_a_page_behind_a_link_is_not_carried_and_a_linked_site_is_refused(tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "2026Q4", tmp_path / "elsewhere"
    write(elsewhere, Path("overview.html"), "not ours")
    site.mkdir()
    (site / "9001").symlink_to(elsewhere)
    assert not carry(PAGE, site)
    linked = tmp_path / "2027Q1"
    linked.symlink_to(elsewhere)
    write(staged(linked), INDEX, "index")
    with pytest.raises(ReportError, match="symbolic link"):
        publish(linked, [INDEX])
    assert texts(elsewhere) == {"overview.html": "not ours"}


def test_where_the_folder_cannot_be_renamed_its_files_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "2026Q4"
    write(site, INDEX, "old index")
    write(site, Path("9002") / "gone.html", "old")
    write(staged(site), PAGE, "new")
    write(staged(site), INDEX, "index")

    def busy(self: Path, target: Path) -> Path:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(Path, "rename", busy)
    publish(site, [PAGE, INDEX])
    assert texts(site) == {PAGE.as_posix(): "new", "index.html": "index"}
    assert not staged(site).exists()
