"""Export a notebook that ran as one self-contained page, and refuse what a leader must not meet."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from workforce.contract.places import write_whole
from workforce.errors import ReportError
from workforce.reports.inspection import Output, problems_in_outputs, problems_in_page
from workforce.texts.catalogue import (
    Texts,
    date,
    load_texts,
    say,
    whole_dates,
    whole_intervals,
)

TEMPLATES = Path(__file__).parent / "templates"
HYPHEN = re.compile(r"(?<=\u00a0%)-(?=[a-z])")
RANGE = re.compile(r"(?<=\d)–(?=\d)")
IN_YEAR = re.compile(r"\b(in?) (?=20\d\d\b)", re.IGNORECASE)
NODE = re.compile(r"<(svg|style|script|title)\b.*?</\1>|(?<=>)[^<]+(?=<)", re.DOTALL)
"""A picture, whose name is an attribute and has no languages, a style, a title, or plain text."""
SENTENCE = re.compile(r"<(svg|style|script|title|table)\b.*?</\1>|(?<=>)[^<]{30,}(?=<)", re.DOTALL)
"""The same but for tables and figures that stand alone, which break where their box is narrow."""
NOT_HEAT = re.compile(rf'<table class="heat".*?</table>|{NODE.pattern}', re.DOTALL)
"""The same but for heat maps, whose columns are as narrow as a number."""
_ONE_AT_A_TIME = threading.Lock()  # an exporter keeps the notebook at hand on itself


def export_page(
    notebook_path: Path | str,
    out_path: Path | str,
    *,
    language: str,
    title: str,
    description: str = "",
    site_root: str = "../index.html",
    made: dt.date | None = None,
) -> Path:
    """Write a notebook that ran as one HTML page without code and without outside addresses.

    It appears under its name only when it is whole. Refused are errors, warnings and outputs that
    are no page content, an image without a real description, outside addresses, headings that are
    not in order or not one at the top, and tables without caption or headings.
    """
    notebook_path, out_path = Path(notebook_path), Path(out_path)
    texts = load_texts(language)
    notebook = _read_notebook(notebook_path)
    _refuse(problems_in_outputs(_outputs(notebook)), notebook_path)
    resources = {
        "page": _page_facts(notebook, texts, title, description, site_root),
        "made": say(texts, "page.made", date=date(made or today(), texts)),
    }
    with _ONE_AT_A_TIME:
        html, _ = _exporter().from_notebook_node(notebook, resources=resources)
    html = _in_norwegian(html, _head(notebook).get("norwegian", ""))
    html = held_together(html, texts)
    _refuse(problems_in_page(html, language), notebook_path)
    write_whole(out_path, lambda part: part.write_text(html, encoding="utf-8", newline="\n"))
    return out_path


def _in_norwegian(html: str, names: str) -> str:
    """Say of names of the data, a line each, that they are Norwegian where others are read."""
    if not names:
        return html
    lines = sorted(map(escape, names.split("\n")), key=len, reverse=True)
    name = re.compile("|".join(re.escape(one).replace("\\ ", r"\s") for one in lines))

    def marked(node: re.Match[str]) -> str:
        return node[0] if node[1] else name.sub(r'<span lang="no">\g<0></span>', node[0])

    return NODE.sub(marked, html)


def held_together(html: str, texts: Texts) -> str:
    """Keep a line from parting a range, an interval, a number and its unit, or "in" and a year.

    The cells of tables have rules of their own, but for ranges.
    """
    unit = re.compile(rf"(?<=\d) (?=(?:{say(texts, 'page.units')})\b)")

    def each(where: re.Pattern[str], change: Callable[[str], str], html: str) -> str:
        return where.sub(lambda one: one[0] if one[0][0] == "<" else change(one[0]), html)

    html = each(NODE, lambda text: HYPHEN.sub("\u2011", whole_dates(text)), html)
    html = each(NOT_HEAT, lambda text: RANGE.sub("–\u2060", text), html)
    html = each(SENTENCE, lambda text: IN_YEAR.sub("\\1\u00a0", text), html)
    return each(SENTENCE, lambda text: unit.sub("\u00a0", whole_intervals(text)), html)


def style_sheet() -> str:
    """Return the style sheet of pages and index."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


def css_string(text: str) -> str:
    """Write text as a string of a style sheet that can break out of neither sheet nor element."""
    # The space after an escape ends it and is not shown.
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'


def _read_notebook(path: Path) -> Any:
    """Read a notebook."""
    import nbformat

    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (OSError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise ReportError(f"{path.name} could not be read as a notebook: {error}") from error


def _outputs(notebook: Any) -> list[Output]:
    """List what the code cells put out, with the number a reader of the notebook counts."""
    return [
        Output(number, str(cell.get("source", "")), output)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code"
        for output in cell.outputs
    ]


def _head(notebook: Any) -> dict[str, str]:
    """Return what `open_page` said about the page; nothing where it was not called."""
    for output in _outputs(notebook):
        about = output.content.get("metadata", {}).get("workforce", {})
        if about.get("part") == "head":
            return dict(about)
    return {}


def _page_facts(
    notebook: Any, texts: Texts, title: str, description: str, site_root: str
) -> dict[str, str]:
    """Collect what the template writes around the outputs, escaped where it is text."""
    stamp = _head(notebook).get("stamp", "")
    return {
        "language": texts.language,
        "title": escape(title),
        "description": escape(description),
        "site_root": escape(site_root),
        "style": style_sheet(),
        "print_title": css_string(f"{stamp}. {title}" if stamp else title),
        "skip": escape(say(texts, "page.skip")),
        "to_index": escape(say(texts, "page.to_index")),
        "folded": escape(say(texts, "page.folded")),
        "swipe": escape(say(texts, "page.swipe")),
        "chart_box": escape(say(texts, "page.chart_box")),
    }


@lru_cache(maxsize=1)
def _exporter() -> Any:
    """Make the exporter once: reading its templates costs more than a page does.

    That of HTML would read each page a second time, to make outputs focusable that are not there.
    """
    from nbconvert.exporters.templateexporter import TemplateExporter
    from traitlets.config import Config

    config = Config()
    config.NbConvertBase.display_data_priority = ["text/html", "image/png"]
    return TemplateExporter(  # type: ignore[no-untyped-call]
        file_extension=".html",
        config=config,
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        optimistic_validation=True,  # once for a page, not after each step that changes nothing
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_markdown=True,
        exclude_raw=True,
    )


def _refuse(problems: list[str], notebook: Path) -> None:
    """Raise one error with every problem."""
    if problems:
        lines = "\n".join(f"- {problem}" for problem in problems)
        raise ReportError(f"{notebook.name} cannot become a page:\n{lines}")


def today() -> dt.date:
    """Return the day it is where the machine stands."""
    return dt.datetime.now().astimezone().date()
