"""Whatever `check` lets through is protected: it passes `check` again, and its inputs are made.

``PROTECTED_FOLDERS=1000 uv run pytest -n 0 tests/disclosure/test_protected_knocked_folders.py``
tries 1,000 folders, and each table left out; 6 without it.
"""

import os

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.notebooks.test_knocked_folders import ROOT, Folder, has_page, knocked, small

from workforce import load_inputs
from workforce.contract.check import check_tables
from workforce.contract.dictionary import tables as known_tables
from workforce.disclosure.keys import sample_key
from workforce.disclosure.safe_folder import protect
from workforce.disclosure.safe_tables import Rounding
from workforce.inputs.quality import judge_folder
from workforce.sources.staff_register.register import read_staff_register
from workforce.sources.tables.folder import folder_of, open_folder

FOLDERS = int(os.environ.get("PROTECTED_FOLDERS", "6"))
__all__ = ["small"]


@pytest.fixture(scope="module")
def practice(tmp_path_factory) -> Folder:
    """The practice register as it is imported, with the sample's places and inhabitants."""
    extracts = sorted((ROOT / "data" / "practice_register").glob("*.csv"))
    made = read_staff_register(extracts, mapping=ROOT / "data" / "mappings" / "staff.yaml")
    tables = {name: table for name, table in made.items() if name in known_tables()}
    towns = tables["staff"]["region"].unique().to_list()
    sample = open_folder(ROOT / "data" / "sample").tables
    places = sample["regions"].filter(
        pl.col("region").is_in(towns) | (pl.col("level") != "municipality")
    )
    people = sample["population"].filter(pl.col("region").is_in(towns))
    listed = {name: sample[name] for name in ("sectors", "occupations")}
    return tables | listed | {"regions": places, "population": people}


def protected_and_loaded(tables: Folder) -> Folder:
    """Protect tables, check what comes, make the inputs of a place, and judge it."""
    assert not check_tables(tables)
    made = protect(folder_of(tables), Rounding(), key=sample_key())
    assert not check_tables(dict(made.tables))
    places = [code for code in tables["regions"]["region"] if has_page(tables, code)]
    if made.report.population_ready and places:
        load_inputs(made, region=places[-1])
        judge_folder(made, places, quarter="2026Q1")
    return dict(made.tables)


@settings(
    max_examples=FOLDERS, deadline=None, database=None, derandomize=FOLDERS < 100,
    suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
@given(data=st.data())
def test_what_check_lets_through_is_protected_and_loaded(small, data):
    tables = knocked(small, data.draw)
    if not check_tables(tables) and folder_of(tables).report.population_ready:
        protected_and_loaded(tables)


def only(tables: Folder, *names: str) -> Folder:
    return {name: tables[name] for name in ("regions", "population", *names)}


def test_inhabitants_alone_go_out_as_they_are(small):
    made = protected_and_loaded(only(small))
    assert made["population"].height == small["population"].height


def test_a_place_that_knows_fte_in_post_alone_has_them_rounded(small):
    posts = small["funded_posts"].filter(pl.col("year") == 2026)
    made = protected_and_loaded(only(small) | {"fte_in_post": posts})
    assert set(made) >= {"population", "fte_in_post"}
    assert (made["fte_in_post"]["fte"] % 5.0 == 0.0).all()


def test_staff_without_flows_and_with_nothing_else_is_protected(small):
    assert set(protected_and_loaded(only(small, "staff"))) >= {"population", "staff"}


def test_one_municipality_by_itself_is_protected_with_all_its_tables(small):
    tables = {
        name: table.filter(pl.col("region") == "9012") if "region" in table.columns else table
        for name, table in small.items()
    }
    alone = (pl.lit(None, pl.String).alias(name) for name in ("county", "comparison_group"))
    tables["regions"] = tables["regions"].with_columns(*alone, neighbours=pl.lit(None, pl.String))
    made = protected_and_loaded({name: table for name, table in tables.items() if table.height})
    assert set(made) >= {"staff", "shortage", "funded_posts", "service_use"}


def test_a_county_that_has_rows_of_its_own_alone_is_protected_as_a_place(small):
    rows = small["staff"].filter(pl.col("region") == "9012")
    people = small["population"].filter(pl.col("region") == "9012")
    county = (
        small["regions"]
        .filter(pl.col("region") == "90")
        .with_columns(county=pl.lit(None, pl.String))
    )
    own = pl.lit("90").alias("region")
    tables = {"regions": county, "population": people.with_columns(own)}
    made = protect(
        folder_of(tables | {"staff": rows.with_columns(own)}), Rounding(), key=sample_key()
    )
    assert set(made.tables["staff"]["region"]) == {"90"}


@pytest.mark.skipif(FOLDERS < 100, reason="by the named command: some minutes")
@pytest.mark.parametrize("name", sorted(set(known_tables()) - {"regions", "population"}))
def test_each_optional_table_left_out_or_alone_is_protected(small, name):
    if name not in small:
        pytest.skip("the sample has none")
    protected_and_loaded({other: table for other, table in small.items() if other != name})
    if not check_tables(only(small, name)):
        protected_and_loaded(only(small, name))


def test_the_import_of_the_practice_register_is_protected(practice):
    made = protected_and_loaded(practice)
    assert set(made) >= {"staff", "staff_flows"}
