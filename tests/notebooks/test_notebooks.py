import ast
import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import polars as pl
import pytest

from workforce.batch.kernels import execute, kernel_environment
from workforce.batch.warm_kernels import ADDRESS, warm_kernels
from workforce.contract.figures import keep_figures
from workforce.contract.folder import Folder
from workforce.disclosure.national import BANDS
from workforce.reports.export import export_page
from workforce.results.asked import asked_for, kept_path
from workforce.results.pages import page_figures
from workforce.results.place import forget, place_of
from workforce.sources.tables.protected import open_for, write_protected

from ..browser.driven import axe_problems, driven_browser, misplaced, sideways, too_wide
from ..disclosure.test_attacks_on_figures import counted, over_the_rate

ROOT = Path(__file__).parents[2]
NAMES = ("ageing", "labour_shortage", "competence_gap", "forecast_quality", "overview")
MINE = {
    "title": {"nb": "Mine tiltak", "nn": "Mine tiltak", "en": "My measures"},
    "measures": [
        {
            "lever": "recruitment",
            "options": {"percent": 5},
            "title": None,
            "source": {"nb": "eget prøveår", "nn": "eige prøveår", "en": "a trial year"},
            "owner": {"nb": "HR-sjef", "nn": "HR-sjef", "en": "Head of HR"},
            "deadline": "2027-12-31",
        },
        {
            "lever": "absence",
            "options": {"points": -0.5},
            "title": None,
            "owner": None,
            "deadline": None,
        },
    ],
}
RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "mobilisation of the smallest place": (
        "mobilisation",
        {"region": "9012", "scenario": "mine", "scenarios": {"mine": MINE}, "horizon": 3},
    ),
    "ageing of one sector": ("ageing", {"sector": "health_care", "language": "en"}),
    "overview": ("overview", {"language": "nb"}),
    "labour shortage, smallest place": ("labour_shortage", {"region": "9012", "language": "nn"}),
    "competence of the county": ("competence_gap", {"region": "90"}),
    "forecast quality of the county": ("forecast_quality", {"region": "90", "language": "nn"}),
    "scenario": (
        "labour_shortage",
        {"scenario": "later_retirement", "region": "9000", "sector": "upper_secondary"},
    ),
    "overview of inhabitants only": ("overview", {"data": "population only"}),
}

BY_HAND = "scenario"
"""The notebook that is given the folder as it was delivered, protects it and makes its figures."""


def cells(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    )["cells"]
    return found


def code(name: str) -> list[dict[str, Any]]:
    return [cell for cell in cells(name) if cell["cell_type"] == "code"]


