"""Picks figures out of a publishable table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import polars as pl

from workforce.contract.councils import COUNCIL
from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import Side, declared
from workforce.texts.catalogue import Texts

HOW_KNOWN = {
    "measured_shortage": "",
    "partly_measured_shortage": "_partly",
    "estimated_shortage": "_estimated",
}
"""Variables of the shortage of the base year: counted here, counted by some, counted by nobody."""
LEAST_TO_LEAD = 10.0
"""Fewest persons, as rounded, of an occupation or a competence that a headline names."""
SMALL_STAFF, SMALL_PLACE = 50, 1000
"""Employees or inhabitants under which a place looks to its neighbours first. [persons]"""
LEAST_SHORTAGE = 0.05
"""Less is written as 0.0. [FTE]"""
LEAST_NAMED = 0.5
"""Smallest shortage of an occupation or a service that is named. [FTE]"""
MOST_OF_FEW = 0.89
"""Share of the draws that a figure on fewer persons than a small place's staff is told by at most:
likely, since rounding and luck with so few move it more than the draws tell."""
LEAST_FOR_SHARE = 20
"""Fewest persons whose parts or changes are told in per cent; below it in persons."""


@dataclass(frozen=True)
class Subject:
    """Whom and what a page is about, and the language it speaks.

    ``region``, ``sector``, ``scenario``: codes; sector may be "all". ``base_year``,
    ``horizon_year``: first and last 1 January of the projection. ``texts``, ``names``: catalogue of
    the language, and names of regions, sectors and occupations. ``missing``: tables that the folder
    lacks. ``own_names``: name of each scenario of the params file, in the language of the page.
    """

    region: str
    sector: str
    scenario: str
    base_year: int
    horizon_year: int
    texts: Texts
    names: Names
    missing: tuple[str, ...] = ()
    own_names: Mapping[str, str] = field(default_factory=dict)


def leading_band(figures: Figures) -> str:
    """Give the band of inhabitants whose services need most staff: the old, or the pupils."""
    return "16-19" if figures.facts.employer == COUNCIL else "80+"


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; the ends equal the centre where nothing is uncertain.

    ``agree`` is the share of the draws on its ``side``: that of zero, or of the base year.
    ``a_year`` says that it is what comes or goes in a year, and not a stock.
    """

    central: float
    lower: float
    upper: float
    level: float
    agree: float | None = None
    side: Side = ""
    a_year: bool = False

    @property
    def is_uncertain(self) -> bool:
        """Whether the interval is wider than the figure itself."""
        return self.upper > self.lower

    def scaled(self, factor: float) -> Estimate:
        """Return the estimate times a factor, its ends in order."""
        ends = sorted((self.lower * factor, self.upper * factor))
        return replace(self, central=self.central * factor, lower=ends[0], upper=ends[1])

    def since(self, base: float) -> Estimate:
        """Return the change from the base year; draws that agreed on its side are now at zero's."""
        moved = {name: getattr(self, name) - base for name in ("central", "lower", "upper")}
        side: Side = "zero" if self.side == "base" else ""
        return replace(self, side=side, **moved).no_surer_than_its_interval()

    def no_surer_than_its_interval(self) -> Estimate:
        """Take no side for sure that an end of the interval is not on."""
        if self.agree is None or self.side != "zero" or not self.lower < 0 < self.upper:
            return self
        return replace(self, agree=min(self.agree, MOST_OF_FEW))


def pick(
    figures: Figures,
    subject: Subject,
    variable: str,
    *,
    sector: str | None = None,
    occupation: str | None = None,
    dimension: str = "",
    scenario: str | None = None,
    year: int | None = None,
) -> pl.DataFrame:
    """Pick the rows of one variable for the region of the page.

    None is every sector or occupation there is, every year, and the scenario of the page; without a
    dimension come figures that have none, by category and year.
    """
    told = (scenario or subject.scenario, subject.region, dimension, sector, occupation, year)
    return _picked(figures, variable, *told)


@lru_cache(maxsize=512)
def _picked(figures: Figures, variable: str, *told: str | int | None) -> pl.DataFrame:
    """Pick rows once, of which several parts of a page speak."""
    names = ("scenario", "region", "dimension", "sector", "occupation", "year")
    wanted = [pl.col(name) == one for name, one in zip(names, told, strict=True) if one is not None]
    return _of_variable(figures, variable).filter(*wanted)


