"""Person-level extracts in, tables of stocks and flows out, with nobody left in them."""

import traceback
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from workforce.errors import DataError, ParameterError, SourceError, WorkforceError
from workforce.sources.staff_register.absence import absence_table
from workforce.sources.staff_register.doubts import doubts_table, note_hidden, without_sums
from workforce.sources.staff_register.extracts import date_in_name, read_columns
from workforce.sources.staff_register.mapping import Mapping, code_lists, load_mapping
from workforce.sources.staff_register.moves import WHO, flow_tables, tenure_table
from workforce.sources.staff_register.persons import (
    align_dates,
    mark_rows,
    number_persons,
    settle_persons,
)
from workforce.sources.staff_register.starts import together, unknown_codes
from workforce.sources.staff_register.stocks import main_positions, part_time_table, staff_table
from workforce.sources.staff_register.units import contradicted_shares, contradictions
from workforce.sources.staff_register.values import read_values
from workforce.sources.tables.paths import file_path

NOBODY = (
    "No row can be counted: see that the mapping knows the organisations, functions, occupations "
    "and dates of the extract."
)
Paths = str | Path | Sequence[str | Path]


def read_staff_register(
    paths: Paths, *, mapping: str | Path | Mapping, spells: str | Path | None = None
) -> dict[str, pl.DataFrame]:
    """Turn person-level extracts of a staff register into tables of stocks and flows.

    Identity numbers join the rows of a person in memory. They are in no table and no message.

    Parameters
    ----------
    paths : str, Path or sequence of them
        CSV or Excel files with one row per position and date: a file for each year, or one for
        all of them.
    mapping : str, Path or Mapping
        What the columns and codes mean; a YAML file, see `mapping_schema`.
    spells : str or Path, optional
        A file of absence spells.

    Returns
    -------
    dict of str to DataFrame
        The tables of the dictionary ``staff`` [persons, FTE], ``staff_flows`` [persons,
        person-years], ``mobility`` [persons, person-years], ``part_time`` [persons] and, with
        spells, ``absence`` [share];
        and ``doubts``: rule, outcome, column, file, count, persons, rows, and
        ``unknown``: codes that the mapping does not know, with their rows. With one date only,
        there are no flows.

    Raises
    ------
    SourceError
        A file cannot be read.
    ParameterError
        The mapping is wrong, names a column that a file does not have, or a unit that the cells
        contradict.
    DataError
        No row can be counted, or a year between two others is missing.
    """
    tables = read_extracts(paths, mapping=mapping, spells=spells)
    if "staff" not in tables:
        raise DataError(NOBODY)
    return tables


def read_extracts(
    paths: Paths, *, mapping: str | Path | Mapping, spells: str | Path | None = None
) -> dict[str, pl.DataFrame]:
    """Read extracts as `read_staff_register` does; where no row counts there is no ``staff``."""
    problem = ""
    try:
        return _read(paths, mapping, spells)
    except WorkforceError:
        raise
    # Its message may quote a cell; a panic of polars is no Exception.
    except (Exception, pl.exceptions.PanicException) as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "workforce" in frame.filename] or frames
        problem = f"{type(error).__name__} at {Path(own[-1].filename).name}, line {own[-1].lineno}"
    raise SourceError(
        f"The extracts cannot be imported: {problem}. What the error says is not shown, since it "
        "may be about persons. Check that the columns of the mapping are those of the extract."
    )


