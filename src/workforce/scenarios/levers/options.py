"""What an option of a lever may be, read from the annotations of the lever's function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import Parameter, signature
from math import isfinite
from numbers import Integral, Real
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from workforce.scenarios.levers.reach import Bounds, Reach, known_words

BESIDE = {
    "cost": Bounds(0, None),
    "investment": Bounds(0, None),
    "low": Bounds(0, 1),
    "high": Bounds(1, 5),
}
"""Options that are told of a lever and not to it: NOK per unit of size a year and once, and the
parts of what is planned that come at the least and at the most."""


@dataclass(frozen=True)
class Option:
    """One option: its type with its bounds, and whether a lever says nothing without it."""

    kind: Any
    needed: bool


@cache
def own_options(function: Callable[..., Any]) -> Mapping[str, Option]:
    """Options of a lever's function, without those that levers share."""
    hints = get_type_hints(function, include_extras=True)
    return {
        name: Option(hints[name], parameter.default is Parameter.empty)
        for name, parameter in list(signature(function).parameters.items())[1:]
        if parameter.kind is not Parameter.VAR_KEYWORD
    }


@cache
def shared_options() -> Mapping[str, Option]:
    """Options that levers share: time, place, money and doubt."""
    hints = get_type_hints(Reach, include_extras=True)
    shared = {name: Option(kind, needed=False) for name, kind in hints.items()}
    beside = {
        name: Option(Annotated[float | None, bounds], needed=False)
        for name, bounds in BESIDE.items()
    }
    return {**shared, **beside}


def wrong_value(name: str, value: Any, kind: Any) -> str:
    """Say what is wrong with the value of an option; empty where nothing is."""
    kind, bounds = _bounded(kind)
    several = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    kinds = []
    for one in several:  # bounds may stand around what may be left empty, or within it
        plain, own = _bounded(one)
        kinds.append(plain)
        bounds = own or bounds
    if value is None and type(None) in kinds:
        return ""
    words = [word for one in kinds if get_origin(one) is Literal for word in get_args(one)]
    if words:
        if isinstance(value, str):
            told = f"there is no {name} {value!r}.{known_words(value, words)}"
            return "" if value in words else told
        return f"{name} is {_shown(value)}; it is one of {', '.join(words)}."
    if any(get_origin(one) is Sequence for one in kinds):
        return _wrong_codes(name, value)
    if str in kinds:
        right = isinstance(value, str) and bool(value.strip())
        return "" if right else f"{name} is {_shown(value)}; it is text, in quotes."
    return _wrong_number(name, value, bounds, whole=int in kinds)


def _bounded(kind: Any) -> tuple[Any, Bounds | None]:
    """Part a type from its bounds."""
    if get_origin(kind) is not Annotated:
        return kind, None
    plain, bounds, *_ = get_args(kind)
    return plain, bounds


def _wrong_number(name: str, value: Any, bounds: Bounds | None, *, whole: bool) -> str:
    number = value if isinstance(value, Integral if whole else Real) else None
    if number is None or isinstance(value, bool) or not isfinite(number):
        what = "a whole number" if whole else "a number"
        if bounds is not None and bounds.unit == "year":
            what = "a year, such as 2030"
        written = str(value).replace(",", ".", 1)
        comma = isinstance(value, str) and "," in value and _is_number(written)
        return f"{name} is {_shown(value)}; it is {what}." + (
            f" Decimals stand after a point: {written}." if comma else ""
        )
    most = float("inf") if bounds is None or bounds.most is None else bounds.most
    if bounds is not None and not bounds.least <= value <= most:
        upward = " or more" if bounds.most is None else f" to {bounds.most:g}"
        return f"{name} is {value:{'d' if whole else 'g'}}; it is {bounds.least:g}{upward}."
    return ""


def _wrong_codes(name: str, value: Any) -> str:
    codes = [value] if isinstance(value, str) else value
    if isinstance(codes, Sequence) and not codes:
        return f"{name} is empty, which reaches nothing. Name a code, or leave {name} out for all."
    if not isinstance(codes, Sequence) or any(not isinstance(code, str) for code in codes):
        return f'{name} is {_shown(value)}; it is a list of codes in quotes, such as ["0301"].'
    if any(not code.strip() for code in codes):
        return f"{name} holds an empty text. Write a code there, or take it out."
    return ""


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