def at_most_likely(share: str) -> pl.Expr:
    """Take no share of the draws for sure that stands on few persons."""
    inhabitants = pl.when(pl.col("variable").str.starts_with("population")).then("central")
    few = pl.coalesce("persons", inhabitants) < SMALL_STAFF
    return pl.when(few).then(pl.col(share).clip(upper_bound=MOST_OF_FEW)).otherwise(share)


@lru_cache(maxsize=2)
def by_variable(figures: Figures) -> dict[tuple[Any, ...], pl.DataFrame]:
    """Part the rows of a page once, which picks from them a hundred times."""
    return figures.table.partition_by("variable", as_dict=True, maintain_order=True)


@lru_cache(maxsize=256)
def _of_variable(figures: Figures, variable: str) -> pl.DataFrame:
    rows = by_variable(figures).get((variable,), figures.table.clear())
    rows = rows.with_columns(agree=at_most_likely("agree"))
    return rows.sort("sector", "occupation", "category", "year", maintain_order=True)


def occupation_gaps(figures: Figures, subject: Subject, sector: str, *, year: int) -> pl.DataFrame:
    """Pick the shortage of each occupation in a year, around the median of the draws.

    The median of what is missing, or else less that of what is over, each with its own interval, so
    that an occupation has the same figure here as among the parts of what is missing in all. Where
    it is neither, the interval reaches from the one to the other.
    """
    post = ["sector", "occupation"]
    onto: dict[str, Any] = {"on": post, "how": "left", "maintain_order": "left"}
    net, missing, over = (
        pick(figures, subject, name, sector=sector, year=year)
        for name in ("shortage_fte", "missing_fte", "surplus_fte")
    )
    ends = {"low": "lower", "high": "upper"}
    least = 0.5 if subject.texts.small_place else LEAST_SHORTAGE  # Less is written as nought.
    lacks, has_more = (pl.col(name) >= least for name in ("missing", "over"))
    return (
        net.filter(pl.col("occupation") != "all")
        .join(missing.select(*post, missing="central", lack="agree", **ends), **onto)
        .join(
            over.select(*post, over="central", extra="agree", over_low="lower", over_high="upper"),
            **onto,
        )
        .with_columns(
            central=pl.when(lacks).then("missing").otherwise(-pl.col("over")),
            lower=pl.when(lacks).then("low").otherwise(-pl.col("over_high")),
            upper=pl.when(lacks | ~has_more).then("high").otherwise(-pl.col("over_low")),
            # Of draws on neither side, those that neither lack nor have more than needed.
            agree=pl.when(lacks)
            .then("lack")
            .when(has_more)
            .then("extra")
            .otherwise((pl.col("lack") + pl.col("extra") - 1.0).clip(0.0, 1.0)),
        )
        .drop("low", "high", "missing", "over", "lack", "extra", "over_low", "over_high")
    )


def since_when(
    chances: pl.DataFrame, missing: pl.DataFrame, least: float, subject: Subject
) -> int | None:
    """Return the year from which a shortage is told in so many draws, to the end; None if none.

    ``chances`` are rows of ``shortage_chance`` of one post, ``missing`` of ``missing_fte``, and
    ``least`` the share of the draws. What is too little to be named is no shortage yet.
    """
    rows = shown(chances).with_columns(central=at_most_likely("central"))
    if rows.is_empty():
        return None
    unlikely = rows.filter(pl.col("central") + 1e-9 < least)["year"]
    little = shown(missing).filter(pl.col("central") < LEAST_NAMED)["year"]
    last = max([*unlikely, *little], default=subject.base_year - 1)
    return last + 1 if last < subject.horizon_year else None


ROUNDING = 1e-3
"""What a sum of persons may be off by. [persons]"""


def that_may_lead(rows: pl.DataFrame, figures: Figures) -> pl.DataFrame:
    """Keep the rows on enough persons for a headline; of those as they were counted, all.

    A rounded count under 10 may be one person or nine, which is too little to lead a page with.
    """
    if figures.rounded_to is None:
        return rows
    return rows.filter(pl.col("persons").fill_null(0.0) >= LEAST_TO_LEAD - ROUNDING)


