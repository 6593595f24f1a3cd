"""Tables of how the method has done elsewhere, measured by `workforce backtest`."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import Subject
from workforce.reports.charts.population import band_name
from workforce.texts.catalogue import Texts, number, percent, say

HORIZONS = (1, 5, 10)
# Case, with the measure that is told of it, its text and its decimals.
SERIES = {
    "m3_quarterly": ("owa", "owa", 2),
    "m3_monthly": ("owa", "owa", 2),
    "absence_2000_2011": ("mae", "mae", 2),
    "unemployment_counties": ("median_smape", "smape", 1),
}
BANDS = ("0", "1-5", "6-12", "13-15", "16-19", "20-66", "67-79", "80-89", "90+", "all")
ALL_AGES = "all"


def errors_elsewhere(figures: Figures, subject: Subject) -> Chart:
    """Set our errors on real municipalities beside Statistics Norway's and two simple methods'."""
    texts, table = subject.texts, figures.facts.elsewhere
    if table.is_empty():
        return SILENT
    rows = table.filter((pl.col("case") == "telemark") & (pl.col("measure") == "wape"))
    if rows.is_empty():
        return SILENT
    methods = [
        m for m in ("ours", "ssb", "cohort_change_ratios", "no_change") if m in rows["method"]
    ]
    last = max(HORIZONS)
    by = {(m, g): v for m, g, v in rows.filter(pl.col("horizon") == last)
          .select("method", "group", "value").iter_rows()}  # fmt: skip
    bands = [band for band in BANDS if all((m, band) in by for m in methods)]
    columns = {say(texts, "elsewhere.age"): [_band(texts, band) for band in bands]}
    for method in methods:
        columns[say(texts, f"elsewhere.{method}")] = [
            percent(by[method, band], texts, decimals=1) for band in bands
        ]
    title = say(
        texts, "elsewhere.errors_title", years=last,
        ours=percent(by["ours", "80-89"], texts, decimals=1),
        ssb=percent(by["ssb", "80-89"], texts, decimals=1),
    )  # fmt: skip
    return Chart(None, title, title, pl.DataFrame(columns), say(texts, "elsewhere.errors_note"))


def intervals_elsewhere(figures: Figures, subject: Subject) -> Chart:
    """Tell how often 80 % intervals held what came, by size of municipality."""
    texts, table = subject.texts, figures.facts.elsewhere
    if table.is_empty():
        return SILENT
    rows = table.filter((pl.col("case") == "all") & (pl.col("measure") == "coverage"))
    if rows.is_empty():
        return SILENT
    rows = rows.with_columns(
        pl.col("group").str.split("|").list.get(0).alias("band"),
        pl.col("group").str.split("|").list.get(1).alias("size"),
    )
    sizes = rows["size"].unique(maintain_order=True).to_list()
    by = {
        (b, s, h): v for b, s, h, v in rows.select("band", "size", "horizon", "value").iter_rows()
    }
    columns = {
        say(texts, "elsewhere.size"): [say(texts, f"elsewhere.{_key(size)}") for size in sizes]
    }
    for band in (ALL_AGES, "80+"):
        for ahead in HORIZONS:
            head = say(texts, "elsewhere.ahead", name=_band(texts, band), years=ahead)
            columns[head] = [percent(by[band, size, ahead], texts, decimals=0) for size in sizes]
    low, high = float(rows["value"].min()), float(rows["value"].max())  # type: ignore[arg-type]
    title = say(
        texts, "elsewhere.intervals_title", low=number(100 * low, texts),
        high=percent(high, texts, decimals=0),
    )  # fmt: skip
    note = say(texts, "elsewhere.intervals_note")
    return Chart(None, title, title, pl.DataFrame(columns), note)


def series_elsewhere(figures: Figures, subject: Subject) -> Chart:
    """Tell how the forecasts of quarterly and monthly series did where others were measured."""
    texts, table = subject.texts, figures.facts.elsewhere
    if table.is_empty():
        return SILENT
    rows = table.filter(
        (pl.col("method") == "auto")
        & pl.col("case").is_in(list(SERIES))
        & (pl.col("group") == "all")
    )
    if rows.is_empty():
        return SILENT
    by = {(c, m): v for c, m, v in rows.select("case", "measure", "value").iter_rows()}
    shown = {case: told for case, told in SERIES.items() if (case, told[0]) in by}
    columns = {
        say(texts, "elsewhere.series"): [say(texts, f"elsewhere.{case}") for case in shown],
        say(texts, "elsewhere.error"): [
            say(
                texts, f"elsewhere.{text}",
                value=number(by[case, measure], texts, decimals=decimals),
            )
            for case, (measure, text, decimals) in shown.items()
        ],
        say(texts, "elsewhere.held"): [
            percent(by[case, "coverage"], texts, decimals=0) for case in shown
        ],
    }  # fmt: skip
    title = say(texts, "elsewhere.series_title")
    return Chart(None, title, title, pl.DataFrame(columns), say(texts, "elsewhere.series_note"))


def _band(texts: Texts, band: str) -> str:
    return say(texts, "elsewhere.all_ages") if band == ALL_AGES else band_name(texts, band)


def _key(size: str) -> str:
    return {
        "under 2,000": "size_1",
        "2,000-5,000": "size_2",
        "5,000-20,000": "size_3",
        "over 20,000": "size_4",
    }[size]
