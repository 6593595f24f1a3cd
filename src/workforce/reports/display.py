"""What a page shows by itself: occupations of few people stand in their group."""

import json
from pathlib import Path

from workforce.contract.places import write_whole

DISPLAY = "display.json"
"""What a params file asks of the display, in the folder of a run."""


def write_display(hide_fte: int | None, run: Path) -> None:
    """Keep for the pages of a run how few FTE an occupation is shown with by itself."""
    text = json.dumps({"hide_fte": hide_fte}) + "\n"
    write_whole(run / DISPLAY, lambda part: part.write_text(text, encoding="utf-8"))


def read_display(run: str | Path) -> int | None:
    """Read what `write_display` wrote; None where a notebook runs by itself."""
    path = Path(run) / DISPLAY
    if not run or not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))["hide_fte"]
    return None if found is None else int(found)
