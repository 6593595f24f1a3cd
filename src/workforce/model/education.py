"""Graduates that an intake of students will give, by the age they then have."""

import numpy as np
import xarray as xr

from workforce.contract.arrays import (
    Numbers,
    age_dim,
    check_bounds,
    check_consecutive,
    check_dims,
    check_labels,
    check_rows_sum_to_one,
    lay_out,
)
from workforce.errors import DataError


def graduates(
    intake: xr.DataArray,
    completion_rate: xr.DataArray,
    study_years: xr.DataArray,
    entry_age_share: xr.DataArray,
) -> xr.DataArray:
    """Graduates by education, age and year.

    G[age + s, year + s] = intake[year] * completion_rate * entry_age_share[age], s = study_years.

    A year comes out only when the intake behind it is given for every education: from the first
    intake + the longest study to the last intake + the shortest. To project further, give the
    intake further. Graduates older than the oldest age are counted at the oldest age (open group).

    Parameters
    ----------
    intake : DataArray
        New students, dims (..., education, year). [persons per year]
    completion_rate : DataArray
        Share of an intake that completes, dims (..., education, [year]). [share]
    study_years : DataArray
        Whole years from intake to graduation, dims (education). [years]
    entry_age_share : DataArray
        How new students spread over age at entry, and over sex if it has that dim, dims
        (..., education, [sex], age or working_age). Sums to 1. [share]

    Returns
    -------
    DataArray
        Dims (..., education, [sex], age, year), ages as in ``entry_age_share``. A year is the one
        in which they graduate. [persons per year]

    References
    ----------
    Gunnes and Knudsen (2024), LÆRERMOD, Statistics Norway Documents 2024/33.
    """
    age = age_dim(entry_age_share, name="entry_age_share")
    arrays = _checked(intake, completion_rate, study_years, entry_age_share, age)
    ages = entry_age_share.indexes[age].to_numpy()
    intake_years = intake.indexes["year"].to_numpy()
    lengths = np.asarray(study_years.values, dtype=np.int64)
    years = np.arange(intake_years[0] + lengths.max(), intake_years[-1] + lengths.min() + 1)
    if not len(years):
        raise DataError(
            f"intake covers {intake_years[0]}-{intake_years[-1]}, too short for studies of "
            f"{lengths.min()} to {lengths.max()} years; give the intake of more years."
        )
    (new, completion, share), leading = lay_out(
        (arrays[0], ["education", "year"]),
        (arrays[1], ["education", "year"]),
        (arrays[3], ["education", age]),
    )
    completing = new * completion
    shape = np.broadcast_shapes(completing.shape[:-2], share.shape[:-2])
    out = np.zeros((*shape, len(lengths), len(ages), len(years)))
    for place, length in enumerate(lengths):
        first = int(years[0] - length - intake_years[0])
        by_year = completing[..., place, first : first + len(years)]
        by_age = _age_by(share[..., place, :], int(length))
        out[..., place, :, :] = by_age[..., :, np.newaxis] * by_year[..., np.newaxis, :]
    coords = {dim: labels for dim, labels in leading.items() if labels is not None}
    coords |= {"education": intake.coords["education"], age: entry_age_share.coords[age]}
    dims = [*leading, "education", age, "year"]
    order = [dim for dim in dims if dim not in ("sex", age, "year")]
    order += ["sex"] * ("sex" in dims) + [age, "year"]
    result = xr.DataArray(out, dims=dims, coords={**coords, "year": years}, name="graduates")
    return result.transpose(*order)


def _checked(
    intake: xr.DataArray,
    completion_rate: xr.DataArray,
    study_years: xr.DataArray,
    entry_age_share: xr.DataArray,
    age: str,
) -> list[xr.DataArray]:
    """Check the arguments and give them their names."""
    check_dims(intake, ["education", "year"], name="intake")
    check_dims(completion_rate, ["education"], name="completion_rate")
    check_dims(study_years, ["education"], name="study_years")
    check_dims(entry_age_share, ["education", age], name="entry_age_share")
    arrays = [
        intake.rename("intake"),
        completion_rate.rename("completion_rate"),
        study_years.rename("study_years"),
        entry_age_share.rename("entry_age_share"),
    ]
    check_labels(*arrays)
    check_bounds(intake, name="intake", lower=0)
    check_bounds(completion_rate, name="completion_rate", lower=0, upper=1)
    check_bounds(study_years, name="study_years", lower=0)
    check_bounds(entry_age_share, name="entry_age_share", lower=0, upper=1)
    over = [dim for dim in ("sex", age) if dim in entry_age_share.dims]
    check_rows_sum_to_one(entry_age_share, over, name="entry_age_share", tolerance=1e-6)
    if study_years.dims != ("education",):
        raise DataError("study_years must have the dimension 'education' only.")
    if bool((study_years != np.floor(study_years)).any()):
        raise DataError("study_years must be whole years: the model has single-year ages.")
    check_consecutive(
        entry_age_share.indexes[age].to_numpy(), width=1, name="entry_age_share", dim=age
    )
    check_consecutive(intake.indexes["year"].to_numpy(), width=1, name="intake", dim="year")
    return arrays


def _age_by(share: Numbers, years: int) -> Numbers:
    """Shift shares up the last axis by whole years, pooling at the oldest age."""
    oldest = share.shape[-1] - 1
    kept = max(oldest - years, 0)
    shifted = np.zeros_like(share)
    shifted[..., oldest - kept : oldest] = share[..., :kept]
    shifted[..., oldest] = share[..., kept:].sum(axis=-1)
    return shifted
