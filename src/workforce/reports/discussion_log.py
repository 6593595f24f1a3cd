"""What was said in discussions with employee representatives, as the pages of a run know it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from workforce.contract.places import write_whole
from workforce.texts.catalogue import Texts, date, say

FIRST_MONTH = {"1": 1, "2": 4, "3": 7, "4": 10}


REMARKS_FILE = "discussion.json"
"""What was discussed, in the folder of a run."""


@dataclass(frozen=True)
class Remark:
    """One comment and the answer to it.

    ``date``: day it was said. ``who``: a role, never a name. ``comment``, ``answer``: plain text;
    the answer is empty until there is one. ``regions``: codes of the places it is about; none for
    all of the commission. ``public``: whether those who said it agree to it standing on public
    pages.
    """

    date: dt.date
    who: str
    comment: str
    answer: str = ""
    regions: tuple[str, ...] = ()
    public: bool = False


def write_remarks(remarks: Sequence[Remark], run: Path) -> None:
    """Keep the log of a run in its folder, where its notebooks find it."""
    told = json.dumps([asdict(one) for one in remarks], default=str, ensure_ascii=False, indent=1)
    write_whole(run / REMARKS_FILE, lambda part: part.write_text(told + "\n", encoding="utf-8"))


def remarks_of(run: str | Path, region: str) -> tuple[Remark, ...] | None:
    """Read what was said about a region from the run; None where the notebook runs by itself."""
    path = Path(run) / REMARKS_FILE
    if not run or not path.is_file():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    remarks = (
        Remark(
            **{**one, "date": dt.date.fromisoformat(one["date"]), "regions": tuple(one["regions"])}
        )
        for one in kept
    )
    return about(tuple(remarks), region)


def about(remarks: Sequence[Remark], region: str) -> tuple[Remark, ...]:
    """Keep what was said about a region, or about all of the commission."""
    return tuple(one for one in remarks if not one.regions or region in one.regions)


def discussed_line(remarks: Sequence[Remark], quarter: str, texts: Texts) -> str:
    """Say whether, and when last, the staffing situation of a place was discussed.

    What was said before the quarter began was said about earlier figures.
    """
    if not remarks:
        return say(texts, "discussion.not_discussed")
    last = max(one.date for one in remarks)
    began = dt.date(int(quarter[:4]), FIRST_MONTH[quarter[-1]], 1)
    key = "discussion.discussed_on" if last >= began else "discussion.discussed_before"
    return say(texts, key, date=date(last, texts))
