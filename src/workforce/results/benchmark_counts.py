"""What a place, or the municipalities in it, counted of what is compared: once for each place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.arrays import Numbers
from workforce.contract.folder import Folder
from workforce.contract.packed import kept, plain
from workforce.inputs.arrays import labelled, lay
from workforce.inputs.flows import CAUSES, cell_exposure
from workforce.inputs.pooled import KEPT, Known, known_tables
from workforce.inputs.regions import members
from workforce.inputs.short_absence import DOCTOR_TO_TOTAL

YEARS = 5  # Calendar years before the base year over which exits are counted.
OLDER = 55
AGE = "working_age"

Counts = Mapping[str, Numbers]
"""Arrays by name, axes (sector), (sector, age) or (sector, cause, age)."""


@dataclass(frozen=True, eq=False)
class Counted:
    """Labels of what the places of a folder counted, and the counts of each kind of a place.

    ``staffed`` are the places with staff on 1 January of the base year, and ``ages`` those of
    flows.
    """

    sectors: list[str]
    ages: list[int]
    staffed: frozenset[str]
    of: Callable[[str, str], Counts]


@lru_cache(maxsize=KEPT)
def counted_places(folder: Folder, year: int) -> Counted:
    """Count places when they are asked for; one without rows of its own is the sum of its members.

    Kinds are ``staff``, ``exits``, ``absence``, ``use`` and ``unfilled``.
    """
    known = known_tables(folder, year)
    regions, recent = known.tables["regions"], pl.col("year").is_between(year - YEARS, year - 1)
    posts = _labels(known, "staff", pl.col("year") == year, "region", "sector")
    sectors = sorted(posts["sector"].unique())
    seen = _labels(known, "staff_flows", recent, "sector", "age")
    ages = seen.filter(pl.col("sector").is_in(sectors))["age"].unique().sort().to_list()

    def rows(name: str, code: str, wanted: pl.Expr) -> pl.DataFrame:
        table = known.by_place.get(name, {}).get(code)
        if table is None:
            return pl.DataFrame({"sector": []}, schema={"sector": pl.String})
        return plain(table.filter(wanted), name).filter(pl.col("sector").is_in(sectors))

    def by_sector(found: pl.DataFrame, value: str) -> Numbers:
        return lay(found, {"sector": sectors}, value) if len(found) else np.zeros(len(sectors))

    def there(found: pl.DataFrame) -> Numbers:
        return np.isin(sectors, found["sector"].unique().to_list()).astype(float)

    def staff(code: str) -> Counts:
        now = rows("staff", code, pl.col("year") == year)
        old = now.filter(pl.col("age") >= OLDER) if len(now) else now
        counts = {name: by_sector(now, name) for name in ("persons", "fte")}
        return {"there": there(now), "older": by_sector(old, "persons"), **counts}

    def exits(code: str) -> Counts:
        flows = rows("staff_flows", code, recent)
        if flows.is_empty():
            shape = len(sectors), len(ages)
            lived, events = np.zeros(shape), np.zeros((shape[0], len(CAUSES), shape[1]))
            return {"there": there(flows), "events": events, "lived": lived}
        flows = flows.rename({"age": AGE})
        left = flows.filter(pl.col("flow").is_in(CAUSES)).rename({"flow": "cause"})
        aged = {"sector": sectors, AGE: ages}
        return {
            "there": there(flows),
            "events": lay(left, {"sector": sectors, "cause": CAUSES, AGE: ages}, "persons"),
            "lived": lay(cell_exposure(flows), aged, "exposure"),
        }

    def absence(code: str) -> Counts:
        """Persons and, of them, those away; doctor-certified absence stands in, uplifted."""
        quarters = [f"{year - 1}Q{quarter}" for quarter in (1, 2, 3, 4)]
        found = rows("absence", code, pl.col("quarter").cast(pl.String).is_in(quarters))
        rates = dict[str, float]()
        for kind, factor in (("doctor_certified", DOCTOR_TO_TOTAL), ("total", 1.0)):
            some = found.filter(kind=kind) if len(found) else found
            if len(some):
                means = some.group_by("sector").agg(pl.col("absence_rate").mean() * factor)
                rates |= dict(means.iter_rows())
        employed = of("staff", code)
        told = np.isin(sectors, list(rates)) & (employed["there"] > 0)
        persons = np.where(told, employed["persons"], 0.0)
        away = persons * np.array([rates.get(sector, 0.0) for sector in sectors])
        return {"there": told.astype(float), "persons": persons, "away": away}

    def use(code: str) -> Counts:
        """Users of what own staff provide."""
        now = pl.col("year") == year
        found, shares = rows("service_use", code, now), rows("service_share", code, now)
        own = dict(shares.select("sector", "share").iter_rows()) if len(shares) else {}
        part = np.array([own.get(sector, 1.0) for sector in sectors])
        return {"there": there(found), "users": by_sector(found, "users") * part}

    def unfilled(code: str) -> Counts:
        """Unfilled FTE, and staff where they were counted."""
        lacking = (pl.col("line").cast(pl.String) == "unfilled") & (pl.col("year") == year)
        found, posts = rows("shortage", code, lacking), staff(code)
        told = there(found) * posts["there"]
        counts = {name: posts[name] * told for name in ("persons", "fte")}
        return {"there": told, "unfilled": by_sector(found, "fte") * told, **counts}

    kinds = {one.__name__: one for one in (staff, exits, absence, use, unfilled)}

    @cache
    def of(kind: str, code: str) -> Counts:
        own = kinds[kind](code)
        inside = (
            [] if own["there"].any() else [one for one in members(regions, code) if one != code]
        )
        parts = [of(kind, one) for one in inside]
        return (
            {name: np.sum([part[name] for part in parts], axis=0) for name in own} if parts else own
        )

    return Counted(sectors, ages, frozenset(posts["region"]), of)


def laid(counted: Counted, kind: str, name: str, codes: Sequence[str]) -> xr.DataArray:
    """Lay counts of places out: (region, sector), and by cause and age of exits."""
    values = np.stack([counted.of(kind, code)[name] for code in codes])
    coords: dict[str, Sequence[str] | Sequence[int]] = {"region": codes, "sector": counted.sectors}
    if name == "events":
        coords["cause"] = CAUSES
    if kind == "exits":
        coords[AGE] = counted.ages
    return labelled(values, coords)


def _labels(known: Known, name: str, wanted: pl.Expr, *columns: str) -> pl.DataFrame:
    """List what some columns of a table hold together, without a copy of it as text."""
    table = kept(known.tables).get(name)
    if table is None:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return plain(table.lazy().filter(wanted).select(columns).unique().collect(), name)
