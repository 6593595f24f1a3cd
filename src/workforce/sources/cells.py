"""Turn the cells of a file into the kinds the dictionary names, and say which cells cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from workforce.contract.dictionary import Column, Table
from workforce.contract.problems import ROWS_SHOWN, Problem, file_row_numbers

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
_COMMA_OR_THOUSANDS = r"^[+-]?[1-9]\d{0,2}(,\d{3})+$"
_THOUSANDS = r"^\d{1,3}([ \u{a0}\u{202f}]\d{3})+([.,]\d+)?$"
_MARKS = (".", "..", ":", "-", "*", "x", "X")
_QUARTER = r"^\d{4}[QK][1-4]$"
_DTYPES: dict[str, pl.DataType] = {
    "code": pl.String(),
    "text": pl.String(),
    "quarter": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
}


@dataclass(frozen=True)
class Reading:
    """A table as read: the frame, the problems met, and which cells were unreadable by column."""

    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    unreadable: dict[str, pl.Series]


def read_cells(raw: pl.DataFrame, table: Table, *, file: str) -> Reading:
    """Cast the columns of a table; optional columns that are not there become empty ones.

    Parameters
    ----------
    raw : DataFrame
        Columns as in the file, in any order, as text or already typed.
    table : Table
        Gives the kind of each column.
    file : str
        What the file is called in messages.

    Returns
    -------
    Reading
        Its frame has the table's columns in their order, then columns the dictionary does not
        know. A cell that cannot be read is empty in the frame and marked in ``unreadable``.
    """
    done: list[pl.Series] = []
    problems: list[Problem] = []
    unreadable: dict[str, pl.Series] = {}
    for column in table.columns:
        if column.name in raw.columns:
            cells = raw[column.name]
            series, broken = _cast(cells, column)
            if broken.any():
                problems.append(_problem(cells, broken, column, file))
                unreadable[column.name] = broken
            done.append(series)
        elif not column.required:
            empty = pl.Series(column.name, [None], dtype=_DTYPES[column.variable.dtype])
            done.append(empty.new_from_index(0, raw.height))
    done += [raw[name] for name in raw.columns if table.column(name) is None]
    return Reading(pl.DataFrame(done), tuple(problems), unreadable)


def _cast(cells: pl.Series, column: Column) -> tuple[pl.Series, pl.Series]:
    """Cast a column; the second series marks the cells that hold something unreadable."""
    kind = column.variable.dtype
    if kind in ("number", "integer"):
        numbers = cells.cast(pl.Float64) if cells.dtype.is_numeric() else _numbers(_text(cells))
        if kind == "number":
            series = numbers
        elif cells.dtype.is_integer():
            series = cells.cast(pl.Int64, strict=False)
        else:
            whole = numbers.is_finite() & (numbers == numbers.floor()) & (numbers.abs() < 2**53)
            series = pl.select(pl.when(whole).then(numbers)).to_series().cast(pl.Int64)
    else:
        series = _text(cells)
        if kind == "quarter":
            right = series.str.contains(_QUARTER)
            quarters = series.str.replace("K", "Q", literal=True)
            series = pl.select(pl.when(right).then(quarters)).to_series()
    return series.rename(column.name), series.is_null() & cells.is_not_null() & ~_blank(cells)


def _text(cells: pl.Series) -> pl.Series:
    """Give cells as text; a whole number such as 301.0 as 301, an empty cell as null."""
    if cells.dtype.is_float():
        whole = cells.is_finite() & (cells == cells.floor()) & (cells.abs() < 2**53)
        integers = pl.select(pl.when(whole).then(cells)).to_series().cast(pl.Int64)
        cells = integers.cast(pl.String).fill_null(cells.cast(pl.String))
    text = cells.cast(pl.String)
    return pl.select(pl.when(text != "").then(text)).to_series()


def _blank(cells: pl.Series) -> pl.Series:
    if cells.dtype != pl.String:
        return pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)
    return cells.str.strip_chars() == ""


def _numbers(text: pl.Series) -> pl.Series:
    """Read numbers; a decimal comma counts where the column leaves no doubt that it is one.

    Doubt there is when another cell has a decimal point, or when every cell with a comma could as
    well be thousands (1,234): then the cells with a comma stay unread.
    """
    text = text.str.strip_chars()
    point = text.str.contains(_NUMBER)
    comma = text.str.contains(_DECIMAL_COMMA) & ~point
    if comma.any():
        thousands = bool(text.filter(comma).str.contains(_COMMA_OR_THOUSANDS).all())
        points = bool(text.filter(point).str.contains(".", literal=True).any())
        if not thousands and not points:
            text = text.str.replace(",", ".", literal=True)
            point = point | comma
    return pl.select(pl.when(point).then(text)).to_series().cast(pl.Float64)


def _problem(cells: pl.Series, broken: pl.Series, column: Column, file: str) -> Problem:
    wrong = cells.filter(broken).cast(pl.String)
    values = ", ".join(repr(value) for value in wrong.head(ROWS_SHOWN).to_list())
    rule = {
        "number": "not a number",
        "integer": "not a whole number",
        "quarter": "not a calendar quarter",
    }[column.variable.dtype]
    return Problem(
        table=column.table,
        file=file,
        column=column.name,
        rule=rule,
        count=len(wrong),
        rows=file_row_numbers(broken),
        message=f"The {'cell says' if len(wrong) == 1 else 'cells say'} {values}. "
        + _what_to_do(wrong, column.variable.dtype),
    )


def _what_to_do(wrong: pl.Series, kind: str) -> str:
    if kind == "quarter":
        return "Write quarters as 2025Q3."
    stripped = wrong.str.strip_chars()
    if _any(stripped.is_in(_MARKS)):
        return (
            "Marks for hidden or missing figures are not figures: "
            "write the figure, or leave the row out where the table allows it."
        )
    if _any(stripped.str.contains(_THOUSANDS)):
        return "Write numbers without a separator between thousands: 1234, not 1 234."
    if _any(stripped.str.contains(_DECIMAL_COMMA)):
        if kind == "integer":
            return "Write whole numbers, without decimals or a separator between thousands."
        return (
            "The comma may mean decimals or thousands: use a point for decimals and nothing "
            "between thousands."
        )
    return "Write a whole number." if kind == "integer" else "Write a number, such as 1234.5."


def _any(marks: pl.Series | Sequence[bool]) -> bool:
    return bool(pl.Series(marks).any())