def _read(
    paths: Paths, mapping: str | Path | Mapping, spells: str | Path | None
) -> dict[str, pl.DataFrame]:
    mapping = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    files = [file_path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    if not files:
        raise ParameterError("Name at least one extract.")
    if spells is not None and mapping.spells is None:
        raise ParameterError("The mapping lacks spells: the headings of the file of spells.")
    sectors, occupations = code_lists(mapping)
    rows, doubts, unknown = _read_files(files, mapping, sectors, occupations)
    away = None
    if spells is not None and mapping.spells is not None:
        spells = file_path(spells)
        files.append(spells)
        columns = mapping.spells.model_dump(exclude_none=True)
        away, unseen = read_columns(spells, columns, sheet=mapping.sheet)
        doubts += note_hidden(away, unseen, file=len(files) - 1)
        away = away.drop("hidden").with_columns(file=pl.lit(len(files) - 1, dtype=pl.UInt16))
        if "share" in away.columns:
            wrong = contradicted_shares(
                away,
                "share",
                mapping.spell_share_in,
                where=f"{Path(spells).name}, column {mapping.spells.share!r}",
                setting="spell_share_in",
            )
            if wrong:
                raise ParameterError(wrong[0])
        rows = pl.concat([rows, away.select("file", "row", "identity")], how="diagonal_relaxed")
    rows, found = number_persons(rows)
    doubts += found
    absent = None
    if away is not None:
        own = pl.col("file") == len(files) - 1
        absent = away.drop("identity").with_columns(rows.filter(own)["person"])
        linked, rows = rows.select("file", "row", "person"), rows.filter(~own)
    else:
        linked = rows.select("file", "row", "person")
    for step in (align_dates, settle_persons):
        rows, found = step(rows)
        doubts += found
    rows, found = mark_rows(rows, mapping)
    tables, moved = _make_tables(rows, occupations, mapping)
    doubts += [*found, *moved]
    if absent is not None and tables:
        tables["absence"], found = absence_table(rows, absent, mapping)
        doubts += found
    names = [path.name for path in files]
    return {**tables, "doubts": doubts_table(doubts, linked, names), "unknown": unknown}


def _read_files(
    files: Sequence[Path], mapping: Mapping, sectors: pl.DataFrame, occupations: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame], pl.DataFrame]:
    """Read every extract, one after the other, each to narrow columns at once."""
    columns = mapping.columns.model_dump(exclude_none=True)
    parts, doubts, unknown = [], [], list[pl.DataFrame]()
    wrong, right = list[str](), list[str]()
    for number, path in enumerate(files):
        day = date_in_name(path)
        if "reference_date" not in columns and day is None:
            raise ParameterError(
                f"{path.name} has no date. Write it in the name, as staff_2025-12-01.csv, or name "
                "the column reference_date in the mapping."
            )
        cells, unseen = read_columns(path, columns, sheet=mapping.sheet)
        doubts += note_hidden(cells, unseen, file=number)
        cells, found = without_sums(cells, file=number)
        doubts += found
        contradicted = contradictions(cells, mapping, file=path.name)
        wrong += contradicted
        right += [] if contradicted else [path.name]
        part, found = read_values(cells, mapping, sectors, occupations, file=number, day=day)
        parts.append(part)
        unknown.append(unknown_codes(cells, part))
        doubts += found
    if wrong and right:
        wrong.append(
            f"The cells of {', '.join(right)} do not contradict the mapping: where the extracts "
            "are written in different units, write the columns told here as those are."
        )
    if wrong:
        raise ParameterError("\n".join(wrong))
    return pl.concat(parts), doubts, together(unknown)


def _make_tables(
    rows: pl.DataFrame, occupations: pl.DataFrame, mapping: Mapping
) -> tuple[dict[str, pl.DataFrame], list[pl.DataFrame]]:
    counted = rows.filter("counted")
    if counted.is_empty():
        return {}, []
    _require_every_year(counted)
    counted = _with_groups(counted, counted, mapping)
    there = _with_groups(rows.filter("there").drop_nulls("region"), counted, mapping)
    ended = rows.filter("usable").drop_nulls(["end", "person", "region"])
    ended = _with_groups(ended, counted, mapping)
    heads, who = main_positions(counted), there.select(WHO).unique()
    staff, doubts = staff_table(counted, heads)
    limits = occupations.select(pl.col("occupation").cast(rows.schema["occupation"]), "limit_group")
    flows, mobility, found = flow_tables(heads, who, ended, limits, mapping)
    tables = {
        "staff": staff,
        "staff_flows": flows,
        "mobility": mobility,
        "part_time": part_time_table(counted, heads),
        "tenure": tenure_table(heads, who),
    }
    text = pl.selectors.enum().cast(pl.String)
    return {
        name: table.with_columns(
            text, pl.selectors.by_name("age", require_all=False).cast(pl.Int64)
        )
        for name, table in tables.items()
        if table.height
    }, [*doubts, *found]


def _with_groups(rows: pl.DataFrame, counted: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Add the rows again for each county or group, in the years in which all its members are."""
    parts = [rows]
    for group, members in mapping.regions.items():
        inside = pl.col("region").is_in(list(members))
        whole = (
            counted.filter(inside)
            .group_by("year")
            .agg(pl.col("region").n_unique())
            .filter(pl.col("region") == len(set(members)))
        )
        parts.append(
            rows.filter(inside)
            .join(whole, on="year", how="semi")
            .with_columns(pl.lit(group).cast(rows.schema["region"]).alias("region"))
        )
    return pl.concat(parts)


def _require_every_year(counted: pl.DataFrame) -> None:
    """Refuse a missing year: a flow is from one 1 January to the next."""
    years = counted.select("region", "year").unique().sort("region", "year")
    missing = [
        f"{region}: 1 January {year}"
        for region, seen in years.group_by("region", maintain_order=True).agg("year").iter_rows()
        for year in sorted(set(range(min(seen), max(seen) + 1)) - set(seen))
    ]
    if missing:
        raise DataError(
            f"An extract is missing between two others: {'; '.join(missing)}. Add an extract of "
            "1 December of the year before, or leave out those on one side of the gap."
        )
