"""Make the pages of a run that nobody else writes, and gather them in its site."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from workforce.batch.basis import Basis, made_alike, sectors_with_people
from workforce.batch.beside_key import keep_protected
from workforce.batch.commission import Commission
from workforce.batch.job import Job, hash_files, page_of
from workforce.batch.key_marks import write_mark
from workforce.batch.ledger import MISSING, Entry, read_ledger, write_ledger
from workforce.batch.making import remove_output, unchanged_entry
from workforce.batch.manifest import (
    altered_pages,
    parts_of,
    read_manifest,
    write_manifest,
    write_status,
)
from workforce.batch.run_folders import Folders
from workforce.batch.run_log import LOG, append, clock, head, line_of, seconds_left
from workforce.batch.showing import show_site
from workforce.batch.side_by_side import through
from workforce.batch.site_notes import joined, notes_of, read_notes
from workforce.batch.staging import carry
from workforce.batch.stray import FILE
from workforce.batch.summary import INDEX, RunSummary
from workforce.batch.unchanged import keep_record
from workforce.contract.places import fresh, make_folder
from workforce.disclosure.safe_tables import places
from workforce.errors import WorkforceError
from workforce.reports.discussion_log import write_remarks
from workforce.results.run_notes import write_display, write_lights
from workforce.sources.tables.protected import let_go_if_large, write_protected

TELL_SHARE = 0.01
"""Part of a run's time that writing down what it has come to may take."""


def make_site(given: Commission) -> RunSummary:
    """Make the pages of a run that holds its folders."""
    order, params, basis = given.order, given.params, given.basis
    jobs, folders = given.jobs, given.folders
    started = datetime.now(UTC)
    known = {entry.job: entry for entry in read_ledger(folders.ledger)}
    # What a run that was ended has made lies in the site that it was building.
    begun = {entry.job: entry for entry in read_ledger(folders.next_ledger)}
    altered = altered_pages(folders)
    make_folder(folders.built, order.root)
    others, removed = _sort_others({**known, **begun}, jobs, basis)
    others = [
        one
        for one in others
        if one.status in MISSING
        or (one.page not in altered and carry(Path(one.page), folders.site))
    ]
    same = {name: one for name, one in known.items() if one.page not in altered}
    ready = {} if order.force else _unchanged(jobs, same, begun, folders)
    data = _write_basis(given)
    fresh(folders.runs / FILE)
    say = partial(append, folders.runs / LOG)
    say(head(order.params_path, given.label, len(jobs)))
    entries, tally = dict(ready), list[int]()
    rows = {entry.job: entry for entry in [*others, *ready.values()]}
    notes = joined(
        notes_of(params, basis.folder.names, given.remarks, basis.folder.tables["regions"]),
        read_notes(folders.runs),
    )
    finish = partial(show_site, folders=folders, notes=notes, label=given.label)
    total, at_once = len(jobs), len(ready)
    tell = partial(_tell, folders, rows, entries, total=total, at_once=at_once, started=started)
    tell()  # A disk that takes nothing is met here, before anything is made.
    next_told, shown = 0.0, False
    try:
        going = through(given, data, ready=ready, known=same, tally=tally)
        for number, entry in enumerate(going, start=1):
            entries[entry.job] = entry
            rows[entry.job] = _remembered(entry, same.get(entry.job), folders)
            if time.monotonic() >= next_told:
                next_told = _after(tell)
            spent = (datetime.now(UTC) - started).total_seconds()
            left = seconds_left(entries.values(), total=total, spent=spent, at_once=at_once)
            say(line_of(entry, number, total, left))
            if order.on_done is not None:
                order.on_done(entry, number, total, left)
        _tried(tell)  # Should the site not find room, the next run goes on from every page.
        shown = True
        index, problem, swept = finish(list(rows.values()))
        for entry in removed:
            remove_output(entry.job, "", folders)
        told = [problem, _tried(partial(tell, state="ended"))]
        if index is not None:  # Else the site is what it was, and so is what is said of it.
            about = _about(given, tally, rows.values())
            write = partial(write_manifest, folders, [*rows.values()], about=about, started=started)
            told.append(_tried(write))
    except BaseException:
        _tried(partial(tell, state="stopped"))
        say(f"{clock()} stopped")
        if not shown and not (folders.site / INDEX).is_file():
            finish(list(rows.values()))  # There is nothing else for readers to see.
        raise
    _drop_empty(folders.runs / FILE)
    summary = RunSummary(
        jobs=tuple(entries[job.name] for job in jobs),
        seconds=time.monotonic() - order.began,
        index=index,
        removed=len(removed),
        swept=len(set(swept) - {entry.page for entry in known.values()}),
        problem=" ".join(filter(None, told)),
        made_key=basis.made_key,
        projections=sum(tally),
    )
    if not summary.problem and not summary.failed:
        _tried(partial(keep_record, given))
    say(f"{clock()} ended: {summary.counts}, in {summary.seconds:.0f} s. {summary.problem}".strip())
    return summary


def _write_basis(given: Commission) -> Path:
    """Write what the kernels of a run read beside the figures; give the folder of their tables."""
    params, basis, runs = given.params, given.basis, given.folders.runs
    data = params.data
    if params.audience == "public":
        data = given.folders.protected
        if basis.before.folder is None:
            write_protected(basis.folder, data, given.order.root, legal_basis=params.legal_basis)
            keep_protected(basis.before.tables, basis.key, basis.folder, data)
        let_go_if_large(basis.folder)
        if basis.folder.draw is not None:
            draw = replace(basis.folder.draw, reason=params.key_reason or "")
            here = places(basis.folder.tables["regions"])
            write_mark(runs, draw, here, sectors_with_people(basis.folder))
    write_display(params.hide_fte, runs)
    write_lights(basis.lights, runs)
    write_remarks(given.remarks, runs)
    return data


def _about(given: Commission, tally: Iterable[int], rows: Iterable[Entry]) -> dict[str, object]:
    """Say what a run was made of, and what made the pages of its site that rest on other data."""
    params, basis, path = given.params, given.basis, given.order.params_path
    bases = {entry.basis for entry in rows} - {basis.hash}
    apart = parts_of([read_manifest(given.folders)], bases)
    return {
        "title": params.title, "quarter": given.label, "audience": params.audience,
        "params": path.name, "params_hash": hash_files([path]), "basis": basis.hash,
        "base_year": basis.base_year, "horizon": params.horizon, "draws": params.draws,
        "seed": params.seed, "projections": sum(tally), **({"parts": apart} if apart else {}),
    }  # fmt: skip


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
    at_once: int,
    started: datetime,
    state: Literal["running", "stopped", "ended"] = "running",
) -> None:
    """Write how the run stands, and the ledger that it goes on from should it be cut off."""
    if state != "ended":
        write_ledger(folders.next_ledger, list(rows.values()))
    write_status(folders.runs, list(entries.values()), total=total, started=started, state=state,
                 at_once=at_once)  # fmt: skip


def _page_of(entry: Entry) -> Path:
    return page_of(entry.region, entry.notebook, entry.sector, entry.scenario, entry.language)
