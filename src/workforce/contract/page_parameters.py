"""What a page is asked for: the values of its cell of parameters, as one typed object."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from workforce.contract.figures import Audience
from workforce.contract.names import Language
from workforce.errors import ParameterError


@dataclass(frozen=True)
class PageParameters:
    """What a page is asked for.

    Parameters
    ----------
    page
        Kind of page: ``overview``, ``ageing``, ``labour_shortage``, ``competence_gap``,
        ``forecast_quality``, ``discussion`` or ``mobilisation``.
    region, sector, scenario
        Codes; sector may be "all", and a region a number where one code is the same but for
        leading zeros.
    base_year, horizon
        First 1 January, and years ahead.
    data
        Folder of tables, workbook or protected folder; not opened where the run has the figures.
    scenarios
        Scenarios of the params file by name, each with ``title`` by language and ``measures``.
    draws, seed
        Of the simulation.
    quarter
        Label of the run, by which the figures are judged; empty for the last of the base year.
    language
        Of the page.
    audience
        ``public`` or ``internal``.
    key
        File of the key of protection.
    run
        Folder of the run; empty where the figures are made here.
    results
        File for the rows of the page (.csv or .parquet); empty: not written.
    measures
        Scenarios that a basis for discussion tells of.
    choices
        Goal and sharing of posts of a commission.
    """

    page: str
    region: str | int
    base_year: int
    data: str | Path
    sector: str = "all"
    scenario: str = "baseline"
    scenarios: Mapping[str, Any] = field(default_factory=dict)
    horizon: int = 10
    draws: int = 200
    seed: int = 20261
    quarter: str = ""
    language: Language = "nb"
    audience: Audience = "public"
    key: str | Path = ""
    run: str | Path = ""
    results: str | Path = ""
    measures: tuple[str, ...] | list[str] = ()
    choices: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse values that are not of their kind, all at once."""
        hints = get_type_hints(type(self))
        wrong = [
            f"{one.name} is {getattr(self, one.name)!r}, and is to be {_told(hints[one.name])}."
            for one in fields(self)
            if not _fits(getattr(self, one.name), hints[one.name])
        ]
        if wrong:
            raise ParameterError(f"Parameters of the page {self.page}: {' '.join(wrong)}")


def page_parameters(names: Mapping[str, Any], *, page: str) -> PageParameters:
    """Gather the parameters of a page from the names of its notebook, ``globals()``.

    Raises
    ------
    ParameterError
        A parameter is missing or not of its kind.
    """
    known = {one.name for one in fields(PageParameters)} - {"page"}
    given = {name: value for name, value in names.items() if name in known}
    lacking = sorted({"region", "base_year", "data"} - set(given))
    if lacking:
        raise ParameterError(
            f"The notebook lacks the parameter {' and '.join(lacking)}. "
            "Write it in its cell of parameters, and run that cell first."
        )
    return PageParameters(page=page, **given)


def _fits(value: object, kind: Any) -> bool:
    if get_origin(kind) is UnionType:
        return any(_fits(value, one) for one in get_args(kind))
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    return isinstance(value, get_origin(kind) or kind) and not isinstance(value, bool)


def _told(kind: Any) -> str:
    if get_origin(kind) in (UnionType, Literal):
        some = [one if isinstance(one, str) else _told(one) for one in get_args(kind)]
        return " or ".join(dict.fromkeys(some))
    words = {str: "text", int: "a whole number", Path: "a path", tuple: "a list", list: "a list"}
    return words.get(get_origin(kind) or kind, "names with their values")
