"""Whether everybody plans to hire the same people: all who are wanted against all who come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.about import is_invented
from workforce.contract.figures import Figures
from workforce.contract.labour_pool import LabourPool
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Estimate, Subject, estimate, estimate_of
from workforce.reports.charts.style import (
    FILLS,
    GREY,
    INK,
    TEXT_SIZE,
    bar,
    canvas,
    legend_below,
    line,
    name_rows,
    wrap,
)
from workforce.reports.charts.words import NOTHING, adding_up, in_sentence, interval, name_of
from workforce.texts.catalogue import join_list, number, percent, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MUNICIPALITIES, OTHERS, MOVERS = "municipalities", "others", "movers"
WANTED = (MUNICIPALITIES, OTHERS)
NEW = ("graduates", "outside_work", "net_migration")
DRAWN = 8
"""Occupations that are drawn; the table behind has all."""
LEAST = 0.5  # Persons.
Parts = dict[str, Estimate]


@chart("labour_pool", "graduates", "education_occupations")
def labour_pool(figures: Figures, subject: Subject) -> Told | Chart | None:
    """Draw who is wanted and who comes until the horizon, two bars for each occupation.

    Ends of intervals are added, part by part, as if all went wrong at once: the interval of a sum
    is rather too wide than too narrow. An occupation of which a part is missing is left out.
    """
    texts, pool = subject.texts, figures.facts.pool
    if not pool.area or subject.sector != "all" or "staff" in subject.missing:
        return SILENT
    found = _by_occupation(figures, pool)
    if not found or {"graduates", "education_occupations"} & set(subject.missing):
        return None
    gaps = {code: _lacking(parts).central for code, parts in found.items()}
    found = {code: found[code] for code in sorted(found, key=lambda one: (-gaps[one], one))}
    names = {code: name_of(subject, "occupation", code) for code in found}
    first = next(iter(found))
    drawn = {code: found[code] for code in list(found)[:DRAWN]}

    def count(parts: Parts, some: Sequence[str]) -> str:
        return number(_total(parts, some).central, texts)

    return Told(
        lambda: _draw(drawn, subject),
        {"together.occupation": list(names.values())}
        | {
            word: [
                number(value(parts).central, texts)
                if word in (*WANTED, *NEW)
                else interval(value(parts), texts)
                for parts in found.values()
            ]
            for word, value in COLUMNS.items()
        },
        said={
            "area": name_of(subject, "region", pool.area),
            "all": len(found),
            "count": sum(gap >= LEAST for gap in gaps.values()),
            "name": in_sentence(names[first]),
            "gap": number(gaps[first], texts),
        },
        title="title" if gaps[first] >= LEAST else "title_enough",
        parts=[
            say(texts, "labour_pool.alt_part", name=names[code], wanted=count(parts, WANTED),
                new=count(parts, NEW))
            for code, parts in drawn.items()
        ],
        more=_notes(figures, subject, pool),
    )  # fmt: skip


@chart("labour_pool")
def pool_employers(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out what each named employer plans to hire of each occupation until the horizon."""
    pool = figures.facts.pool
    rows = _rows(figures, pool, "pool_need_sum")
    if rows.is_empty() or subject.sector != "all":
        return SILENT
    apart = _rows(figures, pool, "pool_need_apart")
    wanted = rows.group_by("occupation").agg(pl.col("central").sum())
    codes = wanted.sort(["central", "occupation"], descending=[True, False])["occupation"].to_list()
    printed = _by_occupation(figures, pool)
    alone = {"apart": [_cell(apart, code, "", subject) for code in codes]} if len(apart) else {}
    return Told(
        table={
            "together.occupation": [name_of(subject, "occupation", code) for code in codes],
            **alone,
            "together": [number(printed[code][MUNICIPALITIES].central, subject.texts)
                         if code in printed else _cell(rows, code, MUNICIPALITIES, subject)
                         for code in codes],
            "named": [_named(rows.filter(pl.col("occupation") == code), printed.get(code), subject,
                             pool) for code in codes],
        },
        title="employers_heading",
        notes=("employers_note", "apart_note") if alone else ("employers_note",),
        prose=True,
    )  # fmt: skip


