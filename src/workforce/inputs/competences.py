"""Which competences posts ask for and which their holders have."""

from collections.abc import Mapping

import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array

NEEDED = ("competences", "competence_requirement", "competence_holding")


def load_competences(
    tables: Mapping[str, pl.DataFrame], sectors: list[str], occupations: list[str], ages: list[int]
) -> xr.Dataset:
    """Load requirement and holding as shares, and holders that a unit needs.

    Nothing where one of the three tables is missing.
    """
    if any(name not in tables for name in NEEDED):
        return xr.Dataset()
    competences = tables["competences"]["competence"].to_list()
    here = pl.col("occupation").is_in(occupations)
    asked = tables["competence_requirement"].filter(pl.col("sector").is_in(sectors) & here)
    held = tables["competence_holding"].rename({"age": "working_age"})
    held = held.filter(pl.col("working_age").is_in(ages) & here)
    requirement = to_array(
        asked, {"sector": sectors, "occupation": occupations, "competence": competences}, "share"
    )
    holding = to_array(
        held, {"occupation": occupations, "competence": competences, "working_age": ages}, "share"
    )
    least = pl.col("least_holders") if "least_holders" in asked.columns else pl.lit(None)
    # A competence asked of several occupations has one least: that of the unit, not of each.
    units = (
        asked.with_columns(least=least.cast(pl.Float64).fill_null(0.0))
        .group_by("sector", "competence")
        .agg(pl.col("least").max())
    )
    least_holders = to_array(units, {"sector": sectors, "competence": competences}, "least")
    wanted = requirement.sum(["sector", "occupation"]).values > 0
    keep = [code for code, used in zip(competences, wanted, strict=True) if used]
    found = xr.Dataset({"requirement": requirement, "holding": holding})
    if (least_holders > 0).any():
        found["unit_holders"] = least_holders
    return found.sel(competence=keep)
