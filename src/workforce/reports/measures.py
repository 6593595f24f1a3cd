"""The table of measures in KS's order: what the figures point to, and what to do next."""

from __future__ import annotations

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.competence import largest_gap
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject
from workforce.reports.charts.quarters import latest_quarters
from workforce.reports.charts.words import (
    certainty,
    decimals_for,
    least_told,
    name_of,
    sector_name,
    spoken,
)
from workforce.reports.findings import occupations, older_staff, page_figure
from workforce.texts.catalogue import number, percent, quarter_name, say


@chart("measures")
def pointers(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out what the figures point to in KS's order: mobilise, develop, recruit, phase out.

    No figure is made here: what is missing is said to be so.
    """
    if "staff" in subject.missing:
        return SILENT
    texts = subject.texts
    points = {
        "mobilise": _mobilise(figures, subject),
        "develop": _develop(figures, subject),
        "recruit": _recruit(figures, subject),
        "phase_out": _phase_out(figures, subject),
    }
    none = say(texts, "measures.no_figure")
    return Told(
        table={
            "order": [say(texts, f"measures.{name}") for name in points],
            "points": [text or none for text in points.values()],
            "next": [say(texts, f"measures.{name}_next") for name in points],
        },
        title="caption",
        prose=True,
    )


def _mobilise(figures: Figures, subject: Subject) -> str:
    texts, parts = subject.texts, []
    older = older_staff(figures, subject)
    if older is not None:
        share = percent(older[1], texts, decimals=0)
        if texts.small_place:
            share = number(older[0], texts)
        parts.append(say(texts, "measures.mobilise_staff", share=share))
    found = latest_quarters(figures, subject, "absence_rate")
    if found is not None:
        one, value, _ = found
        parts.append(
            say(
                texts, "measures.mobilise_absence", sector=sector_name(subject, one.sector),
                quarter=quarter_name(one.told, texts),
                **spoken("rate", value, texts, decimals=1, share=True),
            )
        )  # fmt: skip
    return " ".join(parts)


def _develop(figures: Figures, subject: Subject) -> str:
    texts, found = subject.texts, largest_gap(figures, subject)
    if found is None or found[1].central < least_told(texts):
        return ""
    return say(
        texts, "measures.develop_competence", year=subject.horizon_year,
        name=name_of(subject, "competence", found[0]),
        **spoken("fte", found[1], texts, decimals=decimals_for(found[1].central, texts)),
    )  # fmt: skip


def _recruit(figures: Figures, subject: Subject) -> str:
    year = subject.horizon_year - 1
    need = page_figure(figures, subject, "recruitment_need", year)
    if need is None:
        return ""
    said = spoken("need", need, subject.texts, decimals=decimals_for(need.central, subject.texts))
    return say(subject.texts, "measures.recruit_need", year=year, **said)


def _phase_out(figures: Figures, subject: Subject) -> str:
    texts, found = subject.texts, occupations(figures, subject)
    if not found:
        return ""
    # Only a surplus that is sure to be one is worth pointing to.
    sure = [
        (code, value)
        for code, value in found
        if value.central < 0 and value.agree is not None and certainty(value.agree) == "sure"
    ]
    if not sure:
        return say(texts, "measures.phase_out_none", year=subject.horizon_year)
    code, value = sure[-1]
    surplus = value.scaled(-1.0)
    return say(
        texts, "measures.phase_out_surplus", name=name_of(subject, "occupation", code),
        year=subject.horizon_year,
        **spoken("fte", surplus, texts, decimals=decimals_for(surplus.central, texts)),
    )  # fmt: skip
