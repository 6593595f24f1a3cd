import shutil
from pathlib import Path

import polars as pl
import pytest

from workforce.inputs import load_inputs
from workforce.inputs.pooled import known_on
from workforce.results.hindsight import MADE_AGAIN, OBSERVED, hindsight
from workforce.sources.tables.files import find_tables, read_table
from workforce.sources.tables.folder import folder_of, open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return hindsight(open_folder(SAMPLE), region="9006", base_year=2026, draws=20, seed=1)


def test_every_forecast_has_its_outcome_beside_it(rows: pl.DataFrame) -> None:
    keys = ["variable", "sector", "category", "year"]
    made = rows.filter(pl.col("scenario") == MADE_AGAIN)
    seen = rows.filter(pl.col("scenario") == OBSERVED)
    assert made["year"].unique().sort().to_list() == [2024, 2025, 2026]
    assert made.filter(pl.col("variable") == "headcount")["year"].unique().to_list() == [2026]
    assert made.join(seen, on=keys, how="anti").is_empty()
    assert set(made["variable"]) == {"population_by_band", "headcount"}


def test_outcomes_are_those_of_the_tables(rows: pl.DataFrame) -> None:
    staff = _table("staff")
    own = staff.filter((pl.col("region") == "9006") & (pl.col("year") == 2026))
    seen = rows.filter(
        (pl.col("scenario") == OBSERVED) & (pl.col("year") == 2026) & (pl.col("sector") == "all")
    )
    total = seen.filter(pl.col("variable") == "headcount")["central"].item()
    assert total == pytest.approx(float(own["persons"].sum()))


def test_outcomes_stand_in_the_order_of_the_years(rows: pl.DataFrame) -> None:
    seen = rows.filter(pl.col("scenario") == OBSERVED)
    for _, some in seen.group_by("variable", "sector", "category"):
        assert some["year"].is_sorted()


def _table(name: str) -> pl.DataFrame:
    return read_table(find_tables(SAMPLE)[name], name)


def test_a_forecast_made_again_does_not_see_what_came_after() -> None:
    """Take everything after 2023 away from the folder: the inputs of 2023 must be the same."""
    flows = ("staff_flows", "vital_rates", "mobility", "graduates")
    quarterly = ("absence", "vacancies")
    whole = dict(open_folder(SAMPLE).tables)
    del whole["population_projection"]
    cut = {}
    for name, table in whole.items():
        if name in quarterly:
            table = table.filter(pl.col("quarter") < "2023")
        elif "year" in table.columns:
            table = table.filter(pl.col("year") < (2023 if name in flows else 2024))
        if table.height:
            cut[name] = table
    one = load_inputs(folder_of(whole), region="9006", base_year=2023, horizon=3)
    other = load_inputs(folder_of(cut), region="9006", base_year=2023, horizon=3)
    for name in one.data_vars:
        assert float(abs(one[name] - other[name]).max()) < 1e-9, name


def test_an_official_projection_is_not_known_before_the_latest_year() -> None:
    stocks = pl.DataFrame({"year": [2025, 2026], "persons": [1, 1]})
    tables = {"population": stocks, "population_projection": stocks}
    assert "population_projection" in known_on(tables, 2026)
    assert "population_projection" not in known_on(tables, 2025)


def test_a_folder_of_one_year_has_nothing_to_judge(tmp_path: Path) -> None:
    shutil.copy(SAMPLE / "regions.csv", tmp_path / "regions.csv")
    people = _table("population").filter(pl.col("year") == 2026)
    people.write_parquet(tmp_path / "population.parquet")
    assert hindsight(
        open_folder(tmp_path), region="9006", base_year=2026, draws=20, seed=1
    ).is_empty()
