"""Fetch tables from Statistics Norway's StatBank (PxWebApi v2): metadata first, figures after."""

import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import polars as pl

from workforce.contract.problems import shorten
from workforce.errors import ParameterError, SourceError
from workforce.sources.statbank.calls import LONGEST_URL, Answer, Line, RefusedError, fetch_json
from workforce.sources.statbank.jsonstat import (
    Dimension,
    Metadata,
    describe_dataset,
    read_jsonstat2,
)

BASE_URL = "https://data.ssb.no/api/pxwebapi/v2"
LICENCE = "CC BY 4.0"
MOST_CELLS = 800_000  # In one query, where the service does not say.
GONE = (404, 410)

Progress = Callable[[str, int, int], None]
"""Called with the table, the parts that are done, and all parts."""


@dataclass(frozen=True)
class Selection:
    """Codes of one variable: each by itself, ``*``, ``top(n)`` or ``from(code)``."""

    codes: tuple[str, ...]
    codelist: str | None = None


@dataclass(frozen=True)
class Fetched:
    """Where a fetched table comes from: what was asked, when, and what the table says of itself.

    An answer does not tell which code list made its figures, so ``query`` holds every code and
    code list that was sent.
    """

    table: str
    description: Metadata
    query: Mapping[str, Selection]
    fetched: str
    updated: str | None
    sha256: tuple[str, ...]
    source: str


def get_statbank(
    table_id: str,
    query: Mapping[str, Selection | Sequence[str]],
    *,
    base_url: str = BASE_URL,
    cache: str | Path | None = None,
    line: Line | None = None,
    progress: Progress | None = None,
) -> tuple[pl.DataFrame, Fetched]:
    """Fetch figures of one table of the StatBank.

    The table's own metadata are read first, and every variable and code is looked up in them. A
    query of more cells than the service gives is sent in parts. Raw answers are kept in the
    cache, and a fetch that was broken off goes on from there.

    Parameters
    ----------
    table_id : str
        Such as ``"07459"``.
    query : mapping of variable to Selection or codes
        A variable that is left out is summed over by the service, where it allows that.
    base_url : str, optional
    cache : path, optional
        Folder of raw answers; nothing is kept when left out.
    line : Line, optional
        How the service is called; made from ``cache`` when left out.
    progress : callable, optional
        Called with the table, the parts done, and all parts.

    Returns
    -------
    table : polars.DataFrame
        As `read_jsonstat2` gives it: codes, labels, value and status of every cell asked for.
    metadata : Fetched

    Raises
    ------
    SourceError
        The table is withdrawn, the service is out of order, or it answers something else than
        what was asked for.
    ParameterError
        A variable, code list or code that the table does not have.

    References
    ----------
    PxWebApi v2, https://www.ssb.no/api/api-mot-statistikkbanken--brukerveiledning
    """
    line = line or Line(cache=None if cache is None else Path(cache))
    most_cells = _learn_limits(line, base_url)
    found = read_metadata(table_id, base_url=base_url, line=line)
    asked = {
        name: choice if isinstance(choice, Selection) else Selection(tuple(choice))
        for name, choice in query.items()
    }
    settled = settle_query(table_id, found, asked, base_url=base_url, line=line)
    parts = split_query(settled, most_cells)
    frames, answers, editions = [], [], set()
    for done, part in enumerate(parts):
        if progress:
            progress(table_id, done, len(parts))
        answer = _fetch_part(line, base_url, table_id, part)
        frame, described = read_jsonstat2(answer.content)
        _require_answered(table_id, part, described)
        frames.append(frame)
        answers.append(answer)
        editions.add(str(described.updated))
    if progress:
        progress(table_id, len(parts), len(parts))
    if len(editions) > 1:
        raise SourceError(
            f"Table {table_id} was updated between the parts of the fetch: they are of "
            f"{' and '.join(sorted(editions))}. Fetch all of it again, without the cache."
        )
    when = min(answer.fetched for answer in answers)
    return pl.concat(frames), Fetched(
        table=table_id,
        description=found,
        query=settled,
        fetched=when,
        updated=described.updated,
        sha256=tuple(answer.sha256 for answer in answers),
        source=f"Kilde: Statistisk sentralbyrå, tabell {table_id}, {LICENCE}, hentet {when[:10]}",
    )


