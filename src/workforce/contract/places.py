"""Where files lie: plain ones, inside the folder they are for, and no link followed to write."""

import errno
import os
import stat
import tempfile
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import polars as pl

from workforce.errors import ReportError

_KINDS: dict[str, Callable[[int], bool]] = {
    "a folder": stat.S_ISDIR,
    "a named pipe": stat.S_ISFIFO,
    "a socket": stat.S_ISSOCK,
    "a device": lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode),
}


def not_a_file(path: Path) -> str:
    """Tell what stands in the place of a file, as "a named pipe", or "", without opening it."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return "a link that leads nowhere" if path.is_symlink() else ""
    return next((kind for kind, is_it in _KINDS.items() if is_it(mode)), "")


def is_inside(path: Path, root: Path) -> bool:
    """Tell whether a path lies in a folder, with no link on the way from there and at its end."""
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        return False
    places = accumulate(parts, Path.joinpath, initial=root)
    return ".." not in parts and not any(place.is_symlink() for place in list(places)[1:])


def require_inside(folder: Path, root: Path) -> None:
    """Raise ReportError where the way to a folder leads out of another, or over a link."""
    if not is_inside(folder, root):
        raise ReportError(
            f"{folder} leads out of {root}, or over a symbolic link, and nothing is written "
            "through one. Remove the link, or name another folder to write to."
        )


def make_folder(folder: Path, root: Path) -> None:
    """Make a folder inside another, or raise ReportError where the way leads out or over a link."""
    require_inside(folder, root)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(
            f"{error.filename} cannot be made: {error.strerror}. Name another folder with out."
        ) from error


def why_closed(folder: Path) -> str:
    """Tell why no file can be written in a folder, or where it is to be made; "" where one can."""
    there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
    try:
        with tempfile.TemporaryFile(dir=there, buffering=0) as trial:
            trial.write(bytes(4096))
    except OSError as error:
        return "the disk is full" if error.errno == errno.ENOSPC else str(error.strerror)
    return ""


def remove_inside(path: Path, root: Path) -> None:
    """Remove a file of a folder if it is there; what lies outside, or behind a link, is left."""
    if is_inside(path.parent, root):
        path.unlink(missing_ok=True)


def fresh(path: Path, *, mode: int = 0o666) -> Path:
    """Make an empty file to write to; a link that lies there is removed, not followed."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    return path


def write_whole(
    path: str | Path, write: Callable[[Path], object], *, mode: int | None = None
) -> None:
    """Write a file under a temporary name beside its own, and rename it when it is whole.

    Links in the place of either are not followed.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(fresh(part))
        if mode is not None:
            part.chmod(mode)
        part.replace(path)
    # A table that meets a full disk says so with an error of its own.
    except (OSError, pl.exceptions.PolarsError) as error:
        why = "the disk is full" if "No space left" in str(error) else error
        raise ReportError(f"{path} could not be written: {why}.") from error
    finally:
        part.unlink(missing_ok=True)
