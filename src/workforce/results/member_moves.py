"""Rows on moves between the municipalities of a county: what each loses to the others and takes."""

from __future__ import annotations

import polars as pl
import xarray as xr

from workforce.contract.about import about
from workforce.contract.folder import Folder
from workforce.inputs import base_persons, load_inputs
from workforce.model.closed_region import FROM_OTHERS, MOVED
from workforce.model.members import project_members
from workforce.model.posts import used_posts
from workforce.model.projection import project_inhabitants, residents_of
from workforce.results.rows import figures_of_draws, lay_rows
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.simulation import add_all

VARIABLE = "member_moves"
BLOCK = 25  # Draws laid out by cell at once.
_WHOLE = ["occupation", "sex", "working_age"]


def with_member_moves(
    table: pl.DataFrame,
    inputs: xr.Dataset,
    folder: Folder,
    *,
    region: str,
    draws: int,
    seed: int,
) -> pl.DataFrame:
    """Add to a county's results the moves between its municipalities, a year in the mean.

    All members are projected together under the baseline, so that what they lose to one another is
    what they take (`project_members`). How much crosses the county's border is told by the
    county's own flows; where it has none, or the page is not a county's, nothing is added.
    """
    base, horizon = int(inputs.attrs["base_year"]), int(inputs.attrs["horizon"])
    codes = _members(inputs, folder, region, base)
    if len(codes) < 2:
        return table
    members = load_inputs(folder, region=codes, base_year=base, horizon=horizon)
    moves = moves_between(members, inputs, draws=draws, seed=seed)
    level = float(table["level"][0])
    rows = lay_rows(
        figures_of_draws(moves, level, category="move"),
        members,
        scenario="baseline",
        dimension="move",
        variable=VARIABLE,
        year=base + horizon,
        level=level,
    )
    staffed = rows.filter(pl.col("persons").max().over("sector") > 0)
    return pl.concat([table, staffed.sort("sector", "region", "category")])


def moves_between(
    members: xr.Dataset, county: xr.Dataset, *, draws: int, seed: int
) -> xr.DataArray:
    """Count who moves between members, mean of a year: (draw, move, region, sector)."""
    posts = used_posts(members)
    drawn = draw_inputs(members, draws=draws, seed=seed)
    out, into = crossing_shares(members, county)
    found = []
    for first in range(0, draws + 1, BLOCK):
        some = with_draws(members, drawn.isel(draw=slice(first, first + BLOCK)))
        residents = residents_of(project_inhabitants(some))
        one = project_members(some, residents, posts, crossing_out=out, crossing_in=into)
        found.append(one.mean("flow_year").assign_coords(draw=some["draw"].values))
    both = xr.concat(found, dim="draw", join="exact")
    moves = {"out": both["moved_out"], "in": both["moved_in"]}
    moves["net"] = moves["in"] - moves["out"]
    joined = xr.concat(list(moves.values()), dim=xr.Variable("move", list(moves)), join="exact")
    return add_all(joined.transpose("draw", "move", "region", "sector"), "sector", keep=True)


def crossing_shares(members: xr.Dataset, county: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Find which parts of the moves out of and into municipalities cross the border, by sector.

    The county's expected moves in the base year over the sum of its members', at most 1.
    """

    def leaving(inputs: xr.Dataset) -> xr.DataArray:
        rate = inputs["exit_rate"].sel(cause=MOVED, drop=True)
        return (inputs["staff"] * rate).sum(["region", *_WHOLE])

    def coming(inputs: xr.Dataset) -> xr.DataArray:
        rate = inputs["inflow_rate"].sel(origin=FROM_OTHERS, drop=True).sum(_WHOLE)
        return (rate * residents_of(inputs["population"])).sum("region")

    shares = []
    for count in (leaving, coming):
        every, across = count(members), count(county)
        share = (across / every.where(every > 0, 1.0)).clip(0.0, 1.0)
        shares.append(share.where(every > 0, 1.0))
    return shares[0], shares[1]


def _members(inputs: xr.Dataset, folder: Folder, region: str, year: int) -> list[str]:
    """Municipalities of a county that have staff; none where moves are not known."""
    unknown = {one.variable for one in about(inputs).borrowed}
    if "staff" not in inputs or "inner_moves" in unknown:
        return []
    level = dict(folder.tables["regions"].select("region", "level").iter_rows())
    if level.get(region) != "county":
        return []
    inside = about(inputs).places["region"][region]
    heads = base_persons(folder, base_year=year).filter(pl.col("region").is_in(inside))
    return heads.filter(pl.col("persons") > 0)["region"].unique().sort().to_list()
