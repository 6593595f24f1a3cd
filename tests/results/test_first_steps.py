"""What first steps give is what the projection itself gives, and no more than what is missing."""

import polars as pl
import pytest

from workforce.results.asked import Asked
from workforce.results.first_steps import FEWER, POINT_LEVERS, step_rows
from workforce.results.place import inputs_of, place_of, simulated, whole_of

BASE, LAST = 2026, 2030


@pytest.fixture(scope="module")
def made(protected_sample):
    """Inputs of a municipality, the rows of its projection, and those of its steps."""
    asked = Asked("overview", "9006", "baseline", BASE, LAST - BASE, 25, 11, "2026Q4")
    place = place_of(protected_sample, [asked])
    inputs, own = inputs_of(place), simulated(place, asked, whole_of(asked))
    return inputs, own, step_rows(inputs, own, scenario="baseline")


def test_steps_are_the_largest_cause_and_those_on_staff_in_every_service(made):
    inputs, own, rows = made
    causes = own.filter(variable="replacement_by_cause", sector="all", occupation="all")
    sums = causes.group_by("category").agg(pl.col("central").sum()).sort("central")
    assert set(rows["category"]) == {sums["category"][-1], *POINT_LEVERS}
    assert set(rows["sector"]) == set(inputs["sector"].values)
    assert rows.filter(pl.col("persons").is_null()).is_empty()


def test_no_step_gives_more_than_what_is_missing_and_fewer_leaving_less_than_stay(made):
    _, own, rows = made
    missing = own.filter(variable="missing_fte", year=LAST, occupation="all")
    beside = rows.join(missing.select("sector", missing="central"), on="sector")
    # The median of a sum may be less than the sum of medians.
    assert beside.filter(pl.col("central") > 1.25 * pl.col("missing") + 0.5).is_empty()
    gone = own.filter(
        pl.col("variable") == "replacement_by_cause", pl.col("sector") != "all",
        pl.col("occupation") == "all", pl.col("year") > BASE,
    )  # fmt: skip
    cause = next(one for one in rows["category"] if one not in POINT_LEVERS)
    stay = gone.filter(category=cause).group_by("sector").agg(stay=FEWER * pl.col("central").sum())
    kept = rows.filter(category=cause).join(stay, on="sector")
    assert kept["central"].sum() > 0
    assert kept.filter(pl.col("central") > pl.col("stay") + 0.05).is_empty()


def test_without_staff_nothing_is_tried(made):
    inputs, own, _ = made
    assert step_rows(inputs.drop_vars("staff"), own, scenario="baseline").is_empty()
    assert step_rows(inputs, own.clear(), scenario="baseline").is_empty()


def test_larger_positions_in_care_replace_extra_hours_before_they_give_hands(made):
    """Five points of every post there are fewer hours than part-timers work beyond theirs."""
    _, _, rows = made
    larger = rows.filter(category="mean_position")
    assert larger.filter(sector="health_care")["central"].item() == pytest.approx(0.0, abs=1e-6)
    assert larger["central"].sum() > 0


def test_growth_where_people_come_to_lack_leads_to_what_is_missing_then(made):
    """Exactly, in every service, since the parts are those of draws that miss as much."""
    _, own, _ = made
    rows = own.filter(variable="lacking_change", scenario="baseline")
    missing = own.filter(variable="missing_fte", year=LAST, occupation="all", dimension="")
    wide = rows.pivot("category", index="sector", values="central").join(
        missing.select("sector", "central"), on="sector"
    )
    assert wide.height == missing.height > 2
    leads = wide.select(pl.col("today") + pl.col("need") - pl.col("staff") - pl.col("central"))
    assert leads.to_series().abs().max() < 1e-6
    assert (wide["leaving"] + wide["staff"]).min() >= -1e-6, "nobody who was not there leaves"
    whole = wide.filter(sector="all")["need"].item()
    assert wide.filter(sector="all")["need_of_all"].item() == pytest.approx(whole)
    services = wide.filter(pl.col("sector") != "all")["need_of_all"].sum()
    assert services == pytest.approx(whole), "services share what all of them lack"
