"""Find columns whose values contradict their unit, and say what else they may be written in."""

from dataclasses import dataclass

import polars as pl

from workforce.contract.dictionary import Table
from workforce.contract.problems import Problem, shorten


@dataclass(frozen=True)
class Reading:
    """Another unit that a column may be written in: its name, and what makes the unit of it.

    The cell is multiplied by ``factor``; where ``inverse`` it is 1 over the cell.
    """

    name: str
    factor: float = 1.0
    inverse: bool = False

    def of(self, value: float) -> float:
        """Give the value in the unit of the dictionary. [unit of the column]."""
        return 1.0 / value if self.inverse else value * self.factor


@dataclass(frozen=True)
class Usual:
    """Where the median of a column's figures, other than 0, lies when the unit is right.

    ``greatest`` takes the greatest figure for the median, where most may rightly be small. ``over``
    names a column that the figures are divided by, ``by`` the key within which the median is taken,
    ``where`` a column and the code of the rows that the limits are for. The limits leave room for
    everything that a place has been seen to have: they are set by judgement, to be crossed by
    another unit and by nothing else.
    """

    table: str
    column: str
    low: float
    high: float
    readings: tuple[Reading, ...]
    over: str = ""
    by: str = ""
    where: tuple[str, str] | None = None
    greatest: bool = False


_PERCENT = Reading("per cent", 0.01)
_HUNDREDTH = Reading("shares divided by 100 once more", 100.0)
_THOUSANDS = Reading("thousands of NOK", 1000.0)
_PER_1000 = Reading("per 1000", 0.001)
_SCHOOL_WEEKS = 38.0

USUAL = (
    Usual("absence", "absence_rate", 0.0015, 0.4, (_PERCENT, _HUNDREDTH)),
    Usual("vacancies", "vacancy_rate", 0.001, 0.4, (_PERCENT, _HUNDREDTH)),
    Usual("national_vacancies", "vacancy_rate", 0.001, 0.4, (_PERCENT, _HUNDREDTH)),
    Usual("service_share", "share", 0.02, 1.0, (_HUNDREDTH,)),
    Usual("graduates", "completion_rate", 0.05, 1.0, (_HUNDREDTH,)),
    Usual("competence_requirement", "share", 0.02, 1.0, (_HUNDREDTH,), greatest=True),
    Usual("competence_holding", "share", 0.02, 1.0, (_HUNDREDTH,), greatest=True),
    Usual("training", "study_pace", 0.02, 1.0, (_HUNDREDTH,)),
    Usual("training", "study_share", 0.02, 1.0, (_HUNDREDTH,)),
    Usual("task_sharing", "share", 0.003, 1.0, (_HUNDREDTH,)),
    Usual("task_sharing", "output_ratio", 0.05, 10.0, (_PERCENT, _HUNDREDTH)),
    Usual("staffing_norms", "ratio", 0.5, 10_000.0, (Reading("FTE per user", inverse=True),),
          by="sector"),
    Usual("staffing_norms", "user_hours", 0.05, 20.0,
          (Reading("hours of a user a week beside hours of an FTE a year", _SCHOOL_WEEKS),
           Reading("hours of a user a year beside hours of an FTE a week", 1 / _SCHOOL_WEEKS)),
          over="fte_hours", by="sector"),
    Usual("training", "cost", 20.0, 1e6, (_THOUSANDS,), over="weeks"),
    Usual("training", "backfill_price", 1e5, 5e6,
          (_THOUSANDS, Reading("NOK an hour", 1950.0), Reading("NOK a month", 12.0))),
    Usual("measure_costs", "cost", 1000.0, 1e8, (_THOUSANDS,), where=("unit", "persons a year")),
    Usual("vital_rates", "value", 0.0, 0.3, (_PER_1000, _PERCENT), where=("rate", "mortality")),
    Usual("vital_rates", "value", 0.0, 0.5, (_PER_1000, _PERCENT), where=("rate", "fertility")),
    Usual("vital_rates", "value", 0.0, 0.3, (_PER_1000, _PERCENT),
          where=("rate", "net_migration")),
)  # fmt: skip
"""Columns whose unit their values can contradict, with the other units they are written in."""


def check_units(frame: pl.DataFrame, table: Table, *, file: str) -> list[Problem]:
    """Refuse a column whose median no figure in its unit has, with every reading."""
    problems = []
    for usual in USUAL:
        asked = {usual.column, usual.over, usual.by, (usual.where or ("",))[0]} - {""}
        if usual.table == table.name and asked <= set(frame.columns):
            problems += _check(frame, table, usual, file)
    return problems


