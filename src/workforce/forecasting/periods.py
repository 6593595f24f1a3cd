"""Period labels as numbers: reading them, counting on over year ends, and writing them again."""

import re
from dataclasses import dataclass

import polars as pl

from workforce.errors import DataError, ParameterError

# SSB writes the quarter with K (kvartal), most others with Q; T is a third of a year (tertial).
_PERIODS_IN_A_YEAR = {"Q": 4, "K": 4, "M": 12, "T": 3}
_LABEL = re.compile(r"(\d{4})(?:([QKMT])(\d{1,2}))?")


@dataclass(frozen=True)
class Calendar:
    """How periods are written: the letter between year and period, or "" for whole numbers.

    ``width`` are the digits of the period within the year; ``whole`` where the label is no text.
    """

    marker: str
    per_year: int
    width: int
    whole: bool


def number_periods(periods: pl.Series) -> tuple[list[int], Calendar]:
    """Turn labels as "2024Q3", "2024K3", "2024M05", "2024T1", "2024" or 2024 into whole numbers.

    Year times periods in a year plus the place in the year, or the integer itself.
    """
    if periods.null_count():
        raise DataError(
            f"Series table, column period: {periods.null_count()} rows have no period; "
            "every row needs one."
        )
    if periods.dtype.is_integer():
        return periods.to_list(), Calendar("", 1, 0, whole=True)
    if periods.dtype != pl.String:
        raise DataError(
            f"Series table, column period: {periods.dtype} is not a period; "
            'write text such as "2024Q3" or "2024M05", or an integer year.'
        )
    matches = {label: _LABEL.fullmatch(label) for label in periods.unique().to_list()}
    wrong = sorted(label for label, match in matches.items() if match is None or _outside(match))
    if wrong:
        raise DataError(
            f"Series table, column period: {len(wrong)} labels are not periods ({_some(wrong)}); "
            'write "2024Q3", "2024K3", "2024M05", "2024T1" or "2024".'
        )
    forms = {
        (match[2] or "", len(match[3] or "")) for match in matches.values() if match is not None
    }
    if len(forms) > 1:
        raise DataError(
            "Series table, column period: the labels mix ways of writing "
            f"({_some(sorted(matches))}); give one table one kind of period."
        )
    marker, width = forms.pop() if forms else ("", 0)
    calendar = Calendar(marker, _PERIODS_IN_A_YEAR.get(marker, 1), width, whole=False)
    numbers = {
        label: int(match[1]) * calendar.per_year + int(match[3] or 1) - 1
        for label, match in matches.items()
        if match is not None
    }
    return [numbers[label] for label in periods.to_list()], calendar


def write_period(number: int, calendar: Calendar) -> str | int:
    """Write the label of a period number, the inverse of `number_periods`."""
    if calendar.whole:
        return number
    year, place = divmod(number, calendar.per_year)
    if not calendar.marker:
        return f"{year:04d}"
    return f"{year:04d}{calendar.marker}{place + 1:0{calendar.width}d}"


def check_season(season: int, calendar: Calendar) -> None:
    """Refuse a season that contradicts the labels: quarters have 4, months 12, tertials 3, or 1."""
    if season < 1:
        raise ParameterError(f"season={season}: a season has at least 1 period.")
    if calendar.marker and season not in (1, calendar.per_year):
        raise ParameterError(
            f'season={season}: periods written with "{calendar.marker}" come '
            f"{calendar.per_year} to a year; give season={calendar.per_year}, "
            "or 1 for no seasonal pattern."
        )


def _outside(match: re.Match[str]) -> bool:
    return match[2] is not None and not 1 <= int(match[3]) <= _PERIODS_IN_A_YEAR[match[2]]


def _some(labels: list[str]) -> str:
    return ", ".join(labels[:5]) + (", …" if len(labels) > 5 else "")
