"""Tell what the flows of staff stand on, and when to look at them again before acting."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.quality import CATEGORY, DIMENSION, LEAST
from workforce.reports.charts.figures import Estimate, Subject, pick, shown
from workforce.reports.charts.words import sector_name
from workforce.texts.catalogue import Texts, join_list, number, say

FEW_YEARS, FEW_EVENTS = 3, 100
"""Fewer years than this, or fewer exits or recruits, are yellow: 100 events tell a rate within a
fifth, nine times of ten or more."""
HALF, DOUBLE = 0.5, 2.0
YEARS_AHEAD = 10
LEAST_FTE = 20.0
"""Staff of fewer may halve by few persons."""
WHOLE = 0.05
"""Share of the FTE whose flows are borrowed below which a public page counts those of all."""


@dataclass(frozen=True)
class Evidence:
    """Years, exits and recruits behind the rates of a page, and the last of the years.

    ``borrowed`` is the share of the FTE whose rates are others', and ``of_some`` is where the
    counts are those of the services alone that are large enough to be shown.
    """

    years: int
    exits: float
    recruits: float
    last: int
    borrowed: float = 0.0
    of_some: bool = False

    @property
    def is_little(self) -> bool:
        """Whether few years or events lie behind the rates."""
        return self.years < FEW_YEARS or min(self.exits, self.recruits) < FEW_EVENTS


def evidence_of(figures: Figures, subject: Subject) -> Evidence | None:
    """Read the evidence of a page's sector; None where no place of the folder has flows."""
    rows = figures.table.filter(
        pl.col("dimension") == DIMENSION,
        pl.col("category") == CATEGORY,
        pl.col("region") == subject.region,
        pl.col("sector") == subject.sector,
    )
    years = rows.filter(variable="flow_years").drop_nulls("central")
    if years.is_empty():
        return None
    exits, recruits = (
        float(rows.filter(variable=name)["central"].sum())
        for name in ("flow_exits", "flow_recruits")
    )
    borrowed = borrowed_flows(figures, subject)
    of_some = figures.rounded_to is not None and borrowed >= WHOLE
    last = int(years["year"][0])
    return Evidence(int(years["central"][0]), exits, recruits, last, borrowed, of_some)


def borrowed_flows(figures: Figures, subject: Subject) -> float:
    """Give the share of the FTE of a page's sector whose flows are those of others."""
    rows = figures.table.filter(
        pl.col("region") == subject.region, pl.col("sector") == subject.sector,
        variable="borrowed_share", dimension=DIMENSION, category=CATEGORY,
    )  # fmt: skip
    return float(rows["central"].sum())


def recruited(
    figures: Figures, subject: Subject, flows: Mapping[str, Estimate]
) -> dict[str, str | int]:
    """Tell how many FTE were seen to begin in a year: persons, each at what one who comes gives.

    That is what the projection has of ``flows`` and of persons. Few are not told, since they are
    rounded, and neither are those of some services alone.
    """
    evidence = evidence_of(figures, subject)
    rows = pick(figures, subject, "recruits", sector=subject.sector, occupation="all",
                dimension="origin")  # fmt: skip
    persons = shown(rows).group_by("year").agg(pl.col("central").sum())["central"].mean()
    if evidence is None or evidence.of_some or not isinstance(persons, float) or not persons:
        return {}
    if not evidence.years or evidence.recruits < FEW_EVENTS:
        return {}
    each = evidence.recruits / evidence.years * flows["inflow"].central / persons
    seen = number(each, subject.texts)
    return {"seen": seen, "years": evidence.years, "last": evidence.last}


def rest_on_others(figures: Figures, subject: Subject) -> bool:
    """Whether the place of a page has no flows of its own, and others of the folder have some."""
    evidence = evidence_of(figures, subject)
    return evidence is not None and not evidence.years


def evidence_line(evidence: Evidence, texts: Texts) -> str:
    """Write how many years and events lie behind the flows, or that they are others' alone."""
    if not evidence.years:
        return say(texts, "flow_evidence.none")
    key = "flow_evidence.year" if evidence.years == 1 else "flow_evidence.years"
    years = say(texts, key, count=number(evidence.years, texts))
    exits, recruits = (_events(count, texts) for count in (evidence.exits, evidence.recruits))
    key = f"flow_evidence.line{'_some' if evidence.of_some else ''}"
    return say(texts, key, years=years, exits=exits, recruits=recruits)


def _events(count: float, texts: Texts) -> str:
    if count < LEAST:
        return say(texts, "flow_evidence.few", least=number(LEAST, texts))
    # A public count may have been rounded on its way.
    return say(texts, "flow_evidence.about", count=number(round(count, -1), texts))


def flow_notes(figures: Figures, subject: Subject) -> list[tuple[str, str]]:
    """Write what to know before the shortage is read: label and sentence of each note.

    That little lies behind the flows, and that staff halves or doubles.
    """
    if not (figures.table["variable"] == "shortage_fte").any():
        return []
    texts, notes = subject.texts, []
    evidence, doubt = evidence_of(figures, subject), check_flows(figures, subject)
    if evidence is not None and evidence.is_little:
        said = say(texts, "flow_evidence.little", line=evidence_line(evidence, texts))
        if figures.rounded_to and evidence.years and not evidence.of_some:
            said = f"{said} {say(texts, 'flow_evidence.rounded')}"
        notes.append((say(texts, "flow_evidence.little_label"), said))
    if doubt:
        notes.append((say(texts, "flow_evidence.label"), doubt))
    return notes


def check_flows(figures: Figures, subject: Subject) -> str:
    """Ask to check the flows where staff halves or doubles in ten years; empty elsewhere."""
    year = min(subject.horizon_year, subject.base_year + YEARS_AHEAD)
    rows = figures.table.filter(
        (pl.col("variable") == "supply_fte")
        & (pl.col("region") == subject.region)
        & (pl.col("scenario") == "baseline")
        & (pl.col("occupation") == "all")
        & (pl.col("dimension") == "")
        & pl.col("year").is_in([subject.base_year, year])
    )
    texts, found = subject.texts, []
    for what, passed in (
        ("halves", pl.col("then") <= HALF * pl.col("now")),
        ("doubles", pl.col("then") >= DOUBLE * pl.col("now")),
    ):
        paths = rows.group_by("sector", maintain_order=True).agg(
            now=pl.col("central").filter(pl.col("year") == subject.base_year).first(),
            then=pl.col("central").filter(pl.col("year") == year).first(),
        )
        sectors = paths.filter((pl.col("now") >= LEAST_FTE) & passed)["sector"].to_list()
        if "all" in sectors:
            sectors = ["all"]
        if sectors:
            names = [sector_name(subject, sector) for sector in sectors]
            found.append(
                say(texts, f"flow_evidence.{what}", sectors=join_list(names, texts), year=year)
            )
    return " ".join([*found, say(texts, "flow_evidence.check")]) if found else ""
