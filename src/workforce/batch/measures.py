"""Hold the measures and choices of a params file against the folder and the years of its pages."""

from collections.abc import Collection, Iterator, Mapping

from pydantic import JsonValue

from workforce.batch.params import Measure, OwnScenario, Params, Report
from workforce.errors import ParameterError
from workforce.scenarios.choices import read_choices
from workforce.scenarios.levers.registry import find_lever
from workforce.sources.tables.fields import nearest

CHOICES = "choices"
"""Parameter of a notebook that holds the goal and the form of sharing."""


def first_start(quarter: str) -> int:
    """Give the first year that a measure can begin in on the page of a quarter, such as 2026Q4.

    Measures begin on 1 January: those of that day are under way when the first quarter's page is
    made, and those of later quarters' pages begin the year after.
    """
    year, number = (int(part) for part in quarter.split("Q"))
    return year if number == 1 else year + 1


def from_the_page(scenario: OwnScenario, first: int) -> OwnScenario:
    """Let the measures that name no start begin on the first 1 January after the page is made."""
    measures = tuple(
        one.model_copy(update={"options": {**one.options, "start_year": first}})
        if _is_begun_later(one) and "start_year" not in one.options
        else one
        for one in scenario.measures
    )
    return scenario.model_copy(update={"measures": measures})


def wrong_measures(
    params: Params,
    *,
    base_year: int,
    known: Mapping[str, Collection[str]],
    studies: Mapping[str, int],
    quarter: str = "",
) -> Iterator[str]:
    """Tell of every measure what the folder does not have, or what no page can show.

    ``known`` are codes of the folder by option, as ``sectors`` and ``occupation_to``; an option
    that is not there is not judged. ``studies`` are the whole years that each education takes. With
    the quarter of the run, a measure that begins before its pages are made is told. Each sentence
    begins with its field.
    """
    last = base_year + params.horizon
    for name, scenario in params.scenarios.items():
        for number, measure in enumerate(scenario.measures):
            where = f"scenarios.{name}.measures[{number}].options"
            lever = find_lever(measure.lever)
            if quarter and _is_begun_later(measure):
                yield from (f"{where}.{told}" for told in _too_early(measure, base_year, quarter))
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


def _is_begun_later(measure: Measure) -> bool:
    """Whether a measure is one that somebody begins, on a 1 January to come."""
    lever = find_lever(measure.lever)
    return lever.kind != "assumption" and "start_year" in lever.takes


def _too_early(measure: Measure, base_year: int, quarter: str) -> Iterator[str]:
    """Tell of a measure that begins, or is all in effect, before the pages of a quarter are made.

    What is before the base year is told elsewhere.
    """
    first = first_start(quarter)
    for option, what in (("start_year", "begins"), ("end_year", "is in full effect")):
        year = measure.options.get(option)
        if isinstance(year, int) and base_year <= year < first:
            yield (
                f"{option}: the measure {what} on 1 January {year}, before the page of {quarter} "
                f"is made. Nobody can begin it then: write {first} or later."
            )


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
