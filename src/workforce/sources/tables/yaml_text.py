"""Read YAML safely, with the line of every field, so that an error can point at it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workforce.errors import ParameterError

HINTS = {
    "mapping values are not allowed": "A text with a colon in it stands in quotes.",
    "'\\t'": "Begin lines with spaces, not with tabs.",
}
"""What to do, by what the parser says."""
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlText:
    """The content of a YAML file, the line of each field, and each value as it is written."""

    content: Any
    lines: dict[Place, int]
    written: dict[Place, str]


def read_yaml(path: Path) -> YamlText:
    """Read a YAML file; a key written twice is an error, as YAML itself would keep the last.

    Parameters
    ----------
    path : Path
        File to read, UTF-8.

    Raises
    ------
    ParameterError
        The file is not there, is not UTF-8 or YAML, or holds a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ParameterError(f"The file {path} is not there. Check the path.") from error
    except UnicodeDecodeError as error:
        raise ParameterError(f"{path} is not UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        found = YamlText(yaml.safe_load(text), {}, {})
        if root is not None:
            _note(root, (), found, path)
    except (yaml.YAMLError, ValueError) as error:
        raise ParameterError(f"{path} is not YAML: {_in_one_line(error)}") from error
    return found


def _note(node: yaml.Node, place: Place, found: YamlText, path: Path) -> None:
    """Note where a value and all within it stand, and what is written there."""
    found.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        found.written[place] = node.value
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _note(item, (*place, number), found, path)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if (*place, name) in found.lines:
                raise ParameterError(
                    f"{path}, line {line}: {name} stands there twice. Keep one of them."
                )
            found.lines[(*place, name)] = line
            _note(value, (*place, name), found, path)


def _in_one_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        said = f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}."
        hints = [hint for sign, hint in HINTS.items() if sign in str(error.problem)]
        return " ".join([said, *hints])
    return " ".join(str(error).split())
