"""Declares a chart: what it tells and by what shape; all else of it is made here, once for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

import polars as pl

from workforce.errors import ReportError
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import Subject
from workforce.reports.charts.shapes import Shape, drawing, listed, shape_table
from workforce.reports.charts.words import name_of, sector_name
from workforce.texts.catalogue import say

P = ParamSpec("P")
CHARTS: dict[str, Callable[..., Chart]] = {}
"""Every chart that was declared, by the name of its function."""


@dataclass(frozen=True)
class Told:
    """What a chart tells of the page.

    A word is the end of a key of the chart's own file of texts, such as ``title``, or a whole key,
    such as ``chart.sector``. All texts of the chart may hold {sector}, {region}, {base} and {year},
    and what is in ``said``.

    Parameters
    ----------
    shape
        The drawing; left out where the table or a sentence is all.
    table
        Cells of each column by heading, a word or the heading itself; that of the shape if empty.
    said
        Values of the placeholders.
    title
        Word of the finding.
    sentence
        The finding itself, where no single text says it.
    alt
        Word of the alternative text of a drawing, which may hold {title} and {list} too.
    parts
        What {list} names, where that is not what the shape draws.
    notes
        Words of what a reader must know; ``note`` where the chart has such a text.
    more
        Sentences after the notes.
    prose
        Whether the table holds sentences rather than figures.
    shades
        Grounds of a heat map, as those of `Chart`.
    """

    shape: Shape | None = None
    table: Mapping[str, Sequence[str]] | pl.DataFrame | None = None
    said: Mapping[str, str | int] = field(default_factory=dict)
    title: str = "title"
    sentence: str = ""
    alt: str = "alt"
    parts: Sequence[str] | None = None
    notes: Sequence[str] = ("note",)
    more: Sequence[str] = ()
    prose: bool = False
    shades: Sequence[Sequence[int]] = ()


def chart(
    words: str, *stands_on: str
) -> Callable[[Callable[P, Told | Chart | None]], Callable[P, Chart]]:
    """Declare a chart.

    ``words`` is the first part of the keys of its texts. Where the function returns None, a
    sentence names the first of the tables that it stands on that lacks. Turns a function of figures
    and page, which returns what the chart tells, into one that returns the chart.
    """

    def declare(tell: Callable[P, Told | Chart | None]) -> Callable[P, Chart]:
        @wraps(tell)
        def made(*args: P.args, **options: P.kwargs) -> Chart:
            subject = next(one for one in args if isinstance(one, Subject))
            what = tell(*args, **options)
            if what is None:
                return absent(subject, words, *stands_on)
            return what if isinstance(what, Chart) else _made(what, subject, words)

        before = CHARTS.get(tell.__name__)
        if before is not None and before.__module__ != tell.__module__:
            raise ReportError(
                f"The chart {tell.__name__!r} of {tell.__module__} has the name of one of "
                f"{before.__module__}. Give it another name."
            )
        CHARTS[tell.__name__] = made
        return made

    return declare


def absent(subject: Subject, words: str, *stands_on: str) -> Chart:
    """Return a chart that says in a sentence what is lacking and which table would give it."""
    lacking = next((table for table in stands_on if table in subject.missing), "")
    reason = "chart.table_missing" if lacking else "chart.no_figures"
    named = say(subject.texts, f"quality.tables.{lacking}") if lacking else ""
    note = say(subject.texts, reason, table=named)
    return Chart(None, say(subject.texts, f"{words}.heading"), note, None, note)


def _made(what: Told, subject: Subject, words: str) -> Chart:
    """Make the title, the alternative text, the table and the note of what is told."""
    texts = subject.texts
    said: dict[str, str | int] = {
        "sector": sector_name(subject),
        "region": name_of(subject, "region", subject.region),
        "base": subject.base_year,
        "year": subject.horizon_year,
        **what.said,
    }

    def key(word: str) -> str:
        own = f"{words}.{word}"
        return own if own in texts.entries else word

    def text(word: str) -> str:
        return say(texts, key(word), **said)

    title = what.sentence or text(what.title)
    notes = [text(one) for one in what.notes if one != "note" or key(one) in texts.entries]
    note = " ".join(one for one in [*notes, *what.more] if one)
    table = shape_table(what.shape, texts) if what.table is None else what.table
    if isinstance(table, Mapping):
        heads = {head: key(head) in texts.entries for head in table}
        table = pl.DataFrame({text(h) if heads[h] else h: list(table[h]) for h in table})
    if what.shape is not None and table is None:
        raise ReportError(f"The chart {words!r} draws what no table has. Tell its table too.")
    if what.shape is None:
        alt = note if table is None else title
        return Chart(None, title, alt, table, note, what.prose, what.shades)
    parts = listed(what.shape, texts) if what.parts is None else what.parts
    said |= {"title": title, "list": "; ".join(parts)}
    return Chart(drawing(what.shape, texts), title, text(what.alt), table, note, what.prose)
