"""What occupations that are short can get from those with people to spare, as rows of results."""

from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.dictionary import variables
from workforce.contract.folder import Folder
from workforce.errors import ParameterError
from workforce.model.projection import project
from workforce.model.task_sharing import share_tasks
from workforce.results.table import COLUMNS
from workforce.scenarios.learning_paths import learning_steps
from workforce.scenarios.reskilling import best_reskilling, reskilling_limits

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
    the post gives.

    Parameters
    ----------
    inputs : Dataset
        From `load_inputs`.
    folder : Folder
        From `open_folder`, for ``training``.
    sector : str
        Code of the sector, or all.
    scenario : str
        Name that the rows go under.

    Returns
    -------
    polars.DataFrame
        The columns of `results_table`. Dimension ``sharing_pair`` of the occupation that is short,
        category the one that helps and what binds (as ``5321|capacity``): ``tasks_moved``,
        ``tasks_taken``. Dimension ``reskilling_pair`` of the occupation that is left, category the
        one that is learned and the budget in per cent of the cost of all (``2223|100``):
        ``reskilled_persons``, ``reskilled_cost``, ``reskilled_weeks``. Dimension
        ``reskilling_limit``, category the limit that binds: ``reskilled_more``.
    """
    if "staff" not in inputs:
        return pl.DataFrame(schema=_SCHEMA)
    if sector != "all":
        known = inputs["sector"].values.tolist()
        if sector not in known:
            raise ParameterError(f"There is no sector {sector!r}. Known: {', '.join(known)}.")
    result = project(inputs).sel(year=int(inputs.attrs["base_year"] + inputs.attrs["horizon"]))
    rows = _shared(inputs, result) if "task_share" in inputs else []
    if "training" in folder.tables:
        rows += _retrained(inputs, result, folder.tables["training"], sector)
    units = {name: variables()[name].unit for name in {row["variable"] for row in rows}}
    return pl.DataFrame(
        [
            row
            | {"scenario": scenario, "unit": units[row["variable"]], "level": 0.8}
            | {"year": int(result["year"]), "lower": row["central"], "upper": row["central"]}
            for row in rows
        ],
        schema=_SCHEMA,
    )


_NUMBERS = ("level", "central", "lower", "upper", "persons")
_SCHEMA = {
    name: pl.Int64() if name == "year" else pl.Float64() if name in _NUMBERS else pl.String()
    for name in COLUMNS
}


def _row(
    place: tuple[str, str, str],
    dimension: str,
    category: str,
    variable: str,
    value: float,
    persons: float,
) -> dict[str, Any]:
    region, sector, occupation = place
    return {
        "region": region,
        "sector": sector,
        "occupation": occupation,
        "dimension": dimension,
        "category": category,
        "variable": variable,
        "central": value,
        "persons": persons,
    }


def _fewer(*persons: float) -> float:
    """Return the fewest persons of those posts that have any: they decide what may be shown."""
    return min((count for count in persons if count > 0), default=0.0)


def _shared(inputs: xr.Dataset, result: xr.Dataset) -> list[dict[str, Any]]:
    codes = result["occupation"].values  # A place may lack some of those that the table names.
    pairs = {"occupation": codes, "occupation_to": codes}
    most, output = inputs["task_share"].sel(pairs), inputs["task_output"].sel(pairs)
    found = share_tasks(result["demand_fte"], result["supply_fte"], most, output)
    staff = inputs["staff"].sum(["sex", "working_age"])
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
        there = staff.sel(region=place[0], sector=place[1])
        persons = _fewer(
            *(float(there.sel(occupation=one[name])) for name in ("occupation", "occupation_to"))
        )
        pair = {"occupation": one["occupation"], "occupation_to": one["occupation_to"]}
        taken = one["moved"] / float(inputs["task_output"].sel(pair))
        category = f"{one['occupation_to']}|{one['limit']}"
        rows += [
            _row(place, SHARING, category, name, value, persons)
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
        staff = inputs["staff"].sel(region=region, occupation=codes).sum(["sex", "working_age"])
        if sector != "all":
            gap, staff = gap.sel(sector=[sector]), staff.sel(sector=[sector])
        spare, short = (-gap).clip(min=0.0).sum("sector"), gap.clip(min=0.0).sum("sector")
        ends = (spare.reset_coords(drop=True), short.reset_coords(drop=True))
        rows += _plan(ends, terms, staff.sum("sector"), (region, sector))
    return rows


def _plan(
    ends: tuple[xr.DataArray, xr.DataArray],
    terms: dict[str, Any],
    staff: xr.DataArray,
    place: tuple[str, str],
) -> list[dict[str, Any]]:
    """Plan with all the money that helps and with parts of it, and say what binds."""
    whole = best_reskilling(*ends, **terms)
    if whole.is_empty():
        return []
    rows, cost = [], float(whole["cost"].sum())
    for part in BUDGETS:
        plan = best_reskilling(*ends, **terms, budget=part * cost) if part < 1.0 else whole
        for one in plan.iter_rows(named=True):
            persons = _fewer(
                *(
                    float(staff.sel(occupation=one[name]))
                    for name in ("occupation", "occupation_to")
                )
            )
            category = f"{one['occupation_to']}|{part * 100:.0f}"
            rows += [
                _row(
                    (*place, one["occupation"]),
                    RESKILLING,
                    category,
                    f"reskilled_{name}",
                    float(one[name]),
                    persons,
                )
                for name in ("persons", "cost", "weeks")
            ]
    limits = reskilling_limits(*ends, **terms)
    return rows + [
        _row(
            (*place, "all"),
            LIMIT,
            one["limit"],
            "reskilled_more",
            float(one["more"]),
            float(staff.sum()),
        )
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
