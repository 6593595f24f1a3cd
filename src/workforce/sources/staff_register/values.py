"""Turn the cells of an extract into dates, shares and the codes of our tables."""

from collections.abc import Mapping as Meanings
from datetime import date
from typing import get_args

import polars as pl

from workforce.sources.staff_register.doubts import note
from workforce.sources.staff_register.mapping import (
    Form,
    Leave,
    Mapping,
    Origin,
    Reason,
    ShareUnit,
    municipalities,
)
from workforce.sources.staff_register.starts import functions_of
from workforce.sources.staff_register.vocabulary import meanings, plain, plain_keys

FORMS = pl.Enum(get_args(Form))
LEAVES = pl.Enum(get_args(Leave))
REASONS = pl.Enum(get_args(Reason))
RECRUIT_ORIGINS = pl.Enum(get_args(Origin))
SEXES = pl.Enum(["female", "male"])
LONG_LEAVE = ("sickness", "parental", "unpaid")
SHORT_SICKNESS_DAYS = 16
MOST_SHARE = 1.5
PARTS: dict[ShareUnit, float] = {"percent": 100.0, "fraction": 1.0}
"""What a whole post is written as, by unit."""
NEXT_TO_NOTHING = 0.015
"""A share in per cent that is a usual one where it is a fraction."""
HOST_FUNCTION = "290"  # Services run by one municipality for several.
_ENOUGH = 10
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d/%m/%Y", "%d%m%Y", "%d-%m-%Y")
_CLOCK = r"^(\d+):([0-5]\d)(:[0-5]\d)?$"
_MONTH = r"^([0-9]{4}-[0-9]{2})$"  # The a-melding names a month, of which the first day is taken.
_FIRST_DAY, _OPEN_END = date(1900, 1, 1), date(2200, 1, 1)


