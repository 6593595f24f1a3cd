import re
from dataclasses import replace
from pathlib import Path

import pytest

from workforce.errors import ReportError
from workforce.reports.inspection import problems_in_page
from workforce.reports.site import PageEntry, build_site, norwegian_order

TINN = PageEntry(
    path="3822/ageing-care-baseline-nb.html",
    notebook="ageing",
    region="3822",
    region_name="Tinn",
    sector="care",
    sector_name="Helse og omsorg",
    scenario="baseline",
    scenario_name="Referansebane",
    language="nb",
    title="Aldring i Tinn",
    headline="Tre av ti er over 55 år.",
)


def place(entries: list[PageEntry], folder: Path) -> list[PageEntry]:
    for entry in entries:
        path = folder / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("page", encoding="utf-8")
    return entries


def for_region(code: str, name: str, **other: str) -> PageEntry:
    path = f"{code}/{other.get('notebook', 'ageing')}-{other.get('language', 'nb')}.html"
    return replace(TINN, region=code, region_name=name, path=path, **other)


def build(entries: list[PageEntry], folder: Path, **other) -> str:
    index = build_site(place(entries, folder), folder, quarter="2026Q4", title="Bemanning", **other)
    return index.read_text(encoding="utf-8")


def without_script(html: str) -> str:
    return re.sub("<script>.*?</script>", "", html, flags=re.DOTALL)


def test_an_index_names_a_service_in_its_own_language_whatever_its_pages_are_in(
    tmp_path: Path,
) -> None:
    care = replace(TINN, translated={("sector", "en"): "Health and care"})
    every = for_region("3822", "Tinn", language="en", sector="all", sector_name="All service areas")
    build([care, every], tmp_path)
    english = (tmp_path / "index-en.html").read_text(encoding="utf-8")
    assert "Health and care · " in english
    assert "Helse og omsorg" not in english


def test_names_stand_in_norwegian_order() -> None:
    names = ["Ålesund", "Øygarden", "Ærøy", "Kárášjohka", "Karmøy", "Asker", "Årdal", "Zetlitz"]
    assert sorted(names, key=norwegian_order) == [
        "Asker",
        "Kárášjohka",
        "Karmøy",
        "Zetlitz",
        "Ærøy",
        "Øygarden",
        "Ålesund",
        "Årdal",
    ]


def test_the_index_is_sound_and_links_every_page_under_its_region(tmp_path) -> None:
    html = build([TINN, for_region("1508", "Ålesund"), for_region("0301", "Oslo")], tmp_path)
    assert problems_in_page(without_script(html), "nb") == []
    assert re.findall(r"<h3 [^>]*>(.*?)</h3>", html) == ["Oslo", "Tinn", "Ålesund"]
    for link in re.findall('href="([^"#]+html)"', html):
        assert (tmp_path / link).is_file()
    assert "4. kvartal 2026" in html


def test_two_municipalities_of_one_name_are_told_apart(tmp_path) -> None:
    html = build([for_region("3114", "Våler"), for_region("3419", "Våler")], tmp_path)
    assert "Våler (3114)" in html
    assert "Våler (3419)" in html


def test_each_language_of_the_pages_has_its_index(tmp_path) -> None:
    nynorsk = for_region("3822", "Tinn", language="nn", sector_name="Helse og omsorg (nn)")
    html = build([TINN, nynorsk], tmp_path)
    other = (tmp_path / "index-nn.html").read_text(encoding="utf-8")
    assert 'href="index-nn.html" hreflang="nn" lang="nn"' in html
    assert 'href="index.html" hreflang="nb" lang="nb"' in other
    assert '<html lang="nn">' in other
    assert "Finn ein rapport" in other
    assert "Helse og omsorg (nn)" in other
    assert "Helse og omsorg (nn)" not in html
    assert re.search(r'class="headline" lang="nn"', html)


def test_what_failed_is_named_on_the_index(tmp_path) -> None:
    html = build([TINN], tmp_path, failed=["Utsira: <aldring>"])
    assert "<li>Utsira: &lt;aldring&gt;</li>" in html
    assert "Rapporter som ikke ble laget" in html
    assert "Rapporter som ikke ble laget" not in build([TINN], tmp_path)


def test_a_run_where_all_failed_still_has_an_index_that_says_so(tmp_path) -> None:
    html = build([], tmp_path, failed=["Tinn"])
    assert "Ingen rapporter er laget." in html
    assert "<script>" not in html


def test_names_from_the_data_cannot_become_markup(tmp_path) -> None:
    html = build([replace(TINN, region_name='<b>"', headline="<script>x</script>")], tmp_path)
    assert "<b>" not in html
    assert html.count("<script>") == 1


def test_the_internal_site_is_stamped(tmp_path) -> None:
    assert "Kun til intern bruk" in build([TINN], tmp_path, audience="internal")
    assert "Kun til intern bruk" not in build([TINN], tmp_path)


@pytest.mark.parametrize(
    "path", ["3822/absent.html", "../outside.html", "/etc/page.html", "https://other.no/x.html"]
)
def test_a_page_that_is_not_in_the_site_is_refused(tmp_path, path: str) -> None:
    with pytest.raises(ReportError, match=re.escape(path)):
        build_site([replace(TINN, path=path)], tmp_path, quarter="2026Q4", title="x")
    assert not (tmp_path / "index.html").exists()


def test_an_index_of_one_page_a_place_is_a_line_for_each_and_repeats_nothing(tmp_path) -> None:
    places = [
        replace(for_region(code, name), sector="all", sector_name="Alle tjenesteområder")
        for code, name in (("3819", "Nissedal"), ("3822", "Tinn"))
    ]
    html = build(places, tmp_path)
    assert '<body class="index one-each">' in html
    assert "Alle tjenesteområder" not in html
    assert '<span class="unseen">: Tinn</span>' in html
    assert "one-each" not in build([*places, TINN], tmp_path / "more").partition("<body")[2]
