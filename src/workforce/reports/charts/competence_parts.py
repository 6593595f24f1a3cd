"""Charts of competence by year, by the age of its holders, and by what makes them leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.competence import at_year, is_formal
from workforce.reports.charts.declared import absent
from workforce.reports.charts.figures import LEAST_FOR_SHARE, Subject, only, pick, shown
from workforce.reports.charts.staff import AGE_GROUPS, CAUSES, FILLS
from workforce.reports.charts.style import (
    INK,
    PENS,
    TEXT_SIZE,
    band,
    canvas,
    label_axes,
    number_axis,
    own_style,
    wrap,
    year_axis,
)
from workforce.reports.charts.words import cell, name_of, sector_name, table_decimals
from workforce.texts.catalogue import number, percent, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANELS = 6
LEAST_FTE = 0.05
CAUSE_FILLS = dict(zip(CAUSES, ("#1d4f7c", "#12756b", "#76407f", "#59656e"), strict=True))
HATCHES = dict(zip(CAUSES, ("", "....", "xxxx", "////"), strict=True))


@own_style()
def competence_years(figures: Figures, subject: Subject) -> Chart:
    """Draw required and held over the years, a panel for each competence that lacks most.

    Every competence and year is in the table.
    """
    texts = subject.texts
    parts = {name: _rows(figures, subject, f"competence_{name}") for name in
             ("required", "held", "missing", "surplus")}  # fmt: skip
    gaps = at_year(figures, subject, "missing", subject.horizon_year)
    drawn = sorted(
        (code for code, gap in gaps.items() if gap.upper >= LEAST_FTE),
        key=lambda code: -gaps[code].central,
    )[:PANELS]
    drawn.sort(key=lambda code: not is_formal(subject, code))
    if not drawn:
        return absent(subject, "competence_years", "competences")
    height = 0.7 + 2.1 * -(-len(drawn) // 2)
    figure, panels = canvas(height, rows=-(-len(drawn) // 2), columns=2)
    for axes, code in zip(panels, drawn, strict=False):
        top = 0.0
        for name, pen in (("required", PENS[1]), ("held", PENS[0])):
            rows = shown(only(parts[name], code))
            years = rows["year"].to_list()
            band(axes, years, rows["lower"].to_list(), rows["upper"].to_list(), pen)
            axes.plot(years, rows["central"].to_list(), color=pen.colour, linestyle=pen.line,
                      linewidth=2.2, label=say(texts, f"gap.{name}"))  # fmt: skip
            top = max(top, float(rows["upper"].max()))  # type: ignore[arg-type]
        axes.set_ylim(0, top * 1.12 or 1)
        axes.set_title(wrap(name_of(subject, "competence", code), 34), fontsize=TEXT_SIZE,
                       color=INK, loc="left")  # fmt: skip
        year_axis(axes, [subject.base_year, subject.horizon_year])
        number_axis(axes, texts, bins=4)
    for axes in panels[len(drawn) :]:
        axes.set_visible(False)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False,
                  fontsize=TEXT_SIZE, handlelength=3)  # fmt: skip
    short = sum(gaps[code].lower >= LEAST_FTE for code in gaps)
    title = say(texts, "competence_years.title", sector=sector_name(subject), count=short,
                all=len(gaps), year=subject.horizon_year)  # fmt: skip
    names = "; ".join(name_of(subject, "competence", code) for code in drawn)
    return Chart(
        lambda: figure, title, say(texts, "competence_years.alt", title=title, list=names),
        _years_table(parts, subject), say(texts, "competence_years.note"),
    )  # fmt: skip


def competence_by_age(figures: Figures, subject: Subject) -> Chart:
    """Draw the FTE held of each competence by the age of its holders, in the base year."""
    texts = subject.texts
    rows = _rows(figures, subject, "competence_by_age", dimension="competence_age",
                 year=subject.base_year)  # fmt: skip
    parts = _whole_parts(rows, AGE_GROUPS)
    if not parts:
        return absent(subject, "competence_age", "competence_holding")
    older = {code: _share(values, ("55_61", "62_plus")) for code, values in parts.items()}
    order = sorted(parts, key=lambda code: (not is_formal(subject, code), -older[code]))
    figure = _stacked(
        {name_of(subject, "competence", code): parts[code] for code in order},
        {group: (say(texts, f"age_group.{group}"), *fill)
         for group, fill in zip(AGE_GROUPS, FILLS, strict=True)},
        subject, x=say(texts, "competence_age.axis"), share=True,
    )  # fmt: skip
    old = ("55_61", "62_plus")
    # What few hold is soon all in one group of ages, so it leads only where nothing else can.
    first = max(older, key=lambda code: (_is_many(parts[code]), older[code]))
    title = say(texts, "competence_age.heading")
    if figures.rounded_to is None or _is_many(parts[first]):
        title = say(texts, "competence_age.title", name=name_of(subject, "competence", first),
                share=_part_words(parts[first], old, subject))  # fmt: skip
    listed = "; ".join(
        f"{name_of(subject, 'competence', code)}: {_part_words(parts[code], old, subject)}"
        for code in sorted(older, key=lambda code: -older[code])[:5]
    )
    later = _rows(figures, subject, "competence_by_age", dimension="competence_age",
                  year=subject.horizon_year)  # fmt: skip
    table = _parts_table(
        [(rows, subject.base_year), (later, subject.horizon_year)],
        {group: say(texts, f"age_group.{group}") for group in AGE_GROUPS}, order, subject,
    )  # fmt: skip
    return Chart(lambda: figure, title, say(texts, "competence_age.alt", title=title, list=listed),
                 table)  # fmt: skip


def drain_by_cause(figures: Figures, subject: Subject) -> Chart:
    """Draw the FTE of each competence that leave in the first year, by cause."""
    texts = subject.texts
    rows = _rows(figures, subject, "competence_drain_by_cause", dimension="competence_cause",
                 year=subject.base_year)  # fmt: skip
    parts = _whole_parts(rows, CAUSES)
    if not parts:
        return absent(subject, "drain_cause", "competence_holding")
    order = sorted(
        parts, key=lambda code: (not is_formal(subject, code), -sum(parts[code].values()))
    )
    most = max(parts, key=lambda code: sum(parts[code].values()))
    causes = {cause: say(texts, f"cause.{cause}") for cause in CAUSES}
    figure = _stacked(
        {name_of(subject, "competence", code): parts[code] for code in order},
        {cause: (causes[cause], CAUSE_FILLS[cause], HATCHES[cause]) for cause in CAUSES},
        subject, x=say(texts, "drain.axis", year=subject.base_year), share=False,
    )  # fmt: skip
    title = say(
        texts, "drain_cause.title", name=name_of(subject, "competence", most),
        share=_part_words(parts[most], ("retired",), subject), year=subject.base_year,
    )  # fmt: skip
    listed = "; ".join(
        f"{name_of(subject, 'competence', code)}: {_part_words(parts[code], ('retired',), subject)}"
        for code in order[:5]
    )
    table = _parts_table([(rows, subject.base_year)], causes, order, subject)
    return Chart(lambda: figure, title, say(texts, "drain_cause.alt", title=title, list=listed),
                 table, say(texts, "drain_cause.note"))  # fmt: skip


def few_holders(figures: Figures, subject: Subject) -> Chart:
    """Set out how many competences of each sector hang on few, and internally which they are."""
    texts = subject.texts
    rows = shown(pick(figures, subject, "competences_asked", dimension="standing"))
    if subject.sector != "all":
        rows = rows.filter(pl.col("sector") == subject.sector)
    asked = rows.filter((pl.col("category") == "asked") & (pl.col("central") > 0))
    sectors = [s for s in asked["sector"].to_list() if s != "all" or subject.sector == "all"]
    if not sectors:
        return absent(subject, "few", "competence_holding")
    count = {(r["sector"], r["category"]): int(r["central"]) for r in rows.iter_rows(named=True)}
    order = sorted(sectors, key=lambda code: (code != "all", sector_name(subject, code)))
    table = {say(texts, "chart.sector"): [sector_name(subject, code) for code in order]}
    for kind in ("asked", "few", "near_exit", "both"):
        table[say(texts, f"few.{kind}")] = [str(count.get((code, kind), 0)) for code in order]
    title = say(texts, "few.heading")
    return Chart(None, title, title, pl.DataFrame(table), say(texts, "few.note"))


def few_named(figures: Figures, subject: Subject) -> Chart:
    """List the competences that hang on few; internal pages only, nothing elsewhere."""
    texts = subject.texts
    if figures.audience != "internal":
        return SILENT
    today, near = (
        pick(figures, subject, name, dimension="competence")
        for name in ("holders_today", "holders_near_exit")
    )
    if subject.sector != "all":
        today = today.filter(pl.col("sector") == subject.sector)
    today = today.filter(pl.col("sector") != "all")
    if today.is_empty():
        return SILENT
    leaving = {(r["sector"], r["category"]): r for r in near.iter_rows(named=True)}
    listed = list(today.sort("central").iter_rows(named=True))
    table = {
        say(texts, "chart.competence"): [name_of(subject, "competence", r["category"])
                                         for r in listed],
        say(texts, "chart.sector"): [sector_name(subject, r["sector"]) for r in listed],
        say(texts, "few.holders"): [cell(r, texts, decimals=1) for r in listed],
        say(texts, "few.leaving"): [cell(leaving[r["sector"], r["category"]], texts, decimals=1)
                                    for r in listed],
    }  # fmt: skip
    title = say(texts, "few.named")
    return Chart(None, title, title, pl.DataFrame(table), say(texts, "few.named_note"))


def _rows(figures: Figures, subject: Subject, variable: str, *,
          dimension: str = "competence", year: int | None = None) -> pl.DataFrame:  # fmt: skip
    return pick(figures, subject, variable, sector=subject.sector, dimension=dimension, year=year)


def _whole_parts(rows: pl.DataFrame, parts: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Central figures by competence and part, of those with no part hidden and something held."""
    found = {}
    for (code,), own in rows.group_by("category", maintain_order=True):
        values = dict(own.select("detail", "central").iter_rows())
        if own["central"].null_count() == 0 and sum(values.values()) >= LEAST_FTE:
            found[str(code)] = {part: float(values.get(part, 0.0)) for part in parts}
    return found


