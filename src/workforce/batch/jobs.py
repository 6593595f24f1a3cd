"""Expand a params file to jobs: one notebook for one place, sector, scenario and language."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from workforce.batch.job import FILE_CODE, Job, hash_of
from workforce.batch.measures import first_start, from_the_page, wrong_choices, wrong_measures
from workforce.batch.notebooks import compare_parameters, find_notebooks
from workforce.batch.params import GIVEN_BY_RUN, Params, Report
from workforce.contract.councils import COUNCIL
from workforce.contract.municipalities import what_became_of
from workforce.contract.names import Language
from workforce.errors import ParameterError
from workforce.sources.tables.fields import nearest

SHOW_LOG = ("overview", "discussion")
"""Notebooks whose pages show what was discussed, and are made again when the log changes."""
DISCUSSION = "discussion"
USUAL_MEASURES = ("fuller_positions", "lower_absence", "later_retirement")
LEVELS = {
    "municipalities": ("municipality",),
    "counties": ("county",),
    "county_councils": (COUNCIL,),
}


@dataclass(frozen=True)
class Codes:
    """What a params file may name: regions with their level, sectors, scenarios, kinds of page."""

    regions: Mapping[str, str]
    sectors: Collection[str]
    scenarios: Collection[str]
    kinds: Collection[str]
    has_staff: bool = True
    """Whether the folder tells of staff, without whom there is no staffing to discuss."""
    occupations: Collection[str] | None = None
    """None where they are not known."""
    studies: Mapping[str, int] | None = None
    """Whole years that each education takes; None where none is known."""
    tasks: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Sectors of each region; of one that is not named, all."""


def with_discussion(params: Params, codes: Codes) -> Params:
    """Add a basis for discussion for every place that has reports, in the languages of these.

    Its measures are those of the scenarios that the commission names; where it names none, the
    usual ones. Nothing is added where the file names the notebook itself, where there is none, or
    where the folder has no staff.
    """
    named = any(report.notebook == DISCUSSION for report in params.reports)
    folder = params.notebooks
    if not params.discussion or named or not folder or not codes.has_staff:
        return params
    if not (folder / f"{DISCUSSION}.ipynb").is_file():
        return params
    measures = [
        name for report in params.reports for name in report.scenarios if name != "baseline"
    ] or [name for name in USUAL_MEASURES if name in codes.scenarios]
    spoken: dict[str, list[Language]] = {}
    for report in params.reports:
        for region in regions_of(report, codes):
            spoken.setdefault(region, []).extend(report.languages)
    given: dict[str, JsonValue] = {"measures": list[JsonValue](dict.fromkeys(measures))}
    added = tuple(
        Report(
            notebook=DISCUSSION,
            regions=(region,),
            languages=tuple(dict.fromkeys(languages)),
            parameters=given,
        )
        for region, languages in spoken.items()
        if region in codes.regions
    )
    return params.model_copy(update={"reports": (*params.reports, *added)})


def expand(
    params: Params,
    codes: Codes,
    *,
    base_year: int,
    quarter: str,
    basis: str,
    log: str = "",
    lights: Mapping[str, str] | None = None,
) -> list[Job]:
    """Make the jobs of a params file in its order; a job named twice comes once.

    The key of a page holds ``basis``, the hash of data, plan and library, ``lights``, what the
    quality gate says of its region, and ``log`` where it shows what was discussed. ParameterError
    tells every notebook, code and parameter that does not fit, in one message.
    """
    problems = [
        f"scenarios.{name}: a scenario that comes with the package has this name. Choose another."
        for name in params.scenarios
        if name in codes.scenarios
    ]
    problems += wrong_measures(
        params,
        base_year=base_year,
        known=_by_option(codes),
        studies=codes.studies or {},
        quarter=quarter,
    )
    jobs: dict[str, Job] = {}
    sources = find_notebooks(params, problems)
    for number, report in enumerate(params.reports):
        where = f"reports[{number}]"
        problems += [f"{where}.{text}" for text in wrong_choices(report, codes.regions)]
        _check_codes(report, codes, [*codes.scenarios, *params.scenarios], where, problems)
        if report.notebook not in sources:
            continue
        source, content = sources[report.notebook]
        for cell in _cells(report, codes):
            given = _parameters(params, report, cell, base_year=base_year, quarter=quarter)
            shown = log if report.notebook in SHOW_LOG else ""
            judged = (lights or {}).get(given["region"], "")
            rest = hash_of(content, json.dumps(given, sort_keys=True), shown, judged)
            key = hash_of(basis, rest)
            job = Job(report.notebook, source, *cell, parameters=given, key=key, rest=rest)
            # Some file systems do not tell A from a.
            other = jobs.setdefault(job.name.casefold(), job)
            if other.key != key:
                problems.append(
                    f"{where}: {job.name} would be made twice with different parameters."
                )
        if report.notebook not in codes.kinds:
            problems.append(
                f"{where}.notebook: no reader's name for {report.notebook!r}. "
                f"Add the text kind.{report.notebook} to the catalogues."
            )
        problems += [f"{where}: {text}" for text in compare_parameters(source, report.parameters)]
    if problems:
        raise ParameterError("\n".join(dict.fromkeys(problems)))
    return list(jobs.values())