def read_values(
    cells: pl.DataFrame,
    mapping: Mapping,
    sectors: pl.DataFrame,
    occupations: pl.DataFrame,
    *,
    file: int,
    day: date | None,
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Turn the text of one extract into typed columns; what is unknown becomes empty and noted."""
    cells = cells.with_columns(pl.lit(file, dtype=pl.UInt16).alias("file"))
    silent = [name for name in type(mapping.columns).model_fields if name not in cells.columns]
    cells = cells.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in silent)
    places = _places(cells, mapping, sectors, occupations)
    coded: dict[str, tuple[Meanings[str, str], pl.Enum]] = {
        "sex": (mapping.sexes, SEXES),
        "employment_form": (mapping.employment_forms, FORMS),
        "leave_kind": (mapping.leave_kinds, LEAVES),
        "end_reason": (mapping.end_reasons, REASONS),
        "recruited_from": (mapping.origins, RECRUIT_ORIGINS),
    }
    meant = {
        name: code(cells[name], meanings(name, own), kind) for name, (own, kind) in coded.items()
    }
    dated = {
        name: dates(cells[name], years=name == "birth_date")
        for name in ("birth_date", "start", "end", "leave_start")
    }
    days = None
    if "reference_date" not in silent:
        days = dates(cells["reference_date"].str.replace(_MONTH, "${1}-01"))
    frame = cells.select("file", "row", "identity").with_columns(
        *(series.alias(name) for name, series in {**meant, **dated}.items()),
        *places.get_columns(),
        (pl.lit(day, dtype=pl.Date) if days is None else days).alias("day"),
        share=shares(cells["position_share"], mapping.position_share_in),
        leave_share=shares(cells["leave_share"], mapping.leave_share_in),
        hours=hours(cells["paid_hours"]),
    )
    noted = [
        note(frame, rule, cells[name].is_not_null() & frame[name].is_null())
        for name, rule in {
            "sex": "unknown sex",
            "employment_form": "unknown employment form",
            "leave_kind": "unknown leave",
            "end_reason": "unknown reason",
            "recruited_from": "unknown origin",
            "birth_date": "unreadable date",
            "start": "unreadable date",
            "end": "unreadable date",
            "leave_start": "unreadable date",
        }.items()
    ]
    noted += [
        note(frame, "unknown organisation", pl.col("region").is_null()),
        note(frame, "unknown function", pl.col("sector").is_null()),
        note(frame, "unknown occupation", pl.col("occupation").is_null()),
        note(frame, "sector by workplace", pl.col("by_place")),
        note(frame, "host municipality", pl.col("host")),
    ]
    for name, rule, unit in (
        ("position_share", "position share next to nothing", mapping.position_share_in),
        ("leave_share", "leave share next to nothing", mapping.leave_share_in),
    ):
        written = numbers(cells[name])
        small = (written > 0) & (written / PARTS[unit] <= NEXT_TO_NOTHING)
        signed = cells[name].str.contains("%", literal=True)
        noted.append(note(frame, rule, small & ~signed))
    frame = frame.with_columns(end=pl.when(pl.col("end") < _OPEN_END).then("end"))
    backwards = pl.col("end") < pl.col("start")
    noted.append(note(frame, "end before start", backwards))
    frame = frame.with_columns(end=pl.when(~backwards.fill_null(False)).then("end"))
    frame, doubts = _count_fte(frame, mapping)
    return frame.select(
        *("file", "row", "identity", "day", pl.col("birth_date").alias("birth"), "sex"),
        *("region", "sector", "occupation", "agreed", "at_work", "fte", "start", "end"),
        form="employment_form",
        reason="end_reason",
        origin="recruited_from",
    ), [*noted, *doubts]


def _count_fte(frame: pl.DataFrame, mapping: Mapping) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """FTE of each row: agreed share less long leave; hourly staff by the hours paid.

    Substitutes count like others. Sickness is long beyond 16 days, counted on the day of the
    extract; parental and unpaid leave always are.
    """
    hourly = pl.col("employment_form").eq_missing(pl.lit("hourly", dtype=FORMS))
    share, leave_share = pl.col("share"), pl.col("leave_share")
    outside = ~share.is_between(0, MOST_SHARE)
    days_away = (pl.col("day") - pl.col("leave_start")).dt.total_days() + 1
    short = (pl.col("leave_kind") == "sickness") & (days_away <= SHORT_SICKNESS_DAYS)
    long = pl.col("leave_kind").is_in(LONG_LEAVE) & ~short.fill_null(False)
    long = long.fill_null(False)
    whole = leave_share.is_null() | ~leave_share.is_between(0, 1)
    # Hours paid are hours worked already, so leave is not taken off them again.
    part = pl.when(whole).then(1.0).otherwise(leave_share)
    away = pl.when(long & ~hourly).then(part).otherwise(0.0)
    ended = pl.col("end") < pl.col("day")
    by_hour = pl.col("hours").clip(0.0).fill_null(0.0) / mapping.full_time_hours
    doubts = [
        note(frame, "no position share", ~hourly & share.is_null()),
        note(frame, "position share out of range", ~hourly & outside),
        note(frame, "leave share out of range", long & ~leave_share.is_between(0, 1)),
        note(frame, "leave without share", long & leave_share.is_null()),
        note(
            frame,
            "sickness without first day",
            (pl.col("leave_kind") == "sickness") & pl.col("leave_start").is_null(),
        ),
        note(frame, "hours missing", hourly & pl.col("hours").is_null() & ~ended.fill_null(False)),
        note(frame, "hours below zero", hourly & (pl.col("hours") < 0)),
    ]
    if like_a_month(frame.filter(hourly)["hours"], mapping.full_time_hours):
        doubts.append(note(frame, "hours as of a month", hourly & (pl.col("hours") > 0)))
    agreed = pl.when(hourly).then(by_hour).when(~outside).then(share)
    frame = frame.with_columns(agreed=agreed)
    # Agreed days, of which absence is a share, hold the long sickness too.
    sick = pl.col("leave_kind").eq_missing(pl.lit("sickness", dtype=LEAVES))
    return frame.with_columns(
        fte=pl.col("agreed") * (1 - away),
        at_work=pl.col("agreed") * (1 - pl.when(sick).then(0.0).otherwise(away)),
    ), doubts


def _places(
    cells: pl.DataFrame, mapping: Mapping, sectors: pl.DataFrame, occupations: pl.DataFrame
) -> pl.DataFrame:
    """Region, sector and occupation of each row, and how they were found."""
    towns = pl.Enum([*municipalities(mapping), *mapping.regions])
    listed = pl.Enum(sectors["sector"].to_list())
    posts = pl.Enum(occupations["occupation"].to_list())
    workplaces = {plain(number): place for number, place in mapping.organisations.items()}
    functions = functions_of(sectors) | plain_keys(mapping.kostra_functions)
    meant = plain_keys(mapping.occupations)
    if mapping.occupation_codes == "styrk08":
        own = {
            plain(row["occupation"]): row["occupation"] for row in occupations.iter_rows(named=True)
        }
        by_styrk = dict(
            occupations.drop_nulls("styrk08").select("styrk08", "occupation").iter_rows()
        )
        meant = by_styrk | own | meant
    number = cells["organisation"]
    region = code(number, {key: place.region for key, place in workplaces.items()}, towns)
    if mapping.region is not None:
        region = region.fill_null(mapping.region)
    serving = [key for key, place in workplaces.items() if place.serves]
    by_function = code(cells["kostra_function"], functions, listed)
    by_place = code(
        number, {key: place.sector for key, place in workplaces.items() if place.sector}, listed
    )
    host = code(number, dict.fromkeys(serving, "host"), pl.Enum(["host"])).is_not_null()
    jointly = code(cells["kostra_function"], {HOST_FUNCTION: "host"}, pl.Enum(["host"]))
    return pl.DataFrame(
        {
            "region": region,
            "sector": by_function.zip_with(by_function.is_not_null(), by_place),
            "by_place": by_function.is_null() & by_place.is_not_null(),
            "host": host | jointly.is_not_null(),
            "occupation": code(cells["occupation"], meant, posts),
        }
    )


def code(cells: pl.Series, words: Meanings[str, str], kind: pl.Enum) -> pl.Series:
    """Give each cell its code; a word is known in any spelling of `plain`, others become empty."""
    written = cells.unique().drop_nulls()
    found = {word: words[spelt] for word in written if (spelt := plain(word)) in words}
    return cells.replace_strict(
        list(found), list(found.values()), default=None, return_dtype=pl.String
    ).cast(kind)


def dates(cells: pl.Series, *, years: bool = False) -> pl.Series:
    """Read dates as 2025-12-01, 01.12.2025, 20251201, 01/12/2025, 01122025 or 01-12-2025."""
    written = cells.unique().drop_nulls()
    if written.is_empty():
        return cells.cast(pl.Date)
    return cells.replace_strict(
        written, _dates(written, years=years), default=None, return_dtype=pl.Date
    )


def _dates(cells: pl.Series, *, years: bool) -> pl.Series:
    """Read each text that is written once."""
    text = cells.str.replace(r"[T ][0-9]{1,2}:[0-9][0-9].*$", "")
    found = pl.Series(cells.name, [None], dtype=pl.Date).new_from_index(0, len(cells))
    for form in _DATES:
        if found.null_count() == cells.null_count():
            break
        read = text.str.to_date(form, strict=False)
        read = read.set(read < _FIRST_DAY, None)
        found = found.zip_with(found.is_not_null(), read)
    if years:
        year = text.str.extract(r"^([0-9]{4})$").cast(pl.Int32)
        table = pl.DataFrame({"y": year}).select(pl.date("y", 7, 1)).to_series()
        found = found.zip_with(found.is_not_null(), table)
    return found


def numbers(cells: pl.Series) -> pl.Series:
    """Read numbers with a decimal point or comma, with or without a per cent sign."""
    written = cells.unique().drop_nulls()
    if written.is_empty():
        return cells.cast(pl.Float64)
    text = written.str.replace_all(r"[\s\u{a0}%]", "").str.replace(",", ".", literal=True)
    return cells.replace_strict(
        written, text.cast(pl.Float64, strict=False), default=None, return_dtype=pl.Float64
    )


def shares(cells: pl.Series, unit: ShareUnit) -> pl.Series:
    """Read shares of a post; a cell with a per cent sign is in per cent whatever the unit is."""
    signed = cells.str.contains("%", literal=True)
    written = pl.select(pl.when(signed).then(PARTS["percent"]).otherwise(PARTS[unit])).to_series()
    return numbers(cells) / written


def hours(cells: pl.Series) -> pl.Series:
    """Read hours written as numbers, or as hours and minutes (37:30)."""
    clock = cells.unique().drop_nulls()
    clock = clock.filter(clock.str.contains(_CLOCK))
    if clock.is_empty():
        return numbers(cells)
    parts = clock.str.extract_groups(_CLOCK).struct
    told = parts.field("1").cast(pl.Float64) + parts.field("2").cast(pl.Float64) / 60
    read = cells.replace_strict(clock, told, default=None, return_dtype=pl.Float64)
    return read.zip_with(read.is_not_null(), numbers(cells))


def like_a_month(worked: pl.Series, full_time: float) -> bool:
    """Whether hardly anyone of ten or more who are paid by the hour has an eighth of full time."""
    found = worked.filter(worked > 0)
    most = found.quantile(0.95)
    return len(found) >= _ENOUGH and most is not None and most <= full_time / 8
