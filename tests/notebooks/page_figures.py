"""Make the figures of a page as its notebook does, without a kernel and without drawing them."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from workforce.reports.charts import chart

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ASKED = {"draws": 20, "horizon": 2, "audience": "internal", "seed": 1, "quarter": "2026Q4"}


def make_figures(page: str, **given: Any) -> dict[str, Any]:
    """Run the cells of a notebook one after another, and hand back the names they made."""
    read = json.loads((NOTEBOOKS / f"{page}.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.setattr(chart, "png", lambda *_: b"")
        for cell in read["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), page, "exec"), names)  # noqa: S102
                if "parameters" in cell["metadata"].get("tags", []):
                    names |= {**ASKED, **given}
    return names
