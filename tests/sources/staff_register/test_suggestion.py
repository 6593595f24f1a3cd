"""A mapping proposed from headings and cells, and an import in which no row counts."""

import pytest
import xlsxwriter
import yaml
from typer.testing import CliRunner

from workforce.cli import app
from workforce.errors import DataError, SourceError
from workforce.sources.staff_register.mapping import load_mapping
from workforce.sources.staff_register.register import read_staff_register
from workforce.sources.staff_register.starts import system_of
from workforce.sources.staff_register.suggestion import match_headings, suggest_mapping
from workforce.sources.staff_register.writing import import_register

HEADINGS = ["Ansattnr", "Navn", "Fødselsdato", "Kjønn", "Yrkeskode", "Stillingsprosent",
            "Funksjon", "Orgnr"]  # fmt: skip


def rows(occupation="7174", function="2530", day="01.02.1980", count=12):
    return [
        [f"20{number:03}", f"Person Personsen{number}", day, "K", occupation, "80", function,
         "974000001"]
        for number in range(count)
    ]  # fmt: skip


def write(folder, cells, kind="csv", above=(), below=(), name="staff_2025-12-01"):
    lines = [*above, HEADINGS, *cells, *below]
    path = folder / f"{name}.{kind}"
    if kind == "csv":
        path.write_bytes("\n".join(";".join(line) for line in lines).encode("cp1252"))
    else:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for at, line in enumerate(lines):
                sheet.write_row(at, 0, line)
    return path


def proposed(path, region="4026"):
    return suggest_mapping([path]).replace('\nregion: "CHANGE"', f'\nregion: "{region}"')


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_headings_below_a_title_are_found_and_a_row_of_sums_is_told(tmp_path, kind):
    title = [["Rapport: Ansatte per 01.12.2025", "Utskrift"], [], ["Enhet: alle"]]
    path = write(tmp_path, rows("2223", "253"), kind, above=title, below=[["Sum", "12 ansatte"]])
    text = proposed(path)
    settings = yaml.safe_load(text)
    assert settings["columns"]["occupation"] == "Yrkeskode"
    assert settings["occupation_codes"] == "styrk08"
    assert "# Left unread: Navn." in text
    assert "Personsen" not in text
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text, encoding="utf-8")
    tables = read_staff_register(path, mapping=mapping)
    assert tables["staff"].select("persons", "fte").sum().row(0) == pytest.approx((12, 9.6))
    doubts = tables["doubts"]
    assert doubts["rule"].to_list() == ["sum row"]
    assert doubts["rows"].to_list() == [[17]]


def test_position_codes_and_local_functions_are_proposed_and_an_import_of_them_counts(tmp_path):
    path = write(tmp_path, [*rows("7174", "2530"), *rows("9999", "6180", count=2)[:1]])
    text = proposed(path)
    settings = yaml.safe_load(text)
    assert settings["occupation_codes"] == "listed"
    assert settings["occupations"] == {"7174": "2223"}
    assert settings["kostra_functions"] == {"2530": "health_care"}
    for line in ('# "9999": CHANGE  # 1 row, not known', '# "6180": CHANGE  # 1 row, not known',
                 '# "974000001": {region: "CHANGE"}  # 13 rows'):  # fmt: skip
        assert line in text
    mapping = tmp_path / "m.yaml"
    for encoding in ("utf-8", "utf-16", "cp1252"):  # What a Windows shell writes.
        mapping.write_bytes(text.replace("\n", "\r\n").encode(encoding))
        assert load_mapping(mapping).columns.birth_date == "Fødselsdato"
    staff = read_staff_register(path, mapping=mapping)["staff"]
    assert staff.select("occupation", "sector").unique().row(0) == ("2223", "health_care")


def test_dates_with_the_month_first_are_told(tmp_path):
    assert "CHANGE the cells of Fødselsdato: the month comes before the day" in suggest_mapping(
        [write(tmp_path, rows(day="02/28/1980"))]
    )
    assert "the month comes" not in suggest_mapping(
        [write(tmp_path, rows(day="28/02/1980"), name="b_2025-12-01")]
    )


