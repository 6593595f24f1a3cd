"""Whether all who plan to hire can find the people: what a region needs against who comes."""

import xarray as xr

from workforce.contract.arrays import check_bounds, check_dims


def persons_to_recruit(
    need_fte: xr.DataArray, supply_fte: xr.DataArray, headcount: xr.DataArray
) -> xr.DataArray:
    """Turn FTE at work to recruit into persons, each with what a person in the post gives.

        persons = need / (supply / headcount)

    Where there is nobody in the posts, a person gives one FTE. [persons]
    """
    check_bounds(headcount, name="headcount", lower=0)
    there = (headcount > 0) & (supply_fte > 0)
    fte_per_person = (supply_fte / headcount.where(there, 1.0)).where(there, 1.0)
    return need_fte / fte_per_person


def net_migration(population: xr.DataArray, survival: xr.DataArray) -> xr.DataArray:
    """Net migrants of each age and year: who is there beyond those who lived and grew older.

        M(y, x) = P(y + 1, x) - P(y, x - 1) S(y, x)

    Dims (..., age, year), by age at the end of the year, from age 1 to below the open age; survival
    is that into the age during the year. [persons]
    """
    check_dims(population, ["age", "year"], name="population")
    ages = population["age"].values
    years = survival["year"].values
    first, after = population.sel(year=years), population.isel(year=slice(1, None))
    younger = first.isel(age=slice(0, -1)).assign_coords(age=ages[1:])
    reached = after.isel(age=slice(1, None)).assign_coords(year=years)
    moved = reached - younger * survival.sel(age=ages[1:])
    return moved.isel(age=slice(0, -1)).transpose(*population.dims)


def with_occupation(
    persons: xr.DataArray, employed: xr.DataArray, population: xr.DataArray
) -> xr.DataArray:
    """Part m e / P of those who move, m, that has an occupation as frequent as among inhabitants.

    e are employed in the occupation, P the inhabitants of working age. [persons]
    """
    check_bounds(population, name="population", lower=1)
    return persons * employed / population
