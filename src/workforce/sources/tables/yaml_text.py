"""Read YAML safely, with the line of every field, so that an error can point at it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workforce.contract.places import not_a_file
from workforce.contract.signs import forbidden_sign
from workforce.errors import ParameterError, SourceError
from workforce.sources.tables.delimited import decode
from workforce.sources.tables.paths import file_path

HINTS = {
    "mapping values are not allowed": "A text with a colon in it stands in quotes.",
    "'\\t'": "Begin lines with spaces, not with tabs.",
}
"""What to do, by what the parser says."""
LARGEST = 1_000_000
"""A file with more is not opened. [bytes]"""
DEEPEST = 50
MOST_VALUES = 50_000
"""Values of a file, each counted as often as it is referred to."""
LONGEST_NUMBER = 400
"""Signs of a number or date; more may be read of one to base 16 or 60 than can be written."""
_TAG = "tag:yaml.org,2002:"
_PLAIN = ("null", "bool", "int", "float", "timestamp", "str", "seq", "map")
_KEYS = ("str", "int", "float", "bool", "merge", "value")
"""Kinds of keys: a number is a code, and "no" a word, and they mean what is written."""
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlText:
    """The content of a YAML file, the line of each field, and each value as it is written."""

    content: Any
    lines: dict[Place, int]
    written: dict[Place, str]


def read_yaml(path: str | Path) -> YamlText:
    """Read a YAML file; a key written twice is an error, as YAML itself would keep the last.

    A key is the text that is written, so that 0301 stays 0301 and no stays no. The file is UTF-8,
    or as a Windows shell writes it, UTF-16 or Western European. ParameterError where it is not
    there, is not YAML, holds a key twice or one that is no text, is nested too deep, refers to
    itself or holds too much, or holds a control character or a mark of direction.
    """
    path = file_path(path)
    if kind := not_a_file(path):
        raise ParameterError(f"{path} is {kind} and no file, so it is not opened. Check the path.")
    try:
        if path.stat().st_size > LARGEST:
            raise ParameterError(
                f"{path} has more than {LARGEST / 1e6:g} MB, which no file of this kind has. "
                "Check that it is the right file."
            )
        text = decode(path.read_bytes(), path.name).replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise ParameterError(f"The file {path} is not there. Check the path.") from error
    except SourceError as error:
        raise ParameterError(f"{error} Save it as UTF-8.") from error
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if sign := forbidden_sign(line):
            raise _wrong(path, number, _about_sign(sign))
    try:
        _refuse_what_grows(text, path)
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        found = YamlText(None, {}, {})
        if root is not None:
            _note(root, (), found, path)
            found = YamlText(loader.construct_document(root), found.lines, found.written)
    except (yaml.YAMLError, ValueError) as error:
        raise ParameterError(f"{path} is not YAML: {_in_one_line(error)}") from error
    return found


def _wrong(path: Path, line: int, told: str) -> ParameterError:
    return ParameterError(f"{path}, line {line}: {told}")


def _about_sign(sign: str) -> str:
    return (
        f"the sign {sign} is in the text, a control character or a mark of the direction of "
        "writing. Take it out."
    )


def _refuse_what_grows(text: str, path: Path) -> None:
    """Refuse what is nested too deep, refers to itself, or is too much once it is written out."""
    under_way: list[list[Any]] = []  # Name, values so far, depth below.
    named: dict[str, tuple[int, int]] = {}
    written_out = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        size, depth = 0, 0
        if isinstance(event, yaml.CollectionStartEvent):
            under_way.append([event.anchor, 1, 0])
            written_out += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, size, depth = under_way.pop()
            if anchor is not None:
                named[anchor] = size, depth
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, *_ in under_way):
                told = f"*{event.anchor} refers to what it is a part of. Write out what is meant."
                raise _wrong(path, line, told)
            size, depth = named.get(str(event.anchor), (1, 0))  # An unknown name is told later.
            written_out += size
        elif isinstance(event, yaml.ScalarEvent):
            size = 1
            written_out += 1
            if event.anchor is not None:
                named[event.anchor] = 1, 0
        if under_way and size:
            under_way[-1][1] += size
            under_way[-1][2] = max(under_way[-1][2], depth + 1)
        if len(under_way) + depth > DEEPEST:
            raise _wrong(path, line, f"fields or lists lie more than {DEEPEST} deep. Check it.")
        if written_out > MOST_VALUES:
            told = (
                f"the file holds more than {MOST_VALUES:,} values once all that it refers to is "
                "written out. Check that it is the right file."
            )
            raise _wrong(path, line, told)


def _note(node: yaml.Node, place: Place, found: YamlText, path: Path) -> None:
    """Note where a value and all within it stand, and what is written there."""
    line = node.start_mark.line + 1
    found.lines.setdefault(place, line)
    if node.tag.removeprefix(_TAG) not in (*_PLAIN, "value"):
        raise _wrong(path, line, f"{node.tag.removeprefix(_TAG)} is no kind of value that is read.")
    if isinstance(node, yaml.ScalarNode):
        found.written[place] = node.value
        if sign := forbidden_sign(node.value):
            raise _wrong(path, line, _about_sign(sign))
        _require_readable(node, path)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _note(item, (*place, number), found, path)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name, line = _name(key, path), key.start_mark.line + 1
            if (*place, name) in found.lines:
                raise _wrong(path, line, f"{name} stands there twice. Keep one of them.")
            found.lines[(*place, name)] = line
            _note(value, (*place, name), found, path)


def _name(key: yaml.Node, path: Path) -> str:
    """Read a key as the text that is written, and let it be that when the content is built."""
    line = key.start_mark.line + 1
    if not isinstance(key, yaml.ScalarNode):
        raise _wrong(path, line, "a list or fields stand where the name of a field is due.")
    kind, name = key.tag.removeprefix(_TAG), str(key.value)
    if kind not in _KEYS:
        read = {"null": "as nothing", "timestamp": "as a date"}
        told = f"YAML reads the name {name!r} {read.get(kind, f'as {kind}')}. Write it in quotes."
        raise _wrong(path, line, told)
    if sign := forbidden_sign(name):
        raise _wrong(path, line, _about_sign(sign))
    if kind != "merge":
        key.tag = f"{_TAG}str"
    return name


def _require_readable(node: yaml.ScalarNode, path: Path) -> None:
    """Refuse a date that is in no calendar, or a number too long to read, with its line."""
    if node.tag.removeprefix(_TAG) not in ("int", "float", "timestamp"):
        return
    try:
        if len(node.value) > LONGEST_NUMBER:
            raise ValueError(node.value)
        yaml.SafeLoader("").construct_object(node)
    except ValueError as error:
        told = (
            f"{node.value[:40]!r} cannot be read as a date or number. Correct it, or write it in "
            "quotes as text."
        )
        raise _wrong(path, node.start_mark.line + 1, told) from error


def _in_one_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        said = f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}."
        hints = [hint for sign, hint in HINTS.items() if sign in str(error.problem)]
        return " ".join([said, *hints])
    return " ".join(str(error).split())
