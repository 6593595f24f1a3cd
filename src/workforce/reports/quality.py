"""Show how far the figures of a page can be trusted: a light for each table, with its reasons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from workforce.contract.about import about
from workforce.contract.dictionary import variables
from workforce.contract.places import write_whole
from workforce.inputs.quality import JUDGED, LIGHTS, MOST_BORROWED, PROJECTION, judge_folder
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import name_of
from workforce.reports.flow_evidence import evidence_line, evidence_of
from workforce.results.borrowing import BORROWED_FROM, KINDS, borrowed_shares
from workforce.texts.catalogue import join_list, percent, say

if TYPE_CHECKING:
    import xarray as xr

    from workforce.contract.folder import Folder
    from workforce.reports.charts.figures import Subject
    from workforce.reports.report import Report

LIGHTS_FILE = "quality.parquet"
DIMENSION = "quality"
"""Dimension of the rows of results that tell how much is borrowed; their category is the table."""


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


def quality(report: Report, inputs: xr.Dataset, lights: pl.DataFrame) -> Chart:
    """Set out a light and its reasons for each table that the page rests on.

    No figure about staff is shown but the shares of the FTE that are borrowed, which are protected:
    a reason names a sector and a year at the most.

    Parameters
    ----------
    report
        From `open_report` with ``quality=True``.
    inputs
        The inputs of the page, whose attributes tell what is borrowed where there is no staff.
    lights
        From `lights_of`.
    """
    subject = report.subject
    texts = subject.texts
    lent = _lent_by_weight(report) if "staff" not in subject.missing else _lent(inputs, report)
    evidence = evidence_of(report.figures, subject)
    if evidence is not None:
        light = "yellow" if evidence.is_little else "green"
        told = light, evidence_line(evidence, texts)
        lent["staff_flows"] = [told, *lent.get("staff_flows", [])]
    rows = []
    for table in JUDGED:
        own = lights.filter(pl.col("table") == table)
        borrowed = lent.get(table, [])
        if own.is_empty() and not borrowed:
            continue
        found = [(row["light"], _reason(row, report)) for row in own.iter_rows(named=True)]
        worst = max((light for light, _ in [*found, *borrowed]), key=LIGHTS.index)
        # A green check says nothing beside a yellow or a red one; what is borrowed is always told.
        said = [text for light, text in found if text and (light != "green" or worst == "green")]
        said += [text for _, text in borrowed]
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
    return Chart(None, caption, caption, pl.DataFrame(rows), note=_note(report, lights), prose=True)


def share_rows(inputs: xr.Dataset, *, region: str, scenario: str) -> list[dict[str, Any]]:
    """Lay the shares of the FTE whose figures are borrowed or imputed in rows of results.

    Shares are in whole per cent, at least one and less than all where something is, so that no
    share is exact enough to give the FTE of few persons.

    Parameters
    ----------
    inputs
        From `load_inputs`; without staff there are no rows.
    region
        Code.
    scenario
        Name that the rows go under; they are the same in every scenario.

    Returns
    -------
    list of dict
        Rows of the results table with the dimension ``quality``. ``persons`` are those that
        `borrowed_shares` counts behind a share.
    """
    if "staff" not in inputs:
        return []
    rows = []
    for row in borrowed_shares(inputs).filter(pl.col("region") == region).iter_rows(named=True):
        variable, exact = f"{row['kind']}_share", row["share"]
        share = 1.0 if exact > 1.0 - 1e-9 else min(max(round(exact, 2), 0.01), 0.99)
        rows.append(
            {
                "scenario": scenario, "region": region, "sector": row["sector"],
                "occupation": "all", "dimension": DIMENSION, "category": row["table"],
                "variable": variable, "unit": variables()[variable].unit,
                "year": int(inputs.attrs["base_year"]), "level": 0.8,
                "central": share, "lower": share, "upper": share, "persons": row["persons"],
            }
        )  # fmt: skip
    return rows


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


def _lent_by_weight(report: Report) -> dict[str, list[tuple[str, str]]]:
    """Say by table what part of the FTE has borrowed or imputed figures, with its light."""
    texts = report.subject.texts
    found: dict[str, list[tuple[str, str]]] = {}
    for row in _shares(report).iter_rows(named=True):
        kind = str(row["variable"]).removesuffix("_share")
        if kind == "borrowed" and row["central"] == 1.0:
            told = "yellow", say(texts, "quality.borrowed_wholly")
        else:
            share = percent(row["central"], texts, decimals=0)
            light = "yellow" if row["central"] >= MOST_BORROWED else "green"
            told = light, say(texts, f"quality.{kind}_share", share=share)
        found.setdefault(str(row["category"]), []).append(told)
    return found


def _lent(inputs: xr.Dataset, report: Report) -> dict[str, list[tuple[str, str]]]:
    """Say by table that something was borrowed or imputed, where no staff is there to weigh it."""
    if "fte_in_post" not in inputs:
        return {}
    texts = report.subject.texts
    kinds: dict[str, str] = {}
    for one in about(inputs).borrowed:
        table = BORROWED_FROM.get(one.variable.removesuffix("_partly"))
        if table and kinds.get(table) != "borrowed_wholly":
            kinds[table] = "imputed" if one.imputed else "borrowed_wholly"
    return {table: [("yellow", say(texts, f"quality.{kind}"))] for table, kind in kinds.items()}


def _shares(report: Report) -> pl.DataFrame:
    """Take the protected shares of the page, one row for each table and kind."""
    subject, table = report.subject, report.figures.table
    return table.filter(
        pl.col("dimension") == DIMENSION,
        pl.col("variable").is_in([f"{kind}_share" for kind in KINDS]),
        pl.col("scenario") == subject.scenario,
        pl.col("region") == subject.region,
        pl.col("sector") == subject.sector,
    )


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


def _note(report: Report, lights: pl.DataFrame) -> str:
    """Say how much of the FTE has borrowed figures, and what red means on a page that is out."""
    texts = report.subject.texts
    parts = []
    shown = _shares(report)
    for kind in KINDS:
        rows = shown.filter(pl.col("variable") == f"{kind}_share")
        listed = [
            f"{say(texts, f'quality.tables.{table}')} {percent(share, texts, decimals=0)}"
            for table, share in rows.select("category", "central").iter_rows()
        ]
        if listed:
            parts.append(say(texts, f"quality.{kind}_note", tables=join_list(listed, texts)))
        if rows.filter(category="staff_flows").filter(pl.col("central") < 1.0).height:
            parts.append(say(texts, "quality.borrowed_in_part"))
    red = lights.filter(pl.col("light") == "red")
    if red.height:
        is_accepted = (red["accepted"] != "").all()
        parts.append(say(texts, "quality.red_note" if is_accepted else "quality.red_unaccepted"))
    return " ".join(parts)
