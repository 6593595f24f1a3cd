"""Single methods against values worked out by hand and against series they must get right."""

import numpy as np
import pytest

from workforce.forecasting.combine import weigh
from workforce.forecasting.fitted import _ets_model, carry_ets, estimate_ets
from workforce.forecasting.intervals import half_width, persistence, rolling_errors, spread
from workforce.forecasting.methods import (
    METHODS,
    drift,
    naive,
    naive2,
    point_forecast,
    point_forecasts,
    seasonal_mean,
    seasonal_naive,
    ses_drift,
    theta,
)
from workforce.forecasting.seasonality import hides_season, is_seasonal, seasonal_indices

PATTERN = np.array([1.2, 0.9, 0.7, 1.2])


def test_seasonal_naive_repeats_the_last_year_and_skips_gaps() -> None:
    values = np.array([1.0, 2, 3, 4, 5, np.nan, 7, 8])
    assert seasonal_naive(values, 4, 6).tolist() == [5, 2, 7, 8, 5, 2]


def test_seasonal_naive_takes_the_latest_value_for_an_unseen_season() -> None:
    assert seasonal_naive(np.array([1.0, 2.0, 9.0]), 4, 4).tolist() == [9, 1, 2, 9]


def test_seasonal_mean_takes_two_years_of_each_place_and_no_more() -> None:
    values = np.array([9.0, 9, 1, 2, 3, np.nan, 5, 8])
    assert seasonal_mean(values, 2, 4).tolist() == [4, 5, 4, 5]


def test_drift_goes_on_along_the_line() -> None:
    assert drift(np.array([1.0, 7.0, 5.0]), 1, 2).tolist() == [7, 9]
    assert naive(np.array([1.0, 7.0, 5.0]), 1, 2).tolist() == [5, 5]


def test_naive2_puts_a_pure_season_back_in_its_place() -> None:
    values = 100 * np.tile(PATTERN, 6)[:-1]
    assert is_seasonal(values, 4)
    expected = 100 * np.array([1.2, 1.2, 0.9, 0.7])
    np.testing.assert_allclose(naive2(values, 4, 4), expected, rtol=1e-9)


def test_seasonal_indices_of_a_pure_season_are_that_season() -> None:
    values = 100 * np.tile(PATTERN, 5)
    np.testing.assert_allclose(seasonal_indices(values, 4, multiplicative=True), PATTERN)
    monthly = np.tile([1.0, -1.0, 0.0], 5)
    np.testing.assert_allclose(
        seasonal_indices(monthly, 3, multiplicative=False), [1, -1, 0], atol=1e-12
    )


def test_theta_goes_on_at_half_the_slope_of_a_line_and_smoothing_with_drift_at_all_of_it() -> None:
    line = np.arange(10.0, 40.0)
    np.testing.assert_allclose(np.diff(theta(line, 1, 4)), 0.5, atol=0.02)
    np.testing.assert_allclose(np.diff(ses_drift(line, 1, 4)), 1.0, atol=0.02)


def test_a_season_is_found_behind_a_trend_and_a_break_and_not_in_a_walk() -> None:
    rng = np.random.default_rng(6)
    season = 8 * np.tile(PATTERN, 8)
    broken = season + np.where(np.arange(32) >= 20, 40.0, 0.0) + rng.normal(0, 0.5, 32)
    assert not is_seasonal(broken, 4)
    assert hides_season(broken, 4)
    walks = np.cumsum(rng.normal(size=(400, 32)), axis=1)
    # One-sided at 5 per cent.
    assert np.mean([hides_season(walk, 4) for walk in walks]) < 0.08
    assert not hides_season(np.ones(32), 4)
    assert not hides_season(season[:11], 4)


def test_theta_leaves_a_series_without_a_season_as_it_is() -> None:
    walk = 50 + np.cumsum(np.random.default_rng(1).normal(size=40))
    assert not is_seasonal(walk, 4)
    assert not hides_season(walk, 4)
    np.testing.assert_array_equal(theta(walk, 4, 6), theta(walk, 1, 6))


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_finds_a_stable_season_again(name: str) -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, 40)
    values = 8 * np.tile(PATTERN, 10) * (1 + noise)
    points = point_forecast(name, values, 4, 4)
    if name in {"naive", "drift"}:
        assert abs(points - values[-1]).max() < 0.5
    else:
        np.testing.assert_allclose(points, 8 * PATTERN, rtol=0.05)


