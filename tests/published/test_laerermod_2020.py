"""LÆRERMOD: Statistics Norway's supply of and demand for teachers, 2020 to 2040."""

import re
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from workforce.model.demand import calibrate_standard, service_users
from workforce.model.education import graduates
from workforce.model.projection import project, residents_of

YEARS = np.arange(2020, 2041)
# Long enough that nobody of 2020 reaches the open group.
AGES = np.arange(17, 101)
SEXES = ["female", "male"]
CODED_SEX = {1: "male", 2: "female"}
EDUCATIONS = ["ba", "gr", "lu", "ph", "pe", "yr", "py"]
SECTORS = ["1", "2", "3", "4", "5", "6"]
FULL_TIME_HOURS = 42.5
KINDERGARTEN_WEIGHTS = {(0, 0): 2.0, (1, 2): 2.0, (3, 3): 1.5, (4, 5): 1.0}
DIMS = {
    "region": ["NO"],
    "sector": SECTORS,
    "occupation": EDUCATIONS,
    "sex": SEXES,
    "working_age": AGES,
    "cause": ["retired", "other"],
    "origin": ["graduate"],
    "year": YEARS,
    "flow_year": YEARS[:-1],
}
ONE_EACH = {  # Factors that LÆRERMOD does not know.
    "exit_factor": ["working_age", "cause", "flow_year"],
    "retirement_factor": ["occupation", "working_age", "flow_year"],
    "use_factor": ["sector", "year"],
    "service_share": ["region", "sector", "year"],
    "productivity": ["sector", "year"],
}
ZERO = {  # Flows that it does not know.
    "exit_rate": ["region", "sector", "occupation", "sex", "working_age", "cause"],
    "short_absence": ["region", "sector", "year"],
}


def _table(folder, name):
    return pd.read_fwf(folder / f"{name}.txt", infer_nrows=1000)


def _labelled(frame, dims, value):
    array = frame.set_index(list(dims))[value].to_xarray().astype(float)
    return array.rename(dims)


def _filled(value, dims):
    labels = {dim: DIMS[dim] for dim in dims}
    return xr.DataArray(np.full([len(own) for own in labels.values()], value), coords=labels)


def _people(folder):
    """Those with each education, and FTE per person: employment rate times FTE per employed."""
    people = _table(folder, "agedistributed").replace({"Gender": CODED_SEX})
    dims = {"Education": "occupation", "Gender": "sex", "Age": "working_age"}
    grid = {dim: DIMS[dim] for dim in dims.values()}

    def cell(value):
        return _labelled(people, dims, value).reindex(grid).fillna(0.0)

    stock, employed, fte = cell("Count"), cell("Employed"), cell("AverageFullTimeEquivalent")
    return stock, employed / stock.where(stock > 0, 1.0) * fte


def _graduates(folder):
    """Graduates of every year by education, sex and age, those of the intake of today."""
    students = _table(folder, "agedistributedstudents")
    dims = {"Education": "education", "Age": "working_age"}
    by_sex = xr.concat(
        [_labelled(students, dims, column) for column in ("Women", "Men")],
        dim=pd.Index(SEXES, name="sex"),
    )
    grid = {"education": EDUCATIONS, "sex": SEXES, "working_age": AGES}
    by_sex = by_sex.reindex(grid).fillna(0.0)
    counted = by_sex.sum(["sex", "working_age"])
    # LÆRERMOD divides by the students of both sexes, where three educations miss one person.
    both = _labelled(students, dims, "All").sum("working_age")
    above_one = counted / both.sel(education=EDUCATIONS)
    production = _table(folder, "candidateproduction").set_index("Education").loc[EDUCATIONS]

    def by_education(column):
        values = production[column].to_numpy(dtype=float)
        return xr.DataArray(values, coords={"education": EDUCATIONS})

    ten_years = xr.DataArray(np.ones(11), coords={"year": np.arange(2010, 2021)})
    new = graduates(
        by_education("NumberOfNewStudents") * above_one * ten_years,
        by_education("CompletionPercentage"),
        by_education("StudyLength"),
        by_sex / counted,
    )
    return new.sel(year=2020, drop=True).rename(education="occupation")


def _population(folder):
    wide = _table(folder, "mmmm").rename(columns={"Age": "age", "Gender": "sex"})
    wide = wide.replace({"sex": CODED_SEX})
    long = wide.melt(id_vars=["age", "sex"], var_name="year", value_name="persons")
    long["year"] = long.year.astype(int)
    path = _labelled(long, {"sex": "sex", "age": "age", "year": "year"}, "persons")
    return path.expand_dims(region=DIMS["region"])


def _use_rates(folder, population):
    """Users per inhabitant in 2020, the same at all ages of a group."""
    base = population.sel(year=2020).sum(["region", "sex"])
    rate = pd.DataFrame(0.0, index=base.age.to_numpy(), columns=SECTORS)

    def fill(sector, low, high, users):
        rate.loc[low:high, sector] = users / float(base.sel(age=slice(low, high)).sum())

    children = _table(folder, "number_children_kindergartens")
    hours = (children.HoursMin + (children.HoursMax - children.HoursMin) / 2) / FULL_TIME_HOURS
    for (low, high), weight in KINDERGARTEN_WEIGHTS.items():
        columns = [f"Age{age}" for age in range(low, high + 1)]
        fill("1", low, high, weight * float((children[columns].sum(axis=1) * hours).sum()))
    rate.loc[6:15, "2"] = 1.0
    for sector, school in (("3", "secondary"), ("4", "highereducation")):
        for group in _table(folder, f"number_students_{school}").itertuples():
            fill(sector, group.FromAge, group.ToAge, group.Users * group.UserIndex)
    rate.loc[:, ["5", "6"]] = 1.0
    return xr.DataArray(rate, dims=["age", "sector"]).expand_dims(sex=SEXES)


