"""Short absence of staff, the part of absence that takes from the capacity of FTE in post."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.about import Mark
from workforce.inputs.arrays import labelled
from workforce.sources.tables.files import read_national

DOCTOR_TO_TOTAL = 1.10  # All absence over doctor-certified (KS 2023Q2 and 2024Q2).


def short_absence(
    tables: Mapping[str, pl.DataFrame],
    codes: list[str],
    sectors: list[str],
    years: list[int],
    base_year: int,
    borrowed: list[Mark],
) -> xr.DataArray:
    """Short absence of the last four quarters, held: the national share of total absence."""
    share = float(read_national("short_absence_share")["share"].item())
    national = read_national("absence").filter(pl.col("kind") == "total")
    default = dict(
        national.group_by("sector", maintain_order=True).agg(pl.col("rate").mean()).iter_rows()
    )
    values = np.zeros((len(codes), len(sectors)))
    means: dict[tuple[str, str, str], float] = {}
    if "absence" in tables:
        quarters = [f"{base_year - 1}Q{quarter}" for quarter in (1, 2, 3, 4)]
        rows = tables["absence"].filter(pl.col("quarter").is_in(quarters))
        by_kind = rows.group_by("region", "sector", "kind", maintain_order=True).agg(
            pl.col("absence_rate").mean()
        )
        means = {(code, sector, kind): mean for code, sector, kind, mean in by_kind.iter_rows()}
    for i, code in enumerate(codes):
        for j, sector in enumerate(sectors):
            mean = means.get((code, sector, "total"))
            certified = means.get((code, sector, "doctor_certified"))
            if mean is None and certified is not None:
                mean = certified * DOCTOR_TO_TOTAL
                borrowed.append(
                    Mark("short_absence", code, sector, "uplift to all absence", imputed=True)
                )
            if mean is None:
                mean = default.get(sector, float(np.mean(list(default.values()))))
                borrowed.append(Mark("short_absence", code, sector, "published national rates"))
            values[i, j] = mean * share
    held = np.repeat(values[..., np.newaxis], len(years), axis=-1)
    return labelled(held, {"region": codes, "sector": sectors, "year": years})
