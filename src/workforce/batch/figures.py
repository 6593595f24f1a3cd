"""Make the figures of each region of a run once, before its pages: in processes of their own."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from workforce.batch.job import Job, hash_of
from workforce.batch.kernels import shorten
from workforce.batch.stray import open_stray
from workforce.contract.figures import kept_from
from workforce.contract.places import remove_inside
from workforce.results.asked import FIGURES, PAGES, Asked, kept_path

COMMON = (
    "region",
    "scenario",
    "scenarios",
    "base_year",
    "horizon",
    "draws",
    "seed",
    "quarter",
)
"""Parameters of every notebook that decide its figures."""
NAMED = re.compile(r"""\bpage=["'](\w+)["']""")
"""How a notebook names the figures that it asks for."""


@dataclass(frozen=True)
class Needed:
    """Figures that pages of a region need, and where they are kept.

    Parameters
    ----------
    asked
        With the sectors of all pages that are made of them.
    path
        File in the folder of the run.
    made_from
        Basis of the run and what was asked, by which figures of an earlier run are known.
    """

    asked: Asked
    path: Path
    made_from: str


@dataclass(frozen=True)
class Made:
    """What came of the figures of a region: problem and traceback by file, and projections."""

    problems: Mapping[Path, tuple[str, str]]
    projections: int = 0


OnMade = Callable[[str, Made], None]
"""Called with a region and what came of its figures, from the thread that made them."""


def needed_by(
    jobs: Sequence[Job], *, run: Path, basis: str, lights: Mapping[str, str], hide_fte: int | None
) -> dict[str, list[Needed]]:
    """List the figures that pages need by region, those of several sectors or languages once.

    Parameters
    ----------
    jobs : sequence of Job
        Notebooks that name no figures make what they show by themselves.
    run : Path
        Folder of the run.
    basis : str
        Hash of data and library.
    lights : mapping of str to str
        What the quality gate says of each region.
    hide_fte : int, optional
        As in the params file.
    """
    found: dict[str, dict[Path, Needed]] = {}
    for job in jobs:
        of_region = found.setdefault(job.region, {})
        for asked in asked_by(job, hide_fte):
            path = kept_path(run, asked)
            before = of_region.get(path)
            if before is not None:
                sectors = tuple(sorted({*before.asked.sectors, *asked.sectors}))
                asked = replace(asked, sectors=sectors)
            told = hash_of(lights.get(job.region, ""), json.dumps(asdict(asked), sort_keys=True))
            of_region[path] = Needed(asked, path, f"{basis} {told}")
    return {region: list(some.values()) for region, some in found.items() if some}


def asked_by(job: Job, hide_fte: int | None = None) -> list[Asked]:
    """Say what figures a page asks for; none where its notebook makes what it shows by itself."""
    cells = json.loads(job.source.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    given = job.parameters
    return [
        Asked(
            page=page,
            sectors=(job.sector,),
            measures=tuple(given.get("measures", ())),
            choices=given.get("choices", {}),
            hide_fte=hide_fte,
            **{name: given[name] for name in COMMON},
        )
        for page in sorted(set(NAMED.findall(code)) & set(PAGES))
    ]


def in_turn(needed: Mapping[str, Sequence[Needed]]) -> dict[str, Sequence[Needed]]:
    """Order regions: one that is soon made, for a first page; then those that take longest.

    Those that are begun last are then short, so that no process is left to work alone.
    """
    order = sorted(needed, key=lambda region: -len(needed[region]))
    return {region: needed[region] for region in [*order[-1:], *order[:-1]]}


def remove_old(run: Path, basis: str, regions: Collection[str]) -> None:
    """Remove figures of the regions of a folder that rest on other data or another library."""
    for path in (run / FIGURES).glob("*/*.parquet"):
        if path.parent.name in regions and not kept_from(path).startswith(basis):
            remove_inside(path, run)


@contextmanager
def made_aside(
    regions: Mapping[str, Sequence[Needed]],
    on_made: OnMade,
    *,
    data: Path,
    audience: str,
    run: Path,
    seconds: float,
    workers: int,
) -> Iterator[None]:
    """Make the figures of regions beside what else is done, in some processes side by side.

    Parameters
    ----------
    regions : mapping of str to sequence of Needed
        In the order in which they are made.
    on_made : callable
        Told of each region.
    data : Path
        Folder of tables, protected for public pages.
    audience : str
        ``internal`` or ``public``.
    run : Path
        Folder of the run.
    seconds : float
        For the figures of one page. [seconds]
    workers : int
        Processes.
    """
    waiting: SimpleQueue[tuple[str, Sequence[Needed]]] = SimpleQueue()
    for entry in regions.items():
        waiting.put(entry)
    running: set[subprocess.Popen[str]] = set()
    stopped = threading.Event()

    def work() -> None:
        process = None
        while not stopped.is_set():
            try:
                region, needed = waiting.get_nowait()
            except Empty:
                break
            pages = [
                {"asked": asdict(one.asked), "path": str(one.path), "made_from": one.made_from}
                for one in needed
            ]
            request = {"data": str(data), "audience": audience, "run": str(run), "pages": pages}
            try:
                if process is None or process.poll() is not None:
                    process = _start()
                    running.add(process)
                made = _ask(process, request, seconds=seconds * len(pages))
            except OSError as error:
                told = f"the process that makes figures could not be started: {error.strerror}"
                made = Made({one.path: (told, "") for one in needed})
            if not stopped.is_set():
                on_made(region, made)
        if process is not None:
            _end(process)

    threads = [
        threading.Thread(target=work, name=f"figures-{count}")
        for count in range(min(workers, len(regions)))
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for process in list(running):
            process.kill()
        for thread in threads:
            thread.join()


def _start() -> subprocess.Popen[str]:
    stray = open_stray()
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "workforce.batch.figure_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stray,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
    finally:
        os.close(stray)


def _end(process: subprocess.Popen[str]) -> None:
    """Let a process end, which has no more to do."""
    process.communicate()


def _ask(process: subprocess.Popen[str], request: Mapping[str, Any], *, seconds: float) -> Made:
    """Have the figures of one region made; whatever goes wrong becomes a problem of each."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(seconds, stop)
    clock.start()
    try:
        line = _exchange(process, json.dumps(request))
    finally:
        clock.cancel()
    if not line:
        process.wait()
        told = f"the figures took longer than {seconds:g} seconds (timeout_seconds)"
        if not late.is_set():
            told = "the process that makes figures ended by itself, or was ended, as when memory "
            told += "runs out"
        return Made({Path(one["path"]): (told, "") for one in request["pages"]})
    answer = json.loads(line)
    problems = {
        Path(path): (shorten(problem), details)
        for path, (problem, details) in answer["told"].items()
        if problem
    }
    return Made(problems, answer["projections"])


def _exchange(process: subprocess.Popen[str], request: str) -> str:
    """Send a line and read one; empty where the process has ended."""
    if process.stdin is None or process.stdout is None:
        return ""
    with suppress(BrokenPipeError):
        process.stdin.write(f"{request}\n")
        process.stdin.flush()
    return process.stdout.readline()
