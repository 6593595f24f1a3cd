"""Run the notebooks that a params file names, side by side, and gather the pages in a site."""

import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import get_args

from workforce import __version__
from workforce.batch.basis import Basis, made_alike, prepare_basis, sectors_of
from workforce.batch.choice import choose
from workforce.batch.commission import load_commission
from workforce.batch.discussion_log import log_path, read_log
from workforce.batch.job import Job, hash_files, page_of
from workforce.batch.jobs import expand, with_discussion
from workforce.batch.key_marks import write_mark
from workforce.batch.ledger import MISSING, Entry, Status, read_ledger, write_ledger
from workforce.batch.lock import held
from workforce.batch.making import Folders, remove_output, unchanged_entry
from workforce.batch.manifest import write_manifest, write_status
from workforce.batch.no_network import no_network
from workforce.batch.params import Params, check_quarter
from workforce.batch.run_log import LOG, append, clock, line_of, seconds_left
from workforce.batch.showing import show_site
from workforce.batch.side_by_side import lights_by_region, through
from workforce.batch.site_notes import joined, notes_of, read_notes
from workforce.batch.staging import carry
from workforce.batch.stray import FILE
from workforce.contract.places import fresh, make_folder
from workforce.disclosure.safe_tables import places
from workforce.errors import ParameterError, ReportError, WorkforceError
from workforce.reports.discussion_log import Remark, write_remarks
from workforce.reports.export import today
from workforce.results.run_notes import write_display, write_lights
from workforce.sources.tables.paths import file_path
from workforce.sources.tables.permissions import closed_to_others
from workforce.sources.tables.protected import write_protected

INDEX = "index.html"
TELL_SHARE = 0.05
"""Part of a run's time that writing down what it has come to may take."""
OnDone = Callable[[Entry, int, int, int | None], None]
"""Called with what came of a job, how many are through, how many there are, and about how many
seconds are left."""


