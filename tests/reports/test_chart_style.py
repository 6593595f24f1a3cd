"""A chart looks the same wherever it is drawn, and neither a name nor what is missing breaks it."""

from dataclasses import replace

import pytest

from workforce.contract.dictionary import tables
from workforce.contract.figures import Figures
from workforce.errors import ReportError
from workforce.reports import charts
from workforce.reports.charts import declared, shapes
from workforce.reports.charts.chart import SILENT, Chart, drawn
from workforce.reports.charts.declared import Told
from workforce.reports.charts.figures import Estimate, Subject
from workforce.reports.charts.panels import Figure
from workforce.reports.charts.shapes import Bar
from workforce.reports.charts.style import NARROW_WIDTH, PENS, WIDTH, canvas
from workforce.texts.catalogue import load_texts

from .test_charts import BASE, published, row, subject


def drawing(*names: str) -> str:
    bars = [Bar(name, Estimate(3.0, 2.0, 4.0, 0.8)) for name in names]
    shape = shapes.Bars(bars, "årsverk", PENS[0], PENS[1])
    return drawn(Chart(shapes.drawing(shape, load_texts("nb")), "", ""))


@pytest.mark.parametrize("name", [r"$\frac{1}{2}$", "漢字", "Sørum 🏥", "\ue000", "e\u0301"])
def test_a_name_is_drawn_as_it_is_written_in_letters_that_no_font_may_have(name: str) -> None:
    assert f">{name}</text>" in drawing(name, "Tinn")


def test_a_chart_is_drawn_once_for_each_width_and_only_when_it_is_shown() -> None:
    widths = []

    def draw() -> Figure:
        figure, _ = canvas(1.0)
        widths.append(figure.width)
        return figure

    chart = Chart(draw, "", "")
    assert widths == []
    assert drawn(chart) == drawn(chart)
    assert widths == [WIDTH, NARROW_WIDTH]


def test_a_chart_without_a_table_behind_it_or_with_the_name_of_another_is_refused() -> None:
    def bars(_: Figures, __: Subject) -> Told:
        return Told(shapes.Bars([], "FTE", PENS[0], PENS[0]), title="heading", alt="heading")

    with pytest.raises(ReportError, match="draws what no table has"):
        declared.chart("exits")(bars)(published([row("headcount", BASE, 1)]), subject())
    del declared.CHARTS["bars"]
    bars.__name__ = "staff_by_age"
    with pytest.raises(ReportError, match="has the name of one of"):
        declared.chart("exits")(bars)


@pytest.mark.parametrize("missing", [(), tuple(tables())], ids=["no rows", "no tables"])
def test_every_chart_has_a_sentence_or_nothing_to_say_where_there_are_no_figures(missing) -> None:
    none = published([row("headcount", BASE, 1)])
    none = replace(none, table=none.table.clear())
    charts.lights  # noqa: B018 - those that are made of others are found now
    for name, chart in charts.CHARTS.items():
        about = subject(missing=missing, scenario="plan", sector="all")
        made = chart(none, about, *(["turnover"] if name == "benchmark" else []))
        assert made.draw is None, name
        assert made is SILENT or (made.title and (made.note or made.prose)), name
