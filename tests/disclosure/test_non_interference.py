"""Non-interference: folders that protect alike give the same bytes in all that is made of them.

``INTERFERENCE_PAIRS=200 uv run pytest -n 0 tests/disclosure/test_non_interference.py`` tries 200
pairs more, each of some changes that do not show and of one person more somewhere.
"""

import io
import os
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from types import MappingProxyType

import numpy as np
import polars as pl
import pytest
from tests.disclosure.test_safe_tables import TOWNS, Tables, alike, shows, true

from workforce import load_inputs, simulate
from workforce.contract.check import check_tables
from workforce.contract.folder import Folder
from workforce.contract.problems import describe_problems
from workforce.disclosure import safe_folder
from workforce.disclosure.keys import sample_key
from workforce.disclosure.safe_tables import Rounding, digest_of
from workforce.disclosure.stocks import show_staff
from workforce.disclosure.tree import place_key
from workforce.inputs.quality import judge_folder
from workforce.results.table import results_table
from workforce.sources.tables.folder import folder_of

PAIRS = int(os.environ.get("INTERFERENCE_PAIRS", "0"))
REGIONS = ["9012", "90"]
SHOWN = None if PAIRS else ["headcount", "exits", "recruits", "shortage_fte", "missing_fte"]
# Who holds a competence is told by age: one more of an age may be one more holder.
BESIDE = ("competence_holding", "fte_in_post", "kostra_figures")
Protect = Callable[[Folder], Folder]


def protect(folder: Folder) -> Folder:
    return safe_folder.protect(folder, Rounding(), key=sample_key())


def figures(tables: Tables, protecting: Protect = protect) -> bytes:
    """All that a public page may be made of, as bytes: figures, marks, lights, names, messages."""
    rows = {name: table for name, table in tables.items() if name not in BESIDE}
    folder = protecting(folder_of(rows, name="/true", digest=digest_of(rows)))
    inputs = load_inputs(folder, region=REGIONS, horizon=2)
    results = simulate(inputs, ["baseline"], draws=20, seed=1, variables=SHOWN)
    out = io.BytesIO()
    table = results_table(results, inputs)
    # Sums are added up in any order, so that the last digits of one folder differ by themselves.
    near = pl.col(pl.Float64).round(6)
    table = table.with_columns(pl.when(near != 0.0).then(near).otherwise(near.abs())).sort(pl.all())
    table.write_csv(out)
    judge_folder(folder, REGIONS, quarter="2026Q4").write_csv(out)
    said = [describe_problems(check_tables(dict(folder.tables))), folder.name, folder.digest]
    said += [str(folder.report), str(folder.fetched), str(sorted(inputs.attrs.items()))]
    return out.getvalue() + "\n".join(said).encode()


def together(names: list[str]) -> Tables:
    """Several changes that do not show, of different tables, at once."""
    changed: Tables = {}
    for name in names:
        for table, rows in alike()[name].items():
            changed.setdefault(table, rows)
    return true() | {table: rows for table, rows in changed.items() if table not in BESIDE}


@cache
def other() -> Tables:
    """A true folder that differs in every table of people, and shows the same."""
    # The longest first: of a table that two changes touch the first one counts.
    names = [name for name in alike() if name not in ("order of rows", "one person more")]
    return {name: table.reverse() for name, table in together(names).items()}


@cache
def without_a_post() -> Tables:
    """A true folder without the persons of a post of which nothing shows."""
    staff = true()["staff"]
    here = staff.filter((pl.col("region") == "9012") & (pl.col("year") == 2026))
    posts = here.group_by("sector", "occupation").agg(pl.col("persons").sum())
    few = posts.filter(pl.col("persons") < 5).sort(pl.all())
    for sector, occupation in few.select("sector", "occupation").iter_rows():
        gone = (
            (pl.col("region") == "9012") & (pl.col("year") == 2026)
            & (pl.col("sector") == sector) & (pl.col("occupation") == occupation)
        )  # fmt: skip
        tables = true() | {"staff": staff.filter(~gone)}
        if shows(tables) == shows(true()):
            return tables
    raise AssertionError("every post shows")


@cache
def reordered() -> Tables:
    """A true folder with one person more here and there, and other posts ahead of others."""
    keys = {code: place_key(sample_key(), code) for code in TOWNS}
    staff, before = true()["staff"], show_staff(true()["staff"], keys)
    here = staff.with_row_index("row").filter(
        (pl.col("region") == "9012") & (pl.col("year") == 2026)
    )
    for row in here["row"]:
        one = pl.when(pl.int_range(pl.len()) == row).then(1.0).otherwise(0.0)
        more = staff.with_columns(pl.col("persons") + one)
        after = show_staff(more, keys)
        if all(getattr(after, part.name).equals(getattr(before, part.name))
               for part in fields(before)):  # fmt: skip
            staff = more
    return true() | {"staff": staff}


@cache
def of_true() -> bytes:
    return figures(true())


def test_a_folder_that_differs_in_every_table_of_people_gives_the_same_figures():
    assert figures(other()) == of_true()


