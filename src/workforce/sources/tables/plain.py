"""Understand plain Norwegian tables: headings, values, sums, texts below, years as columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from workforce.contract.columns import meant
from workforce.contract.dictionary import Column, Table
from workforce.contract.problems import Problem, shorten

SUM = (
    r"(?i)^(i alt|ialt|sum|sum .*|totalt?|total .*|begge kj(ø|o)nn|alle|heile landet|hele landet)$"
)
"""What stands in the place of a code in a row that is the sum of others."""
_SUM = re.compile(SUM)
BELOW, SUMS, ABOVE = "text below the table", "sum among the rows", "values above columns"
"""Rules on the shape of a table, which a mended copy keeps."""
YEAR_ABOVE = re.compile(r"\b((?:19|20)\d\d)\b")
_YEAR = re.compile(r"(.*?)\b((?:19|20)\d\d)\b(.*)")
_AGE = re.compile(r"(\d{1,3})(?: år)?")
_LEAST = 2
_LONGEST_FOOT = 200
_LEAST_AGES = 10
_TURN = "`workforce check FOLDER --mend NEW_FOLDER` writes it so."


@dataclass(frozen=True)
class Raw:
    """The cells of a table as a file holds them.

    ``rows`` gives the number of each row in the file, ``letters`` the letter of each column in a
    workbook (empty for other files), and ``file`` what messages call the place. ``numbers`` holds
    the cells that a workbook keeps as numbers, by column: their text is not read for marks.
    ``notes`` says what is read and may surprise.
    """

    frame: pl.DataFrame
    rows: pl.Series
    file: str
    letters: Mapping[str, str]
    numbers: Mapping[str, pl.Series] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def understood(raw: Raw, table: Table) -> tuple[Raw, list[Problem]]:
    """Give the columns and values of a table our names, where exactly one can be meant.

    Sums, texts below the table, and years or other values above columns are told as one problem
    each, and the rest is read as if they were mended, so that all that is wrong is told at once.
    """
    raw = _with_our_values(_with_our_names(raw, table), table)
    if any(dtype != pl.String for dtype in raw.frame.dtypes):
        return raw, []  # Parquet is written by programs.
    raw, below = _without_text_below(raw, table)
    raw, sums = _without_sums(raw, table)
    raw, wide = _in_rows(raw, table)
    raw, beside = _without_column_of_sums(raw, table)
    return _with_our_values(raw, table), [*below, *sums, *beside, *wide]


def column_meant(heading: str, table: Table) -> str | None:
    """Find the column that a heading names, in our words or in Norwegian."""
    plain = heading.strip().lower()
    names = [column.name for column in table.columns]
    return plain if plain in names else meant(plain, names)


def filled_rows(frame: pl.DataFrame) -> pl.Series:
    """Mark the rows of a table of texts that hold anything but spaces."""
    if not frame.width:
        return pl.Series([], dtype=pl.Boolean)
    text = pl.all().str.strip_chars()
    return frame.select(pl.any_horizontal(text.is_not_null() & (text != ""))).to_series()


def _with_our_names(raw: Raw, table: Table) -> Raw:
    """Rename headings that mean one column each, which no other heading means."""
    there = list(raw.frame.columns)
    means = {name: column_meant(name, table) for name in there}
    names = {
        name: ours
        for name, ours in means.items()
        if ours is not None and name != ours and ours not in there
        if [*means.values()].count(ours) == 1
    }
    if not names:
        return raw
    told = [f"{name} as {ours}" for name, ours in names.items() if name.strip().lower() != ours]
    return replace(
        raw,
        frame=raw.frame.rename(names),
        letters={names.get(name, name): letter for name, letter in raw.letters.items()},
        numbers={names.get(name, name): cells for name, cells in raw.numbers.items()},
        notes=(*raw.notes, *_note(raw.file, "column", told)),
    )


def _with_our_values(raw: Raw, table: Table) -> Raw:
    """Write Norwegian words as the codes that they mean, in columns of a fixed list of codes."""
    frame, notes = raw.frame, list(raw.notes)
    for column in table.columns:
        if not column.codes or frame.schema.get(column.name) != pl.String():
            continue
        words = {
            word: code
            for word in frame[column.name].unique(maintain_order=True).drop_nulls()
            if word.strip() not in column.codes
            for code in [meant(word, column.codes)]
            if code is not None
        }
        frame, told = _replaced(frame, column.name, words, raw.file)
        notes += told
    return replace(raw, frame=frame, notes=tuple(notes))


def with_codes(
    frame: pl.DataFrame, table: Table, named: Mapping[str, Mapping[str, str]]
) -> tuple[pl.DataFrame, list[str]]:
    """Write names of places, sectors, occupations and competences as their codes."""
    told = []
    for column in table.columns:
        known = named.get(column.refers_to[0], {}) if column.refers_to else {}
        if not known or frame.schema.get(column.name) != pl.String():
            continue
        words = {
            word: known[word.strip().casefold()]
            for word in frame[column.name].unique(maintain_order=True).drop_nulls()
            if word.strip().casefold() in known
        }
        frame, notes = _replaced(frame, column.name, words, table.name)
        told += notes
    return frame, told


def _replaced(
    frame: pl.DataFrame, column: str, words: Mapping[str, str], where: str
) -> tuple[pl.DataFrame, list[str]]:
    told = [f"{word} as {code}" for word, code in words.items()]
    return frame.with_columns(pl.col(column).replace(words)), _note(where, column, told)


def _note(where: str, what: str, told: Sequence[str]) -> list[str]:
    return [f"{where}, {what}: read {shorten(told, shown=12)}."] if told else []


def _without_text_below(raw: Raw, table: Table) -> tuple[Raw, list[Problem]]:
    """Take out texts that stand alone in the first column at the end, as footnotes do."""
    frame = raw.frame.tail(_LONGEST_FOOT)
    if frame.width < _LEAST or frame.is_empty():
        return raw, []
    blank = pl.all().is_null() | (pl.all().str.strip_chars() == "")
    others = frame.select(frame.columns[1:]).select(pl.all_horizontal(blank)).to_series()
    first = frame[frame.columns[0]].fill_null("").str.strip_chars() != ""
    alone = (others & first).to_list()
    below = next((at for at, one in enumerate(reversed(alone)) if not one), len(alone))
    if below in (0, len(alone)):
        return raw, []
    last = raw.frame.height - below
    kept = pl.select(pl.int_range(raw.frame.height) < last).to_series()
    message = "Texts below a table are no rows of it: take them away, or move them to the top."
    return _only(raw, kept), [_problem(raw, table, table.columns[0].name, BELOW, ~kept, message)]


def _without_sums(raw: Raw, table: Table) -> tuple[Raw, list[Problem]]:
    """Take out rows that say of themselves in their key that they are sums of others."""
    said = pl.Series([False]).new_from_index(0, raw.frame.height)
    where = None
    for column in table.columns:
        if column.place != "key" or column.name not in raw.frame.columns:
            continue
        each = raw.frame[column.name].unique().drop_nulls()
        plain = each.str.strip_chars()
        words = each.filter(plain.str.contains(SUM) & ~plain.is_in(list(column.codes)))
        if len(words):
            where = where or column.name
            said |= raw.frame[column.name].is_in(words.to_list()).fill_null(value=False)
    if where is None:
        return raw, []
    message = "A row that is the sum of others would be counted beside them: leave such rows out."
    return _only(raw, ~said), [_problem(raw, table, where, SUMS, said, message)]


def _without_column_of_sums(raw: Raw, table: Table) -> tuple[Raw, list[Problem]]:
    """Take out columns that say above them that they are sums of others."""
    heads = [one for one in raw.frame.columns if table.column(one) is None and _SUM.match(one)]
    if not heads:
        return raw, []
    message = f"{shorten(heads)} above a column are sums of the others: leave such columns out."
    letters = {name: letter for name, letter in raw.letters.items() if name not in heads}
    problem = Problem(table.name, raw.file, heads[0], SUMS, len(heads), (), message)
    return replace(raw, frame=raw.frame.drop(heads), letters=letters), [problem]


def _in_rows(raw: Raw, table: Table) -> tuple[Raw, list[Problem]]:
    """Lay a table with the values of one column above its columns out in rows."""
    lacking = [column for column in table.columns if column.required
               and column.name not in raw.frame.columns]  # fmt: skip
    unknown = [name for name in raw.frame.columns if table.column(name) is None]
    for column in lacking:
        others = [one for one in lacking if one != column and one.place == "value"]
        heads = {
            name: found
            for name in unknown
            for found in [_above(name, column, table, others)]
            if found is not None
        }
        values = dict.fromkeys(value for _, value in heads.values())
        least = _LEAST_AGES if column.variable.name == "age" else _LEAST
        if len(heads) < least or len(values) < least or len({*heads.values()}) < len(heads):
            continue
        figures = {figure for figure, _ in heads.values()}
        unsaid = figures - {one.name for one in others}
        message = (
            f"The table has a row for each {column.name}; here they stand above columns "
            f"({shorten(heads)}). {_TURN}"
        ) + (f" Nothing says whether the figures are {unsaid.pop()}: write it." if unsaid else "")
        problem = Problem(table.name, raw.file, column.name, ABOVE, len(heads), (), message)
        return _melted(raw, column.name, heads), [problem]
    return raw, []


def _above(
    name: str, column: Column, table: Table, others: Sequence[Column]
) -> tuple[str, str] | None:
    """Read a heading as a value of a column, and the column that the figures below are of."""
    plain, rest = name.strip(), ""
    value: str | None = None
    if column.variable.name in ("year", "flow_year"):
        if found := _YEAR.fullmatch(plain):
            value, rest = found[2], f"{found[1]} {found[3]}".strip()
    elif column.variable.name == "age":
        value = found[1] if (found := _AGE.fullmatch(plain)) else None
    elif column.codes:
        value = plain if plain in column.codes else meant(plain, column.codes)
    if value is None:
        return None
    names = [one.name for one in others]
    if not rest:
        return (" or ".join(names), value) if names else None
    figure = column_meant(rest, table)
    return (figure, value) if figure in names else None


def _melted(raw: Raw, column: str, heads: Mapping[str, tuple[str, str]]) -> Raw:
    beside = [name for name in raw.frame.columns if name not in heads]
    parts, numbers = [], dict[str, list[pl.Series]]()
    values = dict.fromkeys(value for _, value in heads.values())
    figures = dict.fromkeys(figure for figure, _ in heads.values())
    for value in values:
        own = {figure: name for name, (figure, of) in heads.items() if of == value}
        parts.append(
            raw.frame.select(
                *beside, pl.lit(value).alias(column),
                *(pl.col(own[figure]).alias(figure) if figure in own
                  else pl.lit(None, pl.String).alias(figure) for figure in figures),
            )
        )  # fmt: skip
        for name in raw.numbers:
            if name in beside:
                numbers.setdefault(name, []).append(raw.numbers[name])
        for figure in figures:
            empty = pl.Series([None], dtype=pl.Float64).new_from_index(0, raw.frame.height)
            numbers.setdefault(figure, []).append(raw.numbers.get(own.get(figure, ""), empty))
    return replace(
        raw,
        frame=pl.concat(parts),
        rows=pl.concat([raw.rows] * len(values)),
        letters={name: letter for name, letter in raw.letters.items() if name in beside},
        numbers={name: pl.concat(each) for name, each in numbers.items()} if raw.numbers else {},
    )


def _only(raw: Raw, kept: pl.Series) -> Raw:
    return replace(
        raw,
        frame=raw.frame.filter(kept),
        rows=raw.rows.filter(kept),
        numbers={name: cells.filter(kept) for name, cells in raw.numbers.items()},
    )


def _problem(
    raw: Raw, table: Table, column: str, rule: str, broken: pl.Series, message: str
) -> Problem:
    rows = [int(row) for row in raw.rows.filter(broken)]
    listed = f"Rows {shorten(rows)}. " if len(rows) > 1 else f"Row {rows[0]}. "
    return Problem(table.name, raw.file, column, rule, len(rows), (), listed + message)
