"""Working time that learning takes: how long it lasts, and the FTE that are away meanwhile."""

from workforce.errors import ParameterError

WORKING_WEEKS = 45.0
"""Weeks at work in a year of an FTE: 52 less 5 of holiday and about 2 of public holidays."""


def study_years(weeks: float, *, study_pace: float = 1.0) -> float:
    """Years that a study takes when nobody studies in the holidays: weeks / study_pace / 45.

    The pace is a share of full-time study.
    """
    if weeks < 0:
        raise ParameterError(f"weeks is {weeks:g}; it cannot be below 0.")
    if not 0.0 < study_pace <= 1.0:
        raise ParameterError(f"study_pace is {study_pace:g}; it must be above 0, at most 1.")
    return weeks / study_pace / WORKING_WEEKS


def study_fte(weeks: float, *, study_pace: float = 1.0, study_share: float = 1.0) -> float:
    """FTE-years that a person in a full post learns: weeks / study_pace * study_share / 45.

    A year of an FTE is 45 weeks at work, so whoever learns in all of the working time is away for
    the whole of the post.
    """
    if not 0.0 <= study_share <= 1.0:
        raise ParameterError(f"study_share is {study_share:g}; it must be 0 to 1.")
    return study_years(weeks, study_pace=study_pace) * study_share
