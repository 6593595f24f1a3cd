"""How many years and events of flows the rates of a region stand on, as rows of results."""

from typing import Any

import xarray as xr

from workforce.contract.dictionary import variables

DIMENSION, CATEGORY = "quality", "staff_flows"
LEAST = 20.0
"""Events that are told as fewer than this."""


def evidence_rows(inputs: xr.Dataset, *, region: str, scenario: str) -> list[dict[str, Any]]:
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
    list of dict
        ``flow_years`` [years], ``flow_exits`` and ``flow_recruits`` [persons] by sector and for
        all, with the dimension ``quality``. ``persons`` are the events as they are told, since no
        row tells which of fewer than 20 there were: none, one or nineteen look alike.
    """
    if "observed_exits" not in inputs:
        return []
    years = float(inputs["observed_flow_years"].sel(region=region))
    sectors = ["all", *inputs["sector"].values.tolist()]
    rows = [_row(inputs, region, scenario, "flow_years", one, years, None) for one in sectors]
    for variable in ("flow_exits", "flow_recruits"):
        events = inputs[variable.replace("flow", "observed")].sel(region=region)
        sums = {"all": float(events.sum())} | dict(events.to_series().items())
        rows += [
            _row(inputs, region, scenario, variable, str(sector), _told(count), _told(count))
            for sector, count in sums.items()
        ]
    return rows


def _told(events: float) -> float:
    return 10.0 if events < LEAST else float(round(events, -1))


def _row(
    inputs: xr.Dataset,
    region: str,
    scenario: str,
    variable: str,
    sector: str,
    value: float,
    persons: float | None,
) -> dict[str, Any]:
    return {
        "scenario": scenario, "region": region, "sector": sector, "occupation": "all",
        "dimension": DIMENSION, "category": CATEGORY, "variable": variable,
        "unit": variables()[variable].unit, "year": int(inputs.attrs["base_year"]), "level": 0.8,
        "central": value, "lower": value, "upper": value, "persons": persons,
    }  # fmt: skip
