"""The page over all quarters and the address of the latest, also where they are copied."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from workforce.contract.figures import Audience
from workforce.reports.inspection import problems_in_page
from workforce.reports.quarters import write_quarters
from workforce.reports.site import build_site

ROOT = Path(__file__).parents[2]


def site(reports: Path, quarter: str, language: str = "nb", title: str = "Bemanning & kår") -> None:
    internal = quarter.endswith("-internal")
    folder = reports / quarter
    folder.mkdir(parents=True, exist_ok=True)
    audience: Audience = "internal" if internal else "public"
    build_site(
        [],
        folder,
        quarter=quarter.strip(".")[:6],
        title=title,
        language=language,
        audience=audience,
    )


def links(page: Path) -> list[str]:
    html = page.read_text(encoding="utf-8")
    return re.findall(r'href="([^"#:]+)"', html)


def leads_to(latest: Path) -> str:
    found = re.search(r'content="0; url=([^"]+)"', latest.read_text(encoding="utf-8"))
    assert found is not None
    assert found[1] in links(latest)
    return found[1]


def test_all_quarters_are_listed_the_latest_first_and_every_link_leads_somewhere(
    tmp_path: Path,
) -> None:
    for quarter in ("2026Q4", "2025Q4", "2027Q1"):
        site(tmp_path, quarter)
    (tmp_path / "2024Q1").mkdir()
    (tmp_path / ".2027Q2.next").mkdir()
    written = write_quarters(tmp_path, "public")
    assert [path.name for path in written] == ["index.html", "latest.html"]
    assert links(tmp_path / "index.html") == [
        f"{quarter}/index.html" for quarter in ("2027Q1", "2026Q4", "2025Q4")
    ]
    assert "Bemanning &amp; kår, 4. kvartal 2025" in (tmp_path / "index.html").read_text("utf-8")
    assert leads_to(tmp_path / "latest.html") == "2027Q1/index.html"
    shutil.rmtree(tmp_path / "2027Q1")
    write_quarters(tmp_path, "public")
    assert leads_to(tmp_path / "latest.html") == "2026Q4/index.html"


def test_each_language_of_the_sites_has_its_own_and_links_to_its_own_index(tmp_path: Path) -> None:
    site(tmp_path, "2026Q3", "en", "Staff")
    site(tmp_path, "2026Q4", "nn", "Bemanning")
    shutil.copy(tmp_path / "2026Q3" / "index.html", tmp_path / "2026Q4" / "index-en.html")
    written = {path.name for path in write_quarters(tmp_path, "public")}
    assert written == {"index.html", "index-en.html", "latest.html", "latest-en.html"}
    assert leads_to(tmp_path / "latest-en.html") == "2026Q4/index-en.html"
    assert links(tmp_path / "index-en.html") == [
        "index.html", "2026Q4/index-en.html", "2026Q3/index.html"
    ]  # fmt: skip
    for name, language in (("index", "nn"), ("latest", "nn"), ("index-en", "en")):
        html = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        assert problems_in_page(html, language) == []
    # A language that no site has any more has no page that leads nowhere.
    (tmp_path / "2026Q4" / "index-en.html").unlink()
    shutil.rmtree(tmp_path / "2026Q3")
    write_quarters(tmp_path, "public")
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["index.html", "latest.html"]


def test_public_pages_do_not_name_internal_sites_nor_the_other_way_round(tmp_path: Path) -> None:
    site(tmp_path, "2026Q4")
    site(tmp_path, "2027Q1-internal")
    write_quarters(tmp_path, "public")
    write_quarters(tmp_path, "internal")
    assert links(tmp_path / "index.html") == ["2026Q4/index.html"]
    assert leads_to(tmp_path / "internal-latest.html") == "2027Q1-internal/index.html"
    assert 'class="stamp"' in (tmp_path / "internal.html").read_text("utf-8")


def test_a_link_in_the_place_of_a_site_is_not_listed(tmp_path: Path) -> None:
    site(tmp_path / "elsewhere", "2026Q4")
    reports = tmp_path / "reports"
    site(reports, "2026Q3")
    (reports / "2026Q4").symlink_to(tmp_path / "elsewhere" / "2026Q4")
    write_quarters(reports, "public")
    assert links(reports / "index.html") == ["2026Q3/index.html"]


@pytest.mark.skipif(shutil.which("rsync") is None, reason="needs rsync")
@pytest.mark.parametrize("guide", ["operate", "privacy"])
def test_the_guide_copies_what_is_public_and_takes_away_what_left(
    tmp_path: Path, guide: str
) -> None:
    reports, server = tmp_path / "reports", tmp_path / "server"
    for quarter in ("2026Q3", "2026Q4", "2026Q4-internal", ".2026Q4.next"):
        site(reports, quarter)
    (reports / "staff.csv").write_text("x")
    write_quarters(reports, "public")
    write_quarters(reports, "internal")
    (server / "2026Q4").mkdir(parents=True)
    (server / "2026Q4" / "gone.html").touch()
    text = (ROOT / "docs" / "guides" / f"{guide}.md").read_text(encoding="utf-8")
    command = next(line for line in text.splitlines() if line.startswith("rsync "))
    command = command.replace("server:/var/www/bemanning/", f"{server}{os.sep}")
    subprocess.run(["sh", "-c", command], check=True, cwd=tmp_path)
    assert sorted(p.relative_to(server).as_posix() for p in server.rglob("*.*")) == [
        "2026Q3/index.html", "2026Q4/index.html", "index.html", "latest.html"
    ]  # fmt: skip
