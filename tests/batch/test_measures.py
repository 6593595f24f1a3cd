"""A measure that no page can show, or that names what the folder lacks, is told before a run."""

from pathlib import Path

import pytest

from workforce.batch.commission import measures_without_source
from workforce.batch.measures import (
    first_start,
    from_the_page,
    wrong_choices,
    wrong_measures,
)
from workforce.batch.params import Params, load_params
from workforce.errors import ParameterError
from workforce.sources.tables.fields import with_lines

HEAD = "title: x\ndata: data\nnotebooks: nb\nquarter: 2026Q4\nseed: 1\ndraws: 20\nhorizon: 5\n"
KNOWN = {
    "regions": ["9001", "9012"],
    "sectors": ["health_care"],
    "occupations": ["2223", "5321"],
    "educations": ["nursing"],
}


def commission(folder: Path, lever: str, options: str) -> Path:
    path = folder / "params.yaml"
    path.write_text(
        f"{HEAD}scenarios:\n  own:\n    title: {{nb: a, nn: a, en: a}}\n    measures:\n"
        f"      - lever: {lever}\n        options:\n          {options}\n"
        'reports:\n  - {notebook: mobilisation, regions: ["9012"], scenarios: [own]}\n',
        encoding="utf-8",
    )
    return path


def problems(params: Params) -> list[str]:
    found = wrong_measures(params, base_year=2026, known=KNOWN, studies={"nursing": 3})
    return [text.removeprefix("scenarios.own.measures[0].") for text in found]


ABSENCE = [
    ("points: -0,5", 14, "points", "Decimals stand after a point: -0.5"),
    ("points: true", 14, "points", "points is true; it is a number"),
    ("points: null", 14, "points", "points is empty; it is a number"),
    ("points: .nan", 14, "points", "points is nan; it is a number"),
    ("points: -.inf", 14, "points", "points is -inf; it is a number"),
    ("points: 2030-01-01", 14, "points", "points is '2030-01-01'; it is a number"),
    ("points: [-1]", 14, "points", "points is [-1]; it is a number"),
    ("points: -9", 14, "points", "points is -9; it goes from -5 to 5"),
    ("{points: -0,5}", 14, "5", "there is no option '5'. Decimals stand after a point"),
    ("points: -1\n          end_year: 2030-01-01", 15, "end_year", "'2030-01-01'; it is a year"),
    ("points: -1\n          end_year: 2030.5", 15, "end_year", "it is a year, such as 2030"),
    ("points: -1\n          start_year: -2030", 15, "start_year", "it is 1900 to 2200"),
    ("points: -1\n          start_year: 2030\n          end_year: 2029", 16, "end_year", "2029 is"),
    ("points: -1\n          sectors: []", 15, "sectors", "sectors is empty, which reaches nothing"),
    ("points: -1\n          regions: [9012]", 15, "regions", "it is a list of codes in quotes"),
    ("points: -1\n          regions: 9012", 15, "regions", "regions is 9012; it is a list"),
    ("points: -1\n          sectors: {a: 1}", 15, "sectors", "it is a list of codes in quotes"),
    ('points: -1\n          sectors: [""]', 15, "sectors", "sectors holds an empty text"),
    ("points: -1\n          profile: 5", 15, "profile", "profile is 5; it is one of linear, front"),
    ("points: -1\n          profile: linar", 15, "profile", "Did you mean 'linear'?"),
    ("points: -1\n          cost: -1", 15, "cost", "cost is -1; it is 0 or more"),
    ("{}", 13, "", "it lacks points"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "line", "option", "told"), ABSENCE)
