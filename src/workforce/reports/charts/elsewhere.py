"""Tables of how the method has done elsewhere, measured by `workforce backtest`."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
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
METHODS = ("ours", "ssb", "cohort_change_ratios", "no_change")
SIZES = ("under 2,000", "2,000-5,000", "5,000-20,000", "over 20,000")
ALL_AGES = "all"


@chart("elsewhere")
def errors_elsewhere(figures: Figures, subject: Subject) -> Told | Chart:
    """Set our errors on real municipalities beside Statistics Norway's and two simple methods'."""
    texts, rows = subject.texts, figures.facts.elsewhere
    if not rows.is_empty():
        rows = rows.filter(case="telemark", measure="wape")
    if rows.is_empty():
        return SILENT
    methods, last = [one for one in METHODS if one in rows["method"]], max(HORIZONS)
    by = {
        (method, band): percent(value, texts, decimals=1)
        for method, band, value in rows.filter(horizon=last)
        .select("method", "group", "value").iter_rows()
    }  # fmt: skip
    bands = [band for band in BANDS if all((method, band) in by for method in methods)]
    return Told(
        table={"age": [_band(texts, band) for band in bands]}
        | {method: [by[method, band] for band in bands] for method in methods},
        said={"years": last, "ours": by["ours", "80-89"], "ssb": by["ssb", "80-89"]},
        title="errors_title",
        notes=("errors_note",),
    )


@chart("elsewhere")
def intervals_elsewhere(figures: Figures, subject: Subject) -> Told | Chart:
    """Tell how often 80 % intervals held what came, by size of municipality."""
    texts, rows = subject.texts, figures.facts.elsewhere
    if not rows.is_empty():
        rows = rows.filter(case="all", measure="coverage")
    if rows.is_empty():
        return SILENT
    by: dict[tuple[str, str, int], float] = {
        (band, size, ahead): value
        for band, size, ahead, value in rows.select("group", "size", "horizon", "value").iter_rows()
    }
    sizes = [size for size in SIZES if (ALL_AGES, size, HORIZONS[0]) in by]
    table = {"size": [say(texts, f"elsewhere.size_{1 + SIZES.index(size)}") for size in sizes]}
    for band in (ALL_AGES, "80+"):
        for ahead in HORIZONS:
            head = say(texts, "elsewhere.ahead", name=_band(texts, band), years=ahead)
            table[head] = [percent(by[band, size, ahead], texts, decimals=0)
                           for size in sizes]  # fmt: skip
    low, high = min(by.values()), max(by.values())
    return Told(
        table=table,
        said={"low": number(100 * low, texts), "high": percent(high, texts, decimals=0)},
        title="intervals_title",
        notes=("intervals_note",),
    )


@chart("elsewhere")
def series_elsewhere(figures: Figures, subject: Subject) -> Told | Chart:
    """Tell how the forecasts of quarterly and monthly series did where others were measured."""
    texts, rows = subject.texts, figures.facts.elsewhere
    if not rows.is_empty():
        rows = rows.filter(pl.col("case").is_in(list(SERIES)), method="auto", group="all")
    if rows.is_empty():
        return SILENT
    by = {(c, m): v for c, m, v in rows.select("case", "measure", "value").iter_rows()}
    shown = {case: told for case, told in SERIES.items() if (case, told[0]) in by}
    return Told(
        table={
            "series": [say(texts, f"elsewhere.{case}") for case in shown],
            "error": [
                say(texts, f"elsewhere.{word}",
                    value=number(by[case, measure], texts, decimals=decimals))
                for case, (measure, word, decimals) in shown.items()
            ],
            "held": [percent(by[case, "coverage"], texts, decimals=0) for case in shown],
        },
        title="series_title",
        notes=("series_note",),
    )  # fmt: skip


def _band(texts: Texts, band: str) -> str:
    return say(texts, "elsewhere.all_ages") if band == ALL_AGES else band_name(texts, band)
