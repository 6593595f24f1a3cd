"""Time the nation's staff in 200 draws against copies of the same cells and against table joins.

357 municipalities x 6 sectors x 20 occupations x 2 sexes x 57 ages x 20 years x 200 draws, region
by region through the production step, keeping heads, FTE, exits by cause and FTE that leave.

Run: ``uv run python benchmarks/nation.py`` (all of it), or ``--part 0.02`` for a fiftieth of the
municipalities; ratios are per cell (municipality, post, sex, age, year and draw) and hold for both.

Two copies are named. The cells are 156 GB, so a copy of them runs through memory: that is the
copy of the ratios. A copy within the cache is the fastest that numpy does with 8 bytes, shown
beside. Work and copies take turns, municipality by municipality, since the speed of memory shifts
with what else the machine does. Seconds are of the processor, in one thread.
"""

import argparse
import os
import resource
import time
from collections.abc import Callable

# Matrices in one thread, so that seconds of the processor are those of the work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.model.demand import required_fte
from workforce.model.shortage import recruitment_need, shortage
from workforce.model.staff_years import StaffFlows, StaffSums, StaffWeights, sum_staff

MUNICIPALITIES, SECTORS, OCCUPATIONS, SEXES, AGES = 357, 6, 20, 2, 57
YEARS, DRAWS, CAUSES, ORIGINS, COMPETENCES = 20, 200, 4, 5, 3
POSTS, CELLS = SECTORS * OCCUPATIONS, SEXES * AGES
HELD = 4  # Municipalities in each array that is copied: 88 MB, more than a cache holds.


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", type=float, default=1.0, help="part of the municipalities")
    regions = max(1, round(MUNICIPALITIES * parser.parse_args().part))
    steps = regions * POSTS * CELLS * YEARS * DRAWS
    print(f"{regions} municipalities, {steps / 1e9:.2f} billion cell-years in draws")
    rng = np.random.default_rng(1)
    alike, yearly = flows_of(1, rng), flows_of(YEARS, rng)
    moving = alike._replace(moves=moves_of())
    weights, rich = weights_of(rng), weights_of(rng, COMPETENCES)
    memory, cache, kept = memory_copy(), cache_copy(), []
    works: dict[str, Callable[[], None]] = {
        "copy of the cells through memory": memory,
        "copy of as many cells within the cache": cache,
        "projection, rates alike in all years": lambda: kept.append(quantiles(alike, weights)),
        "projection, rates of every year": lambda: kept.append(quantiles(yearly, weights)),
        "the same as the first with moves, ages, competences, demand and need": lambda: kept.append(
            needed(moving, rich)
        ),
    }
    spent = in_turns(works, regions)
    copy, *_ = spent.values()
    for name, seconds in spent.items():
        report(name, seconds, steps, copy)
    joined, rows = join_step(rng)
    report("one step by table joins (polars)", joined, rows, copy * rows / steps)
    fast = spent["projection, rates alike in all years"]
    print(f"table joins / projection, per cell: {joined / rows / (fast / steps):.0f}")
    cached = spent["copy of as many cells within the cache"]
    print(
        f"projection / copy through memory: {fast / copy:.1f}, "
        f"/ copy within the cache: {fast / cached:.1f}"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"peak memory: {peak:.2f} GB")


def report(name: str, spent: float, steps: int, copy: float) -> None:
    """Print seconds, time per cell, and the ratio to a copy of as many cells."""
    print(f"{name}: {spent:.1f} s, {spent / steps * 1e9:.2f} ns a cell, {spent / copy:.1f} copies")


def in_turns(works: dict[str, Callable[[], None]], regions: int) -> dict[str, float]:
    """Seconds of the processor for each work, a municipality of each at a time."""
    spent = dict.fromkeys(works, 0.0)
    for work in works.values():
        work()
    for _ in range(regions):
        for name, work in works.items():
            start = time.process_time()
            work()
            spent[name] += time.process_time() - start
    return spent


def memory_copy() -> Callable[[], None]:
    """Copy the cells of a municipality in all draws, year after year, from place to place."""
    cells = np.ones((HELD, DRAWS * POSTS * CELLS))
    other = np.ones_like(cells)

    def copy() -> None:
        for year in range(YEARS):
            np.copyto(other[year % HELD], cells[year % HELD])

    return copy


def cache_copy() -> Callable[[], None]:
    """Copy as many cells, in a block that stays in the cache."""
    cells = np.ones(DRAWS * CELLS)
    other = np.ones_like(cells)

    def copy() -> None:
        for _ in range(YEARS * POSTS):
            np.copyto(other, cells)

    return copy


