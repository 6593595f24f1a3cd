"""Say what the figures of a page assume, which depends on what the folder has."""

from workforce.contract.figures import Figures
from workforce.reports.charts.figures import Subject, how_known, shortage_lines
from workforce.reports.flow_evidence import evidence_line, evidence_of, rest_on_others
from workforce.texts.catalogue import say

OF_FLOWS = ("exits", "recruits")


def assumptions(figures: Figures, subject: Subject, *, has_official: bool) -> list[str]:
    """Write the assumptions of a page, each as a sentence."""
    names = ["population_official" if has_official else "population_own"]
    evidence = evidence_of(figures, subject)
    if "staff" not in subject.missing:
        known = "_of_others" if rest_on_others(figures, subject) else ""
        if "staff_flows" in subject.missing:
            known = "_borrowed"
        names += [*(f"{name}{known}" for name in OF_FLOWS), "demand"]
        names.append(f"calibrated{_shortage_known(figures, subject)}")
    elif (figures.table["variable"] == "demand_fte").any():
        names.append("demand")
    said = [say(subject.texts, f"assumption.{name}") for name in names]
    if evidence is None or not evidence.years:
        return said
    return [*said, evidence_line(evidence, subject.texts)]


def _shortage_known(figures: Figures, subject: Subject) -> str:
    """How the shortage of the base year is known, also on a page that has no line of it."""
    lines = shortage_lines(figures, subject)
    if lines.is_empty() and "shortage" in subject.missing:
        return "_estimated"
    return how_known(lines)
