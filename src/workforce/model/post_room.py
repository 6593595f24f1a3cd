"""How much of a year's recruitment a post has room for, where nobody hires past a limit."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from workforce.contract.arrays import Numbers

LINES = 6  # Rounds of false position; each leaves a small part of the miss.


class Ceiling(NamedTuple):
    """How many FTE at work recruiting may bring a post to; axes: d draw, r region, p post, y year.

    What those employed give is that of `workforce.model.projection.project_supply`.
    """

    most: Numbers  # FTE at work before absence, those lent taken off
    position: Numbers  # Factor on agreed FTE
    gain: Numbers  # Part of the way to full posts that is gone and gives hands
    away: Numbers  # Agreed FTE away in training


def hired_part(limits: Sequence[Numbers], there: Numbers, coming: Numbers) -> Numbers:
    """Part of those who would be recruited that a post takes, (post, draw).

    ``there`` are persons and agreed FTE in the post before anybody is recruited, ``coming`` those
    who would be: both (post, 2, draw); ``limits`` those of a `Ceiling` for these posts and the
    next 1 January, (post, draw). What they give rises along a line, but where positions grow
    or some are away in training, so that false position is repeated there.
    """
    most, position, gain, away = limits

    def given(hired: Numbers) -> Numbers:
        persons, agreed = np.moveaxis(there + hired[:, np.newaxis] * coming, 1, 0)
        each = np.divide(persons, agreed, out=np.zeros_like(agreed), where=agreed > 0)
        at_work = np.maximum(agreed - away, 0.0)
        fte: Numbers = at_work * (position + gain * np.maximum(each - position, 0.0))
        return fte

    low, high = np.zeros(there[:, 0].shape), np.ones(there[:, 0].shape)
    least, full = given(low), given(high)
    if (full <= most).all():
        return high
    found = high
    for _ in range(LINES if gain.any() or away.any() else 1):
        rise = full - least
        part = np.divide(most - least, rise, out=np.ones_like(rise), where=rise > 0)
        found = low + np.clip(part, 0.0, 1.0) * (high - low)
        value = given(found)
        over = value > most
        low, least = np.where(over, low, found), np.where(over, least, value)
        high, full = np.where(over, found, high), np.where(over, value, full)
    return found
