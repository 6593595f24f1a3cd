"""What every page of a run rests on: checked tables, base year, suppression plan and library."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

import workforce
from workforce.batch.jobs import Codes, hash_files, hash_of, regions_of
from workforce.batch.params import Params
from workforce.contract.folder import Folder, require_no_problems
from workforce.disclosure.memory import Memory, plan_with_memory, recall
from workforce.disclosure.plan import Plan, Rule
from workforce.errors import MissingDataError
from workforce.inputs import base_persons, settle_base_year
from workforce.inputs.published_cells import (
    competence_posts,
    occupation_groups,
    other_cells,
    told_elsewhere,
)
from workforce.inputs.quality import Acceptance, accept, judge_folder
from workforce.inputs.regions import parents
from workforce.scenarios.scenario import named_scenarios
from workforce.sources.tables.folder import open_folder
from workforce.texts.catalogue import load_texts

MEMORY = "published.parquet"
"""File of a run with what it told, for later runs."""


@dataclass(frozen=True)
class Basis:
    """The common ground of the pages of a run; ``hash`` is part of the key of each.

    ``lights`` holds what the quality gate found for every region that the run is about. They are
    no part of ``hash``, since another params file of the same quarter may be about other regions.
    """

    folder: Folder
    codes: Codes
    base_year: int
    plan: Plan
    memory: Memory
    lights: pl.DataFrame
    hash: str


def prepare_basis(params: Params, *, quarter: str, runs: Path | None = None) -> Basis:
    """Check the folder of tables, settle the base year, make the suppression plan, judge figures.

    Parameters
    ----------
    params : Params
        From `load_params`.
    quarter : str
        Label of the run.
    runs : Path, optional
        Folder of runs, where earlier ones remember what they told.

    Returns
    -------
    Basis

    Raises
    ------
    DataError
        Every problem of the tables.
    MissingDataError
        The folder does not suffice for any result.
    ParameterError
        The base year is not in the data.
    """
    folder = open_folder(params.data)
    require_no_problems(folder)
    if not folder.report.population_ready:
        raise MissingDataError(
            f"{params.data} lacks regions or population, without which there is no result. "
            "Add them; `workforce schema population` shows the columns."
        )
    base_year = settle_base_year(folder.tables, params.base_year)
    regions = folder.tables["regions"]
    memory = recall(memories(runs, quarter, params.audience)) if runs else Memory.empty()
    plan, memory = plan_with_memory(
        base_persons(folder, base_year=base_year),
        Rule(params.audience, **params.rule.model_dump()),
        memory,
        base_year=base_year,
        parents=parents(regions),
        groups=occupation_groups(folder),
        others=other_cells(folder, base_year=base_year),
        elsewhere=told_elsewhere(folder, base_year=base_year),
        competences=competence_posts(folder),
    )
    codes = codes_of(folder, params.index_language)
    lights = judge_regions(params, folder, codes, quarter)
    content = [folder.digest, plan.hash, library_hash()]
    return Basis(folder, codes, base_year, plan, memory, lights, hash_of(*content))


def codes_of(folder: Folder, language: str) -> Codes:
    """List what a params file may name: what is in a checked folder or comes with the package."""
    sectors = folder.lists.get("sectors")
    return Codes(
        regions=dict(folder.tables["regions"].select("region", "level").iter_rows()),
        sectors=[] if sectors is None else sectors["sector"].to_list(),
        scenarios=list(named_scenarios()),
        kinds=[
            key.removeprefix("kind.")
            for key in load_texts(language).entries
            if key.startswith("kind.")
        ],
        has_staff="staff" in folder.tables,
        occupations=folder.lists["occupations"]["occupation"].to_list()
        if "occupations" in folder.lists
        else None,
        studies=_studies(folder.tables["graduates"]) if "graduates" in folder.tables else None,
    )


def _studies(graduates: pl.DataFrame) -> dict[str, int]:
    """Whole years that each education takes, as told last."""
    latest = graduates.sort("year").group_by("education").last()
    return dict(latest.select("education", pl.col("study_years").round().cast(pl.Int64)).rows())


def judge_regions(params: Params, folder: Folder, codes: Codes, quarter: str) -> pl.DataFrame:
    """Judge the figures of the regions that a run is about, and write in what was accepted."""
    asked = [region for report in params.reports for region in regions_of(report, codes)]
    known = [region for region in dict.fromkeys(asked) if region in codes.regions]
    given = params.accept_red
    reasons = (
        [Acceptance(given)]
        if isinstance(given, str)
        else [Acceptance(one.reason, one.regions, one.tables) for one in given]
    )
    return accept(judge_folder(folder, known, quarter=quarter), reasons)


def memories(runs: Path, quarter: str, audience: str) -> list[Path]:
    """Find what runs up to a quarter told.

    Readers of internal pages know the public ones, not the other way about: they see all counts
    as it is, and are bound by professional secrecy.
    """
    names = [quarter, *(path.name for path in runs.glob("*") if path.is_dir())]
    earlier = {name for name in names if name.removesuffix("-internal") <= quarter}
    kept = {name for name in earlier if audience == "internal" or not name.endswith("-internal")}
    return [runs / name / MEMORY for name in sorted(kept)]


def library_hash() -> str:
    """Hash the version and the files of the package, since a checkout changes between versions."""
    package = Path(workforce.__file__).parent
    files = sorted(
        path
        for path in package.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    )
    return hash_of(workforce.__version__, hash_files(files))
