"""Time one municipality in 500 draws, ten years, with and without chance, after imports.

Seconds of the processor in one thread, since others may use the machine.

Run: ``uv run python benchmarks/municipality.py``
"""

import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.simulation import simulate

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
DRAWS = 500


def main() -> None:
    start = time.process_time()
    inputs = load_inputs(SAMPLE, region="9003", horizon=10)
    print(f"load_inputs: {time.process_time() - start:.2f} s")
    project(inputs)
    spent = {}
    for name, seed in (("without chance", None), ("with chance", 1)):
        start = time.process_time()
        project(with_draws(inputs, draw_inputs(inputs, draws=DRAWS, seed=1)), seed=seed)
        spent[name] = time.process_time() - start
        print(f"draws and projection {name}: {spent[name]:.2f} s")
    start = time.process_time()
    simulate(inputs, ["baseline"], draws=DRAWS, seed=1)
    every = time.process_time() - start
    print(f"simulate, every result with its interval: {every:.2f} s")
    print(f"with chance / without: {spent['with chance'] / spent['without chance']:.1f}")


if __name__ == "__main__":
    main()