def test_a_post_of_few_that_is_not_there_gives_the_same_figures():
    assert figures(without_a_post()) == of_true()


def counted(folder: Folder, table: str, value: str, *by: str) -> pl.DataFrame:
    return folder.tables[table].group_by(by).agg(pl.col(value).sum().alias("true"))


def with_table(made: Folder, name: str, rows: pl.DataFrame) -> Folder:
    tables = {**made.tables, name: rows.select(made.tables[name].columns)}
    return replace(made, tables=MappingProxyType(tables), digest=digest_of(tables))


def keep_rows(folder: Folder) -> Folder:
    """A row with nobody for every post that somebody is in."""
    made = protect(folder)
    posts = ["region", "sector", "occupation"]
    there = folder.tables["staff"].filter(pl.col("year") == 2026).select(posts).unique()
    shown = made.tables["staff"]
    lost = there.join(shown.filter(pl.col("year") == 2026), on=posts, how="anti")
    nobody = lost.filter(pl.col("region").is_in(shown["region"].unique().to_list())).with_columns(
        sex=pl.lit("female"), age=pl.lit(40, pl.Int64), year=pl.lit(2026, pl.Int64),
        persons=pl.lit(0.0), fte=pl.lit(0.0),
    )  # fmt: skip
    rows = pl.concat([shown, nobody.select(shown.columns)]).sort(*posts, "year", "sex", "age")
    return with_table(made, "staff", rows)


def true_exposure(folder: Folder) -> Folder:
    """Person-years as they were counted, which weigh the place's own rates."""
    made = protect(folder)
    lived = counted(folder, "staff_flows", "exposure", "region", "sector")
    rows = made.tables["staff_flows"].join(lived, on=["region", "sector"], how="left")
    part = pl.col("exposure") / pl.col("exposure").sum().over("region", "sector")
    return with_table(made, "staff_flows", rows.with_columns(exposure=part * pl.col("true")))


def true_ratio(folder: Folder) -> Folder:
    """FTE per person as they were counted."""
    made = protect(folder)
    by = ["region", "sector"]
    heads = counted(folder, "staff", "persons", *by).rename({"true": "heads"})
    each = counted(folder, "staff", "fte", *by).join(heads, on=by)
    rows = made.tables["staff"].join(each, on=by)
    share = (pl.col("true") / pl.col("heads")).clip(upper_bound=1.0)
    return with_table(made, "staff", rows.with_columns(fte=pl.col("persons") * share))


def ordered(folder: Folder) -> Folder:
    """Posts in the order of how many are in them."""
    made = protect(folder)
    counts = counted(folder, "staff", "persons", "region", "sector", "occupation", "year")
    posts = ["region", "sector", "occupation", "year"]
    rows = made.tables["staff"].join(counts, on=posts, how="left")
    return with_table(made, "staff", rows.sort("true", *posts, "sex", "age"))


def left_out(folder: Folder) -> Folder:
    """One table as it was delivered, beside all others as they are protected."""
    return with_table(protect(folder), "staff_flows", folder.tables["staff_flows"])


def hours_of_few() -> Tables:
    return true() | alike()["hours of few"]


LEAKS: dict[str, tuple[Protect, Callable[[], Tables]]] = {
    "row presence": (keep_rows, without_a_post),
    "true exposure in a weight": (true_exposure, other),
    "true ratio": (true_ratio, hours_of_few),
    "order by true count": (ordered, reordered),
    "a table left out": (left_out, other),
    "true digest": (lambda folder: replace(protect(folder), digest=folder.digest), other),
    "size of the true folder": (
        lambda folder: replace(protect(folder), name=str(folder.tables["staff"].height)), other,
    ),
}  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_found(leak):
    protecting, pair = LEAKS[leak]
    one, another = (protecting(folder_of(tables, digest=digest_of(tables)))
                    for tables in (true(), pair()))  # fmt: skip
    # Both are among what `figures` gives.
    assert (one.digest, one.name) != (another.digest, another.name)


def test_lights_of_the_true_folder_tell_folders_apart_that_show_alike():
    pair = true() | alike()["who left, in a period that goes on"]
    assert shows(pair) == shows(true())
    lights = [judge_folder(folder_of(tables), REGIONS, quarter="2026Q4")
              for tables in (true(), pair)]  # fmt: skip
    assert not lights[0].equals(lights[1])


@pytest.mark.skipif(not PAIRS, reason="by the named command")
@pytest.mark.parametrize("seed", range(PAIRS))
def test_pairs_of_folders_that_show_alike_give_the_same_figures(seed):
    rng = np.random.default_rng(seed)
    names = [name for name in alike() if rng.random() < 0.5] or ["order of rows"]
    rng.shuffle(names)
    tables = together(names)
    staff = tables["staff"].with_row_index("row")
    for row in rng.permutation(staff.height)[:20]:
        more = pl.when(pl.col("row") == int(row)).then(1.0).otherwise(0.0)
        changed = staff.with_columns(pl.col("persons") + more).drop("row")
        if shows(tables | {"staff": changed}) == shows(tables):
            tables = tables | {"staff": changed}
            break
    assert figures(tables) == of_true()
