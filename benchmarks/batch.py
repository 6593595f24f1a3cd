"""Seconds of a page made by a run and by the commands: ``python -m benchmarks.batch [PARAMS]``.

In one process after the other, on the same notebooks and tables: `workforce run` with warm kernels,
the same again, its pages alone from the figures that it kept, plain kernels, and the papermill and
nbconvert commands, two at a time: from the figures that the run has kept, and as one would use them
without it, each page by itself from the tables, which it opens, protects and projects. Of the
commands a few pages are made (``--pages``), evenly over those of the run. Prints seconds of the
processor and of the wall for a page, how many pages of the run go into one of the commands, what of
a page goes where, and of each run when tables are open, the first page is there and the last, and
the most memory that all its processes held together. A run from nothing makes figures for its own
pages alone; from kept figures is what one page more costs it. Commands from the tables are set
beside both, those from kept figures beside the second.

``--against COMMIT`` makes them in a copy of an earlier commit too, with an environment of its own:
its run, and its commands, which make everything by themselves.

``--municipalities 360`` writes a folder of that many copies of the sample's municipalities instead,
and makes an overview of ``--overviews`` of them. ``--store FOLDER`` keeps tables and figures for
the next time, which makes the figures that lack and then measures the pages alone. Kept figures of
an earlier version of the library are taken for those of this one: how pages are made is measured.
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import yaml
from benchmarks.copies import write_copies
from benchmarks.page_parts import tell_parts

from workforce.batch.job import hash_of, library_hash
from workforce.batch.params import load_params
from workforce.batch.warm_kernels import ADDRESS, PLAIN
from workforce.contract.figures import keep_figures, kept_figures, kept_from

LOOK_SECONDS = 1.0
"""Seconds between two looks at the memory of a run."""
FROM_NOTHING = "the run from nothing, its figures among it"
FROM_KEPT = "the run from kept figures"
ROOT = Path(__file__).parents[1]
BIN = Path(".venv") / Path(sys.executable).parent.name
"""Programs of an environment, within the folder of the repository."""


def main() -> None:
    """Measure each way once, and print a line for each."""
    given = argparse.ArgumentParser()
    given.add_argument("params", nargs="?", default=str(ROOT / "params" / "sample.yaml"))
    given.add_argument("--pages", type=int, default=6, help="pages made by the commands; 0: none")
    given.add_argument("--against", help="commit whose run and commands are measured too")
    given.add_argument("--municipalities", type=int, help="copies of the sample's municipalities")
    given.add_argument("--overviews", type=int, default=300)
    given.add_argument("--store", type=Path, help="folder that keeps tables and figures")
    given.add_argument("--draws", type=int, default=200)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        if asked.municipalities:
            kept = (asked.store or out / "store").absolute()
            from_store(kept, asked.municipalities, asked.overviews, asked.draws, asked.pages, out)
        else:
            side_by_side(asked.params, out, asked.pages, asked.against)


def side_by_side(params: str, out: Path, few: int, commit: str | None) -> None:
    """Measure a run, the same again, plain kernels, and the commands, now and at a commit."""
    warm = measured(lambda: run(params, out / "warm", ""))
    pages = jobs(out / "warm")
    tell("workforce run, warm kernels", warm, len(pages))
    again = measured(lambda: run(params, out / "warm", ""))
    tell("the same again, unchanged", again, len(pages))
    without_pages(out / "warm")
    drawn = measured(lambda: run(params, out / "warm", ""))
    tell("the same, from kept figures", drawn, len(pages))
    plain = measured(lambda: run(params, out / "plain", PLAIN))
    tell("workforce run, plain kernels", plain, len(pages))
    runs = next((out / "warm" / "runs").iterdir())
    read = load_params(Path(params), known=True)
    tables = {"data": str(read.data), "key": str(read.key or "")}
    by_commands(pages, few, tables, runs, out, warm=warm, drawn=drawn)
    if commit is None:
        return
    then = out / "then"
    environment = copy_of(commit, then)
    given = Path(params).resolve()
    given = then / given.relative_to(ROOT) if given.is_relative_to(ROOT) else given
    command = [str(then / BIN / "workforce"), "run", str(given)]
    command += ["--out", str(out / "earlier")]
    spent = measured(
        lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    )
    then_pages = jobs(out / "earlier")
    beside = {FROM_NOTHING: (warm, len(pages))}
    tell(f"workforce run at {commit}", spent, len(then_pages), beside)
    some = evenly(then_pages, few)
    if not some:
        return
    told = {"data": str(then / "data" / "sample")}
    spent = measured(partial(by_command, some, told, out, then))
    tell(f"commands at {commit}", spent, len(some), beside | {FROM_KEPT: (drawn, len(pages))})


def copy_of(commit: str, folder: Path) -> dict[str, str]:
    """Copy a commit into a folder with an environment of its own, and give that of its programs."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    subprocess.run(["uv", "sync", "--quiet", "--no-dev"], cwd=folder, check=True, env=environment)
    return environment