def test_an_error_is_what_came_less_what_was_said_before() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0])
    errors = rolling_errors("naive", values, 1, 2)
    np.testing.assert_array_equal(errors, [[1, 3], [2, 6], [4, np.nan]])


def test_the_standard_error_of_noise_is_the_same_at_every_horizon_and_of_a_walk_its_root() -> None:
    errors = np.array([[1.0, 1.0], [-1.0, 3.0], [2.0, np.nan]])
    walk = np.cumsum(np.random.default_rng(0).normal(size=4000))
    walk_error, freedom = spread(errors, walk, 4)
    # Changes over four periods of a walk share three of four steps: r = 3/4.
    assert persistence(walk, 4) == pytest.approx(0.75, abs=0.03)
    np.testing.assert_allclose(walk_error[1] / walk_error[0], 2 ** (0.75 / 2), rtol=0.02)
    noise = np.resize([8.6, 7.7, 6.3, 8.3], 4000) + np.random.default_rng(0).normal(size=4000)
    noise_error, _ = spread(errors, noise, 4)
    np.testing.assert_allclose(noise_error[1] / noise_error[0], 1.0, rtol=0.02)
    np.testing.assert_array_equal(freedom, [2.0, 2.0])


def test_the_standard_error_is_that_of_a_few_errors_and_of_the_changes_worked_out_by_hand() -> None:
    # Changes over four periods 1, 1, 1, 1, 6 have a median of 1 and a mean deviation of 1; of
    # their squares, 40, the products of neighbours, 1 + 1 + 1 + 6, are 9.
    values = np.array([0.0, 0, 0, 0, 1, 1, 1, 1, 7])
    assert persistence(values, 4) == pytest.approx(9 / 40)
    errors = np.array([[2.0, np.nan], [-4.0, np.nan], [3.0, np.nan]])
    missed, usual = 3.0, 0.7 * 1.0
    expected = np.sqrt(np.pi / 2) * missed ** (3 / 9) * usual ** (6 / 9)
    standard_error, _ = spread(errors, values, 4)
    np.testing.assert_allclose(standard_error, expected * 2.0 ** (np.array([0, 1]) * 9 / 80))


def test_years_without_a_season_are_a_walk_too() -> None:
    steps = np.random.default_rng(2).normal(size=4000)
    assert persistence(np.cumsum(steps), 1) == pytest.approx(0.75, abs=0.03)
    assert persistence(steps, 1) == pytest.approx(0.0, abs=0.04)
    assert persistence(steps[:6], 4) == 1.0


def test_an_error_of_nothing_in_a_series_that_moved_keeps_some_width() -> None:
    values = np.r_[np.random.default_rng(3).normal(size=12), np.ones(16)]
    standard_error, _ = spread(np.zeros((12, 4)), values, 4)
    assert (standard_error > 0).all()


def test_half_of_an_interval_is_students_quantile() -> None:
    # t(0.9; 5 degrees) = 1.4759, from any printed table.
    np.testing.assert_allclose(
        half_width(np.array([2.0]), np.array([5.0]), 0.8), [2.9518], rtol=1e-4
    )


def test_the_better_member_weighs_more_and_few_errors_weigh_as_before() -> None:
    small, large = np.full((12, 2), 1.0), np.full((12, 2), -3.0)
    even = np.array([0.5, 0.5])
    # Half trust at twelve origins: halfway between 1/2 and 9/10.
    np.testing.assert_allclose(weigh([small, large], even), [0.7, 0.3])
    np.testing.assert_allclose(weigh([small[:3], large[:3]], even), even)


def test_a_member_without_a_weight_before_earns_one_by_its_errors() -> None:
    small, large = np.full((12, 2), 1.0), np.full((12, 2), 2.0)
    before = np.array([0.5, 0.5, 0.0])
    # Errors give 1/6, 1/6, 4/6; halfway to the weights before them.
    np.testing.assert_allclose(weigh([large, large, small], before), [1 / 3, 1 / 3, 1 / 3])
    np.testing.assert_allclose(weigh([large[:3], large[:3], small[:3]], before), before)


