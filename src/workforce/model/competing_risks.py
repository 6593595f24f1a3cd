"""Turn rates per person-year by competing cause into probabilities over a year."""

import numpy as np

from workforce.contract.arrays import Numbers


def leave_and_stay(rates: Numbers, axis: int) -> tuple[Numbers, Numbers]:
    """Probabilities of leaving by cause and of staying, of rates by cause along ``axis``.

    With h = sum of the causes, cause c has probability (h_c / h)(1 - exp(-h)); staying has
    exp(-h). The causes act at constant rates through the year, on the same persons.
    """
    total = rates.sum(axis=axis, keepdims=True)
    # (1 - exp(-h)) / h tends to 1 as h tends to 0.
    per_rate = np.divide(-np.expm1(-total), total, out=np.ones_like(total), where=total > 0)
    return rates * per_rate, np.exp(-total)
