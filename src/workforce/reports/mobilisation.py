"""The page on mobilising: KS's seven steps, measures with owner and deadline, and what is left."""

from __future__ import annotations

from datetime import date as day

from workforce.contract.figures import Figures
from workforce.contract.measures import Measure
from workforce.reports.charts.avoided import recruitments, way
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Estimate, Subject, estimate, only, pick, whole
from workforce.reports.charts.waterfall import measure_effects, measure_steps
from workforce.reports.charts.words import NOTHING, adding_up, decimals_for, interval
from workforce.reports.discussion import describe_measure, how_many
from workforce.reports.findings import shortage_figures
from workforce.reports.page import KeyFigure, listing, note, section
from workforce.reports.report import Report
from workforce.texts.catalogue import date, number, say

STEPS = range(1, 8)
DEVELOP, PHASE_OUT = "develop", "phase_out"
LEAST_WORKED = 0.05
"""Fewer FTE of extra hours would be written as 0.0."""


def mobilisation_figures(figures: Figures, subject: Subject) -> list[KeyFigure]:
    """Return the strip: missing without measures and with all of them, and what to recruit."""
    texts, year = subject.texts, subject.horizon_year
    found = []
    for key, scenario in (("without", "baseline"), ("with", subject.scenario)):
        value = estimate(whole(figures, subject, "missing_fte", scenario=scenario), year=year)
        if value is None or (key == "with" and scenario == "baseline"):
            continue
        places = decimals_for(value.central, texts)
        span = interval(value, texts, decimals=places)
        central, _, ends = span.partition(" (")
        found.append(
            KeyFigure(
                say(texts, f"mobilisation.figure_{key}", year=year),
                say(texts, "figure.fte", value=central),
                ends.removesuffix(")"),
            )
        )
    others = shortage_figures(figures, subject)
    avoided = _recruitments(figures, subject)
    return [*found, avoided, others[-1]] if avoided else [*found, *others[-2:]]


def _recruitments(figures: Figures, subject: Subject) -> KeyFigure | None:
    """Whom to recruit over the whole period with measures, and how many fewer that is."""
    texts = subject.texts
    before, after = (
        recruitments(figures, subject, name) for name in ("baseline", subject.scenario)
    )
    if before is None or after is None or subject.scenario == "baseline":
        return None
    saved = after["openings"] - before["openings"]
    said = {"count": number(abs(saved), texts), "before": number(before["openings"], texts)}
    return KeyFigure(
        say(texts, "figure.avoided.label", base=subject.base_year, year=subject.horizon_year),
        say(texts, "figure.persons", value=number(after["openings"], texts)),
        note=say(texts, f"figure.avoided.{way(saved)}", **said),
    )


def show_steps(report: Report) -> None:
    """Show KS's seven steps: what the page gives for each, and what is the place's own to do."""
    texts = report.subject.texts
    section(say(texts, "section.mobilisation_steps"), say(texts, "section.mobilisation_steps_text"))
    listing([say(texts, f"mobilisation.step_{number}") for number in STEPS], numbered=True)
    if not report.figures.facts.plan:
        note(say(texts, "mobilisation.no_measures"))


@chart("mobilisation")
def measure_chain(figures: Figures, subject: Subject) -> Chart:
    """Draw what each measure does to the shortage; silent without measures."""
    plan = figures.facts.plan
    if not plan or "staff" in subject.missing:
        return SILENT
    return measure_effects(
        figures, subject, labels={one.name: measure_name(one, subject) for one in plan}
    )


