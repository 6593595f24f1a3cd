"""What the flows of staff stand on is told where their figures are, and large changes ask back."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr
from tests.tables import read_folder

from workforce.contract.figures import Figures
from workforce.contract.names import names_in
from workforce.contract.results import ROW
from workforce.reports.charts.figures import Estimate, Subject
from workforce.reports.charts.words import sector_name
from workforce.reports.flow_evidence import (
    check_flows,
    evidence_line,
    evidence_of,
    flow_notes,
    recruited,
)
from workforce.reports.quality import lights
from workforce.reports.report import assumptions
from workforce.results.flow_evidence import evidence_rows
from workforce.results.rows import lay_rows
from workforce.texts.catalogue import LANGUAGES, load_texts

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
SECTORS = ["health_care", "kindergarten"]
NAMES = names_in(read_folder(SAMPLE, ["regions", "sectors", "occupations"]))


def subject(language="nb", sector="all"):
    return Subject(
        region="9003", sector=sector, scenario="baseline", base_year=2026, horizon_year=2036,
        texts=load_texts(language), names=NAMES, missing=(),
    )  # fmt: skip


def observed(years, exits, recruits):
    posts = {"region": ["9003"], "sector": SECTORS}
    return xr.Dataset(
        {
            "observed_flow_years": ("region", [float(years)]),
            "observed_exits": (list(posts), np.array([exits], dtype=float)),
            "observed_recruits": (list(posts), np.array([recruits], dtype=float)),
        },
        coords=posts,
        attrs={"base_year": 2026},
    )


def published(rows, audience="public"):
    return Figures(
        pl.DataFrame(rows, schema=ROW),
        audience,
        None if audience == "internal" else 5,
    )


def told(years, exits, recruits, *, sector="all", language="nb"):
    rows = evidence_rows(observed(years, exits, recruits), region="9003", scenario="baseline")
    about = subject(language, sector)
    return evidence_line(evidence_of(published(rows), about), about.texts)


def test_counts_of_some_services_alone_are_told_as_such_and_set_beside_nothing():
    """A service too small for its exits to be shown is not in the counts, and they are too few."""
    rows = evidence_rows(observed(7, [340, 0], [700, 0]), region="9003", scenario="baseline")
    # Of 50 who come in a year to 40 FTE, 100 who began are 80.
    come = {"variable": "recruits", "year": 2026, "sector": "all", "occupation": "all",
            "dimension": "origin", "category": "other", "central": 50.0}  # fmt: skip
    lent = {"variable": "borrowed_share", "year": 2026, "sector": "all", "central": 0.2,
            "dimension": "quality", "category": "staff_flows"}  # fmt: skip
    come, lent = (lay_rows([one], region="9003", scenario="baseline") for one in (come, lent))
    flows = {"inflow": Estimate(40.0, 40.0, 40.0, 0.8)}
    every, some = pl.concat([rows, come]), pl.concat([rows, come, lent])
    seen = {"seen": "80", "years": 7, "last": 2026}
    assert recruited(published(every), subject(), flows) == seen
    assert recruited(published(some), subject(), flows) == {}
    line = evidence_line(evidence_of(published(some), subject()), subject().texts)
    assert line.startswith("Avgang og rekruttering bygger på 7 år med egne tall fra tjenestene som")
    # Within the house counts are of all; only what is borrowed for want of events is another's.
    assert recruited(published(some, "internal"), subject(), flows) == seen


def test_years_exits_and_recruits_are_told_to_the_nearest_ten():
    assert told(1, [34, 16], [9, 10]) == (
        "Avgang og rekruttering bygger på ett år med egne tall: omtrent 50 personer sluttet og "
        "færre enn 20 personer begynte."
    )
    of_sector = told(8, [304, 16], [9, 10], sector="health_care")
    assert "8 år med egne tall: omtrent 300 personer sluttet" in of_sector


def test_a_place_without_flows_among_others_that_have_some_is_told_to_build_on_little():
    rows = evidence_rows(observed(0, [0, 0], [0, 0]), region="9003", scenario="baseline")
    ahead = [{**row, "variable": "shortage_fte"} for row in supply((400.0, 390.0))]
    ((label, said),) = flow_notes(published([*rows.to_dicts(), *ahead]), subject())
    assert label == "Lite grunnlag"
    assert said.startswith("Det finnes ingen egne tall på avgang og rekruttering.")
    assumed = " ".join(assumptions(published(rows), subject("en"), has_official=True))
    assert assumed.count("none of your own") == 2
    assert "from your own figures" not in assumed


@pytest.mark.parametrize("language", LANGUAGES)
def test_few_events_are_never_told_as_a_number_of_their_own(language):
    said = {
        told(3, [few, 500], [few, 500], sector="health_care", language=language)
        for few in (0, 1, 4, 5, 13, 19)
    }
    assert len(said) == 1
    assert min(said).count("20") == 2


@pytest.mark.parametrize(
    ("years", "events", "light"),
    [(1, 400, "! Gult"), (8, 60, "! Gult"), (3, 100, "✓ Grønt")],
)
def test_the_light_of_flows_is_yellow_where_few_years_or_events_lie_behind(years, events, light):
    rows = evidence_rows(
        observed(years, [events, 0], [events, 0]), region="9003", scenario="baseline"
    )
    (row,) = lights(published(rows, "internal"), subject()).table.rows()
    assert row[:2] == ("Avgang og rekruttering", light)
    assert "med egne tall" in row[2]


def test_the_assumptions_of_every_page_tell_what_the_flows_stand_on():
    rows = evidence_rows(observed(2, [30, 30], [30, 30]), region="9003", scenario="baseline")
    said = assumptions(published(rows), subject(), has_official=True)
    assert said[-1].startswith("Avgang og rekruttering bygger på 2 år med egne tall")
    without = assumptions(published([]), subject(), has_official=True)
    assert not any("egne tall:" in one for one in without)


def supply(path, sector="health_care"):
    now, then = path
    return [
        {
            "scenario": "baseline", "region": "9003", "sector": sector, "occupation": "all",
            "dimension": "", "category": "", "variable": "supply_fte", "unit": "FTE",
            "year": year, "level": 0.8, "central": value, "lower": value, "upper": value,
            "persons": 2.0 * now,
        }
        for year, value in ((2026, now), (2036, then))
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_that_halves_or_doubles_asks_to_check_the_flows_first(language):
    halved = published([*supply((400.0, 190.0)), *supply((100.0, 120.0), "kindergarten")])
    said = check_flows(halved, subject(language))
    assert said.startswith(sector_name(subject(language), "health_care"))
    assert "2036" in said
    doubled = check_flows(published(supply((30.0, 61.0))), subject(language))
    assert doubled != said
    assert doubled
    assert check_flows(published(supply((400.0, 210.0))), subject(language)) == ""
    assert check_flows(published(supply((12.0, 3.0))), subject(language)) == ""


def test_a_page_with_a_shortage_says_first_that_little_lies_behind_the_flows():
    little = evidence_rows(observed(1, [30, 20], [12, 7]), region="9003", scenario="baseline")
    ahead = [{**row, "variable": "shortage_fte"} for row in supply((400.0, 190.0))]
    page = published([*little.to_dicts(), *ahead, *supply((400.0, 190.0))])
    labels = [label for label, _ in flow_notes(page, subject())]
    assert labels == ["Lite grunnlag", "Kontroller først"]
    assert "bare tjenester som er store nok" in flow_notes(page, subject())[0][1]
    assert "store nok" not in flow_notes(Figures(page.table, "internal"), subject())[0][1]
    assert flow_notes(published(little), subject()) == []
    much = evidence_rows(observed(8, [300, 200], [300, 200]), region="9003", scenario="baseline")
    assert flow_notes(published([*much.to_dicts(), *ahead]), subject()) == []
