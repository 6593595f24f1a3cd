"""What is shown of competences, and of moves between occupations: tables that name no place."""

from collections import defaultdict

import numpy as np
import polars as pl

from workforce.disclosure.flows import PERIOD
from workforce.disclosure.inside import BAND_AT, BAND_NAMES, EVERY_AGE, Posts, by_codes
from workforce.disclosure.stocks import OWN, Keys, Place, ShownStaff, band_of, trees
from workforce.disclosure.tree import HUNDREDTHS, LEAST_BASE, coins, round_tree

PAIR = ("occupation", "occupation_to")
HELD = ("occupation", "competence")


def mobility_rows(
    mobility: pl.DataFrame, rows: pl.DataFrame, key: bytes, *, base: int = LEAST_BASE
) -> pl.DataFrame:
    """Make the table ``mobility``: moves of whole periods, rounded, over the staff shown."""
    here = mobility.with_columns(first=pl.col("year") // PERIOD * PERIOD)
    delivered, coin = set(mobility["year"]), coins(key, "mobility")
    stock = by_codes(rows.group_by("occupation", "year").agg(pl.col("persons").sum().round(2)))
    found = [
        (*pair, year, count / HUNDREDTHS / PERIOD, stock[pair[0], year])
        for (first,), tree in trees(here, "persons", ["first"], PAIR).items()
        if delivered.issuperset(range(first, first + PERIOD))
        for pair, count in round_tree(tree, coin, base=base * HUNDREDTHS).items()
        for year in range(first, first + PERIOD) if stock.get((pair[0], year), 0.0) > 0
    ]  # fmt: skip
    names = (*PAIR, "year", "persons", "exposure")
    kinds = (pl.String, pl.String, pl.Int64, pl.Float64, pl.Float64)
    return pl.DataFrame(found, schema=dict(zip(names, kinds, strict=True)), orient="row")


def holding_rows(
    holding: pl.DataFrame,
    staff: pl.DataFrame,
    keys: Keys,
    shown: ShownStaff,
    whole: Posts,
    requirement: pl.DataFrame | None,
    key: bytes,
    *,
    base: int = LEAST_BASE,
) -> pl.DataFrame:
    """Make the table ``competence_holding``: holders rounded, over the persons shown.

    Of an occupation by band of age where the band shows `OWN` persons or more, of the occupation
    where it does, and else of all the others together that are asked for the competence.
    """
    here = staff.filter(pl.col("region").is_in(list(keys)) & (pl.col("persons") > 0))
    latest = here.filter(pl.col("year") == pl.col("year").max().over("region"))
    heads = latest.group_by("occupation", "age").agg(heads=pl.col("persons").sum())
    true = holding.join(heads, on=["occupation", "age"]).with_columns(
        holders=pl.col("heads") * pl.col("share"), band=band_of()
    )
    coin = coins(key, "holders")
    counted = trees(true, "holders", [], ("competence", "occupation", "band")).get((), {})
    rounded = round_tree(counted, coin, base=base * HUNDREDTHS)
    held = {path: count / HUNDREDTHS for path, count in rounded.items()}
    persons, in_band = defaultdict[str, float](float), defaultdict[tuple[str, int], float](float)
    for *_, occupation, n in shown.cells.iter_rows():
        persons[occupation] += n
    for (*_, occupation), of_age in zip(whole.codes, whole.aged.sum(1), strict=True):
        for band in range(len(BAND_NAMES)):
            in_band[occupation, band] += of_age[band == BAND_AT].sum()
    asked: set[Place] = {codes[:2] for codes in held}
    if requirement is not None:
        required = requirement.filter(pl.col("share") > 0)
        asked |= set(required.select("competence", "occupation").iter_rows())
    posts = sorted(one for one in asked if one[1] in persons)
    holders = defaultdict[Place, float](float)
    for codes, n in held.items():
        holders[codes[:2]] += n
    pooled: dict[str, tuple[float, float]] = {}
    for competence, occupation in posts:
        if persons[occupation] < OWN:
            of, among = pooled.get(competence, (0.0, 0.0))
            pooled[competence] = of + holders[competence, occupation], among + persons[occupation]
    rows = []
    for competence, occupation in posts:
        few = persons[occupation] < OWN
        own = (holders[competence, occupation], persons[occupation])
        own = pooled[competence] if few else own
        for band, name in enumerate(BAND_NAMES):
            there = in_band[occupation, band]
            fine = round(there, 4) >= OWN and not few
            of_band = (held.get((competence, occupation, name), 0.0), there) if fine else own
            share = float(np.round(min(of_band[0] / of_band[1], 1.0), 2))
            if there > 0 and share > 0:
                ages = EVERY_AGE[band == BAND_AT].tolist()
                rows += [(occupation, competence, age, share) for age in ages]
    names = [*HELD, "age", "share"]
    kinds = dict(zip(names, (pl.String, pl.String, pl.Int64, pl.Float64), strict=True))
    return pl.DataFrame(sorted(rows), schema=kinds, orient="row")