def test_an_option_of_the_wrong_kind_is_told_with_its_line_and_field(
    options: str, line: int, option: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError) as error:
        load_params(commission(tmp_path, "absence", options))
    field = f"scenarios.own.measures[0].options{'.' if option else ''}{option}: "
    assert f"params.yaml, line {line}, {field}" in str(error.value)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("lever", "options", "told"),
    [
        ("still_working", "{points: 1, age: 55}", "age is 55; it is 56 to 75"),
        ("still_working", "{points: 1, age: 65.5}", "age is 65.5; it is a whole number"),
        ("position_share", "{points: 1, extra_hours: -1}", "extra_hours is -1; it is 0 to 100"),
        ("full_time", "{points: 1, part_time_position: 101}", "it is 0 to 100"),
        ("retirement_age", "{years: 1, born_from: 1970, born_to: 1960}", "born_to 1960 is before"),
        ("retirement_alternative", "{alternative: lav}", "there is no alternative 'lav'"),
        ("education_intake", "{percent: 5, educations: []}", "educations is empty"),
        ("co_production", "{percent: 5}", "is not known in general. Give 'source'"),
        (
            "co_production",
            "{percent: 5, source: x, ceiling: 4}",
            "the ceiling is 4 per cent of the work",
        ),
        (
            "reskilling",
            '{persons: 1, occupation: "5321", occupation_to: "5321", weeks: 9}',
            "are both '5321'",
        ),
        (
            "reskilling",
            "{persons: 1, occupation: 5321}",
            "occupation is 5321; it is text, in quotes",
        ),
    ],
)
def test_every_lever_has_its_own_options_judged_when_the_file_is_read(
    lever: str, options: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError) as error:
        load_params(commission(tmp_path, lever, options))
    assert told in str(error.value)


def test_all_that_is_wrong_with_a_measure_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ParameterError) as error:
        load_params(commission(tmp_path, "absence", "{points: true, sectors: [], end_yaer: 2030}"))
    assert len(str(error.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("lever", "options"),
    [
        ("digitalisation", "{percent: 4, start_year: 2040, end_year: 2045}"),
        ("absence", "{points: -1, start_year: 2032}"),
        ("absence", "{points: -1, start_year: 2031, end_year: 2033}"),
        ("absence", "{points: -1, end_year: 2034, profile: step}"),
        ("turnover", "{points: -1, start_year: 2031}"),
        ("education_intake", "{percent: 5, start_year: 2029}"),
    ],
)
def test_a_measure_of_which_nothing_shows_by_the_last_year_is_told(
    lever: str, options: str, tmp_path: Path
) -> None:
    (told,) = problems(load_params(commission(tmp_path, lever, options)))
    assert "nothing of it shows by 2031, the last year of the figures" in told


def test_a_measure_that_comes_at_once_is_told_by_the_year_in_which_it_does(tmp_path: Path) -> None:
    options = "{points: -1, start_year: 2029, end_year: 2040, profile: step}"
    (told,) = problems(load_params(commission(tmp_path, "absence", options)))
    assert "options.end_year: the measure is in effect from 1 January 2040" in told
    options = "{points: -1, start_year: 2031, end_year: 2040}"
    (told,) = problems(load_params(commission(tmp_path, "absence", options)))
    assert "options.start_year: the measure is begun on 1 January 2031" in told


@pytest.mark.parametrize(
    ("lever", "options"),
    [
        ("absence", "{points: -1, start_year: 2031}"),
        ("absence", "{points: -1, start_year: 2030, end_year: 2040}"),
        ("absence", "{points: -1, end_year: 2040}"),
        ("turnover", "{points: -1, start_year: 2030}"),
        ("education_intake", "{percent: 5, start_year: 2027}"),
        ("replace_exits", "{}"),
    ],
)
def test_a_measure_that_shows_within_the_years_of_the_page_is_left_alone(
    lever: str, options: str, tmp_path: Path
) -> None:
    assert problems(load_params(commission(tmp_path, lever, options))) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ('{percent: 5, regions: ["9912"]}', "options.regions: there is no '9912'"),
        ("{percent: 5, sectors: health_car}", "Did you mean 'health_care'?"),
        ('{percent: 5, occupations: ["9999"]}', "options.occupations: there is no '9999'"),
        ("{percent: 5, educations: [medicine]}", "options.educations: there is no 'medicine'"),
        ("{percent: 5, start_year: 2020}", "before the base year 2026"),
    ],
)
def test_a_measure_is_held_against_the_codes_of_the_folder(
    options: str, told: str, tmp_path: Path
) -> None:
    (found,) = problems(load_params(commission(tmp_path, "education_intake", options)))
    assert told in found


def test_tasks_that_end_belong_to_a_measure_that_phases_out(tmp_path: Path) -> None:
    path = commission(tmp_path, "staffing_standard", "percent: -1")
    ends = "        ends: [{nb: a, nn: b, en: c}]\n"
    text = path.read_text(encoding="utf-8").replace("reports:", f"{ends}reports:")
    path.write_text(text, encoding="utf-8")
    (task,) = load_params(path).scenarios["own"].measures[0].ends
    assert task.en == "c"
    path.write_text(text.replace("staffing_standard", "turnover").replace("percent", "points"),
                    encoding="utf-8")  # fmt: skip
    with pytest.raises(ParameterError, match="phases nothing out"):
        load_params(path)


