"""What is past its time in the folders of runs, reports and imports, and its deletion."""

import datetime as dt
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from workforce.batch.key_marks import MARKS
from workforce.batch.lock import held
from workforce.batch.run_folders import OPENED
from workforce.batch.stray import FILE
from workforce.contract.places import not_a_file
from workforce.errors import SourceError
from workforce.sources.staff_register.writing import DOUBTS, REPORT
from workforce.sources.tables.fields import read_fields
from workforce.sources.tables.paths import file_path

TIMES = "retention.yaml"
KEPT_IN_RUNS = (
    *("ledger.parquet", "quality.parquet", "discussion.json", "key.json", "display.json"),
    "site.json",
    *("manifest.json", "status.json", "unchanged.json"),
)
MADE = (".ipynb", ".parquet", ".csv", ".html", ".json", ".log")
_QUARTER = re.compile(
    r"\.?(?P<year>[12]\d{3})Q(?P<quarter>[1-4])(?P<internal>-internal)?(?P<left>\.next|\.old)?"
)
"""Folder of a run, or of a site that was being built when its run was cut off."""

NO_LONGER = {"plans_days": "there are no plans of hidden figures any more. Take this out."}
Days = Annotated[int, Field(ge=0, le=36_500)] | None


class Retention(BaseModel):
    """How many days each kind of file is kept; null for as long as the series is used."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    failed_days: Days = 30
    """Notebooks that failed, what libraries wrote by themselves, and tables that a run kept open
    and was ended before it removed them: they may show figures that no page shows."""
    runs_days: Days = 730
    """Notebooks that ran, their figures and results, and protected tables, from the end of their
    quarter."""
    internal_reports_days: Days = 730
    """Pages for internal use, from the end of their quarter."""
    public_reports_days: Days = None
    """Public pages, from the end of their quarter."""
    import_reports_days: Days = 90
    """Reports of an import with its row numbers, from the day they were written."""


@dataclass(frozen=True)
class Overdue:
    """A file past its time: where, which rule, and the day it should have gone."""

    path: Path
    rule: str
    since: dt.date


@dataclass(frozen=True)
class Leftover:
    """Something that is left alone, and why."""

    path: Path
    why: str


def load_retention(folder: Path, times: Path | None = None) -> Retention:
    """Read retention times: of the file named, else ``retention.yaml`` here, else the usual."""
    path = times or folder / TIMES
    if times is None and not path.exists():
        return Retention()
    return read_fields(path, Retention, no_longer=NO_LONGER, may_be_empty=True)


def find_overdue(
    folder: str | Path, retention: Retention, *, today: dt.date
) -> tuple[list[Overdue], list[Leftover]]:
    """List what is past its time in ``runs``, ``reports`` and among reports of imports.

    Links are neither followed nor deleted, and nothing outside the folder is looked at.

    Gives what is overdue in order of path, and links and files there that the tool did not make.
    """
    folder = file_path(folder)
    if not folder.is_dir():
        raise SourceError(f"The folder {folder} is not there. Check the path.")
    root = folder.resolve()
    overdue: list[Overdue] = []
    left: list[Leftover] = []
    for name in ("runs", "reports"):
        for path in _files(root / name, left):
            found = _QUARTER.fullmatch(path.relative_to(root / name).parts[0])
            if found is None:
                continue
            if path.suffix not in MADE:
                left.append(Leftover(path, "not made by workforce"))
                continue
            rule = _rule(path, name, internal=found["internal"] is not None)
            # What a cut-off run left beside a site goes soon; where it is all there is of the site,
            # as after a cut between two renames, it is the site.
            if found["left"] and (root / name / _name_of(found) / "index.html").is_file():
                rule = "failed_days"
            _judge(path, rule, _end_of(found), retention, today, overdue)
    for path in _files(root, left, but=("runs", "reports")):
        if path.name in (REPORT, DOUBTS):
            written = dt.datetime.fromtimestamp(path.lstat().st_mtime, tz=dt.UTC).date()
            _judge(path, "import_reports_days", written, retention, today, overdue)
    return sorted(overdue, key=lambda one: one.path), left


def delete(overdue: Sequence[Overdue], folder: str | Path) -> int:
    """Delete files that are past their time, and the folders that this leaves empty.

    Gives how many. A path that no longer leads to a file within the folder is kept; while a run is
    writing a quarter that files are of, none is deleted.
    """
    root = Path(folder).resolve()
    quarters = {root / "runs" / name for one in overdue if (name := _run_of(one.path, root))}
    writing = [runs for runs in sorted(quarters) if runs.is_dir()]
    with ExitStack() as stack:
        for runs in writing:
            stack.enter_context(held(runs))
        count = _delete(overdue, root)
    for runs in writing:
        with suppress(OSError):  # It is not empty.
            runs.rmdir()
    return count


def _run_of(path: Path, root: Path) -> str:
    """Name the folder of the run that a file is of; empty for a report of an import."""
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ("",)
    found = _QUARTER.fullmatch(parts[1]) if parts[0] in ("runs", "reports") else None
    return "" if found is None else _name_of(found)


def _name_of(found: re.Match[str]) -> str:
    """Name the folder of a quarter, whatever a cut-off run called it."""
    return f"{found['year']}Q{found['quarter']}{found['internal'] or ''}"


def _delete(overdue: Sequence[Overdue], root: Path) -> int:
    count = 0
    for one in overdue:
        # A folder may have been changed for a link since the list was made.
        if one.path.parent.resolve() != one.path.parent or not one.path.is_relative_to(root):
            continue
        try:
            one.path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SourceError(f"{one.path} cannot be deleted: {error.strerror}.") from error
        count += 1
        for above in one.path.parents:
            if above in (root, root / "runs", root / "reports") or any(above.iterdir()):
                break
            above.rmdir()
    return count


def _files(folder: Path, left: list[Leftover], but: Sequence[str] = ()) -> Iterator[Path]:
    """List regular files below a folder, and note links."""
    if folder.is_symlink():
        left.append(Leftover(folder, "a link"))
        return
    for place, folders, names in os.walk(folder, followlinks=False):
        here = Path(place)
        linked = (here / name for name in sorted(folders) if (here / name).is_symlink())
        left.extend(Leftover(path, "a link") for path in linked)
        if here == folder:
            folders[:] = [name for name in folders if name not in but]
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") or _QUARTER.fullmatch(name)
        )
        for name in sorted(names):
            mode = (here / name).lstat().st_mode
            if stat.S_ISREG(mode):
                yield here / name
            elif stat.S_ISLNK(mode):
                left.append(Leftover(here / name, "a link"))
            else:
                left.append(Leftover(here / name, not_a_file(here / name)))


def _end_of(found: re.Match[str]) -> dt.date:
    year, quarter = int(found["year"]), int(found["quarter"])
    after = dt.date(year + 1, 1, 1) if quarter == 4 else dt.date(year, 3 * quarter + 1, 1)
    return after - dt.timedelta(1)


def _rule(path: Path, name: str, *, internal: bool) -> str:
    if name == "reports":
        return "internal_reports_days" if internal else "public_reports_days"
    if path.parent.name == "failed" or path.parent.name.startswith(OPENED) or path.name == FILE:
        return "failed_days"
    kept = path.name in KEPT_IN_RUNS or path.match(MARKS)
    return "" if kept else "runs_days"


def _judge(
    path: Path,
    rule: str,
    begins: dt.date,
    retention: Retention,
    today: dt.date,
    overdue: list[Overdue],
) -> None:
    days = getattr(retention, rule) if rule else None
    if rule == "failed_days":
        begins = dt.datetime.fromtimestamp(path.lstat().st_mtime, tz=dt.UTC).date()
    if days is not None and today > begins + dt.timedelta(days):
        overdue.append(Overdue(path, rule, begins + dt.timedelta(days)))
