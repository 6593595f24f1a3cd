"""Borders of 2017-2024: a published split of half and half is caught, and totals are kept."""

import polars as pl
import pytest
from tools.borders import doubtful_weights, observed_weights, redraw_borders

from workforce.contract.municipalities import changes, successors


@pytest.fixture(scope="module")
def population(reference):
    """Inhabitants by municipality and year, at the borders of 2024, as published."""
    wide = pl.read_csv(reference("population_norway") / "municipality_single_age.csv.gz")
    ages = [column for column in wide.columns if column.startswith("a")]
    return (
        wide.with_columns(
            region=pl.col("location_code").str.slice(-4), persons=pl.sum_horizontal(ages)
        )
        .group_by("region", pl.col("calyear").alias("year"))
        .agg(pl.col("persons").sum())
    )


@pytest.fixture(scope="module")
def published(reference):
    """Weights from the borders of a year to those of 2024, as published."""
    return (
        pl.read_csv(reference("population_norway") / "redistricting_municip.csv.gz")
        .select(
            old=pl.col("location_code_original").str.slice(-4),
            new=pl.col("location_code_current").str.slice(-4),
            year=pl.col("calyear").cast(pl.Int64),
            weight=pl.col("weighting").cast(pl.Float64),
        )
        .filter(pl.col("year").is_between(2017, 2024))
    )


def _changes(published, year):
    """What becomes of the municipalities of a year by 2024; 2023 is listed with both code sets."""
    rows = published.filter(pl.col("year") == year)
    there = rows.filter(pl.col("old") != pl.col("new"))["old"].unique().to_list()
    rows = rows.filter(pl.col("old").is_in(there))
    return rows.select("old", "new", date=pl.date(2024, 1, 1))


def test_half_and_half_for_aalesund_is_caught(published, population, measured):
    changes = _changes(published, 2022)
    given = published.filter(pl.col("year") == 2022).with_columns(year=pl.lit(2024, pl.Int64))
    seen = {
        (region, year): persons
        for region, year, persons in population.select("region", "year", "persons").iter_rows()
    }
    assert (seen["1508", 2023], seen["1580", 2023]) == (33758, 33758)
    assert (seen["1508", 2024], seen["1580", 2024]) == (58509, 9357)
    found = doubtful_weights(given, changes, population)
    assert found.select("old", "new", "weight").rows() == [
        ("1507", "1508", 0.5),
        ("1507", "1580", 0.5),
    ]
    assert found["observed"].to_list() == pytest.approx([58509 / 67866, 9357 / 67866])
    measured(
        "Ålesund and Haram: published shares 0.500 and 0.500, observed "
        f"{found['observed'][0]:.3f} and {found['observed'][1]:.3f}"
    )


def test_the_splits_of_2020_cannot_be_seen_in_what_followed_and_are_not_believed(
    published, population
):
    changes = _changes(published, 2019)
    given = published.filter(pl.col("year") == 2019).with_columns(year=pl.lit(2024, pl.Int64))
    found = doubtful_weights(given, changes, population)
    assert {"1850", "5012"} <= set(found["old"])
    assert found.filter(pl.col("old").is_in(["1850", "5012"]))["observed"].null_count() == 5


@pytest.mark.parametrize(("year", "former"), [(2017, 426), (2018, 422), (2019, 422), (2022, 356)])
def test_totals_are_kept_and_splits_set_apart(published, year, former):
    codes = published.filter(pl.col("year") == year)["old"].unique().sort()
    assert len(codes) == former
    figures = pl.DataFrame({"region": codes, "persons": range(1000, 1000 + former)}).with_columns(
        year=pl.lit(year, pl.Int64)
    )
    changes = _changes(published, year)
    redrawn = redraw_borders(figures, changes, value="persons", year=2024)
    apart = set(redrawn.not_comparable["region"])
    split = changes.filter(pl.len().over("old") > 1)["old"].unique()
    assert apart == set(split)
    total = redrawn.table["persons"].sum() + redrawn.not_comparable["persons"].sum()
    assert total == figures["persons"].sum()
    assert set(redrawn.table["region"]) <= set(published.filter(pl.col("year") == 2024)["new"])


def test_aalesund_before_the_split_shared_out_as_observed_joins_the_years_after(
    published, population
):
    changes = _changes(published, 2022)
    weights = observed_weights(changes, population)
    former = pl.DataFrame({"region": ["1507"], "year": [2023], "persons": [67516]})
    redrawn = redraw_borders(former, changes, value="persons", year=2024, weights=weights)
    now = dict(redrawn.table.select("region", "persons").iter_rows())
    after = {"1508": 58509, "1580": 9357}
    assert sum(now.values()) == pytest.approx(67516)
    assert {code: round(now[code] / after[code] - 1, 4) for code in after} == pytest.approx(
        {"1508": -0.0052, "1580": -0.0052}, abs=1e-4
    )


def test_successors_of_every_former_number_are_those_published(published, measured):
    former = 0
    for (year, old), rows in published.group_by("year", "old"):
        if year == 2023:  # Listed with both code sets.
            continue
        expected = set(rows["new"])
        found = {one.new for one in successors(str(old))} or {old}
        assert found == expected, (year, old)
        former += found != {old}
    numbers = len({step.old for step in changes()})
    measured(f"{numbers} former numbers, {former} numbers and years held against what is published")
