"""The attack on what a run published: nothing is found but the leaks that are planted."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from tests.disclosure.attack import Attack, attack, published_counts, published_unqualified

from workforce.disclosure.margins import CELL, lay_out
from workforce.disclosure.memory import Memory, plan_with_memory, recall, remember, shown_cells
from workforce.disclosure.plan import Plan, leaves_of, make_plan
from workforce.disclosure.protection import Rule, protect
from workforce.inputs import base_persons
from workforce.inputs.published_cells import occupation_groups, other_cells
from workforce.sources.tables.files import read_folder
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
PUBLIC = Rule("public")
VARIABLES = {"": "headcount", "age_group": "headcount_by_age", "users": "users_path",
             "unqualified": "measured_shortage"}  # fmt: skip
GROUPS = {"nurse": "health", "doctor": "health", "aide": "care", "cook": "care"}
COUNTY = {"90": ["9001", "9002", "9003"], "NO": ["9001", "9002", "9003"]}


def results_of(
    base: pl.DataFrame,
    parents: dict[str, list[str]],
    groups: dict[str, str],
    others: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every count of the base year as rows of results, for all places and levels of sum."""
    grid = lay_out(leaves_of(base, others), parents, groups)
    cells = grid.frame(grid.persons.ravel() > 0).filter(pl.col("dimension") != "competence")
    users, lacks = (pl.col("dimension") == name for name in ("users", "unqualified"))
    return cells.select(
        pl.lit("baseline").alias("scenario"),
        "region",
        "sector",
        "occupation",
        pl.when(users)
        .then(pl.lit(""))
        .when(lacks)
        .then(pl.lit("line"))
        .otherwise("dimension")
        .alias("dimension"),
        pl.when(lacks).then("dimension").otherwise("category").alias("category"),
        pl.col("dimension").replace_strict(VARIABLES).alias("variable"),
        pl.lit("persons").alias("unit"),
        pl.lit(2026).alias("year"),
        pl.lit(0.8).alias("level"),
        *(pl.col("persons").alias(name) for name in ("central", "lower", "upper")),
        pl.when(lacks).then(pl.col("persons").ceil()).otherwise("persons").alias("persons"),
    )


def sample_parents() -> dict[str, list[str]]:
    regions = read_folder(SAMPLE, ["regions"])["regions"]
    towns = regions.filter(pl.col("level") == "municipality")
    groups = {
        code: towns.filter(comparison_group=code)["region"].to_list() for code in ("G1", "G2")
    }
    return {"90": towns["region"].to_list(), "NO": towns["region"].to_list(), **groups}


def told_by(
    plan: Plan,
    amount: pl.DataFrame,
    parents: dict[str, list[str]],
    groups: dict[str, str],
) -> pl.DataFrame:
    """Amounts of every occupation with all their sums, where the plan lets its staff be shown."""
    none = {"dimension": pl.lit(""), "category": pl.lit("")}
    leaves = amount.with_columns(pl.col("persons").cast(pl.Float64), **none)
    grid = lay_out(leaves.select(*CELL, "persons"), parents, groups)
    every = grid.frame(grid.persons.ravel() >= 0)
    hidden = plan.cells.select(*CELL, gone=pl.lit(True))
    every = every.join(hidden, on=CELL, how="left").with_columns(pl.col("gone").fill_null(False))
    return every.with_columns(persons=pl.when(~pl.col("gone")).then("persons")).drop("gone")


