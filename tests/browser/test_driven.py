"""What holds pages to the law of accessibility finds what breaks it."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workforce.reports.charts.chart import html_table
from workforce.reports.export import style_sheet

from .driven import axe_problems, driven_browser, misplaced, sideways, too_wide

pytestmark = pytest.mark.browser

browser = pytest.fixture(driven_browser, scope="module")
PAGE = """<!DOCTYPE html><html lang="nb"><head><title>Prøve</title>
<meta name="viewport" content="width=device-width"></head><body><main>
<h1>Prøve</h1><details><summary>Mer</summary><p style="color: #aaa">Blekt</p></details>
<div style="width: 400px">Bredt</div></main></body></html>"""


def test_a_pale_text_in_a_fold_and_a_box_that_does_not_fit_are_found(
    browser: Any, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    (found,) = axe_problems(browser, page)
    assert found.startswith('color-contrast: <p style="color: #aaa">')
    (wide,) = too_wide(browser, page, 320)
    assert "Bredt" in wide
    assert too_wide(browser, page, 600) == []


def test_a_text_that_leaves_its_chart_or_lies_on_another_is_found(
    browser: Any, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    texts = {"Inne": (10, 20), "Oppå": (15, 22), "Ute": (190, 60)}
    drawn = "".join(f'<text x="{x}" y="{y}">{one}</text>' for one, (x, y) in texts.items())
    chart = f'<svg viewBox="0 0 200 80" width="200" aria-label="Prøve">{drawn}</svg>'
    page.write_text(f'<meta charset="utf-8"><figure class="chart">{chart}</figure>', "utf-8")
    assert misplaced(browser, page, 600) == ["On Oppå: Inne in Prøve", "Cut: Ute in Prøve"]


def test_a_table_becomes_blocks_where_its_letters_have_no_room_and_moves_sideways_without_them(
    browser: Any, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    named = [f"Uforholdsmessigheten {place}" for place in range(8)]
    table = html_table(pl.DataFrame({name: ["12 (9 til 15)"] for name in named}), "Prøve")
    view = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    page.write_text(f"{view}<style>{style_sheet()}</style><details>{table}</details>", "utf-8")
    assert sideways(browser, page, 1280, 768, 600, 390, 320) == []
    page.write_text(page.read_text("utf-8").replace("--need:", "--other:"), "utf-8")
    assert sideways(browser, page, 1280, 768) == ["Prøve", "Prøve"]


def test_a_chart_stands_on_white_and_a_heat_map_keeps_its_shades_in_forced_colours(
    browser: Any, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    chart = f"<style>{style_sheet()}</style><figure class='chart'><svg></svg></figure>"
    chart += "<table class='heat'><tr><td class='heat-4'>12</td></tr></table>"
    page.write_text(chart, encoding="utf-8")
    forced = {"features": [{"name": "forced-colors", "value": "active"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", forced)
    browser.get(page.as_uri())
    colour = "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor"
    assert browser.execute_script(colour, "svg") == "rgb(255, 255, 255)"
    assert browser.execute_script(colour, "td") == "rgb(235, 157, 88)"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
