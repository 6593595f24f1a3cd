"""What protection costs: errors of what is shown, of the shortage made of it, and time.

Run: ``uv run python benchmarks/disclosure.py`` for the sample and a made-up nation of 360, copies
of the sample under other codes, each with coins of its own. ``--attack`` puts all tables of every
municipality of the sample together and counts the values that are left to small counts.
``--exact`` tells how near the shortage would come if the counts in the same tables were exact,
``--rounded`` how near it comes where only the latest counts of staff are rounded, and their ages,
hours, flows and all other tables are true.
Seconds are of the processor, in one thread.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

# One thread, so that seconds of the processor are those of the work.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import polars as pl

# The attack lies beside the tests, and a script finds only what lies beside itself.
sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.disclosure.joint_attack import few_of, system_of, with_branch
from tests.tables import read_folder

from workforce import load_inputs, simulate
from workforce.disclosure import flows, posts, services, stocks
from workforce.disclosure.flows import show_flows
from workforce.disclosure.keys import sample_key
from workforce.disclosure.safe_tables import Rounding, digest_of, safe_tables
from workforce.disclosure.stocks import show_staff
from workforce.disclosure.tree import place_key
from workforce.sources.tables.files import packaged_folder

NATION = 360
YEAR, HORIZON, DRAWS = 2026, 10, 50
ENOUGH = 20
"""Persons of an occupation from which its shortage is looked at. [persons]"""
Tables = dict[str, pl.DataFrame]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=NATION)
    parser.add_argument("--attack", action="store_true")
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--rounded", action="store_true")
    options = parser.parse_args()
    sample = read_folder(packaged_folder("sample"))
    if options.attack:
        attack(sample)
        return
    if options.exact:
        count_exactly()
        shortage(sample, protect(sample))
        return
    if options.rounded:
        shortage(sample, sample | {"staff": rounded_alone(sample)})
        return
    nation = copies(sample, options.places)
    began = time.process_time()
    safe = protect(nation)
    spent = time.process_time() - began
    print(f"{options.places} places protected in {spent:.1f} s; hashed in", end=" ")
    began = time.process_time()
    digest_of(safe)
    print(f"{time.process_time() - began:.1f} s")
    towns = sample["regions"].filter(pl.col("level") == "municipality")["region"].to_list()
    alone = [{name: one_place(t, town) for name, t in sample.items()} for town in towns]
    began = time.process_time()
    for i in range(options.places):
        protect(alone[i % len(towns)])
    spent = time.process_time() - began
    print(f"each in a folder of its own: {spent:.1f} s, {spent / options.places:.3f} s a place")
    errors(nation)
    shortage(sample, protect(sample))


def count_exactly() -> None:
    """Let every count stand as it is, in the tables that are shown."""

    def as_counted(counts: dict[object, int], *_: object, **__: object) -> dict[object, int]:
        return {path: count for path, count in sorted(counts.items()) if count}

    for module in (stocks, flows, posts, services):
        for name in ("round_tree", "round_below", "round_inside"):
            if hasattr(module, name):
                setattr(module, name, as_counted)
        if hasattr(module, "round_alone"):
            module.round_alone = lambda count, *_, **__: count


def rounded_alone(tables: Tables) -> pl.DataFrame:
    """Round the latest counts of posts, and leave all else of the staff as it is."""
    staff, post = tables["staff"], ["region", "sector", "occupation"]
    keys = {code: place_key(sample_key(), code) for code in staff["region"].unique()}
    shown = show_staff(staff, keys).cells.group_by(post).agg(shown=pl.col("persons").sum())
    counted = staff.filter(pl.col("year") == YEAR).group_by(post).agg(true=pl.col("persons").sum())
    factor = counted.join(shown, on=post, how="left").select(
        *post, factor=pl.col("shown").fill_null(0.0) / pl.col("true")
    )
    scaled = staff.join(factor, on=post, how="left", maintain_order="left").with_columns(
        pl.col("persons", "fte") * pl.col("factor").fill_null(1.0)
    )
    return scaled.select(staff.columns)


def protect(tables: Tables) -> Tables:
    lists = {name: tables[name] for name in ("sectors", "occupations")}
    return safe_tables(tables, lists, Rounding(), key=sample_key())


def one_place(table: pl.DataFrame, town: str) -> pl.DataFrame:
    if "region" not in table.columns:
        return table
    return table.filter(~pl.col("region").str.starts_with("90") | (pl.col("region") == town))


def copies(sample: Tables, places: int) -> Tables:
    """Copy the sample county under other codes until there are enough municipalities."""
    towns = sample["regions"].filter(pl.col("level") == "municipality").height
    shared = ["NO", "G1", "G2"]
    found = dict(sample)
    for name, table in sample.items():
        named = [c for c in ("region", "county") if c in table.columns]
        if "region" not in named:
            continue
        parts = [
            table.with_columns(
                pl.when(pl.col(c).is_in(shared)).then(pl.col(c)).otherwise(f"{i:02d}" + pl.col(c))
                for c in named
            )
            for i in range(places // towns)
        ]
        found[name] = pl.concat(parts).unique(maintain_order=True)
    return found


def errors(tables: Tables) -> None:
    """Print how far what is shown lies from the truth, in cells and sums."""
    towns = tables["regions"].filter(pl.col("level") == "municipality")
    keys = {code: place_key(sample_key(), code) for code in towns["region"]}
    shown = show_staff(tables["staff"], keys).cells
    group = tables["occupations"].select("occupation", "group")
    here = pl.col("region").is_in(towns["region"].to_list())
    now = tables["staff"].filter(here & (pl.col("year") == YEAR)).join(group, on="occupation")
    levels = {
        "cell": ["region", "sector", "group", "occupation"],
        "group": ["region", "sector", "group"],
        "sector": ["region", "sector"],
        "place": ["region"],
    }
    for level, by in levels.items():
        both = beside(now, shown, by)
        off = (both["persons"] - both["shown"]).abs()
        good = ((off <= 3) | (off <= 0.02 * both["persons"])).mean()
        print(f"{level:8} largest error {off.max():.0f}, within 3 persons or 2 %: {good:.1%}")
        lost = both.filter((pl.col("persons") > 0) & (pl.col("shown") == 0))
        print(f"         {lost.height / both.height:.1%} have no row of their own, with "
              f"{lost['persons'].sum() / both['persons'].sum():.2%} of all persons, at the most "
              f"{lost['persons'].max() or 0:.0f} in one")  # fmt: skip
    county = dict(towns.select("region", "county").iter_rows())
    above = pl.col("region").replace_strict(county)
    now, shown = now.with_columns(region=above), shown.with_columns(region=above)
    whole = beside(now, shown, ["region"])
    share = ((whole["persons"] - whole["shown"]).abs() / whole["persons"]).to_numpy()
    print(f"county   largest error of a total {share.max():.2%}")
    both = beside(now, shown, ["region", "sector"])
    bound = 2.5 * 5 * np.sqrt(towns.height / len(set(county.values())))
    off = (both["persons"] - both["shown"]).abs()
    far = np.quantile((off / both["persons"]).to_numpy(), 0.95)
    print(f"         sectors: largest error {off.max():.0f} persons (bound {bound:.0f}), "
          f"95th percentile {far:.1%}")  # fmt: skip


def beside(true: pl.DataFrame, shown: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    a = true.group_by(by).agg(pl.col("persons").sum())
    b = shown.group_by(by).agg(shown=pl.col("persons").sum())
    return a.join(b, on=by, how="full", coalesce=True).with_columns(
        pl.col("persons", "shown").fill_null(0.0)
    )


def shortage(sample: Tables, public: Tables) -> None:
    """Print how far the shortage of public tables lies from that of internal ones."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        for name, table in public.items():
            table.write_parquet(out / f"{name}.parquet")
        rows = [
            row
            for code in sorted(set(sample["staff"]["region"]))
            for row in of_place(code, packaged_folder("sample"), out, sample["staff"])
        ]
    names = ["region", "staff", "kind", "off", "width", "cut", "cut_true"]
    table = pl.DataFrame(rows, schema=names, orient="row")
    table = table.with_columns(good=pl.col("off").abs() < 0.1 * pl.col("width"))
    print("shortage in ten years, off by under a tenth of the interval's width:")
    few, some = pl.col("staff") < 250, pl.col("staff") < 800
    size = pl.when(few).then(pl.lit("under 250"))
    size = size.when(some).then(pl.lit("250 to 799")).otherwise(pl.lit("800 and over"))
    by = ["kind", "size"]
    for (kind, staff), part in table.with_columns(size=size).group_by(by, maintain_order=True):
        print(f"  {kind:10} places of {staff:13} {part['good'].mean():.0%} of {part.height}")
    for (kind,), part in table.group_by("kind", maintain_order=True):
        bias = part["cut"].sum() / part["cut_true"].sum() - 1.0
        print(f"  {kind:10} all {part['good'].mean():.0%}; cut at zero and summed {bias:+.1%}")


