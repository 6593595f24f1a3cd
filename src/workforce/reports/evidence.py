"""The evidence card of a measure: what it rests on, how fast, how far, how sure, and for whom."""

from __future__ import annotations

from workforce.contract.about import is_source
from workforce.contract.evidence import Evidence, evidence_of, is_borrowed, outside_work
from workforce.contract.figures import Figures
from workforce.contract.levers import lever_terms
from workforce.contract.measures import Measure
from workforce.reports.charts.figures import Subject, pick
from workforce.reports.charts.mixes import limit_told
from workforce.reports.charts.waterfall import measure_steps
from workforce.reports.charts.words import HARDLY_FTE, stamp
from workforce.reports.discussion import describe_measure, how_many
from workforce.reports.mobilisation import measure_name, tasks_that_end, worked_already
from workforce.reports.money import price_per_fte, price_written, prices_told
from workforce.reports.page import described, note, section
from workforce.reports.report import Report
from workforce.texts.catalogue import number, percent, say

BESIDE = {"absence": "absence_rate", "turnover": "turnover", "position_share": "mean_position"}
"""What of the comparison with other places a lever moves, in shares where it counts points."""
Card = list[tuple[str, str]]


def show_evidence(report: Report) -> None:
    """Show the card of every measure of the plan; nothing without a plan or without staff."""
    figures, subject = report.figures, report.subject
    if not figures.facts.plan or "staff" in subject.missing:
        return
    texts = subject.texts
    section(say(texts, "section.mobilisation_evidence"), say(texts, "evidence.intro"))
    for one in figures.facts.plan:
        what = describe_measure(figures, subject, one)[0]
        described(measure_name(one, subject), [what, *card(figures, subject, one)])
    unfounded = [one for one in figures.facts.plan if not is_founded(one)]
    if unfounded:
        names = ", ".join(measure_name(one, subject) for one in unfounded)
        note(say(texts, "evidence.unfounded", names=names))


def is_founded(measure: Measure) -> bool:
    """Whether a measure rests on a source, in the plan or of what is known of its lever."""
    own = (measure.source or {}).values()
    known = evidence_of(measure.lever, measure.step).source
    return any(map(is_source, filter(None, [known, *own])))


def card(figures: Figures, subject: Subject, measure: Measure) -> Card:
    """Tell of a measure what its effect rests on, and what would have to be true."""
    texts = subject.texts
    of_lever = measure.lever if f"lever.{measure.lever}.time" in texts.entries else "other"
    return [
        *grounds(figures, subject, measure),
        (say(texts, "evidence.when"), _when(measure, subject)),
        (say(texts, "evidence.whom"), how_many(figures, subject, measure)),
        (say(texts, "evidence.shifts"), say(texts, f"lever.{of_lever}.time")),
    ]


def grounds(figures: Figures, subject: Subject, measure: Measure) -> Card:
    """Tell of a measure what it ends and rests on, its effect and money, and what must be true."""
    texts, known = subject.texts, evidence_of(measure.lever, measure.step)
    lever = measure.lever if f"lever.{measure.lever}.requires" in texts.entries else "other"
    found = [
        ("ends", _ends(measure, subject)),
        ("rests", _rests_on(measure, known, subject)),
        ("outside", _outside(measure, subject)),
        ("pace", _pace(measure, known, subject)),
        ("reach", _within_reach(figures, measure, subject)),
        ("effect", _effect(figures, measure, known, subject)),
        ("money", _money(figures, measure, subject)),
        ("requires", say(texts, f"lever.{lever}.requires")),
    ]
    return [(say(texts, f"evidence.{head}"), said) for head, said in found if said]


def _ends(measure: Measure, subject: Subject) -> str:
    if not measure.ends:
        return tasks_that_end(measure, subject)
    tasks = "; ".join(one[subject.texts.language] for one in measure.ends)
    return f"{tasks[:1].upper()}{tasks[1:]}."


