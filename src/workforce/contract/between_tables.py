"""Check what the tables of a folder must be to one another, and tell what of them is not used."""

from collections.abc import Mapping

import polars as pl

from workforce.contract.councils import COUNCIL, county_of, sources_of
from workforce.contract.problems import Problem, file_row_numbers, many, plural, shorten

Frames = Mapping[str, pl.DataFrame]

CAUSES = ("retired", "left_sector", "moved_municipality", "other")
"""Flows that are exits: somebody who was there left."""

OLDEST_TOLD = 100
"""Oldest age from which an open group holds so few that it may stand for a single age."""
EMPLOYERS = ("municipality", COUNCIL)
"""Levels of places with staff of their own; the others are sums."""
MEMBERSHIP = {"county": "county", "group": "comparison_group"}


def check_between(frames: Frames, *, files: Mapping[str, str]) -> list[Problem]:
    """Check the rules that hold between tables, by name, where each of them can be read."""
    problems = []
    if _there(frames, "regions", "region", "level"):
        problems += _no_municipality(frames["regions"], files)
        problems += _without_people(frames, files)
    year = base_year_of(frames)
    if year is None and _there(frames, "population", "year") and _there(frames, "staff", "year"):
        told = f"staff has {_span(frames['staff'])}, population {_span(frames['population'])}"
        message = f"No year is in both: {told}. Add staff of a year that population has, too."
        problems.append(
            Problem("staff", files.get("staff", "staff"), "year", "no year of both", 1, (), message)
        )
    return problems + _staff_of_no_service(frames, year, files)


def base_year_of(frames: Frames) -> int | None:
    """Find the latest 1 January that population has, and staff where there is any; else None."""
    if not _there(frames, "population", "year"):
        return None
    years = set(frames["population"]["year"].drop_nulls().unique())
    if _there(frames, "staff", "year"):
        years &= set(frames["staff"]["year"].drop_nulls().unique())
    return max(years, default=None)


def notes_between(frames: Frames) -> tuple[str, ...]:
    """Tell what is right but not used as it stands: rows left out, groups that are spread."""
    return (
        *_without_members(frames),
        *_years_apart(frames),
        *_places_without_staff(frames),
        *_flows_without_staff(frames),
        *_exits_of_nobody(frames),
        *_areas_not_counted(frames),
        *_open_groups(frames),
    )


def _there(frames: Frames, table: str, *columns: str) -> bool:
    return table in frames and {*columns} <= set(frames[table].columns)


def _span(frame: pl.DataFrame) -> str:
    years = sorted(frame["year"].drop_nulls().unique())
    return " to ".join(str(year) for year in dict.fromkeys((years[0], years[-1])))


def _no_municipality(regions: pl.DataFrame, files: Mapping[str, str]) -> list[Problem]:
    """Refuse a folder without places that have staff of their own."""
    if regions["level"].is_in(EMPLOYERS).any():
        return []
    message = (
        "There is no municipality and no county council, and every result is of them or of sums "
        "of municipalities. Add them, or give the place by itself the level municipality or "
        "county_council."
    )
    file = files.get("regions", "regions")
    return [Problem("regions", file, "level", "no municipality", 1, (), message)]


def _without_people(frames: Frames, files: Mapping[str, str]) -> list[Problem]:
    """Refuse employers that population has no rows of: they would pass for empty.

    A county council has the inhabitants of its county.
    """
    if not _there(frames, "population", "region"):
        return []
    regions = frames["regions"]
    there = set(frames["population"]["region"].drop_nulls().unique())
    there |= {council for council, county in county_of(regions).items()
              if sources_of(regions, county, there)}  # fmt: skip
    broken = regions["level"].is_in(EMPLOYERS) & ~regions["region"].is_in(list(there))
    broken = broken.fill_null(False)
    if not broken.any():
        return []
    message = (
        f"population has no rows of {shorten(regions['region'].filter(broken))}: add them, or "
        "remove the place from regions."
    )
    file, count = files.get("regions", "regions"), int(broken.sum())
    rows = file_row_numbers(broken)
    return [Problem("regions", file, "region", "nobody counted", count, rows, message)]


def _staff_of_no_service(
    frames: Frames, year: int | None, files: Mapping[str, str]
) -> list[Problem]:
    """Refuse a share of 0 where a place has staff of its own in the service."""
    key = ["region", "sector"]
    if year is None or not _there(frames, "service_share", *key, "year", "share"):
        return []
    measures = {"staff": "persons", "fte_in_post": "fte"}
    there = [
        frames[name].filter((pl.col("year") == year) & (pl.col(measure) > 0)).select(key)
        for name, measure in measures.items()
        if _there(frames, name, *key, "year", measure)
    ]
    if not there:
        return []
    shares = frames["service_share"].with_row_index("row")
    known = shares.filter(pl.col("year") <= year)
    latest = known.filter(pl.col("year") == pl.col("year").max().over(key))
    wrong = latest.filter(pl.col("share") == 0).join(pl.concat(there), on=key, how="semi")
    if wrong.is_empty():
        return []
    message = (
        "Own staff provide nothing of the service, but there is staff in it: give the share that "
        "they provide, or leave the row out."
    )
    file = files.get("service_share", "service_share")
    broken = shares["row"].is_in(wrong["row"].implode())
    rows = file_row_numbers(broken)
    rule = "staff of no service"
    return [Problem("service_share", file, "share", rule, wrong.height, rows, message)]


