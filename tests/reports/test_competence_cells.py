"""A competence must not tell what its occupation hides."""

from pathlib import Path

import polars as pl
import pytest

from workforce.inputs import base_persons, load_inputs
from workforce.reports.competence_cells import count_hidden_holders
from workforce.reports.disclosure import Rule, make_plan, protect
from workforce.scenarios.results import results_table
from workforce.scenarios.simulation import simulate

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.mark.parametrize("region", ["9012", "9009"])
def test_no_competence_of_a_single_hidden_occupation_is_shown(region):
    inputs = load_inputs(SAMPLE, region=region, horizon=2)
    results = simulate(inputs, ["baseline"], draws=20, seed=1)
    base = base_persons(SAMPLE, base_year=2026)
    plan = make_plan(base, Rule("public"))
    table = count_hidden_holders(results_table(results, inputs), inputs, plan)
    shown = protect(table, Rule("public"), plan=plan).table
    hidden = plan.cells.filter(region=region, dimension="")
    posts = set(hidden.select("sector", "occupation").iter_rows())
    held = shown.filter(
        ~pl.col("hidden"), dimension="competence", variable="competence_held"
    ).filter(pl.col("sector") != "all")
    heads = inputs["staff"].sum(["region", "sex", "working_age"])
    visible = 0
    for sector, competence in held.select("sector", "category").unique().iter_rows():
        share = inputs["holding"].sel(competence=competence).max("working_age")
        staffed = heads.sel(sector=sector)
        holders = [
            str(o)
            for o in staffed["occupation"].values
            if float(staffed.sel(occupation=o)) > 0 and float(share.sel(occupation=o)) > 0
        ]
        gone = [o for o in holders if (sector, o) in posts]
        assert len(gone) != 1, (sector, competence)
        visible += 1
    assert visible > 0