def _rests_on(measure: Measure, known: Evidence, subject: Subject) -> str:
    texts = subject.texts
    told = []
    own = (measure.source or {}).get(texts.language)
    if own:
        told.append(say(texts, "evidence.own_source", source=own))
    if f"lever.{measure.lever}.rests" in texts.entries:
        told.append(say(texts, f"lever.{measure.lever}.rests"))
    weeks = measure.step.get("weeks") or 0.0
    learning = f"lever.{measure.lever}.{'weeks' if weeks else 'no_weeks'}"
    if learning in texts.entries:
        told.append(say(texts, learning, weeks=number(float(weeks), texts)))
    if known.source:
        told.append(say(texts, "evidence.source", source=known.source))
    if not is_founded(measure):
        told.append(say(texts, "evidence.no_source"))
    return " ".join(told)


def _outside(measure: Measure, subject: Subject) -> str:
    """Tell who is outside work nearby, and what of a measure that recruits them is not counted."""
    if measure.lever != "inclusion":
        return ""
    texts, county = subject.texts, subject.region[:2]
    name, unemployed, reduced = outside_work().get(county) or outside_work()[""]
    here = "nearby" if county in outside_work() else "in_the_nation"
    said = {
        "county": name,
        "unemployed": number(unemployed, texts),
        "reduced": number(reduced, texts),
    }
    told = [say(texts, f"lever.inclusion.{here}", **said)]
    if is_borrowed(county):
        told.append(say(texts, "lever.inclusion.borrowed"))
    own = measure.step.get("outside")
    key = "no_outside" if own is None else "own_outside"
    told.append(say(texts, f"lever.inclusion.{key}", outside=number(float(own or 0.0), texts)))
    return " ".join(told)


def _pace(measure: Measure, known: Evidence, subject: Subject) -> str:
    """Set the best pace seen anywhere beside that of the plan."""
    texts = subject.texts
    size = abs(measure.size or 0.0)
    start = measure.start_year or subject.base_year
    years = max((measure.end_year or start) - start, 1)
    yearly = _sized(measure, size / years, subject)
    if known.pace is None:
        return say(texts, "evidence.pace_unknown", own=yearly)
    said = say(
        texts, "evidence.pace_seen", own=yearly, source=known.pace_source,
        best=_sized(measure, known.pace, subject),
    )  # fmt: skip
    return f"{said} {say(texts, 'evidence.too_fast')}" if size / years > known.pace else said


def _sized(measure: Measure, size: float, subject: Subject, *, whole: bool = False) -> str:
    decimals = 0 if whole else 1 if abs(size) >= 0.1 else 2
    written = number(size, subject.texts, decimals=decimals)
    return say(subject.texts, f"lever.{measure.lever}.size", size=written)


def _within_reach(figures: Figures, measure: Measure, subject: Subject) -> str:
    """Tell the ceiling of a measure, or how far the comparison group is ahead in what it moves."""
    texts = subject.texts
    if measure.most is not None:
        whole = float(measure.most).is_integer()
        most = _sized(measure, measure.most, subject, whole=whole)
        return say(texts, "evidence.ceiling", most=most)
    if figures.table.filter(dimension="benchmark").is_empty():
        return ""  # Nobody was compared with on this page.
    variable = BESIDE.get(measure.lever)
    if variable is None:
        return _limit(figures, measure, subject)
    rows = figures.table.filter(
        dimension="benchmark", variable=variable, sector=_sector_of(measure)
    )
    values = {
        region: central
        for kind in ("observed", "drawn")  # What is estimated from few events comes last.
        for region, central in rows.filter(category=kind).select("region", "central").iter_rows()
    }
    group = next((code for code in values if code != subject.region), None)
    if group is None or values.get(subject.region) is None or values[group] is None:
        return _limit(figures, measure, subject)
    ahead = 100.0 * (values[group] - values[subject.region])
    ahead *= lever_terms()[measure.lever].helps
    if ahead <= 0.05:
        return say(texts, "evidence.reach_none")
    said = say(texts, "evidence.reach_ahead", gap=_sized(measure, ahead, subject))
    return f"{said} {_beside(measure, ahead, subject)}"


