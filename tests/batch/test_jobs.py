"""From a params file to jobs: names, keys, and parameters that fit the notebook both ways."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workforce.batch.basis import codes_of
from workforce.batch.job import Job, hash_files, hash_of, library_hash
from workforce.batch.jobs import Codes, expand, with_discussion
from workforce.batch.params import load_params
from workforce.errors import ParameterError
from workforce.sources.tables.folder import folder_of

SMALL = Path(__file__).parent / "small"
CODES = Codes(
    regions={"00": "county", "G1": "group", **{f"000{n}": "municipality" for n in range(1, 8)}},
    sectors=["health_care", "technical"],
    scenarios=["baseline", "higher_retirement_age"],
    kinds=["ageing"],
)
HEAD = "title: x\ndata: data\nnotebooks: notebooks\nquarter: 2026Q4\nseed: 1\ndraws: 20\nreports:\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return shutil.copytree(SMALL, tmp_path / "small")


def jobs_of(folder: Path, reports: str, **given: Any) -> list[Job]:
    path = folder / "params.yaml"
    path.write_text(HEAD + reports, encoding="utf-8")
    given = {"base_year": 2026, "quarter": "2026Q4", "basis": "a", **given}
    return expand(load_params(path), CODES, **given)


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "notebooks" / "ageing.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


ONE = '  - {notebook: ageing, regions: ["0001"]}\n'


def test_places_by_level_and_each_sector_become_jobs(small: Path) -> None:
    text = "  - {notebook: ageing, regions: %s, sectors: %s, languages: [nb, en]}\n"
    assert len(jobs_of(small, text % ("municipalities", "each"))) == 7 * 2 * 2
    assert len(jobs_of(small, text % ("counties", '[all, "technical"]'))) == 1 * 2 * 2
    # Comparison groups are to compare with, not to report on.
    assert {job.region for job in jobs_of(small, text % ("all", "[all]"))} == {
        "00",
        *(f"000{n}" for n in range(1, 8)),
    }


def test_a_page_is_named_by_codes_only(small: Path) -> None:
    (job,) = jobs_of(small, ONE)
    assert job.page.as_posix() == "0001/ageing-all-baseline-nb.html"
    assert job.name == "0001-ageing-all-baseline-nb"


def test_a_job_named_twice_comes_once(small: Path) -> None:
    assert len(jobs_of(small, ONE + ONE)) == 1


def test_the_key_follows_notebook_parameters_and_basis_and_nothing_else(small: Path) -> None:
    (first,) = jobs_of(small, ONE)
    assert jobs_of(small, ONE)[0].key == first.key
    edit(small, lambda n: n["cells"][1].update(outputs=[], execution_count=3))
    assert jobs_of(small, ONE)[0].key == first.key
    others = [
        jobs_of(small, ONE, basis="b")[0].key,
        jobs_of(small, ONE, base_year=2025)[0].key,
        jobs_of(small, ONE, quarter="2027Q1")[0].key,
    ]
    edit(small, lambda n: n["cells"][2]["source"].append("\n# a comment"))
    others.append(jobs_of(small, ONE)[0].key)
    assert len({first.key, *others}) == 5


def test_a_parameter_that_the_notebook_does_not_have_is_an_error(small: Path) -> None:
    edit(small, lambda n: n["cells"][1]["source"].append("\nthreshold = 5"))
    text = '  - {notebook: ageing, regions: ["0001"], parameters: {thresold: 3}}\n'
    with pytest.raises(ParameterError) as caught:
        jobs_of(small, text)
    first, second = str(caught.value).splitlines()
    assert first == (
        "reports[0]: the notebook ageing.ipynb has no parameter 'thresold'. "
        "Did you mean 'threshold'?"
    )
    assert "has the parameter 'threshold', which the run does not give" in second
    right = jobs_of(small, text.replace("thresold", "threshold"))
    assert right[0].parameters["threshold"] == 3


def test_a_parameter_that_is_empty_in_the_notebook_may_be_left_out(small: Path) -> None:
    edit(small, lambda n: n["cells"][1]["source"].append("\nchoices = {}  # none"))
    assert "choices" not in jobs_of(small, ONE)[0].parameters
    given = (
        '  - {notebook: ageing, regions: ["0001"], parameters: {choices: {goal: {target: 1}}}}\n'
    )
    assert jobs_of(small, given)[0].parameters["choices"] == {"goal": {"target": 1}}


def test_a_parameter_that_the_notebook_lacks_is_an_error(small: Path) -> None:
    edit(
        small,
        lambda n: n["cells"][1].update(
            source=[line for line in n["cells"][1]["source"] if "horizon" not in line]
        ),
    )
    with pytest.raises(ParameterError, match="lacks the parameter 'horizon'"):
        jobs_of(small, ONE)


def test_a_parameter_of_the_run_that_has_another_name_in_the_notebook_is_to_be_renamed(
    small: Path,
) -> None:
    edit(
        small,
        lambda n: n["cells"][1].update(
            source=[line.replace("run = ", "plan = ") for line in n["cells"][1]["source"]]
        ),
    )
    with pytest.raises(ParameterError) as caught:
        jobs_of(small, ONE)
    assert "lacks the parameter 'run', which every run gives" in str(caught.value)
    assert "If it is called 'plan' there, rename that wherever it stands." in str(caught.value)


def test_a_notebook_without_a_parameters_cell_is_an_error(small: Path) -> None:
    edit(small, lambda n: n["cells"][1].update(metadata={}))
    with pytest.raises(ParameterError, match="no cell tagged 'parameters'"):
        jobs_of(small, ONE)


def test_every_unknown_code_and_notebook_is_told_at_once(small: Path) -> None:
    text = (
        '  - {notebook: agein, regions: ["0001"]}\n'
        '  - {notebook: ageing, regions: ["0009"], sectors: [health_car], scenarios: [base_line]}\n'
    )
    with pytest.raises(ParameterError) as caught:
        jobs_of(small, text)
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert "there is no notebook 'agein'" in lines[0]
    assert "Did you mean 'ageing'?" in lines[0]
    assert "reports[1].regions: there is no '0009'" in lines[1]
    assert "Did you mean 'health_care'?" in lines[2]
    assert "Did you mean 'baseline'?" in lines[3]


def test_a_parameter_that_every_run_gives_may_not_be_given_again(small: Path) -> None:
    text = '  - {notebook: ageing, regions: ["0001"], parameters: {seed: 3}}\n'
    with pytest.raises(ParameterError, match="every run gives seed itself"):
        jobs_of(small, text)


def test_a_hash_tells_where_one_text_ends_and_the_next_begins() -> None:
    assert hash_of("ab", "c") != hash_of("a", "bc")


def test_the_hash_of_files_follows_names_and_contents(small: Path) -> None:
    files = sorted((small / "data").iterdir())
    before = hash_files(files)
    assert hash_files(files) == before
    assert hash_files(files[:1]) != before
    files[0].write_text("region\n", encoding="utf-8")
    assert hash_files(files) != before


OWN = (
    "scenarios:\n  larger_posts:\n    title: {nb: a, nn: b, en: c}\n"
    "    measures: [{lever: position_share, options: {points: %s}}]\n"
)


def test_what_a_process_compiles_meanwhile_is_no_part_of_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = tmp_path / "__pycache__"
    compiled.mkdir()
    monkeypatch.setattr("workforce.__file__", str(tmp_path / "__init__.py"))
    before = library_hash()
    (compiled / "rates.cpython-311.pyc.140213").write_bytes(b"half of it")
    assert library_hash() == before
    (tmp_path / "rates.py").write_text("all of it")
    assert library_hash() != before


def test_an_own_scenario_goes_to_its_own_pages_and_into_their_key_alone(small: Path) -> None:
    reports = ONE.replace("}", ", scenarios: [baseline, larger_posts]}")
    first, second = (jobs_of(small, reports + OWN % points) for points in (2, 3))
    assert first[0].parameters["scenarios"] == {}
    (measure,) = first[1].parameters["scenarios"]["larger_posts"]["measures"]
    assert measure["lever"] == "position_share"
    assert measure["options"] == {"points": 2, "start_year": 2027}
    assert [a.key == b.key for a, b in zip(first, second, strict=True)] == [True, False]


def test_an_own_scenario_may_not_take_the_name_of_a_packaged_one(small: Path) -> None:
    with pytest.raises(ParameterError, match=r"scenarios\.baseline: .* Choose another"):
        jobs_of(small, ONE + OWN.replace("larger_posts", "baseline") % 2)


def test_every_place_with_reports_gets_a_basis_for_discussion(small: Path) -> None:
    """In the languages of its reports, with the measures that the commission names."""
    notebook = small / "notebooks" / "discussion.ipynb"
    shutil.copy(small / "notebooks" / "ageing.ipynb", notebook)
    text = HEAD + '  - {notebook: ageing, regions: ["0001"], languages: [nb, en]}\n'
    text += (
        '  - {notebook: ageing, regions: ["0001", "0002"], scenarios: [higher_retirement_age]}\n'
    )
    path = small / "params.yaml"
    path.write_text(text, encoding="utf-8")
    *_, first, second = with_discussion(load_params(path), CODES).reports
    assert (first.regions, first.languages) == (("0001",), ("nb", "en"))
    assert (second.regions, second.languages) == (("0002",), ("nb",))
    assert first.parameters == {"measures": ["higher_retirement_age"]}
    path.write_text("discussion: false\n" + text, encoding="utf-8")
    assert len(with_discussion(load_params(path), CODES).reports) == 2
    notebook.unlink()
    path.write_text(text, encoding="utf-8")
    assert len(with_discussion(load_params(path), CODES).reports) == 2


def test_a_change_in_the_log_makes_only_the_pages_that_show_it_again(small: Path) -> None:
    (before,), (after,) = (jobs_of(small, ONE, log=log) for log in ("", "said"))
    assert before.key == after.key
    shutil.copy(small / "notebooks" / "ageing.ipynb", small / "notebooks" / "overview.ipynb")
    codes = replace(CODES, kinds=["ageing", "overview"])
    path = small / "params.yaml"
    path.write_text(HEAD + ONE.replace("ageing", "overview"), encoding="utf-8")
    keys = {
        expand(load_params(path), codes, base_year=2026, quarter="2026Q4", basis="a", log=log)[
            0
        ].key
        for log in ("", "said")
    }
    assert len(keys) == 2


def test_what_the_quality_gate_says_of_a_place_makes_only_its_pages_again(small: Path) -> None:
    both = ONE.replace('["0001"]', '["0001", "0007"]')
    assert both != ONE
    before = jobs_of(small, both, lights={"0001": "green", "0007": "green"})
    after = jobs_of(small, both, lights={"0001": "green", "0007": "red"})
    assert [a.key == b.key for a, b in zip(before, after, strict=True)] == [True, False]


def test_a_cell_of_parameters_that_is_no_python_is_told(small: Path) -> None:
    edit(small, lambda n: n["cells"][1]["source"].append("\n%run other.ipynb"))
    with pytest.raises(ParameterError, match=r"parameters cell of ageing\.ipynb is no Python"):
        jobs_of(small, ONE)


def test_holding_parameters_against_a_notebook_imports_nothing_that_runs_it(small: Path) -> None:
    path = small / "notebooks" / "ageing.ipynb"
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from workforce.batch.notebooks import compare_parameters\n"
        f"assert compare_parameters(Path({str(path)!r}), []) == []\n"
        "print(sorted({'papermill', 'nbformat', 'nbconvert'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_county_council_has_pages_of_its_own_services_and_of_no_others(
    small: Path,
) -> None:
    path = small / "params.yaml"
    text = "  - {notebook: ageing, regions: all, sectors: each}\n"
    path.write_text(HEAD + text, encoding="utf-8")
    regions = {"40": "county", "4000": "county_council", "4001": "municipality"}
    codes = replace(
        CODES,
        regions=regions,
        sectors=["health_care", "dental_care"],
        tasks={"40": ["health_care"], "4000": ["dental_care"], "4001": ["health_care"]},
    )
    jobs = expand(load_params(path), codes, base_year=2026, quarter="2026Q4", basis="a")
    assert [(job.region, job.sector) for job in jobs] == [
        ("40", "health_care"), ("4000", "dental_care"), ("4001", "health_care"),
    ]  # fmt: skip
    councils = "  - {notebook: ageing, regions: county_councils, sectors: [health_care]}\n"
    path.write_text(HEAD + councils, encoding="utf-8")
    with pytest.raises(ParameterError, match="nothing to run, the data have no county_councils"):
        expand(load_params(path), codes, base_year=2026, quarter="2026Q4", basis="a")


def test_a_county_that_is_there_for_the_inhabitants_of_its_council_has_no_page() -> None:
    regions = pl.DataFrame(
        [("40", "county", "Telemark", None), ("4000", "county_council", "Telemark fk", "40")],
        schema=["region", "level", "name", "county"],
        orient="row",
    )
    alone = codes_of(folder_of({"regions": regions}), "nb")
    assert list(alone.regions) == ["4000"]
    assert "dental_care" in alone.tasks["4000"]
    town = pl.DataFrame([("4001", "municipality", "Porsgrunn", "40")], schema=regions.schema,
                        orient="row")  # fmt: skip
    both = codes_of(folder_of({"regions": pl.concat([regions, town])}), "nb")
    assert list(both.regions) == ["40", "4000", "4001"]
    assert both.tasks["40"] == both.tasks["4001"]
