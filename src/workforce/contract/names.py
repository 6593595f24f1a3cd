"""Names of regions, sectors, occupations, their groups and competences in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from workforce.errors import ParameterError

if TYPE_CHECKING:
    import polars as pl

Language = Literal["nb", "nn", "en"]
LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
"""Languages of pages and messages, and how each writes numbers and dates."""
LANGUAGES = tuple(LOCALES)
DIMENSIONS = {
    "region": "regions",
    "sector": "sectors",
    "occupation": "occupations",
    "group": "",
    "competence": "competences",
}
"""Table that names each dimension; groups of occupations have only their codes."""


@dataclass(frozen=True)
class Names:
    """Names by dimension, code and language; a region has its one name where a language has none.

    ``kinds`` has the kind of each competence, formal or skill, where the folder tells it.
    """

    named: Mapping[tuple[str, str, str], str]
    kinds: Mapping[str, str] = field(default_factory=dict)


def names_in(tables: Mapping[str, pl.DataFrame]) -> Names:
    """Collect the names that tables give."""
    named: dict[tuple[str, str, str], str] = {}
    kinds: dict[str, str] = {}
    for dimension, table in DIMENSIONS.items():
        if table not in tables:
            continue
        frame = tables[table]
        named.update(_names_in(frame, dimension))
        if dimension == "competence" and "kind" in frame.columns:
            kinds = {code: kind for code, kind in frame.select(dimension, "kind").rows() if kind}
    return Names(MappingProxyType(named), MappingProxyType(kinds))


def name_of(names: Names, dimension: str, code: str, language: str) -> str:
    """Name a code of a dimension in a language, or give the code itself.

    ParameterError where the dimension (``region``, ``sector``, ``occupation``, ``group`` or
    ``competence``) or the language is none.
    """
    if dimension not in DIMENSIONS:
        raise ParameterError(f"{dimension!r} has no names. Use one of {', '.join(DIMENSIONS)}.")
    if language not in LANGUAGES:
        raise ParameterError(f"No names in {language!r}. Use one of {', '.join(LANGUAGES)}.")
    return names.named.get((dimension, code, language), code)


def _names_in(frame: pl.DataFrame, dimension: str) -> dict[tuple[str, str, str], str]:
    """Collect the names of one table; an empty cell is no name."""
    return {
        (dimension, code, language): name
        for language in LANGUAGES
        for column in (["name"] * (dimension == "region") + [f"name_{language}"])
        if dimension in frame.columns and column in frame.columns
        for code, name in frame.select(dimension, column).iter_rows()
        if code is not None and name
    }
