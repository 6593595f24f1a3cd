"""From an empty folder, by files that an office has, to a first report: real inhabitants of SSB."""

import gzip
import re
import shutil
from functools import partial

import polars as pl
import pytest
from tests.sources.statbank_saved.saved_files import (
    NAMES,
    Cube,
    jsonstat,
    label_of_age,
    long,
    px,
    wide,
    workbook,
)
from typer.testing import CliRunner

from workforce.cli import app
from workforce.sources.statbank_saved.importing import import_statbank
from workforce.sources.tables.folder import open_folder

AGES = [*(f"{age:03d}" for age in range(105)), "105+"]
TIME = ["ContentsCode", "Tid"]
TOWNS = ["4026", "0301", "1151", "3203", "5612", "1515", "1818", "4601", "5501", "4020"]
COMMANDS = (
    "import-statbank 07459.csv --out tall --language nb",
    "import-staff {extracts} --suggest mapping.yaml --region 4026 --language nb",
    "import-staff {extracts} --mapping mapping.yaml --out tall --language nb",
    "init rapporter --data tall --language nb",
    "run rapporter/params.yaml --out rapporter --language nb",
)
"""What an analyst types; docs/guides/first-report.md says the same."""


@pytest.fixture(scope="module")
def counted(reference):
    """Inhabitants by municipality, year, sex (1 men, 2 women) and age code."""
    with gzip.open(reference("population_norway") / "municipality_single_age.csv.gz") as file:
        found = pl.read_csv(file.read())
    rows = found.with_columns(pl.col("location_code").str.strip_prefix("municip_nor")).filter(
        pl.col("location_code").is_in(TOWNS)
    )
    ages = [f"a{age}" for age in range(106)]
    return {
        (town, str(year), {"male": "1", "female": "2"}[sex], code): persons
        for town, year, sex, *figures in rows.select(
            "location_code", "calyear", "sex", *ages
        ).iter_rows()
        for code, persons in zip(AGES, figures, strict=True)
    }


def cube_of(counted, towns, years):
    def value(cell):
        return counted[cell["Region"], cell["Tid"], cell["Kjonn"], cell["Alder"]]

    members = {
        "Region": list(towns.items()),
        "Kjonn": [("1", "Menn"), ("2", "Kvinner")],
        "Alder": [(code, label_of_age(code)) for code in AGES],
        "ContentsCode": [("Personer1", "Personer")],
        "Tid": [(str(year), str(year)) for year in years],
    }
    title = "07459: Befolkning, etter region, kjønn, alder, statistikkvariabel og år"
    return Cube(title, NAMES, members, value)


