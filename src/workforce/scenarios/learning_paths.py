"""Ways from one occupation to another by learning: time, cost, places and FTE lost meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from workforce.errors import DataError, ParameterError
from workforce.model.study_time import WORKING_WEEKS

LEGS = [
    "weeks",
    "calendar_weeks",
    "cost",
    "fte_lost",
    "backfill_cost",
    "total_cost",
]
COLUMNS = ["occupation", "via", "occupation_to", "steps", *LEGS, "places"]


def learning_steps(
    training: pl.DataFrame, *, position_share: float = 1.0, working_weeks: float = WORKING_WEEKS
) -> pl.DataFrame:
    """Compute what one step of learning takes for one person, beside work.

        calendar_weeks = weeks / study_pace
        fte_lost       = calendar_weeks * study_share * position_share / working_weeks
        backfill_cost  = fte_lost * backfill_price
        total_cost     = cost + backfill_cost

    ``training`` is the table of that name: weeks of full-time study, cost [NOK], places [persons
    per year], feasible (0 or 1), and where known study_pace (part of full-time study), study_share
    (part of working time that goes to study) and backfill_price [NOK per FTE-year]. Pace and share
    that are not given are 1; without a price the cost of a substitute, and the total, are empty.
    Gives the steps allowed: occupation, occupation_to, weeks, calendar_weeks [weeks], cost,
    backfill_cost, total_cost [NOK per person], fte_lost [FTE-years per person], places.
    """
    if not 0.0 < position_share <= 2.0:
        raise ParameterError(f"position_share is {position_share}; it must be above 0, at most 2.")
    if not 0.0 < working_weeks <= 52.0:
        raise ParameterError(f"working_weeks is {working_weeks}; it must be above 0, at most 52.")
    needed = ["occupation", "occupation_to", "weeks", "cost", "places", "feasible"]
    lacking = [name for name in needed if name not in training.columns]
    if lacking:
        raise DataError(f"training lacks the column {', '.join(lacking)}.")
    given = {"study_pace": 1.0, "study_share": 1.0, "backfill_price": None}
    filled = training.with_columns(
        (pl.col(name).cast(pl.Float64) if name in training.columns else pl.lit(None, pl.Float64))
        .fill_null(pl.lit(value, pl.Float64))
        .alias(name)
        for name, value in given.items()
    )
    _check_shares(filled)
    return (
        filled.filter(pl.col("feasible") == 1)
        .with_columns(
            pl.col("weeks", "cost", "places").cast(pl.Float64),
            calendar_weeks=pl.col("weeks") / pl.col("study_pace"),
        )
        .with_columns(
            fte_lost=pl.col("calendar_weeks") * pl.col("study_share") * position_share
            / working_weeks
        )
        .with_columns(backfill_cost=pl.col("fte_lost") * pl.col("backfill_price"))
        .with_columns(total_cost=pl.col("cost") + pl.col("backfill_cost"))
        .select("occupation", "occupation_to", *LEGS, "places")
    )  # fmt: skip


def learning_paths(
    training: pl.DataFrame,
    *,
    destinations: Sequence[str] | None = None,
    position_share: float = 1.0,
    working_weeks: float = WORKING_WEEKS,
) -> pl.DataFrame:
    """List the ways of one or two steps into each occupation, best first.

    A way of two steps is the sum of its steps, with the places of the narrower one. It is listed
    only where it costs less, or takes fewer weeks, than the best single step between the same two
    occupations. Ways are ordered by total cost (cost of training where the substitute's price is
    not known), then weeks, then steps.

    Columns are occupation, via (empty for one step), occupation_to, steps, and those of
    `learning_steps`.
    """
    steps = learning_steps(training, position_share=position_share, working_weeks=working_weeks)
    direct = steps.with_columns(via=pl.lit(""), steps=pl.lit(1, pl.Int64)).select(COLUMNS)
    second = steps.rename({name: f"{name}_2" for name in [*LEGS, "places"]} | {"occupation": "via"})
    double = (
        steps.rename({"occupation_to": "via"})
        .join(second, on="via")
        .filter(pl.col("occupation") != pl.col("occupation_to"))
        .with_columns(
            *(pl.col(name) + pl.col(f"{name}_2") for name in LEGS),
            places=pl.min_horizontal("places", "places_2"),
            steps=pl.lit(2, pl.Int64),
        )
        .select(COLUMNS)
    )
    best = direct.select(
        "occupation", "occupation_to", *(pl.col(name).alias(f"one_{name}") for name in LEGS)
    )
    # Two ways are compared by their total where both are known, else by the training alone.
    cheaper = pl.coalesce(
        pl.col("total_cost") < pl.col("one_total_cost"), pl.col("cost") < pl.col("one_cost")
    )
    worth = (
        double.join(best, on=["occupation", "occupation_to"], how="left")
        .filter(pl.col("one_weeks").is_null() | cheaper | (pl.col("weeks") < pl.col("one_weeks")))
        .select(COLUMNS)
    )
    ways = pl.concat([direct, worth])
    if destinations is not None:
        ways = ways.filter(pl.col("occupation_to").is_in(list(destinations)))
    order = pl.coalesce("total_cost", "cost")
    return (
        ways.with_columns(order=order)
        .sort("occupation_to", "order", "weeks", "steps", "occupation", "via")
        .drop("order")
    )


def _check_shares(training: pl.DataFrame) -> None:
    """Refuse a pace or a share of working time that is no share, and name the rows."""
    problems = []
    for name, least in (("study_pace", "above 0"), ("study_share", "0 or more")):
        value = pl.col(name)
        low = value <= 0 if name == "study_pace" else value < 0
        problems += [
            f"{name} is {row[name]:g} from {row['occupation']} to {row['occupation_to']}; "
            f"it must be {least}, at most 1"
            for row in training.filter(low | (value > 1)).iter_rows(named=True)
        ]
    if problems:
        raise DataError("training: " + "; ".join(problems) + ".")
