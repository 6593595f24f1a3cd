"""In which form, with whom and at what cost of time a commission wants posts shared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from workforce.contract.sharing import FORMS, Sharing
from workforce.errors import ParameterError

FIGURES = ("travel_share", "administration_share", "administration_least")
KEYS = ("form", "partners", *FIGURES, "source")


def read_sharing(given: Mapping[str, Any], regions: Collection[str]) -> Sharing:
    """Read how posts are to be shared from the field ``sharing`` of a commission's choices.

    There are ``form`` (shared_post, host or company), and of that form ``travel_share``,
    ``administration_share`` [share], ``administration_least`` [FTE] and the ``source`` of these
    figures; ``partners``, codes of municipalities among ``regions``. All may be left out.
    ParameterError where a name, code or figure is not right.
    """
    if not isinstance(given, Mapping):
        raise ParameterError(f"sharing is {given!r}; it has fields: {', '.join(KEYS)}.")
    for key in given:
        if key not in KEYS:
            raise ParameterError(f"sharing: there is no {key!r}. {_near(str(key), KEYS)}")
    partners = _partners(given.get("partners", []), regions)
    chosen = given.get("form", "")
    figures: dict[str, Any] = {
        name: _figure(name, given[name]) for name in FIGURES if name in given
    }
    if not chosen:
        if figures or "source" in given:
            raise ParameterError("sharing: say the form that the figures are of, as form: host.")
        return Sharing(partners=partners)
    names = [form.name for form in FORMS]
    if chosen not in names:
        raise ParameterError(f"sharing: there is no form {chosen!r}. {_near(str(chosen), names)}")
    own = next(form for form in FORMS if form.name == chosen)
    if "source" in given:
        own = replace(own, source=str(given["source"]))
    own = replace(own, **figures)
    others = (form for form in FORMS if form.name != chosen)
    return Sharing((own, *others), chosen, partners)


def _partners(given: Any, known: Collection[str]) -> tuple[str, ...]:
    if not isinstance(given, list | tuple):
        raise ParameterError('sharing: partners is a list of codes in quotes, such as ["9001"].')
    for code in given:
        if code not in known:
            raise ParameterError(
                f"sharing: partner {code!r} is not in the table regions. {_near(str(code), known)}"
            )
    return tuple(given)


def _figure(name: str, value: Any) -> float:
    most = 1.0 if name.endswith("_share") else float("inf")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0.0 <= value < most:
        rule = "a share from 0 to below 1" if most == 1.0 else "FTE, 0 or more"
        raise ParameterError(f"sharing: {name} is {value!r}; it is {rule}.")
    return float(value)


def _near(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(sorted(known)[:20])}."
