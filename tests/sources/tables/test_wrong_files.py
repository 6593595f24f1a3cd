"""What people hand in by mistake, and whether the message says what it is and what to do."""

import polars as pl
import pytest
import xlsxwriter
from typer.testing import CliRunner

from workforce.cli import app
from workforce.contract.check import check_tables
from workforce.contract.problems import describe_problems
from workforce.errors import DataError, SourceError
from workforce.sources.tables.files import read_table
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.template import write_template
from workforce.sources.tables.workbook import sheet_names

REGIONS = "region,level,name\n4026,municipality,Tinn\n"
POPULATION = "region,sex,age,year,persons\n4026,female,0,2026,5\n4026,male,0,2026,5\n"


def folder(path, **tables):
    path.mkdir(exist_ok=True)
    for name, text in {"regions": REGIONS, "population": POPULATION, **tables}.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def told(path):
    return describe_problems(open_folder(path).report.problems)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7\n%", "it is a PDF with the name of a workbook"),
        (b"", "it is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "locked with a password, or an older workbook"),
        (b"region;sex\n", "has the name of an Excel workbook, but is none"),
        (b"PK\x03\x04 cut short", "Check that it is a whole Excel workbook"),
    ],
)
def test_a_file_with_the_name_of_a_workbook_is_told_for_what_it_is(tmp_path, content, message):
    path = tmp_path / "figures.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        sheet_names(path)


def test_a_workbook_that_another_program_holds_is_told(tmp_path, monkeypatch):
    path = write_template(tmp_path / "figures.xlsx")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("workforce.sources.tables.workbook_parts.ZipFile", refuse)
    with pytest.raises(SourceError, match="open in another program"):
        sheet_names(path)


@pytest.mark.parametrize("name", ["figures.xls", "figures.csv"])
def test_a_file_in_the_place_of_a_folder_is_not_said_to_be_missing(tmp_path, name):
    (tmp_path / name).write_bytes(b"a")
    with pytest.raises(SourceError, match="neither a folder nor an Excel workbook"):
        open_folder(tmp_path / name)


def test_a_sheet_with_another_name_is_named_when_a_table_lacks(tmp_path):
    path = tmp_path / "figures.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, text in (("regions", REGIONS), ("befolkning", POPULATION)):
            sheet = book.add_worksheet(name)
            for row, line in enumerate(text.split()):
                sheet.write_row(row, 0, line.split(","))
    made = CliRunner().invoke(app, ["check", str(path)])
    assert made.exit_code == 2
    assert "Not there: population." in made.output
    assert "No tables: figures.xlsx, sheet befolkning." in made.output


def test_a_formula_that_nobody_has_computed_is_told_to_be_opened_and_saved(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "regions.xlsx") as book:
        sheet = book.add_worksheet("regions")
        for row, line in enumerate(REGIONS.split()):
            sheet.write_row(row, 0, line.split(","))
        sheet.write_formula("C2", "=A1", None, "")
    (problem,) = open_folder(tmp_path).report.problems
    assert problem.cells == ("C2",)
    assert "open the file in Excel, save it" in problem.message


def test_an_empty_template_is_told_to_have_rows_to_fill(tmp_path):
    path = write_template(tmp_path / "figures.xlsx", language="en")
    made = CliRunner().invoke(app, ["check", str(path)])
    assert made.exit_code == 2
    assert "Not there: regions and population." in made.output
    assert "rows below its column names" in made.output


def test_a_norwegian_name_that_two_columns_have_is_not_guessed(tmp_path):
    text = "Region;Kjønn;Alder;År;Antall;Personer\n4026;Kvinner;0;2026;5;5\n4026;Menn;0;2026;5;5\n"
    said = told(folder(tmp_path / "heads", population=text))
    assert "column Antall: unknown column" in said
    assert "Rename it to persons, or remove it." in said


def test_a_column_of_another_name_is_not_said_to_be_removed_only(tmp_path):
    text = POPULATION.replace("persons", "zzz")
    said = told(folder(tmp_path / "data", population=text))
    assert "Rename it where it is one of those that are missing (persons)" in said


def test_a_decimal_comma_between_commas_is_told(tmp_path):
    text = POPULATION.replace("2026,5\n4026,male", "2026,5,5\n4026,male")
    with pytest.raises(SourceError, match="With a decimal comma, save with semicolons"):
        read_table(folder(tmp_path / "data", population=text) / "population.csv", "population")


def test_a_year_in_other_words_is_told_how_to_be_written(tmp_path):
    text = POPULATION.replace(",2026,", ",31/12/2025,")
    assert "Write the year with four digits, such as 2026, or a whole date as 31.12.2025." in told(
        folder(tmp_path / "data", population=text)
    )


