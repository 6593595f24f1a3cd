"""Metrics against figures worked out by hand and against slow, obvious loops."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError, ParameterError
from workforce.forecasting.scores import (
    above,
    coverage,
    mae,
    mase,
    median_smape,
    owa,
    scaled_bias,
    score,
    seasonal_scale,
    smape,
    width,
)

BY_HAND = pl.DataFrame(
    {
        "series": ["a", "a"],
        "method": ["theta", "theta"],
        "level": [0.8, 0.8],
        "mean": [110.0, 90.0],
        "lower": [95.0, 80.0],
        "upper": [125.0, 95.0],
        "actual": [100.0, 100.0],
        "scale": [5.0, 5.0],
        "naive2": [120.0, 100.0],
    }
)

positive = st.floats(0.1, 1e4)
tables = st.lists(
    st.tuples(positive, positive, positive, positive, positive, positive), min_size=1, max_size=20
).map(
    lambda rows: pl.DataFrame(
        [
            {
                "series": "a",
                "method": "ets",
                "level": 0.8,
                "mean": mean,
                "lower": mean - down,
                "upper": mean + up,
                "actual": actual,
                "scale": scale,
                "naive2": naive2,
            }
            for mean, down, up, actual, scale, naive2 in rows
        ]
    )
)


def test_metrics_equal_what_pen_and_paper_give() -> None:
    ours = (200 * 10 / 210 + 200 * 10 / 190) / 2
    theirs = (200 * 20 / 220 + 0) / 2
    assert smape(BY_HAND) == pytest.approx(ours)
    assert mase(BY_HAND) == pytest.approx(2.0)
    assert owa(BY_HAND) == pytest.approx((ours / theirs + 2.0 / 2.0) / 2)
    assert coverage(BY_HAND) == pytest.approx(0.5)
    assert above(BY_HAND) == pytest.approx(0.5)
    assert scaled_bias(BY_HAND) == pytest.approx((-2.0 + 2.0) / 2)
    assert mae(BY_HAND) == pytest.approx(10.0)
    assert width(BY_HAND) == pytest.approx(22.5)


@settings(deadline=None)
@given(tables)
def test_metrics_equal_a_slow_loop_over_the_rows(table: pl.DataFrame) -> None:
    percent, scaled, inside, percent2, scaled2 = 0.0, 0.0, 0, 0.0, 0.0
    for row in table.iter_rows(named=True):
        miss = abs(row["actual"] - row["mean"])
        miss2 = abs(row["actual"] - row["naive2"])
        percent += 200 * miss / (abs(row["actual"]) + abs(row["mean"]))
        percent2 += 200 * miss2 / (abs(row["actual"]) + abs(row["naive2"]))
        scaled += miss / row["scale"]
        scaled2 += miss2 / row["scale"]
        inside += row["lower"] <= row["actual"] <= row["upper"]
    count = table.height
    assert smape(table) == pytest.approx(percent / count)
    assert mase(table) == pytest.approx(scaled / count)
    assert coverage(table) == pytest.approx(inside / count)
    if percent2 > 0 and scaled2 > 0:
        assert owa(table) == pytest.approx((percent / percent2 + scaled / scaled2) / 2)


def test_the_median_of_smape_is_taken_over_series_and_cutoffs() -> None:
    table = pl.concat(
        [
            BY_HAND.head(1).with_columns(cutoff=pl.lit(cutoff), mean=pl.lit(mean))
            for cutoff, mean in [("2022", 100.0), ("2023", 300.0), ("2024", 110.0)]
        ]
    )
    assert median_smape(table) == pytest.approx(200 * 10 / 210)


def test_naive2_scored_against_itself_is_exactly_one() -> None:
    itself = BY_HAND.with_columns(mean=pl.col("naive2"))
    assert owa(itself) == pytest.approx(1.0)


def test_a_right_forecast_of_zero_is_no_error() -> None:
    zero = BY_HAND.with_columns(mean=pl.lit(0.0), actual=pl.lit(0.0))
    assert smape(zero) == 0.0


def test_the_scale_is_the_mean_absolute_change_over_a_season() -> None:
    values = np.array([1.0, 5.0, 2.0, 9.0, np.nan, 7.0])
    assert seasonal_scale(values, 2) == pytest.approx((1 + 4 + 2) / 3)
    assert seasonal_scale(values, 6) is None
    assert seasonal_scale(np.ones(9), 4) is None


def test_a_series_that_never_moved_has_no_mase_but_a_coverage() -> None:
    still = BY_HAND.with_columns(scale=pl.lit(None, dtype=pl.Float64))
    scores = score(still)
    assert scores["mase"].to_list() == [None]
    assert scores["owa"].to_list() == [None]
    assert scores["coverage"].to_list() == [0.5]


def test_methods_levels_and_series_are_scored_apart() -> None:
    other = BY_HAND.with_columns(method=pl.lit("ets"), series=pl.lit("b"), mean=pl.col("actual"))
    scores = score(pl.concat([BY_HAND, other]), metrics=("mae", width), by=("series",))
    assert scores.columns == ["method", "series", "level", "forecasts", "mae", "width"]
    assert dict(zip(scores["method"], scores["mae"], strict=True)) == {"theta": 10.0, "ets": 0.0}


def test_an_unknown_metric_and_a_missing_column_are_named() -> None:
    with pytest.raises(ParameterError, match="rmse"):
        score(BY_HAND, metrics=("rmse",))
    with pytest.raises(DataError, match="actual"):
        score(BY_HAND.drop("actual"))
