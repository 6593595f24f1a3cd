"""Another list of groups, another county or fewer places in a folder are no second draw."""

import hashlib
from dataclasses import fields
from functools import cache

import polars as pl
import pytest
from tests.disclosure.test_safe_tables import TOWNS, Tables, of_towns, protected, safe, true

from workforce.disclosure import stocks
from workforce.disclosure.flows import show_flows
from workforce.disclosure.keys import KEY_BYTES, TREE
from workforce.disclosure.national import branch_of, branches
from workforce.disclosure.posts import fte_in_post_rows
from workforce.disclosure.services import kostra_rows, unit_rows, users_shown
from workforce.disclosure.tree import place_key

POSTS = ["region", "sector", "occupation"]
DRAWN = {3: "b8647089f7ba0647"}
"""What the counts of two places are drawn as, by tree."""


@cache
def regrouped() -> Tables:
    """The same people, with every occupation of a list of one's own in another group."""
    groups = pl.col("group").replace_strict(dict(zip(*other_groups(), strict=True)))
    occupations = true()["occupations"].with_columns(group=groups)
    return true() | {"occupations": occupations}


def other_groups() -> tuple[list[str], list[str]]:
    groups = sorted(set(true()["occupations"]["group"]))
    return groups, [f"all_{len(group) % 2}" for group in groups]


def shown(tables: Tables) -> pl.DataFrame:
    now = protected(tables)["staff"].filter(pl.col("year") == 2026)
    return now.group_by(POSTS).agg(pl.col("persons").sum().round(2)).sort(POSTS)


def counted(tables: Tables) -> pl.DataFrame:
    now = tables["staff"].filter((pl.col("year") == 2026) & pl.col("region").is_in(TOWNS))
    return now.group_by(POSTS).agg(true=pl.col("persons").sum())


def test_people_under_two_lists_of_groups_are_drawn_once():
    assert shown(regrouped()).equals(shown(true()))


def test_a_tree_that_follows_the_list_leaves_counts_fewer_than_five_values(monkeypatch):
    """Two draws of a count that show 0 and 5 leave 1 to 4: the attack on lists that are changed."""
    pins = []
    for rows in (shown(regrouped()), _drawn_by_the_list(monkeypatch)):
        both = counted(true()).join(shown(true()), on=POSTS, how="left")
        both = both.join(rows.rename({"persons": "again"}), on=POSTS, how="left").fill_null(0.0)
        few = both.filter(pl.col("true").is_between(1, 4))
        pins.append(few.filter(pl.col("persons") != pl.col("again")).height / few.height)
    assert pins[0] == 0.0
    assert pins[1] > 0.1


def _drawn_by_the_list(monkeypatch: pytest.MonkeyPatch) -> pl.DataFrame:
    groups = dict(regrouped()["occupations"].select("occupation", "group").iter_rows())
    with monkeypatch.context() as weak:
        weak.setattr(stocks, "branch_of", groups.get)
        return shown(regrouped())


def test_an_occupation_of_an_own_list_is_rounded_with_those_whose_codes_begin_alike():
    assert all(branch_of(code) == group for code, group in branches().items())
    assert branch_of("2221") == branch_of("2223") == "health_professions"
    assert branch_of("nurse") == ""


def test_another_county_or_group_of_places_changes_nothing_of_what_a_place_shows():
    level = pl.col("level") == "municipality"
    moved = [pl.when(level).then(pl.lit(code)).otherwise(pl.col(name)).alias(name)
             for name, code in (("county", "91"), ("comparison_group", "G9"))]  # fmt: skip
    names = {"91": "county", "G9": "group"}
    more = true()["regions"].head(2).with_columns(
        region=pl.Series(list(names)), level=pl.Series(list(names.values())), name=pl.lit("New"),
        county=pl.lit(None, pl.String), comparison_group=pl.lit(None, pl.String),
    )  # fmt: skip
    regions = pl.concat([true()["regions"].with_columns(moved), more], how="vertical_relaxed")
    elsewhere = protected(true() | {"regions": regions})
    here = pl.col("region").is_in(TOWNS)
    for name, table in safe().items():
        if "region" in table.columns and name != "regions":
            assert table.filter(here).equals(elsewhere[name].filter(here)), name


def test_a_table_without_a_place_shows_the_same_in_a_folder_of_one_place_and_of_more():
    """Two looks at the same moves and holders would be two draws of them."""
    one, more = protected(of_towns(true(), TOWNS[:1])), safe()
    pair = ["occupation", "occupation_to", "year"]
    both = one["mobility"].join(more["mobility"], on=pair, suffix="_more")
    assert both.height > 10
    assert both["persons"].equals(both["persons_more"].rename("persons"))
    here = one["competence_holding"].select("occupation", "competence").unique()
    assert here.height > 10


def test_holders_of_the_same_people_show_the_same_in_a_folder_of_one_place_and_of_more():
    """The other place has no staff, so that the table is about the same people in both."""
    here = pl.col("region") == TOWNS[0]
    tables = true() | {"staff": true()["staff"].filter(here)}
    alone = protected(of_towns(tables, TOWNS[:1]))["competence_holding"]
    assert alone.height
    assert protected(tables)["competence_holding"].equals(alone)


def test_a_draw_that_became_another_has_another_number():
    """Who changes coins, trees or periods raises TREE, and writes here what is drawn then."""
    assert digest_of_draws() == DRAWN[TREE]


def digest_of_draws() -> str:
    """Hash all counts that coins are tossed for, and nothing that is made of them."""
    keys = {code: place_key(bytes(range(KEY_BYTES)), code) for code in TOWNS}
    staff = stocks.show_staff(true()["staff"], keys)
    flows = show_flows(true()["staff_flows"], staff, keys)
    drawn = [getattr(staff, field.name) for field in fields(staff)] + [flows.moves]
    drawn += [users_shown(true()["service_use"], keys), unit_rows(true()["service_units"], keys)]
    drawn += [kostra_rows(true()["kostra_figures"], keys)]
    drawn += [fte_in_post_rows(true()["fte_in_post"], set(), keys)]
    moves = safe()["mobility"].select("occupation", "occupation_to", "year", "persons")
    drawn += [moves.with_columns(pl.col("persons").round(2))]
    digest = hashlib.sha256()
    for table in drawn:
        digest.update(table.sort(pl.all()).write_csv().encode())
    return digest.hexdigest()[:16]
