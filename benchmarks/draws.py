"""Time 100 draws projected together against 100 projections one by one, as a ratio in one run.

Run: ``uv run python benchmarks/draws.py``
"""

import time
from pathlib import Path

from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.draws import draw_inputs, with_draws

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
DRAWS = 100


def main() -> None:
    inputs = load_inputs(SAMPLE, region="9003", horizon=10)
    drawn = draw_inputs(inputs, draws=DRAWS, seed=1)
    start = time.perf_counter()
    together = project(with_draws(inputs, drawn))
    joint = time.perf_counter() - start
    start = time.perf_counter()
    for draw in range(DRAWS + 1):
        alone = project(with_draws(inputs, drawn.isel(draw=[draw])))
    single = time.perf_counter() - start
    last = abs(together["shortage_fte"].isel(draw=-1) - alone["shortage_fte"].isel(draw=0))
    print(f"largest difference: {float(last.max()):.1e} FTE")
    print(f"one by one / together: {single / joint:.1f} ({single:.2f} s / {joint:.2f} s)")


if __name__ == "__main__":
    main()
