"""Forecasts against the M3 competition and against Norwegian absence and unemployment."""

import polars as pl
import pytest

from workforce.forecasting.cases import (
    backtest_case,
    read_absence,
    read_m3,
    read_m3_monthly,
    read_unemployment,
    score_case,
    score_kinds,
)

MONTHLY_PART = 5


def listed(scores: dict[str, dict[str, float]], metric: str) -> str:
    return ", ".join(f"{method} {row[metric]:.3f}" for method, row in scores.items())


def covered(kinds: pl.DataFrame) -> str:
    return ", ".join(
        f"{row['kind']} {row['coverage']:.3f} ({row['above']:.3f} above)"
        for row in kinds.iter_rows(named=True)
    )


@pytest.mark.slow
def test_the_combination_beats_the_mean_of_ets_and_theta_on_quarterly_m3(
    reference, measured
) -> None:
    case = read_m3(reference("m3_quarterly").parent)
    # In this process: the other test worker has the other processor.
    tests = backtest_case(case, ["auto", "ets", "theta", "seasonal_naive"])
    table = score_case(case, tests)
    every = {row["method"]: row for row in table.iter_rows(named=True)}
    scores = every["auto"]
    assert scores["forecasts"] == 8 * 378
    measured(
        f"m3_quarterly, 378 series, OWA: {listed(every, 'owa')}; sMAPE: {listed(every, 'smape')}; "
        f"MASE: {listed(every, 'mase')}; coverage of 80 %: {listed(every, 'coverage')}"
    )
    assert scores["owa"] <= 0.86
    assert 0.75 <= scores["coverage"] <= 0.85
    kinds = score_kinds(case, tests.filter(method="auto"))
    measured(f"m3_quarterly, coverage of 80 % by kind: {covered(kinds)}")
    assert kinds["forecasts"].to_list() == [8 * n for n in (28, 38, 42, 168, 102)]
    assert kinds["coverage"].is_between(0.7, 0.9).all()


@pytest.mark.slow
def test_monthly_series_of_every_kind_are_held_by_their_intervals(reference, measured) -> None:
    # A part of the series, since all take minutes; `workforce backtest` measures all of them.
    case = read_m3_monthly(reference("m3_monthly").parent, every=MONTHLY_PART)
    tests = backtest_case(case, ["auto"])
    scores, kinds = score_case(case, tests).row(0, named=True), score_kinds(case, tests)
    measured(
        f"m3_monthly, {case.series['series'].n_unique()} series, OWA {scores['owa']:.3f}; "
        f"coverage of 80 %: {scores['coverage']:.3f}; by kind: {covered(kinds)}"
    )
    assert scores["owa"] <= 0.83
    assert set(kinds["kind"]) == {
        "micro", "industry", "macro", "finance", "demographic", "other"
    }  # fmt: skip
    # Of fewer than ten series a share tells little.
    counted = kinds.filter(pl.col("forecasts") >= 10 * case.horizon)
    assert {"micro", "industry", "macro"} <= set(counted["kind"])
    assert counted["coverage"].is_between(0.7, 0.9).all()


def test_absence_before_2012_is_forecast_within_0_27_of_a_point(reference, measured) -> None:
    case = read_absence(reference("norway_labour").parent)
    tests = backtest_case(case, ["auto", "ets", "theta", "seasonal_naive"])
    # The first cutoff is the 24th quarter.
    assert tests["cutoff"].min() == case.series["period"][23]
    assert tests.filter(method="auto").height == 19 * 4
    table = score_case(case, tests)
    scores = {row["method"]: row for row in table.iter_rows(named=True)}
    measured(
        f"absence 2006-2011, mean absolute error in points: {listed(scores, 'mae')}; "
        f"coverage of 80 %: {listed(scores, 'coverage')}"
    )
    assert scores["auto"]["mae"] <= 0.27
    assert 0.75 <= scores["auto"]["coverage"] <= 0.85
    assert scores["auto"]["mae"] < scores["seasonal_naive"]["mae"]


@pytest.mark.slow
def test_unemployment_after_the_break_of_2020_is_forecast_no_worse_than_a_year_ago(
    reference, measured
) -> None:
    case = read_unemployment(reference("norway_labour").parent)
    assert case.series["series"].n_unique() == 15 * 3
    tests = backtest_case(case, ["auto", "ets", "theta", "seasonal_naive"], workers=2)
    assert set(tests["cutoff"]) == {"2022M12", "2023M12", "2024M12"}
    assert tests.filter(pl.col("method") == "auto").height == 15 * 3 * 12
    table = score_case(case, tests)
    scores = {row["method"]: row for row in table.iter_rows(named=True)}
    measured(
        f"unemployment, 15 counties x 3 years, median sMAPE: {listed(scores, 'median_smape')}; "
        f"coverage of 80 %: {listed(scores, 'coverage')}"
    )
    assert scores["auto"]["median_smape"] <= 1.1 * scores["seasonal_naive"]["median_smape"]
