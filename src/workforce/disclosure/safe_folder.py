"""A folder -> a folder that may be built on in public, and that knows nothing of the first."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from workforce.contract.dictionary import tables as known_tables
from workforce.contract.folder import Draw, FetchReport, Folder, FolderReport, require_no_problems
from workforce.contract.names import names_in
from workforce.contract.packed import Tables, packed
from workforce.disclosure.keys import draw_of
from workforce.disclosure.safe_tables import Rounding, digest_of, safe_tables

NAME = "protected"
"""Name of every protected folder: that of the true one may tell where it lies."""


def protect(folder: Folder, rule: Rounding, *, key: bytes) -> Folder:
    """Protect the people of a folder before anything is computed.

    Folders whose people show alike give folders that are alike to the byte, with one digest. What
    was found wrong, noted or left out of the true folder does not come along.

    Parameters
    ----------
    folder
        Without problems.
    rule
        Base of the rounding.
    key
        Master key, from `read_key`.

    Returns
    -------
    Folder
        Named `NAME`. Its digest is that of its tables.

    Raises
    ------
    DataError
        The folder has problems, or a column of which nobody has said what the public gets.
    ParameterError
        The key is no key.

    Notes
    -----
    Method, and what is not promised: ``docs/disclosure.md``.
    """
    require_no_problems(folder)
    made = safe_tables(folder.tables, folder.lists, rule, key=key)
    # Of public sources: how many rows came, and which notes, would tell of the true tables.
    fetched = FetchReport(sources=folder.fetched.sources, borrowed=folder.fetched.borrowed)
    draw = draw_of(key, rule.base)
    return folder_of_safe(made, folder.lists, fetched, draw=draw, digest=digest_of(made))


def folder_of_safe(
    made: Mapping[str, pl.DataFrame],
    lists: Mapping[str, pl.DataFrame],
    fetched: FetchReport,
    *,
    draw: Draw,
    digest: str,
) -> Folder:
    """Make a folder of protected tables, with the ``lists`` of codes that these do not have."""
    every = {name: made.get(name, table) for name, table in lists.items()}
    needed = {table.name: table.needed_for for table in known_tables().values() if table.needed_for}
    there = {*made, *every}
    return Folder(
        name=NAME,
        tables=Tables(MappingProxyType({name: packed(made[name], name) for name in made})),
        lists=MappingProxyType(every),
        names=names_in({**every, **made}),
        fetched=fetched,
        report=FolderReport(
            problems=(),
            present=tuple(made),
            absent=tuple(name for name in known_tables() if name not in made),
            ignored=(),
            population_ready={n for n, use in needed.items() if use == "population"} <= there,
            staff_ready=set(needed) <= there,
        ),
        digest=digest,
        draw=draw,
    )
