"""Absence, vacancies and part-timers of services too small to be told by themselves."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest
from tests.disclosure.joint_attack import Name, System, base_sectors
from tests.disclosure.posterior import PRIORS
from tests.disclosure.test_safe_tables import of_towns, protected
from tests.tables import read_folder

from workforce.disclosure.keys import sample_key
from workforce.disclosure.national import by_sector
from workforce.disclosure.safe_tables import LEAST_PART_TIMERS
from workforce.disclosure.services import (
    HALF_POINT,
    LEAST_OF_SEVERAL,
    QUARTERS,
    SEVERAL,
    rate_rows,
)
from workforce.disclosure.stocks import OWN, ShownStaff, show_staff
from workforce.disclosure.tree import LEAST_BASE, place_key
from workforce.sources.tables.files import packaged_folder

TOWNS = ["9005", "9006", "9007", "9008", "9009", "9010", "9011", "9012"]
KEYS = {region: place_key(sample_key(), region) for region in TOWNS}
RATES = {"absence": "absence_rate", "vacancies": "vacancy_rate"}


@cache
def sample() -> tuple[dict[str, pl.DataFrame], ShownStaff]:
    tables = read_folder(packaged_folder("sample"), ["staff", "regions", *RATES])
    return tables, show_staff(tables["staff"], KEYS)


def told(name: str, table: pl.DataFrame | None = None, staff: ShownStaff | None = None):
    tables, shown = sample()
    table = tables[name] if table is None else table
    return rate_rows(table, RATES[name], staff or shown, tables["regions"], KEYS)


def small() -> pl.DataFrame:
    return base_sectors(sample()[1]).filter(pl.col("persons") < OWN).drop("persons")


def of_small(rows: pl.DataFrame, rate: str) -> pl.DataFrame:
    """Mean of each year, of services that show few."""
    rows = rows.join(small(), on=["region", "sector"]).filter(pl.col("region").is_in(TOWNS))
    by = ["region", "sector", pl.col("quarter").str.slice(0, 4).alias("year")]
    return rows.group_by(by).agg(pl.col(rate).mean())


def pools() -> dict[tuple[str, str], list[tuple[str, float]]]:
    """Who counts in the level of each place and year that is told."""
    years = set(of_small(told("absence"), "absence_rate").select("region", "year").iter_rows())
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for region, year, sector, n in sample()[1].sectors.iter_rows():
        if (region, str(year)) in years and LEAST_OF_SEVERAL <= n < OWN:
            found.setdefault((region, str(year)), []).append((sector, n))
    return found


@pytest.mark.parametrize("name", RATES)
def test_services_of_few_differ_as_in_the_nation_at_the_level_that_they_have_together(name):
    rows = of_small(told(name), RATES[name])
    assert set(rows["region"]) == {"9006", "9007", "9008", "9009", "9010"}
    usual, _ = by_sector("absence" if name == "absence" else "vacancy_rate", "rate")
    for (_, _), place in rows.group_by("region", "year"):
        level = [rate / usual[sector] for _, sector, _, rate in place.iter_rows()]
        assert max(level) / min(level) < 1.01
    every = set(small().filter(pl.col("region").is_in(rows["region"].to_list())).iter_rows())
    assert set(rows.select("region", "sector").iter_rows()) == every


def test_nothing_is_told_of_two_services_or_of_fewer_than_fifty_together():
    shown = dict(base_sectors(sample()[1]).group_by("region").agg(pl.col("persons").sum()).rows())
    assert shown["9012"] < OWN
    regions = set(told("absence").join(small(), on=["region", "sector"])["region"])
    assert not {"9005", "9012"} & regions  # Of 9005 two services show under fifty.
    for pool in pools().values():
        assert len(pool) >= SEVERAL
        assert sum(n for _, n in pool) >= OWN


def yearly(name: str = "absence") -> dict[tuple[str, str, str], float]:
    """Rates as they were counted, by place, service and year."""
    rates = sample()[0][name]
    if "kind" in rates.columns:
        rates = rates.filter(pl.col("kind") == "total")
    year = pl.col("quarter").str.slice(0, 4).alias("year")
    mean = rates.group_by("region", "sector", year).agg(pl.col(RATES[name]).mean(), n=pl.len())
    return {row[:3]: row[3] for row in mean.filter(pl.col("n") == QUARTERS).iter_rows()}


def test_the_rate_of_each_service_could_be_many_to_who_knows_that_of_another():
    """Five half points and more, which are alike to whom all rates are, for any of them known."""
    mean = yearly()
    grid = np.arange(0.0, 0.2 + HALF_POINT, HALF_POINT)
    seen = []
    for (region, year), pool in pools().items():
        whole = sum(n for _, n in pool)
        level = round(sum(n * mean[region, s, year] for s, n in pool) / whole / HALF_POINT)
        for one, n in pool:
            for known, m in pool:
                others = [k for s, k in pool if s not in (one, known)]
                if one != known:
                    told_of = m * mean[region, known, year] + n * grid[:, None]
                    rest = (level + np.array([-0.5, 0.5])) * HALF_POINT * whole - told_of
                    could = (rest[:, 1] >= 0) & (rest[:, 0] <= 0.2 * sum(others))
                    seen.append(int(could.sum()))
    assert len(seen) > 100
    assert min(seen) >= 5


def test_the_total_of_a_place_known_from_elsewhere_leaves_each_small_service_many_rates():
    """To a tenth of a point, beside the rates of large services, and with another one known."""
    every = yearly()
    top = round(0.2 / HALF_POINT)
    large = dict(base_sectors(sample()[1]).select(
        pl.concat_str("region", "sector"), "persons").iter_rows())  # fmt: skip
    left: list[int] = []
    for region, year in sorted(pools())[1::3]:
        heads = {s: n for r, y, s, n in sample()[1].sectors.iter_rows()
                 if (r, str(y)) == (region, year) and (region, s, year) in every}  # fmt: skip
        rate = {s: every[region, s, year] / HALF_POINT for s in heads}
        few = [s for s in heads if large[region + s] < OWN]
        bounds: dict[Name, tuple[float, float]] = {
            (s,): (0.0, top) if s in few else (round(rate[s]) - 0.5, round(rate[s]) + 0.5)
            for s in heads
        }

        def mean(of: dict[str, float], step: float, rate: dict[str, float] = rate):
            whole = sum(n * rate[s] for s, n in of.items()) / sum(of.values())
            near = round(whole / step) * step + step * np.array([-0.5, 0.5])
            return ({(s,): n for s, n in of.items()}, *(near * sum(of.values())))

        told_sums = [mean(heads, 0.2), mean(dict(pools()[region, year]), 1.0)]
        for known, one in itertools.product([None, *few], few):
            exact = {} if known is None else {(known,): (rate[known], rate[known])}
            if known != one:
                left.append(System(bounds | exact, told_sums).values((one,)))
    assert len(left) > 50
    assert min(left) >= 5


def sums_of(sizes: list[int], prior: Callable[[float], float], parts: int = 1) -> np.ndarray:
    """How likely all sums of some counts are, in parts of a person."""
    found = np.ones(1)
    for n in sizes:
        found = np.convolve(found, [prior(part / parts) for part in range(n * parts + 1)])
    return found


MOST = 0.6
FEW = (1, 2, 3, 4)


@pytest.mark.parametrize("prior", PRIORS)
def test_no_count_of_one_of_several_is_believed_for_what_they_have_together(prior):
    """Whoever takes it that whole persons are absent knows their sum, to half a point."""
    weight = PRIORS[prior]
    found = []
    for sizes in {tuple(sorted(int(n) for _, n in pool)) for pool in pools().values()}:
        others = sums_of(list(sizes[1:]), weight)
        for whole in range(1, 13):
            belief = np.array([weight(n) * others[whole - n] for n in range(whole + 1)])
            found.append(max(belief[1:5]) / belief.sum())
    assert max(found) == pytest.approx(1 / 3)


def ratio(others: np.ndarray, wholes: Iterable[int], parts: int = 1) -> float:
    """Greatest likelihood ratio of neighbouring counts of 1 to 4, for all sums that may be."""
    like = [sum(others[whole - n * parts] for whole in wholes if whole >= n * parts) for n in FEW]
    return max(max(pair) / min(pair) if min(pair) else np.inf for pair in itertools.pairwise(like))


def test_neighbouring_counts_of_one_of_several_are_alike_but_where_few_are_there_together():
    """The limit that is told: from how many together the ratio is two or less, and where not."""

    def least(services: int) -> float:
        others = sums_of([25] * (services - 1), PRIORS["even"], QUARTERS)
        good = [ratio(others, [whole], QUARTERS) <= 2.0 for whole in range(4 * 15)]
        return (max(i for i, one in enumerate(good) if not one) + 1) / QUARTERS

    assert [least(services) for services in (3, 4, 5)] == [4.75, 6.25, 7.5]
    within: dict[str, list[bool]] = {}
    for name in RATES:
        mean = yearly(name)
        for (region, year), pool in pools().items():
            persons = sum(n for _, n in pool)
            level = sum(n * mean[region, s, year] for s, n in pool) / persons / HALF_POINT
            ends = (round(level) + np.array([-0.5, 0.5])) * HALF_POINT * persons * QUARTERS
            wholes = range(int(np.ceil(ends[0])), int(np.floor(ends[1])) + 1)
            others = sums_of([int(n) for _, n in pool[1:]], PRIORS["even"], QUARTERS)
            within.setdefault(name, []).append(ratio(others, wholes, QUARTERS) <= 2.0)
    assert {name: (sum(told), len(told)) for name, told in within.items()} == {
        "absence": (25, 35), "vacancies": (0, 35),
    }  # fmt: skip


def rounded_to(whole: int, shown: int) -> float:
    """Chance that a sum is shown as one multiple of the base."""
    return max(0.0, 1.0 - abs(whole - shown) / LEAST_BASE)


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("services", [2, 3, 4, 5])
def test_part_timers_of_several_are_told_where_neighbouring_counts_are_alike(services, prior):
    weight = PRIORS[prior]
    others = sums_of([45] * (services - 1), weight)
    each = range(LEAST_PART_TIMERS, 40, LEAST_BASE)  # Others have 45 employees at the most.
    for told in [range(0, LEAST_PART_TIMERS, LEAST_BASE), *([shown] for shown in each)]:
        chance = np.array([sum(rounded_to(w, shown) for shown in told) for w in range(80)])
        like = np.array([chance[n : n + 46] @ others[:46] for n in range(20)])
        neighbours = like[1:4] / like[2:5]
        assert max(*neighbours, *(1 / neighbours)) <= 2.0
        belief = like * [weight(n) for n in range(20)]
        assert max(belief[1:5]) / belief.sum() <= MOST


def test_a_service_that_grew_is_not_told_by_itself_of_years_in_which_it_counted_among_several():
    """Its own rate, taken off the level that last year's page has, would leave a sum of two."""
    staff = sample()[1]
    pool = dict(pools()["9009", "2025"])
    one = "kindergarten"
    assert one in pool

    def of_one(shown: ShownStaff, name: str) -> dict[str, float]:
        rows = told(name, staff=shown).filter(
            (pl.col("region") == "9009") & (pl.col("sector") == one)
        )
        year = pl.col("quarter").str.slice(0, 4)
        return dict(rows.group_by(year).agg(pl.col(RATES[name]).mean()).iter_rows())

    now = (pl.col("region") == "9009") & (pl.col("sector") == one)
    cells = pl.concat(
        [staff.cells.filter(~now), staff.cells.filter(now).head(1).with_columns(persons=60.0)]
    )
    latest = now & (pl.col("year") == 2026)
    sectors = staff.sectors.with_columns(
        persons=pl.when(latest).then(60.0).otherwise(pl.col("persons"))
    )
    grew = replace(staff, cells=cells, sectors=sectors)
    assert dict(base_sectors(grew).filter(now).select("sector", "persons").iter_rows()) == {
        one: 60.0
    }
    for name in RATES:
        before, after = of_one(staff, name), of_one(grew, name)
        assert {year: after[year] for year in before} == pytest.approx(before)


