"""Where the processor's time of a page goes, from kept figures: `tell_parts`, for `batch`."""

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workforce.batch.kernels import execute, kernel_environment
from workforce.batch.making import _write_notebook
from workforce.batch.stray import STRAY
from workforce.batch.warm_kernels import ADDRESS, warm_kernels
from workforce.reports.export import export_page

BEFORE = """
import time
from workforce.reports.charts import chart
told, drawing, draw = [time.process_time()], [], chart.drawn
def timed(one):
    start = time.process_time()
    html = draw(one)
    drawing.append(time.process_time() - start)
    return html
chart.drawn = timed
"""
AFTER = "print(told[0], sum(drawing), time.process_time())"
"""Cells around those of a notebook, which tell of the processor within its kernel."""


def tell_parts(
    pages: Sequence[Mapping[str, Any]], notebooks: Path, runs: Path, *, whole: float
) -> None:
    """Make pages one after the other in this process, and print what each part of one takes.

    ``whole`` are the seconds of the processor of a page in a run, with what its pages share.
    """
    spent: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        kernel_environment({STRAY: os.devnull}),
        warm_kernels() as address,
        kernel_environment({ADDRESS: address}),
    ):
        out = Path(folder)
        _make(pages[0], notebooks, runs, out, Counter())  # Imports are shared by all pages.
        for page in pages:
            _make(page, notebooks, runs, out, spent)
    own = sum(spent.values()) / len(pages)
    parts = "; ".join(f"{name} {seconds / len(pages):.2f}" for name, seconds in spent.items())
    print(f"  of a page, s processor: {parts}; shared by the pages of a run {whole - own:.2f}")


def _make(
    page: Mapping[str, Any], notebooks: Path, runs: Path, out: Path, spent: Counter[str]
) -> None:
    """Make a page, and add what its parts took."""
    source = notebooks / f"{page['notebook']}.ipynb"
    timed = json.loads(source.read_text(encoding="utf-8"))
    cells = timed["cells"]
    at = next(
        place
        for place, cell in enumerate(cells)
        if "parameters" in cell["metadata"].get("tags", ())
    )
    for place, code in ((len(cells), AFTER), (at + 1, BEFORE)):
        cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": []}
        cells.insert(place, {**cell, "execution_count": None, "id": f"timed-{place}"})
    given = out / source.name
    given.write_text(json.dumps(timed), encoding="utf-8")
    told = {"data": str(runs / "protected"), "run": str(runs), "results": str(out / "r.parquet")}
    start = time.process_time()
    made = execute(given, {**json.loads(page["parameters"]), **told}, timeout_seconds=600)
    executed = time.process_time()
    if made.problem:
        raise RuntimeError(f"{source.name}: {made.problem}")
    begun, drawing, ended = map(float, made.notebook.cells[-1].outputs[0].text.split())
    made.notebook.cells[-1].outputs = []
    path, title = out / "made.ipynb", page["title"] or page["notebook"]
    start_writing = time.process_time()
    _write_notebook(made.notebook, path)
    written = time.process_time()
    export_page(path, out / "made.html", language=page["language"], title=title)
    spent["start of its kernel"] += begun
    spent["drawing"] += drawing
    spent["the rest of its cells"] += ended - begun - drawing
    spent["papermill and its messages"] += executed - start
    spent["writing the notebook"] += written - start_writing
    spent["export"] += time.process_time() - written
