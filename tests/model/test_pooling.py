"""Posts shared between places, by hand and by what must always hold."""

from itertools import combinations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.contract.sharing import FORMS, PoolingForm, administration
from workforce.errors import DataError, ParameterError
from workforce.model.pooling import (
    Pool,
    best_pool,
    pool_posts,
    pools_by_size,
)


def need(*values: float) -> xr.DataArray:
    return xr.DataArray(
        list(values), dims="region", coords={"region": [f"90{i:02}" for i in range(len(values))]}
    )


def test_three_places_with_a_third_each_share_one_post() -> None:
    found = pool_posts(need(0.3, 0.3, 0.4))
    assert found["posts_apart"].values.tolist() == [1.0, 1.0, 1.0]
    assert float(found["posts_pooled"].sum()) == pytest.approx(1.0)
    # Two posts are saved, by idle time 0.7, 0.7 and 0.6 of 2.0.
    assert found["posts_saved"].values == pytest.approx([0.7, 0.7, 0.6])
    assert found["posts_pooled"].values == pytest.approx([0.3, 0.3, 0.4])


def test_whole_posts_stay_where_they_are() -> None:
    found = pool_posts(need(2.0, 3.5, 1.2))
    assert found["posts_apart"].values.tolist() == [2.0, 4.0, 2.0]
    assert found["posts_pooled"].values == pytest.approx([2.0, 4 - 0.5 / 1.3, 2 - 0.8 / 1.3])
    assert float(found["posts_saved"].sum()) == pytest.approx(1.0)


def test_travel_asks_for_more_shared_posts() -> None:
    # 0.5 + 0.45 is one post; with a tenth of it on the road 0.95 / 0.9 = 1.06 is two, as apart.
    assert float(pool_posts(need(0.5, 0.45))["posts_saved"].sum()) == pytest.approx(1.0)
    found = pool_posts(need(0.5, 0.45), travel_share=0.1)
    assert found["posts_pooled"].values.tolist() == [1.0, 1.0]


def test_travel_never_costs_more_than_a_post_each() -> None:
    found = pool_posts(need(0.95, 0.95), travel_share=0.4)
    assert found["posts_pooled"].values.tolist() == [1.0, 1.0]


def test_fractions_left_unmet_are_met_by_a_shared_post() -> None:
    found = pool_posts(need(1.6, 0.9), fraction="leave", travel_share=0.1)
    # 1.5 / 0.9 = 1.67: one shared post, of which 0.9 is work: 1.5 - 0.9 = 0.6 is still unmet.
    assert found["posts_apart"].values.tolist() == [1.0, 0.0]
    assert found["unmet_apart"].values == pytest.approx([0.6, 0.9])
    assert found["unmet_pooled"].values == pytest.approx([0.24, 0.36])
    assert found["posts_pooled"].values == pytest.approx([1.4, 0.6])


def test_a_need_a_hair_above_a_whole_number_is_whole() -> None:
    found = pool_posts(need(2.0 + 1e-12, 3.0 - 1e-12))
    assert found["posts_apart"].values.tolist() == [2.0, 3.0]


@given(
    st.lists(st.floats(0, 30), min_size=1, max_size=6),
    st.floats(0, 0.6),
    st.sampled_from(["round_up", "leave"]),
)
@settings(max_examples=25, deadline=None)
def test_sharing_never_asks_for_more_and_parts_add_up(
    values: list[float], travel: float, fraction: str
) -> None:
    fte = need(*values)
    found = pool_posts(fte, fraction=fraction, travel_share=travel)
    total = {name: float(array.sum()) for name, array in found.items()}
    assert total["posts_pooled"] == pytest.approx(round(total["posts_pooled"]), abs=1e-7)
    for name in ("posts_apart", "posts_pooled", "unmet_apart", "unmet_pooled"):
        assert (found[name] >= 0).all()
    if fraction == "round_up":
        assert (found["posts_pooled"] <= found["posts_apart"] + 1e-9).all()
        assert (found["posts_pooled"] >= fte - 1e-6).all()
        assert total["posts_pooled"] >= np.ceil(float(fte.sum()) - 1e-6) - 1e-6
        whole = total["posts_pooled"] - float(np.floor(fte + 1e-9).sum())
        assert total["posts_saved"] == 0 or total["posts_shared"] == pytest.approx(whole, abs=1e-6)
        assert total["unmet_pooled"] == 0.0
    else:
        shared = total["posts_pooled"] - total["posts_apart"]
        assert (found["unmet_pooled"] <= found["unmet_apart"] + 1e-9).all()
        gained = total["unmet_apart"] - total["unmet_pooled"]
        assert gained == pytest.approx(shared * (1 - travel), abs=1e-6)


