"""Make one page: run its notebook, export it, and let its files appear when all are whole."""

import errno
import os
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import workforce
from workforce.batch.basis import made_alike
from workforce.batch.job import Job, hash_of
from workforce.batch.kernels import execute, say_raised, shorten
from workforce.batch.ledger import MISSING, Entry, Status
from workforce.batch.run_folders import Folders
from workforce.batch.staging import carry
from workforce.contract.places import fresh, make_folder, remove_inside
from workforce.errors import ReportError, WorkforceError
from workforce.reports.export import export_page


def make_page(
    job: Job, folders: Folders, *, data: Path, basis: str, timeout_seconds: float
) -> Entry:
    """Run a notebook and export its page; whatever goes wrong becomes the entry's message.

    ``basis`` is the hash of data and library. The notebook of a page that failed lies in the folder
    ``failed``.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    title = details = ""
    try:
        title, problem, details = _try_page(job, folders, data, timeout_seconds)
    # One page must not stop the others, whatever a notebook or a library comes up with.
    except Exception as error:
        audience = job.parameters["audience"]
        problem, details = _say_error(error, audience), traceback.format_exc()
    return _entry(
        job, basis, problem, started=started, seconds=time.monotonic() - clock, details=details,
        title=title,
    )  # fmt: skip


def missing_entry(
    job: Job, *, basis: str, reason: str, details: str = "", status: Status = "failed"
) -> Entry:
    """Give the entry of a page that is not made, and why."""
    entry = _entry(job, basis, reason, started=datetime.now(UTC), seconds=0.0, details=details)
    return replace(entry, status=status)


def _entry(
    job: Job,
    basis: str,
    problem: str,
    *,
    started: datetime,
    seconds: float,
    details: str = "",
    title: str = "",
) -> Entry:
    """Write down what came of a job; a problem means that it failed."""
    return Entry(
        job=job.name,
        key=job.key,
        basis=basis,
        notebook=job.notebook,
        region=job.region,
        sector=job.sector,
        scenario=job.scenario,
        language=job.language,
        parameters=job.parameters,
        status="failed" if problem else "done",
        seconds=seconds,
        message=problem,
        details=details,
        page="" if problem else job.page.as_posix(),
        title=title,
        started=started,
        version=workforce.__version__,
    )


def unchanged_entry(known: Entry | None, job: Job, folders: Folders) -> Entry | None:
    """Give the entry of a page that need not be made again, and take it over; None where it must.

    It lies in the site, or a run that was ended has put it in the one that is being built.
    """
    if known is None or known.status in MISSING or known.key != job.key:
        return None
    if not (folders.notebook(job.name).is_file() and carry(job.page, folders.site)):
        return None
    return replace(known, status="unchanged")


def same_page(known: Entry | None, job: Job, basis: str, folders: Folders) -> Entry | None:
    """Give the entry of a page whose figures came out as they were, though the data changed.

    Library, notebook and all else that decides the page are those of last time.
    """
    if known is None or not made_alike(known.basis, basis):
        return None
    if known.key != hash_of(known.basis, job.rest):
        return None
    same = unchanged_entry(known, replace(job, key=known.key), folders)
    return None if same is None else replace(same, key=job.key, basis=basis)


def remove_output(job: str, page: str, folders: Folders) -> None:
    """Remove what an earlier run left of a job, beside its page in the site that readers see.

    Nothing is removed outside the folders, or behind a link.
    """
    if page:
        remove_inside(folders.built / page, folders.built)
    remove_inside(folders.notebook(job), folders.runs)
    remove_inside(folders.results(job), folders.runs)


def _try_page(
    job: Job, folders: Folders, data: Path, timeout_seconds: float
) -> tuple[str, str, str]:
    """Make a page; give its title, or what went wrong and its traceback."""
    notebook, page, results = _part_names(job, folders)
    parameters: Mapping[str, Any] = {
        **job.parameters,
        "data": str(data),
        "run": str(folders.runs),
        "results": str(results),
    }
    try:
        execution = execute(job.source, parameters, timeout_seconds=timeout_seconds)
        if execution.problem:
            _keep_failed(execution.notebook, job, folders)
            return "", execution.problem, execution.details
        title = _title_of(execution.notebook)
        try:
            _write_notebook(execution.notebook, notebook)
            export_page(
                notebook,
                page,
                language=job.language,
                title=title or job.notebook,
                site_root="../index.html",
            )
        except Exception:
            _keep_failed(execution.notebook, job, folders)
            raise
        if results.exists():
            results.replace(folders.results(job.name))
        notebook.replace(folders.notebook(job.name))
        page.replace(folders.built / job.page)
        remove_inside(folders.failed(job.name), folders.runs)
        return title, "", ""
    finally:
        for part in (notebook, page, results):
            part.unlink(missing_ok=True)


def _part_names(job: Job, folders: Folders) -> tuple[Path, Path, Path]:
    """Temporary names beside the final ones, so that a rename stays within one disk.

    What lies there, such as a link that a notebook would write through, is removed.
    """
    final = (folders.notebook(job.name), folders.built / job.page, folders.results(job.name))
    parts = []
    for path, root in zip(final, (folders.runs, folders.built, folders.runs), strict=True):
        make_folder(path.parent, root)
        part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
        part.unlink(missing_ok=True)
        parts.append(part)
    return parts[0], parts[1], parts[2]


def _write_notebook(notebook: Any, path: Path) -> None:
    from nbformat import writes

    text: str = writes(notebook)  # type: ignore[no-untyped-call]
    fresh(path).write_text(text, encoding="utf-8", newline="\n")


def _keep_failed(notebook: Any, job: Job, folders: Folders) -> None:
    """Keep a notebook that failed, for the analyst; on a full disk there is no place for it."""
    path = folders.failed(job.name)
    try:
        make_folder(path.parent, folders.runs)
        _write_notebook(notebook, path)
    except (OSError, ReportError):
        remove_inside(path, folders.runs)


def _title_of(notebook: Any) -> str:
    """Find the first-level heading that the notebook showed on its page."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("metadata", {}).get("workforce", {}).get("part") == "head":
                return str(output["data"]["text/plain"]).strip("'\"")
    return ""


def _say_error(error: Exception, audience: str) -> str:
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return f"the disk is full: {error.filename or 'the page'} could not be written"
        return f"{error.filename or 'a file'} could not be written: {error.strerror or error}"
    if isinstance(error, WorkforceError):
        return shorten(str(error))
    return say_raised(type(error).__name__, str(error), audience)
