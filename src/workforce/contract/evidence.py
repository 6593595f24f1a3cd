"""What is known of each lever: what it rests on, the best pace seen, how far it may miss."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

STANDINGS = ("measured", "conflicting", "reported", "trend", "none")


@dataclass(frozen=True)
class Evidence:
    """One row of ``evidence.csv``.

    Parameters
    ----------
    lever
        Its name.
    standing
        How it is known, one of `STANDINGS`: an effect was measured, results conflict, somebody
        reported one, only a level and its trend are known, or nothing is.
    low, likely, high
        Parts of what is planned that may come of it; an assumption of ours where ``source`` does
        not give them. They are drawn triangular.
    pace
        Best pace seen anywhere, in the unit of the lever a year; None where none was found.
    pace_source, source
        Where the pace comes from, and what the lever rests on; empty where nothing was found.
    """

    lever: str
    standing: str
    low: float
    likely: float
    high: float
    pace: float | None
    pace_source: str
    source: str


UNKNOWN = ("none", 0.0, 1.0, 1.2, None, "", "")


@cache
def evidence() -> Mapping[str, Evidence]:
    """Read ``evidence.csv``, by lever."""
    text = files("workforce.contract").joinpath("evidence.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        low, likely, high = (float(row[name]) for name in ("low", "likely", "high"))
        found[row["lever"]] = Evidence(
            row["lever"], row["standing"], low, likely, high,
            float(row["pace"]) if row["pace"] else None, row["pace_source"], row["source"],
        )  # fmt: skip
    return MappingProxyType(found)


def evidence_of(lever: str) -> Evidence:
    """Give what is known of a lever; of one without a row nothing is."""
    return evidence().get(lever) or Evidence(lever, *UNKNOWN)
