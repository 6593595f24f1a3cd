"""The public face is enough: for the walk of the README, and for every notebook."""

import ast
import json
import re
from pathlib import Path

import polars as pl
import pytest

import workforce as wf
from workforce.reports.charts import chart

ROOT = Path(__file__).parents[1]


def test_the_walk_of_the_readme_goes_from_a_folder_to_a_table_and_a_page(monkeypatch, capsys):
    shown: list[dict[str, str]] = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("IPython.display.display", lambda one, **_: shown.append(one))
    monkeypatch.setattr(chart, "drawn", lambda _: "<svg>")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (walk,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    lines = [line for line in walk.splitlines() if line and not line.startswith("import")]
    assert len(lines) <= 15
    names: dict[str, object] = {}
    exec(compile(walk, "README.md", "exec"), names)  # noqa: S102
    table = names["told"]
    assert isinstance(table, pl.DataFrame)
    assert table["scenario"].to_list() == ["baseline", "lower_absence"]
    assert (table["lower"] <= table["central"]).all()
    assert "baseline" in capsys.readouterr().out
    text = " ".join(str(one) for one in shown)
    assert "<svg>" in text
    assert "How the figures" in text or "2026" in text


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_a_notebook_imports_from_workforce_and_nothing_below_it(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    found = [node for text in code for node in ast.walk(ast.parse(text))]
    assert not [node for node in found if isinstance(node, ast.Import)]
    froms = [node for node in found if isinstance(node, ast.ImportFrom)]
    assert {node.module for node in froms} == {"workforce"}
    assert {one.name for node in froms for one in node.names} <= set(wf.__all__)


def test_a_folder_that_is_right_has_no_rows_to_check_and_one_that_is_not_says_what_to_do(tmp_path):
    assert wf.check(ROOT / "data" / "sample").is_empty()
    (tmp_path / "regions.csv").write_text("region,level\n0001,village\n", encoding="utf-8")
    wrong = wf.check(tmp_path)
    assert set(wrong["table"]) == {"regions"}
    assert wrong["message"].str.len_chars().min() > 0


def test_lights_are_given_for_every_region_of_a_folder():
    folder = wf.open_folder(ROOT / "tests" / "batch" / "small" / "data")
    found = wf.quality(folder, quarter="2026Q4")
    assert set(found["region"]) <= set(folder.tables["regions"]["region"])
    assert {"table", "check", "light"} <= set(found.columns)
