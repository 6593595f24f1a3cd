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
    """The area (county, or empty) whose employers hire the same people, and who they are.

    ``municipalities`` have staff in the folder, ``without_staff`` none. ``employers`` are persons
    to hire by region, employer, occupation and year, ``carried`` where the year has no figure of
    its own; ``graduate_share`` is the part of the folder's graduates taken to be the area's,
    ``qualified`` the occupations that ask for a certificate or a degree.
    """

    area: str
    municipalities: tuple[str, ...]
    without_staff: tuple[str, ...]
    employers: pl.DataFrame
    graduate_share: float
    qualified: tuple[str, ...]
