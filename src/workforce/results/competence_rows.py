"""Rows about competence beside the projection: units, what hangs on few, and ways of learning."""

from __future__ import annotations

from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder
from workforce.model.coverage import unit_sizes
from workforce.model.mobility import learning_gap, similarity
from workforce.results.rows import lay_rows
from workforce.scenarios.learning_paths import learning_paths

EXIT_AGE = 58  # From here on the holders may leave within a few years.
FEW = 3.0  # Holders; with fewer a competence hangs on one or two persons.
MANY_NEAR_EXIT = 1 / 3  # Share of the holders.
WAYS = {
    "way_weeks": "weeks",
    "way_calendar_weeks": "calendar_weeks",
    "way_cost": "cost",
    "way_total_cost": "total_cost",
    "way_fte_lost": "fte_lost",
    "way_places": "places",
    "way_similarity": "similarity",
    "way_learning_gap": "learning_gap",
}


def with_competence(
    table: pl.DataFrame, inputs: xr.Dataset, folder: Folder, *, audience: str
) -> pl.DataFrame:
    """Add rows on units, competences that hang on few, and ways of learning, in every scenario.

    For the audience ``internal`` the holders near the exit age are told by competence; for the
    public only how many competences of each sector hang on few.
    """
    if "staff" not in inputs:
        return table
    rows: list[dict[str, Any]] = []
    if "unit_share" in inputs:
        rows += _units(inputs)
    if "holding" in inputs:
        rows += _on_few(inputs, named=audience == "internal")
    tables = folder.tables
    if "training" in tables:
        rows += _ways(inputs, tables["training"])
    if "transition_weight" in inputs:
        rows += _moves(inputs, tables["mobility"])
    levels = table.select("scenario", "level").unique(maintain_order=True)
    each = pl.DataFrame(rows, infer_schema_length=None).join(levels, how="cross")
    return pl.concat([table, lay_rows(each, inputs, year=int(inputs.attrs["base_year"]))])


def _row(place: tuple[str, str], dimension: str, category: str, variable: str,
         value: float, **own: str | float | None) -> dict[str, Any]:  # fmt: skip
    """Return what is a figure's own: that of a region and sector."""
    region, sector = place
    return {
        "region": region, "sector": sector, "dimension": dimension, "category": category,
        "variable": variable, "central": value, **own,
    }  # fmt: skip


def _places(inputs: xr.Dataset) -> list[tuple[str, str, xr.DataArray]]:
    """Regions, and each sector and all of them, with their staff (sector, occupation, age)."""
    found = []
    for region in inputs["region"].values.tolist():
        staff = inputs["staff"].sel(region=region).sum("sex")
        found.append((region, "all", staff))
        found += [(region, s, staff.sel(sector=[s])) for s in inputs["sector"].values.tolist()]
    return found


def _units(inputs: xr.Dataset) -> list[dict[str, Any]]:
    """Count units that ask for holders of some competence, and those that ask for each of them."""
    rows = []
    asked = inputs["unit_holders"] > 0 if "unit_holders" in inputs else None
    if asked is None:
        return []
    for region, sector, staff in _places(inputs):
        own = staff["sector"].values.tolist()
        sizes = unit_sizes(inputs["unit_share"].sel(region=region, sector=own))
        sizes = sizes.sum("service_unit")
        units = sizes.sel(unit_size="every", drop=True)
        some = asked.sel(sector=own)
        by_size = (sizes * some.any("competence")).sum("sector")
        rows += [
            _row((region, sector), "unit_size", size, "units_asking",
                 float(by_size.sel(unit_size=size)))
            for size in by_size["unit_size"].values.tolist()
        ]  # fmt: skip
        by_competence = (units * some).sum("sector")
        rows += [
            _row((region, sector), "competence", code, "units_asking", count)
            for code in inputs["competence"].values.tolist()
            if (count := float(by_competence.sel(competence=code)))
        ]
    return rows


