"""In which forms places can share posts, who takes part, and what a page tells of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PoolingForm:
    """A form in which places share posts, and what it takes of the posts that are shared.

    ``shared_post``, ``host`` (host municipality) or ``company`` (intermunicipal company). Travel
    takes a share of the working time, administration a share of the shared posts and at least so
    many FTE; ``source`` is ``assumption`` where nothing is measured.
    """

    name: str
    travel_share: float
    administration_share: float
    administration_least: float = 0.0
    source: str = "assumption"


FORMS = (
    PoolingForm("shared_post", travel_share=0.10, administration_share=0.02),
    PoolingForm("host", travel_share=0.10, administration_share=0.05),
    PoolingForm("company", travel_share=0.10, administration_share=0.05, administration_least=0.5),
)
"""Forms of Norwegian law. No source was found for time of travel or administration."""


@dataclass(frozen=True)
class Sharing:
    """Forms to set beside one another, the one that is chosen first, and the places that take part.

    The first form's time of travel is that of the posts shown; no partners are all that are near.
    """

    forms: tuple[PoolingForm, ...] = FORMS
    chosen: str = ""
    partners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pool:
    """Places that share posts for what is left over, and the FTE that they save by it."""

    places: tuple[str, ...]
    posts_saved: float


@dataclass(frozen=True)
class SharedPosts:
    """Posts of one occupation that some places take apart, and together with one time of travel.

    The places do best together; figures are of them together, ``unmet`` and ``unmet_pooled`` what
    is not met where a fraction of a post is left unfilled, ``fewer`` what fewer of the places save.
    [FTE]
    """

    sector: str
    occupation: str
    neighbourhood: str
    places: tuple[str, ...]
    travel_share: float
    need: float
    apart: float
    pooled: float
    shared: float
    saved: float
    unmet: float
    unmet_pooled: float
    fewer: tuple[Pool, ...] = ()


def places_that_share(
    places: Mapping[str, Sequence[str]], sharing: Sharing
) -> dict[str, list[str]]:
    """Keep of each neighbourhood the partners, and the municipality that it is named after."""
    if not sharing.partners:
        return {name: list(codes) for name, codes in places.items()}
    kept = {
        name: [code for code in codes if code == name or code in sharing.partners]
        for name, codes in places.items()
    }
    return {name: codes for name, codes in kept.items() if len(codes) > 1}


def administration(posts_shared: float, form: PoolingForm) -> float:
    """FTE of administration that shared posts take: a + b p for p posts, nothing for none."""
    if posts_shared <= 0:
        return 0.0
    return form.administration_least + form.administration_share * posts_shared
