"""Say what the figures of a page assume, which depends on what the folder has."""

from workforce.disclosure.protection import Publishable
from workforce.reports.charts.figures import Subject, how_known, shortage_lines
from workforce.reports.flow_evidence import evidence_line, evidence_of
from workforce.texts.catalogue import say

OF_STAFF = {
    "exits": "staff_flows",
    "recruits": "staff_flows",
    "demand": "",
}
"""Assumptions about staff, and the table without which they rest on borrowed figures."""


def assumptions(figures: Publishable, subject: Subject, *, has_official: bool) -> list[str]:
    """Write the assumptions of a page, each as a sentence.

    Parameters
    ----------
    figures
        Protected figures of the page.
    subject
        Whom and what the page is about; a table that is missing is not said to be observed.
    has_official
        Whether the population follows the official projection.
    """
    names = ["population_official" if has_official else "population_own"]
    if "staff" not in subject.missing:
        names += [
            f"{name}_borrowed" if table in subject.missing else name
            for name, table in OF_STAFF.items()
        ]
        names.append(f"calibrated{_shortage_known(figures, subject)}")
    elif (figures.table["variable"] == "demand_fte").any():
        names.append("demand")
    said = [say(subject.texts, f"assumption.{name}") for name in names]
    evidence = evidence_of(figures, subject)
    return said if evidence is None else [*said, evidence_line(evidence, subject.texts)]


def _shortage_known(figures: Publishable, subject: Subject) -> str:
    """How the shortage of the base year is known, also on a page that has no line of it."""
    lines = shortage_lines(figures, subject)
    if lines.is_empty() and "shortage" in subject.missing:
        return "_estimated"
    return how_known(lines)
