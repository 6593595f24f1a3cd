"""What else could happen: only what a page shows of it is projected, and that is the same."""

import polars as pl

from workforce.contract.measures import ALTERNATIVES
from workforce.inputs import load_inputs
from workforce.results import pages, place
from workforce.results.asked import Asked
from workforce.results.table import results_table
from workforce.scenarios.simulation import simulate
from workforce.sources.tables.files import packaged_folder
from workforce.sources.tables.protected import open_for


def test_alternatives_are_projected_for_what_is_missing_alone_as_they_would_be_with_all(
    monkeypatch,
):
    folder = open_for(packaged_folder("sample"), audience="internal", key="")
    inputs = load_inputs(folder, region="9012", base_year=2026, horizon=3)
    whole = simulate(inputs, ["retirement_low"], draws=20, seed=3)
    every = results_table(whole, inputs)
    monkeypatch.setattr(pages, "quarters_of", lambda *_: every.clear())
    asked = Asked("labour_shortage", "9012", "baseline", 2026, 3, 20, 3, "2026Q4")
    rows, _ = pages.RECIPES["labour_shortage"](place.place_of(folder, [asked]), asked)
    monkeypatch.undo()
    place.forget()
    beside = rows.filter(pl.col("scenario").is_in(ALTERNATIVES))
    assert set(beside["scenario"]) == set(ALTERNATIVES)
    assert set(beside["occupation"]) == {"all"}
    assert "shortage_fte" not in beside["variable"]
    told = beside["variable"].unique().to_list()
    same = every.filter(pl.col("variable").is_in(told) & (pl.col("occupation") == "all"))
    order = ["sector", "variable", "year"]
    one = beside.filter(scenario="retirement_low").select(same.columns).sort(order)
    assert "missing_fte" in told
    assert one.equals(same.sort(order), null_equal=True)
