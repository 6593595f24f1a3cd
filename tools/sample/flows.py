"""The tables of what happened to the staff: exits, recruits, exposure, changes of occupation."""

import polars as pl

from tools.sample.geography import COUNTY
from tools.sample.staff import OCCUPATION_OF_POST, Year, labelled
from tools.sample.staff_rates import CAUSES, ORIGINS

CELL = ["region", "sector", "occupation", "sex", "age", "year"]


def staff_flows_table(years: list[Year]) -> pl.DataFrame:
    """Table `staff_flows`: each municipality, and the county at its own level.

    For the county, a move between two of its municipalities is no flow: the person lives the
    whole year there.

    Parameters
    ----------
    years
        The observed years.

    Returns
    -------
    pl.DataFrame
        region, sector, occupation, sex, age, year, flow, persons, exposure. The age of exits is
        the age on 1 January of the year, that of recruits the age on the next 1 January.
    """
    parts = []
    for step in years:
        exits = labelled(step.stock).with_columns(
            flow=pl.Series([*CAUSES, None]).gather(step.cause % (len(CAUSES) + 1)),
            within=pl.Series(step.within),
            lived=pl.Series(step.lived),
            year=pl.lit(step.year, dtype=pl.Int64),
        )
        arrivals = labelled(step.arrivals).with_columns(
            flow=pl.Series(ORIGINS).gather(step.origin),
            from_county=pl.Series(step.from_county),
            year=pl.lit(step.year, dtype=pl.Int64),
        )
        parts.append(counted_flows(exits, arrivals))
        stays = pl.col("within")
        parts.append(
            counted_flows(
                exits.with_columns(
                    region=pl.lit(COUNTY),
                    flow=pl.when(stays).then(None).otherwise(pl.col("flow")),
                    lived=pl.when(stays).then(1.0).otherwise(pl.col("lived")),
                ),
                arrivals.filter(~pl.col("from_county")).with_columns(region=pl.lit(COUNTY)),
            )
        )
    return pl.concat(parts).sort([*CELL, "flow"])


def counted_flows(exits: pl.DataFrame, arrivals: pl.DataFrame) -> pl.DataFrame:
    """Flows of the cells; a cell without any flow keeps its exposure under retired, nobody."""
    exposure = exits.group_by(CELL).agg(exposure=pl.col("lived").sum().round(3))
    flows = pl.concat(
        [
            part.filter(pl.col("flow").is_not_null())
            .group_by([*CELL, "flow"])
            .agg(persons=pl.len().cast(pl.Int64))
            for part in (exits, arrivals)
        ]
    )
    quiet = exposure.join(flows, on=CELL, how="anti").select(
        *CELL, flow=pl.lit("retired"), persons=pl.lit(0, dtype=pl.Int64)
    )
    return (
        pl.concat([flows, quiet])
        .join(exposure, on=CELL, how="left")
        .with_columns(pl.col("exposure").fill_null(0.0))
    )


def mobility_table(years: list[Year]) -> pl.DataFrame:
    """Table `mobility`: changes of occupation within the sector, all municipalities together.

    Parameters
    ----------
    years
        The observed years.

    Returns
    -------
    pl.DataFrame
        occupation, occupation_to, year, persons, exposure (person-years of those who stay, in
        the sectors where both occupations are found).
    """
    parts = []
    for step in years:
        stays = step.cause < 0
        before = labelled(step.stock.part(stays)).with_columns(
            occupation_to=pl.Series(OCCUPATION_OF_POST.tolist()).gather(step.new_post[stays])
        )
        moves = before.filter(pl.col("occupation") != pl.col("occupation_to"))
        pairs = moves.group_by("occupation", "occupation_to").agg(
            persons=pl.len().cast(pl.Int64), sectors=pl.col("sector").unique()
        )
        stayers = before.group_by("occupation", "sector").agg(exposure=pl.len().cast(pl.Float64))
        exposed = (
            pairs.explode("sectors")
            .join(
                stayers,
                left_on=["occupation", "sectors"],
                right_on=["occupation", "sector"],
            )
            .group_by("occupation", "occupation_to")
            .agg(pl.col("exposure").sum())
        )
        parts.append(
            pairs.drop("sectors")
            .join(exposed, on=["occupation", "occupation_to"])
            .with_columns(year=pl.lit(step.year, dtype=pl.Int64))
        )
    keys = ["occupation", "occupation_to", "year"]
    return pl.concat(parts).select(*keys, "persons", "exposure").sort(keys)
