"""Opens an exported page and the index in a headless Chromium, offline and from the disk."""

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from workforce.reports.page import export_page
from workforce.reports.site import PageEntry, build_site

pytestmark = pytest.mark.browser

NOTEBOOK = Path(__file__).parents[1] / "reports" / "tiny_report.ipynb"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MEASURE = """
const report = () => parent.postMessage(JSON.stringify({
  width: document.documentElement.clientWidth,
  needed: document.documentElement.scrollWidth,
  fetched: performance.getEntriesByType("resource").map((entry) => entry.name)
    .filter((name) => !name.startsWith("data:")),
  images: Array.from(document.images).map((image) => image.complete && image.naturalWidth > 0),
  shown: document.querySelectorAll(".entries li:not([hidden])").length,
  heads: document.querySelectorAll("section.region:not([hidden])").length,
  status: (document.querySelector("[role=status]") || {}).textContent || "",
  first: document.querySelector("a, button, input, select, [tabindex='0']").className,
  small: Array.from(document.querySelectorAll("p, li, td, dd, dt, a, label"))
    .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 12.5).map((e) => e.textContent),
}), "*");
addEventListener("load", () => { ACTION; setTimeout(report, 100); });
"""


@pytest.fixture(scope="session")
def chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None or shutil.which(found) is None:
        pytest.skip("No Chromium was found. Install it, or name it in the variable CHROMIUM.")
    return found


@pytest.fixture(scope="session")
def site(tmp_path_factory, chromium) -> Path:
    """Run the tiny notebook, export it and build an index around it."""
    import nbformat
    from nbclient import NotebookClient

    folder = tmp_path_factory.mktemp("run")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120).execute()
    nbformat.write(notebook, folder / "ran.ipynb")
    out = folder / "site"
    entries = []
    for region, name in (("3822", "Tinn"), ("1508", "Ålesund"), ("5403", "Øksnes")):
        path = f"{region}/labour_shortage-care-baseline-nb.html"
        export_page(folder / "ran.ipynb", out / path, language="nb", title=f"Behov i {name}")
        entries.append(
            PageEntry(
                path=path,
                notebook="labour_shortage",
                region=region,
                region_name=name,
                sector="care",
                sector_name="Helse og omsorg",
                scenario="baseline",
                scenario_name="Referansebane",
                language="nb",
                title=f"Behov i {name}",
                headline="Rekrutteringsbehovet er 21 årsverk i året (18 til 25).",
            )
        )
    build_site(entries, out, quarter="2026Q4", title="Bemanning", failed=["Utsira: aldring"])
    return out


def browse(chromium: str, folder: Path, *arguments: str) -> str:
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def measure(chromium: str, page: Path, folder: Path, width: int, action: str = "") -> Any:
    """Open a copy of the page that may measure itself, in a frame of the width."""
    html = page.read_text(encoding="utf-8")
    html, opened = re.subn(r"<meta [^>]*Content-Security-Policy[^>]*>", "", html)
    assert opened == 1
    script = f"<script>{MEASURE.replace('ACTION', action)}</script></body>"
    (folder / "copy.html").write_text(html.replace("</body>", script), encoding="utf-8")
    (folder / "frame.html").write_text(
        f'<iframe src="copy.html" width="{width}" height="900"></iframe><pre id="out"></pre>'
        "<script>addEventListener('message', (event) => {"
        "document.getElementById('out').textContent = event.data; });</script>",
        encoding="utf-8",
    )
    dom = browse(
        chromium,
        folder,
        "--virtual-time-budget=4000",
        "--dump-dom",
        (folder / "frame.html").as_uri(),
    )
    found = re.search(r'<pre id="out">(.+?)</pre>', dom, re.DOTALL)
    assert found, dom[-2000:]
    return json.loads(unescape(found.group(1)))


PAGES = ["3822/labour_shortage-care-baseline-nb.html", "index.html"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_a_page_fits_the_screen_and_fetches_nothing(
    chromium, site, tmp_path, page: str, width: int
) -> None:
    seen = measure(chromium, site / page, tmp_path, width)
    assert seen["width"] in range(width - 20, width + 1)
    assert seen["needed"] <= seen["width"]
    assert seen["fetched"] == []
    assert all(seen["images"])
    assert seen["small"] == []
    assert seen["first"] == "skip"


def test_a_folded_table_opened_on_a_phone_scrolls_in_its_own_box(chromium, site, tmp_path) -> None:
    unfold = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
    seen = measure(chromium, site / PAGES[0], tmp_path, 320, unfold)
    assert seen["needed"] <= seen["width"]


def test_the_index_finds_a_report_by_region_and_by_words(chromium, site, tmp_path) -> None:
    choose = (
        "const field = document.getElementById('filter').elements['{}']; field.value = '{}';"
        "field.dispatchEvent(new Event('input', {{bubbles: true}}))"
    )
    everything = measure(chromium, site / "index.html", tmp_path, 1280)
    region = measure(chromium, site / "index.html", tmp_path, 1280, choose.format("region", "1508"))
    words = measure(
        chromium, site / "index.html", tmp_path, 1280, choose.format("search", "ØKSNES omsorg")
    )
    assert [one["shown"] for one in (everything, region, words)] == [3, 1, 1]
    assert [one["heads"] for one in (everything, region, words)] == [3, 1, 1]
    assert region["status"] == "Viser 1 av 3 rapporter."


def test_a_printed_page_is_tagged_and_knows_its_language(chromium, site, tmp_path) -> None:
    out = tmp_path / "page.pdf"
    browse(
        chromium,
        tmp_path,
        "--no-pdf-header-footer",
        f"--print-to-pdf={out}",
        (site / PAGES[0]).as_uri(),
    )
    pdf = out.read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/StructTreeRoot" in pdf
    assert b"/Lang (nb)" in pdf
    assert re.search(rb"/Type\s*/Pages\s*/Count\s*[1-4]\b", pdf)
