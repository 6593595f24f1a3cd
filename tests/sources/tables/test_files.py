"""CSV, Parquet and Excel come in through one door, and a folder is checked as a whole."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.contract.names import name_of
from workforce.contract.problems import describe_problems
from workforce.errors import DataError, MissingDataError, ParameterError, SourceError
from workforce.sources.tables.files import find_tables, national_folder, read_table
from workforce.sources.tables.folder import open_folder

REGIONS = """region,level,name
0301,municipality,Oslo
4020,municipality,Midt-Telemark
"""
POPULATION = "region,sex,age,year,persons\n" + "".join(
    f"{region},{sex},{age},2026,{10 + age}\n"
    for region in ("0301", "4020")
    for sex in ("female", "male")
    for age in range(3)
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "regions.csv").write_text(REGIONS, encoding="utf-8")
    (tmp_path / "population.csv").write_text(POPULATION, encoding="utf-8")
    return tmp_path


@pytest.fixture
def national(tmp_path_factory, monkeypatch):
    """Packaged sectors and occupations, of one row each."""
    place = tmp_path_factory.mktemp("national")
    (place / "sectors.csv").write_text(
        "sector,name_nb,name_nn,name_en\ncare,Helse og omsorg,Helse og omsorg,Health and care\n",
        encoding="utf-8",
    )
    (place / "occupations.csv").write_text(
        "occupation,name_nb,name_nn,name_en,group,qualification,limit_group\n"
        "2221,Sykepleier,Sjukepleiar,Nurse,care,bachelor,65\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("WORKFORCE_NATIONAL", str(place))
    return place


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_codes_keep_their_leading_zeros_and_years_are_whole_numbers(folder):
    frame = read_table(folder / "population.csv", "population")
    assert frame.schema == {
        "region": pl.String, "sex": pl.String, "age": pl.Int64, "year": pl.Int64,
        "persons": pl.Float64,
    }  # fmt: skip
    assert frame["region"][0] == "0301"


def test_optional_columns_that_a_file_lacks_come_empty_and_unknown_ones_come_last(tmp_path):
    path = write(tmp_path / "regions.csv", "note,name,region,level\nx,Oslo,0301,municipality\n")
    frame = read_table(path, "regions")
    assert frame.columns[:3] == ["region", "level", "name"]
    assert frame.columns[-1] == "note"
    assert frame.schema["county"] == pl.String
    assert frame["county"].to_list() == [None]


def test_norwegian_excel_csv_with_byte_order_mark_semicolon_and_decimal_comma(tmp_path):
    text = "\ufeffregion;sector;year;share\n0301;care;2026;0,75\n0301;school;2026;1\n"
    frame = read_table(write(tmp_path / "service_share.csv", text), "service_share")
    assert frame["share"].to_list() == [0.75, 1.0]
    assert frame["region"].to_list() == ["0301", "0301"]


@pytest.mark.parametrize(
    ("cells", "row", "advice"),
    [
        (("1,5", "2.5"), 2, "use a point for decimals"),
        (("1,234", "2"), 2, "may mean decimals or thousands"),
        (("1.234", "2"), 2, "The point may mean decimals or thousands"),
        (("2", "12 34"), 3, "A space may only stand between thousands"),
        (("2", "12,5 %"), 3, "Write a share as 0.125"),
        (("2", ".."), 3, "Marks for hidden or missing figures"),
        (("2", "abc"), 3, "Write a number"),
        (("2", "NaN"), 3, "Write a number"),
    ],
)
def test_figure_in_doubt_is_refused_with_file_column_row_and_value(tmp_path, cells, row, advice):
    text = "region;sex;age;year;persons\n" + "".join(
        f"0301;female;{age};2026;{cell}\n" for age, cell in enumerate(cells)
    )
    with pytest.raises(DataError) as raised:
        read_table(write(tmp_path / "population.csv", text), "population")
    message = str(raised.value)
    assert "population.csv, column persons: not a number (1)" in message
    assert f"  row: {row}\n" in message
    assert repr(cells[row - 2]) in message
    assert advice in message


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_norwegian_letters_come_in_whatever_program_saved_them(tmp_path, kind, separator):
    text = "Region ,level,NAME\r\n0301 ,municipality,Sør-Ålesund – Ærlig\r\n"
    if kind == "latin-1":
        text = text.replace("–", "-")
    (tmp_path / "regions.csv").write_bytes(text.replace(",", separator).encode(kind))
    frame = read_table(tmp_path / "regions.csv", "regions")
    assert frame["region"].to_list() == ["0301"]
    assert frame["name"][0].startswith("Sør-Ålesund")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0301,female,0,2026,1\n0301,female,1,2026,1,5\n", "row 3: 6 cells where there are 5"),
        ("0301,female,0,2026,1\n0301,female,2026,1\n", "row 3: 4 cells where there are 5"),
        ('0301,female,0,2026,1\n"0301,female,1,2026,1\n', "row 3"),
    ],
)
def test_row_of_another_length_is_named(tmp_path, text, told):
    path = write(tmp_path / "population.csv", "region,sex,age,year,persons\n" + text)
    with pytest.raises(SourceError, match=told):
        read_table(path, "population")


def test_column_given_twice_is_refused(tmp_path):
    path = write(tmp_path / "regions.csv", "region,level,name,name\n0301,municipality,a,b\n")
    with pytest.raises(SourceError, match="the column 'name' is there twice"):
        read_table(path, "regions")


def test_code_without_its_leading_zero_has_it_back_where_the_list_is_certain(folder):
    write(folder / "population.csv", POPULATION.replace("0301,", "301,"))
    opened = open_folder(folder)
    assert opened.report.problems == ()
    assert set(opened.tables["population"]["region"]) == {"0301", "4020"}
    write(folder / "regions.csv", REGIONS + "00301,county,Elsewhere\n")
    problems = open_folder(folder).report.problems
    assert "unknown code" in {problem.rule for problem in problems}


def test_list_that_has_lost_the_zeros_itself_is_refused(folder):
    write(folder / "regions.csv", REGIONS.replace("0301,", "301,"))
    problem = next(p for p in open_folder(folder).report.problems if p.rule == "leading zero lost")
    assert (problem.table, problem.column, problem.rows) == ("regions", "region", (2,))
    assert "'0301'" in problem.message


def test_age_with_decimals_is_refused_and_a_whole_one_written_as_decimal_is_read(tmp_path):
    text = "region,sex,age,year,persons\n0301,female,{},2026,1\n"
    path = write(tmp_path / "population.csv", text.format("30.5"))
    with pytest.raises(DataError, match="not a whole number"):
        read_table(path, "population")
    write(path, text.format("30.0"))
    assert read_table(path, "population")["age"].to_list() == [30]


def test_norwegian_quarters_are_understood_and_others_refused(tmp_path):
    text = "region,sector,quarter,kind,absence_rate\n0301,care,{},total,0.08\n"
    path = write(tmp_path / "absence.csv", text.format("2025K3"))
    assert read_table(path, "absence")["quarter"].to_list() == ["2025Q3"]
    write(path, text.format("2025-09"))
    with pytest.raises(DataError, match="Write quarters as 2025Q3"):
        read_table(path, "absence")


def test_excel_keeps_text_codes_whole_numbers_and_every_decimal(tmp_path):
    frame = pl.DataFrame(
        {
            "region": ["0301", "4020"], "sector": ["care", "care"],
            "quarter": ["2025Q3", "2025Q4"], "kind": ["total", "total"],
            "absence_rate": [1 / 3, 1e-12],
        }
    )  # fmt: skip
    frame.write_excel(tmp_path / "figures.xlsx", worksheet="absence")
    assert find_tables(tmp_path) == {"absence": tmp_path / "figures.xlsx"}
    assert open_folder(tmp_path).tables["absence"].equals(frame)


def test_region_code_that_excel_holds_as_a_number_is_read_without_decimals(tmp_path):
    frame = pl.DataFrame({"region": [301, 4020], "level": ["municipality"] * 2, "name": ["a", "b"]})
    frame.write_excel(tmp_path / "regions.xlsx", worksheet="Ark1")
    assert read_table(tmp_path / "regions.xlsx", "regions")["region"].to_list() == ["301", "4020"]
    frame.with_columns(pl.col("region").cast(pl.Float64)).write_parquet(tmp_path / "r.parquet")
    assert read_table(tmp_path / "r.parquet", "regions")["region"].to_list() == ["301", "4020"]


def test_excel_cell_of_text_among_numbers_is_told_with_its_row(tmp_path):
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "population.xlsx")
    sheet = book.add_worksheet("population")
    for row, cells in enumerate(
        [["region", "sex", "age", "year", "persons"],
         ["0301", "female", 0, 2026, 7.5],
         ["0301", "female", 1, 2026, "ca. 8"]]
    ):  # fmt: skip
        sheet.write_row(row, 0, cells)
    book.close()
    with pytest.raises(
        DataError, match=r"column persons: not a number \(1\) \[WF-201\]\n  row: 3 \(cell E3\)\n"
    ):
        read_table(tmp_path / "population.xlsx", "population")


def test_workbook_with_several_tables_and_notes_gives_its_tables(tmp_path, folder):
    import xlsxwriter

    frames = open_folder(folder).tables
    with xlsxwriter.Workbook(tmp_path / "all.xlsx") as book:
        for name, frame in frames.items():
            frame.write_excel(book, worksheet=name)
        book.add_worksheet("notes")
    for name in frames:
        (folder / f"{name}.csv").unlink()
    again = open_folder(folder).tables
    assert list(again) == ["regions", "population"]
    assert all(again[name].equals(frames[name]) for name in frames)
    with pytest.raises(SourceError, match="no sheet 'staff'; it has regions, population, notes"):
        read_table(tmp_path / "all.xlsx", "staff")


def test_all_three_kinds_of_file_give_the_same_table(tmp_path, folder):
    frame = read_table(folder / "population.csv", "population")
    frame.write_parquet(tmp_path / "p.parquet")
    frame.write_excel(tmp_path / "p.xlsx")
    assert read_table(tmp_path / "p.parquet", "population").equals(frame)
    assert read_table(tmp_path / "p.xlsx", "population").equals(frame)


@settings(max_examples=40, deadline=None)
@given(rates=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_figures_come_back_from_csv_and_excel_as_they_were(tmp_path_factory, rates):
    place = tmp_path_factory.mktemp("round")
    frame = pl.DataFrame({"share": rates}).select(
        region=pl.lit("0301"), sector=pl.lit("care"),
        year=pl.int_range(1900, 1900 + len(rates)), share="share",
    )  # fmt: skip
    frame.write_csv(place / "a.csv")
    frame.write_excel(place / "a.xlsx")
    for path in (place / "a.csv", place / "a.xlsx"):
        assert read_table(path, "service_share")["share"].to_list() == pytest.approx(
            rates, rel=1e-14, abs=1e-300
        )


def test_empty_rows_are_no_rows_and_the_others_keep_their_numbers(tmp_path):
    text = "region,level,name\n0301,municipality,Oslo\n\n4020,municipalty,Bø\n, ,\n\n"
    frame = read_table(write(tmp_path / "regions.csv", text), "regions")
    assert frame["region"].to_list() == ["0301", "4020"]
    problems = open_folder(tmp_path).report.problems
    assert [(p.rule, p.column, p.rows) for p in problems] == [("unknown code", "level", (4,))]


def test_files_that_cannot_be_read_say_why_and_what_to_do(tmp_path):
    row = "region,level,name\n0301,municipality,Sør-Ålesund\n"
    both = row.encode() + "0302,municipality,Bø\n".encode("latin-1")
    for content in (row.encode("mac-roman"), row.encode("cp865"), both, b"\xff\xfe\x00"):
        (tmp_path / "regions.csv").write_bytes(content)
        with pytest.raises(SourceError, match=r"regions\.csv .*UTF-8.*CSV UTF-8"):
            read_table(tmp_path / "regions.csv", "regions")
    for name in ("staff.parquet", "staff.xlsx"):
        write(tmp_path / name, "not what the name says")
        with pytest.raises(SourceError, match=rf"{name} cannot be read"):
            read_table(tmp_path / name, "staff")
    with pytest.raises(SourceError, match="cannot be read"):
        read_table(write(tmp_path / "staff.csv", ""), "staff")
    with pytest.raises(SourceError, match=r"staff\.ods is not CSV, Parquet or Excel"):
        read_table(write(tmp_path / "staff.ods", "x"), "staff")
    with pytest.raises(SourceError, match="is not there"):
        read_table(tmp_path / "nowhere.csv", "staff")
    with pytest.raises(SourceError, match="is not there"):
        find_tables(tmp_path / "nowhere")
    with pytest.raises(DataError, match="no table 'staf'"):
        read_table(tmp_path / "regions.csv", "staf")


def test_same_table_in_two_files_is_refused(folder):
    read_table(folder / "regions.csv", "regions").write_parquet(folder / "regions.parquet")
    with pytest.raises(DataError, match=r"regions is in regions\.csv and in regions\.parquet"):
        find_tables(folder)
    problems = open_folder(folder).report.problems
    assert [problem.rule for problem in problems] == ["table twice"]


def test_folder_of_regions_and_population_suffices_for_population_only(folder, national):
    write(folder / "readme.csv", "a\n1\n")
    report = open_folder(folder).report
    assert report.problems == ()
    assert report.present == ("regions", "population")
    assert "staff" in report.absent
    assert report.ignored == ("readme.csv",)
    assert (report.population_ready, report.staff_ready) == (True, False)


def test_staff_with_the_packaged_sectors_and_occupations_suffices_for_staff(folder, national):
    staff = "region,sector,occupation,sex,age,year,persons,fte\n0301,care,{},female,40,2026,3,2.5\n"
    write(folder / "staff.csv", staff.format("2221"))
    report = open_folder(folder).report
    assert report.problems == ()
    assert report.staff_ready
    write(folder / "staff.csv", staff.format("2212"))
    assert "'2212' (did you mean '2221'?)" in open_folder(folder).report.problems[0].message


def test_every_problem_of_a_folder_is_told_at_once(folder, national):
    lines = POPULATION.splitlines()
    lines[2] = lines[2].replace(",11", ",-11")
    lines[3] = lines[3].replace(",12", ",:")
    write(folder / "population.csv", "\n".join(lines) + "\n")
    write(folder / "regoins.csv", "region\n")
    write(folder / "absence.xlsx", "broken")
    write(folder / "service_share.csv", "region,sector,year,share\n0301,care,2026,1.5\n")
    report = open_folder(folder).report
    assert {(p.file, p.column, p.rule, p.rows) for p in report.problems} == {
        ("absence.xlsx", "", "cannot be read", ()),
        ("regoins.csv", "", "unknown table", ()),
        ("population.csv", "persons", "not a number", (4,)),
        ("population.csv", "persons", "negative", (3,)),
        ("service_share.csv", "share", "out of bounds", (2,)),
    }
    message = describe_problems(report.problems)
    assert message.startswith("5 problems")
    assert "Rename it to 'regions'" in message


def test_unreadable_cell_is_not_told_again_as_a_missing_one(folder):
    write(folder / "population.csv", POPULATION.replace("2026,12", "2026,x", 1) + "\n")
    assert [problem.rule for problem in open_folder(folder).report.problems] == ["not a number"]


def test_national_folder_is_the_one_named_and_says_when_it_is_not_there(
    national, monkeypatch, tmp_path
):
    assert national_folder() == national
    monkeypatch.setenv("WORKFORCE_NATIONAL", str(tmp_path / "nowhere"))
    with pytest.raises(MissingDataError, match="nowhere"):
        national_folder()


def test_names_come_in_three_languages_and_a_code_without_a_name_is_its_own(folder, national):
    write(folder / "competences.csv", "competence,name_nb,name_nn,name_en\nict,IKT,IKT,ICT\n")
    regions = pl.read_csv(folder / "regions.csv", infer_schema=False)
    own = pl.when(region="4020").then(pl.lit("Mid-Telemark")).alias("name_en")
    regions.with_columns(own).write_csv(folder / "regions.csv")
    names = open_folder(folder).names
    assert name_of(names, "region", "4020", "nn") == "Midt-Telemark"
    assert name_of(names, "region", "4020", "en") == "Mid-Telemark"
    assert name_of(names, "occupation", "2221", "nb") == "Sykepleier"
    assert name_of(names, "occupation", "2221", "nn") == "Sjukepleiar"
    assert name_of(names, "sector", "care", "en") == "Health and care"
    assert name_of(names, "competence", "ict", "en") == "ICT"
    assert name_of(names, "group", "care", "nb") == "care"
    assert name_of(names, "sector", "all", "nb") == "all"
    with pytest.raises(ParameterError, match="'sv'"):
        name_of(names, "sector", "care", "sv")
    with pytest.raises(ParameterError, match="'year'"):
        name_of(names, "year", "2026", "nb")


def test_own_list_of_sectors_counts_before_the_packaged_one(folder, national):
    write(folder / "sectors.csv", "sector,name_nb,name_nn,name_en\ncare,Omsorg,Omsorg,Care\n")
    assert name_of(open_folder(folder).names, "sector", "care", "nb") == "Omsorg"
