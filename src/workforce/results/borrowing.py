"""Weigh what is borrowed and imputed by the FTE of the posts that it is about."""

import polars as pl
import xarray as xr

from workforce.contract.about import about
from workforce.contract.arrays import Numbers
from workforce.contract.quality import BORROWED_FROM, DIMENSION, KINDS
from workforce.results.rows import lay_rows

POSTS = ("sector", "occupation")
SCHEMA = pl.Schema(
    {
        "region": pl.String(), "sector": pl.String(), "table": pl.String(), "kind": pl.String(),
        "share": pl.Float64(),
    }
)  # fmt: skip


def borrowed_shares(inputs: xr.Dataset) -> pl.DataFrame:
    """Give the part of the FTE whose figures are borrowed or imputed, by sector and table.

    The FTE of a post count with 1 less the credibility weight for exits and recruits, and with what
    the mark of its sector says for the others; what is borrowed is not counted as imputed, too.
    """
    ages = ["sex", "working_age"]
    fte = (inputs["staff"] * inputs["position_share"]).sum(ages).transpose("region", *POSTS)
    rows: list[dict[str, object]] = []
    for (table, kind), weight in _weights(inputs, fte).items():
        arrays = [part.values for part in (fte, weight.transpose(*fte.dims))]
        for i, region in enumerate(fte["region"].values.tolist()):
            parts = {"all": [array[i] for array in arrays]}
            for j, sector in enumerate(fte["sector"].values.tolist()):
                parts[sector] = [array[i, j] for array in arrays]
            for sector, part in parts.items():
                rows.append(
                    {"region": region, "sector": sector, "table": table, "kind": kind,
                     "share": _share(*part)}
                )  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA).filter(pl.col("share") > 0)


def share_rows(inputs: xr.Dataset, *, region: str, scenario: str) -> pl.DataFrame:
    """Lay the shares of the FTE whose figures are borrowed or imputed in rows of results.

    Shares are in whole per cent, at least one and less than all where something is, so that no
    share is exact enough to give the FTE of few persons.
    """
    rows = []
    shares = borrowed_shares(inputs) if "staff" in inputs else pl.DataFrame(schema=SCHEMA)
    for row in shares.filter(pl.col("region") == region).iter_rows(named=True):
        exact = row["share"]
        share = 1.0 if exact > 1.0 - 1e-9 else min(max(round(exact, 2), 0.01), 0.99)
        own = {"region": region, "sector": row["sector"], "category": row["table"]}
        rows.append({**own, "variable": f"{row['kind']}_share", "central": share})
    year = int(inputs.attrs["base_year"])
    return lay_rows(rows, inputs, scenario=scenario, dimension=DIMENSION, year=year)


def _share(fte: Numbers, weight: Numbers) -> float:
    """Weigh the posts of a sector or a region by their FTE."""
    total = float(fte.sum())
    return float((fte * weight).sum()) / total if total > 0 else 0.0


def _weights(inputs: xr.Dataset, fte: xr.DataArray) -> dict[tuple[str, str], xr.DataArray]:
    """Part of each post's figures that is not its own, by table and kind."""
    none = xr.zeros_like(fte)
    found = {(table, kind): none.copy() for table in BORROWED_FROM.values() for kind in KINDS}
    found["staff_flows", "borrowed"] = (1.0 - inputs["exit_weight"]).transpose(*fte.dims)
    for one in about(inputs).borrowed:
        table = BORROWED_FROM.get(one.variable.removesuffix("_partly"))
        # Exits and recruits have a weight for each post, which says more than their marks.
        if table in (None, "staff_flows") or one.region not in fte["region"]:
            continue
        sectors = [one.sector] if one.sector else fte["sector"].values.tolist()
        where = {"region": one.region, "sector": [s for s in sectors if s in fte["sector"]]}
        weight = found[table, "imputed" if one.imputed else "borrowed"]
        weight.loc[where] = (weight.loc[where] + one.share).clip(max=1.0)
    for table in set(BORROWED_FROM.values()):
        own = 1.0 - found[table, "borrowed"]
        found[table, "imputed"] = found[table, "imputed"].clip(max=own)
    return found