@chart("labour_pool")
def pool_years(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out how many more are wanted than come in each year, for the occupations drawn."""
    pool = figures.facts.pool
    if subject.sector != "all" or not pool.area:
        return SILENT
    gaps = {code: _lacking(parts).central for code, parts in _by_occupation(figures, pool).items()}
    order = sorted(gaps, key=lambda code: (-gaps[code], code))[:DRAWN]
    if not order:
        return SILENT
    table = {"together.occupation": [name_of(subject, "occupation", code) for code in order]}
    for year in range(subject.base_year, subject.horizon_year):
        one = _by_occupation(figures, pool, year=year)
        table[str(year)] = [
            number(_none_below(one[code]).central, subject.texts) if code in one else NOTHING
            for code in order
        ]
    return Told(table=table, title="years_heading", notes=("years_note",))


def _rows(figures: Figures, pool: LabourPool, variable: str) -> pl.DataFrame:
    return figures.table.filter(
        pl.col("variable") == variable,
        pl.col("region") == pool.area,
        pl.col("scenario") == "baseline",
    )


def _by_occupation(
    figures: Figures, pool: LabourPool, *, year: int | None = None
) -> dict[str, Parts]:
    """Return the parts of each occupation of which the municipalities and the sources are known.

    An employer without a figure is left out of the sum, which then is a least.
    """
    end = "_sum" if year is None else ""
    both = pl.concat([_rows(figures, pool, f"pool_{side}{end}") for side in ("need", "supply")])
    if year is not None:
        both = both.filter(pl.col("year") == year)
    told: dict[str, dict[str, Estimate]] = {}
    for row in both.drop_nulls("central").iter_rows(named=True):
        told.setdefault(row["occupation"], {})[row["category"]] = estimate_of(row)
    found: dict[str, Parts] = {}
    for code, parts in told.items():
        if not {MUNICIPALITIES, MOVERS, *NEW} <= set(parts):
            continue
        others = [name for name in parts if name not in (MUNICIPALITIES, MOVERS, *NEW)]
        kept = {name: parts[name] for name in (MUNICIPALITIES, MOVERS, *NEW)}
        found[code] = _adding_up(kept | {OTHERS: _total(parts, others)})
    return found


def _adding_up(parts: Parts) -> Parts:
    """Round those who are wanted, and those who come, to whole persons that add up as printed."""
    printed = dict(parts)
    for names in (WANTED, NEW):
        each = {name: parts[name].central for name in names}
        for name, persons in adding_up(each, sum(each.values())).items():
            printed[name] = replace(parts[name], central=persons)
    return printed


def _total(parts: Parts, names: Sequence[str]) -> Estimate:
    """Add parts and their ends."""
    some = [parts[name] for name in names]
    level = max((one.level for one in parts.values()), default=0.0)
    return Estimate(
        sum(one.central for one in some), sum(one.lower for one in some),
        sum(one.upper for one in some), level,
    )  # fmt: skip


def _lacking(parts: Parts) -> Estimate:
    """Take those who come from those who are wanted; its ends are the worst and the best case."""
    wanted, new = _total(parts, WANTED), _total(parts, NEW)
    return Estimate(
        wanted.central - new.central, wanted.lower - new.upper, wanted.upper - new.lower,
        wanted.level,
    )  # fmt: skip


def _none_below(parts: Parts) -> Estimate:
    """Take those who lack as they are told: none where more come than are wanted."""
    value = _lacking(parts)
    ends = {name: max(getattr(value, name), 0.0) for name in ("central", "lower", "upper")}
    return replace(value, **ends)


def _cell(rows: pl.DataFrame, code: str, part: str, subject: Subject) -> str:
    own = rows.filter((pl.col("occupation") == code) & (pl.col("category") == part))
    if own.is_empty():
        return NOTHING
    value = estimate(own)
    if value is None:
        return NOTHING
    return number(value.central, subject.texts)


def _named(rows: pl.DataFrame, printed: Parts | None, subject: Subject, pool: LabourPool) -> str:
    """Name the other employers of an occupation with what each plans, largest first.

    What they plan adds up to what stands under the chart, where the occupation is there.
    """
    texts = subject.texts
    names = pool.employers.unique("employer", keep="first").select(
        "employer", "name", "employer_kind"
    )
    others = rows.join(names, left_on="category", right_on="employer")
    others = others.sort("central", "name", descending=[True, False], nulls_last=True)
    plans = dict(others.drop_nulls("central").select("category", "central").iter_rows())
    total = float(sum(plans.values()))
    if printed is not None and len(plans) == others.height:
        total = printed[OTHERS].central
    whole = adding_up(plans, total)
    parts = [
        say(
            texts, "labour_pool.actor", name=one["name"],
            kind=say(texts, f"labour_pool.kind_{one['employer_kind']}"),
            value=NOTHING
            if one["central"] is None else number(whole[one["category"]], texts),
        )
        for one in others.iter_rows(named=True)
    ]  # fmt: skip
    return "; ".join(parts) or NOTHING


COLUMNS: Mapping[str, Callable[[Parts], Estimate]] = {
    **{part: itemgetter(part) for part in WANTED},
    "wanted": lambda parts: _total(parts, WANTED),
    **{part: itemgetter(part) for part in NEW},
    "new": lambda parts: _total(parts, NEW),
    "lacking": _none_below,
    MOVERS: itemgetter(MOVERS),
}
"""Columns of the table behind the chart, by the words of their headings."""


def _notes(figures: Figures, subject: Subject, pool: LabourPool) -> list[str]:
    """Say whether moves inside the area count, and what is borrowed, carried or not there."""
    texts = subject.texts
    known = not _rows(figures, pool, "pool_need_apart").is_empty()
    notes = [say(texts, f"labour_pool.{'moves_left_out' if known else 'moves_counted'}")]
    if pool.employers.is_empty():
        notes.append(say(texts, "labour_pool.no_others"))
    else:
        sources = dict.fromkeys(
            say(texts, "money.invented") if is_invented(one) else one
            for one in pool.employers["source"]
        )
        notes.append(say(texts, "labour_pool.sources", list="; ".join(sources)))
        if pool.employers["carried"].any():
            notes.append(say(texts, "labour_pool.carried"))
    if pool.without_staff:
        names = [name_of(subject, "region", code) for code in pool.without_staff]
        notes.append(say(texts, "labour_pool.without_staff", list=join_list(names, texts)))
    if pool.graduate_share < 1:
        share = percent(pool.graduate_share, texts, decimals=0)
        notes.append(say(texts, "labour_pool.graduate_share", share=share))
    return notes


def _draw(found: dict[str, Parts], subject: Subject) -> Figure:
    """Draw two stacked bars for each occupation: who is wanted above, who comes below."""
    texts = subject.texts
    figure, (axes,) = canvas(1.9 + 0.82 * len(found))
    fills = dict(zip((*WANTED, *NEW), FILLS, strict=True))
    edges = [0.0]
    for place, parts in enumerate(found.values()):
        for names, offset in ((WANTED, -0.19), (NEW, 0.19)):
            ends = _stack(axes, parts, names, place + offset, fills, subject, label=not place)
            total = _total(parts, names)
            if total.is_uncertain:
                line(axes, [total.lower, total.upper], [place + offset] * 2, color=INK,
                     linewidth=1.4, marker="|", markersize=7)  # fmt: skip
            edge = max(ends, total.upper)
            axes.annotate(number(total.central, texts), (edge, place + offset), xytext=(6, 0),
                          textcoords="offset points", va="center", fontsize=TEXT_SIZE - 1,
                          color=INK)  # fmt: skip
            edges += [edge, total.lower, *(min(0.0, parts[name].central) for name in names)]
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_xlim(min(edges) * 1.1, max(edges) * 1.14 or 1.0)
    labels = [wrap(name_of(subject, "occupation", code), 24) for code in found]
    name_rows(axes, labels, texts, x=say(texts, "labour_pool.axis"))
    legend_below(figure)
    return figure


def _stack(
    axes: Axes, parts: Parts, names: Sequence[str], height: float, fills: Mapping[str, str],
    subject: Subject, *, label: bool,
) -> float:  # fmt: skip
    """Lay parts end to end from zero, those below zero to the left; return the right end."""
    right = left = 0.0
    for name in names:
        size, fill = parts[name].central, fills[name]
        start = right if size >= 0 else left
        bar(axes, height, size, left=start, height=0.34, facecolor=fill, edgecolor="white",
            linewidth=0.8, label=say(subject.texts, f"labour_pool.{name}") if label else "_",
        )  # fmt: skip
        right, left = (right + size, left) if size >= 0 else (right, left + size)
    return right
