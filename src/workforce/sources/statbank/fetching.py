"""Make a data folder of public figures: places, inhabitants, projection, users, FTE in care."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from workforce.contract.councils import COUNCIL
from workforce.contract.folder import FetchReport
from workforce.contract.formulas import defused
from workforce.contract.places import fresh
from workforce.contract.problems import shorten
from workforce.errors import MissingDataError, ParameterError, SourceError
from workforce.sources.statbank import klass, reading
from workforce.sources.statbank.calls import Line
from workforce.sources.statbank.care_users import MARKS, lacks_figure, take_care_users
from workforce.sources.statbank.declared import Ask, declarations, fetch_declared, span_of_ages
from workforce.sources.statbank.fte_in_post import take_care_staff, take_council_staff
from workforce.sources.statbank.known_codes import (
    check_occupations,
    read_breaks,
    read_regions,
    within_borders,
)
from workforce.sources.statbank.kostra_figures import SCHEMA as KOSTRA_FIGURES
from workforce.sources.statbank.kostra_figures import take_kostra_figures, take_national_vacancies
from workforce.sources.statbank.reading import source_of
from workforce.sources.tables.files import SUFFIXES
from workforce.sources.tables.record import read_record, write_record

_FROM_KOSTRA = {"kostra_figures", "fte_in_post"}


def fetch_folder(
    folder: str | Path,
    regions: Sequence[str],
    *,
    line: Line,
    today: date,
    borrow: bool = False,
    statbank_url: str = reading.BASE_URL,
    klass_url: str = klass.BASE_URL,
    progress: reading.Progress | None = None,
) -> FetchReport:
    """Fetch the public figures that the model can use, and write them as tables of a folder.

    Regions and population are needed: without them nothing is written. The other tables are left
    out, with the reason, where they cannot be had. ``regions`` are numbers of municipalities, of
    counties for all of theirs, or of county councils (4000), within the borders of 1 January of
    this year. With ``borrow`` the comparison group's use of care is taken where a municipality's
    own is hidden or missing. ParameterError for a region that there is not, MissingDataError for a
    figure of population that is, SourceError for a service out of order or a table withdrawn.
    """
    report = FetchReport()
    known, groups = read_regions(regions, today, line, klass_url, report)
    towns = known.filter(pl.col("level") == "municipality")["region"].to_list()
    ask = partial(fetch_declared, line=line, base_url=statbank_url, progress=progress)
    breaks_from = partial(read_breaks, known, today=today, line=line, base_url=klass_url)
    people, breaks = take_population(towns, breaks_from, ask, report)
    written = {"regions": known, "population": people}
    if len(breaks):
        written["series_breaks"] = breaks
    written |= take_others(people, breaks, groups, ask, report, borrow=borrow)
    councils = known.filter(pl.col("level") == COUNCIL)["region"].to_list()
    if councils:
        with_councils_of(written, councils, ask, report)
    check_occupations(Path(folder), today, line, klass_url, report)
    folder = Path(folder)
    earlier = read_record(folder).tables
    write_tables(folder, written, report)
    for name in earlier:
        if name not in written and (folder / f"{name}.csv").exists():
            report.notes.append(f"{name}.csv of an earlier time was left in {folder} as it is.")
    write_record(folder, report)
    return report


def with_councils_of(
    written: dict[str, pl.DataFrame], councils: Sequence[str], ask: Ask, report: FetchReport
) -> None:
    """Add FTE of county councils to those of municipalities, in the years of the inhabitants."""
    try:
        rows = take_council_staff(councils, ask, report)
    except (MissingDataError, ParameterError, SourceError) as error:
        report.notes.append(f"fte_in_post of county councils was left out. {error}")
        return
    rows = rows.filter(pl.col("year").is_in(written["population"]["year"].unique().to_list()))
    if len(rows):
        there = [written["fte_in_post"]] if "fte_in_post" in written else []
        written["fte_in_post"] = pl.concat([*there, rows], how="vertical_relaxed")


def take_others(
    people: pl.DataFrame,
    breaks: pl.DataFrame,
    groups: Mapping[str, str],
    ask: Ask,
    report: FetchReport,
    *,
    borrow: bool = False,
    names: Collection[str] | None = None,
) -> dict[str, pl.DataFrame]:
    """Take the tables beside population, or some; one not to be had is left out with the reason."""
    towns = people["region"].unique().sort().to_list()
    within = partial(within_borders, breaks=breaks)
    figures = pl.DataFrame(schema=KOSTRA_FIGURES)
    if names is None or {*names} & _FROM_KOSTRA:
        figures = take_kostra_figures(people, ask, report)
    optional: dict[str, Callable[[], pl.DataFrame]] = {
        "kostra_figures": lambda: within(figures),
        "fte_in_post": lambda: within(take_care_staff(people, figures, ask, report)),
        "national_vacancies": partial(take_national_vacancies, ask, report),
        "population_projection": partial(_take_projection, towns, ask, report),
        "service_use": lambda: within_borders(
            take_care_users(people, groups, ask, report, borrow=borrow),
            breaks.filter(pl.col("reason") != "merged"),
        ),
    }
    taken = {}
    for name, take in optional.items():
        if names is not None and name not in names:
            continue
        try:
            rows = take()
        except (MissingDataError, ParameterError, SourceError) as error:
            report.notes.append(f"{name} was left out. {error}")
            continue
        if len(rows):
            taken[name] = rows
    return taken


def take_population(
    towns: Sequence[str],
    breaks_from: Callable[[int], pl.DataFrame],
    ask: Ask,
    report: FetchReport,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take inhabitants of the years that every municipality has within comparable borders.

    Beside them the breaks in the borders. The service sums municipalities that were merged; those
    that came out of a split cannot be compared with the years before it. ``breaks_from`` gives the
    breaks since a first year.
    """
    declared = declarations()["population"]
    found, fetched = ask(declared, towns)
    report.sources.append(source_of("population", fetched))
    _require_figures(found, declared.table)
    totals = found.group_by("region", "year").agg(pl.col("value").sum())
    empty = totals.filter(pl.col("value") == 0)
    first = int(found["year"].min())  # type: ignore[arg-type]
    breaks = breaks_from(first)
    starts = [int(year) + 1 for year in empty["year"]]
    for new, year in (
        breaks.filter(pl.col("reason") != "merged").select("region", "year").iter_rows()
    ):
        starts.append(int(year))
        report.notes.append(
            f"population: {new} came out of a split on 1 January {year}. Years before are not "
            "comparable and were left out, for all municipalities of the folder."
        )
    for region, year in empty.select("region", "year").sort("region", "year").iter_rows():
        report.notes.append(
            f"population: {region} has nobody in {year}, so it was not there within these "
            "borders. Years up to then were left out."
        )
    start = max([first, *starts])
    found = found.filter(pl.col("year") >= start)
    if found.is_empty():
        raise MissingDataError(
            f"Table {declared.table}: no year has comparable figures of all municipalities."
        )
    return _by_age(found, declared.table), breaks


