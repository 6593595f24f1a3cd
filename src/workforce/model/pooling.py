"""Posts that places need apart, and together when a post is shared."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from workforce.contract.arrays import check_bounds, check_dims
from workforce.contract.sharing import Pool
from workforce.errors import DataError, ParameterError

TINY = 1e-9  # FTE below which a need is taken as the whole number beside it.
FRACTIONS = ("round_up", "leave")


def pool_posts(
    need_fte: xr.DataArray,
    *,
    fraction: str = "round_up",
    travel_share: float = 0.0,
) -> xr.Dataset:
    """Count the posts that places need apart, and when they share posts for what is left over.

    Each place fills the whole posts of its need n by itself, and has the fraction f = n - floor(n)
    left. Of a shared post the share t (``travel_share``) goes to travel.

    With ``fraction="round_up"`` every place with a fraction has one post more when apart, k posts
    in all. Together they share

        s = min(k, ceil(sum(f) / (1 - t)))

    of them and save k - s. What is saved is divided in proportion to the time 1 - f that nobody
    needs in a post of one's own, so a place never has less than it needs nor more than apart.

    With ``fraction="leave"`` the fraction is unmet when apart. Together the places share s =
    floor(sum(f) / (1 - t)) posts, all of whose time is needed, in proportion to f, and

        unmet = sum(f) - s (1 - t)

    Places whose fractions are not worth sharing (s = k) stay as they are. All of the places are in
    it or none; `pools_by_size` finds those that do best together. ``posts_pooled`` are own posts
    and the place's part of the shared ones, ``posts_shared`` that part, ``posts_saved`` below zero
    where shared posts are new. Parts of the places sum to whole posts.
    """
    if fraction not in FRACTIONS:
        raise ParameterError(f"fraction is {fraction!r}; use {' or '.join(map(repr, FRACTIONS))}.")
    if not 0.0 <= travel_share < 1.0:
        raise DataError(f"travel_share is {travel_share}; it must be from 0 to below 1.")
    check_dims(need_fte, ["region"], name="need_fte")
    check_bounds(need_fte, name="need_fte", lower=0)
    own, left = _fractions(need_fte)
    wanted = left.sum("region") / (1.0 - travel_share)
    if fraction == "leave":
        part = _shared_full(left) * np.floor(wanted + TINY)
        unmet = (left - part * (1.0 - travel_share)).clip(min=0.0)
        apart, unmet_apart, shared = own, left, part
    else:
        part, unmet = _shared_up(left, wanted), left * 0.0
        apart, unmet_apart = own + (left > 0), left * 0.0
        shared = part.where((apart - own - part).sum("region") > 0.5, 0.0)
    pooled = own + part
    result = xr.Dataset(
        {
            "posts_apart": apart,
            "posts_pooled": pooled,
            "posts_shared": shared,
            "posts_saved": apart - pooled,
            "unmet_apart": unmet_apart,
            "unmet_pooled": unmet,
        }
    )
    return result.transpose(*need_fte.dims)


def pools_by_size(
    need_fte: xr.DataArray,
    *,
    travel_share: float = 0.0,
    own: str | None = None,
) -> list[Pool]:
    """Find, for two places, three and so on, those that save most posts by sharing them.

    k places with the fractions f save k - min(k, ceil(sum(f) / (1 - t))), t being ``travel_share``.
    Of all sets of k places that with the least sum saves most, so the places with the smallest
    fractions above nothing are the best ones, and no set need be tried. Two pools never save more
    than the one of both, as ceil(a) + ceil(b) is at least ceil(a + b), and places outside it stay
    as they are: the best of these pools is the best of all ways to divide the places. ``own`` is a
    place that every pool is to hold: none where it has no fraction to share.
    """
    check_dims(need_fte, ["region"], name="need_fte")
    _, left = _fractions(need_fte)
    known = {
        str(label): float(f) for label, f in zip(left["region"].values, left.values, strict=True)
    }
    places = sorted((name for name in known if known[name] > 0), key=lambda one: (known[one], one))
    if own is not None:
        if own not in places:
            return []
        places.insert(0, places.pop(places.index(own)))
    sizes = np.arange(1, len(places) + 1)
    wanted = np.cumsum([known[name] for name in places]) / (1.0 - travel_share)
    saved = sizes - np.minimum(sizes, np.ceil(wanted - TINY))
    return [Pool(tuple(places[:k]), float(saved[k - 1])) for k in sizes[1:].tolist()]


def best_pool(pools: Sequence[Pool]) -> Pool | None:
    """Take the pool that saves most, of those that save as much that of the fewest places.

    None where no pool saves anything.
    """
    best = max(pools, key=lambda pool: (pool.posts_saved, -len(pool.places)), default=None)
    return best if best is not None and best.posts_saved > 0 else None


def _fractions(need_fte: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Divide a need into whole posts and what is left over."""
    own: xr.DataArray = need_fte // 1.0
    own = own + (need_fte - own > 1.0 - TINY)
    left = (need_fte - own).clip(min=0.0)
    return own, left.where(left > TINY, 0.0)


def _shared_up(left: xr.DataArray, wanted: xr.DataArray) -> xr.DataArray:
    """Part of each place in the shared posts, where every fraction would else be a post."""
    some = (left > 0) * 1.0
    posts = some.sum("region")
    shared = np.minimum(posts, np.ceil(wanted - TINY))
    idle = (1.0 - left) * some
    every = idle.sum("region")
    saved = (posts - shared) * idle / every.where(every > 0, 1.0)
    return some - saved


def _shared_full(left: xr.DataArray) -> xr.DataArray:
    """Part of each place in one shared post, by its fraction; sums to 1 where there is any."""
    every = left.sum("region")
    return left / every.where(every > 0, 1.0)
