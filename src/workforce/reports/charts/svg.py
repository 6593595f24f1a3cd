"""A drawing as SVG within a page: its text is text in the page's font, its ids are its own."""

from __future__ import annotations

import hashlib
import io
import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from workforce.reports.charts.style import INK, POINTS, own_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
UPRIGHT = re.compile(r"rotate\(-?0 [^)]*\)")
SPACE = re.compile(r"\s*([a-zA-Z])\s*|\s+")
REFERENCE = re.compile(r"#([\w-]+)")
INHERITED = {"stroke-linejoin": ("round",), "stroke-linecap": ("butt", "square"),
             "fill-opacity": ("1",), "stroke-opacity": ("1",), "stroke-dashoffset": ("0",),
             "fill": (INK,)}  # fmt: skip
"""What the drawing as a whole says of its parts, or what nobody sees."""

SHOWN = 768
"""Width in a notebook, which has no style sheet and may be dark. [pixels]"""
UNSEEN = ("fill:none", "opacity:0", "fill:none;opacity:0")
"""Styles of grounds that are transparent."""


def inline_svg(figure: Figure, *, alt: str, kind: str, hidden: bool = False) -> str:
    """Write a drawing as an SVG element that stands in a page.

    ``kind`` is the class of the element, and with ``alt`` what makes its ids unlike those of
    others. The same for the same drawing; lengths to a tenth of a point.
    """
    out = io.StringIO()
    with own_style():
        from matplotlib import rcParams

        rcParams["svg.fonttype"] = "none"
        rcParams["svg.hashsalt"] = hashlib.sha256(f"{kind} {alt}".encode()).hexdigest()
        for ground in (figure.patch, *(axes.patch for axes in figure.axes)):
            ground.set_visible(False)
        renderer = svg_renderer(figure, out)
        figure.draw(renderer)
        renderer.finalize()
    root = ET.fromstring(out.getvalue())  # noqa: S314  (matplotlib wrote it)
    used = set(REFERENCE.findall(" ".join(v for one in root.iter() for v in one.attrib.values())))
    body = "".join(_written(one, used) for one in root)
    unseen = ' style="display:none"' if hidden else ""
    return (
        f'<svg class="{kind}"{unseen} viewBox="{_short(root.attrib["viewBox"])}" width="{SHOWN}" '
        f'role="img" aria-label="{escape(alt)}" stroke-linejoin="round" fill="{INK}">'
        f'<rect width="100%" height="100%" fill="#fff"/>{body}</svg>'
    )


def svg_renderer(figure: Figure, out: io.StringIO | None = None) -> Any:
    """Give what writes a drawing as SVG, and measures its text as it is written there.

    A pixel is a point. The same words have the same size in all drawings, and are measured once.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG

    figure.set_dpi(FigureCanvasSVG.fixed_dpi)
    renderer: Any = RendererSVG(*figure.bbox.size, out or io.StringIO())  # type: ignore[no-untyped-call]
    renderer.get_text_width_height_descent = _size_of
    renderer._get_font_height_metrics = _lines_of
    return renderer


@lru_cache(maxsize=64)
def _lines_of(font: Any) -> tuple[float | None, float | None, float | None]:
    """Give ascent, descent and gap of a font's lines, as matplotlib finds them for every text."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.font_manager import findfont, get_font

    face = get_font(findfont(font))
    lines, head = face.get_sfnt_table("OS/2"), face.get_sfnt_table("head")
    if lines is None or head is None:
        return None, None, None  # It looks elsewhere.
    scale = 1 / head["unitsPerEm"] * font.get_size_in_points() * FigureCanvasSVG.fixed_dpi / POINTS
    ascent, descent = lines["sTypoAscender"] * scale, -lines["sTypoDescender"] * scale
    return ascent, descent, lines["sTypoLineGap"] * scale


@lru_cache(maxsize=4096)
def _size_of(text: str, font: Any, ismath: Any) -> tuple[float, float, float]:
    """Give width, height and descent of text; matplotlib hands over a font that stays as it is."""
    from matplotlib.textpath import text_to_path

    size: tuple[float, float, float] = text_to_path.get_text_width_height_descent(
        text, font, ismath
    )
    return size


def _written(element: ET.Element, used: set[str]) -> str:
    """Write an element and what it holds, without what changes nothing of the picture."""
    tag = element.tag.rpartition("}")[2]
    if tag in ("metadata", "style"):
        return ""
    attributes = _attributes(element, used)
    inside = escape(element.text or "", quote=False) if tag == "text" else ""
    inside += "".join(_written(one, used) for one in element)
    if (tag in ("g", "defs") and not inside) or attributes.get("style") in UNSEEN:
        return ""
    if tag == "g" and not attributes:
        return inside
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


def _attributes(element: ET.Element, used: set[str]) -> dict[str, str]:
    """Return the attributes that change the picture, short."""
    attributes = {}
    for name, value in element.attrib.items():
        name = name.rpartition("}")[2]
        if name == "id":
            if value in used:
                attributes[name] = value
        elif name == "style":
            style = _style(value)
            if style:
                attributes[name] = style
        elif name == "transform":
            turned = UPRIGHT.sub("", value).strip()
            if turned:
                attributes[name] = _short(turned)
        elif name == "d":
            attributes[name] = SPACE.sub(lambda found: found[1] or " ", _short(value)).strip()
        else:
            attributes[name] = value if name in ("href", "clip-path") else _short(value)
    return attributes


def _style(style: str) -> str:
    """Return a style without its font family, which is the page's, and what is so without it."""
    said = [[part.strip() for part in one.split(":", 1)] for one in style.split(";") if one.strip()]
    return ";".join(
        f"{name}:{_short(value, 2)}"
        for name, value in said
        if name != "font-family" and value not in INHERITED.get(name, ())
    )


def _short(text: str, decimals: int = 1) -> str:
    """Write lengths to a tenth, or as told."""
    return NUMBER.sub(lambda found: f"{round(float(found[0]), decimals):g}", text)
