"""Know the municipalities of saved files by name, and lay them down as places of a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from workforce.contract.folder import FetchReport
from workforce.contract.municipalities import names, with_name
from workforce.contract.problems import shorten
from workforce.errors import ParameterError
from workforce.sources.tables.files import find_tables, read_table

_PLACES = pl.Schema(
    dict.fromkeys(("region", "level", "name", "county", "comparison_group"), pl.String())
)


def add_places(
    folder: Path,
    people: pl.DataFrame,
    called: Mapping[str, str],
    before: FetchReport,
    report: FetchReport,
) -> dict[str, pl.DataFrame]:
    """Make the table of places, or add to that of an earlier fetch; one's own stays as it is."""
    towns = people["region"].unique().sort().to_list()
    there = find_tables(folder).get("regions") if folder.is_dir() else None
    old = read_table(there, "regions") if there else pl.DataFrame(schema=_PLACES)
    lacking = [code for code in towns if code not in old["region"]]
    if there and not (there.suffix == ".csv" and "regions" in before.tables):
        if lacking:
            report.notes.append(
                f"regions: {there.name} is your own and was left as it is. It lacks "
                f"{shorten(lacking)}: add {'it' if len(lacking) == 1 else 'them'}."
            )
        return {}
    nameless = [code for code in lacking if not called.get(code)]
    if nameless:
        report.notes.append(
            f"regions: the files do not name {shorten(nameless)}; the number stands for the name."
        )
    if lacking:
        report.notes.append(
            "regions: saved files tell neither counties nor KOSTRA groups. Fill in the columns "
            "county and comparison_group of regions.csv where places are to be compared."
        )
    rows = [(code, "municipality", called.get(code) or code, None, None) for code in lacking]
    new = pl.DataFrame(rows, schema=_PLACES, orient="row")
    kept = old.select(*_PLACES).filter(
        (pl.col("level") != "municipality") | pl.col("region").is_in(towns)
    )
    if kept.height < old.height:  # A county is the sum of all of its municipalities.
        kept = kept.filter(pl.col("level") != "county").with_columns(county=pl.lit(None, pl.String))
    return {"regions": pl.concat([kept, new])}


def numbers_known(folder: Path, regions: Sequence[str]) -> dict[str, str]:
    """Give numbers of municipalities by name in small letters, where one alone is called so."""
    alone = {name.casefold(): with_name(name) for name in names().values()}
    found = {name: min(codes) for name, codes in alone.items() if len(codes) == 1}
    there = find_tables(folder).get("regions") if folder.is_dir() else None
    if there is not None:
        places = read_table(there, "regions").filter(pl.col("level") == "municipality")
        rows = places.select("region", "name").iter_rows()
        found |= {name.casefold(): code for code, name in rows}
    for told in regions:
        number, _, name = told.strip().partition(" ")
        if len(number) != 4 or not number.isdigit() or not name.strip():
            raise ParameterError(
                f'{told!r} is no number with a name. Write --region "1101 Eigersund".'
            )
        found[name.strip().casefold()] = number
    return found
