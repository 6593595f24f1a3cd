"""The workbook to fill in: what a person sees, and what comes back when it is filled."""

import re
import warnings
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from workforce.cli import app
from workforce.contract.columns import meant, word_for
from workforce.contract.dictionary import tables
from workforce.errors import ParameterError
from workforce.sources.tables.files import find_tables, read_table
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.plain import column_meant
from workforce.sources.tables.template import HEAD, write_template
from workforce.sources.tables.workbook import read_sheet
from workforce.texts.catalogue import LANGUAGES

SAMPLE = Path(__file__).parents[3] / "data" / "sample"


@pytest.fixture(scope="module", params=LANGUAGES)
def template(request, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp(request.param) / "figures.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return write_template(path, language=request.param)


def sheets(path: Path) -> dict[str, list[list[object]]]:
    with CalamineWorkbook.from_path(path) as book:
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }


def test_every_table_has_a_sheet_and_those_needed_come_first(template):
    names = list(sheets(template))
    assert set(tables()) < set(names)
    assert names[1:5] == ["regions", "population", "staff", "shortage"]


def test_empty_template_holds_no_table_and_its_examples_are_not_read(template):
    assert find_tables(template) == {}
    report = open_folder(template).report
    assert report.problems == ()
    assert not report.population_ready
    for name, table in tables().items():
        assert read_sheet(template, table, None).frame.height == 0, name


def test_each_column_says_what_it_is_for_what_it_may_hold_and_gives_an_example(template):
    for name, table in tables().items():
        cells = sheets(template)[name]
        heads = [str(cell) for cell in cells[HEAD] if cell]
        assert [column_meant(head, table) for head in heads] == [c.name for c in table.columns]
        for row in range(1, HEAD):
            assert all(cells[row][: len(table.columns)]), (name, row)


def test_no_cell_can_run_as_a_formula(template):
    every = [cell for rows in sheets(template).values() for row in rows for cell in row]
    assert not [cell for cell in every if str(cell).startswith(("=", "+", "-", "@"))]


def test_drop_downs_stay_within_what_a_workbook_allows(template):
    from zipfile import ZipFile

    with ZipFile(template) as parts:
        text = "".join(
            parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name
        )
    rules = re.findall(r"<formula1>([^<]*)</formula1>", text)
    assert len(rules) > 50
    assert max(map(len, rules)) <= 257
    lists = {rule.replace("&quot;", '"') for rule in rules}
    assert lists & {'"female,male"', '"kvinner,menn"'}


@pytest.mark.parametrize("name", ["regions", "staff", "shortage", "absence", "occupations"])
def test_figures_filled_in_come_back_as_they_were(tmp_path, template, name):
    from xlsxwriter import Workbook

    frame = read_table(next(SAMPLE.glob(f"{name}.*")), name).head(50)
    guide = sheets(template)[name]
    with Workbook(tmp_path / "filled.xlsx", {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet(name)
        for row, cells in enumerate([*guide, *frame.iter_rows()]):
            sheet.write_row(row, 0, [None if cell == "" else cell for cell in cells])
    again = read_table(tmp_path / "filled.xlsx", name)
    kinds = {column: pl.Float64 for column, kind in frame.schema.items() if kind.is_float()}
    assert again.equals(frame.cast(kinds))


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_norwegian_word_of_the_workbook_is_read_back(language):
    for table in tables().values():
        for column in table.columns:
            assert column_meant(word_for(column.name, language), table) == column.name
            for code in column.codes:
                word = word_for(code, language)
                assert code in (word, meant(word, column.codes)), (table.name, column.name)


def test_a_norwegian_workbook_names_no_choice_in_english(tmp_path):
    guide = sheets(write_template(tmp_path / "empty.xlsx"))
    for name, table in tables().items():
        for index, column in enumerate(table.columns):
            told = " ".join(str(guide[name][row][index]) for row in range(2, HEAD))
            english = [code for code in column.codes if word_for(code, "nb") != code]
            assert [code for code in english if re.search(rf"\b{code}\b", told)] == []


def test_staff_filled_in_by_the_choices_of_the_workbook_are_read_as_codes(tmp_path):
    from xlsxwriter import Workbook

    guide = sheets(write_template(tmp_path / "empty.xlsx"))
    listed = {str(row[1]): str(row[0]) for row in guide["Koder"][2:]}
    assert {listed.get("Helse og omsorg")} == {"health_care"}
    rows = {
        "regions": [["4026", "kommune", "Tinn"]],
        "population": [["4026", sex, age, 2026, 5] for sex in ("kvinner", "menn")
                       for age in range(3)],
        "staff": [["Tinn", "Helse og omsorg", "Sykepleier", "kvinner", 40, 2026, 6, 5.5]],
    }  # fmt: skip
    with Workbook(tmp_path / "filled.xlsx", {"strings_to_numbers": False}) as book:
        for name, lines in rows.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate([*guide[name], *lines]):
                sheet.write_row(row, 0, [None if cell == "" else cell for cell in cells])
    folder = open_folder(tmp_path / "filled.xlsx")
    assert folder.report.problems == ()
    assert folder.tables["staff"].select("sector", "occupation", "sex").rows() == [
        ("health_care", "2223", "female")
    ]


def test_template_is_never_written_over_figures(tmp_path):
    path = write_template(tmp_path / "figures.xlsx")
    with pytest.raises(ParameterError, match="may hold figures"):
        write_template(path)
    with pytest.raises(ParameterError, match=r"end in \.xlsx"):
        write_template(tmp_path / "figures.csv")
    result = CliRunner().invoke(app, ["template", str(path)])
    assert result.exit_code == 2
    done = CliRunner().invoke(app, ["template", str(tmp_path / "new.xlsx"), "--language", "en"])
    assert done.exit_code == 0, done.output
    assert "workforce check" in done.output
