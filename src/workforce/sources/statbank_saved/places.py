"""Know the municipalities of saved files by name, and sum former ones within borders of today."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from workforce.contract.folder import FetchReport
from workforce.contract.municipalities import (
    names,
    numbers_before,
    successors,
    what_became_of,
    with_name,
)
from workforce.contract.problems import shorten
from workforce.errors import ParameterError, SourceError
from workforce.sources.statbank.declared import Declaration
from workforce.sources.tables.files import find_tables, read_table, table_of

_PLACES = pl.Schema(
    dict.fromkeys(("region", "level", "name", "county", "comparison_group"), pl.String())
)
SUMMED = "K-"
"""Before the number of a municipality whose former parts the StatBank has summed itself."""


def add_places(
    folder: Path,
    people: pl.DataFrame,
    called: Mapping[str, str],
    before: FetchReport,
    report: FetchReport,
) -> dict[str, pl.DataFrame]:
    """Make the table of places, or add to that of an earlier fetch; one's own stays as it is."""
    towns = people["region"].unique().sort().to_list()
    there = find_tables(folder).get("regions") if folder.is_dir() else None
    old = read_table(there, "regions") if there else pl.DataFrame(schema=_PLACES)
    lacking = [code for code in towns if code not in old["region"]]
    if there and not (there.suffix == ".csv" and "regions" in before.tables):
        if lacking:
            report.notes.append(
                f"regions: {there.name} is your own and was left as it is. It lacks "
                f"{shorten(lacking)}: add {'it' if len(lacking) == 1 else 'them'}."
            )
        return {}
    nameless = [code for code in lacking if not called.get(code)]
    if nameless:
        report.notes.append(
            f"regions: the files do not name {shorten(nameless)}; the number stands for the name."
        )
    if lacking:
        report.notes.append(
            "regions: saved files tell neither counties nor KOSTRA groups. Fill in the columns "
            "county and comparison_group of regions.csv where places are to be compared."
        )
    rows = [(code, "municipality", called.get(code) or code, None, None) for code in lacking]
    new = pl.DataFrame(rows, schema=_PLACES, orient="row")
    kept = old.select(*_PLACES).filter(
        (pl.col("level") != "municipality") | pl.col("region").is_in(towns)
    )
    if kept.height < old.height:  # A county is the sum of all of its municipalities.
        kept = kept.filter(pl.col("level") != "county").with_columns(county=pl.lit(None, pl.String))
    return {"regions": pl.concat([kept, new])}


def numbers_known(folder: Path, regions: Sequence[str]) -> dict[str, str]:
    """Give numbers of municipalities by name in small letters, where one alone is called so."""
    alone = {name.casefold(): with_name(name) for name in names().values()}
    found = {name: min(codes) for name, codes in alone.items() if len(codes) == 1}
    places = table_of(folder, "regions")
    if places is not None:
        towns = places.filter(pl.col("level") == "municipality")
        rows = towns.select("region", "name").iter_rows()
        found |= {name.casefold(): code for code, name in rows}
    for told in regions:
        number, _, name = told.strip().partition(" ")
        if len(number) != 4 or not number.isdigit() or not name.strip():
            raise ParameterError(
                f'{told!r} is no number with a name. Write --region "1101 Eigersund".'
            )
        found[name.strip().casefold()] = number
    return found


def within_todays_borders(
    figures: pl.DataFrame, declared: Declaration, file: str
) -> tuple[pl.DataFrame, list[str]]:
    """Give figures of former numbers to the municipality of today."""
    region, time = declared.region, declared.time
    notes: dict[str, list[str]] = {}
    kept: list[pl.DataFrame] = []
    own = figures.with_columns(
        pl.col(region).str.strip_prefix(SUMMED).alias("number"),
        summed=pl.col(region).str.starts_with(SUMMED),
    )
    # Numbers that are not in use in a year stand with nothing but zeros or marks in it.
    used = own.filter((pl.col("value").fill_null(0) != 0).any().over("number", "summed", time))
    filled = {
        (number, year) for number, year in used.select("number", pl.col(time)).unique().iter_rows()
    }
    today_of: dict[str, list[str]] = {}
    for number in own["number"].unique().sort():
        became = successors(number)
        if len(became) > 1:
            notes[f"{number} was left out: {what_became_of(number)}"] = []
            continue
        today_of.setdefault(became[0].new if became else number, []).append(number)
    for today, numbers in sorted(today_of.items()):
        for year in own.filter(pl.col("number").is_in(numbers))[time].unique().sort():
            rows = own.filter((pl.col("number").is_in(numbers)) & (pl.col(time) == year))
            taken, told = _one_year(rows, today, year, filled, declared, file)
            if told:
                notes.setdefault(told, []).append(year)
            if taken is not None:
                kept.append(taken.with_columns(pl.lit(today).alias(region)))
    columns = figures.columns
    whole = pl.concat([one.select(columns) for one in kept]) if kept else figures.clear()
    return whole, [_with_years(text, years) for text, years in notes.items()]


def _one_year(
    rows: pl.DataFrame,
    today: str,
    year: str,
    filled: set[tuple[str, str]],
    declared: Declaration,
    file: str,
) -> tuple[pl.DataFrame | None, str]:
    """Take the figures of a municipality of today in one year, or tell why they are left out."""
    calendar = int(year[:4])
    parts = numbers_before(today, calendar)
    there = sorted({number for number in rows["number"] if (number, year) in filled})
    own = rows.filter(pl.col("number") == today)
    if not there:
        # Nobody, or marks alone: kept where the number was in use, and told further on.
        return (own if parts == frozenset({today}) and len(own) else None), ""
    if len(own) and own["summed"].any():
        return own.filter(pl.col("summed")), ""
    if today in there and (parts is None or today not in parts):
        if there != [today]:
            raise SourceError(
                f"{file}: figures of {today} in {year} are there summed and by the former "
                f"{', '.join(number for number in there if number != today)}. Choose one of the "
                "two on ssb.no."
            )
        return own, ""  # The StatBank has summed its former parts.
    if parts is None:
        return None, f"{today} was left out before the split that it came out of"
    lacking = sorted(parts - set(there))
    if lacking:
        return None, (
            f"{today} was left out: it was then {', '.join(sorted(parts))}, and the file lacks "
            f"{', '.join(lacking)}. Choose 'sammenslåtte tidsserier' for the regions on ssb.no, "
            "or the former municipalities as well"
        )
    if len(parts) > 1 and not declared.adds_up:
        return None, f"{today} was left out: figures of {', '.join(sorted(parts))} cannot be summed"
    if parts == frozenset({today}):
        return own, ""
    keys = [name for name in rows.columns if name not in
            (declared.region, "number", "summed", "value", "status")]  # fmt: skip
    of_parts = rows.filter(pl.col("number").is_in(sorted(parts)))
    lacks = pl.col("value").is_null().any()
    summed = of_parts.group_by(keys, maintain_order=True).agg(
        value=pl.when(~lacks).then(pl.col("value").sum()),
        status=pl.col("status").drop_nulls().first(),
    )
    return summed.with_columns(pl.lit(today).alias(declared.region)), (
        f"{', '.join(sorted(parts))} counted as {today}"
    )


def _with_years(text: str, years: Sequence[str]) -> str:
    if not years:
        return text
    return f"{text} ({years[0] if len(years) == 1 else f'{min(years)} to {max(years)}'})"