def early(params: Params, quarter: str) -> list[str]:
    return list(
        wrong_measures(params, base_year=2026, known=KNOWN, studies={"nursing": 3}, quarter=quarter)
    )


def test_a_measure_that_begins_before_its_page_is_made_is_refused(tmp_path: Path) -> None:
    params = load_params(commission(tmp_path, "absence", "{points: -1, start_year: 2026}"))
    (told,) = early(params, "2026Q4")
    assert told.startswith("scenarios.own.measures[0].options.start_year: the measure begins on")
    assert "1 January 2026, before the page of 2026Q4 is made" in told
    assert told.endswith("write 2027 or later.")
    assert early(params, "2026Q1") == []
    done = load_params(commission(tmp_path, "absence", "{points: -1, end_year: 2026}"))
    assert "is in full effect on 1 January 2026" in early(done, "2026Q2")[0]
    reading = load_params(commission(tmp_path, "healthy_ageing", "{part: 1, start_year: 2026}"))
    assert early(reading, "2026Q4") == [], "an assumption is what the figures are read by"


def test_a_measure_that_names_no_start_begins_when_its_page_is_made(tmp_path: Path) -> None:
    scenario = load_params(commission(tmp_path, "absence", "{points: -1, end_year: 2030}"))
    own = from_the_page(scenario.scenarios["own"], first_start("2026Q3"))
    assert own.measures[0].options == {"points": -1, "end_year": 2030, "start_year": 2027}
    told = load_params(commission(tmp_path, "absence", "{points: -1, start_year: 2029}"))
    assert from_the_page(told.scenarios["own"], 2027) == told.scenarios["own"]
    assumed = load_params(commission(tmp_path, "replace_exits", "{}"))
    assert from_the_page(assumed.scenarios["own"], 2027) == assumed.scenarios["own"]


def test_what_does_not_fit_the_folder_is_told_with_its_line_as_well(tmp_path: Path) -> None:
    path = commission(tmp_path, "absence", "points: -1\n          start_year: 2040")
    (told,) = wrong_measures(load_params(path), base_year=2026, known={}, studies={})
    said = with_lines(f"{told}\nthe rest", path)
    assert said.startswith(f"{path}, line 15, scenarios.own.measures[0].options.start_year: ")
    assert said.endswith("\nthe rest")


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ("{goal: {target: true}}", "goal: target is True; it is a number"),
        ("{goal: {target: .nan}}", "goal: target is nan; it is a number"),
        ("{goal: {probability: 2}}", "must lie between 0 and 1"),
        ("{gaol: {}}", "there is no 'gaol'"),
        ("5", "choices is 5; it has fields"),
        ("{sharing: {form: hotel}}", "there is no form 'hotel'"),
        ('{sharing: {partners: ["9003"]}}', "partner '9003' is not in the table regions"),
    ],
)
def test_a_goal_or_form_of_sharing_that_is_wrong_is_told_before_a_page_is_made(
    choices: str, told: str, tmp_path: Path
) -> None:
    path = commission(tmp_path, "absence", "{points: -1}")
    text = path.read_text(encoding="utf-8").replace(
        "scenarios: [own]}", f"parameters: {{choices: {choices}}}}}"
    )
    path.write_text(text, encoding="utf-8")
    (report,) = load_params(path).reports
    (found,) = wrong_choices(report, ["9001", "9002"])
    assert told in found


@pytest.mark.parametrize(
    ("lever", "options", "unfounded"),
    [
        ("care_level", "persons: 2, places: 9, institution_fte: 1, home_fte: 0.5", True),
        ("co_production", "percent: 1, trial: reablement, part: 20", False),
        ("co_production", "percent: 1, source: Own trial 2025, ceiling: 2", False),
        ("co_production", "percent: 1, source: an assumption, ceiling: 2", True),
    ],
)
def test_a_measure_rests_on_what_its_options_name(
    tmp_path: Path, lever: str, options: str, unfounded: bool
) -> None:
    params = load_params(commission(tmp_path, lever, f"{{ {options}, sectors: [health_care] }}"))
    told = list(measures_without_source(params))
    assert bool(told) == unfounded
    assert all(f"({lever}): no source" in one for one in told)
