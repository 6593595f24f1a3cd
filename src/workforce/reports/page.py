"""The parts of a report in a notebook: heading, key figures, sections, notes and the method box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.metadata import version

from workforce.contract.figures import Audience
from workforce.contract.results import LEVEL
from workforce.errors import ParameterError
from workforce.reports.charts.style import BLUE
from workforce.reports.export import export_page
from workforce.texts.catalogue import Texts, percent, quarter_name, say

__all__ = [
    "Audience",
    "KeyFigure",
    "described",
    "export_page",
    "listing",
    "method_box",
    "note",
    "open_page",
    "section",
]

TREND_SIZE = (96, 22)
"""Width and height of the line of a key figure."""


@dataclass(frozen=True)
class KeyFigure:
    """One figure of the strip on top of a report, written for the reader."""

    label: str
    value: str
    interval: str = ""
    note: str = ""
    trend: tuple[float, ...] = ()


def open_page(
    kind: str,
    *,
    title: str,
    region_name: str,
    sector_name: str,
    scenario_name: str,
    quarter: str,
    texts: Texts,
    key_figures: Sequence[KeyFigure] = (),
    audience: Audience,
    base_year: int,
    horizon_year: int | None = None,
    lead: str = "",
    answers: Sequence[tuple[str, str]] = (),
    discussed: tuple[str, str] = ("", ""),
    norwegian: Sequence[str] = (),
) -> None:
    """Show the head of a report: kind, title, what it is about, and the strip of key figures.

    ``kind`` is the name of the notebook, and the sector is empty for figures of the population.
    Below the title, the only first-level heading, stand what the report finds (``lead``), questions
    and answers, three to five key figures, and whether it was discussed, which only a run knows.
    ``norwegian`` are names that stand in Norwegian on a page in another language.
    """
    if audience not in ("internal", "public"):
        raise ParameterError(f"The audience {audience!r} is not known: use internal or public.")
    if not title.strip():
        raise ParameterError("A report needs a title.")
    stamp = say(texts, "page.internal_stamp") if audience == "internal" else ""
    if horizon_year is None:
        when = ("page.base_year", say(texts, "page.base_year_value", year=base_year))
    else:
        when = (
            "page.period",
            say(texts, "page.period_value", year=base_year, horizon=horizon_year),
        )
    facts = [
        (say(texts, "page.region"), region_name),
        (say(texts, "page.sector"), sector_name),
        (say(texts, "page.scenario"), scenario_name),
        (say(texts, "page.quarter"), quarter_name(quarter, texts)),
        (say(texts, when[0]), when[1]),
        discussed,
    ]
    intervals = say(texts, "page.intervals", level=percent(LEVEL, texts, decimals=0))
    certainty = say(texts, "page.certainty")
    explained = any(certainty in answer for _, answer in answers)
    uncertain = not explained and any(one.interval for one in key_figures)
    terms = [intervals, certainty, say(texts, "page.tested")] if uncertain else []
    said = [say(texts, "page.caveat"), *terms]
    caveat = _paragraph("" if horizon_year is None else " ".join(said), "caveat")
    html = "".join(
        [
            '<header class="page-head">',
            _paragraph(stamp, "stamp"),
            _paragraph(say(texts, f"kind.{kind}"), "kind"),
            f"<h1>{escape(title)}</h1>",
            _paragraph(lead, "lead"),
            _description_list([fact for fact in facts if fact[1]], "facts"),
            "</header>",
            *([] if explained else [caveat]),
            _description_list(answers, "answers"),
            _strip(key_figures, texts),
            *([caveat] if explained else []),
        ]
    )
    about = {"audience": audience, "stamp": stamp, "title": title, "lead": lead}
    _show(html, title, part="head", norwegian="\n".join(norwegian), **about)


def section(heading: str, *paragraphs: str) -> None:
    """Show a second-level heading and the paragraphs below it, all plain text."""
    html = f"<h2>{escape(heading)}</h2>" + "".join(_paragraph(text) for text in paragraphs)
    _show(html, heading, part="section")


def listing(lines: Sequence[str], *, numbered: bool = False) -> None:
    """Show a list of sentences, all plain text; numbered where they follow one another."""
    items = _bullets(lines)
    if numbered:
        items = items.replace("<ul>", "<ol>", 1).removesuffix("</ul>") + "</ol>"
    _show(items, "\n".join(lines), part="list")


def described(heading: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Show a third-level heading and a list of terms, each with what is said of it."""
    above = f"<h3>{escape(heading)}</h3>" if heading else ""
    _show(above + _description_list(pairs, "described"), heading, part="described")


def note(text: str, *, label: str = "") -> None:
    """Show a sentence the reader must know: what is left out or borrowed, and why."""
    before = f"<strong>{escape(label)}:</strong> " if label else ""
    _show(f'<p class="note">{before}{escape(text)}</p>', text, part="note")


