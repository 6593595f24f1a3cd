"""Public pages are bytes of the protected folder alone: what it does not tell, no page can tell.

``INTERFERENCE_PAGES=1 uv run pytest -n 0 tests/batch/test_true_tables_are_not_known.py`` makes
pages of more pairs of folders that show alike, and pages into which a leak is planted.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import yaml
from tests.disclosure import test_non_interference as planted
from tests.disclosure.test_safe_tables import alike
from tests.disclosure.test_safe_tables import true as all_true

from workforce.batch import basis
from workforce.batch.runner import run
from workforce.batch.summary import RunSummary
from workforce.disclosure.keys import sample_key
from workforce.disclosure.national import BANDS
from workforce.errors import ParameterError
from workforce.inputs.quality import judge_folder
from workforce.sources.tables import protected
from workforce.sources.tables.files import find_tables, packaged_folder, read_table
from workforce.sources.tables.folder import open_folder

ROOT = Path(__file__).parents[2]
SAMPLE = packaged_folder("sample")
PLACE = "9012"
KEPT = ("regions", "population", "staff", "staff_flows", "absence", "service_use", "shortage")
KEY = bytes(range(32))
PAGES = os.environ.get("INTERFERENCE_PAGES", "")
Tables = dict[str, pl.DataFrame]


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


def commission(folder: Path, true: Tables, key: bytes) -> dict[str, object]:
    """Write the tables of a place, a key and a params file."""
    write(true, folder / "data")
    (folder / "keys").mkdir()
    (folder / "keys" / "public.key").write_bytes(key)
    (folder / "keys" / "public.key").chmod(0o600)
    params = {
        "title": "A small place", "data": "data", "notebooks": str(ROOT / "notebooks"),
        "quarter": "2026Q4", "seed": 1, "draws": 20, "horizon": 1, "discussion": False,
        "accept_red": "made up", "reports": [{"notebook": "discussion", "regions": ["9012"],
                     "parameters": {"measures": ["lower_absence"]}}],
    }  # fmt: skip
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    return params


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """A run, one after a correction that the public cannot see, and one with no true folder."""
    folder = tmp_path_factory.mktemp("public")
    true = tables()
    params = commission(folder, true, KEY)
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


def of_place(found: Tables) -> Tables:
    """The smallest municipality of a pair of folders that show alike, with all its years."""
    kept = {name: found[name].filter(region=PLACE) for name in KEPT}
    kept["regions"] = tables()["regions"]
    return kept


def told_apart(folder: Path, one: Tables, other: Tables) -> list[str]:
    """What a reader has of a run and of one after a correction that differs, by file."""
    commission(folder, one, sample_key())
    run(folder / "params.yaml", out=folder / "out")
    first = public(folder / "out")
    write(other, folder / "data")
    again = run(folder / "params.yaml", out=folder / "out")
    second = public(folder / "out")
    found = [name for name in {*first, *second} if first.get(name) != second.get(name)]
    return sorted(found) + ([] if again.unchanged == 1 else ["made again"])


PAIRS = [
    name for name, changed in (alike().items() if PAGES else ())
    if name == "order of rows" or set(changed) <= set(KEPT)
]  # fmt: skip


@pytest.mark.skipif(not PAGES, reason="by the named command")
@pytest.mark.parametrize("name", PAIRS)
def test_pages_of_a_pair_that_shows_alike_are_alike(name: str, tmp_path: Path) -> None:
    assert told_apart(tmp_path, of_place(all_true()), of_place(all_true() | alike()[name])) == []


def lights_of_the_true_folder(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    def judge(_: object, *regions: object, quarter: str) -> pl.DataFrame:
        return judge_folder(open_folder(data), *regions, quarter=quarter)

    monkeypatch.setattr(basis, "judge_folder", judge)


def hash_of_the_true_folder(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    monkeypatch.setattr(basis, "library_hash", lambda: open_folder(data).digest)


def leak_of(protect: planted.Protect) -> Callable[[pytest.MonkeyPatch, Path], None]:
    def plant(monkeypatch: pytest.MonkeyPatch, _: Path) -> None:
        monkeypatch.setattr(protected, "protect", lambda folder, _rule, key: protect(folder))  # noqa: ARG005

    return plant


GOES_ON = "who left, in a period that goes on"
PLANTED: dict[str, tuple[Callable[[pytest.MonkeyPatch, Path], None], Callable[[], Tables]]] = {
    "row presence": (leak_of(planted.keep_rows), planted.without_a_post),
    "true exposure in a weight": (leak_of(planted.true_exposure), planted.other),
    "true ratio": (leak_of(planted.true_ratio), planted.hours_of_few),
    "order by true count": (leak_of(planted.ordered), planted.reordered),
    "true hash in the key of a page": (hash_of_the_true_folder, planted.other),
    "lights of the true folder": (lights_of_the_true_folder,
                                  lambda: all_true() | alike()[GOES_ON]),
}  # fmt: skip


@pytest.mark.skipif(not PAGES, reason="by the named command")
@pytest.mark.parametrize("leak", PLANTED)
def test_a_leak_planted_in_a_run_is_seen_in_what_it_makes(
    leak: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, pair = PLANTED[leak]
    plant(monkeypatch, tmp_path / "data")
    found = told_apart(tmp_path, of_place(all_true()), of_place(pair()))
    print(leak, found)
    assert found
