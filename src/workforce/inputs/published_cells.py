"""Cells beside staff that pages show, and what is already told of staff elsewhere."""

import polars as pl

from workforce.contract.folder import Folder

CELL = ("region", "sector", "occupation", "dimension", "category")
ALL = "all"


def occupation_groups(folder: Folder) -> dict[str, str]:
    """Give the group of each occupation, by the folder's list or the packaged one."""
    if "occupations" not in folder.lists:
        return {}
    return dict(folder.lists["occupations"].select("occupation", "group").drop_nulls().iter_rows())


def other_cells(folder: Folder, *, base_year: int) -> pl.DataFrame:
    """Count users of services and holders of competences, which disclosure control goes by.

    Parameters
    ----------
    folder : Folder
        From `open_folder`.
    base_year : int
        1 January that counts.

    Returns
    -------
    polars.DataFrame
        region, sector, occupation, dimension, category and persons of municipalities, and of
        regions above with rows of their own: ``users`` by sector, ``competence`` by sector and
        competence, and ``unqualified`` by sector and occupation. Holders are rounded up; those
        without the qualification are FTE.
    """
    tables = folder.tables
    places = tables["regions"]["region"].to_list()
    now = (pl.col("year") == base_year) & pl.col("region").is_in(places)
    parts = [pl.DataFrame(schema={**dict.fromkeys(CELL, pl.String), "persons": pl.Float64})]
    if "service_use" in tables:
        used = tables["service_use"].filter(now).group_by("region", "sector")
        users = used.agg(persons=pl.col("users").sum().cast(pl.Float64))
        parts.append(_cells(users, "users", pl.lit("")))
    if "staff" in tables and "competence_holding" in tables:
        staff = tables["staff"].filter(now)
        held = staff.join(tables["competence_holding"], on=["occupation", "age"])
        holders = held.group_by("region", "sector", "competence").agg(
            persons=(pl.col("persons") * pl.col("share")).sum().ceil().cast(pl.Float64)
        )
        parts.append(_cells(holders, "competence", pl.col("competence")))
    if "shortage" in tables:
        lacking = tables["shortage"].filter(now, pl.col("line").cast(pl.String) == "unqualified")
        fte = lacking.rename({"fte": "persons"}).with_columns(pl.col("persons").cast(pl.Float64))
        parts.append(_cells(fte, "unqualified", pl.lit(""), occupation=pl.col("occupation")))
    return pl.concat(parts)


def competence_posts(folder: Folder) -> pl.DataFrame:
    """List the posts that hold or must hold each competence: a competence tells of its posts.

    Returns
    -------
    polars.DataFrame
        sector, occupation and competence; no rows where the folder knows of no competences.
    """
    tables = folder.tables
    if not {"competence_holding", "competence_requirement"} <= set(tables):
        return pl.DataFrame(schema=dict.fromkeys(("sector", "occupation", "competence"), pl.String))
    sectors = folder.lists.get("sectors")
    columns = ["sector", "occupation", "competence"]
    holds = tables["competence_holding"].filter(pl.col("share") > 0)
    asks = tables["competence_requirement"].filter(pl.col("share") > 0).select(columns)
    parts = [asks]
    if sectors is not None:
        pairs = holds.select("occupation", "competence").unique()
        parts.append(pairs.join(sectors.select("sector"), how="cross").select(columns))
    return pl.concat([part.cast(pl.String) for part in parts]).unique().sort(columns)


def told_elsewhere(folder: Folder, *, base_year: int) -> pl.DataFrame:
    """List the counts of staff that others have published for the base year.

    Returns
    -------
    polars.DataFrame
        Columns of a cell and persons, null where only FTE are told: with a usual position share
        they tell the persons, too.
    """
    table = folder.tables.get("published_staff")
    schema = {**dict.fromkeys(CELL, pl.String), "persons": pl.Float64}
    if table is None:
        return pl.DataFrame(schema=schema)
    rows = table.filter(pl.col("year") == base_year)
    persons = pl.col("persons") if "persons" in rows.columns else pl.lit(None)
    counts = rows.with_columns(persons=persons.cast(pl.Float64))
    return counts.select(
        "region",
        "sector",
        "occupation",
        dimension=pl.lit(""),
        category=pl.lit(""),
        persons="persons",
    ).cast(schema)  # type: ignore[arg-type]


def _cells(
    counts: pl.DataFrame, dimension: str, category: pl.Expr, *, occupation: pl.Expr | None = None
) -> pl.DataFrame:
    return counts.select(
        "region",
        "sector",
        occupation=pl.lit(ALL) if occupation is None else occupation.cast(pl.String),
        dimension=pl.lit(dimension),
        category=category,
        persons="persons",
    ).filter(pl.col("persons") > 0)
