"""From a made-up register to pages: import, check and run, with no person in anything written."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import yaml
from tools.register.extracts import write_register
from typer.testing import CliRunner

from workforce.cli import app

ROOT = Path(__file__).parents[2]
MAPPING = ROOT / "data" / "mappings" / "staff.yaml"
TOWNS = ["9003", "9004"]
NOTEBOOKS = ("overview", "discussion")
LOG = """
- {date: 2026-10-14, who: chief_safety_representative, public: true,
   comment: "Is the <b>night shift</b> counted?", answer: "Yes."}
- {date: 2026-11-02, who: union_representative, comment: "Not for the street.", regions: ["9003"]}
"""


@dataclass(frozen=True)
class Made:
    """What three commands wrote and said, and the persons in the extracts."""

    folder: Path
    said: str
    people: tuple[str, ...]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    before = os.umask(0)
    try:
        return make(tmp_path_factory)
    finally:
        os.umask(before)


def make(tmp_path_factory: pytest.TempPathFactory) -> Made:
    extracts, truth = write_register(tmp_path_factory.mktemp("extracts"), persons=1500)
    folder = tmp_path_factory.mktemp("made")
    data = folder / "data"
    said = call(
        ["import-staff", *map(str, extracts), "--mapping", str(MAPPING), "--out", str(data)]
    )
    of_places = pl.col("region").is_in([*TOWNS, "90"])  # And their comparison groups.
    for name in ("regions", "population", "vital_rates", "sectors", "occupations"):
        table = pl.read_csv(ROOT / "data" / "sample" / f"{name}.csv", infer_schema=False)
        if "region" in table.columns:
            groups = pl.lit(name == "regions") & pl.col("region").str.starts_with("G")
            table = table.filter(of_places | groups)
        table.write_csv(data / f"{name}.csv")
    said += call(["check", str(data)])
    params = {
        "title": "Register",
        "data": str(data),
        "notebooks": str(ROOT / "notebooks"),
        "quarter": "2026Q4",
        "seed": 1,
        "draws": 20,
        "horizon": 2,
        "reports": [{"notebook": "overview", "regions": ["9003"]}],
    }
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    log = folder / "discussion" / "params.yaml"
    log.parent.mkdir()
    log.write_text(LOG, encoding="utf-8")
    said += call(["run", str(folder / "params.yaml"), "--out", str(folder)])
    return Made(folder, said, truth.people)


def call(arguments: list[str]) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_tables_of_a_register_give_pages(made: Made) -> None:
    site = made.folder / "reports" / "2026Q4"
    for name in NOTEBOOKS:
        page = (site / "9003" / f"{name}-all-baseline-nb.html").read_text(encoding="utf-8")
        assert page.count("<h1>") == 1
    staff = pl.read_csv(made.folder / "data" / "staff.csv", schema_overrides={"region": pl.String})
    own = staff.filter(region="9003", year=2026)["persons"].sum()
    results = made.folder / "runs" / "2026Q4" / "results" / "9003-overview-all-baseline-nb.parquet"
    shown = pl.read_parquet(results).filter(
        (pl.col("variable") == "headcount")
        & (pl.col("sector") == "all")
        & (pl.col("occupation") == "all")
        & (pl.col("year") == 2026)
    )
    assert own > 100
    assert shown["central"].to_list() == [pytest.approx(own, abs=4)]
    assert shown["central"][0] == pytest.approx(5 * round(shown["central"][0] / 5), abs=1e-3)


def test_the_key_is_made_beside_the_params_file_and_told_of(made: Made) -> None:
    key = made.folder / "keys" / "public.key"
    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert f"Made the key that protects public figures: {key}" in made.said
    secret = key.read_bytes().hex().encode()
    others = [path for path in made.folder.rglob("*") if path.is_file() and path != key]
    assert not any(secret in path.read_bytes() for path in others)


def test_the_discussion_stands_on_page_overview_and_index(made: Made) -> None:
    site = made.folder / "reports" / "2026Q4"
    page, overview = (
        (site / "9003" / f"{name}-all-baseline-nb.html").read_text(encoding="utf-8")
        for name in ("discussion", "overview")
    )
    index = (site / "index.html").read_text(encoding="utf-8")
    for text in (page, overview, index):
        assert "Drøftet med de tillitsvalgte 2. november 2026." in text.replace("\xa0", " ")
    assert "Is the &lt;b&gt;night shift&lt;/b&gt; counted?" in page
    assert "Hovedverneombud" in page
    assert "Not for the street" not in page + overview + index
    assert page.count("<h3>") >= 3
    # Of 819; which way it is rounded is for the key that was made.
    assert re.search(r"omtrent 8[12]0\spersoner ansatt i alle tjenesteområder", page)


def test_no_person_is_in_any_file_or_output_from_extract_to_page(made: Made) -> None:
    files = [path for path in made.folder.rglob("*") if path.is_file()]
    kinds = {path.suffix for path in files}
    assert {".html", ".ipynb", ".parquet", ".csv", ".md"} <= kinds
    texts = [made.said, *map(str, files)]
    for path in files:
        if path.suffix == ".parquet":
            texts.append(pl.read_parquet(path).write_json())
        texts.append(path.read_bytes().decode("utf-8", errors="replace"))
    assert len(made.people) > 2500
    found = pl.Series(texts).str.contains_any(list(made.people))
    assert not found.any()


def test_only_the_owner_and_the_group_may_read_what_was_written(made: Made) -> None:
    """With a umask that would have let everybody in."""
    written = [made.folder / "data" / name for name in ("staff.csv", "import_report.md")]
    for name in ("data", "reports", "runs"):
        inside = [made.folder / name, *(made.folder / name).rglob("*")]
        written += [path for path in inside if path.is_dir() or name != "data"]
    assert len(written) > 15
    for path in written:
        allowed = 0o750 if path.is_dir() else 0o640
        assert stat.S_IMODE(path.stat().st_mode) & ~allowed == 0, path
