"""What a run notes in its folder for all who make figures in it: its display and its lights."""

import json
from pathlib import Path

import polars as pl

from workforce.contract.places import write_whole

DISPLAY = "display.json"
"""What a params file asks of the display."""
LIGHTS_FILE = "quality.parquet"
"""What the quality gate said, and what was accepted."""


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


def write_lights(lights: pl.DataFrame, run: Path) -> None:
    """Keep the lights of a run in its folder, with the reasons given for red ones."""
    write_whole(run / LIGHTS_FILE, lights.write_parquet)


def lights_of_run(run: str | Path) -> pl.DataFrame | None:
    """Read the lights of a run; None where a notebook runs by itself."""
    path = Path(run) / LIGHTS_FILE
    return pl.read_parquet(path) if run and path.is_file() else None
