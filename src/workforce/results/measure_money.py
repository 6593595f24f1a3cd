"""What measures cost and save, and what the gap costs, as rows of a results table."""

from collections.abc import Sequence

import polars as pl
import xarray as xr

from workforce.contract.about import about
from workforce.contract.measures import Measure
from workforce.results.drivers import HIRING
from workforce.results.rows import lay_rows
from workforce.scenarios.kept import central_path
from workforce.scenarios.money import PAID, bought_share, hiring_saved, measure_money, wage_costs
from workforce.scenarios.simulation import inputs_for

ITEMS = (*PAID, "price", "bought", "net")


def money_rows(
    inputs: xr.Dataset, scenario: str, plan: Sequence[Measure], *, missing: float = 0.0
) -> pl.DataFrame:
    """Lay out what each measure costs and saves in the last year, and what leaving the gap does.

    The gap is the FTE missing at the horizon without measures, priced by the occupations that are
    short on the central path; with 0 it is left out. What is not known has no row.
    """
    if "staff" not in inputs:
        return lay_rows([])  # Those who need not be recruited come as the measure ``hiring``.
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    rows: list[dict[str, object]] = _gap(inputs, missing, year) if missing else []
    if plan:
        found = measure_money(inputs, {one.name: [one.step] for one in plan}, year=year)
        for one in plan:
            of = found.sel(measure=one.name)
            rows += [_row("measure_money", "money", one.name, item, of[item]) for item in ITEMS]
            known = {"once": "once"}
            if float(of["worked"]) > 0.0:
                known |= {"gross": "gross", "worked": "worked"}
            rows += [
                _row(f"measure_{name}", "part", one.name, "", of[item])
                for name, item in known.items()
            ]
        saved = hiring_saved(inputs, [one.step for one in plan], year=year)
        if saved < 0.0:
            items = {**dict.fromkeys(PAID, 0.0), "wages": saved, "price": saved}
            if bool(found["bought"].notnull().any()):
                items["net"] = saved  # Where nobody counted what is bought no net is known.
            rows += [_row("measure_money", "money", HIRING, *item) for item in items.items()]
    told = [row for row in rows if row["central"] == row["central"]]
    region = str(inputs["region"].values[0])
    return lay_rows(told, inputs, scenario=scenario, region=region, year=year)


def money_facts(inputs: xr.Dataset, plan: Sequence[Measure]) -> dict[str, object]:
    """Tell what the money of a plan rests on: facts of the page by their name."""
    told = about(inputs)
    rates = [one.contribution for one in told.wages if not one.own]
    return {
        "cost_sources": cost_sources(inputs, plan),
        "wage_basis": wage_basis(inputs),
        "contribution": rates[0] if rates else 0.0,
        "contribution_zones": told.contribution_zones,
    }


def cost_sources(inputs: xr.Dataset, plan: Sequence[Measure]) -> dict[str, str]:
    """Tell where costs come from, by lever, and by measure that has a cost of its own."""
    known = {row.lever: row.source for row in about(inputs).measure_costs}
    for one in plan:
        own = one.step.get("cost") is not None
        source = (one.source or {}).get("nb", "") if own else known.get(one.lever)
        if source is not None:
            known[one.name] = source
    return known


def wage_basis(inputs: xr.Dataset) -> str:
    """Say whether wages are the place's ``own``, ``national`` or ``both``; empty without staff."""
    if "staff" not in inputs:
        return ""
    heads = inputs["staff"].sum(["region", "sector", "sex", "working_age"])
    there = heads.where(heads > 0, drop=True)["occupation"].values.tolist()
    own = {one.own for one in about(inputs).wages if one.occupation in there}
    return "both" if len(own) > 1 else "own" if own == {True} else "national"


def _gap(inputs: xr.Dataset, missing: float, year: int) -> list[dict[str, object]]:
    short = (
        central_path(inputs_for(inputs, ["shortage_fte"]))["shortage_fte"]
        .sel(year=year)
        .sum(["region", "sector"])
        .clip(min=0.0)
    )
    share, total = bought_share(inputs), float(short.sum())
    if total <= 0:
        return []
    each = (wage_costs(inputs).sel(occupation=short["occupation"]) * short).sum("occupation")
    each = each / total * missing
    return [
        _row("gap_bought_share", "", "", "", share),
        _row("gap_money", "gap_price", "own", "", each.sel(price="own")),
        _row("gap_money", "gap_price", "bought", "", share * float(each.sel(price="bought"))),
    ]


def _row(
    variable: str, dimension: str, category: str, detail: str, central: float | xr.DataArray
) -> dict[str, object]:
    labels = {"dimension": dimension, "category": category, "detail": detail}
    return {"variable": variable, **labels, "central": float(central)}
