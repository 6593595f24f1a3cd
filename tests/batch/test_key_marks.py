"""What runs left tells which key they used, should the key be lost together with its record."""

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from workforce.batch.basis import prepare_basis, sectors_with_people
from workforce.batch.key_marks import MARK, marked_otherwise, write_mark
from workforce.batch.params import Params, load_params
from workforce.contract.folder import Draw
from workforce.disclosure.keys import TREE, draw_of
from workforce.errors import ParameterError
from workforce.sources.tables.files import packaged_folder, read_table
from workforce.sources.tables.protected import write_protected

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
    draw = basis.folder.draw
    assert draw == draw_of(params.key.read_bytes())
    run = tmp_path / "runs" / "2026Q4"
    run.mkdir(parents=True)
    write_mark(run, draw, ["9012"], sectors_with_people(basis.folder))
    assert params.key.read_bytes().hex() not in (run / MARK).read_text()
    again = prepare_basis(params, quarter="2027Q1", out=tmp_path)
    assert (again.made_key, again.folder.digest) == (None, basis.folder.digest)
    shutil.rmtree(params.key.parent)
    with pytest.raises(
        ParameterError,
        match=r"another key of protection than in .*2026Q4 \(its file is not there\)",
    ):
        prepare_basis(params, quarter="2027Q1", out=tmp_path)
    assert not params.key.exists()
    reason = params.model_copy(update={"key_reason": "The disk burnt."})
    assert prepare_basis(reason, quarter="2027Q1", out=tmp_path).folder.draw != draw


def marked(runs: Path, quarter: str, draw: Draw, places: list[str], sectors: str = "ab") -> None:
    (runs / quarter).mkdir()
    write_mark(runs / quarter, draw, places, sectors)


def test_other_places_may_have_another_key(tmp_path: Path) -> None:
    a, b, c = (Draw(key, 5, 2) for key in "abc")
    marked(tmp_path, "2026Q3", a, ["4026"])
    marked(tmp_path, "2026Q4", b, ["4028"])
    assert marked_otherwise(tmp_path, a, ["4026"], "ab") is None
    assert marked_otherwise(tmp_path, c, ["4026", "4028"], "ab") is not None
    assert marked_otherwise(tmp_path, c, ["4030"], "ab") is None
    (tmp_path / "2026Q4" / MARK).write_text("{", encoding="utf-8")
    assert marked_otherwise(tmp_path, a, ["4028"], "ab") is None


@pytest.mark.parametrize(
    ("draw", "sectors", "what"),
    [
        (Draw("b", 5, 2), "ab", ("key",)),
        (Draw("a", 10, 2), "ab", ("base",)),
        (Draw("a", 5, 3), "ab", ("tree",)),
        (Draw("a", 5, 2), "abc", ("sectors",)),
    ],
)
def test_another_draw_of_a_place_is_found_and_a_reason_counts_once(
    tmp_path: Path, draw: Draw, sectors: str, what: tuple[str, ...]
) -> None:
    marked(tmp_path, "2026Q4", Draw("a", 5, 2, "The county took over."), ["4026"])
    found = marked_otherwise(tmp_path, draw, ["4026"], sectors)
    assert found is not None
    assert (found.run.name, found.what) == ("2026Q4", what)
    given = replace(draw, reason="The county took over.")
    assert marked_otherwise(tmp_path, given, ["4026"], sectors) == found
    assert marked_otherwise(tmp_path, replace(draw, reason="Again."), ["4026"], sectors) is None


def test_another_list_of_sectors_is_refused_without_a_reason(
    params: Params, tmp_path: Path
) -> None:
    """A count that comes under another sector meets other coins, and would be drawn twice."""
    basis = prepare_basis(params, quarter="2026Q4", out=tmp_path)
    assert basis.folder.draw is not None
    (tmp_path / "runs").mkdir()
    marked(
        tmp_path / "runs", "2026Q4", basis.folder.draw, ["9012"], sectors_with_people(basis.folder)
    )
    sectors = read_table(packaged_folder("sample") / "sectors.csv", "sectors")
    split = sectors.head(1).with_columns(sector=pl.lit("home_care"))
    pl.concat([sectors, split]).write_csv(tmp_path / "data" / "sectors.csv")
    with pytest.raises(ParameterError, match=r"other sectors of protection than in .*2026Q4"):
        prepare_basis(params, quarter="2027Q1", out=tmp_path)
    reason = params.model_copy(update={"key_reason": "Home care is a sector of its own now."})
    assert prepare_basis(reason, quarter="2027Q1", out=tmp_path).folder.draw == basis.folder.draw


def test_a_protected_folder_that_was_handed_on_is_no_second_draw_of_its_places(
    params: Params, tmp_path: Path
) -> None:
    """A municipality hands its folder to a county that has published the place by its own key."""
    own = prepare_basis(params, quarter="2026Q4", out=tmp_path).folder
    write_protected(own, tmp_path / "handed", tmp_path)
    handed = params.model_copy(update={"data": tmp_path / "handed"})
    (tmp_path / "runs").mkdir()
    marked(tmp_path / "runs", "2026Q4", Draw("c", 5, TREE), ["9012"], sectors_with_people(own))
    with pytest.raises(ParameterError, match="another key of protection than in"):
        prepare_basis(handed, quarter="2027Q1", out=tmp_path)
    agreed = handed.model_copy(update={"key_reason": "The county stopped."})
    assert prepare_basis(agreed, quarter="2027Q1", out=tmp_path).folder.draw == own.draw


def test_the_sample_may_have_other_sectors_in_another_version(
    params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "runs" / "2026Q3"
    run.mkdir(parents=True)
    write_mark(run, Draw("a", 5, TREE), ["9012"], ["health_care"])
    with pytest.raises(ParameterError, match="of protection than in"):
        prepare_basis(params, quarter="2026Q4", out=tmp_path)
    for module in ("workforce.batch.basis", "workforce.sources.tables.protected"):
        monkeypatch.setattr(f"{module}.is_sample", lambda _: True)
    assert prepare_basis(params, quarter="2026Q4", out=tmp_path).made_key is None
