"""Reads a page as it was shown: its sentences, its charts with their tables, and all figures."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import polars as pl
from bs4 import BeautifulSoup

from workforce.reports import charts
from workforce.reports.charts import chart as shown
from workforce.reports.notebook import open_page

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)|\b[1-4]\. kvartal|\bQ[1-4]"
"""What a figure may be of, and what is no figure itself."""
FIGURE = (
    r"(?<![\w§.,])[−+]?\d{1,3}(?:(?:\xa0|(?<=\d),(?=\d{3}))\d{3})*(?:[.,]\d{1,2})?"
    r"(?!\d|\. (?:kvartal|januar|desember))"
)
SPAN = re.compile(
    rf"({FIGURE})(\s?%)?(?:[^\d()]|{YEAR}){{0,80}}? "
    rf"\((?:([^\W\d]+), )?({FIGURE})\s?%?\s(?:til|to)\s({FIGURE})(\s?%)?\)"
)
"""A figure with its interval in brackets: "517 årsverk (sikkert, 215 til 840)"."""
CARD = re.compile(
    r"^(?:(?P<word>\w+)(?: (?:over|under) null| at det mangl[ae]r"
    r"| to be (?:above zero|below zero|missing))?, )?"
    r"(?:[Mm]ellom|between|Between) (?P<low>\S+(?:\xa0\S+)*) (?:og|and) "
    r"(?P<high>\S+(?:\xa0\S+)*)$"
)
"""The interval of a key figure, which stands below it: "sikkert over null, mellom 37 og 122"."""
ALONE = re.compile(rf"({FIGURE})(\s?%)?(?![\w–-])")
SAME = ["region", "sector", "occupation", "dimension", "category", "detail", "variable"]


class Told(NamedTuple):
    """A figure that was read, with the step of its last digit; its interval where it has one."""

    value: float
    step: float
    share: bool
    lower: float | None
    upper: float | None
    word: str
    text: str

    def is_as(self, other):
        """Whether another tells the same, if need be in coarser steps."""
        slack = (self.step + other.step) / 2 + 1e-6
        ends = ((self.value, other.value), (self.lower, other.lower), (self.upper, other.upper))
        if self.lower is None:
            ends = ends[:1]
        elif other.lower is None or self.word != other.word:
            return False
        same = all(abs(a - b) <= slack for a, b in ends)
        # What is below nought is drawn so, and told as what there is more of than needed.
        turned = (other.value, other.upper, other.lower)
        mirrored = all(abs(a + b) <= slack for (a, _), b in zip(ends, turned, strict=False))
        return self.share == other.share and (same or mirrored)


@dataclass(frozen=True)
class Drawn:
    """A chart of a page as a reader meets it."""

    title: str
    alt: str
    table: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """What stands on a page: its charts, and the sentences and cards beside them."""

    charts: list[Drawn] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def read_page(figures, *, language, sector="all"):
    """Show a page as its notebook does, without drawing it, and read it."""
    parts = []
    with (
        patch("IPython.display.display", lambda content, **_: parts.append(content)),
        patch.object(shown, "drawn", lambda _: "<figure></figure>"),
    ):
        names = {"charts": charts, "page": open_page(figures, language=language, sector=sector)}
        path = NOTEBOOKS / f"{figures.facts.page}.ipynb"
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            code = "".join(cell["source"])
            if cell["cell_type"] == "code" and code.startswith("page."):
                exec(code, names)  # noqa: S102
    return _read(parts)


def _read(parts):
    page, title, alt = Read(), "", ""
    for part in parts:
        html = BeautifulSoup(part["text/html"], "html.parser")
        if html.figure is not None:
            alt = part["text/plain"]
        elif html.h3 is not None and not html.find(["table", "dl", "section"]):
            title = part["text/plain"]
        elif html.table is not None or title:
            rows = tuple(
                tuple(one.get_text() for one in row.find_all(["th", "td"]))
                for row in html.find_all("tr")
            )
            named = title or html.caption.get_text()
            notes = tuple(one.get_text() for one in html.find_all("p"))
            page.charts.append(Drawn(named, alt, rows, notes))
            title = alt = ""
        else:
            for card in html.select(".key-figures dl > div"):
                value, *said = (one.get_text() for one in card.find_all("dd"))
                if said:
                    ends = CARD.sub(r"\g<word>, \g<low> to \g<high>", said[0]).removeprefix(", ")
                    page.sentences.append(f"{value} ({ends})")
                page.sentences.extend([value, *said[1:]])
                card.decompose()
            page.sentences.extend(
                one.get_text(" ") for one in html.find_all(["p", "li", "dd", "dt", "h1", "h2"])
            )
    return page


def number_of(text, language):
    """Read one figure, and the step of its last digit."""
    plain = text.replace("\xa0", "").replace("−", "-").replace("+", "")
    plain = plain.replace(",", "") if language == "en" else plain.replace(",", ".")
    return float(plain), 10.0 ** -len(plain.partition(".")[2])


def figures_of(text, language):
    """Read the figures of a text, those with an interval first; years are none."""
    found = []
    for one in SPAN.finditer(text):
        value, step = number_of(one[1], language)
        ends = [number_of(one[place], language)[0] for place in (4, 5)]
        found.append(Told(value, step, bool(one[2] or one[6]), *ends, one[3] or "", one[0]))
    return found + [
        Told(*number_of(one[1], language), bool(one[2]), None, None, "", one[0])
        for one in ALONE.finditer(SPAN.sub(" ", text))
    ]


def store_of(figures, base_year):
    """Return centre, lower and upper end of all that the store has, and what follows from it.

    That is: what is told the other way, as a surplus; the change since the base year, in all and
    for each; and shares, which are per cent.
    """
    table = figures.table.filter(pl.col("central").is_not_null())
    base = table.filter(pl.col("year") == base_year).unique(["scenario", *SAME], keep="none")
    table = table.join(
        base.select("scenario", *SAME, base="central"), on=["scenario", *SAME], how="left"
    )
    told = table.select("central", "lower", "upper").to_numpy()
    start = table["base"].fill_null(0.0).to_numpy()[:, None]
    since = told - start
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = 100 * since / start
    plain = np.concatenate([told, since])
    shares = np.concatenate([100 * told, growth])
    return {False: _both_ways(plain), True: _both_ways(shares)}


def _both_ways(told):
    return np.concatenate([told, -told[:, [0, 2, 1]]])


def ends_of(figures, subject):
    """Return the figures of all occupations of the page at the ends of its period.

    With them what is derived from them in sentences, each by its name here: the change of need,
    staff and budgets since the base year; those who begin in a year; those of 55 and over.
    """
    first, last = subject.base_year, subject.horizon_year
    rows = figures.table.filter(
        pl.col("central").is_not_null(),
        pl.col("region") == subject.region,
        pl.col("sector").is_in(["", subject.sector]),
        pl.col("occupation").is_in(["", "all"]),
    )
    ends = rows.filter(pl.col("year").is_in([first, last - 1, last]))["central"].to_list()
    lines = rows.filter(pl.col("variable").is_in(["demand_fte", "supply_fte", "funded_fte"]))
    change = lines.join(lines.filter(year=first), on="variable", suffix="_base")
    ends += (change["central"] - change["central_base"]).to_list()
    at_base = rows.filter(year=first)
    older = at_base.filter(variable="headcount_by_age").filter(
        pl.col("category").is_in(["55_61", "62_plus"])
    )
    ends.append(older["central"].sum())
    seen, years = (
        rows.filter(variable=name)["central"].sum() for name in ("flow_recruits", "flow_years")
    )
    began = at_base.filter(variable="recruits")["central"].sum()
    ends += rows.filter(pl.col("variable").str.starts_with("flow_"))["central"].to_list()
    ends += [round(began, -1), round(seen / max(years, 1), -1), seen / max(years, 1)]
    return np.abs(np.array(ends))


def is_in(told, store):
    """Whether a figure with its interval is in the store; parts of a sum are within a step."""
    rows = store[told.share]
    slack = told.step / 2 + 1e-6
    near = np.abs(rows[:, 1] - told.lower) <= slack
    near &= np.abs(rows[:, 2] - told.upper) <= slack
    return bool((near & (np.abs(rows[:, 0] - told.value) <= told.step + slack)).any())
