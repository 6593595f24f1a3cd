"""Rounding that keeps sums, and the rules that go by a row's own persons."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.disclosure.test_attack import COUNTY, GROUPS, base_of, results_of, small_base
from tests.disclosure.test_disclosure import results, row

from workforce.contract.check import check_tables
from workforce.disclosure.margins import lay_out, relation_matrix
from workforce.disclosure.plan import leaves_of
from workforce.disclosure.protection import Rule, make_plan, protect
from workforce.errors import DataError, ParameterError

ROUNDED = Rule("public", method="rounding")
POSTS = [("care", "nurse"), ("care", "doctor"), ("care", "aide"), ("school", "aide")]


def gaps(base: pl.DataFrame, rounded: pl.DataFrame) -> np.ndarray:
    """How far each sum is from its parts when the rounded counts are shown."""
    grid = lay_out(leaves_of(base), COUNTY, GROUPS)
    rows, places = grid.places(rounded)
    shown = np.zeros(grid.persons.size)
    shown[places] = rounded["persons"].to_numpy()[rows]
    return np.asarray(relation_matrix(grid.families, shown.size) @ shown)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 7, 12, 40]), min_size=12, max_size=12))
def test_rounded_counts_are_multiples_near_the_truth_and_all_sums_hold(counts: list[int]) -> None:
    places = [(town, *post) for town in ("9001", "9002", "9003") for post in POSTS]
    base = base_of({key: float(n) for key, n in zip(places, counts, strict=True)})
    plan = make_plan(base, ROUNDED, parents=COUNTY, groups=GROUPS)
    assert plan.cells.is_empty()
    assert (plan.rounded["persons"] % 5 == 0).all()
    assert (plan.rounded["persons"] >= 0).all()
    assert np.abs(gaps(base, plan.rounded)).max() == 0
    truth = base.group_by("region", "sector", "occupation").agg(was=pl.col("persons").sum())
    near = plan.rounded.join(truth, on=["region", "sector", "occupation"])
    assert ((near["persons"] - near["was"]).abs() < 10).all()
    again = make_plan(base.reverse(), ROUNDED, parents=COUNTY, groups=GROUPS)
    assert again.hash == plan.hash


def test_every_figure_goes_from_the_rounded_count_and_sums_still_hold() -> None:
    base = small_base()
    plan = make_plan(base, ROUNDED, parents=COUNTY, groups=GROUPS)
    heads = results_of(base, COUNTY, GROUPS)
    fte = heads.filter(pl.col("variable") == "headcount").with_columns(
        variable=pl.lit("supply_fte"), unit=pl.lit("FTE"),
        **{name: pl.col(name) * 0.8 for name in ("central", "lower", "upper")},
    )  # fmt: skip
    shown = protect(pl.concat([heads, fte]), ROUNDED, plan=plan).table
    counts = shown.filter(variable="headcount", region="9001")
    assert (counts["central"] % 5).to_list() == pytest.approx([0.0] * counts.height, abs=1e-6)
    for variable in ("headcount", "supply_fte"):
        own = shown.filter(variable=variable, region="9001", sector="care")
        whole = own.filter(occupation="all")["central"].item()
        parts = own.filter(pl.col("occupation").is_in(list(GROUPS)))["central"].sum()
        assert parts == pytest.approx(whole)


def test_no_interval_of_a_rounded_sum_goes_below_zero() -> None:
    base = small_base()
    plan = make_plan(base, ROUNDED, parents=COUNTY, groups=GROUPS)
    heads = results_of(base, COUNTY, GROUPS).filter(pl.col("variable") == "headcount")
    wide = heads.with_columns(lower=pl.col("central") * 0.0, upper=pl.col("central") * 1.5)
    shown = protect(wide, ROUNDED, plan=plan).table
    assert shown["lower"].min() > -1e-9
    assert (shown["lower"] <= shown["central"] + 1e-9).all()
    assert (shown["upper"] >= shown["central"] - 1e-9).all()


def test_years_and_years_per_person_are_never_rounded_or_scaled() -> None:
    base = small_base()
    plan = make_plan(base, ROUNDED, parents=COUNTY, groups=GROUPS)
    heads = results_of(base, COUNTY, GROUPS).filter(pl.col("variable") == "headcount")
    told = {
        "first_shortage_year": ("1 January of the year", 2031.0),
        "working_years": ("years per person", 7.3),
    }
    rows = [
        heads.with_columns(variable=pl.lit(name), unit=pl.lit(unit), central=value,
                           lower=value - 1, upper=value + 1)
        for name, (unit, value) in told.items()
    ]  # fmt: skip
    shown = protect(pl.concat([heads, *rows]), ROUNDED, plan=plan).table
    for name, (_, value) in told.items():
        kept = shown.filter(pl.col("variable") == name, ~pl.col("hidden"))
        assert kept.height > 0
        for column, figure in (("central", value), ("lower", value - 1), ("upper", value + 1)):
            assert set(kept[column]) == {figure}


def test_a_year_of_fewer_than_ten_is_hidden_as_a_share_is() -> None:
    of_year = {"variable": "first_shortage_year", "unit": "1 January of the year"}
    for rule in (ROUNDED, Rule("public")):
        few, enough = (results(row(persons=n, **of_year)) for n in (9.0, 10.0))
        assert protect(few, rule).table["hidden"].to_list() == [True]
        assert protect(enough, rule).table["hidden"].to_list() == [False]


def test_a_rule_that_cannot_be_is_refused() -> None:
    with pytest.raises(ParameterError, match="rounding_base is 4"):
        Rule("public", rounding_base=4)
    with pytest.raises(ParameterError, match="min_absence is 2"):
        Rule("public", min_absence=2)


def test_absence_is_told_by_sector_and_for_twenty_employees() -> None:
    absent = {"variable": "absence_rate", "unit": "share of agreed days"}
    table = results(
        row(occupation="all", persons=19.0, **absent),
        row(occupation="all", persons=20.0, sector="school", **absent),
        row(occupation="aide", persons=60.0, sector="school", **absent),
    )
    assert protect(table, Rule("public")).table["hidden"].to_list() == [True, False, True]
    assert protect(table, Rule("internal")).hidden == 0


def test_disability_and_death_are_part_of_other_at_the_door_and_on_the_page() -> None:
    exits = {"variable": "exits", "dimension": "cause"}
    with pytest.raises(DataError, match="cause disability"):
        protect(results(row(category="disability", **exits)), Rule("internal"))
    flows = pl.DataFrame(
        {"region": ["0001"], "sector": ["s"], "occupation": ["1"], "sex": ["male"], "age": [60],
         "year": [2025], "flow": ["death"], "persons": [1], "exposure": [9.0]},
    )  # fmt: skip
    found = check_tables({"staff_flows": flows})
    assert "flow" in {problem.column for problem in found}


def test_an_amount_that_one_contributor_dominates_is_hidden() -> None:
    amount = {"variable": "exits", "unit": "NOK", "persons": 8.0}
    table = results(
        row(central=1000.0, sector="a", **amount), row(central=1000.0, sector="b", **amount)
    ).with_columns(largest=pl.Series([800.0, 400.0]), second_largest=pl.Series([150.0, 300.0]))
    # The second can work the first out within 1000 - 800 - 150 = 50, less than 10 per cent of 800.
    shown = protect(table, Rule("public")).table
    assert shown["hidden"].to_list() == [True, False]
    assert "largest" not in shown.columns


def test_a_mean_of_fewer_than_ten_is_hidden() -> None:
    table = results(row(persons=9.0, unit="FTE per person"), row(persons=9.0, unit="FTE per year"))
    # Both rows are one figure, which is hidden whatever its row.
    assert protect(table[:1], Rule("public")).table["hidden"].to_list() == [True]
    assert protect(table[1:], Rule("public")).table["hidden"].to_list() == [False]
