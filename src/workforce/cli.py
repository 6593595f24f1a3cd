"""The command line: run a commission, import a register, check a folder, look up the tables."""

import contextlib
import io
import locale
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workforce.errors import WorkforceError

if TYPE_CHECKING:
    from rich.console import Console

    from workforce.batch.ledger import Entry, Status
    from workforce.batch.runner import OnDone, RunSummary
    from workforce.contract.folder import FolderReport

SOME_FAILED = 1
WRONG_INPUT = 2
STOPPED = 130

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
    from workforce.sources.tables.permissions import closed_to_others

    context.with_resource(closed_to_others())
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows may know fewer letters than a message holds.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@app.command()
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
) -> None:
    """Make every page that a params file names, and an index of them.

    Public pages are made from tables in which people are rounded by a secret key: the file that the
    params file names (key, else keys/public.key beside it), made at the first public run. Keep it
    where backups are kept, and out of the site; another key on the same places is refused without a
    reason (key_reason). The sample, and a folder that was protected, need none.

    Ends with 0 if every page was made, 1 if some failed or were refused by the quality gate, 2 if
    the input is wrong or nothing can be written, and nothing ran.
    """
    from workforce.batch import params as params_file
    from workforce.batch.runner import run as run_params

    console = _console()
    try:
        path = params or params_file.default_params()
        if params is not None and quarter is None:
            _ask_of_quarter(params)
        with _progress(console) as on_done:
            summary = run_params(
                path, quarter=quarter, out=out, force=force, workers=workers, on_done=on_done,
                wait=wait, regions=None if regions is None else regions.split(","),
            )  # fmt: skip
    except WorkforceError as error:
        raise _wrong_input(error) from error
    except KeyboardInterrupt as stop:
        typer.echo("Stopped. The pages that were whole are kept; run again for the rest.", err=True)
        raise typer.Exit(stop.args[0] if stop.args else STOPPED) from None
    _show_summary(summary, console, verbose=verbose)
    raise typer.Exit(_exit_code(summary))


def _ask_of_quarter(path: Path) -> None:
    """Ask whether a file's quarter is meant where it is another now; a schedule is told."""
    from workforce.batch.params import check_quarter, load_params, quarter_now

    with contextlib.suppress(WorkforceError):  # The run tells all that is wrong with the file.
        label, now = check_quarter(load_params(path).quarter), quarter_now()
        if label == now:
            return
        text = f"{path} says quarter: {label}, and it is {now}."
        if sys.stdin.isatty():
            typer.confirm(f"{text} Make the pages of {label}?", abort=True)
        else:
            typer.echo(f"Note: {text} Say --quarter {now}, or quarter: auto.", err=True)


@app.command()
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

    try:
        merged = merge_parts(parts, out, title=title)
    except WorkforceError as error:
        raise _wrong_input(error) from error
    for one in merged:
        missing = f", {one.missing} missing" if one.missing else ""
        typer.echo(f"{one.name}: {one.pages} pages{missing}. {one.problem or f'Open {one.index}'}")
    raise typer.Exit(SOME_FAILED if any(one.problem for one in merged) else 0)


@app.command()
def check(
    folder: Annotated[
        Path, typer.Argument(help="Folder of tables, a workbook, or a params file (.yaml).")
    ],
    further: Annotated[
        bool, typer.Option("--further", help="List every table not there, and what it would give.")
    ] = False,
    mend: Annotated[
        Path | None,
        typer.Option(help="New folder for a mended copy, which is checked; no file is changed."),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help="Language of the problems: nb, nn or en; the system's when left out."),
    ] = None,
) -> None:
    """Check the tables of a folder: tell everything that is wrong, and what they are enough for.

    Of a params file it is told what is wrong with it, and which measures rest on no source. Ends
    with 0 if the tables or the file can be used, else with 2.
    """
    if folder.suffix in (".yaml", ".yml"):
        _check_params(folder)
        return
    from workforce.reports.problems import language_of, tell_problems
    from workforce.reports.sufficiency import describe_enough
    from workforce.sources.tables.folder import open_folder
    from workforce.sources.tables.mending import mend_folder

    try:
        spoken = language_of(language, locale.getlocale()[0])
        if mend is not None:
            for change in mend_folder(folder, mend):
                typer.echo(f"Changed:    {change}")
            folder = mend
        report = open_folder(folder).report
    except WorkforceError as error:
        raise _wrong_input(error) from error
    typer.echo(f"Tables:     {', '.join(report.present) or 'none'}")
    if report.ignored:
        typer.echo(f"Not tables: {', '.join(report.ignored)}")
    for note in report.notes:
        typer.echo(f"Note:       {note}")
    if report.problems:
        typer.echo(tell_problems(report.problems, spoken), err=True)
        raise typer.Exit(WRONG_INPUT)
    if not report.population_ready:
        typer.echo(_tell_what_lacks(report), err=True)
        raise typer.Exit(WRONG_INPUT)
    for line in describe_enough(report.present, folder, further=further):
        typer.echo(line)
    staff = "population and staff" if report.staff_ready else "population, not of staff"
    typer.echo(f"No problems. The folder suffices for results of {staff}.")


