"""Declares a lever where its function is written: what it needs and takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import xarray as xr

from workforce.scenarios.levers.reach import PLACES

F = TypeVar("F", bound=Callable[..., xr.Dataset])
TIMES = ("start_year", "end_year", "profile")
WHOLE_SERVICES = (*TIMES, "sectors", "regions")
STAFF = ("staff", "position_share")
GRADUATES = ("graduates_path", "education_share", "programme_years", "programme_completion")


@dataclass(frozen=True)
class Pull:
    """How a lever changes inputs: its function, and what it needs and takes.

    ``needs`` names inputs; ``takes`` the options that it shares with others; ``on_flows`` says that
    it changes what happens during a year, ``after_study`` that this comes the length of a study
    later, ``on_shortage`` that it goes by the shortage of the inputs as they are, ``agree`` which
    options contradict one another, and ``ceiling`` how far its options let the size go.
    """

    function: Callable[..., xr.Dataset]
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    on_flows: bool
    after_study: bool
    on_shortage: bool
    agree: Callable[[Mapping[str, Any]], dict[str, str]] | None
    ceiling: Callable[[Mapping[str, Any]], float | None]


PULLS: dict[str, Pull] = {}
"""Every lever that was declared, by the name of its function."""


def lever(
    *needs: str,
    takes: tuple[str, ...] = (*TIMES, *PLACES),
    on_flows: bool = False,
    after_study: bool = False,
    on_shortage: bool = False,
    agree: Callable[[Mapping[str, Any]], dict[str, str]] | None = None,
    ceiling: Callable[[Mapping[str, Any]], float | None] = lambda _: None,
) -> Callable[[F], F]:
    """Declare the function of a lever; its size and unit are in ``contract/levers.csv``."""

    def declare(function: F) -> F:
        PULLS[function.__name__] = Pull(
            function, needs, takes, on_flows, after_study, on_shortage, agree, ceiling
        )
        return function

    return declare
