"""The area whose employers hire the same people, and who these employers are."""

from dataclasses import dataclass

import polars as pl

EMPLOYERS = {
    "region": pl.String, "employer": pl.String, "occupation": pl.String, "year": pl.Int64,
    "name": pl.String, "employer_kind": pl.String, "persons": pl.Float64,
    "persons_low": pl.Float64, "persons_high": pl.Float64, "employed": pl.Float64,
    "source": pl.String, "carried": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class LabourPool:
    """The area whose employers hire the same people, and who they are.

    Parameters
    ----------
    area
        Code of the county; empty where there is none.
    municipalities
        Those of the area with staff in the folder.
    without_staff
        Those of the area without.
    employers
        Persons to hire by region, employer, occupation and year of the period; ``carried`` where
        the year has no figure of its own.
    graduate_share
        Part of the graduates of the folder that is taken to be the area's. [share]
    qualified
        Occupations that ask for a certificate or a degree.
    """

    area: str
    municipalities: tuple[str, ...]
    without_staff: tuple[str, ...]
    employers: pl.DataFrame
    graduate_share: float
    qualified: tuple[str, ...]
