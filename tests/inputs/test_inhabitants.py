"""Rates of a place inferred from its stocks, and the official projection with what comes after."""

import numpy as np
import polars as pl
import pytest

from workforce.contract.about import about
from workforce.errors import ParameterError
from workforce.inputs import load_inputs
from workforce.inputs.migration import arrivals_and_departures, net_migration_rates
from workforce.model.projection import project_inhabitants

AGES = np.arange(106)
YEARS = range(2016, 2027)


def steady(size):
    """Persons by age that are many when young and few when old."""
    return size * np.clip(1.05 - AGES / 100, 0.0, 1.0) / 100


def held(size):
    """Give the same persons each year."""
    return lambda _year: steady(size)


def write(folder, places, *, official=None):
    """Write regions and population; ``places`` gives persons (age) of one sex in each year."""
    rows = [
        pl.DataFrame({"age": AGES, "persons": persons(year)}).with_columns(
            region=pl.lit(code), sex=pl.lit(sex), year=pl.lit(year)
        )
        for code, persons in places.items()
        for year in YEARS
        for sex in ("female", "male")
    ]
    pl.concat(rows).select("region", "sex", "age", "year", "persons").write_csv(
        folder / "population.csv"
    )
    names = list(places)
    pl.DataFrame(
        {"region": names, "level": ["municipality"] * len(names), "name": names}
    ).with_columns(county=pl.lit(None, dtype=pl.String)).write_csv(folder / "regions.csv")
    if official is not None:
        official.write_csv(folder / "population_projection.csv")
    return folder


def official_rows(places, years, variants=("main",)):
    rows = [
        pl.DataFrame({"age": AGES, "persons": steady(5000) * (1 + 0.1 * k)}).with_columns(
            region=pl.lit(code), variant=pl.lit(variant), sex=pl.lit(sex), year=pl.lit(year)
        )
        for k, variant in enumerate(variants)
        for code in places
        for year in years
        for sex in ("female", "male")
    ]
    return pl.concat(rows).select("region", "variant", "sex", "age", "year", "persons")


def test_what_births_and_deaths_do_not_explain_has_moved():
    persons = np.zeros((1, 1, 106, 2))
    persons[0, 0, 30, 0], persons[0, 0, 31, 1] = 100.0, 105.0
    persons[0, 0, 85, 0], persons[0, 0, 86, 1] = 50.0, 30.0
    live = np.ones((1, 1, 106, 1))
    live[0, 0, 31] = 0.98
    moved, survivors = net_migration_rates(persons, live)
    assert survivors[0, 0, 31, 0] == 98.0
    assert moved[0, 0, 31, 0] == pytest.approx(7.0)
    # Above 79 a residual is an error of mortality.
    assert moved[0, 0, 86, 0] == 0.0


def test_those_who_come_are_persons_and_those_who_go_a_rate():
    rate = np.zeros((1, 2, 106))
    rate[0, 0, 30], rate[0, 0, 20] = 0.02, -0.1
    drift = np.zeros((2, 106))
    drift[0, 30] = -0.01
    survivors = np.full((1, 2, 106), 200.0)
    arrivals, departures = arrivals_and_departures(rate, drift, survivors, 2)
    # By hand: 0.02 - 0.01 (1 - 0.9) and 0.02 - 0.01 (1 - 0.81), times 200.
    np.testing.assert_allclose(arrivals[0, 0, 30], [3.8, 3.62])
    np.testing.assert_allclose(1 - np.exp(-departures[0, 0, 20]), 0.1)
    assert arrivals[0, 0, 20].sum() == departures[0, 0, 30].sum() == 0.0


def test_a_place_that_empties_never_has_fewer_than_nobody(tmp_path):
    def emptying(year):
        return np.round(steady(3000) * 0.8 ** (year - 2016))

    folder = write(tmp_path, {"a": held(20_000), "b": emptying})
    inputs = load_inputs(folder, horizon=20)
    path = project_inhabitants(inputs)
    assert float(path.min()) >= 0
    total = path.sel(region="b").sum(["sex", "age"])
    assert 0 < float(total.sel(year=2046)) < float(total.sel(year=2026))