def test_two_neighbours_may_do_as_well_as_all() -> None:
    # 0.3 + 0.4 are one post and save one; 0.9 more fills a second, and saves no more.
    pools = pools_by_size(need(2.3, 0.9, 1.4, 3.0))
    assert pools == [Pool(("9000", "9002"), 1.0), Pool(("9000", "9002", "9001"), 1.0)]
    assert best_pool(pools) == pools[0]


def test_a_pool_holds_the_place_that_asks() -> None:
    fte = need(2.9, 0.2, 0.2, 0.2)
    pools = pools_by_size(fte, own="9000")
    assert [pool.posts_saved for pool in pools] == [0.0, 1.0, 2.0]
    assert all(pool.places[0] == "9000" for pool in pools)
    # By themselves the three others save the same, with fewer.
    assert best_pool(pools_by_size(fte)) == Pool(("9001", "9002", "9003"), 2.0)


def test_whole_posts_and_places_alone_have_nothing_to_share() -> None:
    assert pools_by_size(need(2.0, 0.5, 0.4), own="9000") == []
    assert pools_by_size(need(0.5)) == []
    assert best_pool([]) is None
    assert best_pool(pools_by_size(need(0.95, 0.95))) is None


@given(st.lists(st.floats(0, 3), min_size=2, max_size=5), st.floats(0, 0.4), st.booleans())
@settings(max_examples=25, deadline=None)
def test_no_set_of_places_saves_more_than_the_pool_of_its_size(
    values: list[float], travel: float, asks: bool
) -> None:
    fte = need(*values)
    whole = np.floor(np.array(values) + 1e-9)
    left = np.clip(np.array(values) - whole, 0.0, None)
    left[left <= 1e-9] = 0.0

    def saved(some: tuple[int, ...]) -> float:
        asked = np.ceil(left[list(some)].sum() / (1 - travel) - 1e-9)
        count = int((left[list(some)] > 0).sum())
        return count - min(count, asked)

    pools = pools_by_size(fte, travel_share=travel, own="9000" if asks else None)
    for pool in pools:
        sets = combinations(
            [place for place in range(len(values)) if left[place]], len(pool.places)
        )
        most = max(saved(some) for some in sets if 0 in some or not asks)
        assert pool.posts_saved == most


def test_places_in_any_order_share_alike() -> None:
    fte = need(0.2, 1.7, 4.4)
    there = pool_posts(fte, travel_share=0.05)
    back = pool_posts(fte[::-1], travel_share=0.05)[{"region": slice(None, None, -1)}]
    np.testing.assert_allclose(there["posts_pooled"], back["posts_pooled"])


def test_shared_posts_are_counted_only_where_sharing_saves_one() -> None:
    # 0.3 + 0.3 + 0.4 share one post; 0.95 and 0.95 keep one each.
    assert float(pool_posts(need(0.3, 0.3, 0.4))["posts_shared"].sum()) == pytest.approx(1.0)
    assert float(pool_posts(need(0.95, 0.95))["posts_shared"].sum()) == 0.0


def test_a_company_takes_administration_however_few_posts_it_has() -> None:
    form = PoolingForm("company", 0.1, administration_share=0.05, administration_least=0.5)
    assert administration(4.0, form) == pytest.approx(0.7)
    assert administration(0.0, form) == 0.0


def test_every_form_says_where_its_figures_come_from() -> None:
    assert [form.name for form in FORMS] == ["shared_post", "host", "company"]
    assert all(form.source for form in FORMS)


def test_wrong_options_are_refused_in_a_sentence() -> None:
    with pytest.raises(ParameterError, match="'round_up' or 'leave'"):
        pool_posts(need(1.0), fraction="up")
    with pytest.raises(DataError, match="travel_share is 1"):
        pool_posts(need(1.0), travel_share=1.0)
    with pytest.raises(DataError, match="need_fte"):
        pool_posts(need(-0.1))
