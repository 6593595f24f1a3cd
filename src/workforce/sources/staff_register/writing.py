"""Write the tables of a register, for the owner and the group only, and the report of doubts."""

import os
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from workforce.contract.formulas import defused
from workforce.contract.problems import many
from workforce.errors import DataError, SourceError
from workforce.sources.staff_register.doubts import OUTCOMES, describe_doubts
from workforce.sources.staff_register.mapping import Mapping as Register
from workforce.sources.staff_register.moves import describe_tenure
from workforce.sources.staff_register.register import NOBODY, Paths, read_extracts
from workforce.sources.staff_register.starts import SETTINGS, functions_of, proposal
from workforce.sources.tables.files import read_packaged
from workforce.sources.tables.paths import FILE_MODE, FOLDER_MODE, closed_to_others, file_path
from workforce.texts.catalogue import Texts, load_texts, number, say
from workforce.texts.messages import tell_note, tell_report

REPORT = "import_report.md"
DOUBTS = "import_doubts.csv"
BESIDE = ("doubts", "unknown", "tenure")
"""What an import tells beside its tables."""
_MOST_CODES = 50


def write_register(
    tables: Mapping[str, pl.DataFrame], folder: str | Path, *, language: str = "en"
) -> list[Path]:
    """Write each table as CSV, the report of doubts, and the row numbers behind it."""
    folder = file_path(folder)
    doubts = tables["doubts"]
    texts = {
        f"{name}.csv": defused(table).write_csv()
        for name, table in tables.items()
        if name not in BESIDE
    }
    report = tell_report(describe_import(tables), load_texts(language))
    texts = {REPORT: report, **texts}
    listed = doubts.select("rule", "outcome", "column", "file", row="rows").explode("row")
    texts[DOUBTS] = defused(listed).write_csv()
    try:
        if not folder.is_dir():
            with closed_to_others():
                folder.mkdir(parents=True, mode=FOLDER_MODE)
        for name in ("staff_flows", "mobility"):
            if "staff" in tables and name not in tables:
                (folder / f"{name}.csv").unlink(missing_ok=True)
        return [_write(folder / name, text) for name, text in texts.items()]
    except OSError as error:
        raise SourceError(
            f"{error.filename or folder} cannot be written: {error.strerror}."
        ) from None


def import_register(
    paths: Paths,
    *,
    mapping: str | Path | Register,
    spells: str | Path | None = None,
    folder: str | Path,
    language: str = "en",
) -> tuple[dict[str, pl.DataFrame], list[Path]]:
    """Read extracts and write their tables; where no row counts, the report alone: DataError."""
    tables = read_extracts(paths, mapping=mapping, spells=spells)
    if "staff" in tables:
        return tables, write_register(tables, folder, language=language)
    written = write_register(tables, folder, language=language)
    codes = describe_unknown(tables["unknown"]) if "unknown" in tables else []
    raise DataError("\n".join([NOBODY, *codes, f"The report is {written[0]}."]))


def describe_import(tables: Mapping[str, pl.DataFrame]) -> str:
    """Tell what an import counted, year by year, and everything that was doubtful in it."""
    lines = ["# Import of the staff register", ""]
    if "staff" in tables:
        lines += _describe_years(tables["staff"], tables.get("staff_flows"))
    else:
        lines += ["**No row could be counted, and no table was written.**", ""]
    if "tenure" in tables:
        lines += describe_tenure(tables["tenure"])
    codes = describe_unknown(tables["unknown"]) if "unknown" in tables else []
    if codes:
        lines += ["## Codes that are not known", "", *codes, ""]
    return "\n".join([*lines, describe_doubts(tables["doubts"])])


def describe_unknown(unknown: pl.DataFrame) -> list[str]:
    """List the codes that the mapping does not know, with their rows and what is proposed."""
    functions = functions_of(read_packaged("sectors"))
    lines = []
    for column, code, rows in unknown.head(_MOST_CODES).iter_rows():
        if not code:
            lines.append(f"- {column}: {many(rows, 'row')} with what does not look like a code")
            continue
        found = proposal(column, code, functions)
        told = f': write "{code}": {found[0]} under {SETTINGS[column]} ({found[1]})' if found else (
            f": list it under {SETTINGS[column]}"
        )  # fmt: skip
        lines.append(f"- {column} {code}, {many(rows, 'row')}{told}")
    if len(unknown) > _MOST_CODES:
        lines.append(f"- and {len(unknown) - _MOST_CODES} more codes")
    return lines


def _describe_years(staff: pl.DataFrame, flows: pl.DataFrame | None) -> list[str]:
    stock = staff.group_by("region", "year").agg(pl.col("persons").sum(), pl.col("fte").sum())
    if flows is not None:
        went = pl.col("flow").is_in(["retired", "left_sector", "moved_municipality", "other"])
        moved = flows.group_by("region", "year").agg(
            left=pl.col("persons").filter(went).sum(), came=pl.col("persons").filter(~went).sum()
        )
        stock = stock.join(moved, on=["region", "year"], how="left")
    lines = [
        "Persons are counted once in each region, at the main position. A move between two",
        "sectors of a region counts among those who left and among those who came.",
        "",
        "| region | 1 January | persons | FTE | FTE each | left in the year | came in the year |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in stock.sort("region", "year").iter_rows(named=True):
        left, came = (
            "" if row.get(name) is None else f"{row[name]:.0f}" for name in ("left", "came")
        )
        lines.append(
            f"| {row['region']} | {row['year']} | {row['persons']} | {row['fte']:.1f} "
            f"| {row['fte'] / row['persons']:.2f} | {left} | {came} |"
        )
    return [*lines, ""]


def describe_counts(tables: Mapping[str, pl.DataFrame], texts: Texts) -> str:
    """Tell in a few lines what was counted, and how many rows each doubt is about."""
    staff = tables["staff"]
    first, last = staff["year"].sort().to_list()[0], staff["year"].sort().to_list()[-1]
    years = say(texts, "command.years" if last > first else "command.year", first=first, last=last)
    last_year = staff.filter(pl.col("year") == last)
    told = [say(texts, "command.counted_in", count=staff["region"].n_unique(), years=years)]
    for region, persons, fte in (
        last_year.group_by("region", maintain_order=True)
        .agg(pl.col("persons").sum(), pl.col("fte").sum())
        .iter_rows()
    ):
        figures = {
            "fte": number(fte, texts, decimals=1),
            "each": number(fte / persons, texts, decimals=2),
        }
        told.append(
            "  "
            + say(texts, "command.counted", region=region, year=last, persons=persons, **figures)
        )
    words = ("left_out", "counted_but", "assumed")
    for outcome, heading in zip(OUTCOMES, words, strict=True):
        rules = (
            tables["doubts"]
            .filter(pl.col("outcome") == outcome)
            .group_by("rule", maintain_order=True)
            .agg(pl.col("count").sum())
        )
        listed = [
            f"  {tell_note(rule, texts)}: {say(texts, 'command.rows', count=count)}"
            for rule, count in rules.iter_rows()
        ]
        told += [f"{say(texts, f'command.{heading}')}:", *listed] if listed else []
    return "\n".join(told)


def _write(path: Path, text: str) -> Path:
    """Write under a temporary name that others cannot read, then give the file its name."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        stream.write(text)
    temporary.chmod(FILE_MODE)
    temporary.replace(path)
    return path
