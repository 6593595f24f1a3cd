"""The lights of a run: what the quality gate said of each table, and what was accepted and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from workforce.texts.catalogue import join_list, say

if TYPE_CHECKING:
    from workforce.contract.figures import Figures
    from workforce.reports.charts.figures import Subject


def accepted_red(figures: Figures, subject: Subject) -> tuple[str, ...]:
    """Tell, for the head of a page, which red figures it rests on and why."""
    texts, told = subject.texts, []
    red = figures.facts.lights.filter(pl.col("accepted") != "")
    for (reason,), rows in red.group_by("accepted", maintain_order=True):
        tables = rows["table"].unique(maintain_order=True).to_list()
        names = join_list([say(texts, f"quality.tables.{table}") for table in tables], texts)
        told.append(say(texts, "quality.red_head", tables=names, reason=str(reason)))
    return tuple(told)
