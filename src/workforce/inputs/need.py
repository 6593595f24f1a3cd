"""Need for FTE where staff by age is not known: FTE in post follow the users of the service."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.inputs.arrays import to_array
from workforce.inputs.demand import service_shares, use_rates
from workforce.inputs.pooled import Known
from workforce.inputs.regions import at_level, members
from workforce.model.demand import calibrate_standard, service_users


def load_need(
    known: Known,
    tables: Mapping[str, pl.DataFrame],
    codes: list[str],
    sectors: list[str],
    base_year: int,
    borrowed: list[Mark],
    inputs: xr.Dataset,
) -> xr.Dataset | None:
    """Use rates, and the staffing standard that FTE in post give; nothing where FTE are not known.

    A sector is there where every region, or every municipality of it, has FTE on 1 January of the
    base year: a part would pass for the whole. The need of the base year is the FTE in post, so
    vacant posts come on top. Nothing is said of supply.
    """
    rows = base_year_fte(known.tables, base_year)
    there = [s for s in sectors if _is_whole(rows.filter(pl.col("sector") == s), tables, codes)]
    rows = rows.filter(pl.col("sector").is_in(there))
    if rows.is_empty():
        return None
    # Where no official projection is known nothing has years yet but the flows between them.
    flow_years = inputs["flow_year"].values.tolist()
    years = [*flow_years, flow_years[-1] + 1]
    posts = {
        "region": codes,
        "sector": there,
        "occupation": rows["occupation"].unique().sort().to_list(),
    }
    fte = to_array(at_level(rows, tables["regions"], codes), posts, "fte")
    rate, pattern = use_rates(known, tables, codes, there, base_year, borrowed, inputs, fte)
    share = service_shares(tables, codes, there, years, pattern)
    users = service_users(inputs["population"], rate) * share.sel(year=base_year, drop=True)
    standard = calibrate_standard(users, fte, xr.zeros_like(fte))
    ones = xr.DataArray(
        np.ones((len(there), len(years))),
        dims=["sector", "year"],
        coords={"sector": there, "year": years},
    )
    return xr.Dataset(
        {
            "fte_in_post": fte,
            "use_rate": rate,
            "service_share": share,
            "staffing_standard": standard.transpose(*posts),
            "standard_factor": ones,
            "use_factor": ones.copy(),
            "productivity": ones.copy(),
        }
    )


def base_year_fte(tables: Mapping[str, pl.DataFrame], base_year: int) -> pl.DataFrame:
    """Rows of ``fte_in_post`` on 1 January of the base year, without those of nobody."""
    return tables["fte_in_post"].filter((pl.col("year") == base_year) & (pl.col("fte") > 0))


def _is_whole(rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame], codes: list[str]) -> bool:
    """Whether every region, or every municipality of it, has rows."""
    there = set(rows["region"].unique())
    return all(code in there or set(members(tables["regions"], code)) <= there for code in codes)
