"""What codes of a fetch are in KLASS: places, breaks in their borders, and occupations in use."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from workforce.contract.councils import COUNCIL
from workforce.contract.folder import FetchReport
from workforce.contract.municipalities import what_became_of
from workforce.contract.problems import shorten
from workforce.errors import DataError, ParameterError, SourceError
from workforce.sources.statbank import klass
from workforce.sources.statbank.calls import Line
from workforce.sources.statbank.declared import declarations
from workforce.sources.statbank.fte_in_post import UNTOLD
from workforce.sources.tables.files import read_packaged, table_of

STYRK08 = re.compile("[0-9]{4}")


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
    source = f"Kilde: Statistisk sentralbyrå, KLASS 131, 104 og 112, per {day.isoformat()}"
    report.sources.append({"table": "regions", "source": source})
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
    """Find the county of a county council, whose number is the county's and two zeros."""
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
    """Find the county of each municipality, and its name."""
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


def check_occupations(
    folder: Path, today: date, line: Line, base_url: str, report: FetchReport
) -> None:
    """Look every occupation code in use up in STYRK-08 on 1 January, and tell what is not there."""
    day = date(today.year, 1, 1)
    used = _codes_in_use(folder, report)
    try:
        found = klass.read_codes(
            klass.OCCUPATIONS, day, line=line, base_url=base_url, language="nb"
        )
    except SourceError as error:
        report.notes.append(f"Occupations were not held against STYRK-08. {error}")
        return
    known = found.filter(pl.col("code").is_in(used))
    gone = [code for code in used if code not in known["code"]]
    if gone:
        report.notes.append(
            f"occupations: {shorten(gone)} {'is no code' if len(gone) == 1 else 'are no codes'} of "
            f"STYRK-08 on {day.isoformat()}. Their figures are kept: correct the code, or the "
            "column styrk08 of a list of your own."
        )
    for code, name, end in known.select("code", "name", "valid_to").iter_rows():
        if end is not None:
            report.notes.append(
                f"occupations: {code} ({name}) is a code of STYRK-08 until {end.isoformat()} only."
            )
    report.sources.append(
        {
            "table": "occupations",
            "source": f"Kilde: Statistisk sentralbyrå, KLASS {klass.OCCUPATIONS} (STYRK-08), "
            f"per {day.isoformat()}",
            "names": dict(known.select("code", "name").iter_rows()),
        }
    )


def _codes_in_use(folder: Path, report: FetchReport) -> list[str]:
    """Codes of four digits of the list of occupations, and of the FTE that are fetched."""
    declared = declarations()["fte_in_post"]
    name = "KOKutdanningoms0000"
    codes = {*declared.rename[name].values(), *declared.find[name]}
    listed = read_packaged("occupations")
    try:
        own = table_of(folder, "occupations")
        listed = listed if own is None else own
    except (DataError, SourceError) as error:
        report.notes.append(f"Your own list of occupations was not looked at. {error}")
    if listed is not None:
        for code, styrk08 in listed.select("occupation", "styrk08").iter_rows():
            codes.add(str(styrk08 or code))
    return sorted(code for code in codes if STYRK08.fullmatch(code) and code != UNTOLD)


def find_breaks(changes: pl.DataFrame, *, first_year: int) -> pl.DataFrame:
    """Find from which years regions are counted within new borders, under their latest numbers."""
    links = by_first_year(changes)
    parts = links.group_by("old", "year").agg(parts=pl.len())
    found = (
        links.filter(pl.col("year") > first_year)
        .join(parts, on=["old", "year"])
        .group_by("year", region="new")
        .agg(split=(pl.col("parts") > 1).any(), merged=pl.len() > 1)
        .filter(pl.col("split") | pl.col("merged"))
    )
    reason = pl.when("split").then(pl.lit("split_unknown")).otherwise(pl.lit("merged"))
    return renumber(found.select("region", "year", reason=reason), links).sort("region", "year")


def by_first_year(changes: pl.DataFrame) -> pl.DataFrame:
    """Date changes by the first 1 January that knows them; a split that keeps a code has it too."""
    first = pl.col("date").dt.year() + (pl.col("date").dt.ordinal_day() > 1).cast(pl.Int32)
    return changes.select("old", "new", year=first.cast(pl.Int64)).unique().sort("year", "old")


def renumber(breaks: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Name breaks by the numbers that their regions have in the end."""
    for when in sorted(links["year"].unique().to_list()):
        step = links.filter(pl.col("year") == when).select("old", "new")
        later = (pl.col("year") < when) & pl.col("region").is_in(step["old"].to_list())
        moved = breaks.filter(later).join(step, left_on="region", right_on="old")
        moved = moved.with_columns(region="new").select(breaks.columns)
        breaks = pl.concat([breaks.filter(~later), moved]).unique(maintain_order=True)
    return breaks
