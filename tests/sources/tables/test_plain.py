"""Tables in plain Norwegian: one reading is taken and told, each fault of shape is one sentence."""

import polars as pl
import pytest
import xlsxwriter
from typer.testing import CliRunner

from workforce.cli import app
from workforce.contract.problems import describe_problems
from workforce.errors import ParameterError
from workforce.sources.tables.files import read_table
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.mending import mend_folder

REGIONS = ["Kommune;Nivå;Navn", "4026;kommune;Tinn"]
POPULATION = [
    "Kommune;Kjønn;Alder;År;Innbyggere",
    *(f"4026;{sex};{age};2026;{9 - age}" for sex in ("Kvinner", "Menn") for age in range(3)),
]
STAFF = [
    "Kommune;Tjenesteområde;Yrke;Kjønn;Alder;År;Ansatte;Årsverk",
    "Tinn;Helse og omsorg;Sykepleier;Kvinner;40;2026;6;5,5",
    "Tinn;Grunnskole;Grunnskolelærer;Menn;50;2026;7;6,5",
]
KINDS = ("csv", "xlsx")


def write(folder, kind, **tables):
    folder.mkdir(exist_ok=True)
    for name, lines in {"regions": REGIONS, "population": POPULATION, **tables}.items():
        if kind == "csv":
            (folder / f"{name}.csv").write_bytes("\n".join(lines).encode("cp1252"))
            continue
        with xlsxwriter.Workbook(str(folder / f"{name}.xlsx")) as book:
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, cell in enumerate(line.split(";")):
                    plain = cell.replace(",", ".")
                    if plain.replace(".", "", 1).isdigit() and not plain.startswith("4026"):
                        sheet.write_number(row, column, float(plain))
                    elif cell:
                        sheet.write_string(row, column, cell)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_norwegian_headings_and_values_are_read_and_told(tmp_path, kind):
    opened = open_folder(write(tmp_path / "data", kind, staff=STAFF))
    assert opened.report.problems == ()
    staff = opened.tables["staff"]
    assert staff.select("region", "sector", "occupation", "sex", "persons", "fte").rows() == [
        ("4026", "health_care", "2223", "female", 6.0, 5.5),
        ("4026", "primary_school", "2341", "male", 7.0, 6.5),
    ]
    notes = " ".join(opened.report.notes)
    for text in ("Kjønn as sex", "Årsverk as fte", "Kvinner as female", "Sykepleier as 2223"):
        assert text in notes
    for text in ("Helse og omsorg as health_care", "Tinn as 4026", "kommune as municipality"):
        assert text in notes
    people = read_table(next((tmp_path / "data").glob("population.*")), "population")
    assert people.columns == ["region", "sex", "age", "year", "persons"]
    assert people["sex"].unique().sort().to_list() == ["female", "male"]


@pytest.mark.parametrize("day", ["31.12.", "31. desember", "31.12.2025"])
def test_a_title_of_the_last_day_of_a_year_is_told_since_years_may_be_one_too_early(tmp_path, day):
    lines = [f"Folkemengde i Tinn per {day}", "", *POPULATION]
    report = open_folder(write(tmp_path / "data", "csv", population=lines)).report
    assert any("They say 31 December" in note for note in report.notes)
    lines[0] = "Folkemengde i Tinn per 1. januar 2026, 31.1.2"
    report = open_folder(write(tmp_path / "b", "csv", population=lines)).report
    assert not any("31 December" in note for note in report.notes)


@pytest.mark.parametrize("kind", KINDS)
def test_title_sums_texts_below_and_units_are_one_sentence_each(tmp_path, kind):
    lines = ["Folkemengde i Tinn", "", *POPULATION, "4026;Begge kjønn;0;2026;18", "Kilde: SSB",
             "Tall per 1. januar"]  # fmt: skip
    report = open_folder(write(tmp_path / "data", kind, population=lines)).report
    told = {(one.rule, one.count) for one in report.problems}
    assert told == {("sum among the rows", 1), ("text below the table", 2)}
    assert "Row 10." in describe_problems(report.problems)
    assert any("above the column names" in note for note in report.notes) == (kind == "csv")
    lines = [POPULATION[0], "4026;Kvinner;0;2026;9 personer", "4026;Menn;0;2026;<5"]
    problems = open_folder(write(tmp_path / "b", kind, population=lines)).report.problems
    (problem,) = [one for one in problems if one.rule == "not a number"]
    assert problem.count == 2
    assert "hidden because it is small" in problem.message


@pytest.mark.parametrize("kind", KINDS)
def test_years_above_columns_are_told_once_and_what_is_below_is_checked(tmp_path, kind):
    figures = "Ansatte 2025;Ansatte 2026;Årsverk 2025;Årsverk 2026"
    lines = [
        f"Kommune;Tjenesteområde;Yrke;Kjønn;Alder;{figures}",
        "4026;health_care;2223;Kvinner;40;6;6;5,5;mange",
        "4026;health_care;2223;Menn;40;3;2;2,5;1,5",
    ]
    report = open_folder(write(tmp_path / "data", kind, staff=lines)).report
    by_rule = {one.rule: one for one in report.problems}
    assert set(by_rule) == {"values above columns", "not a number"}
    assert "--mend" in by_rule["values above columns"].message
    assert by_rule["not a number"].rows == (2,)


