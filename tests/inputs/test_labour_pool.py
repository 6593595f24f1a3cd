"""The area that shares a labour pool, and the other employers in it."""

from pathlib import Path

import polars as pl
import pytest

from workforce.inputs.labour_pool import read_labour_pool
from workforce.sources.tables.folder import open_folder

REGIONS = "region,level,name,county\n90,county,County,\n1,municipality,A,90\n2,municipality,B,90\n8,county,Other,\n3,municipality,C,8\nNO,nation,N,\n"  # noqa: E501
HEAD = (
    "region,employer,occupation,year,name,employer_kind,persons,persons_low,persons_high,source\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    people = "\n".join(
        f"{region},{sex},25,2026,{count}"
        for region, count in (("1", 20), ("2", 10), ("3", 10))
        for sex in ("female", "male")
    )
    (tmp_path / "regions.csv").write_text(REGIONS, encoding="utf-8")
    (tmp_path / "population.csv").write_text("region,sex,age,year,persons\n" + people + "\n")
    (tmp_path / "staff.csv").write_text(
        "region,sector,occupation,sex,age,year,persons,fte\n1,care,2223,female,40,2026,5,4\n"
    )
    (tmp_path / "other_employers.csv").write_text(
        HEAD + "90,trust,2223,2027,Trust,hospital_trust,40,30,50,Plan 2026\n"
        "90,trust,2223,2029,Trust,hospital_trust,44,,,Plan 2026\n"
        "2,home,2223,2026,Home,voluntary,4,,,Letter\n"
        "3,far,2223,2026,Far,private,9,,,Letter\n"
    )
    return tmp_path


def test_a_municipality_and_its_county_have_the_same_pool(folder):
    pool = read_labour_pool(open_folder(folder), "1", base_year=2026, horizon=4)
    assert pool.area == "90"
    assert pool.employers.equals(
        read_labour_pool(open_folder(folder), "90", base_year=2026, horizon=4).employers
    )
    assert pool.municipalities == ("1",)
    assert pool.without_staff == ("2",)
    assert pool.graduate_share == pytest.approx(0.75)
    assert read_labour_pool(open_folder(folder), "NO", base_year=2026, horizon=4).area == ""


def test_a_year_without_a_plan_takes_the_latest_before_it_and_is_marked(folder):
    pool = read_labour_pool(open_folder(folder), "1", base_year=2026, horizon=5)
    trust = pool.employers.filter(employer="trust")
    assert trust["year"].to_list() == [2026, 2027, 2028, 2029, 2030]
    assert trust["persons"].to_list() == [40, 40, 40, 44, 44]
    assert trust["persons_high"].to_list() == [50, 50, 50, None, None]
    assert trust["carried"].to_list() == [True, False, True, False, True]
    assert set(pool.employers["employer"]) == {"trust", "home"}


def test_without_the_table_there_are_no_others(folder):
    (folder / "other_employers.csv").unlink()
    pool = read_labour_pool(open_folder(folder), "1", base_year=2026, horizon=4)
    assert pool.employers.is_empty()
    assert pool.employers.schema["persons"] == pl.Float64