def agreed_parameters() -> str:
    """Return the parameters cell as the architecture document sets it out."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(region = .*?)```", text, re.DOTALL)
    assert found is not None
    return found.group(1)


def assigned(source: str) -> dict[str, Any]:
    """Return names and values of plain assignments."""
    return {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def keep(folder: Folder, name: str, given: dict[str, Any], run: Path) -> None:
    """Make the figures of a page where its notebook looks for them."""
    tagged = next(c for c in code(name) if "parameters" in c["metadata"].get("tags", []))
    parameters = {**assigned("".join(tagged["source"])), **given, "draws": 20}
    asked = asked_for(parameters, name)
    path = kept_path(run, asked)
    path.parent.mkdir(parents=True, exist_ok=True)
    keep_figures(page_figures(place_of(folder, [asked]), asked), path)


browser = pytest.fixture(driven_browser, scope="module")


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_are_those_agreed(name: str) -> None:
    tagged = [c for c in code(name) if "parameters" in c["metadata"].get("tags", [])]
    assert len(tagged) == 1
    assert assigned("".join(tagged[0]["source"])) == assigned(agreed_parameters())


@pytest.mark.parametrize("name", [*NAMES, "discussion", "mobilisation"])
def test_no_output_is_kept_in_the_repository(name: str) -> None:
    assert all(c["outputs"] == [] and c["execution_count"] is None for c in code(name))


@pytest.mark.parametrize("name", [*NAMES, "discussion", "mobilisation"])
def test_a_notebook_only_calls_the_library(name: str) -> None:
    """No functions, loops or wrangling: imports, assignments and calls."""
    for cell in code(name):
        tree = ast.parse("".join(cell["source"]))
        kinds = {type(node) for node in ast.walk(tree)}
        assert not kinds & {ast.FunctionDef, ast.For, ast.While, ast.If, ast.Lambda, ast.ListComp}
        # A notebook may have one parameter of its own.
        assert len(tree.body) <= len(assigned(agreed_parameters())) + 1


@pytest.fixture(scope="module")
def pages(
    tmp_path_factory: pytest.TempPathFactory, protected_sample: Folder
) -> dict[str, tuple[str, Path]]:
    """Run every notebook as a batch would, two at a time, and export its page.

    They find their figures made, as the pages of a run do, but for one that makes its own.
    """
    out = tmp_path_factory.mktemp("pages")
    bare = out / "bare"
    bare.mkdir()
    for table in ("regions.csv", "population.csv"):
        shutil.copy(ROOT / "data" / "sample" / table, bare / table)

    sample = ROOT / "data" / "sample"
    protected = {}
    inhabitants = open_for(bare, audience="public", key=out / "public.key")
    for folder, opened in ((sample, protected_sample), (bare, inhabitants)):
        protected[folder] = out / f"protected-{folder.name}"
        write_protected(opened, protected[folder], out)
        for name, given in RUNS.values():
            if ("data" in given) == (folder == bare):
                keep(opened, name, given, protected[folder])
    forget()

    def page(key: str) -> tuple[str, Path]:
        name, parameters = RUNS[key]
        stem = re.sub(r"\W+", "-", key)
        run = protected[bare if "data" in parameters else sample]
        where = {"data": str(run), "run": str(run)}
        if key == BY_HAND:
            where = {"data": str(sample)}
        results = out / f"{stem}.parquet"
        settings = {**parameters, **where, "draws": 20, "results": str(results)}
        notebook = ROOT / "notebooks" / f"{name}.ipynb"
        done = execute(notebook, settings, timeout_seconds=600)
        assert not done.problem, f"{key}: {done.problem}\n{done.details}"
        nbformat.write(done.notebook, out / f"{stem}.ipynb")
        html = export_page(
            out / f"{stem}.ipynb",
            out / f"{stem}.html",
            language=parameters.get("language", "nb"),
            title=name,
        )
        return html.read_text(encoding="utf-8"), results

    with (
        kernel_environment({}),
        warm_kernels() as address,
        kernel_environment({ADDRESS: address}),
        ThreadPoolExecutor(2) as pool,
    ):
        return dict(zip(RUNS, pool.map(page, RUNS), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("key", RUNS)
def test_every_page_has_key_figures_and_described_images(
    pages: dict[str, tuple[str, Path]], key: str
) -> None:
    html, _ = pages[key]
    assert 'class="key-figures"' in html
    described = re.findall(r'<svg [^>]*?aria-label="([^"]{40,})"', html)
    drawn = html.count("<svg ") - html.count('<svg aria-hidden="true"')
    assert len(described) == drawn >= 2
    assert all(re.search(r"\d", alt) for alt in described)
    assert len(html.encode()) < (200_000 if key.startswith("overview") else 400_000)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("key", RUNS)
def test_every_page_is_accessible_with_all_folds_open_and_fits_a_small_phone(
    pages: dict[str, tuple[str, Path]], key: str, browser: Any
) -> None:
    page = pages[key][1].with_suffix(".html")
    assert axe_problems(browser, page) == []
    assert too_wide(browser, page, 320) == []
    assert misplaced(browser, page, 1280) == []
    assert misplaced(browser, page, 390) == []
    assert sideways(browser, page, 1280, 768, 600, 390, 320) == []


@pytest.mark.slow
def test_inhabitants_alone_give_their_part_and_one_sentence(
    pages: dict[str, tuple[str, Path]],
) -> None:
    html, results = pages["overview of inhabitants only"]
    assert html.count('role="img"') == 2
    assert html.count("fordi tall om ansatte mangler") == 1
    assert "årsverk</dd>" not in html
    variables = set(pl.read_parquet(results)["variable"])
    assert variables == {"population_path", "population_by_band"}


@pytest.mark.slow
def test_the_smallest_place_hides_nothing_and_says_that_it_is_rounded(
    pages: dict[str, tuple[str, Path]],
) -> None:
    html, results = pages["labour shortage, smallest place"]
    assert pl.read_parquet(results)["central"].null_count() == 0
    assert "skjult" not in html
    assert html.count("Tala er avrunda så ingen kan kjennast att") == 1


@pytest.mark.slow
def test_what_pages_of_the_smallest_place_publish_gives_nobody_of_it_back(
    pages: dict[str, tuple[str, Path]],
) -> None:
    """Who retires over the nation's rate, and the year in which an empty band of age fills."""
    here = (pl.col("region") == "9012") & (pl.col("sector") != "all")
    by_post, by_age = (
        pl.read_parquet(pages[key][1]).filter(here, scenario="baseline")
        for key in ("mobilisation of the smallest place", "labour shortage, smallest place")
    )
    now = by_post.filter(pl.col("year") == 2026, pl.col("occupation") != "all")
    heads = now.filter(variable="headcount")["central"]
    assert (heads > 0).sum() > 5
    assert ((heads / 5 - (heads / 5).round()).abs() < 1e-4).all()
    retire = now.filter(variable="exits", category="retired")
    found = over_the_rate(
        {
            (sector, post): n
            for sector, post, n in retire.select("sector", "occupation", "central").iter_rows()
        }
    )
    told = pl.DataFrame(
        [(*one, n) for one, n in found.items()], ["sector", "post", "n"], orient="row"
    )
    old = told.group_by("sector").agg(pl.col("n").sum())["n"]
    assert ((old / 5 - (old / 5).round()).abs() * 5 < 1.0).all()  # By draws.
    true = counted("sector", "age")
    bands = by_age.filter(variable="headcount_by_age").sort("year")
    assert bands.height > 100
    for (sector, band), rows in bands.group_by("sector", "category"):
        path = rows["central"].to_list()
        fills = [year for year, n in enumerate(path[1:]) if n - path[year] > 0.5]
        assert (
            path[0] > 0.01 or not fills or (sector, BANDS[str(band)][0] - 1 - fills[0]) not in true
        )


