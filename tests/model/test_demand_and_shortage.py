"""Need for staff, what is missing, and what must be recruited."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError, ParameterError
from workforce.model.demand import (
    calibrate_standard,
    life_expectancy_gain,
    norm_fte,
    required_fte,
    service_users,
    shift_use_by_health,
)
from workforce.model.shortage import (
    first_year_of_shortage,
    flow_to_cover,
    growth_where_lacking,
    missing_and_surplus,
    recruitment_need,
    shortage,
    shortage_chance,
    tightness,
)

steady = settings(deadline=None, derandomize=True, max_examples=50)


def array(values, **labels):
    return xr.DataArray(np.asarray(values, dtype=float), dims=list(labels), coords=labels)


def test_users_are_inhabitants_times_their_use():
    people = array([[100, 10], [80, 5]], sex=["female", "male"], age=[80, 90])
    rate = array([[0.1, 0.5], [0.0, 0.2]], sector=["care", "home"], age=[80, 90])
    np.testing.assert_allclose(service_users(people, rate), [18 + 7.5, 3.0])


def test_users_keep_place_and_year():
    people = array(np.ones((2, 2, 3)), region=["a", "b"], age=[0, 1], year=[2026, 2027, 2028])
    users = service_users(people, array([[1.0, 2.0]], sector=["kindergarten"], age=[0, 1]))
    assert set(users.dims) == {"region", "sector", "year"}
    assert (users == 3).all()


def test_ages_that_differ_are_refused():
    with pytest.raises(DataError, match="2 only in population and 3 only in use_rate"):
        service_users(array([1, 1], age=[1, 2]), array([1, 1], age=[1, 3]))
    with pytest.raises(DataError, match="'sex'"):
        service_users(array([1], age=[1]), array([[1], [1]], sex=["female", "male"], age=[1]))


RATE = array([0.0, 0.1, 0.3, 0.6], age=[80, 81, 82, 83])


def test_a_year_of_health_delays_use_by_a_year():
    np.testing.assert_allclose(shift_use_by_health(RATE, 1.0), [0.0, 0.0, 0.1, 0.3])
    np.testing.assert_allclose(shift_use_by_health(RATE, 0.5), [0.0, 0.05, 0.2, 0.45])
    np.testing.assert_allclose(shift_use_by_health(RATE, -1.0), [0.1, 0.3, 0.6, 0.6])


def test_years_gained_may_differ_by_service_and_year():
    gained = array([[0.0, 1.0], [0.0, 0.0]], sector=["care", "school"], year=[2026, 2027])
    shifted = shift_use_by_health(RATE, gained)
    assert shifted.dims == ("sector", "year", "age")
    np.testing.assert_allclose(shifted.sel(sector="care", year=2027), [0.0, 0.0, 0.1, 0.3])
    np.testing.assert_allclose(shifted.sel(sector="school", year=2027), RATE)


@steady
@given(st.lists(st.floats(0, 1), min_size=2, max_size=8), st.floats(-20, 20))
def test_shifted_use_stays_within_what_was_seen(rates, gained):
    shifted = shift_use_by_health(array(rates, age=range(len(rates))), gained)
    assert shifted.min() >= min(rates) - 1e-12
    assert shifted.max() <= max(rates) + 1e-12


def test_fte_are_users_times_standard_over_productivity():
    need = required_fte(array([100.0], sector=["care"]), array([0.3], sector=["care"]), 1.25)
    assert need.item() == pytest.approx(24.0)


def test_a_group_that_is_begun_is_staffed_in_full():
    children = array([14, 15, 28, 0], region=list("abcd"))
    need = required_fte(children, 1 / 14, 1.0, unit_size=14, round_up=True)
    np.testing.assert_allclose(need, [1, 2, 2, 0])
    np.testing.assert_allclose(required_fte(children, 1 / 14, 1.0, unit_size=14), children / 14)


def test_rounding_errors_do_not_open_a_new_group():
    need = required_fte(
        array([14 * (1 + 1e-12)], region=["a"]), 1 / 14, 1, unit_size=14, round_up=True
    )
    assert need.item() == pytest.approx(1.0)


def test_round_up_needs_a_unit_and_productivity_is_above_zero():
    with pytest.raises(ParameterError, match="unit_size"):
        required_fte(array([1.0], region=["a"]), 1.0, 1.0, round_up=True)
    with pytest.raises(DataError, match="productivity must be above 0"):
        required_fte(array([1.0], region=["a"]), 1.0, 0.0)


CELLS = st.lists(
    st.tuples(st.floats(0.01, 1e4), st.floats(0, 1e4), st.floats(0, 1e3)), min_size=1, max_size=6
)


@steady
@given(CELLS)
def test_shortage_in_the_base_year_is_the_measured_one(cells):
    region = range(len(cells))
    users, in_post, missing = (array(column, region=region) for column in zip(*cells, strict=True))
    standard = calibrate_standard(users, in_post, missing)
    got = shortage(required_fte(users, standard, 1.0), in_post)
    np.testing.assert_allclose(got, missing, atol=1e-9)


def test_no_users_no_staff_and_no_shortage_give_standard_zero():
    none = array([0.0], region=["a"])
    assert calibrate_standard(none, none, none).item() == 0.0


@pytest.mark.parametrize(("in_post", "missing"), [(2.0, 0.0), (0.0, 1.0)])
def test_staff_or_shortage_without_users_name_the_cell(in_post, missing):
    cells = {"region": ["0301", "1151"]}
    with pytest.raises(DataError, match=r"1 cell \(region=1151\)"):
        calibrate_standard(
            array([5, 0], **cells), array([1, in_post], **cells), array([0, missing], **cells)
        )


def test_a_positive_shortage_means_people_are_missing():
    gap = shortage(array([10, 5], year=[2026, 2027]), array([8, 6], year=[2026, 2027]))
    np.testing.assert_allclose(gap, [2, -1])
    with pytest.raises(DataError, match="2027 only in demand_fte"):
        shortage(array([10, 5], year=[2026, 2027]), array([8], year=[2026]))
    with pytest.raises(DataError, match="not a finite number"):
        shortage(array([np.nan], year=[2026]), array([8], year=[2026]))


def test_recruitment_need_is_replacement_plus_growth():
    need = recruitment_need(
        array([5, 5], flow_year=[2026, 2027]), array([2, -7], flow_year=[2026, 2027])
    )
    np.testing.assert_allclose(need, [7, -2])
    with pytest.raises(DataError, match="exits_fte"):
        recruitment_need(array([-1], flow_year=[2026]), array([1], flow_year=[2026]))


def test_a_surplus_of_teachers_does_not_nurse():
    gap = xr.DataArray([12.0, -30.0, 0.5], coords={"occupation": ["2223", "2341", "5321"]})
    missing, surplus = missing_and_surplus(gap)
    np.testing.assert_allclose(missing, [12.0, 0.0, 0.5])
    np.testing.assert_allclose(surplus, [0.0, 30.0, 0.0])


def test_a_shortage_is_what_lacked_and_what_need_grew_by_more_than_staff_where_people_lack():
    """Nurses 10 of 12 become 9 of 16, teachers 20 of 21 become 22 of 18, in two sectors.

    Two nurses leave in the first year and one in the next, so two come.
    """
    years, posts = [2026, 2036], ["nurse", "teacher"]
    need, staff = (
        array([cells, cells, np.zeros((2, 2))], sector=["all", "one", "other"], occupation=posts,
              year=years)
        for cells in ([[12, 16], [21, 18]], [[10, 9], [20, 22]])
    )  # fmt: skip
    leave = array(
        [[[2, 1], [4, 4]], [[2, 1], [4, 4]], np.zeros((2, 2))],
        sector=["all", "one", "other"], occupation=posts, flow_year=[2026, 2027],
    )  # fmt: skip
    parts = growth_where_lacking(need, staff, leave)
    assert parts.sel(sector="one").to_series().to_dict() == {
        "today": 2, "need": 4, "staff": -1, "leaving": 3, "need_of_all": 4,
    }  # fmt: skip
    assert (parts.sel(sector="other") == 0).all()


def test_so_many_cover_a_shortage_as_are_there_in_the_end_when_some_leave_again():
    """A tenth of 100 leave: of 10 more in each of two years 9 and 10 are there, which is 19."""
    flows = array([[10, 12], [0, 0], [0, 12]], flow_part=["replacement", "other", "inflow"],
                  region=["a", "b"])  # fmt: skip
    flows = flows.assign_coords(flow_part=["replacement", "retired", "inflow"])
    missing = array([[0, 8, 19], [0, 0, 0]], region=["a", "b"], year=[2026, 2027, 2028])
    staff = array([[90, 100, 110], [0, 0, 0]], region=["a", "b"], year=[2026, 2027, 2028])
    cover = flow_to_cover(flows, missing, staff)
    np.testing.assert_allclose(cover.sel(flow_part="cover"), [10, 12])
    # Where nobody leaves, what is missing by the year.
    none = flow_to_cover(flows * 0.0, missing, staff).sel(flow_part="cover", region="a")
    np.testing.assert_allclose(none, 9.5)


def test_tightness_by_both_denominators():
    missing, employed = (
        array([10, 0, -5], region=list("abc")),
        array([90, 0, 5], region=list("abc")),
    )
    np.testing.assert_allclose(tightness(missing, employed), [0.1, 0, 0])
    np.testing.assert_allclose(
        tightness(missing, employed, denominator="employed"), [10 / 90, 0, 0]
    )


def test_a_shortage_where_nobody_is_employed_is_all_that_is_wanted():
    missing, nobody = array([3.0], region=["a"]), array([0.0], region=["a"])
    assert tightness(missing, nobody).item() == 1.0
    with pytest.raises(DataError, match="wanted"):
        tightness(missing, nobody, denominator="employed")
    with pytest.raises(ParameterError, match="denominator"):
        tightness(missing, nobody, denominator="posts")


@steady
@given(st.floats(-1e4, 1e4), st.floats(0, 1e4))
def test_tightness_is_a_share(missing, employed):
    value = tightness(xr.DataArray(missing), xr.DataArray(employed)).item()
    assert 0.0 <= value <= 1.0


GAPS = array(
    [[[-2, -1, 1], [0, 0, 0]], [[1, -1, 2], [-1, 3, -1]]],
    draw=[1, 2],
    sector=["care", "school"],
    year=[2026, 2027, 2028],
)


def test_the_first_year_of_shortage_is_found_in_each_draw():
    first = first_year_of_shortage(GAPS)
    # 2029: not within the horizon.
    np.testing.assert_array_equal(first, [[2028, 2029], [2026, 2027]])
    np.testing.assert_array_equal(
        first_year_of_shortage(GAPS, threshold=1.5), [[2029, 2029], [2028, 2027]]
    )


def test_a_threshold_may_be_the_shortage_of_the_base_year():
    today = GAPS.isel(year=0, drop=True)
    np.testing.assert_array_equal(
        first_year_of_shortage(GAPS, threshold=today), [[2027, 2029], [2028, 2027]]
    )


def test_the_chance_of_a_shortage_counts_draws():
    np.testing.assert_allclose(shortage_chance(GAPS), [[0.5, 0.0, 1.0], [0.0, 0.5, 0.0]])
    with pytest.raises(DataError, match="draw"):
        shortage_chance(GAPS.isel(draw=0, drop=True))


def test_years_out_of_order_have_no_first():
    with pytest.raises(DataError, match="rise by 1"):
        first_year_of_shortage(GAPS.isel(year=[2, 0, 1]))


@steady
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.floats(-50, 50))
def test_a_higher_threshold_never_comes_sooner(gaps, threshold):
    path = array(gaps, year=range(2026, 2026 + len(gaps)))
    low, high = (first_year_of_shortage(path, threshold=threshold + step) for step in (0, 1))
    assert 2026 <= low.item() <= high.item() <= 2026 + len(gaps)


@steady
@given(CELLS, st.floats(0, 3))
def test_demand_is_never_negative_grows_with_users_and_adds_up(cells, factor):
    region = range(len(cells))
    users, in_post, missing = (array(column, region=region) for column in zip(*cells, strict=True))
    standard = calibrate_standard(users, in_post, missing)
    need = required_fte(users, standard, 1.0)
    assert float(need.min()) >= 0.0
    np.testing.assert_allclose(required_fte(users * factor, standard, 1.0), factor * need)
    np.testing.assert_allclose(need.sum(), (in_post + missing).sum(), rtol=1e-9)


@steady
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-100, 100)), min_size=1, max_size=5))
def test_recruitment_need_adds_up_over_occupations(pairs):
    exits, growth = (
        array(column, occupation=range(len(pairs))) for column in zip(*pairs, strict=True)
    )
    whole = recruitment_need(exits.sum(), growth.sum())
    assert recruitment_need(exits, growth).sum().item() == pytest.approx(whole.item(), abs=1e-9)


def falling(base, *, ages=4, years=3, drop=0.5):
    """Death rates that are the same at every age, and fall by half each year."""
    rates = base * drop ** np.arange(years)
    return array(
        np.ones((2, ages, 1)) * rates,
        sex=["female", "male"], age=range(80, 80 + ages), flow_year=range(2026, 2026 + years),
    )  # fmt: skip


STOCKS = xr.DataArray([2026, 2027, 2028, 2029], dims="year")


def test_years_gained_are_those_of_remaining_life():
    # At a rate of m at every age life goes on for 1 / m years: 5, 10, 20; the last step goes on.
    gain = life_expectancy_gain(falling(0.2), STOCKS, from_age=0)
    assert gain.dims == ("sex", "age", "year")
    np.testing.assert_allclose(gain.sel(sex="female", age=80), [0, 5, 15, 25])
    assert float(abs(gain - gain.sel(sex="male", age=83)).max()) < 1e-9


def test_nobody_uses_services_as_someone_younger_than_the_age_that_health_counts_from():
    gain = life_expectancy_gain(falling(0.2), STOCKS, from_age=81)
    np.testing.assert_allclose(gain.sel(sex="male", year=2028), [0, 0, 1, 2])
    use = array([0.1, 0.2, 0.3, 0.6], age=[80, 81, 82, 83])
    shifted = shift_use_by_health(use, gain.sel(sex="male", year=2028, drop=True))
    np.testing.assert_allclose(shifted, [0.1, 0.2, 0.2, 0.2])


def test_mortality_that_stands_still_gains_nothing():
    gain = life_expectancy_gain(falling(0.2, drop=1.0), STOCKS, from_age=0)
    np.testing.assert_allclose(gain, 0.0, atol=1e-12)


def norms(asked, shares, rounds_up=(), in_all=()):
    occupations = list(asked)
    asked = array(list(asked.values()), occupation=occupations)
    flags = (
        xr.DataArray([o in names for o in occupations], dims="occupation", coords=asked.coords)
        for names in (rounds_up, in_all)
    )
    up, every = flags
    units = array(shares, service_unit=range(len(shares)))
    found = norm_fte(asked, units, rounds_up=up, in_all=every)
    return dict(zip(occupations, found.values.tolist(), strict=True))


def test_the_kindergarten_norms_by_hand_in_two_units():
    # 27 children under three and 24 over. Two kindergartens: two thirds and one third of each age.
    # Leaders: 27/7 + 24/14 = 5.571; 3.714 -> 4 and 1.857 -> 2, so 6.
    # All staff: 27/3 + 24/6 = 13; 8.667 - 4 and 4.333 - 2, so 7 others.
    found = norms(
        {"leader": 27 / 7 + 24 / 14, "other": 27 / 3 + 24 / 6},
        [2 / 3, 1 / 3],
        rounds_up=["leader"],
        in_all=["other"],
    )
    assert found["leader"] == pytest.approx(6.0)
    assert found["other"] == pytest.approx(7.0)


def test_a_child_more_is_a_leader_more_in_its_own_kindergarten_only():
    # 14 and 28 children over three: one leader and two; with 15 in the first, two and two.
    assert norms({"leader": 42 / 14}, [14 / 42, 28 / 42], ["leader"]) == {"leader": 3.0}
    assert norms({"leader": 43 / 14}, [15 / 43, 28 / 43], ["leader"]) == {"leader": 4.0}
    # Rounded over the whole place, it would have been four at 43 and three at 42 in one unit.
    assert norms({"leader": 42 / 14}, [0.5, 0.5], ["leader"]) == {"leader": 4.0}


def test_leaders_rounded_up_beyond_all_staff_leave_nobody_to_ask_for():
    # One child over three: a whole leader, though the norm for all staff is a sixth.
    found = norms({"leader": 1 / 14, "other": 1 / 6}, [1.0], ["leader"], ["other"])
    assert found == {"leader": 1.0, "other": 0.0}


def test_a_norm_in_fractions_is_the_same_in_many_units_as_in_one():
    split = norms({"teacher": 123.4}, [0.5, 0.3, 0.2])
    assert split["teacher"] == pytest.approx(norms({"teacher": 123.4}, [1.0])["teacher"])


def test_users_of_no_known_unit_are_not_rounded():
    assert norms({"leader": 3.3}, [0.0], ["leader"])["leader"] == pytest.approx(3.3)
    half = norms({"leader": 3.3}, [0.5], ["leader"])["leader"]
    assert half == pytest.approx(2 + 1.65)


@steady
@given(
    st.lists(st.floats(0, 50), min_size=2, max_size=2),
    st.lists(st.floats(0.01, 1), min_size=1, max_size=6),
)
def test_norms_never_ask_for_less_than_without_rounding_nor_a_post_more_per_unit(asked, sizes):
    shares = list(np.array(sizes) / sum(sizes))
    leader, total = asked
    found = norms({"leader": leader, "other": total}, shares, ["leader"], ["other"])
    assert found["leader"] >= leader - 1e-6
    assert found["leader"] <= leader + len(shares)
    assert found["leader"] + found["other"] >= total - 1e-6
    assert found["other"] >= 0.0