@pytest.mark.parametrize("kind", KINDS)
def test_years_alone_above_staff_do_not_tell_persons_from_fte(tmp_path, kind):
    lines = [
        "Kommune;Tjenesteområde;Yrke;Kjønn;Alder;2025;2026;I alt",
        "4026;health_care;2223;Kvinner;40;6;5;11",
    ]
    folder = write(tmp_path / "data", kind, staff=lines)
    by_rule = {one.rule: one for one in open_folder(folder).report.problems}
    assert "whether the figures are persons or fte" in by_rule["values above columns"].message
    assert "I alt above a column" in by_rule["sum among the rows"].message
    mend_folder(folder, tmp_path / "new")
    mended = pl.read_csv(tmp_path / "new" / "staff.csv")
    assert mended.select("year", "persons or fte").rows() == [(2025, 6), (2026, 5)]


def test_a_number_with_its_own_name_is_the_number_and_with_another_is_refused(tmp_path):
    lines = ["Kommune;Kjønn;Alder;År;Innbyggere", "4026 Tinn;Kvinner;0;2026;3",
             "4026 Notodden;Menn;0;2026;3"]  # fmt: skip
    report = open_folder(write(tmp_path / "data", "csv", population=lines)).report
    (problem,) = [one for one in report.problems if one.column == "region"]
    assert problem.rows == (3,)
    assert "the number of Tinn and the name of 4005" in problem.message
    assert "population, region: read 4026 Tinn as 4026." in report.notes


@pytest.mark.parametrize("kind", KINDS)
def test_a_mended_copy_is_sound_and_the_original_stays(tmp_path, kind):
    wide = ["Kommune;Kjønn;Alder;2025;2026",
            *(f"Tinn;{sex};{age};{8 - age};{9 - age}" for sex in ("Kvinner", "Menn", "I alt")
              for age in range(3)), "Kilde: SSB"]  # fmt: skip
    staff = [STAFF[0], STAFF[1].replace(";6;", ";6 personer;"), *STAFF[2:]]
    given = write(tmp_path / "data", kind, population=wide, staff=staff)
    before = {path.name: path.read_bytes() for path in given.iterdir()}
    changes = mend_folder(given, tmp_path / "out")
    opened = open_folder(tmp_path / "out")
    assert opened.report.problems == ()
    assert opened.tables["population"].height == 12
    assert opened.tables["staff"]["persons"].to_list() == [6.0, 7.0]
    assert {path.name: path.read_bytes() for path in given.iterdir()} == before
    listed = (tmp_path / "out" / "changes.md").read_text(encoding="utf-8")
    for change in changes:
        assert change in listed
    assert any("sum among the rows (3), mended" in change for change in changes)
    with pytest.raises(ParameterError, match="never written over"):
        mend_folder(given, tmp_path / "out")


def test_a_number_without_its_unit_is_written_as_the_others_of_its_column(tmp_path):
    staff = ["Kommune;Tjenesteområde;Yrke;Kjønn;Alder;År;Ansatte;Årsverk",
             "4026;health_care;2223;Kvinner;40;2026;6;5,5",
             "4026;health_care;2223;Kvinner;41;2026;6;2,5 årsverk",
             "4026;health_care;2223;Kvinner;42;2026;6;omtrent 3"]  # fmt: skip
    (change,) = [
        one
        for one in mend_folder(write(tmp_path / "data", "csv", staff=staff), tmp_path / "out")
        if "unit" in one
    ]
    assert "fte: the unit was left out of 1 cell" in change
    mended = pl.read_csv(tmp_path / "out" / "staff.csv")
    assert mended["fte"].to_list() == ["5.5", "2.5", "omtrent 3"]


def test_check_mends_and_tells_what_is_left(tmp_path):
    lines = [*POPULATION[:-1], "4026;Menn;2;2026;<5"]
    given = write(tmp_path / "data", "csv", population=lines)
    made = CliRunner().invoke(app, ["check", str(given), "--mend", str(tmp_path / "out")])
    assert made.exit_code == 2
    assert "Changed:    population.csv, column: read Kommune as region" in made.output
    assert "hidden because it is small" in made.output
    assert (tmp_path / "out" / "population.csv").read_text(encoding="utf-8").endswith("<5\n")


def test_a_code_that_says_total_is_no_sum(tmp_path):
    lines = ["region;sector;quarter;kind;absence_rate", "4026;health_care;2025Q3;total;0.08"]
    (tmp_path / "absence.csv").write_text("\n".join(lines), encoding="utf-8")
    assert read_table(tmp_path / "absence.csv", "absence").height == 1


def test_a_name_that_two_codes_have_stays_as_it_is(tmp_path):
    regions = [*REGIONS, "3020;kommune;Nordre Follo", "1840;kommune;Herøy", "1515;kommune;Herøy"]
    lines = [POPULATION[0], "Herøy;Kvinner;0;2026;9", "Herøy;Menn;0;2026;9"]
    report = open_folder(write(tmp_path / "d", "csv", regions=regions, population=lines)).report
    assert any(one.rule == "unknown code" for one in report.problems)


def test_a_table_of_our_own_names_is_read_as_before(tmp_path):
    frame = pl.DataFrame({"region": ["4026"], "sex": ["female"], "age": [1], "year": [2026],
                          "persons": [2.0]})  # fmt: skip
    frame.write_csv(tmp_path / "population.csv")
    frame.write_parquet(tmp_path / "population.parquet")
    for suffix in ("csv", "parquet"):
        assert read_table(tmp_path / f"population.{suffix}", "population").equals(frame)
