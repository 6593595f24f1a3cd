"""Short absence of staff, the part of absence that takes from the capacity of FTE in post."""

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.sources.tables.files import national_folder

DOCTOR_TO_TOTAL = 1.10  # All absence over doctor-certified (KS 2023Q2 and 2024Q2).


def short_absence(
    tables: dict[str, pl.DataFrame],
    codes: list[str],
    sectors: list[str],
    years: list[int],
    base_year: int,
    borrowed: list[Mark],
) -> xr.DataArray:
    """Short absence of the last four quarters, held: the national share of total absence."""
    share = float(pl.read_csv(national_folder() / "short_absence_share.csv")["share"].item())
    national = pl.read_csv(national_folder() / "absence.csv").filter(pl.col("kind") == "total")
    default = dict(national.group_by("sector").agg(pl.col("rate").mean()).iter_rows())
    values = np.zeros((len(codes), len(sectors)))
    own = tables.get("absence")
    if own is not None:
        quarters = [f"{base_year - 1}Q{quarter}" for quarter in (1, 2, 3, 4)]
        own = own.filter(pl.col("quarter").is_in(quarters))
    for i, code in enumerate(codes):
        for j, sector in enumerate(sectors):
            mean = None
            if own is not None:
                rows = own.filter((pl.col("region") == code) & (pl.col("sector") == sector))
                mean = rows.filter(pl.col("kind") == "total")["absence_rate"].mean()
                if mean is None and "doctor_certified" in rows["kind"]:
                    certified = rows.filter(pl.col("kind") == "doctor_certified")
                    mean = float(certified["absence_rate"].mean()) * DOCTOR_TO_TOTAL  # type: ignore[arg-type]
                    borrowed.append(
                        Mark("short_absence", code, sector, "uplift to all absence", imputed=True)
                    )
            if mean is None:
                mean = default.get(sector, float(np.mean(list(default.values()))))
                borrowed.append(Mark("short_absence", code, sector, "published national rates"))
            values[i, j] = float(mean) * share  # type: ignore[arg-type]
    array = xr.DataArray(
        values, dims=["region", "sector"], coords={"region": codes, "sector": sectors}
    )
    return array.expand_dims(year=years).transpose("region", "sector", "year")
