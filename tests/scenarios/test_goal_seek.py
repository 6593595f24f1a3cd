"""Goal seek: mobilise first, then develop, then recruit, and each as cheaply as can be."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import workforce as wf
from workforce.contract.about import About, MeasureCost, about
from workforce.contract.results import require_declared
from workforce.errors import ParameterError
from workforce.results.goal_rows import BY_PRICE, OUT_OF_REACH, mix_rows, priced_levers
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.goal_case import Case
from workforce.scenarios.goal_seek import settle_case
from workforce.scenarios.hiring import limit_hiring
from workforce.scenarios.levers.registry import KINDS, LEVERS
from workforce.scenarios.mixes import Effects, Problem, cheapest
from workforce.scenarios.scenario import apply_scenario

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
YEAR = 2029
STEPS = [
    {"lever": "position_share", "end_year": 2028},
    {"lever": "absence", "end_year": 2028},
    {"lever": "recruitment", "end_year": 2028},
]
ASKED = {"year": YEAR, "draws": 20, "seed": 5}
TWO = [STEPS[0], {"lever": "turnover", "end_year": 2028}]
WIDE = {"position_share": (0, 15), "turnover": (-5, 0)}
SIZES = {"position_share": "points", "absence": "points", "turnover": "points"}
TARGET = 26.0
Sought = Callable[[float, float, int], pl.DataFrame]


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    """Positions so dear that the cheapest mix is not of them alone."""
    found: xr.Dataset = wf.load_inputs(
        SAMPLE, region="9006", sectors=["health_care"], horizon=YEAR - 2026
    )
    dear = tuple(
        replace(one, cost=8_000.0) if one.lever == "position_share" else one
        for one in about(found).measure_costs
    )
    return found.assign_attrs(about=replace(about(found), measure_costs=dear))


@pytest.fixture(scope="module")
def sought(inputs: xr.Dataset) -> Sought:
    """Mixes for a target, a probability and a number of mixes, each sought once."""

    @cache
    def found(target: float, probability: float, mixes: int) -> pl.DataFrame:
        return wf.seek(
            inputs, TWO, target=target, probability=probability, bounds=WIDE, mixes=mixes,
            **ASKED,
        )  # fmt: skip

    return found


def gap_of(inputs: xr.Dataset, steps: list[dict], probability: float) -> float:
    """What is missing occupation by occupation, where nobody hires past the need."""
    asked = {"draws": ASKED["draws"], "seed": ASKED["seed"]}
    pulled = apply_scenario(inputs, steps, **asked)
    limited = limit_hiring(pulled, inputs, steps, chance=True, **asked)
    changed = with_draws(limited, draw_inputs(inputs, **asked))
    outcome = wf.project(changed, seed=ASKED["seed"])["shortage_fte"].sel(year=YEAR)
    draws = outcome.sum(["region", "sector"]).clip(min=0.0).sum("occupation").values[1:]
    return float(np.quantile(draws, probability, method="inverted_cdf"))


def steps_of(mix: pl.DataFrame) -> list[dict]:
    return [
        {"lever": row["lever"], "end_year": 2028, SIZES.get(row["lever"], "percent"): row["size"]}
        for row in mix.iter_rows(named=True)
        if row["size"]
    ]


def test_the_cheaper_lever_goes_first_and_the_dearer_fills_up() -> None:
    # Two levers take away 2 and 1 FTE a unit at 10 and 6 each: 5 and 6 a FTE. 13 FTE are missing,
    # the first goes to its limit of 5 (10 FTE for 50), the second takes the other 3 (for 18).
    gaps = np.full(21, 13.0)
    effects = Effects(np.zeros(2), gaps, np.tile([-2.0, -1.0], (21, 1)))
    problem = Problem(np.array([5.0, 10.0]), np.array([10.0, 6.0]), 0.0, 0.8)
    both = np.ones(2, dtype=bool)
    np.testing.assert_allclose(cheapest(problem, effects, both), [5.0, 3.0])
    # With one more unit of the first the second does 1 instead of 3: 60 + 6 for 50 + 18.
    np.testing.assert_allclose(cheapest(problem.with_more(0, 1.0), effects, both), [6.0, 1.0])
    assert cheapest(problem, effects, np.array([True, False])) is None


def test_a_quantile_higher_up_asks_for_more() -> None:
    gaps = np.concatenate([[5.0], np.arange(1.0, 11.0)])
    effects = Effects(np.zeros(1), gaps, np.full((11, 1), -1.0))
    for probability, wanted in ((0.5, 5.0), (0.9, 9.0)):
        problem = Problem(np.array([20.0]), np.array([1.0]), 0.0, probability)
        sizes = cheapest(problem, effects, np.ones(1, dtype=bool))
        np.testing.assert_allclose(sizes, [wanted])


def test_the_mix_reported_is_on_target_by_its_own_projection(
    inputs: xr.Dataset, sought: Sought
) -> None:
    found = sought(TARGET, 0.8, 2)
    assert found["feasible"].all()
    used = []
    for (_, *_), mix in found.group_by("mix", maintain_order=True):
        assert gap_of(inputs, steps_of(mix), 0.8) <= TARGET + 0.05
        assert mix["probability"][0] >= 0.8
        assert mix["total_cost"][0] == pytest.approx(mix["cost"].sum())
        used.append(frozenset(mix.filter(pl.col("size") != 0)["lever"]))
    assert len(set(used)) == len(used) == 2, "no two mixes use the same levers"
    costs = found.unique("mix", keep="first", maintain_order=True)["total_cost"].to_list()
    assert costs == sorted(costs)


def test_no_mix_that_costs_less_reaches_the_target(inputs: xr.Dataset, sought: Sought) -> None:
    both = sought(TARGET, 0.8, 2)
    price = {row["lever"]: row["cost"] / row["size"] for row in both.to_dicts() if row["size"]}
    budget = 0.97 * both["total_cost"][0]
    most = min(15.0, budget / price["position_share"])
    # Every lever does more the more there is of it: only mixes that use the whole budget count.
    for points in np.linspace(0, most, 6):
        less = max(-5.0, (budget - points * price["position_share"]) / price["turnover"])
        sizes = zip(TWO, ({"points": points}, {"points": less}), strict=True)
        steps = [{**step, **size} for step, size in sizes if any(size.values())]
        assert gap_of(inputs, steps, 0.8) > TARGET, f"{steps} cost less and do"


def test_no_mix_recruits_before_the_limits_of_mobilising_bind(inputs: xr.Dataset) -> None:
    levers = [*STEPS, {"lever": "productivity", "end_year": 2028}]
    limits = {
        "position_share": (0, 4), "absence": (-0.3, 0), "productivity": (0, 1),
        "recruitment": (0, 60),
    }  # fmt: skip
    found = wf.seek(inputs, levers, target=20.0, probability=0.8, bounds=limits, mixes=1, **ASKED)
    assert found["feasible"].all()
    for (basis, _), mix in found.group_by("basis", "mix", maintain_order=True):
        assert gap_of(inputs, steps_of(mix), 0.8) <= 20.05
        size = dict(mix.select("lever", "size").iter_rows())
        if basis == "order":
            assert (size["position_share"], size["absence"]) == (4.0, -0.3)
            assert size["productivity"] == 1.0
            assert size["recruitment"] > 0
    cheapest_of = dict(found.group_by("basis").agg(pl.col("total_cost").min()).iter_rows())
    assert cheapest_of.get("price", 0.0) <= cheapest_of["order"] * 1.0001


@settings(max_examples=60, deadline=None)
@given(
    slopes=st.tuples(*[st.floats(0.2, 3.0)] * 4),
    costs=st.tuples(*[st.floats(0.1, 5.0)] * 4),
    limits=st.tuples(*[st.floats(1.0, 10.0)] * 4),
    target=st.floats(0.0, 45.0),
    spread=st.floats(0.0, 5.0),
)
def test_a_kind_is_used_only_where_those_before_it_are_at_their_limits(
    slopes: tuple[float, ...], costs: tuple[float, ...], limits: tuple[float, ...], target: float,
    spread: float,
) -> None:  # fmt: skip
    names = ("position_share", "absence", "productivity", "recruitment")
    kinds = [KINDS.index(LEVERS[name].kind) for name in names]
    luck = np.concatenate([[0.0], np.linspace(-spread, spread, 20)])
    problem = Problem(np.array(limits), np.array(costs), target, 0.8)
    case = Case(names, (), problem, lambda x: np.maximum(45.0 + luck - x @ np.array(slopes), 0.0))
    found = settle_case(case, 3)
    most = dict(zip(names, limits, strict=True))
    for (_, basis), mix in found.group_by("mix", "basis", maintain_order=True):
        size = {row["lever"]: abs(row["size"]) for row in mix.iter_rows(named=True)}
        if mix["feasible"].all():
            assert mix["probability"][0] >= 0.8
        else:
            assert mix["probability"][0] < 0.8
        for name, kind in zip(names, kinds, strict=True):
            before = [other for other, at in zip(names, kinds, strict=True) if at < kind]
            if basis == "order" and size[name] > 1e-6:
                assert all(size[one] >= 0.99 * most[one] for one in before), f"{name} too soon"


def test_more_certainty_and_a_lower_target_cost_more(sought: Sought) -> None:
    asked = ((TARGET, 0.5, 1), (34.0, 0.8, 1), (TARGET, 0.8, 2))
    found = [sought(*one) for one in asked]
    assert all(mix["feasible"].all() for mix in found)
    costs = [float(mix["total_cost"][0]) for mix in found]
    assert costs[0] == 0.0, "half of the draws are on target as it is"
    assert 0 < costs[1] < costs[2]


def test_what_is_out_of_reach_is_said_with_all_levers_at_their_limits(inputs: xr.Dataset) -> None:
    found = wf.seek(inputs, STEPS, target=0.0, probability=0.95, **ASKED)
    assert not found["feasible"].any()
    assert found["at_limit"].all()
    assert found["probability"].max() < 0.95
    assert (found["one_more"] > 0).all(), "each limit widened makes the shortage smaller"
    assert found["size"].to_list() == [5.0, -2.0, 30.0]


def test_what_is_out_of_reach_is_less_sure_than_asked(inputs: xr.Dataset) -> None:
    limits = {"position_share": (0, 4), "absence": (-0.3, 0)}
    for target in (34.5, 35.5):
        found = wf.seek(
            inputs, STEPS[:2], target=target, probability=0.8, bounds=limits, mixes=1, **ASKED
        )
        assert found["feasible"].all() == (found["probability"].min() >= 0.8)


def test_a_target_already_reached_costs_nothing(inputs: xr.Dataset) -> None:
    found = wf.seek(inputs, STEPS[:1], target=5000, probability=0.8, mixes=1, **ASKED)
    assert found["total_cost"].to_list() == [0.0]


def test_mixes_become_rows_with_the_persons_behind_them(inputs: xr.Dataset) -> None:
    plan = [{**STEPS[0], "points": 5.0}, {**STEPS[1], "points": -2.0}]
    rows = mix_rows(inputs, "plan", plan, target=30.0, probability=0.95, draws=20, seed=5)
    assert set(rows["category"]) == {"limits", "plan"}
    chances = dict(rows.filter(variable="mix_chance").select("category", "central").iter_rows())
    assert chances["plan"] == pytest.approx(chances["limits"]), "its measures are at their limits"
    assert set(rows["detail"]) == {"", "position_share", "absence"}
    assert rows["persons"].unique().to_list() == [float(inputs["staff"].sum())]
    for told in (OUT_OF_REACH, BY_PRICE, "1"):
        require_declared(rows.with_columns(category=pl.lit(told)))
    bare = inputs.assign_attrs(about=About())
    assert mix_rows(bare, "plan", target=0, probability=0.8, draws=20, seed=5).is_empty()
    assert {one["lever"] for one in priced_levers(inputs)} >= {"position_share", "recruitment"}
    claimed = {"lever": "co_production", "percent": 1, "source": "A trial", "ceiling": 2}
    plan = [claimed, {"lever": "recruitment", "percent": 5}]
    sought = {one.pop("lever"): one for one in priced_levers(inputs, plan)}
    assert sought == {"recruitment": {}, "co_production": {"source": "A trial", "ceiling": 2}}


def test_a_mix_is_told_by_the_draws_of_the_run(inputs: xr.Dataset) -> None:
    plan = [{**STEPS[0], "points": 5.0}, {**STEPS[1], "points": -2.0}]
    draws = {"draws": 60, "seed": 5}
    rows = mix_rows(inputs, "plan", plan, target=30.0, probability=0.95, **draws)
    found = wf.simulate(inputs, {"plan": plan}, variables=["missing_fte"], **draws)
    whole = found["missing_fte"].sel(sector="all", occupation="all", year=YEAR, bound="central")
    mix = rows.filter(variable="mix_gap", category=OUT_OF_REACH)
    assert mix["central"].item() == pytest.approx(whole.item(), abs=1e-9)


def test_a_measure_is_sought_over_with_what_is_told_of_it_and_within_its_own_ceiling(
    inputs: xr.Dataset,
) -> None:
    told = {"lever": "position_share", "cost": 9000.0, "extra_hours": 5.0}
    assert priced_levers(inputs, [{**told, "points": 2}]) == [told]
    both = [{**told, "sectors": code} for code in ("technical", "health_care")]
    assert priced_levers(inputs, both) == [{**told, "sectors": ["health_care", "technical"]}]
    assert priced_levers(inputs, [told, both[0]]) == [told], "one of them reaches all"
    rows = about(inputs).measure_costs
    ways = MeasureCost("apprentices", LEVERS["apprentices"].cost_unit, 2e5, 0.0, 20.0, "own")
    priced = inputs.assign_attrs(about=replace(about(inputs), measure_costs=(*rows, ways)))
    assert "apprentices" not in {one["lever"] for one in priced_levers(priced)}, "nobody told how"
    plan = [
        {"lever": "apprentices", "persons": 2, "completes": 70, "stays": 60, "years": 1},
        {"lever": "onboarding", "points": -1, "first_year": 2.0},
    ]
    found = mix_rows(priced, "plan", plan, target=0.0, probability=0.9, draws=20, seed=5)
    sizes = dict(found.filter(variable="mix_size").select("detail", "central").iter_rows())
    assert sizes == pytest.approx({"apprentices": 20.0, "onboarding": -2.0})


def test_what_costs_nothing_is_used_first(inputs: xr.Dataset) -> None:
    free = {"absence": 0.0, "position_share": 1e6}
    asked = {"target": TARGET - 2.0, "probability": 0.6, "costs": free, **ASKED}
    found = wf.seek(inputs, STEPS[:2], bounds={"position_share": (0, 15)}, mixes=1, **asked)
    first = found.filter(mix=1)
    assert first["total_cost"].max() == pytest.approx(0.0, abs=1.0)
    assert dict(first.select("lever", "size").iter_rows())["absence"] < 0.0


def test_a_measure_for_a_service_that_the_place_has_not_is_not_sought_over() -> None:
    council = wf.load_inputs(SAMPLE, region="9000", horizon=2)
    plan = [
        {"lever": "position_share", "points": 6, "sectors": ["health_care"]},
        {"lever": "absence", "points": -0.5},
    ]
    assert [one["lever"] for one in priced_levers(council, plan)] == ["absence"]
    rows = mix_rows(council, "plan", plan, target=0.0, probability=0.8, draws=20, seed=5)
    assert set(rows.filter(variable="mix_size")["detail"]) == {"absence"}


@pytest.mark.parametrize(
    ("levers", "options", "message"),
    [
        (["flying"], {}, "There is no lever 'flying'"),
        ([], {}, "Name at least one lever"),
        (["absence", "absence"], {}, "none of them twice"),
        (["absence"], {"probability": 1.0}, "between 0 and 1"),
        (["absence"], {"draws": 3}, "at least 20"),
        (["absence"], {"mixes": 0}, "ask for one or more"),
        (["absence"], {"year": 2099}, "has no year 2099"),
        (["absence"], {"sector": "space"}, "There is no sector 'space'"),
        (["absence"], {"bounds": {"absence": (0, 2)}}, "nowhere to go"),
        (["retirement_alternative"], {}, "no direction"),
        (["staffing_standard"], {}, "How far may 'staffing_standard' go"),
        (["staffing_standard"], {"bounds": {"staffing_standard": (-5, 0)}}, "What does"),
        (["absence"], {"costs": {"absence": -1}}, "must be 0 or more"),
    ],
)
def test_what_cannot_be_sought_is_refused_in_a_sentence(
    inputs: xr.Dataset, levers: list, options: dict, message: str
) -> None:
    asked = {"target": 0, "probability": 0.8, **ASKED} | options
    with pytest.raises(ParameterError, match=message):
        wf.seek(inputs, levers, **asked)
