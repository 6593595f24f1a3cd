"""Ageing pages of real municipalities in one run, and again after one table changed.

``WORKFORCE_REFERENCE=FOLDER python -m benchmarks.real_places [--places 300] [--workers 2]``, with
``--out`` to keep the site. Makes the pages, runs once more with nothing changed, then with another
name for one place, and prints what came of the pages each time. Other inhabitants of one place
would change all pages: each place takes its migration by age from all of them together. Where
Chromium is there it opens the index and a page, and counts what they show.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl
import yaml
from benchmarks.batch import ROOT, measured, run

from workforce.evaluation.reference import write_folder


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--places", type=int, default=300)
    given.add_argument("--draws", type=int, default=200)
    given.add_argument("--workers", type=int, default=2)
    given.add_argument("--out", type=Path)
    asked = given.parse_args()
    reference = os.environ.get("WORKFORCE_REFERENCE")
    if not reference:
        print("WORKFORCE_REFERENCE names no folder of reference cases: nothing was measured.")
        return
    with tempfile.TemporaryDirectory() as folder:
        out = (asked.out or Path(folder)).absolute()
        data = out / "data"
        data.mkdir(parents=True)
        write_folder(Path(reference), data)
        places = pl.read_csv(data / "regions.csv", infer_schema=False)
        codes = places.filter(level="municipality")["region"].sort().to_list()
        codes = codes[:: max(1, len(codes) // asked.places)][: asked.places]
        told = {
            "title": "Real places", "data": "data", "quarter": "2026Q4", "seed": 1,
            "draws": asked.draws, "workers": asked.workers, "discussion": False,
            "notebooks": str(ROOT / "notebooks"),
            "reports": [{"notebook": "ageing", "regions": codes}],
        }  # fmt: skip
        params = out / "params.yaml"
        params.write_text(yaml.safe_dump(told), encoding="utf-8")
        tell("from an empty cache", params)
        tell("once more", params)
        rename(data / "regions.csv", codes[0])
        tell(f"with another name for {codes[0]}", params)
        look(out / "reports" / "2026Q4")


def tell(name: str, params: Path) -> None:
    """Run, and print the time and what came of the pages."""
    cpu, wall = measured(lambda: run(str(params), params.parent, ""))
    manifest = params.parent / "runs" / "2026Q4" / "manifest.json"
    pages = json.loads(manifest.read_text(encoding="utf-8"))["pages"]
    came = Counter(page["status"] for page in pages)
    print(f"{name}: {dict(came)}; {cpu:.0f} s processor, {wall:.0f} s wall", flush=True)


def rename(path: Path, code: str) -> None:
    """Give a place another name."""
    table = pl.read_csv(path, infer_schema=False)
    name = pl.when(region=code).then(pl.col("name") + " kommune").otherwise("name")
    table.with_columns(name=name).write_csv(path)


def look(site: Path) -> None:
    """Open the index and the first page that it links to in a browser without a window."""
    browser = shutil.which("chromium")
    if browser is None:
        return
    links = re.findall(r'href="(\d+/[^"]+\.html)"', seen(browser, site / "index.html"))
    there = sum((site / link).is_file() for link in links)
    page = seen(browser, site / links[0])
    drawn = len(re.findall("<svg", page))
    print(
        f"in the browser: {len(set(links))} links, {there} lead to a page; {drawn} drawings on it"
    )


def seen(browser: str, path: Path) -> str:
    """Give a page as the browser has it."""
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", path.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
