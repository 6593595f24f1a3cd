"""Staff from year to year: by hand, what must balance, and working lives."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import DataError, ParameterError
from workforce.model.rates import probability_from_rate
from workforce.model.supply import available_fte, expected_working_years, project_workforce

steady = settings(deadline=None, derandomize=True, max_examples=30)


def array(values, **labels):
    return xr.DataArray(np.asarray(values, dtype=float), dims=list(labels), coords=labels)


AGES = [60, 61, 62]
CAUSES = ["retired", "other"]
STOCK = array([10, 20, 30], age=AGES)
EXIT_RATE = array([[0.0, 0.1], [0.1, 0.1], [0.3, 0.1]], age=AGES, cause=CAUSES)
RECRUITS = array([[1, 0], [0, 2], [0, 0]], age=AGES, year=[2026, 2027])


def test_two_years_of_staff_by_hand():
    result = project_workforce(STOCK, EXIT_RATE, RECRUITS)
    stay = np.exp([-0.1, -0.2, -0.4])
    first = np.array([1.0, 10 * stay[0], 20 * stay[1] + 30 * stay[2]])
    np.testing.assert_allclose(result.stock.sel(year=2027), first)
    second = [0.0, first[0] * stay[0] + 2, first[1] * stay[1] + first[2] * stay[2]]
    np.testing.assert_allclose(result.stock.sel(year=2028), second)
    retired = result.exits.sel(flow_year=2026, cause="retired")
    np.testing.assert_allclose(retired, [0, 20 * 0.5 * (1 - stay[1]), 30 * 0.75 * (1 - stay[2])])
    assert (result.transfers == 0).all()
    assert list(result.stock.year.values) == [2026, 2027, 2028]
    assert list(result.exits.flow_year.values) == [2026, 2027]


def test_exits_follow_the_named_conversion_from_rates():
    result = project_workforce(STOCK, EXIT_RATE, RECRUITS)
    expected = STOCK * probability_from_rate(EXIT_RATE)
    np.testing.assert_allclose(result.exits.sel(flow_year=2026), expected)


def test_recruits_of_every_origin_come():
    by_origin = xr.concat([RECRUITS, 2 * RECRUITS], dim="origin").assign_coords(
        origin=["graduate", "return"]
    )
    one = project_workforce(STOCK, EXIT_RATE, by_origin)
    xr.testing.assert_allclose(one, project_workforce(STOCK, EXIT_RATE, 3 * RECRUITS))


def test_rates_may_change_from_year_to_year():
    by_year = xr.concat([EXIT_RATE, 0 * EXIT_RATE], dim="flow_year").assign_coords(
        flow_year=[2026, 2027]
    )
    result = project_workforce(STOCK, by_year, RECRUITS.rename(year="flow_year"))
    assert result.exits.sel(flow_year=2026).sum() > 0
    assert result.exits.sel(flow_year=2027).sum() == 0


def test_those_who_stay_change_occupation_after_others_have_left():
    stock = array([[10.0, 0.0], [4.0, 0.0]], occupation=["a", "b"], age=[60, 61])
    none = array(np.zeros((2, 1)), age=[60, 61], year=[2026])
    rate = array([[0.5], [0.0]], age=[60, 61], cause=["other"])
    moves = array([[0.8, 0.2], [0.0, 1.0]], occupation=["a", "b"], occupation_to=["a", "b"])
    recruits = none.expand_dims(occupation=["a", "b"])
    result = project_workforce(stock, rate, recruits, transition=moves)
    staying = 10 * np.exp(-0.5)
    after = result.stock.sel(year=2027, age=61)
    np.testing.assert_allclose(after, [0.8 * staying, 4 * np.exp(-0.5) + 0.2 * staying])
    moved = result.transfers.sel(flow_year=2026, age=60)
    np.testing.assert_allclose(moved, [-0.2 * staying, 0.2 * staying])


def test_moves_by_age_and_year_are_those_of_the_age_and_year():
    ages, years, codes = [60, 61, 62], [2026, 2027], ["a", "b"]
    stock = array([[8.0, 4.0, 0.0], [0.0, 0.0, 0.0]], occupation=codes, age=ages)
    nobody = array(np.zeros((2, 3, 2)), occupation=codes, age=ages, year=years)
    never = array(np.zeros((3, 1)), age=ages, cause=["other"])
    stays = xr.DataArray(
        np.eye(2),
        dims=["occupation", "occupation_to"],
        coords={"occupation": codes, "occupation_to": codes},
    )
    leaves = stays.copy(data=[[0.0, 1.0], [0.0, 1.0]])
    moves = stays.expand_dims(age=ages, year=years).copy()
    moves.loc[{"age": 60, "year": 2026}] = leaves.values
    stock_2027 = project_workforce(stock, never, nobody, transition=moves).stock.sel(year=2027)
    np.testing.assert_allclose(stock_2027.sel(occupation="a"), [0, 0, 4])
    np.testing.assert_allclose(stock_2027.sel(occupation="b"), [0, 8, 0])


@st.composite
def staffs(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    age = draw(st.sampled_from(["age", "working_age"]))
    ages = np.arange(20, 20 + draw(st.integers(2, 6)))
    codes = ["2221", "5321", "2342"][: draw(st.integers(1, 3))]
    years = np.arange(2026, 2026 + draw(st.integers(1, 4)))
    sexes, regions = ["female", "male"], ["0301", "4601"]
    causes = ["retired", "left_sector", "other"][: draw(st.integers(1, 3))]
    moves = rng.dirichlet(np.ones(len(codes)), len(codes))
    base = {"region": regions, "occupation": codes, "sex": sexes, age: ages}
    size = [len(labels) for labels in base.values()]
    rate = {"occupation": codes, age: ages, "cause": causes}
    return {
        "stock": array(rng.integers(0, 30, size), **base),
        "exit_rate": array(rng.exponential(0.3, [len(v) for v in rate.values()]), **rate),
        "recruits": array(rng.uniform(0, 2, (*size, len(years))), **base, year=years),
        "transition": array(moves, occupation=codes, occupation_to=codes)
        if draw(st.booleans())
        else None,
    }


@steady
@given(staffs())
def test_exits_transfers_and_recruits_explain_every_change_of_the_stock(staff):
    age = "age" if "age" in staff["stock"].dims else "working_age"
    result = project_workforce(**staff)
    stock = result.stock
    now = stock.isel(year=slice(None, -1)).sum(age).values
    following = stock.isel(year=slice(1, None)).sum(age).values
    leaving = result.exits.sum([age, "cause"]).values
    coming = staff["recruits"].sum(age).values
    moving = result.transfers.sum(age)
    np.testing.assert_allclose(now - leaving + moving.values + coming, following, atol=1e-9)
    np.testing.assert_allclose(moving.sum("occupation"), 0, atol=1e-9)
    assert (stock >= 0).all()
    assert (result.exits >= 0).all()


@steady
@given(staffs())
def test_each_age_moves_up_by_one_year(staff):
    age = "age" if "age" in staff["stock"].dims else "working_age"
    result = project_workforce(**staff)
    years = result.exits.flow_year.values
    staying = (
        result.stock.isel(year=slice(None, -1))
        .rename(year="flow_year")
        .assign_coords(flow_year=years)
        - result.exits.sum("cause")
        + result.transfers
    )
    older = staying.shift({age: 1}, fill_value=0.0)
    older[{age: -1}] = older[{age: -1}] + staying[{age: -1}]
    expected = older.rename(flow_year="year") + staff["recruits"]
    got = result.stock.isel(year=slice(1, None))
    np.testing.assert_allclose(got, expected.transpose(*got.dims), atol=1e-9)


@steady
@given(staffs())
def test_draws_on_the_rates_run_beside_one_another(staff):
    once = project_workforce(**staff)
    factors = xr.DataArray([1.0, 1.7], dims="draw", coords={"draw": [0, 1]})
    both = project_workforce(**(staff | {"exit_rate": staff["exit_rate"] * factors}))
    assert both.stock.dims[0] == "draw"
    xr.testing.assert_allclose(both.sel(draw=0, drop=True), once)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stock": array([1, 2], age=[60, 61])}, "62 only in exit_rate"),
        ({"stock": array([1, -2, 3], age=AGES)}, r"stock: 1 cell \(age=61\) below 0"),
        ({"stock": STOCK.expand_dims(year=[2026])}, "select the first 1 January"),
        ({"exit_rate": EXIT_RATE.sum("cause")}, "exit_rate: the dimension 'cause'"),
        ({"recruits": RECRUITS.assign_coords(year=[2026, 2028])}, "rise by 1"),
        ({"transition": array([[1.0]], occupation=["a"], occupation_to=["a"])}, "occupation"),
    ],
)
def test_staff_that_do_not_fit_are_refused_by_name(changes, message):
    with pytest.raises(DataError, match=message):
        project_workforce(
            **({"stock": STOCK, "exit_rate": EXIT_RATE, "recruits": RECRUITS} | changes)
        )


def test_available_fte_is_persons_times_position_less_short_absence():
    persons = array([100, 50], occupation=["a", "b"])
    fte = available_fte(persons, array([0.8, 1.0], occupation=["a", "b"]), 0.05)
    np.testing.assert_allclose(fte, [76.0, 47.5])
    with pytest.raises(DataError, match="absence_rate"):
        available_fte(persons, persons * 0 + 1, 1.2)
    with pytest.raises(DataError, match="b only in persons"):
        available_fte(persons, array([0.8, 1.0], occupation=["a", "c"]), 0.0)


def lives(work=0.9, back=0.2, death=0.05):
    states = ["working", "retired"]
    matrix = [[work - death, 1 - work, death], [back, 1 - back - death, death]]
    return array([matrix] * 3, age=[60, 61, 62], state=states, state_to=[*states, "dead"])


def test_working_years_by_hand():
    years = expected_working_years(lives(), start_age=61)
    p = np.array([[0.85, 0.1], [0.2, 0.75]])
    np.testing.assert_allclose(years, 0.5 * np.eye(2) + p + p @ p)
    full = expected_working_years(lives(), start_age=61, state_counts="full")
    np.testing.assert_allclose(full - years, 0.5 * np.eye(2))


def test_years_are_the_same_whether_the_dead_have_a_row_or_not():
    states = ["working", "dead"]
    life = array([[[0.9, 0.1], [0.0, 1.0]]] * 2, age=[60, 61], state=states, state_to=states)
    square = expected_working_years(life, start_age=60, state_counts="none")
    alone = expected_working_years(life.sel(state=["working"]), start_age=60, state_counts="none")
    assert alone.dims == ("state", "state_to")
    assert alone.item() == pytest.approx(0.9 + 0.81)
    assert square.sel(state="working", state_to="working").item() == alone.item()


@steady
@given(st.floats(0.0, 0.3), st.floats(0.0, 0.3))
def test_years_in_all_states_are_the_years_alive(death, back):
    years = expected_working_years(lives(0.7, back, death), start_age=60)
    alive = 0.5 + sum((1 - death) ** n for n in (1, 2, 3))
    np.testing.assert_allclose(years.sum("state_to"), alive)


def test_working_lives_that_do_not_fit_are_refused():
    with pytest.raises(ParameterError, match="start_age 40"):
        expected_working_years(lives(), start_age=40)
    with pytest.raises(ParameterError, match="state_counts"):
        expected_working_years(lives(), start_age=60, state_counts="third")
    with pytest.raises(DataError, match="sum to 1"):
        expected_working_years(lives() * 0.9, start_age=60)
    with pytest.raises(DataError, match="not in 'state_to'"):
        expected_working_years(lives().assign_coords(state=["working", "away"]), start_age=60)