def _check(frame: pl.DataFrame, table: Table, usual: Usual, file: str) -> list[Problem]:
    column = table.column(usual.column)
    assert column is not None  # noqa: S101
    upper = column.variable.upper
    if upper is not None and (frame[usual.column] > upper).any():
        return []  # Told already, with the other reading.
    figures = pl.col(usual.column).abs() / (pl.col(usual.over) if usual.over else 1.0)
    rows = frame if usual.where is None else frame.filter(pl.col(usual.where[0]) == usual.where[1])
    by = pl.col(usual.by) if usual.by else pl.lit("")
    medians = (
        rows.select(by.alias("by"), figures.alias("figure"))
        .filter(pl.col("figure").is_finite() & (pl.col("figure") > 0))
        .group_by("by", maintain_order=True)
        .agg(pl.col("figure").max() if usual.greatest else pl.col("figure").median(), pl.len())
    )
    problems = []
    for place, median, count in medians.filter(
        ~pl.col("figure").is_between(usual.low, usual.high)
    ).iter_rows():
        name = f"{usual.column} / {usual.over}" if usual.over else usual.column
        within = f" of {usual.by} {place}" if usual.by else ""
        within += f" of {usual.where[0]} {usual.where[1]}" if usual.where else ""
        other = [
            f"read as {reading.name} it is {reading.of(median):.4g}"
            for reading in usual.readings
            if usual.low <= reading.of(median) <= usual.high
        ]
        unit = column.variable.unit
        figure = "greatest" if usual.greatest else "median"
        message = (
            f"The {figure} of {name}{within} ({count} figures above 0) is {median:.4g}. Read as "
            f"{unit}, the unit of the column, that is not usual: "
            + (f"from {usual.low:g} to " if usual.low else "up to ")
            + "; ".join([f"{usual.high:g} is", *other])
            + f". Write every row as {unit}."
        )
        problems.append(
            Problem(table.name, file, usual.column, "unit contradicted", count, (), message)
        )
    return problems


LEAST_FTE_EACH, MOST_FTE_EACH = 0.02, 1.5
"""FTE per person of all staff in a sector that only another unit gives. Whole posts in hundredths
are 0.01, and those who fight fires beside another job have 0.02 on their own."""
JUDGED_PERSONS = 10.0


def check_fte_each(frame: pl.DataFrame, table: Table, *, file: str) -> list[Problem]:
    """Refuse sectors whose staff have next to no FTE each, or far more than a post each.

    A sector of fewer than `JUDGED_PERSONS` in a place and year is judged only with the others of
    the place: people are counted at their main position and FTE where the work is done.
    """
    by = ["region", "sector", "year"]
    if not {*by, "persons", "fte"} <= set(frame.columns):
        return []
    known = frame.drop_nulls(["persons", "fte"]).filter(pl.col("fte").is_finite())
    sums = known.group_by(by, maintain_order=True).agg(pl.col("persons", "fte").sum())
    whole = sums.group_by("region", "year", maintain_order=True).agg(
        pl.col("persons", "fte").sum(), sector=pl.lit("all")
    )
    wrong = _with_wrong_fte(sums)
    if wrong.is_empty():
        wrong = _with_wrong_fte(whole.select(sums.columns))
    if wrong.is_empty():
        return []
    median = float(wrong["each"].median())  # type: ignore[arg-type]
    other = (
        f"FTE divided by 100, as where percent cells are taken for hundredths, {100 * median:.3g}"
        if median < LEAST_FTE_EACH
        else f"per cent of a post, {median / 100:.3g}"
    )
    cells = [
        f"region {region}, sector {sector}, {year}: {fte:.4g} FTE for {persons:g} persons, "
        f"{share:.3g} each"
        for region, sector, year, persons, fte, share in wrong.iter_rows()
    ]
    message = (
        f"{shorten(cells, shown=3, mark='; ')}. The staff of a sector have from "
        f"{LEAST_FTE_EACH:g} to {MOST_FTE_EACH:g} FTE each; read as {other}. "
        "Write fte as full-time equivalents."
    )
    return [Problem(table.name, file, "fte", "unit contradicted", wrong.height, (), message)]


def _with_wrong_fte(sums: pl.DataFrame) -> pl.DataFrame:
    each = sums.with_columns(each=pl.col("fte") / pl.col("persons"))
    usual = pl.col("each").is_between(LEAST_FTE_EACH, MOST_FTE_EACH)
    return each.filter((pl.col("persons") >= JUDGED_PERSONS) & ~usual)
