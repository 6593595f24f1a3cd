"""Charts of the inhabitants: pyramid, ages over time, and working-age people per old person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    LEAST_FOR_SHARE,
    Estimate,
    Subject,
    estimate,
    largest,
    leading_band,
    only,
    pick,
    shown,
)
from workforce.reports.charts.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    PENS,
    TEXT_SIZE,
    band,
    bar,
    canvas,
    label_axes,
    number_axis,
    wrap,
    year_axis,
)
from workforce.reports.charts.words import (
    NOTHING,
    certainty_word,
    column,
    few_years,
    interval,
    side_by_side,
    spoken,
    years_adding_up,
)
from workforce.texts.catalogue import Texts, number, percent, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BANDS = ("0", "1-5", "6-15", "16-19", "20-66", "67-79", "80-89", "90+")
OLDEST = "80+"
"""Sum of the two oldest bands, which stands in no list with them but as their total."""
LEADING = {OLDEST: ("6-15", "20-66", OLDEST), "16-19": ("16-19", "20-66", OLDEST)}
"""Bands that are drawn where the inhabitants are the beginning of a page; its table has all."""
GROUP_YEARS = 5
OPEN_AGE = 95
OLD = 67


@chart("pyramid", "population")
def population_pyramid(figures: Figures, subject: Subject) -> Told | None:
    """Draw inhabitants by sex and age, the base year beside the horizon year.

    Five-year groups on the central path, because single years of a small place are noise; the
    interval belongs to the bands of `population_bands`.
    """
    texts, ends = subject.texts, (subject.base_year, subject.horizon_year)
    rows = shown(pick(figures, subject, "population_path", dimension="sex_age"))
    rows = rows.filter(pl.col("year").is_in(ends))
    if rows["year"].n_unique() < len(ends):
        return None
    ages = rows.with_columns(sex="category", age=pl.col("detail").cast(pl.Int64))
    groups = (
        ages.with_columns(pl.col("age").clip(upper_bound=OPEN_AGE) // GROUP_YEARS * GROUP_YEARS)
        .group_by("sex", "age", "year")
        .agg(pl.col("central").sum())
        .sort("sex", "age", "year")
    )
    return Told(
        lambda: _draw_pyramid(groups, subject),
        _pyramid_table(groups, subject),
        said={
            "share_base": percent(_share_old(ages, ends[0]), texts, decimals=1),
            "share": percent(_share_old(ages, ends[1]), texts, decimals=1),
        },
    )


@chart("bands", "population")
def population_bands(figures: Figures, subject: Subject) -> Told | None:
    """Draw every band of ages over time, each in its own panel with its interval."""
    texts = subject.texts
    rows = shown(pick(figures, subject, "population_by_band", dimension="age_band"))
    series = {name: only(rows, name) for name in (*BANDS, OLDEST)}
    series = {name: one for name, one in series.items() if one.height > 1}
    if not series:
        return None
    first = leading_band(figures)
    old = series.get(OLDEST, next(iter(series.values())))
    lead, leading = series.get(first, old), LEADING[first]
    oldest = {name: series[name] for name in BANDS[-2:] if name in series}
    told = series | (years_adding_up(oldest, old) if OLDEST in series and len(oldest) == 2 else {})
    names = {name: band_name(texts, name) for name in series}
    if OLDEST in names and oldest:
        names[OLDEST] = say(texts, "bands.in_all", name=names[OLDEST])
    few = figures.facts.page == "overview" and all(name in series for name in leading)
    drawn = {name: series[name] for name in leading} if few else series
    whole = names | {OLDEST: band_name(texts, OLDEST)} if few else names  # without its parts
    base, last = subject.base_year, subject.horizon_year
    ends = [estimate(lead, year=year) for year in (base, last)]
    persons_base, persons = (number(one.central, texts) if one else NOTHING for one in ends)
    changes = {name: _change_words(one, subject) for name, one in series.items()}
    years = few_years(base, last)
    heads = ["pyramid.age_axis", *map(str, years), say(texts, "bands.change", base=base, year=last)]
    return Told(
        lambda: _draw_bands(drawn, whole, subject),
        side_by_side(
            heads,
            [
                [names[name], *column(one, years, texts, by="year", decimals=0), changes[name]]
                for name, one in told.items()
            ],
        ),
        said={
            "change": _change_words(lead, subject),
            "persons_base": persons_base,
            "persons": persons,
        },
        parts=[f"{names[name]}: {words}" for name, words in changes.items()],
    )


@chart("ratio", "population")
def working_age_ratio(figures: Figures, subject: Subject) -> Told | None:
    """Draw inhabitants aged 20-66 per inhabitant of 80 and over.

    The band is the widest that the intervals of the two allow, since the ratio's own is not
    among the results.
    """
    texts = subject.texts
    rows = shown(pick(figures, subject, "population_by_band", dimension="age_band"))
    both = only(rows, "20-66").join(only(rows, "80+"), on="year", suffix="_old")
    both = both.filter((pl.col("lower_old") > 0) & (pl.col("central_old") > 0))
    if both.height < 2:
        return None
    ratio = both.select(
        "year",
        "level",
        (pl.col("central") / pl.col("central_old")).alias("central"),
        (pl.col("lower") / pl.col("upper_old")).alias("lower"),
        (pl.col("upper") / pl.col("lower_old")).alias("upper"),
    ).sort("year")
    last = ratio.row(-1, named=True)
    return Told(
        lambda: _draw_ratio(ratio, subject),
        {
            "chart.year": [str(year) for year in ratio["year"]],
            "column": [_ratio_with_limits(row, texts) for row in ratio.iter_rows(named=True)],
        },
        said={
            "base": ratio["year"][0],
            "year": last["year"],
            **{
                name: number(value, texts, decimals=1)
                for name, value in (
                    ("ratio_base", ratio["central"][0]), ("ratio", last["central"]),
                    ("low", last["lower"]), ("high", last["upper"]),
                )
            },
        },
    )  # fmt: skip


def _ratio_with_limits(row: Mapping[str, float], texts: Texts) -> str:
    """Write a ratio with its outer limits, which are no interval of it."""
    ratio, low, high = (
        number(row[name], texts, decimals=1) for name in ("central", "lower", "upper")
    )
    if low == high:
        return ratio
    return say(texts, "ratio.cell", ratio=ratio, low=low, high=high)


def band_name(texts: Texts, name: str) -> str:
    """Name a band of ages in the language of the page."""
    return say(texts, f"age_band.{name.replace('-', '_').replace('+', '_plus')}")


def change(series: pl.DataFrame, subject: Subject) -> Estimate | None:
    """Return the change of a stock from base year to horizon."""
    base = estimate(series, year=subject.base_year)
    then = estimate(series, year=subject.horizon_year)
    if base is None or then is None or base.central <= 0:
        return None
    return then.scaled(1 / base.central).since(1.0)


def change_of_few(series: pl.DataFrame, subject: Subject) -> Estimate | None:
    """Return the change of a stock of few persons from base year to horizon [persons]."""
    base = estimate(series, year=subject.base_year)
    then = estimate(series, year=subject.horizon_year)
    if base is None or then is None:
        return None
    if not subject.texts.small_place and min(base.central, then.central) >= LEAST_FOR_SHARE:
        return None
    return then.since(base.central)


def _change_words(series: pl.DataFrame, subject: Subject) -> str:
    """Write the change of a band: in per cent, or in persons where they are few."""
    share, persons = change(series, subject), change_of_few(series, subject)
    if persons is not None:
        said = spoken("persons", persons, subject.texts, sign=True)
        return say(subject.texts, "bands.of_few", **said)
    return NOTHING if share is None else interval(share, subject.texts, share=True, sign=True)


def _heading(series: pl.DataFrame, name: str, subject: Subject) -> str:
    """Write what a panel shows in three short lines: band, change with how sure it is, interval."""
    value = change_of_few(series, subject) or change(series, subject)
    word = certainty_word(value, subject.texts) if value is not None else ""
    told, bracket, span = _change_words(series, subject).partition(" (")
    span = span.removeprefix(f"{word}, ")
    return "\n".join(
        [wrap(name, 32), f"{told}, {word}" if word else told, *[f"({span}"] * bool(bracket)]
    )


def _draw_pyramid(groups: pl.DataFrame, subject: Subject) -> Figure:
    """Draw the base year as bars and the horizon as an outline, men to the left."""
    texts, ends = subject.texts, (subject.base_year, subject.horizon_year)
    figure, (axes,) = canvas(5.2)
    for sex, side, colour, at in (("male", -1, ORANGE, 0.01), ("female", 1, BLUE, 0.99)):
        base, then = (_heights(groups, sex, year) for year in ends)
        starts = [GROUP_YEARS * i for i in range(len(base))]
        for start, value in zip(starts, base, strict=True):
            bar(axes, start + GROUP_YEARS / 2, side * value, height=GROUP_YEARS * 0.9,
                facecolor=PALE, edgecolor=GREY, linewidth=0.6)  # fmt: skip
        axes.stairs(
            [side * value for value in then],
            [*starts, starts[-1] + GROUP_YEARS],
            orientation="horizontal",
            color=colour,
            linewidth=2.2,
        )
        axes.text(
            at, 1.0, say(texts, f"pyramid.{sex}"), transform=axes.transAxes,
            ha="left" if side < 0 else "right", va="top", fontsize=TEXT_SIZE + 1,
            color=colour, fontweight="bold",
        )  # fmt: skip
    axes.text(
        0.99, 0.93, wrap(say(texts, "pyramid.legend", base=ends[0], year=ends[1]), 26), ha="right",
        transform=axes.transAxes, va="top", fontsize=TEXT_SIZE - 0.5, color=INK,
    )  # fmt: skip
    widest = max(largest(groups, "central"), 1.0) * 1.1
    axes.set_xlim(-widest, widest)
    axes.set_ylim(0, OPEN_AGE + 2.4 * GROUP_YEARS)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.grid(visible=False, axis="y")
    axes.set_yticks(range(0, OPEN_AGE, 10))
    number_axis(axes, texts, which="x", mirrored=True, bins=9)
    label_axes(axes, x=say(texts, "pyramid.axis"), y=say(texts, "pyramid.age_axis"))
    return figure


def _draw_bands(
    series: Mapping[str, pl.DataFrame], names: Mapping[str, str], subject: Subject
) -> Figure:
    """Draw a panel for each band of ages, with its change in the heading."""
    texts = subject.texts
    deep = -(-len(series) // 3)
    figure, panels = canvas(2.3 * deep + 0.3, rows=deep, columns=3)
    for axes, (name, one) in zip(panels, series.items(), strict=False):
        years, pen = one["year"].to_list(), PENS[1] if name == OLDEST else PENS[0]
        band(axes, years, one["lower"].to_list(), one["upper"].to_list(), pen)
        axes.plot(years, one["central"].to_list(), color=pen.colour, linewidth=2)
        axes.set_ylim(0, max(largest(one) * 1.12, 1.0))
        axes.set_title(
            _heading(one, names[name], subject),
            loc="left", fontsize=TEXT_SIZE - 1, color=pen.colour, fontweight="bold",
        )  # fmt: skip
        axes.set_xticks([years[0], years[-1]], [str(years[0]), str(years[-1])])
        number_axis(axes, texts, bins=4)
        axes.tick_params(labelsize=TEXT_SIZE - 1.5)
    for axes in panels[len(series) :]:
        axes.set_visible(False)
    figure.supxlabel(say(texts, "chart.persons_1_january"), fontsize=TEXT_SIZE, color=INK)
    return figure


def _draw_ratio(ratio: pl.DataFrame, subject: Subject) -> Figure:
    """Draw the ratio over the years, with figures at its ends."""
    texts, years = subject.texts, ratio["year"].to_list()
    figure, (axes,) = canvas(3.6)
    band(axes, years, ratio["lower"].to_list(), ratio["upper"].to_list(), PENS[0])
    axes.plot(years, ratio["central"].to_list(), color=BLUE, linewidth=2.4)
    axes.set_ylim(0, largest(ratio) * 1.18)
    axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
    for i, side in ((0, "left"), (-1, "right")):
        axes.annotate(
            number(ratio["central"][i], texts, decimals=1), (years[i], ratio["upper"][i]),
            xytext=(0, 5), textcoords="offset points", ha=side, va="bottom",
            fontsize=TEXT_SIZE + 1, color=BLUE, fontweight="bold",
        )  # fmt: skip
    year_axis(axes, years)
    number_axis(axes, texts)
    label_axes(axes, x=say(texts, "chart.year_1_january"), y=say(texts, "ratio.axis"))
    return figure


def _heights(groups: pl.DataFrame, sex: str, year: int) -> list[float]:
    """Return persons by group of ages, youngest first; nought where the group is empty."""
    found = groups.filter((pl.col("sex") == sex) & (pl.col("year") == year))
    persons = dict(zip(found["age"].to_list(), found["central"].to_list(), strict=True))
    return [float(persons.get(age, 0.0)) for age in range(0, OPEN_AGE + 1, GROUP_YEARS)]


def _share_old(ages: pl.DataFrame, year: int) -> float:
    """Return the share of the inhabitants who are 67 or older."""
    found = ages.filter(pl.col("year") == year)
    total = float(found["central"].sum())
    return float(found.filter(pl.col("age") >= OLD)["central"].sum()) / total if total else 0.0


def _pyramid_table(groups: pl.DataFrame, subject: Subject) -> dict[str, list[str]]:
    """Set women and men of both years side by side, a row for each group of ages."""
    texts = subject.texts
    starts = range(0, OPEN_AGE + 1, GROUP_YEARS)
    columns = {
        say(texts, "pyramid.age_axis"): [
            f"{age}+" if age == OPEN_AGE else f"{age}–{age + GROUP_YEARS - 1}" for age in starts
        ]
    }
    for year in (subject.base_year, subject.horizon_year):
        for sex in ("female", "male"):
            heading = f"{say(texts, f'pyramid.{sex}')} {year}"
            columns[heading] = [number(value, texts) for value in _heights(groups, sex, year)]
    return columns
