"""Time a redraw of `explore` with one to four measures: the last slider moved, the others standing.

Seconds of the processor in one thread, since others may use the machine, the least of several; as
part of the half second that a redraw may take, and of one projection of the same place, so that
two machines can be compared. All levers that change who comes and goes are the slowest case: each
of their sets steps the staff anew.

Run: ``uv run python benchmarks/explore.py``
"""

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from workforce.explore.panel import Tried, chart_html, draw_tried, open_panel
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
PATIENCE = 0.5  # Seconds that a redraw may take.
TURNS = 9
MOVED = {
    "different kinds": [
        *(("productivity", 2.0), ("turnover", -1.0)),
        *(("absence", -0.5), ("position_share", 2.0)),
    ],
    "all of them staff": [
        *(("turnover", -1.0), ("still_working", 2.0)),
        *(("retirement_age", 1.0), ("recruitment", 5.0)),
    ],
}


def least(run: Callable[[int], object]) -> float:
    """Least seconds of the processor over some turns, the first of which is not counted."""
    spent = []
    for turn in range(TURNS + 1):
        start = time.process_time()
        run(turn)
        spent.append(time.process_time() - start)
    return min(spent[1:])


def redraw(tried: Tried, levers: list[tuple[str, float]], turn: int) -> None:
    """Draw both charts anew, the last lever at a size of its own."""
    *standing, (last, size) = levers
    sizes = [*standing, (last, size * (1 + turn / 10))]
    for chart in draw_tried(tried, tuple((lever, size, 2030) for lever, size in sizes)):
        chart_html(chart)


def main() -> None:
    region = "9006"
    inputs = load_inputs(SAMPLE, region=region, horizon=10)
    settings = {"language": "nb", "quarter": "2026Q4", "seed": 1, "draws": 100}
    tried = open_panel(
        inputs, data=open_folder(SAMPLE), source=SAMPLE, region=region, folder="", **settings
    )
    one = least(lambda _: project(inputs))
    print(f"a projection of {region}: {one:.3f} s")
    for name, levers in MOVED.items():
        for count in range(1, len(levers) + 1):
            spent = least(partial(redraw, tried, levers[:count]))
            print(
                f"{name}, {count} moved: {spent:.3f} s, {spent / PATIENCE:.2f} of half a second, "
                f"{spent / one:.1f} projections"
            )


if __name__ == "__main__":
    main()
