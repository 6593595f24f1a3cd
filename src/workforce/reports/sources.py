"""Source lines: where fetched figures come from, when, and whether KOSTRA had revised them."""

import datetime as dt
from collections.abc import Sequence

from workforce.contract.facts import Source
from workforce.texts.catalogue import Texts, date, say


def source_lines(sources: Sequence[Source], texts: Texts) -> tuple[str, ...]:
    """Write the source line of every table that was fetched, each once."""
    lines = []
    for source in sources:
        if not source.statbank:
            lines.append(say(texts, "sources.klass"))
            continue
        fetched = date(dt.date.fromisoformat(source.fetched), texts)
        line = say(texts, "sources.line", table=source.statbank, fetched=fetched)
        if source.updated:
            key = "updated"
            if source.revised is not None:
                key = "revised" if source.revised else "unrevised"
            updated = date(dt.date.fromisoformat(source.updated), texts)
            line += f" ({say(texts, f'sources.{key}', updated=updated)})"
        lines.append(line)
    return tuple(dict.fromkeys(lines))
