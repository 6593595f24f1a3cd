"""Figures of a run: made once for all pages of a region, and the same as a page makes by itself."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import polars as pl
import pytest
import xarray as xr

from workforce.batch.basis import content_of
from workforce.batch.figures import (
    Made,
    Needed,
    _store_of,
    asked_by,
    hash_national,
    in_turn,
    made_aside,
    needed_by,
    remove_old,
)
from workforce.batch.job import Job, library_hash
from workforce.batch.runner import run
from workforce.batch.summary import RunSummary
from workforce.contract.figures import (
    Figures,
    keep_again,
    keep_figures,
    kept_content,
    kept_figures,
    kept_from,
    of_sector,
    write_figures,
)
from workforce.contract.results import ROW
from workforce.model.tally import projections_made
from workforce.results.asked import FIGURES, PAGES, Asked, kept_path
from workforce.results.figures import figures
from workforce.results.pages import RECIPES, page_figures
from workforce.results.place import _digest_of, forget, levers, place_of, projected
from workforce.scenarios.kept import _name
from workforce.sources.tables.folder import folder_of, open_folder

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
PEOPLE = Path(__file__).parent / "small" / "data"
SETTINGS = {"base_year": 2026, "horizon": 2, "draws": 20, "seed": 1, "quarter": "2026Q4"}
PARAMS = """
title: Small
data: data
quarter: 2026Q4
audience: internal
seed: 1
draws: 20
horizon: 2
notebooks: {notebooks}
reports:
  - {{notebook: overview, regions: ["0001"], languages: [nb, en]}}
  - {{notebook: ageing, regions: ["0001"]}}