def is_small(figures: Figures, subject: Subject) -> bool:
    """Whether the place is so small that a tenth of an FTE says nothing, and neighbours much."""
    year = subject.base_year
    staff = estimate(pick(figures, subject, "headcount", sector="all", occupation="all", year=year))
    ages = pick(figures, subject, "population_path", dimension="sex_age", year=year)
    few_work = staff is not None and staff.central < SMALL_STAFF
    return few_work or 0.0 < float(ages["central"].sum()) < SMALL_PLACE


def that_are_drawn(rows: pl.DataFrame, figures: Figures) -> pl.DataFrame:
    """Keep the rows that may lead, so that a title names the largest that is drawn.

    Where none of them may lead, all.
    """
    leading = that_may_lead(rows, figures)
    return rows if leading.is_empty() else leading


def whole(
    figures: Figures, subject: Subject, variable: str, *, scenario: str | None = None
) -> pl.DataFrame:
    """Pick a variable for the sector of the page, all occupations together, over the years."""
    return pick(
        figures, subject, variable, sector=subject.sector, occupation="all", scenario=scenario
    )


def of_page(rows: pl.DataFrame, subject: Subject) -> pl.DataFrame:
    """Keep the sector of the page; of a page on all sectors, every one."""
    return rows if subject.sector == "all" else rows.filter(sector=subject.sector)


def shown(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep the rows that have a figure."""
    return rows.drop_nulls("central") if rows["central"].has_nulls() else rows


def estimate(rows: pl.DataFrame, *, year: int | None = None) -> Estimate | None:
    """Read the one figure of a year; None where it is not there.

    Without a year the only row is read.
    """
    years = [year] * rows.height if year is None else rows["year"].to_list()
    if years.count(year) != 1:
        return None
    row = rows.row(years.index(year), named=True)
    return None if row["central"] is None else estimate_of(row)


def estimate_of(row: Mapping[str, Any]) -> Estimate:
    """Read the figure of a row that has one."""
    central = float(row["central"])
    lower, upper = (central if row[end] is None else float(row[end]) for end in ("lower", "upper"))
    variable = declared().get(str(row.get("variable")))
    return Estimate(
        central,
        lower,
        upper,
        float(row["level"] or 0.0),
        agree=row.get("agree"),
        side=variable.side if variable else "",
        a_year=variable is not None and variable.is_flow,
    ).no_surer_than_its_interval()


def only(rows: pl.DataFrame, category: str) -> pl.DataFrame:
    """Keep one category, in the order of the years."""
    return rows.filter(pl.col("category") == category).sort("year")


def largest(rows: pl.DataFrame, column: str = "upper") -> float:
    """Return the largest absolute value of a column; 0 of nothing."""
    value = rows[column].abs().max() if rows.height else None
    return float(value) if isinstance(value, (int, float)) else 0.0


def of_known_posts(figures: Figures, subject: Subject, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out the occupations that a sector neither has nor needs."""
    post = ["sector", "occupation"]
    parts = [pick(figures, subject, name) for name in ("demand_fte", "supply_fte")]
    both = pl.concat([part.select(*post, "central") for part in parts])
    nobody = both.group_by(post).agg(pl.col("central").ne_missing(0.0).any().alias("known"))
    empty = nobody.filter(~pl.col("known"))
    return rows.join(empty, on=post, how="anti", maintain_order="left")


def shortage_lines(figures: Figures, subject: Subject) -> pl.DataFrame:
    """Pick the lines of the shortage of the base year that are known, however they are known."""
    return pl.concat(
        [
            pick(figures, subject, variable, sector=subject.sector, dimension="line",
                 year=subject.base_year)
            for variable in HOW_KNOWN
        ]
    )  # fmt: skip


def how_known(lines: pl.DataFrame, line: str = "unfilled") -> str:
    """End of the keys that say how a line is known: counted, partly or estimated.

    A value of `HOW_KNOWN`; empty, too, where nothing is known of the line.
    """
    found = only(lines, line)["variable"]
    return HOW_KNOWN[str(found[0])] if len(found) else ""
