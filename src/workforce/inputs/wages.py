"""What an FTE of each occupation costs: the place's own figures, else national ones."""

from collections.abc import Mapping, Sequence

import polars as pl

from workforce.contract.about import Wage
from workforce.sources.tables.files import national_folder

EVERYBODY = "all"
"""Row of the packaged table for occupations that it has no figure of."""
_PARTS = ("pay", "pension", "contribution")


def read_wages(tables: Mapping[str, pl.DataFrame], occupations: Sequence[str]) -> tuple[Wage, ...]:
    """Give what an FTE of each occupation costs the employer a year.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``wages``, where the folder has it, comes before the packaged table; what a row of it
        leaves out of pension and employer's contribution is the packaged figure.
    occupations : sequence of str
        Codes.

    Returns
    -------
    tuple of Wage
        In the order of the codes.
    """
    kinds = {"occupation": pl.String}
    packaged = pl.read_csv(national_folder() / "wages.csv", schema_overrides=kinds)
    national = {row["occupation"]: row for row in packaged.to_dicts()}
    own = (
        {row["occupation"]: row for row in tables["wages"].to_dicts()} if "wages" in tables else {}
    )
    found = []
    for code in occupations:
        borrowed = national.get(code, national[EVERYBODY])
        given = own.get(code, {})
        parts = {
            name: float(borrowed[name] if given.get(name) is None else given[name])
            for name in _PARTS
        }
        found.append(
            Wage(
                occupation=code,
                **parts,
                bought=given.get("bought"),
                source=str(given.get("source") or borrowed["source"]),
                own=bool(given),
            )
        )
    return tuple(found)
