"""Levers on need, on who comes, on learning and sharing, against numbers worked out by hand."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workforce.errors import ParameterError
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.learning_paths import learning_steps
from workforce.scenarios.levers.need import freed_fte
from workforce.scenarios.scenario import apply_scenario

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NURSES = {"sectors": "health_care", "occupations": "2223"}
OVER = ["region", "sector", "occupation"]
STEP = {"persons": 4, "occupation": "5329", "occupation_to": "5321", "weeks": 78}


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(SAMPLE, region=["9005", "9006"], horizon=6)


@pytest.fixture(scope="module")
def before(inputs):
    return project(inputs)


def pull(inputs, lever, **options):
    return apply_scenario(inputs, [{"lever": lever, **options}])


def test_digitalisation_frees_a_part_of_the_tasks_and_says_where(inputs, before):
    changed = pull(inputs, "digitalisation", percent=10, end_year=2028, **NURSES)
    after = project(changed)
    less = before["demand_fte"] - after["demand_fte"]
    nurses = {"sector": "health_care", "occupation": "2223"}
    part = (less / before["demand_fte"]).sel(nurses).isel(region=0)
    np.testing.assert_allclose(part, [0, 0.05, 0.1, 0.1, 0.1, 0.1, 0.1])
    assert float(less.sum() - less.sel(nurses).sum()) == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(freed_fte(changed, after), less, atol=1e-9)


def test_volunteers_do_the_part_that_is_given_and_not_without_a_source(inputs, before):
    told = {"source": "A trial in four places", "ceiling": 4}
    after = project(pull(inputs, "co_production", percent=4, sectors="health_care", **told))
    ratio = (after["demand_fte"] / before["demand_fte"]).sel(occupation="2223", year=2032)
    np.testing.assert_allclose(ratio.sel(sector="health_care"), 0.96)
    for options, sentence in (
        ({}, "not known in general. Give 'source'"),
        ({"source": " ", "ceiling": 4}, "source is ' '; it is text"),
        ({"source": "A trial"}, "'ceiling'"),
        ({"source": "A trial", "ceiling": 2}, "the ceiling is 2 per cent of the work"),
    ):
        with pytest.raises(ParameterError, match=sentence):
            pull(inputs, "co_production", percent=4, **options)


def test_more_students_are_more_graduates_when_the_study_is_over(inputs):
    changed = pull(inputs, "education_intake", percent=20, educations="nursing_bachelor")
    ratio = changed["inflow_factor"] / inputs["inflow_factor"]
    nurses = ratio.sel(occupation="2223", origin="graduate")
    # Three years of study; every nurse comes from the one programme.
    np.testing.assert_allclose(nurses, [1, 1, 1, 1.2, 1.2, 1.2])
    rest = ratio.sum() - nurses.sum()
    assert float(rest) == pytest.approx(ratio.size - nurses.size)


def test_half_a_programme_is_half_of_the_growth(inputs):
    half = inputs["education_share"].copy()
    half.loc["medicine", "2223"] = 1.0
    path = inputs["graduates_path"].copy()
    path.loc["medicine"] = path.sel(education="nursing_bachelor")
    both = inputs.assign(education_share=half, graduates_path=path)
    changed = pull(both, "education_intake", percent=20, educations=["nursing_bachelor"])
    ratio = (changed["inflow_factor"] / both["inflow_factor"]).sel(origin="graduate")
    np.testing.assert_allclose(ratio.sel(occupation="2223")[-1], 1.1)


def test_points_of_completion_are_points_of_the_students_and_never_beyond_all(inputs):
    rate = inputs["programme_completion"]
    changed = pull(inputs, "completion", points=10)
    ratio = (changed["inflow_factor"] / inputs["inflow_factor"]).sel(origin="graduate")
    nursing = float(rate.sel(education="nursing_bachelor"))
    np.testing.assert_allclose(ratio.sel(occupation="2223"), 1 + 0.1 / nursing)
    np.testing.assert_allclose(
        ratio.sel(occupation="2211"), 1 / float(rate.sel(education="medicine"))
    )


def test_an_education_that_is_not_there_is_one_sentence(inputs):
    with pytest.raises(ParameterError, match=r"no education 'nursing'\. Did you mean"):
        pull(inputs, "education_intake", percent=5, educations="nursing")


def test_inclusion_brings_so_many_persons_more_from_outside_work(inputs, before):
    after = project(pull(inputs, "inclusion", persons=12, sectors="health_care"))
    more = (after["recruits"] - before["recruits"]).isel(flow_year=0).sum(OVER)
    assert float(more.sel(origin="outside_work")) == pytest.approx(12, rel=1e-9)
    assert float(more.sum()) == pytest.approx(12, rel=1e-9)
    with pytest.raises(ParameterError, match="no pattern to follow"):
        pull(inputs.assign(inflow_rate=inputs["inflow_rate"] * 0), "inclusion", persons=1)


def test_those_who_learn_are_away_and_then_hold_the_other_post(inputs, before):
    changed = pull(inputs, "reskilling", **STEP)
    after = project(changed)
    moved = (after["transfers"] - before["transfers"]).sum(["region", "sector"])
    # 78 weeks: who begins in 2026 moves in 2027.
    first = moved.sel(occupation=["5329", "5321"]).isel(flow_year=[0, 1]).values
    np.testing.assert_allclose(first, [[0, -4], [0, 4]], atol=1e-9)
    heads = (after["headcount"] - before["headcount"]).sum(OVER)
    # They leave and move on as others of their new occupation and age do, from the year after.
    np.testing.assert_allclose(heads[:3], 0.0, atol=1e-9)
    away = changed["training_fte"].sum(["region", "sector", "occupation"])
    agreed = inputs["staff"] * inputs["position_share"]
    both = inputs["staff"].sum(["region", "sex", "working_age"]).sel(occupation="5321") > 0
    post = {"occupation": "5329", "sector": inputs["sector"][both.values]}
    young = inputs["staff"].sel(post).sel(working_age=slice(None, 54)).sum(["sex", "working_age"])
    mean = agreed.sel(post).sum(["sex", "working_age"])
    mean = mean / inputs["staff"].sel(post).sum(["sex", "working_age"]).clip(min=1e-9)
    position = float((young * mean).sum() / young.sum())
    # Two classes of four at a time, each away 39 of 45 weeks; in 2026 nobody by convention.
    each_year = 2 * 4 * 39 / 45
    np.testing.assert_allclose(away, np.array([0, *[each_year] * 6]) * position)


def test_a_lever_and_a_way_of_learning_lose_the_same_time(inputs):
    terms = {"study_pace": 0.5, "study_share": 0.2}
    # 60 weeks at half pace are 120 weeks beside work, a fifth of each: 24 of the 45 of a year.
    row = ("5329", "5321", 60.0, 0.0, 9, 1, *terms.values())
    names = ["occupation", "occupation_to", "weeks", "cost", "places", "feasible", *terms]
    (lost,) = learning_steps(pl.DataFrame([row], schema=names, orient="row"))["fte_lost"]
    assert lost == pytest.approx(24 / 45)
    step = STEP | {"weeks": 60}
    beside = pull(inputs, "reskilling", **step, **terms)["training_fte"]
    full = pull(inputs, "reskilling", **step)["training_fte"]
    # 60 working weeks at full time lose 60 / 45; both have one class under way each year.
    assert float(beside.isel(year=-1).sum() / full.isel(year=-1).sum()) == pytest.approx(
        lost / (60 / 45)
    )
    # 120 of 45 weeks a year end in the third: who begins in 2026 moves in 2028.
    moving = pull(inputs, "reskilling", **step, **terms)["retrained"]
    total = moving.sum([dim for dim in moving.dims if dim != "flow_year"]).values
    np.testing.assert_allclose(total[:4], [0, 0, 4, 4])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"persons": 900}, "900 persons a year are more than the"),
        ({"occupation_to": "5329"}, "are both '5329'"),
        ({"study_share": 1.2}, "study_share is 1.2; it is 0 to 1"),
        ({"study_pace": 0}, "study_pace is 0; it is 0.01 to 1"),
        ({"occupation": "5328"}, "no occupation '5328'. Did you mean"),
    ],
)
def test_reskilling_that_cannot_be_is_refused(inputs, change, sentence):
    with pytest.raises(ParameterError, match=sentence):
        pull(inputs, "reskilling", **{**STEP, **change})


def test_shared_tasks_close_a_shortage_where_somebody_has_time(inputs, before):
    spare = inputs["staff"].copy()
    spare.loc[{"occupation": "5321"}] *= 1.5
    eased = inputs.assign(staff=spare)
    alone = project(eased)
    shared = project(pull(eased, "task_sharing", percent=100, occupations="2223"))
    care = {"sector": "health_care"}
    gap = alone["shortage_fte"].sel(care)
    nurses, workers = (gap.sel(occupation=code) for code in ("2223", "5321"))
    assert float(workers.max()) < 0
    moved = np.minimum(
        nurses.clip(min=0), 0.15 * alone["demand_fte"].sel({**care, "occupation": "2223"})
    )
    moved = np.minimum(moved, -workers * 0.9)
    moved = moved.where(moved["year"] > 2026, 0.0)
    change = (alone["demand_fte"] - shared["demand_fte"]).sel(care)
    np.testing.assert_allclose(change.sel(occupation="2223"), moved, atol=1e-9)
    np.testing.assert_allclose(change.sel(occupation="5321"), -moved / 0.9, atol=1e-9)


def test_what_is_lent_by_one_place_is_got_by_another(inputs, before):
    gap = before["shortage_fte"]
    after = project(pull(inputs, "regional_pooling", percent=50))
    change = (after["shortage_fte"] - gap).isel(year=-1)
    np.testing.assert_allclose(change.sum("region"), 0.0, atol=1e-9)
    last = gap.isel(year=-1)
    least = np.minimum(last.clip(min=0).sum("region"), (-last).clip(min=0).sum("region"))
    np.testing.assert_allclose(abs(change).sum("region"), least, atol=1e-9)
    assert float(least.sum()) > 0
    with pytest.raises(ParameterError, match="there is one only"):
        pull(inputs, "regional_pooling", percent=50, regions="9005")
