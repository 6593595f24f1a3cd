"""The money of a plan as it is printed: what measures cost and save, adding up both ways."""

from __future__ import annotations

from collections.abc import Mapping

from workforce.contract.figures import Figures
from workforce.reports.charts.figures import Subject, pick
from workforce.reports.charts.words import MILLION

HIRING = "hiring"
"""Those who need not be recruited, since nobody hires past the need."""
SAVED_ALREADY = ("sick_pay", "extra_hours")
PARTS = ("running", "investment", "wages", "saved")
"""What a price is the sum of; ``saved`` is sick pay and extra hours together."""
LARGE = 5e6
"""From this sum on a tenth of a million is exact enough for its parts. [NOK per year]"""


def plan_prices(
    figures: Figures, subject: Subject
) -> tuple[dict[str, dict[str, float]], dict[str, float], int]:
    """Give NOK million a year of each measure with a price, the sums, and the decimals.

    Each column of parts adds up to its total, and of a row the parts to the price and with what is
    bought to the net, all as printed. `HIRING` is a row; of a measure without a cost nothing is.
    """
    plan = figures.facts.plan or figures.facts.measures.get(subject.scenario, ())
    rows = pick(figures, subject, "measure_money", dimension="money", year=subject.horizon_year)
    told: dict[str, dict[str, float]] = {}
    for name, item, central in rows.select("category", "detail", "central").iter_rows():
        told.setdefault(name, {})[item] = central
    found: dict[str, dict[str, float]] = {}
    for name in (*(one.name for one in plan), HIRING):
        of = told.get(name, {})
        if "price" in of:
            of["saved"] = sum(of.get(part, 0.0) for part in SAVED_ALREADY)
            others = sum(of.get(part, 0.0) for part in PARTS if part != "investment")
            of["investment"] = of["price"] - others
            found[name] = of
    whole = {part: sum(of.get(part, 0.0) for of in found.values()) for part in (*PARTS, "bought")}
    decimals = 1 if max(map(abs, (sum(whole.values()), *whole.values()))) >= LARGE else 2
    columns = {
        part: adding_column({n: of[part] for n, of in found.items() if part in of}, decimals)
        for part in whole
    }
    items = {
        name: {part: column[name] for part, column in columns.items() if name in column}
        for name in found
    }
    for name, of in items.items():
        of["price"] = sum(of.get(part, 0.0) for part in PARTS)
        if "net" in found[name]:
            of["net"] = of["price"] + of.get("bought", 0.0)
    total = {
        column: sum(of.get(column, 0.0) for of in items.values())
        for column in (*PARTS, "price", "bought", "net")
    }
    return items, total, decimals


def adding_column(values: Mapping[str, float], decimals: int) -> dict[str, float]:
    """Round a column of NOK to millions so that it adds up to its total as printed.

    What rounding leaves over is laid on the largest, each to the other side of what it is: a small
    measure keeps the figure that the other columns of its row have.
    """
    steps = {name: value / MILLION * 10.0**decimals for name, value in values.items()}
    whole = {name: round(value) for name, value in steps.items()}
    over = sum(whole.values()) - round(sum(steps.values()))
    sign = 1 if over > 0 else -1
    beside = [name for name, value in steps.items() if sign * (whole[name] - value) > 0.0]
    for name in sorted(beside, key=lambda one: -abs(steps[one]))[: abs(over)]:
        whole[name] -= sign
    return {name: value / 10.0**decimals for name, value in whole.items()}
