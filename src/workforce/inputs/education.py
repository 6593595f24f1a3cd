"""Education behind the recruits: graduates to come by programme, and where they go."""

import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array

NEEDED = ("graduates", "education_occupations")


def load_education(
    tables: dict[str, pl.DataFrame], occupations: list[str], flow_years: list[int]
) -> xr.Dataset:
    """Graduates by programme and year, completion, length, and the occupations it leads to.

    After the last intake known its graduates go on. Nothing where one of the tables is missing.

    Returns
    -------
    Dataset
        ``graduates_path`` (education, flow_year) [persons per year], ``programme_completion``
        (education) [share], ``programme_years`` (education) [years], ``education_share``
        (education, occupation) [share].
    """
    if any(name not in tables for name in NEEDED):
        return xr.Dataset()
    links = tables["education_occupations"].filter(pl.col("occupation").is_in(occupations))
    programmes = sorted(links["education"].unique())
    table = tables["graduates"].filter(pl.col("education").is_in(programmes)).sort("year")
    done = table.select(
        "education",
        flow_year=(pl.col("year") + pl.col("study_years").round()).cast(pl.Int64),
        persons=pl.col("intake") * pl.col("completion_rate"),
    )
    rows = []
    for programme in programmes:
        one = done.filter(pl.col("education") == programme)
        known = dict(one.select("flow_year", "persons").iter_rows())
        last = known[max(known)] if known else 0.0
        rows += [(programme, year, known.get(year, last)) for year in flow_years]
    columns = ["education", "flow_year", "persons"]
    path = pl.DataFrame(rows, schema=columns, orient="row")
    latest = table.group_by("education", maintain_order=True).last()
    by_programme = {"education": programmes}
    return xr.Dataset(
        {
            "graduates_path": to_array(path, {**by_programme, "flow_year": flow_years}, "persons"),
            "programme_completion": to_array(latest, by_programme, "completion_rate"),
            "programme_years": to_array(latest, by_programme, "study_years").round(),
            "education_share": to_array(
                links, {**by_programme, "occupation": occupations}, "share"
            ),
        }
    )


def load_task_sharing(tables: dict[str, pl.DataFrame], occupations: list[str]) -> xr.Dataset:
    """Which occupation may do how much of another's work, and how well; nothing without the table.

    Returns
    -------
    Dataset
        ``task_share`` [share] and ``task_output`` [FTE per FTE], dims (occupation, occupation_to).
    """
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
