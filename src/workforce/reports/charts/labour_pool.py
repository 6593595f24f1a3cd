"""Whether everybody plans to hire the same people: all who are wanted against all who come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.labour_pool import LabourPool
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import Estimate, Subject, estimate
from workforce.reports.charts.style import (
    GREY,
    INK,
    PALE,
    PENS,
    TEXT_SIZE,
    Pen,
    canvas,
    label_axes,
    number_axis,
    own_style,
    wrap,
)
from workforce.reports.charts.words import interval, name_of
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


def labour_pool(figures: Figures, subject: Subject) -> Chart:
    """Draw who is wanted and who comes until the horizon, two bars for each occupation.

    Ends of intervals are added, part by part, as if all went wrong at once: the interval of a sum
    is rather too wide than too narrow. An occupation of which a part is hidden is left out.

    Parameters
    ----------
    figures
        Protected figures, with those of `with_labour_pool`.
    subject
        The page; one of a single sector has no labour pool.
    """
    texts, pool = subject.texts, figures.facts.pool
    if not pool.area or subject.sector != "all" or "staff" in subject.missing:
        return SILENT
    heading = say(texts, "labour_pool.heading")
    lacking_table = next(
        (name for name in ("graduates", "education_occupations") if name in subject.missing), ""
    )
    if lacking_table:
        note = say(texts, "chart.table_missing", table=lacking_table)
        return Chart(None, heading, note, None, note)
    found = _by_occupation(figures, pool)
    if not found:
        note = say(texts, "chart.no_figures")
        return Chart(None, heading, note, None, note)
    gaps = {code: _lacking(parts) for code, parts in found.items()}
    order = sorted(found, key=lambda code: (-gaps[code].central, code))
    short = [code for code in order if gaps[code].central >= LEAST]
    area = name_of(subject, "region", pool.area)
    about: dict[str, str | int] = {
        "area": area, "year": subject.horizon_year, "all": len(order)
    }  # fmt: skip
    if short:
        first = name_of(subject, "occupation", short[0])
        count = number(gaps[short[0]].central, texts)
        title = say(texts, "labour_pool.title", count=len(short), name=first, gap=count, **about)
    else:
        title = say(texts, "labour_pool.title_enough", **about)
    drawn = order[:DRAWN]
    listed = "; ".join(
        say(
            texts, "labour_pool.alt_part", name=name_of(subject, "occupation", code),
            wanted=number(_total(found[code], WANTED).central, texts),
            new=number(_total(found[code], NEW).central, texts),
        )
        for code in drawn
    )  # fmt: skip
    figure = _draw({code: found[code] for code in drawn}, subject)
    alt = say(texts, "labour_pool.alt", title=title, list=listed)
    table = _table({code: found[code] for code in order}, subject)
    note = _notes(subject, pool)
    return Chart(lambda: figure, title, alt, table, note)


def pool_employers(figures: Figures, subject: Subject) -> Chart:
    """Set out what each named employer plans to hire of each occupation until the horizon."""
    texts, pool = subject.texts, figures.facts.pool
    rows = _rows(figures, pool, "pool_need_sum")
    if rows.is_empty() or subject.sector != "all":
        return SILENT
    apart = _rows(figures, pool, "pool_need_apart")
    wanted = rows.group_by("occupation").agg(pl.col("central").sum())
    codes = wanted.sort(["central", "occupation"], descending=[True, False])["occupation"].to_list()
    title = say(texts, "labour_pool.employers_heading", year=subject.horizon_year)
    table = {
        say(texts, "together.occupation"): [name_of(subject, "occupation", c) for c in codes],
        say(texts, "labour_pool.apart"): [_cell(apart, code, "", subject) for code in codes],
        say(texts, "labour_pool.together"): [
            _cell(rows, code, MUNICIPALITIES, subject) for code in codes
        ],
    }
    table[say(texts, "labour_pool.named")] = [
        _named(rows.filter(pl.col("occupation") == code), subject, pool) for code in codes
    ]
    note = say(texts, "labour_pool.employers_note")
    return Chart(None, title, title, pl.DataFrame(table), note, prose=True)


def pool_years(figures: Figures, subject: Subject) -> Chart:
    """Set out how many more are wanted than come in each year, for the occupations drawn."""
    texts, pool = subject.texts, figures.facts.pool
    if subject.sector != "all" or not pool.area:
        return SILENT
    found = _by_occupation(figures, pool)
    gaps = {code: _lacking(parts).central for code, parts in found.items()}
    order = sorted(gaps, key=lambda code: (-gaps[code], code))[:DRAWN]
    if not order:
        return SILENT
    title = say(texts, "labour_pool.years_heading")
    years = [_by_occupation(figures, pool, year=year) for year in _years(subject)]
    table = {
        say(texts, "together.occupation"): [name_of(subject, "occupation", c) for c in order],
        **{
            str(year): [
                number(_lacking(one[code]).central, texts)
                if code in one else "–"
                for code in order
            ]
            for year, one in zip(_years(subject), years, strict=True)
        },
    }  # fmt: skip
    return Chart(None, title, title, pl.DataFrame(table), say(texts, "labour_pool.years_note"))


def _years(subject: Subject) -> range:
    return range(subject.base_year, subject.horizon_year)


def _rows(figures: Figures, pool: LabourPool, variable: str) -> pl.DataFrame:
    return figures.table.filter(
        pl.col("variable") == variable,
        pl.col("region") == pool.area,
        pl.col("scenario") == "baseline",
    )


def _by_occupation(
    figures: Figures, pool: LabourPool, *, year: int | None = None
) -> dict[str, Parts]:
    """Return the parts of each occupation of which the municipalities and the sources are shown.

    A hidden employer is left out of the sum, which then is a least.
    """
    end = "_sum" if year is None else ""
    both = pl.concat([_rows(figures, pool, f"pool_{side}{end}") for side in ("need", "supply")])
    if year is not None:
        both = both.filter(pl.col("year") == year)
    found: dict[str, Parts] = {}
    for (code,), rows in both.group_by("occupation", maintain_order=True):
        parts = {
            str(part): value
            for (part,), row in rows.group_by("category", maintain_order=True)
            if (value := estimate(row)) is not None
        }
        if not {MUNICIPALITIES, MOVERS, *NEW} <= set(parts):
            continue
        others = [name for name in parts if name not in (MUNICIPALITIES, MOVERS, *NEW)]
        kept = {name: parts[name] for name in (MUNICIPALITIES, MOVERS, *NEW)}
        found[str(code)] = kept | {OTHERS: _total(parts, others)}
    return found


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


def _cell(rows: pl.DataFrame, code: str, part: str, subject: Subject) -> str:
    own = rows.filter((pl.col("occupation") == code) & (pl.col("category") == part))
    if own.is_empty():
        return "–"
    value = estimate(own)
    if value is None:
        return "–"
    return number(value.central, subject.texts)


def _named(rows: pl.DataFrame, subject: Subject, pool: LabourPool) -> str:
    """Name the other employers of an occupation with what each plans, largest first."""
    texts = subject.texts
    names = pool.employers.unique("employer", keep="first").select(
        "employer", "name", "employer_kind"
    )
    others = rows.join(names, left_on="category", right_on="employer")
    parts = [
        say(
            texts, "labour_pool.actor", name=one["name"],
            kind=say(texts, f"labour_pool.kind_{one['employer_kind']}"),
            value="–"
            if one["central"] is None else number(one["central"], texts),
        )
        for one in others.sort("central", "name", descending=[True, False], nulls_last=True)
        .iter_rows(named=True)
    ]  # fmt: skip
    return "; ".join(parts) or "–"


def _table(found: dict[str, Parts], subject: Subject) -> pl.DataFrame:
    texts = subject.texts
    columns: dict[str, list[str]] = {
        say(texts, "together.occupation"): [name_of(subject, "occupation", c) for c in found]
    }

    def put(key: str, values: list[Estimate]) -> None:
        columns[say(texts, f"labour_pool.{key}")] = [interval(one, texts) for one in values]

    for part in WANTED:
        put(part, [parts[part] for parts in found.values()])
    put("wanted", [_total(parts, WANTED) for parts in found.values()])
    for part in NEW:
        put(part, [parts[part] for parts in found.values()])
    put("new", [_total(parts, NEW) for parts in found.values()])
    put("lacking", [_lacking(parts) for parts in found.values()])
    put(MOVERS, [parts[MOVERS] for parts in found.values()])
    return pl.DataFrame(columns)


def _notes(subject: Subject, pool: LabourPool) -> str:
    """Say what is assumed, borrowed, carried forward or not there."""
    texts = subject.texts
    notes = [say(texts, "labour_pool.note")]
    if pool.employers.is_empty():
        notes.append(say(texts, "labour_pool.no_others"))
    else:
        sources = pool.employers["source"].unique(maintain_order=True).to_list()
        notes.append(say(texts, "labour_pool.sources", list="; ".join(sources)))
        if pool.employers["carried"].any():
            notes.append(say(texts, "labour_pool.carried"))
    if pool.without_staff:
        names = [name_of(subject, "region", code) for code in pool.without_staff]
        notes.append(say(texts, "labour_pool.without_staff", list=join_list(names, texts)))
    if pool.graduate_share < 1:
        share = percent(pool.graduate_share, texts, decimals=0)
        notes.append(say(texts, "labour_pool.graduate_share", share=share))
    return " ".join(notes)


@own_style()
def _draw(found: dict[str, Parts], subject: Subject) -> Figure:
    """Draw two stacked bars for each occupation: who is wanted above, who comes below."""
    texts = subject.texts
    figure, (axes,) = canvas(1.9 + 0.82 * len(found))
    pens = dict(zip((*WANTED, *NEW), PENS, strict=True))
    edges = [0.0]
    for place, parts in enumerate(found.values()):
        for names, offset in ((WANTED, -0.19), (NEW, 0.19)):
            ends = _stack(axes, parts, names, place + offset, pens, subject, label=not place)
            total = _total(parts, names)
            if total.is_uncertain:
                axes.plot([total.lower, total.upper], [place + offset] * 2, color=INK,
                          linewidth=1.4, marker="|", markersize=7)  # fmt: skip
            edge = max(ends, total.upper)
            axes.annotate(number(total.central, texts), (edge, place + offset), xytext=(6, 0),
                          textcoords="offset points", va="center", fontsize=TEXT_SIZE - 1,
                          color=INK)  # fmt: skip
            edges += [edge, total.lower, *(min(0.0, parts[name].central) for name in names)]
    axes.set_yticks(range(len(found)), [wrap(name_of(subject, "occupation", c), 24) for c in found])
    axes.set_ylim(len(found) - 0.45, -0.55)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.8)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_xlim(min(edges) * 1.1, max(edges) * 1.14 or 1.0)
    number_axis(axes, texts, which="x")
    label_axes(axes, x=say(texts, "labour_pool.axis"))
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=TEXT_SIZE - 1,
                  handlelength=2.2, handleheight=1.2)  # fmt: skip
    return figure


def _stack(
    axes: Axes, parts: Parts, names: Sequence[str], height: float, pens: Mapping[str, Pen],
    subject: Subject, *, label: bool,
) -> float:  # fmt: skip
    """Lay parts end to end from zero, those below zero to the left; return the right end."""
    right = left = 0.0
    for name in names:
        size, pen = parts[name].central, pens[name]
        start = right if size >= 0 else left
        axes.barh(
            height, size, left=start, height=0.34, facecolor=pen.colour, hatch=pen.hatch,
            edgecolor="white", linewidth=0.8,
            label=say(subject.texts, f"labour_pool.{name}") if label else "_",
        )  # fmt: skip
        right, left = (right + size, left) if size >= 0 else (right, left + size)
    return right