@pytest.mark.parametrize("age", ["0 år", "0-4", "105 år eller eldre"])
def test_an_age_as_the_statbank_writes_it_is_told_how_to_be_written(tmp_path, age):
    text = POPULATION.replace(",0,", f",{age},")
    assert "Write the age in whole years as a number alone, such as 42." in told(
        folder(tmp_path / "data", population=text)
    )


def test_more_fte_than_persons_can_fill_are_refused_as_a_lost_decimal_mark():
    staff = pl.DataFrame(
        {"region": "4026", "sector": "health_care", "occupation": "2223", "sex": "female",
         "age": [40, 41, 42], "year": 2026, "persons": [3.0, 3.0, 1.0], "fte": [25.0, 2.5, 2.6]}
    )  # fmt: skip
    (problem,) = check_tables({"staff": staff})
    assert (problem.rule, problem.rows) == ("too many FTE", (2,))
    assert "25 FTE for 3 persons" in problem.message
    assert "lost decimal mark" in problem.message


def test_staff_newer_than_the_population_is_noted(tmp_path):
    staff = "region,sector,occupation,sex,age,year,persons,fte\n" + "".join(
        f"4026,health_care,2223,female,40,{year},3,2.5\n" for year in (2026, 2027)
    )
    report = open_folder(folder(tmp_path / "data", staff=staff)).report
    assert report.problems == ()
    note = report.notes[0]
    assert "staff is of 2027, population of 2026" in note


def test_a_code_that_is_not_known_comes_with_those_that_are(tmp_path):
    staff = (
        "region,sector,occupation,sex,age,year,persons,fte\n4026,helse,2223,female,40,2026,3,2.5\n"
    )
    found = told(folder(tmp_path / "data", staff=staff))
    assert "It has administration, child_welfare_social, county_administration" in found


@pytest.mark.parametrize(
    ("cells", "kind"),
    [([[1], [2]], "list"), ([{"a": 1}, {"a": 2}], "struct"), ([b"a", b"b"], "binary")],
)
def test_a_parquet_column_of_more_than_one_figure_in_a_cell_is_named(tmp_path, cells, kind):
    path = folder(tmp_path / "data")
    (path / "population.csv").unlink()
    pl.DataFrame({"region": ["4026", "4026"], "persons": cells}).write_parquet(
        path / "population.parquet"
    )
    assert f"these columns hold something else: persons ({kind})" in told(path)


@pytest.mark.parametrize(
    ("column", "cell"), [("persons", "５"), ("age", "０"), ("year", "２０２６")]
)
def test_full_width_digits_are_told_with_their_row(tmp_path, column, cell):
    row = {"region": "4026", "sex": "female", "age": "0", "year": "2026", "persons": "5"}
    text = ",".join(row) + "\n" + ",".join((row | {column: cell}).values()) + "\n"
    assert f"population.csv, column {column}: not a" in told(folder(tmp_path, population=text))


def test_lines_that_end_as_on_an_old_mac_are_read(tmp_path):
    path = folder(tmp_path)
    (path / "population.csv").write_bytes(POPULATION.replace("\n", "\r").encode())
    assert open_folder(path).report.problems == ()


@pytest.mark.parametrize("sign", ["\u202e", "\u200f", "\u2066", "\x00", "\x1b"])
def test_a_name_that_reads_as_another_is_refused_at_the_door(tmp_path, sign):
    path = folder(tmp_path, regions=REGIONS.replace("Tinn", f"Ti{sign}nn"))
    message = told(path)
    assert f"U+{ord(sign):04X}" in message
    assert "row: 2" in message or "row 2" in message
    with pytest.raises((DataError, SourceError), match=f"{ord(sign):04X}"):
        read_table(path / "regions.csv", "regions")


@pytest.mark.parametrize(
    ("column", "cell"),
    [("persons", "Kari Nordmann"), ("region", "Kari Nordmann"), ("sex", "Nordmann, Ola")],
)
def test_a_name_where_a_code_or_number_is_due_is_not_quoted(tmp_path, column, cell):
    row = {"region": "4026", "sex": "female", "age": "0", "year": "2026", "persons": "5"}
    text = ";".join(row) + "\n" + ";".join((row | {column: cell}).values()) + "\n"
    message = told(folder(tmp_path, population=text))
    assert f"column {column}" in message
    assert "row: 2" in message
    assert "Nordmann" not in message


@pytest.mark.parametrize("cell", ["01019012345", "010190 12345"])
def test_eleven_digits_in_a_cell_are_masked(tmp_path, cell):
    text = POPULATION.replace("4026,female,0", f"{cell},female,0")
    message = told(folder(tmp_path, population=text))
    assert "column region" in message
    assert "12345" not in message


def test_a_person_in_the_place_of_the_column_names_is_not_quoted(tmp_path):
    message = told(folder(tmp_path, staff="Kari Nordmann,01019012345,x\nOla Moe,02019012345,y\n"))
    assert "staff.csv, column number 1: unknown column" in message
    assert "Nordmann" not in message
    assert "12345" not in message
