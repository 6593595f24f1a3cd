"""The lights on a page: every check has words, a reason is shown, and no figure is."""

from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
import xarray as xr

from workforce.contract.about import About, Mark
from workforce.contract.figures import Figures
from workforce.contract.results import ROW
from workforce.inputs import load_inputs
from workforce.inputs.quality import JUDGED, SCHEMA
from workforce.reports.charts.chart import SILENT
from workforce.reports.charts.figures import Subject
from workforce.reports.lights import accepted_red, lights_of, write_lights
from workforce.reports.quality import quality
from workforce.results.borrowing import share_rows
from workforce.sources.tables.folder import open_folder
from workforce.texts.catalogue import LANGUAGES, load_texts

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CHECKS = {"balance": True, "occupation_balance": True, "jump": True, "age": False,
          "position": True, "occupation_position": True, "future": False,
          "reference_date": False, "revision": False}  # fmt: skip
"""Each check, and whether it names a sector."""


def report(language="nb", missing=(), shares=(), audience="public"):
    subject = Subject(
        region="9003", sector="all", scenario="baseline", base_year=2026, horizon_year=2036,
        texts=load_texts(language), names=open_folder(SAMPLE).names, missing=missing,
    )  # fmt: skip
    figures = Figures(share_table(*shares), audience, None if audience == "internal" else 5)
    return SimpleNamespace(subject=subject, figures=figures)


def share_table(*shares):
    """Rows as `share_rows` makes them: table, kind, share, persons and, if any, sector."""
    rows = [
        {
            "scenario": "baseline", "region": "9003", "sector": next(iter(sector), "all"),
            "occupation": "all", "dimension": "quality", "category": table,
            "variable": f"{kind}_share", "unit": "share of the FTE", "year": 2026, "level": 0.8,
            "central": share, "lower": share, "upper": share, "persons": persons,
        }
        for table, kind, share, persons, *sector in shares
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=ROW)


def inputs(*borrowed):
    marks = tuple(
        Mark(name, "9003", "", "x", imputed=name.endswith("_partly")) for name in borrowed
    )
    fte = {"fte_in_post": 1.0} if borrowed else {}
    return xr.Dataset(fte, attrs={"about": About(borrowed=marks)})


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


def test_what_is_borrowed_is_told_as_a_part_of_the_fte_and_yellow_from_a_quarter():
    shares = [
        ("service_use", "borrowed", 0.24, 900),
        ("staff_flows", "borrowed", 0.37, 900),
        ("shortage", "borrowed", 1.0, 900),
        ("absence", "imputed", 0.25, 900),
    ]
    chart = quality(report(shares=shares), inputs(), lights())
    told = {row[0]: row[1:] for row in chart.table.iter_rows()}
    assert told["Brukere av tjenestene"] == ("✓ Grønt", "Lånt for 24\xa0% av årsverkene.")
    assert told["Avgang og rekruttering"] == ("! Gult", "Lånt for 37\xa0% av årsverkene.")
    assert told["Mangel ved utgangspunktet"] == (
        "! Gult",
        "Lånt: egne tall mangler eller er for små.",
    )
    assert told["Fravær"][0] == "! Gult"
    assert told["Fravær"][1].startswith("Utfylt for 25\xa0% av årsverkene")
    assert "Avgang og rekruttering 37\xa0%" in chart.note
    assert chart.note.endswith("Utfylt, som andel av årsverkene: Fravær 25\xa0%.")


@pytest.fixture(scope="module")
def sample():
    return load_inputs(SAMPLE, region="9003", horizon=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_shares_are_whole_per_cent_and_never_nothing_or_all_where_something_is(sample, language):
    weight = sample["exit_weight"]
    weight = weight.where(weight["sector"] != "health_care", 1.0)
    rows = share_rows(sample.assign(exit_weight=weight), region="9003", scenario="baseline")
    found = {(row["category"], row["sector"]): row["central"] for row in rows.to_dicts()}
    assert all(round(100 * share) == pytest.approx(100 * share) for share in found.values())
    assert ("staff_flows", "health_care") not in found
    assert 0 < found["staff_flows", "all"] < 0.26
    shown = SimpleNamespace(subject=report(language).subject, figures=Figures(rows, "public", 5))
    reasons = quality(shown, sample, lights()).table.row(0)
    assert "%" in reasons[2]


def test_a_page_without_staff_says_in_words_what_is_borrowed_for_the_need():
    assert quality(report(missing=("staff",)), inputs(), lights()) is SILENT
    chart = quality(report(missing=("staff",)), inputs("use_rate", "use_rate_partly"), lights())
    assert chart.table.rows() == [
        ("Brukere av tjenestene", "! Gult", "Lånt: egne tall mangler eller er for små.")
    ]
    chart = quality(report(missing=("staff",)), inputs("use_rate_partly"), lights())
    assert chart.table.row(0)[2].startswith("Utfylt: egne tall")


def test_accepted_figures_are_told_in_the_head_by_reason(tmp_path):
    assert accepted_red("", report().subject) == ()
    assert accepted_red(tmp_path, report().subject) == ()
    rows = [
        {"table": table, "check": "age", "light": "red", "accepted": "Vi vet det."}
        for table in ("population", "staff")
    ]
    write_lights(lights(*rows, {**rows[0], "region": "9001", "accepted": "Annet."}), tmp_path)
    (told,) = accepted_red(tmp_path, report().subject)
    assert "Innbyggere og Ansatte" in told
    assert told.endswith("Vi vet det.")
    found = lights_of(open_folder(SAMPLE), region="9001", quarter="2026Q4", run=tmp_path)
    assert found["accepted"].to_list() == ["Annet."]


def test_a_notebook_by_itself_judges_the_folder():
    found = lights_of(open_folder(SAMPLE), region="9003", quarter="2026Q4")
    assert set(found["table"]) == set(JUDGED) - {"fte_in_post"}
    assert set(found["light"]) == {"green"}
