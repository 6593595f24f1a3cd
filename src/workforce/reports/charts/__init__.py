"""Charts of protected figures: each says its finding, its uncertainty and its figures.

``charts.staff_by_age(figures, subject)``, of figures and what a page is about: every function that
is declared in a module of this package is found here, and those of `COMPOSED`, made of others.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from workforce.reports.charts.benchmark import benchmarks
from workforce.reports.charts.chart import Chart, show
from workforce.reports.charts.declared import CHARTS
from workforce.reports.charts.figures import Subject

COMPOSED = ("mobilisation", "money", "plan_answer", "quality")
"""Modules of `workforce.reports` with charts, which need this package and come when asked for."""
for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
__all__ = ["Chart", "Subject", "benchmarks", "show", *CHARTS]
globals().update(CHARTS)  # a chart comes before the module of its name


def __getattr__(name: str) -> Any:
    if not name.startswith("_"):
        for module in COMPOSED:
            import_module(f"workforce.reports.{module}")
    if name not in CHARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return CHARTS[name]
