"""The places of a fetch: municipalities, counties, KOSTRA groups, and breaks in their borders."""

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches

import polars as pl

from workforce.contract.councils import COUNCIL
from workforce.contract.folder import FetchReport
from workforce.contract.municipalities import what_became_of
from workforce.contract.problems import shorten
from workforce.errors import ParameterError, SourceError
from workforce.sources.statbank import klass
from workforce.sources.statbank.calls import Line
from workforce.sources.statbank.regions import find_breaks


def read_regions(
    asked: Sequence[str], today: date, line: Line, base_url: str, report: FetchReport
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Look up municipalities, their counties and all KOSTRA groups on 1 January of the year.

    A county council (4000) comes with its county and all municipalities there, whose inhabitants
    are its own. A county is a row of its own only where all its municipalities are fetched, since
    it is the sum of them. A KOSTRA group is a row where one of its municipalities is, since a
    comparison group lends rates among those that are fetched; its name says that it is not the
    whole group.
    """
    day = date(today.year, 1, 1)
    everyone = klass.read_codes(klass.MUNICIPALITIES, day, line=line, base_url=base_url)
    name = dict(everyone.select("code", "name").iter_rows())
    county, county_name = _read_counties(list(name), day, line, base_url, report)
    group: dict[str, str] = {}
    group_name: dict[str, str] = {}
    try:
        groups = klass.read_correspondence(
            klass.MUNICIPALITIES, klass.KOSTRA_GROUPS, day, line=line, base_url=base_url
        )
        group = dict(groups.select("code", "target").iter_rows())
        group_name = dict(groups.select("target", "target_name").iter_rows())
    except SourceError as error:
        report.notes.append(f"KOSTRA groups were left out. {error}")
    towns: list[str] = []
    councils: dict[str, str] = {}
    for code in asked:
        if (of := _county_of_council(code, county, name)) is not None:
            councils[code] = of
            towns += [town for town, where in county.items() if where == of and town in name]
            continue
        members = [town for town, of in county.items() if of == code and town in name]
        if code not in name and not members:
            near = _near_places(code, {**county_name, **name})
            became = what_became_of(code)
            hint = f" Did you mean {shorten(near)}?" if near else ""
            raise ParameterError(
                f"There is no municipality or county {code} on {day.isoformat()}."
                f"{f' {became}.' if became else hint}"
            )
        towns += [code] if code in name else members
    towns = sorted(set(towns))
    whole = sorted(
        {
            of
            for of in (county.get(town) for town in towns)
            if of and all(town in towns for town, where in county.items() if where == of)
        }
    )
    report.sources.append(_klass_source(day))
    rows = [
        (
            town, "municipality", name[town],
            county.get(town) if county.get(town) in whole else None, group.get(town),
        )
        for town in towns
    ]  # fmt: skip
    rows += [(of, "county", county_name[of], None, None) for of in whole if of not in towns]
    rows += [
        (of, "group", _part_of_group(group_name[of], towns, group, of), None, None)
        for of in sorted({group[town] for town in towns if town in group})
    ]
    rows += [
        (code, COUNCIL, f"{county_name[of].split(' - ')[0]} fylkeskommune", of, None)
        for code, of in councils.items()
    ]
    columns = ("region", "level", "name", "county", "comparison_group")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row"), group


def _county_of_council(
    code: str, county: Mapping[str, str], towns: Mapping[str, str]
) -> str | None:
    """Find the county of a county council, whose number is the county's and two zeros.

    A county of one municipality has none: there the municipality is both.
    """
    of = code.removesuffix("00")
    inside = [town for town, where in county.items() if where == of and town in towns]
    return of if len(code) == 4 and len(of) == 2 and len(inside) > 1 and code not in towns else None


def _part_of_group(name: str, towns: Sequence[str], group: Mapping[str, str], of: str) -> str:
    """Name a KOSTRA group, with how many of its municipalities are here where it is not whole."""
    every = [town for town, where in group.items() if where == of]
    here = [town for town in every if town in towns]
    return name if len(here) == len(every) else f"{name} ({len(here)} av {len(every)} kommuner)"


def _near_places(asked: str, places: Mapping[str, str]) -> list[str]:
    """Name the places whose number is near what was asked for, or whose name is it."""
    plain = asked.strip().casefold()
    called = [code for code, name in places.items() if plain in name.casefold().split(" - ")]
    near = called or get_close_matches(asked, places, n=3)
    return [f"{code} ({places[code]})" for code in near]


def _read_counties(
    towns: Sequence[str], day: date, line: Line, base_url: str, report: FetchReport
) -> tuple[dict[str, str], dict[str, str]]:
    """Find the county of each municipality, and its name.

    Where KLASS does not tell which is in which, the first two digits of a municipality's number
    are its county, as Norwegian numbers are made.
    """
    try:
        links = klass.read_correspondence(
            klass.MUNICIPALITIES, klass.COUNTIES, day, line=line, base_url=base_url
        )
        county = dict(links.select("code", "target").iter_rows())
        return county, dict(links.select("target", "target_name").iter_rows())
    except SourceError as error:
        counties = klass.read_codes(klass.COUNTIES, day, line=line, base_url=base_url)
        names = dict(counties.select("code", "name").iter_rows())
        report.notes.append(f"Counties are the first two digits of municipalities. {error}")
        return {town: town[:2] for town in towns if town[:2] in names}, names


def read_breaks(
    regions: pl.DataFrame, first_year: int, today: date, *, line: Line, base_url: str
) -> pl.DataFrame:
    """Find when the borders of the municipalities changed since the first year of figures."""
    changes = klass.read_changes(
        klass.MUNICIPALITIES,
        date(first_year, 1, 2),
        date(today.year, 1, 2),
        line=line,
        base_url=base_url,
    )
    return breaks_of(regions, changes, first_year)


def breaks_of(regions: pl.DataFrame, changes: pl.DataFrame, first_year: int) -> pl.DataFrame:
    """Find the table ``series_breaks`` of municipalities, from the changes of all numbers."""
    found = find_breaks(changes, first_year=first_year)
    here = regions.filter(pl.col("level") == "municipality")["region"].to_list()
    return found.filter(pl.col("region").is_in(here)).with_columns(first_year=pl.lit(first_year))


def within_borders(rows: pl.DataFrame, breaks: pl.DataFrame) -> pl.DataFrame:
    """Keep figures within today's borders, of a table that does not sum former municipalities.

    A figure of 31 December before a break is that of the 1 January on which the borders changed,
    and within the former ones.
    """
    last = breaks.group_by("region").agg(broken=pl.col("year").max())
    kept = rows.join(last, on="region", how="left")
    return kept.filter(pl.col("year") > pl.col("broken").fill_null(0)).drop("broken")


def _klass_source(day: date) -> dict[str, str]:
    return {
        "table": "regions",
        "source": f"Kilde: Statistisk sentralbyrå, KLASS 131, 104 og 112, per {day.isoformat()}",
    }
