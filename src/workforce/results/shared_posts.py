"""Posts that places need apart and together: what shared posts save, by occupation."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl
import xarray as xr

from workforce.contract.sharing import SharedPosts, Sharing, places_that_share
from workforce.model.pooling import best_pool, pool_posts, pools_by_size

SPECIALIST = 10.0  # Posts of a place; in larger groups a fraction of a post hardly matters.


def shared_posts(
    table: pl.DataFrame,
    places: Mapping[str, Sequence[str]],
    sharing: Sharing,
    *,
    sectors: Iterable[str] = ("all",),
) -> tuple[SharedPosts, ...]:
    """Pool every occupation in every neighbourhood, and keep where posts are saved, most first.

    Of each occupation those places share that save most together, as few as do. Only places that
    have figures are pooled.
    """
    near = places_that_share(places, sharing)
    needs = table.filter(
        pl.col("variable") == "neighbour_need",
        pl.col("scenario") == "baseline",
        pl.col("occupation") != "all",
        pl.col("central").is_between(0, SPECIALIST, closed="right"),
    )
    found = []
    for sector in sectors:
        rows = needs.filter(pl.col("sector") == sector).sort("region")
        posts = rows["occupation"].unique().sort().to_list()
        for travel in dict.fromkeys(form.travel_share for form in sharing.forms):
            some = [
                shared
                for name, codes in near.items()
                for post in posts
                if (shared := _pooled(rows, sector, post, name, codes, travel)) is not None
            ]
            found += sorted(some, key=lambda one: (-one.saved, one.occupation, one.neighbourhood))
    return tuple(found)


def _pooled(
    rows: pl.DataFrame,
    sector: str,
    post: str,
    neighbourhood: str,
    codes: Sequence[str],
    travel_share: float,
) -> SharedPosts | None:
    """Pool one occupation over the places that do best together; None where none is saved."""
    own = rows.filter((pl.col("occupation") == post) & pl.col("region").is_in(list(codes)))
    if own.height < 2:
        return None
    need = xr.DataArray(own["central"].to_numpy(), {"region": own["region"].to_list()}, ("region",))
    at = neighbourhood if neighbourhood in codes else None
    pools = pools_by_size(need, travel_share=travel_share, own=at)
    best = best_pool(pools)
    if best is None:
        return None
    need = need.sel(region=sorted(best.places, key=list(codes).index))
    up = pool_posts(need, travel_share=travel_share).sum("region")
    leave = pool_posts(need, travel_share=travel_share, fraction="leave").sum("region")
    saved = round(float(up["posts_saved"]), 6)
    if saved <= 0:
        return None
    return SharedPosts(
        sector=sector,
        occupation=post,
        neighbourhood=neighbourhood,
        places=tuple(need["region"].values.tolist()),
        travel_share=travel_share,
        need=float(need.sum()),
        apart=float(up["posts_apart"]),
        pooled=float(up["posts_pooled"]),
        shared=float(up["posts_shared"]),
        saved=saved,
        unmet=float(leave["unmet_apart"]),
        unmet_pooled=float(leave["unmet_pooled"]),
        fewer=tuple(pool for pool in pools if len(pool.places) < len(best.places)),
    )
