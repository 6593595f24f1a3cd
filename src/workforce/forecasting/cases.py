"""The reference cases that forecasts are judged by: their series, cutoffs and scores.

The files lie in a folder of reference cases, with a README each; none is part of the project.
"""

import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from workforce.forecasting.backtest import backtest
from workforce.forecasting.scores import score

METRICS = ("owa", "mase", "smape", "median_smape", "mae", "coverage")
KIND_METRICS = ("owa", "coverage", "above", "scaled_bias")
# M3 numbers its quarterly series by kind; this is the last number of each.
_LAST_QUARTERLY = {
    "micro": "N0849",
    "industry": "N0932",
    "macro": "N1268",
    "finance": "N1344",
    "demographic": "N1401",
}
# Series per piece of work: enough to outweigh the start of a process, few enough to share evenly.
_PIECE = 12


@dataclass(frozen=True)
class Case:
    """Series to forecast up to the last outcome, from where, and what each is about."""

    name: str
    series: pl.DataFrame
    horizon: int
    windows: int
    season: int
    bounds: tuple[float, float] | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)


def read_cases(folder: str | Path) -> list[Case]:
    """Read M3 by quarter and month, absence and unemployment from a folder of reference cases."""
    return [
        read_m3(folder), read_m3_monthly(folder), read_absence(folder), read_unemployment(folder)
    ]  # fmt: skip


def read_m3(folder: str | Path) -> Case:
    """Read 378 quarterly series of the M3 competition: 8 quarters ahead, from one cutoff each.

    Makridakis and Hibon (2000), doi:10.1016/S0169-2070(00)00057-1.
    """
    table = pl.read_csv(Path(folder) / "m3_quarterly" / "quarterly_378.csv.gz")
    series = table.select("series", period="t", value="value")
    kinds = {
        name: next(kind for kind, last in _LAST_QUARTERLY.items() if name <= last)
        for name in series["series"].unique()
    }
    return Case("m3_quarterly", series, horizon=8, windows=1, season=4, kinds=kinds)


def read_m3_monthly(folder: str | Path, *, every: int = 1) -> Case:
    """Read 376 monthly series of M3, or each so manyth of a kind: 18 months ahead."""
    table = pl.read_csv(Path(folder) / "m3_monthly" / "monthly_given.csv.gz")
    names = table.select("kind", "series").unique().sort("kind", "series")
    taken = names.filter(pl.int_range(pl.len()).over("kind") % every == 0)
    series = table.join(taken, on=["kind", "series"], how="semi", maintain_order="left").select(
        "series", period="t", value="value"
    )
    kinds = dict(taken.select("series", "kind").iter_rows())
    return Case("m3_monthly", series, horizon=18, windows=1, season=12, kinds=kinds)


def read_absence(folder: str | Path) -> Case:
    """Read sickness absence 2000-2011: 4 quarters ahead, from each quarter since the 24th.

    In per cent of agreed days, not adjusted; Statistics Norway.
    """
    file = Path(folder) / "norway_labour" / "ssb_sickness_absence_quarterly_2000K2_2011K3.csv"
    series = pl.read_csv(file).select(series=pl.lit("total"), period="quarter", value="all_total")
    windows = series.height - 4 - 24 + 1
    return Case("absence_2000_2011", series, 4, windows, 4, bounds=(0, 100))


def read_unemployment(folder: str | Path, *, cutoffs: Sequence[int] = (2022, 2023, 2024)) -> Case:
    """Read registered unemployed persons by county: 12 months ahead from December of some years.

    Both sexes, wholly unemployed; NAV. Each county and cutoff is a series of its own, named
    "Agder 2022".
    """
    table = (
        pl.read_csv(Path(folder) / "norway_labour" / "nav_unemployment_monthly.csv.gz")
        .filter(level="Fylker", sex="Begge kjønn", status="Helt ledige")
        # One county is written with and without a blank at the end.
        .with_columns(pl.col("region").str.strip_chars())
        # People of no county are kept for some months only.
        .filter(pl.len().over("region") > 12 * len(cutoffs))
    )
    known = [
        table.filter(pl.col("month") <= f"{year + 1}-12-01").select(
            series=pl.format("{} {}", "region", pl.lit(year)),
            period=pl.col("month").str.slice(0, 4) + "M" + pl.col("month").str.slice(5, 2),
            value="persons",
        )
        for year in cutoffs
    ]
    return Case("unemployment_counties", pl.concat(known), 12, 1, 12, bounds=(0, float("inf")))


def backtest_case(case: Case, methods: Sequence[str], *, workers: int = 1) -> pl.DataFrame:
    """Backtest methods on a case as `workforce.backtest`, its series shared among processes."""
    names = case.series["series"].unique(maintain_order=True).to_list()
    pieces = [
        replace(case, series=case.series.filter(pl.col("series").is_in(names[at : at + _PIECE])))
        for at in range(0, len(names), _PIECE)
    ]
    given = [list(methods)] * len(pieces)
    if workers == 1 or len(pieces) == 1:
        return pl.concat(map(_backtest_piece, pieces, given))
    # A forked process would hang in polars, which keeps threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        return pl.concat(pool.map(_backtest_piece, pieces, given))


def score_case(case: Case, backtests: pl.DataFrame) -> pl.DataFrame:
    """Score the backtests of a case, by method and level."""
    return score(backtests, metrics=METRICS).insert_column(0, pl.lit(case.name).alias("case"))


def score_kinds(case: Case, backtests: pl.DataFrame) -> pl.DataFrame:
    """Score the backtests of a case for each kind of series by itself, where it has kinds.

    Two errors that cancel in all series do not in their kinds.
    """
    kind = pl.col("series").replace_strict(case.kinds, default=None, return_dtype=pl.String)
    known = backtests.with_columns(kind=kind).filter(pl.col("kind").is_not_null())
    scores = score(known, metrics=KIND_METRICS, by=["kind"]).sort("method", "kind")
    return scores.insert_column(0, pl.lit(case.name).alias("case"))


def _backtest_piece(case: Case, methods: Sequence[str]) -> pl.DataFrame:
    return backtest(
        case.series,
        methods,
        horizon=case.horizon,
        windows=case.windows,
        season=case.season,
        bounds=case.bounds,
    )
