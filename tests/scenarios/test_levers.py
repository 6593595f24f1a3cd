"""What all levers share: when, where, at what cost, and one sentence for a typo."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from workforce.contract.about import About, MeasureCost
from workforce.errors import DataError, ParameterError
from workforce.inputs import load_inputs
from workforce.model.retirement import delay_hazard
from workforce.scenarios.cost import lever_costs, measure_cost
from workforce.scenarios.levers import LEVERS
from workforce.scenarios.levers.reach import share_at, share_over
from workforce.scenarios.scenario import apply_scenario

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(SAMPLE, region=["9005", "9006"], horizon=5)


def pull(inputs, lever, **options):
    return apply_scenario(inputs, [{"lever": lever, **options}])


@pytest.mark.parametrize(
    ("profile", "at", "over"),
    [
        ("linear", [0, 0, 0.5, 1, 1], [0, 0.25, 0.75, 1, 1]),
        ("front", [0, 0, 0.75, 1, 1], [0, 5 / 12, 11 / 12, 1, 1]),
        ("back", [0, 0, 0.25, 1, 1], [0, 1 / 12, 7 / 12, 1, 1]),
        ("step", [0, 0, 0, 1, 1], [0, 0, 0, 1, 1]),
    ],
)
def test_a_profile_is_nothing_at_the_start_and_whole_from_the_end(profile, at, over):
    years = np.arange(2027, 2032)
    options = {"start": 2028, "end": 2030, "profile": profile}
    np.testing.assert_allclose(share_at(years, **options), at)
    np.testing.assert_allclose(share_over(years, **options), over)


def test_the_share_over_a_year_is_the_mean_of_the_share_through_it():
    days = 2028 + (np.arange(3650) + 0.5) / 365
    for profile in ("linear", "front", "back"):
        options = {"start": 2029, "end": 2033, "profile": profile}
        daily = share_at(days, **options).reshape(10, 365).mean(axis=1)
        yearly = share_over(np.arange(2028, 2038), **options)
        np.testing.assert_allclose(yearly, daily, atol=1e-5)


def test_a_measure_that_starts_later_leaves_the_years_before_alone(inputs):
    later = pull(inputs, "turnover", points=-1, start_year=2028)
    changed = (later["exit_factor"] != inputs["exit_factor"]).any(
        [dim for dim in later["exit_factor"].dims if dim != "flow_year"]
    )
    assert changed.sel(flow_year=slice(2026, 2027)).sum() == 0
    assert bool(changed.sel(flow_year=slice(2028, None)).all())


def test_a_lever_for_one_place_leaves_the_others_alone(inputs):
    place = {"regions": "9005", "sectors": ["health_care"]}
    after = pull(inputs, "absence", points=-0.5, **place)["short_absence"]
    less = (inputs["short_absence"] - after).isel(year=-1)
    expected = xr.zeros_like(less)
    expected.loc["9005", "health_care"] = 0.005
    np.testing.assert_allclose(less.transpose(*expected.dims), expected, atol=1e-12)


def test_a_county_reaches_its_municipalities_and_a_part_of_a_whole_is_refused(inputs):
    county = pull(inputs, "absence", points=-0.5, regions=["90"])["short_absence"]
    everywhere = pull(inputs, "absence", points=-0.5)["short_absence"]
    np.testing.assert_allclose(county.transpose(*everywhere.dims), everywhere)
    elsewhere = pull(inputs, "absence", points=-0.5, regions=["9001"])["short_absence"]
    np.testing.assert_allclose(elsewhere.transpose(*everywhere.dims), inputs["short_absence"])
    whole = inputs.assign_coords(region=["90", "9006"])
    with pytest.raises(ParameterError, match="'9005' is a part of '90'"):
        pull(whole, "absence", points=-0.5, regions=["9005"])


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ({"lever": "absense"}, "no lever 'absense'. Did you mean 'absence'"),
        ({"lever": "absence", "point": 1}, "no option 'point'. Did you mean 'points'"),
        ({"lever": "absence", "points": 9}, "points is 9; it goes from -5 to 5"),
        ({"lever": "absence", "points": -1, "profile": "linar"}, "Did you mean 'linear'"),
        ({"lever": "absence", "points": -1, "end_year": 2020}, "end_year 2020 is before"),
        ({"lever": "absence", "points": -1, "start_year": 2020}, "before the base year 2026"),
        (
            {"lever": "absence", "points": -1, "sectors": ["helth_care"]},
            "Lever 'absence': there is no sector 'helth_care'. Did you mean 'health_care'",
        ),
        ({"lever": "turnover", "points": -1, "occupations": "9999"}, "no occupation '9999'"),
        ({"lever": "absence", "points": "-0,5"}, "points is '-0,5'; it is a number"),
        ({"lever": "absence", "points": True}, "points is true; it is a number"),
        ({"lever": "absence", "points": float("nan")}, "points is nan; it is a number"),
        ({"lever": "absence", "points": -1, "sectors": []}, "sectors is empty"),
        ({"lever": "absence", "points": -1, "start_year": 2040}, "nothing of it shows by 2031"),
        ({"lever": "turnover", "points": -1, "start_year": 2031}, "nothing of it shows by 2031"),
    ],
)
def test_a_typo_is_one_sentence_with_what_is_known(inputs, step, sentence):
    with pytest.raises(ParameterError, match=sentence):
        apply_scenario(inputs, [step])


def test_numbers_of_numpy_are_numbers(inputs):
    given = {"points": np.float32(-0.5), "end_year": np.int64(2028)}
    assert "short_absence" in pull(inputs, "absence", **given)


@pytest.mark.parametrize("lever", LEVERS.values(), ids=LEVERS)
def test_every_option_of_every_lever_refuses_what_it_cannot_be(lever):
    for option in lever.options:
        for value in (True, [], {}, b"x", [1], float("nan")):
            assert option in lever.problems({option: value}), (option, value)


def test_a_lever_without_what_it_needs_says_so(inputs):
    with pytest.raises(ParameterError, match="'healthy_ageing' needs mortality"):
        pull(inputs.drop_vars("mortality"), "healthy_ageing", part=1)


def test_retirement_put_off_by_a_year_and_a_half_moves_the_hazard_up_the_ages():
    ages = np.arange(57, 65)
    hazard = xr.DataArray(
        [0.0, 0.0, 0.1, 0.2, 0.2, 0.4, 0.6, 0.6],
        dims="working_age",
        coords={"working_age": ages},
    )
    years = xr.DataArray(
        [[1.5, 0.0]] * 8,
        dims=["working_age", "flow_year"],
        coords={"working_age": ages, "flow_year": [2026, 2027]},
    )
    later = delay_hazard(hazard, years)
    np.testing.assert_allclose(
        later.sel(flow_year=2026), [0.0, 0.0, 0.0, 0.05, 0.15, 0.2, 0.3, 0.5]
    )
    np.testing.assert_allclose(later.sel(flow_year=2027), hazard)


def test_only_the_cohorts_that_are_named_retire_later(inputs):
    delay = pull(inputs, "retirement_age", years=1, born_from=1963, born_to=1965)
    delay = delay["retirement_delay"]
    born = -delay["working_age"] - 1 + delay["flow_year"]
    np.testing.assert_array_equal(delay > 0, (born >= 1963) & (born <= 1965))


def test_every_lever_tells_its_size_unit_bounds_and_kind():
    for name, lever in LEVERS.items():
        assert lever.name == name
        assert not lever.size or lever.size in lever.options
        assert lever.least <= 0 <= lever.most


def test_cost_is_size_times_cost_times_fte_reached_times_share_in_effect(inputs):
    step = {"lever": "absence", "points": -2, "cost": 100, "end_year": 2028}
    place = {"sectors": "health_care", "regions": "9005"}
    agreed = inputs["staff"] * inputs["position_share"]
    reached = float(agreed.sel(sector="health_care", region="9005").sum())
    cost = measure_cost(inputs, [{**step, **place}])
    np.testing.assert_allclose(cost[0] / (200 * reached), [0.25, 0.75, 1, 1, 1])
    assert float(measure_cost(inputs, [{**step, "points": 2}]).sum()) == 0


def test_cost_falls_back_to_the_table_and_names_levers_without(inputs):
    known = lever_costs(inputs)
    steps = [{"lever": "absence", "points": -1}, {"lever": "staffing_standard", "percent": -1}]
    cost = measure_cost(inputs, steps)
    assert cost["lever"].values.tolist() == ["absence"]
    assert cost.attrs["without_cost"] == "staffing_standard"
    fte = float((inputs["staff"] * inputs["position_share"]).sum())
    np.testing.assert_allclose(cost[0, -1], known["absence"].cost * fte)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("absense", "x"), "no lever 'absense'"),
        (("absence", "days"), "the unit of absence is 'days'"),
    ],
)
def test_a_cost_per_something_else_is_refused(inputs, row, sentence):
    wrong = inputs.assign_attrs(
        about=About(measure_costs=(MeasureCost(*row, cost=1.0, least=0.0, most=1.0, source=""),))
    )
    with pytest.raises(DataError, match=sentence):
        lever_costs(wrong)
