"""What a run shows while it lasts and when it ends."""

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from workforce.batch.ledger import Entry, Status
    from workforce.batch.summary import OnDone, RunSummary


def console_of() -> "Console":
    """Return where a command shows tables and bars."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


@contextlib.contextmanager
def progress(console: "Console") -> "Iterator[OnDone]":
    """Show a bar on a terminal, and a line for each page elsewhere."""
    if not console.is_terminal:
        yield _print_line
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
        task = progress.add_task("checking the tables", total=None)

        def on_done(entry: "Entry", count: int, total: int, left: int | None) -> None:
            if entry.status in MISSING:
                told = f"{entry.status} {entry.job}: {entry.message}"
                progress.console.print(told, markup=False)
            description = f"{entry.job}{say_left(left)}"
            progress.update(task, total=total, completed=count, description=description)

        yield on_done


def _print_line(entry: "Entry", count: int, total: int, left: int | None) -> None:
    from workforce.batch.run_log import line_of

    typer.echo(line_of(entry, count, total, left))


def show_summary(summary: "RunSummary", console: "Console", *, verbose: bool) -> None:
    """Show what ran, what failed and why, and the page to open."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from workforce.contract.problems import many

    made = many(len(summary.jobs), "page")
    took = f", {many(summary.projections, 'projection')}" if summary.projections else ""
    table = Table(box=box.SIMPLE, title=f"{made} in {summary.seconds:.0f} s{took}")
    kinds: dict[Status, str] = {
        "done": "Made", "unchanged": "Unchanged", "refused": "Refused", "failed": "Failed"
    }  # fmt: skip
    if not summary.refused:
        del kinds["refused"]
    for heading in ("Notebook", *kinds.values(), "Seconds"):
        table.add_column(heading, justify="left" if heading == "Notebook" else "right")
    for notebook in dict.fromkeys(entry.notebook for entry in summary.jobs):
        entries = [entry for entry in summary.jobs if entry.notebook == notebook]
        statuses = [entry.status for entry in entries]
        counts = [str(statuses.count(status)) for status in kinds]
        spent = sum(entry.seconds for entry in entries if entry.status != "unchanged")
        table.add_row(notebook, *counts, f"{spent:.0f}")
    console.print(table)
    for status, said in (("refused", "refused by the quality gate"), ("failed", "failed")):
        some = [entry for entry in summary.jobs if entry.status == status]
        if some:
            console.print(f"{len(some)} {said}:")
        for entry in some:
            console.print(f"  {entry.job}: {entry.message}", markup=False)
            if verbose and entry.details:
                console.print(Text.from_ansi(entry.details))
    if summary.removed:
        gone = many(summary.removed, "page")
        console.print(f"{gone} of earlier runs on other data left the site.")
    if summary.swept:
        strange = many(summary.swept, "file")
        console.print(f"{strange} that no run had made were removed from the site.")
    if summary.made_key is not None:
        console.print(
            f"Made the key that protects public figures: {summary.made_key}. Keep it where backups "
            "are kept, show it to nobody, and use it for every public run on these places.",
            markup=False,
        )
    if summary.problem:
        console.print(summary.problem, markup=False)
    if summary.index is not None:
        link = f"link {summary.index.as_uri()}"
        console.print(Text("Open ").append(str(summary.index), style=link))
