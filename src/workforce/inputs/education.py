"""Education behind the recruits: graduates to come by programme and age, and where they go."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.model.education import graduates

NEEDED = ("graduates", "education_occupations")
RECENT = 5  # Years before the base year whose graduates the observed inflow came from.


def load_education(
    tables: Mapping[str, pl.DataFrame],
    occupations: Sequence[str],
    ages: Sequence[int],
    flow_years: Sequence[int],
) -> xr.Dataset:
    """Graduates by programme and year, completion, length, and the occupations it leads to.

    A year without an intake has that of the year before it, and before the first intake known as
    many are taken to have begun. Nothing where one of the tables is missing.

    ``graduates_path`` (education, flow_year) and ``graduates_before`` (education), the mean of the
    last five years [persons per year], ``programme_completion`` (education) [share],
    ``programme_years`` (education) [years], ``education_share`` (education, occupation) [share],
    ``graduate_age_share`` (occupation, working_age): how those of the last five years spread over
    ages; zero where no programme leads to the occupation [share].
    """
    if any(name not in tables for name in NEEDED):
        return xr.Dataset()
    known = tables["graduates"]["education"].unique().to_list()
    links = tables["education_occupations"].filter(
        pl.col("occupation").is_in(list(occupations)) & pl.col("education").is_in(known)
    )
    programmes = sorted(links["education"].unique())
    by_programme = {"education": programmes}
    if not programmes:
        return xr.Dataset()
    table = tables["graduates"].filter(pl.col("education").is_in(programmes)).sort("year")
    recent = list(range(flow_years[0] - RECENT, flow_years[0]))
    new = _graduates_by_age(table, programmes, ages, [*recent, *flow_years])
    share = to_array(links, {**by_programme, "occupation": list(occupations)}, "share")
    lately = new.sel(year=recent).mean("year")
    entering = xr.dot(lately, share, dim="education").transpose("occupation", "working_age")
    total = entering.sum("working_age")
    latest = table.group_by("education", maintain_order=True).last()
    path = new.sel(year=list(flow_years)).sum("working_age").rename(year="flow_year")
    return xr.Dataset(
        {
            "graduates_path": path.transpose("education", "flow_year"),
            "graduates_before": lately.sum("working_age"),
            "programme_completion": to_array(latest, by_programme, "completion_rate"),
            "programme_years": to_array(latest, by_programme, "study_years").round(),
            "education_share": share,
            "graduate_age_share": entering / total.where(total > 0, 1.0),
        }
    )


def graduate_factor(
    education: xr.Dataset,
    occupations: Sequence[str],
    origins: Sequence[str],
    flow_years: Sequence[int],
) -> xr.DataArray:
    """Graduates of the programmes that lead to an occupation, relative to the last five years."""
    coords = {"occupation": list(occupations), "origin": list(origins), "flow_year": flow_years}
    shape = [len(labels) for labels in coords.values()]
    factor = xr.DataArray(np.ones(shape), dims=list(coords), coords=coords)
    if "graduates_path" not in education:
        return factor
    share = education["education_share"]
    before = xr.dot(education["graduates_before"], share, dim="education")
    ahead = xr.dot(education["graduates_path"], share, dim="education")
    relative = (ahead / before.where(before > 0, 1.0)).where(before > 0, 1.0)
    return factor.where(factor["origin"] != "graduate", relative).transpose(*coords)


def _graduates_by_age(
    table: pl.DataFrame, programmes: list[str], ages: Sequence[int], years: list[int]
) -> xr.DataArray:
    """Graduates by programme, age and year, spread evenly between the usual ages at completion.

    A programme whose length was changed is run as one for each length, and summed. Whoever is
    outside ``ages`` is counted at the nearest.
    """
    rows = _every_intake(table, programmes, years)
    runs = rows.group_by("run", maintain_order=True).last()
    labels = {"education": runs["run"].to_list()}
    given = range(rows["year"].min(), rows["year"].max() + 1)  # type: ignore[arg-type, operator]
    cells = {**labels, "year": list(given)}
    length = to_array(runs.select("length", education="run"), labels, "length")
    low, high = (runs[f"entry_age_{end}"].to_numpy() - runs["length"].to_numpy()
                 for end in ("low", "high"))  # fmt: skip
    grid = np.arange(min(low.min(), ages[0]), max(high.max(), ages[-1]) + 1)
    usual = (grid >= low[:, np.newaxis]) & (grid <= high[:, np.newaxis])
    entering = xr.DataArray(
        usual / usual.sum(axis=1, keepdims=True),
        dims=["education", "working_age"],
        coords={**labels, "working_age": grid},
    )
    by_run = rows.select("year", "intake", "completion_rate", education="run")
    intake, completing = (to_array(by_run, cells, name) for name in ("intake", "completion_rate"))
    new = graduates(intake, completing, length, entering).sel(year=years)
    nearest = np.clip(grid, ages[0], ages[-1]) - ages[0]
    of = np.array([programmes.index(programme) for programme in runs["education"]])
    counted = np.zeros((len(programmes), len(ages), len(years)))
    values = new.transpose("education", "working_age", "year").values
    np.add.at(counted, (of[:, np.newaxis], nearest), values)
    return xr.DataArray(
        counted,
        dims=["education", "working_age", "year"],
        coords={"education": programmes, "working_age": list(ages), "year": years},
    )


def _every_intake(table: pl.DataFrame, programmes: list[str], years: list[int]) -> pl.DataFrame:
    """Rows for every intake that the graduates of ``years`` come from, with ``run`` and length."""
    rows = table.with_columns(length=pl.col("study_years").round().cast(pl.Int64))
    lengths = rows["length"]
    first, last = years[0] - int(lengths.max()), years[-1] - int(lengths.min())  # type: ignore[arg-type]
    # A programme whose first intake comes later yet is filled from it.
    last = max(last, int(rows.group_by("education").agg(pl.col("year").min())["year"].max()))  # type: ignore[arg-type]
    grid = pl.DataFrame({"education": programmes}).join(
        pl.DataFrame({"year": range(first, last + 1)}), how="cross"
    )
    rows = rows.drop("study_years").with_columns(pl.col("year").cast(pl.Int64))
    filled = grid.sort("year").join_asof(
        rows.sort("year"), on="year", by="education", strategy="backward", check_sortedness=False
    )
    given = ["intake", "completion_rate", "length", "entry_age_low", "entry_age_high"]
    filled = filled.sort("education", "year").with_columns(
        pl.col(given).fill_null(strategy="backward").over("education")
    )
    return filled.with_columns(run=pl.format("{}|{}", "education", "length"))


def load_task_sharing(tables: Mapping[str, pl.DataFrame], occupations: list[str]) -> xr.Dataset:
    """Which occupation may do how much of another's work, and how well, where a table says so."""
    if "task_sharing" not in tables:
        return xr.Dataset()
    here = pl.col("occupation").is_in(occupations) & pl.col("occupation_to").is_in(occupations)
    rows = tables["task_sharing"].filter(here)
    dims = {"occupation": occupations, "occupation_to": occupations}
    return xr.Dataset(
        {
            "task_share": to_array(rows, dims, "share"),
            "task_output": to_array(rows, dims, "output_ratio"),
        }
    )
