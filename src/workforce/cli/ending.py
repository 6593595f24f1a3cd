"""How a command ends: its exit codes, and the message of what cannot be read or written."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import typer

from workforce.errors import DataError, WorkforceError
from workforce.texts.catalogue import Texts, load_texts
from workforce.texts.messages import tell_error

SOME_FAILED = 1
WRONG_INPUT = 2
STOPPED = 130


@contextlib.contextmanager
def wrong_input_ends(target: Path | None = None, texts: Texts | None = None) -> Iterator[None]:
    """Tell what is wrong with the input, or that the target cannot be written, and end with 2."""
    texts = texts or load_texts("en")
    try:
        yield
    except WorkforceError as error:
        typer.echo(_describe(error, texts), err=True)
        raise typer.Exit(WRONG_INPUT) from error
    except OSError as error:
        if target is None:
            raise
        told = f"{error.filename or target} cannot be written: {error.strerror}."
        typer.echo(tell_error(told, texts), err=True)
        raise typer.Exit(WRONG_INPUT) from error


def _describe(error: WorkforceError, texts: Texts) -> str:
    """Tell an error in a language; the problems of tables are told as check does."""
    if not isinstance(error, DataError) or not error.problems:
        return tell_error(str(error), texts)
    from workforce.reports.problems import tell_problems

    folder = str(error).partition("\n")[0]
    return f"{folder}\n{tell_problems(error.problems, texts.language)}"
