"""Death rates of a nation: smoothed over ages, completed among the oldest, and carried on."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import Numbers, check_bounds, check_dims
from workforce.errors import DataError, ParameterError
from workforce.model.life_table import person_years

LOGISTIC_FROM = 95  # From this age the rates observed are too few, or read as too low.
_FITTED_FROM, _FITTED_TO = 80, 98
_TRUSTED_TO = 100
_AGES = {"pattern": 5, "year": 7, "slope": 15}
_LEAST = 1e-6


def graduate_mortality(mortality: xr.DataArray, ages: Numbers) -> xr.DataArray:
    """Smooth the death rates of each year, and complete them among the oldest.

    A pattern m*(x) is the mean over the last 15 years, its logarithm smoothed over five ages; from
    95 on it is the logistic of Kannisto, fitted to 80-98 with the life table's deaths as weights:

        m*(x) = a exp(b x) / (1 + a exp(b x))

    Each year is the pattern times the ratio of deaths over seven ages and the years beside it,
    with the person-years L of the pattern's life table, so that a steep age pattern is not bent:

        m(x, t) = m*(x) * sum(L m) / sum(L m*)

    ``mortality`` are central death rates, dims (sex, age, year), of ages 0, 1, 2, ..., 0 where
    nobody was alive; ``ages`` those to come out, likewise from 0. [per person-year] Dims (sex, age,
    year), the years given. [per person-year]

    Source: Thatcher, Kannisto and Vaupel (1998), The Force of Mortality at Ages 80 to 120, Odense.
    """
    rates, pattern, weight = _prepare(mortality, ages)
    ratio = _ratio(rates, pattern, weight)
    beside = _smooth(ratio, 3)
    if ratio.shape[-1] > 1:
        # At either end a year has one neighbour only.
        beside[..., 0] = ratio[..., :2].mean(axis=-1)
        beside[..., -1] = ratio[..., -2:].mean(axis=-1)
    return _label(pattern[..., np.newaxis] * beside, mortality, ages, mortality["year"].values)


def project_mortality(
    mortality: xr.DataArray,
    years: Numbers,
    ages: Numbers,
    *,
    fit_years: int = 20,
    jump_off_years: int = 3,
    long_run_decline: float = 0.017,
    trend_share: float = 1.0,
) -> xr.DataArray:
    """Carry death rates on: each age goes on falling as it did, from the latest years.

        log m(x, T + h) = log m(x, T) - long * h - (decline(x) - long) * sum(phi^i, i = 1..h)

    decline(x) is the slope of log m over the last ``fit_years`` by least squares, smoothed over 15
    ages, and phi is ``trend_share``. The start m(x, T) is the mean of the last ``jump_off_years``,
    so that the chance of one year is not carried on, at the middle T of them. This is the forecast
    of Lee and Carter with the trend of each age estimated by itself, from rates observed last
    (Lee and Miller) and not from fitted ones.

    ``mortality`` and ``ages`` are as in `graduate_mortality`; with fewer than five years the trend
    is the long-run decline, which that of every age tends to [per year]. ``trend_share`` is the
    share of the gap to it that is left after each year; 1 keeps the trend. Dims (sex, age, year).
    [per person-year]

    Source: Lee and Carter (1992). doi:10.1080/01621459.1992.10475265 Lee and Miller (2001).
    doi:10.1353/dem.2001.0036
    """
    if not 0.0 <= trend_share <= 1.0:
        raise ParameterError(f"trend_share is {trend_share}; give a share from 0 to 1.")
    rates, pattern, weight = _prepare(mortality, ages)
    known = mortality["year"].values.astype(float)
    latest = min(jump_off_years, len(known))
    start = pattern * _ratio(rates[..., -latest:].mean(-1, keepdims=True), pattern, weight)[..., 0]
    middle = known[-latest:].mean()
    fall = np.full_like(start, long_run_decline)
    if len(known) >= 5:
        past = known[-fit_years:] - known[-fit_years:].mean()
        log = np.log(_ratio(rates[..., -fit_years:], pattern, weight))
        slope = (log * past).sum(axis=-1) / (past**2).sum()
        fall = -_smooth(slope, _AGES["slope"])
    lag = np.asarray(years, dtype=float) - middle
    left = lag if trend_share == 1.0 else trend_share * (1 - trend_share**lag) / (1 - trend_share)
    gap = fall - long_run_decline
    log_fall = long_run_decline * lag + gap[..., np.newaxis] * left
    return _label(start[..., np.newaxis] * np.exp(-log_fall), mortality, ages, years)


def _prepare(mortality: xr.DataArray, ages: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Rates (sex, age, year) on the ages wanted, their pattern, and person-years (sex, age)."""
    check_dims(mortality, ["sex", "age", "year"], name="mortality")
    check_bounds(mortality, name="mortality", lower=0)
    given = mortality["age"].values
    if not np.array_equal(given, np.arange(len(given))):
        raise DataError("mortality: the ages must be 0, 1, 2, ... without gaps.")
    rates = mortality.transpose("sex", "age", "year").values.astype(float)
    pattern = np.stack([_pattern(rates[sex, :, -15:].mean(axis=-1), ages) for sex in (0, 1)])
    if len(ages) > rates.shape[1]:
        # Ages that were not given move as the oldest given does.
        oldest = rates.shape[1] - 1
        more = pattern[:, oldest + 1 :, np.newaxis] / pattern[:, oldest : oldest + 1, np.newaxis]
        rates = np.concatenate([rates, more * rates[:, oldest : oldest + 1]], axis=1)
    female = [sex == "female" for sex in mortality["sex"].values.tolist()]
    weight = person_years(pattern, np.ones(len(ages) - 1), female)
    return rates[:, : len(ages)], pattern, weight


