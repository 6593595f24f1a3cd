"""Find what unit the cells of a column are written in, and refuse one that they contradict."""

from collections.abc import Mapping as Meanings
from collections.abc import Sequence

import polars as pl

from workforce.sources.staff_register.mapping import FULL_TIME_HOURS, Mapping, ShareUnit
from workforce.sources.staff_register.values import (
    FORMS,
    PARTS,
    code,
    hours,
    like_a_month,
    numbers,
)
from workforce.sources.staff_register.vocabulary import meanings

LEAST_SHARE, MOST_SHARE = 0.05, 1.5
"""Shares of a post between which the median of a column lies when its unit is right."""
MOST_STRAY = 0.2
"""Part of the cells that may fit the other unit alone before the column is refused."""
FEW = 5
"""Of fewer cells no median is told, since it may be that of one person."""
LEAST_HOURS = 0.001
"""Median part of full time under which paid hours are not hours."""
FULL_WEEKS = (35.5, 37.5)
"""Hours of a full week, with and without shifts, that a column of hours has for its greatest."""
FIELDS = {"position_share": "position_share_in", "leave_share": "leave_share_in"}
"""Field of the mapping that tells the unit of a column of shares."""


def contradictions(cells: pl.DataFrame, mapping: Mapping, *, file: str) -> list[str]:
    """Tell the units of a mapping that the cells of an extract contradict."""
    told = []
    for field, setting in FIELDS.items():
        if field in cells.columns:
            kept = judged_shares(cells, field, mapping.employment_forms)
            heading = getattr(mapping.columns, field)
            unit = getattr(mapping, setting)
            told += contradicted_shares(
                kept, field, unit, where=f"{file}, column {heading!r}", setting=setting
            )
    if "paid_hours" in cells.columns:
        worked = hours(cells.filter(paid_by_hour(cells, mapping.employment_forms))["paid_hours"])
        where = f"{file}, column {mapping.columns.paid_hours!r}"
        told += _contradicted_hours(worked, mapping.full_time_hours, where=where)
    return told


def contradicted_shares(
    cells: pl.DataFrame, field: str, unit: ShareUnit, *, where: str, setting: str
) -> list[str]:
    """Tell that a column of shares is not in the unit that its mapping names."""
    found = _plain_shares(cells, field)
    if found.is_empty():
        return []
    other: ShareUnit = "fraction" if unit == "percent" else "percent"
    read = {name: found[field] / PARTS[name] for name in (unit, other)}
    usual = {name: values.is_between(LEAST_SHARE, MOST_SHARE) for name, values in read.items()}
    stray = found.filter(~usual[unit] & usual[other])["row"].to_list()
    median = {name: _median(values) for name, values in read.items()}
    sign = "A cell that is right as it stands may be written with a per cent sign."
    if not LEAST_SHARE <= median[unit] <= MOST_SHARE:
        remedy = (
            f"Write {setting}: {other} in the mapping."
            if LEAST_SHARE <= median[other] <= MOST_SHARE
            else "Neither is usual: see what the column holds."
        )
        told = _readings(median, len(found))
        contradicted = f"{where}: the cells contradict {setting}: {unit}."
        return [f"{contradicted} {told} Between 5 % and 150 % is usual. {remedy} {sign}"]
    week = _full_week(found[field]) if field == "position_share" else None
    if week is not None:
        contradicted = (
            f"{where}: the cells contradict {setting}: {unit}. Read as {unit} nobody has more than "
            f"{_percent(week / PARTS[unit])}; read as hours a week, that is a full post."
        )
        return [f"{contradicted} Divide the column by the hours of a full week. {sign}"]
    if len(stray) < FEW or len(stray) <= MOST_STRAY * len(found):
        return []
    shown = ", ".join(map(str, stray[:20])) + (" and more" if len(stray) > 20 else "")
    size = "under 5 %" if unit == "percent" else "over 150 %"
    contradicted = (
        f"{where}: {len(stray)} of {len(found)} cells contradict {setting}: {unit}, the others do "
        f"not. Read as {unit} they are {size}, read as {other} between 5 % and 150 %."
    )
    return [f"{contradicted} Write the whole column in one unit. {sign} Rows {shown}."]


