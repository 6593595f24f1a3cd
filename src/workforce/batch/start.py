"""Make a folder to begin in: params with comments, notebooks, a workbook, a practice county."""

import json
import os
import shutil
import textwrap
from os import PathLike
from pathlib import Path

import polars as pl

from workforce.batch.params import AUTO, OWN_PARAMS, notebooks_folder
from workforce.contract.between_tables import EMPLOYERS
from workforce.contract.problems import shorten
from workforce.errors import ParameterError, ReportError
from workforce.sources.tables.files import packaged_folder
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.paths import file_path
from workforce.sources.tables.template import write_template
from workforce.texts.catalogue import Texts, load_texts, say

WORKBOOK = "figures.xlsx"
PRACTICE = "practice"
NOTEBOOKS = "notebooks"
_PLACE = "9012"
_QUARTER = "2026Q4"
_PAGES = ("overview", "ageing", "labour_shortage")
_WIDTH = 96


def init_folder(
    folder: str | PathLike[str],
    *,
    language: str = "nb",
    data: str | PathLike[str] | None = None,
    region: str | None = None,
) -> list[Path]:
    """Write what is needed to make pages, and to go on with figures of one's own.

    ``data`` is a folder or workbook of figures of one's own that the params name, the practice
    county when left out; ``region`` is needed where it has several employers. Gives what was
    written.
    """
    folder, texts = file_path(folder), load_texts(language)
    own = None if data is None else _own_place(file_path(data), region, folder)
    written = [folder / name for name in (OWN_PARAMS, WORKBOOK, NOTEBOOKS, PRACTICE)]
    there = [path.name for path in written if path.exists()]
    if there:
        raise ParameterError(
            f"{folder} has {', '.join(there)} already. Nothing was written over: name another "
            "folder."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy(notebooks_folder(), folder / NOTEBOOKS, "*.ipynb")
        _copy(packaged_folder("sample"), folder / PRACTICE, "*")
        write_template(folder / WORKBOOK, language=language)
        (folder / OWN_PARAMS).write_text(_params(texts, own), encoding="utf-8")
    except OSError as error:
        raise ReportError(
            f"{error.filename or folder} cannot be written: {error.strerror}."
        ) from error
    return written


def _copy(given: Path, to: Path, pattern: str) -> None:
    to.mkdir()
    for path in sorted(given.glob(pattern)):
        shutil.copyfile(path, to / path.name)


def _own_place(data: Path, region: str | None, folder: Path) -> tuple[str, str, str]:
    """Give the path of the data as the params write it, the code of the place and its name."""
    regions = open_folder(data).tables.get("regions")
    if regions is None:
        raise ParameterError(f"{data} has no table of regions. Check it: workforce check {data}")
    names = dict(regions.select("region", "name").iter_rows())
    towns = regions.filter(pl.col("level").is_in(EMPLOYERS))["region"].to_list()
    if region is None and len(towns) == 1:
        region = towns[0]
    if region is None or region not in names:
        raise ParameterError(f"Name the place of the pages with --region: {shorten(names)}.")
    return Path(os.path.relpath(data, folder)).as_posix(), region, names[region]


def _params(texts: Texts, own: tuple[str, str, str] | None) -> str:
    """Write the params file, with a comment above each field."""
    data, place, title = own or (PRACTICE, _PLACE, say(texts, "start.title"))
    quarter = _QUARTER if own is None else AUTO

    def told(key: str, *lines: str) -> list[str]:
        text = say(texts, f"start.{key}", **({"file": WORKBOOK} if key == "data" else {}))
        return [*(f"# {line}" for line in textwrap.wrap(text, _WIDTH)), *lines, ""]

    language = texts.language
    pages = [
        line
        for page in _PAGES
        for line in (
            f"  - notebook: {page}", f'    regions: ["{place}"]', f"    languages: [{language}]"
        )
    ]  # fmt: skip
    return "\n".join(
        [
            *told("about"),
            *told("title_is", f"title: {json.dumps(title, ensure_ascii=False)}"),
            *told("data", f"data: {json.dumps(data, ensure_ascii=False)}"),
            *told("notebooks", f"notebooks: {NOTEBOOKS}"),
            *told("quarter", f"quarter: {quarter}"),
            *told("audience", "audience: internal"),
            *told("draws", "draws: 200", "seed: 1"),
            *told("horizon", "horizon: 10"),
            *told("reports", "reports:", *pages),
            f"index_language: {language}",
            "",
        ]
    )
