"""Competence that the staff hold against the competence that the service asks for."""

import xarray as xr

from workforce.contract.arrays import age_dim, check_bounds, check_dims, check_labels
from workforce.errors import DataError


def competence_gap(
    fte_by_age: xr.DataArray,
    holding: xr.DataArray,
    demand_fte: xr.DataArray,
    requirement: xr.DataArray,
    *,
    exits_fte: xr.DataArray | None = None,
) -> xr.Dataset:
    """Competence held, required, missing and draining away.

        held     = sum over occupation, sex and age of fte_by_age * holding
        required = sum over occupation of demand_fte * requirement
        missing  = max(required - held, 0);  surplus = max(held - required, 0)
        drain    = sum over occupation, sex and age of exits_fte * holding

    Missing and surplus are clipped after the sum over occupations, at the level given. For a level
    above (all sectors, the county) sum FTE first and call again: gaps of levels are not summed.
    A person may hold several competences, so competences are not summed either.

    Parameters
    ----------
    fte_by_age : DataArray
        FTE in post, dims (..., [sector], occupation, [sex], age or working_age). [FTE]
    holding : DataArray
        Share of persons who hold it, dims (..., occupation, competence, age). [share]
    demand_fte : DataArray
        FTE needed, dims (..., [sector], occupation). [FTE]
    requirement : DataArray
        Share of FTE that must hold it, dims ([sector], occupation, competence). [share of FTE]
    exits_fte : DataArray, optional
        FTE that leave, dims (..., [sector], occupation, [sex], age). [FTE per year]

    Returns
    -------
    Dataset
        ``held``, ``required``, ``missing``, ``surplus`` [FTE] and, with exits, ``drain`` [FTE per
        year]; dims (..., [sector], competence).
    """
    age = age_dim(fte_by_age, name="fte_by_age")
    required_dims = {
        "fte_by_age": (fte_by_age, ["occupation", age]),
        "holding": (holding, ["occupation", "competence", age]),
        "demand_fte": (demand_fte, ["occupation"]),
        "requirement": (requirement, ["occupation", "competence"]),
    }
    if exits_fte is not None:
        required_dims["exits_fte"] = (exits_fte, ["occupation", age])
    named = []
    for name, (array, dims) in required_dims.items():
        check_dims(array, dims, name=name)
        upper = 1.0 if name in ("holding", "requirement") else None
        check_bounds(array, name=name, lower=0, upper=upper)
        named.append(array.rename(name))
    check_labels(*named)
    for name, array in (("demand_fte", demand_fte), ("requirement", requirement)):
        extra = {"sex", age} & set(array.dims)
        if extra:
            raise DataError(f"{name} has the dimension {', '.join(map(str, extra))}; sum over it.")

    held: xr.DataArray = xr.dot(
        fte_by_age, holding, dim=["occupation", age, *_sex(fte_by_age, holding)]
    )
    required: xr.DataArray = xr.dot(demand_fte, requirement, dim="occupation")
    result = compare_competence(required, held)
    if exits_fte is not None:
        over = ["occupation", age, *_sex(exits_fte, holding)]
        result["drain"] = xr.dot(exits_fte, holding, dim=over)
    return result


def compare_competence(required: xr.DataArray, held: xr.DataArray) -> xr.Dataset:
    """Set what is required against what is held, dims (..., competence): missing and surplus.

    missing = max(required - held, 0);  surplus = max(held - required, 0)
    """
    gap = required - held
    return xr.Dataset(
        {
            "held": held,
            "required": required,
            "missing": gap.clip(min=0.0),
            "surplus": (-gap).clip(min=0.0),
        }
    )


def _sex(people: xr.DataArray, holding: xr.DataArray) -> list[str]:
    """Sex is summed over where people are given by sex."""
    if "sex" in holding.dims and "sex" not in people.dims:
        raise DataError("holding has the dimension 'sex' but the FTE have not.")
    return ["sex"] if "sex" in people.dims else []
