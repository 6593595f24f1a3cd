"""Set the turnover, absence, positions and exit age of a place beside those of wider places."""

from collections.abc import Sequence, Set
from functools import lru_cache

import polars as pl
import xarray as xr

from workforce.contract.councils import COUNCIL
from workforce.contract.folder import Folder
from workforce.inputs.flows import group_of
from workforce.inputs.loading import settle_base_year
from workforce.inputs.pooled import KEPT
from workforce.inputs.regions import chosen_regions, employer_of, employers, members
from workforce.results.benchmark_counts import counted_places, laid
from workforce.results.benchmark_estimates import (
    SCHEMA,
    exit_age_rows,
    laid_out,
    turnover_rows,
    with_all,
)
from workforce.results.rows import lay_rows

MEASURES = ("turnover", "absence_rate", "mean_position", "exit_age", "staff_per_user")
DIMENSION = "benchmark"
LEAST_POSITIONS = 50
"""Fewest persons whose position sizes are their own in a protected folder; others have national
ones, which compare with nothing. [persons]"""
LEFT_OUT = ["observed", "drawn", "expected", "exposure", "weight", "places"]
STEPS = {
    "turnover": 0.001,
    "absence_rate": 0.001,
    "mean_position": 0.001,
    "exit_age": 0.1,
    "staff_per_user": 0.0001,
    "benchmark_weight": 0.05,
    "benchmark_exposure": 5.0,
    "benchmark_places": 1.0,
}
"""Figures are rounded to multiples of these before they are told, so that nobody takes the few
persons of a small place out of the figures of its group by subtraction, nor out of the weight."""


def benchmark_rows(
    inputs: xr.Dataset,
    folder: Folder,
    *,
    region: str,
    scenario: str,
    measures: Sequence[str] = MEASURES,
) -> pl.DataFrame:
    """Compare a place with its comparison group and the nation, in rows of results.

    The categories are ``observed`` and, of what is estimated, ``drawn`` and ``expected``, at the
    wider group's rates and the place's own ages; ``region`` is the place that a row is about.
    """
    year = int(inputs.attrs["base_year"])
    wide = benchmark(folder, region=region, base_year=year, measures=measures)
    known = set(inputs["sector"].values.tolist()) if "sector" in inputs else set()
    wide = wide.filter(pl.col("sector").is_in([*known, "all"]))
    measure = pl.col("measure")
    if folder.rounded_to:
        national = (measure == "mean_position") & (pl.col("exposure") < LEAST_POSITIONS)
        wide = wide.filter(~national)
    parts = [
        wide.with_columns(variable=measure, category=pl.lit("observed"), central="observed",
                          lower="observed", upper="observed"),
        wide.filter(pl.col("weight").is_not_null()).with_columns(
            variable=measure, category=pl.lit("drawn"), central="drawn"),
        wide.filter(pl.col("expected").is_not_null()).with_columns(
            variable=measure, category=pl.lit("expected"), central="expected",
            lower="expected", upper="expected"),
        *(
            wide.filter(pl.col(name).is_not_null()).with_columns(
                variable=pl.lit(f"benchmark_{name}"), category=measure,
                central=name, lower=name, upper=name)
            for name in ("weight", "exposure")
        ),
    ]  # fmt: skip
    rows = pl.concat([*(part.drop(LEFT_OUT) for part in parts), _places(wide)])
    # By whole numbers of steps to the whole, since a step of 0.1 is not exact.
    whole = pl.col("variable").replace_strict(
        {name: 1.0 / step for name, step in STEPS.items()}, return_dtype=pl.Float64
    )
    told = rows.with_columns(
        (pl.col(name) * whole).round() / whole for name in ("central", "lower", "upper")
    )
    return lay_rows(told, scenario=scenario, dimension=DIMENSION, year=year)


def _places(wide: pl.DataFrame) -> pl.DataFrame:
    """Say of how many municipalities a wider place is the sum; that is public and counts nobody."""
    rows = wide.filter(pl.col("places").is_not_null()).unique(["region", "sector"], keep="first")
    count = pl.col("places").cast(pl.Float64)
    return rows.sort("region", "sector").with_columns(
        variable=pl.lit("benchmark_places"), category=pl.lit("municipalities"),
        central=count, lower=count, upper=count, persons=pl.lit(None, pl.Float64),
    ).drop(LEFT_OUT)  # fmt: skip