def flows_of(years: int, rng: np.random.Generator) -> StaffFlows:
    """Staff of a municipality, with a factor on exits and inflow in every draw."""
    return StaffFlows(
        start=rng.poisson(0.2, (1, POSTS, CELLS)).astype(float),
        hazard=rng.exponential(0.03, (1, 1, POSTS, CAUSES, CELLS)),
        hazard_factor=rng.gamma(25.0, 0.04, (DRAWS, years, 1, POSTS, CAUSES)),
        entry=rng.exponential(1e-6, (1, POSTS, ORIGINS, CELLS)),
        entry_factor=rng.gamma(25.0, 400.0, (DRAWS, YEARS, 1, POSTS, ORIGINS)),
        causes=list(range(CAUSES)),
        moves=None,
        ages=AGES,
    )


def moves_of() -> Numbers:
    """Give moves between the occupations of a sector: one in fifty a year, to all alike."""
    away = np.full((OCCUPATIONS, OCCUPATIONS), 0.02 / (OCCUPATIONS - 1))
    np.fill_diagonal(away, 0.98)
    return np.kron(np.eye(SECTORS), away)[np.newaxis]


def weights_of(rng: np.random.Generator, competences: int = 0) -> StaffWeights:
    """Heads and FTE; with competences also four groups of ages and the FTE of each competence."""
    fte = rng.uniform(0.5, 1.0, (1, POSTS, CELLS))
    both = np.stack([np.ones_like(fte), fte], axis=-1)
    held = fte[..., np.newaxis] * rng.uniform(0.0, 1.0, (1, POSTS, CELLS, competences))
    groups = np.eye(4)[np.arange(CELLS) * 4 // CELLS] if competences else np.zeros((CELLS, 0))
    every = np.broadcast_to(groups, (1, POSTS, *groups.shape))
    return StaffWeights(np.concatenate([both, every, held], axis=-1), both, held)


def quantiles(flows: StaffFlows, weights: StaffWeights) -> Numbers:
    """Project a municipality: the quantiles of its FTE stay, its draws go."""
    found = np.quantile(sum_staff(flows, weights).stock[..., 1], [0.1, 0.9], axis=0)
    return found.astype(np.float32)


def needed(flows: StaffFlows, weights: StaffWeights) -> Numbers:
    """Project staff with moves within sectors, and the need and shortage beside what is asked."""
    groups = [range(i, i + OCCUPATIONS) for i in range(0, POSTS, OCCUPATIONS)]
    sums: StaffSums = sum_staff(flows, weights, groups=groups)
    dims = ("draw", "region", "occupation", "year")
    supply = xr.DataArray(sums.stock[..., 1], dims=dims)
    ones = xr.DataArray(np.ones((DRAWS, 1, POSTS, YEARS + 1)), dims=dims)
    demand = required_fte(ones, supply.isel(draw=0, year=0, drop=True), ones)
    leaving = xr.DataArray(sums.by_cause[..., 1].sum(axis=-1), dims=dims)
    need = recruitment_need(leaving, demand.diff("year"))
    both = np.concatenate([shortage(demand, supply).values, need.values], axis=-1)
    return np.quantile(both, [0.1, 0.9], axis=0).astype(np.float32)


def join_step(rng: np.random.Generator) -> tuple[float, int]:
    """One year of one municipality in 10 draws as tables: exits, ageing and recruits by joins."""
    draws = 10
    keys = {"post": range(POSTS), "sex": range(SEXES), "age": range(AGES)}
    cells = pl.DataFrame({"post": keys["post"]})
    for name in ("sex", "age"):
        cells = cells.join(pl.DataFrame({name: keys[name]}), how="cross")

    def drawn(value: Numbers, name: str) -> pl.DataFrame:
        every = pl.DataFrame({"draw": range(draws)}).join(cells, how="cross")
        return every.with_columns(pl.Series(name, value))

    size = (draws * POSTS * CELLS,)
    stock = drawn(rng.poisson(0.2, size).astype(float), "persons")
    rates = pl.concat(
        [
            drawn(rng.exponential(0.03, size), "rate").with_columns(cause=pl.lit(str(cause)))
            for cause in range(CAUSES)
        ]
    )
    recruits = drawn(rng.exponential(0.02, size), "come")
    on = ["draw", "post", "sex", "age"]
    start = time.process_time()
    total = rates.group_by(on).agg(total=pl.col("rate").sum())
    leaving = stock.join(rates, on=on).join(total, on=on)
    share = pl.col("rate") / pl.col("total") * (1 - (-pl.col("total")).exp())
    exits = leaving.with_columns(gone=pl.col("persons") * share)
    exits.group_by("draw", "post", "cause").agg(pl.col("gone").sum())
    gone = exits.group_by(on).agg(pl.col("gone").sum())
    older = (pl.col("age") + 1).clip(upper_bound=AGES - 1)
    staying = stock.join(gone, on=on).with_columns(
        left=pl.col("persons") - pl.col("gone"), age=older
    )
    aged = staying.group_by(on).agg(pl.col("left").sum())
    recruits.join(aged, on=on, how="left").with_columns(
        persons=pl.col("come") + pl.col("left").fill_null(0.0)
    )
    return time.process_time() - start, size[0]


if __name__ == "__main__":
    main()
