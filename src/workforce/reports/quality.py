"""Show how far the figures of a page can be trusted: a light for each table, with its reasons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from workforce.inputs.quality import JUDGED, LIGHTS, PROJECTION, judge_folder
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import name_of
from workforce.reports.texts import join_list, percent, say

if TYPE_CHECKING:
    import xarray as xr

    from workforce.reports.charts.figures import Subject
    from workforce.reports.report import Report

BORROWED_FROM = {
    "exit_rate": "staff_flows", "inflow_rate": "staff_flows", "use_rate": "service_use",
    "measured_shortage": "shortage", "short_absence": "absence",
}  # fmt: skip
"""Table that would take the place of each borrowed variable."""
NEEDS_STAFF = frozenset(BORROWED_FROM.values())


def lights_file(plan: str | Path) -> Path:
    """Where a run keeps its lights: beside its suppression plan."""
    return Path(plan).with_name("quality.parquet")


def write_lights(lights: pl.DataFrame, plan: str | Path) -> None:
    """Keep the lights of a run beside its plan, with the reasons given for red ones."""
    lights.write_parquet(lights_file(plan))


def lights_of(
    data: str | Path, *, region: str, quarter: str, plan: str | Path = ""
) -> pl.DataFrame:
    """Take the lights of a region from the run, or judge the folder where there is no run.

    Parameters
    ----------
    data
        Folder of tables.
    region
        Code.
    quarter
        Label of the run.
    plan
        File of the run's suppression plan; empty where the notebook runs by itself.
    """
    if plan and lights_file(plan).is_file():
        return pl.read_parquet(lights_file(plan)).filter(pl.col("region") == region)
    return judge_folder(data, [region], quarter=quarter)


def quality(report: Report, inputs: xr.Dataset, lights: pl.DataFrame) -> Chart:
    """Set out a light and its reasons for each table that the page rests on.

    No figure about staff is shown: a reason names a sector and a year at the most.

    Parameters
    ----------
    report
        From `open_report`.
    inputs
        The inputs of the page, whose attributes tell what is borrowed.
    lights
        From `lights_of`.
    """
    subject = report.subject
    texts = subject.texts
    has_staff = "staff" not in subject.missing
    borrowed = _borrowed_tables(inputs) if has_staff or "fte_in_post" in inputs else {}
    rows = []
    for table in JUDGED:
        own = lights.filter(pl.col("table") == table)
        if own.is_empty() and table not in borrowed:
            continue
        found = [(row["light"], _reason(row, report)) for row in own.iter_rows(named=True)]
        if table in borrowed:
            found.append(("yellow", say(texts, f"quality.borrowed_{borrowed[table]}")))
        worst = max((light for light, _ in found), key=LIGHTS.index)
        # A green check says nothing beside a yellow or a red one.
        said = [text for light, text in found if text and (light != "green" or worst == "green")]
        rows.append(
            {
                say(texts, "quality.table"): say(texts, f"quality.tables.{table}"),
                say(texts, "quality.light"): say(texts, f"quality.lights.{worst}"),
                say(texts, "quality.reason"): " ".join(dict.fromkeys(said)),
            }
        )
    if not rows:
        return SILENT
    caption = say(texts, "quality.caption")
    return Chart(
        None, caption, caption, pl.DataFrame(rows), note=_note(report, lights, borrowed), prose=True
    )


def accepted_red(plan: str | Path, subject: Subject) -> tuple[str, ...]:
    """Tell, for the head of every page of a run, which red figures it rests on and why.

    Parameters
    ----------
    plan
        File of the run's suppression plan; empty where the notebook runs by itself.
    subject
        Region and language of the page.

    Returns
    -------
    tuple of str
        One sentence for each reason that was given; none where no light is red.
    """
    if not plan or not lights_file(plan).is_file():
        return ()
    texts = subject.texts
    lights = pl.read_parquet(lights_file(plan))
    red = lights.filter((pl.col("region") == subject.region) & (pl.col("accepted") != ""))
    told = []
    for (reason,), rows in red.group_by("accepted", maintain_order=True):
        tables = rows["table"].unique(maintain_order=True).to_list()
        names = join_list([say(texts, f"quality.tables.{table}") for table in tables], texts)
        told.append(say(texts, "quality.red_head", tables=names, reason=str(reason)))
    return tuple(told)


def _borrowed_tables(inputs: xr.Dataset) -> dict[str, str]:
    """Name the tables in whose place something was borrowed, wholly or partly."""
    found: dict[str, str] = {}
    for entry in json.loads(inputs.attrs["borrowed"]):
        variable = str(entry["variable"])
        table = BORROWED_FROM.get(variable.removesuffix("_partly"))
        if table and found.get(table) != "wholly":
            found[table] = "partly" if variable.endswith("_partly") else "wholly"
    return found


def _reason(row: dict[str, object], report: Report) -> str:
    """Tell what a check found; a green check tells the newest year only."""
    texts = report.subject.texts
    check, light, year = str(row["check"]), str(row["light"]), row["year"]
    if light == "green" and row["table"] == PROJECTION:
        return say(texts, "quality.joins", year=int(str(year)) - 1)
    if light == "green":
        return say(texts, "quality.newest", year=int(str(year))) if check == "age" else ""
    sector = name_of(report.subject, "sector", str(row["sector"])) if row["sector"] else ""
    key = f"quality.{check}_sector" if sector else f"quality.{check}"
    values: dict[str, str | int] = {"year": int(str(year)), "before": int(str(year)) - 1}
    if sector:
        values["sector"] = sector
    text = say(texts, key, **values)
    if light == "red" and row["accepted"]:
        text += " " + say(texts, "quality.accepted", reason=str(row["accepted"]))
    return text


def _note(report: Report, lights: pl.DataFrame, borrowed: dict[str, str]) -> str:
    """Say how much of what can be borrowed is, and what red means on a page that is out."""
    texts = report.subject.texts
    parts = []
    if borrowed and "staff" not in report.subject.missing:
        share = percent(len(borrowed) / len(NEEDS_STAFF), texts, decimals=0)
        names = join_list([say(texts, f"quality.tables.{table}") for table in borrowed], texts)
        parts.append(say(texts, "quality.borrowed_share", share=share, tables=names))
    red = lights.filter(pl.col("light") == "red")
    if red.height:
        is_accepted = (red["accepted"] != "").all()
        parts.append(say(texts, "quality.red_note" if is_accepted else "quality.red_unaccepted"))
    return " ".join(parts)
