"""What a reader of finished pages would find out, if people were not protected."""

import polars as pl
from tests.disclosure.finished import finished, table_of
from tests.disclosure.test_attacks_on_figures import BESIDE, PLACE
from tests.disclosure.test_safe_tables import Tables, of_towns, protected, true
from tests.reports.read_back import Read, number_of

FEW = 3
HELD = "Held 2026 (FTE)"


def place() -> Tables:
    """The smallest municipality by itself."""
    return {name: rows for name, rows in of_towns(true(), [PLACE]).items() if name not in BESIDE}


def holders() -> dict[str, float]:
    """Persons who hold each competence, by the name that it has on a page."""
    tables = place()
    now = tables["staff"].filter(pl.col("region") == PLACE, pl.col("year") == 2026)
    heads = now.group_by("occupation", "age").agg(heads=pl.col("persons").sum())
    held = tables["competence_holding"].join(heads, on=["occupation", "age"])
    held = held.group_by("competence").agg((pl.col("share") * pl.col("heads")).sum())
    names = tables["competences"].select("competence", "name_en")
    return dict(names.join(held, on="competence").select("name_en", "share").iter_rows())


def without_holders(name: str) -> Tables:
    tables = place()
    (code,) = tables["competences"].filter(pl.col("name_en") == name)["competence"]
    gone = pl.when(pl.col("competence") == code).then(0.0).otherwise("share")
    return tables | {"competence_holding": tables["competence_holding"].with_columns(share=gone)}


def told(page: Read) -> dict[str, float]:
    """FTE that hold each competence that the page names."""
    head, *rows = table_of(page, HELD).table
    return {row[0]: number_of(row[head.index(HELD)], "en")[0] for row in rows}


def counted(page: Read) -> tuple[int, int]:
    """How many competences are required, and how many of them fewer than three hold."""
    head, every, *_ = table_of(page, "Held by fewer than three").table
    return int(every[1]), int(every[head.index("Held by fewer than three")])


def test_how_many_competences_hang_on_few_names_none_that_is_told_nowhere_else():
    true_holders = holders()
    inside, outside = (
        finished("competence_gap", PLACE, place(), public=public)[0] for public in (False, True)
    )
    # Inside, who reads the table names them all, and is right.
    few = {name for name in told(inside) if true_holders.get(name, 0.0) < FEW}
    assert len(few) == counted(inside)[1] > 8
    # Outside all that are counted are named, so that the count points at nobody else.
    assert counted(outside) == (len(told(outside)), sum(n == 0 for n in told(outside).values()))
    silent = sorted(one for one in few - set(told(outside)) if true_holders.get(one, 0.0) >= 1)
    assert len(silent) > 2
    few_there = {name: n for name, n in told(outside).items() if 0 < true_holders[name] < 5}
    assert len(few_there) > 4
    assert all(abs(n - true_holders[name]) > 0.4 for name, n in few_there.items())

    # Without those who hold one, every word of the page is the same.
    def held(tables: Tables) -> pl.DataFrame:
        return protected(tables)["competence_holding"]

    gone = next(name for name in silent if held(without_holders(name)).equals(held(place())))
    assert finished("competence_gap", PLACE, without_holders(gone), public=True)[0] == outside
