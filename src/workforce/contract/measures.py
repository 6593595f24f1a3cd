"""A measure of a scenario, as a page tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ALTERNATIVES = (
    "no_recruitment",
    "exits_replaced",
    "retirement_high",
    "retirement_low",
    "healthy_ageing",
    "positions_grow",
)
"""Scenarios of what else could happen, besides the observed inflow that goes on."""


@dataclass(frozen=True)
class Measure:
    """A lever that somebody decides on: how far it is pulled, when, for whom, and who sees to it.

    ``kind`` is its kind in KS's order, ``step`` the lever as `apply_scenario` takes it; ``size``
    and how far its own options let it go, ``most``, are in its unit; no year is the base year, no
    codes are all. ``name`` is its place in KS's order and lever. Title, owner, source and ``ends``,
    tasks that end, are by language, as the params file has them; ``deadline`` is an ISO date.
    """

    lever: str
    kind: str
    step: Mapping[str, Any]
    size: float | None = None
    most: float | None = None
    start_year: int | None = None
    end_year: int | None = None
    sectors: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    name: str = ""
    title: Mapping[str, str] | None = None
    owner: Mapping[str, str] | None = None
    deadline: str | None = None
    source: Mapping[str, str] | None = None
    ends: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class PlaceLimit:
    """How far a measure can go in a place: ``most``, in the lever's unit and in the way that helps.

    ``reason`` is ``floor``, ``best_tenth`` (of so many ``places``), ``part_timers``,
    ``part_timers_want``, ``pool`` or ``outside``; ``own`` what the place has and ``reaches`` what
    it can come to [per cent; of the last two persons a year]; ``binds`` whether it is less than the
    table of costs allows.
    """

    most: float
    reason: str
    own: float
    reaches: float
    places: int = 0
    binds: bool = True