@pytest.mark.parametrize("trend", [0.0, 0.05, -0.03])
def test_theta_is_that_of_statsmodels(trend: float) -> None:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    steps = np.random.default_rng(7).normal(trend, 0.2, 36)
    values = 8 + np.cumsum(steps)
    theirs = ThetaModel(values, period=1, deseasonalize=False).fit().forecast(6)
    np.testing.assert_allclose(theta(values, 1, 6), theirs, rtol=1e-3)


@pytest.mark.parametrize("name", sorted(METHODS))
@pytest.mark.parametrize("season", [1, 4])
def test_points_at_rolling_origins_know_nothing_of_what_comes_after(name: str, season: int) -> None:
    rng = np.random.default_rng(3)
    values = 8 * np.resize(PATTERN, 36) + rng.normal(0, 0.2, 36)
    other = values.copy()
    other[30:] = rng.uniform(1, 20, 6)
    ours, theirs = (point_forecasts(name, one, season, 5, first=26) for one in (values, other))
    assert ours.shape == (11, 5)
    np.testing.assert_allclose(ours[:5], theirs[:5], rtol=1e-9)
    assert not np.allclose(ours[5], theirs[5])
    # At the first origin it is the forecast that was estimated there.
    np.testing.assert_allclose(ours[0], point_forecast(name, values[:26], season, 5), rtol=1e-9)


@pytest.mark.parametrize("trend", [0.0, 0.3])
@pytest.mark.parametrize("season", [1, 4])
def test_carried_smoothing_is_what_statsmodels_forecasts_with_the_same_parameters(
    season: int, trend: float
) -> None:
    noise = np.random.default_rng(5).normal(0, 0.2, 40)
    values = 8 * np.resize(PATTERN, 40) + trend * np.arange(40) + noise
    estimates = estimate_ets(values[:28], season)
    assert sum(one.weight for one in estimates) == pytest.approx(1.0)
    carried = carry_ets(estimates, values, season, 6, 28)
    for known in (28, 33, 40):
        theirs = sum(
            one.weight
            * _ets_model(values[:known], season, one.form, one.start)
            .smooth(one.parameters)
            .forecast(6)
            for one in estimates
        )
        np.testing.assert_allclose(carried[known - 28], theirs, rtol=1e-9)


def test_forms_of_smoothing_weigh_by_their_criterion_and_a_clear_trend_alone() -> None:
    noise = np.random.default_rng(5).normal(0, 0.2, 40)
    trending = estimate_ets(8 + 0.5 * np.arange(40) + noise, 1)
    assert [one.form[1] for one in trending] == ["add"]
    still = {one.form[1]: one.weight for one in estimate_ets(8 + noise, 1)}
    assert still[None] > 0.5


@pytest.mark.parametrize(
    "name", ["theta", "ses_drift", "naive2", "seasonal_naive", "drift", "naive"]
)
@pytest.mark.parametrize("factor", [0.01, 1000.0])
def test_another_unit_gives_the_same_forecast_in_that_unit(name: str, factor: float) -> None:
    values = 8 * np.resize(PATTERN, 30) + np.random.default_rng(8).normal(0, 0.3, 30)
    np.testing.assert_allclose(
        point_forecast(name, factor * values, 4, 8),
        factor * point_forecast(name, values, 4, 8),
        rtol=1e-9,
    )


@pytest.mark.parametrize("name", ["seasonal_naive", "seasonal_mean", "drift", "naive"])
def test_a_shifted_series_gives_a_shifted_forecast(name: str) -> None:
    values = np.random.default_rng(8).normal(0, 0.3, 30)
    np.testing.assert_allclose(
        point_forecast(name, 2 * values + 7, 4, 8),
        2 * point_forecast(name, values, 4, 8) + 7,
        rtol=1e-9,
    )


@pytest.mark.parametrize("name", ["ets", "uc", "arima"])
def test_a_share_and_a_percentage_are_forecast_alike(name: str) -> None:
    steps = np.cumsum(np.random.default_rng(9).normal(0, 0.15, 40))
    values = np.resize([8.6, 7.7, 6.3, 8.3], 40) + steps
    # As far as an optimiser ends in the same place.
    np.testing.assert_allclose(
        100 * point_forecast(name, values / 100, 4, 8),
        point_forecast(name, values, 4, 8),
        rtol=2e-3,
    )
