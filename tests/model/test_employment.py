"""Agreed FTE from positions, leave and hours, by hand."""

import pytest
import xarray as xr

from workforce.errors import DataError
from workforce.model.employment import agreed_fte


def contracts(**columns):
    size = len(next(iter(columns.values())))
    given = {"leave": [0.0] * size, "paid": [0.0] * size, "extra": [0.0] * size} | columns
    return [
        xr.DataArray(given[n], dims="contract") for n in ("size", "form", "leave", "paid", "extra")
    ]


def test_the_substitute_counts_and_the_person_on_long_leave_does_not():
    counted = agreed_fte(
        *contracts(
            size=[1.0, 0.8, 0.6],
            form=["permanent", "substitute", "permanent"],
            leave=[1.0, 0.0, 0.0],
        )
    )
    assert counted.fte.values.tolist() == [0.0, 0.8, 0.6]
    assert counted.on_leave_fte.values.tolist() == [1.0, 0.0, 0.0]


def test_graded_leave_takes_its_part_of_the_position():
    counted = agreed_fte(*contracts(size=[0.8], form=["permanent"], leave=[0.5]))
    assert counted.fte.item() == pytest.approx(0.4)
    assert counted.on_leave_fte.item() == pytest.approx(0.4)


def test_hourly_staff_count_by_paid_hours_over_the_full_time_year():
    day = contracts(size=[0.0, 0.5], form=["hourly", "temporary"], paid=[390.0, 999.0])
    assert agreed_fte(*day).fte.values.tolist() == pytest.approx([0.2, 0.5])
    shift = agreed_fte(*day, full_time_hours=1846.0)
    assert shift.fte.values[0] == pytest.approx(390 / 1846)


def test_extra_hours_stand_apart_from_agreed_fte():
    counted = agreed_fte(*contracts(size=[0.5], form=["permanent"], extra=[195.0]))
    assert counted.fte.item() == 0.5
    assert counted.extra_fte.item() == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"form": ["volunteer"]}, "volunteer"),
        ({"leave": [1.2]}, "long_leave"),
        ({"size": [-0.5]}, "position_size"),
    ],
)
def test_positions_that_cannot_be_are_refused_by_name(changes, word):
    with pytest.raises(DataError, match=word):
        agreed_fte(*contracts(**({"size": [1.0], "form": ["permanent"]} | changes)))
