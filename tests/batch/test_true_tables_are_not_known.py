"""Public pages are bytes of the protected folder alone: what it does not tell, no page can tell."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import yaml

from workforce.batch.runner import RunSummary, run
from workforce.disclosure.national import BANDS
from workforce.errors import ParameterError
from workforce.sources.tables.files import find_tables, packaged_folder, read_table

ROOT = Path(__file__).parents[2]
SAMPLE = packaged_folder("sample")
PLACE = "9012"
KEPT = ("regions", "population", "staff", "staff_flows", "absence", "service_use", "shortage")
KEY = bytes(range(32))


@dataclass(frozen=True)
class Runs:
    """What a reader and an operator have of three runs: files by name, and what was said."""

    first: dict[str, bytes]
    corrected: dict[str, bytes]
    gone: dict[str, bytes]
    said: tuple[RunSummary, RunSummary, RunSummary]
    differ: tuple[str, ...]


def tables() -> dict[str, pl.DataFrame]:
    """The smallest municipality by itself, and few years of it."""
    found = {name: read_table(path, name) for name, path in find_tables(SAMPLE).items()}
    kept = {}
    for name in KEPT:
        kept[name] = found[name].filter(region=PLACE)
        if "year" in kept[name].columns:
            kept[name] = kept[name].filter(pl.col("year") >= 2023)
    kept["regions"] = kept["regions"].with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("county", "comparison_group", "neighbours")
    )
    return kept


def corrected(true: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Change what the public does not get: ages within a band, sexes, hours, quarters of a year."""
    band = pl.lit("")
    for name, (least, most) in BANDS.items():
        band = pl.when(pl.col("age").is_between(least, most)).then(pl.lit(name)).otherwise(band)
    cell = ["region", "sector", "occupation", "year", band]
    other = pl.when(pl.col("sex") == "male").then(pl.lit("female")).otherwise(pl.lit("male"))
    # The counts of a band change places, and so do the sexes; its sum stays.
    staff = true["staff"].with_columns(pl.col("persons", "fte").reverse().over(cell))
    staff = staff.with_columns(sex=other, fte=pl.col("fte") * 0.9999)
    flows = true["staff_flows"].with_columns(sex=other)
    even = pl.col("quarter").str.slice(5).cast(pl.Int64) % 2 * 2 - 1
    year = pl.col("quarter").str.slice(0, 4)
    whole = pl.len().over("sector", "kind", year)
    rate = pl.when(whole == 4).then(pl.col("absence_rate") + 0.001 * even).otherwise("absence_rate")
    absence = true["absence"].with_columns(absence_rate=rate)
    return true | {"staff": staff, "staff_flows": flows, "absence": absence}


def write(found: dict[str, pl.DataFrame], where: Path) -> None:
    where.mkdir(exist_ok=True)
    for name, table in found.items():
        table.write_csv(where / f"{name}.csv")


def public(out: Path) -> dict[str, bytes]:
    """What is handed on, and what lies beside it but for clocks: site, results, lights, tables."""
    found = {}
    for part in ("reports/2026Q4", "runs/2026Q4/results", "runs/2026Q4/protected"):
        for path in sorted((out / part).rglob("*")):
            if path.is_file():
                found[path.relative_to(out).as_posix()] = path.read_bytes()
    found["lights"] = (out / "runs/2026Q4/quality.parquet").read_bytes()
    return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """A run, one after a correction that the public cannot see, and one with no true folder."""
    folder = tmp_path_factory.mktemp("public")
    true = tables()
    write(true, folder / "data")
    (folder / "keys").mkdir()
    (folder / "keys" / "public.key").write_bytes(KEY)
    (folder / "keys" / "public.key").chmod(0o600)
    params = {
        "title": "A small place", "data": "data", "notebooks": str(ROOT / "notebooks"),
        "quarter": "2026Q4", "seed": 1, "draws": 20, "horizon": 1, "discussion": False,
        "accept_red": "made up", "reports": [{"notebook": "discussion", "regions": ["9012"],
                     "parameters": {"measures": ["lower_absence"]}}],
    }  # fmt: skip
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    said = [run(folder / "params.yaml", out=folder / "out")]
    first = public(folder / "out")
    other = corrected(true)
    differ = tuple(name for name in true if not true[name].equals(other[name]))
    write(other, folder / "data")
    said.append(run(folder / "params.yaml", out=folder / "out"))
    again = public(folder / "out")
    shutil.copytree(folder / "out" / "runs" / "2026Q4" / "protected", folder / "safe")
    for name in ("data", "keys"):
        shutil.rmtree(folder / name)
    (folder / "params.yaml").write_text(yaml.safe_dump(params | {"data": "safe"}), encoding="utf-8")
    said.append(run(folder / "params.yaml", out=folder / "elsewhere"))
    return Runs(first, again, public(folder / "elsewhere"), (said[0], said[1], said[2]), differ)


@pytest.mark.slow
def test_a_correction_that_protects_alike_changes_nothing_that_is_public(runs: Runs) -> None:
    assert runs.differ == ("staff", "staff_flows", "absence")
    assert runs.said[0].done == 1
    # No page is made again, since nothing that the pages know has changed.
    assert runs.said[1].unchanged == 1
    assert list(runs.corrected) == list(runs.first)
    assert [name for name in runs.first if runs.first[name] != runs.corrected[name]] == []


@pytest.mark.slow
def test_with_the_true_folder_and_the_key_gone_every_byte_comes_out_the_same(runs: Runs) -> None:
    assert runs.said[2].done == 1
    assert list(runs.gone) == list(runs.first)
    assert [name for name in runs.first if runs.first[name] != runs.gone[name]] == []
    assert sum(name.endswith(".html") for name in runs.gone) == 2


def test_the_key_may_not_lie_among_the_output(tmp_path: Path) -> None:
    write({name: tables()[name] for name in ("regions", "population")}, tmp_path / "data")
    text = {
        "title": "x", "data": "data", "notebooks": str(ROOT / "notebooks"), "quarter": "2026Q4",
        "seed": 1, "key": "out/runs/public.key",
        "reports": [{"notebook": "ageing", "regions": ["9012"]}],
    }  # fmt: skip
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(text), encoding="utf-8")
    with pytest.raises(ParameterError, match="lies among the output"):
        run(tmp_path / "params.yaml", out=tmp_path / "out")
    assert not (tmp_path / "out" / "runs" / "public.key").exists()
