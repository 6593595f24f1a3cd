"""Hold the measures and choices of a params file against the folder and the years of its pages."""

from collections.abc import Collection, Iterator, Mapping

from pydantic import JsonValue

from workforce.batch.params import Measure, Params, Report, nearest
from workforce.errors import ParameterError
from workforce.scenarios.choices import read_choices
from workforce.scenarios.levers.registry import find_lever

CHOICES = "choices"
"""Parameter of a notebook that holds the goal and the form of sharing."""


def wrong_measures(
    params: Params,
    *,
    base_year: int,
    known: Mapping[str, Collection[str]],
    studies: Mapping[str, int],
) -> Iterator[str]:
    """Tell of every measure what the folder does not have, or what no page can show.

    Parameters
    ----------
    params : Params
        From `load_params`.
    base_year : int
        First 1 January of the pages.
    known : mapping of str to codes
        Codes of the folder by option, as ``sectors`` and ``occupation_to``; an option that is not
        there is not judged.
    studies : mapping of str to int
        Whole years that each education takes.

    Yields
    ------
    str
        Field, and what is wrong there.
    """
    last = base_year + params.horizon
    for name, scenario in params.scenarios.items():
        for number, measure in enumerate(scenario.measures):
            where = f"scenarios.{name}.measures[{number}].options"
            lever = find_lever(measure.lever)
            for option, codes in known.items():
                for code in _codes(measure.options.get(option)):
                    if code not in codes:
                        yield f"{where}.{option}: there is no {code!r}. {nearest(code, codes)}"
            if lever.takes:
                lag = _years_of_study(measure, studies) if lever.after_study else 0
                for option, why in lever.wrong_times(
                    measure.options, base_year, last, lag=lag
                ).items():
                    yield f"{where}.{option}: {why}"


def wrong_choices(report: Report, regions: Collection[str]) -> Iterator[str]:
    """Tell what is wrong with the goal and the form of sharing that a report asks for."""
    given = report.parameters.get(CHOICES)
    try:
        if given is not None:
            read_choices(given, regions)  # type: ignore[arg-type]
    except ParameterError as error:
        yield f"parameters.{CHOICES}: {error}"


def _codes(given: JsonValue) -> list[str]:
    codes = given if isinstance(given, list) else [given]
    return [code for code in codes if isinstance(code, str)]


def _years_of_study(measure: Measure, studies: Mapping[str, int]) -> int:
    """Years until the first of those who begin to study can be recruited."""
    named = _codes(measure.options.get("educations")) or list(studies)
    return min((studies[code] for code in named if code in studies), default=0)
