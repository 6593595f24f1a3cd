"""Sound small tables, and the faults that people make in them: for the test of bad tables."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from workforce.contract.dictionary import Column, tables

Rows = list[list[str]]

_SOUND: dict[str, str] = {
    "regions": "40,county,Telemark,,,,|4020,municipality,Midt,40,,,|4026,municipality,Tinn,40,,,",
    "sectors": "care,Omsorg,Omsorg,Care,|school,Skole,Skule,School,",
    "occupations": "2223,Sykepleier,Sjukepleiar,Nurse,,nurses,bachelor,65"
    "|5322,Helsefag,Helsefag,Care worker,,care,certificate,65",
    "competences": "icu,Intensiv,Intensiv,Intensive care|ict,IKT,IKT,ICT",
    "graduates": "nursing,2024,60,0.78,3,22,35|nursing,2025,62,0.79,3,22,35",
    "vital_rates": "fertility,4020,female,30,2024,0.08|fertility,4026,female,30,2024,0.09",
    "staff": "4020,care,2223,female,40,2025,12,10.5|4020,care,2223,female,40,2026,13,11"
    "|4026,care,5322,male,30,2026,4,3.5",
    "staff_flows": "4020,care,2223,female,40,2024,retired,1,12"
    "|4020,care,2223,female,40,2024,other,2,12"
    "|4020,care,2223,female,40,2025,retired,1,12.5|4020,care,2223,female,40,2025,graduate,2,12.5",
    "absence": "4020,care,2025Q3,total,0.085|4020,care,2025Q4,total,0.09",
    "vacancies": "4020,care,2025Q3,0.03|4026,care,2025Q3,0.02",
    "shortage": "4020,care,2223,2026,unfilled,2.5|4020,care,2223,2026,unqualified,1",
    "funded_posts": "4020,care,2223,2026,12|4020,care,2223,2027,12.5",
    "service_use": "4020,care,female,80,2026,30|4020,care,male,80,2026,20",
    "fte_in_post": "4020,care,2223,2026,12.5|4026,care,5322,2026,3.5",
    "national_vacancies": "care,2025Q3,0.03|care,2025Q4,0.04",
    "kostra_figures": "4020,care,home_service_users,2026,300|4026,school,group_size,2026,15.5",
    "series_breaks": "4020,2024,split_unknown,2016|4026,2020,merged,2016",
    "service_share": "4020,care,2026,0.9|4026,care,2026,1",
    "staffing_norms": "care,2223,0,2,per_user,7.5,users,,|school,5322,3,5,per_unit,10,units,,",
    "service_units": "4020,school,north,2026,120|4020,school,south,2026,80",
    "education_occupations": "nursing,2223,0.9|nursing,5322,0.1",
    "wages": "2223,661000,61587,0.141,1650000,0.5,Budget|5322,520000,48000,0.141,1300000,1,Budget",
    "part_time": "4020,care,2026,9,0.4|4026,care,2026,3,",
    "mobility": "2223,5322,2024,2,100|5322,2223,2024,1,90",
    "competence_requirement": "care,2223,icu,0.2|care,5322,ict,0.5",
    "competence_holding": "2223,icu,40,0.3|5322,ict,40,0.6",
    "training": "5322,2223,60,75000,20,1|2223,5322,10,5000,5,0",
    "task_sharing": "2223,5322,0.2,0.9,Assumed|5322,2223,0.1,1,Assumed",
    "other_employers": (
        "4020,trust,2223,2026,Trust,hospital_trust,40,30,50,400,Plan|"
        "4020,home,5322,2026,Home,voluntary,4,,,,Plan"
    ),
    "measure_costs": "absence,percentage points of agreed days per FTE,6000000,-2,0,Assumed|"
    "inclusion,persons a year,1000,1,5,Assumed",
}  # fmt: skip
_DENSE = {"population": ["4020", "4026"], "population_projection": ["4020", "4026"]}
LISTS = ("regions", "sectors", "occupations", "competences", "graduates")
"""Tables that define the codes of others."""
UNREADABLE = [
    *("abc", "ca. 8", "..", ":", "-", "x", "1.2.3", "12 34", "5 stk", "NaN", "inf", "#N/A"),
    *("#REF!", "#VERDI!", "0x1F", "TRUE", "½", "1e", "12 %", "--4", "1,2,3", "1'000"),
]


@dataclass
class Bad:
    """A table with one fault, and where a message must say that it is."""

    table: str
    header: list[str]
    rows: Rows
    fault: str
    column: str = ""
    row: int | None = None
    words: list[str] = field(default_factory=list)


def sound_rows(name: str) -> Rows:
    """Give the rows of a sound table, every column of the dictionary filled or empty."""
    if name in _DENSE:
        variant = ["main"] if name == "population_projection" else []
        return [
            [region, *variant, sex, str(age), str(year), str(10 + age)]
            for region in _DENSE[name]
            for sex in ("female", "male")
            for age in range(3)
            for year in (2025, 2026)
        ]
    width = len(tables()[name].columns)
    rows = [line.split(",") for line in _SOUND[name].split("|")]
    # Optional columns that stand last are left empty.
    return [row + [""] * (width - len(row)) for row in rows]


@st.composite
def bad_tables(draw: st.DrawFn) -> Bad:
    """Plant one fault in a sound table."""
    name = draw(st.sampled_from(list(tables())))
    header = [column.name for column in tables()[name].columns]
    bad = Bad(name, header, sound_rows(name), "")
    possible = [fault for fault in FAULTS if _columns(fault, bad)]
    bad.fault = draw(st.sampled_from(possible))
    fits, plant = FAULTS[bad.fault]
    del fits
    column = draw(st.sampled_from(_columns(bad.fault, bad)))
    row = draw(st.integers(0, len(bad.rows) - 1))
    plant(draw, bad, column, row)
    return bad


def _columns(fault: str, bad: Bad) -> list[Column]:
    fits, _ = FAULTS[fault]
    return [column for column in tables()[bad.table].columns if fits(column)]


def write_bad(draw: st.DrawFn, bad: Bad, folder: Path) -> str:
    """Write the table as one of the kinds of file that people save, and give its name."""
    if bad.fault != "row of another length" and draw(st.integers(0, 9)) == 0:
        return _write_workbook(bad, folder, above=draw(st.integers(0, 4)))
    separator, encoding = draw(
        st.sampled_from([(",", "utf-8"), (";", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-8")])
    )
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([bad.header, *bad.rows])
    content = text.getvalue().encode(encoding, errors="replace")
    (folder / f"{bad.table}.csv").write_bytes(content)
    return f"{bad.table}.csv"


def _write_workbook(bad: Bad, folder: Path, *, above: int) -> str:
    """Write a workbook with some rows of guide above the column names."""
    from xlsxwriter import Workbook

    with Workbook(folder / "figures.xlsx") as book:
        sheet = book.add_worksheet(bad.table)
        for row, cells in enumerate([["guide"]] * above + [bad.header, *bad.rows]):
            for index, cell in enumerate(cells):
                try:
                    number = float(cell)
                    if number != number or abs(number) == float("inf"):
                        raise ValueError
                except ValueError:
                    sheet.write_string(row, index, cell)
                else:
                    sheet.write_number(row, index, number)
    if bad.row is not None:
        bad.row += above
    return "figures.xlsx"


def _set(bad: Bad, column: Column, row: int, cell: str) -> None:
    bad.rows[row][bad.header.index(column.name)] = cell
    bad.column, bad.row = column.name, row + 2


def _is_figure(column: Column) -> bool:
    return column.variable.dtype in ("number", "integer")


def _is_listed(column: Column) -> bool:
    return bool(column.refers_to or column.codes)


def _unreadable(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    words = st.text("abcdfghijklmopqrstuvwyzæøå", min_size=1, max_size=8)
    _set(bad, column, row, draw(st.sampled_from(UNREADABLE) | words))


def _unknown_code(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    known = set(column.codes)
    if column.refers_to:
        known = {cells[0] for cells in sound_rows(column.refers_to[0])}
    codes = st.text("abcdefgh0123456789_-", min_size=1, max_size=6)
    code = draw(codes.filter(lambda one: one not in known and not _means(one, known)))
    _set(bad, column, row, code)


def _means(code: str, known: set[str]) -> bool:
    """Whether a spreadsheet may turn the code into one of those known, as 4020.0 or 4e3."""
    try:
        return any(float(code) == float(one) for one in known if one.isdigit())
    except ValueError:
        return False


def _unsafe_code(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    _set(bad, column, row, draw(st.sampled_from(["a b", "a/b", "all", "../x", "a;b", "æ.ø", "=1"])))


def _negative(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    figure = draw(st.integers(1, 10**6))
    _set(bad, column, row, draw(st.sampled_from(["-", "\u2212"])) + str(figure))


def _too_large(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    upper = column.variable.upper or 0
    _set(bad, column, row, str(int(upper) + draw(st.integers(1, 10**6))))


def _too_small(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    lower = int(column.variable.lower or 0)
    _set(bad, column, row, str(draw(st.integers(0, lower - 1))))


def _fraction(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    _set(bad, column, row, f"{draw(st.integers(1, 99))}{draw(st.sampled_from(['.5', ',25']))}")


def _empty(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    _set(bad, column, row, draw(st.sampled_from(["", " ", "\u00a0 "])))


def _error_value(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    _set(bad, column, row, draw(st.sampled_from(["#N/A", "#REF!", "#I/T", "#NAVN?", "#DIV/0!"])))


def _bad_quarter(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    cells = ["2025Q5", "2025Q0", "2025-09", "Q3", "25Q3", "2025", "01.07.2025", "2025Q", "Q32025Q3"]
    _set(bad, column, row, draw(st.sampled_from(cells)))


def _bad_date(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    cells = ["01.10.2025", "2025-11-15", "15.03.2026", "1.1.26", "31.11.2025", "2026-13-01"]
    if column.variable.name == "flow_year":
        cells += ["01.01.2026", "31.12.2025"]
    _set(bad, column, row, draw(st.sampled_from(cells)))


def _duplicate(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    del column
    place = draw(st.integers(0, len(bad.rows)))
    bad.rows.insert(place, list(bad.rows[row]))
    bad.row = place + 2


def _no_column(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    del draw, row
    index = bad.header.index(column.name)
    bad.header = [name for name in bad.header if name != column.name]
    bad.rows = [cells[:index] + cells[index + 1 :] for cells in bad.rows]
    bad.column = column.name


def _other_column(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    del row
    names = st.text("abcdefghijklmnop", min_size=3, max_size=9)
    name = draw(names.filter(lambda one: one not in bad.header))
    index = bad.header.index(column.name)
    bad.header.insert(index, name)
    for cells in bad.rows:
        cells.insert(index, "1")
    bad.column = name


def _column_twice(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    del draw, row
    index = bad.header.index(column.name)
    bad.header.append(column.name)
    for cells in bad.rows:
        cells.append(cells[index] or "1")
    bad.words = [column.name]


def _no_row(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    del draw, column
    gone = bad.rows.pop(row)
    bad.words = ["missing rows", *(f"={cell}" for cell in gone[:-1])]


def _other_length(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    del column
    if draw(st.booleans()):
        bad.rows[row].append("1")
    else:
        bad.rows[row].pop(draw(st.integers(0, len(bad.header) - 1)))
    bad.words = [f"row {row + 2}"]


def _wrong_sum(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    _set(bad, column, row, str(draw(st.sampled_from([0.0, 0.2, 0.3, 0.5, 0.11]))))
    bad.row = 2


def _other_exposure(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    _set(bad, column, row, str(draw(st.integers(100, 999))))


def _nobody(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    del draw, column
    bad.rows[row][bad.header.index("persons")] = "0"
    bad.column, bad.row = "fte", row + 2


def _upside_down(draw: st.DrawFn, bad: Bad, column: Column, row: int) -> None:
    high = {"entry_age_low": "entry_age_high", "least": "most"}[column.name]
    figure = int(float(bad.rows[row][bad.header.index(high)])) + draw(st.integers(1, 9))
    _set(bad, column, row, str(figure))


Fits = Callable[[Column], bool]
Plant = Callable[[st.DrawFn, Bad, Column, int], None]
FAULTS: dict[str, tuple[Fits, Plant]] = {
    "unreadable figure": (_is_figure, _unreadable),
    "unknown code": (_is_listed, _unknown_code),
    "unsafe code": (
        lambda c: (
            c.place == "key"
            and len(tables()[c.table].key) == 1
            and c.variable.dtype == "code"
            and not _is_listed(c)
        ),
        _unsafe_code,
    ),
    "negative figure": (lambda c: _is_figure(c) and c.variable.lower == 0, _negative),
    "figure above its bound": (
        lambda c: _is_figure(c) and c.variable.upper is not None,
        _too_large,
    ),
    "figure below its bound": (lambda c: _is_figure(c) and (c.variable.lower or 0) > 1, _too_small),
    "fraction for a whole number": (lambda c: c.variable.dtype == "integer", _fraction),
    "empty cell": (lambda c: c.required, _empty),
    "error of a spreadsheet": (lambda c: c.required, _error_value),
    "no quarter": (lambda c: c.variable.dtype == "quarter", _bad_quarter),
    "date that is no year": (lambda c: c.variable.name in ("year", "flow_year"), _bad_date),
    "row twice": (lambda c: c.place == "key", _duplicate),
    "column missing": (lambda c: c.required, _no_column),
    "column unknown": (lambda c: c.place == "key", _other_column),
    "column twice": (lambda c: c.required, _column_twice),
    "row missing": (lambda c: "dense" in c.rules, _no_row),
    "row of another length": (lambda c: c.place == "key", _other_length),
    "shares that do not sum to one": (lambda c: c.name == "share" and bool(c.rules), _wrong_sum),
    "exposure that differs in a cell": (
        lambda c: c.name == "exposure" and bool(c.rules),
        _other_exposure,
    ),
    "FTE without persons": (lambda c: c.table == "staff" and c.name == "fte", _nobody),
    "low above high": (lambda c: c.name in ("entry_age_low", "least"), _upside_down),
}
"""Each fault, the columns that it can be planted in, and how."""
