"""What a commission asks of the page on mobilising beside measures: a goal, and how to share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypedDict

from workforce.contract.sharing import Sharing
from workforce.errors import ParameterError
from workforce.inputs.sharing import read_sharing
from workforce.scenarios.levers.reach import known_words

KEYS = ("goal", "sharing")


class Goal(TypedDict):
    """What may still be missing at the horizon, and how surely no more is."""

    target: float | None
    """What lacks occupation by occupation; None for as much as in the base year. [FTE]"""
    probability: float
    """Share of the draws in which it is to be reached."""


AS_TODAY: Goal = {"target": None, "probability": 0.8}


@dataclass(frozen=True)
class Choices:
    """The goal that the cheapest mixes are sought for, and how posts are to be shared."""

    goal: Goal
    sharing: Sharing


def read_choices(given: Mapping[str, Any], regions: Collection[str]) -> Choices:
    """Read the parameter ``choices`` of a commission.

    ``goal`` has ``target`` [FTE], as much as in the base year when left out, and ``probability``,
    else 0.8; ``sharing`` is as for `workforce.inputs.sharing.read_sharing`, with partners among
    ``regions``. ParameterError where a name or figure is not right.
    """
    _refuse_others(given, KEYS, "choices")
    asked = given.get("goal", {})
    _refuse_others(asked, tuple(AS_TODAY), "goal")
    for name, value in asked.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not isfinite(value):
            raise ParameterError(f"goal: {name} is {value!r}; it is a number.")
    goal: Goal = {**AS_TODAY, **asked}
    if not 0.0 < goal["probability"] < 1.0:
        raise ParameterError(
            f"goal: probability is {goal['probability']}; it must lie between 0 and 1."
        )
    return Choices(goal, read_sharing(given.get("sharing", {}), regions))


def _refuse_others(given: Any, known: tuple[str, ...], where: str) -> None:
    if not isinstance(given, Mapping):
        raise ParameterError(f"{where} is {given!r}; it has fields: {', '.join(known)}.")
    for key in given:
        if key not in known:
            raise ParameterError(
                f"{where}: there is no {key!r}.{known_words(str(key), list(known))}"
            )