def _limit(figures: Figures, measure: Measure, subject: Subject) -> str:
    """Tell how far a measure can go here, where there is nobody to compare with."""
    limit = figures.facts.limits.get(measure.lever)
    if limit is None:
        return say(subject.texts, "evidence.reach_unknown")
    said = limit_told(measure.lever, limit, subject)
    return f"{said} {_beside(measure, limit.most, subject)}"


def _beside(measure: Measure, most: float, subject: Subject) -> str:
    beyond = abs(measure.size or 0.0) > most
    return say(subject.texts, "evidence.reach_beyond" if beyond else "evidence.reach_within")


def _sector_of(measure: Measure) -> str:
    return measure.sectors[0] if len(measure.sectors) == 1 else "all"


def _effect(figures: Figures, measure: Measure, known: Evidence, subject: Subject) -> str:
    """Tell the FTE that a measure gives, low, likely and high, and what is assumed of them."""
    texts = subject.texts
    steps, decimals = measure_steps(figures, subject)
    value = steps.get(measure.name)
    assumed = say(
        texts, "evidence.assumed" if known.low < known.high else "evidence.as_planned",
        low=percent(known.low, texts, decimals=0), high=percent(known.high, texts, decimals=0),
        middle=percent(known.middle, texts, decimals=0),
    )  # fmt: skip
    if value is None:
        return assumed
    given, worked = value.scaled(-1.0), worked_already(figures, subject, measure)
    if max(abs(given.lower), abs(given.upper)) < HARDLY_FTE:
        return f"{say(texts, 'evidence.hardly', year=subject.horizon_year)}{worked} {assumed}"
    central, low, high = (
        number(amount, texts, decimals=decimals)
        for amount in (given.central, given.lower, given.upper)
    )
    key = "evidence.fte" if given.is_uncertain else "evidence.fte_alone"
    if not given.is_uncertain and known.low < known.high and not worked and known.middle > 0:
        key = "evidence.fte_from_to"
        low, high = (
            number(given.central * end / known.middle, texts, decimals=decimals)
            for end in (known.low, known.high)
        )
    said = say(
        texts, key, central=central, low=low, high=high, year=subject.horizon_year,
        level=percent(given.level, texts, decimals=0),
    )  # fmt: skip
    return f"{said}{worked} {assumed}"


def _money(figures: Figures, measure: Measure, subject: Subject) -> str:
    """Tell the price of a measure a year, and of an FTE that it gives."""
    texts = subject.texts
    rows = pick(figures, subject, "measure_money", dimension="money", year=subject.horizon_year)
    items = dict(rows.filter(category=measure.name).select("detail", "central").iter_rows())
    if not items or subject.sector != "all":
        return ""
    if "price" not in items:
        return say(texts, "evidence.money_unknown")
    marked = stamp(figures.facts.cost_sources.get(measure.name), texts)
    running, once, price = (
        prices_told(figures, subject, column).get(measure.name, 0.0)
        for column in ("running", "investment", "price")
    )
    written, nothing = (price_written(amount, figures, subject) for amount in (once, 0.0))
    # The wages of a day back from absence, say, are paid already.
    paid = price_written(price - running - once, figures, subject) != nothing
    # What is paid already is taken off, so that a price may be less than its running cost.
    key = "evidence.price_less" if running > price + 1e-9 else "evidence.price"
    if key == "evidence.price" and written != nothing:
        key = "evidence.price_once"
    said = say(
        texts, key, price=price_written(price, figures, subject), once=written,
        wages=say(texts, "evidence.with_wages") if paid else "",
        running=f"{price_written(running, figures, subject)}{marked}",
    )  # fmt: skip
    step = measure_steps(figures, subject)[0].get(measure.name)
    each = "" if step is None else price_per_fte(price, -step.central, subject)
    return f"{said} {say(texts, 'evidence.each', each=each)}" if each else said


def _when(measure: Measure, subject: Subject) -> str:
    start = measure.start_year or subject.base_year
    end = measure.end_year or start
    key = "evidence.over" if end > start else "evidence.at_once"
    if start <= subject.base_year:  # A page is made later than that, of what is not done yet.
        key += "_start"
    return say(subject.texts, key, start=start, end=end)
