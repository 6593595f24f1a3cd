"""Measures that are tried out: the figures of a projection, and saved so that a run takes them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr

from workforce import apply_scenario, load_inputs, project
from workforce.batch.params import load_params
from workforce.contract.folder import Folder
from workforce.errors import ParameterError, ReportError
from workforce.explore.central import (
    EXPLORED,
    Place,
    Steps,
    as_levers,
    explored_table,
    open_place,
    shortage_paths,
    split_steps,
)
from workforce.explore.panel import (
    GROUPS,
    REACH,
    TRIED,
    draw_tried,
    levers_there,
    open_panel,
)
from workforce.explore.saving import save_scenario, scenario_code
from workforce.results.drivers import split_measures
from workforce.scenarios.hiring import limit_hiring
from workforce.scenarios.levers.registry import LEVERS
from workforce.texts.catalogue import load_texts

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
STEPS: Steps = (
    ("position_share", 6.0, 2028),
    ("absence", -0.5, 2028),
    ("turnover", -1.0, 2028),
    ("retirement_age", 1.0, 2028),
)


# Levers that change the same inputs, or of which one looks at what another has changed.
TOGETHER = (
    ("position_share", "full_time", "absence"),
    ("turnover", "still_working", "retirement_age"),
    ("education_intake", "completion", "recruitment"),
    ("recruitment", "inclusion"),
    ("productivity", "digitalisation", "staffing_standard"),
    ("staffing_standard", "healthy_ageing"),
    ("full_time", "still_working", "completion"),
)


@pytest.fixture(scope="module")
def inputs() -> xr.Dataset:
    return load_inputs(SAMPLE, region="9012", horizon=4)


@pytest.fixture(scope="module")
def place(inputs: xr.Dataset) -> Place:
    return open_place(inputs)


def exact(inputs: xr.Dataset, steps: Steps) -> np.ndarray:
    changed = apply_scenario(inputs, as_levers(steps), draws=0)
    found = project(limit_hiring(changed, inputs, as_levers(steps)))["shortage_fte"]
    whole: np.ndarray = found.sum(["sector", "occupation"]).isel(region=0).values
    return whole


def test_what_a_slider_shows_is_what_a_projection_gives(place: Place, inputs: xr.Dataset) -> None:
    every = tuple((lever, REACH[lever][1], 2028) for lever in TRIED if lever != "full_time")
    tried = [STEPS, STEPS[2:], every, (("productivity", 2.0, 2030),), ()]
    for steps, path in zip(tried, shortage_paths(place, tried), strict=True):
        np.testing.assert_allclose(path.sel(sector="all").values, exact(inputs, steps), atol=1e-9)


def test_levers_moved_together_are_what_a_projection_gives(inputs: xr.Dataset) -> None:
    place = open_place(inputs)  # Nothing known: what each lever touches is found out on the way.
    tried = [
        tuple((lever, REACH[lever][1] / 4, 2027 + turn) for turn, lever in enumerate(levers))
        for levers in TOGETHER
    ]
    for steps, path in zip(tried, shortage_paths(place, tried), strict=True):
        whole = exact(place.inputs, steps)
        np.testing.assert_allclose(path.sel(sector="all").values, whole, atol=1e-9)
    # Moved on from there, with all that was found out before.
    moved = (*tried[1][:-1], (*tried[1][-1][:1], 0.5, 2029))
    (path,) = shortage_paths(place, [moved])
    whole = exact(place.inputs, moved)
    np.testing.assert_allclose(path.sel(sector="all").values, whole, atol=1e-9)


def test_a_slider_hires_nobody_past_the_need(place: Place, inputs: xr.Dataset) -> None:
    hired: Steps = (("recruitment", 50.0, 2027), ("healthy_ageing", 1.0, 2028))
    (path,) = shortage_paths(place, [hired])
    whole = exact(inputs, hired)
    np.testing.assert_allclose(path.sel(sector="all").values, whole, atol=1e-9)
    free = project(apply_scenario(inputs, as_levers(hired), draws=0))["shortage_fte"]
    assert whole[-1] > float(free.isel(region=0, year=-1).sum()) + 1.0, "the limit binds"


def test_the_waterfall_is_that_of_a_report(place: Place, inputs: xr.Dataset) -> None:
    steps = STEPS[1:]
    levers = {step["lever"]: [step] for step in as_levers(steps)}
    found = split_measures(inputs, levers).parts.sel(sector="all", occupation="all")
    for lever, path in split_steps(place, steps).items():
        expected = float(found.sel(part=lever).isel(draw=0, region=0))
        assert float(path.sel(sector="all")[-1]) == pytest.approx(expected, abs=1e-9)


def test_a_table_has_both_paths_and_a_chain_that_adds_up(place: Place) -> None:
    table = explored_table(place, STEPS[:2]).filter(pl.col("sector") == "all")
    assert set(table["scenario"]) == {"baseline", "explored"}
    chain = table.filter(pl.col("variable") == "measure_effect")["central"].to_list()
    assert len(chain) == 5, "both ends, two measures, and recruitment that gives way"
    assert sum(chain[:-1]) == pytest.approx(chain[-1], abs=1e-9)
    assert explored_table(place, ())["variable"].unique().to_list() == ["shortage_fte"]


def test_every_slider_is_a_lever_within_its_bounds_and_has_a_name() -> None:
    for lever in TRIED:
        least, most, step = REACH[lever]
        assert LEVERS[lever].least <= least < most <= LEVERS[lever].most
        assert 0 < step < most - least
        assert all(f"lever.{lever}.name" in load_texts(one).entries for one in ("nb", "nn"))


def test_sliders_stand_in_the_order_of_ks_and_only_where_their_inputs_are(place: Place) -> None:
    assert [name for levers in GROUPS.values() for name in levers] == list(TRIED)
    assert list(GROUPS) == ["mobilise", "develop", "recruit", "phase_out", "assumption"]
    assert levers_there(place) == list(TRIED)
    bare = place.inputs.drop_vars("graduates_path")
    gone = set(TRIED) - set(levers_there(replace(place, inputs=bare)))
    assert gone == {"education_intake", "completion"}


def save(folder: Path, title: str, steps: Steps = STEPS, key: str | Path = "") -> Path:
    return save_scenario(
        folder, title, steps, data=SAMPLE, region="9012", base_year=2026, horizon=4,
        quarter="2026Q4", language="nb", seed=1, draws=20, key=key,
    )  # fmt: skip


def test_a_saved_scenario_is_a_params_file_and_is_never_replaced(tmp_path: Path) -> None:
    path = save(tmp_path, "=Større «stillinger»: {nb}\n../..")
    assert path.name == "storre_stillinger_nb.yaml"
    before = path.read_bytes()
    params = load_params(path)
    assert params.data == SAMPLE
    (scenario,) = params.scenarios
    assert params.reports[0].scenarios == (scenario,)
    assert [m.lever for m in params.scenarios[scenario].measures] == [s[0] for s in STEPS]
    every: Steps = tuple((lever, REACH[lever][1] / 2, 2029) for lever in TRIED[4:])
    told = load_params(save(tmp_path / "every", "every", every)).scenarios["every"].measures
    assert [(m.lever, *m.options.values()) for m in told] == list(every)
    with pytest.raises(ParameterError, match="is there already"):
        save(tmp_path, "Større stillinger nb", STEPS[:1])
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [path.name]


def test_a_saved_scenario_uses_the_key_that_the_notebook_used(tmp_path: Path) -> None:
    """One of its own would tell of the same people a second time."""
    key = tmp_path / "params" / "keys" / "public.key"
    assert load_params(save(tmp_path / "tried", "with a key", key=key)).key == key


def test_a_scenario_that_a_run_would_refuse_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="points is 99"):
        save(tmp_path, "mine", (("turnover", 99.0, 2028),))
    with pytest.raises(ParameterError, match="nothing to save"):
        save(tmp_path, "mine", ())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ["", "   ", "123", "../..", "baseline", "Later retirement"])
def test_a_name_that_says_nothing_or_is_taken_is_refused(title: str) -> None:
    with pytest.raises(ParameterError):
        scenario_code(title)


def test_run_by_a_batch_explore_shows_a_sentence_and_no_widget(tmp_path: Path) -> None:
    import papermill

    from workforce.reports.export import export_page

    ran = tmp_path / "ran.ipynb"
    papermill.execute_notebook(
        ROOT / "notebooks" / "explore.ipynb",
        ran,
        parameters={"region": "9012", "data": str(SAMPLE), "horizon": 2, "folder": str(tmp_path)},
        progress_bar=False,
    )
    shown = [
        output["data"]
        for cell in json.loads(ran.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    assert [set(one) for one in shown] == [{"text/html", "text/plain"}]
    assert "prøve ut tiltak i JupyterLab" in "".join(shown[0]["text/html"])
    assert list(tmp_path.glob("*.yaml")) == []
    # A notebook without the head of a report never becomes a page of a site.
    with pytest.raises(ReportError):
        export_page(ran, tmp_path / "page.html", language="nb", title="Explore")


def test_a_protected_folder_may_be_explored_in_public_and_says_so(
    tmp_path: Path, protected_sample: Folder
) -> None:
    """What is drawn carries its audience; only the folder as it was delivered is internal."""
    folder = protected_sample
    given = {
        "region": "9012", "language": "en", "quarter": "2026Q4", "seed": 1, "draws": 20,
        "folder": tmp_path, "source": SAMPLE,
    }  # fmt: skip
    tried = open_panel(load_inputs(folder, region="9012", horizon=2), data=folder, **given)
    assert tried.rounded_to == 5
    path, effects = draw_tried(tried, STEPS[:1])
    assert path.table is not None
    asked, _ = draw_tried(tried, STEPS[:1], intervals=True)
    assert asked.table is not None
    assert asked.table.height == path.table.height
    central, drawn = explored_table(tried.place, STEPS[:1]), tried.simulated(STEPS[:1])
    keys = {"variable": "shortage_fte", "sector": "all", "occupation": "all", "year": 2028}
    for scenario in ("baseline", EXPLORED):
        rows = [one.filter(scenario=scenario, **keys) for one in (central, drawn)]
        assert rows[0]["central"].item() == pytest.approx(rows[1]["central"].item(), abs=1e-9)
        assert rows[1]["lower"].item() < rows[1]["central"].item() < rows[1]["upper"].item()
    assert path.title.startswith("With the measures: in ")
    assert effects.title
