"""Backtests know only what came before the cutoff."""

import numpy as np
import polars as pl
import pytest

from workforce.errors import MissingDataError, ParameterError
from workforce.forecasting.backtest import backtest
from workforce.forecasting.forecast import forecast
from workforce.forecasting.scores import score

VALUES = np.resize([8.6, 7.7, 6.3, 8.3], 24) + np.random.default_rng(4).normal(0, 0.2, 24)
SERIES = pl.DataFrame(
    {
        "series": "absence",
        "period": [f"{2018 + i // 4}K{i % 4 + 1}" for i in range(24)],
        "value": VALUES,
    }
)


def test_a_backtest_is_the_forecast_made_at_the_cutoff() -> None:
    table = backtest(SERIES, ["auto", "theta"], horizon=2, windows=3, season=4)
    assert table["cutoff"].unique(maintain_order=True).to_list() == ["2022K4", "2023K1", "2023K2"]
    for method in ("auto", "theta"):
        then = forecast(SERIES.head(20), method=method, horizon=2, season=4)
        again = table.filter(cutoff="2022K4", method=method)
        assert again.select("period", "mean", "lower", "upper").equals(
            then.select("period", "mean", "lower", "upper")
        )
    assert (
        table.filter(cutoff="2022K4", method="auto")["actual"].to_list() == VALUES[20:22].tolist()
    )


def test_what_comes_after_the_cutoff_changes_no_forecast() -> None:
    later = SERIES.with_columns(
        value=pl.when(pl.int_range(pl.len()) >= 22).then(99.0).otherwise(pl.col("value"))
    )
    said = [
        backtest(table, ["auto"], horizon=2, windows=1, season=4).drop("actual")
        for table in (SERIES, later)
    ]
    assert said[0].equals(said[1])


def test_scale_and_naive2_belong_to_the_cutoff() -> None:
    table = backtest(SERIES, ["seasonal_naive"], horizon=1, windows=1, season=4)
    known = VALUES[:23]
    assert table["scale"].item() == pytest.approx(np.abs(known[4:] - known[:-4]).mean())
    assert score(table, metrics=("mae",))["mae"].item() == pytest.approx(
        abs(VALUES[23] - VALUES[19])
    )


def test_a_gap_after_the_cutoff_leaves_no_row_and_a_fallback_is_named() -> None:
    gappy = SERIES.filter(pl.col("period") != "2023K3")
    table = backtest(gappy, ["ets"], horizon=2, windows=3, season=4)
    assert not table["period"].is_in(["2023K3"]).any()
    assert table["actual"].null_count() == 0
    assert table["method"].unique().to_list() == ["ets"]
    short = backtest(SERIES.tail(8), ["auto"], horizon=1, windows=2, season=4)
    assert set(short["used"]) == {"seasonal_naive"}


def test_a_backtest_that_cannot_be_made_says_so() -> None:
    with pytest.raises(MissingDataError, match="shorter horizon"):
        backtest(SERIES.head(6), ["auto"], horizon=4, windows=1, season=4)
    with pytest.raises(ParameterError, match="windows"):
        backtest(SERIES, ["auto"], horizon=1, windows=0, season=4)
