"""What the checks of labelled arrays find, and what they say."""

import numpy as np
import pytest
import xarray as xr

from workforce.contract.arrays import (
    age_dim,
    check_bounds,
    check_consecutive,
    check_dims,
    check_labels,
    check_rows_sum_to_one,
    check_transition,
    lay_out,
)
from workforce.errors import DataError


def labelled(values, name=None, **labels):
    return xr.DataArray(values, dims=list(labels), coords=labels, name=name)


def test_a_missing_dimension_is_named():
    with pytest.raises(DataError, match=r"stock: the dimension 'age' is missing \(it has: sex\)"):
        check_dims(labelled([1.0], sex=["female"]), ["age"], name="stock")


def test_a_dimension_without_labels_or_with_one_twice_is_refused():
    with pytest.raises(DataError, match="no labels"):
        check_dims(xr.DataArray([1.0], dims="age"), ["age"], name="stock")
    with pytest.raises(DataError, match="more than once: 3"):
        check_dims(labelled([1.0, 2.0], age=[3, 3]), ["age"], name="stock")


def test_a_plain_array_is_refused():
    with pytest.raises(DataError, match="stock is a ndarray"):
        check_dims(np.ones(3), ["age"], name="stock")


def test_labels_that_differ_are_named_on_both_sides():
    one = labelled([1.0, 2.0], "stock", age=[20, 21])
    other = labelled([1.0, 2.0], "exit_rate", age=[21, 22])
    with pytest.raises(DataError, match="20 only in stock and 22 only in exit_rate") as caught:
        check_labels(one, other)
    assert "'age'" in str(caught.value)


def test_labels_in_another_order_are_refused():
    with pytest.raises(DataError, match="another order"):
        check_labels(labelled([1.0, 2.0], age=[20, 21]), labelled([1.0, 2.0], age=[21, 20]))


def test_places_without_labels_must_be_as_many():
    check_labels(xr.DataArray([1.0, 2.0], dims="draw"), labelled([1.0, 2.0], draw=[0, 1]))
    with pytest.raises(DataError, match="2 and 3 places"):
        check_labels(xr.DataArray([1.0, 2.0], dims="draw"), labelled([1.0] * 3, draw=[0, 1, 2]))


def test_every_pair_is_compared_when_the_first_has_no_labels():
    bare = xr.DataArray([1.0, 2.0], dims="draw")
    with pytest.raises(DataError, match="draw"):
        check_labels(bare, labelled([1.0, 2.0], draw=[0, 1]), labelled([1.0, 2.0], draw=[1, 2]))


def test_all_broken_rules_are_told_at_once_with_their_cells():
    array = labelled([1.0, np.nan, -1.0, 3.0], age=[20, 21, 22, 23])
    with pytest.raises(DataError) as caught:
        check_bounds(array, name="share", lower=0, upper=1)
    message = str(caught.value)
    assert "1 cell (age=21) not a finite number" in message
    assert "1 cell (age=22) below 0" in message
    assert "1 cell (age=23) above 1" in message


def test_many_broken_cells_are_counted_and_the_first_named():
    with pytest.raises(DataError, match=r"8 cells \(age=0; age=1; age=2; age=3; age=4 and 3 more"):
        check_bounds(labelled(-np.ones(8), age=range(8)), name="stock", lower=0)


def test_text_is_no_number():
    with pytest.raises(DataError, match="not numbers"):
        check_bounds(labelled(["a"], age=[1]), name="stock")


def test_rows_that_do_not_sum_to_one_are_named():
    with pytest.raises(DataError, match=r"over state_to; 1 cell \(state=b\)"):
        check_rows_sum_to_one(
            labelled([[0.5, 0.5], [0.5, 0.4]], state=["a", "b"], state_to=["a", "b"]),
            "state_to",
            name="transition",
        )


def test_a_transition_has_the_same_occupations_both_ways():
    with pytest.raises(DataError, match="same labels"):
        check_transition(
            labelled(np.eye(2), occupation=["2221", "5321"], occupation_to=["2221", "3412"]),
            name="transition",
        )


def test_ages_are_named_age_or_working_age_and_rise_by_one():
    assert age_dim(labelled([1.0], working_age=[20]), name="stock") == "working_age"
    with pytest.raises(DataError, match="it has none"):
        age_dim(labelled([1.0], sex=["male"]), name="stock")
    with pytest.raises(DataError, match="see 21, 23"):
        check_consecutive(np.array([20, 21, 23]), width=1, name="stock", dim="age")


def test_arrays_are_laid_out_with_the_same_leading_dimensions():
    stock = labelled(np.ones((2, 3)), region=["a", "b"], age=[1, 2, 3])
    rate = labelled(np.ones((3, 4)), age=[1, 2, 3], draw=range(4))
    (one, other), leading = lay_out((stock, ["age"]), (rate, ["cause", "age"]))
    assert list(leading) == ["region", "draw"]
    assert one.shape == (2, 1, 3)
    assert other.shape == (1, 4, 1, 3)
