"""Text, numbers and dates that a reader sees, in bokmål, nynorsk and English."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workforce.contract.names import LANGUAGES, LOCALES
from workforce.errors import ParameterError, ReportError

__all__ = ["LANGUAGES"]
EMPLOYER = "page.employer"
"""Text that a text calls the employer by: the municipality."""
MINUS = "\u2212"
PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)(?::([^{}|]*)\|([^{}|]*))?\}")
"""{count}, or {count:person|personer}: the word for one and the word for any other number, # in
either being the number itself."""

PER_CENT = re.compile(r"(?<=[\d}]) %")
"""A sign for per cent that a line may part from its number."""

PARTED = re.compile(
    r"(?<=\d\.) (?=[a-z])|(?<=\d) (?=[JFMASOND][a-z]{2,8} [12]\d{3})|"
    + "|".join(rf"(?<=\d\. [a-z]{{{letters}}}) (?=[12]\d{{3}})" for letters in range(3, 10))
)
"""Where a line may part a day or a quarter from its number or its year."""
ENDS = re.compile(r"(?<=[\d%]) (til|to|og|and) (?=[+\u2212]?\d)")


@dataclass(frozen=True)
class Texts:
    """The catalogue of one language.

    ``language``: nb, nn or en. ``entries``: text of each key, with placeholders such as
    ``{region}``; ``{count:person|personer}`` is the word that goes with the count, and ``{count:en
    person|# personer}`` is both. ``small_place``: whether the page is of a small place, which is
    told in whole FTE and in persons. ``whole_fte``: whether answers, cards and titles of the page
    tell whole FTE, since the need is not small.
    """

    language: str
    entries: Mapping[str, str]
    small_place: bool = False
    whole_fte: bool = False


def load_texts(language: str, *, employer: str = "") -> Texts:
    """Return the catalogue of a language; the files are read once.

    A page speaks to a kind of employer: it is called by its own name where a text calls the
    employer ``kommunen``, and texts under its name, as ``county_council.page.region``, stand for
    those without it. ParameterError where there is no such language, ReportError as
    `read_catalogues`.
    """
    if language not in LANGUAGES:
        raise ParameterError(
            f"There are no texts in the language {language!r}. Use one of {', '.join(LANGUAGES)}."
        )
    return Texts(language, _spoken_to(language, employer))


@lru_cache
def _spoken_to(language: str, employer: str) -> Mapping[str, str]:
    entries, start = _packaged()[language], f"{employer}."
    own = {key.removeprefix(start): text for key, text in entries.items() if key.startswith(start)}
    usual, called = entries[EMPLOYER], own.get(EMPLOYER, entries[EMPLOYER])
    words = {usual: called, _capital(usual): _capital(called)}
    said = re.compile("|".join(rf"\b{word}(?=s?\b)" for word in words))
    swapped = {key: said.sub(lambda found: words[found[0]], text) for key, text in entries.items()}
    return MappingProxyType({**(swapped if own else entries), **own})


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def catalogue_folder() -> Path:
    """Return the folder of the catalogues: a file for each chart, lever and topic."""
    return Path(__file__).parent / "catalogues"


@lru_cache(maxsize=1)
def _packaged() -> Mapping[str, Mapping[str, str]]:
    read = read_catalogues(catalogue_folder())
    return {language: MappingProxyType(entries) for language, entries in read.items()}


def read_catalogues(folder: Path) -> dict[str, dict[str, str]]:
    """Read the YAML files of a folder; a key may nest or hold dots, and has a text per language."""
    entries: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    lacking = []
    for path in sorted(folder.rglob("*.yaml")):
        file = path.relative_to(folder).as_posix()
        for key, words in _read_words(path, file):
            if key in entries[LANGUAGES[0]]:
                raise ReportError(
                    f"{file}: the key {key!r} stands twice among the catalogues. Give one of "
                    "them another name."
                )
            if tuple(words) != LANGUAGES or not all(words.values()):
                lacking.append(f"{file}: {key!r}")
            for language in LANGUAGES:
                entries[language][key] = PER_CENT.sub("\u00a0%", words.get(language, ""))
    if lacking:
        raise ReportError(
            f"{'; '.join(lacking)}. These need one text each in {', '.join(LANGUAGES)}, in this "
            "order."
        )
    return entries


def say(texts: Texts, key: str, **values: str | int) -> str:
    """Return the text of a key with its placeholders filled.

    Values are plain text, or whole numbers such as years that are written as they stand; other
    numbers are written by `number` first. ParameterError where the key is unknown, a value is
    missing, or is an unwritten number.
    """
    if key not in texts.entries:
        raise ParameterError(
            f"There is no text {key!r} in the catalogues. Add it to a file of texts/catalogues/ "
            f"in {', '.join(LANGUAGES)}, or mend the key."
        )
    for name, value in values.items():
        if not isinstance(value, str | int):
            raise ParameterError(
                f"Text {key!r}: the value of {name!r} is {type(value).__name__}. Write it with "
                "number(), percent() or date() first, so that it follows the language."
            )
    text = texts.entries[key]
    missing = sorted(placeholders(text) - set(values))
    if missing:
        raise ParameterError(f"Text {key!r} needs a value for {', '.join(missing)}.")

    def fill(found: re.Match[str]) -> str:
        name, one, many = found.groups()
        value = str(values[name])
        if one is None:
            return value
        return (one if value.lstrip(f"+{MINUS}") == "1" else many).replace("#", value)

    return PLACEHOLDER.sub(fill, text)


def placeholders(text: str) -> set[str]:
    """Return the names that a text of the catalogues asks values for."""
    return {found.group(1) for found in PLACEHOLDER.finditer(text)}


def number(value: float, texts: Texts, *, decimals: int = 0, sign: bool = False) -> str:
    """Write a number as the language does: 1 234,5 in Norwegian, 1,234.5 in English.

    Thousands are parted by no-break spaces in Norwegian; a minus is a true minus sign, and a number
    that rounds to zero has none. With ``sign`` there is a plus before what is above zero.
    """
    if not math.isfinite(value):
        raise ParameterError(f"{value} cannot be shown to a reader: it is not a number.")
    rounded = round(value, decimals)
    digits = _digits(abs(rounded), decimals, LOCALES[texts.language])
    if rounded < 0:
        return MINUS + digits
    return "+" + digits if sign and rounded > 0 else digits


@lru_cache(maxsize=4096)
def _digits(value: float, decimals: int, locale: str) -> str:
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=locale))


def percent(share: float, texts: Texts, *, decimals: int = 1, sign: bool = False) -> str:
    """Write a share as per cent: 0.128 is "12,8 %" in Norwegian and "12.8%" in English."""
    space = "" if texts.language == "en" else "\u00a0"
    return f"{number(share * 100, texts, decimals=decimals, sign=sign)}{space}%"


def date(value: dt.date, texts: Texts) -> str:
    """Write a date in words: "1. januar 2026" in Norwegian, "1 January 2026" in English."""
    from babel.dates import format_date

    return str(format_date(value, format="long", locale=LOCALES[texts.language]))


def quarter_name(quarter: str, texts: Texts) -> str:
    """Write a quarter such as 2026Q4 in words: "4. kvartal 2026"."""
    found = re.fullmatch(r"(\d{4})Q([1-4])", quarter)
    if found is None:
        raise ParameterError(f"The quarter {quarter!r} is not written as 2026Q4.")
    return say(texts, "page.quarter_name", year=found.group(1), number=found.group(2))


def whole_dates(text: str) -> str:
    """Keep dates and quarters in one line."""
    return PARTED.sub("\u00a0", text)


def whole_intervals(text: str) -> str:
    """Keep the ends of an interval in one line."""
    return ENDS.sub("\u00a0\\1\u00a0", text)


def join_list(parts: Sequence[str], texts: Texts) -> str:
    """Join names as a sentence does: "a, b og c" in Norwegian, "a, b and c" in English."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {say(texts, 'page.and')} {parts[-1]}"


def _read_words(path: Path, file: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Read a YAML file as its tree, so that a key written twice is seen and not overwritten."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one reads ten times as fast
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=loader)
    return iter(()) if root is None else _words(root, file)


def _words(node: Any, file: str, prefix: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Walk a mapping of keys, and yield each key whose value is a text in every language."""
    if node.id != "mapping":
        raise ReportError(f"{file}: a catalogue holds keys and texts, not a {node.id}.")
    for name, value in node.value:
        key = f"{prefix}{name.value}"
        parts = value.value if value.id == "mapping" else []
        if parts and not any(part.value in LANGUAGES and text.id == "scalar"
                             for part, text in parts):  # fmt: skip
            yield from _words(value, file, f"{key}.")
            continue
        words = {language.value: text.value.strip() if text.id == "scalar" else ""
                 for language, text in parts}  # fmt: skip
        yield key, words if len(words) == len(parts) else {}