def benchmark(
    folder: Folder,
    *,
    region: str,
    base_year: int | None = None,
    measures: Sequence[str] = MEASURES,
) -> pl.DataFrame:
    """Compare turnover, absence, positions, exit age and staff per user with wider places.

    Turnover is the probability of leaving the municipal sector within a year, from exits over
    person-years of five years; exit age the mean exact age of those who retired (completed age on 1
    January, plus half a year for birthdays and half a year to the middle of the year); absence the
    mean of the four quarters before the base year, weighed by employees; staff per user agreed FTE
    per user of the own share of the service.

    ``expected`` is what the place would have with its own ages at the rates of the next wider place
    (`workforce.results.standardised`). Turnover and exit age rest on few events, and are ``drawn``
    towards it, with k of 200 person-years and of 20 retirements:

        drawn = weight * seen + (1 - weight) * expected,  weight = exposure / (exposure + k)

    The interval of turnover is that of a gamma distribution with shape ``rate * (exposure + k)``,
    that of exit age normal with the variance of the ages in the widest place over ``retirements +
    k``. ``places`` are the municipalities that a wider place is the sum of, null for one with staff
    of its own. Buhlmann and Gisler (2005), doi:10.1007/3-540-29273-X.
    """
    return _compared(folder, region, base_year, tuple(measures))


@lru_cache(maxsize=KEPT)
def _compared(
    folder: Folder, region: str, base_year: int | None, measures: tuple[str, ...]
) -> pl.DataFrame:
    """Compare a place with wider ones: a county once for the places in it."""
    tables = folder.tables
    regions = tables["regions"]
    chosen_regions(regions, region)
    codes = places_beside(regions, region, county=False)
    if "staff" not in tables:
        return pl.DataFrame(schema={**SCHEMA, "places": pl.Int64})
    counted = counted_places(folder, settle_base_year(tables, base_year))
    staff = with_all(laid(counted, "staff", "persons", codes))
    fte = with_all(laid(counted, "staff", "fte", codes))
    parts = [_share("mean_position", fte, staff, staff)] if "mean_position" in measures else []
    if counted.ages and {"turnover", "exit_age"}.intersection(measures):
        by_age, lived = (
            with_all(laid(counted, "exits", name, codes)) for name in ("events", "lived")
        )
        if "turnover" in measures:
            parts.append(turnover_rows(by_age, lived, staff))
        if "exit_age" in measures:
            parts.append(exit_age_rows(by_age.sel(cause="retired", drop=True), lived))
    if "absence" in tables and "absence_rate" in measures:
        persons, away = (
            with_all(laid(counted, "absence", name, codes)) for name in ("persons", "away")
        )
        parts.append(_share("absence_rate", away, persons, persons))
    if "service_use" in tables and "staff_per_user" in measures:
        # Users of different services are no sum.
        users, known = laid(counted, "use", "users", codes), {"sector": counted.sectors}
        heads = staff.sel(known)
        # The fewer of staff and users decide whether the figure may be shown.
        fewer = heads.where(heads < users, users)
        parts.append(_share("staff_per_user", fte.sel(known), users, fewer))
    table = pl.concat([part for part in parts if len(part)])
    sums = _summed(counted.staffed, regions, codes)
    table = table.with_columns(places=pl.col("region").replace_strict(sums, return_dtype=pl.Int64))
    order = {name: place for place, name in enumerate([*codes, *MEASURES])}
    return table.sort(
        pl.col("measure").replace_strict(order, return_dtype=pl.Int64),
        "sector",
        pl.col("region").replace_strict(order, return_dtype=pl.Int64),
    )


def places_beside(regions: pl.DataFrame, region: str, *, county: bool = True) -> list[str]:
    """Return a place and the wider ones that it is in, each set of municipalities once.

    A county and the nation are sums of municipalities, of which a county council is none. Without
    the county it is there still where the nation has no other municipalities in the data.
    """
    wider, own, nation = group_of(regions, [region]), [], []
    if employer_of(regions, region) != COUNCIL:
        own = regions.filter(region=region)["county"].to_list() if "county" in regions else []
        nation = regions.filter(level="nation")["region"].to_list()
    found: dict[tuple[str, ...], list[str]] = {}
    for code in [region, *(one for one in (*wider, *own, *nation) if one in regions["region"])]:
        found.setdefault(tuple(sorted(members(regions, code))), []).append(code)
    return [one[0] for one in found.values() if county or set(one) - set(own)]


def _summed(staffed: Set[str], regions: pl.DataFrame, codes: list[str]) -> dict[str, int | None]:
    """Count the municipalities that each wider place is the sum of."""
    own = {*employers(regions), *staffed}
    return {
        code: None if code in own else len(staffed & set(members(regions, code))) for code in codes
    }


def _share(
    measure: str, events: xr.DataArray, exposure: xr.DataArray, persons: xr.DataArray
) -> pl.DataFrame:
    """Divide counts of everybody, of which nothing is drawn."""
    value = events / exposure.where(exposure > 0)
    return laid_out(measure, value, value, value, value, exposure, exposure * float("nan"), persons)
