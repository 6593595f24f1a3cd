"""The log of a run: a line for each page, with the time and about how much is left of it."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from workforce import __version__
from workforce.batch.ledger import Entry
from workforce.texts.catalogue import Texts, load_texts, say

LOG = "run.log"
MINUTE, HOUR = 60, 3600


def seconds_left(
    through: Iterable[Entry], *, total: int, spent: float, at_once: int = 0
) -> int | None:
    """Estimate the seconds that are left, from what pages took so far; None before the first.

    Those that were there ``at_once``, and those that are refused, took none; a page that came out
    as it was took the time of its figures.
    """
    counts = Counter(entry.status for entry in through)
    made = counts.total() - counts["refused"] - at_once
    return round(spent / made * (total - counts.total())) if made > 0 else None


def head(params_path: Path, label: str, pages: int) -> str:
    """Write what a run begins with."""
    return f"{clock()} {params_path.name}, {label}: {pages} pages, workforce {__version__}"


def line_of(
    entry: Entry, count: int, total: int, left: int | None, texts: Texts | None = None
) -> str:
    """Write what came of a page: how many are through, status, name, seconds, reason, time left.

    In the log status and time left are in English.
    """
    took = f" ({entry.seconds:.1f} s)" if entry.status in ("done", "failed") else ""
    reason = f": {entry.message}" if entry.message else ""
    number = f"[{count:>{len(str(total))}}/{total}]"
    status = say(texts, f"command.page_{entry.status}") if texts else entry.status
    return f"{clock()} {number} {status:<9} {entry.job}{took}{say_left(left, texts)}{reason}"


def say_left(seconds: int | None, texts: Texts | None = None) -> str:
    """Say about how long something lasts still; nothing where that is not known, or it is over."""
    if not seconds:
        return ""
    name, unit = next(
        ((name, unit) for name, unit in (("h", HOUR), ("min", MINUTE)) if seconds >= 2 * unit),
        ("s", 1),
    )
    spoken = texts or load_texts("en")
    return f", {say(spoken, f'command.time_left_{name}', count=round(seconds / unit))}"


def clock() -> str:
    """Write the time, as the machine's clock on the wall shows it."""
    return datetime.now(UTC).astimezone().strftime("%H:%M:%S")


def append(path: Path, text: str) -> None:
    """Add a line with the day to a log; where it cannot be written, the run goes on without."""
    day = datetime.now(UTC).astimezone().date()
    with suppress(OSError):
        if path.is_symlink():
            path.unlink()
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{day} {text}\n")
