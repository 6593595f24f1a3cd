"""Figures that a page shows: rows of results, whom they are for, and how counts were made."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import polars as pl

from workforce.contract.facts import Facts, facts_from_text, facts_to_text, with_names_told
from workforce.contract.formulas import defused
from workforce.contract.grouping import in_groups
from workforce.contract.names import Names
from workforce.contract.places import write_whole
from workforce.contract.results import require_declared
from workforce.errors import ParameterError

Audience = Literal["internal", "public"]
DECIMALS = 9
POPULATION = ("population_path", "population_by_band", "population_observed", "oldest_growth")
"""Variables of all inhabitants, which stand on the page of every sector."""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Rows of results, one for each figure, and the audience that may see them.

    ``rounded_to`` is the base that the counts of people were rounded to before anything was
    computed from them [persons]; None where they are those that were counted. ``facts`` are what a
    page tells beside the rows.
    """

    table: pl.DataFrame
    audience: Audience
    rounded_to: int | None = None
    facts: Facts = field(default_factory=Facts)

    def __post_init__(self) -> None:
        require_audience(self.audience, self.rounded_to)


def require_audience(audience: str, rounded_to: int | None) -> None:
    """Raise ParameterError where figures are not made of what an audience may build on.

    ``rounded_to`` is the base of the protected folder; None for a folder as it was delivered.
    """
    if audience not in ("internal", "public"):
        raise ParameterError(f"The audience {audience!r} is not known: use internal or public.")
    if audience == "public" and rounded_to is None:
        raise ParameterError(
            "A public page is made from a protected folder, and these tables hold people as they "
            "were counted. Open them with open_for(data, audience='public')."
        )
    if audience == "internal" and rounded_to is not None:
        raise ParameterError(
            "An internal page shows people as they were counted, and this folder is protected. "
            "Name the folder as it was delivered, or make the page for the audience public."
        )


def of_sector(figures: Figures, sector: str) -> Figures:
    """Take the figures of a page on one sector, or on all; ParameterError where there are none.

    Occupations of few people stand in their group, and the sum of a sector does not stand in for
    that of all sectors.
    """
    facts = figures.facts
    if sector not in facts.sectors:
        raise ParameterError(
            f"The figures were made for pages on {', '.join(facts.sectors)}, and not on {sector}."
        )
    table = in_groups(figures.table, facts.together.get(sector, {}), hide=facts.hides_few)
    if sector != "all":
        of_population = pl.col("variable").is_in(POPULATION)
        table = table.filter(of_population | (pl.col("sector") == sector))
    return replace(figures, table=table)


def write_figures(figures: Figures, path: str | Path) -> None:
    """Write figures to CSV or Parquet, by the ending of the path.

    Their rows are declared: they were looked at when they were made. In CSV, text that looks like
    a formula is defused; numbers stay numbers, negative ones too.
    Parquet carries the audience and the base as metadata. The file appears whole or not at all.

    Rows stand in the order of their keys and figures end at `DECIMALS`, so that the order in which
    a run happened to add up leaves no trace: the same figures are the same bytes.
    """
    path = Path(path)
    numbers = [name for name, kind in figures.table.schema.items() if kind.is_float()]
    keys = [name for name in figures.table.columns if name not in numbers]
    table = figures.table.with_columns(pl.col(numbers).round(DECIMALS))
    table = table.sort(keys, maintain_order=True)  # Sooner done, for rows that come in runs.
    if path.suffix == ".csv":
        write_whole(path, defused(table).write_csv)
    elif path.suffix == ".parquet":
        stamp = {"audience": figures.audience, "rounded_to": str(figures.rounded_to or "")}
        write_whole(path, lambda part: table.write_parquet(part, metadata=stamp))
    else:
        raise ParameterError(f"{path}: figures are written to .csv or .parquet files.")


def keep_figures(
    figures: Figures,
    path: Path,
    *,
    made_from: str = "",
    rests_on: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Keep declared figures in a Parquet file, whole or not at all, which `kept_figures` reads.

    As long as ``made_from``, what they rest on, is the same, they need not be made again, nor where
    the tables that they rest on are the same, see `keep_again`.
    """
    require_declared(figures.table)
    stamp = {
        "audience": figures.audience,
        "rounded_to": json.dumps(figures.rounded_to),
        "facts": facts_to_text(figures.facts),
        "made_from": made_from,
        "rests_on": json.dumps(dict(rests_on)),
    }
    write_whole(path, partial(figures.table.write_parquet, metadata=stamp))


def kept_figures(path: Path) -> Figures:
    """Read what `keep_figures` kept."""
    stamp = pl.read_parquet_metadata(path)
    table = pl.read_parquet(path)
    rounded_to = json.loads(stamp["rounded_to"])
    audience: Audience = "public" if stamp["audience"] == "public" else "internal"
    return Figures(table, audience, rounded_to, facts_from_text(stamp["facts"]))


def keep_again(path: Path, *, made_from: str, content: Mapping[str, str], names: Names) -> bool:
    """Keep figures for other data where no table that they rest on is another; say whether so.

    ``made_from`` is the hash of the data, a point and all else. Names are those of the data.
    """
    stamp = pl.read_parquet_metadata(path) if path.is_file() else {}
    rests_on = json.loads(stamp.get("rests_on", "{}"))
    alike = stamp.get("made_from", "").partition(".")[2] == made_from.partition(".")[2]
    if not rests_on or not alike or any(content.get(name) != rests_on[name] for name in rests_on):
        return False
    figures = kept_figures(path)
    facts = with_names_told(replace(figures.facts, names=names), figures.table)
    keep_figures(replace(figures, facts=facts), path, made_from=made_from, rests_on=rests_on)
    return True


def kept_content(path: Path) -> str:
    """Hash all that a page is made of, whatever it rests on; empty where it cannot be read."""
    try:
        stamp, table = pl.read_parquet_metadata(path), pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        return ""
    # How many projections it took depends on what else was made in the same process.
    facts = {**json.loads(stamp.get("facts", "{}")), "projections": 0}
    told = json.dumps([stamp.get("audience"), stamp.get("rounded_to"), facts])
    rows = table.rechunk().write_ipc(None).getvalue()
    return hashlib.sha256(told.encode() + b"\n" + rows).hexdigest()


def kept_from(path: Path) -> str:
    """Tell what kept figures rest on; empty where there are none, or they cannot be read."""
    try:
        return pl.read_parquet_metadata(path).get("made_from", "")
    except (OSError, pl.exceptions.PolarsError):
        return ""