def _check_params(path: Path) -> None:
    """Hold a params file against its folder, and name the measures without a source."""
    from workforce.batch.commission import load_commission, measures_without_source

    try:
        params = load_commission(path)
    except WorkforceError as error:
        raise _wrong_input(error) from error
    for told in measures_without_source(params):
        typer.echo(f"Note:       {told}")
    typer.echo("No problems. The file can be run.")


@app.command()
def schema(
    table: Annotated[
        str | None,
        typer.Argument(help="Table; 'params' or 'mapping' for a JSON schema; 'rules' for codes."),
    ] = None,
) -> None:
    """Show the columns, units and meaning of every table, or of one."""
    if table == "params":
        from workforce.batch.params import params_schema

        typer.echo(params_schema(), nl=False)
        return
    if table == "mapping":
        from workforce.sources.staff_register.mapping import mapping_schema

        typer.echo(mapping_schema(), nl=False)
        return
    from workforce.contract.description import describe_tables
    from workforce.reports.problems import describe_rules

    try:
        if table == "rules":
            typer.echo(describe_rules(), nl=False)
            return
        text = describe_tables(None if table is None else [table])
    except WorkforceError as error:
        raise _wrong_input(error) from error
    if sys.stdout.isatty():
        from rich.markdown import Markdown

        _console().print(Markdown(text))
    else:
        typer.echo(text, nl=False)