"""
HEAVY = {"scipy", "statsmodels", "xarray", "pandera"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunSummary, Path]:
    """Run two kinds of page, one of them in two languages, of a folder of inhabitants."""
    folder = tmp_path_factory.mktemp("run")
    shutil.copytree(PEOPLE, folder / "data")
    text = PARAMS.format(notebooks=json.dumps(str(NOTEBOOKS)))
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    return run(folder / "params.yaml", out=folder / "out"), folder


def test_a_region_of_few_figures_comes_first_and_then_those_that_take_longest():
    asked = Asked("overview", "", "baseline", **SETTINGS)
    one = Needed(asked, Path("x"), "")
    short, other = [one] * 2, [one, replace(one, made_from="x")]
    assert in_turn([short, [one] * 6, other, [one] * 3]) == [other, [one] * 6, [one] * 3, short]
    assert in_turn([]) == []


def test_each_kind_of_page_has_its_figures_once_whatever_the_language(ran):
    summary, folder = ran
    assert [entry.message for entry in summary.jobs] == ["", "", ""]
    kept = sorted((folder / "out" / "runs" / "2026Q4-internal" / FIGURES).rglob("*.parquet"))
    assert [path.name.split("-")[0] for path in kept] == ["ageing", "overview"]
    # Both rest on one projection of the baseline.
    assert summary.projections == 1


def test_a_page_by_itself_has_the_rows_that_the_run_has_to_the_byte(ran, tmp_path):
    _, folder = ran
    results = folder / "out" / "runs" / "2026Q4-internal" / "results"
    for page in ("overview", "ageing"):
        made = figures(folder / "data", page=page, region="0001", audience="internal", **SETTINGS)
        write_figures(of_sector(made, "all"), tmp_path / f"{page}.parquet")
        of_run = results / f"0001-{page}-all-baseline-nb.parquet"
        assert (tmp_path / f"{page}.parquet").read_bytes() == of_run.read_bytes()


def test_a_page_of_a_run_opens_no_folder_and_imports_nothing_that_makes_figures(ran):
    _, folder = ran
    cells = json.loads((NOTEBOOKS / "overview.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    given = {**SETTINGS, "region": "0001", "audience": "internal", "data": "nowhere"}
    given["run"] = str(folder / "out" / "runs" / "2026Q4-internal")
    told = [f"{name} = {value!r}" for name, value in given.items()]
    lines = [code[0], *told, *code[1:], "import sys", "print('seen:', *sorted(sys.modules))"]
    found = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    seen = found.stdout.partition("seen:")[2].split()
    assert {"polars", "matplotlib"} <= set(seen)
    assert not HEAVY & set(seen)
    assert not [name for name in seen if name.startswith(("workforce.inputs", "workforce.model"))]


def test_figures_are_kept_where_no_table_that_they_rest_on_is_another(ran, tmp_path):
    before = open_folder(shutil.copytree(PEOPLE, tmp_path / "before"))
    content, path = content_of(before), tmp_path / "kept.parquet"
    asked = Asked("ageing", "0001", "baseline", **SETTINGS)
    made = page_figures(place_of(before, [asked]), asked)
    rests_on = {name: content[name] for name in ("", "regions", "population")}
    keep_figures(made, path, made_from="then.library asked", rests_on=rests_on)
    told, was = {"made_from": "now.library asked"}, kept_content(path)
    assert not keep_again(path, **{**told, "made_from": "now.other asked"}, content=content,
                          names=before.names)  # fmt: skip
    assert not keep_again(path, **told, content={**content, "population": "x"}, names=before.names)
    assert kept_from(path) == "then.library asked"
    assert keep_again(path, **told, content={**content, "vacancies": "x"}, names=before.names)
    assert (kept_from(path), kept_content(path)) == ("now.library asked", was)
    regions = before.tables["regions"].with_columns(name=pl.col("name") + " by")
    named = folder_of({**before.tables, "regions": regions})
    assert content_of(named) == content
    assert keep_again(path, **told, content=content, names=named.names)
    again = kept_figures(path)
    assert again.table.equals(made.table)
    assert again.facts.names == page_figures(place_of(named, [asked]), asked).facts.names


def test_tables_are_known_again_however_they_came_about():
    every = pl.DataFrame({"neighbours": [f"the neighbour number {n}" for n in range(40)]})
    sorted_ = every.sample(20, seed=1).sort("neighbours").with_row_index("region")
    fresh = pl.DataFrame(sorted_.to_dict(as_series=False), schema=sorted_.schema)
    first, second = (
        folder_of({"regions": table.cast({"region": pl.String})}) for table in (sorted_, fresh)
    )
    assert content_of(first) == content_of(second)


def test_pages_stay_and_nothing_is_projected_where_another_place_gets_a_new_name(ran):
    summary, folder = ran
    (kept,) = (folder / "out").glob(f"runs/*/{FIGURES}/0001/overview*.parquet")
    rests_on = json.loads(pl.read_parquet_metadata(kept)["rests_on"])
    assert {"", "regions", "population"} <= set(rests_on)
    regions = folder / "data" / "regions.csv"
    regions.write_text(
        regions.read_text(encoding="utf-8").replace("Trangvik", "Nyvik"), encoding="utf-8"
    )
    again = run(folder / "params.yaml", out=folder / "out")
    assert again.projections == 0
    assert {entry.status for entry in again.jobs} == {"unchanged"}
    assert again.jobs[0].basis != summary.jobs[0].basis


def job(notebook: str, *, region="0001", sector="all", language="nb") -> Job:
    parameters = {**SETTINGS, "region": region, "scenario": "baseline", "scenarios": {}}
    path = NOTEBOOKS / f"{notebook}.ipynb"
    return Job(notebook, path, region, sector, "baseline", language, parameters, key="")


def test_pages_of_several_sectors_and_languages_ask_for_their_figures_once(tmp_path):
    jobs = [
        job("overview"),
        job("overview", language="nn"),
        job("overview", sector="health_care"),
        job("mobilisation"),
        job("mobilisation", sector="health_care"),
        job("ageing", region="0007"),
    ]
    found = needed_by(jobs, run=tmp_path, basis="b", lights={}, hide_fte=None)
    pages = {
        region: [(one.asked.page, one.asked.sectors) for one in some]
        for region, some in found.items()
    }
    assert pages == {
        "0001": [
            ("overview", ("all", "health_care")),
            ("mobilisation", ("all",)),
            ("mobilisation", ("health_care",)),
        ],
        "0007": [("ageing", ("all",))],
    }
    for one in jobs:
        (asked,) = asked_by(one)
        assert kept_path(tmp_path, asked) in {need.path for need in found[one.region]}
    red = needed_by(jobs[:1], run=tmp_path, basis="b", lights={"0001": "red"}, hide_fte=None)
    assert red["0001"][0].made_from != found["0001"][0].made_from


def test_a_notebook_that_names_no_figures_makes_what_it_shows_by_itself(tmp_path):
    own = replace(job("ageing"), source=Path(__file__).parent / "small/notebooks/ageing.ipynb")
    assert asked_by(own) == []
    assert needed_by([own], run=tmp_path, basis="b", lights={}, hide_fte=None) == {}


def ask(page: str, *, region="0001", sectors=("all",)) -> Asked:
    return Asked(page, region, "baseline", sectors=sectors, **SETTINGS)


def test_figures_of_other_data_leave_the_run(tmp_path):
    nothing = Figures(pl.DataFrame(schema=ROW), "internal")
    paths = [kept_path(tmp_path, ask("overview", region=region)) for region in ("0001", "0007")]
    for path, basis in zip(paths, ("now 1", "then 1"), strict=True):
        path.parent.mkdir(parents=True)
        keep_figures(nothing, path, made_from=basis)
    remove_old(tmp_path, "now", ["0001"])
    # Another folder tells of the other place, whose figures are not this run's to remove.
    assert [kept_from(path) for path in paths] == ["now 1", "then 1"]
    remove_old(tmp_path, "now", ["0001", "0007"])
    assert [kept_from(path) for path in paths] == ["now 1", ""]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(60.0, "nowhere is not there"), (0.05, "took longer than 0.05 seconds (timeout_seconds)")],
)
def test_what_stops_the_figures_of_a_region_is_told_of_each_of_them(tmp_path, seconds, told):
    needed = [
        Needed(ask(page), tmp_path / f"{page}.parquet", "") for page in ("overview", "ageing")
    ]
    found: SimpleQueue[Made] = SimpleQueue()
    making = made_aside(
        [needed],
        found.put,
        data=tmp_path / "nowhere",
        audience="internal",
        run=tmp_path,
        seconds=seconds,
        workers=1,
    )
    with making:
        problems = {made.path: made.problem for made in (found.get(timeout=60) for _ in needed)}
    assert set(problems) == {one.path for one in needed}
    assert all(told in problem for problem in problems.values())


def test_every_kind_of_page_that_is_named_has_a_recipe():
    assert set(PAGES) == set(RECIPES)


def test_pages_that_share_their_projections_have_the_figures_of_pages_alone(
    tmp_path, protected_sample
):
    folder = protected_sample
    pages = [
        ask("overview", region="9012", sectors=("all", "health_care")),
        ask("competence_gap", region="9012"),
    ]
    place = place_of(folder, pages)
    shared = [page_figures(place, one) for one in pages]
    forget()
    paths = tmp_path / "shared.parquet", tmp_path / "alone.parquet"
    for sector, page, together in zip(("health_care", "all"), pages, shared, strict=True):
        asked = replace(page, sectors=(sector,))
        alone = page_figures(place_of(folder, [asked]), asked)
        for path, made in zip(paths, (together, alone), strict=True):
            write_figures(of_sector(made, sector), path)
        assert paths[0].read_bytes() == paths[1].read_bytes()
        assert not pl.read_parquet(paths[0])["occupation"].str.contains("+", literal=True).any()


def test_a_page_stays_where_its_figures_come_out_as_they_were_though_a_table_changed(
    ran, tmp_path, monkeypatch
):
    # The package may be edited while this runs; here it counts as the same.
    fixed = library_hash()
    monkeypatch.setattr("workforce.batch.basis.library_hash", lambda: fixed)
    shutil.copytree(ran[1], tmp_path / "run")
    params, out = tmp_path / "run" / "params.yaml", tmp_path / "run" / "out"
    text = params.read_text(encoding="utf-8")
    params.write_text(text.replace('  - {notebook: overview, regions: ["0001"], ', "# "), "utf-8")
    run(params, out=out)
    page = out / "reports" / "2026Q4-internal" / "0001" / "ageing-all-baseline-nb.html"
    before = page.stat().st_mtime_ns
    people = tmp_path / "run" / "data" / "population.csv"
    frame = pl.read_csv(people, infer_schema=False)
    frame.reverse().write_csv(people)
    again = run(params, out=out)
    assert ([entry.status for entry in again.jobs], again.projections) == (["unchanged"], 0)
    assert page.stat().st_mtime_ns == before
    assert run(params, out=out).projections == 0
    regions = tmp_path / "run" / "data" / "regions.csv"
    regions.write_text(regions.read_text("utf-8").replace("Vekselvik", "Nyvik"), "utf-8")
    assert [entry.status for entry in run(params, out=out).jobs] == ["unchanged"]
    # What all places tell together is part of what each is made of.
    here = (pl.col("region") == "0007") & (pl.col("age") == "1")
    more = pl.when(here).then(pl.lit("140")).otherwise("persons")
    frame.with_columns(persons=more).write_csv(people)
    assert [entry.status for entry in run(params, out=out).jobs] == ["done"]


def test_a_projection_is_made_again_only_where_what_goes_into_it_is_another(tmp_path):
    people, store = open_folder(PEOPLE), tmp_path / "0001" / "library"
    asked = Asked("ageing", "0001", "baseline", **SETTINGS)

    def made(found, draws=20):
        place = place_of(found, [replace(asked, draws=draws)], store=store)
        before = projections_made()
        table = projected(place, levers("baseline"), ())
        count = projections_made() - before
        assert table.equals(projected(replace(place, store=None), levers("baseline"), ()))
        forget(place)
        return count, len(list(store.glob("*.parquet")))

    now = people.tables["population"].filter(year=SETTINGS["base_year"])
    ahead = [now.with_columns(pl.col("year") + step, variant=pl.lit("main")) for step in range(3)]

    def with_more(region, persons):
        more = pl.when(pl.col("region") == region).then(pl.col("persons") + persons)
        official = pl.concat(ahead).with_columns(persons=more.otherwise("persons"))
        return folder_of({**people.tables, "population_projection": official})

    assert made(with_more("0007", 0)) == (1, 1)
    assert made(with_more("0007", 30)) == (0, 1)
    # What no page asks for any more goes.
    assert made(with_more("0001", 30)) == (1, 1)
    assert made(people, draws=21) == (1, 1)


def test_a_plan_of_one_more_year_with_the_same_posts_is_another():
    plans = [
        xr.Dataset({"funded_posts": ("year", [3.0, 3.0], {"until": year})}) for year in (2027, 2028)
    ]
    assert len({_digest_of(plan, "") for plan in plans}) == 2
    assert len({_name(plan, "") for plan in plans}) == 2


def test_projections_that_rest_on_other_national_tables_are_kept_apart(tmp_path):
    needed = Needed(Asked("ageing", "0001", "baseline", **SETTINGS), tmp_path, "data.library told")
    assert _store_of(tmp_path, needed, "a") != _store_of(tmp_path, needed, "b")
    assert _store_of(tmp_path, needed, "a") == _store_of(
        tmp_path, replace(needed, made_from="other.library more"), "a"
    )


def test_projections_by_another_version_or_of_other_places_go(tmp_path):
    def store(region: str, basis: str) -> Path:
        asked = Asked("ageing", region, "baseline", **SETTINGS)
        folder = _store_of(tmp_path, Needed(asked, tmp_path, f"{basis} told"), hash_national())
        folder.mkdir(parents=True)
        (folder / "x.parquet").touch()
        return folder / "x.parquet"

    own, old, other = store("0001", "d.new"), store("0001", "d.old"), store("0002", "d.new")
    remove_old(tmp_path, "e.new", ["0001"])
    assert [path.exists() for path in (own, old, other)] == [True, False, False]
