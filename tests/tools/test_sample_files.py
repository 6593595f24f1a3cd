import filecmp
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tools.register.extracts import write_register
from tools.sample import write_national, write_sample
from tools.sample.national import national_tables
from tools.sample.tables import municipal_tables, sample_tables
from tools.sample.targets import TARGETS, Target, small_cells

from workforce.contract.dictionary import tables as dictionary_tables
from workforce.sources.tables.folder import open_folder

DATA = Path(__file__).parents[2] / "data"
PUBLIC = {
    *("fte_in_post", "kostra_figures", "national_vacancies", "series_breaks", "wages"),
}
"""Tables that only real places have."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return municipal_tables(seed=20261)


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
def test_the_sample_meets_the_published_figure(target: Target, tables):
    assert target.measure(tables) == pytest.approx(target.published, abs=target.tolerance)


def test_most_cells_of_the_smallest_municipality_are_under_ten_persons(tables):
    assert small_cells(tables) > 0.5


def test_every_table_of_the_dictionary_is_there_and_sound(written):
    report = open_folder(written).report
    assert report.problems == ()
    assert set(report.absent) == PUBLIC
    assert set(report.present) == set(dictionary_tables()) - PUBLIC
    assert report.population_ready
    assert report.staff_ready


def test_the_same_seed_gives_the_files_that_are_committed(written):
    names = sorted(path.name for path in written.iterdir())
    assert names == sorted(path.name for path in (DATA / "sample").iterdir())
    for name in names:
        if name.endswith(".parquet"):
            new, old = (pl.read_parquet(f / name) for f in (written, DATA / "sample"))
            assert_frame_equal(new, old, check_exact=True)
        else:
            assert filecmp.cmp(written / name, DATA / "sample" / name, shallow=False), name


def test_the_county_council_leaves_the_rows_of_municipalities_as_they_were(tables):
    whole = sample_tables(seed=20261)
    for name, rows in tables.items():
        if "region" in rows.columns:
            kept = whole[name].filter(pl.col("region") != "9000")
            assert_frame_equal(kept, rows, check_exact=True)
            assert name not in ("staff", "service_use") or len(whole[name]) > len(rows)


def test_another_seed_gives_another_county(tables):
    other = municipal_tables(seed=1)
    assert not other["staff"].equals(tables["staff"])
    assert other["regions"].equals(tables["regions"])


def test_the_sample_is_under_ten_megabytes(written):
    assert sum(path.stat().st_size for path in written.iterdir()) < 10_000_000


def test_the_national_rates_are_those_that_are_committed(tmp_path):
    write_national(tmp_path)
    for path in tmp_path.iterdir():
        assert filecmp.cmp(path, DATA / "national" / path.name, shallow=False), path.name


def test_the_practice_register_is_the_one_that_is_committed(tmp_path):
    paths, _ = write_register(tmp_path, persons=1000)
    assert len(paths) == 6
    for path in paths:
        assert filecmp.cmp(path, DATA / "practice_register" / path.name, shallow=False), path.name


def test_every_national_rate_has_a_source_and_is_no_less_than_nothing():
    for name, table in national_tables().items():
        if name in ("sectors", "occupations"):
            continue
        assert table["source"].str.len_chars().min() > 10, name
        measure = table[table.columns[-2]]
        assert measure.is_finite().all(), name
        if name != "vital_rates":
            assert (measure >= 0).all(), name


def test_recruits_of_each_origin_are_spread_over_ages_in_full():
    sums = national_tables()["inflow_profile"].group_by("origin").agg(pl.col("share").sum())
    assert sums.height == 5
    assert (sums["share"] - 1).abs().max() < 1e-4


def test_every_group_of_occupations_has_national_exit_rates():
    national = national_tables()
    # Those not told apart, and those of county councils alone, leave at the rates of all.
    told = national["occupations"].filter(~pl.col("group").is_in(["other", "culture", "dental"]))
    pairs = set(told.select("limit_group", "group").unique().iter_rows())
    found = set(national["exit_rates"].select("limit_group", "group").unique().iter_rows())
    assert pairs <= found
    assert {(limit, "all") for limit in ("60", "63", "65", "72")} <= found


def test_total_fertility_is_the_published_1_44():
    every = national_tables()["vital_rates"].filter(pl.col("rate") == "fertility")
    rates = every.filter(pl.col("year") == every["year"].max())
    assert rates["value"].sum() == pytest.approx(1.44, abs=1e-4)
    mean = (rates["value"] * (rates["age"] + 0.5)).sum() / rates["value"].sum()
    assert mean == pytest.approx(31.8, abs=0.1)
