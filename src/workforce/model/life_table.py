"""Life tables: the person-years that follow from death rates."""

import numpy as np

from workforce.contract.arrays import Numbers


def person_years(rates: Numbers, widths: Numbers, is_female: list[bool]) -> Numbers:
    """Person-years lived in each age group, the last one open, by a birth cohort of one.

    q = n m / (1 + (n - a) m);   L = n l(x+n) + a (l(x) - l(x+n));   L(open) = l / m
    """
    return _survivors_and_years(rates, widths, is_female)[1]


def remaining_years(rates: Numbers, widths: Numbers, is_female: list[bool]) -> Numbers:
    """Years that a person of each exact age has left to live at the death rates of the period.

    e(x) = (sum of L(y) over y >= x) / l(x); in the open age group e = 1 / m.
    """
    alive, lived = _survivors_and_years(rates, widths, is_female)
    to_come = np.cumsum(lived[..., ::-1], axis=-1)[..., ::-1]
    return to_come / np.maximum(alive, np.finfo(float).tiny)


def _survivors_and_years(
    rates: Numbers, widths: Numbers, is_female: list[bool]
) -> tuple[Numbers, Numbers]:
    """Survivors at the start of each age group, and the years lived in it."""
    closed = rates[..., :-1]
    inside = np.broadcast_to(widths / 2.0, closed.shape).copy()
    for place, woman in enumerate(is_female):
        infant = rates[..., place, 0]
        if widths[1] == 1:
            inside[..., place, 0] = _infant_andreev_kingkade(infant, woman)
        else:
            inside[..., place, 0], inside[..., place, 1] = _child_coale_demeny(infant, woman)
    if widths[1] != 1:
        _adult_greville(rates, inside)
    dying = widths * closed / (1.0 + (widths - inside) * closed)
    dying = np.minimum(dying, 1.0)
    alive = np.cumprod(
        np.concatenate([np.ones_like(rates[..., :1]), 1.0 - dying], axis=-1), axis=-1
    )
    gone = alive[..., :-1] - alive[..., 1:]
    lived = widths * alive[..., 1:] + inside * gone
    return alive, np.concatenate([lived, alive[..., -1:] / rates[..., -1:]], axis=-1)


def _infant_andreev_kingkade(rate: Numbers, woman: bool) -> Numbers:
    if woman:
        low, middle, high = 0.14903 - 2.05527 * rate, 0.04667 + 3.88089 * rate, 0.31411
        return np.where(rate < 0.01724, low, np.where(rate < 0.06891, middle, high))
    low, middle, high = 0.14929 - 1.99545 * rate, 0.02832 + 3.26021 * rate, 0.29915
    return np.where(rate < 0.02300, low, np.where(rate < 0.08307, middle, high))


def _child_coale_demeny(rate: Numbers, woman: bool) -> tuple[Numbers, Numbers]:
    """Years lived by those who die at 0 and at 1-4, West model, by the death rate at 0."""
    many = rate >= 0.107
    if woman:
        infant = np.where(many, 0.350, 0.053 + 2.800 * rate)
        return infant, np.where(many, 1.361, 1.522 - 1.518 * rate)
    infant = np.where(many, 0.330, 0.045 + 2.684 * rate)
    return infant, np.where(many, 1.352, 1.651 - 2.816 * rate)


def _adult_greville(rates: Numbers, inside: Numbers) -> None:
    """Put Greville's years into closed groups from age 15 (the fifth: 0, 1, 5, 10, 15)."""
    below, here, above = rates[..., 3:-2], rates[..., 4:-1], rates[..., 5:]
    known = (below > 0) & (above > 0)
    quotient = np.divide(above, below, out=np.ones_like(above), where=known)
    lived = 2.5 - 25.0 / 12.0 * (here - np.log(quotient) / 10.0)
    inside[..., 4:] = np.where(known & (lived > 0.0) & (lived < 5.0), lived, 2.5)