def _holders(staff: xr.DataArray, inputs: xr.Dataset) -> xr.DataArray:
    """Persons who hold each competence, by age, (competence, working_age)."""
    return (staff.sum("sector") * inputs["holding"]).sum("occupation")


def _on_few(inputs: xr.Dataset, *, named: bool) -> list[dict[str, Any]]:
    """Count competences that a sector asks for, and those that few or many near the exit age hold.

    Holders are the staff times the share that holds, an expectation.
    """
    rows = []
    for region, sector, staff in _places(inputs):
        own = staff["sector"].values.tolist()
        there = staff.sum("working_age") > 0
        asked = ((inputs["requirement"].sel(sector=own) > 0) & there).any(["sector", "occupation"])
        holders = _holders(staff, inputs)
        count = holders.sum("working_age")
        near = holders.sel(working_age=slice(EXIT_AGE, None)).sum("working_age")
        few = asked & (count < FEW)
        old = asked & (count > 0) & (near >= MANY_NEAR_EXIT * count)
        kinds = {"asked": asked, "few": few, "near_exit": old, "both": few & old}
        rows += [
            _row((region, sector), "standing", kind, "competences_asked", float(which.sum()))
            for kind, which in kinds.items()
        ]
        for code in inputs["competence"].values[(few | old).values].tolist() if named else ():
            rows += [
                _row((region, sector), "competence", code, name, float(some.sel(competence=code)))
                for name, some in (("holders_today", count), ("holders_near_exit", near))
            ]
    return rows


def _ways(inputs: xr.Dataset, training: pl.DataFrame) -> list[dict[str, Any]]:
    """Ways of learning into the occupations that each sector has, with how alike the two are."""
    paths = learning_paths(training)
    if "requirement" in inputs:
        alike = _alike(inputs)
        paths = paths.join(alike, on=["occupation", "occupation_to"], how="left")
    rows = []
    for region, sector, staff in _places(inputs):
        heads = staff.sum(["sector", "working_age"])
        short = inputs["measured_shortage"].sel(region=region, sector=staff["sector"].values)
        there = heads + short.sum(["sector", "line"])
        codes = there["occupation"].values[(there > 0).values].tolist()
        for way in paths.filter(pl.col("occupation_to").is_in(codes)).iter_rows(named=True):
            rows += [
                _row((region, sector), "way", way["occupation"], variable, way[column],
                     detail=way["via"], occupation=way["occupation_to"])
                for variable, column in WAYS.items()
                if way.get(column) is not None
            ]  # fmt: skip
    return rows


def _alike(inputs: xr.Dataset) -> pl.DataFrame:
    """Similarity and learning gap of occupations by what is asked of them in any sector."""
    profiles = inputs["requirement"].max("sector")
    profiles = profiles.sel(occupation=(profiles.sum("competence") > 0).values)
    both = xr.Dataset({"similarity": similarity(profiles), "learning_gap": learning_gap(profiles)})
    frame: pl.DataFrame = pl.from_pandas(both.to_dataframe().reset_index())
    return frame


def _moves(inputs: xr.Dataset, mobility: pl.DataFrame) -> list[dict[str, Any]]:
    """List the moves seen between occupations: the probability used, and the weight of it."""
    pairs = mobility.group_by("occupation", "occupation_to", maintain_order=True)
    seen = pairs.agg(pl.col("persons").sum())
    rows = []
    for region, sector, staff in _places(inputs):
        moves = inputs["transition"].sel(sector=staff["sector"].values).min("sector")
        if sector == "all":
            moves = inputs["transition"].max("sector")
        for a, b, persons in seen.iter_rows():
            if a == b or a not in moves["occupation"] or b not in moves["occupation"]:
                continue
            pair = {"occupation": a, "occupation_to": b}
            chance = float(moves.sel(pair))
            if chance > 0:
                weight = float(inputs["transition_weight"].sel(pair))
                rows += [
                    _row((region, sector), "way", a, name, value, occupation=b,
                         persons=float(persons))
                    for name, value in (("move_probability", chance), ("move_weight", weight))
                ]  # fmt: skip
    return rows
