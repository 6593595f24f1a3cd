"""When KOSTRA's figures of a year were published: unrevised on 15 March, revised on 15 June."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from workforce.contract.folder import Folder

REVISED = (6, 15)
"""Month and day of KOSTRA's revised figures of the year before; the first came on 15 March."""
LEEWAY = dt.timedelta(days=5)
"""A day of publishing that falls on a weekend or a holiday is moved by as much, either way."""


def published_on(source: Mapping[str, Any]) -> dt.date | None:
    """Tell when a fetched table was last updated; None where it does not say."""
    updated = source.get("updated")
    return dt.date.fromisoformat(str(updated)[:10]) if updated else None


def was_revised(updated: dt.date, newest: int | None) -> bool:
    """Whether figures on 31 December before ``newest`` had been revised when they were updated.

    ``newest`` is the newest 1 January of them, that of the year of the update where it is None.
    """
    year = updated.year if newest is None else int(newest)
    return updated >= dt.date(year, *REVISED) - LEEWAY


def fetched_editions(folder: Folder) -> dict[str, list[dt.date]]:
    """Tell when the tables of the StatBank behind each table of a folder were last updated."""
    found: dict[str, list[dt.date]] = {}
    for source in folder.fetched.sources:
        day = published_on(source)
        if day is not None:
            found.setdefault(str(source["table"]), []).append(day)
    return found
