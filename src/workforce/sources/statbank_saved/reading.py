"""Turn a saved file into the coded figures of a declared table, or say why it is none."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from workforce.contract.problems import shorten
from workforce.errors import ParameterError, SourceError
from workforce.sources.statbank.declared import Declaration, declarations, span_of_ages
from workforce.sources.statbank_saved.assignment import assign
from workforce.sources.statbank_saved.long import Long, head_of, read_long
from workforce.sources.statbank_saved.meaning import (
    TAB,
    TOTAL,
    Read,
    Variable,
    call,
    name_of_place,
    read_texts,
    variables_of,
)

_NUMBER = re.compile(r"(?<!\d)(\d{5})(?=: |:$|_|\.|-|$)")
_OF_ONE_SEX = re.compile(
    r"\b(kvinner|kvinnel[ie]ge|menn|mannl[ie]ge|women|men|females?|males?)\b", re.IGNORECASE
)
_COUNTED = ("population", "service_use")
"""Tables of persons who were counted, of whom there are whole ones alone."""
_INHABITANTS = ("population", "population_projection")
_OLDEST = 90
"""Where single ages end below this, and not in an open age, the rest of them lacks."""


@dataclass(frozen=True)
class Found:
    """The figures of one saved table in codes of its declaration, and what was taken for what."""

    name: str
    declared: Declaration
    file: str
    title: str
    updated: str | None
    figures: pl.DataFrame
    places: Mapping[str, str]
    taken: tuple[str, ...]
    left: tuple[str, ...]
    notes: tuple[str, ...] = ()


def read_saved(
    path: Path, *, known: Mapping[str, str], today: date, table: str | None = None
) -> list[Found]:
    """Read the tables of a saved file; a workbook may have one on each sheet."""
    found = []
    longs, left = read_long(path)
    for long in longs:
        names = _candidates(long, path, table)
        readings: list[Found] = []
        failed: dict[str, str] = {}
        for name in names:
            try:
                readings.append(_read_as(name, long, known, today, named=len(names) == 1))
            except SourceError as error:
                failed[name] = str(error)
        if len(readings) == 1:
            found.append(readings[0])
        elif readings:
            listed = shorten(f"{one.declared.table} ({one.declared.about})" for one in readings)
            raise SourceError(
                f"{long.file} may be of tables {listed}. Save it with its title, or say which: "
                "--table 07459."
            )
        elif len(names) == 1:
            raise SourceError(failed[names[0]])
        else:
            raise SourceError(
                f"{long.file}: it is of no table that is known: neither a number of five digits in "
                f"the title nor what is in it tells which. Known are {_known_tables()}. Save it "
                "with its title, say which it is with --table, or begin with --suggest "
                "mapping.yaml."
            )
    return [replace(found[0], notes=(*found[0].notes, *left)), *found[1:]]


def _known_tables() -> str:
    return ", ".join(f"{one.table} ({one.about})" for one in declarations().values())


def _candidates(long: Long, path: Path, table: str | None) -> list[str]:
    """Name the declared tables that a file may be, by the number that it tells."""
    numbers = {one.table: name for name, one in declarations().items()}
    if table is not None:
        if table not in numbers:
            raise ParameterError(
                f"There is no table {table} among those that are known: {_known_tables()}."
            )
        return [numbers[table]]
    for text in (long.title, *long.columns, path.stem):
        told = [number for number in _NUMBER.findall(text) if number in numbers]
        if told:
            return [numbers[told[0]]]
    unknown = re.match(r"(\d{5}): ", long.title) or re.match(r"(\d{5})(?!\d)", path.stem)
    if unknown:
        raise SourceError(
            f"{long.file}: table {unknown[1]} is not among those that are known: "
            f"{_known_tables()}. Begin with --suggest mapping.yaml, which proposes how its columns "
            "become one of ours."
        )
    return list(numbers.values())


def _read_as(name: str, long: Long, known: Mapping[str, str], today: date, *, named: bool) -> Found:
    """Read a file as one declared table, or raise an error with the first cell that contradicts."""
    declared = declarations()[name]
    variables = variables_of(declared)
    read_as = partial(read_texts, declared, known=known)
    long, assigned = assign(long, variables, read_as)
    strange = [one for one in long.columns if one not in assigned]
    if strange and not named:
        raise SourceError(f"{long.file}: {head_of(strange[0])} is no variable of the table.")
    if long.title and not named:
        raise SourceError(f"{long.file}: its title does not tell that it is the table.")
    of_sex = _OF_ONE_SEX.findall(long.title)
    if len({one[0].lower() in "kwf" for one in of_sex}) == 1 and not any(
        one.code == "Kjonn" for one in variables
    ):
        raise SourceError(
            f"{long.file}: its title says {of_sex[0]!r}, and table {declared.table} is asked for "
            "both sexes together. Save it with both as one, or without sex."
        )
    long, left = _without_strange(long, assigned, declared)
    taken, notes = list[str](), list[str]()
    reads: dict[str, Read] = {}
    codes: dict[str, pl.Expr] = {}
    for variable in variables:
        column = next((one for one, of in assigned.items() if of == variable), None)
        if column is None:
            code, said = _not_there(long, variable, declared)
            codes[variable.code] = pl.lit(code)
            taken.append(said)
            continue
        read = read_as(variable, long.frame[column].unique(maintain_order=True))
        if read.unclear:
            told = [f"{long.place(column, text)}: {why}" for text, why in read.unclear.items()]
            raise SourceError(f"{long.file}, {shorten(told, mark='; ')}.")
        reads[variable.code] = read
        if not any(read.codes.values()):
            only = shorten([text.replace(TAB, " ") for text in read.codes])
            where = long.place(column, next(iter(read.codes)))
            raise SourceError(
                f"{long.file}, {where}: {call(variable)} has nothing that table {declared.table} "
                f"is asked for, only {only}{_asked_for(variable, declared)}. Choose it on ssb.no, "
                "in Norwegian, and save the table again with codes and texts."
            )
        codes[variable.code] = pl.col(column).replace_strict(
            dict(read.codes), return_dtype=pl.String
        )
        taken.append(_tell_taken(variable, column, read, declared))
        others = [text.replace(TAB, " ") for text, code in read.codes.items() if code is None]
        left += [f"{call(variable)}: {shorten(others)}"] if others else []
        notes += [f"{long.file}: {note}." for note in read.doubtful]
    figures = long.frame.select(**codes, value="value", status="status").drop_nulls(list(codes))
    require_sound(name, declared, figures, long.file, today)
    places = {}
    if declared.region:
        for text, number in reads[declared.region].codes.items():
            if number:
                places[number.removeprefix("K-")] = name_of_place(text.replace(TAB, " "))
    return Found(
        name, declared, long.file, long.title or f"{declared.table}: {declared.about}",
        long.updated, figures, places, tuple(taken), tuple(left), tuple(notes),
    )  # fmt: skip


def _without_strange(
    long: Long, assigned: Mapping[str, Variable], declared: Declaration
) -> tuple[Long, list[str]]:
    """Keep the totals of a variable that the table is not asked for; refuse it without one."""
    frame, left = long.frame, list[str]()
    for column in long.columns:
        if column in assigned or column not in frame.columns:
            continue
        texts = frame[column].unique(maintain_order=True)
        totals = [text for text in texts if any(TOTAL.fullmatch(t) for t in text.split(TAB))]
        if not totals:
            told = head_of(column) or repr(texts[0])
            raise SourceError(
                f"{long.file}, {long.place(column, texts[0])}: {told} is no variable that table "
                f"{declared.table} is asked for, and has no total. Choose its total on "
                "ssb.no, or leave it out."
            )
        frame = frame.filter(pl.col(column).is_in(totals))
        if len(texts) > len(totals):
            left.append(f"{head_of(column)}: all but {totals[0].replace(TAB, ' ')}")
    return replace(long, frame=frame), left


def _asked_for(variable: Variable, declared: Declaration) -> str:
    """Say what the texts of a variable are looked through for, where they are declared."""
    words = declared.confirm.get(variable.code, {})
    asked = [words[code][0] for code in declared.select.get(variable.code, ()) if words.get(code)]
    return f" (it is looked for {', '.join(asked)})" if asked else ""


def _not_there(long: Long, variable: Variable, declared: Declaration) -> tuple[str, str]:
    """Take the one code that a variable can have where the file does not tell it, or refuse it."""
    asked = declared.select.get(variable.code, ())
    words = [
        word.casefold() for code in asked for word in declared.confirm[variable.code].get(code, ())
    ] if len(asked) == 1 and variable.code in declared.confirm else []  # fmt: skip
    told = " ".join((long.title, *long.columns, *long.notes)).casefold()
    if variable.part == "metric" and any(word in told for word in words):
        return asked[0], f"{asked[0]} is not named beside the figures, but in the text around them"
    if variable.part == "code" and any(TOTAL.fullmatch(word) for word in words):
        return asked[0], f"{call(variable)} is not in the file, which is then its total"
    raise SourceError(
        f"{long.file}: table {declared.table} is asked for {call(variable)} ({variable.code}), "
        "which the file does not tell. Choose it on ssb.no, and save the table again."
    )


def _tell_taken(variable: Variable, column: str, read: Read, declared: Declaration) -> str:
    head = head_of(column)
    named = f"column {head}" if head and not head.startswith("^") else (
        "heads" if head.startswith("^") else "a column without a name"
    )  # fmt: skip
    ours = declared.rename.get(variable.code, {})
    used = {text: code for text, code in read.codes.items() if code}
    if variable.part in ("age", "time"):
        codes = sorted(used.values())
        told = f"{len(codes)}, {codes[0]} to {codes[-1]}" if codes else "none"
    else:
        pairs = (
            f"{text.replace(TAB, ' ')} as {ours.get(code, code)}" for text, code in used.items()
        )
        told = shorten(pairs, shown=8)
    return f"{call(variable)} taken from {named}: {told}"


def require_sound(
    name: str, declared: Declaration, figures: pl.DataFrame, file: str, today: date
) -> None:
    """Refuse a file in which nothing is left of what is asked for, or which is another table."""
    again = "Save the table again as it is on ssb.no."
    for variable, labels in declared.find.items():
        gone = [one for one in declared.needed if one in labels and one not in figures[variable]]
        if gone:
            words = " or ".join(word for one in gone for word in labels[one][:2])
            raise SourceError(
                f"{file}: table {declared.table} is found by its texts, and no text says "
                f"{words}. Choose it on ssb.no, and save the table with codes and texts."
            )
    lacking = "any figure that is asked for" if figures.is_empty() else ""
    if name == "population_projection" and not lacking:
        main = declared.select["ContentsCode"][0]
        lacking = "" if main in figures["ContentsCode"] else "the main alternative (MMMM)"
    if lacking:
        raise SourceError(
            f"{file}: table {declared.table} lacks {lacking}. Choose it on ssb.no, and save the "
            "table again."
        )
    whole = name in _COUNTED
    wrong = figures.filter((pl.col("value") < 0) | ((pl.col("value") % 1 != 0) & whole))
    if len(wrong):
        *keys, value, _ = wrong.row(0)
        rule = (
            f": {declared.unit} are whole numbers, and not below zero" if whole else " below zero"
        )
        raise SourceError(
            f"{file}: the figure of {', '.join(map(str, keys))} is {value:g}{rule} "
            f"({len(wrong)} figures). {again}"
        )
    if name in _INHABITANTS:
        last = int(max(figures[declared.time]))
        projected = name == "population_projection"
        if (last > today.year) != projected:
            raise SourceError(
                f"{file}: its last year is {last}, so it is not the table of "
                f"{'projected' if projected else 'counted'} inhabitants ({declared.table})."
            )
    keys = figures.columns[:-2]
    values = figures.group_by(keys).agg(pl.col("value").n_unique())
    clash = values.filter(pl.col("value") > 1)
    if len(clash):
        told = ", ".join(map(str, clash.select(keys).row(0)))
        raise SourceError(f"{file}: the figure of {told} is there twice, with two values. {again}")


def what_lacks(
    name: str, declared: Declaration, figures: pl.DataFrame, towns: Sequence[str]
) -> list[str]:
    """Tell which places, sexes, ages and figures lack of a table, all files of it together."""
    told = []
    if declared.region:
        gone = sorted({*towns} - {*figures[declared.region]})
        told += [f"{name}: no figures of {shorten(gone)}. Save them as well."] if gone else []
    for code in declared.select.get("Kjonn", ()):
        if code not in figures["Kjonn"]:
            sex = declared.rename["Kjonn"][code]
            told.append(f"{name}: no file has figures of {sex}. Save them as well.")
    if name not in _INHABITANTS or figures.is_empty():
        return told
    spans = [span_of_ages(code, declared.table) for code in figures[declared.age].unique()]
    youngest, oldest = min(low for low, _ in spans), max(low for low, _ in spans)
    ages = {*range(oldest + 1)} - {low for low, _ in spans}
    if ages:
        told.append(f"{name}: ages {shorten(sorted(ages))} are in no file. Save them as well.")
    if oldest < _OLDEST and all(high is not None for _, high in spans):
        told.append(
            f"{name}: ages {youngest} to {oldest} alone are in the files. Choose all single ages "
            "on ssb.no, from 0 to the oldest."
        )
    years = {int(year) for year in figures[declared.time]}
    if between := {*range(min(years), max(years))} - years:
        told.append(f"{name}: years {shorten(sorted(between))} are in no file. Save them as well.")
    place = [declared.region, declared.time]
    counted = figures.group_by(place).len().sort(place)
    short = counted.filter(pl.col("len") < counted["len"].max())
    if len(short):
        places = shorten(f"{town} {year}" for town, year in short.select(place).iter_rows())
        told.append(
            f"{name}: {places} have fewer sexes, ages or alternatives than other years and places "
            "of the files. Save them as well."
        )
    return told