def test_no_row_that_counts_gives_a_report_of_what_was_not_known(tmp_path):
    path = write(tmp_path, [*rows("7174", "2530"), *rows("Kari Nordmann", "618", count=1)])
    mapping = tmp_path / "m.yaml"
    text = proposed(path).replace("7174", "1").replace("2530", "2")
    mapping.write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    with pytest.raises(DataError, match="kostra_function 618, 1 row"):
        import_register(path, mapping=mapping, folder=out)
    report = (out / "import_report.md").read_text(encoding="utf-8")
    assert "No row could be counted" in report
    assert 'occupation 7174, 12 rows: write "7174": 2223 under occupations (proposed' in report
    assert "occupation: 1 row with what does not look like a code" in report
    assert "Nordmann" not in report
    assert not (out / "staff.csv").exists()


def test_the_command_writes_a_new_file_and_ends_with_1_where_a_column_lacks(tmp_path):
    whole = write(tmp_path, rows())
    lacking = tmp_path / "less_2025-12-01.csv"
    lacking.write_text("Ansattnr;Fødselsdato;Rom\n1;01.01.1980;A\n", encoding="utf-8")
    for path, code, told in ((whole, 0, "Wrote"), (lacking, 1, "sex, occupation, position_share")):
        file = tmp_path / f"{path.stem}.yaml"
        made = CliRunner().invoke(app, ["import-staff", str(path), "--suggest", str(file)])
        assert made.exit_code == code
        assert told in made.output
        assert file.exists()
        again = CliRunner().invoke(app, ["import-staff", str(path), "--suggest", str(file)])
        assert again.exit_code == 2
        assert "left as it is" in again.output


def test_rows_without_headings_are_not_quoted(tmp_path):
    path = tmp_path / "staff_2025-12-01.csv"
    path.write_text("01028012345;Kari Nordmann\n", encoding="utf-8")
    with pytest.raises(SourceError) as told:
        suggest_mapping([path])
    assert "Nordmann" not in str(told.value)


@pytest.mark.parametrize(
    ("system", "row", "units"),
    [
        ("Unit4 (Agresso)", {"ResourceId": "514564", "Birthdate": "1970-01-02", "Sex": "M",
                             "PostCode": "7174", "Percentage": "80,0",
                             "EmploymentTypeDescription": "Fast"}, "percent"),
        ("SAP HCM", {"PERNR": "00012345", "GBDAT": "19700102", "GESCH": "1", "STELL": "7174",
                     "EMPCT": "80.00"}, "percent"),
        ("Aa-registeret", {"offentligIdent": "12345678910", "yrke": "2223116",
                           "stillingsprosent": "80", "ansattFom": "2020-01-01", "ansattTom": "",
                           "permisjonPermitteringsprosent": ""}, "percent"),
        ("a-meldingen", {"norskIdentifikator": "12345678910", "arbeidsforholdId": "1",
                         "formForAnsettelse": "fast", "yrke": "2223116", "startdato": "2020-01-01",
                         "stillingsprosent": "80", "aarsakTilSluttdato": ""}, "percent"),
    ],
)  # fmt: skip
def test_headings_of_a_system_are_known_from_its_public_documentation(system, row, units, tmp_path):
    path = tmp_path / "staff_2025-12-01.csv"
    path.write_text(";".join(row) + "\n" + ";".join(row.values()) + "\n", encoding="utf-8")
    text = suggest_mapping([path])
    assert f"# The headings are those of {system} (" in text
    assert f"position_share_in: {units}" in text
    read = match_headings(list(row))
    assert read["identity"] == next(iter(row))
    assert "position_share" in read


def test_headings_that_many_systems_have_name_none():
    assert system_of(["yrke", "stillingsprosent", "Kjønn", "Navn"]) is None


def test_comments_of_a_proposal_are_in_the_language_asked_for_and_it_is_read_alike(tmp_path):
    path = tmp_path / "staff_2025-12-01.csv"
    lines = [HEADINGS, *rows()]
    path.write_text("\n".join(map(";".join, lines)) + "\n", encoding="utf-8")
    for language in ("nb", "en"):
        command = ["import-staff", str(path), "--suggest", str(tmp_path / f"{language}.yaml"),
                   "--region", "4026", "--language", language]  # fmt: skip
        assert CliRunner().invoke(app, command).exit_code == 0
    bokmaal = (tmp_path / "nb.yaml").read_text(encoding="utf-8")
    assert 'sex: "Kjønn"  # Kjønn.' in bokmaal
    assert "# Ikke lest: Navn." in bokmaal
    english = (tmp_path / "en.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(bokmaal) == yaml.safe_load(english)
    assert load_mapping(tmp_path / "nb.yaml").region == "4026"
