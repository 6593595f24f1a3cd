"""LÆRERMOD: Statistics Norway's supply of and demand for teachers, 2020 to 2040."""

import re
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from workforce.model.demand import calibrate_standard, required_fte, service_users
from workforce.model.education import graduates
from workforce.model.shortage import shortage
from workforce.model.supply import available_fte, project_workforce

YEARS = np.arange(2020, 2041)
# Long enough that nobody of 2020 reaches the open group.
AGES = np.arange(17, 101)
SEXES = [1, 2]
EDUCATIONS = ["ba", "gr", "lu", "ph", "pe", "yr", "py"]
SECTORS = [1, 2, 3, 4, 5, 6]
FULL_TIME_HOURS = 42.5
KINDERGARTEN_WEIGHTS = {(0, 0): 2.0, (1, 2): 2.0, (3, 3): 1.5, (4, 5): 1.0}
NO_EXITS = xr.DataArray(
    np.zeros((len(AGES), 1)), dims=["age", "cause"], coords={"age": AGES, "cause": ["none"]}
)


def _table(folder, name):
    return pd.read_fwf(folder / f"{name}.txt", infer_nrows=1000)


def _labelled(frame, dims, value):
    array = frame.set_index(list(dims))[value].to_xarray().astype(float)
    return array.rename(dims)


def _supply(folder):
    people = _table(folder, "agedistributed")
    dims = {"Education": "education", "Gender": "sex", "Age": "age"}
    grid = {"education": EDUCATIONS, "sex": SEXES, "age": AGES}

    def cell(value):
        return _labelled(people, dims, value).reindex(grid).fillna(0.0)

    stock, employed, position = cell("Count"), cell("Employed"), cell("AverageFullTimeEquivalent")
    participation = employed / stock.where(stock > 0, 1.0)

    students = _table(folder, "agedistributedstudents")
    by_sex = xr.concat(
        [
            _labelled(students, {"Education": "education", "Age": "age"}, column)
            for column in ("Men", "Women")
        ],
        dim=pd.Index(SEXES, name="sex"),
    )
    by_sex = by_sex.reindex(grid).fillna(0.0)
    counted = by_sex.sum(["sex", "age"])
    share = by_sex / counted
    # LÆRERMOD divides by the students of both sexes, where three educations miss one person.
    both = _labelled(students, {"Education": "education", "Age": "age"}, "All").sum("age")
    above_one = counted / both.sel(education=EDUCATIONS)

    production = _table(folder, "candidateproduction").set_index("Education").loc[EDUCATIONS]

    def by_education(column):
        return xr.DataArray(
            production[column].to_numpy(dtype=float),
            dims="education",
            coords={"education": EDUCATIONS},
        )

    # The intake is the same every year, back to those who graduate in the first.
    every_year = xr.DataArray(np.ones(31), dims="year", coords={"year": np.arange(2010, 2041)})
    new = graduates(
        by_education("NumberOfNewStudents") * above_one * every_year,
        by_education("CompletionPercentage"),
        by_education("StudyLength"),
        share,
    )
    result = project_workforce(stock, NO_EXITS, new.sel(year=slice(2020, 2039)))
    return available_fte(result.stock * participation, position, 0.0).sum(["sex", "age"])


def _population(folder):
    wide = _table(folder, "mmmm").rename(columns={"Age": "age", "Gender": "sex"})
    long = wide.melt(id_vars=["age", "sex"], var_name="year", value_name="persons")
    long["year"] = long.year.astype(int)
    return _labelled(long, {"sex": "sex", "age": "age", "year": "year"}, "persons")


def _use_rates(folder, population):
    """Users per inhabitant in 2020, the same at all ages of a group."""
    base = population.sel(year=2020).sum("sex")
    rate = pd.DataFrame(0.0, index=base.age.to_numpy(), columns=SECTORS)

    def fill(sector, low, high, users):
        rate.loc[low:high, sector] = users / float(base.sel(age=slice(low, high)).sum())

    children = _table(folder, "number_children_kindergartens")
    hours = (children.HoursMin + (children.HoursMax - children.HoursMin) / 2) / FULL_TIME_HOURS
    for (low, high), weight in KINDERGARTEN_WEIGHTS.items():
        columns = [f"Age{age}" for age in range(low, high + 1)]
        fill(1, low, high, weight * float((children[columns].sum(axis=1) * hours).sum()))
    rate.loc[6:15, 2] = 1.0
    for sector, name in ((3, "number_students_secondary"), (4, "number_students_highereducation")):
        for group in _table(folder, name).itertuples():
            fill(sector, group.FromAge, group.ToAge, group.Users * group.UserIndex)
    rate.loc[:, [5, 6]] = 1.0
    return xr.DataArray(rate, dims=["age", "sector"])


def _demand(folder):
    population = _population(folder)
    users = service_users(population, _use_rates(folder, population))
    dims = {"Education": "education", "Sector": "sector"}
    grid = {"education": EDUCATIONS, "sector": SECTORS}
    table = _table(folder, "sectordistributed")
    in_post = sum(
        _labelled(table, dims, f"Employed{sex}")
        * _labelled(table, dims, f"AverageFullTimeEquivalent{sex}")
        for sex in ("Men", "Women")
    ).reindex(grid)
    missing = _table(folder, "teachershortage").melt(id_vars="Education", var_name="Sector")
    missing["Sector"] = missing.Sector.str[-1].astype(int)
    missing = _labelled(missing, dims, "value").reindex(grid)
    change = _table(folder, "change_standard").melt(id_vars="Year", var_name="Sector")
    change["Sector"] = change.Sector.str[-1].astype(int)
    change = _labelled(change, {"Year": "year", "Sector": "sector"}, "value")
    standard = calibrate_standard(users.sel(year=2020, drop=True), in_post, missing)
    return required_fte(users, standard * change, 1.0).sum("sector"), in_post.sum("sector")


def test_teacher_supply_and_demand_follow_statistics_norway_to_2040(reference, measured):
    folder = reference("laerermod_2020")
    published = pd.read_csv(folder / "expected_teachermod_2020_2040.csv")
    demand, in_post = _demand(folder)
    supply = _supply(folder)
    # The model lets supply in the base year be the staff in post.
    supply = xr.where(supply.year == 2020, in_post, supply).transpose("education", "year")
    demand = demand.transpose("education", "year")
    ours = {
        "Supply": supply,
        "Demand": demand,
        "Difference": -shortage(demand, supply),
    }
    off = {
        name: np.abs(array.to_numpy().ravel() - published[name].to_numpy()).max()
        for name, array in ours.items()
    }
    text = ", ".join(f"{name.lower()} {value:.3f}" for name, value in off.items())
    measured(f"laerermod_2020: {len(published)} cells each, worst off (FTE): {text}")
    assert len(published) == 147
    # The published numbers are whole, so half an FTE is their rounding.
    assert off["Supply"] <= 0.5 + 1e-9
    assert off["Demand"] <= 0.5 + 1e-9
    assert off["Difference"] <= 0.5 + 1e-9


def test_the_example_in_the_docs_runs(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "examples" / "laerermod.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 1
    script = tmp_path / "example.py"
    script.write_text(blocks[0], encoding="utf-8")
    names = runpy.run_path(str(script))
    assert names["missing"].sizes == {"education": 1, "year": 11}
