"""The language that a command speaks, and how it ends where the input is wrong."""

import contextlib
import locale
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from workforce.errors import DataError, ParameterError, WorkforceError
from workforce.texts.catalogue import Texts, load_texts, say
from workforce.texts.messages import tell_error

Language = Annotated[
    str | None,
    typer.Option(help="Language of messages: nb, nn or en; the system's when left out."),
]
SOME_FAILED = 1
WRONG_INPUT = 2
STOPPED = 130


def texts_of(language: str | None) -> Texts:
    """Return the texts of the language that a command speaks; an unknown one ends it with 2."""
    from workforce.reports.problems import language_of

    try:
        return load_texts(language_of(language, _of_the_system()))
    except ParameterError as error:
        raise typer.BadParameter(str(error)) from error


def _of_the_system() -> str | None:
    """Give the system's language; one that is set and not installed counts as well."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, named), None) or locale.getlocale()[0]


def echo(texts: Texts, key: str, *, err: bool = False, **values: object) -> None:
    """Say a text of the commands."""
    given = {
        name: value if isinstance(value, int) else str(value) for name, value in values.items()
    }
    typer.echo(say(texts, f"command.{key}", **given), err=err)


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
