"""What no file can be called is told in a sentence, whichever door it comes to."""

import pytest
from typer.testing import CliRunner

from workforce import load_inputs, read_jsonstat2, read_staff_register
from workforce.batch.discussion_log import log_path
from workforce.batch.params import load_params
from workforce.batch.runner import run
from workforce.cli import app
from workforce.errors import ParameterError
from workforce.sources.staff_register.suggestion import suggest_mapping
from workforce.sources.tables.files import find_tables, read_table
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.paths import file_path
from workforce.sources.tables.protected import open_data
from workforce.sources.tables.template import write_template
from workforce.sources.tables.yaml_text import read_yaml

DOORS = {
    "open": open_folder,
    "find": find_tables,
    "inputs": load_inputs,
    "table": lambda path: read_table(path, "staff"),
    "jsonstat": read_jsonstat2,
    "yaml": read_yaml,
    "params": load_params,
    "run": run,
    "log": log_path,
    "template": write_template,
    "suggest": lambda path: suggest_mapping([path]),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("data\0/x", r"the sign U\+0000"),
        ("\u202aC:/data", r"the sign U\+202A"),
        ("x" * 5000, "longer than the name of a file"),
        ("d/" * 3000, "longer than the name of a file"),
    ],
)
def test_a_path_that_no_file_can_have_is_told(door, path, told):
    with pytest.raises(ParameterError, match=told) as error:
        DOORS[door](path)
    assert len(str(error.value)) < 300


def test_a_register_is_named_by_a_path_that_a_file_can_have(tmp_path):
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        'region: "9001"\ncolumns: {identity: a, birth_date: b, sex: c, occupation: d, '
        "position_share: e}\n"
    )
    with pytest.raises(ParameterError, match="longer than"):
        read_staff_register("x" * 5000, mapping=mapping)


def test_a_folder_in_a_params_file_is_one_that_can_be(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text(f"title: x\ndata: {'x' * 5000}\nquarter: 2026Q4\nseed: 1\n")
    with pytest.raises(ParameterError, match="line 2, data: is longer than the name of a file"):
        load_params(path)


def test_the_command_line_ends_with_two_and_a_sentence():
    done = CliRunner().invoke(app, ["check", "x" * 5000])
    assert done.exit_code == 2
    assert "longer than the name of a file" in done.output


@pytest.mark.parametrize("read", [file_path, open_folder, load_inputs, open_data])
def test_a_number_is_no_path(read):
    with pytest.raises(ParameterError, match="is of the kind int, which names no file"):
        read(5)
