"""Run the notebooks that a params file names, side by side, and gather the pages in a site."""

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import polars as pl

from workforce.batch.basis import Basis, codes_of, prepare_basis, sectors_of
from workforce.batch.discussion_log import log_path, read_log
from workforce.batch.figures import Made, Needed, asked_by, made_aside, needed_by, remove_old
from workforce.batch.index import write_index
from workforce.batch.jobs import Job, expand, with_discussion
from workforce.batch.kernels import kernel_environment
from workforce.batch.key_marks import write_mark
from workforce.batch.ledger import Entry, read_ledger, write_ledger
from workforce.batch.lock import held
from workforce.batch.making import Folders, make_page, refused_entry, remove_output, unchanged_entry
from workforce.batch.params import Params, check_quarter, load_params, with_lines
from workforce.batch.retention import OPENED
from workforce.batch.warm_kernels import ADDRESS, warm_kernels
from workforce.contract.figures import kept_from
from workforce.contract.folder import Folder, require_no_problems
from workforce.contract.names import Names
from workforce.contract.places import make_folder
from workforce.disclosure.safe_tables import places
from workforce.errors import ParameterError, WorkforceError
from workforce.inputs import settle_base_year
from workforce.inputs.quality import refused_regions
from workforce.reports.discussion_log import Remark, write_remarks
from workforce.reports.export import today
from workforce.results.asked import kept_path
from workforce.results.run_notes import write_display, write_lights
from workforce.sources.tables.folder import keep_open
from workforce.sources.tables.paths import file_path
from workforce.sources.tables.permissions import closed_to_others
from workforce.sources.tables.protected import open_data, write_protected

MOST_AT_FIGURES = 2
"""Regions whose figures are made side by side; each takes the memory of its draws."""
OnDone = Callable[[Entry, int, int], None]
"""Called with what came of a job, how many are through, and how many there are."""


@dataclass(frozen=True)
class RunSummary:
    """What a run came to: an entry for each job, how many of each kind, and the page to open.

    ``removed`` counts pages of earlier runs that left the site because they rested on other data.
    ``index`` is None where the index could not be written, and ``problem`` says why. ``made_key``
    is the file of the key that was made for this run, which somebody must keep. ``projections``
    counts those that the figures took.
    """

    jobs: tuple[Entry, ...]
    done: int
    failed: int
    unchanged: int
    seconds: float
    index: Path | None
    removed: int = 0
    problem: str = ""
    made_key: Path | None = None
    projections: int = 0


def run(
    params_path: str | Path,
    *,
    executor: str = "local",
    scheduler: str | None = None,
    out: str | Path | None = None,
    quarter: str | None = None,
    force: bool = False,
    workers: int | None = None,
    on_done: OnDone | None = None,
    wait: bool = False,
) -> RunSummary:
    """Make every page that a params file names.

    The tables are checked once, and protected once for the public, before anything runs: public
    pages are made from the protected tables alone. A page that fails stops no other, and a region
    whose figures the quality gate refuses has no page; an older version leaves the site, so that
    nobody reads an old figure as a new one. A page whose notebook, parameters, data and library are
    those of last time is left as it is. Pages of the quarter that this file does not name stay
    where they rest on the same data and library, and leave the site where they do not.

    Parameters
    ----------
    params_path : str or Path
        Params file.
    executor : str
        ``local``: kernels on this machine.
    scheduler : str, optional
        Address of an engine beyond this machine; there is none for ``local``.
    out : str or Path, optional
        Folder for ``reports`` and ``runs``; the current folder when left out.
    quarter : str, optional
        Label of the run instead of the file's.
    force : bool
        Make unchanged pages again.
    workers : int, optional
        Pages made side by side, instead of the file's.
    on_done : callable, optional
        Told of each job as it ends.
    wait : bool
        Wait where another run writes the same quarter; without it that is an error.

    Returns
    -------
    RunSummary

    Raises
    ------
    ParameterError, DataError, MissingDataError, SourceError
        The params file, the notebooks' parameters or the tables are not right; nothing was run.
    ReportError
        Nothing can be written where the output is to lie, or another run is writing there.
    """
    _check_options(executor, scheduler, workers)
    # Kernels inherit it, so that notebooks, results and caches are for owner and group only.
    with closed_to_others():
        return _run(file_path(params_path), out, quarter, force, workers, on_done, wait)


def _run(
    params_path: Path,
    out: str | Path | None,
    quarter: str | None,
    force: bool,
    workers: int | None,
    on_done: OnDone | None,
    wait: bool,
) -> RunSummary:
    clock = time.monotonic()
    params = _load(params_path.absolute())
    label = check_quarter(quarter or params.quarter)
    root = file_path(out or Path.cwd(), what="The folder out").absolute()
    basis = prepare_basis(params, quarter=label, out=root)
    remarks = read_log(log_path(params_path), regions=basis.codes.regions, today=today())
    params = with_discussion(params, basis.codes)
    jobs = expand(
        params,
        basis.codes,
        base_year=basis.base_year,
        quarter=label,
        basis=basis.hash,
        log=repr(remarks),
        lights=_lights_by_region(basis),
    )
    folders = _folders(root, label, params)
    with held(folders.runs, wait=wait):
        return _make(
            params, basis, jobs, folders, remarks, clock=clock, label=label, root=root, force=force,
            workers=workers, on_done=on_done,
        )  # fmt: skip


