"""What reaches readers: figures protected by a plan or by their own table, and files of them."""

import csv
from dataclasses import replace
from itertools import product

import polars as pl
import pytest

from workforce.disclosure.protection import (
    COLUMNS,
    Publishable,
    Rule,
    make_plan,
    protect,
    write_publishable,
)
from workforce.errors import DataError, ParameterError, ReportError, WorkforceError

PUBLIC, INTERNAL = Rule("public"), Rule("internal")
POSTS = {"nurse": 3, "doctor": 8, "aide": 30}


def row(**values: object) -> dict[str, object]:
    """A figure of the results table: 20 aides in care, unless said otherwise."""
    return {
        "scenario": "baseline",
        "region": "9001",
        "sector": "care",
        "occupation": "aide",
        "dimension": "",
        "category": "",
        "variable": "headcount",
        "unit": "persons",
        "year": 2026,
        "level": 0.8,
        "central": 20.0,
        "lower": 18.0,
        "upper": 22.0,
        "persons": 20.0,
    } | values


def results(*rows: dict[str, object]) -> pl.DataFrame:
    schema = dict.fromkeys(COLUMNS, pl.String)
    numbers = dict.fromkeys(("level", "central", "lower", "upper", "persons"), pl.Float64)
    return pl.DataFrame(rows, schema={**schema, **numbers, "year": pl.Int64}, orient="row")


def posts(**values: object) -> list[dict[str, object]]:
    """Figures of three occupations of one sector and of their sum."""
    counts = {**POSTS, "all": sum(POSTS.values())}
    return [
        row(occupation=post, persons=float(n), central=float(n), **values)
        for post, n in counts.items()
    ]


