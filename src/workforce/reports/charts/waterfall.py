"""What drives the shortage, and what each measure does: chains of parts from one end to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    LEAST_SHORTAGE,
    Estimate,
    Subject,
    by_variable,
    estimate,
    how_known,
    pick,
    shortage_lines,
    shown,
    whole,
)
from workforce.reports.charts.shapes import row_height
from workforce.reports.charts.style import (
    GREY,
    INK,
    PENS,
    bar,
    canvas,
    line,
    name_rows,
    wrap,
)
from workforce.reports.charts.words import (
    adding_up,
    certainty_word,
    decimals_for,
    interval,
    spoken,
)
from workforce.texts.catalogue import Texts, number, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BASE, HORIZON = "base", "horizon"
NET = "waterfall.axis"
END, MORE, LESS = PENS[0], PENS[1], PENS[2]


@dataclass(frozen=True)
class Link:
    """One link of a chain: its name, its figure, and where it begins."""

    label: str
    value: Estimate
    start: float
    is_end: bool


@chart("drivers", "staff")
def shortage_drivers(figures: Figures, subject: Subject) -> Told | None:
    """Draw how the shortage of the base year becomes that of the horizon, driver by driver."""
    return _waterfall(figures, subject, "shortage_change", "drivers", {}, subject.scenario)


@chart("why", "staff")
def shortage_why(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw what is missing today, and what need and staff add where people come to lack.

    Its ends are what is missing, where no occupation makes up for another, and so never net.
    """
    chain = _missing_chain(figures, subject)
    if chain is None:
        # Where nobody comes to lack, there is nothing to lead to.
        return None if whole(figures, subject, "missing_fte").is_empty() else SILENT
    texts, told = subject.texts, _told_of(chain, figures, subject, "why", {})
    places = _places(chain, texts)
    said = spoken("stop", chain[HORIZON], texts, decimals=places)
    return replace(told, said=said | {"start": number(chain[BASE].central, texts, decimals=places)})


def _missing_chain(figures: Figures, subject: Subject) -> dict[str, Estimate] | None:
    """Lead from what is missing today to the horizon by need and staff of those who come to lack.

    Those that lack today and no longer then are a step by themselves. None where nobody comes to
    lack.
    """
    missing = whole(figures, subject, "missing_fte")
    now, then = (estimate(missing, year=year) for year in (subject.base_year, subject.horizon_year))
    grown = lacking_parts(figures, subject)
    if now is None or then is None or not {"today", "need", "staff"} <= set(grown):
        return None
    if then.central < LEAST_SHORTAGE:
        return None
    steps = {"left": grown["today"] - now.central, "need": grown["need"], "staff": -grown["staff"]}
    return {
        BASE: now,
        **{
            f"{name}_{'less' if fte < 0 else 'more'}": Estimate(fte, fte, fte, then.level)
            for name, fte in steps.items()
        },
        HORIZON: then,
    }


def lacking_parts(figures: Figures, subject: Subject) -> dict[str, float]:
    """Give the parts of what comes to lack: of need and staff, and who leaves, in FTE."""
    rows = pick(figures, subject, "lacking_change", sector=subject.sector, occupation="all",
                dimension="lacking_part")  # fmt: skip
    return dict(shown(rows).select("category", "central").iter_rows())


def why_steps(figures: Figures, subject: Subject) -> dict[str, float]:
    """Give the steps of `shortage_why`, rounded as it does, so that texts agree."""
    chain = _missing_chain(figures, subject)
    if chain is None:
        return {}
    told = _adding_up(chain, subject.texts)
    return {n.partition("_")[0]: one.central for n, one in told.items() if "_" in n}


@chart("measures_effect", "staff")
def measure_effects(
    figures: Figures,
    subject: Subject,
    *,
    labels: Mapping[str, str] | None = None,
    scenario: str | None = None,
) -> Told | None:
    """Draw what each measure does to the shortage at the horizon.

    ``labels`` are names of measures, those of the catalogue by lever when left out; ``scenario`` is
    the name that the rows go under.
    """
    return _waterfall(figures, subject, "measure_effect", "measures_effect", labels or {}, scenario)


