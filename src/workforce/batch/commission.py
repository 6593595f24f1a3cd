"""A commission: a params file and its log, held against the folder, and what it makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workforce.batch.basis import Basis, codes_of
from workforce.batch.beside_key import Before, protected_before
from workforce.batch.discussion_log import log_path, read_log
from workforce.batch.figures import Worker
from workforce.batch.job import Job
from workforce.batch.jobs import expand, with_discussion
from workforce.batch.params import Params, check_quarter, load_params
from workforce.batch.run_folders import Folders
from workforce.batch.summary import Order
from workforce.contract.about import is_source
from workforce.contract.evidence import evidence_of
from workforce.contract.folder import Folder, require_no_problems
from workforce.errors import ParameterError, WorkforceError
from workforce.inputs import settle_base_year
from workforce.reports.discussion_log import Remark
from workforce.reports.export import today
from workforce.sources.tables.fields import with_lines
from workforce.sources.tables.protected import open_data


@dataclass(frozen=True)
class Commission:
    """What a run is to make, of what and where.

    ``read`` is the hash of all that it reads, and ``spare`` processes that make figures and were
    started before.
    """

    order: Order
    params: Params
    label: str
    folders: Folders
    basis: Basis
    jobs: Sequence[Job]
    remarks: Sequence[Remark]
    read: str
    spare: Sequence[Worker] = ()


def load_commission(
    path: Path, *, out: Path | None = None, quarter: str | None = None
) -> tuple[Params, Before]:
    """Load a params file, and hold it and its log against the folder before what takes long.

    ``out`` is where a run writes and may have protected the same tables before, for ``quarter`` or
    else that of the file; what it did comes with the params.
    """
    try:
        params, told = load_params(path), ""
    except ParameterError as error:
        told = str(error)
        params = load_params(path, leave_out=True)
    try:
        before = protected_before(params, out, check_quarter(quarter or params.quarter))
        _judge(params, path, before.folder)
    except WorkforceError as error:
        if not told:
            raise
        raise ParameterError(f"{told}\n{error}") from error
    if told:
        raise ParameterError(told)
    return params, before


def measures_without_source(params: Params) -> Iterator[str]:
    """Name the measures that rest on no source, neither one of their own nor what is known.

    Of those that recruit from outside work it is told that the number of people is the place's own.
    """
    for name, scenario in params.scenarios.items():
        for number, one in enumerate(scenario.measures):
            where = f"scenarios.{name}.measures[{number}] ({one.lever})"
            if one.lever == "inclusion":
                told = "outside: who leaves NAV's registers nearby in a year is your own figure"
                told = f"{told}; nobody publishes it by place. Without it there is no ceiling."
                yield f"{where}: {told}"
            own = {} if one.source is None else one.source.model_dump()
            known = evidence_of(one.lever, one.options).source
            if any(map(is_source, filter(None, [known, *own.values()]))):
                continue
            told = f"{where}: no source of its effect"
            yield f"{told}. Write what its size rests on under source; its pages say that it lacks."


def _judge(params: Params, path: Path, protected: Folder | None) -> None:
    folder = protected or open_data(params.data, reason=params.key_reason or "")
    require_no_problems(folder)
    if not folder.report.population_ready:
        return  # There is nothing to hold it against, as `prepare_basis` says.
    codes = codes_of(folder, params.index_language)
    wrong = []
    try:
        base_year = settle_base_year(folder.tables, params.base_year)
    except ParameterError as error:
        wrong.append(str(error))
        base_year = settle_base_year(folder.tables, None)
    try:
        expand(
            with_discussion(params, codes),
            codes,
            base_year=base_year,
            quarter=check_quarter(params.quarter),
            basis="",
        )
    except ParameterError as error:
        wrong.append(str(error))
    if wrong:
        raise ParameterError(with_lines("\n".join(wrong), path))
    read_log(log_path(path), regions=codes.regions, today=today())
