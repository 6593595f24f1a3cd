"""Cheapest mixes of measures as rows of a results table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.about import MeasureCost
from workforce.contract.folder import Folder
from workforce.contract.measures import PlaceLimit
from workforce.results.place_limits import place_limits
from workforce.results.rows import lay_rows
from workforce.scenarios.cost import lever_costs, reached_fte
from workforce.scenarios.goal_case import missing_by
from workforce.scenarios.goal_seek import CLOSE, seek
from workforce.scenarios.levers.reach import named_codes
from workforce.scenarios.levers.registry import LEVERS
from workforce.scenarios.money import hiring_saved, price_of

OUT_OF_REACH = "limits"
"""Category of the mix that is told when none reaches the target: all levers at their limits."""
BY_PRICE = "price"
"""Category of the mix that the price alone would say."""
PLAN = "plan"
"""Category of the place's own measures, of which the chance alone is told."""
LEAST_SIZE = 0.05  # A lever that can go less far than would be written as 0.1 is not sought over.


def priced_levers(
    inputs: xr.Dataset, measures: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """List the levers that have a cost and a direction, with all of the measures but their sizes.

    Only those of the measures, where any are given. Left out are those for services or occupations
    that the place has not, and those that say nothing by what is told of them.
    """
    priced = {
        name
        for name in lever_costs(inputs)
        if LEVERS[name].helps and all(need in inputs for need in LEVERS[name].needs)
    }
    own: dict[str, Mapping[str, Any]] = {}
    for one in measures:
        if (name := str(one["lever"])) in priced:
            own[name] = _wider(own[name], one) if name in own else one
    chosen = [name for name in LEVERS if name in priced and name in (own or priced)]
    if inputs.sizes["region"] < 2 and "regional_pooling" in chosen:
        chosen.remove("regional_pooling")
    told = {
        name: {
            option: value
            for option, value in own.get(name, {}).items()
            if option not in ("lever", LEVERS[name].size)
        }
        for name in chosen
    }
    return [
        {"lever": name, **options}
        for name, options in told.items()
        if not LEVERS[name].lacking({**options, LEVERS[name].size: 0})
        and not LEVERS[name].problems({**options, LEVERS[name].size: 0})
        and reached_fte(inputs, {"lever": name, **options}) > 0.0
    ]


def _wider(before: Mapping[str, Any], step: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take two measures of one lever for one: the last of them, wherever either reaches."""
    wider = dict(step)
    for place in ("sectors", "occupations"):
        told = [named_codes(one, place) for one in (before, step)]  # type: ignore[arg-type]
        wider[place] = sorted({code for codes in told if codes for code in codes})
        if None in told:
            del wider[place]
    return wider


def mix_rows(
    inputs: xr.Dataset,
    scenario: str,
    measures: Sequence[Mapping[str, Any]] = (),
    *,
    sector: str = "all",
    limits: Mapping[str, PlaceLimit] | None = None,
    target: float,
    probability: float,
    draws: int,
    seed: int,
) -> pl.DataFrame:
    """Seek the mixes that bring down what is missing at the horizon, as rows; none without costs.

    Mixes are sought for all sectors together only. A lever goes no further than its limit in the
    place, nor than the table of costs allows. The category is the number of the mix, ``limits``,
    ``price`` for what the price alone would say, or ``plan`` for the measures as they are, where
    all have a size. Mixes stand in the order of ``mix_cost`` and ``mix_hiring`` together.
    """
    sought = "staff" in inputs and sector == "all"
    levers = priced_levers(inputs, measures) if sought else []
    known, here = lever_costs(inputs), limits or {}
    most = {str(one["lever"]): _goes(known, here, one) for one in levers}
    levers = [one for one in levers if most[str(one["lever"])] >= LEAST_SIZE]
    if not levers:
        return lay_rows([])
    year = int(inputs.attrs["base_year"]) + int(inputs.attrs["horizon"])
    some: dict[str, Any] = {"draws": draws, "seed": seed}
    found = seek(
        inputs,
        levers,
        target=target,
        year=year,
        probability=probability,
        bounds={
            name: (0.0, far) if LEVERS[name].helps > 0 else (-far, 0.0)
            for name, far in most.items()
        },
        **some,
    )
    found = _by_whole_price(inputs, levers, found, year)
    number = pl.col("mix").rle_id() + 1
    mix = (
        pl.when("free")
        .then(pl.lit(BY_PRICE))
        .when("feasible")
        .then(number.cast(pl.String))
        .otherwise(pl.lit(OUT_OF_REACH))
    )
    found = found.with_columns(category=mix)
    heads = found.unique("mix", keep="first", maintain_order=True)
    more = found.filter(pl.col("one_more").is_not_null() & ~pl.col("free"))
    parts = [
        heads.select("category", "central", "lower", "upper", variable=pl.lit("mix_gap")),
        _certain(heads, "price", "mix_cost"),
        _certain(heads, "hiring", "mix_hiring"),
        _certain(heads, "probability", "mix_chance"),
        _certain(found, "size", "mix_size", detail="lever"),
        _certain(more, "one_more", "mix_one_more", detail="lever"),
    ]
    if measures and all(LEVERS[str(one["lever"])].size in one for one in measures):
        missing = missing_by(inputs, year=year, **some)(measures)[1:]
        chance = float((missing <= target + CLOSE).mean())
        own = pl.DataFrame({"category": [PLAN], "probability": [chance]})
        parts.append(_certain(own, "probability", "mix_chance"))
    rows = pl.concat(parts, how="diagonal").with_columns(
        dimension=pl.when(pl.col("detail").is_null())
        .then(pl.lit("mix"))
        .otherwise(pl.lit("mix_lever"))
    )
    region = str(inputs["region"].values[0])
    return lay_rows(rows, inputs, scenario=scenario, region=region, year=year)


def _by_whole_price(
    inputs: xr.Dataset, levers: Sequence[Mapping[str, Any]], found: pl.DataFrame, year: int
) -> pl.DataFrame:
    """Price mixes as the plan is priced, with who need not be recruited, and sort them by it.

    What the price alone would say is left out where it is no cheaper.
    """
    parts = []
    for _, mix in found.group_by("mix", maintain_order=True):
        sizes = dict(mix.select("lever", "size").iter_rows())
        steps = [
            {**one, LEVERS[name].size: size}
            for one in levers
            if (size := sizes[name := str(one["lever"])])
        ]
        price, hiring = (
            of(inputs, steps, year=year) if steps else 0.0 for of in (price_of, hiring_saved)
        )
        parts.append(mix.with_columns(price=pl.lit(price), hiring=pl.lit(hiring)))
    whole = pl.col("price") + pl.col("hiring")
    priced = pl.concat(parts).with_columns(free=pl.col("basis") == BY_PRICE, whole=whole)
    least = priced.filter(~pl.col("free"))["whole"].min()
    return priced.filter(~pl.col("free") | (pl.col("whole") < least)).sort(
        "free", "whole", maintain_order=True
    )


def limits_here(
    inputs: xr.Dataset,
    folder: Folder,
    pool: pl.DataFrame,
    measures: Sequence[Mapping[str, Any]] = (),
) -> dict[str, PlaceLimit]:
    """Tell how far the levers of `priced_levers` can go in the place, and whether that binds."""
    if "staff" not in inputs:
        return {}
    known = lever_costs(inputs)
    levers = priced_levers(inputs, measures)
    found = place_limits(inputs, folder, pool, levers)
    goes = {str(one["lever"]): _goes(known, {}, one) for one in levers}
    return {name: replace(limit, binds=limit.most < goes[name]) for name, limit in found.items()}


def _goes(
    known: Mapping[str, MeasureCost], here: Mapping[str, PlaceLimit], step: Mapping[str, Any]
) -> float:
    """How far a lever goes in the direction that helps: by its cost and options, and here."""
    name = str(step["lever"])
    most = known[name].most if LEVERS[name].helps > 0 else -known[name].least
    ceiling = LEVERS[name].ceiling(step)
    limits = [most, *([] if ceiling is None else [ceiling])]
    return float(min([*limits, here[name].most] if name in here else limits))


def _certain(found: pl.DataFrame, column: str, variable: str, **labels: str) -> pl.DataFrame:
    value = pl.col(column).cast(pl.Float64)
    bounds = dict.fromkeys(("central", "lower", "upper"), value)
    return found.select("category", **labels, **bounds, variable=pl.lit(variable))
