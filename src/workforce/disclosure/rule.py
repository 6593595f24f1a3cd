"""The rule of disclosure control: whom a report is for, and how few persons suffice."""

from dataclasses import dataclass
from typing import Literal

from workforce.errors import ParameterError

Audience = Literal["internal", "public"]
Method = Literal["suppression", "rounding"]

LEAST_PUBLIC = 3
"""Lowest threshold for a public table: Statistics Norway hides fewer than three. [persons]"""
PUBLIC = {"min_persons": 5, "min_base": 10, "min_absence": 20, "dominance_percent": 10}
"""Thresholds for the public where none is given."""
ROUNDING_BASES = (3, 5)
LEGAL_BASIS = "Anonymous figures: GDPR recital 26, Statistics Act section 7"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who a report is for and how few persons a figure in it may stand on.

    A threshold left out has its public value (`PUBLIC`) for the public, and is off for an internal
    audience. With no ``min_persons`` nothing is hidden for being a small cell.
    """

    audience: Audience
    min_persons: int | None = None
    """A cell on fewer persons, but not none, is hidden. [persons]"""
    min_base: int | None = None
    """A share or mean of fewer persons than this, but not of none, is hidden. [persons]"""
    min_width: int | None = None
    """Least width of the interval that a hidden count may be known to lie in; as `min_persons`
    where it is not given. [persons]"""
    min_absence: int | None = None
    """Absence of fewer employees than this is hidden, and absence by occupation. [persons]"""
    dominance_percent: int | None = None
    """An amount is hidden where one who contributed could work out the largest other contribution
    within this many per cent. [per cent]"""
    method: Method = "suppression"
    """Small counts are hidden, or all counts are rounded so that sums hold."""
    rounding_base: int = 5
    """Counts are rounded to multiples of this. [persons]"""
    legal_basis: str = LEGAL_BASIS

    def __post_init__(self) -> None:
        if self.audience not in ("internal", "public"):
            raise ParameterError(
                f"The audience {self.audience!r} is not known. Use 'internal' or 'public'."
            )
        if self.method not in ("suppression", "rounding"):
            raise ParameterError(
                f"The method {self.method!r} is not known. Use 'suppression' or 'rounding'."
            )
        if self.rounding_base not in ROUNDING_BASES:
            raise ParameterError(f"rounding_base is {self.rounding_base}; it must be 3 or 5.")
        for name, value in PUBLIC.items():
            if self.audience == "public" and getattr(self, name) is None:
                object.__setattr__(self, name, value)
        if self.min_width is None:
            object.__setattr__(self, "min_width", self.min_persons)
        for name in (*PUBLIC, "min_width"):
            least = LEAST_PUBLIC if self.audience == "public" else 1
            least = 1 if name == "dominance_percent" else least
            value = getattr(self, name)
            if value is not None and value < least:
                raise ParameterError(
                    f"{name} is {value}, but must be at least {least} for the audience "
                    f"{self.audience}."
                )
