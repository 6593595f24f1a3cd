"""What is shown of those who leave and come, by sector over fixed years, and rows made of it."""

from functools import partial

import numpy as np
import polars as pl

from workforce.contract.arrays import Numbers
from workforce.disclosure.inside import POST, sex_shares
from workforce.disclosure.national import EXITS, ORIGINS, exit_rates, national
from workforce.disclosure.stocks import OWN, Keys, Place, ShownStaff, rounded
from workforce.disclosure.tree import LEAST_BASE, Coin, coins

PERIOD = 3
"""Years that flows are counted over: 2019 to 2021, 2022 to 2024, and so on, never overlapping."""
YEARLY = 200
"""Persons shown of a sector when a period begins, from which its years are told one by one."""
LEAST_STAFF = 20
"""Persons shown of a sector on each 1 January of a period, from which its flows are told."""
LEAST_MOVES = 10
"""Exits, and recruits, shown of a sector in a period, from which they are told. [persons]"""
MOST_DRIFT = 5
"""Persons by which stocks, exits and recruits shown may miss their balance and still be told."""
LEAST_PROFILE = 0.01
"""Share of recruits below which an age is left out."""
ROUNDS = 12
"""Rounds in which the level of the rates is found."""
MOST_TIMES = 2.0
"""Most that the level rises in a round, where more are shown to leave than there are."""
FLOWS = [*POST, "sex", "age", "year", "flow", "persons", "exposure"]
KEY = ["region", "first", "sector"]
TOLD = [*KEY, "years"]
MOVED = [*KEY, "post"]


