import base64
import datetime as dt
import re
from pathlib import Path
from typing import Any

import nbformat
import polars as pl
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workforce.errors import ParameterError, ReportError
from workforce.reports.charts.chart import html_table
from workforce.reports.export import style_sheet
from workforce.reports.inspection import problems_in_page
from workforce.reports.page import KeyFigure, export_page, method_box, note, open_page, section
from workforce.texts.catalogue import load_texts

NB = load_texts("nb")
DOT = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
        "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
    )
).decode()
TOLD = "Behovet går fra 312 årsverk i 2026 til 383 i 2036."


def shown(html: str, **metadata: Any) -> Any:
    return new_output("display_data", {"text/html": html}, metadata=metadata)


def image(alt: str | None) -> Any:
    metadata = {} if alt is None else {"image/png": {"alt": alt}}
    return new_output("display_data", {"image/png": DOT, "text/plain": "x"}, metadata=metadata)


def write(folder: Path, *outputs: Any, head: str = "<h1>Tinn</h1>") -> Path:
    cells = [
        new_markdown_cell("# For the analyst"),
        new_code_cell("secret_code()", outputs=[shown(head)] if head else []),
        *(new_code_cell(f"step_{n}()", outputs=[one]) for n, one in enumerate(outputs)),
    ]
    path = folder / "ran.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def export(folder: Path, *outputs: Any, **other: Any) -> str:
    notebook = write(folder, *outputs, **({"head": other.pop("head")} if "head" in other else {}))
    told = {"language": "nb", "title": "Aldring i Tinn", **other}
    return export_page(notebook, folder / "site" / "page.html", **told).read_text(encoding="utf-8")


def displayed(capture: Any) -> str:
    return "".join(output.data["text/html"] for output in capture.outputs)


