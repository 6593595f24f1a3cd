"""Seconds of processor of a run by stage: ``python -m benchmarks.run [PARAMS] [--region CODE]``.

The figures of each region are made in this process as a run makes them, and each page is made in a
kernel, drawn once more in this process to tell drawing from the kernel, and exported. What takes
long to import is there before. Regions and pages come one after the other.
"""

import argparse
import contextlib
import importlib
import io
import json
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
IMPORTED = (
    *("matplotlib.pyplot", "matplotlib.backends.backend_agg", "IPython.display", "pandas"),
    *("statsmodels.tsa.api", "scipy.stats", "scipy.optimize", "pandera.polars", "nbconvert"),
    *("workforce.results.pages", "workforce.reports.notebook", "papermill", "workforce.explore"),
)
MADE_BY = {
    "load": ("load_inputs",),
    "simulate": ("simulate",),
    "quarters": ("observed_rows", "judged_rows"),
    "hindsight": ("hindsight",),
    "widths": ("width_rows",),
    "drivers": ("effect_rows",),
    "mixes": ("mix_rows",),
    "neighbours": ("load_around", "with_neighbours", "with_labour_pool", "with_member_moves"),
}
"""Stages of figures, by the functions of `workforce.results` that they are spent in."""


@dataclass
class Spent:
    """Seconds of processor by stage, and projections by kind of page."""

    seconds: Counter[str] = field(default_factory=Counter)
    projections: Counter[str] = field(default_factory=Counter)

    @contextlib.contextmanager
    def at(self, stage: str, *, children: bool = False) -> Iterator[None]:
        """Count what is spent within, in this process or in those that it waits for."""
        clock = _of_children if children else time.process_time
        before = clock()
        try:
            yield
        finally:
            self.seconds[stage] += clock() - before


def main() -> None:
    """Read the arguments, make the figures and pages, and print what they took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run")
    parser.add_argument("params", nargs="?", default=str(ROOT / "params" / "sample.yaml"))
    parser.add_argument("--region", action="append", help="only these")
    parser.add_argument("--no-pages", action="store_true", help="figures alone")
    asked = parser.parse_args()
    for name in IMPORTED:
        importlib.import_module(name)
    os.environ["MPLBACKEND"] = "agg"
    with tempfile.TemporaryDirectory() as out:
        spent = measure(Path(asked.params), Path(out), asked.region, pages=not asked.no_pages)
    for stage, seconds in spent.seconds.items():
        print(f"{seconds:8.1f}  {stage}")
    print(f"{spent.seconds.total():8.1f}  in all")
    outside = spent.seconds.total() - spent.seconds["kernel"]
    print(f"{outside:8.1f}  outside kernel start and imports")
    for page, count in spent.projections.items():
        print(f"{count:8d}  projections for {page}")
    print(f"{spent.projections.total():8d}  projections in all")


def measure(params_path: Path, out: Path, only: list[str] | None, *, pages: bool) -> Spent:
    """Make what a params file asks for, stage by stage."""
    from workforce.batch.basis import codes_of
    from workforce.batch.figures import needed_by
    from workforce.batch.jobs import expand, with_discussion
    from workforce.batch.params import load_params
    from workforce.contract.figures import keep_figures
    from workforce.inputs import settle_base_year
    from workforce.results import pages as recipes
    from workforce.results import place as places
    from workforce.sources.tables.folder import open_folder
    from workforce.sources.tables.protected import open_for, write_protected

    spent, params = Spent(), load_params(params_path)
    with spent.at("open"):
        folder = open_folder(params.data)
    if params.audience == "public":
        with spent.at("protect"):
            folder = open_for(params.data, audience="public", key=params.key or "")
        write_protected(folder, out / "protected", out)
    codes = codes_of(folder, params.index_language)
    jobs = [
        job
        for job in expand(
            with_discussion(params, codes),
            codes,
            base_year=settle_base_year(folder.tables, params.base_year),
            quarter=params.quarter,
            basis="",
        )
        if only is None or job.region in only
    ]
    with _counted(spent, recipes, places):
        needed = needed_by(jobs, run=out, basis="", lights={}, hide_fte=params.hide_fte)
        for some in needed.values():
            before = spent.seconds.total()
            with spent.at("figures"):
                place = places.place_of(folder, [one.asked for one in some])
                for one in some:
                    made = recipes.page_figures(place, one.asked)
                    one.path.parent.mkdir(parents=True, exist_ok=True)
                    keep_figures(made, one.path)
                    spent.projections[one.asked.page] += made.facts.projections
            whole = spent.seconds.pop("figures")
            # The stages within are told by themselves; what is left lays out rows.
            spent.seconds["rows"] += whole - (spent.seconds.total() - before)
            places.forget()
    data = out / "protected" if params.audience == "public" else params.data
    for job in jobs if pages else ():
        make_page(job, spent, out=out, data=data)
    return spent


def make_page(job: Any, spent: Spent, *, out: Path, data: Path) -> None:
    """Make a page in a kernel, draw it here too, and export it."""
    import nbformat

    from workforce.batch.kernels import execute, kernel_environment
    from workforce.reports.export import export_page

    given = {**job.parameters, "data": str(data), "run": str(out), "results": ""}
    with kernel_environment({}), spent.at("kernel", children=True):
        done = execute(job.source, given, timeout_seconds=600)
    if done.problem:
        raise SystemExit(f"{job.name}: {done.problem}")
    drawn = spent.seconds["draw"]
    with spent.at("draw"):
        draw(job.source, given)
    spent.seconds["kernel"] -= spent.seconds["draw"] - drawn
    nbformat.write(done.notebook, out / "page.ipynb")  # type: ignore[no-untyped-call]
    with spent.at("export"):
        export_page(out / "page.ipynb", out / "page.html", language=job.language, title=job.name)


def draw(notebook: Path, given: dict[str, Any]) -> None:
    """Run the cells of a notebook in this process."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(notebook.parent):
        for cell in cells:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), notebook.name, "exec"), names)  # noqa: S102
                if "parameters" in cell["metadata"].get("tags", []):
                    names |= given


@contextlib.contextmanager
def _counted(spent: Spent, *modules: Any) -> Iterator[None]:
    """Count what the stages of figures take, while within."""
    before = {}
    for stage, functions in MADE_BY.items():
        for name in functions:
            (module,) = (one for one in modules if hasattr(one, name))
            before[name] = module, getattr(module, name)
            setattr(module, name, _timed(before[name][1], spent, stage))
    try:
        yield
    finally:
        for name, (module, function) in before.items():
            setattr(module, name, function)


def _timed(function: Callable[..., Any], spent: Spent, stage: str) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **options: Any) -> Any:
        with spent.at(stage):
            return function(*args, **options)

    return timed


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
