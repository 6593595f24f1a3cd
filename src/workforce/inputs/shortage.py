"""The measured shortage of the base year, and national vacancy rates where nobody measured it."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.inputs.arrays import labelled, to_array
from workforce.inputs.regions import members
from workforce.sources.tables.files import read_national

QUARTERS = 4
LINES = ["unfilled", "unqualified", "agency_overtime"]
ROWS = {
    **dict.fromkeys(("region", "sector", "occupation", "line"), pl.String),
    "year": pl.Int64,
    "fte": pl.Float64,
}
Place = tuple[str, str]
"""Region and sector."""


def measured_shortage(
    tables: Mapping[str, pl.DataFrame],
    posts: dict[str, list[str]],
    base_year: int,
    borrowed: list[Mark],
    supply: xr.DataArray,
) -> xr.Dataset:
    """Shortage by line in the base year, and where each line was counted.

    A place that has rows of a line in a sector counted it there, a row of 0 too, and posts of that
    sector without a row have none. A region without rows of its own sums its municipalities. Where
    nobody counted the unfilled posts of a sector they are the national vacancy rate of the sector
    on that part of the staff, so that parts add up to the whole; the region is then marked. Nobody
    publishes the other two lines.

    ``measured_shortage``, dims (region, sector, occupation, line) [FTE], and ``shortage_counted``,
    dims (region, sector, line): part of the municipalities with staff in the sector that counted
    the line; 1 where the region has rows of its own. [share]
    """
    table = tables.get("shortage")
    rows = pl.DataFrame(schema=ROWS) if table is None else table.filter(pl.col("year") == base_year)
    rows = rows.with_columns(pl.col("line").cast(pl.String))
    told: dict[str, set[Place]] = {line: set() for line in LINES}
    for line, region, sector in rows.select("line", "region", "sector").iter_rows():
        told[line].add((region, sector))
    rows = _of_regions(rows, tables["regions"], posts["region"])
    rows = rows.filter(
        pl.col("sector").is_in(posts["sector"]) & pl.col("occupation").is_in(posts["occupation"])
    )
    result = to_array(rows, {**posts, "line": LINES}, "fte")
    staff = tables["staff"].filter((pl.col("year") == base_year) & (pl.col("fte") > 0))
    towns = _towns_of_sectors(tables["regions"], staff, posts, told)
    shares = {
        place: [
            1.0 if place in told[line] else len(_counted(place, those, told[line])) / len(those)
            for line in LINES
        ]
        for place, those in towns.items()
    }
    counted = labelled(
        np.reshape(list(shares.values()), (*result.shape[:2], len(LINES))),
        {"region": posts["region"], "sector": posts["sector"], "line": LINES},
    )
    untold = _untold_part(staff, posts, towns, told["unfilled"])
    rates = national_rates(tables.get("national_vacancies"), base_year)
    rate = np.array([float(rates.get(sector, 0.0)) for sector in posts["sector"]])
    odds = labelled(rate / (1.0 - rate), {"sector": posts["sector"]})
    lacking = (supply * untold * odds).transpose(*posts)
    result[..., LINES.index("unfilled")] += lacking
    lent, every = (
        fte.sum("occupation").transpose("region", "sector").values.ravel()
        for fte in (supply * untold, supply)
    )
    for (place, those), part, whole in zip(towns.items(), lent, every, strict=True):
        if part <= 0.0:
            continue
        some = bool(_counted(place, those, told["unfilled"]))
        variable = "measured_shortage_partly" if some else "measured_shortage"
        reason = "national vacancy rates" + (" for some municipalities" if some else "")
        borrowed.append(Mark(variable, *place, reason, share=float(part / whole)))
    return xr.Dataset({"measured_shortage": result, "shortage_counted": counted})


def national_rates(fetched: pl.DataFrame | None, base_year: int) -> dict[str, float]:
    """Vacancy rates of the country by sector: the mean of the last four quarters, or packaged."""
    packaged = read_national("vacancy_rate").select("sector", "rate")
    rates = {str(sector): float(rate) for sector, rate in packaged.iter_rows()}
    if fetched is None:
        return rates
    year = fetched.filter(pl.col("quarter").str.starts_with(str(base_year - 1)))
    means = year.group_by("sector").agg(pl.col("vacancy_rate").mean(), count=pl.len())
    whole = means.filter(pl.col("count") == QUARTERS).select("sector", "vacancy_rate")
    return rates | {str(sector): float(rate) for sector, rate in whole.iter_rows()}


def _of_regions(rows: pl.DataFrame, regions: pl.DataFrame, codes: list[str]) -> pl.DataFrame:
    """Rows of each region: its own of a line and sector, or else those of its municipalities."""
    sources = [
        (code, source) for code in codes for source in sorted({code, *members(regions, code)})
    ]
    kinds = {"to": pl.String, "region": pl.String}
    own = pl.col("to") == pl.col("region")
    found = rows.join(pl.DataFrame(sources, schema=kinds, orient="row"), on="region")
    found = found.filter(own == own.any().over("to", "sector", "line"))
    return found.with_columns(region=pl.col("to")).drop("to")


def _towns_of_sectors(
    regions: pl.DataFrame,
    staff: pl.DataFrame,
    posts: dict[str, list[str]],
    told: dict[str, set[Place]],
) -> dict[Place, list[str]]:
    """Municipalities of every region that have staff in a sector, or counted there; or all."""
    there = set(staff.select("region", "sector").unique().rows()).union(*told.values())
    found = {}
    for code in posts["region"]:
        towns = members(regions, code)
        for sector in posts["sector"]:
            found[code, sector] = [town for town in towns if (town, sector) in there] or towns
    return found


def _counted(place: Place, towns: list[str], told: set[Place]) -> list[str]:
    """Municipalities that counted a line in the sector of the place."""
    return [town for town in towns if (town, place[1]) in told]


def _untold_part(
    staff: pl.DataFrame,
    posts: dict[str, list[str]],
    towns: dict[Place, list[str]],
    told: set[Place],
) -> xr.DataArray:
    """Share of the FTE of each post that is in municipalities without a measured shortage."""
    shape = [len(labels) for labels in posts.values()]
    part = np.zeros(shape)
    cells = part.reshape(-1, shape[-1])  # A row for each region and sector, as towns has them.
    occupations = {"occupation": posts["occupation"]}
    staff = staff.filter(pl.col("occupation").is_in(posts["occupation"]))
    for row, (place, those) in enumerate(towns.items()):
        without = [town for town in those if (town, place[1]) not in told]
        if place in told or not without:
            continue
        if len(without) == len(those):
            cells[row] = 1.0
            continue
        here = staff.filter(pl.col("sector") == place[1])
        every = to_array(here.filter(pl.col("region").is_in(those)), occupations, "fte")
        theirs = to_array(here.filter(pl.col("region").is_in(without)), occupations, "fte")
        cells[row] = theirs / every.where(every > 0, 1.0)
    return labelled(part, posts)
