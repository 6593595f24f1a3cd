"""Cohort-component projection: the numbers by hand, and what must always balance."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError, ParameterError
from workforce.model.population import project_population, survival_from_mortality

SEXES = ["female", "male"]
steady = settings(deadline=None, derandomize=True, max_examples=30)


def array(values, **labels):
    return xr.DataArray(np.asarray(values, dtype=float), dims=list(labels), coords=labels)


def village(**changes):
    """Four ages, the oldest open; one step; women of age 1 give birth."""
    ages = [0, 1, 2, 3]
    parts = {
        "population": array([[10, 20, 30, 40], [12, 18, 25, 20]], sex=SEXES, age=ages),
        "survival": array(
            [[0.9, 0.8, 0.7, 0.5], [0.9, 0.8, 0.6, 0.4]], sex=SEXES, age=ages
        ).expand_dims(year=[2026]),
        "fertility": array([0.5], age=[1]),
        "sex_ratio_at_birth": 1.0,
    }
    return parts | changes


def test_one_year_of_a_village_by_hand():
    result = project_population(**village())
    women = result.population.sel(sex="female", year=2027).values
    # 20 women of age 1 now, 10 * 0.8 = 8 after: 0.5 * 14 = 7 births, 3.5 girls.
    np.testing.assert_allclose(women, [3.5 * 0.9, 10 * 0.8, 20 * 0.7, (30 + 40) * 0.5])
    assert result.births.sel(age=1).item() == pytest.approx(7.0)
    np.testing.assert_allclose(result.births_by_sex.sel(flow_year=2026), [3.5, 3.5])
    np.testing.assert_allclose(
        result.deaths.sel(sex="female", flow_year=2026), [0.35, 2.0, 6.0, 35.0]
    )


def test_half_of_the_migrants_live_through_the_year():
    migrants = array([[0, 4, 0, 0], [0, 0, 0, 0]], sex=SEXES, age=[0, 1, 2, 3])
    result = project_population(**village(net_migration=migrants))
    women = result.population.sel(sex="female", year=2027)
    assert women.sel(age=1).item() == pytest.approx(8 + 2)
    assert women.sel(age=2).item() == pytest.approx((20 + 2) * 0.7)
    # Women of age 1: 22 at the start, 10 at the end.
    assert result.births.sum().item() == pytest.approx(0.5 * 16)


def test_migrants_at_the_end_neither_give_birth_nor_die():
    migrants = array([[0, 4, 0, 0], [0, 0, 0, 0]], sex=SEXES, age=[0, 1, 2, 3])
    result = project_population(**village(net_migration=migrants, migration_timing="end"))
    women = result.population.sel(sex="female", year=2027)
    assert women.sel(age=1).item() == pytest.approx(8 + 4)
    assert women.sel(age=2).item() == pytest.approx(20 * 0.7)
    assert result.births.sum().item() == pytest.approx(7.0)


def test_emigration_is_a_rate_on_those_who_are_there():
    rate = array(np.full((2, 4), 0.2), sex=SEXES, age=[0, 1, 2, 3])
    result = project_population(**village(emigration_rate=rate, migration_timing="end"))
    women = result.population.sel(sex="female", year=2027)
    assert women.sel(age=1).item() == pytest.approx(8 * np.exp(-0.2))


def test_more_cannot_move_out_than_live_there():
    leaving = array([[0, -50, 0, 0], [0, 0, 0, 0]], sex=SEXES, age=[0, 1, 2, 3])
    result = project_population(**village(net_migration=leaving))
    assert (result.population >= 0).all()
    # All 20 of age 1 leave at the start (25 were asked), the 8 who turned 1 at the end.
    assert result.net_migration.sel(sex="female", age=1).item() == pytest.approx(-28)


def test_women_alone_have_girls_by_the_sex_ratio():
    ages = [0, 1, 2, 3]
    both = project_population(**village(sex_ratio_at_birth=1.05))
    women = village(sex_ratio_at_birth=1.05)
    women |= {name: women[name].sel(sex=["female"]) for name in ("population", "survival")}
    alone = project_population(**women)
    xr.testing.assert_allclose(alone.population, both.population.sel(sex=["female"]))
    assert alone.births_by_sex.item() == pytest.approx(7.0 / 2.05)
    assert alone.births.sum().item() == pytest.approx(7.0)
    assert list(alone.births.age.values) == ages


@st.composite
def places(draw):
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    width = draw(st.sampled_from([1, 5]))
    ages = np.arange(draw(st.integers(4, 9))) * width
    years = 2026 + width * np.arange(draw(st.integers(1, 4)))
    regions = [f"r{i}" for i in range(draw(st.integers(1, 3)))]
    size = (len(regions), 2, len(ages))
    labels = {"region": regions, "sex": SEXES, "age": ages}
    aged = {"sex": SEXES, "age": ages, "year": years}
    shape = (2, len(ages), len(years))
    return {
        "population": array(rng.integers(0, 9, size), **labels),
        "survival": array(rng.uniform(0, 1, shape), **aged),
        "fertility": array(rng.uniform(0, 0.3, len(ages) - 1), age=ages[1:]),
        "net_migration": array(rng.normal(0, 4, (*size, len(years))), **labels, year=years),
        "immigration": array(rng.uniform(0, 2, (2, len(ages))), sex=SEXES, age=ages),
        "emigration_rate": array(rng.uniform(0, 0.5, (2, len(ages))), sex=SEXES, age=ages),
        "sex_ratio_at_birth": draw(st.floats(0.9, 1.1)),
        "migration_timing": draw(st.sampled_from(["even", "end"])),
        "width": width,
    }


@steady
@given(places())
def test_births_deaths_and_migration_explain_every_change(place):
    result = project_population(**place)
    start = result.population.isel(year=slice(None, -1)).sum("age").values
    end = result.population.isel(year=slice(1, None)).sum("age").values
    flows = result.births_by_sex - (result.deaths - result.net_migration).sum("age")
    np.testing.assert_allclose(start + flows.values, end, atol=1e-9)
    assert (result.population >= 0).all()
    assert (result.deaths >= 0).all()
    np.testing.assert_allclose(
        result.births.sum("age").values, result.births_by_sex.sum("sex").values, atol=1e-9
    )


@steady
@given(places())
def test_a_region_alone_gets_the_numbers_it_gets_among_others(place):
    together = project_population(**place).population
    for region in place["population"].region.values:
        alone = place | {
            name: place[name].sel(region=region, drop=True)
            for name in ("population", "net_migration")
        }
        xr.testing.assert_allclose(
            project_population(**alone).population, together.sel(region=region, drop=True)
        )


def test_draws_pass_through_where_only_survival_has_them():
    parts = village()
    parts["survival"] = parts["survival"].expand_dims(draw=[0, 1, 2])
    assert project_population(**parts).population.dims == ("draw", "sex", "age", "year")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fertility": array([0.5], age=[7])}, "ages that population has not"),
        ({"fertility": array([0.5], age=[0])}, "youngest age 0 must be 0"),
        ({"population": array([[1.0] * 4] * 2, sex=["K", "M"], age=range(4))}, "female"),
        ({"population": array([[1.0] * 4] * 2, sex=SEXES, age=range(1, 5))}, "0 only in survival"),
        ({"population": array([[-1.0] * 4] * 2, sex=SEXES, age=range(4))}, "below 0"),
        ({"net_migration": array([1.0], age=[2])}, "net_migration: the dimension 'sex'"),
        ({"sex_ratio_at_birth": float("nan")}, "not a finite number"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changes, message):
    with pytest.raises(DataError, match=message):
        project_population(**village(**changes))


def test_steps_that_are_not_as_long_as_the_ages_are_wide_are_refused():
    parts = village()
    parts["survival"] = parts["survival"].isel(year=[0, 0]).assign_coords(year=[2026, 2031])
    with pytest.raises(DataError, match="rise by 1"):
        project_population(**parts)


def test_unknown_options_are_refused():
    with pytest.raises(ParameterError, match="migration_timing"):
        project_population(**village(migration_timing="mid"))
    with pytest.raises(ParameterError, match="width"):
        project_population(**village(width=10))


def rates(values, ages):
    return array([values, values], sex=SEXES, age=ages)


def test_constant_mortality_at_single_ages_gives_the_textbook_survival():
    m = 0.1
    survival = survival_from_mortality(rates([m] * 6, range(6))).sel(sex="male")
    p = 1 - m / (1 + 0.5 * m)
    lived = [(1 + p) / 2 * p**x for x in range(6)]
    assert survival.sel(age=3).item() == pytest.approx(lived[3] / lived[2])
    q0 = m / (1 + (1 - 0.29915) * m)
    assert survival.sel(age=0).item() == pytest.approx((1 - q0) + 0.29915 * q0)
    # The open group: T5 / T4 with T5 = l5 / m.
    t5 = p**5 / m
    assert survival.sel(age=5).item() == pytest.approx(t5 / (t5 + p**4 * (1 + p) / 2))


def test_infants_live_the_years_of_the_west_model_in_five_year_ages():
    m0, m1 = 0.02, 0.001
    table = survival_from_mortality(
        rates([m0, m1, 0.0005, 0.0005, 0.3], [0, 1, 5, 10, 15]), width=5
    )
    a0, a1 = 0.053 + 2.8 * m0, 1.522 - 1.518 * m0
    l1 = 1 - m0 / (1 + (1 - a0) * m0)
    l5 = l1 * (1 - 4 * m1 / (1 + (4 - a1) * m1))
    lived = (l1 + a0 * (1 - l1)) + (4 * l5 + a1 * (l1 - l5))
    assert table.sel(sex="female", age=0).item() == pytest.approx(lived / 5)


def test_groups_above_the_open_age_are_joined():
    m = rates(np.geomspace(0.001, 0.4, 30), range(30))
    whole, joined = survival_from_mortality(m), survival_from_mortality(m, open_age=20)
    xr.testing.assert_allclose(joined.sel(age=slice(0, 19)), whole.sel(age=slice(0, 19)))
    assert joined.age.values[-1] == 20
    # The joined group survives as the persons of a stationary population in it do.
    lived = np.cumprod(whole.sel(sex="female").values[:-1])
    above = lived[20:].sum() + lived[-1] * whole.sel(sex="female").values[-1] / (
        1 - whole.sel(sex="female").values[-1]
    )
    assert joined.sel(sex="female", age=20).item() == pytest.approx(above / (above + lived[19]))


@steady
@given(
    st.lists(st.floats(0.0, 3.0), min_size=6, max_size=25),
    st.floats(0.05, 2.0),
    st.sampled_from([1, 5]),
)
def test_survival_is_a_share_whatever_the_rates(closed, last, width):
    ages = np.arange(len(closed) + 1)
    ages = ages if width == 1 else np.r_[0, 1, 5 * ages[1:-1]]
    survival = survival_from_mortality(rates([*closed, last], ages), width=width)
    assert ((survival >= 0) & (survival <= 1)).all()
    assert list(survival.age.values) == list(range(0, ages[-1] + 1, width))


def test_no_deaths_at_the_open_age_is_refused():
    with pytest.raises(DataError, match="open age 5"):
        survival_from_mortality(rates([0.1] * 5 + [0.0], range(6)))
    with pytest.raises(DataError, match="0, 1, 5, 10"):
        survival_from_mortality(rates([0.1] * 6, range(6)), width=5)
    with pytest.raises(ParameterError, match="open_age 9"):
        survival_from_mortality(rates([0.1] * 6, range(6)), open_age=9)
