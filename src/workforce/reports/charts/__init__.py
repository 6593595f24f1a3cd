"""Charts of protected figures: each says its finding, its uncertainty and its figures."""

from importlib import import_module
from typing import Any

from workforce.reports.charts.benchmark import benchmark, benchmarks
from workforce.reports.charts.careers import openings, working_years
from workforce.reports.charts.chart import Chart, show
from workforce.reports.charts.competence import (
    competence_drain,
    competence_gap,
    competence_table,
)
from workforce.reports.charts.competence_parts import (
    competence_by_age,
    competence_years,
    drain_by_cause,
    few_holders,
    few_named,
)
from workforce.reports.charts.competence_units import units_covered, units_staffed
from workforce.reports.charts.elsewhere import (
    errors_elsewhere,
    intervals_elsewhere,
    series_elsewhere,
)
from workforce.reports.charts.figures import Subject
from workforce.reports.charts.freed import freed_time
from workforce.reports.charts.graduates import graduates_to_come
from workforce.reports.charts.history import population_history
from workforce.reports.charts.labour_pool import labour_pool, pool_employers, pool_years
from workforce.reports.charts.members import member_moves
from workforce.reports.charts.mixes import cheapest_mixes
from workforce.reports.charts.need import (
    first_of_need,
    key_figures,
    need_by_occupation,
    need_in_post,
    users,
)
from workforce.reports.charts.outlook import (
    alternatives,
    first_shortage,
    norms,
    width_sources,
)
from workforce.reports.charts.pairs import best_moves, shared_tasks
from workforce.reports.charts.population import (
    population_bands,
    population_pyramid,
    working_age_ratio,
)
from workforce.reports.charts.quality import (
    judged_absence,
    judged_population,
    judged_staff,
)
from workforce.reports.charts.quarters import absence_forecast, vacancy_forecast
from workforce.reports.charts.recruitment import measured_shortage, recruitment_need
from workforce.reports.charts.shortage import (
    need_posts_staff,
    scenario_comparison,
    shortage_by_occupation,
    shortage_by_sector,
)
from workforce.reports.charts.staff import exits_by_cause, staff_by_age
from workforce.reports.charts.together import forms_together, over_and_under, shared_posts
from workforce.reports.charts.waterfall import measure_effects, shortage_drivers
from workforce.reports.charts.ways import unqualified, ways_in, ways_to_lead

OF_PAGES = {
    "lights": "workforce.reports.quality",
    "measure_chain": "workforce.reports.mobilisation",
    "measure_plan": "workforce.reports.mobilisation",
    "measure_reach": "workforce.reports.mobilisation",
    "pointers": "workforce.reports.measures",
}
"""Charts that are made of several others, by the module they lie in, which needs this one."""
__all__ = [
    "Chart",
    "Subject",
    "absence_forecast",
    "alternatives",
    "benchmark",
    "benchmarks",
    "best_moves",
    "cheapest_mixes",
    "competence_by_age",
    "competence_drain",
    "competence_gap",
    "competence_table",
    "competence_years",
    "drain_by_cause",
    "errors_elsewhere",
    "exits_by_cause",
    "few_holders",
    "few_named",
    "first_of_need",
    "first_shortage",
    "forms_together",
    "freed_time",
    "graduates_to_come",
    "intervals_elsewhere",
    "judged_absence",
    "judged_population",
    "judged_staff",
    "key_figures",
    "labour_pool",
    "measure_effects",
    "measured_shortage",
    "member_moves",
    "need_by_occupation",
    "need_in_post",
    "need_posts_staff",
    "norms",
    "openings",
    "over_and_under",
    "pool_employers",
    "pool_years",
    "population_bands",
    "population_history",
    "population_pyramid",
    "recruitment_need",
    "scenario_comparison",
    "series_elsewhere",
    "shared_posts",
    "shared_tasks",
    "shortage_by_occupation",
    "shortage_by_sector",
    "shortage_drivers",
    "show",
    "staff_by_age",
    "units_covered",
    "units_staffed",
    "unqualified",
    "users",
    "vacancy_forecast",
    "ways_in",
    "ways_to_lead",
    "width_sources",
    "working_age_ratio",
    "working_years",
]


def __getattr__(name: str) -> Any:
    if name not in OF_PAGES:
        raise AttributeError(f"module 'workforce.reports.charts' has no attribute {name!r}")
    return getattr(import_module(OF_PAGES[name]), name)
