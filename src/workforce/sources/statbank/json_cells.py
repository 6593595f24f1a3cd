"""Read a JSON document, and what stands in it as the kind that is due there."""

import json
from collections.abc import Mapping
from io import TextIOBase
from os import PathLike
from pathlib import Path
from typing import IO, Any

from workforce.contract.signs import forbidden_sign
from workforce.errors import SourceError
from workforce.sources.tables.paths import file_path

LONGEST_PLACE = 20
_JSON_WORDS = {
    bool: "true or false",
    dict: "an object",
    float: "a number with decimals",
    int: "a whole number",
    list: "a list",
    str: "a text",
}


def parse_json(path_or_buffer: str | PathLike[str] | bytes | IO[bytes] | IO[str]) -> Any:
    """Parse a JSON document from a path, bytes or a buffer, refusing what JSON does not allow."""
    name = "The JSON-stat document"
    try:
        if isinstance(path_or_buffer, str | PathLike):
            path = file_path(path_or_buffer)
            name = path.name
            content: str | bytes = path.read_bytes()
        elif isinstance(path_or_buffer, bytes):
            content = path_or_buffer
        else:
            content = path_or_buffer.read()
            name = Path(str(getattr(path_or_buffer, "name", name))).name
            if isinstance(path_or_buffer, TextIOBase):
                content = str(content)
        if isinstance(content, bytes):
            content = content.decode("utf-8-sig")
        document = json.loads(content, parse_constant=_refuse_constant)
        if "\\ud" in content.lower():
            json.dumps(document, ensure_ascii=False).encode()  # Half a letter is none.
        return document
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}. Check the path.") from error
    except UnicodeError as error:
        raise SourceError(f"{name} is not UTF-8 text. JSON-stat is.") from error
    except ValueError as error:
        raise SourceError(f"{name} is not whole JSON: {error}. Fetch it again.") from error
    except RecursionError as error:
        raise SourceError(f"{name} is nested deeper than any JSON-stat. Check it.") from error


def text_in(found: Any, what: str) -> str:
    """Read a text; a number is the text of it, and null is none."""
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise _wrong_kind(what, "text", found)
    text = str(found)
    if sign := forbidden_sign(text):
        raise SourceError(f"{what} holds the sign {sign}, which no text can. Fetch it again.")
    return text


def texts_in(found: Any, what: str) -> tuple[str, ...]:
    """Read a list of texts, or one text alone; null is none."""
    if found is None:
        return ()
    if isinstance(found, Mapping):
        raise _wrong_kind(what, "a list of texts", found)
    texts = tuple(text_in(text, what) for text in (found if isinstance(found, list) else [found]))
    if isinstance(found, list) and None in found:
        raise _wrong_kind(what, "a list of texts", None)
    return texts


def object_in(found: Any, what: str) -> Mapping[str, Any]:
    """Read an object; null is an empty one."""
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise _wrong_kind(what, "an object", found)
    return found


def whole_in(found: Any, what: str) -> int:
    """Read a whole number, which some offices write as text."""
    if isinstance(found, str) and found.isdecimal() and len(found) < LONGEST_PLACE:
        return int(found)
    if isinstance(found, bool) or not isinstance(found, int | float) or found != found // 1:
        raise _wrong_kind(what, "a whole number", found)
    return int(found)


def _wrong_kind(what: str, due: str, found: Any) -> SourceError:
    return SourceError(f"{what} is {_JSON_WORDS.get(type(found), 'null')}, not {due}.")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
