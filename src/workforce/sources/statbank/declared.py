"""The tables of the StatBank that are fetched, as declared, and held against their metadata."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import polars as pl

from workforce.contract.problems import shorten
from workforce.errors import ParameterError, SourceError
from workforce.sources.statbank.calls import Line
from workforce.sources.statbank.jsonstat import Metadata
from workforce.sources.statbank.reading import (
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

    ``reference_dates`` are the ways in which the table may write the day that its figures are of,
    and ``years_later`` moves that day to 1 January. A code list is declared by the beginning of
    its name, since the end is the year of its edition; with none, codes are those of the table
    itself. A code that is not known for certain is declared under ``find`` by what its label
    says, and left out where no label does, unless it is ``needed``. ``sectors`` are codes of ours
    and the codes of the table that make them up. ``alone`` are words that a label must have as
    well where a saved file has it without its code, and ``adds_up`` tells whether figures of
    municipalities that were merged may be summed. A table of KOSTRA comes unrevised in March and
    revised in June.
    """

    table: str
    about: str
    unit: str
    reference_dates: Sequence[str]
    years_later: int
    time: str
    times: Sequence[str]
    region: str = ""
    region_lists: Sequence[str] = ()
    age: str = ""
    age_lists: Sequence[str] = ()
    ages: Sequence[str] = ("*",)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    select: Mapping[str, Sequence[str]] = field(default_factory=dict)
    find: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    needed: Sequence[str] = ()
    confirm: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    alone: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    rename: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    adds_up: bool = True
    kostra: bool = False
    sector: str = ""
    sectors: Mapping[str, Sequence[str]] = field(default_factory=dict)


Ask = Callable[[Declaration, Sequence[str]], tuple[pl.DataFrame, Fetched]]
"""Gives what is declared for some municipalities, in our words, and where it comes from."""


@cache
def declarations() -> Mapping[str, Declaration]:
    """Read the packaged declarations, by the table of ours that each fills."""
    return _declared_in("ssb_tables.yaml")


@cache
def council_declarations() -> Mapping[str, Declaration]:
    """Read the declarations of tables of county councils, by what they tell."""
    return _declared_in("ssb_council_tables.yaml")


def _declared_in(file: str) -> Mapping[str, Declaration]:
    import yaml

    declared = files("workforce.sources.statbank").joinpath(file)
    text = declared.read_text(encoding="utf-8")
    return {name: Declaration(**entry) for name, entry in yaml.safe_load(text).items()}


def fetch_declared(
    declared: Declaration,
    regions: Sequence[str],
    *,
    line: Line,
    base_url: str,
    progress: Progress | None = None,
) -> tuple[pl.DataFrame, Fetched]:
    """Fetch what is declared for some municipalities, in our words."""
    found = read_metadata(declared.table, base_url=base_url, line=line)
    _confirm_labels(declared, found)
    _confirm_dates(declared, found)
    query: dict[str, Selection] = {}
    number: dict[str, str] = {}
    if declared.region:
        listed = _code_list(declared, found, declared.region, declared.region_lists)
        valid: Sequence[str] = found.dimension(declared.region).codes
        if listed:
            valid = list(read_codelist(listed, base_url=base_url, line=line))
        number = _numbers(declared.table, valid, regions)
        query[declared.region] = Selection(tuple(number), listed)
    if declared.age:
        ages = _code_list(declared, found, declared.age, declared.age_lists)
        query[declared.age] = Selection(tuple(declared.ages), ages)
    told = {name: _find_codes(declared, found, name) for name in declared.find}
    for name in dict.fromkeys((*declared.select, *declared.find)):
        codes = (*declared.select.get(name, ()), *told.get(name, ()))
        listed = _code_list(declared, found, name, declared.lists.get(name, ()))
        query[name] = Selection(codes, listed)
    query[declared.time] = Selection(tuple(declared.times))
    figures, fetched = get_statbank(
        declared.table, query, base_url=base_url, line=line, progress=progress
    )
    return in_our_words(declared, figures, number, told), fetched


def in_our_words(
    declared: Declaration,
    figures: pl.DataFrame,
    number: Mapping[str, str],
    told: Mapping[str, Mapping[str, str]],
) -> pl.DataFrame:
    """Name the places, periods and codes of figures as we do."""
    names = dict.fromkeys((*declared.select, *declared.find))
    columns = {
        name: pl.col(name).replace_strict(
            {**declared.rename.get(name, {}), **told.get(name, {})}, default=pl.col(name)
        )
        for name in names
    }
    if declared.region:
        columns["region"] = pl.col(declared.region).replace_strict(dict(number))
    if declared.age:
        columns["age"] = pl.col(declared.age)
    period, when = _period(declared, figures[declared.time])
    ours = ("region", "age") if declared.age else ("region",)
    order = [name for name in ours if name in columns]
    rest = [name for name in columns if name not in order]
    return figures.with_columns(**columns, **{period: when}).select(
        *order, period, *rest, "value", "status"
    )


def _period(declared: Declaration, times: pl.Series) -> tuple[str, pl.Series]:
    """Read the periods of a table: years, moved to 1 January, or quarters."""
    quarters = times.str.contains(r"^\d{4}K[1-4]$")
    if len(times) and quarters.all():
        return "quarter", times.str.replace("K", "Q")
    odd = times.filter(~times.str.contains(r"^\d{4}$")).unique().sort()
    if len(odd):
        raise SourceError(f"Table {declared.table}: {shorten(odd)} are no years.")
    return "year", times.cast(pl.Int64) + declared.years_later


def newest_year(figures: pl.DataFrame) -> int | None:
    """Last 1 January of which a table has a figure; None where it has none."""
    years = figures.filter(pl.col("value").is_not_null())["year"]
    return int(years.max()) if len(years) else None  # type: ignore[arg-type]


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


def _confirm_dates(declared: Declaration, found: Metadata) -> None:
    """Refuse a table that says of itself that its figures are of another day than declared."""
    for dimension in found.dimensions:
        told = dimension.extension.get("refperiod") or {}
        asked = declared.select.get(dimension.name, ())
        for code, date in told.items():
            if code not in asked or not str(date).strip():
                continue
            if not any(day.lower() in str(date).lower() for day in declared.reference_dates):
                raise SourceError(
                    f"Table {declared.table}: figures of {code} are now of {date!r}, not "
                    f"{' or '.join(declared.reference_dates)}. No figures were taken."
                )


def _find_codes(declared: Declaration, found: Metadata, variable: str) -> dict[str, str]:
    """Find codes by what their labels say, and name them as we do."""
    dimension = found.dimension(variable)
    labels = dict(zip(dimension.codes, dimension.labels, strict=True))
    names: dict[str, str] = {}
    for name, words in declared.find[variable].items():
        wanted = {word.casefold() for word in words}
        codes = [
            code
            for code, label in labels.items()
            if code.casefold() in wanted or label.strip().casefold() in wanted
        ]
        if len(codes) == 1:
            names[codes[0]] = name
        elif name in declared.needed:
            raise ParameterError(
                f"Table {declared.table}, {variable}: {len(codes) or 'no'} codes say "
                f"{' or '.join(words)}; it has {shorten(labels.values())}. No figures were taken."
            )
    return names


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
