"""Code lists with their dates from KLASS: municipalities, counties, KOSTRA groups, occupations."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from workforce.errors import SourceError
from workforce.sources.statbank.calls import Line, RefusedError, fetch_json

BASE_URL = "https://data.ssb.no/api/klass/v1"
MUNICIPALITIES = 131
COUNTIES = 104
KOSTRA_GROUPS = 112
OCCUPATIONS = 7  # STYRK-08.
NOT_A_PLACE = {MUNICIPALITIES: ("9999", "99", "2599"), COUNTIES: ("99", "9999", "25")}
"""Codes for unknown and abroad, and the continental shelf, which have no inhabitants."""


def read_codes(
    classification: int,
    at: date,
    *,
    line: Line,
    base_url: str = BASE_URL,
    language: str | None = None,
) -> pl.DataFrame:
    """Read the codes that are valid on a day."""
    params = {"date": at.isoformat()} | ({"language": language} if language else {})
    found = _fetch(line, base_url, classification, "codesAt", params)
    rows = [
        {
            "code": str(entry["code"]),
            "name": str(entry["name"]),
            "parent": entry.get("parentCode") or None,
            "level": str(entry.get("level") or ""),
            "valid_from": _day(entry.get("validFromInRequestedRange") or entry.get("validFrom")),
            "valid_to": _day(entry.get("validToInRequestedRange") or entry.get("validTo")),
        }
        for entry in found.get("codes", [])
        if str(entry["code"]) not in NOT_A_PLACE.get(classification, ())
    ]
    if not rows:
        raise SourceError(f"KLASS {classification} has no codes on {at.isoformat()}.")
    table = pl.DataFrame(rows, schema_overrides={"parent": pl.String, "valid_to": pl.Date})
    twice = table.filter(pl.col("code").is_duplicated())["code"].unique().sort()
    if len(twice):
        raise SourceError(f"KLASS {classification} gives {', '.join(twice[:5])} twice on {at}.")
    return table


def read_changes(
    classification: int, start: date, end: date, *, line: Line, base_url: str = BASE_URL
) -> pl.DataFrame:
    """Read how codes became others from ``start`` until the day before ``end``."""
    span = {"from": start.isoformat(), "to": end.isoformat()}
    found = _fetch(line, base_url, classification, "changes", span)
    entries = [
        entry
        for entry in found.get("codeChanges", [])
        if entry.get("oldCode") and entry.get("newCode")
    ]
    ours = {"old": "oldCode", "old_name": "oldName", "new": "newCode", "new_name": "newName"}
    days = pl.Series([_day(entry["changeOccurred"]) for entry in entries], dtype=pl.Date)
    return _texts(entries, ours).with_columns(date=days).unique().sort("date", "old", "new")


def read_correspondence(
    classification: int, target: int, at: date, *, line: Line, base_url: str = BASE_URL
) -> pl.DataFrame:
    """Read which codes of one classification answer to those of another on a day."""
    params = {"targetClassificationId": str(target), "date": at.isoformat()}
    found = _fetch(line, base_url, classification, "correspondsAt", params)
    ours = {"code": "sourceCode", "target": "targetCode", "target_name": "targetName"}
    return _texts(found.get("correspondenceItems", []), ours).unique(maintain_order=True)


def _texts(entries: Sequence[Mapping[str, Any]], ours: Mapping[str, str]) -> pl.DataFrame:
    """Lay out the texts of an answer, each under our name of its field."""
    return pl.DataFrame(
        {name: [str(entry[field]) for entry in entries] for name, field in ours.items()},
        schema=dict.fromkeys(ours, pl.String),
    )


def _fetch(
    line: Line, base_url: str, classification: int, kind: str, params: dict[str, str]
) -> dict[str, Any]:
    url = f"{base_url}/classifications/{classification}/{kind}.json"
    try:
        document = fetch_json(line, url, params).document
    except RefusedError as error:
        raise SourceError(
            f"KLASS has no {kind} of classification {classification} for "
            f"{', '.join(f'{name} {value}' for name, value in params.items())}: {error}"
        ) from error
    if not isinstance(document, dict):
        raise SourceError(f"KLASS {classification}, {kind}: the answer is not of the form known.")
    return document


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
