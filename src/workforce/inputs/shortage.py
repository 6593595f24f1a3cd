"""The measured shortage of the base year, and national vacancy rates where nobody measured it."""

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.inputs.marks import Mark, mark
from workforce.inputs.regions import at_level, members
from workforce.sources.tables.files import national_folder

QUARTERS = 4
LINES = ["unfilled", "unqualified", "agency_overtime"]
ROWS = {
    **dict.fromkeys(("region", "sector", "occupation", "line"), pl.String),
    "year": pl.Int64,
    "fte": pl.Float64,
}


def measured_shortage(
    tables: dict[str, pl.DataFrame],
    posts: dict[str, list[str]],
    base_year: int,
    borrowed: list[Mark],
    supply: xr.DataArray,
) -> xr.Dataset:
    """Shortage by line in the base year, and where each line was counted.

    A place that has rows of a line counted it, and posts without a row have none. A region without
    rows of its own sums its municipalities. Those that counted no unfilled posts have the national
    vacancy rate of the sector on their part of the staff, as they have by themselves, so that parts
    add up to the whole; the region is then marked. Nobody publishes the other two lines.

    Returns
    -------
    Dataset
        ``measured_shortage``, dims (region, sector, occupation, line) [FTE], and
        ``shortage_counted``, dims (region, line): part of the municipalities that counted the line;
        1 where the region has rows of its own. [share]
    """
    places = {code: set(members(tables["regions"], code)) for code in posts["region"]}
    table = tables.get("shortage")
    rows = pl.DataFrame(schema=ROWS) if table is None else table.filter(pl.col("year") == base_year)
    of_posts = pl.col("sector").is_in(posts["sector"]) & pl.col("occupation").is_in(
        posts["occupation"]
    )
    lines, counted = [], []
    told: dict[str, set[str]] = {}
    for line in LINES:
        of_line = rows.filter(pl.col("line").cast(pl.String) == line)
        told[line] = set(of_line["region"].unique())
        of_line = at_level(of_line, tables["regions"], posts["region"]).filter(of_posts)
        lines.append(to_array(of_line, posts, "fte"))
        counted.append(
            [
                1.0 if code in told[line] else len(towns & told[line]) / len(towns)
                for code, towns in places.items()
            ]
        )
    result = xr.concat(lines, xr.Variable("line", LINES)).transpose(*posts, "line")
    untold = _untold_part(tables, posts, base_year, told["unfilled"])
    rates = national_rates(tables.get("national_vacancies"), base_year)
    odds = xr.DataArray(
        [float(rates.get(s, 0.0)) / (1.0 - float(rates.get(s, 0.0))) for s in posts["sector"]],
        dims="sector",
        coords={"sector": posts["sector"]},
    )
    lacking = (supply * untold * odds).transpose(*posts)
    result.loc[{"line": "unfilled"}] = result.sel(line="unfilled") + lacking
    for code, towns in places.items():
        if code in told["unfilled"] or not towns - told["unfilled"]:
            continue
        part = bool(towns & told["unfilled"])
        variable = "measured_shortage_partly" if part else "measured_shortage"
        reason = "national vacancy rates" + (" for some municipalities" if part else "")
        here = supply.sel(region=code)
        lent = (here * untold.sel(region=code)).sum("occupation") / here.sum("occupation").clip(
            min=1e-9
        )
        borrowed.extend(
            mark(variable, code, str(sector), reason, share=float(share))
            for sector, share in zip(posts["sector"], lent.values, strict=True)
            if share > 0
        )
    where = xr.DataArray(
        np.array(counted).T,
        dims=["region", "line"],
        coords={"region": posts["region"], "line": LINES},
    )
    return xr.Dataset({"measured_shortage": result, "shortage_counted": where})


def national_rates(fetched: pl.DataFrame | None, base_year: int) -> dict[str, float]:
    """Vacancy rates of the country by sector: the mean of the last four quarters, or packaged.

    Parameters
    ----------
    fetched : polars.DataFrame or None
        sector, quarter, vacancy_rate; used where it has the four quarters before the base year.
    base_year : int

    Returns
    -------
    dict of str to float
        Share of jobs and vacancies.
    """
    packaged = pl.read_csv(national_folder() / "vacancy_rate.csv").select("sector", "rate")
    rates = {str(sector): float(rate) for sector, rate in packaged.iter_rows()}
    if fetched is None:
        return rates
    year = fetched.filter(pl.col("quarter").str.starts_with(str(base_year - 1)))
    means = year.group_by("sector").agg(pl.col("vacancy_rate").mean(), count=pl.len())
    whole = means.filter(pl.col("count") == QUARTERS).select("sector", "vacancy_rate")
    return rates | {str(sector): float(rate) for sector, rate in whole.iter_rows()}


def _untold_part(
    tables: dict[str, pl.DataFrame], posts: dict[str, list[str]], base_year: int, told: set[str]
) -> xr.DataArray:
    """Share of the FTE of each post that is in municipalities without a measured shortage."""
    staff = tables["staff"].filter(
        (pl.col("year") == base_year)
        & pl.col("sector").is_in(posts["sector"])
        & pl.col("occupation").is_in(posts["occupation"])
    )
    shape = [len(labels) for labels in posts.values()]
    part = xr.DataArray(np.zeros(shape), dims=list(posts), coords=posts)
    for code in posts["region"]:
        towns = members(tables["regions"], code)
        without = [town for town in towns if town not in told]
        if code in told or not without:
            continue
        if len(without) == len(towns):
            part.loc[{"region": code}] = 1.0
            continue
        cells = {dim: posts[dim] for dim in ("sector", "occupation")}
        every = to_array(staff.filter(pl.col("region").is_in(towns)), cells, "fte")
        theirs = to_array(staff.filter(pl.col("region").is_in(without)), cells, "fte")
        part.loc[{"region": code}] = theirs / every.where(every > 0, 1.0)
    return part
