"""Who is wanted and who comes, by hand."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import WorkforceError
from workforce.model.labour_pool import net_migration, persons_to_recruit, with_occupation


def along(dim: str, *values: float, start: int = 0) -> xr.DataArray:
    labels = list(range(start, start + len(values)))
    return xr.DataArray(list(values), dims=dim, coords={dim: labels})


def test_fte_are_persons_at_what_a_person_gives():
    # 8 FTE at work from 10 persons: 0.8 each, so 4 FTE are 5 persons. Nobody there: one FTE each.
    found = persons_to_recruit(along("post", 4, 3), along("post", 8, 0), along("post", 10, 0))
    assert found.values.tolist() == [5.0, 3.0]


def test_migrants_are_those_beyond_the_ones_who_grew_older():
    population = xr.DataArray(
        [[10.0, 12.0], [100.0, 9.0], [50.0, 97.0], [7.0, 60.0]],
        dims=("age", "year"),
        coords={"age": [20, 21, 22, 23], "year": [2026, 2027]},
    )
    survival = xr.DataArray(
        [[1.0], [0.9], [0.99], [0.5]],
        dims=("age", "year"),
        coords={"age": [20, 21, 22, 23], "year": [2026]},
    )
    found = net_migration(population, survival)
    # 9 - 10 x 0.9 = 0 and 97 - 100 x 0.99 = -2; the open age is left out.
    assert found["age"].values.tolist() == [21, 22]
    assert found.values[:, 0] == pytest.approx([0.0, -2.0])


def test_who_moves_in_has_an_occupation_as_often_as_inhabitants():
    found = with_occupation(along("year", 30, -10), xr.DataArray(200.0), xr.DataArray(4000.0))
    assert found.values.tolist() == [1.5, -0.5]
    with pytest.raises(WorkforceError, match="population"):
        with_occupation(along("year", 30), xr.DataArray(1.0), xr.DataArray(0.0))


@given(st.lists(st.floats(1, 500), min_size=4, max_size=8), st.floats(0.5, 1))
@settings(max_examples=30, deadline=None)
def test_nobody_moves_in_a_population_that_only_grows_older(people: list[float], lives: float):
    ages, years = list(range(20, 20 + len(people))), [2026, 2027]
    first = np.array(people)
    after = np.concatenate([[1.0], first[:-1] * lives])
    coords = {"age": ages, "year": years}
    population = xr.DataArray(np.stack([first, after], axis=1), dims=("age", "year"), coords=coords)
    survival = xr.full_like(population.isel(year=[0]), lives)
    assert np.abs(net_migration(population, survival)).max() < 1e-9
