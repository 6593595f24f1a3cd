"""Gather the pages of a run in the index of its site."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from workforce.batch.ledger import MISSING, Entry, Status
from workforce.batch.site_notes import SiteNotes
from workforce.contract.names import Names, name_of
from workforce.reports.discussion_log import Remark, discussed_line
from workforce.reports.site import PageEntry, build_site
from workforce.texts.catalogue import LANGUAGES, Texts, load_texts


def write_index(entries: Sequence[Entry], notes: SiteNotes, site: Path, *, quarter: str) -> Path:
    """Write the index of every finished page, with the names of those that failed.

    Why a page failed stays in the ledger: an exception may hold figures that are protected.
    """
    site.mkdir(parents=True, exist_ok=True)
    names = Names(notes.names)

    def named(status: Status) -> list[str]:
        return [
            _missing_name(entry, names, notes.language)
            for entry in entries
            if entry.status == status
        ]

    return build_site(
        [_page(entry, names) for entry in entries if entry.status not in MISSING],
        site,
        quarter=quarter,
        title=notes.title,
        language=notes.language,
        failed=named("failed"),
        refused=named("refused"),
        audience=notes.audience,
        discussed=partial(_discussed, notes, quarter) if notes.discussed else None,
    )


def _discussed(notes: SiteNotes, quarter: str, region: str, texts: Texts) -> str:
    if region not in notes.discussed:
        return ""
    last = notes.last_discussed(region)
    return discussed_line([] if last is None else [Remark(last, "", "")], quarter, texts)


def _page(entry: Entry, names: Names) -> PageEntry:
    return PageEntry(
        path=entry.page,
        notebook=entry.notebook,
        region=entry.region,
        region_name=name_of(names, "region", entry.region, entry.language),
        sector=entry.sector,
        sector_name=_sector_name(entry.sector, names, entry.language),
        scenario=entry.scenario,
        scenario_name=_scenario_name(entry, entry.language),
        language=entry.language,
        title=entry.title or entry.job,
        translated={
            (dimension, language): name
            for language in LANGUAGES
            for dimension, name in (
                ("region", name_of(names, "region", entry.region, language)),
                ("sector", _sector_name(entry.sector, names, language)),
                ("scenario", _scenario_name(entry, language)),
            )
        },
    )


def _missing_name(entry: Entry, names: Names, language: str) -> str:
    """Name a page as the index would list it, in the language of the index."""
    parts = [
        name_of(names, "region", entry.region, language),
        load_texts(language).entries.get(f"kind.{entry.notebook}", entry.notebook),
        _sector_name(entry.sector, names, language),
        _scenario_name(entry, language),
        load_texts(language).entries.get(f"language.{entry.language}", entry.language),
    ]
    return " · ".join(parts)


def _sector_name(sector: str, names: Names, language: str) -> str:
    if sector == "all":
        return load_texts(language).entries["site.all_sectors"]
    return name_of(names, "sector", sector, language)


def _scenario_name(entry: Entry, language: str) -> str:
    """Name the scenario: by the params file that made it, or as the package does."""
    own = entry.parameters.get("scenarios", {}).get(entry.scenario)
    if own is not None:
        return str(own["title"][language])
    return load_texts(language).entries.get(f"scenario_name.{entry.scenario}", entry.scenario)