def measure_steps(figures: Figures, subject: Subject) -> tuple[dict[str, Estimate], int]:
    """Give what each measure does to the net, rounded as `measure_effects` does, and the decimals.

    A place that tells of a measure by these tells the same figure everywhere.
    """
    values, texts = _values(figures, subject, "measure_effect", subject.scenario), subject.texts
    if not values:
        return {}, 0
    steps = _adding_up(values, texts)
    return {n: one for n, one in steps.items() if n not in (BASE, HORIZON)}, _places(values, texts)


def draw_waterfall(chain: Sequence[Link], texts: Texts, axis: str = NET) -> Figure:
    """Draw a chain from the top down: bars at its ends, steps up and down between them.

    Steps up have a plus and steps down a minus in the name of their row, so that nothing leans on
    colour; a whisker at the far end of a step is its interval.
    """
    decimals = decimals_for(max(abs(one.value.central) for one in chain), texts)
    labels = [f"{wrap(one.label, 32)}\n{wrap(_told(one, texts, decimals), 32)}" for one in chain]
    figure, (axes,) = canvas(1.0 + row_height(labels) * len(chain))
    edges = [0.0]
    for place, one in enumerate(chain):
        stop = one.start + one.value.central
        pen = END if one.is_end else MORE if one.value.central >= 0 else LESS
        bar(axes, place, one.value.central, left=one.start, height=0.6, facecolor=pen.colour,
            alpha=0.88, linewidth=0)  # fmt: skip
        ends = [one.start + one.value.lower, one.start + one.value.upper]
        if round(one.value.lower, decimals) != round(one.value.upper, decimals):
            line(axes, ends, [place, place], color=INK, linewidth=1.5, marker="|", markersize=9)
        if one.value.central == 0:  # The chain goes on through a step that is nought.
            line(axes, [stop, stop], [place - 0.3, place + 0.3], color=GREY, linewidth=1)
        if place + 1 < len(chain):
            line(axes, [stop, stop], [place + 0.3, place + 0.7], color=GREY, linewidth=1)
        edges += [one.start, stop, *ends]
    axes.axvline(0, color=GREY, linewidth=1)
    width = max(edges) - min(edges) or 1.0
    axes.set_xlim(min(edges) - 0.03 * width * (min(edges) < 0), max(edges) + 0.03 * width)
    name_rows(axes, labels, texts, x=say(texts, axis))
    return figure


def _waterfall(
    figures: Figures,
    subject: Subject,
    variable: str,
    words: str,
    labels: Mapping[str, str],
    scenario: str | None,
) -> Told | None:
    values = _values(figures, subject, variable, scenario or subject.scenario)
    if BASE not in values or HORIZON not in values:
        return None
    return _told_of(values, figures, subject, words, labels)


def _values(
    figures: Figures, subject: Subject, variable: str, scenario: str
) -> dict[str, Estimate]:
    rows = pick(
        figures, subject, variable, sector=subject.sector, occupation="all", dimension="part",
        scenario=scenario, year=subject.horizon_year,
    )  # fmt: skip
    if rows.is_empty():
        return {}
    order = by_variable(figures)[(variable,)]["category"].unique(maintain_order=True)
    of = rows.partition_by("category", as_dict=True)
    found = {name: estimate(of[(name,)]) for name in order if (name,) in of}
    return {name: value for name, value in found.items() if value is not None}


def _places(values: Mapping[str, Estimate], texts: Texts) -> int:
    return decimals_for(max(abs(one.central) for one in values.values()), texts)


def _told_of(
    values: Mapping[str, Estimate],
    figures: Figures,
    subject: Subject,
    words: str,
    labels: Mapping[str, str],
) -> Told:
    """Tell a chain: its ends by `BASE` and `HORIZON`, and its steps in between."""
    texts = subject.texts
    values = _adding_up(values, texts)
    known = "" if words == "measures_effect" else how_known(shortage_lines(figures, subject))
    chain = _chain(values, subject, words, labels, known)
    most = max(abs(one.value.central) for one in chain)
    places, axis = decimals_for(most, texts), "why.axis" if words == "why" else NET
    return Told(
        lambda: draw_waterfall(chain, texts, axis),
        {
            "what": [one.label for one in chain],
            axis: [_told(one, texts, places) for one in chain],
        },
        said={
            "start": net_words(values[BASE], texts, span=False, beside=most),
            "stop": net_words(values[HORIZON], texts, beside=most),
        },
        title=f"title{known}",
        alt="waterfall.alt",
        parts=[
            f"{one.label} {number(one.value.central, texts, decimals=places, sign=True)}"
            for one in chain
            if not one.is_end
        ],
        notes=("note",),
    )


