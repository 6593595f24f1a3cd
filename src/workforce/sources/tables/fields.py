"""Read a YAML file into a strict model; what is wrong is told by line and field."""

import inspect
import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from workforce.errors import ParameterError
from workforce.sources.tables.yaml_text import Place, YamlText, read_yaml

Model = TypeVar("Model", bound=BaseModel)
_NONE: Mapping[str, str] = MappingProxyType({})


def read_fields(
    path: Path,
    model: type[Model],
    *,
    context: str | None = None,
    no_longer: Mapping[str, str] = _NONE,
    may_be_empty: bool = False,
) -> Model:
    """Read a YAML file as a model of its fields, whose validators are told the context.

    ``no_longer`` has what to say of fields that there were once; a file that may be empty has the
    default of each. ParameterError tells all that is wrong with it: line, field, value, rule and
    the nearest name there is.
    """
    text = read_yaml(path)
    content = {} if may_be_empty and text.content is None else text.content
    if not isinstance(content, dict):
        known = ", ".join(model.model_fields)
        raise ParameterError(f"{path} holds no fields. The fields are: {known}.")
    try:
        # JSON mode takes lists for tuples and text for paths, and is strict about the rest.
        written = json.dumps(content, default=str)
        return model.model_validate_json(written, context=context)
    except ValidationError as error:
        raise ParameterError(_describe(error, text, path, model, no_longer)) from error


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggest the known name nearest to one that is not known, else list those there are."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]!r}?"
    listed = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return f"There {'is' if len(names) == 1 else 'are'}: {listed}." if names else "There are none."


def _describe(
    error: ValidationError,
    text: YamlText,
    path: Path,
    model: type[BaseModel],
    no_longer: Mapping[str, str],
) -> str:
    """Tell every broken field once; the alternatives of one field are told together."""
    told: dict[Place, list[str]] = {}
    for problem in error.errors(include_url=False):
        place, value = _find(problem["loc"], text.content)
        if problem["type"] == "options":
            for option, why in problem["ctx"]["told"].items():
                told[(*place, "options", *([option] if option else []))] = [why]
            continue
        if problem["type"] == "extra_forbidden":
            near = nearest(str(place[-1]), _names(model, place[:-1]))
            rule = no_longer.get(str(place[0]), f"there is no such field. {near}")
        else:
            rule = _rule(problem, place, value, text.written.get(place))
        told.setdefault(place, []).append(rule)
    blocks = []
    for place, rules in told.items():
        if any(other[: len(place)] == place for other in told if len(other) > len(place)):
            continue  # A list is reported as wrong for no other reason than what is in it.
        where = f"{path}, line {_line(text, place)}, {_dotted(place)}"
        blocks.append(f"{where}: {' '.join(_best(rules))}")
    return "\n".join(blocks)


def with_lines(problems: str, path: str | Path) -> str:
    """Put file and line before every problem, a line each, that begins with the name of a field."""
    places = {_dotted(place): line for place, line in read_yaml(path).lines.items()}
    told = []
    for problem in problems.splitlines():
        field = problem.partition(": ")[0]
        above = [name for name in places if re.match(rf"{re.escape(name)}(?![\w-])", field)]
        line = places[max(above, key=len)] if above else None
        told.append(problem if line is None else f"{path}, line {line}, {problem}")
    return "\n".join(told)


def _line(text: YamlText, place: Place) -> int:
    """Line of a field, or of what it is due in."""
    ends = range(len(place), 0, -1)
    return next((text.lines[place[:end]] for end in ends if place[:end] in text.lines), 1)


def _find(loc: tuple[str | int, ...], content: Any) -> tuple[Place, Any]:
    """Follow a location as far as the file goes; pydantic adds the names of alternatives."""
    place: list[str | int] = []
    for number, step in enumerate(loc, start=1):
        in_list = isinstance(content, list) and isinstance(step, int) and step < len(content)
        if in_list or (isinstance(content, dict) and step in content):
            content = content[step]
            place.append(step)
        elif isinstance(content, dict) and number == len(loc):
            place.append(step)
    return tuple(place), content


def _names(kind: Any, place: Place) -> list[str]:
    """Name the fields at a place of a model, through lists, tables and alternatives."""
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        if not place:
            return list(kind.model_fields)
        field = kind.model_fields.get(str(place[0]))
        return [] if field is None else _names(field.annotation, place[1:])
    rest = place[1:] if get_origin(kind) in (tuple, list, dict) else place
    return list(dict.fromkeys(name for one in get_args(kind) for name in _names(one, rest)))


def _rule(problem: Any, place: Place, value: Any, written: str | None) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "missing":
        return "this field is missing. Write it."
    if isinstance(value, bool) and kind in ("string_type", "literal_error"):
        return (
            f"YAML reads {written} without quotes as {str(value).lower()}, which is not text. "
            f'Write "{written}" for a code; Norwegian is nb or nn.'
        )
    if isinstance(value, int | float) and kind == "string_type":
        return f'{written} is a number, and this is text. Write "{written}", in quotes.'
    if kind == "string_pattern_mismatch":
        form = "Use letters A to Z, digits, _ and - only."
        if place[-1] == "quarter":
            form = "Write a quarter as 2026Q4, or auto."
        return f"{value!r} is not of the right form. {form}"
    if kind == "literal_error":
        expected = re.findall(r"'([^']*)'", context["expected"])
        return f"{value!r} is not one of {', '.join(expected)}. {nearest(str(value), expected)}"
    if kind == "value_error":
        return f"{str(context['error']).removesuffix('.')}."
    if kind == "too_long":
        most, own = context["max_length"], context["actual_length"]
        return f"there are {own} in the list, and at most {most} are taken. Leave some out."
    return f"{_short(value)} breaks a rule: {_lower(problem['msg'])}."


def _best(rules: list[str]) -> list[str]:
    """Keep, of the messages of one field's alternatives, those that say the most."""
    unique = list(dict.fromkeys(rules))
    telling = [rule for rule in unique if "breaks a rule" not in rule]
    return (telling or unique)[:1]


def _dotted(place: Place) -> str:
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in place).lstrip(".") or "file"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
