"""The cheapest mixes of measures that close the shortage, and what one more unit would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workforce.contract.about import is_invented
from workforce.contract.evidence import is_borrowed
from workforce.contract.figures import Figures
from workforce.contract.measures import PlaceLimit
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject, estimate, only, pick, whole
from workforce.reports.charts.prices import HIRING, plan_prices
from workforce.reports.charts.words import (
    MILLION,
    NOTHING,
    adding_up,
    in_sentence,
    said_of,
    stamp,
    told,
)
from workforce.texts.catalogue import join_list, number, percent, say

OUT_OF_REACH = "limits"
BY_PRICE = "price"
PLAN = "plan"
FEW_PLACES = 10
"""Of so many the best tenth ends between the two best."""
LEAST_SIZE = 0.05
"""Less of a lever would be written as 0.0."""


@chart("mixes", "measure_costs")
def cheapest_mixes(figures: Figures, subject: Subject) -> Told | None:
    """Set the cheapest mixes side by side: sizes, cost, and the shortage that each leaves."""
    texts, goal = subject.texts, figures.facts.goal
    if subject.sector != "all":
        lacking = "measure_costs" in subject.missing
        return None if lacking else Told(title="heading", notes=("of_all",))
    gaps = pick(figures, subject, "mix_gap", dimension="mix", year=subject.horizon_year)
    mixes = {
        name: value
        for name in gaps["category"]
        if (value := estimate(only(gaps, name))) is not None
    }
    if not mixes:
        return None
    cost, hiring, chance = (
        _by_mix(figures, subject, name) for name in ("mix_cost", "mix_hiring", "mix_chance")
    )
    price = {mix: cost[mix] + hiring.get(mix, 0.0) for mix in mixes}
    sizes, more = (_by_lever(figures, subject, name) for name in ("mix_size", "mix_one_more"))
    levers = list(dict.fromkeys(lever for _, lever in sizes))
    used = [name for name in levers if any(sizes.get((mix, name)) for mix in mixes)]
    sources = figures.facts.cost_sources
    marked = stamp(next((s for n in used if is_invented(s := sources.get(n, ""))), ""), texts)
    used += [one.lever for one in figures.facts.plan if one.lever not in used]
    used = list(dict.fromkeys(used))
    reached, first = OUT_OF_REACH not in mixes, next(iter(mixes))
    rows = [_lever_name(subject, name) for name in used]
    told_of = ("cost", "price", "gap", "chance")
    last = [say(texts, f"mixes.{row}") for row in told_of]
    last.insert(1, say(texts, "measures_effect.part_hiring"))
    table = {"what": [*rows, *last]}
    if (own := _own_plan(figures, subject, used, chance)) is not None:
        table[say(texts, "mixes.plan")] = own
    for place, (mix, gap) in enumerate(mixes.items(), 1):
        heading = _heading(mix, place, subject)
        table[heading] = [_size(subject, name, sizes.get((mix, name), 0.0)) for name in used]
        table[heading] += _prices(subject, cost[mix] / MILLION, price[mix] / MILLION, marked)
        table[heading] += [told(gap, texts), percent(chance[mix], texts, decimals=0)]
    least = 0.05 * (MILLION if reached else 1)  # Less would be written as 0.0.
    return Told(
        table=table,
        said={
            "target": number(goal["target"], texts, decimals=0),
            "probability": percent(goal["probability"], texts, decimals=0),
            "cost": number(price[first] / MILLION, texts, decimals=1),
            "chance": percent(chance[first], texts, decimals=0),
            **said_of("gap", mixes[first], texts),
        },
        title="title" if reached else "title_out_of_reach",
        # The cheapest on paper is what every employer plans to do.
        notes=[
            "note",
            *(["as_today"] if goal.get("as_today") else []),
            "price_note",
            *(["recruits"] if "recruitment" in used else []),
        ],
        more=[
            *_limits(figures, subject),
            *(
                _one_more(subject, mix, gains, reached=reached)
                for mix in mixes
                if (gains := {n: gain for n in used if (gain := more.get((mix, n), 0.0)) >= least})
            ),
        ],
    )


def _heading(mix: str, place: int, subject: Subject) -> str:
    word = {OUT_OF_REACH: "limits", BY_PRICE: "by_price"}.get(mix, "mix")
    return say(subject.texts, f"mixes.{word}", **({"number": place} if word == "mix" else {}))


def _limits(figures: Figures, subject: Subject) -> list[str]:
    """Say how far measures can go here, where that is less than the table of costs allows."""
    told = []
    for lever, limit in figures.facts.limits.items():
        if not limit.binds:
            continue
        told.append(limit_told(lever, limit, subject))
        if limit.reason == "outside" and is_borrowed(subject.region[:2]):
            told.append(say(subject.texts, "lever.inclusion.borrowed"))
    return told


OF_PERSONS = {("pool", "own"), ("pool", "reaches"), ("outside", "own"), ("outside", "most")}
"""Numbers of the limits, by their reason, that are whole persons."""


def limit_told(lever: str, limit: PlaceLimit, subject: Subject) -> str:
    """Say how far a measure can go here, and why."""
    texts = subject.texts
    kind = "pool_none" if limit.reason == "pool" and limit.most < LEAST_SIZE else limit.reason
    if kind == "best_tenth" and limit.places <= FEW_PLACES:
        kind = "best_tenth_few"
    numbers = {"most": limit.most, "own": limit.own, "reaches": limit.reaches}
    said = {
        name: number(value, texts, decimals=0 if (limit.reason, name) in OF_PERSONS else 1)
        for name, value in numbers.items()
    }
    return say(texts, f"mixes.{kind}", name=_lever_name(subject, lever),
               places=number(limit.places, texts), **said)  # fmt: skip


def _by_mix(figures: Figures, subject: Subject, variable: str) -> dict[str, float]:
    rows = pick(figures, subject, variable, dimension="mix", year=subject.horizon_year)
    return dict(rows.select("category", "central").iter_rows())


def _by_lever(figures: Figures, subject: Subject, variable: str) -> dict[tuple[str, str], float]:
    rows = pick(figures, subject, variable, dimension="mix_lever", year=subject.horizon_year)
    found = rows.select("category", "detail", "central").iter_rows()
    return {(mix, lever): value for mix, lever, value in found}


def _lever_name(subject: Subject, lever: str) -> str:
    return say(subject.texts, f"lever.{lever}.title")


def _size(subject: Subject, lever: str, size: float) -> str:
    if not size:
        return NOTHING
    written = number(size, subject.texts, decimals=1, sign=True)
    return say(subject.texts, f"lever.{lever}.size", size=written)


def _prices(
    subject: Subject, cost: float, price: float, marked: str, *, at_least: bool = False
) -> list[str]:
    """Write NOK million that measures cost, what recruitment saves of it, and their sum."""
    texts = subject.texts
    parts = adding_up({"cost": cost, "hiring": price - cost}, price, decimals=1)
    written = {
        name: say(texts, "mixes.million", cost=number(value, texts, decimals=1))
        for name, value in {**parts, "price": sum(parts.values())}.items()
    }
    if at_least:
        for name in ("cost", "price"):
            written[name] = say(texts, "mixes.at_least", cost=written[name])
    hiring = written["hiring"] if parts["hiring"] else NOTHING
    return [f"{written['cost']}{marked}", hiring, f"{written['price']}{marked}"]


def _own_plan(
    figures: Figures, subject: Subject, used: Sequence[str], chance: Mapping[str, float]
) -> list[str] | None:
    """Give the column of the place's own plan; None where it has none, or no price is known."""
    plan, texts = figures.facts.plan, subject.texts
    left = estimate(whole(figures, subject, "missing_fte"), year=subject.horizon_year)
    items, total, _ = plan_prices(figures, subject)
    prices = {name: of for name, of in items.items() if name != HIRING}
    if not plan or left is None or not prices:
        return None
    sizes = {
        lever: ", ".join(
            _size(subject, lever, one.size or 0.0) for one in plan if one.lever == lever
        )
        for lever in used
    }
    saved = items.get(HIRING, {}).get("price", 0.0)
    invented = (figures.facts.cost_sources.get(name, "") for name in prices)
    marked = stamp(next(filter(is_invented, invented), ""), texts)
    return [
        *(sizes[name] or NOTHING for name in used),
        *_prices(
            subject,
            total["price"] - saved,
            total["price"],
            marked,
            at_least=len(prices) < len(plan),
        ),
        told(left, texts),
        percent(chance[PLAN], texts, decimals=0) if PLAN in chance else NOTHING,
    ]


def _one_more(subject: Subject, mix: str, gains: Mapping[str, float], *, reached: bool) -> str:
    """Say what one more unit of each limit would give: a cheaper mix, or a smaller shortage."""
    texts, unit = subject.texts, MILLION if reached else 1
    listed = [
        f"{in_sentence(_lever_name(subject, lever))} ({number(gain / unit, texts, decimals=1)})"
        for lever, gain in gains.items()
    ]
    said = {"list": join_list(listed, texts)}
    if reached:
        return say(texts, "mixes.one_more", number=mix, **said)
    return say(texts, "mixes.one_more_fte", **said)