def _posts(folder):
    """FTE in post and missing by education and sector, and the change in standard."""
    dims = {"Education": "occupation", "Sector": "sector"}
    grid = {dim: DIMS[dim] for dim in dims.values()}
    table = _table(folder, "sectordistributed").astype({"Sector": str})
    in_post = sum(
        _labelled(table, dims, f"Employed{sex}")
        * _labelled(table, dims, f"AverageFullTimeEquivalent{sex}")
        for sex in ("Men", "Women")
    ).reindex(grid)
    missing = _table(folder, "teachershortage").melt(id_vars="Education", var_name="Sector")
    missing["Sector"] = missing.Sector.str[-1]
    change = _table(folder, "change_standard").melt(id_vars="Year", var_name="Sector")
    change["Sector"] = change.Sector.str[-1]
    return (
        in_post,
        _labelled(missing, dims, "value").reindex(grid),
        _labelled(change, {"Year": "year", "Sector": "sector"}, "value"),
    )


def _inputs(folder):
    """LÆRERMOD as inputs of the production engine; what it does not know is 0, or a factor of 1."""
    population = _population(folder)
    use_rate = _use_rates(folder, population)
    in_post, missing, change = _posts(folder)
    users = service_users(population.sel(year=2020, drop=True), use_rate)
    people, fte_per_person = _people(folder)
    # LÆRERMOD has no sectors on the side of supply: each gets its part of the FTE in post.
    part = (in_post / in_post.sum("sector")).expand_dims(region=DIMS["region"])
    # Its graduates are as many each year; our recruits follow the inhabitants of working age.
    residents = residents_of(population)
    as_many = residents.sel(year=2020, drop=True) / residents.sel(region="NO", year=YEARS[:-1])
    counted = (people * fte_per_person).sum(["sex", "working_age"])
    # It shows staff in post in the base year, and what the rates give in all others.
    base = xr.DataArray(YEARS == 2020, coords={"year": YEARS})
    inputs = xr.Dataset(
        {
            "population_official": population,
            "use_rate": use_rate,
            "staff": people * part,
            "position_share": fte_per_person * xr.ones_like(part),
            "position_factor": (in_post.sum("sector") / counted).where(base, 1.0),
            "inflow_rate": _graduates(folder)
            * part
            / residents.sel(year=2020, drop=True)
            * _filled(1.0, ["origin"]),
            "inflow_factor": as_many.isel(region=0, drop=True).rename(year="flow_year")
            * _filled(1.0, ["occupation", "origin"]),
            "staffing_standard": calibrate_standard(users, in_post, missing),
            "standard_factor": change,
            **{name: _filled(1.0, dims) for name, dims in ONE_EACH.items()},
            **{name: _filled(0.0, dims) for name, dims in ZERO.items()},
        }
    )
    return inputs.sel(DIMS)


@pytest.fixture(scope="module")
def projected(reference):
    """The tables that SSB published, and ours."""
    folder = reference("laerermod_2020")
    published = pd.read_csv(folder / "expected_teachermod_2020_2040.csv")
    return published, project(_inputs(folder))


def test_the_engine_gives_the_teachers_that_statistics_norway_published_to_2040(
    projected, measured
):
    published, result = projected
    ours = {
        "Supply": result["supply_fte"],
        "Demand": result["demand_fte"],
        "Difference": -result["shortage_fte"],
    }
    off = {
        name: np.abs(
            array.sum(["region", "sector"])
            .sel(occupation=EDUCATIONS)
            .transpose("occupation", "year")
            .to_numpy()
            .ravel()
            - published[name].to_numpy()
        ).max()
        for name, array in ours.items()
    }
    text = ", ".join(f"{name.lower()} {value:.3f}" for name, value in off.items())
    measured(f"laerermod_2020, project(): {len(published)} cells each, worst off (FTE): {text}")
    assert len(published) == 147
    # The published numbers are whole, so half an FTE is their rounding.
    assert off["Supply"] <= 0.5 + 1e-9
    assert off["Demand"] <= 0.5 + 1e-9
    assert off["Difference"] <= 0.5 + 1e-9


def test_with_the_extra_flows_at_zero_nobody_leaves_and_as_many_graduate_each_year(projected):
    _, result = projected
    assert float(np.abs(result["exits"]).max()) == 0.0
    assert float(np.abs(result["transfers"]).max()) == 0.0
    new = result["recruits"].sum(["region", "sector", "origin"])
    np.testing.assert_allclose(new, new.isel(flow_year=0) * xr.ones_like(new), rtol=1e-12)


def test_the_example_in_the_docs_runs(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "examples" / "laerermod.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 1
    script = tmp_path / "example.py"
    script.write_text(blocks[0], encoding="utf-8")
    names = runpy.run_path(str(script))
    assert names["missing"].sizes == {"occupation": 1, "year": 11}
