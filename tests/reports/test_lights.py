"""The lights on a page: every check has words, a reason is shown, and no figure is."""

from pathlib import Path

import polars as pl
import pytest

from workforce.contract.about import Mark
from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.quality import JUDGED, LIGHTS_SCHEMA
from workforce.contract.results import ROW
from workforce.inputs import load_inputs
from workforce.inputs.quality import judge_folder
from workforce.reports.charts.chart import SILENT
from workforce.reports.charts.figures import Subject
from workforce.reports.quality import lights
from workforce.reports.report import accepted_red
from workforce.results.borrowing import share_rows
from workforce.results.run_notes import lights_of_run, write_lights
from workforce.sources.tables.folder import open_folder
from workforce.texts.catalogue import LANGUAGES, load_texts

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CHECKS = {"balance": True, "occupation_balance": True, "jump": True, "age": False,
          "position": True, "occupation_position": True, "future": False,
          "reference_date": False, "revision": False}  # fmt: skip
"""Each check, and whether it names a sector."""


def told(*found, language="nb", missing=(), shares=(), facts=None):
    """Show the lights of a page with shares as `share_table` takes them."""
    subject = subject_of(language, missing)
    facts = Facts(lights=lights_of(*found)) if facts is None else facts
    return lights(Figures(share_table(*shares), "public", 5, facts), subject)


def subject_of(language="nb", missing=()):
    return Subject(
        region="9003", sector="all", scenario="baseline", base_year=2026, horizon_year=2036,
        texts=load_texts(language), names=open_folder(SAMPLE).names, missing=missing,
    )  # fmt: skip


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


def lent(*borrowed):
    marks = tuple(
        Mark(name, "9003", "", "x", imputed=name.endswith("_partly")) for name in borrowed
    )
    return Facts(borrowed=marks, has_posts=bool(borrowed))


OWN = "Lever egne tall der dere har dem."


def lights_of(*rows):
    return pl.DataFrame(
        [{"region": "9003", "sector": "", "year": 2026, "accepted": "", **row} for row in rows],
        schema=LIGHTS_SCHEMA,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_a_reason_in_every_language(language, check):
    sector = "health_care" if CHECKS[check] else ""
    row = {"table": "staff", "check": check, "light": "yellow", "sector": sector}
    table = told(row, language=language).table
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
    chart = told(*rows)
    found = {row[0]: row[1:] for row in chart.table.iter_rows()}
    assert found["Innbyggere"] == ("✓ Grønt", "De nyeste tallene gjelder 2026.")
    light, reason = found["Ansatte"]
    assert light == "✕ Rødt"
    assert "31. desember" in reason
    assert reason.endswith("Vi vet det. Kontroller tallene med den som leverte dem.")
    assert "har gitt en grunn" in chart.note


def test_red_figures_without_a_reason_make_the_page_a_draft():
    row = {"table": "staff", "check": "future", "light": "red"}
    assert "utkast" in told(row).note


def test_what_is_borrowed_is_told_as_a_part_of_the_fte_and_yellow_from_a_quarter():
    shares = [
        ("service_use", "borrowed", 0.24, 900),
        ("staff_flows", "borrowed", 0.37, 900),
        ("shortage", "borrowed", 1.0, 900),
        ("absence", "imputed", 0.25, 900),
    ]
    chart = told(shares=shares)
    found = {row[0]: row[1:] for row in chart.table.iter_rows()}
    assert found["Brukere av tjenestene"] == ("✓ Grønt", "Lånt for 24\xa0% av årsverkene.")
    assert found["Avgang og rekruttering"] == ("! Gult", f"Lånt for 37\xa0% av årsverkene. {OWN}")
    assert found["Mangel i utgangsåret"] == (
        "! Gult",
        f"Lånt: Egne tall mangler eller er for små. {OWN}",
    )
    assert found["Fravær"][0] == "! Gult"
    assert found["Fravær"][1].startswith("Utfylt for 25\xa0% av årsverkene")
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
    reasons = lights(Figures(rows, "public", 5), subject_of(language)).table.row(0)
    assert "%" in reasons[2]


def test_a_page_without_staff_says_in_words_what_is_borrowed_for_the_need():
    assert told(missing=("staff",), facts=lent()) is SILENT
    chart = told(missing=("staff",), facts=lent("use_rate", "use_rate_partly"))
    assert chart.table.rows() == [
        ("Brukere av tjenestene", "! Gult", f"Lånt: Egne tall mangler eller er for små. {OWN}")
    ]
    chart = told(missing=("staff",), facts=lent("use_rate_partly"))
    assert chart.table.row(0)[2].startswith("Utfylt: Egne tall")


def test_accepted_figures_are_told_in_the_head_by_reason():
    none = Figures(pl.DataFrame(), "public", 5)
    assert accepted_red(none, subject_of()) == ()
    rows = [
        {"table": table, "check": "age", "light": "red", "accepted": "Vi vet det."}
        for table in ("population", "staff")
    ]
    facts = Facts(lights=lights_of(*rows, {**rows[0], "check": "future", "accepted": ""}))
    (said,) = accepted_red(Figures(pl.DataFrame(), "public", 5, facts), subject_of())
    assert "Innbyggere og Ansatte" in said
    assert said.endswith("Vi vet det.")


def test_lights_of_a_run_are_read_as_they_were_written(tmp_path):
    assert lights_of_run("") is None
    assert lights_of_run(tmp_path) is None
    row = {"table": "staff", "check": "age", "light": "red", "accepted": "Annet."}
    write_lights(lights_of(row), tmp_path)
    assert lights_of_run(tmp_path).equals(lights_of(row))


def test_a_notebook_by_itself_judges_the_folder():
    found = judge_folder(open_folder(SAMPLE), ["9003"], quarter="2026Q4")
    assert set(found["table"]) == set(JUDGED) - {"fte_in_post"}
    assert set(found["light"]) == {"green"}
