"""Forecasts hold their promises on any series: shape, order, bounds, named fallbacks, silence."""

import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workforce.errors import DataError, MissingDataError, ParameterError
from workforce.forecasting.forecast import forecast

COLUMNS = ["series", "period", "method", "level", "mean", "lower", "upper"]


def quarters(values: list[float | None], start: int = 2016, name: str = "absence") -> pl.DataFrame:
    """A quarterly series that starts in the first quarter of a year."""
    labels = [f"{start + i // 4}Q{i % 4 + 1}" for i in range(len(values))]
    return pl.DataFrame(
        {"series": [name] * len(values), "period": labels, "value": values},
        schema_overrides={"value": pl.Float64},
    )


def absence(count: int, seed: int = 0) -> list[float]:
    """Absence of a municipality, with the season of published figures."""
    noise = np.random.default_rng(seed).normal(0, 0.15, count)
    return (np.resize([8.6, 7.7, 6.3, 8.3], count) + noise).tolist()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(
    values=st.lists(
        st.one_of(st.none(), st.floats(0, 1), st.sampled_from([0.0, 0.05])), min_size=3, max_size=24
    ).filter(lambda values: sum(value is not None for value in values) >= 3),
    season=st.sampled_from([1, 4]),
    horizon=st.integers(1, 6),
)
def test_any_rate_gets_ordered_numbers_within_bounds_for_consecutive_periods(
    values: list[float | None], season: int, horizon: int
) -> None:
    series = quarters(values)
    table = forecast(series, horizon=horizon, season=season, levels=(0.5, 0.8), bounds=(0, 1))
    assert table.columns == COLUMNS
    assert table.height == 2 * horizon
    figures = table.select("mean", "lower", "upper").to_numpy()
    assert np.isfinite(figures).all()
    assert (table["lower"] <= table["mean"]).all()
    assert (table["mean"] <= table["upper"]).all()
    assert figures.min() >= 0
    assert figures.max() <= 1
    last = max(i for i, value in enumerate(values) if value is not None)
    expected = [f"{2016 + i // 4}Q{i % 4 + 1}" for i in range(last + 1, last + 1 + horizon)]
    assert table.filter(level=0.8)["period"].to_list() == expected
    narrow, wide = (table.filter(level=level) for level in (0.5, 0.8))
    assert (narrow["lower"] >= wide["lower"]).all()
    assert (narrow["upper"] <= wide["upper"]).all()


def test_a_season_of_absence_is_found_again_and_the_interval_holds_it() -> None:
    table = forecast(quarters(absence(32)), horizon=4, season=4)
    assert table["method"].unique().to_list() == ["auto"]
    assert table["period"].to_list() == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    np.testing.assert_allclose(table["mean"], [8.6, 7.7, 6.3, 8.3], atol=0.25)
    assert (table["upper"] - table["lower"]).max() < 1.5


def test_the_order_of_rows_and_other_series_do_not_matter() -> None:
    one, other = quarters(absence(20), name="a"), quarters(absence(24, seed=3), name="b")
    both = pl.concat([other, one]).sample(fraction=1, shuffle=True, seed=5)
    together = forecast(both, horizon=3, season=4)
    assert together.equals(
        pl.concat([forecast(one, horizon=3, season=4), forecast(other, horizon=3, season=4)])
    )


@pytest.mark.parametrize(
    ("values", "used"),
    [
        ([5.0] * 20, "constant"),
        (absence(8), "theta"),
        (absence(5), "seasonal_naive"),
        ([4.0, 5.0, 4.5], "naive"),
        ([*absence(10), None, *absence(12)], "uc"),
        ([None, *absence(16), None], "auto"),
        ([8.0, None, 6.0, 8.0, 8.5, 7.0], "seasonal_naive"),
    ],
)
def test_a_short_still_or_gappy_series_names_the_method_it_got(
    values: list[float | None], used: str
) -> None:
    table = forecast(quarters(values), horizon=4, season=4)
    assert table["method"].unique().to_list() == [used]


def test_the_break_of_2020_does_not_run_away_with_the_forecast() -> None:
    months = [2.4 + 0.1 * np.cos(i * np.pi / 6) for i in range(62)]
    shock = [10.4, 9.0, 7.0, 5.5, 4.8, 4.2, 3.8, 3.7, 3.8, 3.9, 4.0, 3.9]
    labels = [f"{2015 + i // 12}M{i % 12 + 1:02d}" for i in range(len(months) + len(shock))]
    series = pl.DataFrame({"series": "unemployed", "period": labels, "value": months + shock})
    table = forecast(series, horizon=12, season=12, bounds=(0, 100))
    assert table["mean"].is_between(2, 6).all()


def test_a_rate_between_two_bounds_turns_back_where_an_amount_goes_on() -> None:
    rng = np.random.default_rng(4)
    rising = quarters((20 + 0.5 * np.arange(40) + rng.normal(0, 0.3, 40)).tolist())
    amount = forecast(rising, horizon=8, season=4, bounds=(0, float("inf")))
    rate = forecast(rising, horizon=8, season=4, bounds=(0, 100))
    assert rate["mean"][-1] < amount["mean"][-1]


def test_years_may_be_numbers_and_series_end_where_they_end() -> None:
    series = pl.DataFrame(
        {"series": ["a"] * 9 + ["b"] * 8, "period": [*range(2016, 2025), *range(2016, 2024)]}
    ).with_columns(value=pl.int_range(pl.len()).cast(pl.Float64) % 5)
    table = forecast(series, horizon=2, season=1)
    assert table["period"].to_list() == [2025, 2026, 2024, 2025]


def test_what_is_wrong_with_the_table_is_said_all_at_once() -> None:
    wrong = pl.concat([quarters([1.0, 2.0, 3.0]), quarters([1.0, float("inf")])])
    with pytest.raises(DataError, match=r"(?s)repeated.*infinite.*bounds"):
        forecast(wrong, horizon=1, season=4, bounds=(0, 2.5))
    with pytest.raises(DataError, match="value"):
        forecast(quarters([1.0]).drop("value"), horizon=1, season=4)
    with pytest.raises(MissingDataError, match="absence"):
        forecast(quarters([1.0, None, 2.0]), horizon=1, season=4)


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "prophet", "horizon": 1, "season": 4},
        {"horizon": 0, "season": 4},
        {"horizon": 1, "season": 12},
        {"horizon": 1, "season": 4, "levels": (80,)},
        {"horizon": 1, "season": 4, "bounds": (1, 0)},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(request_: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        forecast(quarters(absence(12)), **request_)


def test_nothing_is_written_to_the_reader_of_the_page() -> None:
    code = """
import numpy as np, polars as pl
from workforce.forecasting.forecast import forecast
rng = np.random.default_rng(2)
series = [rng.gamma(0.3, 1, 30), np.r_[np.zeros(20), 1, 0, 0, 5, 0], np.r_[np.ones(15), 90, 1, 2],
          np.cumsum(rng.normal(size=40)), np.exp(np.arange(30) / 2.0)]
table = pl.concat([pl.DataFrame({"series": str(k), "period": np.arange(len(v)), "value": v})
                   for k, v in enumerate(series)])
for method in ("auto", "ets", "theta", "arima", "uc", "naive2"):
    assert forecast(table, method=method, horizon=5, season=4)["mean"].is_finite().all()
"""
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == ""
