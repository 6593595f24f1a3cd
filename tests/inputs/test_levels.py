"""What is counted as one, and how high others' rates lie, moves nothing by itself."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.inputs import load_inputs
from workforce.inputs.arrays import to_array
from workforce.inputs.demand import pooled_pattern
from workforce.model.projection import project
from workforce.sources.tables.files import national_folder, read_folder
from workforce.sources.tables.folder import folder_of

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NEEDED = ("regions", "population", "population_projection", "service_use")


@pytest.fixture(scope="module")
def places():
    """Tables of the sample that the need rests on, by the places that they are cut down to."""
    tables = read_folder(SAMPLE, ["staff", *NEEDED])
    tables["fte_in_post"] = tables.pop("staff").select(
        "region", "sector", "occupation", "year", "fte"
    )

    def cut(*codes):
        here = pl.col("region").is_in(codes)
        return {name: table.filter(here) for name, table in tables.items()}

    return cut


def growth(tables, region, *, multiplied=None, where=None):
    """Need of every sector relative to the base year, the users multiplied by a constant."""
    if multiplied is not None:
        here = True if where is None else where
        users = pl.when(here).then(pl.col("users") * multiplied).otherwise("users")
        tables = tables | {"service_use": tables["service_use"].with_columns(users=users)}
    need = project(load_inputs(folder_of(tables), region=region, horizon=3))["demand_fte"]
    need = need.sum("occupation").transpose("region", "sector", "year").values
    return need / need[..., :1]


@pytest.mark.parametrize("region", ["9012", "9007"])
@pytest.mark.parametrize("constant", [0.01, 0.2, 3.0])
def test_users_times_a_constant_change_no_need(places, region, constant):
    """276 and 4,112 inhabitants, alone in their folder."""
    tables = places(region)
    as_counted = growth(tables, region)
    np.testing.assert_allclose(growth(tables, region, multiplied=constant), as_counted, rtol=1e-9)


@settings(max_examples=4, deadline=None)
@given(
    constant=st.floats(0.01, 100.0),
    place=st.sampled_from(["9007", "9012"]),
    sector=st.sampled_from(["health_care", "kindergarten", "child_welfare_social"]),
)
def test_one_place_that_counts_otherwise_changes_the_need_of_none(places, constant, place, sector):
    tables = places("9007", "9012")
    where = (pl.col("region") == place) & (pl.col("sector") == sector)
    both = ["9007", "9012"]
    otherwise = growth(tables, both, multiplied=constant, where=where)
    np.testing.assert_allclose(otherwise, growth(tables, both), rtol=1e-9)


def test_ages_of_a_place_are_not_taken_for_its_level():
    """Two places where each age uses alike, one of them older and counting three times as many."""
    national = pl.read_csv(national_folder() / "service_use.csv").filter(sector="health_care")
    cells = {"sector": ["health_care"], "sex": ["female", "male"], "age": list(range(106))}
    nation = to_array(national, cells, "rate")
    shape = {age: (1.0 if age >= 80 else 0.1 if age >= 67 else 0.02) for age in range(106)}
    people, use = [], []
    for region, level, slope in (("young", 1.0, -0.03), ("old", 3.0, 0.03)):
        for sex in cells["sex"]:
            for age in cells["age"]:
                persons = 5e3 * np.exp(slope * age)
                row = {"region": region, "sex": sex, "age": age, "year": 2026}
                people.append({**row, "persons": persons})
                use.append(
                    {**row, "sector": "health_care", "users": 0.3 * level * persons * shape[age]}
                )
    rate, _ = pooled_pattern(pl.DataFrame(people), pl.DataFrame(use), nation, 2026)
    at = rate.sel(sector="health_care", sex="female")
    assert float(at.sel(age=85) / at.sel(age=70)) == pytest.approx(10.0, rel=0.01)
    assert float(at.sel(age=70) / at.sel(age=30)) == pytest.approx(5.0, rel=0.01)
