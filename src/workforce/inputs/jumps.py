"""Find changes from one year to the next that neither chance nor the usual movement explains."""

import math
from collections.abc import Mapping

import polars as pl

from workforce.contract.between_tables import CAUSES

LEAST = 20.0
"""A cell that has had fewer than this is not judged. [persons, users or FTE]"""
DOUBTFUL, WRONG = 4.0, 8.0
"""Robust z from which a change is yellow, and red."""
USUAL: dict[str, float] = {
    "population": 0.02, "staff": 0.05, "service_use": 0.07, "funded_posts": 0.07,
    "staff_flows": 0.2, "fte_in_post": 0.07,
}  # fmt: skip
"""Least spread of the yearly change of a table, as a logarithm, however calm its years were."""
MEASURES = {"service_use": "users", "funded_posts": "fte", "fte_in_post": "fte"}
_SCALE = 1.4826
"""Makes the median absolute deviation the standard deviation of a normal distribution."""


def jump_findings(
    here: Mapping[str, pl.DataFrame], *, rounded_to: int | None = None
) -> list[dict[str, object]]:
    """Judge the yearly changes of each table of one region.

    The change is a logarithm, r = ln(x1 / x0). It is measured from the median change of the
    series against a spread of its own: z = |r - median| / sqrt(s^2 + 1/x0 + 1/x1), with s the
    scaled median absolute deviation (at least `USUAL`) and 1/x the variance that a count has by
    chance. A series of fewer than four changes is measured from no change.
    """
    found: list[dict[str, object]] = []
    for table, usual in USUAL.items():
        if table not in here or (rounded_to and table == "staff_flows"):
            continue
        off = (rounded_to or 0) / 2 if table != "population" else 0.0
        scores = [
            (*worst_change(series, usual, off=off), sector)
            for sector, series in _series(table, here[table])
        ]
        z, year, sector = max(scores, key=lambda one: one[0], default=(0.0, None, ""))
        light = "red" if z > WRONG else "yellow" if z > DOUBTFUL else "green"
        where = (
            {"sector": "", "year": None} if light == "green" else {"sector": sector, "year": year}
        )
        found.append({"table": table, "check": "jump", "light": light, **where})
    return found + _join_findings(here)


def worst_change(
    series: Mapping[int, float], usual: float, *, off: float = 0.0
) -> tuple[float, int | None]:
    """Find the largest robust z among the changes of a series, and the later of its years."""
    scores = change_scores(series, usual, off=off)
    if not scores:
        return 0.0, None
    year = max(scores, key=lambda one: scores[one])
    return scores[year], year


def change_scores(
    series: Mapping[int, float], usual: float, *, off: float = 0.0
) -> dict[int, float]:
    """Give the robust z of each change of a series that can be judged, by the later year."""
    changes = {
        year: math.log((series[year] + 0.5) / (series[year - 1] + 0.5))
        for year in sorted(series)
        if year - 1 in series and max(series[year], series[year - 1]) >= LEAST
    }
    if not changes:
        return {}
    middle, spread = 0.0, usual
    if len(changes) >= 4:
        middle = _median(list(changes.values()))
        own = _SCALE * _median([abs(change - middle) for change in changes.values()])
        spread = max(own, usual)
    return {
        year: abs(change - middle)
        / math.sqrt(spread**2 + _by_chance(series[year], off) + _by_chance(series[year - 1], off))
        for year, change in changes.items()
    }


def _by_chance(count: float, off: float) -> float:
    """Variance of the logarithm of a count, by chance and by rounding."""
    return 1 / (count + 0.5) + (off / (count + 0.5)) ** 2


def _join_findings(here: Mapping[str, pl.DataFrame]) -> list[dict[str, object]]:
    """Judge the step from the last counted inhabitants to the first projected ones.

    A projection of other borders, or counted twice, shows as a jump there, and in all that is
    projected from it.
    """
    if "population" not in here or "population_projection" not in here:
        return []
    ((_, counted),) = _series("population", here["population"])
    ((_, ahead),) = _series("population_projection", here["population_projection"])
    first = max(counted) + 1
    if first not in ahead:
        return []
    series = {**counted, first: ahead[first]}
    z = change_scores(series, USUAL["population"]).get(first, 0.0)
    light = "red" if z > WRONG else "yellow" if z > DOUBTFUL else "green"
    return [
        {"table": "population_projection", "check": "jump", "light": light, "sector": "",
         "year": first}
    ]  # fmt: skip


def _series(table: str, frame: pl.DataFrame) -> list[tuple[str, dict[int, float]]]:
    """Set the figures of a table in series: of the region, or of each sector, each measure."""
    by = ["sector"] if "sector" in frame.columns else []
    if table == "staff_flows":
        leaves = pl.col("flow").is_in(CAUSES)
        parts = [frame.filter(leaves), frame.filter(~leaves)]
        measured = [(part, "persons") for part in parts]
    elif table == "staff":
        measured = [(frame, "persons"), (frame, "fte")]
    else:
        measured = [(frame, MEASURES.get(table, "persons"))]
    found = []
    for part, measure in measured:
        sums = part.group_by([*by, "year"]).agg(pl.col(measure).sum()).sort([*by, "year"])
        series: dict[str, dict[int, float]] = {}
        for row in sums.iter_rows(named=True):
            series.setdefault(row.get("sector", ""), {})[row["year"]] = row[measure]
        found += list(series.items())
    return found


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
