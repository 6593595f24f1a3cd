"""A folder to begin in, for one who has the program and no clone of it."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workforce.batch.params import default_params, load_params
from workforce.batch.start import init_folder
from workforce.cli import app
from workforce.errors import ParameterError
from workforce.sources.tables.folder import open_folder

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_new_folder_has_all_that_a_run_needs_and_says_what_each_field_is(tmp_path, language):
    init_folder(tmp_path / "new", language=language)
    params = load_params(tmp_path / "new" / "params.yaml")
    assert params.notebooks is not None
    for report in params.reports:
        assert (params.notebooks / f"{report.notebook}.ipynb").is_file()
        assert report.languages == (language,)
    assert open_folder(params.data).report.problems == ()
    lines = (tmp_path / "new" / "params.yaml").read_text(encoding="utf-8").splitlines()
    for field in ("title:", "data:", "notebooks:", "quarter:", "audience:", "horizon:", "reports:"):
        place = next(at for at, line in enumerate(lines) if line.startswith(field))
        assert lines[place - 1].startswith("# ")
    first = " ".join(line.removeprefix("# ") for line in lines[:3])
    assert "# " in first
    assert first.rstrip().endswith((".", "forklaringar."))


def test_a_folder_for_own_figures_names_them_and_their_place(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "regions.csv").write_text("region,level,name\n4026,municipality,Tinn\n", "utf-8")
    init_folder(tmp_path / "new", data=data)
    params = load_params(tmp_path / "new" / "params.yaml")
    assert (params.data, params.title, params.quarter) == (data, "Tinn", "auto")
    assert {code for report in params.reports for code in report.regions} == {"4026"}
    with pytest.raises(ParameterError, match="--region: 4026"):
        init_folder(tmp_path / "other", data=data, region="4028")


def test_nothing_is_written_over(tmp_path):
    init_folder(tmp_path)
    with pytest.raises(ParameterError, match=r"params\.yaml, figures\.xlsx, notebooks, practice"):
        init_folder(tmp_path)


def test_a_run_takes_the_params_of_the_folder_it_is_in(tmp_path, monkeypatch):
    init_folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert default_params() == tmp_path / "params.yaml"


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (("notebook: overview", "notebook: overwiev"), "overview"),
        (('["9012"]', '["4026"]'), "4026"),
        (('data: "practice"', 'data: "practise"'), "practise"),
        (("quarter: 2026Q4", "quarter: 2026K4"), "quarter"),
    ],
)
def test_a_mistake_is_told_before_any_page(tmp_path, monkeypatch, mistake, told):
    init_folder(tmp_path)
    path = tmp_path / "params.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(*mistake, 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, ["run"])
    assert made.exit_code == 2
    assert told in made.output
    assert not list(tmp_path.glob("reports/*/*.html"))


def test_an_installed_program_carries_its_notebooks():
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    carried = built["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert carried["notebooks"] == "workforce/data/notebooks"
