"""One run at a time in a folder: the lock dies with its process, and says who holds it."""

import contextlib
import json
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from workforce.contract.places import make_folder
from workforce.errors import ReportError

LOCK = "run.lock"
BEAT_SECONDS = 20.0
"""Seconds between two signs of life of a run, for machines that share a drive."""
SILENT_SECONDS = 5 * BEAT_SECONDS
"""Seconds without one after which a run on another machine counts as ended."""
LOOK_SECONDS = 0.5
OnWait = Callable[[str], None]
"""Told once, in English, whom a run waits for, and until when at the latest where that is known."""


@contextmanager
def held(folder: Path, *, wait: bool = False, on_wait: OnWait | None = None) -> Iterator[None]:
    """Hold a folder for one run.

    The system lets go of the lock when the process ends, however it ends. Where drives do not pass
    locks on to other machines, the file's time is a sign of life.

    With ``wait`` until nobody else holds it, which ``on_wait`` is told of as it begins; else
    ReportError tells of the other run.
    """
    path = folder / LOCK
    while (taken := _take(path)) is None:
        _pause(folder, _holder(path), wait, on_wait)
        on_wait = None
    ended = threading.Event()
    beats = threading.Thread(target=_beat, args=(path, ended), daemon=True)
    beats.start()
    try:
        yield
    finally:
        ended.set()
        beats.join()
        # The file goes while it is held, so that nobody takes one that is about to go.
        with suppress(OSError):
            path.unlink()
        os.close(taken)


def await_end(folder: Path, *, wait: bool = False, on_wait: OnWait | None = None) -> bool:
    """Whether a folder had to be waited for, without writing there; as `held` does, before it."""
    waited = False
    while told := holder(folder):
        _pause(folder, told, wait, on_wait)
        waited, on_wait = True, None
    return waited


def _pause(folder: Path, told: str, wait: bool, on_wait: OnWait | None) -> None:
    if not wait:
        raise ReportError(
            f"{folder} is being written by another run {told}. Wait for it (--wait), or stop it "
            "first."
        )
    if on_wait is not None:
        on_wait(f"Waiting for another run {told}.")
    time.sleep(LOOK_SECONDS)


def holder(folder: Path) -> str:
    """Tell who is writing in a folder now, without writing there; empty where nobody is."""
    path = folder / LOCK
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return ""
    try:
        free = _locked(number, alone=False) and not _lives_elsewhere(path)
    finally:
        os.close(number)
    return "" if free else _holder(path)


def _take(path: Path) -> int | None:
    """Open and lock the file, and write in it who we are; None where another run holds it."""
    make_folder(path.parent, path.parent)
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o640)
    except OSError as error:
        raise ReportError(f"{path} cannot be written: {error.strerror}.") from error
    with contextlib.ExitStack() as undo:
        undo.callback(os.close, number)
        if not _locked(number) or not _still_there(path, number) or _lives_elsewhere(path):
            return None
        os.ftruncate(number, 0)
        os.lseek(number, 0, os.SEEK_SET)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        told = {
            "machine": platform.node(),
            "boot": _boot(),
            "device": os.fstat(number).st_dev,
            "process": os.getpid(),
            "since": since,
        }
        os.write(number, json.dumps(told).encode())
        undo.pop_all()
    return number


def _locked(number: int, *, alone: bool = True) -> bool:
    """Lock the file for this process; a system without such locks goes by signs of life."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(number, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _still_there(path: Path, number: int) -> bool:
    """Whether the file that was locked is the one that lies there, and not one that went."""
    try:
        return os.path.samestat(os.fstat(number), path.stat())
    except FileNotFoundError:
        return False


def _lives_elsewhere(path: Path) -> bool:
    """Whether a run that this system's locks do not tell of has given a sign of life."""
    return time.time() < _silent_at(path)


def _silent_at(path: Path) -> float:
    """Tell when a run that this system's locks do not tell of counts as ended; 0 for others.

    Containers have names of their own, and the locks of the machine that they run on, where the
    folder is of the same file system.
    """
    told, boot = _told(path), _boot()
    try:
        now = path.stat()
    except OSError:
        return 0.0
    alike = boot != "" and (told.get("boot"), told.get("device")) == (boot, now.st_dev)
    here = alike or told.get("machine") == platform.node()
    if not told or (here and hasattr(os, "fork")):
        return 0.0
    return now.st_mtime + SILENT_SECONDS


def _boot() -> str:
    """Give what a machine under Linux has been called since it was last started, else nothing."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


def _told(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _holder(path: Path) -> str:
    told = _told(path)
    if not {"machine", "process", "since"} <= set(told):
        return "(not told whose)"
    until, silent = "", datetime.fromtimestamp(_silent_at(path)).astimezone()
    if silent.timestamp() > time.time():
        until = f", which counts as ended at {silent:%H:%M:%S} unless it gives a sign of life"
    return f"(process {told['process']} on {told['machine']}, since {told['since']}{until})"


def _beat(path: Path, ended: threading.Event) -> None:
    while not ended.wait(BEAT_SECONDS):
        with suppress(OSError):
            os.utime(path)
