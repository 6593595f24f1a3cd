"""Charts of competence: required, held and missing, KS's three-part table, and the drain."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import (
    Estimate,
    Subject,
    absent,
    cell,
    decimals_for,
    estimate,
    interval,
    largest,
    name_of,
    only,
    pick,
    sector_name,
    shown,
    spoken,
    table_by_year,
    table_decimals,
    that_may_lead,
)
from workforce.reports.charts.shapes import Bar, draw_bars
from workforce.reports.charts.style import (
    GREY,
    INK,
    PENS,
    TEXT_SIZE,
    canvas,
    label_axes,
    number_axis,
    own_style,
    wrap,
)
from workforce.texts.catalogue import Texts, number, say

MEASURES = ("required", "held", "missing", "surplus")


@own_style()
def competence_gap(figures: Figures, subject: Subject) -> Chart:
    """Draw what is required and what is held of each competence at the horizon."""
    texts, year = subject.texts, subject.horizon_year
    parts = {name: at_year(figures, subject, name, year) for name in MEASURES}
    codes = [
        code
        for code, _ in sorted(
            parts["missing"].items(),
            key=lambda pair: (not is_formal(subject, pair[0]), -pair[1].central),
        )
        if code in parts["required"] and code in parts["held"]
        and max(parts["required"][code].upper, parts["held"][code].upper) >= 0.05
    ]  # fmt: skip
    if not codes:
        return absent(subject, "gap", _lacking_table(subject))
    figure, (axes,) = canvas(1.6 + 0.47 * len(codes))
    for place, code in enumerate(codes):
        required, held = parts["required"][code], parts["held"][code]
        axes.plot([held.central, required.central], [place, place], color=GREY, linewidth=2.4)
        for value, pen, shift in ((required, PENS[1], -0.17), (held, PENS[0], 0.17)):
            axes.plot([value.lower, value.upper], [place + shift] * 2, color=pen.colour,
                      linewidth=1.4, alpha=0.9)  # fmt: skip
            axes.plot(value.central, place, pen.marker, color=pen.colour, markersize=8.5,
                      markeredgecolor="white")  # fmt: skip
        missing = parts["missing"][code]
        if missing.central >= 0.05:
            written = number(missing.central, texts, decimals=decimals_for(missing.central))
            axes.annotate(
                say(texts, "gap.missing_label", fte=written),
                (max(required.upper, held.upper), place),
                xytext=(8, 0), textcoords="offset points", va="center", fontsize=TEXT_SIZE - 0.5,
                color=INK, fontweight="bold",
            )  # fmt: skip
    top = max(max(parts["required"][c].upper, parts["held"][c].upper) for c in codes)
    axes.set_xlim(0, top * 1.28)
    axes.set_yticks(range(len(codes)), [wrap(name_of(subject, "competence", c), 28) for c in codes])
    axes.set_ylim(len(codes) - 0.4, -1.0)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color="#d3dbe2", linewidth=0.8)
    for x, key, pen in ((0.0, "required", PENS[1]), (0.42, "held", PENS[0])):
        axes.plot(x + 0.012, 0.992, pen.marker, color=pen.colour, transform=axes.transAxes,
                  markersize=8, clip_on=False)  # fmt: skip
        axes.text(x + 0.035, 0.992, say(texts, f"gap.{key}"), transform=axes.transAxes,
                  va="center", fontsize=TEXT_SIZE, color=pen.colour, fontweight="bold")  # fmt: skip
    number_axis(axes, texts, which="x")
    label_axes(axes, x=say(texts, "chart.fte"))
    title = say(texts, "gap.heading")
    leading = largest_gap(figures, subject)
    largest = max(value.central for value in parts["missing"].values())
    # That nothing is missing is said only where nothing is, of few holders neither.
    if leading is not None and (leading[1].central >= 0.05 or largest < 0.05):
        code, most = leading
        title = say(
            texts, "gap.title" if most.central >= 0.05 else "gap.title_none",
            sector=sector_name(subject), name=name_of(subject, "competence", code), year=year,
            **spoken("fte", most, texts, decimals=decimals_for(most.central)),
        )  # fmt: skip
    listed = "; ".join(
        f"{name_of(subject, 'competence', c)}: {_written(parts['missing'][c], texts)}"
        for c in codes[:5]
    )
    return Chart(
        figure, title, say(texts, "gap.alt", title=title, list=listed),
        _gap_table(figures, subject, year),
    )  # fmt: skip


def competence_table(figures: Figures, subject: Subject) -> Chart:
    """Set out KS's three parts: what is asked, what is held, and what will be missing."""
    texts = subject.texts
    base, then = subject.base_year, subject.horizon_year
    columns = {
        say(texts, "three.required", year=then): ("required", then),
        say(texts, "three.held", year=base): ("held", base),
        say(texts, "three.held_then", year=then): ("held", then),
        say(texts, "three.missing", year=then): ("missing", then),
        say(texts, "three.surplus", year=then): ("surplus", then),
    }
    rows = {
        heading: _rows(figures, subject, name, year) for heading, (name, year) in columns.items()
    }
    codes = _codes(rows.values(), subject)
    if not codes or not any(shown(part).height for part in rows.values()):
        return absent(subject, "three", _lacking_table(subject))
    table = {say(texts, "chart.competence"): [name_of(subject, "competence", c) for c in codes]}
    if subject.names.kinds:
        table[say(texts, "three.kind")] = [kind_of(subject, code) for code in codes]
    for heading, part in rows.items():
        places = table_decimals(part)
        written = {
            r["category"]: cell(r, texts, decimals=places) for r in part.iter_rows(named=True)
        }
        table[heading] = [written.get(code, "–") for code in codes]
    title = say(texts, "three.heading")
    return Chart(None, title, title, pl.DataFrame(table), say(texts, "three.note"))


