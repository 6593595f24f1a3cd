"""The page over the sites of all quarters, and the address of the latest: made of what is there."""

import re
from dataclasses import dataclass
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

from workforce.contract.figures import Audience
from workforce.contract.places import is_inside, write_whole
from workforce.reports.export import TEMPLATES, css_string, style_sheet
from workforce.texts.catalogue import LANGUAGES, Texts, load_texts, quarter_name, say

TOP: dict[Audience, str] = {"public": "index", "internal": "internal"}
"""Name of the page over all quarters, by audience: internal sites are named on no public page."""
LATEST: dict[Audience, str] = {"public": "latest", "internal": "internal-latest"}
"""Name of the page that leads to the index of the latest quarter."""
BEGINNING = 8192
"""Characters of an index in which its language and title stand."""
_SITE = re.compile(r"(?P<quarter>[12]\d{3}Q[1-4])(?P<internal>-internal)?")
_LANGUAGE = re.compile(r'<html lang="([a-z]{2})">')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class _Site:
    """The site of a quarter: address and title of its index, by language; its own comes first."""

    quarter: str
    indexes: dict[str, tuple[str, str]]


def write_quarters(reports: Path, audience: Audience) -> list[Path]:
    """Write the page over all quarters and the one that leads to the latest, in their languages.

    ``index.html`` and ``latest.html`` are in the language of the latest site; the other languages
    of the sites have ``index-nn.html``, ``latest-nn.html`` and so on. Addresses are relative, so
    that a copy of the folder leads to what lies in the copy.

    Internal sites have ``internal.html`` and ``internal-latest.html``. Gives what was written;
    where there is no site nothing, and then older ones are gone.
    """
    sites = _sites(reports, audience)
    spoken = {language for site in sites for language in site.indexes}
    own = next(iter(sites[0].indexes)) if sites else ""
    languages = [own, *(one for one in LANGUAGES if one in spoken - {own})] if sites else []
    written = []
    for language in languages:
        texts = load_texts(language)
        others = [
            {"language": one, "path": _name(TOP[audience], one, own),
             "name": say(load_texts(one), f"language.{one}")}
            for one in languages if one != language
        ]  # fmt: skip
        rows = [_row(site, language, texts) for site in sites]
        for names, template in ((TOP, "quarters.html.j2"), (LATEST, "latest.html.j2")):
            path = reports / _name(names[audience], language, own)
            html = _render(
                template, language=language, say=partial(say, texts), sites=rows,
                style=style_sheet(), internal=audience == "internal", other_indexes=others,
                print_title=css_string(say(texts, "site.quarters_heading")),
            )  # fmt: skip
            write_whole(path, partial(Path.write_text, data=html, encoding="utf-8", newline="\n"))
            written.append(path)
    for name in (TOP[audience], LATEST[audience]):
        for old in (reports / f"{name}{end}.html" for end in ("", *(f"-{a}" for a in LANGUAGES))):
            if old not in written:
                old.unlink(missing_ok=True)
    return written


def _sites(reports: Path, audience: Audience) -> list[_Site]:
    """List the sites that have an index, the latest first."""
    found = []
    for folder in reports.iterdir() if reports.is_dir() else ():
        name = _SITE.fullmatch(folder.name)
        if name is None or (name["internal"] is not None) != (audience == "internal"):
            continue
        indexes: dict[str, tuple[str, str]] = {}
        for file in ("index.html", *(f"index-{language}.html" for language in LANGUAGES)):
            path = folder / file
            if is_inside(path, reports) and path.is_file():
                language, title = _head(path)
                if language in LANGUAGES:
                    indexes.setdefault(language, (f"{folder.name}/{file}", title))
        if indexes:
            found.append(_Site(name["quarter"], indexes))
    return sorted(found, key=lambda site: site.quarter, reverse=True)


def _head(index: Path) -> tuple[str, str]:
    """Read the language and the title of an index."""
    with index.open(encoding="utf-8", errors="replace") as lines:
        text = lines.read(BEGINNING)
    language, title = _LANGUAGE.search(text), _TITLE.search(text)
    return (language[1] if language else "", unescape(title[1]).strip() if title else "")


def _row(site: _Site, language: str, texts: Texts) -> dict[str, str]:
    """Give a site as the page lists it: its index in this language, else in its own."""
    spoken = language if language in site.indexes else next(iter(site.indexes))
    href, title = site.indexes[spoken]
    return {
        "href": href, "title": title, "language": spoken,
        "quarter": quarter_name(site.quarter, texts),
    }  # fmt: skip


def _name(name: str, language: str, own: str) -> str:
    return f"{name}.html" if language == own else f"{name}-{language}.html"


def _render(template: str, **given: Any) -> str:
    from jinja2 import Environment, FileSystemLoader

    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return made.get_template(template).render(**given)
