"""Time the combination "auto" against one estimation of ETS per series, as a ratio in one run.

Run: ``uv run python benchmarks/forecasting.py``
"""

import time

import numpy as np
import polars as pl

from workforce.forecasting.fitted import estimate_ets
from workforce.forecasting.forecast import forecast
from workforce.forecasting.methods import theta

SERIES, QUARTERS = 20, 40


def main() -> None:
    rng = np.random.default_rng(1)
    season = np.resize([8.6, 7.7, 6.3, 8.3], QUARTERS)
    values = season + np.cumsum(rng.normal(0, 0.15, (SERIES, QUARTERS)), axis=1)
    periods = [f"{2016 + quarter // 4}K{quarter % 4 + 1}" for quarter in range(QUARTERS)]
    table = pl.concat(
        [
            pl.DataFrame({"series": str(name), "period": periods, "value": one})
            for name, one in enumerate(values)
        ]
    )
    # Imports and first calls are not what is timed.
    estimate_ets(season + rng.normal(0, 0.1, QUARTERS), 4)
    start = time.perf_counter()
    for one in values[:, :-1]:
        estimate_ets(one, 4)
    ets = time.perf_counter() - start
    start = time.perf_counter()
    for one in values:
        theta(one, 4, 8)
    thetas = time.perf_counter() - start
    start = time.perf_counter()
    forecast(table, horizon=8, season=4)
    auto = time.perf_counter() - start
    print(f"auto / one estimation of ETS: {auto / ets:.1f}")
    print(f"one estimation of ETS / Theta: {ets / thetas:.0f}")
    print(f"auto: {auto / SERIES:.3f} s for a series of {QUARTERS} quarters")


if __name__ == "__main__":
    main()