def _without_members(frames: Frames) -> list[str]:
    """Name the counties and groups that no municipality belongs to: they can have no page."""
    if not _there(frames, "regions", "region", "level"):
        return []
    regions = frames["regions"]
    towns = regions.filter(pl.col("level").is_in(EMPLOYERS))
    found = []
    for level, column in MEMBERSHIP.items():
        has = towns[column].drop_nulls().unique().to_list() if column in towns.columns else []
        gone = regions.filter((pl.col("level") == level) & ~pl.col("region").is_in(has))
        if gone.height:
            found.append(
                f"regions: no municipality belongs to {shorten(gone['region'])} ({level}), which "
                f"can have no page. Write the code in the column {column} of its municipalities, "
                "or remove the row."
            )
    return found


def _years_apart(frames: Frames) -> list[str]:
    """Tell where staff and population end in different years, and which year results begin in."""
    base = base_year_of(frames)
    if base is None or not _there(frames, "staff", "year"):
        return []
    last, staff = (
        max(frames[name]["year"].drop_nulls().unique()) for name in ("population", "staff")
    )
    if staff == last:
        return []
    told = (
        f"staff is of {staff}, population of {last} at the latest: results begin on 1 January "
        f"{base}, and "
    )
    if staff > last:
        return [f"{told}staff of later years is not used. Add the population of {staff}."]
    return [f"{told}later inhabitants are not used. Add the staff of {last}."]


def _places_without_staff(frames: Frames) -> list[str]:
    """Name the employers without staff where others have some."""
    year = base_year_of(frames)
    asked = _there(frames, "staff", "region", "year", "persons")
    if year is None or not asked or not _there(frames, "regions", "region", "level"):
        return []
    now = frames["staff"].filter((pl.col("year") == year) & (pl.col("persons") > 0))
    staffed = set(now["region"].unique())
    towns = frames["regions"].filter(pl.col("level").is_in(EMPLOYERS))["region"].to_list()
    without = [code for code in towns if code not in staffed]
    if not staffed or not without:
        return []
    told = (
        f"staff: nobody on 1 January {year} in {shorten(without)}. Pages of these places are about "
        "inhabitants only, and they cannot be loaded together with places that have staff."
    )
    return [told]


def _flows_without_staff(frames: Frames) -> list[str]:
    """Name the occupations of flows that nobody holds on any 1 January."""
    needed = ("occupation", "persons", "flow")
    if not _there(frames, "staff_flows", *needed) or not _there(frames, "staff", "occupation"):
        return []
    flows, held = frames["staff_flows"], frames["staff"]["occupation"].unique().to_list()
    gone = flows.filter(~pl.col("occupation").is_in(held))
    if gone.is_empty():
        return []
    exits = gone["flow"].is_in(CAUSES)
    left, come = (float(gone["persons"].filter(those).sum()) for those in (exits, ~exits))
    codes = shorten(sorted(gone["occupation"].unique()))
    rows, out = many(gone.height, "row"), "is" if gone.height == 1 else "are"
    told = (
        f"staff_flows: nobody in staff holds {codes} on any 1 January: {rows} of flows "
        f"({many(left, 'exit')}, {many(come, 'recruit')}) {out} left out. If somebody does, add "
        "the occupation to staff; if its code was changed, use one code in both tables."
    )
    return [told]


def _exits_of_nobody(frames: Frames) -> list[str]:
    """Tell where somebody left a cell without person-years, which then have a floor."""
    if not _there(frames, "staff_flows", "flow", "persons", "exposure"):
        return []
    left = pl.col("flow").is_in(CAUSES) & (pl.col("persons") > 0) & (pl.col("exposure") == 0)
    broken = frames["staff_flows"].select(left.fill_null(False)).to_series()
    if not broken.any():
        return []
    rows = broken.arg_true() + 2
    told = (
        f"staff_flows: somebody left where the exposure is 0 ({plural('row', rows)} "
        f"{shorten(rows)}): half a year each is taken. Give the part of the year that they were "
        "there."
    )
    return [told]


def _areas_not_counted(frames: Frames) -> list[str]:
    """Name the service areas that a place did not count unfilled posts of, and others it did."""
    year, post = base_year_of(frames), ["region", "sector"]
    asked = _there(frames, "shortage", *post, "year", "line")
    if year is None or not asked or not _there(frames, "staff", *post, "year", "persons"):
        return []
    now = pl.col("year") == year
    unfilled = pl.col("line").cast(pl.String) == "unfilled"
    counted = frames["shortage"].filter(now & unfilled).select(post).unique()
    staffed = frames["staff"].filter(now & (pl.col("persons") > 0)).select(post).unique()
    left = staffed.join(counted, on=post, how="anti").join(counted, on="region", how="semi")
    if left.is_empty():
        return []
    areas = [f"{sector} in {region}" for region, sector in left.sort(post).rows()]
    told = (
        f"shortage: no row of the line unfilled on 1 January {year} for {shorten(areas)}: unfilled "
        "posts are estimated from national figures there. If they were counted and there was none, "
        "write one row of 0."
    )
    return [told]


def _open_groups(frames: Frames) -> list[str]:
    """Tell which tables of inhabitants end in an open group that holds many ages."""
    found = []
    for name in ("population", "population_projection"):
        oldest = frames[name]["age"].max() if _there(frames, name, "age") else None
        if isinstance(oldest, int) and oldest < OLDEST_TOLD:
            found.append(
                f"{name}: the oldest age is {oldest}, taken to be {oldest} and over. The group is "
                "spread over single ages as people of the nation survive, and pages say so. Give "
                f"single ages to {OLDEST_TOLD} or more for figures of your own."
            )
    return found
