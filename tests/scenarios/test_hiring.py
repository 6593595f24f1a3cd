"""Nobody hires past the need: measures let recruitment give way, and the baseline stays."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce as wf
from workforce.contract.about import About
from workforce.results.drivers import HIRING, split_measures
from workforce.results.place import levers
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.hiring import limit_hiring, path_of, surplus_of
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.simulation import simulate

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
MEASURES = [
    {"lever": "position_share", "points": 8},
    {"lever": "turnover", "points": -3},
    {"lever": "recruitment", "percent": 60},
    {"lever": "digitalisation", "percent": 8, "end_year": 2030},
]
DRAWN = {"draws": 20, "seed": 11}
HELD = ["region", "sector", "occupation"]


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    found: xr.Dataset = wf.load_inputs(SAMPLE, region="9012", horizon=6)
    return found


@pytest.fixture(scope="module")
def drawn(inputs: xr.Dataset) -> xr.Dataset:
    return draw_inputs(inputs, **DRAWN)


def run(inputs: xr.Dataset, drawn: xr.Dataset) -> xr.Dataset:
    found: xr.Dataset = wf.project(with_draws(inputs, drawn), seed=DRAWN["seed"])
    return found


@pytest.fixture(scope="module")
def paths(inputs: xr.Dataset, drawn: xr.Dataset) -> tuple[xr.Dataset, xr.Dataset, xr.Dataset]:
    """Without measures, with them as if all recruitment went on, and with them."""
    changed = apply_scenario(inputs, MEASURES)
    limited = limit_hiring(changed, inputs, MEASURES, chance=True, **DRAWN)
    return run(inputs, drawn), run(changed, drawn), run(limited, drawn)


def test_no_post_hires_past_the_need_and_what_is_over_without_measures(inputs, paths) -> None:
    plain, free, limited = paths
    allowed = surplus_of(plain, inputs)
    over = (-limited["shortage_fte"] - allowed).isel(year=slice(1, None))
    hired = limited["recruits"].sum("origin")
    past = over.rename(year="flow_year").assign_coords(flow_year=hired["flow_year"])
    assert float(past.where(hired > 1e-9, 0.0).max()) < 1e-6
    without = (-free["shortage_fte"] - allowed).isel(year=slice(1, None))
    assert float(without.max()) > 1.0, "the measures would have brought posts past it"


@settings(max_examples=5, deadline=None)
@given(
    larger=st.floats(0, 10), stay=st.floats(-4, 0), come=st.floats(0, 100), work=st.floats(0, 15)
)
def test_no_mix_of_measures_hires_past_the_need(
    inputs: xr.Dataset, larger: float, stay: float, come: float, work: float
) -> None:
    sizes = ({"points": larger}, {"points": stay}, {"percent": come}, {"percent": work})
    mix = [{**one, **size} for one, size in zip(MEASURES, sizes, strict=True)]
    allowed = surplus_of(wf.project(inputs), inputs)
    limited = wf.project(limit_hiring(apply_scenario(inputs, mix), inputs, mix))
    over = (-limited["shortage_fte"] - allowed).isel(year=slice(1, None))
    hired = limited["recruits"].sum("origin")
    past = over.rename(year="flow_year").assign_coords(flow_year=hired["flow_year"])
    assert float(past.where(hired > 1e-9, 0.0).max()) < 1e-6


def test_stock_less_those_who_leave_and_those_who_come_is_the_next_stock(paths) -> None:
    for path in paths:
        heads = path["headcount"]
        before = heads.isel(year=slice(0, -1)).rename(year="flow_year")
        after = heads.isel(year=slice(1, None)).rename(year="flow_year")
        flows = path["recruits"].sum("origin") - path["exits"].sum("cause") + path["transfers"]
        moved = before.assign_coords(flow_year=flows["flow_year"]) + flows
        np.testing.assert_allclose(moved, after.transpose(*moved.dims), atol=1e-6)


def test_nobody_is_hired_who_would_not_have_come_and_a_post_that_lacks_people_hires_all(
    paths,
) -> None:
    _, free, limited = paths
    first = {"flow_year": 0}
    came, taken = (path["recruits"].isel(first).sum("origin") for path in (free, limited))
    assert float((taken - came).max()) < 1e-9
    lacks = limited["shortage_fte"].isel(year=1) > 1e-9
    np.testing.assert_allclose(taken.where(lacks, 0.0), came.where(lacks, 0.0), atol=1e-9)


def test_the_baseline_is_the_same_beside_measures_and_assumptions_are_not_limited(inputs) -> None:
    named = {"baseline": [], "measures": MEASURES, "aged": "healthy_ageing"}
    asked = {"variables": ["shortage_fte", "recruits"], "by": ["sector"], **DRAWN}
    together = simulate(inputs, named, **asked)
    for name in named:
        alone = simulate(inputs, {name: named[name]}, **asked)
        for variable in asked["variables"]:
            one, other = alone[variable], together[variable].sel(scenario=[name])
            np.testing.assert_array_equal(one.transpose(*other.dims), other)
    assert "allowed_surplus" not in limit_hiring(inputs, inputs, "healthy_ageing")


def test_a_measure_of_nothing_changes_nothing(inputs) -> None:
    nothing = [{"lever": "recruitment", "percent": 0}]
    named = {"baseline": [], "nothing": nothing}
    found = simulate(inputs, named, variables=["shortage_fte"], **DRAWN)["shortage_fte"]
    one, other = (found.sel(scenario=name) for name in named)
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_what_need_not_be_recruited_is_the_last_part_of_what_measures_do(inputs) -> None:
    found = split_measures(inputs, {step["lever"]: [step] for step in MEASURES})
    np.testing.assert_allclose(found.parts.sum("part"), found.after - found.before, atol=1e-9)
    hiring = found.parts.sel(part=HIRING, sector="all").sum()
    assert float(hiring) > 0
    limited = limit_hiring(apply_scenario(inputs, MEASURES, draws=0), inputs, MEASURES)
    whole = wf.project(limited)["shortage_fte"].isel(year=-1).sum(HELD)
    assert float(found.after.sel(sector="all").sum()) == pytest.approx(float(whole), abs=1e-9)


def test_who_is_turned_away_while_a_post_is_full_may_come_when_there_is_room(
    inputs: xr.Dataset, drawn: xr.Dataset, paths: tuple[xr.Dataset, xr.Dataset, xr.Dataset]
) -> None:
    free, room = paths[0]["headcount"], xr.full_like(paths[0]["shortage_fte"], 1e6)
    room.loc[{"year": inputs.attrs["base_year"] + 2}] = -1e6
    held = run(inputs.assign(allowed_surplus=room.isel(draw=0, drop=True)), drawn)["headcount"]
    fewer = (free - held).sum(HELD)
    for turned_away in (fewer.sel(draw=0), fewer.sel(draw=slice(1, None)).mean("draw")):
        assert float(turned_away.isel(year=2)) > 5.0, "a year without recruits"
        assert abs(float(turned_away.isel(year=3))) < 0.2 * float(turned_away.isel(year=2))
        assert abs(float(turned_away.isel(year=-1))) < 0.2 * float(turned_away.isel(year=2))


def test_a_path_is_another_where_levers_or_the_places_they_read_are() -> None:
    made: list[int] = []

    def path(points: object, region: str) -> None:
        places = {"region": {"0001": (region,)}}
        inputs = xr.Dataset(attrs={"about": About(places=places)})
        scenario = [{"lever": "turnover", "points": points}]
        assert levers(scenario) == levers([{"lever": "turnover", "points": int(str(points))}])
        path_of(inputs, scenario, "here", lambda: xr.Dataset(attrs={"made": made.append(1)}))

    path(np.int64(-1), "0002")
    path(-1, "0002")
    assert len(made) == 1
    path(-1, "0003")
    path(np.int64(-2), "0003")
    assert len(made) == 3
