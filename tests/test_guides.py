"""What the guides for developers say is all that there is to do."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from workforce.cli import app
from workforce.reports import charts

ROOT = Path(__file__).parents[1]
GUIDES = ROOT / "docs" / "guides"
CHART_PAGES = ROOT / "docs" / "charts"
BLOCK = re.compile(r"^(?:Add to|New file) `([^`]+)`:\n\n```\w+\n(.*?)```$", re.M | re.S)
KNOWN = """
import polars as pl
from tests.reports.test_charts import THEN, published, row, subject
from workforce.contract.dictionary import tables
from workforce.contract.evidence import evidence_of
from workforce.contract.sense import rules_of
from workforce.explore.panel import REACH
from typer.testing import CliRunner

from workforce.cli import app
from workforce.reports import charts
from workforce.scenarios.levers import LEVERS
from workforce.texts.catalogue import LANGUAGES, load_texts
from tests.sources.statbank.norway import TOWNS, norway
from tests.sources.statbank.statbank_service import serve, table
from workforce.contract.folder import FetchReport
from workforce.sources.statbank.calls import Line
from workforce.sources.statbank.declared import fetch_declared
from workforce.sources.statbank.fetching import take_others

lever = LEVERS["meeting_time"]
assert REACH[lever.name] == (0.0, 5.0, 0.5)
assert lever.problems({"percent": 11})["percent"]
assert (evidence_of(lever.name).standing, evidence_of(lever.name).high) == ("none", 1.2)
cost = pl.DataFrame({"lever": [lever.name], "unit": [lever.cost_unit]})
refused = [cost.select(rule.broken).to_series().any() for rule in rules_of("measure_costs")]
assert refused == [False, False]

rows = [row("supply_fte", THEN, 90, 80, 99), row("supply_fte", THEN, 40, sector="school")]
for language in LANGUAGES:
    made = charts.fte_by_service(published(rows), subject(language, sector="all"))
    assert "90" in made.title and made.title in made.alt and made.table.height == 2
    assert made.figure is not None
none = charts.fte_by_service(published([row("users", THEN, 1)]), subject(missing=("staff",)))
assert none.figure is None and "Staff" in none.note
assert tables()["trainees"].key == ("region", "sector", "occupation", "year")
assert tables()["trainees"].column("trainees").becomes == "rounded"

service, report = norway(), FetchReport()
figures = {"codes": ["Personer"], "labels": {"Personer": "Personer"}}
towns = {"codes": list(TOWNS), "codelists": ["agg_KommSummer"]}
cells = {"Region": towns, "ContentsCode": figures, "Tid": ["2024", "2025"]}
service.tables["99999"] = table(cells, lambda cell: 7 if cell["Tid"] == "2025" else ":")
people = pl.DataFrame({"region": ["4026"], "year": [2026]})
breaks = pl.DataFrame(schema={"region": pl.String, "year": pl.Int64, "reason": pl.String})
with serve(service):
    line = Line(sleep=lambda _: None)
    ask = lambda declared, some: fetch_declared(declared, some, line=line, base_url=service.url)
    taken = take_others(people, breaks, {}, ask, report, names=["trainees"])
(told,) = taken["trainees"].to_dicts()
assert (told["region"], told["year"], told["trainees"]) == ("4026", 2026, 7.0)
assert [one["statbank"] for one in report.sources] == ["99999"] and "1 figures" in report.notes[0]
assert {"lever.meeting_time.title", "section.services"} <= set(load_texts("nn").entries)
"""


def test_a_lever_a_chart_a_table_and_a_source_are_known_from_what_the_guides_write(
    tmp_path,
) -> None:
    copy = tmp_path / "src" / "workforce"
    shutil.copytree(ROOT / "src" / "workforce", copy, ignore=shutil.ignore_patterns("__pycache__"))
    for guide in ("add-a-lever", "add-a-chart", "add-a-table"):
        blocks = BLOCK.findall((GUIDES / f"{guide}.md").read_text(encoding="utf-8"))
        assert 2 <= len(blocks) <= 4  # beside a page of docs, and a notebook
        for path, text in blocks:
            with (tmp_path / path).open("a", encoding="utf-8") as file:
                file.write(f"\n\n{text}" if path.endswith(".py") else text)
    guide = (GUIDES / "add-a-source.md").read_text(encoding="utf-8")
    for path, text in BLOCK.findall(guide):
        with (tmp_path / path).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}")
    (line,) = re.findall(r'^ +"trainees": .*\n', guide, re.M)
    fetching = tmp_path / "src" / "workforce" / "sources" / "statbank" / "fetching.py"
    before, opened, after = fetching.read_text(encoding="utf-8").partition("pl.DataFrame]] = {\n")
    taking = "from workforce.sources.statbank.trainees import take_trainees\n"
    fetching.write_text(f"{taking}{before}{opened}{line}{after}", encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-c", KNOWN], cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "src")},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


def test_every_chart_has_a_page_on_how_to_read_it() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in CHART_PAGES.glob("*.md"))
    charts.lights  # noqa: B018 - those that are made of others are found now
    unread = [name for name in charts.CHARTS if f"charts.{name}" not in pages]
    assert unread == []
    parts = ("Useful for", "What it shows", "How to read it", "What to do", "What not to")
    lacking = [
        (path.stem, part) for path in CHART_PAGES.glob("*.md") if path.stem != "README"
        for part in parts if f"**{part}.** " not in path.read_text(encoding="utf-8")
    ]  # fmt: skip
    assert lacking == []


def test_the_page_of_tables_is_what_the_command_of_the_guide_writes() -> None:
    told = CliRunner().invoke(app, ["schema"])
    assert told.stdout == (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
