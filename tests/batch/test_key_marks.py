"""What runs left tells which key they used, should the key be lost together with its record."""

import shutil
from pathlib import Path

import pytest

from workforce.batch.basis import prepare_basis
from workforce.batch.key_marks import MARK, marked_otherwise, write_mark
from workforce.batch.params import Params, load_params
from workforce.disclosure.keys import fingerprint
from workforce.errors import ParameterError
from workforce.sources.tables.files import packaged_folder

ROOT = Path(__file__).parents[2]
TEXT = """
title: A place
data: data
notebooks: {notebooks}
quarter: 2026Q4
seed: 1
reports: [{{notebook: ageing, regions: ["9012"]}}]
"""


@pytest.fixture
def params(tmp_path: Path) -> Params:
    (tmp_path / "data").mkdir()
    for table in ("regions.csv", "population.csv"):
        shutil.copyfile(packaged_folder("sample") / table, tmp_path / "data" / table)
    text = TEXT.format(notebooks=ROOT / "notebooks")
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    return load_params(tmp_path / "params.yaml")


def test_a_key_lost_with_its_record_is_told_by_what_runs_left(
    params: Params, tmp_path: Path
) -> None:
    assert params.key is not None
    basis = prepare_basis(params, quarter="2026Q4", out=tmp_path)
    assert basis.made_key == params.key
    assert basis.key_mark == fingerprint(params.key.read_bytes())
    run = tmp_path / "runs" / "2026Q4"
    run.mkdir(parents=True)
    write_mark(run, basis.key_mark, ["9012"])
    assert params.key.read_bytes().hex() not in (run / MARK).read_text()
    again = prepare_basis(params, quarter="2027Q1", out=tmp_path)
    assert (again.made_key, again.folder.digest) == (None, basis.folder.digest)
    shutil.rmtree(params.key.parent)
    with pytest.raises(ParameterError, match=r"is not there, and .*2026Q4 was made with one"):
        prepare_basis(params, quarter="2027Q1", out=tmp_path)
    assert not params.key.exists()
    reason = params.model_copy(update={"key_reason": "The disk burnt."})
    assert prepare_basis(reason, quarter="2027Q1", out=tmp_path).key_mark != basis.key_mark


def test_other_places_may_have_another_key(tmp_path: Path) -> None:
    for quarter, mark, places in (("2026Q3", "a", ["4026"]), ("2026Q4", "b", ["4028"])):
        (tmp_path / quarter).mkdir()
        write_mark(tmp_path / quarter, mark, places)
    assert marked_otherwise(tmp_path, "a", ["4026"]) is None
    assert marked_otherwise(tmp_path, "c", ["4026", "4028"]) is not None
    assert marked_otherwise(tmp_path, "c", ["4030"]) is None
    (tmp_path / "2026Q4" / MARK).write_text("{", encoding="utf-8")
    assert marked_otherwise(tmp_path, "a", ["4028"]) is None
