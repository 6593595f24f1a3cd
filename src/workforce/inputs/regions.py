"""Which municipalities make up a county, a comparison group or the nation."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import polars as pl

from workforce.contract.between_tables import EMPLOYERS, MEMBERSHIP
from workforce.contract.councils import COUNCIL, council_sectors, county_of
from workforce.contract.municipalities import what_became_of
from workforce.errors import DataError, ParameterError


def chosen_regions(
    regions: pl.DataFrame, region: str | int | Sequence[str | int] | None
) -> list[str]:
    """Codes asked for; None means every municipality.

    A number is the one code that is the same but for leading zeros.
    """
    if region is None:
        return regions.filter(pl.col("level") == "municipality")["region"].to_list()
    known = regions["region"].to_list()
    codes = as_codes(region, "region", known)
    wrong = [code for code in codes if code not in known]
    if wrong:
        told = [
            f"region {code!r} is not in the table regions.{_hint(code, known)}" for code in wrong
        ]
        more = f" And {len(wrong) - 20} more." if len(wrong) > 20 else ""
        raise ParameterError(
            f"{' '.join(told[:20])}{more} Known: {', '.join(known[:20])}"
            f"{' …' if len(known) > 20 else ''}."
        )
    return codes


def _hint(code: str, known: Sequence[str]) -> str:
    if became := what_became_of(code):
        return f" {became}."
    near = get_close_matches(code, known, n=3)
    return f" Did you mean {', '.join(near)}?" if near else ""


def as_codes(
    given: str | int | Sequence[str | int], what: str, known: Sequence[str] = ()
) -> list[str]:
    """Give a code, or codes, as a list.

    A number is a code where exactly one of those known is the same but for leading zeros.
    """
    one = isinstance(given, str | bytes) or not isinstance(given, Iterable)
    codes: list[Any] = [given] if one else list(given)  # type: ignore[arg-type]
    codes = [_code_of(code, known) for code in codes]
    wrong = [code for code in codes if not isinstance(code, str)]
    if wrong and isinstance(wrong[0], int) and not isinstance(wrong[0], bool | bytes):
        raise ParameterError(
            f"{what} is {wrong[0]!r}; a code is text, with every zero. "
            f'Write it in quotes, such as "{wrong[0]}".'
        )
    if wrong or not codes:
        told = repr(wrong[0] if wrong else given)
        raise ParameterError(
            f"{what} is {told}, which is no code. Give a code as text, or a list of codes, or "
            f"leave {what} out for all."
        )
    return list(dict.fromkeys(codes))


def _code_of(code: Any, known: Sequence[str]) -> Any:
    """Give the code that a number stands for, where it can stand for one only."""
    if not isinstance(code, int) or isinstance(code, bool):
        return code
    same = [one for one in known if one.isdigit() and int(one) == code]
    return same[0] if len(same) == 1 else code


def members(regions: pl.DataFrame, code: str) -> list[str]:
    """Employers that a region is the sum of; a municipality or county council is itself.

    A county and the nation are sums of municipalities, a group of those employers that name it.
    """
    codes = _members(regions, code)
    if not codes:
        level = levels_of(regions)[code]
        raise DataError(f"regions: no municipality belongs to {code} ({level}).")
    return codes


def has_members(regions: pl.DataFrame, code: str) -> bool:
    """Whether a region is an employer, or any municipality belongs to it."""
    return bool(_members(regions, code))


def _members(regions: pl.DataFrame, code: str) -> list[str]:
    levels = levels_of(regions)
    level = levels[code]
    if level in EMPLOYERS:
        return [code]
    found = _of_levels(levels, EMPLOYERS if level == "group" else EMPLOYERS[:1])
    if level not in MEMBERSHIP:
        return found
    column = MEMBERSHIP[level]
    if column not in regions.columns:
        raise DataError(f"regions: {code} needs the column {column!r} to know its members.")
    named = dict(zip(levels, regions[column].to_list(), strict=True))
    return [one for one in found if named[one] == code]


def levels_of(regions: pl.DataFrame) -> dict[str, str]:
    """Level of every region, in the order of the table."""
    return dict(zip(regions["region"].to_list(), regions["level"].to_list(), strict=True))


def _of_levels(levels: Mapping[str, str], asked: Sequence[str]) -> list[str]:
    return [region for region, level in levels.items() if level in asked]


def employers(regions: pl.DataFrame, *, like: str | None = None) -> list[str]:
    """Codes of the places with staff of their own; of the kind of one of them, or of a sum."""
    levels = levels_of(regions)
    asked: Sequence[str] = EMPLOYERS
    if like is not None:
        asked = (levels[like],) if levels[like] in EMPLOYERS else EMPLOYERS[:1]
    return _of_levels(levels, asked)


def county_councils(regions: pl.DataFrame) -> list[str]:
    """Codes of the county councils."""
    return _of_levels(levels_of(regions), [COUNCIL])


def employer_of(regions: pl.DataFrame, region: str) -> str:
    """Kind of employer that a region is, or is the sum of: municipality or county_council."""
    inside = set(_members(regions, region))
    return COUNCIL if inside and inside <= set(county_councils(regions)) else "municipality"


def homes(regions: pl.DataFrame, codes: Sequence[str]) -> list[str]:
    """Give whose inhabitants each region has: a county council has those of its county."""
    county = county_of(regions)
    return [
        county[code] if code in county and _members(regions, county[code]) else code
        for code in codes
    ]


def sectors_of(tables: Mapping[str, pl.DataFrame], codes: Sequence[str]) -> list[str]:
    """Codes of the sectors that some regions, or the employers in them, have as a task.

    Those of their kind of employer, and those that they have staff in: Oslo is both kinds.
    """
    known, theirs = tables["sectors"]["sector"].to_list(), council_sectors(tables["sectors"])
    regions = tables["regions"]
    inside = {one for code in codes for one in (_members(regions, code) or [code])}
    councils = set(county_councils(regions))
    of_council, of_town = bool(inside & councils), bool(inside - councils) or not theirs
    found = {one for one in known if (of_council if one in theirs else of_town)}
    for name in ("staff", "fte_in_post"):
        if name in tables:
            here = tables[name].filter(pl.col("region").is_in([*inside, *codes]))
            found |= set(here["sector"].unique())
    return [sector for sector in known if sector in found]


def at_level(table: pl.DataFrame, regions: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """Rows of each region; a region without rows of its own takes those of its municipalities."""
    own = set(table["region"].unique())
    sources = {code: [code] if code in own else members(regions, code) for code in codes}
    if sources == {code: [code] for code in own}:
        return table
    taken = [(source, code) for code, found in sources.items() for source in found]
    named = pl.DataFrame(taken, schema={"region": pl.String, "of": pl.String}, orient="row")
    rows = named.join(table, on="region", maintain_order="left_right")
    return rows.select(
        pl.col("of").alias(name) if name == "region" else name for name in table.columns
    )
