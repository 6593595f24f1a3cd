"""Merge parts of a country that were run apart, on other days or machines, into one site."""

import json
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial, reduce
from itertools import combinations
from pathlib import Path

import polars as pl

from workforce.batch.basis import made_alike
from workforce.batch.key_marks import MARKS, Mark, read_mark
from workforce.batch.ledger import MISSING, Entry, read_ledger
from workforce.batch.lock import held, holder
from workforce.batch.manifest import parts_of, read_manifest, write_manifest, write_status
from workforce.batch.run_folders import Folders
from workforce.batch.showing import show_site
from workforce.batch.site_notes import SiteNotes, joined, read_notes
from workforce.batch.staging import carry
from workforce.contract.places import fresh, is_inside, make_folder, write_whole
from workforce.errors import ParameterError, ReportError, SourceError
from workforce.reports.discussion_log import REMARKS_FILE
from workforce.results.asked import FIGURES
from workforce.results.run_notes import DISPLAY, LIGHTS_FILE
from workforce.sources.tables.paths import closed_to_others, file_path

QUARTER = re.compile(r"([12]\d{3}Q[1-4])(-internal)?")


@dataclass(frozen=True)
class Merged:
    """One quarter that was merged: its folder, pages and missing pages, index and problem."""

    name: str
    pages: int
    missing: int
    index: Path | None
    problem: str


@dataclass(frozen=True)
class _Part:
    """One quarter of a part: where it lies, and what is known of it."""

    folders: Folders
    entries: tuple[Entry, ...]
    notes: SiteNotes
    marks: tuple[Mark, ...]

    @property
    def bases(self) -> set[str]:
        return {entry.basis for entry in self.entries}


def merge(
    parts: Sequence[str | Path], out: str | Path, *, title: str | None = None
) -> list[Merged]:
    """Merge the quarters of parts into one folder, beside what it has of other places.

    A part that was run again takes the place of what the folder has of the same places.

    ``parts`` are folders with ``reports`` and ``runs``, left as they are. Where they are about the
    same places from other tables or by another key, or were made by other versions, nothing is
    changed.
    """
    where = [file_path(part, what="A part").absolute() for part in parts]
    root = file_path(out, what="The folder out").absolute()
    names = sorted(
        {
            path.parent.name
            for part in where
            for path in (part / "runs").glob("*/ledger.parquet")
            if QUARTER.fullmatch(path.parent.name)
        }
    )
    empty = [str(part) for part in where if not list((part / "runs").glob("*/ledger.parquet"))]
    if empty or not names:
        raise ParameterError(
            f"There is no run in {', '.join(empty) or 'no part'}. Name folders that workforce run "
            "wrote reports and runs to."
        )
    with closed_to_others():
        try:
            return [
                _merge_quarter(name, [part for part in where if part != root], root, title)
                for name in names
            ]
        except OSError as error:
            raise ReportError(
                f"{error.filename or root} cannot be read or written: {error.strerror or error}."
            ) from error


def _merge_quarter(name: str, where: Sequence[Path], root: Path, title: str | None) -> Merged:
    whole = Folders(site=root / "reports" / name, runs=root / "runs" / name)
    parts = [
        part
        for one in where
        if (part := _read(Folders(one / "reports" / name, one / "runs" / name))) is not None
    ]
    own = _read(whole)
    _check(parts, own)
    for folder in (whole.site, whole.runs, whole.built):
        make_folder(folder, root)
    started = datetime.now(UTC)
    with held(whole.runs):
        new = {entry.job: entry for part in reversed(parts) for entry in part.entries}
        told = {
            place: part.bases
            for part in parts
            for place in (*part.notes.places, *(entry.region for entry in part.entries))
        }
        stay = [
            entry
            for entry in (own.entries if own else ())
            if entry.job not in new
            and entry.basis in told.get(entry.region, {entry.basis})
            and (entry.status in MISSING or carry(Path(entry.page), whole.site))
        ]
        for part in parts:
            _copy(part, [entry for entry in part.entries if new[entry.job] is entry], whole)
        _join_notes([*parts, *([own] if own else [])], whole)
        notes = reduce(joined, [part.notes for part in (*parts, *([own] if own else []))])
        notes = notes if title is None else replace(notes, title=title)
        entries = [*new.values(), *stay]
        manifests = [read_manifest(part.folders) for part in (*parts, *([own] if own else []))]
        index, problem, _ = show_site(entries, folders=whole, notes=notes, label=name[:6])
        if index is not None:
            about = {"title": notes.title, "quarter": name[:6], "audience": notes.audience}
            made_of = parts_of(manifests, {entry.basis for entry in entries})
            write_manifest(whole, entries, about={**about, "parts": made_of}, started=started)
            total = len(entries)
            write_status(whole.runs, entries, total=total, started=started)
    missing = sum(entry.status in MISSING for entry in entries)
    return Merged(name, len(entries) - missing, missing, index, problem)


