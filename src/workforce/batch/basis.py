"""What every page of a run rests on: a folder for its audience, base year, lights and library."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from workforce.batch.beside_key import NOTHING, Before
from workforce.batch.job import hash_files, hash_of, library_hash
from workforce.batch.jobs import Codes, regions_of
from workforce.batch.key_marks import marked_otherwise
from workforce.batch.params import Params
from workforce.contract.councils import council_sectors, county_of, sources_of
from workforce.contract.figures import require_audience
from workforce.contract.folder import Draw, Folder, require_no_problems
from workforce.contract.packed import kept, plain
from workforce.disclosure.keys import TREE, draw_of, read_key, sample_key
from workforce.disclosure.safe_tables import parquet_of, places
from workforce.disclosure.tree import LEAST_BASE
from workforce.errors import MissingDataError, ParameterError
from workforce.inputs import settle_base_year
from workforce.inputs.quality import Acceptance, accept, judge_folder
from workforce.inputs.regions import county_councils, sectors_of
from workforce.scenarios.scenario import named_scenarios
from workforce.sources.tables.files import data_files, national_folder
from workforce.sources.tables.protected import is_sample, open_data, open_for
from workforce.texts.catalogue import load_texts

REGION_NAME = ("regions", "name")
ANOTHER = {
    "key": "another key", "base": "another base", "tree": "another tree", "sectors": "other sectors"
}  # fmt: skip


@dataclass(frozen=True)
class Basis:
    """The common ground of the pages of a run; ``hash`` is part of the key of each.

    ``folder`` is protected where the pages are public, and nothing else of a run knows the true
    one. ``hash`` is a hash of the data and one of library and display, with a point between.
    ``key`` is the file of the key that the folder was protected with, if one was, and ``made_key``
    the same where it was made for this run.
    ``lights`` holds what the quality gate found for every region that the run is about. They are
    no part of ``hash``, since another params file of the same quarter may be about other regions.
    ``content`` has a hash of each table, but for the names of regions, and of what all rests on,
    and ``before`` what an earlier run protected.
    """

    folder: Folder
    codes: Codes
    base_year: int
    lights: pl.DataFrame
    hash: str
    key: Path | None = None
    made_key: Path | None = None
    content: Mapping[str, str] = field(default_factory=dict)
    before: Before = NOTHING


def prepare_basis(
    params: Params, *, quarter: str, out: Path | None = None, before: Before = NOTHING
) -> Basis:
    """Check the folder of tables, protect it for the public, settle the base year, judge figures.

    The key must not lie in ``out``, the folder of ``reports`` and ``runs``. Where the same was
    protected ``before``, the true tables are not opened. DataError with every
    problem of the tables, MissingDataError where they suffice for no result, ParameterError where
    the base year is not in them or the key cannot be used.
    """
    folder, key, made_key = _open(params, out, before.folder)
    if not folder.report.population_ready:
        raise MissingDataError(
            f"{params.data} lacks regions or population, without which there is no result. "
            "Add them; `workforce schema population` shows the columns."
        )
    base_year = settle_base_year(folder.tables, params.base_year)
    codes = codes_of(folder, params.index_language)
    lights = judge_regions(params, folder, codes, quarter)
    data = hash_of(folder.digest, repr(folder.fetched))
    made_by = hash_of(str(params.hide_fte), library_hash())
    content = content_of(folder)
    made_from = f"{data}.{made_by}"
    return Basis(folder, codes, base_year, lights, made_from, key, made_key, content, before)


def content_of(folder: Folder) -> dict[str, str]:
    """Hash each table, but for the names of regions, and by no name all that every figure rests on.

    The names that a page tells are looked up anew for it.
    """
    tables = kept(folder.tables)
    national = hash_files(data_files(national_folder()))
    found = {"": hash_of(repr(folder.fetched), national, *tables)}
    for name, table in tables.items():
        columns = [column for column in table.iter_columns() if (name, column.name) != REGION_NAME]
        # One column after the other, so that no long table is there a second time; as files, which
        # hold values alone and nothing of how they came about.
        found[name] = hash_of(*(parquet_of(column.to_frame().rechunk()) for column in columns))
    return found


def made_alike(basis: str, other: str) -> bool:
    """Whether two runs had the same library and display, whatever their data."""
    return basis.partition(".")[2] == other.partition(".")[2] != ""


def codes_of(folder: Folder, language: str) -> Codes:
    """List what a params file may name: what is in a checked folder or comes with the package."""
    sectors, regions = folder.lists.get("sectors"), folder.tables["regions"]
    towns = set(regions.filter(pl.col("level") == "municipality")["region"])
    # A county that is there for its inhabitants alone has no page.
    bare = {one for one in county_of(regions).values() if not sources_of(regions, one, towns)}
    return Codes(
        regions={
            region: level
            for region, level in regions.select("region", "level").iter_rows()
            if region not in bare
        },
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
        tasks=_tasks(folder),
        studies=_studies(folder.tables["graduates"]) if "graduates" in folder.tables else None,
    )


def _tasks(folder: Folder) -> dict[str, list[str]]:
    """Sectors of each region, by its kind of employer and by where it has staff."""
    tables = {**folder.lists, **kept(folder.tables)}
    if "sectors" not in tables:
        return {}
    # Each region asks who has staff where: of these rows once is enough.
    posts: dict[str, pl.DataFrame] = {
        name: plain(tables[name].select("region", "sector").unique(), name)
        for name in ("staff", "fte_in_post")
        if name in tables
    }
    return {region: sectors_of({**tables, **posts}, [region])
            for region in tables["regions"]["region"]}  # fmt: skip


def _open(
    params: Params, out: Path | None, before: Folder | None
) -> tuple[Folder, Path | None, Path | None]:
    """Open the folder for its audience; tell of the key that it takes, and of one that was made."""
    reason = params.key_reason or ""
    true = replace(before, draw=None) if before else open_data(params.data, reason=reason)
    require_no_problems(true)
    if params.audience == "internal":
        require_audience(params.audience, true.rounded_to)
        return true, None, None
    made, draw = _draw_to_use(params, true, out)
    here = places(true.tables["regions"]) if "regions" in true.tables else []
    sectors = sectors_with_people(true)
    # The people of the sample are made up, and another version may have others.
    runs = None if out is None or is_sample(true.digest) else out / "runs"
    other = runs and marked_otherwise(runs, replace(draw, reason=reason), here, sectors)
    if other:
        what = " and ".join(ANOTHER[one] for one in other.what)
        gone = " (its file is not there)" if made else ""
        raise ParameterError(
            f"{params.data}: {what} of protection than in {other.run}{gone}. The same people "
            "would be told of a second time. Go back to what was used, or "
            "give a reason that was not given before (key_reason)."
        )
    key = None if true.draw or is_sample(true.digest) else params.key
    if before is None:
        before = open_for(params.data, audience="public", key=key or "", key_reason=reason)
    return before, key, made


def _draw_to_use(params: Params, true: Folder, out: Path | None) -> tuple[Path | None, Draw]:
    """Find how people are to be rounded, and the file of a key that is yet to be made."""
    if true.draw is not None:
        return None, true.draw
    if params.key is None or is_sample(true.digest):
        return None, draw_of(sample_key())
    if out is not None and any(
        params.key.is_relative_to((out / name).resolve()) for name in ("reports", "runs")
    ):
        raise ParameterError(
            f"key: {params.key} lies among the output, which is handed on. Keep the key elsewhere, "
            "where backups are kept."
        )
    if not params.key.is_file():
        return params.key, Draw("", LEAST_BASE, TREE)
    return None, draw_of(read_key(params.key, reason=params.key_reason or ""))


def sectors_with_people(folder: Folder) -> list[str]:
    """List the sectors that a folder may have people in: of the kinds of employers that it has."""
    sectors = folder.lists.get("sectors")
    if sectors is None:
        return []
    other = [] if county_councils(folder.tables["regions"]) else council_sectors(sectors)
    return [one for one in sectors["sector"].to_list() if one not in other]


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
