"""Need for FTE where staff by age is not known: from FTE in post and the users, and no supply."""

import polars as pl
import pytest

from workforce import load_inputs, project, simulate
from workforce.contract.about import about
from workforce.inputs.loading import base_persons
from workforce.inputs.shortage import national_rates
from workforce.sources.tables.folder import open_folder

AGES = (0, 80)


def write(folder, name, rows):
    pl.DataFrame(rows).write_csv(folder / f"{name}.csv")


@pytest.fixture
def folder(tmp_path):
    """Two towns with inhabitants of 0 and 80 only; those of 80 double by 2027."""
    write(tmp_path, "regions", [
        {"region": code, "level": level, "name": code, "county": county}
        for code, level, county in (
            ("4001", "municipality", "40"), ("4026", "municipality", "40"), ("40", "county", None),
        )
    ])  # fmt: skip
    cells = [(r, s, a) for r in ("4001", "4026") for s in ("female", "male") for a in range(82)]
    write(tmp_path, "population", [
        {"region": r, "sex": s, "age": a, "year": y, "persons": 100 if a in AGES else 1}
        for r, s, a in cells for y in (2025, 2026)
    ])  # fmt: skip
    write(tmp_path, "population_projection", [
        {"region": r, "variant": v, "sex": s, "age": a, "year": y,
         "persons": (200 if a == 80 and y > 2026 else 100) if a in AGES else 1}
        for r, s, a in cells for v in ("main", "low", "high") for y in range(2026, 2030)
    ])  # fmt: skip
    write(tmp_path, "service_use", [
        {"region": r, "sector": "health_care", "sex": s, "age": 80, "year": 2026, "users": 30}
        for r in ("4001", "4026") for s in ("female", "male")
    ])  # fmt: skip
    fte = {("4001", "2223"): 30.0, ("4001", "0000"): 10.0, ("4026", "2223"): 3.5,
           ("4026", "0000"): 8.0}  # fmt: skip
    write(tmp_path, "fte_in_post", [
        {"region": r, "sector": "health_care", "occupation": o, "year": 2026, "fte": f}
        for (r, o), f in fte.items()
    ])  # fmt: skip
    return tmp_path


def test_need_starts_at_the_fte_in_post_and_follows_the_users(folder):
    inputs = load_inputs(folder, region="4001", horizon=2)
    result = project(inputs)
    need, users = (result[name].sel(region="4001") for name in ("demand_fte", "users_path"))
    base = need.sel(sector="health_care", year=2026)
    assert dict(zip(base["occupation"].values, base.values.tolist(), strict=True)) == {
        "0000": pytest.approx(10.0), "2223": pytest.approx(30.0),
    }  # fmt: skip
    growth = (users.sel(year=2028) / users.sel(year=2026)).item()
    # Users are those of 80 and, by the national pattern, a few others, who stay as they are.
    assert 1.8 < growth < 2.0
    later = need.sel(sector="health_care", year=2028) / base
    assert later.values == pytest.approx([growth, growth])


def test_a_county_is_the_sum_of_its_towns_and_a_part_of_them_is_no_county(folder):
    county = project(load_inputs(folder, region="40", horizon=1))["demand_fte"]
    assert county.sel(year=2026).sum().item() == pytest.approx(51.5)
    rows = pl.read_csv(folder / "fte_in_post.csv", infer_schema=False)
    rows.filter(pl.col("region") == "4001").write_csv(folder / "fte_in_post.csv")
    assert "fte_in_post" not in load_inputs(folder, region="40", horizon=1)
    assert "fte_in_post" in load_inputs(folder, region="4001", horizon=1)


def test_nothing_is_said_of_supply(folder):
    result = project(load_inputs(folder, region="4001", horizon=2))
    assert set(result) == {"population_path", "population_by_band", "demand_fte", "users_path"}


def test_need_is_uncertain_by_use_and_standard_and_its_base_is_not(folder):
    inputs = load_inputs(folder, region="4001", horizon=2)
    need = simulate(inputs, ["baseline"], draws=20, seed=1)["demand_fte"]
    one = need.sel(scenario="baseline", region="4001", sector="all", occupation="all", level=0.8)
    base, then = one.sel(year=2026), one.sel(year=2028)
    assert base.values == pytest.approx([40.0] * 3)
    assert then.sel(bound="lower") < then.sel(bound="central") < then.sel(bound="upper")


def test_fte_in_post_are_not_used_where_staff_is_there(folder):
    write(folder, "staff", [
        {"region": "4001", "sector": "health_care", "occupation": "2223", "sex": "female",
         "age": age, "year": 2026, "persons": 1, "fte": 0.9}
        for age in range(25, 65)
    ])  # fmt: skip
    inputs = load_inputs(folder, region="4001", horizon=1)
    assert "fte_in_post" not in inputs
    assert "staff" in inputs
    persons = (
        base_persons(open_folder(folder))
        .group_by("region")
        .agg(pl.col("persons").sum())
        .sort("region")
    )
    shown = {"4001": 40.0, "4026": 12.0, "40": 40.0}
    assert {code: shown[code] for code in persons["region"]} == dict(persons.iter_rows())
    assert {"4001", "4026", "40"} <= set(persons["region"])


def test_a_break_counts_for_the_region_and_up_to_the_base_year(folder):
    write(folder, "series_breaks", [
        {"region": "4001", "year": year, "reason": "merged", "first_year": 2016}
        for year in (2020, 2030)
    ])  # fmt: skip
    told = about(load_inputs(folder, region="4001", horizon=1)).breaks
    assert [row.year for row in told] == [2020]
    assert about(load_inputs(folder, region="4026", horizon=1)).breaks == ()


def test_vacancies_of_the_country_are_the_mean_of_the_four_quarters_before():
    quarters = [f"{year}Q{part}" for year in (2024, 2025) for part in (1, 2, 3, 4)]
    fetched = pl.DataFrame(
        {"sector": "health_care", "quarter": quarters, "vacancy_rate": [0.1] * 4 + [0.02, 0.04] * 2}
    )
    packaged = national_rates(None, 2026)
    assert national_rates(fetched, 2026) == packaged | {"health_care": pytest.approx(0.03)}
    # Three quarters are not a year.
    assert national_rates(fetched.head(7), 2026) == packaged
