"""Find competences that would give a hidden occupation back, and count them as small."""

import polars as pl
import xarray as xr

from workforce.reports.plan import Plan


def count_hidden_holders(table: pl.DataFrame, inputs: xr.Dataset, plan: Plan) -> pl.DataFrame:
    """Let competences that rest on a hidden occupation have its persons behind them.

    A competence that one occupation holds is that occupation under another name: authorised nurses
    are the nurses. Where the occupations that hold or must hold it include a single hidden cell,
    or hidden cells with fewer persons together than the rule asks for, its figures are hidden.

    Parameters
    ----------
    table : polars.DataFrame
        Tidy results.
    inputs : Dataset
        The inputs they come from.
    plan : Plan
        Suppression plan of the run.

    Returns
    -------
    polars.DataFrame
        The same rows; ``persons`` is 1 for competences to hide, so that any rule hides them.
    """
    least = plan.rule.min_persons
    if "holding" not in inputs or least is None:
        return table
    frame = _holders(inputs).join(
        plan.cells.filter(pl.col("dimension") == "").select(
            "region", "sector", "occupation", hidden=pl.lit(True)
        ),
        on=["region", "sector", "occupation"],
        how="left",
    )
    hidden = frame.filter(pl.col("hidden").fill_null(False))
    keys = ["region", "sector", "category"]
    summed = pl.concat([hidden, hidden.with_columns(sector=pl.lit("all"))], how="vertical")
    small = (
        summed.group_by(keys)
        .agg(pl.len().alias("cells"), pl.col("heads").sum())
        .filter((pl.col("cells") == 1) | (pl.col("heads") < least))
        .select(*keys, gives_back=pl.lit(True))
    )
    # "nurse_authorisation|retired" is about the nurses too.
    of = pl.col("category").str.split("|").list.first()
    by_competence = pl.col("dimension").str.starts_with("competence")
    joined = (
        table.with_columns(of=pl.when(by_competence).then(of))
        .join(
            small.rename({"category": "of"}),
            on=["region", "sector", "of"],
            how="left",
            maintain_order="left",
        )
        .drop("of")
    )
    persons = pl.when(pl.col("gives_back").fill_null(False)).then(1.0).otherwise(pl.col("persons"))
    return joined.with_columns(persons=persons).drop("gives_back")


def _holders(inputs: xr.Dataset) -> pl.DataFrame:
    """List posts with staff whose occupation holds, or must hold, a competence."""
    heads = inputs["staff"].sum(["sex", "working_age"])
    holds = inputs["holding"].max("working_age") > 0
    asked = inputs["requirement"] > 0
    counted = (heads * (holds | asked)).rename("heads")
    frame: pl.DataFrame = pl.from_pandas(counted.to_dataframe().reset_index())
    text = ["region", "sector", "occupation", "competence"]
    return (
        frame.filter(pl.col("heads") > 0)
        .with_columns(pl.col(text).cast(pl.String))
        .rename({"competence": "category"})
        .select("region", "sector", "occupation", "category", "heads")
    )
