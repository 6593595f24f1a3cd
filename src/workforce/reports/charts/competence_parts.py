"""Charts of competence by year, by the age of its holders, and by what makes them leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts import style
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.competence import (
    LEAST_FTE,
    MEASURES,
    at_year,
    balanced,
    is_formal,
    places_of,
)
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import (
    LEAST_FOR_SHARE,
    Subject,
    of_page,
    only,
    pick,
    shown,
)
from workforce.reports.charts.shapes import LISTED, Stacks
from workforce.reports.charts.staff import AGE_GROUPS, CAUSES, FILLS, OLDER
from workforce.reports.charts.style import (
    INK,
    PENS,
    TEXT_SIZE,
    band,
    beside,
    canvas,
    number_axis,
    wrap,
    year_axis,
)
from workforce.reports.charts.words import (
    adding_up,
    certainty,
    column,
    decimals_for,
    least_told,
    name_of,
    sector_name,
    table_decimals,
)
from workforce.texts.catalogue import number, percent, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANELS = 6
CAUSE_FILLS = dict(
    zip(("retired", "left_sector", "moved_municipality", "other"), style.FILLS, strict=False)
)


@chart("competence_years", "competences")
def competence_years(figures: Figures, subject: Subject) -> Told | None:
    """Draw required and held over the years, a panel for each competence that lacks most.

    Every competence and year is in the table.
    """
    parts = {name: _rows(figures, subject, f"competence_{name}") for name in MEASURES}
    gaps = at_year(figures, subject, "missing", subject.horizon_year)
    drawn = sorted(
        (code for code, gap in gaps.items() if gap.upper >= LEAST_FTE),
        key=lambda code: -gaps[code].central,
    )[:PANELS]
    drawn.sort(key=lambda code: not is_formal(subject, code))
    if not drawn:
        return None
    short = sum(
        gap.central >= LEAST_FTE and gap.agree is not None and certainty(gap.agree) == "sure"
        for gap in gaps.values()
    )
    table = _years_table(parts, subject, places_of(figures, subject))
    return Told(
        lambda: _panels(parts, drawn, subject),
        table,
        said={"count": short, "all": len(set(table["chart.competence"]))},
        title="title" if short else "title_none",
        parts=[name_of(subject, "competence", code) for code in drawn],
    )


@chart("competence_age", "competence_holding")
def competence_by_age(figures: Figures, subject: Subject) -> Told | None:
    """Draw the FTE held of each competence by the age of its holders, in the base year."""
    texts = subject.texts
    by_year = {
        year: _rows(figures, subject, "competence_by_age", dimension="competence_age", year=year)
        for year in (subject.base_year, subject.horizon_year)
    }
    parts = _whole_parts(by_year[subject.base_year], AGE_GROUPS)
    if not parts:
        return None
    older = {code: _share(values, OLDER) for code, values in parts.items()}
    order = sorted(parts, key=lambda code: (not is_formal(subject, code), -older[code]))
    # What few hold is soon all in one group of ages, so it leads only where nothing else can.
    first = max(older, key=lambda code: (_is_many(parts[code]), older[code]))
    groups = {group: say(texts, f"age_group.{group}") for group in AGE_GROUPS}
    fills = {group: (groups[group], fill) for group, fill in zip(AGE_GROUPS, FILLS, strict=True)}
    named = {name_of(subject, "competence", code): parts[code] for code in order
             if _is_many(parts[code])}  # fmt: skip
    return Told(
        Stacks(
            named, fills, say(texts, "competence_age.axis"), share=True,
            words=lambda name, part: _part_words(named[name], (part,), subject),
        ) if named else None,
        _parts_table(by_year, groups, order, subject),
        said={
            "name": name_of(subject, "competence", first),
            "share": _part_words(parts[first], OLDER, subject),
        },
        title="title" if figures.rounded_to is None or _is_many(parts[first]) else "heading",
        parts=[
            f"{name_of(subject, 'competence', code)}: {_part_words(parts[code], OLDER, subject)}"
            for code in sorted(older, key=lambda code: -older[code])[:LISTED]
        ],
        notes=["few"] * (not all(map(_is_many, parts.values()))),
    )  # fmt: skip


@chart("drain_cause", "competence_holding")
def drain_by_cause(figures: Figures, subject: Subject) -> Told | None:
    """Draw the FTE of each competence that leave in the first year, by cause."""
    texts, year = subject.texts, subject.base_year
    rows = _rows(figures, subject, "competence_drain_by_cause", dimension="competence_cause",
                 year=year)  # fmt: skip
    parts = {code: values for code, values in _whole_parts(rows, CAUSES).items()
             if sum(values.values()) >= least_told(texts)}  # fmt: skip
    if not parts:
        return None
    whole = {code: sum(values.values()) for code, values in parts.items()}
    order = sorted(parts, key=lambda code: (not is_formal(subject, code), -whole[code]))
    most = max(parts, key=lambda code: whole[code])
    names = {code: name_of(subject, "competence", code) for code in order}
    retired = {code: _part_words(parts[code], ("retired",), subject) for code in order}
    causes = {cause: say(texts, f"cause.{cause}") for cause in CAUSES}
    return Told(
        Stacks(
            {names[code]: parts[code] for code in order},
            {cause: (causes[cause], CAUSE_FILLS[cause]) for cause in CAUSES},
            say(texts, "drain.axis", year=year), share=False,
        ),
        _parts_table({year: rows}, causes, order, subject),
        said={"name": names[most], "share": retired[most], "year": year},
        parts=[f"{names[code]}: {retired[code]}" for code in order[:LISTED]],
    )  # fmt: skip


@chart("few", "competence_holding")
def few_holders(figures: Figures, subject: Subject) -> Told | None:
    """Set out how many competences of each sector hang on few, and internally which they are."""
    rows = of_page(
        shown(pick(figures, subject, "competences_asked", dimension="standing")), subject
    )
    asked = rows.filter((pl.col("category") == "asked") & (pl.col("central") > 0))
    sectors = asked["sector"].to_list()
    if not sectors:
        return None
    count = {(r["sector"], r["category"]): int(r["central"]) for r in rows.iter_rows(named=True)}
    order = sorted(sectors, key=lambda code: (code != "all", sector_name(subject, code)))
    table = {"chart.sector": [sector_name(subject, code) for code in order]}
    for kind in ("asked", "few", "near_exit", "both"):
        table[kind] = [str(count.get((code, kind), 0)) for code in order]
    notes = ["note"] + ["note_all"] * (order[0] == "all" and len(order) > 1)
    return Told(table=table, title="heading", notes=notes)


@chart("few")
def few_named(figures: Figures, subject: Subject) -> Told | Chart:
    """List the competences that hang on few; internal pages only, nothing elsewhere."""
    if figures.audience != "internal":
        return SILENT
    today, near = (
        of_page(pick(figures, subject, name, dimension="competence"), subject)
        for name in ("holders_today", "holders_near_exit")
    )
    today = today.filter(pl.col("sector") != "all").sort("central")
    if today.is_empty():
        return SILENT
    keys = list(today.select("sector", "category").iter_rows())
    holders, leaving = (
        column(rows, keys, subject.texts, by=("sector", "category"), decimals=1)
        for rows in (today, near)
    )
    return Told(
        table={
            "chart.competence": [name_of(subject, "competence", code) for _, code in keys],
            "chart.sector": [sector_name(subject, sector) for sector, _ in keys],
            "holders": holders,
            "leaving": leaving,
        },
        title="named",
        notes=("named_note",),
    )


def _rows(figures: Figures, subject: Subject, variable: str, *,
          dimension: str = "competence", year: int | None = None) -> pl.DataFrame:  # fmt: skip
    return pick(figures, subject, variable, sector=subject.sector, dimension=dimension, year=year)


def _whole_parts(rows: pl.DataFrame, parts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Central figures by competence and part, of those with every part and something held."""
    found = {}
    for (code,), own in rows.group_by("category", maintain_order=True):
        values = dict(own.select("detail", "central").iter_rows())
        if own["central"].null_count() == 0 and sum(values.values()) >= LEAST_FTE:
            found[str(code)] = {part: float(values.get(part, 0.0)) for part in parts}
    return found