@app.command()
def template(
    path: Annotated[Path, typer.Argument(help="Workbook to write, ending in .xlsx.")],
    language: Annotated[str, typer.Option(help="Language of the guide: nb, nn or en.")] = "nb",
) -> None:
    """Write a workbook to fill in, one sheet for each table, with a guide and drop-downs."""
    from workforce.sources.tables.template import write_template

    try:
        write_template(path, language=language)
    except WorkforceError as error:
        raise _wrong_input(error) from error
    typer.echo(f"Wrote {path}. Fill it in, then run: workforce check {path}")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to begin in; made if it is not there.")],
    language: Annotated[
        str, typer.Option(help="Language of comments, workbook and pages: nb, nn or en.")
    ] = "nb",
    data: Annotated[
        Path | None,
        typer.Option(help="Folder or workbook of your own figures; the practice county else."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Code of the place that pages are made for.")
    ] = None,
) -> None:
    """Make a folder to begin in: params with comments, notebooks, a workbook, a practice county."""
    from workforce.batch.start import init_folder

    try:
        written = init_folder(folder, language=language, data=data, region=region)
    except WorkforceError as error:
        raise _wrong_input(error) from error
    typer.echo(f"Wrote {', '.join(path.name for path in written)} to {folder}.")
    typer.echo("Go to the folder, and make the first pages: workforce run")


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    register: Annotated[
        bool, typer.Option("--register", help="Write extracts of a made-up staff register instead.")
    ] = False,
) -> None:
    """Write the sample data: a fictional county with 12 municipalities."""
    from workforce.sources.tables.files import packaged_folder

    given = packaged_folder("practice_register" if register else "sample")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(given.iterdir()):
            shutil.copyfile(path, folder / path.name)
    except OSError as error:
        typer.echo(f"{error.filename or folder} cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(WRONG_INPUT) from error
    what = "extracts of nobody real" if register else "the sample county"
    typer.echo(f"Wrote {what} to {folder}")


@app.command("import-staff")
def import_staff(
    extracts: Annotated[
        list[Path], typer.Argument(help="CSV or Excel files, a row for each position and date.")
    ],
    mapping: Annotated[
        Path | None, typer.Option(help="YAML file: what the columns and codes mean.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Folder for the tables and the report of what was doubtful.")
    ] = Path("data/register"),
    spells: Annotated[
        Path | None, typer.Option(help="CSV or Excel file of absence spells.")
    ] = None,
    suggest: Annotated[
        Path | None,
        typer.Option(help="Write a mapping proposed from headings and cells to this file."),
    ] = None,
) -> None:
    """Turn extracts of the staff register into tables of stocks and flows without persons.

    Identity numbers are used in memory only and written nowhere. Ends with 2 if nothing was made,
    and with 1 where a proposed mapping lacks a column that is needed.
    """
    from workforce.sources.staff_register.suggestion import write_suggestion
    from workforce.sources.staff_register.writing import describe_counts, import_register

    try:
        if suggest is not None:
            lacking = write_suggestion(extracts, suggest)
            typer.echo(f"Wrote {suggest}. Look through it: write what says CHANGE.")
            if lacking:
                typer.echo(f"No heading was found for {', '.join(lacking)}.", err=True)
                raise typer.Exit(SOME_FAILED)
            return
        if mapping is None:
            typer.echo("Name a mapping with --mapping, or begin with --suggest FILE.", err=True)
            raise typer.Exit(WRONG_INPUT)
        tables, written = import_register(extracts, mapping=mapping, spells=spells, folder=out)
    except WorkforceError as error:
        raise _wrong_input(error) from error
    typer.echo(describe_counts(tables))
    typer.echo(f"Wrote {', '.join(path.name for path in written)} to {out}")


@app.command()
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

    try:
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
    except WorkforceError as error:
        raise _wrong_input(error) from error


@app.command()
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
    from workforce.batch.runner import run as run_params
    from workforce.evaluation.quality import measure_quality, reference_folder, write_quality
    from workforce.scenarios.population_error import FILE
    from workforce.sources.tables.files import national_folder

    console = _console()
    try:
        folder = reference_folder(reference)
        commission = params_file.checkout() / "params" / "forecast_quality.yaml"
        typer.echo("Measuring on the reference cases; this takes some minutes.")
        sample = params_file.checkout() / "data" / "sample"
        quality = measure_quality(folder, sample=sample, workers=workers)
        target, national = docs or params_file.checkout() / "docs", national_folder()
        written = write_quality(quality, docs=target, national=national)
        for path in written:
            typer.echo(f"Wrote {path}")
        typer.echo(_about_sizes(national / FILE, written))
        with _progress(console) as on_done:
            summary = run_params(commission, out=out, workers=workers, on_done=on_done)
    except WorkforceError as error:
        raise _wrong_input(error) from error
    _show_summary(summary, console, verbose=False)
    raise typer.Exit(_exit_code(summary))


def _about_sizes(path: Path, written: Sequence[Path]) -> str:
    if path in written:
        return (
            f"{path.name} held other sizes of population errors than the back-test gives: reports "
            "made before now drew their intervals from those."
        )
    return f"{path.name} holds the sizes of population errors that the back-test gives."


@app.command()
def fetch(
    folder: Annotated[Path, typer.Argument(help="Folder of tables; made if it is not there.")],
    region: Annotated[
        list[str], typer.Option(help="Number of a municipality, or of a county for all of it.")
    ],
    cache: Annotated[
        Path | None, typer.Option(help="Folder of raw answers; ssb-cache in FOLDER.")
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask again for what the cache has.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Use the cache alone, and call nobody.")
    ] = False,
    borrow: Annotated[
        bool,
        typer.Option("--borrow", help="Take hidden or missing use of care from the KOSTRA group."),
    ] = False,
    statbank_url: Annotated[
        str, typer.Option(help="Address of the StatBank.")
    ] = "https://data.ssb.no/api/pxwebapi/v2",
    klass_url: Annotated[
        str, typer.Option(help="Address of KLASS.")
    ] = "https://data.ssb.no/api/klass/v1",
) -> None:
    """Fetch what is public of Statistics Norway: inhabitants, projection, care users and FTE.

    Ends with 0 if the folder was written, else with 2, and then nothing in it was changed.
    """
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from workforce.sources.statbank.calls import Line
    from workforce.sources.statbank.fetching import Addresses, fetch_folder

    def tell(text: str) -> None:
        typer.echo(text, err=True)

    line = Line(cache=cache or folder / "ssb-cache", refresh=refresh, offline=offline, say=tell)
    try:
        report = fetch_folder(
            folder,
            region,
            line=line,
            today=datetime.now(ZoneInfo("Europe/Oslo")).date(),
            borrow=borrow,
            addresses=Addresses(statbank_url, klass_url),
            progress=lambda table, done, parts: tell(f"table {table}: {done} of {parts} parts"),
        )
    except WorkforceError as error:
        raise _wrong_input(error) from error
    except OSError as error:
        typer.echo(f"{error.filename or folder} cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(WRONG_INPUT) from error
    for name, rows in report.tables.items():
        typer.echo(f"Wrote {name}.csv, {rows} rows")
    for note in report.notes:
        typer.echo(f"Note: {note}")
    typer.echo(f"Sources are in sources.json. Next: workforce check {folder}")


@app.command("import-statbank")
def import_statbank(
    files: Annotated[
        list[Path], typer.Argument(help="Tables saved on ssb.no: CSV, Excel, JSON-stat or PX.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of tables; made if it is not there.")] = Path(
        "data/statbank"
    ),
    region: Annotated[
        list[str] | None,
        typer.Option(help='Number and name, "1101 Eigersund", where files have names alone.'),
    ] = None,
    table: Annotated[
        str | None, typer.Option(help="Number of the table, where the files do not say it.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="YAML file: what a table that is not known means.")
    ] = None,
    suggest: Annotated[
        Path | None,
        typer.Option(help="Write a mapping proposed for a table that is not known, to this file."),
    ] = None,
) -> None:
    """Turn tables that were saved by hand on ssb.no into tables of a folder, as fetch makes them.

    Ends with 0 if tables were written, else with 2, and then nothing was changed.
    """
    from workforce.sources.statbank_saved.importing import REPORT
    from workforce.sources.statbank_saved.importing import import_statbank as import_files
    from workforce.sources.statbank_saved.mapping import suggest_table
    from workforce.sources.tables.paths import write_new

    try:
        if suggest is not None:
            write_new(suggest, suggest_table(files[0]))
            typer.echo(f"Wrote {suggest}. Look through it, then run again with --mapping {suggest}")
            return
        report = import_files(files, out, regions=region or (), table=table, mapping=mapping)
    except WorkforceError as error:
        raise _wrong_input(error) from error
    except OSError as error:
        typer.echo(f"{error.filename or out} cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(WRONG_INPUT) from error
    for name, rows in report.tables.items():
        typer.echo(f"Wrote {name}.csv, {rows} rows")
    for note in report.notes:
        typer.echo(f"Note: {note}")
    typer.echo(f"What was taken for what is in {out / REPORT}. Next: workforce check {out}")


def _tell_what_lacks(report: "FolderReport") -> str:
    """Tell which tables there are no results without, and what was found in their place."""
    absent = [name for name in ("regions", "population") if name in report.absent]
    others = f" No tables: {'; '.join(report.other_sheets)}." if report.other_sheets else ""
    return (
        f"Without regions and population there are no results. Not there: {' and '.join(absent)}. "
        "A table is a file or a sheet with the table's name, and rows below its column names."
        f"{others}"
    )


def _wrong_input(error: WorkforceError) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(WRONG_INPUT)


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


@contextlib.contextmanager
def _progress(console: "Console") -> "Iterator[OnDone]":
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


def _exit_code(summary: "RunSummary") -> int:
    """Tell whether every page is there, and the index of them."""
    return SOME_FAILED if summary.failed or summary.refused or summary.problem else 0


def _show_summary(summary: "RunSummary", console: "Console", *, verbose: bool) -> None:
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
