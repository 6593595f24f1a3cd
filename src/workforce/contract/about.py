"""What the inputs of a projection tell beside their arrays: what was borrowed, lacks, and costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Mark:
    """A variable that a region or sector (empty for all) did not take from its own figures alone.

    ``source`` is where others' figures come from: ``nation``, ``members``, a region; ``imputed``
    whether own figures were made whole by a rule, rather than others' put in their place; ``share``
    the part of the FTE of the region and sector that it is about.
    """

    variable: str
    region: str
    sector: str
    reason: str
    source: str = "nation"
    imputed: bool = False
    share: float = 1.0


@dataclass(frozen=True)
class Break:
    """A year from which a region is counted within new borders, as in ``series_breaks``."""

    region: str
    year: int
    reason: str
    first_year: int


@dataclass(frozen=True)
class MeasureCost:
    """What a unit of a lever costs a year, and how far it can go, as in ``measure_costs``."""

    lever: str
    unit: str
    cost: float
    least: float
    most: float
    source: str
    investment: float | None = None
    """What a unit of the lever costs once; None where nobody has told. [NOK]"""


@dataclass(frozen=True)
class Wage:
    """What an FTE of an occupation costs the employer a year.

    Pay (supplements in it), pension and what an FTE ``bought`` from agencies or as overtime costs
    are in NOK a year per FTE; ``contribution`` is the employer's, on pay and pension [share],
    ``own`` whether figures are the place's, and ``overtime_share`` the part of the bought hours
    that own staff work; None where not told.
    """

    occupation: str
    pay: float
    pension: float
    contribution: float
    bought: float | None
    source: str
    own: bool
    overtime_share: float | None = None

    @property
    def cost(self) -> float:
        """Pay and pension with the employer's contribution. [NOK per FTE and year]."""
        return (self.pay + self.pension) * (1.0 + self.contribution)


INVENTED = (
    *("invented", "oppdiktet", "oppdikta", "made up", "assumption made for the fictional"),
    *("an assumption for the example", "antakelse for eksempel", "forutsetning for eksempel"),
    "føresetnad for eksempel",
)
"""How the source of a figure begins that is nobody's, but made up for an example."""
ASSUMED = (
    *("antakelse", "antatt", "forutsetning", "forutsatt", "føresetnad", "anteke", "føresett"),
    *("assumption", "an assumption", "assumed"),
)
"""How the source of a size begins that is no source."""


def is_invented(source: str) -> bool:
    """Whether a figure is made up for an example, by the words that its source begins with."""
    return source.strip().lower().startswith(INVENTED)


def is_source(text: str) -> bool:
    """Whether a text says what a size rests on, and is neither made up nor an assumption."""
    said = text.strip().lower()
    return bool(said) and not said.startswith(ASSUMED) and not is_invented(said)


@dataclass(frozen=True)
class About:
    """What a Dataset of inputs, or of results, has in ``attrs["about"]``.

    ``missing`` are tables that are not there; ``places`` codes of the folder by dimension (region,
    sector, occupation), and for a region the municipalities that it is the sum of;
    ``contribution_zones`` those of the municipalities, ``""`` where one is not told; ``breaks``
    changed borders up to the base year; ``sums``, of results, the occupations that are summed, by
    the label of their sum.
    """

    borrowed: tuple[Mark, ...] = ()
    missing: tuple[str, ...] = ()
    places: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    measure_costs: tuple[MeasureCost, ...] = ()
    wages: tuple[Wage, ...] = ()
    contribution_zones: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def about(data: xr.Dataset) -> About:
    """Read what a Dataset tells beside its arrays; nothing where it was made by hand."""
    found: About = data.attrs.get("about", About())
    return found
