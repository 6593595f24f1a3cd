import polars as pl
import pytest
from tools.sample.geography import MUNICIPALITIES
from tools.sample.occupations import SECTORS
from tools.sample.tables import municipal_tables
from tools.sample.targets import (
    TEACHERS,
    fte_of,
    inhabitants_of,
    kindergarten_norm,
    own_users,
    pupils_per_teacher,
)

EXITS = ["retired", "left_sector", "moved_municipality", "other"]
CELL = ["region", "sector", "sex", "age", "year"]


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return municipal_tables(seed=20261)


def county(staff: pl.DataFrame) -> pl.DataFrame:
    return staff.with_columns(region=pl.lit("90"))


def balance(staff: pl.DataFrame, flows: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """Stock next year less survivors and recruits, by cell at the age next year."""
    leaving = pl.col("flow").is_in(EXITS)
    older = {"age": pl.col("age") + 1, "year": pl.col("year") + 1}
    parts = [
        staff.filter(pl.col("year") > 2019).select(*cell, persons="persons"),
        staff.filter(pl.col("year") < 2026)
        .with_columns(**older)
        .select(*cell, persons=-pl.col("persons")),
        flows.filter(leaving).with_columns(**older).select(*cell, persons="persons"),
        flows.filter(~leaving)
        .with_columns(year=pl.col("year") + 1)
        .select(*cell, persons=-pl.col("persons")),
    ]
    return pl.concat(parts).group_by(cell).agg(pl.col("persons").sum())


def test_exits_and_recruits_carry_each_sector_from_one_year_to_the_next(tables):
    flows = tables["staff_flows"].filter(pl.col("region") != "90")
    assert balance(tables["staff"], flows, CELL)["persons"].abs().sum() == 0


def test_the_county_balances_at_its_own_level(tables):
    flows = tables["staff_flows"].filter(pl.col("region") == "90")
    assert balance(county(tables["staff"]), flows, CELL)["persons"].abs().sum() == 0


def test_changes_of_occupation_are_all_that_is_left_of_each_occupation(tables):
    flows = tables["staff_flows"].filter(pl.col("region") == "90")
    left = balance(county(tables["staff"]), flows, ["occupation", "age", "year"])
    net = left.group_by("occupation", "year").agg(pl.col("persons").sum())
    moves = tables["mobility"].with_columns(year=pl.col("year") + 1)
    counted = pl.concat(
        [
            moves.select("year", occupation="occupation_to", persons="persons"),
            moves.select("year", occupation="occupation", persons=-pl.col("persons")),
        ]
    )
    expected = counted.group_by("occupation", "year").agg(moved=pl.col("persons").sum())
    joined = net.join(expected, on=["occupation", "year"], how="full", coalesce=True).fill_null(0)
    assert joined.filter(pl.col("persons") != pl.col("moved")).is_empty()
    assert joined["moved"].abs().sum() > 0


def test_who_moves_within_the_county_leaves_one_place_and_comes_to_another(tables):
    flows = tables["staff_flows"].with_columns(own=pl.col("region") == "90")
    sums = flows.group_by("own", "flow", "year").agg(pl.col("persons").sum())
    total = {(own, flow, year): persons for own, flow, year, persons in sums.iter_rows()}
    for year in range(2019, 2026):
        out = total[False, "moved_municipality", year] - total[True, "moved_municipality", year]
        into = total[False, "other_municipality", year] - total[True, "other_municipality", year]
        assert out == into > 0
        for flow in ("retired", "left_sector", "other", "graduate", "return"):
            assert total[False, flow, year] == total[True, flow, year]


def test_exposure_is_the_stock_less_the_time_that_leavers_were_gone(tables):
    flows = tables["staff_flows"].filter(pl.col("region") != "90")
    cell = ["region", "sector", "occupation", "sex", "age", "year"]
    lived = flows.group_by(cell).agg(
        pl.col("exposure").first(),
        different=pl.col("exposure").n_unique(),
        gone=pl.col("persons").filter(pl.col("flow").is_in(EXITS)).sum(),
    )
    assert (lived["different"] == 1).all()
    stock = tables["staff"].filter(pl.col("year") < 2026)
    joined = stock.join(lived, on=cell, how="left")
    assert joined["exposure"].null_count() == 0
    assert (joined["exposure"] <= joined["persons"] + 1e-9).all()
    assert (joined["exposure"] >= joined["persons"] - joined["gone"] - 1e-9).all()
    assert stock["persons"].sum() == joined["persons"].sum()


def test_staff_are_18_to_74_and_no_post_is_larger_than_full_time(tables):
    staff = tables["staff"]
    assert staff["age"].min() >= 18
    assert staff["age"].max() <= 74
    assert (staff["persons"] > 0).all()
    assert (staff["fte"] <= staff["persons"] + 1e-9).all()
    assert (staff["fte"] > 0).all()


def test_inhabitants_are_there_for_every_age_sex_year_and_place(tables):
    population, projected = tables["population"], tables["population_projection"]
    assert population.height == 12 * 2 * 106 * 8
    assert projected.height == 12 * 3 * 2 * 106 * 21
    keys = ["region", "sex", "age"]
    base = population.filter(pl.col("year") == 2026).select(*keys, observed="persons")
    for variant in ("main", "low", "high"):
        first = projected.filter((pl.col("variant") == variant) & (pl.col("year") == 2026))
        both = first.join(base, on=keys)
        assert (both["persons"] == both["observed"]).all()


def test_the_municipalities_run_from_about_300_to_90_000_inhabitants(tables):
    sizes = (
        tables["population"]
        .filter(pl.col("year") == 2026)
        .group_by("region")
        .agg(pl.col("persons").sum())
    )
    assert 240 <= sizes["persons"].min() <= 360
    assert 81_000 <= sizes["persons"].max() <= 99_000


def test_users_are_inhabitants(tables):
    keys = ["region", "sex", "age", "year"]
    both = tables["service_use"].join(tables["population"], on=keys)
    assert both.height == tables["service_use"].height
    assert (both["users"] <= both["persons"]).all()


def test_neighbours_are_neighbours_both_ways():
    near = {m.code: set(m.neighbours) for m in MUNICIPALITIES}
    for code, others in near.items():
        assert code not in others
        assert all(code in near[other] for other in others)


def test_total_absence_is_doctor_certified_and_self_certified_together(tables):
    wide = tables["absence"].pivot("kind", index=["region", "sector", "quarter"])
    apart = wide["total"] - wide["doctor_certified"] - wide["self_certified"]
    assert apart.abs().max() < 1e-9


def test_a_place_of_some_540_pupils_has_the_teachers_that_such_places_have(tables):
    both = own_users(tables, "primary_school").join(
        fte_of(tables, "primary_school", TEACHERS), on="region"
    )
    place = both.filter(pl.col("users").is_between(500, 560)).row(0, named=True)
    # Skoleporten: a tenth have fewer than 7.8 pupils per FTE, a tenth more than 9.7.
    assert 7.5 <= place["users"] / place["fte"] <= 10.0


def test_the_smaller_the_municipality_the_fewer_pupils_to_a_teacher(tables):
    bands = ((0, 2_000), (2_000, 5_000), (5_000, 22_000), (22_000, 1_000_000))
    found = [pupils_per_teacher(tables, band) for band in bands]
    assert found == sorted(found)
    both = own_users(tables, "primary_school").join(
        fte_of(tables, "primary_school", TEACHERS), on="region"
    )
    # Loppa with 63 pupils has 4.2, Oslo 12.4.
    assert (both["users"] / both["fte"]).is_between(4.0, 12.5).all()


def test_own_kindergartens_have_the_staff_that_the_norm_asks_for(tables):
    both = kindergarten_norm(tables).join(fte_of(tables, "kindergarten"), on="region")
    assert (both["fte"] / both["users"]).is_between(1.1, 2.1).all()


def test_small_municipalities_have_more_staff_per_inhabitant(tables):
    staff = tables["staff"].filter(pl.col("year") == 2026)
    fte = staff.group_by("region").agg(pl.col("fte").sum())
    both = inhabitants_of(tables).join(fte, on="region").sort("persons", descending=True)
    per_thousand = 1_000 * both["fte"] / both["persons"]
    assert per_thousand.to_list() == sorted(per_thousand)
    assert per_thousand.is_between(50, 200).all()


def test_every_municipality_has_staff_in_every_sector(tables):
    found = tables["staff"].group_by("year", "region").agg(pl.col("sector").n_unique())
    assert (found["sector"] == len(SECTORS)).all()


def test_the_occupations_of_a_sector_are_all_of_its_persons():
    for sector in SECTORS:
        assert sum(share for share, _ in sector.mix.values()) == pytest.approx(1)
