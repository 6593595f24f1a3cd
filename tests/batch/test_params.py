"""The params file: what it may say, and how an error points at the field."""

import datetime as dt
import json
from pathlib import Path

import pytest

from workforce.batch import params
from workforce.batch.notebooks import compare_parameters
from workforce.batch.params import default_params, load_params, params_schema
from workforce.errors import ParameterError
from workforce.sources.tables.fields import nearest

SMALL = """\
title: Small county
data: data
notebooks: notebooks
quarter: 2026Q4
seed: 1
reports:
  - notebook: ageing
    regions: {regions}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "params.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def error_of(folder: Path, text: str) -> str:
    with pytest.raises(ParameterError) as caught:
        load_params(write(folder, text))
    return str(caught.value)


def test_folders_are_relative_to_the_params_file(tmp_path: Path) -> None:
    params = load_params(write(tmp_path, SMALL.format(regions='["0301"]')))
    assert params.data == (tmp_path / "data").resolve()
    assert params.notebooks == (tmp_path / "notebooks").resolve()
    assert params.reports[0].regions == ("0301",)


def test_the_sample_commission_makes_at_most_40_pages_and_enough_draws() -> None:
    params = load_params(default_params())
    places = {"all": 14}
    pages = sum(
        (places[r.regions] if isinstance(r.regions, str) else len(r.regions))
        * len(r.sectors)
        * len(r.scenarios)
        * len(r.languages)
        for r in params.reports
    )
    assert 20 <= pages <= 40
    assert params.draws >= 200


def test_the_schema_beside_the_sample_commission_is_current() -> None:
    written = default_params().with_name("schema.json").read_text(encoding="utf-8")
    assert written == params_schema(), "write it with: workforce schema params"
    assert json.loads(written)["additionalProperties"] is False


def test_a_code_without_quotes_is_named_as_it_is_written(tmp_path: Path) -> None:
    # YAML 1.1 reads 0301 as the octal number 193.
    message = error_of(tmp_path, SMALL.format(regions="[0301]"))
    assert message.endswith(
        "params.yaml, line 8, reports[0].regions[0]: 0301 is a number, and this is text. "
        'Write "0301", in quotes.'
    )


@pytest.mark.parametrize("field", [*params.NO_LONGER, "rule:\n  method: suppression\n  min_base"])
def test_a_field_of_the_time_when_figures_were_hidden_is_told_what_took_its_place(tmp_path, field):
    message = error_of(tmp_path, SMALL.format(regions='["0301"]') + f"{field}: 5\n")
    assert message.count("line 9, ") == 1
    for word in ("no longer hidden", "(field key)", "legal_basis", "hide_fte"):
        assert word in message
    assert not {"key", "legal_basis", "hide_fte"} - set(params.Params.model_fields)


def test_norwegian_as_no_is_explained(tmp_path: Path) -> None:
    message = error_of(tmp_path, SMALL.format(regions='["0301"]\n    languages: [nb, no]'))
    assert "line 9, reports[0].languages[1]: YAML reads no without quotes as false" in message
    assert "Norwegian is nb or nn" in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SMALL.format(regions="all\n    regoins: x"), "Did you mean 'regions'?"),
        (SMALL.format(regions="all") + "quater: 3\n", "Did you mean 'quarter'?"),
        (
            SMALL.format(regions="all") + "rule: {min_persons: 3}\n",
            "rounded with a secret key",
        ),
        (SMALL.format(regions="munisipalities"), "Did you mean 'municipalities'?"),
        (SMALL.format(regions="all") + "audience: publik\n", "Did you mean 'public'?"),
        (SMALL.format(regions="all") + "draws: 19\n", "line 9, draws: 19 breaks a rule"),
        (SMALL.format(regions="all") + "horizon: '10'\n", "line 9, horizon: '10' breaks a rule"),
        (SMALL.format(regions='["../secret"]'), "letters A to Z, digits, _ and - only"),
        (SMALL.format(regions="all").replace("Q4", "K4"), "Write a quarter as 2026Q4, or auto."),
        (SMALL.format(regions="all") + "seed: 2\n", "line 9: seed stands there twice"),
        ("title: [\n", "is not YAML: line 2"),
        ("", "holds no fields"),
        ("title: x\n", "quarter: this field is missing"),
    ],
)
def test_an_error_names_field_value_rule_and_nearest_name(
    tmp_path: Path, text: str, told: str
) -> None:
    message = error_of(tmp_path, text)
    assert str(tmp_path / "params.yaml") in message
    assert told in message


def test_every_broken_field_is_told_at_once(tmp_path: Path) -> None:
    text = SMALL.format(regions="[1]") + "draws: 1\nhorizon: 0\n"
    assert len(error_of(tmp_path, text).splitlines()) == 3


def test_a_params_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"none\.yaml is not there"):
        load_params(tmp_path / "none.yaml")


def test_names_are_listed_where_none_is_near() -> None:
    assert nearest("Oslo", ["0301", "4601"]) == "There are: 0301, 4601."


OWN = """\
scenarios:
  larger_posts:
    title: {nb: Større stillinger, nn: Større stillingar, en: Larger posts}
    measures:
      - lever: position_share
        options: {points: 3, end_year: 2030}
        owner: {nb: Helsesjefen, nn: Helsesjefen, en: Director of care}
        deadline: 2028-12-31
"""


def test_a_scenario_of_the_files_own_is_read_with_owner_and_deadline(tmp_path: Path) -> None:
    params = load_params(write(tmp_path, SMALL.format(regions='["0301"]') + OWN))
    (measure,) = params.scenarios["larger_posts"].measures
    assert measure.options == {"points": 3, "end_year": 2030}
    assert str(measure.deadline) == "2028-12-31"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("lever: position_share", "lever: position_shar", "Did you mean 'position_share'?"),
        ("points: 3", "point: 3", "Did you mean 'points'?"),
        ("points: 3", "points: 300", "it goes from -10 to 20"),
        ("points: 3, ", "", "lever 'position_share': it lacks points. It takes: points, "),
        ("deadline:", "dead_line:", "there is no such field. Did you mean 'deadline'?"),
        ("en: Larger posts", "no: Larger posts", "this field is missing"),
    ],
)
def test_a_slip_in_a_scenario_is_told_where_it_stands(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    message = error_of(tmp_path, SMALL.format(regions='["0301"]') + OWN.replace(right, wrong))
    assert "scenarios.larger_posts" in message
    assert told in message


def test_more_measures_than_can_be_told_apart_are_refused_before_anything_runs(
    tmp_path: Path,
) -> None:
    more = "      - {lever: recruitment, options: {percent: 1}}\n" * 10
    message = error_of(tmp_path, SMALL.format(regions='["0301"]') + OWN + more)
    assert "scenarios.larger_posts.measures: there are 11 in the list, and at most 10" in message


@pytest.mark.parametrize(
    "path", sorted(default_params().parent.glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_commission_here_gives_its_notebooks_their_parameters(path: Path) -> None:
    params = load_params(path)
    for report in params.reports:
        notebook = default_params().parents[1] / "notebooks" / f"{report.notebook}.ipynb"
        assert compare_parameters(notebook, report.parameters) == []


def test_auto_is_the_quarter_that_it_is_in_norway(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Clock":
            # The last hour of the year in UTC is the first of the next in Norway.
            return cls(2026, 12, 31, 23, 30, tzinfo=dt.UTC).astimezone(tz)

    monkeypatch.setattr(params, "datetime", Clock)
    assert params.check_quarter("auto") == "2027Q1"
    assert params.check_quarter("2026Q4") == "2026Q4"
