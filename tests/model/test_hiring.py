"""Recruitment gives way where a post would come past what is asked for: cases by hand."""

import numpy as np
import pytest

from workforce.model.staff_luck import Luck
from workforce.model.staff_years import Ceiling, StaffFlows, StaffWeights, sum_staff

PERSONS, POSITION = 100.0, 0.8
COMING, THEIRS = 20.0, 0.5
AGES = 3


def one_post(most: float, *, gain: float = 0.0, away: float = 0.0, leave: float = 0.0):
    """100 persons of the middle age in posts of 80 %; 20 of the youngest would come, in 50 %."""
    flows = StaffFlows(
        start=np.array([[[0.0, PERSONS, 0.0]]]),
        hazard=np.full((1, 1, 1, 1, AGES), leave),
        hazard_factor=np.ones((1, 1, 1, 1, 1)),
        entry=np.array([[[[1.0, 0.0, 0.0]]]]),
        entry_factor=np.full((1, 1, 1, 1, 1), COMING),
        causes=[0],
        moves=None,
        ages=AGES,
    )
    fte = np.array([THEIRS, POSITION, POSITION])
    stock = np.stack([np.ones(AGES), fte], axis=-1)[None, None]
    weights = StaffWeights(stock, stock, np.zeros((1, 1, AGES, 0)))
    both = np.ones((1, 1, 1, 2))
    return flows, weights, Ceiling(most * both, both, gain * both, away * both)


@pytest.mark.parametrize(
    ("most", "options", "recruits"),
    [
        (200.0, {}, 20.0),  # room for all: 80 FTE there, 10 that would come
        (85.0, {}, 10.0),  # half of the 10 FTE
        (70.0, {}, 0.0),  # there are 80 already, and nobody is sent away
        # Half of the way to full posts: 80 + 20 / 2 = 90 there, 90 + 30 / 2 = 105 with all.
        (97.5, {"gain": 0.5}, 10.0),
        # 4 FTE are away: (80 - 4) there, 76 + 10 with all.
        (81.0, {"away": 4.0}, 10.0),
        # Half of them leave: 40 FTE there, 50 with all, and 47 asked for.
        (47.0, {"leave": np.log(2)}, 14.0),
    ],
)
def test_a_post_takes_the_part_of_those_who_would_come_that_it_has_room_for(
    most: float, options: dict, recruits: float
) -> None:
    flows, weights, ceiling = one_post(most, **options)
    found = sum_staff(flows, weights, ceiling=ceiling)
    assert found.recruits.item() == pytest.approx(recruits)
    heads = found.stock[0, 0, 0, :, 0]
    left = found.by_cause[0, 0, 0, 0, 0, 0]
    assert heads[1] == pytest.approx(heads[0] - left + recruits)


def test_those_away_in_training_and_in_larger_positions_are_both_held_against_the_most() -> None:
    flows, weights, ceiling = one_post(90.0, gain=0.5, away=10.0)
    found = sum_staff(flows, weights, ceiling=ceiling)
    persons, agreed = found.stock[0, 0, 0, 1, :2]
    given = (agreed - 10.0) * (1.0 + 0.5 * (persons / agreed - 1.0))
    assert 0 < found.recruits.item() < COMING
    assert given == pytest.approx(90.0, abs=1e-6)


def test_with_chance_no_draw_comes_past_it_and_the_years_add_up() -> None:
    flows, weights, ceiling = one_post(45.0, leave=np.log(2))
    draws = 200
    luck = Luck(3, ["9001"], ["post"], [2026], list(range(1, draws + 1)))
    found = sum_staff(flows, weights, ceiling=ceiling, luck=luck)
    free = sum_staff(flows, weights, luck=luck)
    agreed = found.stock[:, 0, 0, 1, 1]
    hired, left = found.recruits[:, 0, 0, 0, 0], found.by_cause[:, 0, 0, 0, 0, 0]
    assert (agreed[hired > 0] <= 45.0 + 1e-9).all()
    assert (hired <= free.recruits[:, 0, 0, 0, 0] + 1e-9).all()
    np.testing.assert_allclose(found.stock[:, 0, 0, 1, 0], PERSONS - left + hired)
    assert 0 < (hired == free.recruits[:, 0, 0, 0, 0]).sum() < draws
