"""A competence must not tell what its occupations hide, on no page and by no difference."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.disclosure.attack import published_unqualified

from workforce.disclosure.competence_cells import telling_competences
from workforce.disclosure.protection import Plan, Rule, make_plan, protect
from workforce.inputs import load_inputs
from workforce.inputs.published_cells import competence_posts, occupation_groups
from workforce.reports.report import plan_of_folder
from workforce.results.table import results_table
from workforce.scenarios.simulation import simulate
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
PUBLIC = Rule("public")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of_folder(open_folder(SAMPLE), PUBLIC, base_year=2026)


@pytest.mark.parametrize("region", ["9012", "9006"])
def test_no_competence_of_a_hidden_occupation_and_no_few_without_one_are_shown(
    plan: Plan, region: str
) -> None:
    inputs = load_inputs(SAMPLE, region=region, horizon=1)
    groups = occupation_groups(open_folder(SAMPLE))
    results = simulate(inputs, ["baseline"], draws=20, seed=1, groups=groups)
    table = results_table(results, inputs)
    lines = table.filter(variable="measured_shortage", sector="all", category="unqualified")
    teachers = [post for post, group in groups.items() if group == "teachers"]
    whole = lines.filter(occupation="teachers")["central"].to_list()
    assert whole == pytest.approx(
        [lines.filter(pl.col("occupation").is_in(teachers))["central"].sum()]
    )
    shown = protect(table, PUBLIC, plan=plan).table
    lacking = published_unqualified(shown, base_year=2026)["persons"].drop_nulls()
    assert lacking.len() > 0
    assert lacking.filter((lacking > 0) & (lacking < 5)).is_empty()
    held = shown.filter(~pl.col("hidden"), dimension="competence", variable="competence_held")
    visible = held.select("sector", "category").unique()
    assert visible.height > 0
    heads = inputs["staff"].sum(["region", "sex", "working_age"])
    for sector, occupation in (
        plan.cells.filter(region=region, dimension="").select("sector", "occupation").iter_rows()
    ):
        if sector == "all" or occupation not in heads["occupation"].values:
            continue
        share = inputs["holding"].sel(occupation=occupation).max("working_age")
        asked = inputs["requirement"].sel(occupation=occupation, sector=sector)
        telling = share["competence"].values[((share > 0) | (asked > 0)).values].tolist()
        own = visible.filter(pl.col("sector").is_in([sector, "all"]))
        assert not set(own["category"]) & set(telling), (sector, occupation)


def test_holders_shown_elsewhere_do_not_give_those_hidden_back(plan: Plan) -> None:
    """The county less its other municipalities would be the holders hidden in one of them."""
    regions = pl.read_csv(SAMPLE / "regions.csv", infer_schema=False)
    towns = set(regions.filter(level="municipality")["region"])
    held = plan.cells.filter(dimension="competence")
    assert held.height > 0
    for (_, competence), cells in held.group_by("sector", "category"):
        hidden = set(cells["region"])
        alone = hidden & towns
        assert len(alone) != 1 or "90" in hidden, competence


def test_two_competences_would_solve_two_hidden_occupations() -> None:
    """Two occupations are hidden; each of two competences is a sum of them with known shares."""
    counts = {"nurse": 4.0, "doctor": 3.0, "aide": 60.0}
    share = {"wounds": {"nurse": 0.9, "doctor": 0.4}, "lifts": {"aide": 1.0},
             "drugs": {"nurse": 0.5, "doctor": 1.0, "aide": 0.1}}  # fmt: skip
    base = pl.DataFrame(
        [("9001", "care", post, "a", n) for post, n in counts.items()],
        schema=["region", "sector", "occupation", "age_group", "persons"],
        orient="row",
    )
    holders = {
        c: sum(np.ceil(counts[post] * part) for post, part in of.items()) + 20
        for c, of in share.items()
    }
    others = pl.DataFrame(
        [("9001", "care", "all", "competence", c, float(n)) for c, n in holders.items()],
        schema=["region", "sector", "occupation", "dimension", "category", "persons"],
        orient="row",
    )
    posts = pl.DataFrame(
        [("care", post, c) for c, of in share.items() for post in of],
        schema=["sector", "occupation", "competence"],
        orient="row",
    )
    plan = make_plan(base, PUBLIC, others=others, competences=posts)
    gone = {o for s, o in plan.cells.filter(dimension="").select("sector", "occupation").rows()}
    assert gone == {"nurse", "doctor"}
    hidden = plan.cells.filter(dimension="competence", sector="care")["category"].to_list()
    assert sorted(hidden) == ["drugs", "wounds"]
    assert telling_competences(plan.cells, posts.clear()).is_empty()


def test_posts_of_a_competence_are_those_that_hold_or_must_hold_it() -> None:
    posts = competence_posts(open_folder(SAMPLE))
    asked = pl.read_csv(SAMPLE / "competence_requirement.csv", infer_schema=False)
    needed = asked.filter(pl.col("share").cast(pl.Float64) > 0)
    keys = ["sector", "occupation", "competence"]
    assert needed.join(posts, on=keys, how="anti").is_empty()
    assert posts.filter(occupation="2223", competence="nurse_authorisation").height > 1
