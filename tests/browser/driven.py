"""A real browser that is driven, and what axe-core finds in a page that it has opened."""

import os
import shutil
from collections.abc import Iterator
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


def too_wide(browser: Any, page: Path, width: int) -> list[str]:
    """Open a page on a screen of so many pixels, and tell what does not fit but tables."""
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(page.as_uri())
    found: list[str] = browser.execute_script(TOO_WIDE)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return found
