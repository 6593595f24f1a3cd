"""Commands that make pages: run a commission, merge parts of a country, back-test, and clean up."""

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workforce.cli.showing import console_of, progress, show_summary
from workforce.cli.speaking import SOME_FAILED, STOPPED, Language, echo, texts_of, wrong_input_ends
from workforce.errors import WorkforceError
from workforce.texts.catalogue import Texts, load_texts, say
from workforce.texts.messages import tell_note

if TYPE_CHECKING:
    from workforce.batch.summary import RunSummary


def run(
    params: Annotated[
        Path | None,
        typer.Argument(help="Params file; params.yaml here, or the sample county, when left out."),
    ] = None,
    quarter: Annotated[
        str | None,
        typer.Option(help="Label of the run, such as 2026Q4 or auto, instead of the file's."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for reports and runs; here when left out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Make unchanged pages again.")] = False,
    workers: Annotated[
        int | None, typer.Option(help="Pages made side by side; one per processor when left out.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait while another run writes the same quarter.")
    ] = False,
    regions: Annotated[
        str | None,
        typer.Option(
            help="Only these places of the file: codes or names with commas between; a county "
            "stands for its municipalities as well."
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show where in a notebook an error came from.")
    ] = False,
    language: Language = None,
) -> None:
    """Make every page that a params file names, and an index of them.

    Public pages are made from tables in which people are rounded by a secret key: the file that the
    params file names (key, else keys/public.key beside it), made at the first public run. Keep it
    where backups are kept, and out of the site; another key on the same places is refused without a
    reason (key_reason). The sample, and a folder that was protected, need none.

    Ends with 0 if every page was made, 1 if some failed or were refused by the quality gate, 2 if
    the input is wrong or nothing can be written, and nothing ran.
    """
    from workforce.batch.stopping import ended_as_stopped

    texts = texts_of(language)
    try:
        with ended_as_stopped(), wrong_input_ends(texts=texts):
            from workforce.batch import params as params_file
            from workforce.batch.runner import run as run_params

            console = console_of()
            path = params or params_file.default_params()
            if params is not None and quarter is None:
                _ask_of_quarter(params, texts)
            with progress(console, texts) as on_done:
                summary = run_params(
                    path, quarter=quarter, out=out, force=force, workers=workers, on_done=on_done,
                    wait=wait, on_wait=lambda told: typer.echo(tell_note(told, texts), err=True),
                    regions=None if regions is None else regions.split(","),
                )  # fmt: skip
    except KeyboardInterrupt as stop:
        echo(texts, "stopped", err=True)
        raise typer.Exit(stop.args[0] if stop.args else STOPPED) from None
    show_summary(summary, console, texts, verbose=verbose)
    raise typer.Exit(_exit_code(summary))


def _ask_of_quarter(path: Path, texts: Texts) -> None:
    """Ask whether a file's quarter is meant where it is another now; a schedule is told."""
    from workforce.batch.params import check_quarter, load_params, quarter_now

    with contextlib.suppress(WorkforceError):  # The run tells all that is wrong with the file.
        label, now = check_quarter(load_params(path, known=True).quarter), quarter_now()
        if label == now:
            return
        text = say(texts, "command.quarter_is", file=str(path), label=label, now=now)
        if sys.stdin.isatty():
            asked = say(texts, "command.make_pages_of", label=label)
            typer.confirm(f"{text} {asked}", abort=True)
        else:
            what = say(texts, "command.say_quarter", now=now)
            echo(texts, "note", err=True, text=f"{text} {what}")


def merge(
    parts: Annotated[
        list[Path], typer.Argument(help="Folders that runs wrote reports and runs to.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the whole.")],
    title: Annotated[
        str | None, typer.Option(help="Title of the site; that of the first part when left out.")
    ] = None,
) -> None:
    """Merge parts of a country that were run apart into one site with one index.

    Parts are left as they are. Ends with 0, with 1 if a site could not be written whole, or with 2
    if parts cannot stand side by side, and then nothing was changed.
    """
    from workforce.batch.merging import merge as merge_parts

    with wrong_input_ends():
        merged = merge_parts(parts, out, title=title)
    for one in merged:
        missing = f", {one.missing} missing" if one.missing else ""
        typer.echo(f"{one.name}: {one.pages} pages{missing}. {one.problem or f'Open {one.index}'}")
    raise typer.Exit(SOME_FAILED if any(one.problem for one in merged) else 0)


def clean(
    folder: Annotated[Path, typer.Argument(help="Folder with runs, reports or imported tables.")],
    times: Annotated[
        Path | None,
        typer.Option(help="YAML file of retention times; retention.yaml in FOLDER when left out."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> None:
    """List what is past its retention time, and delete it after a yes.

    Without a terminal nothing is deleted unless --yes is given. Ends with 0, or with 2 if the
    input is wrong.
    """
    from workforce.batch.retention import delete, find_overdue, load_retention
    from workforce.reports.export import today
    from workforce.reports.quarters import TOP, write_quarters

    with wrong_input_ends():
        overdue, left = find_overdue(folder, load_retention(folder, times), today=today())
        for one in overdue:
            typer.echo(f"{one.since}  {one.rule:<22} {one.path}")
        for other in left:
            typer.echo(f"Left alone, {other.why}: {other.path}")
        if not overdue:
            typer.echo("Nothing is past its time.")
            return
        typer.echo(f"{len(overdue)} files are past their time.")
        if not yes and not (sys.stdin.isatty() and typer.confirm("Delete them?")):
            typer.echo("Nothing was deleted. Add --yes to delete.")
            return
        typer.echo(f"Deleted {delete(overdue, folder)} files.")
        for audience in TOP:
            write_quarters(folder / "reports", audience)


def backtest(
    reference: Annotated[
        Path | None,
        typer.Option(help="Folder of reference cases; WORKFORCE_REFERENCE when left out."),
    ] = None,
    docs: Annotated[
        Path | None, typer.Option(help="Folder for the page of tables; docs of the checkout.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for reports and runs; here when left out.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes side by side.")] = 2,
) -> None:
    """Measure errors and intervals on reference cases: a page of tables, and a report.

    Writes docs/forecast_quality.md, the figures that every report quotes, the sizes of population
    errors that intervals are drawn from where they are others than before, and the report on
    forecast quality of the sample county.
    """
    from workforce.batch import params as params_file
    from workforce.batch.kernels import kernel_environment
    from workforce.batch.runner import run as run_params
    from workforce.evaluation.quality import measure_quality, reference_folder, write_quality
    from workforce.scenarios.population_error import FILE
    from workforce.sources.tables.files import national_folder

    console, texts = console_of(), load_texts("en")
    with wrong_input_ends():
        folder = reference_folder(reference)
        commission = params_file.checkout() / "params" / "forecast_quality.yaml"
        typer.echo("Measuring on the reference cases; this takes some minutes.")
        sample = params_file.checkout() / "data" / "sample"
        # Processes side by side, of which more threads would only wait for one another.
        with kernel_environment({}):
            quality = measure_quality(folder, sample=sample, workers=workers)
        target, national = docs or params_file.checkout() / "docs", national_folder()
        written = write_quality(quality, docs=target, national=national)
        for path in written:
            typer.echo(f"Wrote {path}")
        typer.echo(_about_sizes(national / FILE, written))
        with progress(console, texts) as on_done:
            summary = run_params(commission, out=out, workers=workers, on_done=on_done)
    show_summary(summary, console, texts, verbose=False)
    raise typer.Exit(_exit_code(summary))


def _about_sizes(path: Path, written: Sequence[Path]) -> str:
    if path in written:
        return (
            f"{path.name} held other sizes of population errors than the back-test gives: reports "
            "made before now drew their intervals from those."
        )
    return f"{path.name} holds the sizes of population errors that the back-test gives."


def _exit_code(summary: "RunSummary") -> int:
    """Tell whether every page is there, and the index of them."""
    return SOME_FAILED if summary.failed or summary.refused or summary.problem else 0
