"""What is shown of posts: unfilled, filled without the qualification, bought in, and funded."""

import polars as pl

from workforce.disclosure.inside import POST
from workforce.disclosure.national import by_sector
from workforce.disclosure.stocks import A_PATH, OWN, Keys, ShownStaff, counted, rounded, with_branch
from workforce.disclosure.tree import HUNDREDTHS, LEAST_BASE, coins, round_alone

RELATIVE_SD = 0.5
"""How far a place's rate lies from what is expected of it, over what is expected."""
SECTOR = ["region", "sector"]


def shortage_rows(
    shortage: pl.DataFrame,
    posts: pl.DataFrame,
    keys: Keys,
    *,
    base: int = LEAST_BASE,
) -> pl.DataFrame:
    """Make the table ``shortage``: each line rounded along the tree, and drawn to what is expected.

    A line of a sector is told as ``w x shown + (1 - w) x expected``, where w = t^2 / (t^2 + b^2/6)
    weighs how much places differ (t is half of what is expected) against the rounding: a place of
    40 has the nation's vacancies, one of 4 000 its own. Expected of a sector is what is usual in
    the nation, at the level of the place, which is drawn in the same way from all its sectors. Of
    the lines that nobody publishes for the nation what is shown stands. Occupations that show `OWN`
    persons or more are drawn in the same way to their part of the sector, by FTE; others have that
    part. That a line has rows in a sector tells that it was counted there, and stays: where nothing
    of it shows there is one row of 0. In a place that writes no zeros it tells that somebody is
    there, and stays where something shows.
    """
    latest = posts.select("region", "year").unique()
    here = shortage.filter(pl.col("region").is_in(list(keys)))
    here = here.join(latest, on=["region", "year"], how="semi")
    here = here.rename({"fte": "shown"}).with_columns(pl.col("line").cast(pl.String))
    counted = here.filter((pl.col("shown") == 0).any().over("region")).select(*SECTOR, "line")
    here = with_branch(here.filter(pl.col("shown") > 0))
    shown = rounded(
        here, "shown", ["region", "line"], A_PATH, lambda at: coins(keys[at[0]], at[1]), base
    )
    told = pl.concat([counted, shown.select(*SECTOR, "line")]).unique()
    table = _expected(told, shown, posts, base)
    names = [*POST, "year", "line", "fte"]
    table = table.select(names).sort(names[:-1])
    over = [*SECTOR, "line"]
    nothing = (pl.col("fte").max().over(over) <= 0) & (pl.int_range(pl.len()).over(over) == 0)
    return table.filter((pl.col("fte") > 0) | nothing)


def _expected(
    told: pl.DataFrame, shown: pl.DataFrame, posts: pl.DataFrame, base: int
) -> pl.DataFrame:
    """Lay the lines that each sector counted over all its posts."""
    odds, mean = _odds()
    table = posts.join(told, on=SECTOR).with_columns(
        odds=pl.when(pl.col("line") == "unfilled").then(
            pl.col("sector").replace_strict(odds, default=mean, return_dtype=pl.Float64)
        )
    )
    whole = shown.group_by([*SECTOR, "line"]).agg(total=pl.col("shown").sum())
    table = table.join(whole, on=[*SECTOR, "line"], how="left").join(
        shown.drop("group"), on=[*POST, "line"], how="left"
    )
    over = [*SECTOR, "line"]
    table = table.sort([*POST, "line"]).with_columns(
        pl.col("total", "shown").fill_null(0.0),
        part=pl.col("post_fte") / pl.col("post_fte").sum().over(over),
        expected=pl.col("odds") * pl.col("post_fte").sum().over(over),
    )
    # The level of the place first, which more is known of than of each of its service areas.
    once = pl.int_range(pl.len()).over(over) == 0
    of_place = [
        pl.col(name).filter(once).sum().over("region", "line") for name in ("total", "expected")
    ]
    table = table.with_columns(
        expected=pl.col("expected") * _drawn(of_place[0], of_place[1], base) / of_place[1]
    )
    drawn = _drawn(pl.col("total"), pl.col("expected"), base)
    told_alone = pl.when(pl.col("expected").is_null()).then(pl.col("total")).otherwise(drawn)
    table = table.with_columns(sector_fte=told_alone)
    usual = pl.col("sector_fte") * pl.col("part")
    own = pl.when(pl.col("persons") >= OWN).then(_drawn(pl.col("shown"), usual, base))
    table = table.with_columns(fte=own.otherwise(usual))
    every = pl.col("fte").sum().over(over)
    scaled = pl.col("fte") * pl.col("sector_fte") / pl.when(every > 0).then(every)
    return table.with_columns(fte=scaled.fill_null(0.0))


