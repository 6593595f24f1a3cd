"""Read a folder of tables and hand over one Dataset that the projection can run on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.about import About, Break, Mark, MeasureCost
from workforce.contract.arrays import same_labels
from workforce.contract.between_tables import MEMBERSHIP
from workforce.contract.dictionary import tables as declared
from workforce.contract.folder import Folder, require_no_problems
from workforce.contract.packed import Tables, kept, rows_of
from workforce.contract.problems import describe_problems
from workforce.errors import DataError, MissingDataError, ParameterError
from workforce.inputs.arrays import fresh
from workforce.inputs.competences import load_competences
from workforce.inputs.demand import load_demand
from workforce.inputs.education import load_task_sharing
from workforce.inputs.inhabitants import load_population
from workforce.inputs.need import base_year_fte, load_need
from workforce.inputs.oldest import STOCKS, is_spread, marks_of_spread, with_single_ages
from workforce.inputs.pooled import KEPT, Known, known_tables, tables_at
from workforce.inputs.regions import (
    as_codes,
    at_level,
    chosen_regions,
    homes,
    levels_of,
    members,
    sectors_of,
)
from workforce.inputs.staff import load_staff
from workforce.inputs.wages import contribution_zones, read_wages
from workforce.model.staffing import AGE_GROUPS
from workforce.sources.statbank.declared import declarations
from workforce.sources.tables.folder import open_folder

DEFAULT_HORIZON = 10


def load_inputs(
    folder: Folder | str | Path,
    *,
    region: str | int | Sequence[str | int] | None = None,
    sectors: str | Sequence[str] | None = None,
    base_year: int | None = None,
    horizon: int | None = None,
    variant: str = "main",
) -> xr.Dataset:
    """Make the inputs of a projection from a folder of tables.

    A region of a higher level is the sum of its municipalities unless a table has rows of its
    own. What the folder lacks is borrowed where a published rate exists, and listed in
    ``attrs["about"]``, an `About`; where none may be borrowed it is left out, and listed there.

    Parameters
    ----------
    folder : Folder or path
        From `open_folder`, or a folder of tables to open.
    region : str or list of str, optional
        Codes of regions; every municipality when left out. A number is the one code that is the
        same but for leading zeros.
    sectors : str or list of str, optional
        Codes of sectors; "all" or nothing means every sector.
    base_year : int, optional
        1 January to start from; the latest in the data when left out. From an earlier one only
        what was known then is used, and no official projection.
    horizon : int, optional
        Years to project; 10 when left out.
    variant : str
        Alternative of the official projection: main, low or high.

    Returns
    -------
    Dataset
        Variables whose role is ``input`` in the dictionary.

    Raises
    ------
    ParameterError
        A region, sector, year or variant that is not in the data.
    MissingDataError
        The tables regions or population are not there.
    """
    opened = folder if isinstance(folder, Folder) else open_folder(folder)
    with same_labels():  # Aligning costs most.
        return _load(opened, region, sectors, base_year, horizon, variant)


def _load(
    opened: Folder,
    region: str | int | Sequence[str | int] | None,
    sectors: str | Sequence[str] | None,
    base_year: int | None,
    horizon: int | None,
    variant: str,
) -> xr.Dataset:
    """Load what `load_inputs` was asked for."""
    present, tables = list(opened.tables), needed_tables(opened)
    codes = chosen_regions(tables["regions"], region)
    year = _base_year(opened, base_year)
    known = known_tables(with_single_ages(opened), year)
    borrowed = marks_of_spread(codes) if _is_spread(opened, known) else []
    tables = tables_at(known, codes)
    steps = DEFAULT_HORIZON if horizon is None else horizon
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ParameterError(f"horizon is {steps!r}; give a whole number of years, at least 1.")
    inputs = _inhabitants(known, tables, codes, year, steps, borrowed, variant)
    has_staff = "staff" in present and _has_staff(tables, codes, year)
    if has_staff:
        chosen = _sectors(tables, codes, sectors)
        staff = load_staff(known, tables, codes, chosen, year, steps, borrowed, inputs)
        inputs = inputs.merge(staff, join="exact", combine_attrs="override")
        demand = load_demand(known, tables, codes, year, borrowed, inputs)
        inputs = inputs.merge(demand, join="exact", combine_attrs="override")
        borrowed.extend(_borrowed_when_fetched(opened, codes, year))
        labels = (inputs[dim].values.tolist() for dim in ("sector", "occupation", "working_age"))
        inputs = inputs.merge(fresh(_of_posts(known, *map(tuple, labels))), join="exact")
    else:
        chosen = _sectors(tables, codes, sectors)
        need = None
        if "fte_in_post" in tables:
            need = load_need(known, tables, codes, chosen, year, borrowed, inputs)
        if need is not None:
            inputs = inputs.merge(need, join="exact", combine_attrs="override")
            borrowed.extend(_borrowed_when_fetched(opened, codes, year))
    there = [name for name in present if name in known.tables and (has_staff or name != "staff")]
    inputs.attrs = _attributes(known, there, codes, year, steps, borrowed)
    return inputs


@lru_cache(maxsize=KEPT)
def _base_year(folder: Folder, asked: int | None) -> int:
    return settle_base_year(folder.tables, asked)


@lru_cache(maxsize=KEPT)
def _is_spread(folder: Folder, known: Known) -> bool:
    return is_spread({name: kept(folder.tables)[name] for name in STOCKS if name in known.tables})


@lru_cache(maxsize=KEPT)
def _of_posts(
    known: Known, sectors: tuple[str, ...], occupations: tuple[str, ...], ages: tuple[int, ...]
) -> xr.Dataset:
    """Take what posts ask for and share, which every place has alike."""
    asked = load_competences(known.tables, list(sectors), list(occupations), list(ages))
    return asked.merge(load_task_sharing(known.tables, list(occupations)), join="exact")


def _inhabitants(
    known: Known,
    tables: Mapping[str, pl.DataFrame],
    codes: list[str],
    year: int,
    steps: int,
    borrowed: list[Mark],
    variant: str,
) -> xr.Dataset:
    """Load the inhabitants of every region, those of its county for a county council."""
    lived = homes(tables["regions"], codes)
    if lived == codes:
        return load_population(known, tables, codes, year, steps, borrowed, variant=variant)
    every, marks = list(dict.fromkeys(lived)), list[Mark]()
    people = load_population(
        known, tables_at(known, every), every, year, steps, marks, variant=variant
    )
    borrowed += [
        replace(mark, region=code)
        for mark in marks
        for code, home in zip(codes, lived, strict=True)
        if mark.region == home
    ]
    return people.sel(region=lived).assign_coords(region=codes)


def needed_tables(folder: Folder) -> Mapping[str, pl.DataFrame]:
    """Take the tables of a sound folder, and the packaged lists of codes where it has none."""
    lacking = [name for name in ("regions", "population") if name not in folder.report.present]
    if lacking:
        found = folder.report.problems  # Such as that the file of such a table cannot be read.
        raise MissingDataError(
            f"{Path(folder.name).name}: no result is possible without {' and '.join(lacking)}. Add "
            "each as a file or a sheet of that name; `workforce schema TABLE` shows its columns."
            + (f"\n\n{describe_problems(found)}" if found else "")
        )
    require_no_problems(folder)
    return Tables({**folder.lists, **kept(folder.tables)})


def _borrowed_when_fetched(folder: Folder, codes: Sequence[str], year: int) -> list[Mark]:
    """Mark figures of the base year that were borrowed when the tables were fetched."""
    record = folder.fetched
    lent = [
        Mark(one["variable"], one["region"], one["sector"], one["reason"], source=one["from"])
        for one in record.borrowed
        if one["region"] in codes and one["year"] == str(year)
    ]
    if not any(source["table"] == "service_use" for source in record.sources):
        return lent
    sector = declarations()["service_use"].sector
    reason = "users of an age group spread over sex and single ages"
    return lent + [Mark("use_rate_partly", code, sector, reason, imputed=True) for code in codes]


def _breaks(
    tables: Mapping[str, pl.DataFrame], codes: Sequence[str], year: int
) -> tuple[Break, ...]:
    """Tell from which years up to the base year the regions are counted within new borders."""
    if "series_breaks" not in tables:
        return ()
    here = pl.col("region").is_in(list(codes)) & (pl.col("year") <= year)
    return tuple(Break(**row) for row in tables["series_breaks"].filter(here).to_dicts())


def base_persons(folder: Folder, *, base_year: int | None = None) -> pl.DataFrame:
    """Persons employed on 1 January of the base year, by region, sector, occupation and age_group.

    A region above the employers that has rows of its own is no sum: a county counts one who works
    in two of its municipalities once. Where FTE in post stand in for staff, they are the fewest
    persons who can fill them when nobody works more than full time, in one group of ages.
    """
    columns = ["region", "sector", "occupation", "age_group"]
    tables = folder.tables
    if "staff" not in tables and "fte_in_post" not in tables:
        empty: dict[str, Any] = dict.fromkeys(columns, pl.String)
        return pl.DataFrame(schema={**empty, "persons": pl.Float64})
    year = settle_base_year(tables, base_year)
    parts, staffed = [], set[str]()
    if "staff" in tables:
        staff = rows_of(tables, "staff", (pl.col("year") == year) & (pl.col("persons") > 0))
        staffed = set(staff["region"])
        parts.append(staff.with_columns(age_group=_age_group()))
    if "fte_in_post" in tables:
        fewest = base_year_fte(tables, year).filter(~pl.col("region").is_in(staffed))
        parts.append(fewest.with_columns(age_group=pl.lit("unknown"), persons=pl.col("fte").ceil()))
        parts += _staff_of_some(tables["regions"], parts, staffed)
    rows = pl.concat([part.select(*columns, pl.col("persons").cast(pl.Float64)) for part in parts])
    known = rows.filter(pl.col("region").is_in(tables["regions"]["region"].to_list()))
    return known.group_by(columns).agg(pl.col("persons").sum()).sort(columns)


def _age_group() -> pl.Expr:
    return pl.coalesce(
        pl.when(pl.col("age").is_between(*ages)).then(pl.lit(name))
        for name, ages in AGE_GROUPS.items()
    )


def _staff_of_some(
    regions: pl.DataFrame, parts: Sequence[pl.DataFrame], staffed: set[str]
) -> list[pl.DataFrame]:
    """Rows of a region of which some municipalities have staff and some only FTE in post.

    Its figures are those of the first alone, and no sum of all.
    """
    if not staffed:
        return []
    staff, fewest = parts
    found = []
    above = regions.filter(pl.col("level") != "municipality")["region"].to_list()
    for code in above:
        towns = set(members(regions, code))
        if code not in staffed and towns & staffed and towns & set(fewest["region"]):
            of_some = staff.filter(pl.col("region").is_in(towns & staffed))
            found.append(of_some.with_columns(region=pl.lit(code)))
    return found


def settle_base_year(tables: Mapping[str, pl.DataFrame], asked: int | None) -> int:
    """Take the latest 1 January that both population and staff have, or the one asked for."""
    stocks = [kept(tables)[name] for name in ("population", "staff") if name in tables]
    years = set.intersection(*(set(table["year"].unique()) for table in stocks))
    if not years:
        raise DataError("No year is in both population and staff. Add staff for a year of both.")
    if asked is not None and asked not in years:
        raise ParameterError(
            f"base_year: {asked} is not in the data, which have {min(years)} to {max(years)}."
        )
    return max(years) if asked is None else asked


def _has_staff(tables: Mapping[str, pl.DataFrame], codes: list[str], year: int) -> bool:
    """Whether every region asked for has staff on 1 January of the base year."""
    rows = tables["staff"].filter((pl.col("year") == year) & (pl.col("persons") > 0))
    here = set(at_level(rows, tables["regions"], codes)["region"].unique())
    without = [code for code in codes if code not in here]
    if here and without:
        raise MissingDataError(
            f"staff: no persons on 1 January {year} in {', '.join(without[:10])}, but others have. "
            "Add them, or ask for these regions by themselves."
        )
    return not without


def _sectors(
    tables: Mapping[str, pl.DataFrame], codes: list[str], asked: str | Sequence[str] | None
) -> list[str]:
    """Take the sectors asked for, else those that the regions' kinds of employer provide."""
    if "sectors" not in tables:
        raise MissingDataError("The table 'sectors' is not there and no packaged list was found.")
    known = sectors_of(tables, codes)
    if asked is None or asked == "all":
        return known
    codes = as_codes(asked, "sectors")
    for code in codes:
        if code not in known:
            near = get_close_matches(code, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ParameterError(f"sector {code!r} is not one of {', '.join(known)}.{hint}")
    return codes


def _attributes(
    known: Known,
    present: list[str],
    codes: list[str],
    year: int,
    steps: int,
    borrowed: list[Mark],
) -> dict[str, Any]:
    tables = known.tables
    if not codes:
        raise DataError("regions: there is no municipality to make a report for.")
    towns = sorted({town for code in codes for town in members(tables["regions"], code)})
    zones, contribution = contribution_zones(tables, towns, year)
    told = About(
        borrowed=tuple(borrowed),
        missing=tuple(name for name in declared() if name not in present),
        places=_places(known),
        measure_costs=_measure_costs(tables),
        wages=read_wages(tables, tables["occupations"]["occupation"].to_list(), contribution)
        if "occupations" in tables
        else (),
        contribution_zones=zones,
        breaks=_breaks(tables, codes, year),
    )
    return {"base_year": year, "horizon": steps, "about": told}


@lru_cache(maxsize=KEPT)
def _places(known: Known) -> dict[str, dict[str, tuple[str, ...]]]:
    """Every code of the folder, and for a region the municipalities that it is the sum of."""
    tables = known.tables
    towns = tables["regions"].filter(pl.col("level") == "municipality")
    found: dict[str, tuple[str, ...]] = {}
    for region, level in levels_of(tables["regions"]).items():
        column = MEMBERSHIP.get(level)
        if level == "nation":
            found[region] = tuple(towns["region"])
        elif column is not None and column in towns.columns:
            found[region] = tuple(towns.filter(pl.col(column) == region)["region"])
        else:
            found[region] = ()
    places = {"region": found}
    for dim in ("sector", "occupation"):
        if f"{dim}s" in tables:
            places[dim] = dict.fromkeys(tables[f"{dim}s"][dim].to_list(), ())
    return places


def _measure_costs(tables: Mapping[str, pl.DataFrame]) -> tuple[MeasureCost, ...]:
    """Rows of the table of costs; none where it is not there."""
    rows = tables["measure_costs"].to_dicts() if "measure_costs" in tables else []
    return tuple(MeasureCost(**row) for row in rows)