def _by_option(codes: Codes) -> dict[str, Collection[str]]:
    """Codes that a measure may name, by its option."""
    known: dict[str, Collection[str]] = {"regions": codes.regions, "sectors": codes.sectors}
    if codes.occupations is not None:
        known |= dict.fromkeys(("occupations", "occupation", "occupation_to"), codes.occupations)
    return known if codes.studies is None else {**known, "educations": codes.studies}


def regions_of(report: Report, codes: Codes) -> Sequence[str]:
    """Give the codes of the regions of a report, known or not."""
    if not isinstance(report.regions, str):
        return report.regions
    levels = LEVELS.get(report.regions, tuple(level for one in LEVELS.values() for level in one))
    return [code for code, level in codes.regions.items() if level in levels]


def _meant(code: str, known: Collection[str]) -> str:
    """Say what became of a former municipality, or name the nearest code there is."""
    became = what_became_of(code)
    return f"{became}." if became else nearest(code, known)


def _check_codes(
    report: Report, codes: Codes, scenarios: Collection[str], where: str, problems: list[str]
) -> None:
    asked: list[tuple[str, object, Collection[str]]] = [
        ("regions", report.regions, codes.regions),
        ("sectors", report.sectors, [*codes.sectors, "all"]),
        ("scenarios", report.scenarios, scenarios),
    ]
    problems += [
        f"{where}.{field}: there is no {value!r}. {_meant(value, known)}"
        for field, values, known in asked
        for value in (values if isinstance(values, tuple) else ())
        if value not in known
    ]
    problems += [
        f"{where}.parameters.{name}: every run gives {name} itself. Leave it out here."
        for name in report.parameters
        if name in GIVEN_BY_RUN
    ]
    cells = list(_cells(report, codes))
    if not cells:
        named = isinstance(report.regions, tuple)
        lack = f"regions of the sectors {', '.join(report.sectors)}" if named else report.regions
        problems.append(f"{where}: nothing to run, the data have no {lack}.")
    problems += [
        f"{where}: the code {code!r} cannot be part of a file name. "
        "Use letters A to Z, digits, _ and - only."
        for code in sorted({part for cell in cells for part in cell})
        if not FILE_CODE.fullmatch(code)
    ]


def _cells(report: Report, codes: Codes) -> Iterator[tuple[str, str, str, str]]:
    """Give region, sector, scenario and language of each page of a report.

    A county council has no page of a sector of municipalities, nor the other way round.
    """
    regions = regions_of(report, codes)
    sectors = codes.sectors if isinstance(report.sectors, str) else report.sectors
    for region in regions:
        for sector in sectors:
            if sector in codes.sectors and sector not in codes.tasks.get(region, codes.sectors):
                continue
            for scenario in report.scenarios:
                for language in report.languages:
                    yield region, sector, scenario, language


def _named_measures(report: Report) -> list[JsonValue]:
    """List the scenarios that a basis for discussion tells about beside that of the page."""
    given = report.parameters.get("measures", [])
    return given if isinstance(given, list) else []


def _parameters(
    params: Params, report: Report, cell: tuple[str, str, str, str], *, base_year: int, quarter: str
) -> dict[str, Any]:
    region, sector, scenario, language = cell
    named = [scenario, *_named_measures(report)]
    own = {name: one for name, one in params.scenarios.items() if name in named}
    if quarter and (first := first_start(quarter)) > base_year:
        own = {name: from_the_page(one, first) for name, one in own.items()}
    return {
        "region": region,
        "sector": sector,
        "scenario": scenario,
        "scenarios": {name: one.model_dump(mode="json") for name, one in own.items()},
        "base_year": base_year,
        "horizon": params.horizon,
        "draws": params.draws,
        "seed": params.seed,
        "quarter": quarter,
        "language": language,
        "audience": params.audience,
        **report.parameters,
    }