def _make(
    params: Params,
    basis: Basis,
    jobs: Sequence[Job],
    folders: Folders,
    remarks: Sequence[Remark],
    *,
    clock: float,
    label: str,
    root: Path,
    force: bool,
    workers: int | None,
    on_done: OnDone | None,
) -> RunSummary:
    """Make the pages of a run that holds its folders."""
    known = {entry.job: entry for entry in read_ledger(folders.ledger)}
    others, removed = _sort_others(known, jobs, basis.hash)
    ready = {} if force else _unchanged(jobs, known, folders)
    data = params.data
    if params.audience == "public":
        data = folders.protected
        write_protected(basis.folder, data, root, legal_basis=params.legal_basis)
        if basis.folder.draw is not None:
            draw = replace(basis.folder.draw, reason=params.key_reason or "")
            here = places(basis.folder.tables["regions"])
            write_mark(folders.runs, draw, here, sectors_of(basis.folder))
    write_display(params.hide_fte, folders.runs)
    write_lights(basis.lights, folders.runs)
    write_remarks(remarks, folders.runs)
    # A page about to be made is unknown until it is whole, should the run be cut off.
    write_ledger(folders.ledger, [*others, *ready.values()])
    for entry in removed:
        remove_output(entry.job, entry.page, folders)
    entries, tally = dict(ready), list[int]()
    try:
        with _ended_as_stopped():
            for entry in _through(
                ready, jobs, params, basis, folders, data, workers, force=force, tally=tally
            ):
                entries[entry.job] = entry
                if on_done is not None:
                    on_done(entry, len(entries), len(jobs))
    finally:
        index, problem = _finish(
            [*others, *entries.values()], params, folders, basis.folder.names, label, remarks
        )
    counts = [entry.status for entry in entries.values()]
    return RunSummary(
        jobs=tuple(entries[job.name] for job in jobs),
        done=counts.count("done"),
        failed=counts.count("failed"),
        unchanged=counts.count("unchanged"),
        seconds=time.monotonic() - clock,
        index=index,
        removed=len(removed),
        problem=problem,
        made_key=basis.made_key,
        projections=sum(tally),
    )


def _load(path: Path) -> Params:
    """Load a params file, and hold it and its log against the folder before what takes long.

    All that is wrong with it is told at once, also where options of measures are.
    """
    try:
        params, told = load_params(path), ""
    except ParameterError as error:
        told = str(error)
        params = load_params(path, leave_out=True)
    try:
        _judge(params, path)
    except WorkforceError as error:
        if not told:
            raise
        raise ParameterError(f"{told}\n{error}") from error
    if told:
        raise ParameterError(told)
    return params


def _judge(params: Params, path: Path) -> None:
    folder = open_data(params.data, reason=params.key_reason or "")
    require_no_problems(folder)
    if not folder.report.population_ready:
        return  # There is nothing to hold it against, as `prepare_basis` says.
    codes = codes_of(folder, params.index_language)
    wrong = []
    try:
        base_year = settle_base_year(folder.tables, params.base_year)
    except ParameterError as error:
        wrong.append(str(error))
        base_year = settle_base_year(folder.tables, None)
    try:
        expand(with_discussion(params, codes), codes, base_year=base_year, quarter="", basis="")
    except ParameterError as error:
        wrong.append(str(error))
    if wrong:
        raise ParameterError(with_lines("\n".join(wrong), path))
    read_log(log_path(path), regions=codes.regions, today=today())


def _check_options(executor: str, scheduler: str | None, workers: int | None) -> None:
    if executor != "local":
        raise ParameterError(f"There is no executor {executor!r}. Use 'local'.")
    if scheduler is not None:
        raise ParameterError(
            f"The scheduler {scheduler!r} is for the dask engine, which is not installed. "
            "Leave scheduler out to run on this machine."
        )
    if workers is not None and workers < 1:
        raise ParameterError(f"workers is {workers}; it must be 1 or more.")


def _folders(out: Path, label: str, params: Params) -> Folders:
    """Make the folders of a run; internal pages have folders of their own."""
    name = label if params.audience == "public" else f"{label}-internal"
    folders = Folders(site=out / "reports" / name, runs=out / "runs" / name)
    for folder in (folders.site, folders.runs):
        make_folder(folder, out)
    return folders


def _sort_others(
    known: dict[str, Entry], jobs: Sequence[Job], basis: str
) -> tuple[list[Entry], list[Entry]]:
    """Sort the pages this run does not name into those that may stay and those that must go.

    Figures from two versions of the data must not stand side by side.
    """
    asked = {job.name for job in jobs}
    others = [entry for entry in known.values() if entry.job not in asked]
    stay = [entry for entry in others if entry.basis == basis and entry.status != "failed"]
    return stay, [entry for entry in others if entry.basis != basis]


