"""What the figures of a small place take: its projections are told, and each is made once."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from workforce.model import population, staff_years, staffing, tally
from workforce.model.demand import required_fte
from workforce.results import observed
from workforce.results.asked import Asked
from workforce.results.pages import page_figures
from workforce.results.place import forget, place_of
from workforce.scenarios import kept
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"

PLAN = {
    "mine": {
        "title": dict.fromkeys(("nb", "nn", "en"), "a"),
        "measures": [
            {"lever": "position_share", "options": {"points": 6}},
            {"lever": "recruitment", "options": {"percent": 5}},
        ],
    }
}
ENGINES = (
    population.project_population,
    required_fte,
    staffing.staff_flows,
    staff_years.sum_staff,
)
"""What every projection of inhabitants, need or staff comes to."""


def ask(page: str, scenario: str = "baseline") -> Asked:
    return Asked(
        page, "9012", scenario, base_year=2026, horizon=2, draws=20, seed=1, quarter="2026Q4",
        scenarios=PLAN,
    )  # fmt: skip


PAGES = [
    ask("overview"),
    ask("labour_shortage"),
    ask("forecast_quality"),
    ask("mobilisation", "mine"),
]


@pytest.fixture(scope="module")
def made():
    """Figures of each page, and what the engines and forecasts were called for meanwhile."""
    projected, loose, forecasts = set(), [], Counter()

    def watched(engine):
        def called(*given, **options):
            projected.add(tally.projections_made())
            if not tally._tally["under_way"]:
                loose.append(engine.__name__)
            return engine(*given, **options)

        return called

    def counted(series, *given, **options):
        forecasts.update(rows.write_csv() for rows in series.partition_by("series"))
        return forecast(series, *given, **options)

    forecast = observed.forecast
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "_kept", {})
        for module in [m for name, m in sys.modules.items() if name.startswith("workforce.")]:
            for engine in ENGINES:
                if vars(module).get(engine.__name__) is engine:
                    patch.setattr(module, engine.__name__, watched(engine))
        patch.setattr(observed, "forecast", counted)
        before = tally.projections_made()
        place = place_of(open_folder(SAMPLE), PAGES)
        loaded = tally.projections_made() - before
        figures = [page_figures(place, page) for page in PAGES]
        forget()
    return figures, loaded, projected, loose, forecasts


def test_whatever_is_projected_for_a_page_is_among_the_projections_it_tells_of(made):
    figures, loaded, projected, loose, _ = made
    told = {one.facts.page: one.facts.projections for one in figures}
    assert not loose
    assert sum(told.values()) + loaded == len(projected)
    # Drivers alone are split by 32 sets of what changes staff, and 4 of what changes the need.
    assert told["mobilisation"] > 36
    assert min(told[page] for page in ("overview", "labour_shortage", "forecast_quality")) > 0


def test_each_quarterly_series_of_a_region_is_forecast_once_for_all_its_pages(made):
    figures, *_, forecasts = made
    shown = [
        one.table.filter(dimension="quarter_ahead")
        for one in figures
        if one.facts.page in ("overview", "labour_shortage")
    ]
    assert all(rows.height for rows in shown)
    assert set(forecasts.values()) == {1}
