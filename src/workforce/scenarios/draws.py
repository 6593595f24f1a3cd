"""Draw what is uncertain: population, behaviour and assumptions, once for all scenarios.

Every random number belongs to a name (source, place, post), not to a place in a queue: what all
places share is the same whichever of them are projected, together or in jobs of their own.
"""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from workforce.contract.arrays import Numbers
from workforce.model.chance import stream
from workforce.model.posts import used_posts
from workforce.scenarios.balance import NATION, OCCUPATION, POST, REGION, SECTOR, along, normals
from workforce.scenarios.kept import kept
from workforce.scenarios.population_error import population_factor

ENDS: Literal["weibull"] = "weibull"
"""Ends of an interval lie at the ranks p (n + 1) of n draws: one draw more then lies between them
with the probability that the interval names, however few the draws are."""
SOURCES = ("population", "behaviour", "chance", "assumptions")

# The source that each factor belongs to; chance is in the counts.
FACTORS = {
    "population_factor": "population",
    "exit_draw": "behaviour",
    "inflow_draw": "behaviour",
    "absence_draw": "behaviour",
    "position_draw": "behaviour",
    "use_draw": "assumptions",
    "standard_draw": "assumptions",
    "retirement_draw": "assumptions",
}

# Standard deviations of the log of a rate in the long run: years that all places share, years of
# a region, years of an occupation; and how much of a year is left in the next.
# Turnover in the municipal sector went between 12.2 and 13.6 % in 2017-2022 (KS): about 5 %. That
# is all causes together, so a year is good or bad for all of them.
# What regions and occupations have of their own, and the whole of the inflow, is assumed.
EXIT_SD, INFLOW_SD = (0.05, 0.03, 0.03), (0.08, 0.05, 0.05)
RATE_PERSISTENCE = 0.7
MOST_YEARS = 10  # Years of flows before the base year whose luck is told apart.
# Doctor-certified absence of municipalities: year means 7.2-7.7 % in 2020-23 (SSB); the part of a
# region is assumed.
ABSENCE_SD = (0.04, 0.03)
PERSISTENCE = {"absence": 0.8}  # What is left of a year in the next; positions, use, norms walk.
# The mean position went from 84.1 to 84.3 % in a year (KS 2023-24); walks by as much. [per year]
POSITION_SD = (0.002, 0.002)
# Assumptions nobody has observed: use per inhabitant and FTE per user drift. [per year]
USE_SD = (0.005, 0.005)
STANDARD_SD = (0.005, 0.0)
BY_SECTOR = {
    "absence": ABSENCE_SD,
    "position": POSITION_SD,
    "use": USE_SD,
    "standard": STANDARD_SD,
}


DRAWN_FROM = (
    "population",
    "staff",
    "staffing_standard",
    "fte_in_post",
    "observed_flow_years",
    "exit_weight",
    *(f"{flow}_{of}_sd" for flow in ("exit", "inflow") for of in ("relative", "shared")),
)
"""Inputs that draws rest on. Levers leave most of them as they are, and so the draws."""


def draw_inputs(inputs: xr.Dataset, *, draws: int, seed: int) -> xr.Dataset:
    """Make the factors of every draw; draw 0 is the central path, where every factor is 1.

    Rates of exit and of inflow have an error of estimation, one for all ages and years of a post
    and cause (origin). A part is shared by all posts of the region, whose level was told by so many
    events; of the rest, what is borrowed from other places errs alike in all places, and what is
    the post's own in each post by itself. On top of it come good and bad years, a first-order
    autoregression of the nation, of the region and of the occupation, beside the mean of the years
    that the rates were observed in: where these are few, they may have been odd ones. Absence
    has years of the nation and of the region; positions, use and standards walk. Chance is no
    factor: it is in the counts of `project`.

    ``population_factor``, and with staff ``exit_draw``, ``inflow_draw``, ``absence_draw``,
    ``position_draw``, ``use_draw`` and ``standard_draw`` [factor], and ``retirement_draw``, between
    -1 (low) and 1 (high), all with the dimension ``draw`` first. Where FTE in post stand in for
    staff, use and standard are drawn.
    """
    seen = inputs.drop_vars([name for name in inputs.data_vars if name not in DRAWN_FROM])
    return kept(seen, (draws, seed), partial(_drawn, seen, draws, seed))


