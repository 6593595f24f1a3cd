"""Source lines: where fetched figures come from, when, and whether KOSTRA had revised them."""

from __future__ import annotations

import datetime as dt

from workforce.contract.folder import Folder
from workforce.inputs.kostra import published_on, was_revised
from workforce.sources.statbank.declared import declarations
from workforce.texts.catalogue import Texts, date, say

KLASS = "regions"


def source_lines(folder: Folder, texts: Texts) -> tuple[str, ...]:
    """Write the source line of every table that was fetched into a folder, each once.

    Parameters
    ----------
    folder
        One without a record of a fetch gives no line.
    texts
        Language.

    Returns
    -------
    tuple of str
        With the edition of the table, and for KOSTRA whether it was revised.
    """
    tables = {declared.table: declared.kostra for declared in declarations().values()}
    lines = []
    for source in folder.fetched.sources:
        if source["table"] == KLASS:
            lines.append(say(texts, "sources.klass"))
            continue
        if "statbank" not in source:
            continue  # Codes that were looked up: no figure on the page comes from them.
        number = str(source["statbank"])
        fetched = date(dt.date.fromisoformat(str(source["fetched"])[:10]), texts)
        line = say(texts, "sources.line", table=number, fetched=fetched)
        updated = published_on(source)
        if updated is not None:
            key = "updated"
            if tables.get(number, False):
                key = "revised" if was_revised(updated, source.get("newest")) else "unrevised"
            line += f" ({say(texts, f'sources.{key}', updated=date(updated, texts))})"
        lines.append(line)
    return tuple(dict.fromkeys(lines))
