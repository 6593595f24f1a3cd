"""What occupations that are short can get from those with people to spare, as rows of results."""

from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder
from workforce.errors import ParameterError
from workforce.model.task_sharing import share_tasks
from workforce.results.rows import lay_rows
from workforce.scenarios.kept import central_path
from workforce.scenarios.learning_paths import learning_steps
from workforce.scenarios.reskilling import best_reskilling, reskilling_limits
from workforce.scenarios.simulation import inputs_for

SHARING, RESKILLING, LIMIT = "sharing_pair", "reskilling_pair", "reskilling_limit"
"""Dimensions; the first two are of pairs."""
LEAST = 0.05  # FTE; less than this is not told.
BUDGETS = (0.25, 0.5, 1.0)
"""Parts of the cost of the whole plan, to show what less money gives."""


def pair_rows(inputs: xr.Dataset, folder: Folder, *, sector: str, scenario: str) -> pl.DataFrame:
    """Work out shared tasks and retraining at the horizon without measures, on the central path.

    Tasks are shared by sector, all that the table of task sharing allows (`share_tasks`). Persons
    are retrained by `best_reskilling`, one step each, within the sector or all together, with the
    training places of one year; a surplus or shortage in FTE is in persons at the FTE that one in
    the post gives. A row is of the occupation that is short or left, its category the one that
    helps or is learned, its detail what binds or the budget in per cent of the cost of all.
    """
    if "staff" not in inputs:
        return lay_rows([])
    if sector != "all":
        known = inputs["sector"].values.tolist()
        if sector not in known:
            raise ParameterError(f"There is no sector {sector!r}. Known: {', '.join(known)}.")
    year = int(inputs.attrs["base_year"] + inputs.attrs["horizon"])
    result = central_path(inputs_for(inputs, ["shortage_fte"])).sel(year=year)
    rows = _shared(inputs, result) if "task_share" in inputs else []
    if "training" in folder.tables:
        rows += _retrained(inputs, result, folder.tables["training"], sector)
    return lay_rows(rows, inputs, scenario=scenario, year=year)


def _row(
    place: tuple[str, str, str], dimension: str, category: str, detail: str, variable: str,
    value: float,
) -> dict[str, Any]:  # fmt: skip
    region, sector, occupation = place
    return {
        "region": region, "sector": sector, "occupation": occupation, "dimension": dimension,
        "category": category, "detail": detail, "variable": variable, "central": value,
    }  # fmt: skip


def _shared(inputs: xr.Dataset, result: xr.Dataset) -> list[dict[str, Any]]:
    codes = result["occupation"].values  # A place may lack some of those that the table names.
    pairs = {"occupation": codes, "occupation_to": codes}
    most, output = inputs["task_share"].sel(pairs), inputs["task_output"].sel(pairs)
    found = share_tasks(result["demand_fte"], result["supply_fte"], most, output)
    rows = []
    moved = found["moved"].where(found["moved"] >= LEAST, 0.0)
    frame: pl.DataFrame = pl.from_pandas(
        xr.Dataset({"moved": moved, "limit": found["limit"]})
        .reset_coords(drop=True)
        .to_dataframe()
        .reset_index()
    )
    for one in frame.filter(pl.col("moved") > 0).iter_rows(named=True):
        place = one["region"], one["sector"], one["occupation"]
        pair = {"occupation": one["occupation"], "occupation_to": one["occupation_to"]}
        taken = one["moved"] / float(inputs["task_output"].sel(pair))
        rows += [
            _row(place, SHARING, one["occupation_to"], one["limit"], name, value)
            for name, value in (("tasks_moved", one["moved"]), ("tasks_taken", taken))
        ]
    return rows


def _retrained(
    inputs: xr.Dataset, result: xr.Dataset, training: pl.DataFrame, sector: str
) -> list[dict[str, Any]]:
    codes = result["occupation"].values.astype(str).tolist()
    ways = learning_steps(training).filter(
        pl.col("occupation").is_in(codes), pl.col("occupation_to").is_in(codes)
    )
    terms = _terms(ways, codes)
    rows = []
    for region in inputs["region"].values.tolist():
        gap = result["shortage_fte"].sel(region=region)
        heads = result["headcount"].sel(region=region)
        each = (result["supply_fte"].sel(region=region) / heads.where(heads > 0)).fillna(1.0)
        gap = gap / each.where(each > 0, 1.0)
        if sector != "all":
            gap = gap.sel(sector=[sector])
        spare, short = (-gap).clip(min=0.0).sum("sector"), gap.clip(min=0.0).sum("sector")
        ends = (spare.reset_coords(drop=True), short.reset_coords(drop=True))
        rows += _plan(ends, terms, (region, sector))
    return rows


def _plan(
    ends: tuple[xr.DataArray, xr.DataArray],
    terms: dict[str, Any],
    place: tuple[str, str],
) -> list[dict[str, Any]]:
    """Plan with all the money that helps and with parts of it, and say what binds."""
    whole = best_reskilling(*ends, **terms)
    if whole.is_empty():
        return []
    rows, cost = [], float(whole["cost"].sum())
    for part in BUDGETS:
        plan = best_reskilling(*ends, **terms, budget=part * cost) if part < 1.0 else whole
        rows += [
            _row((*place, one["occupation"]), RESKILLING, one["occupation_to"],
                 f"{part * 100:.0f}", f"reskilled_{name}", float(one[name]))
            for one in plan.iter_rows(named=True)
            for name in ("persons", "cost", "weeks")
        ]  # fmt: skip
    limits = reskilling_limits(*ends, **terms)
    return rows + [
        _row((*place, "all"), LIMIT, one["limit"], "", "reskilled_more", float(one["more"]))
        for one in limits.iter_rows(named=True)
    ]


def _terms(ways: pl.DataFrame, codes: list[str]) -> dict[str, Any]:
    """Lay the ways out by pair; the cost is that with a substitute where its price is known."""
    empty = xr.DataArray(
        0.0,
        dims=("occupation", "occupation_to"),
        coords={"occupation": codes, "occupation_to": codes},
    )
    terms = {name: empty.copy() for name in ("training_weeks", "feasible", "cost", "places")}
    for way in ways.iter_rows(named=True):
        pair = {"occupation": way["occupation"], "occupation_to": way["occupation_to"]}
        price = way["total_cost"] if way["total_cost"] is not None else way["cost"]
        values = (way["weeks"], 1.0, price, way["places"])
        for array, value in zip(terms.values(), values, strict=True):
            array.loc[pair] = value
    return terms
