"""Seconds of processor for each step of a page: ``python -m benchmarks.run notebook region``.

The cells of the notebook run one after the other in this process, with the tables kept open as a
run keeps them, and what takes long to import is there before: neither the start of a kernel nor
imports count. With ``--again`` the page is made once more, as in another language.
"""

import contextlib
import importlib
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
IMPORTED = (
    *("matplotlib.pyplot", "matplotlib.backends.backend_agg", "IPython.display", "pandas"),
    *("statsmodels.tsa.api", "scipy.stats", "scipy.optimize", "pandera.polars", "nbconvert"),
)


def main() -> None:
    from workforce.sources.tables.folder import keep_open, open_folder

    notebook, region, *more = sys.argv[1:]
    for name in IMPORTED:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as kept:
        keep_open(open_folder(NOTEBOOKS.parent / "data" / "sample"), Path(kept))
        os.environ["WORKFORCE_OPENED"] = kept
        for _ in range(2 if "--again" in more else 1):
            make_page(notebook, {"region": region, "audience": "internal"})


def make_page(notebook: str, parameters: dict[str, Any]) -> None:
    """Run the cells of a notebook and print what each took, and all after its imports."""
    cells = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names: dict[str, Any] = {}
    os.chdir(NOTEBOOKS)
    whole = 0.0
    for place, source in enumerate(sources):
        before = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, notebook, "exec"), names)  # noqa: S102
        spent = time.process_time() - before
        if place == 0:
            names |= parameters
        elif place > 1:
            whole += spent
            print(f"{spent:7.2f}  {source.splitlines()[0][:80]}", flush=True)
    print(f"{whole:7.2f}  {notebook} of {parameters['region']}", flush=True)


if __name__ == "__main__":
    main()
