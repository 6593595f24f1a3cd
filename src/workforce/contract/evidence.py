"""What is known of each lever: what it rests on, the best pace seen, how far it may miss."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

STANDINGS = ("measured", "conflicting", "reported", "trend", "none")


@dataclass(frozen=True)
class Evidence:
    """One row of ``evidence.csv``.

    ``standing`` is one of `STANDINGS`: an effect was measured, results conflict, somebody reported
    one, only a level and its trend are known, or nothing is. ``low``, ``likely`` and ``high`` are
    parts of what is planned that may come of it, drawn triangular; an assumption of ours where
    ``source`` does not give them. ``pace`` is the best seen anywhere, in the unit of the lever a
    year; None where none was found.
    """

    lever: str
    standing: str
    low: float
    likely: float
    high: float
    pace: float | None
    pace_source: str
    source: str

    @property
    def middle(self) -> float:
        """Median of the triangular distribution: half of the draws give less."""
        low, mode, high = self.low, self.likely, self.high
        if 2.0 * mode >= low + high:
            return low + math.sqrt(0.5 * (high - low) * (mode - low))
        return high - math.sqrt(0.5 * (high - low) * (high - mode))


@dataclass(frozen=True)
class Trial:
    """One row of ``trials.csv``: the work of those who took part that fell away, per cent."""

    low: float
    effect: float
    high: float
    source: str


UNKNOWN_PARTS = (0.0, 1.0, 1.2)
"""Parts of what is planned that may come of a measure of which nothing is known."""


def _rows(name: str) -> list[dict[str, str]]:
    text = files("workforce.contract").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def evidence() -> Mapping[str, Evidence]:
    """Read ``evidence.csv``, by lever."""
    found = {}
    for row in _rows("evidence.csv"):
        ends = zip(("low", "likely", "high"), UNKNOWN_PARTS, strict=True)
        low, likely, high = (float(row[name] or unknown) for name, unknown in ends)
        found[row["lever"]] = Evidence(
            row["lever"], row["standing"], low, likely, high,
            float(row["pace"]) if row["pace"] else None, row["pace_source"], row["source"],
        )  # fmt: skip
    return MappingProxyType(found)


@cache
def trials() -> Mapping[str, Trial]:
    """Read ``trials.csv``, by name: trials that a measure may rest on."""
    return MappingProxyType(
        {
            row["trial"]: Trial(
                float(row["low"]), float(row["effect"]), float(row["high"]), row["source"]
            )
            for row in _rows("trials.csv")
        }
    )


@cache
def reached_a_post() -> Mapping[str, Mapping[str, float]]:
    """Read ``reached_a_post.csv``: the part of those who left NAV's registers who reached a post.

    By group, ``jobseeker`` or ``reduced_capacity``, and number of the county, "" for the nation:
    employees in the first quarter of 2024 of those who left in the third of 2023. Nordland is not
    in the table. [per cent] Source: NAV,
    nav.no/no/nav-og-samfunn/statistikk/arbeidssokere-og-stillinger-statistikk, table 2.
    """
    rows = _rows("reached_a_post.csv")
    groups = [name for name in rows[0] if name not in ("county", "name")]
    found = {group: {row["county"]: float(row[group]) for row in rows} for group in groups}
    return MappingProxyType(found)


def is_borrowed(county: str) -> bool:
    """Whether the part that reached a post is the nation's: NAV's table has not the county."""
    return any(county not in shares for shares in reached_a_post().values())


@cache
def outside_work() -> Mapping[str, tuple[str, int, int]]:
    """Read ``outside_work.csv``: who is registered, by number of the county, "" for the nation.

    Name of the county, the wholly unemployed in January 2026, and those of 18 to 66 with reduced
    work capacity in November 2025: all who are registered, not those who leave in a year. [persons]

    Source: NAV's open figures by county (NLOD), arbeidsledighet and nedsatt arbeidsevne.
    """
    return MappingProxyType(
        {
            row["county"]: (row["name"], int(row["unemployed"]), int(row["reduced_capacity"]))
            for row in _rows("outside_work.csv")
        }
    )


def evidence_of(lever: str, step: Mapping[str, Any] | None = None) -> Evidence:
    """Give what is known of a lever; of one without a row nothing is.

    ``step`` is the lever with its options: one that names a trial rests on that, one with a source
    of its own on this, and its own ``low`` and ``high`` come before those that are known.
    """
    known = evidence().get(lever) or Evidence(lever, "none", *UNKNOWN_PARTS, None, "", "")
    options = step or {}
    trial = trials().get(str(options.get("trial")))
    if trial is None:
        known = replace(known, source=str(options.get("source") or known.source))
    else:
        low, high = trial.low / trial.effect, trial.high / trial.effect
        known = Evidence(lever, "measured", low, 1.0, high, None, "", trial.source)
    own = {end: float(options[end]) for end in ("low", "high") if options.get(end) is not None}
    return replace(known, **own)  # type: ignore[arg-type]
