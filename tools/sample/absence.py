"""Absence and vacancies by quarter: a level for each year, a season, and differences by sector."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tools.sample.geography import BASE_YEAR, CODES, COUNTY
from tools.sample.occupations import SECTOR_CODES

Array = NDArray[np.float64]

DOCTOR_CERTIFIED = (0.086, 0.077, 0.063, 0.083)
"""Doctor-certified absence in municipalities by quarter, 2023. [share of agreed days]"""
UPLIFT = 1.10
"""Total over doctor-certified: 8.5 / 7.7 in 2023Q2 and 9.1 / 8.3 in 2024Q2."""
YEAR_LEVEL = {
    2019: 0.92, 2020: 0.93, 2021: 0.985, 2022: 0.995, 2023: 1.0, 2024: 1.02, 2025: 1.01, 2026: 1.0,
}  # fmt: skip
"""Absence in a year against 2023."""
SECTOR_LEVEL = {
    "health_care": 1.14, "primary_school": 0.86, "kindergarten": 1.18,
    "child_welfare_social": 1.00, "technical": 0.88, "administration": 0.68,
}  # fmt: skip
VACANCY = {
    "health_care": 0.040, "primary_school": 0.016, "kindergarten": 0.021,
    "child_welfare_social": 0.027, "technical": 0.024, "administration": 0.018,
}  # fmt: skip
"""Vacancies over jobs and vacancies by sector, modelled."""
VACANCY_YEAR = {
    2019: 0.85, 2020: 0.75, 2021: 1.10, 2022: 1.35, 2023: 1.15, 2024: 1.00, 2025: 0.90, 2026: 0.88,
}  # fmt: skip
VACANCY_SEASON = (1.02, 1.10, 1.00, 0.88)
QUARTERS = tuple(
    (year, quarter)
    for year in range(2019, BASE_YEAR + 1)
    for quarter in range(1, 5)
    if (year, quarter) <= (BASE_YEAR, 3)
)


def absence_table(employed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Table `absence`: doctor-certified, self-certified and their total.

    The county's rate of a sector is the mean of its municipalities weighted by FTE, and the
    FTE-weighted mean over sectors is the published rate of the quarter times the year's level.

    Parameters
    ----------
    employed
        Table `staff`.
    rng
        Random numbers.

    Returns
    -------
    pl.DataFrame
        region, sector, quarter, kind, absence_rate.
    """
    rows = []
    for year, quarter in QUARTERS:
        weight = _weights(employed, year)
        spread = np.exp(rng.normal(0.0, 1.0, weight.shape) / np.sqrt(25 + 1.5 * weight))
        level = np.array([SECTOR_LEVEL[s] for s in SECTOR_CODES], dtype=np.float64) * spread
        level *= weight.sum() / (weight * level).sum()
        rates = np.minimum(level * DOCTOR_CERTIFIED[quarter - 1] * YEAR_LEVEL[year], 0.5)
        rows += _rows(rates, weight, f"{year}Q{quarter}")
    doctor = pl.DataFrame(rows, schema=["region", "sector", "quarter", "rate"], orient="row")
    certified = pl.col("rate").round(5)
    own = (certified * (UPLIFT - 1)).round(5)
    kinds = {"doctor_certified": certified, "self_certified": own, "total": certified + own}
    keys = ["region", "sector", "quarter", "kind"]
    parts = [
        doctor.with_columns(kind=pl.lit(kind), absence_rate=rate.round(5))
        for kind, rate in kinds.items()
    ]
    return pl.concat(parts).select(*keys, "absence_rate").sort(keys)


def vacancies_table(employed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Table `vacancies`: vacancies over jobs and vacancies.

    Parameters
    ----------
    employed
        Table `staff`.
    rng
        Random numbers.

    Returns
    -------
    pl.DataFrame
        region, sector, quarter, vacancy_rate.
    """
    rows = []
    for year, quarter in QUARTERS:
        weight = _weights(employed, year)
        spread = rng.gamma(6.0, 1 / 6.0, weight.shape)
        level = np.array([VACANCY[s] for s in SECTOR_CODES], dtype=np.float64) * VACANCY_YEAR[year]
        rates = np.minimum(level * VACANCY_SEASON[quarter - 1] * spread, 0.5)
        rows += _rows(rates, weight, f"{year}Q{quarter}")
    columns = ["region", "sector", "quarter", "vacancy_rate"]
    table = pl.DataFrame(rows, schema=columns, orient="row")
    return table.with_columns(pl.col("vacancy_rate").round(5)).sort(columns[:3])


def _weights(employed: pl.DataFrame, year: int) -> Array:
    """FTE by municipality and sector on 1 January of the year."""
    fte = {
        (region, sector): value
        for region, sector, value in employed.filter(pl.col("year") == year)
        .group_by("region", "sector")
        .agg(pl.col("fte").sum())
        .iter_rows()
    }
    cells = [[fte.get((r, s), 0.0) for s in SECTOR_CODES] for r in CODES]
    return np.array(cells, dtype=np.float64)


def _rows(rates: Array, weight: Array, label: str) -> list[tuple[str, str, str, float]]:
    """Rates of the municipalities that have staff and, weighted, of the county."""
    county = (rates * weight).sum(axis=0) / weight.sum(axis=0)
    rows = [(COUNTY, s, label, float(x)) for s, x in zip(SECTOR_CODES, county, strict=True)]
    for k, code in enumerate(CODES):
        rows += [
            (code, s, label, float(rates[k, j]))
            for j, s in enumerate(SECTOR_CODES)
            if weight[k, j] > 0
        ]
    return rows
