"""Staffing norms: the FTE they ask for by the age of each user, and how users fall into units."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import fresh, labelled, to_array
from workforce.inputs.pooled import KEPT, Known
from workforce.inputs.regions import members


def load_norms(
    known: Known,
    tables: Mapping[str, pl.DataFrame],
    base_year: int,
    inputs: xr.Dataset,
    users: xr.DataArray,
) -> xr.Dataset:
    """Norms by sector, occupation and age of the user, and the units of each region.

    Units only where the folder has no norms, nothing where it has neither. ``users`` are those of
    every municipality (region, sector) in the base year that its own staff serve.
    """
    labels = (tuple(inputs[dim].values.tolist()) for dim in ("sector", "occupation", "age"))
    norms = fresh(_norms(known, *labels))
    if not norms and "service_units" not in tables:
        return norms
    return norms.assign(unit_share=_unit_share(tables, base_year, inputs, users))


@lru_cache(maxsize=KEPT)
def _norms(
    known: Known, sectors: tuple[str, ...], occupations: tuple[str, ...], ages: tuple[int, ...]
) -> xr.Dataset:
    posts = {"sector": list(sectors), "occupation": list(occupations)}
    table = known.tables.get("staffing_norms")
    if table is not None:
        table = table.filter(pl.col(dim).is_in(labels) for dim, labels in posts.items())
    if table is None or table.is_empty():
        return xr.Dataset()
    kinds = table.unique(["sector", "occupation"]).with_columns(one=pl.lit(1.0))
    return xr.Dataset(
        {
            "norm_rate": _rates(table, posts, list(ages)),
            "norm_rounds_up": to_array(kinds.filter(kind="per_unit"), posts, "one"),
            "norm_in_all": to_array(kinds.filter(kind="per_user_in_all"), posts, "one"),
        }
    )


def _rates(table: pl.DataFrame, posts: dict[str, list[str]], ages: list[int]) -> xr.DataArray:
    """FTE per user by age: hours that a user gets, over those of an FTE and the users at a time."""
    for column in ("user_hours", "fte_hours"):
        if column not in table.columns:
            table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias(column))
    hours = (pl.col("user_hours") / pl.col("fte_hours")).fill_null(1.0)
    by_age = (
        table.with_columns(
            fte=hours / pl.col("ratio"), age=pl.int_ranges("age_from", pl.col("age_to") + 1)
        )
        .explode("age")
        .filter(pl.col("age").is_in(ages))
    )
    return to_array(by_age, {**posts, "age": ages}, "fte")


def _unit_share(
    tables: Mapping[str, pl.DataFrame], base_year: int, inputs: xr.Dataset, users: xr.DataArray
) -> xr.DataArray:
    """Share of a region's own users in each of its units; what is left over has no known unit."""
    codes = inputs["region"].values.tolist()
    sectors = inputs["sector"].values.tolist()
    table = tables.get("service_units")
    shares: dict[tuple[int, int], np.ndarray] = {}
    if table is not None:
        table = table.filter((pl.col("year") <= base_year) & pl.col("sector").is_in(sectors))
        table = table.filter(pl.col("year") == pl.col("year").max().over("region", "sector"))
        own = set(table["region"].unique())
        units: dict[tuple[str, str], list[float]] = {}
        for place, sector, size in table.select("region", "sector", "users").iter_rows():
            if size is not None and size > 0:
                units.setdefault((place, sector), []).append(float(size))
        for i, code in enumerate(codes):
            towns = [code] if code in own else members(tables["regions"], code)
            for j, sector in enumerate(sectors):
                told = [town for town in towns if (town, sector) in units]
                if not told:
                    continue
                part = 1.0 if told == towns else _covered(users.sel(sector=sector), told, towns)
                sizes = np.array([size for town in told for size in units[town, sector]])
                shares[i, j] = np.sort(sizes)[::-1] / sizes.sum() * part
    most = max((len(share) for share in shares.values()), default=1)
    values = np.zeros((len(codes), len(sectors), most))
    for (i, j), share in shares.items():
        values[i, j, : len(share)] = share
    numbers = list(range(1, most + 1))
    return labelled(values, {"region": codes, "sector": sectors, "service_unit": numbers})


def _covered(users: xr.DataArray, told: list[str], towns: list[str]) -> float:
    """Part of the users of a region that are in the municipalities whose units are known."""
    whole = float(users.sel(region=towns).sum())
    return float(users.sel(region=told).sum()) / whole if whole > 0 else 1.0
