"""Other employers that hire from the same labour pool, and the area that shares it."""

from __future__ import annotations

import polars as pl

from workforce.contract.folder import Folder
from workforce.contract.labour_pool import EMPLOYERS, LabourPool
from workforce.contract.packed import rows_of
from workforce.inputs.regions import members

YOUNG = (20, 34)
"""Ages of most graduates."""


def read_labour_pool(folder: Folder, region: str, *, base_year: int, horizon: int) -> LabourPool:
    """Find the county that a region is or lies in, and the other employers that hire there.

    Of other levels than municipalities and counties there is no pool. Figures of other employers
    stand for their own year. A year without a figure takes that of the latest year before it, else
    of the first after it, and is marked as carried.

    Graduates are those of the folder. Where it has municipalities of other counties too, the area
    has the part of them that it has of the inhabitants aged 20 to 34.
    """
    tables = folder.tables
    regions = tables["regions"]
    area = _area(regions, region)
    nobody = pl.DataFrame(schema=EMPLOYERS)
    if not area:
        return LabourPool("", (), (), nobody, 1.0, ())
    inside = members(regions, area)
    staffed: set[str] = set()
    if "staff" in tables:
        now = rows_of(tables, "staff", (pl.col("year") == base_year) & (pl.col("persons") > 0))
        staffed = set(now["region"].unique())
    young = tables["population"].filter(
        pl.col("year") == base_year, pl.col("age").is_between(*YOUNG)
    )
    towns = regions.filter(pl.col("level") == "municipality")["region"].to_list()
    everybody, own = (
        float(young.filter(pl.col("region").is_in(codes))["persons"].cast(pl.Float64).sum())
        for codes in (towns, inside)
    )
    others = nobody
    if "other_employers" in tables:
        here = tables["other_employers"].filter(pl.col("region").is_in([area, *inside]))
        others = _over_years(here, list(range(base_year, base_year + horizon)))
    return LabourPool(
        area=area,
        municipalities=tuple(code for code in inside if code in staffed),
        without_staff=tuple(code for code in inside if code not in staffed),
        employers=others,
        graduate_share=own / everybody if everybody else 1.0,
        qualified=_qualified(folder),
    )


def _area(regions: pl.DataFrame, region: str) -> str:
    """Code of the county that a region is, or that a municipality lies in; else empty."""
    own = regions.filter(pl.col("region") == region).row(0, named=True)
    if own["level"] == "county":
        return region
    return str(own.get("county") or "") if own["level"] == "municipality" else ""


def _qualified(folder: Folder) -> tuple[str, ...]:
    """Occupations that ask for a qualification, of the folder or of the packaged list."""
    listed = folder.lists.get("occupations")
    if listed is None:
        return ()
    return tuple(listed.filter(pl.col("qualification") != "none")["occupation"])


def _over_years(rows: pl.DataFrame, years: list[int]) -> pl.DataFrame:
    """Give every employer and occupation a row for each year of the period."""
    for name in ("persons_low", "persons_high", "employed"):
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, pl.Float64).alias(name))
    key = ["region", "employer", "occupation"]
    rows = rows.with_columns(of=pl.col("year")).sort("year")
    asked = rows.select(key).unique().join(pl.DataFrame({"year": years}), how="cross").sort("year")
    before = asked.join_asof(rows, on="year", by=key, strategy="backward", check_sortedness=False)
    after = asked.join_asof(rows, on="year", by=key, strategy="forward", check_sortedness=False)
    both = before.join(after, on=[*key, "year"], suffix="_after")
    values = [name for name in rows.columns if name not in (*key, "year")]
    first = pl.col("of").is_null()  # Nothing is known before the first figure.
    filled = both.select(
        *key,
        "year",
        *(
            pl.when(first).then(pl.col(f"{name}_after")).otherwise(pl.col(name)).alias(name)
            for name in values
        ),
    )
    return (
        filled.with_columns(carried=pl.col("of") != pl.col("year"))
        .select(pl.col(name).cast(kind) for name, kind in EMPLOYERS.items())
        .sort(*key, "year")
    )