def _drawn(shown: pl.Expr, expected: pl.Expr, base: int) -> pl.Expr:
    spread = (RELATIVE_SD * expected) ** 2
    weight = spread / (spread + base**2 / 6.0)
    return weight * shown + (1.0 - weight) * expected


def _odds() -> tuple[dict[str, float], float]:
    """Vacancies over jobs that are filled, by sector."""
    rates, mean = by_sector("vacancy_rate", "rate")
    return {sector: rate / (1.0 - rate) for sector, rate in rates.items()}, mean / (1.0 - mean)


def base_fte(staff: ShownStaff, rows: pl.DataFrame) -> pl.DataFrame:
    """Persons shown of every post in the latest year, with the FTE made of them."""
    latest = staff.latest()
    now = rows.join(latest, on=["region", "year"], how="semi")
    fte = now.group_by(POST).agg(post_fte=pl.col("fte").sum())
    return staff.cells.join(fte, on=POST).join(latest, on="region")


def funded_rows(
    funded: pl.DataFrame,
    posts: pl.DataFrame,
    shortage: pl.DataFrame,
    keys: Keys,
    *,
    base: int = LEAST_BASE,
) -> pl.DataFrame:
    """Make the table ``funded_posts``: FTE in post and unfilled posts as they are shown.

    Funded posts less unfilled ones are the FTE in post: shown for themselves they would give them
    back. Of later years of a plan the change of each sector is rounded.
    """
    latest = posts.select("region", "year").unique()
    given = funded.filter(pl.col("region").is_in(list(keys)))
    first = given.join(latest, on=["region", "year"], how="semi")
    posts = posts.join(first, on="region", how="semi")
    open_posts = shortage.filter(pl.col("line") == "unfilled").select(*POST, open=pl.col("fte"))
    odds, mean = _odds()
    told = pl.struct(SECTOR).is_in(open_posts.select(pl.struct(SECTOR)).to_series().implode())
    usual = pl.col("sector").replace_strict(odds, default=mean, return_dtype=pl.Float64)
    unfilled = pl.when(told).then(pl.col("open").fill_null(0.0))
    now = posts.join(open_posts, on=POST, how="left").with_columns(
        fte=pl.col("post_fte") + unfilled.otherwise(pl.col("post_fte") * usual)
    )
    names = [*POST, "year", "fte"]
    whole = now.sort(POST).with_columns(total=pl.col("fte").sum().over(SECTOR))
    planned = _planned(given, latest, keys, base).join(whole.drop("year"), on=SECTOR)
    growth = 1.0 + pl.col("change") / pl.col("total")
    later = planned.with_columns(fte=(pl.col("fte") * growth).clip(lower_bound=0.0))
    return pl.concat([now.select(names), later.select(names)]).filter(pl.col("fte") > 0).sort(names)


def _planned(given: pl.DataFrame, latest: pl.DataFrame, keys: Keys, base: int) -> pl.DataFrame:
    """Change of funded FTE since the latest year, by sector and later year, rounded."""
    by_year = given.group_by([*SECTOR, "year"]).agg(pl.col("fte").sum())
    now = by_year.join(latest, on=["region", "year"], how="semi").drop("year")
    later = by_year.join(latest.rename({"year": "latest"}), on="region")
    later = later.filter(pl.col("year") > pl.col("latest"))
    moved = later.join(now.rename({"fte": "before"}), on=SECTOR, how="left").with_columns(
        change=((pl.col("fte") - pl.col("before").fill_null(0.0)) * HUNDREDTHS)
        .round()
        .cast(pl.Int64)
    )
    rows = [
        (region, year, sector, round_alone(
            change, coins(keys[region], "funded"), sector, base=base * HUNDREDTHS))
        for region, year, sector, change in moved.select(
            "region", "year", "sector", "change").sort("region", "year", "sector").iter_rows()
    ]  # fmt: skip
    return counted(rows, ["region", "year", "sector", "change"])


def fte_in_post_rows(
    table: pl.DataFrame,
    staffed: set[str],
    keys: Keys,
    *,
    base: int = LEAST_BASE,
) -> pl.DataFrame:
    """Make the table ``fte_in_post`` of places without staff by age, in their latest year.

    Where a place has staff, its FTE are those made of the persons shown.
    """
    here = table.filter(
        pl.col("region").is_in(list(keys)) & ~pl.col("region").is_in(staffed) & (pl.col("fte") > 0)
    )
    here = with_branch(here)
    latest = here.group_by("region").agg(year=pl.col("year").max())
    now = here.join(latest, on=["region", "year"], how="semi")
    found = rounded(
        now, "fte", ["region", "year"], A_PATH, lambda at: coins(keys[at[0]], "fte_in_post"), base
    )
    return found.select(*POST, "year", "fte").sort(*POST, "year")
