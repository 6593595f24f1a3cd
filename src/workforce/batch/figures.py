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
from functools import lru_cache
from pathlib import Path
from queue import Empty, SimpleQueue
from types import MappingProxyType
from typing import Any

from workforce.batch.job import Job, hash_files, hash_of
from workforce.batch.kernels import kernel_environment, shorten
from workforce.batch.stray import STRAY, open_stray
from workforce.contract.figures import kept_from
from workforce.contract.places import remove_inside
from workforce.results.asked import FIGURES, PAGES, Asked, asked_for, kept_path
from workforce.sources.tables.files import data_files, national_folder

NAMED = re.compile(r"""\bpage=["'](\w+)["']""")
"""How a notebook names the figures that it asks for."""
PROJECTIONS = "projections"
"""Folder of the projections of a run, with a folder for each region."""
Worker = subprocess.Popen[str]
"""A process that makes figures."""


@dataclass(frozen=True)
class Needed:
    """Figures that pages of a region need, and where they are kept.

    ``asked``: with the sectors of all pages that are made of them. ``path``: file in the folder of
    the run. ``made_from``: basis of the run and what was asked, by which figures of an earlier run
    are known.
    """

    asked: Asked
    path: Path
    made_from: str


@dataclass(frozen=True)
class Made:
    """What came of the figures kept in a file: problem and traceback, and projections."""

    path: Path
    problem: str = ""
    details: str = ""
    projections: int = 0


OnMade = Callable[[Made], None]
"""Called with what came of figures, from the thread that waited for them."""


def needed_by(
    jobs: Sequence[Job], *, run: Path, basis: str, lights: Mapping[str, str], hide_fte: int | None
) -> dict[str, list[Needed]]:
    """List the figures that pages need by region, those of several sectors or languages once.

    Notebooks that name no figures make what they show by themselves. ``basis`` is the hash of data
    and library, ``lights`` what the quality gate says of each region.
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
    given = {**job.parameters, "sector": job.sector}
    pages = _named(job.source, job.source.stat().st_mtime_ns)
    return [asked_for(given, page, hide_fte=hide_fte) for page in pages]


@lru_cache
def _named(notebook: Path, _: int) -> list[str]:
    """List the figures that a notebook names, as it is at a time."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return sorted(set(NAMED.findall(code)) & set(PAGES))


def in_turn(regions: Collection[Sequence[Needed]]) -> list[Sequence[Needed]]:
    """Order regions: one that is soon made, for a first page; then those that take longest.

    Those that are begun last are then short, so that no process is left to work alone.
    """
    order = sorted(regions, key=len, reverse=True)
    return [*order[-1:], *order[:-1]]


def remove_old(run: Path, basis: str, regions: Collection[str]) -> None:
    """Remove figures of the regions of a folder that rest on other data or another library.

    And projections by another version, or of places that the folder does not tell of.
    """
    for path in (run / FIGURES).glob("*/*.parquet"):
        if path.parent.name in regions and not kept_from(path).startswith(basis):
            remove_inside(path, run)
    version = _version_of(basis, hash_national())
    for path in (run / PROJECTIONS).glob("*/*/*.parquet"):
        if path.parent.name != version or path.parent.parent.name not in regions:
            remove_inside(path, run)


def hash_national() -> str:
    """Hash the national tables, which no basis tells of."""
    return hash_files(data_files(national_folder()))


def _version_of(made_from: str, national: str) -> str:
    """Name what projections are made by: one library, and the national tables by their hash."""
    return hash_of(made_from.partition(".")[2].partition(" ")[0], national)[:16]


def _store_of(run: Path, needed: Needed, national: str) -> Path:
    """Name the folder of a region's projections by one version."""
    return run / PROJECTIONS / needed.asked.region / _version_of(needed.made_from, national)


@contextmanager
def made_aside(
    regions: Collection[Sequence[Needed]],
    on_made: OnMade,
    *,
    data: Path,
    audience: str,
    run: Path,
    seconds: float,
    workers: int,
    content: Mapping[str, str] = MappingProxyType({}),
    spare: Sequence[Worker] = (),
) -> Iterator[None]:
    """Make the figures of regions beside what else is done, in some processes side by side.

    A process that ends or takes too long costs the figures that it was making alone.

    ``content`` has the hash of each table, ``spare`` processes that were started before
    (`spare_worker`); ``seconds`` are for the figures of one page.
    """
    waiting: SimpleQueue[Sequence[Needed]] = SimpleQueue()
    for some in regions:
        waiting.put(some)
    running, stopped = {*spare}, threading.Event()
    started = iter(spare)
    national = hash_national()
    environment = {name: os.environ.get(name, "") for name in (STRAY, "WORKFORCE_OPENED")}

    def work(process: Worker | None) -> None:
        while not stopped.is_set():
            try:
                needed = waiting.get_nowait()
            except Empty:
                break
            left = [*needed]
            while left and not stopped.is_set():
                pages = [
                    {"asked": asdict(one.asked), "path": str(one.path), "made_from": one.made_from}
                    for one in left
                ]
                request = {
                    "data": str(data),
                    "audience": audience,
                    "run": str(run),
                    "content": dict(content),
                    "store": str(_store_of(run, left[0], national)),
                }
                try:
                    if process is None or process.poll() is not None:
                        process = _start()
                        running.add(process)
                    _send(process, {**request, "pages": pages, "environment": environment})
                except OSError as error:
                    told = f"the process that makes figures could not be started: {error.strerror}"
                    for one in left:
                        on_made(Made(one.path, told))
                    break
                while left:
                    made = _next(process, left.pop(0).path, seconds=seconds)
                    if not stopped.is_set():
                        on_made(made)
                    if process.poll() is not None:
                        break
        if process is not None:
            _end(process)

    threads = [
        threading.Thread(target=work, name=f"figures-{count}", args=(next(started, None),))
        for count in range(min(workers, len(regions)))
    ]
    for idle in started:  # What there is nothing to do for holds no memory.
        idle.kill()
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for process in running:
            process.kill()
        for thread in threads:
            thread.join()


@contextmanager
def spare_worker() -> Iterator[Worker | None]:
    """Start a process that makes figures, which imports while the tables are read.

    Where it cannot be started, the run tells that when there are figures to make.
    """
    process = None
    with suppress(OSError), kernel_environment({}):
        process = _start()
    try:
        yield process
    finally:
        if process is not None:
            process.kill()
            _end(process)


def _start() -> Worker:
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


def _end(process: Worker) -> None:
    """Let a process end, which has no more to do."""
    process.communicate()


def _send(process: Worker, request: Mapping[str, Any]) -> None:
    """Ask for the figures of pages of one region; a process that has ended tells nothing."""
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.write(f"{json.dumps(request)}\n")
            process.stdin.flush()


def _next(process: Worker, path: Path, *, seconds: float) -> Made:
    """Wait for the figures that are made next; whatever goes wrong becomes their problem."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(seconds, stop)
    clock.start()
    try:
        line = process.stdout.readline() if process.stdout is not None else ""
    finally:
        clock.cancel()
    if line:
        told = json.loads(line)
        problem = told["problem"] and shorten(told["problem"])
        return Made(path, problem, told["details"], told["projections"])
    process.wait()
    if late.is_set():
        return Made(path, f"the figures took longer than {seconds:g} seconds (timeout_seconds)")
    return Made(
        path,
        "the process that makes figures ended by itself, or was ended, as when memory runs out",
    )
