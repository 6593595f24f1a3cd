"""Make the figures of a page as its notebook does, without a kernel and without drawing them."""

import contextlib
import importlib
import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workforce.forecasting import combine
from workforce.reports.charts import chart
from workforce.scenarios import goal_seek

forecast = importlib.import_module("workforce.forecasting.forecast")  # Its function has its name.

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ASKED = {"draws": 20, "horizon": 2, "audience": "internal", "seed": 1, "quarter": "2026Q4"}


by_season = partial(combine.predict, "seasonal_naive")


def as_they_are(sizes: Any, gaps: Any) -> goal_seek.Effects:
    """Take it that nothing changes around a mix."""
    return goal_seek.Effects(sizes, gaps, np.zeros((len(gaps), len(sizes))))


def make_figures(page: str, *, search: bool = True, **given: Any) -> dict[str, Any]:
    """Run the cells of a notebook one after another, and hand back the names they made.

    Without ``search`` series are forecast by their season alone, and the mixes that reach a goal
    are those of the first program: most of the time goes to these, and little depends on what a
    folder holds.
    """
    read = json.loads((NOTEBOOKS / f"{page}.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.setattr(chart, "drawn", lambda _: "")
        if not search:
            patch.setattr(forecast, "predict", lambda _, *rest, **more: by_season(*rest, **more))
            patch.setattr(goal_seek, "CUTS", 1)
            patch.setattr(goal_seek, "ROUNDS", 1)
            patch.setattr(
                goal_seek, "_effects", lambda _, sizes, gaps, __: as_they_are(sizes, gaps)
            )
        for cell in read["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), page, "exec"), names)  # noqa: S102
                if "parameters" in cell["metadata"].get("tags", []):
                    names |= {**ASKED, **given}
    return names
