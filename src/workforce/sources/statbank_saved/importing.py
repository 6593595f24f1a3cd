"""Make tables of ours from files that were saved by hand on ssb.no, as a fetch makes them."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from os import PathLike
from pathlib import Path

import polars as pl

from workforce.contract.folder import FetchReport
from workforce.contract.municipalities import changes
from workforce.contract.places import fresh
from workforce.contract.problems import many, shorten
from workforce.errors import MissingDataError, ParameterError, SourceError, WorkforceError
from workforce.sources.statbank.declared import Declaration, declarations, in_our_words
from workforce.sources.statbank.fetching import take_others, take_population, write_tables
from workforce.sources.statbank.jsonstat import Metadata
from workforce.sources.statbank.known_codes import breaks_of
from workforce.sources.statbank.reading import LICENCE, Fetched
from workforce.sources.statbank_saved.mapping import read_mapped
from workforce.sources.statbank_saved.places import add_places, numbers_known, within_todays_borders
from workforce.sources.statbank_saved.reading import Found, read_saved, what_lacks
from workforce.sources.tables.files import table_of
from workforce.sources.tables.paths import file_path
from workforce.sources.tables.record import read_record, write_record
from workforce.texts.catalogue import Texts, load_texts
from workforce.texts.messages import tell_report

REPORT = "statbank_import.md"
_PEOPLE = pl.Schema(
    {"region": pl.String(), "sex": pl.String(), "age": pl.Int64(), "year": pl.Int64(),
     "persons": pl.Float64()}
)  # fmt: skip
_FILLS = {"care_figures": ("kostra_figures", "fte_in_post"), "school_figures": ("kostra_figures",)}
"""Tables of ours that a declared one fills, where it is not the one of its name."""


@dataclass(frozen=True)
class _Saved:
    """The figures of one declared table, of all files that hold a part of it."""

    figures: pl.DataFrame
    files: tuple[Path, ...]
    title: str
    updated: str | None


def import_statbank(
    files: Sequence[str | PathLike[str]] | str | PathLike[str],
    folder: str | PathLike[str],
    *,
    regions: Sequence[str] = (),
    table: str | None = None,
    mapping: str | PathLike[str] | None = None,
    today: date | None = None,
    language: str = "en",
) -> FetchReport:
    """Read tables that were saved on ssb.no, and write them as tables of a folder.

    The same figures become the same tables as by `workforce fetch`. What each file was taken for
    is written in ``statbank_import.md`` of the folder. KOSTRA groups and counties are not told in
    saved files: places are municipalities alone.

    Parameters
    ----------
    files : path or list of paths
        CSV, Excel, JSON-stat or PX, of the tables that are fetched.
    folder : path
        Folder of tables; made where it is not there. Inhabitants of an earlier import or fetch
        into it count where no file has any.
    regions : list of str, optional
        Numbers and names, such as ``"1101 Eigersund"``, of municipalities that files name without
        a number.
    table : str, optional
        Number of the table that the files are of, where they do not say.
    mapping : path, optional
        How a table that is not known becomes one of ours, as `suggest_table` proposes it; the
        files are then of that one table.
    today : date, optional
        Day by which counted inhabitants are told from projected ones; that of the clock.
    language : {"nb", "nn", "en"}
        Of ``statbank_import.md``; the report that is returned is in English.

    Returns
    -------
    FetchReport
        Rows by table, sources, and notes: what was taken for what, and what was left out;
        ``lacking`` names places, sexes and ages that no file has.

    Raises
    ------
    SourceError
        A file cannot be read, is of no table that is known, or a cell of it is not clear; all
        files are told of at once.
    MissingDataError
        Neither a file nor the folder has inhabitants, or a figure of them is not given.
    """
    paths = [file_path(one) for one in ([files] if isinstance(files, str | PathLike) else files)]
    folder = file_path(folder)
    day = today or datetime.now(UTC).date()
    known = numbers_known(folder, regions)
    texts = load_texts(language)
    report = FetchReport()
    lines: list[str] = []
    if mapping is not None:
        return _import_mapped(paths, folder, file_path(mapping), known, report, texts)
    saved, places = _read_all(paths, known, day, table, report, lines)
    asked = [told.strip()[:4] for told in regions]
    before = read_record(folder)
    ask = partial(_answer, saved=saved)
    written: dict[str, pl.DataFrame] = {}
    if "population" in saved:
        towns = saved["population"].figures[declarations()["population"].region].unique().sort()
        if towns.is_empty():
            raise MissingDataError(
                "\n".join(["No year of a municipality of today is left of table 07459.",
                           *report.notes])
            )  # fmt: skip
        people, breaks = take_population(towns.to_list(), partial(_breaks, towns), ask, report)
        names = {code: name for name, code in known.items()} | places
        written = {"population": people, **add_places(folder, people, names, before, report)}
        if len(breaks):
            written["series_breaks"] = breaks
    else:
        people = _people_of_folder(folder)
        towns = people["region"].unique()
        breaks = _breaks(towns, int(people["year"].min() or day.year))  # type: ignore[arg-type]
    names_of = {ours for one in saved for ours in _FILLS.get(one, (one,))} - {"population"}
    if people.is_empty() and names_of - {"national_vacancies"}:
        raise MissingDataError(
            f"Neither the files nor {folder} have inhabitants, which the other tables are laid out "
            "over. Save table 07459 from ssb.no as well, and name all files together."
        )
    written |= take_others(people, breaks, {}, ask, report, names=names_of)
    if not written:
        raise MissingDataError("\n".join(["No table could be made.", *report.notes]))
    report.lacking.extend(_lacking(saved, [*towns, *asked], names_of - {*written}))
    _write(folder, written, before, report, lines, texts)
    return report


def _import_mapped(
    paths: Sequence[Path],
    folder: Path,
    mapping: Path,
    known: Mapping[str, str],
    report: FetchReport,
    texts: Texts,
) -> FetchReport:
    """Read files of one table that is not known, as a mapping says, and write it."""
    parts = []
    name = ""
    for path in paths:
        name, rows, notes = read_mapped(path, mapping, known=known)
        report.notes.extend(notes)
        parts.append(rows)
    report.sources.append(
        {
            "table": name,
            "source": f"Kilde: Statistisk sentralbyrå, {LICENCE}, lagret "
            f"({', '.join(path.name for path in paths)})",
        }
    )
    whole = pl.concat(parts, how="diagonal").unique(maintain_order=True)
    if "sex" in whole.columns:
        gone = {"female", "male"} - {*whole["sex"]}
        report.lacking.extend(f"{name}: no file has figures of {sex}. Save them." for sex in gone)
    lines = [f"- {path.name} by {mapping.name}" for path in paths]
    _write(folder, {name: whole}, read_record(folder), report, [*lines, ""], texts)
    return report


def _write(
    folder: Path,
    written: dict[str, pl.DataFrame],
    before: FetchReport,
    report: FetchReport,
    lines: Sequence[str],
    texts: Texts,
) -> None:
    write_tables(folder, written, report)
    write_record(folder, _with_earlier(before, report))
    text = "\n".join(["# Tables saved from the StatBank", "", *lines, *_bullets(report)])
    fresh(folder / REPORT).write_text(f"{tell_report(text.rstrip(), texts)}\n", encoding="utf-8")


def _read_all(
    paths: Sequence[Path],
    known: Mapping[str, str],
    today: date,
    table: str | None,
    report: FetchReport,
    lines: list[str],
) -> tuple[dict[str, _Saved], dict[str, str]]:
    """Read every file, and tell all that is wrong with any of them in one error."""
    found: dict[str, list[tuple[Path, Found]]] = {}
    wrong: list[str] = []
    for path in paths:
        try:
            for one in read_saved(path, known=known, today=today, table=table):
                found.setdefault(one.name, []).append((path, one))
                lines += _describe(one)
                report.notes.extend(one.notes)
        except WorkforceError as error:
            wrong.append(str(error))
    saved = {}
    for name, parts in found.items():
        try:
            saved[name] = _together(name, parts, report)
        except SourceError as error:
            wrong.append(str(error))
    if wrong:
        raise SourceError("\n\n".join(wrong))
    places = {code: name for parts in found.values() for _, one in parts
              for code, name in one.places.items() if name}  # fmt: skip
    return saved, places


def _lacking(
    saved: Mapping[str, _Saved], towns: Sequence[str], left_out: Collection[str]
) -> list[str]:
    """Tell what the files have of no place, sex or age, and the tables that were not made."""
    every = [
        line
        for name, one in saved.items()
        for line in what_lacks(name, declarations()[name], one.figures, towns)
    ]
    return [*every, *(f"{name}: no table was made: see the notes." for name in left_out)]


def _describe(one: Found) -> list[str]:
    return [
        f"## {one.file}: table {one.declared.table}, {one.declared.about}",
        "",
        *(f"- {line}" for line in one.taken),
        *(f"- left out: {line}" for line in one.left),
        "",
    ]


def _together(name: str, parts: Sequence[tuple[Path, Found]], report: FetchReport) -> _Saved:
    """Lay the parts of a table together; a figure that two files give must be the same."""
    declared = declarations()[name]
    figures = pl.concat([one.figures for _, one in parts]).unique(maintain_order=True)
    keys = [column for column in figures.columns if column not in ("value", "status")]
    twice = figures.filter(pl.struct(keys).is_duplicated())
    files = [one.file for _, one in parts]
    if len(twice):
        told = ", ".join(map(str, twice.select(keys).row(0)))
        raise SourceError(
            f"{' and '.join(dict.fromkeys(files))} have different figures of {told}. Keep one."
        )
    if declared.region:
        figures, notes = within_todays_borders(figures, declared, ", ".join(files))
        report.notes.extend(f"{name}: {note}." for note in notes)
    updated = [one.updated for _, one in parts if one.updated]
    return _Saved(
        figures,
        tuple(dict.fromkeys(path for path, _ in parts)),
        parts[0][1].title,
        min(updated) if updated else None,
    )


def _answer(
    declared: Declaration, towns: Sequence[str], saved: Mapping[str, _Saved]
) -> tuple[pl.DataFrame, Fetched]:
    """Give what is declared, as a fetch does, from what was saved."""
    name = next(name for name, one in declarations().items() if one.table == declared.table)
    if name not in saved:
        raise SourceError(f"Table {declared.table} is not among the files.")
    found = saved[name]
    figures = found.figures
    if declared.region:
        figures = figures.filter(pl.col(declared.region).is_in(list(towns)))
        if figures.is_empty():
            raise ParameterError(f"Table {declared.table} has no figures of {shorten(towns)}.")
    number = dict.fromkeys(figures[declared.region], "") if declared.region else {}
    rows = in_our_words(declared, figures, {code: code for code in number}, {})
    when = max(datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in found.files)
    stamp = when.isoformat(timespec="seconds")
    return rows, Fetched(
        table=declared.table,
        description=Metadata(found.title, None, found.updated, ()),
        query={},
        fetched=stamp,
        updated=found.updated,
        sha256=tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in found.files),
        source=f"Kilde: Statistisk sentralbyrå, tabell {declared.table}, {LICENCE}, lagret "
        f"{stamp[:10]} ({', '.join(path.name for path in found.files)})",
    )


def _breaks(towns: pl.Series, first: int) -> pl.DataFrame:
    """Find the breaks in the borders of municipalities, from the packaged list of changes."""
    links = pl.DataFrame(
        [(one.old, one.new, date(one.year, 1, 1)) for one in changes()],
        schema={"old": pl.String, "new": pl.String, "date": pl.Date},
        orient="row",
    ).filter(pl.col("date") > date(first, 1, 1))
    places = pl.DataFrame({"region": towns, "level": "municipality"})
    return breaks_of(places, links, first)


def _people_of_folder(folder: Path) -> pl.DataFrame:
    """Read the inhabitants that a folder has already; no rows where it has none."""
    people, places = table_of(folder, "population"), table_of(folder, "regions")
    if people is None:
        return pl.DataFrame(schema=_PEOPLE)
    if places is not None:
        towns = places.filter(pl.col("level") == "municipality")["region"].to_list()
        people = people.filter(pl.col("region").is_in(towns))
    return people.select(*_PEOPLE)


def _with_earlier(before: FetchReport, report: FetchReport) -> FetchReport:
    """Keep what the record tells of tables that this import did not write."""
    kept = {name: rows for name, rows in before.tables.items() if name not in report.tables}
    return FetchReport(
        tables={**kept, **report.tables},
        sources=[one for one in before.sources if one["table"] not in report.tables]
        + report.sources,
        notes=[note for note in before.notes if note.partition(":")[0] in kept] + report.notes,
        borrowed=before.borrowed if "service_use" in kept else [],
    )


def _bullets(report: FetchReport) -> list[str]:
    wrote = [f"- {name}.csv: {many(rows, 'row')}" for name, rows in report.tables.items()]
    lacks = ["", "## Lacking", "", *(f"- {line}" for line in report.lacking)]
    told = ["## Written", "", *wrote, "", *(f"- {note}" for note in report.notes)]
    return [*told, *(lacks if report.lacking else [])]
