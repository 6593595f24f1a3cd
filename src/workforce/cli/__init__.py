"""The command line: run a commission, import a register, check a folder, look up the tables."""

import io
import os
import sys
from typing import Annotated

import typer

from workforce.cli import pages, sources, tables

app = typer.Typer(
    help="Workforce projections for Norwegian municipalities.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        import workforce

        typer.echo(workforce.__version__)
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Workforce projections for Norwegian municipalities."""
    # Polars reads it when it is imported: memory that it no longer needs goes back at once.
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
    from workforce.sources.tables.paths import closed_to_others

    context.with_resource(closed_to_others())
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows may know fewer letters than a message holds.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


for command in (
    pages.run, pages.merge, tables.check, tables.schema, tables.template, tables.init,
    tables.sample, sources.import_staff, pages.clean, pages.backtest, sources.fetch,
    sources.import_statbank,
):  # fmt: skip
    app.command()(command)
