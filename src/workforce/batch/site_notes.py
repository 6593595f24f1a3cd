"""What the index of a site tells beside its pages, kept for the runs and merges that come after."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType

import polars as pl

from workforce.batch.ledger import Entry
from workforce.batch.params import Params
from workforce.contract.figures import Audience
from workforce.contract.names import Names
from workforce.contract.places import not_a_file, write_whole
from workforce.disclosure.safe_tables import places
from workforce.errors import SourceError
from workforce.reports.discussion_log import Remark, about
from workforce.texts.catalogue import LANGUAGES

NOTES = "site.json"


@dataclass(frozen=True)
class SiteNotes:
    """Title and names of a site, and when each place was discussed last.

    ``places`` are codes of all places whose people the tables behind the site tell of; a region
    that ``discussed`` has not has no line about it.
    """

    title: str
    language: str
    audience: Audience
    names: Mapping[tuple[str, str, str], str]
    discussed: Mapping[str, str]
    places: tuple[str, ...] = ()

    def last_discussed(self, region: str) -> dt.date | None:
        """Give the day when a place was discussed last."""
        day = self.discussed.get(region)
        return dt.date.fromisoformat(day) if day else None


def notes_of(
    params: Params, names: Names, remarks: Sequence[Remark], regions: pl.DataFrame
) -> SiteNotes:
    """Gather what a run knows of the places of its folder; ``regions`` is the table of them."""
    last = {
        region: max((one.date.isoformat() for one in about(remarks, region)), default="")
        for region in regions["region"]
    }
    return SiteNotes(
        title=params.title,
        language=params.index_language,
        audience=params.audience,
        names=names.named,
        discussed=last if params.discussion else {},
        places=tuple(places(regions)),
    )


def joined(first: SiteNotes, other: SiteNotes | None) -> SiteNotes:
    """Add the names and days of another part of the site; where both tell, the first holds."""
    if other is None:
        return first
    told = {code for dimension, code, _ in first.names if dimension == "region"}
    days = {region: day for region, day in other.discussed.items() if region not in told}
    return replace(
        first,
        names=MappingProxyType({**other.names, **first.names}),
        discussed={**days, **first.discussed},
        places=tuple(sorted({*first.places, *other.places})),
    )


def write_notes(notes: SiteNotes, entries: Sequence[Entry], runs: Path) -> None:
    """Keep what is told of the pages of a site."""
    regions = {entry.region for entry in entries}
    codes = {("region", code) for code in regions} | {("sector", entry.sector) for entry in entries}
    told = {
        **asdict(replace(notes, names={}, discussed={})),
        "names": [[*key, name] for key, name in notes.names.items() if key[:2] in codes],
        "discussed": {one: day for one, day in notes.discussed.items() if one in regions},
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    write_whole(runs / NOTES, lambda part: part.write_text(text, encoding="utf-8"))


def read_notes(runs: Path) -> SiteNotes | None:
    """Read what an earlier run kept; None where there is nothing.

    SourceError where what lies there was not written by a run.
    """
    path = runs / NOTES
    if not path.exists() and not path.is_symlink():
        return None
    try:
        if path.is_symlink() or not_a_file(path):
            raise ValueError(path)
        told = json.loads(path.read_text(encoding="utf-8"))
        names = {(one, code, language): str(name) for one, code, language, name in told["names"]}
        discussed = {str(region): str(day) for region, day in told["discussed"].items()}
        for day in filter(None, discussed.values()):
            dt.date.fromisoformat(day)
        if told["language"] not in LANGUAGES or told["audience"] not in ("public", "internal"):
            raise ValueError(path)
        codes = tuple(str(code) for code in told["places"])
        return SiteNotes(
            str(told["title"]), told["language"], told["audience"], names, discussed, codes
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SourceError(
            f"{path} cannot be read as what a run keeps of its site. Move it away and run again."
        ) from error