def base_of(counts: dict[tuple[str, str, str], float]) -> pl.DataFrame:
    rows = [(*key, "a", persons) for key, persons in counts.items()]
    columns = ["region", "sector", "occupation", "age_group", "persons"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def small_base() -> pl.DataFrame:
    """Three municipalities whose nurses and aides are many, and whose other staff are few."""
    size = {"9001": 1, "9002": 2, "9003": 3}
    posts = {"nurse": 20, "doctor": 2, "aide": 30, "cook": 6}
    return base_of(
        {
            (town, sector, post): float(count * times + (sector == "school"))
            for town, times in size.items()
            for sector in ("care", "school")
            for post, count in posts.items()
        }
    )


def attacked(
    base: pl.DataFrame, plan: Plan, *earlier: pl.DataFrame, elsewhere: pl.DataFrame | None = None
) -> Attack:
    shown = protect(results_of(base, COUNTY, GROUPS), plan.rule, plan=plan)
    now = published_counts(shown.table, base_year=2026)
    return attack(
        now, parents=COUNTY, groups=GROUPS, earlier=earlier, elsewhere=elsewhere, enough=5.0
    )


def shown_by(base: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    shown = protect(results_of(base, COUNTY, GROUPS), plan.rule, plan=plan)
    return published_counts(shown.table, base_year=2026)


@dataclass(frozen=True)
class County:
    """The sample county, planned and published."""

    parents: dict[str, list[str]]
    groups: dict[str, str]
    plan: Plan
    shown: pl.DataFrame


@pytest.fixture(scope="module")
def sample() -> County:
    base, parents = base_persons(open_folder(SAMPLE), base_year=2026), sample_parents()
    groups, others = (
        occupation_groups(open_folder(SAMPLE)),
        other_cells(open_folder(SAMPLE), base_year=2026),
    )
    plan = make_plan(base, PUBLIC, parents=parents, groups=groups, others=others)
    shown = protect(results_of(base, parents, groups, others), PUBLIC, plan=plan)
    return County(parents, groups, plan, shown.table)


def test_no_hidden_count_of_the_sample_lies_in_an_interval_narrower_than_five(
    sample: County, capsys: pytest.CaptureFixture[str]
) -> None:
    parents, groups, plan = sample.parents, sample.groups, sample.plan
    assert plan.attacked
    staff = read_folder(SAMPLE, ["staff"])["staff"].filter(year=2026)
    fte = staff.group_by("region", "sector", "occupation").agg(persons=pl.col("fte").sum())
    found = attack(
        published_counts(sample.shown, base_year=2026),
        parents=parents, groups=groups, amounts=[told_by(plan, fte, parents, groups)], enough=5.0,
    )  # fmt: skip
    with capsys.disabled():
        print(
            f"\nsample: {found.cells.height} hidden cells attacked, "
            f"the narrowest interval is {found.narrowest:.0f} persons or more"
        )
    assert found.cells.height > 300
    assert found.narrower_than(5.0).is_empty()


def test_few_without_the_qualification_are_told_neither_by_themselves_nor_by_sums(
    sample: County,
) -> None:
    lacking = published_unqualified(sample.shown, base_year=2026)
    shown = lacking.filter(pl.col("persons").is_not_null())
    assert shown.height > 50
    assert shown.filter(pl.col("persons") < 5).is_empty()
    found = attack(lacking, parents=sample.parents, groups=sample.groups, least=0.0, enough=5.0)
    assert found.cells.height > 200
    assert found.narrower_than(5.0).is_empty()
    # Where the staff are hidden, those of them without the qualification would narrow them.
    staff = sample.plan.cells.filter(dimension="").select("region", "sector", "occupation")
    assert shown.join(staff, on=staff.columns, how="semi").is_empty()


@pytest.mark.parametrize("rule", [PUBLIC, Rule("public", method="rounding")])
def test_few_without_the_qualification_among_many_staff_are_found_where_they_are_not_planned(
    rule: Rule,
) -> None:
    """Three of the 60 nurses of a town, between towns that have many, are the county's rest."""
    base = small_base()
    counts = {"9001": 12.5, "9002": 7.5, "9003": 3.0}
    others = pl.DataFrame(
        [(town, "care", "nurse", "unqualified", "", fte) for town, fte in counts.items()],
        schema=["region", "sector", "occupation", "dimension", "category", "persons"],
        orient="row",
    )
    results = results_of(base, COUNTY, GROUPS, others)

    def narrow(plan: Plan) -> pl.DataFrame:
        shown = protect(results, rule, plan=plan).table
        now = published_unqualified(shown, base_year=2026)
        assert now.filter(pl.col("persons").is_between(0, 5, closed="none")).is_empty()
        found = attack(now, parents=COUNTY, groups=GROUPS, least=0.0, enough=5.0)
        return found.narrower_than(5.0)

    leaking = make_plan(base, rule, parents=COUNTY, groups=GROUPS)
    assert ("9003", "care", "nurse") in narrow(leaking).select(CELL[:3]).rows()
    planned = make_plan(base, rule, parents=COUNTY, groups=GROUPS, others=others)
    assert narrow(planned).is_empty()


def test_a_total_shown_elsewhere_is_found_by_the_attack_and_planned_for() -> None:
    base = small_base()
    plan = make_plan(base, PUBLIC, parents=COUNTY, groups=GROUPS)
    assert attacked(base, plan).narrower_than(5.0).is_empty()
    # Someone publishes the secondary cells.
    leak = shown_cells(make_plan(base, Rule("internal"), parents=COUNTY, groups=GROUPS),
                       leaves_of(base), COUNTY, GROUPS)  # fmt: skip
    secondary = plan.cells.filter(pl.col("reason") == "secondary")
    leak = leak.join(secondary.drop("reason"), on=secondary.columns[:5], how="semi")
    leak = leak.filter(pl.col("occupation") != "doctor").drop("reason")
    assert not leak.is_empty()
    pinned = attacked(base, plan, elsewhere=leak)
    assert not pinned.narrower_than(5.0).is_empty()
    held = make_plan(base, PUBLIC, parents=COUNTY, groups=GROUPS, told=leak)
    safe = attacked(base, held, elsewhere=leak)
    told = held.cells.filter(pl.col("reason") == "told")
    assert safe.narrower_than(5.0).join(told, on=told.columns[:5], how="anti").is_empty()


def test_exits_and_fte_that_are_told_of_hidden_staff_are_found_by_the_attack() -> None:
    """Every post is full at most and a person leaves once: FTE and exits are floors of a count."""
    base = small_base()
    plan = make_plan(base, PUBLIC, parents=COUNTY, groups=GROUPS)
    shown = protect(results_of(base, COUNTY, GROUPS), PUBLIC, plan=plan)
    now = published_counts(shown.table, base_year=2026)
    heads = base.select("region", "sector", "occupation", "persons")
    part = pl.when(pl.col("occupation") == "doctor").then(0.4).otherwise(0.9)
    fte, exits = heads.with_columns(pl.col("persons") * part), heads.with_columns(
        pl.col("persons") // 4
    )  # fmt: skip
    told = [told_by(plan, one, COUNTY, GROUPS) for one in (fte, exits)]
    safe = attack(now, parents=COUNTY, groups=GROUPS, amounts=told)
    assert not safe.cells.is_empty()
    assert safe.narrower_than(5.0).is_empty()
    open_plan = make_plan(base, Rule("internal"), parents=COUNTY, groups=GROUPS)
    truth = shown_cells(open_plan, leaves_of(base), COUNTY, GROUPS)
    inside = safe.cells.join(truth, on=CELL)
    assert inside.height == safe.cells.height
    too_low = pl.col("persons") < pl.col("low") - 1e-6
    assert inside.filter(too_low | (pl.col("persons") > pl.col("high") + 1e-6)).is_empty()
    # Told where the staff are hidden, FTE leave the others of a sum too little to move by.
    leak = told_by(open_plan, fte, COUNTY, GROUPS)
    leaky = attack(now, parents=COUNTY, groups=GROUPS, amounts=[leak], enough=5.0)
    assert not leaky.narrower_than(5.0).is_empty()


def test_a_difference_between_quarters_is_found_by_the_attack_and_planned_for(
    tmp_path: Path,
) -> None:
    base = small_base()
    first, memory = plan_with_memory(
        base, Rule("public", min_persons=3), Memory.empty(), base_year=2026, parents=COUNTY,
        groups=GROUPS,
    )  # fmt: skip
    path = tmp_path / "2026Q3" / "published.parquet"
    remember(memory, [first.hash], path)
    assert path.stat().st_mode & 0o777 == 0o640
    before = shown_by(base, first)
    # Made by itself, the plan of the next quarter is given away by what this one showed.
    alone = make_plan(base, PUBLIC, parents=COUNTY, groups=GROUPS)
    assert attacked(base, alone).narrower_than(5.0).is_empty()
    assert not attacked(base, alone, before).narrower_than(5.0).is_empty()
    # Made with it in mind, it hides as well as can be what was not told already.
    second, after = plan_with_memory(
        base, PUBLIC, recall([path]), base_year=2026, parents=COUNTY, groups=GROUPS
    )
    told = second.cells.filter(pl.col("reason") == "told")
    left = attacked(base, second, before).narrower_than(5.0)
    assert left.join(told, on=told.columns[:5], how="anti").is_empty()
    assert set(after.origins) == {first.hash, second.hash}


def test_a_county_that_is_no_sum_is_planned_by_its_own_counts() -> None:
    """Some work in two municipalities, so that the county has four doctors and the sum is five."""
    towns = {("9001", "care", "doctor"): 5.0, ("9001", "care", "nurse"): 30.0,
             ("9002", "care", "nurse"): 40.0, ("9002", "care", "cook"): 9.0}  # fmt: skip
    county = {("90", "care", "doctor"): 4.0, ("90", "care", "nurse"): 66.0,
              ("90", "care", "cook"): 9.0}  # fmt: skip
    base, parents = base_of({**towns, **county}), {"90": ["9001", "9002"]}
    plan = make_plan(base, PUBLIC, parents=parents, groups=GROUPS)
    small = plan.cells.filter(pl.col("reason") == "primary")
    assert ("90", "all", "doctor") in small.select("region", "sector", "occupation").rows()
    shown = protect(results_of(base, parents, GROUPS), PUBLIC, plan=plan)
    more = {"doctor": 1.0, "nurse": 4.0, "health": 5.0, "all": 5.0}
    sectors = ("care", "all")
    apart = [("90", sector, post, "", "", n) for sector in sectors for post, n in more.items()]
    apart += [("90", sector, "all", "age_group", "a", 5.0) for sector in sectors]
    columns = ["region", "sector", "occupation", "dimension", "category", "persons"]
    found = attack(
        published_counts(shown.table, base_year=2026), parents=parents, groups=GROUPS, enough=5.0,
        twice=pl.DataFrame(apart, schema=columns, orient="row"),
    )  # fmt: skip
    assert not found.cells.is_empty()
    assert found.narrower_than(5.0).is_empty()


def test_a_county_with_staff_of_its_own_is_not_protected_by_single_cells_alone() -> None:
    """A county's own employees are nobody's sum, and few of them are guarded all the same."""
    own = {("90", "care", post): count for post, count in
           {"nurse": 20.0, "doctor": 3.0, "aide": 30.0}.items()}  # fmt: skip
    plan = make_plan(base_of(own), PUBLIC, parents=COUNTY)
    found = set(plan.cells["reason"])
    assert found == {"primary", "secondary"}
    assert set(plan.cells["region"]) == {"90"}


def test_the_same_figures_are_hidden_in_the_same_way_quarter_after_quarter(tmp_path: Path) -> None:
    base, paths, hashes = small_base(), [], []
    for quarter in ("2026Q2", "2026Q3", "2026Q4"):
        plan, memory = plan_with_memory(
            base, PUBLIC, recall(paths), base_year=2026, parents=COUNTY, groups=GROUPS
        )
        paths.append(tmp_path / quarter / "published.parquet")
        remember(memory, [plan.hash], paths[-1])
        hashes.append(plan.hash)
    assert all(one == other for one, other in pairwise(hashes))
    # Other figures for another base year are no secret of this one.
    moved, _ = plan_with_memory(
        base, PUBLIC, recall(paths), base_year=2027, parents=COUNTY, groups=GROUPS
    )
    assert moved.cells.equals(plan.cells)


def test_a_group_stands_where_an_occupation_is_hidden_and_only_there() -> None:
    base = small_base()
    plan = make_plan(base, PUBLIC, parents=COUNTY, groups=GROUPS)
    table = protect(results_of(base, COUNTY, GROUPS), PUBLIC, plan=plan).table
    wide = table.filter(pl.col("occupation").is_in(["health", "care"]))
    assert not wide.is_empty()
    for region, sector, group in wide.select("region", "sector", "occupation").iter_rows():
        members = [post for post, of in GROUPS.items() if of == group]
        own = table.filter(pl.col("occupation").is_in(members), region=region, sector=sector)
        assert own["hidden"].any()
    assert wide["hidden"].not_().all()
    inside = make_plan(base, Rule("internal"), parents=COUNTY, groups=GROUPS)
    assert (
        protect(results_of(base, COUNTY, GROUPS), inside.rule, plan=inside)
        .table.filter(pl.col("occupation").is_in(["health", "care"]))
        .is_empty()
    )
