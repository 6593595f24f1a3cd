"""A made-up register of 20,000 persons over five years, against those who made it up."""

import shutil
import stat
from pathlib import Path

import polars as pl
import pytest
from tools.register.extracts import Truth, write_register
from typer.testing import CliRunner

import workforce
from workforce.cli import app
from workforce.sources.staff_register.doubts import RULES
from workforce.sources.staff_register.mapping import load_mapping
from workforce.sources.staff_register.suggestion import match_headings, suggest_mapping
from workforce.sources.tables.folder import open_folder

ROOT = Path(__file__).parents[3]
MAPPING = ROOT / "data" / "mappings" / "staff.yaml"
CELL = ["region", "sector", "occupation", "sex", "age", "year"]
TOWN = pl.col("region") != "90"
BY_HAND = {
    "sum row",
    "no reference date",
    "form left out",
    "hours below zero",
    "far from 1 January",
    "second position moved",
    "hidden row",
    "hidden column",
    "spell unreadable",
    "spell of nobody",
    "position share next to nothing",
    "leave share next to nothing",
    "spell share out of range",
    "spell share next to nothing",
    "hours as of a month",
}
"""Doubts that the tests of few persons plant, since the made-up register has no place for them."""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[list[Path], Truth]:
    return write_register(tmp_path_factory.mktemp("register"))


@pytest.fixture(scope="module")
def tables(made) -> dict[str, pl.DataFrame]:
    return workforce.read_staff_register(made[0], mapping=MAPPING)


def same(found: pl.DataFrame, true: pl.DataFrame, key: list[str], value: str) -> None:
    both = found.join(true, on=key, how="full", coalesce=True, suffix="_true")
    apart = (pl.col(value) - pl.col(f"{value}_true")).abs() > 1e-5
    assert both.filter(apart.fill_null(True)).is_empty()
    assert true.height > 50


def test_stocks_are_the_truth(made, tables):
    staff = tables["staff"].filter(TOWN)
    same(staff, made[1].staff, CELL, "persons")
    post = ["region", "sector", "occupation", "year"]
    same(staff.group_by(post).agg(pl.col("fte").sum()), made[1].fte, post, "fte")


def test_flows_and_exposure_are_the_truth(made, tables):
    flows = tables["staff_flows"].filter(TOWN)
    seen = flows.filter(pl.col("persons") > 0)
    same(seen, made[1].staff_flows, [*CELL, "flow"], "persons")
    exposure = flows.group_by(CELL).agg(pl.col("exposure").max()).filter(pl.col("exposure") > 0)
    same(exposure, made[1].exposure, CELL, "exposure")
    mobility = tables["mobility"].with_columns(pl.col("persons").cast(pl.Float64))
    key = ["occupation", "occupation_to", "year"]
    assert mobility.select(*key, "persons").equals(made[1].mobility)


def test_the_stock_less_exits_plus_recruits_is_the_next_stock(tables):
    """In each region and sector, the county too."""
    by = ["region", "sector", "year"]
    leaves = pl.col("flow").is_in(["retired", "left_sector", "moved_municipality", "other"])
    net = (
        tables["staff_flows"]
        .group_by(by)
        .agg(net=pl.when(leaves).then(-pl.col("persons")).otherwise("persons").sum())
    )
    stock = tables["staff"].group_by(by).agg(pl.col("persons").sum())
    after = stock.with_columns(pl.col("year") - 1).rename({"persons": "after"})
    steps = stock.join(after, on=by).join(net, on=by)
    assert steps.height == 3 * 5 * 4
    assert ((steps["persons"] + steps["net"] - steps["after"]).abs() < 1e-3).all()


def test_the_county_is_its_municipalities_less_the_moves_between_them(made, tables):
    flows = (
        tables["staff_flows"]
        .group_by("year", inside=~TOWN)
        .agg(moved=pl.col("persons").filter(pl.col("flow") == "moved_municipality").sum())
    )
    towns, county = (flows.filter(inside=which).sort("year") for which in (False, True))
    assert (towns["moved"] - county["moved"]).to_list() == pytest.approx(
        made[1].inner_moves["persons"].to_list()
    )


def test_every_planted_fault_is_found_in_its_row_and_no_other(made, tables):
    found = tables["doubts"].select("rule", "file", row="rows").explode("row")
    found = found.filter(~pl.col("rule").is_in(list(BY_HAND)))
    assert found.sort(pl.all()).equals(made[1].told)
    assert set(made[1].told["rule"]) == set(RULES) - BY_HAND


