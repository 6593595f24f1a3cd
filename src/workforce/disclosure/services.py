"""What is shown of users, their units and shares, of key figures, absence and vacancies."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import polars as pl

from workforce.contract.between_tables import EMPLOYERS
from workforce.disclosure.national import by_sector, national
from workforce.disclosure.stocks import OWN, Keys, Place, ShownStaff, counted, trees
from workforce.disclosure.tree import (
    HUNDREDTHS,
    LEAST_BASE,
    Path,
    coins,
    round_alone,
    round_below,
    round_tree,
)

SECTOR = ["region", "sector"]
Rate = tuple[str, str, str, str]
"""Region, sector, kind and year of a rate."""
HALF_POINT = 0.005
QUARTERS = 4
SEVERAL = 3
"""Fewest sectors whose rates are told together."""
LEAST_OF_SEVERAL = 10
"""Persons shown of a sector from which its rate counts among those of several."""
FINE_SHARE = 100
"""Users shown from which the share of own staff is told to hundredths, and not to tenths."""


def users_shown(use: pl.DataFrame, keys: Keys, *, base: int = LEAST_BASE) -> pl.DataFrame:
    """Round the users of each service of a place in its latest year."""
    here = use.filter(pl.col("region").is_in(list(keys)) & (pl.col("users") > 0))
    by_year = trees(here, "users", ["region", "year"], ("sector",))
    latest: dict[str, int] = dict(by_year.keys())
    rows = [
        (region, year, sector, _users(count, keys[region], sector, base))
        for (region, year), tree in by_year.items() if latest[region] == year
        for (sector,), count in tree.items()
    ]  # fmt: skip
    return counted([row for row in rows if row[-1]], ["region", "year", "sector", "users"])


def _users(count: int, key: bytes, sector: str, base: int) -> int:
    return round_alone(count, coins(key, "users"), sector, base=base * HUNDREDTHS)


def use_rows(shown: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Make the table ``service_use``: users shown, spread over inhabitants as in the nation."""
    rates = national("service_use").select("sector", "sex", "age", "rate")
    known = rates["sector"].unique().to_list()
    people = population.select("region", "year", pl.col("sex").cast(pl.String), "age", "persons")
    table = shown.join(people, on=["region", "year"]).join(
        rates, on=["sector", "sex", "age"], how="left"
    )
    names = ["region", "sector", "sex", "age"]
    usual = pl.when(pl.col("sector").is_in(known)).then(pl.col("rate").fill_null(0.0))
    weight = pl.col("persons") * usual.otherwise(1.0)
    part = weight / weight.sum().over("region", "sector", "year")
    table = table.sort(names).select(*names, "year", pl.col("users") * part)
    return table.filter(pl.col("users") > 0)


def unit_rows(units: pl.DataFrame, keys: Keys, *, base: int = LEAST_BASE) -> pl.DataFrame:
    """Make the table ``service_units``: users of each unit, numbered by size.

    Units of a service are rounded to the sum that its users would show, by the same coin.
    """
    here = units.filter(pl.col("region").is_in(list(keys)) & (pl.col("users") > 0))
    here = here.filter(pl.col("year") == pl.col("year").max().over("region", "sector"))
    here = here.with_columns(pl.col("service_unit").cast(pl.String))
    rows: list[Place] = []
    by_unit = trees(here, "users", ["region", "year"], ("sector", "service_unit"))
    for (region, year), tree in by_unit.items():
        totals: dict[tuple[str, ...], int] = {}
        for (sector, _), count in tree.items():
            totals[(sector,)] = totals.get((sector,), 0) + count
        whole = {path: _users(n, keys[region], path[0], base) for path, n in totals.items()}
        shown = round_below(tree, whole, coins(keys[region], "units"), base=base * HUNDREDTHS)
        for sector in sorted({path[0] for path in shown}):
            sizes = sorted((n for path, n in shown.items() if path[0] == sector), reverse=True)
            rows += [(region, year, sector, str(i), size) for i, size in enumerate(sizes, 1)]
    found = counted(rows, ["region", "year", "sector", "service_unit", "users"])
    names = ["region", "sector", "service_unit", "year", "users"]
    return found.select(names).sort(names[:-1])