@pytest.fixture
def capture():
    """Catch what would be displayed in a notebook."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    InteractiveShell.instance()
    with capture_output() as caught:
        yield caught
    InteractiveShell.clear_instance()


HEAD: dict[str, Any] = {
    "title": "Tinn kan mangle 38 årsverk",
    "region_name": "Tinn",
    "sector_name": "Helse og omsorg",
    "scenario_name": "Referansebane",
    "quarter": "2026Q4",
    "texts": NB,
    "base_year": 2026,
    "horizon_year": 2036,
}


def test_a_page_holds_what_was_shown_and_nothing_else_of_the_notebook(tmp_path) -> None:
    printed = new_output("stream", name="stdout", text="for the analyst")
    html = export(tmp_path, shown("<h2>Behov</h2>"), image(TOLD), printed)
    assert problems_in_page(html, "nb") == []
    assert f'alt="{TOLD}"' in html
    for absent in (
        "secret_code",
        "step_0",
        "For the analyst",
        "for the analyst",
        "In [",
        "<script",
    ):
        assert absent not in html
    assert re.search(r"(src|href)=.https?:", html) is None
    assert html.index("Behov") < html.index(TOLD)
    assert len(html) < 40_000


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_page_declares_its_language_and_speaks_it(tmp_path, language: str) -> None:
    html = export(tmp_path, language=language, made=dt.date(2026, 11, 23))
    assert f'<html lang="{language}">' in html
    back = {"nb": "Alle rapporter", "nn": "Alle rapportar", "en": "All reports"}[language]
    day = {"en": "Made on 23\xa0November 2026."}.get(language, "23.\xa0november\xa02026.")
    assert back in html
    assert day in html


@pytest.mark.parametrize("alt", [None, "", "chart", "figure 2.png", "bilde", "Figur 1"])
def test_a_chart_without_a_real_description_stops_the_page(tmp_path, alt: str | None) -> None:
    with pytest.raises(ReportError, match="image 1 has no real description"):
        export(tmp_path, image(alt))
    assert not (tmp_path / "site").exists()


def test_no_line_parts_a_range_an_interval_or_a_number_from_its_unit(tmp_path) -> None:
    told = "<p>I 2026–2036 mangler 75 årsverk i 5 yrker (sikkert, −3 til 12).</p>"
    table = html_table(pl.DataFrame({"Alder": ["20–66 år er 75 årsverk for alle som er der"]}), "A")
    heat = html_table(pl.DataFrame({"Alder": ["12–13"], "2027–2028": ["1"]}), "B", shades=[[1]])
    html = export(tmp_path, shown(told), shown(table), shown(heat))
    assert (
        "I\xa02026–\u20602036 mangler 75\xa0årsverk i 5 yrker (sikkert, −3\xa0til\xa012)." in html
    )
    assert "20–\u206066 år er 75 årsverk for alle" in html
    assert ">12–13<" in html
    assert ">2027–2028<" in html


def test_names_of_the_data_are_declared_norwegian_in_text_and_not_in_pictures(tmp_path) -> None:
    picture = f'<svg role="img" aria-label="{TOLD}"><text>Group 2 &amp; 3</text></svg>'
    told = f"<p>more than Group 2 &amp; 3 (6)</p>{picture}"
    head = {"part": "head", "norwegian": "Group 2\nGroup 2 & 3"}
    html = export(tmp_path, shown(told), shown("<p>Group\xa02</p>", workforce=head), language="en")
    assert '<p>more than <span lang="no">Group 2 &amp; 3</span> (6)</p>' in html
    assert "<text>Group 2 &amp; 3</text>" in html
    assert '<p><span lang="no">Group\xa02</span></p>' in html
    assert 'lang="no"' not in export(tmp_path, shown(told), language="en")


def test_the_dummy_description_of_nbconvert_stops_the_page(tmp_path) -> None:
    with pytest.raises(ReportError, match="no real description"):
        export(tmp_path, image("No description has been provided for this image"))


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (new_output("stream", name="stderr", text="FutureWarning: x"), "FutureWarning"),
        (new_output("error", ename="KeyError", evalue="'9003'", traceback=[]), "KeyError"),
        (new_output("execute_result", {"text/plain": "<Figure size 7x3>"}), "no page content"),
        (
            new_output(
                "display_data",
                {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Slider()"},
            ),
            "widget",
        ),
    ],
)
def test_a_warning_an_error_or_a_stray_value_names_its_cell(tmp_path, output, said: str) -> None:
    with pytest.raises(ReportError, match=rf"(?s)cell 4 \('step_1\(\)'\).*{said}"):
        export(tmp_path, shown("<p>x</p>"), output)


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.org/x.png" alt="A long enough description">',
        '<link rel="stylesheet" href="//example.org/x.css">',
        '<script src="https://example.org/x.js"></script>',
        "<style>@import 'x.css';</style>",
        '<p style="background:url(http://example.org/x.png)">x</p>',
        "<iframe></iframe>",
    ],
)
def test_nothing_may_be_fetched_from_outside(tmp_path, html: str) -> None:
    with pytest.raises(ReportError, match="cannot become a page"):
        export(tmp_path, shown(html))


def test_a_link_to_a_source_is_no_fetching(tmp_path) -> None:
    link = '<a href="https://www.ssb.no/">Kilde: Statistisk sentralbyrå</a>'
    assert link in export(tmp_path, shown(f"<p>{link}</p>"))


@pytest.mark.parametrize(
    ("head", "body", "said"),
    [
        ("", "<h2>x</h2>", "0 first-level headings"),
        ("<h1>x</h1>", "<h1>y</h1>", "2 first-level headings"),
        ("<h1>x</h1>", "<h3>y</h3>", "level 3 follows one of level 1"),
        ("<h1>x</h1>", "<table><tr><th scope='col'>y</th></tr></table>", "no caption"),
        ("<h1>x</h1>", "<table><caption>c</caption><th>y</th></table>", "scope"),
    ],
)
def test_headings_and_tables_must_be_in_order(tmp_path, head: str, body: str, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        export(tmp_path, shown(body), head=head)


def test_a_failed_export_leaves_the_former_page_untouched(tmp_path) -> None:
    export(tmp_path, shown("<p>first</p>"))
    with pytest.raises(ReportError):
        export(tmp_path, image(None))
    assert "first" in (tmp_path / "site" / "page.html").read_text(encoding="utf-8")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["page.html"]


def test_a_page_that_cannot_be_written_says_why(tmp_path) -> None:
    notebook = write(tmp_path)
    (tmp_path / "page.html").mkdir()
    with pytest.raises(ReportError, match=r"page\.html could not be written"):
        export_page(notebook, tmp_path / "page.html", language="nb", title="x")
    assert not list(tmp_path.glob(".page*"))


def test_a_title_cannot_break_out_of_the_page(tmp_path) -> None:
    html = export(tmp_path, title='</style><b>"\\', description='"><b>')
    assert "<b>" not in html
    assert html.count("</style>") == 1


def test_a_key_figure_has_a_line_of_how_it_goes_from_nought_that_screen_readers_pass_by(
    capture,
) -> None:
    figures = [KeyFigure("Mangel i 2036", "38 årsverk", trend=(19.0, 28.5, 38.0))]
    open_page("labour_shortage", audience="public", key_figures=figures, **HEAD)
    html = displayed(capture)
    assert '<svg aria-hidden="true"' in html
    assert 'points="4,11.0 48,7.5 92,4.0"' in html
    assert not problems_in_page(f'<html lang="nb">{html}</html>', "nb")


def test_the_head_tells_what_the_report_is_about(capture) -> None:
    figures = [KeyFigure("Mangel i 2036", "38 årsverk", "Mellom 25 og 52", "uten <vikarer>")]
    open_page("labour_shortage", audience="public", key_figures=figures, **HEAD)
    html = displayed(capture)
    assert html.count("<h1>") == 1
    for text in (
        "Tinn kan mangle",
        "Helse og omsorg",
        "4. kvartal 2026",
        "2026–2036, per 1. januar",
    ):
        assert text in html
    for text in ("38 årsverk", "Mellom 25 og 52", "uten &lt;vikarer&gt;"):
        assert text in html
    assert "intern bruk" not in html
    assert "<svg" not in html
    assert html.count("ikke hva som kommer til å skje.") == 1
    assert html.count("Intervallet ved et tall viser hvor 80\u00a0% av kjøringene havner") == 1


def test_an_internal_report_is_stamped_on_screen_and_on_every_printed_page(
    capture, tmp_path
) -> None:
    open_page("ageing", audience="internal", **HEAD)
    output = capture.outputs[0]
    html = export(tmp_path, shown(output.data["text/html"], **output.metadata), head="")
    assert '<p class="stamp">Kun til intern bruk' in html
    assert '@bottom-left { content: "Kun til intern bruk \\2013  skal ikke publiseres' in html


def test_an_unknown_audience_kind_or_empty_title_is_refused(capture) -> None:
    with pytest.raises(ParameterError, match="audience"):
        open_page("ageing", audience="press", **HEAD)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"kind\.agein"):
        open_page("agein", audience="public", **HEAD)
    with pytest.raises(ParameterError, match="title"):
        open_page("ageing", audience="public", **{**HEAD, "title": " "})


def test_the_method_box_says_how_a_surplus_reads_and_what_is_borrowed(capture) -> None:
    told: dict[str, Any] = {"base_year": 2026, "seed": 7, "draws": 100}
    method_box(NB, audience="public", borrowed=["Avgang: <gruppen>"], **told)
    html = displayed(capture)
    assert "ikke at det er for mange ansatte" in html
    assert "avrundet så ingen kan kjennes igjen" in html
    assert "Avgang: &lt;gruppen&gt;" in html
    assert "100 kjøringer, startverdi 7" in html


def test_a_population_report_says_nothing_of_surplus_and_lent_figures(capture) -> None:
    method_box(NB, audience="internal", base_year=2026, seed=7, draws=0, surplus=False)
    html = displayed(capture)
    assert "overskudd" not in html
    assert "Intervallet" not in html
    assert "Ingen tall er lånt" in html
    assert "skal ikke deles videre" in html


def test_sections_and_notes_are_plain_text(capture) -> None:
    section("Behov & tilgang", "<b>fet</b>")
    note("Mangler tabellen <staff>.", label="Ikke tatt med")
    html = displayed(capture)
    assert "<h2>Behov &amp; tilgang</h2><p>&lt;b&gt;fet&lt;/b&gt;</p>" in html
    assert "<strong>Ikke tatt med:</strong> Mangler tabellen &lt;staff&gt;." in html


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_text_and_edges_stand_out_from_what_they_stand_on() -> None:
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style_sheet()))
    for text in ("ink", "quiet", "blue"):
        for ground in ("#ffffff", colours["wash"]):
            assert contrast(colours[text], ground) >= 4.5
    assert contrast(colours["warm-ink"], colours["warm"]) >= 4.5
    assert contrast(colours["edge"], "#ffffff") >= 3
    assert contrast(colours["edge"], colours["wash"]) >= 3
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