def _pattern(mean: Numbers, ages: Numbers) -> Numbers:
    log = np.log(np.maximum(mean, _LEAST))
    log[2:] = _smooth(log[2:], _AGES["pattern"])
    smooth = np.exp(log)
    top = len(mean) - 1  # The oldest group is open: its rate is that of several ages.
    first = min(LOGISTIC_FROM, top)
    fitted = np.arange(_FITTED_FROM, min(_FITTED_TO, top - 1) + 1)
    result = np.full(len(ages), smooth[-1])
    kept = min(len(ages), len(smooth))
    result[:kept] = smooth[:kept]
    if len(fitted) < 5:
        return result
    rate = np.clip(mean[fitted], _LEAST, 0.99)
    alive = np.concatenate([[1.0], np.exp(-np.cumsum(rate))[:-1]])
    spread = np.sqrt(alive * rate)
    line = np.polyfit(fitted + 0.5, np.log(rate / (1 - rate)), 1, w=spread)
    oldest = np.asarray(ages)[first:] + 0.5
    result[first:] = 1.0 / (1.0 + np.exp(-np.polyval(line, oldest)))
    return result


def _ratio(rates: Numbers, pattern: Numbers, weight: Numbers) -> Numbers:
    """Deaths over those of the pattern, over neighbouring ages; shape (sex, age, year)."""
    deaths = _smooth(weight[..., np.newaxis] * rates, _AGES["year"], axis=1)
    expected = _smooth((weight * pattern)[..., np.newaxis], _AGES["year"], axis=1)
    ratio = deaths / expected
    ratio[:, 0] = rates[:, 0] / pattern[:, :1]
    ratio[:, _TRUSTED_TO + 1 :] = ratio[:, _TRUSTED_TO : _TRUSTED_TO + 1]
    return np.maximum(ratio, 1e-3)


def _smooth(values: Numbers, width: int, axis: int = -1) -> Numbers:
    """Take the moving mean; near an end the last value is repeated."""
    moved = np.moveaxis(values, axis, -1)
    padding = [(0, 0)] * (moved.ndim - 1) + [(width // 2, width // 2)]
    padded = np.pad(moved, padding, mode="edge")
    window = np.lib.stride_tricks.sliding_window_view(padded, width, axis=-1)
    return np.moveaxis(window.mean(axis=-1), -1, axis)


def _label(values: Numbers, like: xr.DataArray, ages: Numbers, years: Numbers) -> xr.DataArray:
    return xr.DataArray(
        values,
        dims=["sex", "age", "year"],
        coords={"sex": like["sex"].values, "age": ages, "year": years},
        name="mortality",
    )
