"""Workbooks as people fill them: what is read, and which cell is named when it is not."""

import datetime as dt

import polars as pl
import pytest
import xlsxwriter

from workforce.errors import DataError, SourceError
from workforce.inputs.loading import load_inputs
from workforce.sources.tables.files import find_tables, read_table
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.workbook import column_letter

HEAD = ["region", "sex", "age", "year", "persons"]
ROWS = [
    [region, sex, age, 2026, 10 + age]
    for region in ("0301", "4020")
    for sex in ("female", "male")
    for age in range(5)
]
REGIONS = [["region", "level", "name"], ["0301", "municipality", "Oslo"],
           ["4020", "municipality", "Bø"]]  # fmt: skip


def write_book(path, sheets, *, hidden=()):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
            if name in hidden:
                sheet.hide()
    return path


def test_a_workbook_is_a_folder_by_itself(tmp_path):
    path = write_book(tmp_path / "figures.xlsx", {"regions": REGIONS, "population": [HEAD, *ROWS]})
    opened = open_folder(path)
    assert opened.report.problems == ()
    assert opened.report.population_ready
    assert opened.tables["population"].height == len(ROWS)
    assert load_inputs(path, region="0301", horizon=1).sizes["region"] == 1


def test_what_stands_above_the_column_names_is_not_read_and_rows_keep_their_numbers(tmp_path):
    above = [["Population", "", "", "", ""], ["example", "female", 0, 2020, 99], [""]]
    rows = [list(row) for row in ROWS]
    rows[1][4] = "ca. 8"
    path = write_book(
        tmp_path / "figures.xlsx",
        {"regions": REGIONS, "population": [*above, HEAD, rows[0], ["", " "], *rows[1:]]},
    )
    problem = open_folder(path).report.problems[0]
    assert (problem.file, problem.column, problem.rows, problem.cells) == (
        "figures.xlsx, sheet population", "persons", (7,), ("E7",),
    )  # fmt: skip
    with pytest.raises(DataError, match=r"row: 7 \(cell E7\)"):
        read_table(path, "population")


def test_sheets_that_the_template_left_empty_are_tables_that_are_not_there(tmp_path):
    path = write_book(
        tmp_path / "figures.xlsx",
        {"regions": REGIONS, "population": [["note"], HEAD], "notes": [["x"]]},
    )
    assert list(find_tables(path)) == ["regions"]


def test_hidden_sheet_of_figures_is_refused(tmp_path):
    sheets = {"regions": REGIONS, "population": [HEAD, *ROWS]}
    path = write_book(tmp_path / "figures.xlsx", sheets, hidden=["population"])
    told = [problem.message for problem in open_folder(path).report.problems]
    assert any("the sheet is hidden" in message for message in told)
    with pytest.raises(SourceError, match="Show it, or rename it"):
        read_table(path, "population")


def test_formulas_count_by_their_value_and_errors_name_their_cell(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "figures.xlsx") as book:
        sheet = book.add_worksheet("regions")
        for row, cells in enumerate(REGIONS):
            sheet.write_row(row, 0, cells)
        sheet.write_formula("C2", "=NA()", None, "#N/A")
        sheet = book.add_worksheet("population")
        for row, cells in enumerate([HEAD, *ROWS]):
            sheet.write_row(row, 0, cells)
        sheet.write_formula("E2", "=5+5", None, 10.125)
        sheet.write_formula("E3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("E4", "=1+1", None, "")
    problems = open_folder(tmp_path).report.problems
    assert {(p.column, p.rule, p.cells) for p in problems} == {
        ("name", "error value", ("C2",)),
        ("persons", "not a number", ("E3", "E4")),
    }
    assert all("error of the spreadsheet" in p.message for p in problems)


def test_numbers_as_text_dates_and_lost_zeros_come_in_beside_numbers(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "figures.xlsx") as book:
        sheet = book.add_worksheet("regions")
        for row, cells in enumerate(REGIONS):
            sheet.write_row(row, 0, cells)
        sheet = book.add_worksheet("population")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for row, cells in enumerate([HEAD, *ROWS]):
            sheet.write_row(row, 0, cells)
        sheet.write("A2", 301)
        sheet.write_datetime("D2", dt.datetime(2026, 1, 1), day)  # noqa: DTZ001
        sheet.write("D3", "31.12.2025 ")
        sheet.write("E2", "1 234,5")
        sheet.write("E4", 1 / 3)
    opened = open_folder(tmp_path)
    assert opened.report.problems == ()
    frame = opened.tables["population"]
    assert frame["region"][0] == "0301"
    assert frame["year"].to_list() == [2026] * len(ROWS)
    assert frame["persons"][0] == 1234.5
    assert frame["persons"][2] == pytest.approx(1 / 3, rel=1e-12)


def test_merged_cells_leave_empty_ones_that_are_named(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "figures.xlsx") as book:
        sheet = book.add_worksheet("regions")
        for row, cells in enumerate([REGIONS[0], REGIONS[1], ["4020", None, "Bø"]]):
            sheet.write_row(row, 0, cells)
        sheet.merge_range("B2:B3", "municipality")
    problem = open_folder(tmp_path).report.problems[0]
    assert (problem.rule, problem.cells) == ("missing value", ("B3",))


def test_column_without_a_name_and_column_given_twice_are_told_by_their_letters(tmp_path):
    rows = [[*REGIONS[0], None, None], [*REGIONS[1], None, "x"]]
    path = write_book(tmp_path / "regions.xlsx", {"Ark1": rows})
    assert [p.column for p in open_folder(path).report.problems] == ["(column E)"]
    rows = [[*REGIONS[0], "name"], [*REGIONS[1], "x"]]
    path = write_book(tmp_path / "regions.xlsx", {"regions": rows})
    with pytest.raises(SourceError, match="twice, in C and D"):
        read_table(path, "regions")


def test_a_sheet_without_column_names_is_told(tmp_path):
    path = write_book(tmp_path / "figures.xlsx", {"regions": [["Oslo", 1], ["Bø", 2]]})
    assert "Put the column names in row 1" in open_folder(path).report.problems[0].message


def test_files_of_kinds_that_are_not_read_are_named(tmp_path):
    (tmp_path / "population.xls").write_bytes(b"old")
    assert open_folder(tmp_path).report.ignored == ("population.xls",)


def test_columns_have_the_letters_of_a_workbook():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == [
        "A", "Z", "AA", "ZZ", "AAA",
    ]  # fmt: skip


def test_typed_and_text_cells_of_a_sheet_agree(tmp_path):
    frame = pl.DataFrame({"region": ["0301"] * 3, "sector": ["a", "b", "c"], "year": [2026] * 3,
                          "share": [1 / 3, 1.234, 1e-12]})  # fmt: skip
    frame = frame.with_columns(share=pl.col("share").clip(0, 1))
    frame.write_excel(tmp_path / "service_share.xlsx", position="C4")
    assert read_table(tmp_path / "service_share.xlsx", "service_share").equals(frame)
