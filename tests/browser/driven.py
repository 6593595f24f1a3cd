"""A real browser that is driven, and what axe-core finds in a page that it has opened."""

import os
import shutil
from collections.abc import Iterator, Sequence
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ("headless=new", "no-sandbox", "disable-gpu", "no-first-run", "disable-sync",
         "disable-background-networking", "disable-dev-shm-usage",
         "window-size=1600,1400")  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOUND = """
const done = arguments[arguments.length - 1];
document.querySelectorAll("details").forEach((one) => { one.open = true; });
axe.run(document, {runOnly: arguments[0], resultTypes: ["violations"]}).then((told) => done(
  told.violations.flatMap((rule) => rule.nodes.map((one) => `${rule.id}: ${one.html}`))));
"""
TOO_WIDE = """
return Array.from(document.querySelectorAll("main *"))
  .filter((one) => !one.closest(".table-box") && !one.closest("[style*='display:none']")
    && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120));
"""
SIDEWAYS = """
document.querySelectorAll("details").forEach((one) => { one.open = true; });
return Array.from(document.querySelectorAll(".table-box"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.ariaLabel);
"""
MISPLACED = """
const told = [];
const named = (text) => `${text.textContent} in ${text.closest("svg").ariaLabel.slice(0, 60)}`;
document.querySelectorAll("figure.chart svg").forEach((chart) => {
  const edge = chart.getBoundingClientRect();
  const texts = Array.from(chart.querySelectorAll("text"))
    .map((one) => [one, one.getBoundingClientRect()]).filter(([one, box]) => box.width > 0);
  texts.forEach(([one, box], place) => {
    if (box.left < edge.left - 1 || box.right > edge.right + 1
        || box.top < edge.top - 2 || box.bottom > edge.bottom + 2) told.push(`Cut: ${named(one)}`);
    texts.slice(place + 1).forEach(([other, its]) => {
      const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
      const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
      if (across > 1 && down > 0.3 * Math.min(box.height, its.height))
        told.push(`On ${other.textContent}: ${named(one)}`);
    });
  });
});
return told;
"""


def driven_browser() -> Iterator[Any]:
    """Open a browser, and close it in the end; the test is skipped where there is none."""
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("Chromium or chromedriver was not found. Install chromium and chromium-driver.")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which(chromium))
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()


def axe_problems(browser: Any, page: Path) -> list[str]:
    """Open a page with all its folds, and tell what breaks WCAG 2.2 AA or good practice."""
    (axe,) = (one for one in files("axe-playwright-python") or [] if one.name == "axe.min.js")
    browser.get(page.as_uri())
    browser.execute_script(axe.read_text())
    found: list[str] = browser.execute_async_script(FOUND, RULES)
    return found


def misplaced(browser: Any, page: Path, width: int) -> list[str]:
    """Open a page on a screen of so many pixels, and tell texts of charts cut or on one another."""
    return _found_at(browser, page, [width], MISPLACED)


def too_wide(browser: Any, page: Path, width: int) -> list[str]:
    """Open a page on a screen of so many pixels, and tell what does not fit but tables."""
    return _found_at(browser, page, [width], TOO_WIDE)


def sideways(browser: Any, page: Path, *widths: int) -> list[str]:
    """Open a page with all its folds on such screens, and tell tables that move sideways."""
    return _found_at(browser, page, widths, SIDEWAYS)


def _found_at(browser: Any, page: Path, widths: Sequence[int], script: str) -> list[str]:
    found: list[str] = []
    for place, width in enumerate(widths):
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        if not place:
            browser.get(page.as_uri())
        found += browser.execute_script(script)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return found
