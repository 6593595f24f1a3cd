"""Print by how much the ends of intervals err from seed to seed, as part of half their width.

Run: ``uv run python -m benchmarks.ends 9005``, with ``--plain`` for draws that nothing balances and
ends at the ranks of single draws. The figures are those of the shortage, the last year ahead; a
seed of a municipality in 200 draws takes two seconds of a processor.
"""

import argparse
from pathlib import Path

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.inputs import load_inputs
from workforce.scenarios import balance, ends
from workforce.scenarios.draws import ENDS
from workforce.scenarios.simulation import simulate

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
VARIABLES = ("shortage_fte", "missing_fte", "surplus_fte")
LEAST_WIDTH = 1.0
"""Half the width of an interval from which its ends are judged. [FTE]"""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("region")
    options.add_argument("--draws", type=int, default=200)
    options.add_argument("--seeds", type=int, default=40)
    options.add_argument("--plain", action="store_true")
    given = options.parse_args()
    if given.plain:
        balance.ROOM = 10**6
        ends.ends = at_ranks  # type: ignore[assignment]
    inputs = load_inputs(SAMPLE, region=given.region)
    found = error_of_ends(inputs, draws=given.draws, seeds=range(given.seeds))
    print("error in % of half the width:         lower  centre   upper  figures")
    for variable, figures in found.items():
        for what, errors in by_kind(figures).items():
            told = "".join(f"{100 * error:8.1f}" for error in errors[:3])
            print(f"{variable:14} {what:20} {told} {errors[3]:8.0f}", flush=True)


def error_of_ends(
    inputs: xr.Dataset,
    *,
    draws: int,
    seeds: range,
    variables: tuple[str, ...] = VARIABLES,
    by: tuple[str, ...] | None = None,
) -> dict[str, xr.DataArray]:
    """Error of each end and of the centre, one seed beside another, over half the width.

    Returns
    -------
    dict of str to DataArray
        Dims (bound, sector, occupation); missing where the interval is narrow. [half widths]
    """
    runs = [
        simulate(inputs, ["baseline"], draws=draws, seed=seed, variables=variables, by=by).isel(
            scenario=0, level=0, region=0, year=-1
        )
        for seed in seeds
    ]
    every = xr.concat(runs, dim="seed")
    found = {}
    for name in variables:
        half = (every[name].sel(bound="upper") - every[name].sel(bound="lower")).mean("seed") / 2
        error = every[name].std("seed", ddof=1) / half.where(half >= LEAST_WIDTH)
        found[name] = error.transpose("bound", "sector", "occupation")
    return found


def at_ranks(draws: Numbers, _: Numbers, level: float, **__: bool) -> Numbers:
    """Take the draws at the ranks p (n + 1) as ends, each year by itself."""
    tails = [(1 - level) / 2, (1 + level) / 2]
    found: Numbers = np.quantile(draws, tails, axis=0, method=ENDS)
    return found


def by_kind(error: xr.DataArray) -> dict[str, list[float]]:
    """Root of the mean square for the whole, for sectors and for occupations, and how many."""
    sectors = [code for code in error["sector"].values if code != "all"]
    posts = [code for code in error["occupation"].values if code != "all"]
    kinds = {
        "whole": error.sel(sector=["all"], occupation=["all"]),
        "sectors": error.sel(sector=sectors, occupation=["all"]),
        "occupations": error.sel(sector=["all"], occupation=posts),
    }
    found = {}
    for what, some in kinds.items():
        if not some.size:
            continue
        each: xr.DataArray = (some**2).mean(["sector", "occupation"]) ** 0.5
        count = int(some.sel(bound="upper").notnull().sum())
        found[what] = [float(each.sel(bound=b)) for b in ("lower", "central", "upper")] + [count]
    return found


if __name__ == "__main__":
    main()
