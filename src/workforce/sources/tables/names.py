"""Names of regions, sectors, occupations, their groups and competences in three languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import polars as pl

from workforce.errors import ParameterError
from workforce.sources.tables.files import PACKAGED, find_tables, read_packaged, read_table

LANGUAGES = ("nb", "nn", "en")
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
    """Names by dimension, code and language; a region has one name, whatever the language.

    ``kinds`` has the kind of each competence, formal or skill, where the folder tells it.
    """

    named: Mapping[tuple[str, str, str], str]
    kinds: Mapping[str, str] = field(default_factory=dict)


def load_names(folder: str | Path) -> Names:
    """Load the names that a folder gives, and the packaged ones where it has no list of its own.

    Parameters
    ----------
    folder : str or Path
        Folder of tables.

    Returns
    -------
    Names
    """
    places = find_tables(folder)
    named: dict[tuple[str, str, str], str] = {}
    kinds: dict[str, str] = {}
    for dimension, table in DIMENSIONS.items():
        frame = None
        if table in places:
            frame = read_table(places[table], table)
        elif table in PACKAGED:
            frame = read_packaged(table)
        if frame is not None:
            named.update(_names_in(frame, dimension))
            if dimension == "competence" and "kind" in frame.columns:
                kinds = {
                    code: kind for code, kind in frame.select(dimension, "kind").rows() if kind
                }
    return Names(MappingProxyType(named), MappingProxyType(kinds))


def name_of(names: Names, dimension: str, code: str, language: str) -> str:
    """Name a code in a language; the code itself where it has no name.

    Parameters
    ----------
    names : Names
        From `load_names`.
    dimension : str
        ``region``, ``sector``, ``occupation``, ``group`` or ``competence``.
    code : str
        Code as in the tables.
    language : str
        ``nb``, ``nn`` or ``en``.

    Raises
    ------
    ParameterError
        The dimension or the language is not one of these.
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
        for column in ["name" if dimension == "region" else f"name_{language}"]
        if dimension in frame.columns and column in frame.columns
        for code, name in frame.select(dimension, column).iter_rows()
        if code is not None and name
    }