def share_rows(shares: pl.DataFrame, users: pl.DataFrame | None, keys: Keys) -> pl.DataFrame:
    """Make the table ``service_share``: to hundredths where many users are shown, else tenths."""
    here = shares.filter(pl.col("region").is_in(list(keys)))
    none = pl.DataFrame(schema={"region": pl.String, "sector": pl.String, "users": pl.Float64})
    many = none if users is None else users.select("region", "sector", "users")
    here = here.join(many, on=SECTOR, how="left")
    fine = pl.col("users").fill_null(0.0) >= FINE_SHARE
    share = pl.when(fine).then(pl.col("share").round(2)).otherwise(pl.col("share").round(1))
    names = ["region", "sector", "year", "share"]
    return here.with_columns(share=share).select(names).sort(names[:-1])


def kostra_rows(figures: pl.DataFrame, keys: Keys, *, base: int = LEAST_BASE) -> pl.DataFrame:
    """Make the table ``kostra_figures``: counts and FTE rounded, groups to whole pupils.

    Users of home services of 80 and over are a part of all users of them.
    """
    named = figures.with_columns(
        pl.col("key_figure").cast(pl.String), pl.col("figure").cast(pl.Float64)
    )
    here = named.filter(pl.col("region").is_in(list(keys)) & (pl.col("figure") > 0))
    keep = ["region", "sector", "key_figure", "year"]
    sizes = here.filter(pl.col("key_figure") == "group_size").with_columns(
        pl.col("figure").round(0)
    )
    rows: list[Place] = []
    told = trees(here.filter(pl.col("key_figure") != "group_size"), "figure",
                 ["region", "year"], ("sector", "key_figure"))  # fmt: skip
    for (region, year), tree in told.items():
        coin = coins(keys[region], "kostra")
        for sector in sorted({path[0] for path in tree}):
            figure = {path[1]: count for path, count in tree.items() if path[0] == sector}
            old = figure.pop("home_service_users_80_plus", 0)
            every = figure.pop("home_service_users", 0)
            ages: dict[Path, int] = {("80",): old, ("under",): max(every - old, 0)}
            home = round_tree(ages, coin, base=base * HUNDREDTHS)
            rows.append(
                (region, year, sector, "home_service_users", sum(home.values()) * (every > 0))
            )
            rows.append((region, year, sector, "home_service_users_80_plus", home.get(("80",), 0)))
            rows += [
                (region, year, sector, name,
                 round_alone(count, coin, f"{sector}|{name}", base=base * HUNDREDTHS))
                for name, count in figure.items()
            ]  # fmt: skip
    found = counted(rows, ["region", "year", "sector", "key_figure", "figure"])
    both = pl.concat([found.select(*keep, "figure"), sizes.select(*keep, "figure")])
    return both.filter(pl.col("figure") > 0).sort(keep)


def rate_rows(
    table: pl.DataFrame, value: str, staff: ShownStaff, regions: pl.DataFrame, keys: Keys
) -> pl.DataFrame:
    """Make the table ``absence`` or ``vacancies``: means of whole years to half a point.

    Of sectors that show `OWN` persons or more; absence has the nation's seasons. Those that show
    fewer differ as in the nation, at the level that they have together (`_together`). A county,
    group or nation is the mean of its municipalities by persons shown. The total of absence is
    told, or what a doctor certified where nobody gives the total.
    """
    shown: dict[tuple[str, str], float] = {}
    for region, sector, *_, n in staff.cells.iter_rows():
        shown[region, sector] = shown.get((region, sector), 0.0) + n
    kind = pl.col("kind").cast(pl.String) if "kind" in table.columns else pl.lit("")
    here = table.filter(pl.col("region").is_in(list(keys))).select(
        *SECTOR, kind.alias("kind"), pl.col("quarter").str.slice(0, 4), value
    )
    by_year: dict[Rate, list[float]] = {}
    for region, sector, of_kind, year, rate in here.iter_rows():
        by_year.setdefault((region, sector, of_kind, year), []).append(rate)
    totals = {codes[:2] for codes in by_year if codes[2] == "total"}
    every = {
        codes: sum(rates) / QUARTERS for codes, rates in by_year.items()
        if len(rates) == QUARTERS and codes[2] != "self_certified"
        if codes[2] != "doctor_certified" or codes[:2] not in totals
    }  # fmt: skip
    usual = by_sector("absence" if value == "absence_rate" else value, "rate")
    together = _together(every, staff.sectors, shown, usual)
    means = {
        codes: together.get(codes, _half_point(mean)) for codes, mean in every.items()
        if shown.get(codes[:2], 0.0) >= OWN
    }  # fmt: skip
    told = together | means | _above(means, shown, regions)
    season = _seasons() if value == "absence_rate" else {}
    rows = [
        (region, sector, f"{year}Q{number}", kind, mean * season.get((sector, number), 1.0))
        for (region, sector, kind, year), mean in told.items()
        for number in range(1, QUARTERS + 1)
    ]
    schema = dict.fromkeys((*SECTOR, "quarter", "kind"), pl.String) | {value: pl.Float64}
    names = [name for name in table.columns if name in schema]
    made = pl.DataFrame(rows, schema=schema, orient="row").select(names)
    return made.with_columns(pl.col(value).round(5)).sort(names[:-1])