def test_no_person_is_in_any_file_or_output_of_an_import(made, tmp_path):
    out = tmp_path / "out"
    arguments = ["import-staff", *map(str, made[0]), "--mapping", str(MAPPING), "--out", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    proposed = ["--suggest", str(tmp_path / "proposed.yaml")]
    suggested = CliRunner().invoke(app, ["import-staff", *map(str, made[0]), *proposed])
    texts = [result.output, suggested.output, Path(proposed[1]).read_text(encoding="utf-8")]
    texts += [path.read_text(encoding="utf-8") for path in out.iterdir()]
    assert len(texts) == 9
    every = "\n".join(texts)
    # Each is looked for in pieces of text between signs, as no identity or name holds a sign.
    pieces = set(pl.Series([every]).str.extract_all(r"[\p{L}\d]+").explode())
    assert not pieces & set(made[1].people)
    assert not any(who in every for who in made[1].people[:2000])


def test_only_the_owner_and_the_group_may_read_what_an_import_writes(made, tmp_path):
    out = tmp_path / "out"
    arguments = ["import-staff", str(made[0][0]), "--mapping", str(MAPPING), "--out", str(out)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    for path in (out, *out.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO == 0
    assert not (out / "staff_flows.csv").exists()  # One date has no flows.


def test_check_accepts_the_tables_beside_those_of_the_region(tables, tmp_path):
    sample = ROOT / "data" / "sample"
    for name in ("regions.csv", "population.csv", "sectors.csv", "occupations.csv"):
        shutil.copy(sample / name, tmp_path / name)
    for name in ("staff", "staff_flows", "mobility"):
        tables[name].write_csv(tmp_path / f"{name}.csv")
    report = open_folder(tmp_path).report
    assert report.problems == ()
    assert report.staff_ready
    inputs = workforce.load_inputs(tmp_path, region="9003", horizon=3)
    assert (
        float(inputs["staff"].sum())
        == tables["staff"].filter(region="9003", year=2026)["persons"].sum()
    )


def test_a_workbook_gives_the_tables_of_the_csv(made, tmp_path):
    cells = pl.read_csv(made[0][4], separator=";", infer_schema=False).head(4_000)
    csv, book = tmp_path / made[0][4].name, tmp_path / made[0][4].with_suffix(".xlsx").name
    cells.write_csv(csv, separator=";")
    cells.write_excel(book)
    ours, theirs = (workforce.read_staff_register(path, mapping=MAPPING) for path in (csv, book))
    assert ours["staff"].equals(theirs["staff"])
    assert ours["doubts"].drop("file").equals(theirs["doubts"].drop("file"))


def test_the_suggested_mapping_is_that_of_the_made_up_register(made):
    columns = load_mapping(MAPPING).columns.model_dump(exclude_none=True)
    text = suggest_mapping(made[0][:1])
    assert all(f'{field}: "{heading}"' in text for field, heading in columns.items())
    assert "\n# Left unread: " in text
    units = ("position_share_in: percent", "leave_share_in: percent", "full_time_hours: 1950 ")
    assert all(f"\n{unit} " in f"{text} " for unit in map(str.strip, units))


def test_headings_of_usual_systems_are_known():
    pai = {
        "Fødselsnummer": "identity", "Fødselsår": "birth_date", "Kjønn": "sex",
        "PAI stillingskode": "occupation", "Organisasjonsnr": "organisation",
        "Tjenestefunksjon": "kostra_function", "Deltidsprosent": "position_share",
        "Tilsettingsforhold": "employment_form", "Tiltredelsesdato": "start",
        "Fratredelsesdato": "end", "Telledato": "reference_date",
    }  # fmt: skip
    amelding = {
        "norskIdentifikator": "identity", "foedselsdato": "birth_date", "kjoenn": "sex",
        "yrke": "occupation", "virksomhetsnummer": "organisation",
        "stillingsprosent": "position_share", "ansettelsesform": "employment_form",
        "startdato": "start", "sluttdato": "end", "aarsakTilSluttdato": "end_reason",
        "permisjonsbeskrivelse": "leave_kind", "permisjonsprosent": "leave_share",
        "permisjonStartdato": "leave_start", "antallTimer": "paid_hours",
        "kalendermaaned": "reference_date",
    }  # fmt: skip
    for headings in (pai, amelding):
        assert match_headings(list(headings)) == {
            field: heading for heading, field in headings.items()
        }
