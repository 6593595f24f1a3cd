"""Estimate what rests on few events, turnover and exit age, towards those of wider places."""

from collections.abc import Sequence

import polars as pl
import xarray as xr

from workforce.contract.results import LEVEL
from workforce.inputs.flows import CAUSES, GROUP_K, REGION_K
from workforce.model.rates import probability_from_rate, shrink_rates
from workforce.results.benchmark_counts import AGE
from workforce.results.standardised import age_ratio, rate_ratio

RETIRED_K = 20.0  # Retirements at which the own mean age counts for half; an assumption.
ALL = "all"
MOVED = "moved_municipality"
SCHEMA = {
    **dict.fromkeys(("region", "sector", "measure"), pl.String),
    **dict.fromkeys(("observed", "drawn", "lower", "upper", "expected"), pl.Float64),
    **dict.fromkeys(("exposure", "weight", "persons"), pl.Float64),
}


def turnover_rows(by_age: xr.DataArray, lived: xr.DataArray, staff: xr.DataArray) -> pl.DataFrame:
    """Return turnover of each place; the fewer of staff and leavers decide whether it is shown."""
    events, years = by_age.sum(AGE), lived.sum(AGE)
    found = _drawn(events, years, (REGION_K, GROUP_K), rate_ratio(by_age, lived))
    rate = found["rate"].transpose(*events.dims)
    worth = _worth(years, found["weight"])
    ends = [_left(_gamma(rate, worth, side)) for side in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]
    seen = _left(events / years.where(years > 0, 1.0))
    gone = _without_moves(events).transpose(*staff.dims)
    persons = leavers_or_staff(gone, staff)
    expected = _not_widest(_left(found["expected"]))
    return laid_out(
        "turnover", seen, _left(rate), ends[0], ends[1], years, found["weight"], persons, expected
    )


def leavers_or_staff(gone: xr.DataArray, staff: xr.DataArray) -> xr.DataArray:
    """Return the fewer of both: turnover times person-years tells how many left."""
    return staff.where((gone == 0) | (gone > staff), gone)


def exit_age_rows(retired: xr.DataArray, lived: xr.DataArray) -> pl.DataFrame:
    """Return the mean age at retirement of each place, in exact years.

    A few ages tell little of how much they vary: the variance is that of the widest place.
    """
    age = retired[AGE] + 1.0
    number, ages, squares = ((retired * weight).sum(AGE) for weight in (1.0, age, age * age))
    found = _drawn(ages, number, (RETIRED_K, RETIRED_K), age_ratio(retired, lived))
    drawn = found["rate"].transpose(*number.dims)
    worth = _worth(number, found["weight"])
    spread = (_variance(number, ages, squares) / worth.where(worth > 0)) ** 0.5
    half = (-_quantile((1 - LEVEL) / 2) * spread).fillna(0.0).transpose(*number.dims)
    seen = ages / number.where(number > 0)
    return laid_out(
        "exit_age", seen, drawn, drawn - half, drawn + half, number, found["weight"], number,
        _not_widest(found["expected"]),
    )  # fmt: skip


def _variance(number: xr.DataArray, ages: xr.DataArray, squares: xr.DataArray) -> xr.DataArray:
    """Variance of the ages in the widest place; of all sectors where one has a single person."""
    n, total, square = (array.isel(region=-1, drop=True) for array in (number, ages, squares))
    found = (square - total * total / n.where(n > 0)) / (n - 1.0).where(n > 1)
    return found.fillna(found.sel(sector=ALL, drop=True)).clip(min=0.0)


def _worth(exposure: xr.DataArray, weight: xr.DataArray) -> xr.DataArray:
    """Own exposure and what was borrowed beside it, exposure + k; 0 without exposure."""
    return exposure / weight.where(weight > 0, 1.0)


def _quantile(probability: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(probability))


def _without_moves(by_cause: xr.DataArray) -> xr.DataArray:
    """Sum the causes of leaving the municipal sector: all but moves to other municipalities."""
    return by_cause.sel(cause=[cause for cause in CAUSES if cause != MOVED]).sum("cause")


def _left(rate: xr.DataArray) -> xr.DataArray:
    """Probability of leaving the municipal sector within a year."""
    return _without_moves(probability_from_rate(rate))


def _gamma(rate: xr.DataArray, worth: xr.DataArray, side: float) -> xr.DataArray:
    """Scale the causes of leaving so that their sum is the quantile of a gamma with that mean."""
    from scipy.special import gammaincinv

    away = _without_moves(rate)
    shape = (away * worth).transpose(*away.dims)
    known = shape.where(shape > 0, 1.0)
    ratio = known.copy(data=gammaincinv(known.values, side) / known.values)
    factor = ratio.where(shape > 0, 1.0)
    return rate.where(rate["cause"] == MOVED, rate * factor)


def _drawn(
    events: xr.DataArray, exposure: xr.DataArray, k: Sequence[float], ratio: xr.DataArray
) -> xr.Dataset:
    """Draw each place towards what it would have by its ages at the rates of the next wider one.

    From the widest place, which is as seen, down. ``expected`` is what a place is drawn towards:
    the drawn rate of the wider place by the ratio that the ages give.
    """
    rate = events / exposure.where(exposure > 0, 1.0)
    places = list(range(exposure.sizes["region"]))
    last = rate.isel(region=-1)
    drawn, weight = [last], [xr.ones_like(exposure.isel(region=-1))]
    expected = [last]
    for place in reversed(places[:-1]):
        code = exposure["region"].values[place]
        prior = drawn[0].drop_vars("region") * ratio.isel(region=place, drop=True)
        found = shrink_rates(
            events.isel(region=place, drop=True), exposure.isel(region=place, drop=True),
            prior, k=k[min(place, len(k) - 1)],
        )  # fmt: skip
        drawn.insert(0, found["rate"].assign_coords(region=code))
        expected.insert(0, prior.assign_coords(region=code))
        own = found["weight"]
        own = own.isel(cause=0, drop=True) if "cause" in own.dims else own
        weight.insert(0, own.assign_coords(region=code))
    both = {"rate": drawn, "weight": weight, "expected": expected}
    return xr.Dataset({name: xr.concat(parts, "region") for name, parts in both.items()})


def _not_widest(expected: xr.DataArray) -> xr.DataArray:
    """Leave out the widest place, of which nothing is expected."""
    return expected.where(expected["region"] != expected["region"][-1])


def with_all(array: xr.DataArray) -> xr.DataArray:
    """Put the sum of all sectors before them."""
    total = array.sum("sector").expand_dims(sector=[ALL])
    return xr.concat([total, array], dim="sector", join="exact").transpose(*array.dims)


def laid_out(
    measure: str,
    observed: xr.DataArray,
    drawn: xr.DataArray,
    lower: xr.DataArray,
    upper: xr.DataArray,
    exposure: xr.DataArray,
    weight: xr.DataArray,
    persons: xr.DataArray,
    expected: xr.DataArray | None = None,
) -> pl.DataFrame:
    """Write arrays by region and sector as rows; nothing without exposure or persons has a row."""
    both = xr.Dataset(
        {
            "observed": observed,
            "drawn": drawn,
            "lower": lower,
            "upper": upper,
            "expected": exposure * float("nan") if expected is None else expected,
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
