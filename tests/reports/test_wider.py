"""What a page says in place of occupations with too few persons: the group, then a wider area."""

from pathlib import Path

import polars as pl
import pytest

from workforce.contract.names import Names
from workforce.disclosure.plan import Plan
from workforce.disclosure.protection import Publishable, Rule, make_plan, protect
from workforce.inputs import base_persons
from workforce.inputs.regions import parents
from workforce.reports.charts.figures import Subject
from workforce.reports.wider import hidden_notes
from workforce.sources.tables.folder import open_folder
from workforce.texts.catalogue import load_texts

PUBLIC = Rule("public")
GROUPS = {"2223": "health_professions", "2264": "health_professions", "2142": "engineers",
          "2141": "engineers"}  # fmt: skip
NAMES = {
    ("region", "1", "en"): "Smallplace", ("region", "C", "en"): "The county",
    ("occupation", "2223", "en"): "Nurse", ("occupation", "2264", "en"): "Physiotherapist",
    ("occupation", "2142", "en"): "Civil engineer", ("occupation", "2141", "en"): "Engineer",
}  # fmt: skip
STAFF = {
    "1": {"2223": 20, "2264": 3, "2142": 2, "2141": 1, "5321": 40, "9112": 30},
    "2": {"2223": 90, "2264": 30, "2142": 20, "2141": 20, "5321": 200, "9112": 50},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    places = [
        ("1", "municipality", "C"),
        ("2", "municipality", "C"),
        ("C", "county", None),
        ("G", "group", None),
    ]
    pl.DataFrame(
        [(code, level, code, county) for code, level, county in places],
        schema=["region", "level", "name", "county"], orient="row",
    ).write_csv(tmp_path / "regions.csv")  # fmt: skip
    pl.DataFrame(
        [(town, "female", 40, 2026, 900) for town in STAFF],
        schema=["region", "sex", "age", "year", "persons"], orient="row",
    ).write_csv(tmp_path / "population.csv")  # fmt: skip
    pl.DataFrame(
        [(town, "care", post, "female", 40, 2026, count, float(count))
         for town, posts in STAFF.items() for post, count in posts.items()],
        schema=["region", "sector", "occupation", "sex", "age", "year", "persons", "fte"],
        orient="row",
    ).write_csv(tmp_path / "staff.csv")  # fmt: skip
    return tmp_path


def page(plan: Plan, *groups: tuple[str, float]) -> Publishable:
    """The staff of the small place, one by one, with the groups given."""
    rows = [
        {
            "scenario": "baseline", "region": "1", "sector": "care", "occupation": post,
            "dimension": "", "category": "", "variable": "headcount", "unit": "persons",
            "year": 2026, "level": 0.8, "central": float(count), "lower": float(count),
            "upper": float(count), "persons": float(count),
        }
        for post, count in [*STAFF["1"].items(), *groups]
    ]  # fmt: skip
    return protect(pl.DataFrame(rows), plan.rule, plan=plan)


def test_the_group_is_told_where_the_page_has_no_groups_and_the_county_where_it_is_small_too(
    folder: Path,
) -> None:
    base = base_persons(open_folder(folder))
    assert parents(open_folder(folder).tables["regions"]) == {
        "C": ["1", "2"]
    }  # Nobody belongs to the group.
    plan = make_plan(
        base, PUBLIC, parents=parents(open_folder(folder).tables["regions"]), groups=GROUPS
    )
    about = Subject(region="1", sector="care", scenario="baseline", base_year=2026,
                    horizon_year=2030, texts=load_texts("en"), names=Names(NAMES, {}))  # fmt: skip
    said, wider = hidden_notes(page(plan), about, plan, open_folder(folder))
    assert "Health professions in all 23 (Nurse and Physiotherapist among them)" in said
    assert "Engineers" not in said
    assert "The county" in wider
    assert "Civil engineer 22" in wider
    assert "Physiotherapist" not in wider
    # A page that shows the group itself needs no sentence.
    with_group = page(plan, ("health_professions", 23.0))
    assert hidden_notes(with_group, about, plan, open_folder(folder))[0] == ""
    inside = make_plan(
        base,
        Rule("internal"),
        parents=parents(open_folder(folder).tables["regions"]),
        groups=GROUPS,
    )
    assert hidden_notes(page(inside), about, inside, open_folder(folder)) == ("", "")
