"""Parts of a country by themselves: only some places, other folders, other days, into one site."""

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from workforce.batch.choice import choose
from workforce.batch.job import library_hash
from workforce.batch.key_marks import MARKS
from workforce.batch.ledger import read_ledger
from workforce.batch.lock import held
from workforce.batch.manifest import page_hashes, read_manifest
from workforce.batch.run_folders import folders_of
from workforce.batch.runner import run
from workforce.batch.summary import RunSummary
from workforce.cli import app
from workforce.errors import ParameterError

REGIONS = pl.DataFrame(
    {
        "region": ["NO", "30", "31", "3001", "3002", "3101"],
        "level": ["nation", "county", "county", "municipality", "municipality", "municipality"],
        "name": ["Norge", "Ett", "To", "Våler", "Nes", "Våler"],
        "county": [None, None, None, "30", "30", "31"],
    }
)


def test_a_county_is_chosen_with_its_municipalities_by_code_or_name() -> None:
    assert choose(["ett"], REGIONS) == {"30", "3001", "3002"}
    assert choose(["31", " Nes "], REGIONS) == {"31", "3101", "3002"}


def test_places_that_are_not_there_or_not_told_apart_are_all_named() -> None:
    with pytest.raises(ParameterError) as told:
        choose(["Våler", "3003", "Nees"], REGIONS)
    assert str(told.value).splitlines() == [
        "regions: Våler is the name of 3001 and of 3101. Give the code.",
        "regions: there is no '3003'. Did you mean '3002'?",
        "regions: there is no 'Nees'. Did you mean 'Nes'?",
    ]
    with pytest.raises(ParameterError, match="no place is named"):
        choose([" "], REGIONS)


def statuses(summary: RunSummary) -> dict[str, str]:
    return {entry.region: entry.status for entry in summary.jobs}


def index(out: Path) -> str:
    return (out / "reports" / "2026Q4" / "index.html").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _same_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package may be edited while this runs; here it counts as the same."""
    fixed = library_hash()
    monkeypatch.setattr("workforce.batch.basis.library_hash", lambda: fixed)


def manifest_of(out: Path) -> dict[str, Any]:
    """Read the manifest of a site, whose pages are those of the ledger and of the folder."""
    folders = folders_of(out, "2026Q4", "public")
    told = read_manifest(folders)
    ledger = {entry.job: entry.page for entry in read_ledger(folders.ledger)}
    assert {one["job"]: one["page"] for one in told["pages"]} == ledger
    hashes = page_hashes(folders.site)
    assert all(one["sha256"] == hashes[one["page"]] for one in told["pages"])
    return told


def of_places(small: Path, where: Path, places: str, renamed: str) -> Path:
    """A commission of another folder, whose places have other codes and names."""
    other = shutil.copytree(small, where)
    for path in (*(other / "data").glob("*.csv"), other / "params.yaml"):
        text = path.read_text(encoding="utf-8").replace("000", renamed)
        path.write_text(text.replace("vik,", f"{places},"), encoding="utf-8")
    text = (other / "data" / "regions.csv").read_text(encoding="utf-8")
    text = text.replace("00,county,Småfylket", f"{renamed[0]}0,county,{places}")
    text = text.replace(",00\n", f",{renamed[0]}0\n")
    (other / "data" / "regions.csv").write_text(text, encoding="utf-8")
    return other


def test_places_are_made_apart_into_one_site_with_one_index(stubbed: Path, tmp_path: Path) -> None:
    out, params = tmp_path / "out", stubbed / "params.yaml"
    assert statuses(run(params, out=out, regions=["0001"])) == {"0001": "done"}
    assert "Vekselvik" not in index(out)
    assert statuses(run(params, out=out, regions=["Vekselvik"])) == {"0007": "done"}
    assert len(manifest_of(out)["pages"]) == 2
    assert all(name in index(out) for name in ("Jevnvik", "Vekselvik"))
    assert statuses(run(params, out=out)) == {"0001": "unchanged", "0007": "unchanged"}
    with pytest.raises(ParameterError, match="names no page about 0002"):
        run(params, out=out, regions=["0002"])


def test_places_of_another_folder_stay_in_the_site_with_their_names_and_keys(
    stubbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    other = of_places(stubbed, tmp_path / "other", "dal", "900")
    shutil.rmtree(other / "keys", ignore_errors=True)
    assert run(stubbed / "params.yaml", out=out).done == 2
    summary = run(other / "params.yaml", out=out)
    assert (summary.done, summary.removed) == (2, 0)
    assert all(name in index(out) for name in ("Jevnvik", "Vekselvik", "Jevndal", "Vekseldal"))
    assert len(list((out / "runs" / "2026Q4").glob(MARKS))) == 2
    assert run(stubbed / "params.yaml", out=out).unchanged == 2
    assert "Vekseldal" in index(out)
    # The mark of each part is still held against another key.
    shutil.rmtree(other / "keys")
    with pytest.raises(ParameterError, match="another key of protection"):
        run(other / "params.yaml", out=out)


@pytest.fixture
def parts(stubbed: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two parts that were run apart, each with its own folder, key and output."""
    other = of_places(stubbed, tmp_path / "other", "dal", "900")
    shutil.rmtree(other / "keys", ignore_errors=True)
    run(stubbed / "params.yaml", out=tmp_path / "a")
    run(other / "params.yaml", out=tmp_path / "b")
    return tmp_path / "a", tmp_path / "b"


