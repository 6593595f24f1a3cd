"""How far measures can go in a place: by its own level, places like it, and who there is."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.folder import Folder
from workforce.contract.measures import PlaceLimit
from workforce.inputs import base_persons
from workforce.inputs.flows import REGION_K, group_of
from workforce.inputs.regions import employers, members
from workforce.model.rates import probability_from_rate, shrink_rates
from workforce.results.benchmark_counts import AGE, counted_places, laid
from workforce.results.part_time import part_time_rows
from workforce.scenarios.levers.entering import JOBSEEKER, reachable
from workforce.scenarios.levers.reach import Reach, reached
from workforce.scenarios.levers.working_time import PART_TIME_POSITION

LEAST_ABSENCE = 0.01
"""Share of agreed days that people are away for short whatever is done: self-certified absence
alone was about 1 point (KS, second quarter of 2024)."""
BEST = 0.1
LEAST_PLACES = 5
"""Fewer places than this have no best tenth."""


def place_limits(
    inputs: xr.Dataset, folder: Folder, pool: pl.DataFrame, levers: Sequence[Mapping[str, Any]]
) -> dict[str, PlaceLimit]:
    """Tell how far each lever can go here, whatever a table of costs says.

    - ``absence``: short absence falls to `LEAST_ABSENCE` at most;
    - ``turnover``: it falls to that of the best tenth of the comparable municipalities at most,
      each drawn to the mean of all (200 person-years count for half). These are those of the
      comparison group, or where it has fewer than `LEAST_PLACES`, all in the folder;
    - ``position_share``, ``full_time``: part-timers go to full posts at most, and where they were
      asked only those who want more;
    - ``recruitment``: in the occupations that the labour pool tells of, the part of those who come
      to the county that nobody there plans for, shared between its municipalities by their staff,
      over those recruited today;
    - ``inclusion``: where it is told how many are outside work, those of them who reach a post.
    """
    found = {}
    for step in levers:
        name = str(step["lever"])
        where = reached(inputs, _places(step))
        fte = inputs["staff"] * inputs["position_share"] * where
        limit = None
        if name == "absence":
            limit = _absence(inputs, fte)
        elif name in ("position_share", "full_time"):
            wants = _wants(inputs, folder, where)
            limit = _positions(inputs["staff"] * where, fte, name, wants)
        elif name == "turnover":
            limit = _turnover(inputs, folder)
        elif name == "recruitment":
            limit = _recruits(inputs, folder, pool)
        elif name == "inclusion" and step.get("outside") is not None:
            outside = float(step["outside"])
            most = reachable(inputs, outside, str(step.get("group", JOBSEEKER)))
            limit = PlaceLimit(most, "outside", outside, most)
        if limit is not None:
            found[name] = limit
    return found


def _places(step: Mapping[str, Any]) -> Reach:
    places: Reach = {key: step[key] for key in ("sectors", "occupations") if key in step}  # type: ignore[assignment]
    return places


def _absence(inputs: xr.Dataset, fte: xr.DataArray) -> PlaceLimit | None:
    now = inputs["short_absence"].isel(year=0, drop=True)
    weight = float(fte.sum())
    if not weight:
        return None
    own = float((fte * now).sum()) / weight
    return PlaceLimit(100.0 * max(own - LEAST_ABSENCE, 0.0), "floor", 100.0 * own,
                      100.0 * LEAST_ABSENCE)  # fmt: skip


def _wants(inputs: xr.Dataset, folder: Folder, where: xr.DataArray) -> float | None:
    """Tell the part of the part-timers reached who want a larger position, where all were asked."""
    there = (inputs["staff"] * where).sum([dim for dim in inputs["staff"].dims if dim != "sector"])
    sectors = inputs["sector"].values[there.values > 0].tolist()
    region, year = str(inputs["region"].values[0]), int(inputs.attrs["base_year"])
    rows = part_time_rows(folder, region=region, base_year=year)
    count, share = (
        dict(rows.filter(variable=name).select("sector", "central").iter_rows())
        for name in ("part_time_staff", "part_time_wants")
    )
    total = sum(count.get(code, 0.0) for code in sectors)
    if not total or any(count.get(code) != 0 and code not in share for code in sectors):
        return None
    return float(sum(count[code] * share.get(code, 0.0) for code in sectors) / total)


def _positions(
    persons: xr.DataArray, fte: xr.DataArray, name: str, wants: float | None
) -> PlaceLimit | None:
    cells = ["sex", "working_age"]
    heads = float(persons.sum())
    if not heads:
        return None
    slack = float((persons.sum(cells) - fte.sum(cells)).clip(min=0.0).sum()) / heads
    most = slack / (1.0 - PART_TIME_POSITION / 100.0) if name == "full_time" else slack
    own = 100.0 * (1.0 - slack)
    if wants is None:
        return PlaceLimit(100.0 * most, "part_timers", own, 100.0)
    return PlaceLimit(100.0 * most * wants, "part_timers_want", own, 100.0 * wants)


def _turnover(inputs: xr.Dataset, folder: Folder) -> PlaceLimit | None:
    tables = folder.tables
    if "staff_flows" not in tables:
        return None
    region, base = str(inputs["region"].values[0]), int(inputs.attrs["base_year"])
    regions = tables["regions"]
    towns = employers(regions, like=region)
    group = group_of(regions, [region])[0]
    alike = [code for code, own in zip(towns, group_of(regions, towns), strict=True)
             if group and own == group]  # fmt: skip
    counted = counted_places(folder, base)
    if not counted.ages:
        return None
    codes = list(dict.fromkeys([region, *towns]))
    events, lived = (
        laid(counted, "exits", name, codes).sum(["sector", AGE]) for name in ("events", "lived")
    )
    rates = leaving_by_place(events, lived, employers(regions))
    known = [code for code in alike if code in rates] if len(alike) >= LEAST_PLACES else []
    known = known or [code for code in towns if code in rates]
    if region not in rates or len(known) < LEAST_PLACES:
        return None
    best = float(np.quantile([rates[code] for code in known], BEST))
    own = rates[region]
    return PlaceLimit(100.0 * max(own - best, 0.0), "best_tenth", 100.0 * own, 100.0 * best,
                      len(known))  # fmt: skip


def leaving_by_place(
    events: xr.DataArray, lived: xr.DataArray, among: Collection[str]
) -> dict[str, float]:
    """Give the share who leave the municipal sector in a year, drawn to the mean of some places.

    ``events`` [persons] are by region and cause, ``lived`` [person-years] by region.
    """
    codes = lived["region"].values.tolist()
    towns = [code for code in codes if code in among]
    mean = events.sel(region=towns).sum("region") / lived.sel(region=towns).sum("region")
    drawn = shrink_rates(events, lived, mean, k=REGION_K)["rate"]
    gone = probability_from_rate(drawn).drop_sel(cause="moved_municipality").sum("cause")
    some = lived.values > 0
    return {code: float(gone.sel(region=code)) for code, lives in zip(codes, some, strict=True)
            if lives}  # fmt: skip


def _recruits(inputs: xr.Dataset, folder: Folder, pool: pl.DataFrame) -> PlaceLimit | None:
    """Part of today's recruits that may come on top, in occupations that the pool tells of."""
    rows = pool.filter(pl.col("variable").is_in(["pool_need_sum", "pool_supply_sum"]))
    rows = rows.filter(pl.col("category") != "movers")
    if rows.is_empty():
        return None
    region, years = str(inputs["region"].values[0]), inputs.sizes["flow_year"]
    wanted, comes = (
        _by_occupation(rows.filter(variable=name), "central")
        for name in ("pool_need_sum", "pool_supply_sum")
    )
    area = str(rows["region"][0])
    heads = base_persons(folder, base_year=int(inputs.attrs["base_year"]))
    inside = heads.filter(pl.col("region").is_in(members(folder.tables["regions"], area)))
    own = inside.filter(pl.col("region").is_in(members(folder.tables["regions"], region)))
    staff, ours = (_by_occupation(part, "persons") for part in (inside, own))
    free = sum(
        max(float(comes[code]) - float(wanted.get(code, 0.0)), 0.0)
        * float(ours.get(code, 0.0)) / max(float(staff.get(code, 0.0)), 1.0)
        for code in comes
    )  # fmt: skip
    residents = inputs["population"].sel(age=slice(20, 66)).sum()
    codes = [code for code in comes if code in inputs["occupation"].values]
    today = float((inputs["inflow_rate"].sel(occupation=codes) * residents).sum())
    if today <= 0:
        return None
    return PlaceLimit(100.0 * free / years / today, "pool", today, free / years)


def _by_occupation(rows: pl.DataFrame, column: str) -> dict[str, float]:
    """Sum by occupation, always in the same order, so that what is summed of it is the same."""
    return dict(rows.group_by("occupation", maintain_order=True).agg(pl.col(column).sum()).rows())