def method_box(
    texts: Texts,
    *,
    base_year: int,
    audience: Audience,
    seed: int,
    draws: int,
    assumptions: Sequence[str] = (),
    borrowed: Sequence[str] = (),
    vintage: Sequence[str] = (),
    level: float = LEVEL,
    surplus: bool = True,
    people: bool = True,
) -> None:
    """Show how the figures were made: assumptions, borrowed figures, data and how to read them."""
    reading = [say(texts, "method.surplus", base_year=base_year)] if surplus else []
    if surplus and draws > 0:
        reading[0] += " " + say(texts, "method.median")
    if draws > 0:
        share = percent(level, texts, decimals=0)
        reading.append(say(texts, "method.interval", level=share, draws=draws))
    if people:
        kind = "method.privacy_internal" if audience == "internal" else "method.privacy"
        reading.append(say(texts, kind))
    drawn = "method.run_value" if draws > 0 else "method.run_value_without_draws"
    run = say(texts, drawn, version=version("workforce"), seed=seed, draws=draws)
    if borrowed:
        lent = _paragraph(say(texts, "method.borrowed_intro") + ":") + _bullets(borrowed)
    else:
        lent = _paragraph(say(texts, "method.borrowed_none"))
    parts = [
        ("method.reading", "".join(_paragraph(text) for text in reading)),
        ("method.assumptions", _bullets(assumptions)),
        ("method.borrowed", lent),
        ("method.vintage", _bullets(vintage)),
        ("method.run", _paragraph(run)),
    ]
    heading = say(texts, "method.heading")
    html = (
        f'<section class="method" aria-labelledby="method"><h2 id="method">{escape(heading)}</h2>'
    )
    for key, body in parts:
        if body:
            html += f"<div><h3>{escape(say(texts, key))}</h3>{body}</div>"
    _show(html + "</section>", heading, part="method")


def _show(html: str, plain: str, *, part: str, **facts: str) -> None:
    """Display HTML, marked with what it is so that the export can tell the parts apart."""
    from IPython.display import display

    display(  # type: ignore[no-untyped-call]
        {"text/html": html, "text/plain": plain},
        raw=True,
        metadata={"workforce": {"part": part, **facts}},
    )


def _paragraph(text: str, name: str = "") -> str:
    """Return a paragraph of escaped text; nothing for no text."""
    if not text:
        return ""
    return f'<p class="{name}">{escape(text)}</p>' if name else f"<p>{escape(text)}</p>"


def _bullets(lines: Sequence[str]) -> str:
    """Return a list; nothing for no lines."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _lines(text: str) -> str:
    """Return escaped text, a paragraph for each line where it has several."""
    lines = text.split("\n")
    return "".join(map(_paragraph, lines)) if len(lines) > 1 else escape(text)


def _description_list(pairs: Sequence[tuple[str, str]], name: str) -> str:
    """Return names and values as a description list, and nothing where there are none."""
    items = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{_lines(value)}</dd></div>" for name, value in pairs
    )
    return f'<dl class="{name}">{items}</dl>' if items else ""


def _trend_line(values: Sequence[float]) -> str:
    """Draw how a figure goes from nought as a small line with a dot at the end.

    In a notebook there is no style sheet: its look is told here, too.
    """
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    if len(values) < 3 or high <= low:
        return ""
    wide, deep = TREND_SIZE
    points = [
        (4 + (wide - 8) * place / (len(values) - 1), 4 + (deep - 8) * (high - value) / (high - low))
        for place, value in enumerate(values)
    ]
    line = " ".join(f"{x:.0f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return (
        f'<dd class="trend"><svg aria-hidden="true" viewBox="0 0 {wide} {deep}" width="{wide}" '
        f'fill="none" stroke="{BLUE}" stroke-width="1.6"><polyline points="{line}"/>'
        f'<circle cx="{x:.0f}" cy="{y:.1f}" r="3" fill="{BLUE}" stroke="none"/></svg></dd>'
    )


def _strip(figures: Sequence[KeyFigure], texts: Texts) -> str:
    """Return the strip of key figures; nothing where there are none."""
    if not figures:
        return ""
    items = ""
    for figure in figures:
        items += (
            f'<div><dt>{escape(figure.label)}</dt><dd class="value">{escape(figure.value)}</dd>'
        )
        for name, text in (("interval", figure.interval), ("figure-note", figure.note)):
            items += f'<dd class="{name}">{escape(text)}</dd>' if text else ""
        items += f"{_trend_line(figure.trend)}</div>"
    label = escape(say(texts, "page.key_figures"))
    return f'<section class="key-figures" aria-label="{label}"><dl>{items}</dl></section>'
