"""Judge the figures of a folder: a light for each region, table and check, and what is accepted.

The lights say nothing of how many people there are: no cell of fewer than `LEAST` is judged, and a
row holds a year and a sector at the most.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from workforce.contract.folder import Folder, require_no_problems
from workforce.contract.packed import kept, plain
from workforce.contract.quality import JUDGED, LIGHTS_SCHEMA, PROJECTION
from workforce.errors import MissingDataError
from workforce.inputs.balances import balance_findings
from workforce.inputs.jumps import jump_findings
from workforce.inputs.kostra import REVISED, fetched_editions, was_revised
from workforce.inputs.regions import has_members, members
from workforce.inputs.usual_positions import position_findings, with_national_fte
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.shown import shown

FLOWS = ("staff_flows",)
QUARTERS = ("absence", "vacancies")
BASE = ("population", "staff")
"""Tables that the base year rests on: old ones, and they alone, stop a page."""
PLANNED = ("funded_posts", "service_share")
"""Tables that may hold years ahead."""
FROM_KOSTRA = ("fte_in_post", "service_use", "service_share")
OLD_YEARS, OLD_QUARTERS = 3, 8
LATE_QUARTERS = 2


@dataclass(frozen=True)
class Acceptance:
    """Why red lights may be published: the reason, and the regions and tables it is about.

    No regions or tables stand for all of them.
    """

    reason: str
    regions: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


def quality(folder: Folder | str | Path, *, quarter: str | None = None) -> pl.DataFrame:
    """Judge the tables of a folder for every region of it, as `judge_folder` does for some.

    Parameters
    ----------
    folder : Folder or path
        Without problems.
    quarter : str, optional
        Label of the run, such as 2026Q4; the quarter that it is when left out.

    Returns
    -------
    DataFrame
        The lights: region, table, check, light, sector, year, accepted.

    Raises
    ------
    DataError, MissingDataError
        The folder has problems, or no table of regions.
    """
    opened = folder if isinstance(folder, Folder) else open_folder(folder)
    require_no_problems(opened)
    if "regions" not in opened.tables:
        raise MissingDataError(f"{opened.name}: without the table regions nothing is judged.")
    now = dt.datetime.now(ZoneInfo("Europe/Oslo"))
    label = quarter or f"{now.year}Q{(now.month + 2) // 3}"
    regions = opened.tables["regions"]["region"].to_list()
    return shown(judge_folder(opened, regions, quarter=label))


def judge_folder(folder: Folder, regions: Sequence[str], *, quarter: str) -> pl.DataFrame:
    """Judge the tables of a folder for regions of any level; a sum of places is judged as one.

    One row for each table that has rows of the region and each check that applies: region, table,
    check, light, sector, year, and ``accepted``, which is empty. Checks are ``balance``,
    ``occupation_balance``, ``position``, ``occupation_position``, ``jump``, ``age``, measured from
    the quarter of the run, ``future``, ``reference_date``, and ``revision`` or, where the day of
    publishing is known, ``edition``.

    A protected folder is judged by what is rounded in it, with the room that rounding takes. Its
    flows are spread over periods and made to fit nothing year by year, so that neither their
    balance nor their jumps say anything of the figures as they were counted.
    """
    places = folder.tables["regions"]
    rows: list[dict[str, object]] = []
    editions = fetched_editions(folder)
    # Of a long table each region would look through the rows of all others.
    own = {
        name: _thin(kept(folder.tables)[name], name).partition_by("region", as_dict=True)
        for name in JUDGED
        if name in folder.tables
    }
    for region in regions:
        # A county may have inhabitants of its own, for its council, and no municipality.
        inside = members(places, region) if has_members(places, region) else []
        here = {}
        for name, by_region in own.items():
            found_in = [region] if (region,) in by_region else inside
            rows_here = [by_region[one,] for one in found_in if (one,) in by_region]
            if rows_here:
                here[name] = pl.concat(rows_here).with_columns(region=pl.lit(region))
        found = [
            *_dates(here, quarter, editions),
            *jump_findings(here, rounded_to=folder.rounded_to),
            *([] if folder.rounded_to else balance_findings(here)),
            *position_findings(here),
        ]
        rows += [{"region": region, "accepted": "", **finding} for finding in found]
    return pl.DataFrame(rows, schema=LIGHTS_SCHEMA)


def accept(lights: pl.DataFrame, acceptances: Sequence[Acceptance]) -> pl.DataFrame:
    """Write the reason into every red light that one was given for, the first that is about it."""
    reason = pl.lit("")
    for one in reversed(acceptances):
        about = pl.col("light") == "red"
        if one.regions:
            about &= pl.col("region").is_in(one.regions)
        if one.tables:
            about &= pl.col("table").is_in(one.tables)
        reason = pl.when(about).then(pl.lit(one.reason)).otherwise(reason)
    return lights.with_columns(accepted=reason)


def refused_regions(lights: pl.DataFrame) -> dict[str, str]:
    """Say by region why it has no page, its red lights without a reason, and what to do."""
    red = lights.filter((pl.col("light") == "red") & (pl.col("accepted") == ""))
    told: dict[str, str] = {}
    for (region,), rows in red.group_by("region", maintain_order=True):
        about = "; ".join(_tell(row) for row in rows.iter_rows(named=True))
        told[str(region)] = (
            f"the quality gate is red: {about}. Mend the figures, or say under accept_red in the "
            "params file why they are right."
        )
    return told


def _tell(row: Mapping[str, object]) -> str:
    parts = [f"table {row['table']}, {_CHECKS[str(row['check'])]}"]
    if row["sector"]:
        parts.append(f"sector {row['sector']}")
    if row["year"] is not None:
        parts.append(str(row["year"]))
    return ", ".join(parts)


_CHECKS = {
    "balance": "staff, exits and recruits do not add up to next year's staff",
    "occupation_balance": "occupations do not add up",
    "position": "FTE for each employee far from the nation's, perhaps in another unit",
    "occupation_position": "FTE for each employee far from the nation's in an occupation",
    "jump": "a change from one year to the next that cannot be chance",
    "age": "too old for the quarter",
    "future": "dated after the quarter",
    "reference_date": "a year behind the population",
    "revision": "not revised yet",
    "edition": "not revised when it was fetched",
}


def _thin(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Sum over sex and age, which no check looks at."""
    if name == "staff":
        frame = with_national_fte(plain(frame, name))
    if name == PROJECTION:
        frame = frame.filter(pl.col("variant") == "main")
    over = [name for name in ("sex", "age") if name in frame.columns]
    if not over:
        return plain(frame, name)
    measures = [name for name, kind in frame.schema.items() if kind == pl.Float64()]
    # Exposure is the same in every flow of a cell, and no check needs it.
    measures = [name for name in measures if name != "exposure"]
    keys = [name for name in frame.columns if name not in (*over, *measures, "exposure")]
    summed = frame.group_by(keys, maintain_order=True).agg(pl.col(measures).sum())
    return plain(summed, name)


