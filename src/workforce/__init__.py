"""Workforce projections for Norwegian municipalities."""

from importlib import import_module
from typing import Any

MODULES = {
    "PageParameters": "workforce.contract.page_parameters",
    "Rounding": "workforce.disclosure.safe_tables",
    "RunSummary": "workforce.batch.summary",
    "apply_scenario": "workforce.scenarios.scenario",
    "apply_transition": "workforce.model.mobility",
    "attribute": "workforce.scenarios.attribution",
    "available_fte": "workforce.model.supply",
    "backtest": "workforce.forecasting.backtest",
    "best_reskilling": "workforce.scenarios.reskilling",
    "calibrate_standard": "workforce.model.demand",
    "check": "workforce.sources.tables.folder",
    "competence_gap": "workforce.model.competence",
    "expected_working_years": "workforce.model.supply",
    "figures": "workforce.results.figures",
    "forecast": "workforce.forecasting.forecast",
    "get_statbank": "workforce.sources.statbank.reading",
    "graduates": "workforce.model.education",
    "import_statbank": "workforce.sources.statbank_saved.importing",
    "learning_gap": "workforce.model.mobility",
    "load_inputs": "workforce.inputs",
    "open_folder": "workforce.sources.tables.folder",
    "open_for": "workforce.sources.tables.protected",
    "open_page": "workforce.reports.notebook",
    "open_panel": "workforce.explore.panel",
    "move_shares": "workforce.model.closed_region",
    "page_parameters": "workforce.contract.page_parameters",
    "probability_from_rate": "workforce.model.rates",
    "project": "workforce.model.projection",
    "project_closed_region": "workforce.model.closed_region",
    "project_population": "workforce.model.population",
    "project_workforce": "workforce.model.supply",
    "protect": "workforce.disclosure.safe_folder",
    "quality": "workforce.inputs.quality",
    "read_jsonstat2": "workforce.sources.statbank.jsonstat",
    "read_staff_register": "workforce.sources.staff_register.register",
    "read_table": "workforce.sources.tables.files",
    "recruitment_need": "workforce.model.shortage",
    "required_fte": "workforce.model.demand",
    "results_table": "workforce.results.table",
    "run": "workforce.batch.runner",
    "score": "workforce.forecasting.scores",
    "seek": "workforce.scenarios.goal_seek",
    "service_users": "workforce.model.demand",
    "shift_use_by_health": "workforce.model.demand",
    "shortage": "workforce.model.shortage",
    "shrink_rates": "workforce.model.rates",
    "show_panel": "workforce.explore.panel",
    "similarity": "workforce.model.mobility",
    "simulate": "workforce.scenarios.simulation",
    "survival_from_mortality": "workforce.model.population",
    "tightness": "workforce.model.shortage",
}
"""Where each public name lies; a module is imported when one of its names is first asked for."""

__all__ = sorted([*MODULES, "__version__", "charts"])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("workforce")
    elif name == "charts":
        value = import_module("workforce.reports.charts")
    elif name in MODULES:
        value = getattr(import_module(MODULES[name]), name)
    else:
        raise AttributeError(f"module 'workforce' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