def _drawn(inputs: xr.Dataset, draws: int, seed: int) -> xr.Dataset:
    result = xr.Dataset(coords={"draw": np.arange(draws + 1)})
    result["population_factor"] = population_factor(inputs, draws, seed)
    if "staff" not in inputs:
        if "fte_in_post" in inputs:
            for name in ("use", "standard"):
                result[f"{name}_draw"] = _by_sector(inputs, name, draws, seed)
        return result
    result["exit_draw"] = _rates(inputs, "exit", "cause", draws, seed, EXIT_SD)
    result["inflow_draw"] = _rates(inputs, "inflow", "origin", draws, seed, INFLOW_SD)
    for name in BY_SECTOR:
        result[f"{name}_draw"] = _by_sector(inputs, name, draws, seed)
    leaning = _triangular(normals(seed, draws, NATION, "retirement")[:, 0])
    result["retirement_draw"] = ("draw", np.concatenate([[0.0], leaning]))
    return result


def _triangular(normal: Numbers) -> Numbers:
    """Turn a normal number into one between -1 and 1 that is likeliest at 0."""
    from scipy.special import ndtr

    tail = ndtr(-abs(normal))
    return np.sign(normal) * (1.0 - np.sqrt(2.0 * tail))


def with_draws(inputs: xr.Dataset, drawn: xr.Dataset) -> xr.Dataset:
    """Put the factors of some draws on inputs."""
    found = {name: drawn[name] for name in _HANDED_ON if name in drawn}
    for name, factor in _MULTIPLIED.items():
        if factor in drawn:
            found[name] = inputs[name] * drawn[factor]
    if "exit_effect" in inputs:
        found["exit_draw"] = found.get("exit_draw", 1.0) * inputs["exit_effect"]
    if "short_absence" in found:
        found["short_absence"] = found["short_absence"].clip(0.0, 1.0)
    return inputs.assign_coords(draw=drawn["draw"]).assign(found)


_HANDED_ON = ("population_factor", "exit_draw", "inflow_draw", "retirement_draw")
_MULTIPLIED = {
    "short_absence": "absence_draw",
    "position_factor": "position_draw",
    "use_factor": "use_draw",
    "standard_factor": "standard_draw",
}


def _numbers(seed: int, *names: str) -> np.random.Generator:
    return np.random.Generator(stream(seed, *names))


@lru_cache
def _walk(steps: int, kept: float | None) -> Numbers:
    """Tell what each step does to a path from zero, (year, step), of sd 1 in the long run.

    First-order autoregression, or a random walk where nothing is kept in the next year.
    """
    back = np.subtract.outer(np.arange(steps), np.arange(steps))
    keep, size = (1.0, 1.0) if kept is None else (kept, np.sqrt(1.0 - kept**2))
    found: Numbers = np.where(back >= 0, size * keep ** np.maximum(back, 0), 0.0)
    return found


def _rates(
    inputs: xr.Dataset, flow: str, kind: str, draws: int, seed: int, sd: Sequence[float]
) -> xr.DataArray:
    """Factor on a rate by region, post, cause or origin and year, with mean 1."""
    dims = ["region", "sector", "occupation", kind]
    coords = {dim: inputs[dim] for dim in (*dims, "flow_year")}
    regions, sectors, occupations = (inputs[dim].values.astype(str).tolist() for dim in dims[:3])
    steps = inputs.sizes["flow_year"]
    observed = np.clip(inputs["observed_flow_years"].values.astype(int), 1, MOST_YEARS)

    paths, lead = _beside_observed(steps), f"{flow} years"

    def years(luck: Numbers, sd: float, observed: NDArray[np.int64], *names: str) -> Numbers:
        """Years to come beside the mean of those observed, dims (draw, region, 1, year)."""
        # Balanced along what moves the years beside few and beside many that were observed.
        rng = _numbers(seed, flow, "years", *names)
        chance = sd * along(np.concatenate(paths), luck, rng)
        return np.stack([[chance @ paths[count - 1].T] for count in observed]).transpose(2, 0, 1, 3)

    own = [
        years(normals(seed, draws, REGION, lead, place=name), sd[1], observed[[r]], "region", name)
        for r, name in enumerate(regions)
    ]
    of_all = years(normals(seed, draws, NATION, lead), sd[0], observed)
    places = of_all + np.concatenate(own, axis=1)
    variance = np.stack([(paths[count - 1] ** 2).sum(axis=1) for count in observed])
    variance *= sum(one**2 for one in sd)
    spread, shared = (
        inputs[f"{flow}_{of}_sd"].transpose(*dims).values for of in ("relative", "shared")
    )
    common = np.stack([normals(seed, draws, REGION, flow, place=name) for name in regions], axis=1)
    weight = inputs["exit_weight"].transpose(*dims[:3]).values
    factor = np.ones((draws + 1, *spread.shape, steps))
    # Post by post, so that no other array is as large as the result.
    for sector, occupation in used_posts(inputs):
        i, j = sectors.index(sector), occupations.index(occupation)
        error = _estimate(
            spread[:, i, j], weight[:, i, j], regions, draws, seed, flow, sector, occupation
        )
        error += shared[:, i, j] * common - shared[:, i, j] ** 2 / 2.0
        luck = normals(seed, draws, OCCUPATION, lead, "occupation", occupation)
        log = places + years(luck, sd[2], observed, "occupation", occupation)
        log = log + error[..., np.newaxis]
        factor[1:, :, i, j] = np.exp(log - variance[:, np.newaxis] / 2.0)
    return xr.DataArray(factor, dims=["draw", *dims, "flow_year"], coords=coords)


