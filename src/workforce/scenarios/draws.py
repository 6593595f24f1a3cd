"""Draw what is uncertain: population, exits, inflow, absence and use, once for all scenarios."""

import numpy as np
import xarray as xr

from workforce.scenarios.population_error import population_factor

# Relative standard deviations of what all places share, by year; persistence from year to year.
# Turnover in the municipal sector went between 12.2 and 13.6 % in 2017-2022 (KS): about 5 %.
EXIT_SD, EXIT_PERSISTENCE = 0.05, 0.7
INFLOW_SD, INFLOW_PERSISTENCE = 0.08, 0.7
# Doctor-certified absence of municipalities: year means 7.2-7.7 % in 2020-23 (SSB).
ABSENCE_SD, ABSENCE_PERSISTENCE = 0.04, 0.8
# Use of services per inhabitant drifts; an assumption, stated in every report.
USE_SD = 0.007
MOST_CHANCE = 1.5


def draw_inputs(inputs: xr.Dataset, *, draws: int, rng: np.random.Generator) -> xr.Dataset:
    """Make the factors of every draw; draw 0 is the central path, where every factor is 1.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them.
    draws : int
        Number of draws beside the central path.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        ``population_factor``, and with staff ``exit_draw``, ``inflow_draw``, ``absence_draw`` and
        ``use_draw``, with the dimension ``draw`` first. [factor]
    """
    result = xr.Dataset({"population_factor": population_factor(inputs, draws, rng)})
    if "staff" not in inputs:
        return result
    steps = inputs.sizes["flow_year"]
    exits = _events_factor(inputs, "exit", "cause", draws, rng, EXIT_SD, EXIT_PERSISTENCE)
    inflow = _events_factor(inputs, "inflow", "origin", draws, rng, INFLOW_SD, INFLOW_PERSISTENCE)
    sectors = inputs.sizes["sector"]
    absence = _persistent(rng, (draws, sectors), steps, ABSENCE_SD, ABSENCE_PERSISTENCE)
    use = np.cumsum(rng.normal(0.0, USE_SD, (draws, sectors, steps)), axis=-1)
    dims = ["draw", "sector", "year"]
    coords = {"sector": inputs["sector"], "year": inputs["year"]}
    for name, values in (("absence_draw", absence), ("use_draw", use)):
        factor = np.exp(np.concatenate([np.zeros((draws, sectors, 1)), values], axis=-1))
        result[name] = xr.DataArray(_with_central(factor), dims=dims, coords=coords)
    return result.assign(exit_draw=exits, inflow_draw=inflow)


def with_draws(inputs: xr.Dataset, drawn: xr.Dataset) -> xr.Dataset:
    """Put the factors of some draws on inputs."""
    inputs = inputs.assign(population_factor=drawn["population_factor"])
    if "staff" not in inputs:
        return inputs
    absence = (inputs["short_absence"] * drawn["absence_draw"]).clip(0.0, 1.0)
    return inputs.assign(
        exit_draw=drawn["exit_draw"],
        inflow_draw=drawn["inflow_draw"],
        short_absence=absence.transpose("draw", "region", "sector", "year"),
        use_factor=inputs["use_factor"] * drawn["use_draw"],
    )


def _with_central(values: np.ndarray) -> np.ndarray:
    return np.concatenate([np.ones((1, *values.shape[1:])), values])


def _persistent(
    rng: np.random.Generator, shape: tuple[int, ...], steps: int, sd: float, persistence: float
) -> np.ndarray:
    """First-order autoregression with the standard deviation ``sd`` in the long run, from zero."""
    path = np.zeros((*shape, steps))
    now = np.zeros(shape)
    for step in range(steps):
        now = persistence * now + rng.normal(0.0, sd * np.sqrt(1 - persistence**2), shape)
        path[..., step] = now
    return path


def _events_factor(
    inputs: xr.Dataset,
    flow: str,
    kind: str,
    draws: int,
    rng: np.random.Generator,
    sd: float,
    persistence: float,
) -> xr.DataArray:
    """Uncertain rate, shared years and chance for one kind of flow.

    The rate was estimated with a relative standard deviation; good and bad years are shared by all
    posts of a region; the number in a post and year then varies as a Poisson count around it.
    """
    relative = inputs[f"{flow}_relative_sd"]
    dims = ["region", "sector", "occupation"]
    spread = relative.transpose(*dims, kind).values
    steps = inputs.sizes["flow_year"]
    estimate = np.exp(rng.normal(size=(draws, *spread.shape)) * spread - spread**2 / 2)
    kinds = inputs.sizes[kind]
    shared = np.exp(_persistent(rng, (draws, kinds), steps, sd, persistence) - sd**2 / 2)
    expected = _expected(inputs, flow).transpose(*dims, kind).values
    variance = np.minimum(1.0 / np.maximum(expected, 1e-9), MOST_CHANCE)
    size = (draws, *expected.shape, steps)
    scale = np.broadcast_to(variance[np.newaxis, ..., np.newaxis], size)
    chance = rng.gamma(1.0 / scale, scale)
    factor = estimate[..., np.newaxis] * shared[:, None, None, None] * chance
    if flow == "exit":
        total = variance + spread**2 + sd**2
        factor *= _keep_the_mean(inputs, expected, total)[..., np.newaxis]
    coords = {dim: inputs[dim] for dim in (*dims, kind, "flow_year")}
    return xr.DataArray(
        _with_central(factor), dims=["draw", *dims, kind, "flow_year"], coords=coords
    )


def _keep_the_mean(inputs: xr.Dataset, expected: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Raise the hazards so that the mean number of exits is that of the central path.

    Exits are 1 - exp(-H f), which bends: noise f on the hazard H lowers their mean. For a gamma
    variable with mean 1 and variance v, E exp(-c H f) = (1 + c H v)^(-1/v), which is exp(-H) for
    c = (exp(H v) - 1) / (H v).
    """
    persons = inputs["staff"].sum(["sex", "working_age"]).values[..., np.newaxis]
    hazard = expected / np.maximum(persons, 1e-9)
    total = hazard.sum(axis=-1, keepdims=True)
    share = hazard / np.maximum(total, 1e-9)
    bend = np.minimum(total * (share**2 * variance).sum(axis=-1, keepdims=True), 1.0)
    return np.where(bend > 1e-9, np.expm1(bend) / np.maximum(bend, 1e-9), 1.0)


def _expected(inputs: xr.Dataset, flow: str) -> xr.DataArray:
    """Events a year expected in each post on the base-year stock."""
    over = ["sex", "working_age"]
    if flow == "exit":
        events: xr.DataArray = (inputs["staff"] * inputs["exit_rate"]).sum(over)
        return events
    residents = inputs["population"].sel(age=slice(20, 66)).sum(["sex", "age"])
    recruits: xr.DataArray = inputs["inflow_rate"].sum(over) * residents
    return recruits
