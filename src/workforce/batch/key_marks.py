"""Which key a run was protected with, told by what it left should the key and its record go."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path

from workforce.contract.places import write_whole

MARK = "key.json"
"""Fingerprint of the key of a public run and the places it is about, in the folder of the run."""


def write_mark(run: Path, mark: str, places: Sequence[str]) -> None:
    """Write which key a run used; a fingerprint gives nothing of it away."""
    text = json.dumps({"fingerprint": mark, "places": list(places)}) + "\n"
    write_whole(run / MARK, lambda part: part.write_text(text, encoding="utf-8"))


def marked_otherwise(runs: Path, mark: str, places: Collection[str]) -> Path | None:
    """Find the last run on any of these places, where it was protected with another key.

    Parameters
    ----------
    runs : Path
        Folder of the folders of runs.
    mark : str
        Fingerprint of the key to be used; empty for one that is to be made.
    places : collection of str
        Codes of the places that are to be protected.

    Returns
    -------
    Path or None
        Folder of that run; None where the last one used this key, or there is none.
    """
    found = [path for path in runs.glob(f"*/{MARK}") if path.is_file()]
    for path in sorted(found, key=lambda one: one.stat().st_mtime, reverse=True):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            same_people, other = set(told["places"]) & set(places), told["fingerprint"] != mark
        except (OSError, ValueError, KeyError, TypeError):
            continue  # What is no mark tells nothing; the next run writes it anew.
        if same_people:
            return path.parent if other else None
    return None
