"""What a page says of public figures: breaks, sources and editions."""

import datetime as dt
import json
from dataclasses import replace

import polars as pl
import pytest

from workforce.contract.about import Break
from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.inputs.kostra import was_revised
from workforce.inputs.quality import judge_folder
from workforce.reports import charts
from workforce.reports.charts.figures import Subject
from workforce.reports.report import source_lines
from workforce.results.fetched import sources_of
from workforce.sources.tables.folder import open_folder
from workforce.texts.catalogue import load_texts

NB = load_texts("nb")


@pytest.fixture(scope="module")
def subject():
    return Subject(
        "1508", "all", "baseline", 2026, 2036, NB, Names({("region", "1508", "nb"): "Å"})
    )


@pytest.fixture(scope="module")
def figures():
    rows = [
        {"scenario": "baseline", "region": "1508", "sector": "all", "occupation": "all",
         "dimension": "age_band", "category": band, "variable": "population_observed",
         "unit": "persons", "year": year, "level": 0.8, "central": persons, "lower": persons,
         "upper": persons, "persons": None}
        for band, persons in (("all", 1000.0), ("20-66", 600.0), ("80+", 50.0))
        for year in range(2022, 2027)
    ]  # fmt: skip
    table = pl.DataFrame(rows, schema=ROW)
    return Figures(table, "public", 5)


def with_break(figures, *told):
    return replace(figures, facts=Facts(breaks=(Break("1508", *told),)))


def test_a_series_without_breaks_has_no_marks(figures, subject):
    chart = charts.population_history(figures, subject)
    assert "‖" not in "".join(chart.table["Alle"])
    assert chart.note == ""


def test_a_merger_is_marked_in_chart_table_and_alternative_text(figures, subject):
    chart = charts.population_history(with_break(figures, 2024, "merged", 2016), subject)
    cells = dict(chart.table.select("År", "Alle").iter_rows())
    assert [year for year, cell in cells.items() if "‖" in cell] == ["2024"]
    drawn = [text.get_text() for text in chart.figure.axes[0].texts]
    assert "Nye grenser 2024" in drawn
    lines = [list(line.get_xdata()) for line in chart.figure.axes[0].lines]
    assert [2023.5, 2023.5] in lines
    assert "slått sammen" in chart.alt
    assert cells["2022"]


def test_years_before_a_split_of_unknown_shares_are_named_not_comparable(figures, subject):
    chart = charts.population_history(with_break(figures, 2024, "split_unknown", 2021), subject)
    for column in ("Alle", "80 år og over"):
        cells = dict(chart.table.select("År", column).iter_rows())
        lost = [year for year, cell in cells.items() if cell == "Ikke sammenlignbart"]
        assert lost == ["2021", "2022", "2023"]
        assert "‖" in cells["2024"]
    assert "2024" in chart.title


def test_revised_figures_are_told_by_the_day_they_were_published():
    assert not was_revised(dt.date(2026, 3, 16), 2026)
    assert was_revised(dt.date(2026, 6, 15), 2026)
    # 15 June 2025 was a Sunday, and those of the year before are not revised by its March.
    assert was_revised(dt.date(2025, 6, 13), 2025)
    assert was_revised(dt.date(2026, 3, 16), 2025)


def record(folder, updated):
    sources = [
        {"table": "regions", "source": "Kilde: KLASS"},
        {"table": "service_use", "statbank": "11645", "newest": 2026, "updated": updated,
         "fetched": "2026-11-25T10:00:00+00:00"},
        {"table": "population", "statbank": "07459", "newest": None, "updated": "2026-02-24",
         "fetched": "2026-11-25T10:00:00+00:00"},
    ]  # fmt: skip
    (folder / "sources.json").write_text(json.dumps({"sources": sources}), encoding="utf-8")


@pytest.mark.parametrize(
    ("updated", "word", "light"),
    [
        ("2026-03-16T07:00:00Z", "ureviderte", "yellow"),
        ("2026-06-15T06:00:00Z", "reviderte", "green"),
    ],
)
def test_source_lines_and_the_gate_tell_the_edition(tmp_path, updated, word, light):
    record(tmp_path, updated)
    lines = source_lines(sources_of(open_folder(tmp_path)), NB)
    assert lines[0].startswith("Kilde: Statistisk sentralbyrå, KLASS 131")
    start = "Kilde: Statistisk sentralbyrå, tabell 11645, hentet 25. november 2026, CC BY 4.0"
    assert lines[1].startswith(f"{start} ({word} KOSTRA-tall, publisert ")
    assert lines[2].endswith("CC BY 4.0 (sist oppdatert 24. februar 2026)")
    people = {"region": "4026", "level": "municipality", "name": "Tinn"}
    pl.DataFrame([people]).write_csv(tmp_path / "regions.csv")
    use = {"region": "4026", "sector": "health_care", "sex": "female", "age": 80, "year": 2026,
           "users": 30}  # fmt: skip
    pl.DataFrame([use]).write_csv(tmp_path / "service_use.csv")
    # In the fourth quarter the revised figures are out, but these may have been fetched before.
    lights = judge_folder(open_folder(tmp_path), ["4026"], quarter="2026Q4")
    assert lights.filter(pl.col("check") == "edition")["light"].to_list() == [light]
    assert lights.filter(pl.col("check") == "revision").is_empty()


def test_a_folder_that_nothing_was_fetched_into_has_no_source_lines(tmp_path):
    assert source_lines(sources_of(open_folder(tmp_path)), NB) == ()
