"""The lights on a page: every check has words, a reason is shown, and no figure is."""

import re
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
import xarray as xr

from workforce.inputs.quality import JUDGED, SCHEMA
from workforce.reports.charts.chart import SILENT
from workforce.reports.charts.figures import Subject
from workforce.reports.quality import accepted_red, lights_of, quality, write_lights
from workforce.reports.texts import LANGUAGES, load_texts
from workforce.sources.names import load_names

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CHECKS = {"balance": True, "occupation_balance": True, "jump": True, "age": False,
          "future": False, "reference_date": False, "revision": False}  # fmt: skip
"""Each check, and whether it names a sector."""


def report(language="nb", missing=()):
    subject = Subject(
        region="9003", sector="all", scenario="baseline", base_year=2026, horizon_year=2036,
        texts=load_texts(language), names=load_names(SAMPLE), missing=missing,
    )  # fmt: skip
    return SimpleNamespace(subject=subject)


def inputs(*borrowed):
    entries = ", ".join(f'{{"variable": "{name}"}}' for name in borrowed)
    return xr.Dataset(attrs={"borrowed": f"[{entries}]"})


def lights(*rows):
    return pl.DataFrame(
        [{"region": "9003", "sector": "", "year": 2026, "accepted": "", **row} for row in rows],
        schema=SCHEMA,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_a_reason_in_every_language(language, check):
    sector = "health_care" if CHECKS[check] else ""
    row = {"table": "staff", "check": check, "light": "yellow", "sector": sector}
    table = quality(report(language), inputs(), lights(row)).table
    reason = table.row(0)[2]
    assert "20" in reason
    assert "health_care" not in reason
    assert "{" not in reason


def test_a_table_shows_its_worst_light_and_every_reason_that_is_not_green():
    rows = [
        {"table": "staff", "check": "age", "light": "green"},
        {"table": "staff", "check": "reference_date", "light": "yellow"},
        {"table": "staff", "check": "future", "light": "red", "accepted": "Vi vet det."},
        {"table": "population", "check": "age", "light": "green"},
    ]
    chart = quality(report(), inputs(), lights(*rows))
    told = {row[0]: row[1:] for row in chart.table.iter_rows()}
    assert told["Innbyggere"] == ("✓ Grønt", "Nyeste tall er fra 2026.")
    light, reason = told["Ansatte"]
    assert light == "✕ Rødt"
    assert "31. desember" in reason
    assert reason.endswith("Godtatt fordi: Vi vet det.")
    assert "har gitt en grunn" in chart.note


def test_red_figures_without_a_reason_make_the_page_a_draft():
    row = {"table": "staff", "check": "future", "light": "red"}
    assert "utkast" in quality(report(), inputs(), lights(row)).note


def test_what_is_borrowed_is_yellow_and_its_share_is_told():
    chart = quality(report(), inputs("use_rate", "exit_rate_partly"), lights())
    told = {row[0]: row[1:] for row in chart.table.iter_rows()}
    assert told["Brukere av tjenestene"][1].startswith("Lånt")
    assert told["Avgang og rekruttering"][1].startswith("Delvis lånt")
    assert re.match(r"50\s%", chart.note)


def test_a_page_without_staff_tells_nothing_of_what_is_borrowed_for_staff():
    assert quality(report(missing=("staff",)), inputs("use_rate"), lights()) is SILENT


def test_accepted_figures_are_told_in_the_head_by_reason(tmp_path):
    plan = tmp_path / "plan.parquet"
    assert accepted_red("", report().subject) == ()
    assert accepted_red(plan, report().subject) == ()
    rows = [
        {"table": table, "check": "age", "light": "red", "accepted": "Vi vet det."}
        for table in ("population", "staff")
    ]
    write_lights(lights(*rows, {**rows[0], "region": "9001", "accepted": "Annet."}), plan)
    (told,) = accepted_red(plan, report().subject)
    assert "Innbyggere og Ansatte" in told
    assert told.endswith("Vi vet det.")
    found = lights_of(SAMPLE, region="9001", quarter="2026Q4", plan=plan)
    assert found["accepted"].to_list() == ["Annet."]


def test_a_notebook_by_itself_judges_the_folder():
    found = lights_of(SAMPLE, region="9003", quarter="2026Q4")
    assert set(found["table"]) == set(JUDGED) - {"fte_in_post"}
    assert set(found["light"]) == {"green"}