def merged(*given: object) -> Result:
    return CliRunner().invoke(app, ["merge", *map(str, given)])


def test_parts_are_merged_into_one_site_and_a_run_goes_on_there(
    stubbed: Path, parts: tuple[Path, Path], tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    before = {path: path.read_bytes() for part in parts for path in part.rglob("*.*")}
    done = merged(*parts, "--out", whole, "--title", "Heile landet")
    assert done.exit_code == 0, done.output
    assert f"2026Q4: 4 pages. Open {whole}" in done.output
    text = index(whole)
    assert "Heile landet" in text
    assert all(name in text for name in ("Jevnvik", "Vekselvik", "Jevndal", "Vekseldal"))
    for page in ("0001", "9007"):
        assert (whole / "reports" / "2026Q4" / page / "ageing-all-baseline-nb.html").is_file()
    assert (whole / "reports" / "latest.html").is_file()
    assert {path: path.read_bytes() for path in before} == before
    assert len(manifest_of(whole)["parts"]) == 2
    assert run(stubbed / "params.yaml", out=whole).unchanged == 2
    assert "Vekseldal" in index(whole)
    (other,) = manifest_of(whole)["parts"]
    assert (other["params"], other["basis"]) == ("params.yaml", manifest_of(parts[1])["basis"])
    # The same again changes nothing; one part alone leaves what is there of the other.
    for some in (parts, parts[1:]):
        assert merged(*some, "--out", whole).exit_code == 0
        assert "Jevnvik" in index(whole)
        assert len(manifest_of(whole)["pages"]) == 4


def test_a_part_that_was_run_again_takes_the_place_of_what_was_there(
    parts: tuple[Path, Path], tmp_path: Path
) -> None:
    whole, params = tmp_path / "whole", tmp_path / "other" / "params.yaml"
    assert merged(*parts, "--out", whole).exit_code == 0
    people = tmp_path / "other" / "data" / "population.csv"
    people.write_text(people.read_text(encoding="utf-8").replace(",111", ",171"), "utf-8")
    run(params, out=parts[1], regions=["9001"])
    assert merged(parts[1], "--out", whole).exit_code == 0
    ledger = read_ledger(whole / "runs" / "2026Q4" / "ledger.parquet")
    # 9007 left with its tables, here as in the part, until it is made again.
    assert {entry.region for entry in ledger} == {"0001", "0007", "9001"}
    assert "Vekseldal" not in index(whole)


def test_parts_about_the_same_places_from_other_tables_or_by_other_keys_are_refused(
    stubbed: Path, parts: tuple[Path, Path], tmp_path: Path
) -> None:
    twin = shutil.copytree(stubbed, tmp_path / "twin", ignore=shutil.ignore_patterns("keys"))
    people = twin / "data" / "population.csv"
    people.write_text(people.read_text(encoding="utf-8").replace(",111", ",171"), "utf-8")
    run(twin / "params.yaml", out=tmp_path / "c", regions=["0007"])
    refused = merged(*parts, tmp_path / "c", "--out", tmp_path / "whole")
    assert refused.exit_code == 2
    assert "otherwise: the same people would be told of twice" in refused.output
    assert "from other tables" in refused.output
    assert not (tmp_path / "whole").exists()


def test_what_is_no_part_or_is_being_written_is_told(
    parts: tuple[Path, Path], tmp_path: Path
) -> None:
    assert "There is no run in" in merged(tmp_path, "--out", tmp_path / "whole").output
    with held(parts[0] / "runs" / "2026Q4"):
        told = merged(*parts, "--out", tmp_path / "whole")
    assert told.exit_code == 2
    assert "is being written by a run (process" in told.output
    page = next((parts[0] / "reports").rglob("0001/*.html"))
    page.unlink()
    told = merged(*parts, "--out", tmp_path / "whole")
    assert (told.exit_code, "though the ledger names it" in told.output) == (2, True)
