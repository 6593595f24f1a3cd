"""How many years and events of flows the rates of a region stand on, as rows of results."""

import polars as pl
import xarray as xr

from workforce.contract.quality import CATEGORY, DIMENSION, LEAST
from workforce.results.rows import lay_rows


def evidence_rows(inputs: xr.Dataset, *, region: str, scenario: str) -> pl.DataFrame:
    """Lay years of flows, exits and recruits in rows of results.

    Events are to the nearest ten, and ten where there are fewer than 20, so that none of few
    persons is told.

    Parameters
    ----------
    inputs : Dataset
        From `load_inputs`; without flows of staff there are no rows.
    region : str
    scenario : str
        Name that the rows go under; they are the same in every scenario.

    Returns
    -------
    DataFrame
        ``flow_years`` [years], ``flow_exits`` and ``flow_recruits`` [persons] by sector and for
        all, with the dimension ``quality``. ``persons`` are the events as they are told, since no
        row tells which of fewer than 20 there were: none, one or nineteen look alike.
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
        year=int(inputs.attrs["base_year"]),
    )


def _told(events: float) -> float:
    return 10.0 if events < LEAST else float(round(events, -1))
