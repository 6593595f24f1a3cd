"""Write a workbook to fill in: one sheet for each table, with guide, drop-downs and examples."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from workforce.contract.columns import word_for
from workforce.contract.dictionary import Column, Table, read_rows, tables
from workforce.contract.formulas import defuse
from workforce.errors import ParameterError, ReportError
from workforce.sources.tables.files import PACKAGED, read_packaged
from workforce.sources.tables.paths import file_path
from workforce.sources.tables.workbook import column_letter
from workforce.texts.catalogue import Texts, load_texts, number, say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

HEAD = 5
"""Row of the column names on the sheet of a table, from 0; the rows above are a guide."""
LAST_ROW = 1_048_575
FIRST = ("regions", "population", "staff", "shortage")
"""Tables to begin with."""
CODES_FROM = 2
"""Row of the first code on the sheet of codes, from 0."""
CODES_ROOM = 2000
_COLOURS = {"population": "#B3261E", "staff": "#C77700", "": "#8A8F98"}
_WIDEST = 26


def write_template(path: str | Path, *, language: str = "nb") -> Path:
    """Write an empty workbook for the tables of a data folder.

    Its first sheet says what to do; then there is a sheet for each table, those needed first.
    Above the column names stand what the sheet gives, which columns must be filled, what they
    mean, what they may hold and an example; none of this is read back. Columns of codes are text
    with a drop-down. `open_folder`, `load_inputs` and a run take the workbook for a folder. The
    language is that of the guide, the column names and the choices; sheets are called the same in
    all. ParameterError where the file does not end in .xlsx or is there already, or the language
    is not known, ReportError where it cannot be written.
    """
    path = file_path(path)
    texts = load_texts(language)
    if path.suffix.lower() != ".xlsx":
        raise ParameterError(f"{path} is no workbook: let its name end in .xlsx.")
    if path.exists() or path.is_symlink():
        raise ParameterError(
            f"{path} is there already and may hold figures. Name another file, or move it away."
        )
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with Workbook(path, options) as book:
            formats = _formats(book)
            _write_front(book, formats, texts, path.name)
            for table in _in_order():
                _write_table(book, formats, texts, table)
            _write_codes(book, formats, texts)
    except (FileCreateError, OSError) as error:
        raise ReportError(f"{path} cannot be written: {error}. Check the folder.") from error
    return path


def _in_order() -> list[Table]:
    """Put the tables to begin with first, the others in the order of the dictionary."""
    known = tables()
    names = [*FIRST, *(name for name in known if name not in FIRST)]
    return [known[name] for name in names]


def _formats(book: Workbook) -> dict[str, Format]:
    wrap: dict[str, Any] = {"text_wrap": True, "valign": "top"}
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "lead": {"bold": True},
        "plain": {**wrap},
        "guide": {**wrap, "font_color": "#444444", "bg_color": "#F3F4F6"},
        "needed": {**wrap, "bold": True, "bg_color": "#F3F4F6"},
        "example": {**wrap, "italic": True, "font_color": "#444444", "bg_color": "#F3F4F6"},
        "head": {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "bottom": 2},
        "text": {"num_format": "@"},
        "link": {"font_color": "#0B57D0", "underline": 1, "valign": "top"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _write_front(book: Workbook, formats: dict[str, Format], texts: Texts, file: str) -> None:
    """Write what to do, and a line for each sheet."""
    sheet = book.add_worksheet(say(texts, "template.front.sheet"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 90)
    _put(sheet, 0, 0, say(texts, "template.front.title"), formats["title"])
    steps = [say(texts, f"template.front.step_{step}", file=file) for step in range(1, 7)]
    for row, text in enumerate([*steps, say(texts, "template.front.privacy")], start=2):
        _put(sheet, row, 0, text, None)
    head = len(steps) + 4
    for column, key in enumerate(("table", "needed", "gives")):
        _put(sheet, head, column, say(texts, f"template.front.{key}"), formats["head"])
    for row, table in enumerate(_in_order(), start=head + 1):
        sheet.write_url(row, 0, f"internal:'{table.name}'!A1", formats["link"], table.name)
        need = "packaged" if table.name in PACKAGED else table.needed_for or "optional"
        _put(sheet, row, 1, say(texts, f"template.needed.{need}"), formats["plain"])
        _put(sheet, row, 2, say(texts, f"template.tables.{table.name}"), formats["plain"])


def _write_table(book: Workbook, formats: dict[str, Format], texts: Texts, table: Table) -> None:
    """Write the guide of a table, its column names, and the formats and drop-downs below them."""
    sheet = book.add_worksheet(table.name)
    sheet.set_tab_color(_COLOURS["" if table.name in PACKAGED else table.needed_for])
    sheet.freeze_panes(HEAD + 1, 0)
    sheet.set_row(2, 62)
    _put(sheet, 0, 0, say(texts, f"template.tables.{table.name}"), formats["lead"])
    for index, column in enumerate(table.columns):
        is_text = column.variable.dtype in ("code", "text", "quarter")
        sheet.set_column(index, index, _WIDEST, formats["text"] if is_text else None)
        need = say(texts, f"template.cell.{'required' if column.required else 'optional'}")
        _put(sheet, 1, index, need, formats["needed"])
        _put(sheet, 2, index, _meaning(column, texts), formats["guide"])
        _put(sheet, 3, index, _allowed(column, texts), formats["guide"])
        example = say(texts, "template.cell.example", value=_example(column, texts))
        _put(sheet, 4, index, example, formats["example"])
        _put(sheet, HEAD, index, word_for(column.name, texts.language), formats["head"])
        rule = _validation(column, texts)
        if rule:
            sheet.data_validation(HEAD + 1, index, LAST_ROW, index, rule)


def _allowed(column: Column, texts: Texts) -> str:
    """Say what a cell may hold."""
    variable = column.variable
    if column.codes:
        return say(texts, "template.cell.one_of", codes=", ".join(_choices(column, texts)))
    if column.refers_to:
        return say(
            texts, "template.cell.code_of", sheet=_sheet_of_codes(column.refers_to[0], texts)
        )
    if variable.dtype not in ("integer", "number"):
        return say(texts, "template.cell.text")
    low, high = variable.lower, variable.upper
    if low is not None and high is not None:
        key = (
            "template.cell.whole_between"
            if variable.dtype == "integer"
            else "template.cell.between"
        )
        return say(texts, key, low=f"{low:g}", high=f"{high:g}")
    if low is not None:
        return say(texts, "template.cell.at_least", low=f"{low:g}")
    return say(texts, "template.cell.number")


def _sheet_of_codes(table: str, texts: Texts) -> str:
    return say(texts, "template.codes.sheet") if table in PACKAGED else table


def _meaning(column: Column, texts: Texts) -> str:
    """Say what a column means, with its codes as they are written in the language."""
    told = say(texts, f"template.columns.{column.variable.name}")
    for code in column.codes:
        told = re.sub(rf"\b{re.escape(code)}\b", word_for(code, texts.language), told)
    return told


def _choices(column: Column, texts: Texts) -> list[str]:
    """Write the codes of a column as they are read back in the language."""
    return [word_for(code, texts.language) for code in column.codes]


def _example(column: Column, texts: Texts) -> str:
    """Write the example of a column as the reader writes it: with a decimal comma in Norwegian."""
    if column.codes:
        return _choices(column, texts)[0]
    value = _examples()[column.variable.name]
    if texts.language != "en" and column.refers_to and column.refers_to[0] in PACKAGED:
        table, code = column.refers_to
        frame = read_packaged(table)
        if frame is not None:
            names = frame.filter(pl.col(code) == value)[f"name_{texts.language}"]
            return str(names[0])
    if column.variable.dtype == "number" and "." in value:
        return number(float(value), texts, decimals=len(value.partition(".")[2]))
    return value


@cache
def _examples() -> dict[str, str]:
    """Give an example of each variable that has no list of codes of its own."""
    rows = read_rows("template_examples.csv", "workforce.sources.tables")
    return {row["variable"]: row["example"] for row in rows}


def _validation(column: Column, texts: Texts) -> dict[str, Any]:
    """Give the rule that a spreadsheet holds a cell to; none where any text will do."""
    variable = column.variable
    if column.codes:
        return {"validate": "list", "source": _choices(column, texts)}
    if column.refers_to:
        table = column.refers_to[0]
        # In Norwegian names are chosen, which are read as their codes.
        place = PACKAGED.index(table) * 3 + (texts.language != "en") if table in PACKAGED else 0
        first = CODES_FROM + 1 if table in PACKAGED else HEAD + 2
        letter, last = column_letter(place), first + CODES_ROOM
        sheet = _sheet_of_codes(table, texts)
        source = f"='{sheet}'!${letter}${first}:${letter}${last}"
        # An own list on another sheet may hold codes that this one does not.
        return {"validate": "list", "source": source, "error_type": "warning"}
    if variable.dtype not in ("integer", "number") or variable.lower is None:
        return {}
    kind = "integer" if variable.dtype == "integer" else "decimal"
    if variable.upper is None:
        return {"validate": kind, "criteria": ">=", "value": variable.lower}
    bounds = {"minimum": variable.lower, "maximum": variable.upper}
    return {"validate": kind, "criteria": "between", **bounds}


def _write_codes(book: Workbook, formats: dict[str, Format], texts: Texts) -> None:
    """Write the packaged codes of sectors and occupations with their names."""
    sheet = book.add_worksheet(say(texts, "template.codes.sheet"))
    _put(sheet, 0, 0, say(texts, "template.codes.title"), formats["lead"])
    for place, table in enumerate(PACKAGED):
        column = 3 * place
        sheet.set_column(column, column, 18, formats["text"])
        sheet.set_column(column + 1, column + 1, 50)
        kind = tables()[table].key[0]
        _put(sheet, CODES_FROM - 1, column, say(texts, "template.codes.code"), formats["head"])
        name = say(texts, f"template.codes.{kind}")
        _put(sheet, CODES_FROM - 1, column + 1, name, formats["head"])
        frame = read_packaged(table)
        if frame is not None:
            listed = frame.select(kind, f"name_{texts.language}").iter_rows()
            for row, cells in enumerate(listed, start=CODES_FROM):
                _put(sheet, row, column, str(cells[0]), formats["text"])
                _put(sheet, row, column + 1, str(cells[1]), None)


def _put(sheet: Worksheet, row: int, column: int, text: str, look: Format | None) -> None:
    """Write a text as text, whatever it begins with."""
    sheet.write_string(row, column, defuse(text), look)