def _unchanged(jobs: Sequence[Job], known: dict[str, Entry], folders: Folders) -> dict[str, Entry]:
    found = (unchanged_entry(known.get(job.name), job, folders) for job in jobs)
    return {entry.job: entry for entry in found if entry is not None}


def _through(
    ready: dict[str, Entry],
    jobs: Sequence[Job],
    params: Params,
    basis: Basis,
    folders: Folders,
    data: Path,
    workers: int | None,
    *,
    force: bool,
    tally: list[int],
) -> Iterator[Entry]:
    """Hand on the unchanged pages, then make the others side by side and hand on each as it ends.

    A region whose figures are refused has no page. The figures of each region are made once, and
    its pages when they are there. Threads suffice, since figures are made in processes of their
    own, and each notebook runs in a kernel process of its own. ``tally`` gets the projections.
    """
    yield from ready.values()
    refused = refused_regions(basis.lights)
    for job in jobs:
        if job.region in refused:
            yield refused_entry(job, folders, basis=basis.hash, reason=refused[job.region])
    todo = [job for job in jobs if job.name not in ready and job.region not in refused]
    needed = _needed(todo, params, basis, folders, force=force)
    paths = {job.name: [kept_path(folders.runs, one) for one in asked_by(job)] for job in todo}
    waiting = {region: [job for job in todo if job.region == region] for region in needed}
    make = partial(
        make_page,
        folders=folders,
        data=data,
        basis=basis.hash,
        timeout_seconds=params.timeout_seconds,
    )
    count = workers or params.workers or os.cpu_count() or 1
    ended: SimpleQueue[Entry | BaseException] = SimpleQueue()
    with (
        _kept_open(basis.folder, folders.runs) as opened,
        kernel_environment({"WORKFORCE_OPENED": str(opened)}),
        warm_kernels() as address,
        kernel_environment({ADDRESS: address}),
        ThreadPoolExecutor(max_workers=count) as pool,
    ):

        def start(some: Sequence[Job], made: Made) -> None:
            """Make pages; one whose figures could not be made says why."""
            tally.append(made.projections)
            for job in some:
                problems = [
                    made.problems[path] for path in paths[job.name] if path in made.problems
                ]
                if problems:
                    reason, details = problems[0]
                    ended.put(
                        refused_entry(
                            job, folders, basis=basis.hash, reason=reason, details=details
                        )
                    )
                else:
                    pool.submit(make, job).add_done_callback(lambda page: ended.put(_come(page)))

        making = made_aside(
            needed,
            lambda region, made: start(waiting[region], made),
            data=data,
            audience=params.audience,
            run=folders.runs,
            seconds=params.timeout_seconds,
            workers=min(count, MOST_AT_FIGURES),
        )
        try:
            with making:
                start([job for job in todo if job.region not in needed], Made({}))
                for _ in todo:
                    entry = ended.get()
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
    todo: Sequence[Job], params: Params, basis: Basis, folders: Folders, *, force: bool
) -> dict[str, list[Needed]]:
    """List the figures to make, by region; those of an earlier run stay where they are the same."""
    remove_old(folders.runs, basis.hash)
    needed = needed_by(
        todo,
        run=folders.runs,
        basis=basis.hash,
        lights=_lights_by_region(basis),
        hide_fte=params.hide_fte,
    )
    left = {
        region: [one for one in some if force or kept_from(one.path) != one.made_from]
        for region, some in needed.items()
    }
    return {region: some for region, some in left.items() if some}


def _lights_by_region(basis: Basis) -> dict[str, str]:
    return {
        str(region): rows.write_csv()
        for (region,), rows in basis.lights.group_by("region", maintain_order=True)
    }


def _come(page: Future[Entry]) -> Entry | BaseException:
    """Tell what came of a page, or what stopped it."""
    if page.cancelled():
        return CancelledError()
    return page.exception() or page.result()


@contextmanager
def _ended_as_stopped() -> Iterator[None]:
    """Let SIGTERM stop a run as an interrupt does, and a second one end it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread may say what a signal does.
        return

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        raise KeyboardInterrupt(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


@contextmanager
def _kept_open(folder: Folder, runs: Path) -> Iterator[Path]:
    """Keep the tables of an internal run open for its kernels, and leave no copy of them behind.

    Protected tables need no check, and kernels read them where they lie.
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
            if folder.rounded_to is None:
                keep_open(folder, where)
        yield where
    finally:
        shutil.rmtree(where, ignore_errors=True)


def _finish(
    entries: Sequence[Entry],
    params: Params,
    folders: Folders,
    names: Names,
    label: str,
    remarks: Sequence[Remark],
) -> tuple[Path | None, str]:
    """Write ledger and index; on a full disk the pages stay, and the problem is told."""
    problems = []
    index = None
    try:
        write_ledger(folders.ledger, entries)
    except WorkforceError as error:
        problems.append(str(error))
    try:
        index = write_index(
            entries, params, folders.site, names=names, quarter=label, remarks=remarks
        )
    except (WorkforceError, OSError) as error:
        problems.append(f"The index could not be written: {error}")
    return index, "\n".join(problems)
