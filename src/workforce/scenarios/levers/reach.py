"""When and where a measure is in effect: options that the levers share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypedDict

import numpy as np
import xarray as xr

from workforce.contract.about import about
from workforce.contract.arrays import Numbers
from workforce.errors import ParameterError

PLACES = {"sectors": "sector", "occupations": "occupation", "regions": "region"}
Profile = Literal["linear", "front", "back", "step"]
DIMS = (
    "draw",
    "region",
    "sector",
    "occupation",
    "occupation_to",
    "sex",
    "age",
    "working_age",
    "cause",
    "origin",
    "year",
    "flow_year",
)


@dataclass(frozen=True)
class Bounds:
    """Least and most of an option, both allowed; ``unit`` is "year" for a calendar year."""

    least: float
    most: float | None
    unit: str = ""


Year = Annotated[int, Bounds(1900, 2200, "year")]
Codes = str | Sequence[str]
"""Codes in a list, or one alone."""


class Reach(TypedDict, total=False):
    """Options of a lever beside its own; what is left out is everywhere, and from the start on.

    ``start_year`` is the 1 January on which the measure begins (the base year when left out),
    ``end_year`` the one from which it is in full effect (the start when left out), ``profile``
    the way between them, and ``sectors``, ``occupations`` and ``regions`` the codes it is for.
    """

    start_year: Year
    end_year: Year
    profile: Profile
    sectors: Codes
    occupations: Codes
    regions: Codes


def known_words(word: str, known: Sequence[str]) -> str:
    """Suggest the nearest known word, and list those there are."""
    near = get_close_matches(word, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    listed = ", ".join(known[:30]) + (" …" if len(known) > 30 else "")
    return f"{hint} Known: {listed}."


def stock_share(inputs: xr.Dataset, reach: Reach, *, lag: int = 0) -> xr.DataArray:
    """Share of a measure in effect on 1 January of each year, 0 in the base year.

    With u = (year - start) / (end - start), cut to 0..1, the share is by profile

        linear  u               front  1 - (1 - u)^2
        back    u^2             step   0 before the end year, 1 from it
    """
    start, end, profile = _time(inputs, reach)
    years = inputs["year"].values
    share = share_at(years - lag, start=start, end=end, profile=profile)
    share = share * (years > inputs.attrs["base_year"])
    return xr.DataArray(share, dims="year", coords={"year": years})


def flow_share(inputs: xr.Dataset, reach: Reach, *, lag: int = 0) -> xr.DataArray:
    """Share of a measure in effect in each calendar year: the mean of `stock_share` through it."""
    start, end, profile = _time(inputs, reach)
    years = inputs["flow_year"].values
    share = share_over(years - lag, start=start, end=end, profile=profile)
    return xr.DataArray(share, dims="flow_year", coords={"flow_year": years})


def share_under_way(inputs: xr.Dataset, reach: Reach, *, years: int) -> xr.DataArray:
    """Mean over ``years`` calendar years, the last beginning on each 1 January, of `flow_share`.

    Of those who begin something that takes so many years, the share that are at it; 0 in the base
    year, which is as it was measured.
    """
    start, end, profile = _time(inputs, reach)
    first = inputs["year"].values
    parts = [
        share_over(first - back, start=start, end=end, profile=profile) for back in range(years)
    ]
    mean = np.mean(parts, axis=0) * (first > inputs.attrs["base_year"])
    return xr.DataArray(mean, dims="year", coords={"year": first})


def share_at(years: Numbers, *, start: int, end: int, profile: str) -> Numbers:
    """Share in effect on 1 January of each year; see `stock_share`."""
    if start == end or profile == "step":
        reached: Numbers = (years >= end).astype(float)
        return reached
    part: Numbers = np.clip((years - start) / (end - start), 0.0, 1.0)
    shares = {"linear": part, "front": 1.0 - (1.0 - part) ** 2, "back": part**2}
    return shares[profile]


def share_over(years: Numbers, *, start: int, end: int, profile: str) -> Numbers:
    """Mean share in effect from 1 January of each year to the next.

    The share is integrated: over the way it is (end - start) times u^2 / 2 (linear),
    u^2 - u^3 / 3 (front), u^3 / 3 (back) or 0 (step), and after the end a year counts for one.
    """

    def until(time: Numbers) -> Numbers:
        length = end - start
        part = np.clip((time - start) / length, 0.0, 1.0) if length else np.zeros(len(time))
        way = {
            "linear": part**2 / 2.0,
            "front": part**2 - part**3 / 3.0,
            "back": part**3 / 3.0,
            "step": np.zeros(len(time)),
        }
        area: Numbers = length * way[profile] + np.maximum(time - end, 0.0)
        return area

    mean: Numbers = until(years + 1.0) - until(years * 1.0)
    return mean


def reached(inputs: xr.Dataset, reach: Reach) -> xr.DataArray:
    """Where a measure is in effect: 1 or 0, with the dimensions that ``reach`` names codes of.

    A code that is in the folder and not among the inputs is no error: a page for one place or
    sector meets a measure that is for another. A county reaches its municipalities; a part of a
    region that is projected as a whole cannot be reached by itself.
    """
    where = xr.DataArray(1.0)
    for option, dim in PLACES.items():
        codes = named_codes(reach, option)
        if codes is None:
            continue
        here = inputs[dim].values.astype(str).tolist()
        known = _known(inputs, dim)
        for code in codes:
            if code not in known and code not in here:
                raise ParameterError(f"there is no {dim} {code!r}.{known_words(code, list(known))}")
        wider = {code: {code, *known.get(code, ())} for code in codes}
        mask = [float(any(label in covered for covered in wider.values())) for label in here]
        for label, covered in zip(here, mask, strict=True):
            inside = [code for code in codes if code in known.get(label, ())]
            if inside and not covered:
                raise ParameterError(
                    f"{dim} {inside[0]!r} is a part of {label!r}, which is projected as a whole. "
                    f"Name {label!r}, or project the municipalities."
                )
        where = where * xr.DataArray(mask, dims=dim, coords={dim: inputs[dim].values})
    return where


def named_codes(reach: Reach, option: str) -> list[str] | None:
    """Codes that an option names, given as a list or as one; None where it is left out."""
    given: str | Sequence[str] | None = reach.get(option)  # type: ignore[assignment]
    if given is None:
        return None
    return [given] if isinstance(given, str) else [str(code) for code in given]


def on_stock(inputs: xr.Dataset, reach: Reach, *, lag: int = 0) -> xr.DataArray:
    """Share in effect by year, and by place where places are named."""
    return stock_share(inputs, reach, lag=lag) * reached(inputs, reach)


def on_flow(inputs: xr.Dataset, reach: Reach, *, lag: int = 0) -> xr.DataArray:
    """Share in effect by flow year, and by place where places are named."""
    return flow_share(inputs, reach, lag=lag) * reached(inputs, reach)


def ordered(array: xr.DataArray) -> xr.DataArray:
    """Put dimensions in the order that all inputs have."""
    return array.transpose(*(dim for dim in DIMS if dim in array.dims), ...)


def wrong_times(
    options: Mapping[str, Any],
    *,
    base_year: int | None = None,
    last_year: int | None = None,
    on_flows: bool = False,
    lag: int = 0,
) -> dict[str, str]:
    """Say which of the times of a measure cannot be, by option."""
    start = options.get("start_year", base_year)
    end = options.get("end_year", start)
    if start is None:
        return {}
    if base_year is not None and start < base_year:
        told = (
            f"start_year {start} is before the base year {base_year}, whose figures hold what was "
            f"done until then. Start in {base_year} or later."
        )
        return {"start_year": told}
    if end < start:
        return {"end_year": f"end_year {end} is before start_year {start}."}
    if base_year is None or last_year is None:
        return {}
    way: Any = {"start": start, "end": end, "profile": options.get("profile", "linear")}
    in_effect = (
        share_over(np.arange(base_year - lag, last_year - lag).astype(float), **way)
        if on_flows
        else share_at(np.arange(base_year + 1 - lag, last_year + 1 - lag).astype(float), **way)
    )
    if in_effect.any():
        return {}
    later = f", and what it gives comes {lag} years later" if lag else ""
    # What comes at once counts from its end, what grows from its start.
    step = way["profile"] == "step"
    when = f"in effect from 1 January {end}" if step else f"begun on 1 January {start}"
    told = (
        f"the measure is {when}{later}: nothing of it shows by {last_year}, the last year of the "
        "figures. Begin earlier, look further ahead (horizon) or take it out."
    )
    at_end = "end_year" in options and (step or "start_year" not in options)
    return {"end_year" if at_end else "start_year": told}


def _time(inputs: xr.Dataset, reach: Reach) -> tuple[int, int, str]:
    base = int(inputs.attrs["base_year"])
    for told in wrong_times(reach, base_year=base).values():
        raise ParameterError(told)
    start = int(reach.get("start_year", base))
    return start, int(reach.get("end_year", start)), reach.get("profile", "linear")


def _known(inputs: xr.Dataset, dim: str) -> Mapping[str, Sequence[str]]:
    """Codes of the folder, and for regions the municipalities of each."""
    return about(inputs).places.get(dim) or {str(code): () for code in inputs[dim].values}
