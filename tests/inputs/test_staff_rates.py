"""Rates of staff from flows: the steps of the shrinkage, cohorts, moves and a closed county."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr

from workforce.contract.about import about
from workforce.inputs import load_inputs
from workforce.inputs.exits import all_places, estimate_exits, others_part
from workforce.inputs.flows import CAUSES, ORIGINS, in_words, pool_flows, sum_over_years
from workforce.inputs.inflow import entry_profile, estimate_inflow
from workforce.inputs.position import position_by_age
from workforce.inputs.retirement import cohort_factors, retirement_factors
from workforce.inputs.transitions import occupational_moves
from workforce.model.projection import project
from workforce.scenarios.scenario import apply_scenario
from workforce.sources.tables.folder import folder_of, open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
AGES = [40, 41, 62, 63]
REGIONS = pl.DataFrame(
    {
        "region": ["C", "T1", "T2", "T3"],
        "level": ["county", "municipality", "municipality", "municipality"],
        "county": [None, "C", "C", "C"],
        "comparison_group": [None, "G1", "G1", "G2"],
    }
)
CELLS = {
    "region": ["T1", "T2", "T3"],
    "sector": ["s"],
    "occupation": ["o"],
    "sex": ["female", "male"],
    "working_age": AGES,
}
ZERO = xr.DataArray(
    np.zeros((1, len(AGES), len(CAUSES))),
    dims=["occupation", "working_age", "cause"],
    coords={"occupation": ["o"], "working_age": AGES, "cause": CAUSES},
)


def flow(region, flow, persons, exposure, *, age=40, sex="female", year=2025):
    return {
        "region": region,
        "sector": "s",
        "occupation": "o",
        "sex": sex,
        "working_age": age,
        "year": year,
        "flow": flow,
        "persons": float(persons),
        "exposure": float(exposure),
    }


def places(rows, cells, nation):
    return all_places(sum_over_years(rows), cells, nation)


def exits_of(rows, regions, cells, pool, nation):
    here, everywhere = in_words(sum_over_years(rows)), pool_flows(sum_over_years(rows), regions)
    return estimate_exits(here, everywhere, regions, cells, pool, nation)


def learnt(ages, years, rows, rate):
    seen = cohort_factors(OCCUPATIONS, ["o"], ages, rows, rate)
    return retirement_factors(OCCUPATIONS, ["o"], ages, years, seen)


def test_a_region_is_drawn_to_the_others_of_its_comparison_group_and_these_to_other_places():
    rows = pl.DataFrame(
        [
            flow("T1", "other", 20, 200),
            flow("T2", "other", 40, 200),
            flow("T3", "other", 12, 400),
        ]
    )
    nation = ZERO + 0.1
    found = exits_of(rows, REGIONS, CELLS,
        places(rows, CELLS, nation), nation,
    )  # fmt: skip
    found = found.inputs
    other = found["exit_rate"].sel(cause="other", sex="female", working_age=40)
    # Own exits count in the last step alone; T3 is the only one of its group.
    elsewhere = [(52 + 200 * 0.1) / 800, (32 + 200 * 0.1) / 800, (60 + 200 * 0.1) / 600]
    beside = [
        (40 + 200 * elsewhere[0]) / (200 + 200),
        (20 + 200 * elsewhere[1]) / (200 + 200),
        elsewhere[2],
    ]
    by_hand = [
        (20 + 200 * beside[0]) / (200 + 200),
        (40 + 200 * beside[1]) / (200 + 200),
        (12 + 200 * beside[2]) / (400 + 200),
    ]
    np.testing.assert_allclose(other.values.ravel(), by_hand)
    np.testing.assert_allclose(found["exit_weight"].values.ravel(), [0.5, 0.5, 2 / 3])


@pytest.mark.parametrize("place", ["T1", "C"])
def test_the_only_place_of_a_folder_draws_its_own_events_to_the_nation_once(place):
    """Its county has the same events, and so no other places either."""
    rows = pl.DataFrame(
        [
            flow("T1", "other", 30, 150),
            flow("T1", "other", 10, 50, sex="male", age=41),
            flow("T1", "graduate", 9, 150),
            flow("T1", "return", 3, 150),
        ]
    )
    regions, cells = (
        REGIONS.filter(pl.col("region").is_in(["C", "T1"])),
        CELLS | {"region": [place]},
    )
    nation = ZERO + 0.1
    pool = places(rows, cells, nation)
    exits = exits_of(rows, regions, cells, pool, nation)
    lived = {("female", 40): 150, ("male", 41): 50}
    rate = exits.inputs["exit_rate"].sel(cause="other", region=place).squeeze()
    left = sum(
        years * float(rate.sel(sex=sex, working_age=age)) for (sex, age), years in lived.items()
    )
    assert left / 200 == pytest.approx((40 + 200 * 0.1) / (200 + 200))
    came = estimate_inflow(
        {"regions": regions, "population": people("T1")}, in_words(sum_over_years(rows)),
        pool_flows(sum_over_years(rows), regions), cells, 2026,
        xr.DataArray(
            np.ones((1, 1, 1, 2, len(AGES))), dims=list(cells), coords=cells
        ),
        pool, exits,
    )  # fmt: skip
    # The nation's four causes are 0.4 a year; three of four recruits were graduates.
    graduates = (9 + 200 * 0.4 * 0.75) / 400 * 200
    # Those who leave have lived half a year, so 165 and 55 were there at the start, of whom fewer
    # leave at the drawn rate.
    total = exits.inputs["exit_rate"].sel(region=place).sum("cause").squeeze()
    start = {("female", 40): 150 + 30 / 2, ("male", 41): 50 + 10 / 2}
    rates = {cell: float(total.sel(sex=cell[0], working_age=cell[1])) for cell in start}
    graduates *= sum(start[cell] * -np.expm1(-rates[cell]) for cell in start) / sum(
        lived[cell] * rates[cell] for cell in start
    )
    inhabitants = 2 * (66 - 20 + 1)
    by_origin = came["inflow_rate"].sum(list(cells)) * inhabitants
    assert float(by_origin.sel(origin="graduate")) == pytest.approx(graduates)
    spread = came["inflow_relative_sd"].sel(origin="graduate").item()
    assert spread == pytest.approx((9 + 200 * 0.4 * 0.75) ** -0.5)


def test_what_a_place_alone_borrows_is_told_to_be_the_nations():
    rows = pl.DataFrame([flow("T1", "other", 30, 150)])
    staff = xr.DataArray(np.ones((3, 1, 1, 2, len(AGES))), dims=list(CELLS), coords=CELLS)
    weight = xr.full_like(staff.isel(sex=0, working_age=0, drop=True), 0.27)
    marks = others_part(staff, weight, pool_flows(sum_over_years(rows), REGIONS), REGIONS)
    found = {one.region: one.source for one in marks}
    assert found == {
        "T1": "nation",
        "T2": "all regions in the data",
        "T3": "all regions in the data",
    }


def test_who_left_under_the_old_rules_is_not_learnt_again_as_a_trait_of_the_birth_years():
    rows = pl.DataFrame([flow("T1", "retired", 300, 500, age=62, year=2024)])
    rate = (ZERO + 0.3).expand_dims(sex=["female", "male"])
    found = retirement_factors(
        OCCUPATIONS, ["o"], AGES, [2025], cohort_factors(OCCUPATIONS, ["o"], AGES, rows, rate)
    )
    assumed = retirement_factors(OCCUPATIONS, ["o"], AGES, [2025])
    # Twice as many as expected, all under the old rules: the exit rates hold it.
    xr.testing.assert_allclose(found, assumed)


def people(place):
    return pl.DataFrame(
        [
            {"region": place, "sex": sex, "age": age, "year": year, "persons": 1}
            for sex in ("female", "male")
            for age in range(100)
            for year in (2025, 2026)
        ]
    )


def test_person_years_of_the_members_add_up_in_a_county_without_rows():
    rows = pl.DataFrame([flow("T1", "other", 20, 200), flow("T2", "other", 40, 200)])
    nation = ZERO + 0.1
    pool = places(rows, CELLS, nation)
    county = estimate_exits(
        in_words(sum_over_years(rows)),
        pool_flows(sum_over_years(rows), REGIONS),
        REGIONS,
        CELLS | {"region": ["C"]},
        pool,
        nation,
    ).inputs
    assert county["exit_weight"].item() == pytest.approx(400 / 600)
    rate = county["exit_rate"].sel(cause="other", sex="female", working_age=40).item()
    assert rate == pytest.approx((60 + 200 * 0.1) / 600)


def test_the_sexes_differ_as_far_as_the_exits_bear_it():
    rows = pl.DataFrame([flow("T1", "other", 60, 500), flow("T1", "other", 40, 500, sex="male")])
    rate = places(rows, CELLS, ZERO + 0.1).sel(cause="other", working_age=40).isel(occupation=0)
    # There is no other occupation to be drawn to: own exits count once, against no difference.
    np.testing.assert_allclose(rate, 0.1 * (np.array([60, 40]) + 25) / (50 + 25))
    few = pl.DataFrame([flow("T1", "other", 3, 10), flow("T1", "other", 0, 10, sex="male")])
    alike = places(few, CELLS, ZERO + 0.1).sel(cause="other", working_age=40).isel(occupation=0)
    assert float(alike[0] / alike[1]) < 1.3


def test_retirement_rates_are_those_of_the_rules_before_the_reform():
    rows = pl.DataFrame(
        [
            flow("T1", "retired", 30, 100, age=62, year=2025),
            flow("T1", "retired", 1, 100, age=63, year=2027),
        ]
    )
    rate = places(rows, CELLS, ZERO + 0.3).sel(cause="retired", sex="female").isel(occupation=0)
    # Born 1962 and 1963. The latter is left out, so that the nation's rate stands at 63 but for the
    # sexes' difference.
    assert float(rate.sel(working_age=62)) == pytest.approx(float(rate.sel(working_age=63)))


def test_the_limit_of_72_is_not_counted_twice_where_it_has_been_seen():
    ages = [69, 70]
    cells = {**CELLS, "working_age": ages}
    nation = xr.concat([ZERO.isel(working_age=[0]) + 0.3] * 2, dim="working_age")
    nation = nation.assign_coords(working_age=ages)
    old = [flow("T1", "retired", 90, 100, age=70, year=2025)]
    new = [flow("T1", "retired", 10, 100, age=70, year=2026)]
    rate = places(pl.DataFrame(old), cells, nation)
    with_new = places(pl.DataFrame([*old, *new]), cells, nation)
    here = {"cause": "retired", "working_age": 70}
    np.testing.assert_array_equal(with_new.sel(here), rate.sel(here))
    of_both = nation.expand_dims(sex=["female", "male"])
    seen = retirement_factors(
        OCCUPATIONS,
        ["o"],
        ages,
        [2027],
        cohort_factors(OCCUPATIONS, ["o"], ages, pl.DataFrame(new), of_both),
    )
    assumed = retirement_factors(OCCUPATIONS, ["o"], ages, [2027])
    xr.testing.assert_equal(seen.sel(working_age=70), assumed.sel(working_age=70))


OCCUPATIONS = {"occupations": pl.DataFrame({"occupation": ["o"], "limit_group": [72]})}


def test_those_born_from_1963_retire_by_three_alternatives_and_others_as_before():
    found = retirement_factors(OCCUPATIONS, ["o"], [61, 62, 63, 70], [2025, 2026, 2027])
    middle = found["retirement_factor"].isel(occupation=0)
    # Completed years on 1 January: 62 in 2026 is born in 1963, and in 2025 in 1962.
    assert middle.sel(working_age=61).values.tolist() == [1.0, 1.0, 1.0]
    assert middle.sel(working_age=62).values.tolist() == [1.0, 0.75, 0.75]
    assert middle.sel(working_age=63).values.tolist() == [1.0, 1.0, 0.75]
    assert middle.sel(working_age=70).values.tolist() == [1.0, 0.8, 0.8]  # General limit of 72.
    assert bool((found["retirement_low"] <= found["retirement_factor"]).all())
    assert bool((found["retirement_factor"] <= found["retirement_high"]).all())


def test_what_is_seen_of_the_new_rules_draws_the_alternatives_together():
    seen = pl.DataFrame([flow("T1", "retired", 240, 800, age=62, year=2026)])
    rate = (ZERO + 0.4).expand_dims(sex=["female", "male"])
    found = retirement_factors(
        OCCUPATIONS, ["o"], AGES, [2027], cohort_factors(OCCUPATIONS, ["o"], AGES, seen, rate)
    )
    at_62 = {name: float(a.sel(working_age=62).item()) for name, a in found.items()}
    # Before the reform 0.4 * 800 = 320 would have retired; assumed are 160, 240 and 320.
    assert at_62["retirement_low"] == pytest.approx(0.5 * (240 + 100) / (160 + 100))
    assert at_62["retirement_factor"] == pytest.approx(0.75)
    assert at_62["retirement_high"] == pytest.approx((240 + 100) / (320 + 100))


def test_fewer_retire_in_the_low_alternative_and_more_in_the_high():
    inputs = load_inputs(SAMPLE, region="9002", horizon=10)

    def retired(scenario):
        result = project(apply_scenario(inputs, scenario))
        return float(result["exits"].sel(cause="retired").sum())

    assert retired("retirement_low") < retired("baseline") < retired("retirement_high")


def test_the_sexes_of_an_occupation_are_drawn_to_those_of_the_others():
    rows = pl.DataFrame(
        [
            flow("T1", "other", 60, 500),
            flow("T1", "other", 40, 500, sex="male"),
            flow("T1", "other", 20, 500) | {"occupation": "p"},
            flow("T1", "other", 80, 500, sex="male") | {"occupation": "p"},
        ]
    )
    cells = CELLS | {"occupation": ["o", "p"]}
    nation = (ZERO + 0.1).isel(occupation=0, drop=True).expand_dims(occupation=["o", "p"])
    rate = places(rows, cells, nation).sel(cause="other", working_age=40, occupation="o")
    others = (np.array([20, 80]) + 25) / (50 + 25)
    np.testing.assert_allclose(rate, 0.1 * (np.array([60, 40]) + 25 * others) / (50 + 25))


def test_entry_ages_of_an_occupation_are_drawn_to_the_others_and_to_the_nation():
    rows = pl.DataFrame(
        {
            "occupation": ["a", "b"],
            "sex": ["female", "female"],
            "working_age": [30, 40],
            "origin": ["graduate", "graduate"],
            "persons": [80.0, 0.0],
        }
    )
    cells = CELLS | {"occupation": ["a", "b"], "working_age": [30, 40]}
    profile = entry_profile(rows, cells)
    np.testing.assert_allclose(profile.sum(["sex", "working_age"]), 1.0)
    nation = pl.read_csv(SAMPLE.parent / "national" / "inflow_profile.csv")
    nation = nation.filter(pl.col("origin") == "graduate", pl.col("age").is_in([30, 40]))
    young = nation.filter(pl.col("age") == 30)["share"].item() / nation["share"].sum()
    found = profile.sel(origin="graduate", working_age=30, sex="female")
    # What was seen of the one is all that the other is drawn to, and counts once in itself.
    np.testing.assert_allclose(found, [(80 + 20 * young) / 100, (80 + 20 * young) / 100])
    assert list(profile["origin"].values) == ORIGINS


def test_the_only_move_between_two_groups_is_as_it_was_seen():
    tables = {
        "occupations": pl.DataFrame({"occupation": ["a", "b"], "group": ["x", "y"]}),
        "mobility": pl.DataFrame(
            {
                "occupation": ["a"],
                "occupation_to": ["b"],
                "year": [2025],
                "persons": [10],
                "exposure": [500.0],
            }
        ),
    }
    staff = pl.DataFrame({"sector": ["s"] * 2, "occupation": ["a", "b"], "persons": [1, 1]})
    found = occupational_moves(tables, staff, ["s"], ["a", "b"])
    np.testing.assert_allclose(found.sel(occupation="a", occupation_to="b"), 1 - np.exp(-0.02))


def test_the_position_of_an_age_is_drawn_to_that_of_the_other_ages():
    staff = pl.DataFrame(
        {
            "sector": ["s"] * 3,
            "occupation": ["o"] * 3,
            "age": [30, 40, 50],
            "persons": [20, 20, 20],
            "fte": [20.0, 10.0, 18.0],
        }
    ).rename({"age": "working_age"})
    cells = {"sector": ["s"], "occupation": ["o"], "working_age": [30, 40, 50]}
    share = position_by_age(staff, cells).sel(sector="s", occupation="o")
    # Twenty persons weigh as much as the others of the post: own FTE count once.
    others = np.array([28 / 40, 38 / 40, 30 / 40])
    np.testing.assert_allclose(share, (np.array([20, 10, 18]) + 20 * others) / 40)


def test_moves_between_occupations_are_drawn_to_the_other_moves_between_their_groups():
    tables = {
        "occupations": pl.DataFrame({"occupation": ["a", "b", "c"], "group": ["x", "y", "y"]}),
        "mobility": pl.DataFrame(
            {
                "occupation": ["a", "a", "a"],
                "occupation_to": ["b", "c", "c"],
                "year": [2025, 2024, 2025],
                "persons": [10, 30, 60],
                "exposure": [500.0, 500.0, 1000.0],
            }
        ),
    }
    staff = pl.DataFrame({"sector": ["s"] * 3, "occupation": ["a", "b", "c"], "persons": [1, 1, 1]})
    found = occupational_moves(tables, staff, ["s"], ["a", "b", "c"]).sel(sector="s")
    # A pair's own moves count once: what it is drawn to is what the others between the groups do.
    rates = np.array([(10 + 500 * 0.06) / 1000, (90 + 500 * 0.02) / 2000])
    leaving = 1 - np.exp(-rates.sum())
    np.testing.assert_allclose(
        found.sel(occupation="a", occupation_to=["b", "c"]), rates / rates.sum() * leaving
    )
    np.testing.assert_allclose(found.sum("occupation_to"), 1.0)
    assert float(found.sel(occupation="b", occupation_to="c")) == 0  # Never seen.


@pytest.fixture(scope="module")
def closed():
    """The tables of a county whose people move between its municipalities only."""
    tables = open_folder(SAMPLE).tables
    flows = tables["staff_flows"]
    out, come = pl.col("flow") == "moved_municipality", pl.col("flow") == "other_municipality"
    county = pl.col("region") == "90"
    towns = flows.filter(~county)
    lost = towns.filter(out)["persons"].sum()
    # What the municipalities lose, in the order of the rows, is what they take from one another.
    arrivals = towns.filter(come).with_columns(
        persons=(pl.col("persons").cum_sum().clip(upper_bound=lost))
        .diff()
        .fill_null(pl.col("persons").first())
    )
    rest = towns.filter(~come)
    outside = flows.filter(county & ~out & ~come)
    arrivals = arrivals.with_columns(pl.col("persons").cast(flows.schema["persons"]))
    return {**tables, "staff_flows": pl.concat([rest, arrivals, outside])}


def test_in_a_closed_county_members_lose_what_they_take_and_the_county_neither(closed):
    flows, folder = closed["staff_flows"].filter(pl.col("region") != "90"), folder_of(closed)
    persons = dict(flows.group_by("flow").agg(pl.col("persons").sum()).iter_rows())
    assert persons["moved_municipality"] == persons["other_municipality"] > 0
    county = load_inputs(folder, region="90", horizon=3)
    result = project(county)
    assert float(result["exits"].sel(cause="moved_municipality").sum()) == 0
    assert float(result["recruits"].sel(origin="other_municipality").sum()) == 0
    members = project(load_inputs(folder, horizon=3))
    assert float(members["exits"].sel(cause="moved_municipality").sum()) > 0
    assert "inner_moves" not in {m.variable for m in about(county).borrowed}


def test_a_county_without_rows_of_its_own_says_that_inner_moves_count(closed):
    flows = closed["staff_flows"].filter(pl.col("region") != "90")
    county = load_inputs(folder_of({**closed, "staff_flows": flows}), region="90", horizon=1)
    marks = [m for m in about(county).borrowed if m.variable == "inner_moves"]
    assert [m.region for m in marks] == ["90"]
    assert float(county["exit_rate"].sel(cause="moved_municipality").sum()) > 0


def test_a_measured_base_year_shortage_by_hand(tmp_path):
    """Ten persons on 8 FTE, 2 posts unfilled, absence 10 % of which the national share is short."""
    pl.DataFrame({"region": ["T1"], "level": ["municipality"], "name": ["Town"]}).write_csv(
        tmp_path / "regions.csv"
    )
    people = [("T1", sex, age, 2026, 10) for sex in ("female", "male") for age in range(106)]
    pl.DataFrame(
        people, schema=["region", "sex", "age", "year", "persons"], orient="row"
    ).write_csv(tmp_path / "population.csv")
    post = {"region": "T1", "sector": "kindergarten", "occupation": "2342"}
    pl.DataFrame(
        [post | {"sex": "female", "age": 40, "year": 2026, "persons": 10, "fte": 8.0}]
    ).write_csv(tmp_path / "staff.csv")
    pl.DataFrame([post | {"year": 2026, "line": "unfilled", "fte": 2.0}]).write_csv(
        tmp_path / "shortage.csv"
    )
    pl.DataFrame(
        [
            {
                "region": "T1",
                "sector": "kindergarten",
                "quarter": f"2025Q{q}",
                "kind": "total",
                "absence_rate": 0.1,
            }
            for q in (1, 2, 3, 4)
        ]
    ).write_csv(tmp_path / "absence.csv")
    share = pl.read_csv(SAMPLE.parent / "national" / "short_absence_share.csv")["share"].item()
    inputs = load_inputs(tmp_path, region="T1", sectors="kindergarten", horizon=1)
    base = project(inputs).sel(year=2026)
    at_work = 8.0 * (1 - 0.1 * share)
    assert float(base["supply_fte"].sum()) == pytest.approx(at_work, abs=1e-9)
    assert float(base["shortage_fte"].sum()) == pytest.approx(2.0, abs=1e-9)
    assert float(base["demand_fte"].sum()) == pytest.approx(at_work + 2.0, abs=1e-9)