@dataclass(frozen=True)
class RunSummary:
    """What a run came to: an entry for each job, how many of each kind, and the page to open.

    ``failed`` counts technical failures, ``refused`` pages whose figures the quality gate refused.
    ``removed`` counts pages of earlier runs that left the site because they rested on other data,
    ``swept`` other files there that no run had made.
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
    refused: int = 0
    removed: int = 0
    swept: int = 0
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
    regions: Sequence[str] | None = None,
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
    regions : sequence of str, optional
        Codes or names of places; only pages about these, and about the municipalities of a county
        among them, are made of those that the file names.

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
    with closed_to_others(), no_network():
        try:
            return _run(
                file_path(params_path), out, quarter, force, workers, on_done, wait, regions
            )
        except OSError as error:
            # What a run meets later, when there are pages already, it tells of and goes on.
            place = error.filename or "A file that a run needs"
            raise ReportError(
                f"{place} cannot be read or written: {error.strerror or error}. Make room, or let "
                "this user read and write there. Nothing was made."
            ) from error


def _run(
    params_path: Path,
    out: str | Path | None,
    quarter: str | None,
    force: bool,
    workers: int | None,
    on_done: OnDone | None,
    wait: bool,
    regions: Sequence[str] | None,
) -> RunSummary:
    clock_before = time.monotonic()
    params = load_commission(params_path.absolute())
    label = check_quarter(quarter or params.quarter)
    tempfile.gettempdir()  # Kernels have their sockets there; where there is none, it raises.
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
        lights=lights_by_region(basis),
    )
    if regions is not None:
        chosen = choose(regions, basis.folder.tables["regions"])
        jobs = [job for job in jobs if job.region in chosen]
        if not jobs:
            raise ParameterError(
                f"regions: {params_path} names no page about {', '.join(regions)}. "
                "Name places that it has reports of."
            )
    folders = _folders(root, label, params)
    with held(folders.runs, wait=wait):
        return _make(
            params, basis, jobs, folders, remarks, params_path=params_path,
            clock_before=clock_before, label=label, root=root, force=force, workers=workers,
            on_done=on_done,
        )  # fmt: skip


def _make(
    params: Params,
    basis: Basis,
    jobs: Sequence[Job],
    folders: Folders,
    remarks: Sequence[Remark],
    *,
    params_path: Path,
    clock_before: float,
    label: str,
    root: Path,
    force: bool,
    workers: int | None,
    on_done: OnDone | None,
) -> RunSummary:
    """Make the pages of a run that holds its folders."""
    started = datetime.now(UTC)
    known = {entry.job: entry for entry in read_ledger(folders.ledger)}
    # What a run that was ended has made lies in the site that it was building.
    begun = {entry.job: entry for entry in read_ledger(folders.next_ledger)}
    make_folder(folders.built, root)
    others, removed = _sort_others({**known, **begun}, jobs, basis)
    others = [one for one in others if one.status in MISSING or carry(Path(one.page), folders.site)]
    ready = {} if force else _unchanged(jobs, known, begun, folders)
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
    fresh(folders.runs / FILE)
    say = partial(append, folders.runs / LOG)
    say(f"{clock()} {params_path.name}, {label}: {len(jobs)} pages, workforce {__version__}")
    entries, tally = dict(ready), list[int]()
    rows = {entry.job: entry for entry in [*others, *ready.values()]}
    notes = joined(
        notes_of(params, basis.folder.names, remarks, basis.folder.tables["regions"]),
        read_notes(folders.runs),
    )
    finish = partial(show_site, folders=folders, notes=notes, label=label)
    tell = partial(_tell, folders, rows, entries, total=len(jobs), started=started)
    tell()  # A disk that takes nothing is met here, before anything is made.
    next_told = 0.0
    try:
        with _ended_as_stopped():
            for entry in through(
                ready, known, jobs, params, basis, folders, data, workers, force=force, tally=tally
            ):
                entries[entry.job] = entry
                rows[entry.job] = _remembered(entry, known.get(entry.job), folders)
                if time.monotonic() >= next_told:
                    next_told = _after(tell)
                spent = (datetime.now(UTC) - started).total_seconds()
                left = seconds_left(entries.values(), total=len(jobs), spent=spent)
                say(line_of(entry, len(entries), len(jobs), left))
                if on_done is not None:
                    on_done(entry, len(entries), len(jobs), left)
    except BaseException:
        _tried(tell)
        say(f"{clock()} stopped")
        if not (folders.site / INDEX).is_file():
            finish(list(rows.values()))  # There is nothing else for readers to see.
        raise
    index, problem, swept = finish(list(rows.values()))
    for entry in removed:
        remove_output(entry.job, "", folders)
    about = {
        "title": params.title, "quarter": label, "audience": params.audience,
        "params": params_path.name, "params_hash": hash_files([params_path]), "basis": basis.hash,
        "base_year": basis.base_year, "horizon": params.horizon, "draws": params.draws,
        "seed": params.seed, "projections": sum(tally),
    }  # fmt: skip
    last = partial(
        write_manifest, folders.runs, list(entries.values()), about=about, started=started
    )
    problem = " ".join(filter(None, (problem, _tried(partial(tell, ended=True)), _tried(last))))
    counts = [entry.status for entry in entries.values()]
    came = ", ".join(f"{counts.count(one)} {one}" for one in get_args(Status))
    say(f"{clock()} ended: {came}, in {time.monotonic() - clock_before:.0f} s. {problem}".strip())
    _drop_empty(folders.runs / FILE)
    return RunSummary(
        jobs=tuple(entries[job.name] for job in jobs),
        done=counts.count("done"),
        failed=counts.count("failed"),
        refused=counts.count("refused"),
        unchanged=counts.count("unchanged"),
        seconds=time.monotonic() - clock_before,
        index=index,
        removed=len(removed),
        swept=len(swept),
        problem=problem,
        made_key=basis.made_key,
        projections=sum(tally),
    )


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
    known: dict[str, Entry], jobs: Sequence[Job], basis: Basis
) -> tuple[list[Entry], list[Entry]]:
    """Sort the pages this run does not name into those that may stay and those that must go.

    Figures from two versions of the data must not stand side by side; pages about places that this
    folder does not tell of are of another part of the country.
    """
    asked = {job.name for job in jobs}
    stay, go = list[Entry](), list[Entry]()
    for entry in (entry for entry in known.values() if entry.job not in asked):
        elsewhere = entry.region not in basis.codes.regions
        same = entry.basis == basis.hash or (elsewhere and made_alike(entry.basis, basis.hash))
        (stay if same else go).append(entry)
    return stay, go


def _unchanged(
    jobs: Sequence[Job],
    known: Mapping[str, Entry],
    begun: Mapping[str, Entry],
    folders: Folders,
) -> dict[str, Entry]:
    found = {}
    for job in jobs:
        built = (folders.built / job.page).is_file()
        for entry in (begun.get(job.name) if built else None, known.get(job.name)):
            if (same := unchanged_entry(entry, job, folders)) is not None:
                found[job.name] = same
                break
    return found


def _remembered(entry: Entry, before: Entry | None, folders: Folders) -> Entry:
    """Give what the ledger is to say of a page, and remove what is left of one that must go.

    A page that could not be made again stays where it is the same page still; where its data or
    protection changed, its older version leaves the site.
    """
    if entry.status not in MISSING:
        return entry
    same = before is not None and before.key == entry.key and before.status not in MISSING
    try:
        if before is not None and same and carry(Path(before.page), folders.site):
            return before
    except (OSError, WorkforceError):
        return entry  # The disk is full, and what was made before is there to be made again from.
    remove_output(entry.job, _page_of(entry).as_posix(), folders)
    return entry


def _after(tell: Callable[[], None]) -> float:
    """Write down what a run has come to, and give the time from which it is to be done again."""
    begun = time.monotonic()
    _tried(tell)
    ended = time.monotonic()
    return ended + (ended - begun) / TELL_SHARE


def _tried(write: Callable[[], None]) -> str:
    """Write, and say why where that cannot be: pages that are made are not lost for it."""
    try:
        write()
    except (OSError, WorkforceError) as error:
        return str(error)
    return ""


def _drop_empty(path: Path) -> None:
    with suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


def _tell(
    folders: Folders,
    rows: Mapping[str, Entry],
    entries: Mapping[str, Entry],
    *,
    total: int,
    started: datetime,
    ended: bool = False,
) -> None:
    """Write how the run stands, and the ledger that it goes on from should it be cut off."""
    if not ended:
        write_ledger(folders.next_ledger, list(rows.values()))
    write_status(folders.runs, list(entries.values()), total=total, started=started, ended=ended)


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


def _page_of(entry: Entry) -> Path:
    return page_of(entry.region, entry.notebook, entry.sector, entry.scenario, entry.language)