def _share(values: dict[str, float], parts: Sequence[str]) -> float:
    whole = sum(values.values())
    return sum(values[part] for part in parts) / whole if whole else 0.0


@own_style()
def _stacked(bars: dict[str, dict[str, float]], styles: dict[str, tuple[str, str, str]],
             subject: Subject, *, x: str, share: bool) -> Figure:  # fmt: skip
    """Draw bars of parts side by side, a bar for each name; the parts are named below."""
    figure, (axes,) = canvas(1.5 + 0.46 * len(bars))
    for place, values in enumerate(bars.values()):
        whole, left = sum(values.values()) if share else 1.0, 0.0
        for part, (label, colour, hatch) in styles.items():
            size = values[part] / whole
            axes.barh(
                place,
                size,
                left=left,
                height=0.66,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=1.0,
                label=label if not place else "_",
            )
            if share and size > 0.08:
                told = _part_words(values, (part,), subject, of=False)
                axes.text(left + size / 2, place, told,
                          ha="center", va="center", fontsize=TEXT_SIZE - 1.5, color=INK,
                          fontweight="bold", bbox={"facecolor": "white", "edgecolor": "none",
                                                   "pad": 1.2, "alpha": 0.85})  # fmt: skip
            left += size
    axes.set_yticks(range(len(bars)), [wrap(name, 30) for name in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    if share:
        axes.set_xlim(0, 1)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color="#d3dbe2", linewidth=0.8)
    number_axis(axes, subject.texts, share=share, which="x")
    label_axes(axes, x=x)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=TEXT_SIZE - 1,
                  handlelength=2.2, handleheight=1.2)  # fmt: skip
    return figure


