"""Commands that make tables from what others keep: a staff register, and Statistics Norway."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workforce.cli.speaking import (
    SOME_FAILED,
    WRONG_INPUT,
    Language,
    echo,
    texts_of,
    wrong_input_ends,
)
from workforce.texts.catalogue import Texts
from workforce.texts.messages import tell_note

if TYPE_CHECKING:
    from workforce.contract.folder import FetchReport


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
    region: Annotated[
        str | None,
        typer.Option(help="With --suggest: municipality of the workplaces, such as 4026."),
    ] = None,
    language: Language = None,
) -> None:
    """Turn extracts of the staff register into tables of stocks and flows without persons.

    Identity numbers are used in memory only and written nowhere. Ends with 2 if nothing was made,
    and with 1 where a proposed mapping lacks a column that is needed.
    """
    from workforce.sources.staff_register.suggestion import write_suggestion
    from workforce.sources.staff_register.writing import describe_counts, import_register

    texts = texts_of(language)
    with wrong_input_ends(texts=texts):
        if suggest is not None:
            lacking = write_suggestion(extracts, suggest, texts, region=region)
            echo(texts, "suggested_mapping", file=suggest)
            if lacking:
                echo(texts, "no_heading", err=True, fields=", ".join(lacking))
                raise typer.Exit(SOME_FAILED)
            return
        if mapping is None:
            echo(texts, "name_mapping", err=True)
            raise typer.Exit(WRONG_INPUT)
        tables, written = import_register(
            extracts, mapping=mapping, spells=spells, folder=out, language=texts.language
        )
    typer.echo(describe_counts(tables, texts))
    echo(texts, "wrote_to", files=", ".join(path.name for path in written), folder=out)


def fetch(
    folder: Annotated[Path, typer.Argument(help="Folder of tables; made if it is not there.")],
    region: Annotated[
        list[str],
        typer.Option(help="Number of a municipality, a county council, or a county for all of it."),
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
    language: Language = None,
) -> None:
    """Fetch what is public of Statistics Norway: inhabitants, projection, care users and FTE.

    Ends with 0 if the folder was written, else with 2, and then nothing in it was changed.
    """
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from workforce.sources.statbank.calls import Line
    from workforce.sources.statbank.fetching import fetch_folder

    texts = texts_of(language)

    def tell(text: str) -> None:
        typer.echo(tell_note(text, texts), err=True)

    line = Line(cache=cache or folder / "ssb-cache", refresh=refresh, offline=offline, say=tell)
    with wrong_input_ends(folder, texts):
        report = fetch_folder(
            folder,
            region,
            line=line,
            today=datetime.now(ZoneInfo("Europe/Oslo")).date(),
            borrow=borrow,
            statbank_url=statbank_url,
            klass_url=klass_url,
            progress=lambda table, done, parts: echo(
                texts, "parts", err=True, table=table, done=done, parts=parts
            ),
        )
    _tell_tables(report, texts)
    echo(texts, "sources_in", folder=folder)


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
    language: Language = None,
) -> None:
    """Turn tables that were saved by hand on ssb.no into tables of a folder, as fetch makes them.

    Ends with 0 if tables were written, with 1 if they were and a place, sex or age lacks, else
    with 2, and then nothing was changed.
    """
    from workforce.sources.statbank_saved.importing import REPORT
    from workforce.sources.statbank_saved.importing import import_statbank as import_files
    from workforce.sources.statbank_saved.mapping import suggest_table
    from workforce.sources.tables.paths import write_new

    texts = texts_of(language)
    with wrong_input_ends(out, texts):
        if suggest is not None:
            write_new(suggest, suggest_table(files[0]))
            echo(texts, "suggested_table", file=suggest)
            return
        report = import_files(
            files,
            out,
            regions=region or (),
            table=table,
            mapping=mapping,
            language=texts.language,
        )
    _tell_tables(report, texts)
    echo(texts, "taken_for_what", file=out / REPORT, folder=out)
    if report.lacking:
        echo(texts, "not_whole", err=True)
        for line in report.lacking:
            echo(texts, "lacking", err=True, text=tell_note(line, texts))
        raise typer.Exit(SOME_FAILED)


def _tell_tables(report: "FetchReport", texts: Texts) -> None:
    for name, rows in report.tables.items():
        echo(texts, "wrote_table", file=f"{name}.csv", rows=rows)
    for note in report.notes:
        echo(texts, "note", text=tell_note(note, texts))