def read_metadata(table_id: str, *, base_url: str, line: Line) -> Metadata:
    """Read what a table says about itself: variables, codes, units, code lists."""
    try:
        answer = fetch_json(line, f"{base_url}/tables/{table_id}/metadata", {"lang": "no"})
    except RefusedError as error:
        if error.status not in GONE:
            raise
        raise SourceError(
            f"Table {table_id} is not in the StatBank: it was withdrawn, or replaced by another. "
            "Look for its successor at https://www.ssb.no/statbank. No figures were taken."
        ) from error
    return describe_dataset(answer.document)


def settle_query(
    table_id: str,
    found: Metadata,
    asked: Mapping[str, Selection],
    *,
    base_url: str,
    line: Line,
) -> dict[str, Selection]:
    """Look every variable and code up in the metadata, and write all codes out."""
    known = {dimension.name: dimension for dimension in found.dimensions}
    strange = [name for name in asked if name not in known]
    if strange:
        raise ParameterError(
            f"Table {table_id} has no variable {shorten(strange)}. It has: {', '.join(known)}. "
            "The table has changed: its declaration must follow."
        )
    must = [
        name
        for name, dimension in known.items()
        if name not in asked and not dimension.extension.get("elimination", False)
    ]
    if must:
        raise ParameterError(
            f"Table {table_id} asks for a choice of {shorten(must)}, which cannot be summed over."
        )
    settled = {}
    for name, choice in asked.items():
        valid = _valid_codes(table_id, known[name], choice.codelist, base_url, line)
        settled[name] = Selection(
            _write_out(table_id, name, choice.codes, valid), codelist=choice.codelist
        )
    return settled


def read_codelist(name: str, *, base_url: str, line: Line) -> dict[str, tuple[str, ...]]:
    """Read a code list: for each of its codes the codes of the table that it stands for."""
    document = fetch_json(line, f"{base_url}/codelists/{name}", {"lang": "no"}).document
    return {
        str(entry["code"]): tuple(map(str, entry.get("valueMap") or [entry["code"]]))
        for entry in document["values"]
    }


def split_query(query: Mapping[str, Selection], most_cells: int) -> list[dict[str, Selection]]:
    """Part a query so that no part asks for more cells than the service gives."""
    if math.prod(len(choice.codes) for choice in query.values()) <= most_cells:
        return [dict(query)]
    longest = max(query, key=lambda name: len(query[name].codes))
    choice = query[longest]
    middle = (len(choice.codes) + 1) // 2
    halves = (choice.codes[:middle], choice.codes[middle:])
    return list(
        itertools.chain.from_iterable(
            split_query({**query, longest: Selection(half, choice.codelist)}, most_cells)
            for half in halves
        )
    )


def _learn_limits(line: Line, base_url: str) -> int:
    """Read the limits that the service tells of; zero means that it does not tell them there."""
    config = fetch_json(line, f"{base_url}/config").document
    calls, window = config.get("maxCallsPerTimeWindow"), config.get("timeWindow")
    if calls and window:
        line.most_calls, line.window = int(calls), float(window)
    return int(config.get("maxDataCells") or MOST_CELLS)


def _valid_codes(
    table_id: str, dimension: Dimension, codelist: str | None, base_url: str, line: Line
) -> list[str]:
    if codelist is None:
        return list(dimension.codes)
    lists = [entry["id"] for entry in dimension.extension.get("codelists", ())]
    if codelist not in lists:
        raise ParameterError(
            f"Table {table_id}, {dimension.name}: there is no code list {codelist} any more; it "
            f"has {shorten(lists) or 'none'}. The table has changed: its declaration must follow."
        )
    return list(read_codelist(codelist, base_url=base_url, line=line))


