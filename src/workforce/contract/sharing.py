"""In which forms places can share posts, who takes part, and what a page tells of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PoolingForm:
    """A form in which places share posts, and what it takes of the posts that are shared.

    Parameters
    ----------
    name
        ``shared_post``, ``host`` (host municipality) or ``company`` (intermunicipal company).
    travel_share
        Part of the working time of a shared post that goes to travel. [share]
    administration_share
        Administration of the cooperation per shared post. [FTE per FTE]
    administration_least
        Administration that the form takes however few share. [FTE]
    source
        Where the figures come from; ``assumption`` where nothing is measured.
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
    """Forms to set beside one another, the one that is chosen, and the places that take part.

    Parameters
    ----------
    forms
        The chosen one first; its time of travel is that of the posts shown.
    chosen
        Name of the form that the commission has chosen; empty for none.
    partners
        Codes of municipalities that may share; empty for all that are near.
    """

    forms: tuple[PoolingForm, ...] = FORMS
    chosen: str = ""
    partners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pool:
    """Places that share posts for what is left over, and what they save by it.

    Parameters
    ----------
    places
        Labels of the places.
    posts_saved
        Posts fewer than when apart. [FTE]
    """

    places: tuple[str, ...]
    posts_saved: float


@dataclass(frozen=True)
class SharedPosts:
    """Posts of one occupation that some places take apart, and together with one time of travel.

    Parameters
    ----------
    sector, occupation
        Codes; the sector may be "all".
    neighbourhood
        Name of the places that could share.
    places
        Those that do best together, in the order of the neighbourhood.
    travel_share
        Part of the working time of a shared post that goes to travel. [share]
    need, apart, pooled, shared, saved
        Of these places together. [FTE]
    unmet, unmet_pooled
        What is not met where a fraction of a post is left unfilled, apart and together. [FTE]
    fewer
        What fewer of the places save.
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
    """Keep of each neighbourhood the partners, and the municipality that it is named after.

    Parameters
    ----------
    places : mapping
        Municipalities of each neighbourhood by its name.
    sharing : Sharing
        Who may share.
    """
    if not sharing.partners:
        return {name: list(codes) for name, codes in places.items()}
    kept = {
        name: [code for code in codes if code == name or code in sharing.partners]
        for name, codes in places.items()
    }
    return {name: codes for name, codes in kept.items() if len(codes) > 1}


def administration(posts_shared: float, form: PoolingForm) -> float:
    """FTE of administration that shared posts take: a + b p for p posts, nothing for none.

    Parameters
    ----------
    posts_shared : float
        Posts that places share, p. [FTE]
    form : PoolingForm
        With a, its least, and b, its share.

    Returns
    -------
    float
        [FTE]
    """
    if posts_shared <= 0:
        return 0.0
    return form.administration_least + form.administration_share * posts_shared
