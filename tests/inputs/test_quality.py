"""The quality gate: which figures are doubted, which are refused, and what a reason does."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tables import read_folder

from workforce.inputs.balances import staff_gaps
from workforce.inputs.jumps import USUAL, worst_change
from workforce.inputs.quality import Acceptance, accept, judge_folder, quality, refused_regions
from workforce.inputs.usual_positions import with_national_fte
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
TOWN = "9003"


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return read_folder(SAMPLE, ["regions", "population", "staff", "staff_flows", "service_use"])


@pytest.fixture
def folder(tmp_path, tables) -> Path:
    for name, frame in tables.items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


def change(folder: Path, table: str, rows: pl.Expr, **columns: pl.Expr) -> None:
    path = folder / f"{table}.parquet"
    frame = pl.read_parquet(path)
    frame.with_columns(
        pl.when(rows).then(value.cast(frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in columns.items()
    ).write_parquet(path)


def light(folder: Path, table: str, check: str, *, region=TOWN, quarter="2026Q4") -> str:
    lights = judge_folder(open_folder(folder), [region], quarter=quarter)
    return lights.filter((pl.col("table") == table) & (pl.col("check") == check))["light"].item()


def test_sound_figures_are_green_at_every_level(folder, tables):
    lights = judge_folder(
        open_folder(folder), tables["regions"]["region"].to_list(), quarter="2026Q4"
    )
    assert lights.filter(pl.col("light") != "green").is_empty()
    assert set(lights["check"]) == {
        "age", "jump", "balance", "occupation_balance", "position", "occupation_position",
        "revision",
    }  # fmt: skip
    assert refused_regions(lights) == {}


def test_gap_of_a_balance_is_stock_less_exits_plus_recruits_less_next_stock():
    staff = pl.DataFrame({"sector": ["a", "a"], "year": [2025, 2026], "persons": [100.0, 104.0]})
    flows = pl.DataFrame(
        {"sector": ["a"] * 3, "year": [2025] * 3, "flow": ["retired", "other", "graduate"],
         "persons": [4.0, 3.0, 15.0]}
    )  # fmt: skip
    gaps = staff_gaps(staff, flows, ["sector"])
    assert gaps.to_dicts() == [{"sector": "a", "year": 2025, "stock": 104.0, "gap": 4.0}]


def test_staff_that_does_not_balance_is_refused(folder):
    large = (pl.col("region") == TOWN) & (pl.col("sector") == "health_care")
    last = large & (pl.col("year") == 2025) & (pl.col("flow") == "graduate")
    persons = pl.read_parquet(folder / "staff.parquet").filter(large & (pl.col("year") == 2026))
    extra = 0.2 * persons["persons"].sum()
    flows = pl.read_parquet(folder / "staff_flows.parquet").with_row_index()
    row = flows.filter(last)["index"][0]
    flows.with_columns(
        persons=pl.when(pl.col("index") == row).then(extra).otherwise(pl.col("persons"))
    ).drop("index").write_parquet(folder / "staff_flows.parquet")
    assert light(folder, "staff_flows", "balance") == "red"
    told = refused_regions(judge_folder(open_folder(folder), [TOWN, "9001"], quarter="2026Q4"))
    assert list(told) == [TOWN]
    assert "table staff_flows, staff, exits and recruits do not add up" in told[TOWN]
    assert "health_care, 2025" in told[TOWN]
    assert "accept_red" in told[TOWN]


@pytest.mark.parametrize(
    ("factor", "expected"), [(0.01, "red"), (0.5, "yellow"), (0.8, "green"), (2.0, "yellow")]
)
def test_fte_for_each_employee_far_from_the_nation_is_doubted_and_then_refused(
    folder, factor, expected
):
    change(folder, "staff", pl.col("sector") == "kindergarten", fte=pl.col("fte") * factor)
    lights = judge_folder(open_folder(folder), [TOWN, "90"], quarter="2026Q4").filter(
        pl.col("check") == "position"
    )
    assert lights["light"].to_list() == [expected] * 2
    assert set(lights["sector"]) == ({""} if expected == "green" else {"kindergarten"})
    assert set(lights["table"]) == {"staff"}


def test_a_whole_place_far_from_the_nation_is_refused_without_naming_a_sector(folder):
    few = (pl.col("region") == TOWN) & (pl.col("year") == 2026)
    staff = pl.read_parquet(folder / "staff.parquet").filter(few)
    small = staff.group_by("sector").head(1).with_columns(persons=pl.lit(8.0), fte=pl.lit(0.06))
    small.write_parquet(folder / "staff.parquet")
    (folder / "staff_flows.parquet").unlink()
    lights = judge_folder(open_folder(folder), [TOWN], quarter="2026Q4").filter(
        pl.col("check") == "position"
    )
    assert lights.select("light", "sector", "year").rows() == [("red", "", 2026)]
    told = refused_regions(lights)[TOWN]
    assert "FTE for each employee far from the nation's, perhaps in another unit, 2026" in told


def test_small_posts_in_an_occupation_are_doubted_and_never_refused(folder):
    post = (pl.col("sector") == "health_care") & (pl.col("occupation") == "5329")
    change(folder, "staff", post, fte=pl.col("fte") * 0.05)
    assert light(folder, "staff", "occupation_position") == "yellow"
    assert light(folder, "staff", "position") != "red"


def test_sectors_that_the_nation_has_no_figures_for_are_held_against_all(tables):
    rows = tables["staff"].filter(pl.col("region") == TOWN).with_columns(sector=pl.lit("ferries"))
    expected = with_national_fte(rows.with_columns(age=pl.lit(80, pl.Int64)))
    assert expected["national_fte"].sum() / rows["persons"].sum() == pytest.approx(0.73, abs=0.1)
    assert expected.drop("national_fte").columns == rows.columns


@pytest.mark.parametrize(("factor", "expected"), [(1.02, "green"), (1.12, "yellow"), (1.5, "red")])
def test_population_that_jumps_is_doubted_and_then_refused(folder, factor, expected):
    last = (pl.col("region") == TOWN) & (pl.col("year") == 2026)
    change(folder, "population", last, persons=pl.col("persons") * factor)
    assert light(folder, "population", "jump") == expected
    assert light(folder, "population", "jump", region="9001") == "green"


def test_half_and_half_weights_of_a_split_municipality_are_refused():
    """Ålesund and Haram (1508, 1580): 33,758 each in 2023, and 58,509 and 9,357 in 2024."""
    for after in (58_509, 9_357):
        z, year = worst_change({2022: 33_500, 2023: 33_758, 2024: after}, USUAL["population"])
        assert year == 2024
        assert z > 8


@given(
    st.lists(st.integers(1, 19), min_size=2, max_size=8),
    st.floats(0.01, 0.5),
)
def test_cells_of_few_persons_are_never_judged(figures, usual):
    series = dict(enumerate(map(float, figures), start=2018))
    assert worst_change(series, usual) == (0.0, None)


@given(st.integers(200, 10**6), st.floats(-0.02, 0.02), st.integers(2, 10))
def test_steady_growth_is_no_jump(start, growth, years):
    series = {2010 + step: start * (1 + growth) ** step for step in range(years)}
    assert worst_change(series, USUAL["population"])[0] < 4


@pytest.mark.parametrize(("factor", "expected"), [(1.0, "green"), (1.13, "yellow"), (2.0, "red")])
def test_a_projection_that_does_not_go_on_from_the_population_is_doubted(folder, factor, expected):
    first = read_folder(folder, ["population"])["population"].filter(pl.col("year") == 2026)
    parts = [
        first.select(
            "region", "sex", "age", pl.col("persons") * more, variant=pl.lit(variant),
            year=pl.lit(2027, pl.Int64),
        )
        for variant, more in (("main", factor), ("high", 5.0))
    ]  # fmt: skip
    pl.concat(parts).write_parquet(folder / "population_projection.parquet")
    lights = judge_folder(open_folder(folder), [TOWN], quarter="2026Q4")
    own = lights.filter(pl.col("table") == "population_projection")
    assert own.select("check", "light", "year").rows() == [("jump", expected, 2027)]
    assert (TOWN in refused_regions(lights)) == (expected == "red")


@pytest.mark.parametrize(
    ("quarter", "expected"),
    [("2026Q1", "green"), ("2027Q1", "green"), ("2027Q2", "yellow"), ("2029Q2", "red")],
)
def test_age_of_the_figures_is_measured_from_the_quarter(folder, quarter, expected):
    assert light(folder, "population", "age", quarter=quarter) == expected


def test_figures_dated_after_the_quarter_are_refused(folder):
    lights = judge_folder(open_folder(folder), [TOWN], quarter="2025Q2")
    future = lights.filter(pl.col("check") == "future")
    assert set(future["table"]) == {"population", "staff", "staff_flows", "service_use"}
    assert set(future["light"]) == {"red"}


@pytest.mark.parametrize(("quarter", "expected"), [("2026Q2", "yellow"), ("2026Q3", "green")])
def test_kostra_figures_are_unrevised_until_15_june(folder, quarter, expected):
    assert light(folder, "service_use", "revision", quarter=quarter) == expected


def test_staff_a_year_behind_the_population_is_asked_about(folder):
    staff = pl.read_parquet(folder / "staff.parquet")
    staff.filter(pl.col("year") < 2026).write_parquet(folder / "staff.parquet")
    assert light(folder, "staff", "reference_date") == "yellow"


def test_a_reason_counts_for_the_places_and_tables_that_it_is_about(folder):
    lights = judge_folder(open_folder(folder), [TOWN, "9001"], quarter="2029Q2")
    assert set(refused_regions(lights)) == {TOWN, "9001"}
    one = accept(lights, [Acceptance("Old on purpose", regions=(TOWN,))])
    assert set(refused_regions(one)) == {"9001"}
    assert (
        "population" in refused_regions(accept(lights, [Acceptance("x", tables=("staff",))]))[TOWN]
    )
    every = accept(lights, [Acceptance("First"), Acceptance("Second")])
    assert refused_regions(every) == {}
    assert set(every.filter(pl.col("light") == "red")["accepted"]) == {"First"}
    assert set(every.filter(pl.col("light") != "red")["accepted"]) == {""}


def test_a_folder_without_staff_is_judged_by_what_it_has(folder):
    for name in ("staff", "staff_flows", "service_use"):
        (folder / f"{name}.parquet").unlink()
    assert set(judge_folder(open_folder(folder), [TOWN], quarter="2026Q4")["table"]) == {
        "population"
    }


def test_a_county_council_is_judged_where_its_county_has_no_municipality(folder):
    read = {path.stem: pl.read_parquet(path) for path in folder.iterdir()}
    county = read["population"].filter(region=TOWN).with_columns(region=pl.lit("90"))
    county.write_parquet(folder / "population.parquet")
    kept = read["regions"].filter(pl.col("region").is_in(["90", "9000"]))
    kept.with_columns(comparison_group=pl.lit(None, pl.String)).write_parquet(
        folder / "regions.parquet"
    )
    for name in ("staff", "staff_flows", "service_use"):
        read[name].filter(region="9000").write_parquet(folder / f"{name}.parquet")
    lights = quality(folder, quarter="2026Q4")
    assert set(lights.filter(region="90")["table"]) == {"population"}
    assert "staff" in set(lights.filter(region="9000")["table"])


def test_lights_hold_no_number_of_people(folder):
    lights = judge_folder(open_folder(folder), [TOWN], quarter="2026Q4")
    assert lights.columns == ["region", "table", "check", "light", "sector", "year", "accepted"]
    shutil.rmtree(folder)