def _half_point(mean: float) -> float:
    return round(mean / HALF_POINT) * HALF_POINT


def _together(
    means: Mapping[Rate, float],
    sectors: pl.DataFrame,
    shown: Mapping[tuple[str, str], float],
    usual: tuple[Mapping[str, float], float],
) -> dict[Rate, float]:
    """Rates of the sectors of a place that are too small by themselves, at the level of all.

    The level is their mean by persons shown in the year, to half a point, of those that show
    `LEAST_OF_SEVERAL` or more, where they are three and show `OWN` together: one of two would know
    the other. Weights are those of the year, so that no later run draws it again. A sector that
    shows `OWN` by now has the level of the years in which it counted: its own would be taken off.
    """
    found: dict[Rate, float] = {}
    heads = {(region, sector, str(year)): n for region, year, sector, n in sectors.iter_rows()}
    pools: dict[tuple[str, str, str], list[tuple[float, float, float]]] = {}
    grown: dict[tuple[str, str, str], list[str]] = {}
    for (region, sector, kind, year), mean in means.items():
        n = heads.get((region, sector, year), 0.0)
        if LEAST_OF_SEVERAL <= n < OWN:
            expected = usual[0].get(sector, usual[1])
            pools.setdefault((region, kind, year), []).append((n, n * mean, n * expected))
            if shown.get((region, sector), 0.0) >= OWN:
                grown.setdefault((region, kind, year), []).append(sector)
    small: dict[str, list[str]] = {}
    for (region, sector), n in shown.items():
        if n < OWN:
            small.setdefault(region, []).append(sector)
    last = {region: year for region, _, _, year in sorted(means, key=lambda codes: codes[3])}
    for (region, kind, year), pool in sorted(pools.items(), reverse=True):
        persons, of, expected = (sum(numbers) for numbers in zip(*sorted(pool), strict=True))
        if len(pool) >= SEVERAL and persons >= OWN:
            told = grown.get((region, kind, year), [])
            if last[region] == year:
                # Years without a gap up to the last one, as forecasts ask for.
                last[region] = str(int(year) - 1)
                told = told + small.get(region, [])
            level = _half_point(of / persons) / (expected / persons)
            for sector in told:
                found[region, sector, kind, year] = level * usual[0].get(sector, usual[1])
    return found


def _above(
    means: Mapping[Rate, float], shown: Mapping[tuple[str, str], float], regions: pl.DataFrame
) -> dict[Rate, float]:
    """Mean of the municipalities of every wider place, by persons shown."""
    there = [name for name in ("county", "comparison_group") if name in regions.columns]
    rows = regions.select("region", "level", *there).sort("region").rows(named=True)
    above: dict[str, list[str | None]] = {}
    for row in rows:
        if row["level"] == "municipality":
            above[row["region"]] = [one["region"] for one in rows if one["level"] == "nation"]
            above[row["region"]].append(row.get("county"))
        if row["level"] in EMPLOYERS:
            above.setdefault(row["region"], []).append(row.get("comparison_group"))
    known = {row["region"] for row in rows}
    found: dict[Rate, list[float]] = {}
    for (region, *what), mean in sorted(means.items()):
        persons = shown[region, what[0]]
        for one in above.get(region, ()):
            if one and one in known:
                both = found.setdefault((one, what[0], what[1], what[2]), [0.0, 0.0])
                both[:] = both[0] + mean * persons, both[1] + persons
    return {rate: float(np.round(of / persons, 3)) for rate, (of, persons) in found.items()}


@cache
def _seasons() -> dict[tuple[str, int], float]:
    """How each quarter differs from the mean of the year in the nation, by sector."""
    rows = national("absence").filter(pl.col("kind") == "total").select("sector", "quarter", "rate")
    season = pl.col("rate") / pl.col("rate").mean().over("sector")
    return {row[:2]: row[2] for row in rows.with_columns(season).iter_rows()}
