"""What holds for every lever: nothing at size zero, within bounds, and what may be swapped."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workforce.errors import ParameterError
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.levers import LEVERS
from workforce.scenarios.levers.reach import Profile
from workforce.scenarios.scenario import apply_scenario

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
OWN = {
    "co_production": {"source": "A trial", "ceiling": 30},
    "apprentices": {"completes": 80, "stays": 60, "years": 1},
    "shift_plan": {"minutes": 30, "on_shifts": 60, "today": 6},
    "care_level": {"sectors": "health_care", "places": 1000, "institution_fte": 1, "home_fte": 1},
    "reskilling": {"occupation": "5329", "occupation_to": "5321", "weeks": 60},
}
SIZED = [name for name, lever in LEVERS.items() if lever.size and name != "replace_exits"]
LAST = "regional_pooling"  # It goes by the projection of what was pulled before it.
COMMUTING = [name for name in SIZED if name != LAST]
PATHS = ("headcount", "supply_fte", "demand_fte", "exits", "recruits", "population_path")
FACTORS = ("exit_factor", "inflow_factor", "position_factor", "standard_factor", "productivity")


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(
        SAMPLE, region=["9005", "9006"], sectors=["health_care", "kindergarten"], horizon=2
    )


@pytest.fixture(scope="module")
def plain(inputs):
    return project(inputs)


@st.composite
def steps(draw, names, *, size=True):
    name = draw(st.sampled_from(names))
    lever = LEVERS[name]
    step = {"lever": name, **OWN.get(name, {})}
    step[lever.size] = draw(st.floats(lever.least, lever.most)) if size else 0.0
    if "end_year" in lever.takes and draw(st.booleans()):
        step |= {"end_year": draw(st.integers(2026, 2028))}
        step |= {"profile": draw(st.sampled_from(get_args(Profile)))}
    if "sectors" in lever.takes and name != "regional_pooling" and draw(st.booleans()):
        step["sectors"] = "health_care"
    if "occupations" in lever.takes and draw(st.booleans()):
        step["occupations"] = draw(st.lists(st.sampled_from(["2223", "5321"]), min_size=1))
    return step


LIGHT = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def pulled(inputs, given_steps):
    """Inputs with the levers pulled; None where a size is refused, as one may be for a place."""
    try:
        return apply_scenario(inputs, given_steps)
    except ParameterError:
        return None


@pytest.mark.parametrize("name", SIZED)
def test_a_size_of_zero_changes_nothing(inputs, plain, name):
    step = {"lever": name, **OWN.get(name, {}), LEVERS[name].size: 0, "sectors": "health_care"}
    result = project(apply_scenario(inputs, [step]))
    for variable in PATHS:
        np.testing.assert_allclose(result[variable], plain[variable], rtol=1e-12, atol=1e-12)


@LIGHT
@given(steps(SIZED))
def test_no_lever_of_any_size_leaves_the_bounds_or_changes_the_base_year(inputs, plain, step):
    changed = pulled(inputs, [step])
    if changed is None:
        return
    assert float(changed["short_absence"].min()) >= 0
    assert float(changed["short_absence"].max()) <= 1
    for name in FACTORS:
        assert float(changed[name].min()) >= 0, name
    result = project(changed)
    for variable in PATHS:
        assert float(result[variable].min()) >= 0, variable
    posts = result["headcount"].transpose(*result["supply_fte"].dims)
    widest = (plain["supply_fte"] / plain["headcount"].where(plain["headcount"] > 0)).max()
    # Those who come back from long absence are not among the persons in the post.
    if "lent_fte" not in changed and step["lever"] != "long_absence":
        assert float((result["supply_fte"] - posts * max(1.0, float(widest) * 1.02)).max()) < 1e-6
    first = {"year": 0}
    for variable in ("supply_fte", "demand_fte", "headcount"):
        np.testing.assert_allclose(result[variable][first], plain[variable][first], atol=1e-9)


@LIGHT
@given(steps(COMMUTING), steps(COMMUTING))
def test_two_levers_may_be_pulled_in_any_order(inputs, one, other):
    there, back = (pulled(inputs, pair) for pair in ([one, other], [other, one]))
    if there is None or back is None:
        return
    bounded = {"absence"}
    if bounded >= {one["lever"], other["lever"]}:
        return  # Absence stops at nothing: the order counts where it gets there.
    for name in there:
        same = there[name].transpose(*back[name].dims)
        xr.testing.assert_allclose(same, back[name], rtol=1e-9, atol=1e-12)
