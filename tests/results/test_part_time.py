"""Who works part time and wants more: own rows, sums of municipalities, and what nobody told."""

from pathlib import Path

import polars as pl
import pytest

from workforce.contract.results import require_declared
from workforce.disclosure.safe_folder import protect
from workforce.disclosure.safe_tables import Rounding
from workforce.results.part_time import part_time_rows
from workforce.sources.tables.folder import open_folder

HEADS = {"NO": "nation,Norge,,", "40": "county,Fylket,,", "4001": "municipality,By,40,",
         "4002": "municipality,Bygd,40,"}  # fmt: skip
TOLD = "4001,care,2026,30,0.53\n4002,care,2026,10,0.1\n4001,school,2026,5,\n"


def folder(path: Path, told: str) -> Path:
    regions = "".join(f"{code},{rest}\n" for code, rest in HEADS.items())
    (path / "regions.csv").write_text(f"region,level,name,county,comparison_group\n{regions}")
    (path / "sectors.csv").write_text(
        "sector,name_nb,name_nn,name_en\ncare,Omsorg,Omsorg,Care\nschool,Skole,Skule,School\n"
    )
    staff = "".join(
        f"{place},{sector},2223,female,40,2026,{heads},{heads}\n"
        for place, sector, heads in (("4001", "care", 60), ("4001", "school", 60),
                                     ("4002", "care", 20), ("4002", "school", 10))
    )  # fmt: skip
    (path / "staff.csv").write_text(f"region,sector,occupation,sex,age,year,persons,fte\n{staff}")
    people = "".join(
        f"{place},{sex},{age},2026,100\n"
        for place in ("4001", "4002")
        for sex in ("female", "male")
        for age in range(3)
    )
    (path / "population.csv").write_text(f"region,sex,age,year,persons\n{people}")
    (path / "part_time.csv").write_text(f"region,sector,year,part_timers,wants_more\n{told}")
    return path


def found(path: Path, region: str) -> dict[tuple[str, str], float]:
    rows = part_time_rows(open_folder(path), region=region, base_year=2026)
    require_declared(rows)
    return {(row["variable"], row["sector"]): row["central"] for row in rows.to_dicts()}


def test_a_county_is_the_sum_of_its_municipalities_where_those_of_most_staff_have_told(
    tmp_path: Path,
) -> None:
    place = folder(tmp_path, TOLD)
    assert found(place, "4001") == {
        ("part_time_staff", "care"): 30.0,
        ("part_time_wants", "care"): 0.53,
        ("part_time_staff", "school"): 5.0,
    }
    county = found(place, "40")
    assert county[("part_time_staff", "care")] == 40.0
    assert county[("part_time_wants", "care")] == pytest.approx((15.9 + 1) / 40)
    assert ("part_time_staff", "school") not in county


def test_a_small_place_that_has_not_told_is_taken_to_be_like_the_others(tmp_path: Path) -> None:
    place = folder(tmp_path, "4001,care,2026,30,0.5\n")
    staff = (place / "staff.csv").read_text()
    (place / "staff.csv").write_text(staff.replace("2026,20,20", "2026,5,5"))
    county = found(place, "40")
    assert county[("part_time_staff", "care")] == pytest.approx(30 * 65 / 60)
    assert county[("part_time_wants", "care")] == pytest.approx(0.5)


def test_the_public_is_told_rounded_part_timers_of_services_of_fifty_or_more(
    tmp_path: Path,
) -> None:
    told = protect(open_folder(folder(tmp_path, TOLD)), Rounding(), key=b"k" * 32).tables[
        "part_time"
    ]
    assert told.select("region", "sector").rows() == [("4001", "care"), ("4001", "school")]
    assert all(count % 5 == 0 for count in told["part_timers"])
    # Fewer than fifty show, and a share of them would tell how many they are.
    assert told["wants_more"].to_list() == [None, None]


def test_nobody_is_part_time_where_nobody_told(tmp_path: Path) -> None:
    place = folder(tmp_path, TOLD)
    (place / "part_time.csv").unlink()
    assert found(place, "4001") == {}


def test_the_rows_have_the_persons_they_stand_on(tmp_path: Path) -> None:
    rows = part_time_rows(open_folder(folder(tmp_path, TOLD)), region="4001", base_year=2026)
    assert (
        rows.filter(pl.col("persons") != pl.col("central"))
        .filter(variable="part_time_staff")
        .is_empty()
    )
