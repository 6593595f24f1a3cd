"""What is shown of competences, and of moves between occupations: tables that name no place."""

from collections import defaultdict

import numpy as np
import polars as pl

from workforce.disclosure.flows import PERIOD
from workforce.disclosure.inside import BAND_AT, BAND_NAMES, EVERY_AGE, Posts, by_codes
from workforce.disclosure.stocks import OWN, Place, ShownStaff, band_of, rounded
from workforce.disclosure.tree import LEAST_BASE, coins

PAIR = ["occupation", "occupation_to"]
HELD = ["occupation", "competence"]


def mobility_rows(
    mobility: pl.DataFrame, rows: pl.DataFrame, key: bytes, *, base: int = LEAST_BASE
) -> pl.DataFrame:
    """Make the table ``mobility``: moves of whole periods, rounded, over the staff shown."""
    here = mobility.with_columns(first=pl.col("year") // PERIOD * PERIOD)
    years = here.group_by("first").agg(n=pl.col("year").n_unique()).filter(pl.col("n") == PERIOD)
    here = here.join(years, on="first", how="semi")
    coin = coins(key, "mobility")
    shown = rounded(here, "persons", ["first"], tuple(PAIR), lambda _: coin, base)
    each = shown.join(pl.DataFrame({"step": range(PERIOD)}), how="cross").with_columns(
        pl.col("persons") / PERIOD, year=pl.col("first") + pl.col("step")
    )
    stock = rows.group_by("occupation", "year").agg(exposure=pl.col("persons").sum().round(2))
    table = each.join(stock, on=["occupation", "year"]).filter(pl.col("exposure") > 0)
    return table.select(*PAIR, "year", "persons", "exposure").sort(*PAIR, "year")


def holding_rows(
    holding: pl.DataFrame,
    staff: pl.DataFrame,
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
    latest = staff.filter(pl.col("persons") > 0).filter(
        pl.col("year") == pl.col("year").max().over("region")
    )
    heads = latest.group_by("occupation", "age").agg(heads=pl.col("persons").sum())
    true = holding.join(heads, on=["occupation", "age"]).with_columns(
        holders=pl.col("heads") * pl.col("share"), band=band_of()
    )
    coin = coins(key, "holders")
    held = by_codes(
        rounded(true, "holders", [], ("competence", "occupation", "band"), lambda _: coin, base)
    )
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
