"""A folder is opened for its audience, and a protected one tells all that a public page knows."""

import json
from dataclasses import replace

import polars as pl
import pytest
import xlsxwriter
from tests.tables import read_folder

from workforce import open_folder, open_for
from workforce.contract.figures import Figures
from workforce.errors import ParameterError, SourceError
from workforce.sources.tables.files import packaged_folder
from workforce.sources.tables.protected import MARKER, open_data, write_protected

SAMPLE = packaged_folder("sample")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = open_for(SAMPLE, audience="public")
    where = tmp_path_factory.mktemp("run") / "protected"
    write_protected(folder, where, where.parent)
    return folder, where


def test_a_protected_folder_is_read_as_it_was_written_and_needs_no_key(written):
    folder, where = written
    again = open_for(where, audience="public")
    assert again.digest == folder.digest
    assert again.rounded_to == 5
    assert again.name == folder.name
    assert again.names == folder.names
    assert list(again.tables) == list(folder.tables)
    assert all(again.tables[name].equals(table) for name, table in folder.tables.items())
    assert all(again.lists[name].equals(table) for name, table in folder.lists.items())
    assert again.report == folder.report


def test_whoever_gets_a_protected_folder_reads_on_what_basis_it_may_be_shown(written, tmp_path):
    folder, _ = written
    write_protected(folder, tmp_path / "given", tmp_path, legal_basis="As the county agreed")
    told = json.loads((tmp_path / "given" / MARKER).read_text(encoding="utf-8"))
    assert told["legal_basis"] == "As the county agreed"
    assert open_data(tmp_path / "given").digest == folder.digest


def test_what_was_changed_since_it_was_protected_is_refused(written, tmp_path):
    folder, _ = written
    where = tmp_path / "protected"
    write_protected(folder, where, tmp_path)
    folder.tables["staff"].head(3).write_parquet(where / "staff.parquet")
    with pytest.raises(SourceError, match="is not as it was protected"):
        open_data(where)
    (where / MARKER).write_text(json.dumps({"base": 5}), encoding="utf-8")
    with pytest.raises(SourceError, match="does not say how the folder was protected"):
        open_data(where)
    # A later run writes it anew, and what is no table of it goes.
    pl.DataFrame({"a": [1]}).write_parquet(where / "shortage_old.parquet")
    write_protected(folder, where, tmp_path)
    assert open_data(where).digest == folder.digest
    assert not (where / "shortage_old.parquet").exists()


def test_a_folder_protected_along_another_tree_or_to_a_lower_base_is_refused(written, tmp_path):
    folder, _ = written
    where = tmp_path / "handed"
    write_protected(replace(folder, draw=replace(folder.draw, tree=1)), where, tmp_path)
    with pytest.raises(ParameterError, match="tree 1, and this version of workforce uses tree"):
        open_data(where)
    again = open_for(where, audience="public", key_reason="Nobody has the true one any more.")
    assert (again.digest, again.draw.tree) == (folder.digest, 1)
    # What a run makes of it says the reason, so that its notebooks open it.
    write_protected(again, tmp_path / "run", tmp_path)
    assert open_for(tmp_path / "run", audience="public").draw == again.draw
    write_protected(replace(folder, draw=replace(folder.draw, base=3)), where, tmp_path)
    with pytest.raises(ParameterError, match="rounded to 3, and the public gets 5 at the least"):
        open_for(where, audience="public", key_reason="Nobody is here.")


def test_an_audience_gets_no_other_folder_than_its_own(written):
    _, where = written
    with pytest.raises(ParameterError, match="shows people as they were counted"):
        open_for(where, audience="internal")
    assert open_for(SAMPLE, audience="internal").rounded_to is None
    with pytest.raises(ParameterError, match="made from a protected folder"):
        Figures(pl.DataFrame(), "public", open_folder(SAMPLE).rounded_to)
    with pytest.raises(ParameterError, match="use internal or public"):
        open_for(SAMPLE, audience="everybody")


def test_a_workbook_is_protected_as_the_same_tables_in_a_folder_are(tmp_path):
    names = ["regions", "population", "sectors", "occupations", "staff", "staff_flows"]
    tables = read_folder(SAMPLE, names)
    here = pl.col("region") == "9012"
    alone = ("county", "comparison_group", "neighbours")
    (tmp_path / "folder").mkdir()
    with xlsxwriter.Workbook(tmp_path / "figures.xlsx") as book:
        for name, table in tables.items():
            rows = table.filter(here) if "region" in table.columns else table
            rows = rows.drop(alone, strict=False)
            if "year" in rows.columns:
                rows = rows.filter(pl.col("year") >= 2024)
            rows.write_csv(tmp_path / "folder" / f"{name}.csv")
            rows.write_excel(book, worksheet=name)
    key = tmp_path / "public.key"
    book, folder = (
        open_for(tmp_path / name, audience="public", key=key) for name in ("figures.xlsx", "folder")
    )
    assert book.digest == folder.digest
    assert book.rounded_to == 5
    assert (book.tables["staff"]["persons"] > 0).all()
    assert "figures" not in book.name


def test_public_pages_of_other_data_need_a_key_that_is_named(tmp_path):
    for table in ("regions.csv", "population.csv"):
        (tmp_path / table).write_bytes((SAMPLE / table).read_bytes())
    with pytest.raises(ParameterError, match="no key is named"):
        open_for(tmp_path, audience="public")
    key = tmp_path / "keys" / "public.key"
    first = open_for(tmp_path, audience="public", key=key)
    assert len(key.read_bytes()) == 32
    assert open_for(tmp_path, audience="public", key=key).digest == first.digest