def by_commands(
    pages: list[dict[str, Any]],
    few: int,
    tables: dict[str, str],
    runs: Path,
    out: Path,
    *,
    warm: tuple[float, float] | None,
    drawn: tuple[float, float],
) -> None:
    """Measure the commands on some pages, from kept figures and from the tables by themselves."""
    some = evenly(pages, few)
    if not some:
        return
    from_kept = {FROM_KEPT: (drawn, len(pages))}
    both = {FROM_NOTHING: (warm, len(pages)), **from_kept} if warm is not None else from_kept
    kept = {"data": str(runs / "protected"), "run": str(runs)}
    for name, told, beside in (
        ("commands, from kept figures", kept, from_kept),
        ("commands, each from the tables", {**tables, "run": ""}, both),
    ):
        spent = measured(partial(by_command, some, told, out, ROOT))
        tell(name, spent, len(some), beside)
    tell_parts(some, ROOT / "notebooks", runs, whole=drawn[0] / len(pages))


def evenly(pages: list[dict[str, Any]], few: int) -> list[dict[str, Any]]:
    """Take a few of the pages of a run, evenly over them."""
    return pages[:: max(1, len(pages) // max(few, 1))][:few]


def without_pages(out: Path) -> None:
    """Leave of a run its figures alone: without its ledger it knows of no page."""
    next((out / "runs").glob("*/ledger.parquet")).unlink()
    shutil.rmtree(out / "reports")


def from_store(
    store: Path, municipalities: int, overviews: int, draws: int, few: int, out: Path
) -> None:
    """Measure overviews of many municipalities with their store, and from it when it is there."""
    data, made = store / "data", store / "out"
    if not data.exists():
        write_copies(data, municipalities)
    towns = pl.read_parquet(data / "regions.parquet").filter(level="municipality")
    codes = towns["region"].sort().to_list()[:overviews]
    params = store / "params.yaml"
    report = {"notebook": "overview", "regions": codes}
    told = {
        "title": "Copies", "data": "data", "quarter": "2026Q4", "seed": 1, "draws": draws,
        "discussion": False, "accept_red": "Copies of a county that is made up.",
        "notebooks": str(ROOT / "notebooks"), "reports": [report],
    }  # fmt: skip
    params.write_text(yaml.safe_dump(told), encoding="utf-8")
    take_over(made)
    lacking = overviews - len([*made.glob("runs/*/figures/*/overview-*.parquet")])
    whole = measured(lambda: run(str(params), made, "")) if lacking > 0 else None
    if whole is not None:
        tell(f"pages, and figures of {lacking}", whole, len(codes))
    if [*made.glob("runs/*/ledger.parquet")]:
        without_pages(made)
    pages = measured(lambda: run(str(params), made, ""))
    tell("pages from the finished store", pages, len(codes))
    if whole is not None:
        cpu, wall = (one - other for one, other in zip(whole, pages, strict=True))
        print(f"the store by itself: {cpu:.0f} s processor, {wall:.0f} s wall", flush=True)
    runs = next((made / "runs").iterdir())
    nothing = whole if lacking == overviews else None
    by_commands(jobs(made), few, {"data": str(data)}, runs, out, warm=nothing, drawn=pages)


def take_over(made: Path) -> None:
    """Take kept figures of an earlier version of the library for those of this one."""
    made_by = hash_of(str(None), library_hash())
    for path in made.glob("runs/*/figures/*/*.parquet"):
        made_from = kept_from(path)
        before = made_from.partition(".")[2].partition(" ")[0]
        if before != made_by:
            keep_figures(kept_figures(path), path, made_from=made_from.replace(before, made_by))


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds of the processor, in all processes, and of the wall."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    wall = time.perf_counter() - clock
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def tell(
    name: str,
    spent: tuple[float, float],
    pages: int,
    beside: Mapping[str, tuple[tuple[float, float], int]] = MappingProxyType({}),
) -> None:
    """Print seconds a page, and how many pages go into one of each run beside it."""
    cpu, wall = (seconds / pages for seconds in spent)
    print(f"{name:<34} {pages:>4} pages  {cpu:7.2f} s processor  {wall:7.2f} s wall a page")
    for run_name, (of_run, of_pages) in beside.items():
        more = (one * of_pages / run for one, run in zip((cpu, wall), of_run, strict=True))
        print("  {:6.1f} x processor {:6.1f} x wall of ".format(*more) + run_name, flush=True)


def run(params: str, out: Path, kernels: str) -> None:
    """Run a commission without its output, and print where its time went."""
    command = [str(ROOT / BIN / "workforce"), "run", params, "--out", str(out)]
    environment = {**os.environ, ADDRESS: kernels}
    begun = datetime.now(UTC)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, memory_of(process.pid))
        time.sleep(LOOK_SECONDS)
    if process.returncode:
        print(f"  the run ended with {process.returncode}: some pages are not there", flush=True)
    runs = next((out / "runs").glob("*/ledger.parquet")).parent
    manifest = json.loads((runs / "manifest.json").read_text(encoding="utf-8"))
    made = [page for page in jobs(out) if page["status"] == "done" and page["started"] > begun]
    ends = sorted((page["started"] - begun).total_seconds() + page["seconds"] for page in made)
    opened = (datetime.fromisoformat(manifest["started"]) - begun).total_seconds()
    spent = sum(page["seconds"] for page in made)
    first = f", first page after {ends[0]:.0f} s, last after {ends[-1]:.0f} s" if made else ""
    pages = f"; {spent:.0f} s in kernels and export, summed over pages" if made else ""
    print(
        f"  tables opened and protected after {max(opened, 0):.0f} s{first}{pages}; "
        f"{manifest['projections']} projections; {most / 1e6:.0f} MB at the most in all processes",
        flush=True,
    )


def memory_of(process: int) -> int:
    """Sum what a process and all that it started hold, shared pages once. [bytes]."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = status.read_text().rpartition(")")[2].split()[1]
            parents.setdefault(int(parent), []).append(int(status.parent.name))
    waiting, held = [process], 0
    while waiting:
        one = waiting.pop()
        waiting += parents.get(one, [])
        with suppress(OSError):
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            found = re.search(r"^Pss: +(\d+) kB", rollup, flags=re.MULTILINE)
            held += int(found[1]) * 1024 if found else 0
    return held


def jobs(out: Path) -> list[dict[str, Any]]:
    """Read the pages of a run from its ledger."""
    ledger = pl.read_parquet(next((out / "runs").glob("*/ledger.parquet")))
    return ledger.sort("job").to_dicts()


def by_command(pages: list[dict[str, Any]], told: dict[str, str], out: Path, root: Path) -> None:
    """Make pages by the papermill and nbconvert commands of a repository, two at a time."""

    def make(page: dict[str, Any]) -> None:
        parameters = json.loads(page["parameters"]) | told
        given, made = out / f"{page['job']}.yaml", out / f"{page['job']}.ipynb"
        given.write_text(yaml.safe_dump(parameters, allow_unicode=True), encoding="utf-8")
        source = root / "notebooks" / f"{page['notebook']}.ipynb"
        papermill = ["papermill", str(source), str(made), "-f", str(given), "--no-progress-bar"]
        convert = ["jupyter-nbconvert", "--to", "html", "--no-input", str(made)]
        for command in (papermill, convert):
            subprocess.run(
                [str(root / BIN / command[0]), *command[1:]],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make, pages))


if __name__ == "__main__":
    main()