def of_place(code: str, true: Path, safe: Path, staff: pl.DataFrame) -> list[tuple[object, ...]]:
    heads = staff.filter((pl.col("region") == code) & (pl.col("year") == YEAR))
    counts = heads.group_by("sector", "occupation").agg(pl.col("persons").sum()).sort(pl.all())
    by_cell = {(sector, post): n for sector, post, n in counts.iter_rows()}
    internal, public = (
        simulate(load_inputs(folder, region=code, horizon=HORIZON), ["baseline"], draws=DRAWS,
                 seed=20261, variables=["shortage_fte"])["shortage_fte"]
        .isel(scenario=0, level=0, year=-1, region=0)
        for folder in (true, safe)
    )  # fmt: skip
    asked = [("sector", sector, "all") for sector in dict.fromkeys(s for s, _ in by_cell)]
    asked += [("occupation", *cell) for cell, n in by_cell.items() if n >= ENOUGH]
    found: list[tuple[object, ...]] = []
    for kind, sector, occupation in asked:
        where = {"sector": sector, "occupation": occupation}
        lower, centre, upper = (
            float(internal.sel(bound=bound, **where)) for bound in ("lower", "central", "upper")
        )
        # Who is shown as nobody has no shortage of their own.
        there = all(label in public[dim].values for dim, label in where.items())
        shown = float(public.sel(bound="central", **where)) if there else 0.0
        ends = (max(shown, 0.0), max(centre, 0.0))
        found.append((code, sum(by_cell.values()), kind, shown - centre, upper - lower, *ends))
    return found