def test_a_small_place_is_drawn_towards_the_others_and_a_large_one_is_not(tmp_path):
    folder = write(tmp_path, {"a": held(100_000), "b": held(300)})
    weight = load_inputs(folder, horizon=1)["vital_weight"]
    for rate in weight["rate"].values:
        large, small = (float(weight.sel(region=code, rate=rate)) for code in ("a", "b"))
        assert small < 0.25 < 0.75 < large


def test_the_only_place_of_a_folder_draws_its_own_children_to_the_nation_once(tmp_path):
    def childless(_year):
        persons = steady(3000)
        persons[0] = 0.0
        return persons

    def fertility(folder):
        inputs = load_inputs(folder, horizon=1)
        weight = float(inputs["vital_weight"].sel(rate="fertility").item())
        return float(inputs["fertility"].sum()), weight

    none, weight = fertility(write(tmp_path, {"a": childless}))
    assert weight > 0.1
    # Stocks of one year tell no births, so that the nation's rates stand.
    stocks = pl.read_csv(tmp_path / "population.csv")
    stocks.filter(pl.col("year") == 2026).write_csv(tmp_path / "population.csv")
    nation, _ = fertility(tmp_path)
    assert none / nation == pytest.approx(1 - weight)


def test_more_children_than_the_nations_rates_give_raise_the_fertility_of_the_place(tmp_path):
    def many_children(year):
        persons = steady(100_000)
        persons[0] *= 1.5
        return persons

    folder = write(tmp_path, {"a": held(100_000), "b": many_children})
    fertility = load_inputs(folder, horizon=1)["fertility"].sum("age").isel(flow_year=0)
    ratio = float(fertility.sel(region="b") / fertility.sel(region="a"))
    assert 1.35 < ratio < 1.5


def test_the_mortality_of_each_region_is_there_beside_the_official_projection(tmp_path):
    folder = write(
        tmp_path,
        {"a": held(5000)},
        official=official_rows(["a"], range(2027, 2037)),
    )
    inputs = load_inputs(folder, horizon=10)
    assert inputs["mortality"].dims == ("region", "sex", "age", "flow_year")
    assert "fertility" not in inputs
    np.testing.assert_allclose(
        project_inhabitants(inputs).sel(year=2030, sex="male", region="a"), steady(5000)
    )


def test_an_official_projection_that_ends_early_is_carried_on_and_marked(tmp_path):
    folder = write(
        tmp_path,
        {"a": held(5000)},
        official=official_rows(["a"], range(2027, 2031)),
    )
    inputs = load_inputs(folder, horizon=10)
    path = project_inhabitants(inputs)
    assert path["year"].values.tolist() == list(range(2026, 2037))
    np.testing.assert_allclose(path.sel(year=2030, sex="male", region="a"), steady(5000))
    assert 0.8 < float(path.sel(year=2036).sum() / path.sel(year=2030).sum()) < 1.2
    reasons = {row.variable: row.reason for row in about(inputs).borrowed}
    assert reasons["population_official"] == "the official projection ends in 2030"


def test_the_low_and_high_alternatives_can_be_chosen(tmp_path):
    variants = ("main", "low", "high")
    folder = write(
        tmp_path,
        {"a": held(5000)},
        official=official_rows(["a"], range(2027, 2032), variants),
    )
    totals = {
        variant: float(
            load_inputs(folder, horizon=5, variant=variant)["population_official"]
            .sel(year=2030)
            .sum()
        )
        for variant in variants
    }
    assert totals["high"] == pytest.approx(1.2 * totals["main"])
    with pytest.raises(ParameterError, match="'middle' is not one of high, low, main"):
        load_inputs(folder, horizon=5, variant="middle")


def test_a_base_year_gone_by_uses_no_later_stock(tmp_path):
    def jump(year):
        return steady(5000) * (2.0 if year > 2022 else 1.0)

    calm = write(tmp_path, {"a": held(5000)})
    before = project_inhabitants(load_inputs(calm, base_year=2022, horizon=4))
    after = project_inhabitants(
        load_inputs(write(tmp_path, {"a": jump}), base_year=2022, horizon=4)
    )
    np.testing.assert_array_equal(before, after)
