"""Rows of exits and recruits, made of what is shown of them and of national patterns."""

from functools import cache

import numpy as np
import polars as pl

from workforce.contract.arrays import Numbers
from workforce.disclosure.flows import CAME, KEY, LEFT, PERIOD, TOLD, YOUNG, ShownFlows, of_flows
from workforce.disclosure.inside import POST, SECTOR, UNDER, inside, sex_shares
from workforce.disclosure.national import AGES, EXITS, ORIGINS, exit_rates, national
from workforce.disclosure.stocks import ShownStaff

RETIRING = 56
"""Age from which every age has rows of its own: rates change from one to the next."""
LEAST_PROFILE = 0.001
"""Share of recruits below which an age is left out."""
ROUNDS = 12
"""Rounds in which the level of the rates is found."""
MISSED = 15.0
"""Persons by which an occupation misses its balance, as people move between occupations, at which
the recruits told of it count as much as those that the stocks ask for."""
FITS = 6
"""Rounds of fitting to two divisions that sum to the same."""
MOST_TIMES = 2.0
"""Most that the level rises in a round, where more are shown to leave than there are."""
FLOWS = [*POST, "sex", "age", "year", "flow", "persons", "exposure"]
MOVED = [*KEY, "post"]


def flow_rows(shown: ShownFlows, staff: ShownStaff, occupations: pl.DataFrame) -> pl.DataFrame:
    """Make the table ``staff_flows`` of a folder from what is shown.

    As many leave as are shown; in a period of a sector that is not told as in those that are, per
    person employed. As many come as the stocks shown ask for: those at the end, less those at the
    beginning, and those who left, so that of roundings of many years no more is left than that of
    the first stock and of the last. Of an occupation by itself, between which and others people
    move, the more of those told the farther these lie from its balance.

    Exposure is what the stock shown of each year lives, spread as the staff of the latest year.
    Exits are spread over it by the national rates, recruits over occupations as those who leave,
    over sexes and ages by national patterns, with as many young ones as are shown. What is known is
    known of whole periods: each age stands in one year of a period, with the exposure and the moves
    of all its years, and for exits with one sex, so that there are as few rows as give the same
    rates.

    Parameters
    ----------
    shown
        From `show_flows`.
    staff
        From `show_staff`.
    occupations
        With limit groups and groups.
    """
    posts = _parts(shown, staff)
    periods = _periods(shown, staff, posts)
    ages = _ages(shown, staff, posts, periods, occupations)
    rates = exit_rates(occupations).rename({"cause": "flow"})
    every = rates.group_by("occupation", "age").agg(pl.col("rate").sum())
    lived = _exposure(periods, ages, every)
    names = [*MOVED, "occupation", "sex", "age", "year", "flow", "exposure", "total", "weight"]
    left = lived.join(
        rates.filter(pl.col("rate") > 0), on=["occupation", "age"], maintain_order="left_right"
    ).with_columns(weight=pl.col("exposure") * pl.col("rate"))
    causes = left.group_by([*MOVED, "flow"], maintain_order=True).agg(usual=pl.col("weight").sum())
    causes = causes.join(periods.select(*MOVED, whole="exits"), on=MOVED, maintain_order="left")
    causes = _fitted(causes, _shares(shown, EXITS, SECTOR), MOVED)
    left = left.join(causes, on=[*MOVED, "flow"], maintain_order="left").with_columns(
        weight=pl.col("weight") / pl.col("usual")
    )
    came = _recruits(shown, periods, lived, occupations)
    rows = pl.concat([left.select(names), came.select(names)]).filter(pl.col("total") > 0)
    return rows.with_columns(persons=pl.col("total") * pl.col("weight")).select(FLOWS)


def _parts(shown: ShownFlows, staff: ShownStaff) -> pl.DataFrame:
    """Occupations of the sectors that are told, by post, with the persons shown of them."""
    own = shown.moves.filter(pl.col("post") != "").select(UNDER).unique()
    told = staff.cells.join(shown.moves.select(SECTOR).unique(), on=SECTOR, how="semi")
    named = own.with_columns(occupation=pl.col("post"))
    posts = told.join(named, on=POST, how="left").with_columns(pl.col("post").fill_null(""))
    return posts.select(*POST, "post", "persons").sort(POST)


