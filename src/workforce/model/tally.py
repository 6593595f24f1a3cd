"""How many projections were made: each set of inputs counts once, however little of it is asked."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")
_tally = {"projections": 0, "under_way": 0}


def projections_made() -> int:
    """Tell how many projections this process has made, to tell what figures cost."""
    return _tally["projections"]


def counted(project: Callable[Given, Made]) -> Callable[Given, Made]:
    """Count each call as a projection, with all that is projected within it."""

    @wraps(project)
    def made(*given: Given.args, **options: Given.kwargs) -> Made:
        _tally["projections"] += not _tally["under_way"]
        _tally["under_way"] += 1
        try:
            return project(*given, **options)
        finally:
            _tally["under_way"] -= 1

    return made
