"""The money of a plan: what each measure costs and saves a year, and what leaving the gap does."""

from __future__ import annotations

from collections.abc import Mapping

from workforce.contract.about import is_invented
from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject, estimate, pick, whole
from workforce.reports.charts.prices import HIRING, plan_prices
from workforce.reports.charts.waterfall import measure_steps
from workforce.reports.charts.words import HARDLY_FTE, MILLION, NOTHING, plain, stamp
from workforce.reports.mobilisation import measure_name
from workforce.texts.catalogue import join_list, number, percent, say

THOUSAND = 1e3
LEAST_PRICED = 5.0
"""Fewest FTE that a plan gives which its price is divided by: less is mostly rounding. [FTE]"""
COLUMNS = ("running", "wages", "saved", "price", "bought", "net")
Money = Mapping[str, float]


@chart("money")
def plan_money(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out what each measure of the plan costs and saves a year, and the price of an FTE.

    A figure that is made up for an example is stamped where it stands.
    """
    plan, texts = figures.facts.plan, subject.texts
    if not plan or "staff" in subject.missing or subject.sector != "all":
        return SILENT
    items, total, decimals = plan_prices(figures, subject)
    if not any(items.values()):
        return SILENT
    called = {one.name: measure_name(one, subject) for one in plan}
    if HIRING in items:
        called[HIRING] = say(texts, "measures_effect.part_hiring")
    once = _once_by_measure(figures, subject)
    steps = measure_steps(figures, subject)[0]
    table: dict[str, list[str]] = {
        "mobilisation.measure": [
            *called.values(), say(texts, "money.total"),
        ],
        "once": [_once(name, once, figures, subject, decimals) for name in called]
        + [_millions(sum(once.values()), subject, decimals) if once else NOTHING],
    }  # fmt: skip
    for column in COLUMNS:
        cells = [
            _cell(items.get(name, {}).get(column), column, name, figures, subject, decimals)
            for name in called
        ]
        known = any(column in money for money in items.values())
        table[_heading(column, figures, subject)] = [
            *cells,
            number(total[column], subject.texts, decimals=decimals) if known else NOTHING,
        ]  # fmt: skip
    word, said = _price_words(figures, subject, items, total["price"], decimals)
    table["each"] = [
        *(
            price_per_fte(items[name]["price"], -steps[name].central, subject) or NOTHING
            if name in items and name in steps
            else NOTHING
            for name in called
        ),
        said["each"],
    ]
    few = [
        "few" for one in plan
        if "price" in items.get(one.name, {}) and one.name in steps
        and -steps[one.name].central < LEAST_PRICED
    ][:1]  # fmt: skip
    return Told(
        table=table,
        said=said,
        title=word,
        notes=("note", *few, f"wages_{figures.facts.wage_basis}"),
        more=[
            *_contribution(figures, subject),
            *_unpriced(figures, subject, items),
            _leaving(figures, subject),
        ],
    )


def price_told(figures: Figures, subject: Subject) -> str:
    """Say what the plan costs a year and per FTE, and what no cost is given for; else nothing."""
    items, total, decimals = plan_prices(figures, subject)
    if not any(items.values()) or "staff" in subject.missing or subject.sector != "all":
        return ""
    word, said = _price_words(figures, subject, items, total["price"], decimals)
    price = say(subject.texts, f"money.{word}", year=subject.horizon_year, **said)
    told = [*_for_nobody(figures, subject, items), *_unpriced(figures, subject, items)]
    return "\n".join(filter(None, [f"{price}.", " ".join(told)]))


def prices_told(figures: Figures, subject: Subject, column: str = "price") -> dict[str, float]:
    """Give a column of each measure that has a price, in NOK million a year as the table has it.

    Those who need not be recruited are among them, as `HIRING`. One service area has none.
    """
    if subject.sector != "all":
        return {}
    items = plan_prices(figures, subject)[0]
    return {name: of[column] for name, of in items.items() if column in of}


def price_written(price: float, figures: Figures, subject: Subject) -> str:
    """Write NOK million as exactly as the table of the plan's money does."""
    return number(price, subject.texts, decimals=plan_prices(figures, subject)[2])


def price_per_fte(price: float, fte: float, subject: Subject) -> str:
    """Write NOK million a year over the FTE that they give, as printed; empty of too few FTE.

    To the nearest thousand: wages are not known better.
    """
    if fte < LEAST_PRICED:
        return ""
    return number(THOUSAND * round(MILLION * price / fte / THOUSAND), subject.texts, decimals=0)


def _price_words(
    figures: Figures, subject: Subject, items: Mapping[str, Money], price: float, decimals: int
) -> tuple[str, dict[str, str]]:
    """Give the word of the finding, and what its placeholders hold."""
    told = [figures.facts.cost_sources.get(name, "") for name, money in items.items() if money]
    texts = subject.texts
    steps, places = measure_steps(figures, subject)
    printed = -sum(one.central for name, one in steps.items() if name in items)
    each = price_per_fte(price, printed, subject)
    some = len([name for name in items if name != HIRING]) < len(figures.facts.plan)
    saved = items.get(HIRING, {}).get("price")
    less = number(-saved, texts, decimals=decimals) if saved else ""
    taken_off = less and say(texts, "money.less", saved=less)
    return "title_each" if each else "title", {
        # Where nothing follows it is no clause set in.
        "less": taken_off if each else taken_off.removesuffix(","),
        "of": say(texts, "money.priced" if some else "money.all"),
        "price": number(price, texts, decimals=decimals),
        "made_up": stamp(next(filter(is_invented, told), ""), texts),
        "fte": number(printed, texts, decimals=places),
        "each": each or NOTHING,
    }


def _for_nobody(figures: Figures, subject: Subject, items: Mapping[str, Money]) -> list[str]:
    """Name the measures that cost, and hardly give anybody."""
    texts, steps = subject.texts, measure_steps(figures, subject)[0]
    names = {
        one.name: say(texts, "plan_answer.quoted", name=measure_name(one, subject))
        for one in figures.facts.plan
        if items.get(one.name, {}).get("price", 0.0) > 0.0
        and one.name in steps
        and abs(steps[one.name].central) < HARDLY_FTE
    }
    if not names:
        return []
    written = price_written(sum(items[name]["price"] for name in names), figures, subject)
    sources = (figures.facts.cost_sources.get(name, "") for name in names)
    marked = stamp(next(filter(is_invented, sources), ""), texts)
    called = join_list(list(names.values()), texts)
    return [say(texts, "money.for_nobody", price=written, made_up=marked, names=called)]


def _unpriced(figures: Figures, subject: Subject, items: Mapping[str, Money]) -> list[str]:
    """Name the measures that nobody has told the cost of, and that no sum counts."""
    texts = subject.texts
    names = [measure_name(one, subject) for one in figures.facts.plan if not items.get(one.name)]
    return [say(texts, "money.unpriced", names=join_list(names, texts))] if names else []


def _contribution(figures: Figures, subject: Subject) -> list[str]:
    """Say which zone of the employer's contribution national wages are of."""
    facts, texts = figures.facts, subject.texts
    if facts.wage_basis == "own":
        return []
    rate = percent(facts.contribution, texts, decimals=1)
    if not all(facts.contribution_zones):
        return [say(texts, "money.zone_untold", rate=rate)]
    zones = join_list(facts.contribution_zones, texts)
    return [say(texts, "money.zone", rate=rate, zones=zones)]


def _once_by_measure(figures: Figures, subject: Subject) -> dict[str, float]:
    rows = pick(figures, subject, "measure_once", dimension="part", year=subject.horizon_year)
    return dict(rows.select("category", "central").iter_rows())


def _heading(column: str, figures: Figures, subject: Subject) -> str:
    if column != "wages":
        return say(subject.texts, f"money.{column}")
    basis = say(subject.texts, f"money.basis_{figures.facts.wage_basis}")
    return say(subject.texts, "money.wages", basis=basis)


def _cell(
    value: float | None,
    column: str,
    name: str,
    figures: Figures,
    subject: Subject,
    decimals: int,
) -> str:
    texts = subject.texts
    if value is None:
        return say(texts, "money.untold") if column == "running" else NOTHING
    written = number(value, texts, decimals=decimals)
    if column != "running":
        return written
    return f"{written}{stamp(figures.facts.cost_sources.get(name), subject.texts, cell=True)}"


def _once(name: str, once: Money, figures: Figures, subject: Subject, decimals: int) -> str:
    if name == HIRING:
        return NOTHING
    if name not in once:
        return say(subject.texts, "money.untold")
    written = _millions(once[name], subject, decimals)
    return f"{written}{stamp(figures.facts.cost_sources.get(name), subject.texts, cell=True)}"


def _millions(value: float, subject: Subject, decimals: int) -> str:
    return number(value / MILLION, subject.texts, decimals=decimals)


def _leaving(figures: Figures, subject: Subject) -> str:
    """Say what it costs to leave the gap: the hours bought, or that nobody knows."""
    texts, year = subject.texts, subject.horizon_year
    gap = estimate(whole(figures, subject, "missing_fte", scenario="baseline"), year=year)
    prices = dict(
        pick(figures, subject, "gap_money", dimension="gap_price", year=year)
        .select("category", "central").iter_rows()
    )  # fmt: skip
    if gap is None or "own" not in prices:
        return ""
    said: dict[str, str | int] = {
        "missing": plain(gap, texts),
        "year": year,
        "own": number(prices["own"] / MILLION, texts, decimals=1),
    }
    share = pick(figures, subject, "gap_bought_share", year=year)
    if "bought" not in prices or not share.height:
        return say(texts, "money.leaving_unknown", **said)
    if prices["bought"] < 0.05 * MILLION:
        return say(texts, "money.leaving_none", **said)
    return say(
        texts, "money.leaving", **said,
        share=percent(float(share["central"].item()), texts, decimals=0),
        bought=number(prices["bought"] / MILLION, texts, decimals=1),
    )  # fmt: skip
