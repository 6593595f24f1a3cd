"""Turn the cells of a file into the kinds the dictionary names, and say which cells cannot be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from workforce.contract.columns import DTYPES
from workforce.contract.dictionary import Column, Table
from workforce.contract.persons import quoted
from workforce.contract.problems import ROWS_SHOWN, Problem, file_row_numbers, shorten
from workforce.contract.signs import FORBIDDEN, forbidden_sign
from workforce.sources.tables.plain import Raw, understood

_MARKS = (".", "..", ":", "-", "*", "x", "X")
_ERROR = (
    r"^#(N/A|I/T|REF!|DIV/0!|VALUE!|VERDI!|NAME\?|NAVN\?|NUM!|TALL!|NULL!|SPILL!|CALC!)$"
    r"|^\(formula without a value\)$"
)
NOT_COMPUTED = "(formula without a value)"
"""Stands for a formula that no spreadsheet has computed yet."""
_HIDDEN = r"^[<\u{2264}] ?\d+$|^(?i:under|færre enn|mindre enn) \d+$"
_WITH_UNIT = r"^[0-9][0-9 .,]* ?[a-zA-ZæøåÆØÅ]{1,}\.?$"
_SPACED_DIGITS = r"^\d+([ \u{a0}\u{2009}\u{202f}]+\d+)+"
POINT = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
DECIMAL_COMMA = r"^[+-]?[0-9]+,[0-9]+$"
SPACED = r"^[+-]?[1-9][0-9]{0,2}([ \u{a0}\u{2009}\u{202f}][0-9]{3})+([.,][0-9]+)?$"
EITHER_POINT = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"
EITHER_COMMA = r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
_POINTS_BETWEEN_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}((\.[0-9]{3}){2,}|(\.[0-9]{3})+,[0-9]+)$"
_COMMAS_BETWEEN_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}((,[0-9]{3}){2,}|(,[0-9]{3})+\.[0-9]+)$"
_NORWEGIAN_DATE = r"^(?<day>[0-9]{1,2})\.(?<month>[0-9]{1,2})\.(?<year>[0-9]{4})$"
_ISO_DATE = r"^(?<year>[0-9]{4})-(?<month>[0-9][0-9])-(?<day>[0-9][0-9])([ T]00:00:00(\.0+)?)?$"
_QUARTERS = (
    r"^(?<year>[0-9]{4})[ -]?[QKqk](?<quarter>[1-4])$",
    r"^[QKqk](?<quarter>[1-4])[ -]?(?<year>[0-9]{4})$",
    r"^(?<quarter>[1-4])\. ?(kvartal|kv\.) ?(?<year>[0-9]{4})$",
)
DATE = r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$|^[0-9]{4}-[0-9][0-9]-[0-9][0-9]"


@dataclass(frozen=True)
class Reading:
    """A table as read: the frame, the problems met, and which cells were unreadable by column."""

    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    unreadable: dict[str, pl.Series]
    raw: Raw


def read_cells(raw: Raw, table: Table) -> Reading:
    """Cast the columns of a table; optional columns that are not there become empty ones."""
    raw, problems = understood(raw, table)
    done: list[pl.Series] = []
    unreadable: dict[str, pl.Series] = {}
    for column in table.columns:
        if column.name in raw.frame.columns:
            cells = raw.frame[column.name]
            series, broken = _cast(cells, column, raw.numbers.get(column.name))
            if broken.any():
                problems.append(_problem(cells, broken, column, raw.file))
                unreadable[column.name] = broken
            done.append(series)
        elif not column.required:
            empty = pl.Series(column.name, [None], dtype=DTYPES[column.variable.dtype])
            done.append(empty.new_from_index(0, raw.frame.height))
    done += [raw.frame[name] for name in raw.frame.columns if table.column(name) is None]
    return Reading(pl.DataFrame(done), tuple(problems), unreadable, raw)


def in_file(problems: Sequence[Problem], raw: Mapping[str, Raw]) -> list[Problem]:
    """Give problems the row numbers of their file and, in a workbook, the cells they are in."""
    told = []
    for problem in problems:
        place = raw.get(problem.table)
        if place is not None and problem.rows:
            rows = tuple(int(place.rows[row - 2]) for row in problem.rows)
            letter = place.letters.get(problem.column, "")
            cells = tuple(f"{letter}{row}" for row in rows) if letter else ()
            problem = replace(problem, rows=rows, cells=cells)
        told.append(problem)
    return told


def _cast(cells: pl.Series, column: Column, exact: pl.Series | None) -> tuple[pl.Series, pl.Series]:
    """Cast a column; the second series marks the cells that hold something unreadable."""
    kind = column.variable.dtype
    if kind in ("code", "text") and cells.dtype == pl.String:
        # Codes are few and their rows are many.
        each = cells.unique()
        if not ((each == "") | (each != each.str.strip_chars()) | _is_error(each)).any():
            return cells.rename(column.name), pl.Series([False]).new_from_index(0, len(cells))
    typed = kind in ("number", "integer") and cells.dtype.is_numeric()
    # To write millions of numbers as text takes longer than all else.
    text = cells if typed else _text(cells)
    if kind in ("number", "integer"):
        if typed:
            numbers = cells.cast(pl.Float64)
        elif exact is None:
            numbers = _written(text, column)
        else:
            as_text = pl.select(pl.when(exact.is_null()).then(text)).to_series()
            numbers = exact.fill_null(_written(as_text, column))
        if kind == "number":
            series = numbers
        elif cells.dtype.is_integer():
            series = cells.cast(pl.Int64, strict=False)
        else:
            whole = numbers.is_finite() & (numbers == numbers.floor()) & (numbers.abs() < 2**53)
            series = pl.select(pl.when(whole).then(numbers)).to_series().cast(pl.Int64)
    elif kind == "quarter":
        series = read_quarters(text)
    else:
        series = pl.select(pl.when(~_is_error(text)).then(text)).to_series()
    series = series.cast(DTYPES[kind])
    return series.rename(column.name), series.is_null() & text.is_not_null()


def _is_error(text: pl.Series) -> pl.Series:
    return text.str.contains(_ERROR) | text.str.contains(FORBIDDEN)


def _written(text: pl.Series, column: Column) -> pl.Series:
    """Read the numbers, or years, that are written as text."""
    if column.variable.name in ("year", "flow_year"):
        return read_years(text, stock=column.variable.name == "year")
    return read_numbers(text)


def _text(cells: pl.Series) -> pl.Series:
    """Give cells as text; a whole number such as 301.0 as 301, an empty cell as null."""
    if cells.dtype.is_float():
        whole = cells.is_finite() & (cells == cells.floor()) & (cells.abs() < 2**53)
        integers = pl.select(pl.when(whole).then(cells)).to_series().cast(pl.Int64)
        cells = integers.cast(pl.String).fill_null(cells.cast(pl.String))
    text = cells.cast(pl.String).str.strip_chars()
    return pl.select(pl.when(text != "").then(text)).to_series()


def _problem(cells: pl.Series, broken: pl.Series, column: Column, file: str) -> Problem:
    wrong = cells.filter(broken).cast(pl.String)
    values = ", ".join(dict.fromkeys(quoted(value) for value in wrong.head(ROWS_SHOWN)))
    kind = column.variable.dtype
    rule = {
        "number": "not a number",
        "integer": "not a whole number",
        "quarter": "not a calendar quarter",
    }.get(kind, "sign that cannot stand here" if _signs(wrong) else "error value")
    return Problem(
        table=column.table,
        file=file,
        column=column.name,
        rule=rule,
        count=len(wrong),
        rows=file_row_numbers(broken),
        message=f"The {'cell says' if len(wrong) == 1 else 'cells say'} {values}. "
        + _what_to_do(wrong, column),
    )


def _signs(text: pl.Series) -> list[str]:
    """Name the controls and marks of direction in cells."""
    return list(dict.fromkeys(sign for cell in text if (sign := forbidden_sign(cell))))


def _what_to_do(wrong: pl.Series, column: Column) -> str:
    kind, stripped = column.variable.dtype, wrong.str.strip_chars()
    if signs := _signs(wrong):
        return (
            f"A control character or a mark of the direction of writing is in it ({shorten(signs)})"
            ": take it out, or type the text again."
        )
    uncomputed = stripped == NOT_COMPUTED
    if _any(stripped.filter(~uncomputed), _ERROR):
        return "It is an error of the spreadsheet: mend the formula, or write what it should say."
    if uncomputed.any():
        return "No spreadsheet has computed it yet: open the file in Excel, save it, try again."
    if kind == "quarter":
        return "Write quarters as 2025Q3."
    if stripped.is_in(_MARKS).any():
        return (
            "Marks for hidden or missing figures are not figures: "
            "write the figure, or leave the row out where the table allows it."
        )
    if _any(stripped, _HIDDEN):
        return (
            "A figure that is hidden because it is small is not known: ask for the figure itself, "
            "or leave the row out where the table allows it. Do not write a figure in its place."
        )
    if _any(stripped, DATE):
        return _about_dates(column)
    if _any(stripped, _SPACED_DIGITS):
        return "A space may only stand between thousands: write 1234 or 1 234."
    if column.variable.name in ("year", "flow_year"):
        date = ", or a whole date as 31.12.2025" if column.variable.name == "year" else ""
        return f"Write the year with four digits, such as 2026{date}."
    if column.variable.name in ("age", "working_age"):
        return (
            "Write the age in whole years as a number alone, such as 42. A group of ages cannot be "
            "used; the oldest age is an open group by itself (105 for 105 and over)."
        )
    if _any(stripped, _WITH_UNIT):
        return "A unit stands in the cell with the number: write the number alone."
    if kind == "integer":
        return "Write a whole number, without decimals or a separator between thousands."
    if _any(stripped, "%"):
        return "Write a share as 0.125, not as 12.5 %."
    if _any(stripped, EITHER_POINT):
        return "The point may mean decimals or thousands: write 1234, or one more decimal: 1.2340."
    if _any(stripped, f"{DECIMAL_COMMA}|{EITHER_COMMA}"):
        return (
            "The comma may mean decimals or thousands: use a point for decimals and nothing "
            "between thousands."
        )
    return "Write a number, such as 1234.5."


def _about_dates(column: Column) -> str:
    if column.variable.name == "year":
        return (
            "A date tells the year of a stock only on 1 January, and on 1 or 31 December for the "
            "year after: write the year, or bring the figure to 1 January."
        )
    if column.variable.name == "flow_year":
        return "What happens during a year has no date: write the calendar year."
    return "It is a date: if the spreadsheet made one of a number, set the format and type again."


def _any(text: pl.Series, pattern: str) -> bool:
    return bool(text.str.contains(pattern).any())


def read_numbers(text: pl.Series) -> pl.Series:
    """Read the numbers of one column; what may mean two numbers stays unread.

    A space between thousands is taken away. A point or a comma followed by other than three
    digits is a decimal mark, and so are then those of the same kind followed by three (1.234, in
    a column that has 0.5). A column of both points and commas for decimals has its commas unread,
    and a column with nothing but 1.234 or 1,234 to go by has those unread: they may be thousands.
    """
    plain = text.str.contains(POINT) & ~text.str.contains(EITHER_POINT)
    if plain.all():
        return text.cast(pl.Float64)
    spaced = text.str.contains(SPACED)
    text = _where(spaced, text.str.replace_all(r"\s", ""), text).str.replace("\u2212", "-")
    by_points = text.str.contains(_POINTS_BETWEEN_THOUSANDS)
    by_commas = text.str.contains(_COMMAS_BETWEEN_THOUSANDS)
    either_point, either_comma = text.str.contains(EITHER_POINT), text.str.contains(EITHER_COMMA)
    point = text.str.contains(POINT) & ~either_point
    comma = text.str.contains(DECIMAL_COMMA) & ~either_comma
    point_is_decimal = bool((point & text.str.contains(".", literal=True)).any() or by_commas.any())
    comma_is_decimal = bool(comma.any() or by_points.any())
    if comma_is_decimal and not point_is_decimal:
        comma |= either_comma
        text = _where(by_points, text.str.replace_all(".", "", literal=True), text)
        text = _where(comma | by_points, text.str.replace(",", ".", literal=True), text)
        readable = point | comma | by_points
    elif point_is_decimal and not comma_is_decimal:
        text = _where(by_commas, text.str.replace_all(",", "", literal=True), text)
        readable = point | either_point | by_commas
    else:
        readable = point
    return _where(readable, text, None).cast(pl.Float64)


def read_years(text: pl.Series, *, stock: bool) -> pl.Series:
    """Read years; a date is read where it names the stock of a year."""
    years = read_numbers(text)
    if not stock:
        return years
    dates = [text.str.extract_groups(pattern) for pattern in (_NORWEGIAN_DATE, _ISO_DATE)]
    for date in dates:
        parts = {name: date.struct.field(name).cast(pl.Int64) for name in ("day", "month", "year")}
        first = (parts["month"] == 1) & (parts["day"] == 1)
        last = (parts["month"] == 12) & parts["day"].is_in([1, 31])
        years = _where(first, parts["year"].cast(pl.Float64), years)
        years = _where(last, (parts["year"] + 1).cast(pl.Float64), years)
    return years


def read_quarters(text: pl.Series) -> pl.Series:
    """Read quarters written as 2025Q3, 2025K3, K3 2025 or 3. kvartal 2025; null for others."""
    found = pl.Series(text.name, [None] * len(text), dtype=pl.String)
    for pattern in _QUARTERS:
        parts = text.str.extract_groups(pattern)
        year, quarter = parts.struct.field("year"), parts.struct.field("quarter")
        found = _where(year.is_not_null(), year + "Q" + quarter, found)
    return found


def _where(mask: pl.Series, then: pl.Series, otherwise: pl.Series | None) -> pl.Series:
    """Take ``then`` where the mask holds; a null in the mask does not hold."""
    return pl.select(pl.when(mask).then(then).otherwise(otherwise)).to_series()
