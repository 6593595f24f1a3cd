"""Seconds of a page made by a run and by the commands: ``python -m benchmarks.batch [PARAMS]``.

In one process after the other, on the same notebooks and tables: `workforce run` with warm kernels,
the same again, with plain kernels, and the papermill and nbconvert commands as one would use them,
two at a time, each page by itself and from what the run has made. Of the commands a few pages are
made (``--pages``), evenly over those of the run. Prints seconds of the processor and of the wall
for a page, and how many pages of the run go into one of the commands; and of each run where its
time goes: tables opened and protected, the first page, figures, pages, and the most memory that all
its processes held together.

``--against COMMIT`` makes them in a copy of an earlier commit too, with an environment of its own:
its run, and its commands, which make everything by themselves.

``--municipalities 360`` writes a folder of that many copies of the sample's municipalities instead,
makes an overview of ``--overviews`` of them, and makes these pages once more from the finished
store; ``--draws`` is for trying it.
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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from benchmarks.copies import write_copies

from workforce.batch.warm_kernels import ADDRESS, PLAIN

LOOK_SECONDS = 1.0
"""Seconds between two looks at the memory of a run."""
ROOT = Path(__file__).parents[1]
BIN = Path(".venv") / Path(sys.executable).parent.name
"""Programs of an environment, within the folder of the repository."""


def main() -> None:
    """Measure each way once, and print a line for each."""
    given = argparse.ArgumentParser()
    given.add_argument("params", nargs="?", default=str(ROOT / "params" / "sample.yaml"))
    given.add_argument("--pages", type=int, default=6, help="pages made by the commands")
    given.add_argument("--against", help="commit whose run and commands are measured too")
    given.add_argument("--municipalities", type=int, help="copies of the sample's municipalities")
    given.add_argument("--overviews", type=int, default=300)
    given.add_argument("--draws", type=int, default=200)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        if asked.municipalities:
            from_store(out, asked.municipalities, asked.overviews, asked.draws)
        else:
            side_by_side(asked.params, out, asked.pages, asked.against)


def side_by_side(params: str, out: Path, few: int, commit: str | None) -> None:
    """Measure a run, the same again, plain kernels, and the commands, now and at a commit."""
    warm = measured(lambda: run(params, out / "warm", ""))
    pages = jobs(out / "warm")
    tell("workforce run, warm kernels", warm, len(pages), warm, len(pages))
    again = measured(lambda: run(params, out / "warm", ""))
    tell("the same again, unchanged", again, len(pages), warm, len(pages))
    plain = measured(lambda: run(params, out / "plain", PLAIN))
    tell("workforce run, plain kernels", plain, len(pages), warm, len(pages))
    some = pages[:: max(1, len(pages) // few)][:few]
    runs = next((out / "warm" / "runs").iterdir())
    for name, store in (("commands, from the run's figures", runs), ("commands", "")):
        told = {"data": str(runs / "protected"), "run": str(store)}
        spent = measured(partial(by_command, some, told, out, ROOT))
        tell(name, spent, len(some), warm, len(pages))
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
    pages = jobs(out / "earlier")
    tell(f"workforce run at {commit}", spent, len(pages), warm, len(pages))
    some = pages[:: max(1, len(pages) // few)][:few]
    told = {"data": str(then / "data" / "sample")}
    spent = measured(partial(by_command, some, told, out, then))
    tell(f"commands at {commit}", spent, len(some), warm, len(pages))


def copy_of(commit: str, folder: Path) -> dict[str, str]:
    """Copy a commit into a folder with an environment of its own, and give that of its programs."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    subprocess.run(["uv", "sync", "--quiet", "--no-dev"], cwd=folder, check=True, env=environment)
    return environment


def from_store(out: Path, municipalities: int, overviews: int, draws: int) -> None:
    """Measure overviews of many municipalities with their store, and from it when it is there."""
    codes = write_copies(out / "data", municipalities)[:overviews]
    params = out / "params.yaml"
    report = {"notebook": "overview", "regions": codes}
    told = {
        "title": "Copies", "data": "data", "quarter": "2026Q4", "seed": 1, "draws": draws,
        "discussion": False, "accept_red": "Copies of a county that is made up.",
        "notebooks": str(ROOT / "notebooks"), "reports": [report],
    }  # fmt: skip
    params.write_text(yaml.safe_dump(told), encoding="utf-8")
    whole = measured(lambda: run(str(params), out / "out", ""))
    tell("store and pages", whole, len(codes), whole, len(codes))
    # The figures stay; without its ledger the run knows of no page.
    (out / "out" / "runs" / "2026Q4" / "ledger.parquet").unlink()
    shutil.rmtree(out / "out" / "reports")
    pages = measured(lambda: run(str(params), out / "out", ""))
    tell("pages from the finished store", pages, len(codes), whole, len(codes))
    cpu, wall = (one - other for one, other in zip(whole, pages, strict=True))
    print(f"the store by itself: {cpu:.0f} s processor, {wall:.0f} s wall", flush=True)


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
    of_run: tuple[float, float],
    of_run_pages: int,
) -> None:
    """Print seconds a page, and how many pages of the run go into one."""
    cpu, wall = (seconds / pages for seconds in spent)
    ratio = wall / (of_run[1] / of_run_pages)
    print(
        f"{name:<34} {pages:>4} pages  {cpu:7.2f} s processor  {wall:7.2f} s wall a page  "
        f"{ratio:6.1f} x",
        flush=True,
    )


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