def share_unit(cells: pl.DataFrame, field: str) -> ShareUnit | None:
    """Find the unit in which the median share of a column is usual; None where in none."""
    found = _plain_shares(cells, field)
    if found.is_empty():
        return "percent" if numbers(cells[field]).is_not_null().any() else None
    units: Sequence[ShareUnit] = ("percent", "fraction")
    medians = {unit: _median(found[field]) / PARTS[unit] for unit in units}
    return next((u for u in units if LEAST_SHARE <= medians[u] <= MOST_SHARE), None)


def hours_unit(worked: pl.Series) -> float:
    """Propose the hours of a full-time post in the time that paid hours are of."""
    month = like_a_month(worked, FULL_TIME_HOURS["a year"])
    return FULL_TIME_HOURS["a month" if month else "a year"]


def judged_shares(cells: pl.DataFrame, field: str, own: Meanings[str, str]) -> pl.DataFrame:
    """Keep the rows whose share counts: that of a position does not where hours are paid."""
    return cells.filter(~paid_by_hour(cells, own)) if field == "position_share" else cells


def paid_by_hour(cells: pl.DataFrame, own: Meanings[str, str]) -> pl.Series:
    """Mark the rows of those who are paid by the hour."""
    if "employment_form" not in cells.columns:
        return pl.repeat(False, cells.height, eager=True)
    words = meanings("employment_form", own)
    return (code(cells["employment_form"], words, FORMS) == "hourly").fill_null(False)


def _contradicted_hours(worked: pl.Series, full_time: float, *, where: str) -> list[str]:
    found = worked.filter(worked > 0)
    if found.is_empty():
        return []
    median = _median(found)
    if LEAST_HOURS <= median / full_time <= MOST_SHARE:
        return []
    few = len(found) < FEW
    said = (
        f"{where}: the hours of those paid by the hour contradict full_time_hours: {full_time:g}. "
        + (
            f"Half of them have {'next to no' if median < full_time else 'over 150 % of'} full time"
            if few
            else f"Read so, the median is {_percent(median / full_time)} of full time"
        )
    )
    if median < full_time:
        share = "" if few else f"; read as shares of a post it is {_percent(median)}"
        return [f"{said}{share}. Write hours, as 37.5, and not days or shares."]
    readings = [
        f"; read as hours of {time} ({full:g})"
        + ("" if few else f" it is {_percent(median / full)}")
        for time, full in FULL_TIME_HOURS.items()
        if LEAST_HOURS <= median / full <= MOST_SHARE
    ]
    return [f"{said}{''.join(readings)}. Correct full_time_hours in the mapping, or the column."]


def _plain_shares(cells: pl.DataFrame, field: str) -> pl.DataFrame:
    """Rows whose share is above 0 and has no per cent sign, with the number as it is written."""
    read = cells.select("row", numbers(cells[field]).alias(field))
    signed = cells[field].str.contains("%", literal=True).fill_null(False)
    return read.filter(~signed & (pl.col(field) > 0))


def _full_week(written: pl.Series) -> float | None:
    """Give the hours of a full week where the greatest of ten cells or more is one, and usual."""
    greatest = float(written.max())  # type: ignore[arg-type]
    held = written.is_in([greatest]).sum()
    is_week = greatest in FULL_WEEKS and len(written) >= 2 * FEW
    return greatest if is_week and held > MOST_STRAY * len(written) else None


def _readings(median: dict[ShareUnit, float], count: int) -> str:
    if count >= FEW:
        told = [f"read as {unit} it is {_percent(share)}" for unit, share in median.items()]
        return f"The median of {count} cells: {', '.join(told)}."
    told = [f"read as {unit} half of them are {_size(share)}" for unit, share in median.items()]
    return f"{', '.join(told)}.".capitalize()


def _size(share: float) -> str:
    if share < LEAST_SHARE:
        return "under 5 %"
    return "over 150 %" if share > MOST_SHARE else "from 5 % to 150 %"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %" if share < 9.995 else f"{100 * share:.0f} %"


def _median(values: pl.Series) -> float:
    return float(values.median())  # type: ignore[arg-type]