def _share(values: Mapping[str, float], parts: Sequence[str]) -> float:
    whole = sum(values.values())
    if not whole:
        return 0.0
    shares = adding_up({one: value / whole for one, value in values.items()}, 1.0, decimals=2)
    return sum(shares[part] for part in parts)


def _panels(parts: Mapping[str, pl.DataFrame], drawn: Sequence[str], subject: Subject) -> Figure:
    """Draw a panel for each competence: required and held, with their intervals."""
    texts, deep = subject.texts, -(-len(drawn) // 2)
    figure, panels = canvas(0.7 + 2.1 * deep, rows=deep, columns=2)
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
    figure.legend(handles, labels, loc="outside lower center", ncols=beside(2), frameon=False,
                  fontsize=TEXT_SIZE, handlelength=3)  # fmt: skip
    return figure


def _is_many(values: Mapping[str, float]) -> bool:
    """Whether parts of this many FTE can be told in per cent."""
    return sum(values.values()) >= LEAST_FOR_SHARE


def _part_words(values: Mapping[str, float], parts: Sequence[str], subject: Subject) -> str:
    """Write parts of a whole in per cent, or in FTE where few FTE are all there are."""
    texts = subject.texts
    if _is_many(values):
        return percent(_share(values, parts), texts, decimals=0)
    places = decimals_for(sum(values.values()), texts)
    printed = adding_up(values, sum(values.values()), decimals=places)
    part = number(sum(printed[one] for one in parts), texts, decimals=places)
    whole = number(sum(values.values()), texts, decimals=places)
    return say(texts, "competence_age.of_few", part=part, whole=whole)


def _years_table(
    parts: Mapping[str, pl.DataFrame], subject: Subject, places: int
) -> dict[str, list[str]]:
    """Write every competence and year in a row, with the four measures."""
    some = shown(parts["required"]).group_by("category").agg(pl.col("upper").max())
    codes = sorted(
        some.filter(pl.col("upper") >= LEAST_FTE)["category"].to_list(),
        key=lambda code: (not is_formal(subject, code), name_of(subject, "competence", code)),
    )
    keys = [(c, y) for c in codes for y in range(subject.base_year, subject.horizon_year + 1)]
    return _named_keys(keys, subject) | {
        f"gap.{name}": column(rows, keys, subject.texts, by=("category", "year"), decimals=places)
        for name, rows in balanced(parts, places).items()
    }


def _parts_table(
    by_year: Mapping[int, pl.DataFrame], parts: Mapping[str, str], order: Sequence[str],
    subject: Subject,
) -> dict[str, list[str]]:  # fmt: skip
    """Set parts side by side, a row for each competence and year."""
    keys = [(code, year) for code in order for year in by_year]
    rows = pl.concat(list(by_year.values()))
    places, by = table_decimals(rows, subject.texts), ("category", "year")
    rows = rows.group_by(by, maintain_order=True).map_groups(lambda own: _printed(own, places))
    named = _named_keys(keys, subject)
    if len(by_year) == 1:
        del named["chart.year"]
    return named | {
        label: column(rows.filter(detail=part), keys, subject.texts, by=by, decimals=places)
        for part, label in parts.items()
    }


def _printed(rows: pl.DataFrame, places: int) -> pl.DataFrame:
    """Round the parts of one whole so that they add up as printed."""
    if rows["central"].null_count():
        return rows
    values = dict(enumerate(rows["central"]))
    parts = adding_up(values, sum(values.values()), decimals=places)
    return rows.with_columns(central=pl.Series(list(parts.values()), dtype=pl.Float64))


def _named_keys(keys: Sequence[tuple[str, int]], subject: Subject) -> dict[str, list[str]]:
    return {
        "chart.competence": [name_of(subject, "competence", code) for code, _ in keys],
        "chart.year": [str(year) for _, year in keys],
    }
