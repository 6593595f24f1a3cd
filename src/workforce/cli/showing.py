"""What a run shows while it lasts and when it ends."""

import contextlib
import sys
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import typer

from workforce.texts.catalogue import Texts, say

if TYPE_CHECKING:
    from rich.console import Console

    from workforce.batch.ledger import Entry, Status
    from workforce.batch.summary import OnDone, RunSummary


def console_of() -> "Console":
    """Return where a command shows tables and bars."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


@contextlib.contextmanager
def progress(console: "Console", texts: Texts) -> "Iterator[OnDone]":
    """Show a bar on a terminal, and a line for each page elsewhere."""
    if not console.is_terminal:
        yield partial(_print_line, texts)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    from workforce.batch.ledger import MISSING
    from workforce.batch.run_log import say_left

    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(say(texts, "command.checking"), total=None)

        def on_done(entry: "Entry", count: int, total: int, left: int | None) -> None:
            if entry.status in MISSING:
                told = f"{say(texts, f'command.page_{entry.status}')} {entry.job}: {entry.message}"
                progress.console.print(told, markup=False)
            description = f"{entry.job}{say_left(left, texts)}"
            progress.update(task, total=total, completed=count, description=description)

        yield on_done


def _print_line(texts: Texts, entry: "Entry", count: int, total: int, left: int | None) -> None:
    from workforce.batch.run_log import line_of

    typer.echo(line_of(entry, count, total, left, texts))


def show_summary(summary: "RunSummary", console: "Console", texts: Texts, *, verbose: bool) -> None:
    """Show what ran, what failed and why, and the page to open."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    def told(key: str, **values: str | int) -> str:
        return say(texts, f"command.{key}", **values)

    made = told("pages_in", count=len(summary.jobs), seconds=f"{summary.seconds:.0f}")
    took = told("projections", count=summary.projections) if summary.projections else ""
    table = Table(box=box.SIMPLE, title=", ".join(filter(None, (made, took))))
    statuses: tuple[Status, ...] = ("done", "unchanged", "refused", "failed")
    kinds = {status: told(status) for status in statuses}
    if not summary.refused:
        del kinds["refused"]
    table.add_column(told("notebook"))
    for heading in (*kinds.values(), told("seconds")):
        table.add_column(heading, justify="right")
    for notebook in dict.fromkeys(entry.notebook for entry in summary.jobs):
        entries = [entry for entry in summary.jobs if entry.notebook == notebook]
        found = [entry.status for entry in entries]
        counts = [str(found.count(status)) for status in kinds]
        spent = sum(entry.seconds for entry in entries if entry.status != "unchanged")
        table.add_row(notebook, *counts, f"{spent:.0f}")
    console.print(table)
    for status, said in (("refused", "refused_by_gate"), ("failed", "some_failed")):
        some = [entry for entry in summary.jobs if entry.status == status]
        if some:
            console.print(told(said, count=len(some)))
        for entry in some:
            console.print(f"  {entry.job}: {entry.message}", markup=False)
            if verbose and entry.details:
                console.print(Text.from_ansi(entry.details))
    if summary.removed:
        console.print(told("gone", count=summary.removed))
    if summary.swept:
        console.print(told("swept", count=summary.swept))
    if summary.made_key is not None:
        console.print(told("made_key", path=str(summary.made_key)), markup=False)
    if summary.problem:
        console.print(summary.problem, markup=False)
    if summary.index is not None:
        link = f"link {summary.index.as_uri()}"
        console.print(Text(f"{told('open')} ").append(str(summary.index), style=link))
