"""How many years and events of flows the rates of a region stand on, as rows of results."""

import polars as pl
import xarray as xr

from workforce.contract.quality import CATEGORY, DIMENSION, LEAST
from workforce.results.rows import lay_rows


def evidence_rows(inputs: xr.Dataset, *, region: str, scenario: str) -> pl.DataFrame:
    """Lay years of flows, exits and recruits in rows of results, dated by the last of the years.

    Events are to the nearest ten, and ten where there are fewer than 20; so are ``persons``, since
    none, one or nineteen shall look alike.
    """
    if "observed_exits" not in inputs:
        return lay_rows([])
    years = float(inputs["observed_flow_years"].sel(region=region))
    sectors = ["all", *inputs["sector"].values.tolist()]
    rows = [{"sector": one, "variable": "flow_years", "central": years} for one in sectors]
    for variable in ("flow_exits", "flow_recruits"):
        events = inputs[variable.replace("flow", "observed")].sel(region=region)
        sums = {"all": float(events.sum())} | dict(events.to_series().items())
        rows += [
            {"sector": str(sector), "variable": variable, "central": _told(count),
             "persons": _told(count)}
            for sector, count in sums.items()
        ]  # fmt: skip
    return lay_rows(
        rows,
        scenario=scenario,
        region=region,
        dimension=DIMENSION,
        category=CATEGORY,
        year=int(inputs["observed_flow_years"].attrs.get("until", inputs.attrs["base_year"])),
    )


def _told(events: float) -> float:
    return 10.0 if events < LEAST else float(round(events, -1))
