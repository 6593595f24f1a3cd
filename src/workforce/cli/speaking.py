"""The language that a command speaks: the one asked for, else the system's, else English."""

import locale
import os
from typing import Annotated

import typer

from workforce.errors import ParameterError
from workforce.texts.catalogue import Texts, load_texts, say

Language = Annotated[
    str | None,
    typer.Option(help="Language of messages: nb, nn or en; the system's when left out."),
]


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