def attack(sample: Tables) -> None:
    """Count the values that are left to every small count, by linear programs over all tables."""
    towns = sorted(set(sample["staff"]["region"]))
    keys = {code: place_key(sample_key(), code) for code in towns}
    shown = show_staff(sample["staff"], keys)
    moves = show_flows(sample["staff_flows"], shown, keys)
    now = with_branch(sample["staff"])
    listed: dict[str, list[tuple[str, str]]] = {}
    for sector, one, post in (
        now.select("sector", "group", "occupation").unique().sort(pl.all()).iter_rows()
    ):
        listed.setdefault(sector, []).append((one, post))
    totals = (
        now.filter(pl.col("year") == YEAR).group_by("region", "sector").agg(pl.col("persons").sum())
    )
    for code in towns:
        here = totals.filter(pl.col("region") == code)
        known = {("stock", s, YEAR): n for _, s, n in here.iter_rows()}
        for name, what in (("nothing else known", {}), ("sectors' totals known", known)):
            system = system_of(code, shown, moves, listed, known=what)
            few = few_of(sample["staff"], sample["staff_flows"], code, system)
            values = [system.values(one) for one in few]
            exact, narrow = sum(v == 1 for v in values), sum(v < 5 for v in values)
            print(f"{code} {name:22} {len(few):3} counts of 1 to 4: {exact} exactly, "
                  f"{narrow} to fewer than five values", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
