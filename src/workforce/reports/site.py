"""The index of a run: finds a report by region, sector, kind and language, with no server."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from workforce.contract.figures import Audience
from workforce.contract.places import is_inside, write_whole
from workforce.errors import ReportError
from workforce.reports.export import TEMPLATES, css_string, held_together, style_sheet, today
from workforce.texts.catalogue import LANGUAGES, Texts, date, load_texts, quarter_name, say

if TYPE_CHECKING:
    from jinja2 import Template

_LAST_LETTERS = {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"}


@dataclass(frozen=True)
class PageEntry:
    """One finished page, as the index lists it.

    ``path``: address relative to the index, with forward slashes. ``notebook``: name of the
    notebook, with a text ``kind.<name>``. ``region``, ``sector``, ``scenario``, ``language``:
    codes. ``region_name``, ``sector_name``, ``scenario_name``: names in the language of the page.
    ``title``: title of the page. ``headline``: what the page finds, in a sentence; empty if nothing
    is to be said. ``translated``: the names by dimension and language, for indexes in others.
    """

    path: str
    notebook: str
    region: str
    region_name: str
    sector: str
    sector_name: str
    scenario: str
    scenario_name: str
    language: str
    title: str
    headline: str = ""
    translated: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Row:
    """One page as the template writes it."""

    href: str
    kind: str
    about: str
    headline: str
    words: str
    region: str
    sector: str
    notebook: str
    language: str


def build_site(
    pages: Sequence[PageEntry],
    out_dir: Path | str,
    *,
    quarter: str,
    title: str,
    language: str = "nb",
    failed: Sequence[str] = (),
    refused: Sequence[str] = (),
    audience: Audience = "public",
    made: dt.date | None = None,
    discussed: Callable[[str, Texts], str] | None = None,
) -> Path:
    """Write the index of a run, and one more for each other language of its pages.

    ``failed`` and ``refused`` are names of jobs alone, since reasons may tell what is protected;
    ``discussed`` tells, for the code of a region, whether it was discussed with employee
    representatives. Gives ``index.html``.
    """
    out_dir = Path(out_dir)
    _check_pages(pages, out_dir)
    wanted = [language, *(one for one in LANGUAGES if any(page.language == one for page in pages))]
    languages = list(dict.fromkeys(wanted))
    names = {one: "index.html" if one == language else f"index-{one}.html" for one in languages}
    for one in languages:
        texts = load_texts(one)
        html = _template().render(
            language=one,
            say=partial(say, texts),
            heading=say(texts, "site.heading", title=title, quarter=quarter_name(quarter, texts)),
            print_title=css_string(title),
            style=style_sheet(),
            script=(TEMPLATES / "filter.js").read_text(encoding="utf-8"),
            internal=audience == "internal",
            other_indexes=[
                {"language": other, "path": path, "name": _own_name(other)}
                for other, path in names.items()
                if other != one
            ],
            fields=_fields(pages, texts),
            regions=_regions(pages, texts, discussed),
            total=len(pages),
            missing=[
                (say(texts, f"site.{kind}"), say(texts, f"site.{kind}_intro"), jobs)
                for kind, some in (("refused", refused), ("failed", failed))
                if (jobs := sorted(some, key=norwegian_order))
            ],
            made=say(texts, "site.made", date=date(made or today(), texts)),
        )
        html = held_together(html, texts)
        write_whole(
            out_dir / names[one],
            partial(Path.write_text, data=html, encoding="utf-8", newline="\n"),
        )
    return out_dir / "index.html"


def norwegian_order(name: str) -> str:
    """Return a key that sorts names as a Norwegian list does: a to z, then æ, ø, å.

    Other accents are ignored, so that Kárášjohka stands among the names on k.
    """
    letters = []
    for letter in unicodedata.normalize("NFC", name).casefold():
        if letter in _LAST_LETTERS:
            letters.append(_LAST_LETTERS[letter])
        else:
            plain = unicodedata.normalize("NFD", letter)
            letters.append("".join(part for part in plain if not unicodedata.combining(part)))
    return "".join(letters)


def _check_pages(pages: Sequence[PageEntry], out_dir: Path) -> None:
    """Refuse pages that are not in the folder, and addresses that lead out of it."""
    seen: set[str] = set()
    problems = []
    for page in pages:
        path = PurePosixPath(page.path)
        if path.is_absolute() or ".." in path.parts or "\\" in page.path or ":" in page.path:
            problems.append(f"{page.path}: not an address inside the site")
        elif page.path in seen:
            problems.append(f"{page.path}: listed twice")
        elif not (is_inside(out_dir / path, out_dir) and (out_dir / path).is_file()):
            problems.append(f"{page.path}: not in the folder")
        seen.add(page.path)
    if problems:
        raise ReportError("The index cannot be made:\n- " + "\n- ".join(problems))


def _template() -> Template:
    """Read the template of the index; all that it is given is escaped unless marked safe."""
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True).get_template("index.html.j2")


def _own_name(language: str) -> str:
    """Name a language in the language itself."""
    return say(load_texts(language), f"language.{language}")


def _names(
    pages: Sequence[PageEntry], dimension: Literal["region", "sector", "scenario"], language: str
) -> dict[str, str]:
    """Name each code in the language of the index, or where that is not told as its first page.

    Two codes with one name, such as the two municipalities Våler, get their codes beside it.
    """
    names: dict[str, str] = {}
    for page in sorted(pages, key=lambda page: page.language != language):
        own = getattr(page, f"{dimension}_name")
        names.setdefault(getattr(page, dimension), page.translated.get((dimension, language), own))
    written = list(names.values())
    return {
        code: f"{name} ({code})" if written.count(name) > 1 else name
        for code, name in names.items()
    }


def _fields(pages: Sequence[PageEntry], texts: Texts) -> list[dict[str, object]]:
    """List the choices of the filter; a choice of one is no choice and is left out."""
    kinds = {page.notebook: say(texts, f"kind.{page.notebook}") for page in pages}
    spoken = {page.language: say(texts, f"language.{page.language}") for page in pages}
    choices = [
        ("region", "page.region", "site.all_regions", _names(pages, "region", texts.language)),
        ("sector", "page.sector", "site.all_sectors", _names(pages, "sector", texts.language)),
        ("notebook", "site.kind", "site.all_kinds", kinds),
        ("language", "site.language", "site.all_languages", spoken),
    ]
    return [
        {
            "name": name,
            "label": say(texts, label),
            "all": say(texts, every),
            "options": sorted(options.items(), key=lambda option: norwegian_order(option[1])),
        }
        for name, label, every, options in choices
        if len(options) > 1
    ]


def _regions(
    pages: Sequence[PageEntry], texts: Texts, discussed: Callable[[str, Texts], str] | None
) -> list[dict[str, object]]:
    """Group the pages by region, in alphabetical order."""
    names, rows = _names(pages, "region", texts.language), _rows(pages, texts)
    order = sorted(names, key=lambda code: norwegian_order(names[code]))
    return [
        {
            "name": names[code],
            "discussed": discussed(code, texts) if discussed else "",
            "pages": rows[code],
        }
        for code in order
    ]


def _rows(pages: Sequence[PageEntry], texts: Texts) -> dict[str, list[_Row]]:
    """Write the pages of each region: the overview first, then by kind, sector and language.

    That all are about all sectors is not said of each.
    """
    sectors = _names(pages, "sector", texts.language)
    scenarios = _names(pages, "scenario", texts.language)
    many_languages = len({page.language for page in pages}) > 1
    rows: dict[str, list[_Row]] = {}
    for page in pages:
        kind = say(texts, f"kind.{page.notebook}")
        about = [sectors[page.sector]] if [*sectors] != ["all"] else []
        about += [scenarios[page.scenario]] if len(scenarios) > 1 else []
        about += [say(texts, f"language.{page.language}")] if many_languages else []
        words = [kind, *about, page.region_name, page.region, page.title, page.headline]
        rows.setdefault(page.region, []).append(
            _Row(
                href=quote(page.path),
                kind=kind,
                about=" · ".join(part for part in about if part),
                headline=page.headline or page.title,
                words=" ".join(words).lower(),
                region=page.region,
                sector=page.sector,
                notebook=page.notebook,
                language=page.language,
            )
        )
    for some in rows.values():
        some.sort(
            key=lambda row: (
                row.notebook != "overview",
                norwegian_order(row.kind),
                row.sector != "all",
                norwegian_order(row.about),
                row.language,
            )
        )
    return rows