def _is_many(values: dict[str, float]) -> bool:
    """Whether parts of this many FTE can be told in per cent."""
    return sum(values.values()) >= LEAST_FOR_SHARE


def _part_words(
    values: dict[str, float], parts: Sequence[str], subject: Subject, *, of: bool = True
) -> str:
    """Write parts of a whole in per cent, or in FTE where few FTE are all there are."""
    texts = subject.texts
    if _is_many(values):
        return percent(_share(values, parts), texts, decimals=0)
    part = number(sum(values[one] for one in parts), texts, decimals=1)
    if not of:
        return part
    whole = number(sum(values.values()), texts, decimals=1)
    return say(texts, "competence_age.of_few", part=part, whole=whole)


def _years_table(parts: dict[str, pl.DataFrame], subject: Subject) -> pl.DataFrame:
    """Write every competence and year in a row, with the four measures."""
    texts = subject.texts
    places = table_decimals(pl.concat(list(parts.values())))
    written = {
        (name, row["category"], row["year"]): cell(row, texts, decimals=places)
        for name, rows in parts.items()
        for row in rows.iter_rows(named=True)
    }
    some = shown(parts["required"]).group_by("category").agg(pl.col("upper").max())
    codes = sorted(
        some.filter(pl.col("upper") >= LEAST_FTE)["category"].to_list(),
        key=lambda code: (not is_formal(subject, code), name_of(subject, "competence", code)),
    )
    keys = [(c, y) for c in codes for y in range(subject.base_year, subject.horizon_year + 1)]
    table = {
        say(texts, "chart.competence"): [name_of(subject, "competence", c) for c, _ in keys],
        say(texts, "chart.year"): [str(y) for _, y in keys],
    }
    for name in parts:
        table[say(texts, f"gap.{name}")] = [written.get((name, c, y), "–") for c, y in keys]
    return pl.DataFrame(table)


def _parts_table(frames: list[tuple[pl.DataFrame, int]], parts: dict[str, str], order: list[str],
                 subject: Subject) -> pl.DataFrame:  # fmt: skip
    """Set parts side by side, a row for each competence and year."""
    texts = subject.texts
    keys = [(code, year) for code in order for _, year in frames]
    places = table_decimals(pl.concat([rows for rows, _ in frames]))
    written = {
        (row["category"], year, row["detail"]): cell(row, texts, decimals=places)
        for rows, year in frames
        for row in rows.iter_rows(named=True)
    }
    table = {
        say(texts, "chart.competence"): [name_of(subject, "competence", code) for code, _ in keys],
        say(texts, "chart.year"): [str(year) for _, year in keys],
    }
    for part, label in parts.items():
        table[label] = [written.get((code, year, part), "–") for code, year in keys]
    return pl.DataFrame(table)