@pytest.mark.parametrize(
    ("towns", "years", "write", "name"),
    [
        ({"4026": "Tinn"}, range(2016, 2027), partial(wide, heads=TIME, encoding="latin-1"), "csv"),
        ({"0301": "Oslo", "1151": "Utsira"}, (2025, 2026), partial(wide, heads=["Tid"]), "csv"),
        ({"3203": "Asker"}, range(2020, 2024), partial(long, how="apart", mark=";"), "csv"),
        ({"5612": "Guovdageaidnu - Kautokeino"}, (2026,), partial(workbook, heads=TIME), "xlsx"),
        ({"1515": "Herøy (Møre og Romsdal)", "1818": "Herøy (Nordland)"}, (2025, 2026),
         partial(workbook, heads=["Kjonn", *TIME], how="both"), "xlsx"),
        ({"4601": "Bergen"}, (2006, 2007), jsonstat, "json"),
        ({"5501": "Tromsø", "4020": "Midt-Telemark"}, (2021, 2022), partial(px, heads=TIME), "px"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)  # fmt: skip
def test_real_inhabitants_saved_by_hand_are_those_of_the_statbank(
    towns, years, write, name, counted, tmp_path
):
    write(cube_of(counted, towns, years), tmp_path / f"07459.{name}")
    report = import_statbank(tmp_path / f"07459.{name}", tmp_path / "out")
    people = pl.read_csv(
        tmp_path / "out" / "population.csv", schema_overrides={"region": pl.String}
    )
    assert report.lacking == []
    assert people.height == len(towns) * len(years) * 2 * len(AGES)
    sums = people.group_by("region", "year").agg(pl.col("persons").sum())
    for town, year, persons in sums.iter_rows():
        of_town = [counted[town, str(year), sex, age] for sex in "12" for age in AGES]
        assert persons == sum(of_town)
    assert open_folder(tmp_path / "out").report.problems == ()


def test_five_commands_in_bokmaal_lead_from_an_empty_folder_to_a_page(
    counted, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    cube = cube_of(counted, {"4026": "Tinn"}, range(2016, 2027))
    wide(cube, tmp_path / "07459.csv", heads=TIME, encoding="latin-1")
    assert CliRunner().invoke(app, ["sample", "register", "--register"]).exit_code == 0
    extracts = " ".join(f"register/staff_{year}-12-01.csv" for year in (2024, 2025))
    for command in COMMANDS:
        if command.startswith("run"):
            _one_small_page(tmp_path / "rapporter" / "params.yaml")
        made = CliRunner().invoke(app, command.format(extracts=extracts).split())
        assert made.exit_code == 0, made.output
        assert not re.search(r"\b(Wrote|Note|Open|Made|pages)\b", made.output), made.output
    (page,) = (tmp_path / "rapporter" / "reports").rglob("*ageing*.html")
    assert "Tinn" in page.read_text(encoding="utf-8")


def _one_small_page(params):
    """Leave one page of what a new folder makes, with few draws."""
    text = params.read_text(encoding="utf-8")
    head, *pages = re.split(r"(?=  - notebook: )", text)
    (ageing,) = [page for page in pages if "notebook: ageing" in page]
    text = head.replace("draws: 200", "draws: 20").replace("horizon: 10", "horizon: 2") + ageing
    params.write_text(f"{text}\ndiscussion: false\n", encoding="utf-8")


@pytest.fixture(scope="module")
def fails(reference):
    """The small inputs beside the published cases that once failed."""
    folder = reference("population_norway").parents[1] / "fails"
    if not folder.is_dir():
        pytest.skip("the small inputs that failed are not beside the published cases")
    return folder


@pytest.mark.parametrize(
    ("file", "code", "told"),
    [
        ("07459_wide_title_latin1.csv", 1, "no file has figures of female"),
        ("07459_api_codes.csv", 1, "ages 0 to 0 alone"),
        ("07459_pxweb.xlsx", 0, "population.csv, 2332 rows"),
    ],
)
def test_files_of_the_statbank_that_failed_are_read_and_what_lacks_is_told(
    file, code, told, fails, tmp_path
):
    path = str(fails / "statbank_saved" / file)
    made = CliRunner().invoke(app, ["import-statbank", path, "--out", str(tmp_path / "out")])
    assert made.exit_code == code, made.output
    assert told in made.output


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("percent_cells_2025-12-01.xlsx", "position_share_in: fraction"),
        ("title_rows_2025-12-01.csv", "position_share_in: percent"),
        ("local_functions_2025-12-01.csv", "proposed"),
    ],
)
def test_extracts_that_failed_are_counted_by_their_own_proposal(file, said, fails, tmp_path):
    extract = str(fails / "staff_register" / file)
    mapping, out = tmp_path / "mapping.yaml", str(tmp_path / "out")
    first = ["import-staff", extract, "--suggest", str(mapping), "--region", "4026"]
    assert CliRunner().invoke(app, first).exit_code == 0
    assert said in mapping.read_text(encoding="utf-8")
    made = CliRunner().invoke(
        app, ["import-staff", extract, "--mapping", str(mapping), "--out", out]
    )
    assert made.exit_code == 0, made.output
    assert "24 people, 17.6 FTE" in made.output
    if "title_rows" in file:
        assert "sum row: 1 row" in made.output


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        ("flows_occupation_without_staff", "nobody in staff holds 2224"),
        ("flow_exposure_zero", "the exposure is 0 (row 2)"),
    ],
)
def test_flows_that_failed_on_every_page_are_noted_and_used(folder, told, fails):
    made = CliRunner().invoke(app, ["check", str(fails / "tables" / folder)])
    assert made.exit_code == 0, made.output
    assert told in made.output


def test_options_of_measures_that_mislead_are_refused_with_line_and_field(fails, tmp_path):
    shutil.copy(fails / "params" / "measures.yaml", tmp_path / "measures.yaml")
    made = CliRunner().invoke(app, ["check", str(tmp_path / "measures.yaml")])
    assert made.exit_code == 2
    for line in ("line 14, scenarios.comma.measures[0].options.points: ",
                 "line 19, scenarios.day.measures[0].options.end_year: "):  # fmt: skip
        assert line in made.output
