"""Finds what a leader must not meet on a page: warnings, undescribed images, outside addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

LEAST_DESCRIPTION = 15
"""An image described in fewer characters than this is not described."""
DUMMY = re.compile(
    r"no description has been provided|^(image|figure|chart|plot|graph|diagram|bilde|bilete|figur)?"
    r"\s*[\d.]*(png|jpe?g|svg)?$|^<figure size",
    re.IGNORECASE,
)
OUTSIDE = re.compile(r"^\s*(https?:|ftp:|//)", re.IGNORECASE)
STYLE_OUTSIDE = re.compile(r"(@import|url\(\s*['\"]?\s*(https?:|//))", re.IGNORECASE)
LOADING = {"src", "srcset", "data", "poster", "action", "background", "formaction"}
SHOWN = ("text/html", "image/png")


@dataclass(frozen=True)
class Output:
    """One output of a code cell."""

    cell: int
    source: str
    content: Mapping[str, Any]


@dataclass
class _Elements:
    """What a page holds, in the order it stands."""

    starts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    style: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects start tags and style sheets; the standard library reads HTML by inheritance."""

    def __init__(self, elements: _Elements) -> None:
        super().__init__(convert_charrefs=True)
        self.elements = elements

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.starts.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.elements.starts and self.elements.starts[-1][0] == "style":
            self.elements.style.append(data)


def problems_in_outputs(outputs: Sequence[Output]) -> list[str]:
    """Tell which outputs of a notebook may not come on a page."""
    problems = []
    for output in outputs:
        trouble = _trouble(output.content)
        if trouble:
            first = next(iter(output.source.strip().splitlines()), "")[:60]
            problems.append(f"cell {output.cell} ({first!r}) {trouble}")
    return problems


def problems_in_page(html: str, language: str) -> list[str]:
    """Tell what is wrong with a finished page."""
    elements = _Elements()
    reader = _Reader(elements)
    reader.feed(html)
    reader.close()
    starts = elements.starts
    languages = [attributes.get("lang", "") for tag, attributes in starts if tag == "html"]
    problems = []
    if languages != [language]:
        problems.append(f"the page declares the language {languages}, not {language!r}")
    return [
        *problems,
        *_heading_problems([int(tag[1]) for tag, _ in starts if re.fullmatch("h[1-6]", tag)]),
        *_image_problems([attributes for tag, attributes in starts if tag in ("img", "svg")]),
        *_address_problems(starts, "".join(elements.style)),
        *_table_problems(starts),
    ]


def _trouble(content: Mapping[str, Any]) -> str:
    """Say what is wrong with one output; empty if nothing is."""
    kind = content.get("output_type")
    if kind == "error":
        return f"raised {content.get('ename')}: {content.get('evalue')}"
    if kind == "stream":
        if content.get("name") != "stderr":
            return ""
        line = next(iter(str(content.get("text", "")).strip().splitlines()), "")
        return f"wrote a warning: {line[:200]!r}. Mend its cause"
    data = content.get("data", {})
    if "application/vnd.jupyter.widget-view+json" in data:
        return "shows a widget, which works only in JupyterLab"
    if not any(kind in data for kind in SHOWN):
        shown = str(data.get("text/plain", ", ".join(data)))[:60]
        return f"puts out {shown!r}, which is no page content. End the line with ; or show it"
    return ""


def _heading_problems(levels: Sequence[int]) -> list[str]:
    """Tell whether there is one first-level heading, first, and no level is skipped."""
    problems = []
    if levels.count(1) != 1:
        problems.append(f"the page has {levels.count(1)} first-level headings, not 1")
    elif levels[0] != 1:
        problems.append("a heading stands before the first-level heading")
    for before, level in pairwise(levels):
        if level > before + 1:
            problems.append(f"a heading of level {level} follows one of level {before}")
    return problems


def _image_problems(images: Sequence[Mapping[str, str]]) -> list[str]:
    """Tell which images have no real description; what is hidden from screen readers needs none."""
    problems = []
    for place, image in enumerate(images, start=1):
        if image.get("aria-hidden") == "true":
            continue
        text = image.get("alt", image.get("aria-label", "")).strip()
        if len(text) < LEAST_DESCRIPTION or DUMMY.search(text):
            problems.append(
                f"image {place} has no real description ({text!r}). Show it with "
                'metadata={"image/png": {"alt": ...}} that tells what the chart tells'
            )
    return problems


def _address_problems(starts: Sequence[tuple[str, Mapping[str, str]]], style: str) -> list[str]:
    """Tell which elements would fetch something from outside, and which scripts there are."""
    problems = []
    for tag, attributes in starts:
        if tag in ("script", "iframe", "object", "embed"):
            problems.append(f"the page holds a <{tag}> element")
        loading = LOADING | ({"href", "xlink:href"} if tag not in ("a", "area") else set())
        problems += [
            f"<{tag} {name}> leads to {value[:80]!r}, outside the page"
            for name, value in attributes.items()
            if name in loading and OUTSIDE.match(value)
        ]
        if STYLE_OUTSIDE.search(attributes.get("style", "")):
            problems.append(f"the style of <{tag}> fetches something from outside the page")
    if STYLE_OUTSIDE.search(style):
        problems.append("a style sheet fetches something from outside the page")
    return problems


def _table_problems(starts: Sequence[tuple[str, Mapping[str, str]]]) -> list[str]:
    """Tell which tables lack a caption, or headings that say what they head."""
    problems = []
    tables = [place for place, (tag, _) in enumerate(starts) if tag == "table"]
    for count, (begin, end) in enumerate(pairwise([*tables, len(starts)]), start=1):
        inside = starts[begin:end]
        headings = [attributes for tag, attributes in inside if tag == "th"]
        if not any(tag == "caption" for tag, _ in inside):
            problems.append(f"table {count} has no caption")
        if not headings or any(not heading.get("scope") for heading in headings):
            problems.append(f"table {count} has headings without scope, or none")
    return problems
