"""Set the turnover, absence, positions and exit age of a place beside those of wider places."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.inputs.flows import (
    CAUSES,
    GROUP_K,
    REGION_K,
    Cells,
    cell_exposure,
    group_of,
)
from workforce.inputs.loading import settle_base_year
from workforce.inputs.regions import at_level, chosen_regions, members
from workforce.inputs.short_absence import DOCTOR_TO_TOTAL
from workforce.model.rates import probability_from_rate, shrink_rates
from workforce.sources.files import find_tables, read_folder

YEARS = 5  # Calendar years before the base year over which exits are counted.
RETIRED_K = 20.0  # Retirements at which the own mean age counts for half; an assumption.
ALL = "all"
TABLES = (
    "regions",
    "population",
    "staff",
    "staff_flows",
    "absence",
    "service_use",
    "service_share",
)
ESTIMATED = ("turnover", "exit_age")
"""Measures that rest on few events, so that a weight draws them to the wider group."""
MEASURES = ("turnover", "absence_rate", "mean_position", "exit_age", "staff_per_user")


def benchmark(
    folder: str | Path, *, region: str, base_year: int | None = None, level: float = 0.8
) -> pl.DataFrame:
    r"""Compare a place with its comparison group and the nation, by sector.

    Turnover is the probability of leaving the municipal sector within a year (moves to other
    municipalities are none of it), from exits over person-years of the last five years and
    :func:`workforce.probability_from_rate`. Exit age is the mean exact age of those who retired:
    the completed age on 1 January, plus half a year for birthdays and half a year to the middle of
    the year. Absence is the mean of the four quarters before the base year, weighed by employees.
    Mean position is agreed FTE per person and staff per user agreed FTE per user of the own share
    of the service, both on 1 January of the base year.

    Turnover and exit age rest on few events. Beside what was seen stands what is drawn towards the
    wider group, the group itself towards the nation (`shrink_rates`, k of 200 person-years and 20
    retirements):

        drawn = weight * seen + (1 - weight) * wider,  weight = exposure / (exposure + k)

    The interval of turnover is that of a gamma distribution with the drawn rate as its mean and
    the events seen and borrowed, ``rate * (exposure + k)``, as its shape. The other measures are
    counts of everybody and carry neither weight nor interval.

    Parameters
    ----------
    folder : path
        Folder of tables.
    region : str
        Code of the place.
    base_year : int, optional
        The latest 1 January in the data when left out.
    level : float
        Probability of the interval.

    Returns
    -------
    polars.DataFrame
        ``region`` (the place, its comparison group, the nation; those that the table regions has,
        and none that has the municipalities of one before it), ``sector`` (a code or all),
        ``measure``, ``observed``, ``drawn``, ``lower``, ``upper``,
        ``exposure`` (person-years, retirements, persons or users), ``weight`` (null where nothing
        is drawn) and ``persons`` behind the figure. A figure without exposure has no row.

    References
    ----------
    Buhlmann and Gisler (2005), A Course in Credibility Theory, doi:10.1007/3-540-29273-X.
    """
    tables = read_folder(folder, [name for name in TABLES if name in find_tables(folder)])
    regions = tables["regions"]
    chosen_regions(regions, region)
    codes = _beside(regions, region)
    if "staff" not in tables:
        return pl.DataFrame(schema=SCHEMA)
    year = settle_base_year(tables, base_year)
    now = tables["staff"].filter(pl.col("year") == year)
    sectors = sorted(now["sector"].unique().to_list())
    cells: Cells = {"region": codes, "sector": sectors}
    here = at_level(now, regions, codes)
    staff = _with_all(to_array(here, cells, "persons"))
    fte = _with_all(to_array(here, cells, "fte"))
    parts = [_counted("mean_position", fte, staff, staff)]
    if "staff_flows" in tables:
        recent = pl.col("year").is_between(year - YEARS, year - 1)
        flows = tables["staff_flows"].filter(recent & pl.col("sector").is_in(sectors))
        flows = flows.rename({"age": "working_age"})
        if len(flows):
            parts += [_turnover(flows, regions, cells, staff, level), _ages(flows, regions, cells)]
    if "absence" in tables:
        parts.append(_absence(tables, codes, cells, year))
    if "service_use" in tables:
        parts.append(_per_user(tables, cells, year, fte, staff))
    table = pl.concat([part for part in parts if len(part)])
    order = {name: place for place, name in enumerate([*codes, *MEASURES])}
    return table.sort(
        pl.col("measure").replace_strict(order, return_dtype=pl.Int64),
        "sector",
        pl.col("region").replace_strict(order, return_dtype=pl.Int64),
    )


SCHEMA = {
    **dict.fromkeys(("region", "sector", "measure"), pl.String),
    **dict.fromkeys(("observed", "drawn", "lower", "upper"), pl.Float64),
    **dict.fromkeys(("exposure", "weight", "persons"), pl.Float64),
}


def _beside(regions: pl.DataFrame, region: str) -> list[str]:
    """Return the place, its comparison group and the nation, without those of the same members."""
    known = set(regions["region"])
    group = group_of(regions, [region])[0]
    nations = regions.filter(pl.col("level") == "nation")["region"].to_list()
    found: dict[tuple[str, ...], str] = {}
    for code in (region, group, *nations[:1]):
        if code in known:
            found.setdefault(tuple(sorted(members(regions, code))), code)
    return list(found.values())


def _with_all(array: xr.DataArray) -> xr.DataArray:
    total = array.sum("sector").expand_dims(sector=[ALL])
    return xr.concat([total, array], dim="sector", join="exact").transpose(*array.dims)


def _counted(
    measure: str, events: xr.DataArray, exposure: xr.DataArray, persons: xr.DataArray
) -> pl.DataFrame:
    """Divide counts of everybody, of which nothing is drawn."""
    value = events / exposure.where(exposure > 0)
    return _laid_out(
        measure, value, value, value, value, exposure, exposure * float("nan"), persons
    )


def _drawn(events: xr.DataArray, exposure: xr.DataArray, k: Sequence[float]) -> xr.Dataset:
    """Draw each place towards the next wider one, from the nation down; the widest is as seen."""
    rate = events / exposure.where(exposure > 0, 1.0)
    places = list(range(exposure.sizes["region"]))
    drawn, weight = [rate.isel(region=-1)], [xr.ones_like(exposure.isel(region=-1))]
    for place in reversed(places[:-1]):
        found = shrink_rates(
            events.isel(region=place, drop=True), exposure.isel(region=place, drop=True),
            drawn[0].drop_vars("region", errors="ignore"), k=k[min(place, len(k) - 1)],
        )  # fmt: skip
        code = exposure["region"].values[place]
        drawn.insert(0, found["rate"].assign_coords(region=code))
        own = found["weight"]
        own = own.isel(cause=0, drop=True) if "cause" in own.dims else own
        weight.insert(0, own.assign_coords(region=code))
    both = {"rate": xr.concat(drawn, "region"), "weight": xr.concat(weight, "region")}
    return xr.Dataset(both)


def _turnover(
    flows: pl.DataFrame, regions: pl.DataFrame, cells: Cells, staff: xr.DataArray, level: float
) -> pl.DataFrame:
    codes = [str(code) for code in cells["region"]]
    exits = flows.filter(pl.col("flow").is_in(CAUSES)).rename({"flow": "cause"})
    exits = at_level(exits, regions, codes)
    events = _with_all(to_array(exits, {**cells, "cause": CAUSES}, "persons"))
    lived = at_level(cell_exposure(flows), regions, codes)
    years = _with_all(to_array(lived, cells, "exposure"))
    found = _drawn(events, years, (REGION_K, GROUP_K))
    worth = years / found["weight"].where(found["weight"] > 0, 1.0)  # exposure + k
    rate = found["rate"].transpose(*events.dims)
    ends = [_left(_gamma(rate, worth, side)) for side in ((1 - level) / 2, (1 + level) / 2)]
    seen = _left(events / years.where(years > 0, 1.0))
    return _laid_out("turnover", seen, _left(rate), ends[0], ends[1], years, found["weight"], staff)


def _left(rate: xr.DataArray) -> xr.DataArray:
    """Probability of leaving the municipal sector within a year."""
    gone = probability_from_rate(rate)
    return gone.sel(cause=[c for c in CAUSES if c != "moved_municipality"]).sum("cause")


def _gamma(rate: xr.DataArray, worth: xr.DataArray, side: float) -> xr.DataArray:
    """Scale all causes so that their sum is the quantile of a gamma with that mean."""
    from scipy.stats import gamma

    away = rate.sel(cause=[c for c in CAUSES if c != "moved_municipality"]).sum("cause")
    shape = (away * worth).transpose(*away.dims)
    known = shape.where(shape > 0, 1.0)
    ratio = known.copy(data=gamma.ppf(side, known.values) / known.values)
    factor = ratio.where(shape > 0, 1.0)
    return rate.where(rate["cause"] == "moved_municipality", rate * factor)


def _ages(flows: pl.DataFrame, regions: pl.DataFrame, cells: Cells) -> pl.DataFrame:
    retired = flows.filter(pl.col("flow") == "retired")
    retired = retired.with_columns(ages=pl.col("persons") * (pl.col("working_age") + 1.0))
    rows = at_level(retired, regions, [str(code) for code in cells["region"]])
    number = _with_all(to_array(rows, cells, "persons"))
    ages = _with_all(to_array(rows, cells, "ages"))
    found = _drawn(ages, number, (RETIRED_K, RETIRED_K))
    seen, drawn = ages / number.where(number > 0), found["rate"]
    return _laid_out("exit_age", seen, drawn, drawn, drawn, number, found["weight"], number)


def _absence(
    tables: dict[str, pl.DataFrame], codes: list[str], cells: Cells, year: int
) -> pl.DataFrame:
    """Total absence of the year; where a wider place has no figures, that of its municipalities."""
    quarters = [f"{year - 1}Q{quarter}" for quarter in (1, 2, 3, 4)]
    keys = ["region", "sector"]
    rows = tables["absence"].filter(pl.col("quarter").is_in(quarters))
    kinds = [
        rows.filter(pl.col("kind") == kind)
        .group_by(keys)
        .agg(rate=pl.col("absence_rate").mean() * factor)
        for kind, factor in (("total", 1.0), ("doctor_certified", DOCTOR_TO_TOTAL))
    ]
    # Doctor-certified absence stands in where the total is not known, uplifted.
    rates = pl.concat([kinds[0], kinds[1].join(kinds[0], on=keys, how="anti")])
    now, regions = tables["staff"].filter(pl.col("year") == year), tables["regions"]
    told = [code for code in codes if code in set(rates["region"])]
    towns = now.filter(~pl.col("region").is_in(told))
    employed = pl.concat([towns, *([at_level(now, regions, told)] if told else [])])
    employed = employed.group_by(keys).agg(pl.col("persons").sum())
    weighed = employed.join(rates, on=keys).with_columns(away=pl.col("persons") * pl.col("rate"))
    weighed = weighed.filter(pl.col("sector").is_in(list(cells["sector"])))
    here = at_level(weighed, regions, codes)
    persons = _with_all(to_array(here, cells, "persons"))
    away = _with_all(to_array(here, cells, "away"))
    return _counted("absence_rate", away, persons, persons)


def _per_user(
    tables: dict[str, pl.DataFrame],
    cells: Cells,
    year: int,
    fte: xr.DataArray,
    staff: xr.DataArray,
) -> pl.DataFrame:
    """FTE per user of what own staff provide; users of different services are no sum."""
    keys = ["region", "sector"]
    used = tables["service_use"].filter(
        (pl.col("year") == year) & pl.col("sector").is_in(list(cells["sector"]))
    )
    users = used.group_by(keys).agg(pl.col("users").sum().cast(pl.Float64))
    if "service_share" in tables:
        share = tables["service_share"].filter(pl.col("year") == year)
        users = users.join(share.select(*keys, "share"), on=keys, how="left").with_columns(
            users=pl.col("users") * pl.col("share").fill_null(1.0)
        )
    here = at_level(users, tables["regions"], [str(code) for code in cells["region"]])
    own = to_array(here, cells, "users")
    known = {"sector": own["sector"].values}
    heads = staff.sel(known)
    # The fewer of staff and users decide whether the figure may be shown.
    return _counted("staff_per_user", fte.sel(known), own, heads.where(heads < own, own))


def _laid_out(
    measure: str,
    observed: xr.DataArray,
    drawn: xr.DataArray,
    lower: xr.DataArray,
    upper: xr.DataArray,
    exposure: xr.DataArray,
    weight: xr.DataArray,
    persons: xr.DataArray,
) -> pl.DataFrame:
    both = xr.Dataset(
        {
            "observed": observed,
            "drawn": drawn,
            "lower": lower,
            "upper": upper,
            "exposure": exposure,
            "weight": weight,
            "persons": persons,
        }
    )
    frame: pl.DataFrame = pl.from_pandas(both.to_dataframe().reset_index(), nan_to_null=True)
    frame = frame.filter((pl.col("exposure") > 0) & (pl.col("persons") > 0))
    return frame.with_columns(measure=pl.lit(measure)).select(
        pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )
