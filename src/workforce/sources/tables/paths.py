"""Names of files and folders as people give them, and who may read what is written."""

import contextlib
import os
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from workforce.contract.bounds import require_plain
from workforce.contract.signs import forbidden_sign
from workforce.errors import ParameterError, SourceError

LONGEST_NAME = 255
LONGEST_PATH = 4000
FILE_MODE = 0o640
FOLDER_MODE = 0o750
CLOSED_TO_OTHERS = 0o027


def file_path(given: str | PathLike[str], *, what: str = "The path") -> Path:
    """Make a path of a name, or say why nothing can be called so, ``what`` being what it is called.

    ParameterError where it is no text, holds a control character or a mark of direction, or is
    longer than any name of a file.
    """
    if not isinstance(given, str | PathLike):
        kind = type(given).__name__  # Not what is in it, which may be a table.
        raise ParameterError(
            f"{what} is of the kind {kind}, which names no file. Write it as text."
        )
    try:
        return possible_path(Path(given))
    except ValueError as error:
        raise ParameterError(f"{what} {error}") from error


def possible_path(path: Path) -> Path:
    """Give back a path, or raise ValueError with what keeps a file from being called so."""
    text = str(path).encode(errors="ignore").decode()  # Letters of no known kind are let through.
    if sign := forbidden_sign(text):
        raise ValueError(f"holds the sign {sign}, which the name of a file cannot. Mend it.")
    longest = max((len(os.fsencode(part)) for part in path.parts), default=0)
    if longest > LONGEST_NAME or len(os.fsencode(path)) > LONGEST_PATH:
        raise ValueError(f"is longer than the name of a file can be: {text[:60]}…. Check it.")
    return path


def require_file(path: Path) -> None:
    """Refuse what is not there, or is no plain file."""
    require_plain(path)
    if not path.is_file():
        raise SourceError(f"The file {path} is not there. Check the path.")


def write_new(path: Path, text: str) -> None:
    """Write a text file, as UTF-8, that was not there; one that is there is never written over.

    ParameterError where it is there already, or cannot be written.
    """
    try:
        file_path(path).parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ParameterError(
            f"{path} is there already and was left as it is. Name another file."
        ) from error
    except OSError as error:
        raise ParameterError(f"{path} cannot be written: {error.strerror}.") from error


@contextlib.contextmanager
def closed_to_others() -> Iterator[None]:
    """Write files as 0640 and folders as 0750 at most, in this process and those it starts.

    A stricter umask of the user stays as it is. What is there already keeps its permissions.
    """
    before = os.umask(0o077)
    os.umask(before | CLOSED_TO_OTHERS)
    try:
        yield
    finally:
        os.umask(before)
