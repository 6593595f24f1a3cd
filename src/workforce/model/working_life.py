"""Working lives from the rates of a projection: years that a person of an age still gives."""

from collections.abc import Sequence

import numpy as np

from workforce.contract.arrays import Numbers
from workforce.model.staff_years import StaffFlows


def remaining_years(
    flows: StaffFlows, starts: Sequence[int], *, groups: Sequence[Sequence[int]]
) -> Numbers:
    """Years that a person of each start age still gives, in any post that posts exchange with.

    With the year going on as the person grows older, from age a in the first year (y = 0),

        F[a, y] = exp(-h[a, y]) * moves (1 + F[a + 1, y + 1]),    years = 1/2 + F[a, 0]

    which is `expected_working_years`, summed over the occupations, where all years are alike. After
    the last year its hazards go on; years end with the oldest age.
    Backwards over ages, so that no product of transitions is laid out.
    """
    draws, last = len(flows.hazard_factor), _years_of(flows) - 1
    regions, posts, cells = flows.start.shape
    found = np.empty((draws, regions, posts, cells // flows.ages, len(starts)))
    for region in range(regions):
        for group in groups:
            moves = None if flows.moves is None else flows.moves[region][np.ix_(group, group)]
            # Those who are older than the last year reaches live under the rates of that year.
            held = [np.zeros((draws, len(group), found.shape[3]))]
            for age in reversed(range(flows.ages)):
                held.append(_one_year(flows, region, group, moves, (last, age), held[-1]))
            held.reverse()
            for place, start in enumerate(starts):
                reach = min(last, flows.ages - start)
                years = held[start + reach]
                for step in reversed(range(reach)):
                    years = _one_year(flows, region, group, moves, (step, start + step), years)
                found[:, region, :, :, place][:, group] = 0.5 + years
    return found


def _years_of(flows: StaffFlows) -> int:
    return max(len(flows.hazard), int(flows.hazard_factor.shape[1]))


def _one_year(
    flows: StaffFlows,
    region: int,
    group: Sequence[int],
    moves: Numbers | None,
    at: tuple[int, int],
    after: Numbers,
) -> Numbers:
    """Years from the end of a year on, (draw, post, sex), brought back to its beginning."""
    year, age = at
    base = flows.hazard[min(year, len(flows.hazard) - 1), region, group]
    base = base[:, :, age :: flows.ages]
    factor = flows.hazard_factor[:, min(year, flows.hazard_factor.shape[1] - 1), region, group]
    stay = np.exp(-np.matmul(factor[:, :, np.newaxis], base)[:, :, 0])
    there = 1.0 + after
    years: Numbers = stay * (there if moves is None else moves @ there)
    return years
