"""Starts for a mapping: headings of usual systems, position codes of PAI, and local functions."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from workforce.contract.dictionary import read_rows
from workforce.sources.staff_register.vocabulary import PACKAGE, heading_words, plain

FIELDS = {"kostra_function": "sector", "occupation": "occupation", "organisation": "region"}
"""Columns of codes, and what of ours each code becomes."""
SETTINGS = {
    "kostra_function": "kostra_functions",
    "occupation": "occupations",
    "organisation": "organisations",
}
"""Field of the mapping that a code of each column is listed in."""
SCHEMA = pl.Schema({"column": pl.String(), "code": pl.String(), "rows": pl.Int64()})
_CODE = {
    "kostra_function": re.compile(r"\d{2,6}"),
    "occupation": re.compile(r"\d{4,7}"),
    "organisation": re.compile(r"\d{9}"),
}
"""What a code looks like that may be shown: what is written otherwise may be about a person."""
_FUNCTION = 3
_LEAST = 3
"""Headings of one system that tell it from others."""


def unknown_codes(cells: pl.DataFrame, read: pl.DataFrame) -> pl.DataFrame:
    """Count the rows of each code that is not known; what is no code is counted, and not shown."""
    parts = [pl.DataFrame(schema=SCHEMA)]
    for field, ours in FIELDS.items():
        if field not in cells.columns:
            continue
        left = cells[field].filter(read[ours].is_null() & cells[field].is_not_null())
        pattern = f"^{_CODE[field].pattern}$"
        shown = left.to_frame("code").select(
            code=pl.when(pl.col("code").str.contains(pattern)).then("code").otherwise(pl.lit(""))
        )
        parts.append(
            shown.group_by("code")
            .agg(rows=pl.len().cast(pl.Int64))
            .select(pl.lit(field).alias("column"), "code", "rows")
        )
    return pl.concat(parts)


def together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Sum the counts of several files, those of most rows first."""
    whole = pl.concat([pl.DataFrame(schema=SCHEMA), *parts])
    return (
        whole.group_by("column", "code", maintain_order=True)
        .agg(pl.col("rows").sum())
        .sort("column", -pl.col("rows"), "code")
    )


def proposal(column: str, code: str, functions: Mapping[str, str]) -> tuple[str, str] | None:
    """Propose what a code becomes, with the reason; None where nothing is known of it."""
    if column == "kostra_function" and len(code) > _FUNCTION and code[:_FUNCTION] in functions:
        sector = functions[code[:_FUNCTION]]
        return sector, f"proposed: its first three digits are KOSTRA function {code[:_FUNCTION]}"
    if column == "occupation" and code in _pai():
        name, styrk08, source = _pai()[code]
        return styrk08, f"proposed: {name} ({source})"
    return None


def functions_of(sectors: pl.DataFrame | None) -> dict[str, str]:
    """Give the sector of each KOSTRA function in a table of sectors."""
    if sectors is None:
        return {}
    return {
        plain(function): row["sector"]
        for row in sectors.iter_rows(named=True)
        for function in (row.get("kostra_functions") or "").split(";")
        if function
    }


def system_of(headings: Sequence[str]) -> tuple[str, dict[str, str], str] | None:
    """Find the system that writes such headings, by those that its public documentation tells."""
    there = {plain(heading): heading for heading in headings}
    known: dict[str, list[dict[str, str]]] = {}
    for row in read_rows("systems.csv", PACKAGE):
        if plain(row["heading"]) in there:
            known.setdefault(row["system"], []).append(row)
    if not known or len(rows := max(known.values(), key=len)) < _LEAST:
        return None
    fields = {row["field"]: there[plain(row["heading"])] for row in rows if row["field"]}
    return rows[0]["system"], fields, "; ".join(dict.fromkeys(row["source"] for row in rows))


@cache
def of_persons() -> frozenset[str]:
    """Give the headings, as `plain` spells them, of columns that tell who somebody is."""
    told = ("identity", "birth_date")
    rows = read_rows("systems.csv", PACKAGE)
    own = {plain(row["heading"]) for row in rows if row["field"] in told}
    return frozenset(own.union(*(heading_words()[field] for field in told)))


@cache
def _pai() -> dict[str, tuple[str, str, str]]:
    rows = read_rows("pai_positions.csv", PACKAGE)
    return {row["code"]: (row["name"], row["styrk08"], row["source"]) for row in rows}
