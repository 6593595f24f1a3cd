"""The methods of statsmodels: estimated on what was known, then carried on over what came since."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
# A form that counts for less is left out, and one that counts for little is not estimated with its
# start values, which takes most of the time.
_LEAST_WEIGHT = 0.05
_REFINED_WEIGHT = 0.25


@dataclass(frozen=True)
class Smoothing:
    """An estimated form of exponential smoothing: error, trend (always damped) and season.

    ``start`` is how statsmodels finds the start values: "heuristic" (from the first 10 observations
    and 2 for each pair of seasons) or "estimated". The weights of all forms sum to one.
    """

    form: tuple[str, str | None, str | None]
    start: str
    parameters: NDArray[np.float64]
    weight: float = 1.0


@dataclass(frozen=True)
class StateSpace:
    """An estimated linear model in state-space form.

    Observations are divided by ``unit``, so that the optimiser meets the same numbers whether a
    rate is a share or in per cent.
    """

    unit: float
    parameters: NDArray[np.float64]


def estimate_ets(values: Points, season: int) -> tuple[Smoothing, ...]:
    """Estimate forms of exponential smoothing, weighted by corrected AIC where it is finite.

    Candidates: no season, additive or (positive series) multiplicative season; then, with the best
    of these, no trend and a damped trend; multiplicative error for positive series, else additive.
    The two are weighted by exp(-AICc / 2): a short series seldom tells them apart, and a choice
    would turn on its last figure. An undamped trend is left out: it runs away after a break, and
    added nothing to a combination that has `ses_drift`. Forms are judged with heuristic start
    values, a fraction of the time of estimated ones, and those that count for more than a quarter
    are then estimated with their start values. Hyndman et al. (2008),
    doi:10.1007/978-3-540-71918-2; Kolassa (2011), doi:10.1016/j.ijforecast.2010.04.006.
    """
    positive = bool((values > 0).all())
    error = "mul" if positive else "add"
    seasons: tuple[str | None, ...] = (None,)
    if season > 1:
        seasons = (None, "add", "mul") if positive else (None, "add")
    level = [_smooth(values, season, (error, None, one), "heuristic") for one in seasons]
    forms = [min(level, key=lambda fit: fit[0])]
    seasonal = forms[0][1].form[2]
    forms.append(_smooth(values, season, (error, "add", seasonal), "heuristic"))
    least = min(aicc for aicc, _ in forms)
    if not np.isfinite(least):
        return ()
    likely = [(np.exp((least - aicc) / 2), form) for aicc, form in forms]
    total = sum(weight for weight, _ in likely)
    counting = [(weight, form) for weight, form in likely if weight > _LEAST_WEIGHT * total]
    total = sum(weight for weight, _ in counting)
    estimates = []
    for weight, rough in counting:
        chosen, share = rough, float(weight / total)
        if share > _REFINED_WEIGHT:
            aicc, refined = _smooth(values, season, rough.form, "estimated")
            chosen = refined if np.isfinite(aicc) else rough
        estimates.append(replace(chosen, weight=share))
    return tuple(estimates)


def carry_ets(
    estimates: Sequence[Smoothing], values: Points, season: int, horizon: int, first: int
) -> Points:
    """Carry smoothing estimated on the first observations over all, and forecast from each.

    Shape (origin, horizon), the first origin after ``first`` observations; NaN where nothing was
    estimated.
    """
    if not estimates:
        return np.full((len(values) - first + 1, horizon), np.nan)
    return np.asarray(
        sum(one.weight * _carry_form(one, values, season, horizon, first) for one in estimates)
    )


def _carry_form(
    smoothing: Smoothing, values: Points, season: int, horizon: int, first: int
) -> Points:
    _, trend, seasonal = smoothing.form
    with _quiet():
        fit = _ets_model(values, season, smoothing.form, smoothing.start).smooth(
            smoothing.parameters
        )
        last = np.arange(first - 1, len(values))
        points = np.repeat(np.asarray(fit.level)[last, None], horizon, axis=1)
        if trend:
            damping = np.cumsum(fit.damping_trend ** np.arange(1, horizon + 1))
            points += np.asarray(fit.slope)[last, None] * damping
        if seasonal:
            place = np.arange(horizon) % season - season + 1
            ahead = np.asarray(fit.season)[last[:, None] + place]
            points = points * ahead if seasonal == "mul" else points + ahead
    return np.asarray(points, dtype=np.float64)


def estimate_arima(values: Points, season: int) -> StateSpace:
    """Estimate the airline model: ARIMA (0,1,1)(0,1,1) with season, (0,1,1) without."""
    return _most_likely(_arima_model, values, season)


def carry_arima(
    fitted: StateSpace, values: Points, season: int, horizon: int, first: int
) -> Points:
    """Forecast with ARIMA at each of the latest origins; as `carry_ets`. Gaps are allowed."""
    return _carry(_arima_model, fitted, values, season, horizon, first)


def estimate_uc(values: Points, season: int) -> StateSpace:
    """Estimate unobserved components: local level with a stochastic season."""
    return _most_likely(_uc_model, values, season)


def carry_uc(fitted: StateSpace, values: Points, season: int, horizon: int, first: int) -> Points:
    """Forecast with components at each of the latest origins; as `carry_ets`. Gaps are allowed."""
    return _carry(_uc_model, fitted, values, season, horizon, first)


def _carry(
    model: Any, fitted: StateSpace, values: Points, season: int, horizon: int, first: int
) -> Points:
    scaled = values / fitted.unit
    with _quiet():
        return fitted.unit * np.stack(
            [
                np.asarray(
                    model(scaled[:known], season).filter(fitted.parameters).forecast(horizon)
                )
                for known in range(first, len(values) + 1)
            ]
        )


def _most_likely(model: Any, values: Points, season: int) -> StateSpace:
    # The spread of next to equal observations may be too small for a float.
    unit = float(np.nanstd(values)) or 1.0
    with _quiet():
        fit = model(values / unit, season).fit(disp=False, maxiter=200)
    return StateSpace(unit, np.asarray(fit.params, dtype=np.float64))


def _smooth(
    values: Points, season: int, form: tuple[str, str | None, str | None], start: str
) -> tuple[float, Smoothing]:
    """Corrected AIC and estimate of one form; infinite where the fit came to nothing."""
    with _quiet():
        fit = _ets_model(values, season, form, start).fit(disp=False, maxiter=200)
        usable = np.isfinite(fit.aicc) and np.isfinite(np.asarray(fit.forecast(season))).all()
    return (float(fit.aicc) if usable else np.inf), Smoothing(form, start, np.asarray(fit.params))


def _ets_model(
    values: Points, season: int, form: tuple[str, str | None, str | None], start: str
) -> Any:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    error, trend, seasonal = form
    model = ETSModel(
        values,
        error=error,
        trend=trend,
        damped_trend=trend is not None,
        seasonal=seasonal,
        seasonal_periods=season if seasonal else None,
        initialization_method=start,
    )
    # statsmodels works out standard errors of the parameters with every fit and every smoothing,
    # from second differences; nobody asks for them here.
    model.hessian = lambda params, **_: np.zeros((len(params), len(params)))
    return model


def _arima_model(values: Points, season: int) -> Any:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    seasonal = (0, 1, 1, season) if season > 1 else (0, 0, 0, 0)
    with _quiet():
        return SARIMAX(values, order=(0, 1, 1), seasonal_order=seasonal)


def _uc_model(values: Points, season: int) -> Any:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    return UnobservedComponents(
        values, level="local level", seasonal=season if season > 1 else None
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what an optimiser says on its way; a poor fit shows in the backtest errors."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", category=ConvergenceWarning)
        warnings.filterwarnings("ignore", message="Non-(stationary|invertible) starting")
        warnings.filterwarnings("ignore", message="Too few observations to estimate starting")
        yield
