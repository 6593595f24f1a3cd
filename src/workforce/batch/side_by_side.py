"""Make figures and pages side by side: a region's pages when its figures are there."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

import polars as pl

from workforce.batch.basis import Basis
from workforce.batch.commission import Commission
from workforce.batch.figures import (
    PROJECTIONS,
    Made,
    Needed,
    asked_by,
    in_turn,
    made_aside,
    needed_by,
    remove_old,
)
from workforce.batch.job import Job
from workforce.batch.kernels import import_makers, kernel_environment
from workforce.batch.ledger import Entry
from workforce.batch.making import make_page, missing_entry, same_page
from workforce.batch.run_folders import OPENED
from workforce.batch.stray import FILE, STRAY
from workforce.batch.warm_kernels import ADDRESS, warm_kernels
from workforce.contract.figures import keep_again, kept_content, kept_from
from workforce.contract.folder import Folder
from workforce.errors import ReportError
from workforce.inputs.quality import refused_regions
from workforce.results.asked import kept_path
from workforce.sources.tables.folder import keep_open

LEAST_WARM = 4
"""Pages from which kernels start warm; for fewer, plain ones import less in all."""
MOST_AT_FIGURES = 2
"""Regions whose figures are made side by side; each takes the memory of its draws."""


def through(
    given: Commission,
    data: Path,
    *,
    ready: dict[str, Entry],
    known: Mapping[str, Entry],
    tally: list[int],
) -> Iterator[Entry]:
    """Hand on the unchanged pages, then make the others side by side and hand on each as it ends.

    A region whose figures are refused has no page. The figures of each region are made once, and a
    page when its own are there. A page whose figures come out as they were stays, though the data
    changed; ``known`` says what they rested on then. Threads suffice, since figures are made in
    processes of their own, and each notebook runs in a kernel process of its own. ``data`` is the
    folder of tables that pages are made from, and ``tally`` gets the projections.
    """
    yield from ready.values()
    params, basis, folders, order = given.params, given.basis, given.folders, given.order
    refused = refused_regions(basis.lights)
    for job in given.jobs:
        if job.region in refused:
            yield missing_entry(job, basis=basis.hash, reason=refused[job.region], status="refused")
    todo = [job for job in given.jobs if job.name not in ready and job.region not in refused]
    before: dict[Path, tuple[str, str]] = {}
    needed = _needed(given, todo, before)
    paths = {job.name: [kept_path(folders.runs, one) for one in asked_by(job)] for job in todo}
    lacking = {one.path for some in needed for one in some}
    waiting = {path: [job for job in todo if path in paths[job.name]] for path in lacking}
    make = partial(
        make_page,
        folders=folders,
        data=data,
        basis=basis.hash,
        timeout_seconds=params.timeout_seconds,
    )
    count = order.workers or params.workers or os.cpu_count() or 1
    ended: SimpleQueue[Entry | BaseException] = SimpleQueue()
    with (
        # Pages of the public from figures that are kept read no table.
        _kept_open(
            basis.folder if needed or not basis.folder.draw else None, folders.runs
        ) as opened,
        kernel_environment({"WORKFORCE_OPENED": str(opened), STRAY: str(folders.runs / FILE)}),
        warm_kernels() if len(todo) >= LEAST_WARM else nullcontext("") as address,
        kernel_environment({ADDRESS: address}),
        ThreadPoolExecutor(max_workers=count) as pool,
    ):

        def same(job: Job) -> Entry | None:
            """Give the entry of a page that rests on figures alone, and on the same ones still."""
            then = known.get(job.name)
            if then is None or not paths[job.name] or order.force:
                return None
            for path in paths[job.name]:
                made_from, content = before.get(path, ("", ""))
                if not content or not made_from.startswith(then.basis):
                    return None
                if content != kept_content(path):
                    return None
            with suppress(OSError, ReportError):
                return same_page(then, job, basis.hash, folders)
            return None

        def start(job: Job) -> None:
            """Make a page, where its figures are not as they were."""
            if (unchanged := same(job)) is not None:
                ended.put(unchanged)
            else:
                pool.submit(page, job).add_done_callback(lambda made: ended.put(_come(made)))

        def page(job: Job) -> Entry:
            """Make a page when all is imported: threads that import at once meet half a module."""
            wait([imported])
            return make(job)

        def on_made(made: Made) -> None:
            """Make the pages whose figures are all there; where there are none, they say why."""
            tally.append(made.projections)
            with turn:
                lacking.discard(made.path)
                some = [job for job in waiting[made.path] if job.name in wait_for]
                if not made.problem:
                    some = [job for job in some if not lacking & set(paths[job.name])]
                wait_for.difference_update(job.name for job in some)
            for job in some:
                if made.problem:
                    reason, details = made.problem, made.details
                    ended.put(missing_entry(job, basis=basis.hash, reason=reason, details=details))
                else:
                    start(job)

        turn, wait_for = threading.Lock(), {job.name for some in waiting.values() for job in some}
        at_once = [job for job in todo if job.name not in wait_for]
        making = made_aside(
            in_turn(needed),
            on_made,
            data=data,
            audience=params.audience,
            run=folders.runs,
            seconds=params.timeout_seconds,
            workers=min(count, MOST_AT_FIGURES),
            content=basis.content,
            spare=given.spare,
        )
        # What runs and exports pages is imported while the first figures are made.
        imported = pool.submit(import_makers if todo else lambda: None)
        try:
            with making:
                for job in at_once:
                    start(job)
                for _ in todo:
                    entry = _next(ended)
                    if isinstance(entry, BaseException):
                        raise entry
                    yield entry
        except BaseException:
            # Whoever stops a run may not wait for the pages under way, and they read the tables
            # themselves where there is no copy.
            shutil.rmtree(opened, ignore_errors=True)
            raise
        finally:
            # When the run is stopped, pages under way end and the rest do not start.
            pool.shutdown(wait=True, cancel_futures=True)


def _needed(
    given: Commission, todo: Sequence[Job], before: dict[Path, tuple[str, str]]
) -> list[list[Needed]]:
    """List the figures to make, by region; those of an earlier run stay where they are the same.

    ``before`` gets what those of an earlier run rested on, and what they held, where they rest on
    something else now.
    """
    basis, runs = given.basis, given.folders.runs
    if given.order.force and (runs / PROJECTIONS).exists():
        shutil.rmtree(runs / PROJECTIONS)  # Where that fails the run says so: it would read them.
    needed = needed_by(
        todo,
        run=runs,
        basis=basis.hash,
        lights=lights_by_region(basis),
        hide_fte=given.params.hide_fte,
    )
    for one in (one for some in needed.values() for one in some):
        made_from = kept_from(one.path)
        if made_from not in ("", one.made_from) and not given.order.force:
            before[one.path] = (made_from, kept_content(one.path))
            keep_again(
                one.path,
                made_from=one.made_from,
                content=basis.content,
                names=basis.folder.names,
            )
    remove_old(runs, basis.hash, basis.codes.regions)
    force = given.order.force
    left = (
        [one for one in some if force or kept_from(one.path) != one.made_from]
        for some in needed.values()
    )
    return [some for some in left if some]


def _next(ended: SimpleQueue[Entry | BaseException]) -> Entry | BaseException:
    """Wait for what ends next, and look up: a signal on the way into a wait ends none."""
    while True:
        with suppress(Empty):
            return ended.get(timeout=1.0)


def _come(page: Future[Entry]) -> Entry | BaseException:
    """Tell what came of a page, or what stopped it."""
    if page.cancelled():
        return CancelledError()
    return page.exception() or page.result()


def lights_by_region(basis: Basis) -> dict[str, str]:
    """Write what the quality gate says of each region."""
    return {
        str(region): rows.write_csv()
        for (region,), rows in basis.lights.group_by("region", maintain_order=True)
    }


@contextmanager
def _kept_open(folder: Folder | None, runs: Path) -> Iterator[Path]:
    """Keep the tables of a run open for its processes, and leave no copy of them behind.

    Nor one of an earlier run that was ended before it could remove its own. Where there is no copy,
    as on a full disk, every page reads the tables itself.
    """
    for left in runs.glob(f"{OPENED}*"):
        if left.is_symlink():
            left.unlink()
        else:
            shutil.rmtree(left, ignore_errors=True)
    where = Path(tempfile.mkdtemp(prefix=OPENED, dir=runs))
    try:
        with suppress(OSError, pl.exceptions.PolarsError):
            if folder is not None:
                keep_open(folder, where)
        yield where
    finally:
        shutil.rmtree(where, ignore_errors=True)
