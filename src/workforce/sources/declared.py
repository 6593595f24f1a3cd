"""The tables of the StatBank that are fetched, as declared, and held against their metadata."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from workforce.contract.problems import shorten
from workforce.errors import ParameterError, SourceError
from workforce.sources.calls import Line
from workforce.sources.jsonstat import Metadata
from workforce.sources.statbank import (
    Fetched,
    Progress,
    Selection,
    get_statbank,
    read_codelist,
    read_metadata,
)

PREFIXES = ("", "K-", "K.")
"""How code lists write the number of a municipality."""


@dataclass(frozen=True)
class Declaration:
    """What is asked of one table: its variables and codes, and what their labels must say.

    ``years_later`` moves the reference date of the table to 1 January. A code list is declared by
    the beginning of its name, since the end is the year of its edition; with none, codes are
    those of the table itself.
    """

    table: str
    about: str
    region: str
    region_lists: Sequence[str]
    time: str
    times: Sequence[str]
    years_later: int
    age: str
    age_lists: Sequence[str]
    select: Mapping[str, Sequence[str]]
    confirm: Mapping[str, Mapping[str, Sequence[str]]]
    rename: Mapping[str, Mapping[str, str]]
    ages: Sequence[str] = ("*",)
    sector: str = ""


@cache
def declarations() -> Mapping[str, Declaration]:
    """Read the packaged declarations, by the table of ours that each fills."""
    import yaml

    text = files("workforce.sources").joinpath("ssb_tables.yaml").read_text(encoding="utf-8")
    return {name: Declaration(**entry) for name, entry in yaml.safe_load(text).items()}


def fetch_declared(
    declared: Declaration,
    regions: Sequence[str],
    *,
    line: Line,
    base_url: str,
    progress: Progress | None = None,
) -> tuple[pl.DataFrame, Fetched]:
    """Fetch what is declared for some municipalities, in our words.

    Parameters
    ----------
    declared : Declaration
    regions : list of str
        Numbers of municipalities.
    line : Line
    base_url : str
    progress : callable, optional

    Returns
    -------
    table : polars.DataFrame
        region (our number), age (code of the table), year (1 January), the variables selected,
        value and status.
    metadata : Fetched

    Raises
    ------
    SourceError
        The table is withdrawn, or a label no longer says what it must.
    ParameterError
        The table lacks a variable, code list, code or municipality.
    """
    found = read_metadata(declared.table, base_url=base_url, line=line)
    _confirm_labels(declared, found)
    listed = _code_list(declared, found, declared.region, declared.region_lists)
    valid: Sequence[str] = found.dimension(declared.region).codes
    if listed:
        valid = list(read_codelist(listed, base_url=base_url, line=line))
    number = _numbers(declared.table, valid, regions)
    ages = _code_list(declared, found, declared.age, declared.age_lists)
    query = {
        declared.region: Selection(tuple(number), listed),
        declared.age: Selection(tuple(declared.ages), ages),
        **{name: Selection(tuple(codes)) for name, codes in declared.select.items()},
        declared.time: Selection(tuple(declared.times)),
    }
    figures, fetched = get_statbank(
        declared.table, query, base_url=base_url, line=line, progress=progress
    )
    years = figures[declared.time]
    odd = years.filter(~years.str.contains(r"^\d{4}$")).unique().sort()
    if len(odd):
        raise SourceError(f"Table {declared.table}: {shorten(odd)} are no years.")
    renamed = [
        pl.col(name).replace_strict(dict(codes), default=pl.col(name))
        for name, codes in declared.rename.items()
    ]
    return figures.with_columns(
        *renamed,
        region=pl.col(declared.region).replace_strict(number),
        age=pl.col(declared.age),
        year=pl.col(declared.time).cast(pl.Int64) + declared.years_later,
    ).select("region", "age", "year", *declared.select, "value", "status"), fetched


def span_of_ages(code: str, table: str) -> tuple[int, int | None]:
    """Read an age or a group of ages, such as ``007``, ``80-89`` or ``105+``; None is open."""
    found = re.fullmatch(r"(\d+)(?:-(\d+)|(\+))?", code)
    if not found:
        raise SourceError(f"Table {table}: {code!r} is no age or group of ages that is known.")
    low = int(found[1])
    if found[3]:
        return low, None
    return low, int(found[2]) if found[2] else low


def _confirm_labels(declared: Declaration, found: Metadata) -> None:
    """Refuse a code whose label says something else than declared."""
    for variable, codes in declared.confirm.items():
        dimension = found.dimension(variable)
        labels = dict(zip(dimension.codes, dimension.labels, strict=True))
        for code, words in codes.items():
            if code not in labels:
                raise ParameterError(
                    f"Table {declared.table}, {variable}: the code {code} is gone; it has "
                    f"{shorten(labels)}. No figures were taken."
                )
            if not any(word.lower() in labels[code].lower() for word in words):
                raise SourceError(
                    f"Table {declared.table}, {variable}: {code} now means {labels[code]!r}, not "
                    f"{' or '.join(words)}. No figures were taken."
                )


def _code_list(
    declared: Declaration, found: Metadata, variable: str, beginnings: Sequence[str]
) -> str | None:
    """Find the code list whose name is as declared, or begins so."""
    if not beginnings:
        return None
    lists = [str(e["id"]) for e in found.dimension(variable).extension.get("codelists", ())]
    for beginning in beginnings:
        exact = [name for name in lists if name == beginning]
        begun = sorted(name for name in lists if name.startswith(beginning))
        if exact or begun:
            return (exact or begun)[-1]
    raise ParameterError(
        f"Table {declared.table}, {variable}: there is no code list {' or '.join(beginnings)} any "
        f"more; it has {shorten(lists) or 'none'}. No figures were taken."
    )


def _numbers(table: str, valid: Sequence[str], regions: Sequence[str]) -> dict[str, str]:
    """Find each municipality's code in a table: its number, as code lists write it."""
    there = set(valid)
    found = {}
    missing = []
    for region in regions:
        written = [prefix + region for prefix in PREFIXES if prefix + region in there]
        if written:
            found[written[0]] = region
        else:
            missing.append(region)
    if missing:
        raise ParameterError(f"Table {table} has no figures of {shorten(missing)}.")
    return found
