"""Charts that judge: what would have been forecast some years ago, against what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Estimate, Subject, estimate_of, pick, shown
from workforce.reports.charts.population import BANDS, OLDEST, band_name
from workforce.reports.charts.style import BLUE, INK, ORANGE, canvas, name_rows, wrap
from workforce.reports.charts.words import decimals_for, interval, sector_name
from workforce.texts.catalogue import Texts, number, percent, quarter_name, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OBSERVED, MADE_AGAIN = "observed", "made_again"


LEAST = 20
"""A sector that shows fewer is not judged where counts were rounded. [persons]"""


@dataclass(frozen=True)
class Judged:
    """One forecast, made again with what was known then, and what came."""

    label: str
    forecast: Estimate
    outcome: float

    @property
    def inside(self) -> bool:
        """Whether the outcome lies within the interval."""
        return self.forecast.lower <= self.outcome <= self.forecast.upper


@chart("judged_population")
def judged_population(figures: Figures, subject: Subject) -> Told:
    """Set the inhabitants forecast from an earlier year against those of the base year."""
    rows = _made_again(figures, subject, "population_by_band")
    return _judged(population_judged(figures, subject), figures, subject, rows)


@chart("judged_staff")
def judged_staff(figures: Figures, subject: Subject) -> Told:
    """Set the staff forecast from an earlier year against those of the base year.

    On a public page the sectors that show fewer than a least are not judged, for the rounding
    would decide; a sentence says so.
    """
    rows, named = _made_again(figures, subject, "headcount"), staff_judged(figures, subject)
    outcomes = [outcome for _, outcome in _pairs(figures, subject, rows, "sector").values()]
    few = len(named) < sum(outcome > 0 for outcome in outcomes)
    more = say(subject.texts, "judged.too_few", least=LEAST) if few else ""
    return _judged(named, figures, subject, rows, more=more)


@chart("judged_absence")
def judged_absence(figures: Figures, subject: Subject) -> Told:
    """Set sickness absence forecast a year ahead against what came in the latest quarter."""
    rows = pick(figures, subject, "absence_rate", dimension="quarter_judged", scenario=MADE_AGAIN)
    latest = str(rows["category"].max())
    rows = rows.filter(pl.col("category") == latest)
    pairs = _pairs(figures, subject, rows, "sector")
    named = [Judged(sector_name(subject, code), *pair) for code, pair in pairs.items()]
    if not named:
        return _nothing(subject, rows)
    return _told(named, subject, {"quarter": quarter_name(latest, subject.texts)},
                 axis="judged_absence.axis", share=True)  # fmt: skip


def population_judged(figures: Figures, subject: Subject) -> list[Judged]:
    """Return each band of ages with its forecast and outcome in the base year."""
    pairs = _pairs(
        figures, subject, _made_again(figures, subject, "population_by_band"), "category"
    )
    named = [name for name in BANDS if name in pairs and pairs[name][1] > 0]
    # The sum of the oldest is judged only where they are not, each by itself.
    if not set(BANDS[-2:]) & set(named) and pairs.get(OLDEST, (None, 0.0))[1] > 0:
        named.append(OLDEST)
    return [Judged(band_name(subject.texts, name), *pairs[name]) for name in named]


def staff_judged(figures: Figures, subject: Subject) -> list[Judged]:
    """Return the staff of each sector with its forecast and outcome in the base year."""
    pairs = _pairs(figures, subject, _made_again(figures, subject, "headcount"), "sector")
    least = 0.0 if figures.rounded_to is None else LEAST - 0.5
    named = [code for code, pair in pairs.items() if pair[1] > least]
    return [Judged(sector_name(subject, code), *pairs[code]) for code in named]


def _made_again(figures: Figures, subject: Subject, variable: str) -> pl.DataFrame:
    """Pick the forecast of one variable for the base year, made again from an earlier one."""
    if variable == "population_by_band":
        return pick(
            figures, subject, variable, dimension="age_band", scenario=MADE_AGAIN,
            year=subject.base_year,
        )  # fmt: skip
    sector = None if subject.sector == "all" else subject.sector
    return pick(
        figures, subject, variable, sector=sector, occupation="all", scenario=MADE_AGAIN,
        year=subject.base_year,
    )  # fmt: skip


def _judged(
    named: Sequence[Judged],
    figures: Figures,
    subject: Subject,
    rows: pl.DataFrame,
    *,
    more: str = "",
) -> Told:
    if not named:
        return _nothing(subject, rows, more=more)
    said = {"start": str(_start(figures, subject))}
    return _told(named, subject, said, axis="judged.axis", share=False, more=more)


def _told(
    named: Sequence[Judged], subject: Subject, said: dict[str, str], *, axis: str, share: bool,
    more: str = "",
) -> Told:  # fmt: skip
    """Tell how many came out as forecast, and each; a share is judged by its own difference."""
    texts = subject.texts
    words = [_words(one, texts, share=share) for one in named]
    return Told(
        lambda: _draw(named, texts, say(texts, axis), relative=not share),
        {
            "judged.what": [one.label for one in named],
            "judged.forecast": [one["forecast"] for one in words],
            "judged.outcome": [one["outcome"] for one in words],
            "judged.inside": [
                say(texts, "judged.yes" if one.inside else "judged.no") for one in named
            ],
        },
        said={
            "inside": number(sum(one.inside for one in named), texts),
            "count": number(len(named), texts),
            "level": percent(named[0].forecast.level, texts, decimals=0),
            "year": subject.base_year,
            **said,
        },
        alt="judged.alt",
        parts=[
            say(texts, "judged.one", name=one.label, **written)
            for one, written in zip(named, words, strict=True)
        ],
        more=[more],
    )


def _nothing(subject: Subject, rows: pl.DataFrame, *, more: str = "") -> Told:
    """Say why nothing is judged: too few people, too few years, or no such table."""
    reason = "chart.no_figures" if rows.height else "judged.too_short"
    return Told(title="heading", notes=(), more=[more or say(subject.texts, reason)])


def _pairs(
    figures: Figures, subject: Subject, rows: pl.DataFrame, key: str
) -> dict[str, tuple[Estimate, float]]:
    """Pair each shown forecast with its outcome."""
    table = figures.table
    seen = table.filter(
        (pl.col("scenario") == OBSERVED) & (pl.col("region") == subject.region)
    ).select(
        "variable", "sector", "occupation", "dimension", "category", "year",
        outcome=pl.col("central"),
    )  # fmt: skip
    keys = ["variable", "sector", "occupation", "dimension", "category", "year"]
    both = shown(rows).join(seen, on=keys, how="inner").drop_nulls("outcome")
    return {
        str(row[key]): (
            estimate_of(row),
            float(row["outcome"]),
        )
        for row in both.iter_rows(named=True)
    }


def _start(figures: Figures, subject: Subject) -> int:
    """Year that the forecast was made again from: the first outcome is its base year."""
    seen = figures.table.filter(
        (pl.col("scenario") == OBSERVED)
        & (pl.col("region") == subject.region)
        & (pl.col("dimension") == "age_band")
    )
    return int(seen["year"].min())  # type: ignore[arg-type]


def _draw(named: Sequence[Judged], texts: Texts, axis: str, *, relative: bool) -> Figure:
    """Draw each forecast with its interval as a distance from the outcome, which is nought."""
    figure, (axes,) = canvas(1.2 + 0.42 * len(named))
    for place, one in enumerate(named):
        scale = one.outcome if relative else 0.01  # Points of a share.
        low, middle, high = (
            (value - one.outcome) / scale
            for value in (one.forecast.lower, one.forecast.central, one.forecast.upper)
        )
        colour, marker = (BLUE, "o") if one.inside else (ORANGE, "D")
        axes.plot([low, high], [place, place], color=colour, linewidth=3, solid_capstyle="butt",
                  linestyle="-" if one.inside else (0, (2, 1)))  # fmt: skip
        axes.plot([middle], [place], color=colour, marker=marker, markersize=8)
    axes.axvline(0, color=INK, linewidth=1.6)
    name_rows(axes, [wrap(one.label, 30) for one in named], texts, x=axis, share=relative)
    return figure


def _words(one: Judged, texts: Texts, *, share: bool) -> dict[str, str]:
    decimals = 1 if share else decimals_for(one.outcome, texts)
    write = percent if share else number
    return {
        "forecast": interval(one.forecast, texts, decimals=decimals, share=share),
        "outcome": write(one.outcome, texts, decimals=decimals),
    }
