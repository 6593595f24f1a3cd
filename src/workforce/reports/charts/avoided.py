"""Recruitments that measures save over the whole period, and what is over to redirect."""

from __future__ import annotations

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    estimate,
    only,
    pick,
    shortage_lines,
    whole,
)
from workforce.reports.charts.words import adding_up, plain
from workforce.texts.catalogue import number, say

PARTS = ("exits", "growth", "transfers")
LEAST_OVER = 0.5
"""Smallest surplus that is told of. [FTE]"""


def recruitments(figures: Figures, subject: Subject, scenario: str) -> dict[str, float] | None:
    """Give whom to recruit over the whole period, and why; the parts add up as printed."""
    rows = pick(
        figures, subject, "openings", scenario=scenario, sector=subject.sector, occupation="all",
        dimension="opening_part",
    )  # fmt: skip
    found = {part: estimate(only(rows, part)) for part in ("openings", *PARTS)}
    known = {part: value.central for part, value in found.items() if value is not None}
    if len(known) < len(found):
        return None
    total = round(known.pop("openings"))
    return {"openings": total, **adding_up(known, total)}


@chart("avoided", "staff")
def recruitments_avoided(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Set recruitments over the whole period with measures beside those without.

    Where more must be replaced with measures, the reason is told; what is over in some occupations
    is told as what can be redirected.
    """
    if subject.scenario == "baseline":
        return SILENT
    before = recruitments(figures, subject, "baseline")
    after = recruitments(figures, subject, subject.scenario)
    if before is None or after is None:
        return None
    texts = subject.texts
    parts = [part for part in PARTS if before[part] or after[part]] + ["openings"]
    change = {part: after[part] - before[part] for part in parts}
    notes = ["note"]
    if change.get("exits", 0) >= 1:
        grown = _mean_staff(figures, subject, subject.scenario) > _mean_staff(
            figures, subject, "baseline"
        )
        notes.append("larger_staff" if grown else "others_leave")
    over, over_before = (
        estimate(whole(figures, subject, "surplus_fte", scenario=name), year=subject.horizon_year)
        for name in (subject.scenario, "baseline")
    )
    told: dict[str, str | int] = {}
    if over is not None and over_before is not None and over.central >= LEAST_OVER:
        notes.append("redirected")
        told = {"over": plain(over, texts), "over_before": plain(over_before, texts)}
    bought = _bought(figures, subject)
    if bought is not None and bought.central >= LEAST_OVER:
        notes.append("agency")
        told["fte"] = plain(bought, texts)
    return Told(
        table={
            "what": [say(texts, f"avoided.{part}") for part in parts],
            "before": [number(before[part], texts) for part in parts],
            "after": [number(after[part], texts) for part in parts],
            "change": [number(change[part], texts, sign=True) for part in parts],
        },
        said={
            "count": number(abs(change["openings"]), texts),
            "before": number(before["openings"], texts),
            "after": number(after["openings"], texts),
            **told,
        },
        title=f"title_{way(change['openings'])}",
        notes=notes,
    )


def way(change: float) -> str:
    """Say whether a change of persons is fewer, more or the same."""
    return "fewer" if change < 0 else "more" if change > 0 else "same"


def _mean_staff(figures: Figures, subject: Subject, scenario: str) -> float:
    rows = whole(figures, subject, "headcount", scenario=scenario)
    return float(rows["central"].fill_null(0.0).sum()) / max(rows.height, 1)


def _bought(figures: Figures, subject: Subject) -> Estimate | None:
    """FTE bought from agencies or as overtime in the base year, where somebody counted them."""
    rows = shortage_lines(figures, subject)
    return estimate(only(rows, "agency_overtime").filter(occupation="all"))
