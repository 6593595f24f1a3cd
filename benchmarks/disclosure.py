"""Measure the suppression plan: cells hidden, time, and what an attack finds.

Run with `uv run python -m benchmarks.disclosure`, or with other numbers of made-up municipalities
after it: `uv run python -m benchmarks.disclosure 90`.
"""

import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from tests.disclosure.attack import attack

from workforce.disclosure.margins import CELL, lay_out
from workforce.disclosure.plan import leaves_of, make_plan
from workforce.disclosure.rule import Rule
from workforce.inputs import base_persons
from workforce.inputs.published_cells import occupation_groups, other_cells
from workforce.inputs.regions import parents
from workforce.sources.tables.files import read_folder
from workforce.sources.tables.folder import open_folder

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def made_up(places: int) -> tuple[pl.DataFrame, dict[str, list[str]], dict[str, str]]:
    """Municipalities of uneven size with 6 sectors, 20 occupations and 4 age groups."""
    rng = np.random.default_rng(11)
    codes = [f"{9000 + i}" for i in range(places)]
    posts = [(s, o) for s in range(6) for o in rng.choice(20, 7, replace=False)]
    weight = rng.dirichlet(np.full(len(posts), 0.6))
    rows = [
        (code, f"s{s}", f"o{o:02}", f"a{age}", float(count))
        for code, size in zip(codes, np.exp(rng.normal(5.8, 1.3, places)), strict=True)
        for (s, o), persons in zip(posts, rng.poisson(size * weight), strict=True)
        for age, count in enumerate(rng.multinomial(persons, [0.3, 0.4, 0.2, 0.1]))
        if count
    ]
    columns = ["region", "sector", "occupation", "age_group", "persons"]
    counties, groups = max(1, places // 24), max(2, places // 22)
    mixed = rng.permutation(codes).tolist()
    parents = {"NO": codes}
    parents |= {f"C{i}": codes[i::counties] for i in range(counties)}
    parents |= {f"G{i}": sorted(mixed[i::groups]) for i in range(groups)}
    of_post = {f"o{o:02}": f"g{o // 4}" for o in range(20)}
    return pl.DataFrame(rows, schema=columns, orient="row"), parents, of_post


def measure(
    name: str,
    base: pl.DataFrame,
    parents: dict[str, list[str]],
    groups: dict[str, str],
    others: pl.DataFrame | None = None,
) -> None:
    """Print a row of the table in the documentation."""
    grid = lay_out(leaves_of(base, others), parents, groups)
    small = int(((grid.persons > 0) & (grid.persons < 5)).sum())
    for program_cells in (0, 2_000):
        start = time.process_time()
        plan = make_plan(
            base, Rule("public"), parents=parents, groups=groups, others=others,
            program_cells=program_cells,
        )  # fmt: skip
        seconds = time.process_time() - start
        print(
            f"| {name} | {int((grid.persons > 0).sum())} | {small} | {plan.cells.height} "
            f"| {'program' if plan.by_program else 'sum by sum'} "
            f"| {'yes' if plan.attacked else 'no'} | {seconds:.1f} s |"
        )
        if not plan.by_program and program_cells:
            break


def attack_sample() -> None:
    """Attack every hidden count of the sample with its FTE, and with its oldest as leavers."""
    folder = open_folder(SAMPLE)
    base, above = base_persons(folder), parents(folder.tables["regions"])
    groups = occupation_groups(folder)
    plan = make_plan(base, Rule("public"), parents=above, groups=groups)
    staff = read_folder(SAMPLE, ["staff"])["staff"].filter(year=2026)
    posts = staff.group_by("region", "sector", "occupation")
    oldest = pl.col("persons").filter(pl.col("age") >= 62).sum()
    heads = lay_out(leaves_of(base), above, groups)
    hidden = plan.cells.select(*CELL, gone=pl.lit(True))

    def told(cells: pl.DataFrame) -> pl.DataFrame:
        rows = cells.join(hidden, on=CELL, how="left")
        return rows.with_columns(persons=pl.when(pl.col("gone").is_null()).then("persons"))

    amounts = []
    for amount in (pl.col("fte").sum(), oldest):
        cells = posts.agg(persons=amount.cast(pl.Float64)).with_columns(
            dimension=pl.lit(""), category=pl.lit("")
        )
        grid = lay_out(cells.select(*CELL, "persons"), above, groups)
        amounts.append(told(grid.frame(grid.persons.ravel() >= 0)))
    start = time.process_time()
    now = told(heads.frame(heads.persons.ravel() > 0)).drop("gone")
    found = attack(now, parents=above, groups=groups, amounts=amounts, enough=5.0)
    print(
        f"attack on {found.cells.height} hidden counts with FTE and leavers: the narrowest "
        f"interval is {found.narrowest:.1f}, {time.process_time() - start:.1f} s"
    )


def main() -> None:
    """Measure the sample county and made-up municipalities."""
    folder = open_folder(SAMPLE)
    measure(
        "sample county", base_persons(folder), parents(folder.tables["regions"]),
        occupation_groups(folder), other_cells(folder, base_year=2026),
    )  # fmt: skip
    attack_sample()
    for places in [int(number) for number in sys.argv[1:]] or (24, 48):
        measure(f"{places} made-up municipalities", *made_up(places))


if __name__ == "__main__":
    main()