def _dates(
    here: Mapping[str, pl.DataFrame], quarter: str, editions: Mapping[str, Sequence[dt.date]]
) -> list[dict[str, object]]:
    """Judge the newest year of each table against the quarter, and against the population."""
    year, number = int(quarter[:4]), int(quarter[5])
    found: list[dict[str, object]] = []
    newest = {name: _newest(name, frame) for name, frame in here.items()}
    for name, last in newest.items():
        if name == PROJECTION:
            continue
        if name in QUARTERS:
            behind = 4 * year + number - 1 - last
            late = "yellow" if behind > LATE_QUARTERS + 1 else "green"
            light = "yellow" if behind > OLD_QUARTERS else late
            found.append(_finding(name, "age", light, last // 4))
            if behind < 0:
                found.append(_finding(name, "future", "red", last // 4))
            continue
        # A count of 1 January is out by the second quarter, what happened in a year likewise.
        expected = (year if number >= 2 else year - 1) - (name in FLOWS)
        latest = year + (number == 4) - (name in FLOWS)
        behind = expected - last
        light = (
            "red" if behind >= OLD_YEARS and name in BASE else "yellow" if behind > 0 else "green"
        )
        found.append(_finding(name, "age", light, last))
        if last > latest and name not in PLANNED:
            found.append(_finding(name, "future", "red", last))
        if name in FROM_KOSTRA and name not in PLANNED:
            known = editions.get(name, ())
            check = "edition" if known else "revision"
            light = _revision(last, year, number)
            if known:
                light = "green" if all(was_revised(day, last) for day in known) else "yellow"
            found.append(_finding(name, check, light, last))
        behind_others = newest.get("population", last) - last == 1
        if name in ("staff", "fte_in_post", "service_use") and behind_others:
            found.append(_finding(name, "reference_date", "yellow", last))
    return found


def _revision(year: int, run_year: int, number: int) -> str:
    """Whether KOSTRA's figures on 31 December before ``year`` were revised when the quarter began.

    The day they were fetched on is not known, so a quarter counts from its first day.
    """
    began = dt.date(run_year, 3 * number - 2, 1)
    return "green" if began >= dt.date(year, *REVISED) else "yellow"


def _newest(name: str, frame: pl.DataFrame) -> int:
    """Newest year of a table, or newest quarter counted from year 0."""
    if name in QUARTERS:
        last = str(frame["quarter"].max())
        return 4 * int(last[:4]) + int(last[5]) - 1
    return int(frame["year"].max())  # type: ignore[arg-type]


def _finding(table: str, check: str, light: str, year: int) -> dict[str, object]:
    return {"table": table, "check": check, "light": light, "sector": "", "year": year}
