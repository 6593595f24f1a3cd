"""Charts of the staff: how old they are and how many are expected to leave, by cause."""

from __future__ import annotations

from collections.abc import Mapping

from workforce.contract.figures import Figures
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    LEAST_FOR_SHARE,
    Subject,
    estimate,
    of_page,
    only,
    pick,
    shown,
)
from workforce.reports.charts.shapes import Line, Lines, Stacks
from workforce.reports.charts.style import ORANGE, PENS, TEAL
from workforce.reports.charts.words import (
    NOTHING,
    adding_up,
    interval,
    persons_told,
    sector_name,
    spoken,
)
from workforce.texts.catalogue import number, percent, say

AGE_GROUPS = ("under_35", "35_54", "55_61", "62_plus")
OLDER = AGE_GROUPS[2:]
CAUSES = ("retired", "left_sector", "moved_municipality", "other")
FILLS = (TEAL, "#8aa4b8", "#d99a5b", ORANGE)


@chart("staff_age", "staff")
def staff_by_age(figures: Figures, subject: Subject) -> Told | None:
    """Draw the share of the staff in each group of ages, a bar for each sector, base year."""
    texts = subject.texts
    rows = pick(figures, subject, "headcount_by_age", dimension="age_group", year=subject.base_year)
    persons: dict[str, dict[str, float]] = {
        str(sector): dict(part.select("category", "central").iter_rows())
        for (sector,), part in of_page(rows, subject).group_by("sector", maintain_order=True)
        if float(part["central"].sum()) > 0
    }
    if subject.sector not in persons:
        return None
    order = sorted(persons, key=lambda code: (code != "all", sector_name(subject, code)))
    names = {sector_name(subject, code): code for code in order}
    many = {code for code, own in persons.items() if sum(own.values()) >= LEAST_FOR_SHARE}

    def share(bar: str, group: str) -> str:
        own = persons[names[bar]]
        if names[bar] not in many:
            return ""
        return percent(age_shares(own).get(group, 0.0), texts, decimals=0)

    def count(sector: str, group: str) -> str:
        """Write a count of a sector by what it may be, and a sum over sectors as it is."""
        value = persons[sector].get(group)
        if value is None:
            return NOTHING
        return number(value, texts) if sector == "all" else persons_told(value, figures, texts)

    own = persons[subject.sector]
    older = sum(own.get(group, 0.0) for group in OLDER)
    groups = {group: say(texts, f"age_group.{group}") for group in AGE_GROUPS}
    return Told(
        Stacks(
            {name: persons[code] for name, code in names.items()
             if code in many or code == subject.sector},
            {group: (groups[group], fill) for group, fill in zip(AGE_GROUPS, FILLS, strict=True)},
            say(texts, "staff_age.axis"), share=True, words=share,
        ),
        {"chart.sector": list(names)}
        | {groups[group]: [count(code, group) for code in order] for group in AGE_GROUPS},
        said={
            "year": subject.base_year,
            "share": percent(sum(age_shares(own).get(group, 0.0) for group in OLDER), texts,
                             decimals=0),
            "persons": number(older, texts),
            "least": LEAST_FOR_SHARE,
        },
        title="title" if subject.sector in many else "title_few",
        notes=["few"] * (not many >= persons.keys() - {subject.sector}),
        parts=[
            f"{name}: {count(subject.sector, code)}" for code, name in groups.items() if code in own
        ],
    )  # fmt: skip


def age_shares(persons: Mapping[str, float]) -> dict[str, float]:
    """Return the share of each group of ages, in whole per cent that make up a hundred."""
    whole = sum(persons.values())
    return adding_up({one: count / whole for one, count in persons.items()}, 1.0, decimals=2)


@chart("exits", "staff")
def exits_by_cause(figures: Figures, subject: Subject) -> Told | None:
    """Draw the persons expected to leave each year, a line for each cause."""
    texts = subject.texts
    rows = pick(
        figures, subject, "exits", sector=subject.sector, occupation="all", dimension="cause"
    )
    first, last = subject.base_year, subject.horizon_year - 1
    ends = [estimate(only(rows, "retired"), year=year) for year in (first, last)]
    if ends[0] is None or ends[1] is None:
        return None
    lines = [
        Line(say(texts, f"cause.{name}"), only(rows, name), pen)
        for name, pen in zip(CAUSES, PENS, strict=False)
        if shown(only(rows, name)).height
    ]
    return Told(
        Lines(lines, "chart.calendar_year", "exits.axis", decimals=0),
        said={"first": first, "last": last}
        | spoken("persons", ends[1], texts)
        | spoken("persons_first", ends[0], texts),
        parts=[
            f"{one.label}: {interval(value, texts)}"
            for one in lines
            if (value := estimate(one.rows, year=last)) is not None
        ],
    )
