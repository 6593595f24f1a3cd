"""Weigh what is borrowed and imputed by the FTE of the posts that it is about."""

from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.about import about
from workforce.contract.arrays import Numbers
from workforce.contract.dictionary import variables

BORROWED_FROM = {
    "exit_rate": "staff_flows", "inflow_rate": "staff_flows", "use_rate": "service_use",
    "measured_shortage": "shortage", "short_absence": "absence",
}  # fmt: skip
"""Table that would take the place of each borrowed variable."""
KINDS = ("borrowed", "imputed")
POSTS = ("sector", "occupation")
DIMENSION = "quality"
"""Dimension of the rows of results that tell how much is borrowed; their category is the table."""
SCHEMA = pl.Schema(
    {
        "region": pl.String(), "sector": pl.String(), "table": pl.String(), "kind": pl.String(),
        "share": pl.Float64(), "persons": pl.Float64(),
    }
)  # fmt: skip


def borrowed_shares(inputs: xr.Dataset) -> pl.DataFrame:
    r"""Give the part of the base-year FTE whose figures are borrowed or imputed, by table.

    .. math:: b = \sum_p w_p F_p \Big/ \sum_p F_p

    with :math:`F_p` the agreed FTE of post p (sector and occupation) and :math:`w_p` the part of
    its figure that is not its own: 1 less the credibility weight for exits and recruits, and what
    the mark of its sector says for the others. What is borrowed is not counted as imputed, too.

    Parameters
    ----------
    inputs : Dataset
        From `load_inputs`, with staff.

    Returns
    -------
    DataFrame
        region, sector (a code, or ``all``), table, kind (`KINDS`), share, persons: a row where
        anything is. ``persons`` is the smaller of those in posts with something not their own and
        those in posts with something of their own, since a share tells of both; where nothing is
        their own it is all persons. [share of the FTE; persons]
    """
    ages = ["sex", "working_age"]
    fte = (inputs["staff"] * inputs["position_share"]).sum(ages).transpose("region", *POSTS)
    persons = inputs["staff"].sum(ages).transpose("region", *POSTS)
    rows: list[dict[str, object]] = []
    for (table, kind), weight in _weights(inputs, fte).items():
        arrays = [part.values for part in (fte, persons, weight.transpose(*fte.dims))]
        for i, region in enumerate(fte["region"].values.tolist()):
            parts = {"all": [array[i] for array in arrays]}
            for j, sector in enumerate(fte["sector"].values.tolist()):
                parts[sector] = [array[i, j] for array in arrays]
            for sector, part in parts.items():
                share, behind = _share(*part)
                rows.append(
                    {"region": region, "sector": sector, "table": table, "kind": kind,
                     "share": share, "persons": behind}
                )  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA).filter(pl.col("share") > 0)


def share_rows(inputs: xr.Dataset, *, region: str, scenario: str) -> list[dict[str, Any]]:
    """Lay the shares of the FTE whose figures are borrowed or imputed in rows of results.

    Shares are in whole per cent, at least one and less than all where something is, so that no
    share is exact enough to give the FTE of few persons.

    Parameters
    ----------
    inputs
        From `load_inputs`; without staff there are no rows.
    region
        Code.
    scenario
        Name that the rows go under; they are the same in every scenario.

    Returns
    -------
    list of dict
        Rows of the results table with the dimension ``quality``. ``persons`` are those that
        `borrowed_shares` counts behind a share.
    """
    if "staff" not in inputs:
        return []
    rows = []
    for row in borrowed_shares(inputs).filter(pl.col("region") == region).iter_rows(named=True):
        variable, exact = f"{row['kind']}_share", row["share"]
        share = 1.0 if exact > 1.0 - 1e-9 else min(max(round(exact, 2), 0.01), 0.99)
        rows.append(
            {
                "scenario": scenario, "region": region, "sector": row["sector"],
                "occupation": "all", "dimension": DIMENSION, "category": row["table"],
                "variable": variable, "unit": variables()[variable].unit,
                "year": int(inputs.attrs["base_year"]), "level": 0.8,
                "central": share, "lower": share, "upper": share, "persons": row["persons"],
            }
        )  # fmt: skip
    return rows


def _share(fte: Numbers, persons: Numbers, weight: Numbers) -> tuple[float, float]:
    """Weigh the posts of a sector or a region by their FTE, and count those the share tells of."""
    total = float(fte.sum())
    share = float((fte * weight).sum()) / total if total > 0 else 0.0
    touched, own = float(persons[weight > 0].sum()), float(persons[weight < 1].sum())
    return share, min(touched, own) if own > 0 else touched


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