def show_flows(
    flows: pl.DataFrame, staff: ShownStaff, keys: Keys, *, base: int = LEAST_BASE
) -> pl.DataFrame:
    """Round exits by cause and recruits by origin along the tree, over whole periods.

    Of an occupation that shows `OWN` persons or more they are told by themselves, of the others of
    the sector together.

    A large sector is told year by year, others over three years: which of the two follows from the
    stock shown when the period begins, so that no year is counted twice.

    Stock, exits, recruits and the stock at the end are bound by a sum. Each of the four is shown
    within a base of the truth; where what is shown misses the sum by more than a base, the four
    together would narrow each of them, and the flows of that sector and period are left out. So
    are those of few people. What is left out follows from what would have been shown alone, so
    that it tells less than showing it.

    Parameters
    ----------
    flows
        Rows of the table of municipalities.
    staff
        What is shown of the stocks, from `show_staff`.
    keys
        Of the places.
    base
        [persons]

    Returns
    -------
    polars.DataFrame
        region, first (year of the period), sector, years (1 or 3), flow, post (an occupation, or
        "" for the others of the sector), persons in all years.
    """
    here = flows.filter(pl.col("region").is_in(list(keys)))
    table = pl.concat([_shown_over(years, here, keys, base) for years in (1, PERIOD)])
    table = table.join(_posts(staff), on=POST, how="left").with_columns(
        pl.col("post").fill_null("")
    )
    table = table.group_by([*TOLD, "flow", "post"]).agg(pl.col("persons").sum())
    begun = staff.sectors.select("region", "sector", block="year", begun="persons")
    table = table.with_columns(block=pl.col("first") // PERIOD * PERIOD)
    table = table.join(begun, on=["region", "sector", "block"], how="left")
    large = pl.col("begun").fill_null(0.0) >= YEARLY
    table = table.filter((pl.col("years") == 1) == large).drop("block", "begun")
    return table.join(_told(table, staff), on=TOLD, how="semi").sort(*TOLD, "flow", "post")


def _shown_over(years: int, here: pl.DataFrame, keys: Keys, base: int) -> pl.DataFrame:
    """Round the moves of periods of so many years, of which all are there."""
    here = here.with_columns(first=pl.col("year") // years * years)
    whole = here.group_by("region", "first").agg(n=pl.col("year").n_unique())
    here = here.join(whole.filter(pl.col("n") == years), on=["region", "first"])
    tables = [
        rounded(
            here.filter(pl.col("flow").is_in(kinds)), "persons", ["region", "first"],
            ("sector", "flow", "occupation"), partial(_coins, keys, f"{name} in {years}"), base,
        )
        for name, kinds in (("exits", EXITS), ("recruits", ORIGINS))
    ]  # fmt: skip
    table = pl.concat(tables).with_columns(years=pl.lit(years, pl.Int64))
    return table.select(*TOLD, "flow", "occupation", "persons")


def _posts(staff: ShownStaff) -> pl.DataFrame:
    """Occupations shown of each sector, and the name that their moves are told by."""
    large = pl.col("persons") >= OWN
    return staff.cells.select(
        *POST, post=pl.when(large).then(pl.col("occupation")).otherwise(pl.lit(""))
    )


def _coins(keys: Keys, table: str, at: Place) -> Coin:
    return coins(keys[at[0]], table)


def _told(shown: pl.DataFrame, staff: ShownStaff) -> pl.DataFrame:
    """Sectors and periods whose flows are told, by what is shown alone."""
    out = pl.col("flow").is_in(EXITS)
    moves = shown.group_by(TOLD).agg(
        exits=pl.col("persons").filter(out).sum(), recruits=pl.col("persons").filter(~out).sum()
    )
    stocks = staff.sectors.rename({"persons": "stock"})
    steps = moves.select(TOLD).with_columns(step=pl.int_ranges(0, pl.col("years") + 1))
    steps = steps.explode("step").with_columns(year=pl.col("first") + pl.col("step"))
    steps = steps.join(stocks, on=["region", "year", "sector"], how="left")
    ends = steps.group_by(TOLD).agg(
        least=pl.col("stock").fill_null(0.0).min(),
        start=pl.col("stock").filter(pl.col("step") == 0).sum(),
        end=pl.col("stock").filter(pl.col("step") == pl.col("years")).sum(),
    )
    drift = pl.col("start") - pl.col("exits") + pl.col("recruits") - pl.col("end")
    return moves.join(ends, on=TOLD).filter(
        (pl.col("least") >= LEAST_STAFF)
        & (pl.col("exits") >= LEAST_MOVES)
        & (pl.col("recruits") >= LEAST_MOVES)
        & (drift.abs() <= MOST_DRIFT)
    )


def flow_rows(
    shown: pl.DataFrame, staff: ShownStaff, whole: pl.DataFrame, occupations: pl.DataFrame
) -> pl.DataFrame:
    """Make the table ``staff_flows`` of a folder from what is shown.

    Exposure is what the stock shown of each year lives, spread as the staff of the latest year, if
    as many leave as are shown. Exits are spread over it by the national rates, recruits over
    occupations as those who leave, over sexes and ages by national patterns. What is known is known
    of whole periods: each age stands in one year of a period, with the exposure and the moves of
    all its years, and for exits with one sex, so that there are as few rows as give the same rates.
    A period of a sector that is not told has the moves of those that are, per person employed.

    Parameters
    ----------
    shown
        From `show_flows`.
    staff
        From `show_staff`.
    whole
        Staff of the latest year by sex and age, from `inside`.
    occupations
        With limit groups and groups.
    """
    shown = _filled(shown, staff)
    rates = exit_rates(occupations).rename({"cause": "flow"})
    every = rates.group_by("occupation", "age").agg(pl.col("rate").sum())
    lived = _exposure(shown, staff, whole, every)
    moves = shown.filter(pl.col("persons") > 0).rename({"persons": "total"})
    moves = moves.select(*MOVED, "flow", "total", "length")
    exits = moves.filter(pl.col("flow").is_in(EXITS))
    left = lived.join(exits, on=MOVED, maintain_order="left_right")
    left = left.join(rates, on=["occupation", "age", "flow"], maintain_order="left")
    left = left.filter(pl.col("rate") > 0)
    left = left.with_columns(weight=pl.col("exposure") * pl.col("rate"))
    leaving = (
        lived.join(every, on=["occupation", "age"], maintain_order="left")
        .group_by([*MOVED, "occupation"], maintain_order=True)
        .agg(leaving=(pl.col("exposure") * pl.col("rate")).sum())
    )
    recruits = moves.filter(pl.col("flow").is_in(ORIGINS))
    leaving = leaving.join(recruits, on=MOVED, maintain_order="left_right")
    came = leaving.join(_profile(), on="flow", maintain_order="left_right")
    # Half of the ages stand for all in one period, and the other half in the next.
    came = came.filter((pl.col("age") + pl.col("first") // PERIOD) % 2 == 0)
    sexes = sex_shares(occupations)
    came = came.join(sexes, on="occupation", maintain_order="left_right").with_columns(
        year=pl.col("first") + pl.col("age") // 2 % pl.col("length"),
        weight=pl.col("leaving") * pl.col("share") * pl.col("sex_share"),
    )
    cell = [*MOVED, "occupation", "sex", "age", "year"]
    came = came.join(lived, on=cell, how="left", maintain_order="left").with_columns(
        pl.col("exposure").fill_null(0.0)
    )
    names = [*cell, "flow", "exposure", "total", "weight"]
    rows = pl.concat([left.select(names), came.select(names)])
    part = pl.col("weight") / pl.col("weight").sum().over([*MOVED, "flow"])
    return rows.with_columns(persons=pl.col("total") * part).select(FLOWS)


def _filled(shown: pl.DataFrame, staff: ShownStaff) -> pl.DataFrame:
    """Sum what is told to periods, and fill years that are not told, by the stocks shown.

    Returns
    -------
    polars.DataFrame
        region, first, sector, post, flow, persons, ``stock`` of all years, ``length`` in years.
    """
    block = pl.col("year") // PERIOD * PERIOD
    latest = staff.sectors.group_by("region").agg(latest=pl.col("year").max())
    stocks = staff.sectors.rename({"persons": "stock"}).join(latest, on="region")
    stocks = stocks.filter(pl.col("year") < pl.col("latest")).drop("latest")
    years = (
        shown.select(TOLD)
        .unique()
        .with_columns(year=pl.int_ranges(pl.col("first"), pl.col("first") + pl.col("years")))
    )
    years = years.explode("year").select("region", "sector", "year", told=pl.lit(True))
    stocks = stocks.join(years, on=["region", "sector", "year"], how="left")
    told = pl.col("told").fill_null(False)
    known = stocks.filter(told).group_by("region", "sector").agg(known=pl.col("stock").sum())
    periods = (
        stocks.with_columns(first=block)
        .group_by(KEY)
        .agg(pl.col("stock").sum(), length=pl.len(), missing=pl.col("stock").filter(~told).sum())
    )
    own = shown.with_columns(first=pl.col("first") // PERIOD * PERIOD)
    own = own.group_by([*MOVED, "flow"]).agg(pl.col("persons").sum())
    every = shown.group_by("region", "sector", "post", "flow").agg(every=pl.col("persons").sum())
    rows = periods.join(known, on=["region", "sector"]).join(every, on=["region", "sector"])
    rows = rows.join(own, on=[*MOVED, "flow"], how="left").with_columns(
        persons=pl.col("persons").fill_null(0.0)
        + pl.col("every") * pl.col("missing") / pl.col("known")
    )
    parts = staff.cells.join(_posts(staff), on=POST)
    parts = parts.group_by("region", "sector", "post").agg(part=pl.col("persons").sum())
    share = pl.col("part") / pl.col("part").sum().over("region", "sector")
    rows = rows.join(parts.with_columns(part=share), on=["region", "sector", "post"])
    rows = rows.with_columns(pl.col("stock") * pl.col("part"))
    return rows.select(*MOVED, "flow", "persons", "stock", "length").sort([*MOVED, "flow"])


def _exposure(
    shown: pl.DataFrame, staff: ShownStaff, whole: pl.DataFrame, rates: pl.DataFrame
) -> pl.DataFrame:
    """Person-years of the periods told, by occupation and age, without those after who left."""
    ages = whole.sort([*POST, "age", "sex"])
    ages = ages.group_by([*POST, "age"], maintain_order=True).agg(pl.col("persons").sum())
    ages = ages.join(_posts(staff), on=POST, maintain_order="left")
    part = pl.col("persons") / pl.col("persons").sum().over("region", "sector", "post")
    ages = ages.with_columns(part=part).drop("persons")
    out = pl.col("persons").filter(pl.col("flow").is_in(EXITS)).sum()
    stocks = shown.group_by(MOVED).agg(
        exits=out, persons=pl.col("stock").first(), length=pl.col("length").first()
    )
    begun = stocks.join(ages, on=["region", "sector", "post"]).join(rates, on=["occupation", "age"])
    begun = begun.sort([*MOVED, "occupation", "age"]).with_columns(
        stock=pl.col("persons") * pl.col("part"), whole=pl.struct(MOVED).rank("dense") - 1
    )
    female = pl.col("age") // PERIOD % 2 == 0
    return begun.select(
        *MOVED, "occupation", "age",
        sex=pl.when(female).then(pl.lit("female")).otherwise(pl.lit("male")),
        year=pl.col("first") + pl.col("age") % pl.col("length"),
        exposure=_lived(begun),
    )  # fmt: skip


def _lived(begun: pl.DataFrame) -> Numbers:
    """Person-years that stocks live in a year when a multiple of the rates has so many leave.

    With s persons and the rate h there are s (1 - exp(-h)) exits in s (1 - exp(-h)) / h years.
    """
    stock, rate = begun["stock"].to_numpy(), begun["rate"].to_numpy()
    whole, exits = begun["whole"].to_numpy(), begun["exits"].to_numpy()
    times: Numbers = np.ones_like(rate)
    for _ in range(ROUNDS):
        leaving = stock * -np.expm1(-rate * times)
        left = np.bincount(whole, leaving).astype(np.float64)[whole]
        more = np.divide(exits, left, out=np.zeros_like(left), where=left > 0)
        times = times * np.minimum(more, MOST_TIMES)
    hazard = rate * times
    # Where nobody leaves everybody stays the year.
    part = np.divide(-np.expm1(-hazard), hazard, out=np.ones_like(hazard), where=hazard > 0)
    lived: Numbers = stock * part
    return lived


def _profile() -> pl.DataFrame:
    """Spread of recruits over ages by origin, without the ages at which hardly any come."""
    rows = national("inflow_profile").rename({"origin": "flow"}).select("flow", "age", "share")
    return rows.filter(pl.col("share") >= LEAST_PROFILE)