def _take_projection(towns: Sequence[str], ask: Ask, report: FetchReport) -> pl.DataFrame:
    declared = declarations()["population_projection"]
    found, fetched = ask(declared, towns)
    _require_figures(found, declared.table)
    report.sources.append(source_of("population_projection", fetched))
    return _by_age(found, declared.table).select(
        "region", "variant", "sex", "age", "year", "persons"
    )


def _require_figures(found: pl.DataFrame, table: str) -> None:
    """Refuse a table in which a figure that is needed is hidden or missing."""
    gone = found.filter(lacks_figure())
    if gone.is_empty():
        return
    places = gone.select("region", "year", "status").unique().sort("region", "year")
    told = [f"{town} {year} ({MARKS.get(mark, mark)})" for town, year, mark in places.iter_rows()]
    raise MissingDataError(f"Table {table} lacks figures of {shorten(told)}. Nothing was made up.")


def _by_age(found: pl.DataFrame, table: str) -> pl.DataFrame:
    """Read ages, and name the columns as our tables do."""
    ages = {code: span_of_ages(code, table) for code in found["age"].unique()}
    wide = [code for code, (low, high) in ages.items() if high not in (low, None)]
    opened = [code for code, (_, high) in ages.items() if high is None]
    groups = sorted(wide + (opened if len(opened) > 1 else []))
    if groups:
        raise SourceError(
            f"Table {table}: ages are groups ({shorten(groups)}), not single. Choose each age by "
            "itself, and one open age at the end."
        )
    columns = {"Kjonn": "sex", "ContentsCode": "variant", "value": "persons"}
    return (
        found.with_columns(
            age=pl.col("age").replace_strict(
                {code: low for code, (low, _) in ages.items()}, return_dtype=pl.Int64
            )
        )
        .rename(columns)
        .select("region", "sex", "age", "year", "persons", "variant")
        .sort("region", "variant", "sex", "age", "year")
        .pipe(lambda rows: rows if "main" in rows["variant"] else rows.drop("variant"))
    )


def write_tables(folder: Path, tables: dict[str, pl.DataFrame], report: FetchReport) -> None:
    """Write tables over those that were fetched before, and over no other."""
    fetched = read_record(folder).tables
    for name in tables:
        for path in (folder / f"{name}{suffix}" for suffix in SUFFIXES):
            if path.exists() and not (path.suffix == ".csv" and name in fetched):
                raise ParameterError(
                    f"{folder} has {path.name} already, which was not fetched. Move it, or fetch "
                    "into another folder."
                )
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        unfinished = folder / f".{name}.part"
        defused(rows).write_csv(fresh(unfinished))
        unfinished.replace(folder / f"{name}.csv")
        report.tables[name] = len(rows)
