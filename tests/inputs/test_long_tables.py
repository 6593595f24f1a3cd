"""Tables of a country take little room, and tell what they told."""

import polars as pl
import pytest
import xarray as xr
from tests.tables import read_folder

from workforce.contract import packed
from workforce.contract.packed import Tables, kept
from workforce.disclosure.keys import sample_key
from workforce.disclosure.safe_folder import protect
from workforce.disclosure.safe_tables import Rounding
from workforce.inputs import load_inputs
from workforce.inputs.quality import judge_folder
from workforce.sources.tables.files import packaged_folder
from workforce.sources.tables.folder import folder_of
from workforce.sources.tables.protected import open_data, write_protected

TOWNS = ["9010", "9012"]


@pytest.fixture(scope="module")
def tables():
    """A county of two municipalities."""
    found = read_folder(packaged_folder("sample"))
    towns = found["regions"].filter(pl.col("level") == "municipality")["region"]
    out = pl.col("region").is_in(towns.filter(~towns.is_in(TOWNS)).to_list())
    return {n: t.filter(~out) if "region" in t.columns else t for n, t in found.items()}


@pytest.fixture(scope="module")
def both(tables):
    """The same folder with tables as they are, and with all of them kept small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "LONG", 0)
        small = folder_of(tables)
    return folder_of(tables), small


def test_long_tables_take_little_room_and_are_read_as_they_were(both):
    full, small = both
    for name, table in full.tables.items():
        assert small.tables[name].equals(table), name
        assert small.tables[name].schema == table.schema
        assert full.tables[name] is full.tables[name], "what is short is kept as it is"
    texts = [table for table in kept(small.tables).values() if pl.String in table.dtypes]
    assert texts == []
    assert "wages" not in small.tables
    assert small.tables.get("wages") is None


def test_a_column_that_the_dictionary_does_not_know_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(packed, "LONG", 0)
    own = pl.Series("own", ["b"], dtype=pl.Enum(["a", "b"]))
    table = pl.DataFrame({"region": ["0301"], "said": ["x"], "own": own})
    small = packed.packed(table, "staff")
    assert small.schema["said"] == pl.String
    assert Tables({"staff": small})["staff"].equals(table)
    assert Tables({"staff": small})["staff"].schema == table.schema


@pytest.mark.parametrize(("region", "year"), [("9010", None), (None, None), ("90", 2023)])
def test_inputs_are_the_same_however_tables_are_kept(both, region, year):
    full, small = (load_inputs(folder, region=region, base_year=year) for folder in both)
    xr.testing.assert_identical(full, small)


def test_lights_and_what_the_public_gets_are_the_same_however_tables_are_kept(
    both, tmp_path, monkeypatch
):
    full, small = (judge_folder(folder, ["90", *TOWNS], quarter="2026Q4") for folder in both)
    assert full.equals(small)
    full, small = (protect(folder, Rounding(), key=sample_key()) for folder in both)
    assert small.digest == full.digest
    monkeypatch.setattr(packed, "LONG", 0)
    write_protected(small, tmp_path / "protected", tmp_path)
    assert open_data(tmp_path / "protected").digest == full.digest