def _read(folders: Folders) -> _Part | None:
    """Read what is known of a quarter; None where there is no run of it."""
    entries = tuple(read_ledger(folders.ledger))
    if not entries:
        return None
    if who := holder(folders.runs):
        raise ReportError(
            f"{folders.runs} is being written by a run {who}. Merge when it has ended."
        )
    notes = read_notes(folders.runs)
    if notes is None:
        raise SourceError(
            f"{folders.runs} tells nothing of its site. Run it again with this version."
        )
    marks = [read_mark(path) for path in sorted(folders.runs.glob(MARKS))]
    return _Part(folders, entries, notes, tuple(mark for mark in marks if mark is not None))


def _check(parts: Sequence[_Part], own: _Part | None) -> None:
    """Refuse parts that may not stand side by side, all of them at once."""
    problems = []
    every = [*parts, *([own] if own else [])]
    for first, other in combinations(every, 2):
        between = f"{first.folders.runs} and {other.folders.runs}"
        if not all(made_alike(a, b) for a in first.bases for b in other.bases):
            problems.append(
                f"{between} were made by other versions of workforce, or with another hide_fte. "
                "Run them with the same."
            )
        for one, two in ((a, b) for a in first.marks for b in other.marks):
            both = sorted(set(one.places) & set(two.places))
            if both and one.draw.differs(two.draw):
                problems.append(
                    f"{between} protect {_few(both)} otherwise: the same people would be told of "
                    "twice. Use one key for a place."
                )
        if other is own:
            continue
        same = {entry.region for entry in first.entries} & {entry.region for entry in other.entries}
        same |= set(first.notes.places) & set(other.notes.places)
        if same and first.bases != other.bases:
            problems.append(
                f"{between} tell of {_few(sorted(same))} from other tables. Merge parts about "
                "other places, or run one of them again on the tables of the other."
            )
    if problems:
        raise ParameterError("\n".join(dict.fromkeys(problems)))


def _few(codes: Sequence[str]) -> str:
    return ", ".join(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")


def _copy(part: _Part, entries: Sequence[Entry], whole: Folders) -> None:
    """Copy pages to the site that is built, and what runs kept of them to the folder of runs."""
    there = part.folders
    for entry in entries:
        if entry.status not in MISSING:
            _copy_file(there.site / entry.page, there.site, whole.built, needed=True)
        for path in (there.notebook(entry.job), there.results(entry.job), there.failed(entry.job)):
            _copy_file(path, there.runs, whole.runs)
    for region in {entry.region for entry in entries}:
        for path in (there.runs / FIGURES / region).glob("*.parquet"):
            _copy_file(path, there.runs, whole.runs)
    name = "protected"
    if (whole.protected / "protected.json").exists():
        name = f"protected-{min(entry.region for entry in part.entries)}"
    for path in there.protected.glob("*"):
        _copy_file(path, there.protected, whole.runs / name)
    for path in there.runs.glob(MARKS):
        mark = read_mark(path)
        if mark is not None:
            target = whole.runs / f"key-{min(mark.places, default='')}.json"
            write_whole(target, partial(Path.write_bytes, data=path.read_bytes()))


def _copy_file(path: Path, root: Path, to: Path, *, needed: bool = False) -> None:
    """Copy a file of a folder to the same place in another; nothing through a link."""
    if not (is_inside(path, root) and path.is_file()):
        if needed:
            raise SourceError(f"{path} is not there, though the ledger names it. Run it again.")
        return
    target = to / path.relative_to(root)
    make_folder(target.parent, to)
    shutil.copyfile(path, fresh(target))


def _join_notes(every: Iterable[_Part], whole: Folders) -> None:
    """Join what runs noted for their notebooks: lights, remarks, display."""
    lights, remarks, display = list[pl.DataFrame](), list[object](), ""
    for part in every:
        runs = part.folders.runs
        if (runs / LIGHTS_FILE).is_file():
            lights.append(pl.read_parquet(runs / LIGHTS_FILE))
        if (runs / REMARKS_FILE).is_file():
            found = json.loads((runs / REMARKS_FILE).read_text(encoding="utf-8"))
            remarks += [one for one in found if one not in remarks]
        if not display and (runs / DISPLAY).is_file():
            display = (runs / DISPLAY).read_text(encoding="utf-8")
    if lights:
        joint = pl.concat(lights).unique(["region", "table", "check", "sector"], keep="first")
        write_whole(whole.runs / LIGHTS_FILE, joint.sort(joint.columns[:3]).write_parquet)
    told = json.dumps(remarks, ensure_ascii=False, indent=1) + "\n"
    for name, text in ((REMARKS_FILE, told), (DISPLAY, display)):
        write_whole(whole.runs / name, partial(Path.write_text, data=text, encoding="utf-8"))