def _shares(shown: ShownFlows, flows: tuple[str, ...], by: list[str]) -> pl.DataFrame:
    """Part of each flow of some, over all periods that are told."""
    moves = shown.moves.filter(pl.col("flow").is_in(flows))
    moves = moves.group_by([*by, "flow"]).agg(pl.col("persons").sum()).sort(*by, "flow")
    share = pl.col("persons") / pl.col("persons").sum().over(by)
    return moves.select(*by, "flow", share=share)


def _periods(shown: ShownFlows, staff: ShownStaff, posts: pl.DataFrame) -> pl.DataFrame:
    """Sum up who left and came in each period, with those that are not told.

    Returns
    -------
    polars.DataFrame
        region, first, sector, post, ``stock`` of all years, ``length`` in years, exits, recruits.
    """
    stocks = _stocks(staff, posts)
    ends = stocks.select(*UNDER, pl.col("year") - 1, end="stock")
    told = (
        shown.moves.select(TOLD)
        .unique()
        .with_columns(year=pl.int_ranges(pl.col("first"), pl.col("first") + pl.col("years")))
    )
    told = told.explode("year").select(*SECTOR, "year", told=pl.lit(True))
    latest = staff.sectors.group_by("region").agg(latest=pl.col("year").max())
    years = shown.years.join(latest, on="region").filter(pl.col("year") < pl.col("latest"))
    rows = posts.select(UNDER).unique().join(years.select("region", "year"), on="region")
    rows = rows.join(stocks, on=[*UNDER, "year"], how="left")
    rows = rows.join(ends, on=[*UNDER, "year"], how="left")
    rows = rows.join(told, on=[*SECTOR, "year"], how="left").with_columns(
        pl.col("stock", "end").fill_null(0.0), pl.col("told").fill_null(False),
        first=pl.col("year") // PERIOD * PERIOD,
    )  # fmt: skip
    moves = shown.moves.with_columns(first=pl.col("first") // PERIOD * PERIOD)
    own = moves.group_by(MOVED).agg(own_exits=of_flows(LEFT), own_recruits=of_flows(*CAME))
    every = moves.group_by(UNDER).agg(every_exits=of_flows(LEFT), every_recruits=of_flows(*CAME))
    known = rows.group_by(UNDER).agg(known=pl.col("stock").filter("told").sum())
    periods = rows.group_by(MOVED).agg(
        pl.col("stock").sum(), length=pl.len(),
        missing=pl.col("stock").filter(~pl.col("told")).sum(),
        change=(pl.col("end") - pl.col("stock")).sum(),
    )  # fmt: skip
    periods = periods.join(own, on=MOVED, how="left").join(every, on=UNDER, how="left")
    periods = periods.join(known, on=UNDER).with_columns(pl.col(r"^(own|every)_.*$").fill_null(0.0))
    part = pl.col("missing") / pl.when(pl.col("known") > 0).then(pl.col("known"))
    periods = periods.sort(MOVED).with_columns(
        (pl.col(f"own_{name}") + pl.col(f"every_{name}") * part.fill_null(0.0)).alias(name)
        for name in ("exits", "recruits")
    )
    balance = (pl.col("change") + pl.col("exits")).clip(lower_bound=0.0)
    missed = (pl.col("recruits") - balance).sum().over(UNDER) ** 2
    weight = missed / (missed + MISSED**2)
    periods = periods.with_columns(recruits=balance + weight * (pl.col("recruits") - balance))
    asked = (pl.col("change") + pl.col("exits")).sum().over(KEY).clip(lower_bound=0.0)
    came = pl.col("recruits").sum().over(KEY)
    periods = periods.with_columns(
        recruits=(pl.col("recruits") * asked / pl.when(came > 0).then(came)).fill_null(0.0)
    )
    return periods.select(*MOVED, "stock", "length", "exits", "recruits").sort(MOVED)


def _stocks(staff: ShownStaff, posts: pl.DataFrame) -> pl.DataFrame:
    """Persons shown of each post in every year; of one that was small, its part of the sector."""
    now = posts.group_by(UNDER).agg(now=pl.col("persons").sum())
    now = now.with_columns(part=pl.col("now") / pl.col("now").sum().over(SECTOR))
    rows = staff.sectors.rename({"persons": "whole"}).join(now, on=SECTOR)
    large = staff.large.rename({"occupation": "post", "persons": "own"})
    rows = rows.join(large, on=[*UNDER, "year"], how="left")
    by_itself = pl.when(pl.col("post") != "").then(
        pl.coalesce(pl.col("own"), pl.col("whole") * pl.col("part"))
    )
    rows = rows.sort(*UNDER, "year").with_columns(stock=by_itself)
    rest = pl.col("whole") - pl.col("stock").sum().over(*SECTOR, "year")
    return rows.select(
        *UNDER, "year", stock=pl.coalesce(pl.col("stock"), rest.clip(lower_bound=0.0))
    )


def _fitted(cells: pl.DataFrame, shares: pl.DataFrame, row: list[str]) -> pl.DataFrame:
    """Divide what each row sums to (``whole``) so that flows have their shares of the sector.

    Starts from ``usual`` and gives ``total``.
    """
    cells = cells.join(shares, on=[*SECTOR, "flow"], how="left", maintain_order="left")
    of_row = pl.col("whole") / pl.len().over(row)
    cells = cells.with_columns(
        asked=pl.col("share").fill_null(0.0) * of_row.sum().over(KEY),
        sector_flow=pl.struct(*KEY, "flow").rank("dense") - 1,
        row=pl.struct(row).rank("dense") - 1,
    )
    total: Numbers = cells["usual"].to_numpy()
    for _ in range(FITS):
        for name, over in (("asked", "sector_flow"), ("whole", "row")):
            group = cells[over].to_numpy()
            there = np.bincount(group, total)[group]
            asked = total * cells[name].to_numpy()
            total = np.divide(asked, there, out=np.zeros(len(total)), where=there > 0)
    names = ["share", "asked", "whole", "sector_flow", "row"]
    return cells.with_columns(total=pl.Series(total, dtype=pl.Float64)).drop(names)


def _ages(
    shown: ShownFlows,
    staff: ShownStaff,
    posts: pl.DataFrame,
    periods: pl.DataFrame,
    occupations: pl.DataFrame,
) -> pl.DataFrame:
    """Spread each post over occupations and ages as it was in the years of the flows together.

    Before people retire a third of the ages stands for all in a period.

    Returns
    -------
    polars.DataFrame
        region, sector, post, turn (of the period), occupation, age, part (sums to 1 over
        occupations and ages).
    """
    stock = periods.group_by(UNDER).agg(pl.col("stock").sum())
    cells = posts.join(stock, on=UNDER).filter(pl.col("stock") > 0)
    of_post = pl.col("persons") / pl.col("persons").sum().over(UNDER)
    cells = cells.select(*POST, "post", persons=pl.col("stock") * of_post).sort(POST)
    bands, aged = (
        table.join(shown.years, on=["region", "year"], how="semi")
        .group_by([name for name in table.columns if name not in ("year", "persons")])
        .agg(pl.col("persons").sum())
        for table in (staff.bands, staff.aged)
    )
    # Of the years in which an occupation was small its ages are as in the others.
    known = pl.col("persons") / pl.col("persons").sum().over(POST)
    aged = aged.join(stock.rename({"post": "occupation"}), on=POST)
    aged = aged.select(*POST, "band", persons=known * pl.col("stock"))
    ages = inside(cells, bands, aged, occupations).sort([*POST, "age", "sex"])
    ages = ages.join(_stand_ins(), on="age", maintain_order="left_right")
    ages = ages.group_by([*POST, "turn", "stands"], maintain_order=True).agg(
        pl.col("persons").sum()
    )
    ages = ages.join(posts.select(*POST, "post"), on=POST, maintain_order="left")
    part = pl.col("persons") / pl.col("persons").sum().over(*UNDER, "turn")
    return ages.select(*UNDER, "turn", "occupation", age="stands", part=part)


def _stand_ins() -> pl.DataFrame:
    """Which age stands for each age, by turn."""
    first, last = AGES
    rows = [
        (turn, age, age if age >= RETIRING else age + (turn - age + 1) % PERIOD - 1)
        for turn in range(PERIOD)
        for age in range(first, last + 1)
    ]
    table = pl.DataFrame(rows, schema=["turn", "age", "stands"], orient="row")
    return table.with_columns(pl.col("stands").clip(first))


def _exposure(periods: pl.DataFrame, ages: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """Person-years of the periods, by occupation and age, without those after who left."""
    begun = (
        periods.with_columns(turn=_turn())
        .join(ages, on=[*UNDER, "turn"])
        .join(rates, on=["occupation", "age"])
    )
    begun = begun.sort([*MOVED, "occupation", "age"]).with_columns(
        stock=pl.col("stock") * pl.col("part"), whole=pl.struct(MOVED).rank("dense") - 1
    )
    female = pl.col("age") // PERIOD % 2 == 0
    return begun.select(
        *MOVED, "occupation", "age",
        sex=pl.when(female).then(pl.lit("female")).otherwise(pl.lit("male")),
        year=pl.col("first") + pl.col("age") % pl.col("length"),
        exposure=_lived(begun), leaving=pl.col("rate"),
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


def _recruits(
    shown: ShownFlows, periods: pl.DataFrame, lived: pl.DataFrame, occupations: pl.DataFrame
) -> pl.DataFrame:
    """Rows of those who came, with the part that each has of its origin and age (``weight``)."""
    leaving = lived.group_by([*MOVED, "occupation"], maintain_order=True).agg(
        leaving=(pl.col("exposure") * pl.col("leaving")).sum()
    )
    part = pl.col("leaving") / pl.col("leaving").sum().over(MOVED)
    leaving = leaving.with_columns(part=part.fill_nan(0.0))
    ages = _profile()
    usual = ages.group_by("turn", "flow", "way").agg(usual=pl.col("share").sum()).sort(pl.all())
    ways = _shares(shown, CAME, UNDER).rename({"flow": "way", "share": "of_post"})
    sector = _shares(shown, CAME, SECTOR).rename({"flow": "way", "share": "of_sector"})
    cells = periods.select(*MOVED, "recruits", turn=_turn()).join(usual, on="turn")
    cells = cells.join(ways, on=[*UNDER, "way"], how="left")
    cells = cells.join(sector, on=[*SECTOR, "way"], how="left").sort(*MOVED, "way", "flow")
    known = pl.col("of_post").is_not_null().any().over(MOVED)
    share = pl.when(known).then(pl.col("of_post")).otherwise(pl.col("of_sector"))
    cells = cells.with_columns(whole=pl.col("recruits") * share.fill_null(0.0))
    cells = _fitted(cells, _shares(shown, ORIGINS, SECTOR), [*MOVED, "way"])
    cells = cells.filter(pl.col("total") > 0).select(*MOVED, "turn", "flow", "way", "total")
    came = cells.join(ages, on=["turn", "flow", "way"], maintain_order="left_right")
    came = came.join(leaving, on=MOVED, maintain_order="left_right")
    came = came.join(sex_shares(occupations), on="occupation", maintain_order="left_right")
    length = periods.select(*MOVED, "length")
    came = came.join(length, on=MOVED, maintain_order="left").with_columns(
        year=pl.col("first") + pl.col("age") // PERIOD % pl.col("length"),
        weight=pl.col("part") * pl.col("of_way") * pl.col("sex_share"),
    )
    there = lived.drop("leaving")
    cell = [*MOVED, "occupation", "sex", "age", "year"]
    came = came.join(there, on=cell, how="left", maintain_order="left")
    return came.with_columns(pl.col("exposure").fill_null(0.0))


def _turn() -> pl.Expr:
    """Which third of the ages stands for all in a period."""
    return pl.col("first") // PERIOD % PERIOD


@cache
def _profile() -> pl.DataFrame:
    """Spread of recruits over ages by origin, a third of the ages at a time.

    Without the ages at which hardly any come.
    """
    rows = national("inflow_profile").rename({"origin": "flow"}).select("flow", "age", "share")
    young = pl.when(pl.col("age") < YOUNG).then(pl.lit(CAME[0])).otherwise(pl.lit(CAME[1]))
    rows = rows.filter(pl.col("share") >= LEAST_PROFILE).with_columns(
        way=young, turn=-pl.col("age") % PERIOD
    )
    of_way = pl.col("share") / pl.col("share").sum().over("turn", "flow", "way")
    return rows.with_columns(of_way=of_way).sort("flow", "age")
