"""Run the notebooks that a params file names, side by side, and gather the pages in a site."""

import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

from workforce.batch.figures import Worker, spare_worker
from workforce.batch.lock import OnWait, await_end, held
from workforce.batch.manifest import stopped_early
from workforce.batch.no_network import no_network
from workforce.batch.params import check_quarter
from workforce.batch.run_folders import folders_of
from workforce.batch.stopping import ended_as_stopped
from workforce.batch.summary import OnDone, Order, RunSummary
from workforce.batch.unchanged import Read, find_read, unchanged_run
from workforce.contract.places import make_folder, require_inside, why_closed
from workforce.errors import ParameterError, ReportError, SourceError, WorkforceError
from workforce.sources.tables.folder import digest_of_files
from workforce.sources.tables.paths import closed_to_others, file_path


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
    on_wait: OnWait | None = None,
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
    on_wait : callable, optional
        Told of a wait as it begins: for whom, and until when at the latest where that is known.
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
    KeyboardInterrupt
        It was stopped, by SIGTERM too; its argument is then the exit code of the process.
    """
    _check_options(executor, scheduler, workers)
    order = Order(
        params_path=file_path(params_path).absolute(),
        root=file_path(out or Path.cwd(), what="The folder out").absolute(),
        quarter=quarter,
        regions=regions,
        force=force,
        workers=workers,
        wait=wait,
        on_done=on_done,
        on_wait=on_wait,
        began=time.monotonic(),
    )
    # Kernels inherit it, so that notebooks, results and caches are for owner and group only.
    with closed_to_others(), no_network(), ended_as_stopped():
        started, found = datetime.now(UTC), None
        try:
            found = find_read(order)
            # A run that is in vain, or has to wait, opens no table beside the one under way.
            if found and await_end(found.folders.runs, wait=wait, on_wait=on_wait):
                found = find_read(order)
            if found and (same := unchanged_run(order, found)):
                return same
            if found:
                _require_room(found, order.root)
            # Nothing is started for a params file that cannot be read.
            fresh = found and not any(found.folders.runs.glob("figures/*/*.parquet"))
            with spare_worker() if fresh else nullcontext() as worker:
                return _run(order, found.hash if found else "", [worker] if worker else [])
        except KeyboardInterrupt:
            with suppress(OSError, WorkforceError):
                if found:
                    make_folder(found.folders.runs, order.root)
                    # Where another run writes, it tells how that one stands.
                    with held(found.folders.runs):
                        stopped_early(found.folders, started=started)
            raise
        except OSError as error:
            # What a run meets later, when there are pages already, it tells of and goes on.
            place = error.filename or "A file that a run needs"
            raise ReportError(
                f"{place} cannot be read or written: {error.strerror or error}. Make room, or let "
                "this user read and write there. Nothing was made."
            ) from error


def _require_room(found: Read, root: Path) -> None:
    """Tell of places that cannot be written before tables are opened, which may take a minute."""
    tempfile.gettempdir()  # Kernels have their sockets there; where there is none, it raises.
    for folder in (found.folders.site, found.folders.runs):
        require_inside(folder, root)
        if why := why_closed(folder):
            raise ReportError(f"{folder} cannot be made: {why}. Name another folder with out.")
    data, key = found.params.data, found.params.key
    if found.params.audience != "public" or key is None or key.exists():
        return
    from workforce.sources.tables.protected import MARKER, is_sample

    takes_none = (data / MARKER).is_file() or is_sample(digest_of_files(data))
    if not takes_none and (why := why_closed(key.parent)):
        raise SourceError(
            f"The key of protection {key.name} could not be made: {why}. Name a place that can be "
            "written to (key)."
        )


def _run(order: Order, read: str, spare: Sequence[Worker]) -> RunSummary:
    """Read and judge what a run is made of, hold its folders, and make its pages."""
    # What makes figures and pages takes long to import, and an unchanged run needs none of it.
    from workforce.batch.basis import prepare_basis
    from workforce.batch.choice import choose
    from workforce.batch.commission import Commission, load_commission
    from workforce.batch.discussion_log import log_path, read_log
    from workforce.batch.jobs import expand, with_discussion
    from workforce.batch.side_by_side import lights_by_region
    from workforce.batch.whole_run import make_site
    from workforce.reports.export import today

    params, before = load_commission(order.params_path, out=order.root, quarter=order.quarter)
    label = check_quarter(order.quarter or params.quarter)
    basis = prepare_basis(params, quarter=label, out=order.root, before=before)
    remarks = read_log(log_path(order.params_path), regions=basis.codes.regions, today=today())
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
    if order.regions is not None:
        chosen = choose(order.regions, basis.folder.tables["regions"])
        jobs = [job for job in jobs if job.region in chosen]
        if not jobs:
            raise ParameterError(
                f"regions: {order.params_path} names no page about {', '.join(order.regions)}. "
                "Name places that it has reports of."
            )
    folders = folders_of(order.root, label, params.audience)
    for folder in (folders.site, folders.runs):
        make_folder(folder, order.root)
    with held(folders.runs, wait=order.wait, on_wait=order.on_wait):
        return make_site(
            Commission(order, params, label, folders, basis, jobs, remarks, read, spare)
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
