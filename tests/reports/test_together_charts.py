"""Tables of what neighbours can do together, on figures laid out by hand."""

from typing import Any

import polars as pl
import pytest

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.contract.sharing import FORMS, PoolingForm, Sharing
from workforce.reports import charts
from workforce.reports.charts.chart import SILENT
from workforce.reports.charts.figures import Subject
from workforce.results.shared_posts import shared_posts
from workforce.texts.catalogue import load_texts

NAMES = Names(
    {
        ("region", "1", "en"): "Fjord",
        ("region", "2", "en"): "Fell",
        ("region", "3", "en"): "Island",
        ("occupation", "2264", "en"): "Physiotherapist",
        ("competence", "digital", "en"): "Digital skills",
    },
    {"digital": "skill"},
)
PLACES = {"1": ("1", "2", "3")}
COUNTY = {"L1": ("1", "2", "3")}
AS_USUAL = Sharing()


def subject(**changes: Any) -> Subject:
    about = {"region": "1", "sector": "all", "scenario": "baseline"} | changes
    return Subject(base_year=2026, horizon_year=2036, texts=load_texts("en"), names=NAMES, **about)


def row(region: str, variable: str, central: float, **keys: Any) -> dict[str, Any]:
    return {
        "scenario": "baseline", "region": region, "sector": "all", "occupation": "2264",
        "dimension": "", "category": "", "variable": f"neighbour_{variable}", "unit": "FTE",
        "year": 2036, "level": 0.8, "central": central, "lower": central, "upper": central,
        "persons": 100.0,
    } | keys  # fmt: skip


def made(rows: list[dict[str, Any]], places: Any = PLACES, sharing: Sharing = AS_USUAL) -> Figures:
    table = pl.DataFrame(rows, schema=ROW)
    shared = shared_posts(table, places, sharing)
    return Figures(table, "public", 5, Facts(neighbours=places, sharing=sharing, shared=shared))


def test_posts_are_counted_apart_and_together():
    figures = made([row("1", "need", 1.3), row("2", "need", 0.3), row("3", "need", 0.3)])
    table = charts.shared_posts(figures, subject()).table
    assert table is not None
    # 2 + 1 + 1 apart; 0.9 of time shared is one post with a tenth on the road.
    assert [table[name].item() for name in table.columns[2:6]] == ["1.9", "4", "2", "2"]
    assert table["Places that can share"].item() == "Fjord, Fell and Island"
    assert table["Posts saved with fewer"].item() == "Fell: 1"


def test_a_place_that_adds_nothing_is_not_asked():
    # 0.3 and 0.3 are one post with a tenth on the road, and save one; 0.9 more saves none.
    rows = [row("1", "need", 1.3), row("2", "need", 0.9), row("3", "need", 0.3)]
    chart = charts.shared_posts(made(rows), subject())
    assert chart.table is not None
    assert chart.table["Places that can share"].item() == "Fjord and Island"
    # With nothing to tell of fewer, there is no column for it; 0.3 + 0.3 apart are unmet, and so
    # they are together, since they do not fill a post.
    assert [chart.table[name].item() for name in chart.table.columns[2:]] == [
        "1.6", "3", "2", "1", "0.6 → 0.6",
    ]  # fmt: skip
    # Of a county any of the places may share.
    county = charts.shared_posts(made(rows, COUNTY), subject(region="90"))
    assert county.table is not None
    assert county.table["Places that can share"].item() == "Fjord and Island"


def test_large_groups_and_places_without_a_need_have_nothing_to_share():
    rows = [row("1", "need", 30.3), row("2", "need", 12.3), row("3", "need", 0.0)]
    for region, places in (("1", PLACES), ("90", COUNTY)):
        chart = charts.shared_posts(made(rows, places), subject(region=region))
        assert chart.note.startswith("No posts can be saved")


def test_the_page_names_the_form_that_is_chosen_and_says_when_no_partner_is_near():
    rows = [row("1", "need", 1.3), row("2", "need", 0.3), row("3", "need", 0.3)]
    host = Sharing(tuple(sorted(FORMS, key=lambda form: form.name != "host")), chosen="host")
    note = charts.shared_posts(made(rows, PLACES, host), subject()).note
    assert note.startswith("Chosen form: Host municipality.")
    far = charts.shared_posts(made(rows, {}, Sharing(partners=("9",))), subject())
    assert far.note.startswith("None of the municipalities that the order file names")


def test_forms_say_what_they_take_and_what_is_left():
    rows = [row("1", "need", 1.3), row("2", "need", 0.3), row("3", "need", 0.3)]
    forms = [
        PoolingForm("shared_post", 0.1, 0.02),
        PoolingForm("host", 0.0, 0.1, source="Own figures 2025"),
        PoolingForm("company", 0.1, 0.05, administration_least=0.5),
    ]
    sharing = Sharing(tuple(forms), chosen="shared_post")
    table = charts.forms_together(made(rows, PLACES, sharing), subject()).table
    assert table is not None
    named = ["Shared post (chosen)", "Host municipality", "Intermunicipal company (IKS)"]
    assert table.columns[1:] == named
    takes, saves = list(table.row(-2))[1:], list(table.row(-1))[1:]
    # One post is shared: 0.02, and 0.5 + 0.05 of administration; 1.45 is 1.4 to the even digit.
    assert saves[0] == "2 posts, 2.0 once administration is deducted."
    assert saves[2] == "2 posts, 1.4 once administration is deducted."
    assert takes[0].endswith("Source: assumption.")
    assert takes[1].endswith("Source: Own figures 2025.")


def test_who_has_what_the_page_lacks_and_the_other_way_round():
    skill = {"occupation": "all", "dimension": "competence", "category": "digital"}
    rows = [
        row("1", "shortage", 3.0), row("2", "shortage", -2.0), row("3", "shortage", -0.2),
        row("1", "competence", -4.0, **skill), row("2", "competence", 0.1, **skill),
        row("3", "competence", 1.5, **skill),
    ]  # fmt: skip
    table = charts.over_and_under(made(rows), subject()).table
    assert table is not None
    assert table.rows() == [
        ("Physiotherapist", "Fjord", "3.0", "Fell", "2.0"),
        ("Digital skills", "Island", "1.5", "Fjord", "4.0"),
    ]


def test_pairs_between_two_others_are_not_on_the_page_of_a_municipality():
    rows = [row("1", "shortage", 0.0), row("2", "shortage", -2.0), row("3", "shortage", 5.0)]
    chart = charts.over_and_under(made(rows), subject())
    assert chart.table is None
    county = charts.over_and_under(made(rows, COUNTY), subject(region="90"))
    assert county.table is not None
    assert county.table.height == 1


@pytest.mark.parametrize("chart", [charts.shared_posts, charts.over_and_under])
def test_nobody_near_is_a_sentence_or_nothing(chart):
    rows = [row("1", "need", 1.3)]
    assert chart(made(rows, {}), subject()).table is None
    assert chart(made(rows), subject(missing=("staff",))) is SILENT
