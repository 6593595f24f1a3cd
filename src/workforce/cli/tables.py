"""Commands about tables: check a folder, look tables up, and write what to begin with."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workforce.cli.showing import console_of
from workforce.cli.speaking import WRONG_INPUT, Language, echo, texts_of, wrong_input_ends
from workforce.texts.catalogue import Texts, join_list, say
from workforce.texts.messages import tell_note

if TYPE_CHECKING:
    from workforce.contract.folder import FolderReport


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
    language: Language = None,
) -> None:
    """Check the tables of a folder: tell everything that is wrong, and what they are enough for.

    Of a params file it is told what is wrong with it, and which measures rest on no source. Ends
    with 0 if the tables or the file can be used, else with 2.
    """
    texts = texts_of(language)
    if folder.suffix in (".yaml", ".yml"):
        _check_params(folder, texts)
        return
    from workforce.reports.problems import tell_problems
    from workforce.reports.sufficiency import describe_enough
    from workforce.sources.tables.folder import open_folder
    from workforce.sources.tables.mending import mend_folder

    with wrong_input_ends(texts=texts):
        if mend is not None:
            for change in mend_folder(folder, mend, language=texts.language):
                echo(texts, "changed", text=tell_note(change, texts))
            folder = mend
        report = open_folder(folder).report
    names = ", ".join(report.present)
    echo(texts, "tables", names=names or say(texts, "command.none"))
    if report.ignored:
        echo(texts, "not_tables", names=", ".join(report.ignored))
    for note in report.notes:
        echo(texts, "noted", text=tell_note(note, texts))
    if report.problems:
        typer.echo(tell_problems(report.problems, texts.language), err=True)
        raise typer.Exit(WRONG_INPUT)
    if not report.population_ready:
        typer.echo(_tell_what_lacks(report, texts), err=True)
        raise typer.Exit(WRONG_INPUT)
    for line in describe_enough(report.present, folder, texts, further=further):
        typer.echo(line)
    echo(texts, "enough_for_staff" if report.staff_ready else "enough_for_population")


def _check_params(path: Path, texts: Texts) -> None:
    """Hold a params file against its folder, and name the measures without a source."""
    from workforce.batch.commission import load_commission, measures_without_source

    with wrong_input_ends(texts=texts):
        params, _ = load_commission(path)
    for told in measures_without_source(params):
        echo(texts, "noted", text=tell_note(told, texts))
    echo(texts, "can_run")


def _tell_what_lacks(report: "FolderReport", texts: Texts) -> str:
    """Tell which tables there are no results without, and what was found in their place."""
    absent = [name for name in ("regions", "population") if name in report.absent]
    told = [say(texts, "command.no_results", names=join_list(absent, texts))]
    if report.other_sheets:
        told.append(say(texts, "command.other_sheets", names="; ".join(report.other_sheets)))
    return " ".join(told)


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

    with wrong_input_ends():
        if table == "rules":
            typer.echo(describe_rules(), nl=False)
            return
        text = describe_tables(None if table is None else [table])
    if sys.stdout.isatty():
        from rich.markdown import Markdown

        console_of().print(Markdown(text))
    else:
        typer.echo(text, nl=False)


def template(
    path: Annotated[Path, typer.Argument(help="Workbook to write, ending in .xlsx.")],
    language: Annotated[
        str | None,
        typer.Option(help="Language of workbook and messages: nb, nn or en; the workbook's is nb."),
    ] = None,
) -> None:
    """Write a workbook to fill in, one sheet for each table, with a guide and drop-downs."""
    from workforce.sources.tables.template import write_template

    texts = texts_of(language)
    with wrong_input_ends(texts=texts):
        write_template(path, language=language or "nb")
    echo(texts, "filled_in", file=path)


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to begin in; made if it is not there.")],
    language: Annotated[
        str | None,
        typer.Option(help="Language of comments, workbook, pages and messages; nb when left out."),
    ] = None,
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

    texts = texts_of(language)
    with wrong_input_ends(texts=texts):
        written = init_folder(folder, language=language or "nb", data=data, region=region)
    echo(texts, "wrote_to", files=", ".join(path.name for path in written), folder=folder)
    echo(texts, "first_pages")


def sample(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    register: Annotated[
        bool, typer.Option("--register", help="Write extracts of a made-up staff register instead.")
    ] = False,
) -> None:
    """Write the sample data: a fictional county with 12 municipalities."""
    from workforce.sources.tables.files import packaged_folder

    given = packaged_folder("practice_register" if register else "sample")
    with wrong_input_ends(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(given.iterdir()):
            shutil.copyfile(path, folder / path.name)
    what = "extracts of nobody real" if register else "the sample county"
    typer.echo(f"Wrote {what} to {folder}")
