"""The site of a run is built beside the one that readers see, and takes its place when whole."""

import errno
import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from workforce.contract.places import is_inside, make_folder, remove_inside
from workforce.errors import ReportError


def staged(site: Path) -> Path:
    """Give the folder that a site is built in: beside it, so that a rename is all it takes."""
    return site.with_name(f".{site.name}.next")


def carry(page: Path, site: Path) -> bool:
    """Take a page of the site over to the one that is built; False where it is not there."""
    there, here = site / page, staged(site) / page
    if here.is_file() and is_inside(here, staged(site)):
        return True
    if not (there.is_file() and is_inside(there, site)):
        return False
    make_folder(here.parent, staged(site))
    try:
        os.link(there, here)
    except OSError:  # Not every drive has links to one file under two names.
        shutil.copy2(there, here)
    return True


def publish(site: Path, known: Collection[Path]) -> list[str]:
    """Put the site that was built in the place of the one that readers see.

    ``known`` are pages and index of the run, as paths within the site: whatever else lies in what
    was built is removed, and what lies in the old site alone goes with it; gives those files.
    ReportError where the new site could not take the place, and the old one is as it was.
    """
    built = staged(site)
    if site.is_symlink() or built.is_symlink():
        raise ReportError(f"{site} is a symbolic link, and nothing is written through one.")
    wanted = {path.as_posix() for path in known}
    for path in _files(built) - wanted:
        remove_inside(built / path, built)
    _remove_empty(built)
    strange = sorted(_files(site) - wanted)
    old = site.with_name(f".{site.name}.old")
    _remove(old)
    try:
        with suppress(FileNotFoundError):
            site.rename(old)
        try:
            built.rename(site)
        except OSError:
            with suppress(OSError):
                old.rename(site)
            raise
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EBUSY, errno.EACCES, errno.EPERM):
            raise ReportError(f"{site} could not be replaced: {error.strerror}.") from error
        _replace_files(built, site, wanted)
    _remove(old)
    return strange


def _replace_files(built: Path, site: Path, wanted: Collection[str]) -> None:
    """Replace file by file where the folder itself cannot be renamed, the index last."""
    try:
        for path in sorted(wanted, key=lambda one: (one.count("/") == 0, one)):
            if (built / path).is_file():
                make_folder((site / path).parent, site)
                (built / path).replace(site / path)
        for path in _files(site) - set(wanted):
            remove_inside(site / path, site)
    except OSError as error:
        raise ReportError(f"{site} could not be replaced: {error.strerror}.") from error
    _remove(built)


def _files(folder: Path) -> set[str]:
    """Paths of the files and links in a folder, within it; nothing where it is not there."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _remove_empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):
                path.rmdir()
