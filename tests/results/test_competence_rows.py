"""Rows about units, what hangs on few, and ways of learning."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workforce import load_inputs, simulate
from workforce.results.competence_rows import EXIT_AGE, FEW, with_competence
from workforce.results.table import results_table
from workforce.scenarios.learning_paths import learning_paths
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def made():
    inputs = load_inputs(SAMPLE, region="9012", horizon=1)
    table = results_table(simulate(inputs, ["baseline"], draws=20, seed=1), inputs)
    return inputs, table, with_competence(table, inputs, open_folder(SAMPLE), audience="internal")


def test_the_results_are_kept_and_rows_come_after_them(made):
    _, table, more = made
    assert more.columns == table.columns
    assert more.head(table.height).equals(table)


def test_competences_that_few_hold_are_counted_by_sector_and_named_inside_only(made):
    inputs, table, more = made
    staff = inputs["staff"].isel(region=0).sum("sex").sel(sector="health_care")
    asked = inputs["requirement"].sel(sector="health_care") > 0
    asked = (asked & (staff.sum("working_age") > 0)).any("occupation").values
    holders = (staff * inputs["holding"]).sum("occupation")
    few = asked & (holders.sum("working_age") < FEW).values
    count = more.filter(variable="competences_asked", sector="health_care", category="few")
    assert count["central"].item() == few.sum() > 0
    named = more.filter(variable="holders_near_exit", sector="health_care")
    near = holders.sel(working_age=slice(EXIT_AGE, None)).sum("working_age")
    for code, value in named.select("category", "central").iter_rows():
        np.testing.assert_allclose(value, near.sel(competence=code))
    public = with_competence(table, inputs, open_folder(SAMPLE), audience="public")
    assert public.filter(pl.col("variable").str.starts_with("holders_")).is_empty()


def test_ways_are_those_of_the_training_table_into_occupations_that_are_there(made):
    _, _, more = made
    training = pl.read_csv(SAMPLE / "training.csv", schema_overrides={"occupation": pl.String,
                           "occupation_to": pl.String})  # fmt: skip
    paths = learning_paths(training, destinations=["2223"])
    weeks = more.filter(variable="way_weeks", sector="all", occupation="2223")
    assert set(weeks.select("category", "detail", "central").iter_rows()) == set(
        paths.select("occupation", "via", "weeks").iter_rows()
    )
    assert weeks["persons"].null_count() == weeks.height
    weight = more.filter(variable="move_weight")["central"]
    assert ((weight > 0) & (weight < 1)).all()


def test_units_that_ask_are_those_of_the_sector_small_and_large(made):
    inputs, _, more = made
    units = (inputs["unit_share"].isel(region=0) > 0).sum("service_unit")
    asked = more.filter(variable="units_asking", dimension="unit_size")
    for sector in ("health_care", "primary_school", "technical"):
        own = dict(asked.filter(sector=sector).select("category", "central").iter_rows())
        assert own["every"] == float(units.sel(sector=sector)) == own["small"] + own["large"]
