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

    Parameters
    ----------
    lever, kind
        Its name, and its kind in KS's order.
    step
        The lever as `apply_scenario` takes it.
    size, most
        In the lever's unit, and how far its own options let it go; None where there is none.
    start_year, end_year
        None for the base year.
    sectors, occupations
        Codes; none for all.
    name
        Place in KS's order and lever, of measures that are followed up one after another.
    title, owner, source
        By language, as the params file has them; None where not given.
    ends
        Tasks that end, each by language: a measure that phases out and names none is no more than
        fewer people per user.
    deadline
        ISO date; None where not given.
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
    """How far a measure can go in a place.

    Parameters
    ----------
    most
        In the unit of the lever, in the direction that helps.
    reason
        ``floor``, ``best_tenth``, ``part_timers``, ``part_timers_want``, ``pool`` or
        ``outside``.
    own, reaches
        What the place has, and what it can come to. [per cent; of ``pool`` and ``outside``
        persons a year]
    places
        How many places the best tenth is of.
    binds
        Whether it is less than the table of costs allows.
    """

    most: float
    reason: str
    own: float
    reaches: float
    places: int = 0
    binds: bool = True