@pytest.mark.slow
def test_a_measure_over_its_size_gives_back_what_is_shown_and_nobody_who_is_there(
    pages: dict[str, tuple[str, Path]],
) -> None:
    """Less absence gives FTE in proportion to who is there: over its size it tells how many."""
    rows = pl.read_parquet(pages["mobilisation of the smallest place"][1]).filter(
        pl.col("region") == "9012",
        pl.col("variable").is_in(["headcount", "supply_fte"]),
        *(pl.col(name) != "all" for name in ("sector", "occupation")),
    )
    cells = {
        (variable, scenario, year, (sector, post)): n
        for variable, scenario, year, sector, post, n in rows.select(
            "variable", "scenario", "year", "sector", "occupation", "central"
        ).iter_rows()
    }
    (points,) = (one["options"]["points"] for one in MINE["measures"] if one["lever"] == "absence")

    def each(scenario: str, post: tuple[str, str]) -> float:
        """FTE of a person, which recruits of another measure leave as it is."""
        fte, heads = (cells[name, scenario, 2027, post] for name in ("supply_fte", "headcount"))
        return fte / heads

    shown = {post: n for (*of, post), n in cells.items() if n > 0.0
             and of == ["headcount", "baseline", 2026]}  # fmt: skip
    told = {post: (each("mine", post) - each("baseline", post)) / (-points / 100.0) * n
            for post, n in shown.items()}  # fmt: skip
    assert len(told) > 5
    # At the positions of the nation, less long absence.
    assert all(0.5 < told[post] / n < 1.0 for post, n in shown.items())
    few = {post: n for post, n in counted("sector", "occupation").items() if n < 5}
    assert len(few) > 15
    assert [post for post, n in few.items() if abs(told.get(post, 0.0) - n) < 0.75] == []


@pytest.mark.slow
def test_a_sector_page_holds_no_sum_of_all_sectors(pages: dict[str, tuple[str, Path]]) -> None:
    _, results = pages["ageing of one sector"]
    about_staff = pl.read_parquet(results).filter(
        ~pl.col("variable").is_in(["population_path", "population_by_band", "population_observed"])
    )
    assert set(about_staff["sector"]) == {"health_care"}


@pytest.mark.slow
def test_a_scenario_is_set_beside_the_baseline(pages: dict[str, tuple[str, Path]]) -> None:
    html, _ = pages["scenario"]
    assert "Senere pensjonering: " in html
    assert "med uendret utvikling" in html
    assert "med uendret utvikling" not in pages["overview"][0]


@pytest.mark.slow
def test_mobilising_sets_measures_in_ks_order_with_owner_deadline_and_what_is_left(
    pages: dict[str, tuple[str, Path]],
) -> None:
    html, results = pages["mobilisation of the smallest place"]
    table = html[html.index("Tiltak, eiere") :]
    assert table.index("Lavere korttidsfravær") < table.index("Flere rekrutterte")
    assert "HR-sjef" in table
    assert "Størrelsen bygger på: eget prøveår." in table
    assert "31.\xa0desember\xa02027" in table
    assert "Ingen er oppgitt ennå" in table
    written = pl.read_parquet(results).filter(
        (pl.col("variable") == "measure_effect")
        & (pl.col("sector") == "all")
        & (pl.col("occupation") == "all")
    )
    parts = dict(written.select("category", "central").iter_rows())
    whole = parts.pop("horizon")
    assert set(parts) == {"base", "1_absence", "2_recruitment", "hiring"}
    assert sum(parts.values()) == pytest.approx(whole, abs=1e-6)
