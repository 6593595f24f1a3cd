"""The lights of a run: what the quality gate said of each table, and what was accepted and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from workforce.contract.places import write_whole
from workforce.inputs.quality import judge_folder
from workforce.texts.catalogue import join_list, say

if TYPE_CHECKING:
    from workforce.contract.folder import Folder
    from workforce.reports.charts.figures import Subject

LIGHTS_FILE = "quality.parquet"


def write_lights(lights: pl.DataFrame, run: Path) -> None:
    """Keep the lights of a run in its folder, with the reasons given for red ones."""
    write_whole(run / LIGHTS_FILE, lights.write_parquet)


def _lights_of_run(run: str | Path) -> pl.DataFrame | None:
    """Read the lights of a run; None where the notebook runs by itself."""
    path = Path(run) / LIGHTS_FILE
    return pl.read_parquet(path) if run and path.is_file() else None


def lights_of(folder: Folder, *, region: str, quarter: str, run: str | Path = "") -> pl.DataFrame:
    """Take the lights of a region from the run, or judge the folder where there is no run.

    Parameters
    ----------
    folder
        From `open_folder`.
    region
        Code.
    quarter
        Label of the run.
    run
        Folder of the run; empty where the notebook runs by itself.
    """
    lights = _lights_of_run(run)
    if lights is None:
        return judge_folder(folder, [region], quarter=quarter)
    return lights.filter(pl.col("region") == region)


def accepted_red(run: str | Path, subject: Subject) -> tuple[str, ...]:
    """Tell, for the head of every page of a run, which red figures it rests on and why.

    Parameters
    ----------
    run
        Folder of the run; empty where the notebook runs by itself.
    subject
        Region and language of the page.

    Returns
    -------
    tuple of str
        One sentence for each reason that was given; none where no light is red.
    """
    lights = _lights_of_run(run)
    if lights is None:
        return ()
    texts = subject.texts
    red = lights.filter((pl.col("region") == subject.region) & (pl.col("accepted") != ""))
    told = []
    for (reason,), rows in red.group_by("accepted", maintain_order=True):
        tables = rows["table"].unique(maintain_order=True).to_list()
        names = join_list([say(texts, f"quality.tables.{table}") for table in tables], texts)
        told.append(say(texts, "quality.red_head", tables=names, reason=str(reason)))
    return tuple(told)