@lru_cache
def _beside_observed(steps: int) -> list[Numbers]:
    """Years to come less the mean of 1, 2, ... years observed: what each normal does to them.

    One stationary first-order autoregression of sd 1 for all regions, which have observed more or
    fewer of the years before: rates are means of these, whether they were good or bad. The first
    normal is the latest year observed, the next ones lead back from it, since it is the same
    process backwards, and the others lead on.
    """
    keep, size = RATE_PERSISTENCE, np.sqrt(1.0 - RATE_PERSISTENCE**2)
    before, ahead = (np.zeros((length, MOST_YEARS + steps)) for length in (MOST_YEARS, steps))
    before[0, 0] = 1.0
    for path, first in ((before[1:], 1), (ahead, MOST_YEARS)):
        now = before[0]
        for step in range(len(path)):
            now = keep * now
            now[first + step] = size
            path[step] = now
    means = np.cumsum(before, axis=0) / np.arange(1, MOST_YEARS + 1)[:, np.newaxis]
    return [ahead - mean for mean in means]


def _estimate(
    spread: Numbers, weight: Numbers, regions: Sequence[str], draws: int, seed: int, *names: str
) -> Numbers:
    """Error of the estimated rates of a post, dims (draw, region, kind), for a mean factor of 1.

    With w the credibility weight of the region's own figures, the variance is split as 1 - w
    (one error for all places in the post, since they borrow the same figures) and w.
    """
    flow, *post = names
    common = normals(seed, draws, POST, flow, "estimate", *post)
    own = [normals(seed, draws, POST, flow, "estimate", *post, place=name) for name in regions]
    part = weight[:, np.newaxis]
    luck = np.sqrt(1.0 - part) * common[:, np.newaxis] + np.sqrt(part) * np.stack(own, axis=1)
    error: Numbers = spread * luck - spread**2 / 2.0
    return error


def _by_sector(inputs: xr.Dataset, name: str, draws: int, seed: int) -> xr.DataArray:
    """Factor by region, sector and year: years of the nation and of the region, from 1."""
    regions = inputs["region"].values.astype(str).tolist()
    sectors = inputs["sector"].values.astype(str).tolist()
    steps = inputs.sizes["flow_year"]
    path = _walk(steps, PERSISTENCE.get(name))
    variance = sum(sd**2 for sd in BY_SECTOR[name]) * (path**2).sum(axis=1)

    def years(sd: float, sector: str, place: str = "") -> Numbers:
        luck = normals(seed, draws, SECTOR, name, "sector", sector, place=place)
        return sd * along(path, luck, _numbers(seed, name, sector, place)) @ path.T

    factor = np.ones((draws + 1, len(regions), len(sectors), steps + 1))
    for i, sector in enumerate(sectors):
        nation = years(BY_SECTOR[name][0], sector)
        for r, region in enumerate(regions):
            log = nation + years(BY_SECTOR[name][1], sector, region) - variance / 2.0
            factor[1:, r, i, 1:] = np.exp(log)
    dims = ["region", "sector", "year"]
    coords = {dim: inputs[dim] for dim in dims}
    return xr.DataArray(factor, dims=["draw", *dims], coords=coords)