def test_what_counts_is_what_shows_of_persons_and_the_level_to_half_a_point():
    tables, _ = sample()
    before = told("absence")
    rate = pl.col("absence_rate")
    of_one = (pl.col("region") == "9009") & (pl.col("sector") == "technical")
    of_other = (pl.col("region") == "9009") & (pl.col("sector") == "kindergarten")
    # What one has more another has less, by persons shown: nothing of it shows.
    by_year = sample()[1].sectors.filter(pl.col("region") == "9009")
    heads = {(sector, str(year)): n for _, year, sector, n in by_year.iter_rows()}
    part = pl.col("quarter").str.slice(0, 4).replace_strict(
        {year: heads["technical", year] / heads["kindergarten", year]
         for sector, year in heads if sector == "technical"},
        default=0.0,
    )  # fmt: skip
    moved = tables["absence"].with_columns(
        absence_rate=pl.when(of_one).then(rate + 0.01).when(of_other).then(rate - 0.01 * part)
        .otherwise(rate)
    )  # fmt: skip
    assert told("absence", moved).equals(before)
    assert not moved.equals(tables["absence"])
    # A year's level is the same in every later run: by who showed in that year.
    until = tables["staff"].filter(pl.col("year") <= 2025)
    earlier = told("absence", staff=show_staff(until, KEYS))
    both = before.join(small(), on=["region", "sector"]).filter(pl.col("region") == "9009")
    both = both.join(earlier, on=["region", "sector", "quarter", "kind"])
    same = both.filter(pl.col("absence_rate") != pl.col("absence_rate_right"))
    assert both.height > 50
    assert same.is_empty()


def test_part_timers_of_services_of_few_are_rounded_together():
    tables = of_towns(read_folder(packaged_folder("sample")), ["9009", "9012"])
    rows = protected(tables)["part_time"].join(small(), on=["region", "sector"])
    assert set(rows["region"]) == {"9009"}
    count = rows["part_timers"].sum()
    assert count % 5.0 == pytest.approx(0.0, abs=1e-6)
    true = tables["part_time"].join(small(), on=["region", "sector"])
    assert abs(count - true.filter(pl.col("region") == "9009")["part_timers"].sum()) < 5
    assert rows["wants_more"].null_count() == rows.height
