"""Time the nation's staff in 200 draws against a copy of the same cells and against table joins.

357 municipalities x 6 sectors x 20 occupations x 2 sexes x 57 ages x 20 years x 200 draws, region
by region through the production step, keeping heads, FTE, exits by cause and FTE that leave.

Run: ``uv run python benchmarks/nation.py`` (all of it), or ``--part 0.02`` for a fiftieth of the
municipalities; ratios are per cell (municipality, post, sex, age, year and draw) and hold for both.
Seconds are of the processor, since others may use the machine.
"""

import argparse
import resource
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import polars as pl

from workforce.contract.arrays import Numbers
from workforce.model.staff_years import StaffFlows, StaffWeights, sum_staff

MUNICIPALITIES, SECTORS, OCCUPATIONS, SEXES, AGES = 357, 6, 20, 2, 57
YEARS, DRAWS, CAUSES, ORIGINS = 20, 200, 4, 5
POSTS, CELLS = SECTORS * OCCUPATIONS, SEXES * AGES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", type=float, default=1.0, help="part of the municipalities")
    regions = max(1, round(MUNICIPALITIES * parser.parse_args().part))
    steps = regions * POSTS * CELLS * YEARS * DRAWS
    print(f"{regions} municipalities, {steps / 1e9:.2f} billion cell-years in draws")
    rng = np.random.default_rng(1)
    sizes = {"rates alike in all years": 1, "rates of every year": YEARS}
    copy = seconds(copy_cells, regions)
    report("copy of the cells", copy, steps, copy)
    for name, years in sizes.items():
        flows, weights = flows_of(years, rng), weights_of(rng)
        spent = seconds(partial(project_regions, flows, weights), regions)
        report(f"projection, {name}", spent, steps, copy)
        if years == 1:
            fast = spent / steps
    joined, rows = join_step(rng)
    report("one step by table joins (polars)", joined, rows, copy * rows / steps)
    print(f"table joins / projection, per cell: {joined / rows / fast:.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"peak memory: {peak:.2f} GB")


def report(name: str, spent: float, steps: int, copy: float) -> None:
    """Print seconds, time per cell, and the ratio to a copy of as many cells."""
    print(f"{name}: {spent:.1f} s, {spent / steps * 1e9:.2f} ns a cell, {spent / copy:.1f} copies")


def seconds(work: Callable[[int], None], regions: int) -> float:
    """Seconds of the processor, after a municipality to warm up with."""
    work(1)
    start = time.process_time()
    work(regions)
    return time.process_time() - start


def copy_cells(regions: int) -> None:
    """Copy the cells of a municipality in all draws, year after year, as a store of them would."""
    cells = np.ones((DRAWS, POSTS, CELLS))
    other = np.empty_like(cells)
    for _ in range(regions * YEARS):
        np.copyto(other, cells)


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


def weights_of(rng: np.random.Generator) -> StaffWeights:
    """Heads and FTE."""
    fte = rng.uniform(0.5, 1.0, (1, POSTS, CELLS))
    both = np.stack([np.ones_like(fte), fte], axis=-1)
    return StaffWeights(both, both, np.zeros((1, POSTS, CELLS, 0)))


def project_regions(flows: StaffFlows, weights: StaffWeights, regions: int) -> None:
    """Stream over the municipalities: their quantiles stay, their draws go."""
    kept = []
    for _ in range(regions):
        sums = sum_staff(flows, weights)
        kept.append(np.quantile(sums.stock[..., 1], [0.1, 0.9], axis=0).astype(np.float32))


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
