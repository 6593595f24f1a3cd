"""What the guide says to back up is enough, and an upgrade leaves older quarters as they were."""

import shutil
from pathlib import Path

import pytest

from workforce.batch.runner import run
from workforce.errors import ParameterError
from workforce.sources.tables.protected import open_for

PAGE = Path("0001") / "ageing-all-baseline-nb.html"
BACKED_UP = ("params.yaml", "data", "notebooks", "keys/public.key", "keys/public.key.json")


@pytest.fixture
def backed_up(stubbed: Path, tmp_path: Path) -> tuple[Path, dict[str, bytes]]:
    """A machine that is lost after a run, but for what is backed up, and the site that it had."""
    lost, kept = tmp_path / "lost", tmp_path / "kept"
    shutil.copytree(stubbed, lost, ignore=shutil.ignore_patterns("keys"))
    assert run(lost / "params.yaml", out=lost / "out").done == 2
    for name in (*BACKED_UP, "out/runs"):
        copy = shutil.copytree if (lost / name).is_dir() else shutil.copyfile
        (kept / name).parent.mkdir(parents=True, exist_ok=True)
        copy(lost / name, kept / name)
    (kept / "keys" / "public.key").chmod(0o600)
    site = site_of(lost)
    shutil.rmtree(lost)
    return kept, site


def site_of(folder: Path) -> dict[str, bytes]:
    site = folder / "out" / "reports" / "2026Q4"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.html")}


def test_the_site_comes_back_from_what_was_backed_up_on_another_machine(
    backed_up: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    kept, site = backed_up
    tables = {
        path.name: path.read_bytes()
        for path in (kept / "out" / "runs" / "2026Q4" / "protected").iterdir()
    }
    restored = shutil.copytree(kept, tmp_path / "restored")
    assert run(restored / "params.yaml", out=restored / "out").done == 2
    assert site_of(restored) == site
    protected = restored / "out" / "runs" / "2026Q4" / "protected"
    assert {path.name: path.read_bytes() for path in protected.iterdir()} == tables
    assert run(restored / "params.yaml", out=restored / "out").unchanged == 2
    # With the key the same people are told of once, also where the folder of runs is gone.
    shutil.rmtree(restored / "out")
    assert run(restored / "params.yaml", out=restored / "out").done == 2
    assert {path.name: path.read_bytes() for path in protected.iterdir()} == tables


def test_without_the_key_the_same_people_are_told_of_a_second_time_only_with_a_reason(
    backed_up: tuple[Path, dict[str, bytes]],
) -> None:
    kept, _ = backed_up
    shutil.rmtree(kept / "keys")
    with pytest.raises(ParameterError, match=r"another key of protection than in .* not there"):
        run(kept / "params.yaml", out=kept / "out")
    # What was handed on can still be built on.
    protected = kept / "out" / "runs" / "2026Q4" / "protected"
    assert "population" in open_for(protected, audience="public").tables


def test_another_version_makes_the_quarter_again_and_leaves_the_sites_of_older_ones(
    stubbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run(stubbed / "params.yaml", out=out, quarter="2026Q3")
    older = out / "reports" / "2026Q3"
    before = {path: path.read_bytes() for path in older.rglob("*.html")}
    assert run(stubbed / "params.yaml", out=out).done == 2
    for module in ("basis", "unchanged"):
        monkeypatch.setattr(f"workforce.batch.{module}.library_hash", lambda: "a later version")
    assert run(stubbed / "params.yaml", out=out).done == 2
    assert run(stubbed / "params.yaml", out=out).unchanged == 2
    assert {path: path.read_bytes() for path in before} == before
    assert "2026Q3/index.html" in (out / "reports" / "index.html").read_text(encoding="utf-8")
