"""How far measures go in a place: never past its own level, places like it, or who there is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr

import workforce as wf
from workforce.inputs.flows import CAUSES
from workforce.results.goal_rows import limits_here, mix_rows
from workforce.results.place_limits import LEAST_ABSENCE, leaving_by_place, place_limits
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NO_POOL = pl.DataFrame(schema={"variable": pl.String, "category": pl.String})


@pytest.fixture(scope="module")
def folder():
    return open_folder(SAMPLE)


@pytest.fixture(scope="module")
def inputs(folder) -> xr.Dataset:
    return wf.load_inputs(folder, region="9006", sectors=["health_care", "technical"], horizon=2)


def limits(inputs, folder, *levers, pool=NO_POOL):
    return place_limits(inputs, folder, pool, [{"lever": name} for name in levers])


def test_short_absence_never_falls_below_its_floor(inputs, folder) -> None:
    # All are away 1.6 % of their days, and 1 % is the floor.
    same = inputs.assign(short_absence=inputs["short_absence"] * 0.0 + 0.016)
    found = limits(same, folder, "absence")["absence"]
    assert (found.most, found.own, found.reaches) == pytest.approx((0.6, 1.6, 100 * LEAST_ABSENCE))
    low = inputs.assign(short_absence=inputs["short_absence"] * 0.0 + 0.004)
    assert limits(low, folder, "absence")["absence"].most == 0.0


def test_positions_grow_to_full_posts_and_no_further(inputs, folder) -> None:
    # Everybody has 80 %: 20 points to a full post. A part-timer has 58.9 % on average, so that
    # 20 / (1 - 0.589) = 48.7 of a hundred work part time.
    same = inputs.assign(position_share=inputs["position_share"] * 0.0 + 0.8)
    found = limits(same, folder, "position_share", "full_time")
    assert found["position_share"].most == pytest.approx(20.0)
    assert found["full_time"].most == pytest.approx(48.7, abs=0.1)


def test_positions_grow_no_further_than_those_want_who_were_asked(inputs, folder) -> None:
    same = inputs.assign(position_share=inputs["position_share"] * 0.0 + 0.8)
    counts = pl.DataFrame(
        {"region": "9006", "sector": ["health_care", "technical"], "year": [2026, 2026],
         "part_timers": [180.0, 20.0], "wants_more": [0.4, 0.9]}
    )  # fmt: skip
    asked = replace(folder, tables={**folder.tables, "part_time": counts})
    found = limits(same, asked, "position_share")["position_share"]
    # (180 * 0.4 + 20 * 0.9) / 200 = 45 % of the part-timers.
    assert (found.most, found.reason) == (pytest.approx(0.45 * 20.0), "part_timers_want")
    assert found.reaches == pytest.approx(45.0)
    half = counts.with_columns(wants_more=pl.Series([0.4, None]))
    some = replace(folder, tables={**folder.tables, "part_time": half})
    assert limits(same, some, "position_share")["position_share"].reason == "part_timers"


def test_turnover_falls_to_the_best_tenth_of_places_that_are_seen_for_long_enough() -> None:
    towns = [str(code) for code in range(1, 12)]
    # Of 100,000 person-years 1, 2, ... 11 % leave for other work and half as many move.
    number = xr.DataArray(np.arange(1.0, 12.0), dims="region", coords={"region": towns})
    of = xr.DataArray([0.0, 1.0, 0.5, 0.0], dims="cause", coords={"cause": CAUSES})
    found = leaving_by_place(1_000.0 * number * of, 0.0 * number + 100_000.0, towns)
    # Hazards 0.01 and 0.005: (0.01 / 0.015) (1 - exp(-0.015)) = 0.00993.
    assert found["1"] == pytest.approx(0.00993, abs=2e-4)
    assert found["11"] == pytest.approx(0.1014, abs=5e-4)


def test_a_county_hires_no_more_than_come_and_nobody_plans_for(inputs, folder) -> None:
    def pool(comes: float, wanted: float) -> pl.DataFrame:
        row = {"region": "90", "occupation": "2223"}
        return pl.DataFrame(
            [
                {**row, "variable": "pool_supply_sum", "category": "graduates", "central": comes},
                {**row, "variable": "pool_supply_sum", "category": "movers", "central": 900.0},
                {**row, "variable": "pool_need_sum", "category": "employer", "central": wanted},
            ]
        )

    none = limits(inputs, folder, "recruitment", pool=pool(80.0, 100.0))["recruitment"]
    assert (none.most, none.reaches) == (0.0, 0.0)
    some = limits(inputs, folder, "recruitment", pool=pool(120.0, 100.0))["recruitment"]
    staff = folder.tables["staff"].filter(year=2026, occupation="2223")
    towns = folder.tables["regions"].filter(level="municipality")["region"]
    heads = (
        staff.filter(pl.col("region").is_in(towns)).group_by("region").agg(pl.col("persons").sum())
    )
    share = heads.filter(region="9006")["persons"].item() / heads["persons"].sum()
    # 20 persons in two years whom nobody plans for, ours by our part of the staff.
    assert some.reaches == pytest.approx(20.0 / 2 * share)
    assert some.most == pytest.approx(100.0 * some.reaches / some.own)
    assert "recruitment" not in limits(inputs, folder, "recruitment")


def test_no_more_are_sought_from_outside_work_than_reach_a_post(inputs, folder) -> None:
    step = {"lever": "inclusion", "outside": 50.0}
    found = place_limits(inputs, folder, NO_POOL, [step])["inclusion"]
    # The county is made up, so that the 62.0 % of the nation count.
    assert (found.most, found.own, found.reason) == (pytest.approx(31.0), 50.0, "outside")
    assert not limits(inputs, folder, "inclusion"), "nobody told how many are outside work"


def test_a_mix_keeps_to_the_limits_of_the_place(inputs, folder) -> None:
    levers = [{"lever": name} for name in ("position_share", "absence", "turnover")]
    here = limits_here(inputs, folder, NO_POOL, levers)
    assert here["absence"].binds, "the table of costs would let absence fall by two points"
    assert not here["position_share"].binds
    rows = mix_rows(
        inputs, "plan", levers, limits=here, target=0.0, probability=0.95, draws=20, seed=5
    )
    sizes = dict(rows.filter(variable="mix_size").select("detail", "central").iter_rows())
    assert sizes["absence"] == pytest.approx(-here["absence"].most)
    assert sizes["turnover"] == pytest.approx(-min(3.0, here["turnover"].most))
    assert sizes["position_share"] == 5.0
