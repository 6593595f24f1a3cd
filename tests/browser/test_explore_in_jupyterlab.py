"""Drives `explore` in JupyterLab with a real browser: a slider, the charts, and a saved run."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import workforce

from .driven import driven_browser

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
READY = """
const context = jupyterapp.shell.currentWidget.sessionContext;
return context.isReady && context.session.kernel.connectionStatus === "connected"
  && context.session.kernel.status === "idle";
"""
TOKEN = secrets.token_hex()


def wait_for(what: str, ask: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Ask until there is an answer; say what did not come."""
    from selenium.common.exceptions import WebDriverException

    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            found = ask()
        except (WebDriverException, StopIteration):
            found = None
        if found:
            return found
        time.sleep(0.2)
    pytest.fail(f"{what} did not come within {patience:.0f} s")


browser = pytest.fixture(driven_browser, scope="module")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Start JupyterLab on a free loopback port, with settings and files of its own."""
    home = tmp_path_factory.mktemp("lab")
    (home / "notebooks").mkdir()
    notebook = json.loads((ROOT / "notebooks" / "explore.ipynb").read_text(encoding="utf-8"))
    cell = next(c for c in notebook["cells"] if c["metadata"].get("tags") == ["parameters"])
    settings = {"region": "9012", "horizon": 4, "draws": 20, "data": str(ROOT / "data" / "sample")}
    cell["source"] = [*cell["source"], *(f"\n{k} = {v!r}" for k, v in settings.items())]
    (home / "notebooks" / "explore.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(home / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR",
           "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")}  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
               "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
               f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={home}",
               "--LabApp.news_url=None", "--LabApp.expose_app_in_browser=True",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]  # fmt: skip
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}", home
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


def press(browser: Any, selector: str, *, text: str = "", keys: str = "") -> None:
    """Click on the first element of a kind, and type; again where the page has just redrawn it."""
    from selenium.webdriver.common.by import By

    def pressed() -> bool:
        found = browser.find_elements(By.CSS_SELECTOR, selector)
        one = next(one for one in found if text in one.text)
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", one)
        one.click()
        if keys:
            one.send_keys(keys)
        return True

    wait_for(selector, pressed)


def pictures(browser: Any) -> list[str]:
    """Give the charts of the panel that have been drawn, as the page holds them."""
    found: list[str] = browser.execute_script(
        "return Array.from(document.querySelectorAll('svg.workforce-chart'))"
        ".filter((one) => one.getBoundingClientRect().width > 0).map((one) => one.outerHTML)"
    )
    return found


def test_a_slider_redraws_the_chart_and_what_is_saved_runs(
    lab: tuple[str, Path], browser: Any, tmp_path: Path
) -> None:
    from selenium.webdriver.common.keys import Keys

    address, home = lab
    url = f"{address}/lab/tree/notebooks/explore.ipynb?token={TOKEN}&reset"

    def opened() -> Any:
        browser.get(url)
        return "JupyterLab" in browser.page_source

    wait_for("JupyterLab", opened)
    wait_for("a kernel that is ready", lambda: browser.execute_script(READY))
    browser.execute_script("jupyterapp.commands.execute('notebook:run-all-cells')")
    before = wait_for("the first chart", lambda: pictures(browser))
    press(browser, ".workforce-turnover .noUi-handle", keys=Keys.ARROW_LEFT * 8)
    after = wait_for("a chart that changed", lambda: changed(before, pictures(browser)))
    assert len(after) == 2  # The shortage, and what the measure does.
    browser.save_screenshot(os.environ.get("EXPLORE_SCREENSHOT", str(tmp_path / "explore.png")))
    press(browser, ".workforce-name input", keys="Færre slutter" + Keys.TAB)
    press(browser, ".workforce-save")
    saved = wait_for("the saved scenario", lambda: list((home / "params").glob("[!.]*.yaml")))
    assert [path.name for path in saved] == ["faerre_slutter.yaml"]
    assert workforce.run(saved[0], out=tmp_path).failed == 0
    name = "labour_shortage-all-faerre_slutter-nb.html"
    (page,) = tmp_path.glob(f"reports/*/9012/{name}")
    assert "Færre slutter: " in page.read_text(encoding="utf-8")


def changed(before: list[str], now: list[str]) -> list[str]:
    """Give the charts once the first is another and the second has come."""
    return now if len(now) == 2 and now[0] != before[0] else []
