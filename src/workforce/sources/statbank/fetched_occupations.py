"""Hold occupation codes in use against STYRK-08 on the day of a fetch, and keep their names."""

import re
from datetime import date
from pathlib import Path

import polars as pl

from workforce.contract.folder import FetchReport
from workforce.contract.problems import shorten
from workforce.errors import DataError, SourceError
from workforce.sources.statbank import klass
from workforce.sources.statbank.calls import Line
from workforce.sources.statbank.care_staff import UNTOLD
from workforce.sources.statbank.declared import declarations
from workforce.sources.tables.files import find_tables, read_packaged, read_table

STYRK08 = re.compile("[0-9]{4}")


def check_occupations(
    folder: Path, today: date, line: Line, base_url: str, report: FetchReport
) -> None:
    """Look every occupation code in use up in STYRK-08 on 1 January, and tell what is not there.

    In use are the codes of the folder's own list of occupations, or else of the packaged one, and
    those that FTE are fetched for. Nothing is changed: a list of one's own may have codes of its
    own, and where KLASS does not answer the fetch goes on.
    """
    day = date(today.year, 1, 1)
    used = _codes_in_use(folder, report)
    try:
        found = klass.read_codes(
            klass.OCCUPATIONS, day, line=line, base_url=base_url, language="nb"
        )
    except SourceError as error:
        report.notes.append(f"Occupations were not held against STYRK-08. {error}")
        return
    known = found.filter(pl.col("code").is_in(used))
    gone = [code for code in used if code not in known["code"]]
    if gone:
        report.notes.append(
            f"occupations: {shorten(gone)} {'is no code' if len(gone) == 1 else 'are no codes'} of "
            f"STYRK-08 on {day.isoformat()}. Their figures are kept: correct the code, or the "
            "column styrk08 of a list of your own."
        )
    for code, name, end in known.select("code", "name", "valid_to").iter_rows():
        if end is not None:
            report.notes.append(
                f"occupations: {code} ({name}) is a code of STYRK-08 until {end.isoformat()} only."
            )
    report.sources.append(
        {
            "table": "occupations",
            "source": f"Kilde: Statistisk sentralbyrå, KLASS {klass.OCCUPATIONS} (STYRK-08), "
            f"per {day.isoformat()}",
            "names": dict(known.select("code", "name").iter_rows()),
        }
    )


def _codes_in_use(folder: Path, report: FetchReport) -> list[str]:
    """Codes of four digits of the list of occupations, and of the FTE that are fetched."""
    declared = declarations()["fte_in_post"]
    name = "KOKutdanningoms0000"
    codes = {*declared.rename[name].values(), *declared.find[name]}
    listed = read_packaged("occupations")
    try:
        own = find_tables(folder).get("occupations") if folder.is_dir() else None
        listed = read_table(own, "occupations") if own else listed
    except (DataError, SourceError) as error:
        report.notes.append(f"Your own list of occupations was not looked at. {error}")
    if listed is not None:
        for code, styrk08 in listed.select("occupation", "styrk08").iter_rows():
            codes.add(str(styrk08 or code))
    return sorted(code for code in codes if STYRK08.fullmatch(code) and code != UNTOLD)
