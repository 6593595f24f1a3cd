"""Net migration of each place by age: what births and deaths do not explain of its stocks."""

from functools import lru_cache

import numpy as np

from workforce.contract.about import Mark
from workforce.contract.arrays import Numbers
from workforce.inputs.stocks import Stocks, age_by_a_year
from workforce.inputs.vital import BORROWED, SOURCES, KnownRates, by_single_age, source_of

OLDEST_MOVER = 79
"""Above it a residual is taken to be an error of mortality rather than a move. [years]"""
NET_MIGRATION_K = 600.0
"""Person-years of one sex and age at which a place's own residuals count for half."""
SMOOTHED_AGES = 3
NATION_KEPT = 0.9
"""Share of the nation's distance from its long-run net migration left after each year."""
LEAST_RATE = -0.9


def net_migration_rates(persons: Numbers, live: Numbers) -> tuple[Numbers, Numbers]:
    """Residuals of each cohort and year, and the survivors that they are rates of.

    Of stocks (place, sex, age, year + 1) [persons] and survival into each age (place, sex, age,
    year) [share], net migrants and survivors by age at the end of the year. Nobody moves at age 0,
    where a residual holds fertility, nor above 79. [persons]
    """
    survivors = age_by_a_year(persons[..., :-1].swapaxes(-1, -2)).swapaxes(-1, -2) * live
    moved = persons[..., 1:] - survivors
    moved[:, :, 0] = 0.0
    moved[:, :, OLDEST_MOVER + 1 :] = 0.0
    return moved, survivors


def place_rates(
    stocks: Stocks, live: Numbers, national: Numbers, own: dict[int, Numbers]
) -> tuple[Numbers, Numbers]:
    """Net migrants per survivor by sex and age, each place drawn towards county, all and nation."""
    rate = np.broadcast_to(national, (len(stocks.own), *national.shape)).copy()
    weight = np.zeros(len(rate))
    if stocks.own.shape[-1] > 1:
        groups = (
            (stocks.whole, live.mean(axis=0, keepdims=True)),
            (stocks.county, live),
            (stocks.own, live),
        )
        for persons, alive in groups:
            moved, survivors = (part.sum(axis=-1) for part in net_migration_rates(persons, alive))
            moved, survivors = _over_ages(moved), _over_ages(survivors)
            credit = survivors / (survivors + NET_MIGRATION_K)
            rate = (moved + NET_MIGRATION_K * rate) / (survivors + NET_MIGRATION_K)
        total = survivors.sum(axis=(1, 2))
        weight = (credit * survivors).sum(axis=(1, 2)) / np.maximum(total, 1.0)
        rate[:, :, 0] = 0.0
        rate[:, :, OLDEST_MOVER + 1 :] = 0.0
    for place, published in own.items():
        rate[place], weight[place] = published, 1.0
    return np.clip(rate, LEAST_RATE, None), weight


def arrivals_and_departures(
    rate: Numbers, drift: Numbers, survivors: Numbers, steps: int
) -> tuple[Numbers, Numbers]:
    """Carry rates out: those who come as persons, those who go as a rate of those present.

    Where more come than go the number follows the base population, since they come from outside;
    where more go it is a rate of the people there, so that nobody leaves who is not there.
    """
    reached = 1.0 - NATION_KEPT ** (1.0 + np.arange(steps))
    net = rate[..., np.newaxis] + drift[..., np.newaxis] * reached
    net = np.clip(net, LEAST_RATE, None)
    arrivals = np.maximum(net, 0.0) * survivors[..., np.newaxis]
    departures: Numbers = -np.log1p(np.minimum(net, 0.0))
    return arrivals, departures


def national_rates(
    known: KnownRates,
    codes: list[str],
    stocks: Stocks,
    borrowed: list[Mark],
) -> tuple[Numbers, Numbers, dict[int, Numbers]]:
    """Net migration of the nation in the years of the stocks, the long run, and places' rates."""
    published: dict[int, Numbers] = {}
    for place, code in enumerate(codes):
        where = source_of(known, "net_migration", code)
        if where == code:
            published[place] = _on_ages(known, where, tuple(stocks.ages))[..., -1]
        elif len(stocks.years) < 2 and not where:
            borrowed.append(Mark("net_migration", code, "", BORROWED))
    nation = source_of(known, "net_migration", known.nations[0] if known.nations else "")
    by_year = _on_ages(known, nation, tuple(stocks.ages))
    recent = by_year[..., -max(len(stocks.years) - 1, 1) :].mean(axis=-1)
    return recent, by_year.mean(axis=-1) - recent, published


@lru_cache(maxsize=SOURCES)
def _on_ages(known: KnownRates, where: str, ages: tuple[int, ...]) -> Numbers:
    rows = known.rows["net_migration", where]
    rates = by_single_age(rows, with_sex=True).reindex(age=list(ages), fill_value=0.0)
    values: Numbers = rates.transpose("sex", "age", "year").values
    return values


def _over_ages(persons: Numbers) -> Numbers:
    """Mean over neighbouring ages; shape (place, sex, age)."""
    side = SMOOTHED_AGES // 2
    padded = np.pad(persons, [(0, 0), (0, 0), (side, side)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, SMOOTHED_AGES, axis=-1)
    mean: Numbers = windows.mean(axis=-1)
    return mean