@chart("mobilisation")
def measure_plan(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out the measures in KS's order: what, effect, owner, deadline, and what is still missing.

    What a measure does is its part of the whole; what is left after it is that of a projection
    with this measure and those above it. Figures that are missing are marked.
    """
    plan = figures.facts.plan
    if not plan or "staff" in subject.missing:
        return SILENT
    texts, year = subject.texts, subject.horizon_year
    steps, places = measure_steps(figures, subject)
    table: dict[str, list[str]] = {
        name: [] for name in ("measure", "kind", "effect", "owner", "deadline", "left")
    }
    for count, one in enumerate(plan, 1):
        scenario = subject.scenario if count == len(plan) else f"after_{count}"
        left = whole(figures, subject, "missing_fte", scenario=scenario)
        what = describe_measure(figures, subject, one)[0][1]
        source = (one.source or {}).get(texts.language)
        rests_on = f" {say(texts, 'mobilisation.rests_on', source=source)}" if source else ""
        ended = tasks_that_end(one, subject)
        worked = worked_already(figures, subject, one)
        told = f"{measure_name(one, subject)}. {what}{worked}{rests_on}"
        table["measure"].append(f"{told} {ended}".strip())
        table["kind"].append(kind_of_measure(one, subject))
        table["effect"].append(
            interval(steps[one.name].scaled(-1.0), texts, decimals=places)
            if one.name in steps
            else NOTHING
        )
        owner = (one.owner or {}).get(texts.language)
        table["owner"].append(owner or say(texts, "mobilisation.nobody"))
        table["deadline"].append(
            date(day.fromisoformat(one.deadline), texts)
            if one.deadline
            else say(texts, "mobilisation.no_deadline")
        )
        table["left"].append(_written(estimate(left, year=year), subject))
    return Told(table=table, title="caption", prose=True)


@chart("older")
def measure_reach(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out whom each measure reaches: how many work there, and how many are 55 or older.

    These may leave before a measure has its effect, and take with them what they have learnt.
    """
    plan = figures.facts.plan
    if not plan or "staff" in subject.missing:
        return SILENT
    return Told(
        table={
            "mobilisation.measure": [measure_name(one, subject) for one in plan],
            "touches": [how_many(figures, subject, one) for one in plan],
        },
        said={"year": subject.base_year},
        title="caption",
        notes=["note"] + ["training"] * any(one.kind == DEVELOP for one in plan),
        prose=True,
    )


def kind_of_measure(measure: Measure, subject: Subject) -> str:
    """Name a measure's kind: phasing out only where it names the tasks that end."""
    named = measure.kind != PHASE_OUT or bool(measure.ends)
    return say(subject.texts, f"mobilisation.kind_{measure.kind if named else 'fewer'}")


def tasks_that_end(measure: Measure, subject: Subject) -> str:
    """Name the tasks that a measure ends, or say that none are named; empty for other kinds."""
    texts = subject.texts
    if measure.kind != PHASE_OUT:
        return ""
    if not measure.ends:
        return say(texts, "mobilisation.no_tasks_end")
    tasks = "; ".join(one[texts.language] for one in measure.ends)
    return say(texts, "mobilisation.tasks_end", tasks=tasks)


def worked_already(figures: Figures, subject: Subject, measure: Measure) -> str:
    """Say what of larger positions is worked as extra hours already, gross and net."""
    found = {
        name: estimate(
            only(
                pick(figures, subject, f"measure_{name}", dimension="part",
                     year=subject.horizon_year),
                measure.name,
            )
        )
        for name in ("gross", "worked")
    }  # fmt: skip
    gross, worked = found["gross"], found["worked"]
    if gross is None or worked is None or worked.central < LEAST_WORKED:
        return ""
    texts, places = subject.texts, decimals_for(gross.central, subject.texts)
    halves = {"worked": worked.central, "net": gross.central - worked.central}
    told = {"gross": gross.central, **adding_up(halves, gross.central, decimals=places)}
    key = "worked_own" if "extra_hours" in measure.step else "worked"
    said = {name: number(value, texts, decimals=places) for name, value in told.items()}
    wanted = measure.step.get("wanted")
    grown = say(texts, f"mobilisation.{key}", **said)
    if wanted is None:  # Whom it reaches tells what is known of what they want.
        return f" {grown}"
    return f" {grown} {say(texts, 'mobilisation.wanted', wanted=number(float(wanted), texts))}"


def measure_name(measure: Measure, subject: Subject) -> str:
    """Name a measure: as its params file does, else by its lever."""
    if measure.title:
        return measure.title[subject.texts.language]
    return subject.texts.entries.get(f"lever.{measure.lever}.title", measure.lever)


def _written(value: Estimate | None, subject: Subject) -> str:
    if value is None:
        return NOTHING
    return interval(value, subject.texts, decimals=decimals_for(value.central, subject.texts))
