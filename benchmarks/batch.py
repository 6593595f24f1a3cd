"""Seconds of a page made by a run and by the commands: ``python -m benchmarks.batch [PARAMS]``.

In one process after the other, on the same notebooks and tables: `workforce run` with warm kernels,
with plain ones, and the papermill and nbconvert commands as one would use them, two at a time, each
page by itself and from what the run has made. Of the commands a few pages are made (``--pages``),
evenly over those of the run. Prints seconds of the processor and of the wall for a page, and how
many pages of the run go into one of the commands.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from workforce.batch.warm_kernels import ADDRESS, PLAIN

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def main() -> None:
    """Measure each way once, and print a line for each."""
    given = argparse.ArgumentParser()
    given.add_argument("params", nargs="?", default=str(ROOT / "params" / "sample.yaml"))
    given.add_argument("--pages", type=int, default=6, help="pages made by the commands")
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        warm = measured(lambda: run(asked.params, out / "warm", ""))
        pages = jobs(out / "warm")
        tell("workforce run, warm kernels", warm, len(pages), warm, len(pages))
        again = measured(lambda: run(asked.params, out / "warm", ""))
        tell("the same again, unchanged", again, len(pages), warm, len(pages))
        plain = measured(lambda: run(asked.params, out / "plain", PLAIN))
        tell("workforce run, plain kernels", plain, len(pages), warm, len(pages))
        few = pages[:: max(1, len(pages) // asked.pages)][: asked.pages]
        runs = next((out / "warm" / "runs").iterdir())
        for name, store in (("commands, from the run's figures", runs), ("commands", None)):
            spent = measured(partial(by_command, few, runs, store, out))
            tell(name, spent, len(few), warm, len(pages))


def measured(work: Callable[[], None]) -> tuple[float, float]:
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
    """Run a commission, without its output."""
    command = [str(BIN / "workforce"), "run", params, "--out", str(out)]
    environment = {**os.environ, ADDRESS: kernels}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def jobs(out: Path) -> list[dict[str, Any]]:
    """Read the pages of a run from its ledger."""
    ledger = pl.read_parquet(next((out / "runs").glob("*/ledger.parquet")))
    return ledger.sort("job").to_dicts()


def by_command(pages: list[dict[str, Any]], runs: Path, store: Path | None, out: Path) -> None:
    """Make pages by the papermill and nbconvert commands, two at a time."""

    def make(page: dict[str, Any]) -> None:
        parameters = json.loads(page["parameters"])
        parameters |= {"data": str(runs / "protected"), "run": str(store or "")}
        given, made = out / f"{page['job']}.yaml", out / f"{page['job']}.ipynb"
        given.write_text(yaml.safe_dump(parameters, allow_unicode=True), encoding="utf-8")
        source = ROOT / "notebooks" / f"{page['notebook']}.ipynb"
        papermill = ["papermill", str(source), str(made), "-f", str(given), "--no-progress-bar"]
        convert = ["jupyter-nbconvert", "--to", "html", "--no-input", str(made)]
        for command in (papermill, convert):
            subprocess.run(
                [str(BIN / command[0]), *command[1:]],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make, pages))


if __name__ == "__main__":
    main()
