"""The weight of moves seen between two occupations."""

import polars as pl
import pytest

from workforce.inputs.transitions import MOVE_K, move_weights


def test_the_weight_of_a_pair_is_its_exposure_over_exposure_and_k():
    mobility = pl.DataFrame(
        [("a", "b", 2024, 3, 400.0), ("a", "b", 2025, 2, 600.0), ("b", "a", 2025, 0, 900.0)],
        schema=["occupation", "occupation_to", "year", "persons", "exposure"],
        orient="row",
    )
    groups = pl.DataFrame({"occupation": ["a", "b", "c"], "group": ["g", "g", "h"]})
    weight = move_weights({"mobility": mobility, "occupations": groups}, ["a", "b", "c"])
    assert float(weight.sel(occupation="a", occupation_to="b")) == pytest.approx(
        1000 / (1000 + MOVE_K)
    )
    # Nobody was seen to go the other way, or to the third: no weight.
    assert float(weight.sum()) == pytest.approx(1000 / (1000 + MOVE_K))
