"""How a command ends: its exit codes, and the message of what cannot be read or written."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import typer

from workforce.errors import WorkforceError

SOME_FAILED = 1
WRONG_INPUT = 2
STOPPED = 130


@contextlib.contextmanager
def wrong_input_ends(target: Path | None = None) -> Iterator[None]:
    """Tell what is wrong with the input, or that the target cannot be written, and end with 2."""
    try:
        yield
    except WorkforceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_INPUT) from error
    except OSError as error:
        if target is None:
            raise
        typer.echo(f"{error.filename or target} cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(WRONG_INPUT) from error