def base() -> pl.DataFrame:
    """Care as in `POSTS`, and a large school, so that the sum over sectors is another."""
    ages = ("under_35", "62_plus")
    rows = [("9001", "care", post, ages[0], float(n)) for post, n in POSTS.items()]
    rows += [("9001", "school", post, age, 50.0) for post, age in product(POSTS, ages)]
    rows += [("9001", "care", "aide", ages[1], 7.0)]
    columns = ["region", "sector", "occupation", "age_group", "persons"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def hidden_keys(publishable: Publishable, *columns: str, **where: str) -> set[tuple[object, ...]]:
    return set(publishable.table.filter("hidden", **where).select(columns).rows())


def test_a_small_occupation_is_hidden_with_a_second_along_the_margin() -> None:
    table = results(*posts())
    assert hidden_keys(protect(table, PUBLIC), "occupation") == {("nurse",)}
    both = protect(table, PUBLIC, margins=("occupation",))
    assert hidden_keys(both, "occupation") == {("nurse",), ("doctor",)}
    assert both.hidden == 2


def test_a_sum_that_the_table_does_not_show_needs_no_second_cell() -> None:
    table = results(*posts()).filter(pl.col("occupation") != "all")
    assert hidden_keys(protect(table, PUBLIC, margins=("occupation",)), "occupation") == {
        ("nurse",)
    }


def test_age_groups_of_a_sector_are_protected_along_their_sum() -> None:
    groups = {"under_35": 4.0, "35_54": 9.0, "62_plus": 20.0}
    table = results(
        row(occupation="all", persons=33.0),
        *(
            row(occupation="all", dimension="age_group", category=group, persons=n)
            for group, n in groups.items()
        ),
    )
    hidden = protect(table, PUBLIC, margins=("category",))
    assert hidden_keys(hidden, "category") == {("under_35",), ("35_54",)}


def test_hidden_rows_keep_their_keys_and_lose_every_figure() -> None:
    table = results(*posts())
    shown = protect(table, PUBLIC, margins=("occupation",)).table
    keys = [name for name in COLUMNS if name not in ("central", "lower", "upper", "persons")]
    assert shown.select(keys).equals(table.select(keys))
    out = shown.filter("hidden")
    assert out.select(pl.col("central", "lower", "upper").is_null().all()).row(0) == (True,) * 3
    assert shown.filter(~pl.col("hidden"))["central"].to_list() == [30.0, 41.0]


def test_the_public_gets_no_counts_of_persons_and_colleagues_do() -> None:
    table = results(*posts())
    assert "persons" not in protect(table, PUBLIC).table.columns
    inside = protect(table, Rule("internal", min_persons=5))
    assert inside.table["persons"].to_list() == [None, 8.0, 30.0, 41.0]


def test_an_internal_audience_sees_all_and_the_stamp_says_so() -> None:
    shown = protect(results(*posts()), INTERNAL, margins=("occupation",))
    assert (shown.hidden, shown.audience, shown.plan_hash) == (0, "internal", None)
    assert shown.table["central"].null_count() == 0


def test_a_projection_from_a_small_base_is_hidden_in_all_years_scenarios_and_levels() -> None:
    table = results(
        *(
            row(persons=3.0 if year == 2026 else 12.0, year=year, scenario=scenario, level=level)
            for year, scenario, level in product(
                (2026, 2036), ("baseline", "retire_later"), (0.5, 0.8)
            )
        )
    )
    assert protect(table, PUBLIC).hidden == 8


def test_a_plan_hides_the_cell_whatever_the_cause_line_or_origin() -> None:
    plan = make_plan(base(), PUBLIC)
    table = results(
        *posts(),
        *posts(variable="exits", dimension="cause", category="retired"),
        *posts(variable="measured_shortage", dimension="line", category="unfilled"),
    )
    shown = protect(table, PUBLIC, plan=plan)
    assert shown.plan_hash == plan.hash
    for variable in ("headcount", "exits", "measured_shortage"):
        out = hidden_keys(shown, "occupation", variable=variable)
        assert out == {("nurse",), ("doctor",)}


def test_a_plan_hides_age_groups_and_competences_by_sector() -> None:
    rows = [
        ("9001", sector, post, age, n)
        for sector, post, age, n in (
            ("care", "aide", "under_35", 2.0),
            ("care", "aide", "62_plus", 40.0),
            ("board", "chief", "62_plus", 4.0),
            ("school", "aide", "62_plus", 60.0),
        )
    ]
    columns = ["region", "sector", "occupation", "age_group", "persons"]
    plan = make_plan(pl.DataFrame(rows, schema=columns, orient="row"), PUBLIC)
    by_age = [
        row(occupation="all", dimension="age_group", category=age, persons=n)
        for age, n in (("under_35", 2.0), ("62_plus", 40.0))
    ]
    held = [
        row(sector=sector, occupation="all", dimension="competence", category="it",
            variable="competence_held", unit="FTE", persons=n)
        for sector, n in (("board", 20.0), ("school", 3.0), ("care", 12.0), ("all", 50.0))
    ]  # fmt: skip
    shown = protect(results(*by_age, *held), PUBLIC, plan=plan)
    assert ("under_35",) in hidden_keys(shown, "category", dimension="age_group")
    out = hidden_keys(shown, "sector", dimension="competence")
    assert {("board",), ("school",)} <= out
    assert ("all",) not in out


def test_a_single_hidden_sector_of_a_competence_hides_the_sum_of_sectors() -> None:
    held = [
        row(sector=sector, occupation="all", dimension="competence", category="it",
            variable="competence_held", unit="FTE", persons=n)
        for sector, n in (("school", 3.0), ("care", 12.0), ("all", 15.0))
    ]  # fmt: skip
    shown = protect(results(*held), PUBLIC)
    assert hidden_keys(shown, "sector") == {("school",), ("all",)}


def test_users_go_by_their_own_count_and_the_population_is_always_shown() -> None:
    plan = make_plan(base(), PUBLIC)
    table = results(
        row(variable="users_path", unit="users", occupation="all", persons=4.0),
        row(variable="users_path", unit="users", sector="school", occupation="all", persons=90.0),
        row(variable="population_by_band", sector="all", occupation="all", dimension="age_band",
            category="90+", central=2.0, persons=None),
    )  # fmt: skip
    assert protect(table, PUBLIC, plan=plan).table["hidden"].to_list() == [True, False, False]


def test_a_share_of_fewer_than_ten_is_hidden_where_the_count_is_not() -> None:
    table = results(
        row(persons=8.0),
        row(persons=8.0, variable="tightness", unit="share of wanted employment"),
        row(persons=10.0, variable="tightness", unit="share of wanted employment", sector="school"),
    )
    assert protect(table, PUBLIC).table["hidden"].to_list() == [False, True, False]


def test_empty_cells_are_shown() -> None:
    table = results(
        row(persons=0.0, central=0.0),
        row(persons=0.0, variable="tightness", unit="share of wanted employment"),
    )
    assert protect(table, PUBLIC, margins=("occupation", "sector")).hidden == 0


def test_figures_about_staff_without_persons_are_refused() -> None:
    with pytest.raises(DataError, match="1 rows of headcount come without persons"):
        protect(results(row(persons=None)), PUBLIC)
    with pytest.raises(DataError, match="lacks the columns persons"):
        protect(results(row()).drop("persons"), PUBLIC)


def test_a_plan_that_cannot_answer_for_the_table_is_refused() -> None:
    plan = make_plan(base(), PUBLIC)
    with pytest.raises(DataError, match="does not know the regions 9002"):
        protect(results(row(region="9002")), PUBLIC, plan=plan)
    with pytest.raises(DataError, match="age groups by occupation"):
        protect(results(row(dimension="age_group", category="62_plus")), PUBLIC, plan=plan)
    with pytest.raises(ParameterError, match="made by another rule"):
        protect(results(row()), INTERNAL, plan=plan)
    with pytest.raises(ParameterError, match="Margins year are not known"):
        protect(results(row()), PUBLIC, margins=("year",))


def test_only_protect_makes_figures_publishable() -> None:
    table = results(row())
    with pytest.raises(WorkforceError, match="by protect"):
        Publishable(table, "public", PUBLIC, None, 0)
    with pytest.raises((WorkforceError, ValueError)):
        replace(protect(table, PUBLIC), table=table)


def test_csv_defuses_text_and_leaves_negative_numbers_alone(tmp_path) -> None:  # type: ignore[no-untyped-def]
    table = results(
        row(category="=HYPERLINK(1)", central=-3.5),
        row(category="-2+3"),
        row(category="plain, with comma"),
    )
    path = tmp_path / "out" / "figures.csv"
    write_publishable(protect(table, PUBLIC), path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [line["category"] for line in rows] == [
        "'=HYPERLINK(1)",
        "'-2+3",
        "plain, with comma",
    ]
    assert rows[0]["central"] == "-3.5"
    assert [file.name for file in path.parent.iterdir()] == ["figures.csv"]


def test_parquet_carries_the_stamp_and_a_failed_write_leaves_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    shown = protect(results(*posts()), PUBLIC, margins=("occupation",))
    path = tmp_path / "figures.parquet"
    write_publishable(shown, path)
    assert pl.read_parquet(path).equals(shown.table)
    assert pl.read_parquet_metadata(path)["audience"] == "public"
    (tmp_path / "taken.csv").mkdir()
    with pytest.raises(ReportError, match="could not be written"):
        write_publishable(shown, tmp_path / "taken.csv")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["figures.parquet", "taken.csv"]
    with pytest.raises(ParameterError, match=r"\.csv or \.parquet"):
        write_publishable(shown, tmp_path / "figures.xlsx")
