"""A YAML file that was made to hurt, or is odd, is refused in a sentence with its line."""

import time

import pytest

from workforce.batch.discussion_log import read_log
from workforce.batch.params import load_params
from workforce.batch.retention import load_retention
from workforce.errors import ParameterError
from workforce.sources.staff_register.mapping import load_mapping
from workforce.sources.tables.yaml_text import DEEPEST, MOST_VALUES, read_yaml

NINE_LEVELS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)
MERGED = "a0: &a0 {x: 1, y: 2}\n" + "".join(
    f"a{level}: &a{level}\n  <<: [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)
A_CHAIN = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 3000))
HURTFUL = {
    "a list that is a part of itself": ("a: &a [*a]\n", "line 1: *a refers to what it is a part"),
    "fields that are a part of themselves": ("a: &a\n  b: *a\n", "line 2: *a refers"),
    "20,000 brackets": ("a: " + "[" * 20_000 + "]" * 20_000, "line 1: fields or lists lie more"),
    "brackets that nobody closes": ("[" * 20_000, "line 1: fields or lists lie more"),
    "fields within fields": ("".join("  " * i + "a:\n" for i in range(90)), "line 51: fields or"),
    "a chain of references": (A_CHAIN, "line 50: fields or lists lie more"),
    "a bomb of nine levels": (NINE_LEVELS, "line 5: the file holds more than 50,000 values"),
    "a bomb of merged fields": (MERGED, "line 9: the file holds more than 50,000 values"),
    "a null as key": ("~: x\n", "line 1: YAML reads the name '~' as nothing"),
    "a date as key": (
        "b: 1\n2025-01-01: x\n",
        "line 2: YAML reads the name '2025-01-01' as a date",
    ),
    "a list as key": ("? [a]\n: x\n", "line 1: a list or fields stand where the name of a field"),
    "a day in no calendar": ("a: 2025-02-30\n", "line 1: '2025-02-30' cannot be read as a date"),
    "a number of 5,000 digits": ("a: " + "9" * 5000, "line 1: '9999"),
    "a number of 5,000 digits to base 16": ("a: 0x" + "f" * 5000, "line 1: '0xfff"),
    "a number of 5,000 digits to base 60": ("a: " + "1:" * 5000 + "1", "line 1: '1:1:1"),
    "an object of Python": ("a: !!python/object:os.system x\n", "line 1: python/object:os.system"),
    "bytes": ("a: !!binary aGVq\n", "line 1: binary is no kind of value"),
    "NUL behind an escape": ('b: 1\na: "x\\0y"\n', "line 2: the sign U+0000"),
    "half a letter": ('a: "\\ud800"\n', "line 1: the sign U+D800"),
    "a mark of direction": ("b: 1\na: x\u202ey\n", "line 2: the sign U+202E"),
    "NUL": ("a: x\0y\n", "line 1: the sign U+0000"),
}


@pytest.mark.parametrize("case", HURTFUL)
def test_yaml_that_was_made_to_hurt_is_refused_within_a_second(case, tmp_path):
    text, told = HURTFUL[case]
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    began = time.process_time()
    with pytest.raises(ParameterError) as error:
        read_yaml(path)
    assert time.process_time() - began < 1
    assert f"file.yaml, {told}" in str(error.value)


@pytest.mark.parametrize("read", [load_params, load_mapping, read_log, None])
def test_every_file_of_yaml_comes_in_through_the_same_door(read, tmp_path):
    path = tmp_path / "retention.yaml"
    for text in (NINE_LEVELS, "a: &a [*a]\n", "2025-01-01: x\n", "~: 1\n", "[" * 20_000):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ParameterError, match=r"retention\.yaml, line"):
            read(path) if read else load_retention(tmp_path)


def test_a_number_of_days_that_is_a_date_is_told_with_its_line(tmp_path):
    (tmp_path / "retention.yaml").write_text("runs_days: 1\nfailed_days: 2030-01-01\n")
    with pytest.raises(ParameterError, match="line 2, failed_days"):
        load_retention(tmp_path)


def test_what_is_said_once_and_meant_twice_is_read_as_written_out(tmp_path):
    path = tmp_path / "file.yaml"
    path.write_text("a: &a {x: [1, 2]}\nb: *a\nc:\n  <<: *a\n  y: 2\n")
    once = {"x": [1, 2]}
    assert read_yaml(path).content == {"a": once, "b": once, "c": {**once, "y": 2}}


def test_a_key_is_the_text_that_is_written(tmp_path):
    path = tmp_path / "file.yaml"
    path.write_text("0301: a\n974760673: b\nno: c\n1.50: d\n")
    found = read_yaml(path)
    assert found.content == {"0301": "a", "974760673": "b", "no": "c", "1.50": "d"}
    assert found.lines["no",] == 3


def test_lines_may_end_as_on_an_old_mac(tmp_path):
    path = tmp_path / "file.yaml"
    path.write_bytes(b"a: 1\rb: 2\r")
    assert read_yaml(path).content == {"a": 1, "b": 2}


def test_the_limits_leave_room_for_a_commission_of_all_municipalities(tmp_path):
    path = tmp_path / "file.yaml"
    codes = ", ".join(f'"{code:04}"' for code in range(357))
    path.write_text(f"reports:\n- regions: [{codes}]\n- regions: [{codes}]\n")
    assert len(read_yaml(path).content["reports"][1]["regions"]) == 357
    assert (DEEPEST, MOST_VALUES) > (10, 20_000)
