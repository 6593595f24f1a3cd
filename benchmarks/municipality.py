"""Time one municipality in 500 draws, ten years, with and without chance, after imports.

Run: ``uv run python benchmarks/municipality.py``
"""

import time
from pathlib import Path

from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.simulation import simulate

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
DRAWS = 500


def main() -> None:
    start = time.perf_counter()
    inputs = load_inputs(SAMPLE, region="9003", horizon=10)
    print(f"load_inputs: {time.perf_counter() - start:.2f} s")
    project(inputs)
    spent = {}
    for name, seed in (("without chance", None), ("with chance", 1)):
        start = time.perf_counter()
        project(with_draws(inputs, draw_inputs(inputs, draws=DRAWS, seed=1)), seed=seed)
        spent[name] = time.perf_counter() - start
        print(f"draws and projection {name}: {spent[name]:.2f} s")
    start = time.perf_counter()
    simulate(inputs, ["baseline"], draws=DRAWS, seed=1)
    every = time.perf_counter() - start
    print(f"simulate, every result with its interval: {every:.2f} s")
    print(f"with chance / without: {spent['with chance'] / spent['without chance']:.1f}")


if __name__ == "__main__":
    main()
