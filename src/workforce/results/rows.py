"""Lay figures out as rows of results, and count the persons that they stand on: for all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.dictionary import variables
from workforce.contract.results import LEVEL, ROW, declared
from workforce.errors import DataError
from workforce.model.staffing import AGE_GROUPS
from workforce.scenarios.attribution import bounds_of
from workforce.scenarios.simulation import add_all, add_sums, agreement

POST = ["region", "sector", "occupation"]
_WHOLE = {"sector": "all", "occupation": "all", "dimension": "", "category": "", "detail": ""}
_USUAL: dict[str, Any] = {**_WHOLE, "level": LEVEL, "agree": None, "persons": None}


def lay_rows(
    found: pl.DataFrame | Sequence[Mapping[str, Any]],
    inputs: xr.Dataset | None = None,
    *,
    sums: Mapping[str, Sequence[str]] | None = None,
    **same: str | float | None,
) -> pl.DataFrame:
    """Lay figures out as rows of results, with their unit and the persons they stand on.

    ``found`` has what is a figure's own: without ``lower`` and ``upper`` it is certain, what is not
    told of sector and occupation is about all of them, and without a dimension there are no labels;
    ``same`` is what all rows have. Where it is not told how many stand behind a figure, they are
    counted in ``inputs`` as ``results.csv`` declares. ``sums`` are occupations that are summed, by
    the label of their sum.
    """
    if not len(found):
        return pl.DataFrame(schema=ROW)
    rows = (
        found if isinstance(found, pl.DataFrame) else pl.DataFrame(found, infer_schema_length=None)
    )
    rows = rows.with_columns(**{name: pl.lit(value) for name, value in same.items()})
    names = rows["variable"].unique().to_list()
    if unknown := sorted(set(names) - set(declared())):
        raise DataError(
            f"Rows of {', '.join(unknown)}, which results.csv does not declare: add what they are."
        )
    units = {name: variables()[name].unit for name in names}
    own = set(rows.columns)
    rows = rows.with_columns(
        *(pl.lit(value).alias(name) for name, value in _USUAL.items() if name not in own),
        *(pl.col("central").alias(name) for name in ("lower", "upper") if name not in own),
        unit=pl.col("variable").replace_strict(units, return_dtype=pl.String),
    ).select(pl.col(name).cast(kind) for name, kind in ROW.items())
    rows = rows.with_columns(
        *(pl.col(name).fill_null(label) for name, label in _WHOLE.items()),
        agree=pl.col("agree").fill_nan(None),
    )
    return rows if inputs is None else _with_persons(rows, inputs, sums or {})


def figures_of(array: xr.DataArray, **names: str) -> pl.DataFrame:
    """Turn an array into figures, one for each label; ``category="cause"`` names a column."""
    bare = array.reset_coords(drop=True)
    whole = bare.to_dataset("bound") if "bound" in bare.dims else bare.to_dataset(name="central")
    frame: pl.DataFrame = pl.from_pandas(whole.to_dataframe().reset_index())
    return frame.rename({dimension: column for column, dimension in names.items()})


def figures_of_draws(array: xr.DataArray, level: float, **names: str) -> pl.DataFrame:
    """Sum draws up as figures: the central path (draw 0), both ends, and the share that agrees."""
    found = figures_of(bounds_of(array.transpose("draw", ...), level), **names)
    if array.sizes["draw"] == 1:
        return found.with_columns(lower="central", upper="central", agree=pl.lit(None, pl.Float64))
    agree = agreement(array.isel(draw=0, drop=True), array.isel(draw=slice(1, None)))
    told = figures_of(agree, **names).rename({"central": "agree"})
    return found.join(told, on=[name for name in told.columns if name != "agree"], how="left")


def count_persons(
    inputs: xr.Dataset, sums: Mapping[str, Sequence[str]] | None = None
) -> pl.DataFrame:
    """Count the persons in the base year of every post, and of all sums of posts.

    Where staff by age are not known, they are the fewest that fill the FTE in post, if nobody works
    more than full time.
    """
    if "staff" in inputs:
        heads = inputs["staff"].sum(["sex", "working_age"])
    elif "fte_in_post" in inputs:
        heads = inputs["fte_in_post"].copy(data=np.ceil(inputs["fte_in_post"].values))
    else:
        return pl.DataFrame(schema={name: ROW[name] for name in [*POST, "persons"]})
    heads = add_all(add_all(heads.transpose(*POST), "sector", keep=True), "occupation", keep=True)
    return figures_of(add_sums(heads, sums or {})).rename({"central": "persons"})


def count_holders(inputs: xr.Dataset) -> pl.DataFrame:
    """Count the persons in the base year who hold each competence, by age too, rounded up."""
    staff = inputs["staff"].sum("sex")
    parts = []
    for name, (low, high) in {"": (0, 200), **AGE_GROUPS}.items():
        some = {"working_age": slice(low, high)}
        held = inputs["holding"].sel(some)
        holders = xr.dot(staff.sel(some), held, dim=["occupation", "working_age"])
        parts.append(
            figures_of(add_all(holders, "sector", keep=True), category="competence").select(
                "region",
                "sector",
                "category",
                detail=pl.lit(name),
                persons=pl.col("central").ceil(),
            )
        )
    return pl.concat(parts)


def _with_persons(
    rows: pl.DataFrame, inputs: xr.Dataset, sums: Mapping[str, Sequence[str]]
) -> pl.DataFrame:
    """Fill in the persons that a figure stands on where it is not told who they are."""

    def joined(some: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
        keys = [name for name in counts.columns if name != "persons"]
        counted = some.join(
            counts.rename({"persons": "counted"}), on=keys, how="left", maintain_order="left"
        )
        persons = pl.coalesce("persons", pl.col("counted").fill_null(0.0))
        return counted.with_columns(persons=persons).drop("counted")

    rows = rows.with_row_index("place")
    of_holders = [name for name, one in declared().items() if "holders" in one.persons]
    behind = (
        pl.when(
            pl.col("variable").is_in(of_holders),
            pl.col("dimension").str.starts_with("competence"),
        )
        .then(pl.lit("holders"))
        .otherwise(
            pl.col("variable").replace_strict(
                {name: one.persons[0] for name, one in declared().items()}
            )
        )
    )
    parts = []
    for (kind,), some in rows.group_by(behind, maintain_order=True):
        if kind == "staff":
            some = joined(some, count_persons(inputs, sums))
        elif kind == "staff_of_age":
            some = joined(some, _count_by_age(inputs))
        elif kind == "holders":
            of_age = pl.col("dimension") == "competence_age"
            counts = count_holders(inputs)
            whole = counts.filter(detail="").drop("detail")
            parts.append(joined(some.filter(of_age), counts))
            some = joined(some.filter(~of_age), whole)
        elif kind == "users":
            first = some.filter(pl.col("year") == some["year"].min())
            users = first.select("region", "sector", persons=pl.col("central").round()).unique()
            some = joined(some, users)
        parts.append(some)
    return pl.concat(parts).sort("place").drop("place")


def _count_by_age(inputs: xr.Dataset) -> pl.DataFrame:
    staff = inputs["staff"].sum(["occupation", "sex"]).transpose("region", "sector", "working_age")
    parts = [
        figures_of(
            add_all(staff.sel(working_age=slice(*ages)).sum("working_age"), "sector", keep=True)
        )
        .rename({"central": "persons"})
        .with_columns(category=pl.lit(name))
        for name, ages in AGE_GROUPS.items()
    ]
    return pl.concat(parts)