def competence_drain(figures: Figures, subject: Subject) -> Chart:
    """Draw the FTE of each competence that leave with their holders in a year.

    The bars are the first year of the projection with its interval; every year is in the table.
    """
    texts, year = subject.texts, subject.base_year
    rows = pick(figures, subject, "competence_drain", sector=subject.sector, dimension="competence")
    first = at_year(figures, subject, "drain", year)
    order = sorted(
        first.items(), key=lambda pair: (not is_formal(subject, pair[0]), -pair[1].central)
    )
    drawn = [(code, value) for code, value in order if value.central >= 0.05]
    if not drawn:
        return absent(subject, "drain", _lacking_table(subject))
    code, top = max(drawn, key=lambda pair: pair[1].central)
    said = {
        "sector": sector_name(subject),
        "name": name_of(subject, "competence", code),
        "year": str(year),
        **spoken("fte", top, texts, decimals=decimals_for(top.central)),
    }
    title = say(texts, "drain.title", **said)
    listed = "; ".join(
        f"{name_of(subject, 'competence', c)}: {_written(v, texts)}" for c, v in drawn[:5]
    )
    return Chart(
        draw_bars(
            [Bar(name_of(subject, "competence", c), v) for c, v in drawn], texts,
            x=say(texts, "drain.axis", year=year), positive=PENS[3], negative=PENS[3],
        ),
        title,
        say(texts, "drain.alt", title=title, list=listed),
        table_by_year(
            {name_of(subject, "competence", c): only(rows, c) for c, _ in drawn}, texts,
            decimals=decimals_for(largest(shown(rows))),
        ),
    )  # fmt: skip


def largest_gap(figures: Figures, subject: Subject) -> tuple[str, Estimate] | None:
    """Return the competence most missing at the horizon that may lead, and how many FTE."""
    rows = that_may_lead(_rows(figures, subject, "missing", subject.horizon_year), figures)
    found = [(str(code), estimate(only(rows, code))) for code in rows["category"]]
    known = [(code, value) for code, value in found if value is not None]
    return max(known, key=lambda pair: pair[1].central) if known else None


def at_year(figures: Figures, subject: Subject, name: str, year: int) -> dict[str, Estimate]:
    """Return the shown figures of a year by competence."""
    rows = _rows(figures, subject, name, year)
    found = {code: estimate(only(rows, code)) for code in rows["category"].to_list()}
    return {code: value for code, value in found.items() if value is not None}


def _rows(figures: Figures, subject: Subject, name: str, year: int) -> pl.DataFrame:
    return pick(
        figures, subject, f"competence_{name}", sector=subject.sector, dimension="competence",
        year=year,
    )  # fmt: skip


def _codes(parts: object, subject: Subject) -> list[str]:
    """Return the competences that any part asks for or holds, formal ones first, by name."""
    codes = {
        row["category"]
        for part in parts  # type: ignore[attr-defined]
        for row in part.iter_rows(named=True)
        if row["central"] is None or row["central"] >= 0.05
    }
    return sorted(
        codes, key=lambda code: (not is_formal(subject, code), name_of(subject, "competence", code))
    )


def is_formal(subject: Subject, code: str) -> bool:
    """Whether a competence is a formal qualification; these stand before skills on a page."""
    return subject.names.kinds.get(code, "formal") == "formal"


def kind_of(subject: Subject, code: str) -> str:
    """Name the kind of a competence."""
    kind = subject.names.kinds.get(code)
    return say(subject.texts, f"three.{kind}") if kind else "–"


def _gap_table(figures: Figures, subject: Subject, year: int) -> pl.DataFrame:
    """Set the four measures side by side, a row for each competence."""
    texts = subject.texts
    rows = {name: _rows(figures, subject, name, year) for name in MEASURES}
    codes = _codes(rows.values(), subject)
    table = {say(texts, "chart.competence"): [name_of(subject, "competence", c) for c in codes]}
    for name, part in rows.items():
        places = table_decimals(part)
        written = {
            r["category"]: cell(r, texts, decimals=places) for r in part.iter_rows(named=True)
        }
        table[say(texts, f"gap.{name}")] = [written.get(code, "–") for code in codes]
    return pl.DataFrame(table)


def _written(value: Estimate, texts: Texts) -> str:
    """Write an estimate with its interval, and a decimal where it is small."""
    return interval(value, texts, decimals=decimals_for(value.central))


def _lacking_table(subject: Subject) -> str:
    """Name the table that the competences stand on and the folder lacks."""
    needed = ("staff", "competences", "competence_requirement", "competence_holding")
    return next((table for table in needed if table in subject.missing), "competences")
