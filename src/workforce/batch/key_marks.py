"""How people were rounded in the runs so far, told by what runs left should key and record go."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workforce.contract.folder import Draw
from workforce.contract.places import write_whole

MARK = "key.json"
"""Draw of a public run and the places it is about, in the folder of the run; holds no secret."""
MARKS = "key*.json"
"""Where parts of a country were protected apart, each part has a mark."""


@dataclass(frozen=True, slots=True)
class Another:
    """A run on the same places, and what is another than in it: key, base, tree, sectors."""

    run: Path
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """How a run rounded people, and of which places."""

    draw: Draw
    places: tuple[str, ...]


def read_mark(path: Path) -> Mark | None:
    """Read the mark of a run; None where it is none."""
    told = None if path.is_symlink() else _read(path)
    if told is None:
        return None
    return Mark(Draw(told["key"], told["base"], told["tree"]), tuple(told["places"]))


def write_mark(run: Path, draw: Draw, places: Sequence[str], sectors: Collection[str]) -> None:
    """Write how a run rounded people; a fingerprint gives nothing of the key away.

    ``places`` were protected; ``sectors`` are all that there may be.
    """
    told = {**asdict(draw), "places": list(places), "sectors": sorted(sectors)}
    text = json.dumps(told, ensure_ascii=False) + "\n"
    elsewhere = False
    for path in sorted(run.glob(MARKS)):
        before = None if path.is_symlink() else _read(path)
        if before is None or set(before["places"]) & set(places):
            path.unlink()
        else:
            elsewhere = True
    # Another part of the country keeps its mark.
    name = f"key-{min(places, default='')}.json" if elsewhere else MARK
    write_whole(run / name, lambda part: part.write_text(text, encoding="utf-8"))


def marked_otherwise(
    runs: Path, draw: Draw, places: Collection[str], sectors: Collection[str]
) -> Another | None:
    """Find the last run on any of these places, where people were rounded otherwise in it.

    The same count in another sector meets other coins, so that other sectors are another draw too:
    they may be those of any earlier run. None where the last run rounded alike, where there is
    none, or where ``draw`` has a new reason; one that an earlier run was given counts no more. Its
    key is empty where it is to be made.
    """
    found = [path for path in runs.glob(f"*/{MARKS}") if path.is_file()]
    found = sorted(found, key=lambda one: one.stat().st_mtime, reverse=True)
    told = [(path.parent, one) for path in found if (one := _read(path)) is not None]
    told = [(run, one) for run, one in told if set(one["places"]) & set(places)]
    if not told or (draw.reason and draw.reason not in {one["reason"] for _, one in told}):
        return None
    run, last = told[0]
    what = draw.differs(Draw(last["key"], last["base"], last["tree"]))
    if sorted(sectors) not in [one["sectors"] for _, one in told]:
        what.append("sectors")
    return Another(run, tuple(what)) if what else None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        whole = {"key", "base", "tree", "reason", "places", "sectors"} <= set(told)
    except (OSError, ValueError, TypeError):
        return None  # What is no mark tells nothing; the next run writes it anew.
    return told if whole else None
