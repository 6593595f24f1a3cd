"""What is counted as one, and how high others' rates lie, moves nothing by itself."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from tests.tables import read_folder

from workforce.inputs import load_inputs
from workforce.inputs.arrays import to_array
from workforce.inputs.demand import pooled_pattern
from workforce.inputs.exits import all_places, national_exits
from workforce.inputs.flows import CAUSES, ORIGINS, sum_over_years
from workforce.model.projection import project
from workforce.sources.tables.files import national_folder, read_packaged
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


LIMITS = {"2223": 65, "5321": 65, "2342": 72, "2422": 72}
POSTS = [
    ("health_care", "2223"),
    ("health_care", "5321"),
    ("kindergarten", "2342"),
    ("administration", "2422"),
]


def still_place(region, *, turnover, years, size, old=0.0):
    """Rows of staff and flows of a place that stays as it is: of every age as many come as go.

    The flows of an age of a post are the nation's rates times ``turnover``; ages run to 61, where
    the rules of retirement do not change. ``old`` moves the staff to higher ages.
    """
    ages = np.arange(25, 62)
    rates = national_exits(
        {"occupations": read_packaged("occupations")}, list(LIMITS), ages.tolist()
    )
    rates = rates * turnover
    staff, flows = [], []
    for sector, occupation in POSTS:
        post = {"region": region, "sector": sector, "occupation": occupation}
        for sex, part in (("female", 0.7), ("male", 0.3)):
            persons = size * part * np.exp(old * (ages - 43))
            hazard = rates.sel(occupation=occupation).values
            total = hazard.sum(axis=1)
            gone = persons * -np.expm1(-total)
            lived = gone / total
            for age, n, h, leave, exposure in zip(ages, persons, hazard, gone, lived, strict=True):
                cell = {**post, "sex": sex, "age": int(age)}
                staff.append({**cell, "year": 2026, "persons": n, "fte": 0.8 * n})
                parts = dict(zip(CAUSES, leave * h / h.sum(), strict=True))
                parts |= dict.fromkeys(ORIGINS, leave / len(ORIGINS))
                flows += [
                    {**cell, "year": year, "flow": flow, "persons": count, "exposure": exposure}
                    for flow, count in parts.items()
                    for year in range(2026 - years, 2026)
                ]
    return staff, flows


def held_still(places):
    """Tables of places whose inhabitants are the same in every year."""
    codes = list(places)
    people = pl.DataFrame({"region": codes}).join(
        pl.DataFrame({"sex": ["female", "male"]}), how="cross"
    )
    people = people.join(pl.DataFrame({"age": range(106), "persons": [50] * 106}), how="cross")
    held = people.join(pl.DataFrame({"year": [2026, 2027, 2028]}), how="cross")
    rows = [still_place(code, **how) for code, how in places.items()]
    return {
        "regions": pl.DataFrame(
            {"region": codes, "level": "municipality", "name": codes, "comparison_group": "G"}
        ),
        "population": held.filter(year=2026),
        "population_projection": held.with_columns(variant=pl.lit("main")),
        "staff": pl.DataFrame([row for staff, _ in rows for row in staff]),
        "staff_flows": pl.DataFrame([row for _, flows in rows for row in flows]),
    }


@example(
    places=[
        {"turnover": 0.4, "years": 8, "size": 10.0, "old": 0.02},
        {"turnover": 2.0, "years": 1, "size": 0.5, "old": -0.03},
    ]
)
@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    places=st.lists(
        st.fixed_dictionaries(
            {
                "turnover": st.floats(0.4, 2.0),
                "years": st.sampled_from([1, 3, 8]),
                "size": st.floats(0.3, 20.0),
                "old": st.floats(-0.03, 0.03),
            }
        ),
        min_size=1,
        max_size=3,
    )
)
def test_where_as_many_come_as_go_nothing_moves_between_the_base_year_and_the_next(places):
    named = {f"T{number}": how for number, how in enumerate(places)}
    inputs = load_inputs(folder_of(held_still(named)), horizon=2)
    result = project(inputs)
    for name in ("demand_fte", "supply_fte"):
        fte = result[name].sum("occupation").sel(sector=sorted({s for s, _ in POSTS}))
        base = fte.isel(year=0, drop=True)
        np.testing.assert_allclose(fte.isel(year=1, drop=True), base, rtol=4e-3)
    post = result["supply_fte"].transpose(..., "year")
    np.testing.assert_allclose(post[..., 1], post[..., 0], rtol=5e-3, atol=1e-9)


def test_of_the_nation_the_curve_counts_and_not_the_level():
    """Twice the nation's rates, where 40 ages of 25 person-years tell the place's own level."""
    ages = list(range(25, 65))
    post = {"region": "T", "sector": "s", "occupation": "o", "sex": "female", "year": 2020}
    rows = pl.DataFrame(
        [
            {**post, "working_age": age, "flow": "other", "persons": 2.5, "exposure": 25.0}
            for age in ages
        ]
    )
    cells = {"occupation": ["o"], "working_age": ages}
    nation = xr.DataArray(
        np.full((1, len(ages), len(CAUSES)), 0.05),
        dims=["occupation", "working_age", "cause"],
        coords={**cells, "cause": CAUSES},
    )
    once, twice = (
        all_places(sum_over_years(rows), cells, nation * times)
        .sel(cause="other", sex="female")
        .mean()
        for times in (1.0, 2.0)
    )
    assert float(once) == pytest.approx((100 + 200 * 0.05) / 1200)
    assert float(twice) == pytest.approx(0.1)