def _write_out(
    table_id: str, variable: str, codes: Sequence[str], valid: Sequence[str]
) -> tuple[str, ...]:
    """Write out every code that was asked for, in the order of the table."""
    chosen: set[str] = set()
    strange = []
    for code in codes:
        top = re.fullmatch(r"top\((\d+)\)", code)
        first = re.fullmatch(r"from\((.+)\)", code)
        if code == "*":
            chosen.update(valid)
        elif top:
            # By code, since a table may list its newest year first.
            chosen.update(sorted(valid)[-int(top[1]) :] if int(top[1]) else ())
        elif first:
            chosen.update(each for each in valid if each >= first[1])
        elif code in valid:
            chosen.add(code)
        else:
            strange.append(code)
    if strange or not chosen:
        near = [get_close_matches(code, valid, n=1, cutoff=0.7) for code in strange]
        hint = [found[0] for found in near if found]
        raise ParameterError(
            f"Table {table_id}, {variable}: no code {shorten(strange or codes)}"
            f"{f'. Near: {shorten(hint)}' if hint else ''}. It has {shorten(valid)}. "
            "No figures were taken."
        )
    return tuple(code for code in valid if code in chosen)


def _fetch_part(line: Line, base_url: str, table_id: str, part: Mapping[str, Selection]) -> Answer:
    """Ask by GET where the address is short enough, else by POST."""
    url = f"{base_url}/tables/{table_id}/data"
    params = {"lang": "no", "outputFormat": "json-stat2"}
    choices = {f"valueCodes[{name}]": ",".join(choice.codes) for name, choice in part.items()}
    lists = {f"codelist[{name}]": c.codelist for name, c in part.items() if c.codelist}
    sums = {f"outputValues[{name}]": "aggregated" for name, c in part.items() if _sums(c)}
    length = len(url) + sum(len(k) + 3 * len(v) for k, v in {**params, **choices, **lists}.items())
    if length <= LONGEST_URL and not any("," in code for c in part.values() for code in c.codes):
        return fetch_json(line, url, {**params, **choices, **lists, **sums})
    selection: list[dict[str, Any]] = []
    for name, choice in part.items():
        entry: dict[str, Any] = {"variableCode": name, "valueCodes": list(choice.codes)}
        if choice.codelist:
            entry["codelist"] = choice.codelist
        if _sums(choice):
            entry["outputValues"] = "aggregated"
        selection.append(entry)
    return fetch_json(line, url, params, {"selection": selection})


def _sums(choice: Selection) -> bool:
    return bool(choice.codelist and choice.codelist.startswith("agg_"))


def _require_answered(table_id: str, part: Mapping[str, Selection], described: Metadata) -> None:
    """Refuse an answer that does not hold exactly the codes that were asked for."""
    for name, choice in part.items():
        came = set(described.dimension(name).codes)
        if came != set(choice.codes):
            off = sorted(came ^ set(choice.codes))
            raise SourceError(
                f"Table {table_id}, {name}: the answer has other codes than were asked for "
                f"({shorten(off)}). Nothing of it was used."
            )


def source_of(name: str, fetched: Fetched, *, newest: int | None = None) -> dict[str, Any]:
    """Describe where a table comes from: its source line, edition, query, time and hash."""
    return {
        "table": name,
        "statbank": fetched.table,
        "newest": newest,
        "source": fetched.source,
        "title": fetched.description.label,
        "updated": fetched.updated,
        "fetched": fetched.fetched,
        "sha256": list(fetched.sha256),
        "query": {variable: asdict(choice) for variable, choice in fetched.query.items()},
        "notes": list(fetched.description.notes),
    }
