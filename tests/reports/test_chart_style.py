"""A chart looks the same wherever it is drawn, and neither a name nor what is missing breaks it."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from workforce.contract.dictionary import tables
from workforce.contract.figures import Figures
from workforce.errors import ReportError
from workforce.reports import charts
from workforce.reports.charts import declared, shapes
from workforce.reports.charts.chart import SILENT, Chart, drawn
from workforce.reports.charts.declared import Told
from workforce.reports.charts.figures import Estimate, Subject
from workforce.reports.charts.shapes import Bar
from workforce.reports.charts.style import NARROW_WIDTH, PENS, WIDTH, canvas
from workforce.texts.catalogue import load_texts

from .test_charts import BASE, published, row, subject

ODD_SETTINGS = {
    "font.size": 30,
    "lines.linewidth": 9,
    "savefig.bbox": "tight",
    "axes.facecolor": "red",
    "text.color": "red",
    "font.family": ["monospace"],
}
DRAW = """
from workforce.reports.charts.chart import Chart, drawn
from workforce.reports.charts.figures import Estimate
from workforce.reports.charts.shapes import Bar, Bars, drawing
from workforce.reports.charts.style import PENS
from workforce.texts.catalogue import load_texts
import hashlib
bars = Bars([Bar("Tinn", Estimate(3.0, 2.0, 4.0, 0.8))], "årsverk", PENS[0], PENS[1])
print(hashlib.sha256(drawn(Chart(drawing(bars, load_texts("nb")), "", "")).encode()).hexdigest())
"""


def drawing(*names: str) -> str:
    bars = [Bar(name, Estimate(3.0, 2.0, 4.0, 0.8)) for name in names]
    shape = shapes.Bars(bars, "årsverk", PENS[0], PENS[1])
    return drawn(Chart(shapes.drawing(shape, load_texts("nb")), "", ""))


def test_settings_of_the_session_change_no_chart_and_are_left_as_they_were() -> None:
    plain = drawing("Tinn")
    with mpl.rc_context(ODD_SETTINGS):
        assert drawing("Tinn") == plain
        assert mpl.rcParams["font.size"] == 30
        assert mpl.rcParams["text.parse_math"] is True


def test_a_file_of_settings_in_the_working_folder_changes_nothing(tmp_path: Path) -> None:
    settings = "font.size: 30\nsavefig.bbox: tight\nno.such.setting: 1\naxes.grid: perhaps\n"
    (tmp_path / "matplotlibrc").write_text(settings, encoding="utf-8")
    odd = subprocess.run(
        [sys.executable, "-c", DRAW], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert odd.stdout.strip() == hashlib.sha256(drawing("Tinn").encode()).hexdigest()
    assert odd.stderr == ""


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize(
    "name",
    [r"$\frac{1}{2}$", r"Drift $ og $ {", r"$\undefined$", "a_b^c", "$", r"\$x\$"],
)
def test_dollars_in_a_name_are_no_mathematics(name: str) -> None:
    assert len(drawing(name, "Tinn")) > 1000


def test_a_name_between_dollars_is_drawn_as_it_is_written() -> None:
    assert len({drawing("$xy$"), drawing("xy"), drawing("$yx$")}) == 3


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize("name", ["漢字", "Sørum 🏥", "\U0001f600", "ᚠᚢᚦ", "\ue000"])
def test_a_letter_that_no_font_has_draws_a_box_and_no_warning(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert len(drawing(name, "Tinn")) > 1000
    assert capfd.readouterr().err == ""


def test_a_chart_is_drawn_in_the_own_style_once_for_each_width_and_only_when_it_is_shown() -> None:
    widths = []

    def draw() -> Figure:
        assert mpl.rcParams["text.parse_math"] is False
        figure, _ = canvas(1.0)
        widths.append(figure.get_figwidth())
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