def net_words(value: Estimate, texts: Texts, *, span: bool = True, beside: float = 0.0) -> str:
    """Say what is missing net, or what is more than needed, as coarsely as what it is beside."""
    decimals = decimals_for(max(abs(value.central), abs(beside)), texts)
    said = net_spoken(value, texts, decimals=decimals)
    key = "waterfall.net_over" if value.central < 0 else "waterfall.net_missing"
    return say(texts, key, fte=said[0], span=said[1] if span else "")


def net_spoken(value: Estimate, texts: Texts, *, decimals: int) -> tuple[str, str]:
    """Write a net shortage without a minus, and its interval: "2", " (3 over to 12 missing)"."""
    said = spoken("it", value.scaled(-1.0) if value.central < 0 else value, texts,
                  decimals=decimals)  # fmt: skip
    ends = [round(end, decimals) for end in (value.lower, value.upper)]
    if not ends[0] < 0 < ends[1]:
        return said["it"], said["it_span"]
    lower, upper = (
        say(texts, f"waterfall.{side}_end", fte=number(abs(end), texts, decimals=decimals))
        for side, end in zip(("over", "missing"), ends, strict=True)
    )
    word = certainty_word(value, texts)
    key = "chart.span_said" if word else "chart.span"
    return said["it"], f" {say(texts, key, word=word, lower=lower, upper=upper)}"


def _told(link: Link, texts: Texts, decimals: int) -> str:
    """Write the figure of a link; an end that is more than needed says so, and has no minus."""
    if link.is_end:
        return "".join(net_spoken(link.value, texts, decimals=decimals))
    return interval(link.value, texts, decimals=decimals, sign=True)


def _adding_up(values: Mapping[str, Estimate], texts: Texts) -> dict[str, Estimate]:
    """Round the steps of a chain so that they lead from one printed end to the other."""
    places, chained = _places(values, texts), BASE in values and HORIZON in values
    ends = {name: round(values[name].central, places) for name in (BASE, HORIZON) if chained}
    steps = {name: one.central for name, one in values.items() if name not in ends}
    if steps and chained:
        steps = adding_up(steps, ends[HORIZON] - ends[BASE], decimals=places)
    steps = {name: round(one, places) for name, one in steps.items()}
    told = {
        name: replace(one, central=ends[name] if name in ends else steps[name])
        for name, one in values.items()
    }
    return {
        name: one if values[name].is_uncertain
        else replace(one, lower=one.central, upper=one.central)
        for name, one in told.items()
    }  # fmt: skip


def _chain(
    values: Mapping[str, Estimate],
    subject: Subject,
    words: str,
    labels: Mapping[str, str],
    known: str,
) -> list[Link]:
    """Lay the parts end to end; one that is nought in all draws is left out.

    ``known`` is how the shortage at the start is known (`how_known`).
    """
    texts, at = subject.texts, values[BASE].central
    years = {BASE: subject.base_year, HORIZON: subject.horizon_year}
    if words == "measures_effect":  # without measures and with them, both at the horizon
        years[BASE] = subject.horizon_year

    def end(name: str) -> Link:
        key = f"{words}.{name}{known if name == BASE else ''}"
        label = say(texts, key, year=str(years[name]))
        if values[name].central < 0:
            label = say(texts, "waterfall.over", label=label)
        return Link(label, values[name], 0.0, is_end=True)

    chain = [end(BASE)]
    for name, value in values.items():
        if name in years or (value.central == 0 and not value.is_uncertain):
            continue
        label = labels.get(name) or say(texts, f"{words}.part_{name}")
        chain.append(Link(label, value, at, is_end=False))
        at += value.central
    return [*chain, end(HORIZON)]
