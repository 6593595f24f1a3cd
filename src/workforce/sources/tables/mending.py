"""Write a mended copy of a folder of tables: what can be read in one way only is written so."""

from dataclasses import replace
from os import PathLike

import polars as pl

from workforce.contract.dictionary import Table, tables
from workforce.contract.formulas import defused
from workforce.contract.places import fresh
from workforce.contract.problems import many
from workforce.errors import ParameterError, SourceError
from workforce.sources.tables.cells import Reading, read_cells
from workforce.sources.tables.files import find_tables, read_cells_of
from workforce.sources.tables.folder import in_codes, packaged_lists
from workforce.sources.tables.paths import file_path
from workforce.sources.tables.plain import ABOVE, BELOW, SUMS
from workforce.texts.catalogue import load_texts
from workforce.texts.messages import tell_report

CHANGES = "changes.md"
_UNIT = (
    r"(?i)^([0-9][0-9 .,]*?) ?(personer|innbyggere|innbyggjarar|ansatte|tilsette|brukere|brukarar|"
    r"årsverk|stk\.?|år|år (?:og|eller) (?:over|eldre))$"
)


def mend_folder(
    folder: str | PathLike[str], out: str | PathLike[str], *, language: str = "en"
) -> list[str]:
    """Write every table of a folder as CSV with our names, and a list of what was changed.

    Norwegian headings and values become ours, years above columns become rows, and sums, texts
    below and units are left out. What can be read in two ways, or in none, stays as it is. The
    list is also in ``changes.md`` of the folder to write to, which must not be there, or be empty
    (ParameterError). SourceError where a table cannot be read, or a file cannot be written.
    """
    out = file_path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ParameterError(
            f"{out} is there already. A mended copy is never written over anything: name a folder "
            "that is not there."
        )
    readings = {
        name: read_cells_of(path, name) for name, path in find_tables(file_path(folder)).items()
    }
    if not readings:
        raise SourceError(f"{folder} holds no tables to mend.")
    read = {name: one.frame for name, one in readings.items()}
    frames, words = in_codes(read, packaged_lists(read))
    changes: list[str] = []
    texts: dict[str, pl.DataFrame] = {}
    for name, one in readings.items():
        changes += one.raw.notes
        changes += [
            f"{mended.file}: {mended.rule} ({mended.count}), mended."
            for mended in one.problems
            if mended.rule in (BELOW, SUMS, ABOVE)
        ]
        texts[name], told = _without_units(frames[name], one, tables()[name])
        changes += told
    changes += words
    changes = [change for change in changes if change]
    listed = [f"- {change}" for change in changes] or ["- Nothing had to be changed."]
    heading = ["# What was changed in this copy", "", f"Made of {folder}.", ""]
    report = tell_report("\n".join([*heading, *listed, ""]), load_texts(language))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, frame in texts.items():
            defused(frame).write_csv(fresh(out / f"{name}.csv"))
        fresh(out / CHANGES).write_text(report, encoding="utf-8")
    except OSError as error:
        raise SourceError(
            f"{error.filename or out} cannot be written: {error.strerror}."
        ) from error
    return changes


def _without_units(
    frame: pl.DataFrame, reading: Reading, table: Table
) -> tuple[pl.DataFrame, list[str]]:
    """Write numbers without the unit beside them; other cells that cannot be read stay."""
    raw = reading.raw
    texts = {name: raw.frame[name].cast(pl.String) for name in reading.unreadable}
    numbers = {
        name: pl.select(
            pl.when(broken).then(texts[name].str.strip_chars().str.extract(_UNIT, 1))
        ).to_series()
        for name, broken in reading.unreadable.items()
    }
    # Read with the other cells of the column, which tell what its commas are.
    bare = [number.fill_null(texts[name]).alias(name) for name, number in numbers.items()]
    again = read_cells(replace(raw, frame=raw.frame.with_columns(bare)), table)
    told = []
    for name, broken in reading.unreadable.items():
        read = broken & again.frame[name].is_not_null()
        value = pl.when(read).then(again.frame[name].cast(pl.String)).otherwise(texts[name])
        own = frame[name].cast(pl.String)
        frame = frame.with_columns(pl.when(~broken).then(own).otherwise(value).alias(name))
        count = int((read & numbers[name].is_not_null()).sum())
        if count:
            told.append(f"{raw.file}, {name}: the unit was left out of {many(count, 'cell')}.")
    return frame, told
