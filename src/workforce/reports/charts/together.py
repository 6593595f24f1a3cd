"""Tables of what neighbours can do together: shared posts, and who has what another lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.figures import Figures
from workforce.inputs.sharing import Sharing, places_that_share
from workforce.model.pooling import Pool, administration, best_pool, pool_posts, pools_by_size
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import Subject, shown
from workforce.reports.charts.words import name_of
from workforce.texts.catalogue import join_list, number, percent, say

Places = Mapping[str, Sequence[str]]
SPECIALIST = 10.0  # Posts of a place; in larger groups a fraction of a post hardly matters.
MOST = 12  # Rows.
LEAST = 0.5  # FTE over or under which a neighbour is worth asking.
AS_USUAL = Sharing()
NOTHING = "–"


def shared_posts(
    figures: Figures, subject: Subject, places: Places, *, sharing: Sharing = AS_USUAL
) -> Chart:
    """Set out the posts that specialists take apart and together, by occupation.

    Of each occupation those places share that save most together, as few as do; what fewer of them
    save stands beside it. Only places whose figures are shown are pooled, so that no sum gives a
    hidden one away.

    Parameters
    ----------
    figures
        Protected figures, with ``neighbour_need``.
    subject
        The page.
    places
        From `workforce.inputs.neighbours.neighbourhoods`.
    sharing
        Who may share; the first of its forms gives the time that goes to travel.
    """
    texts = subject.texts
    title = say(texts, "together.posts_heading", year=subject.horizon_year)
    if "staff" in subject.missing:
        return SILENT
    places = places_that_share(places, sharing)
    if not places:
        why = "together.no_partners" if sharing.partners else "together.no_neighbours"
        note = say(texts, why)
        return Chart(None, title, note, None, note)
    rows = _rows(figures, subject, "neighbour_need", places)
    travel = sharing.forms[0].travel_share
    some = _worth_sharing(rows, places, travel)
    if not some:
        note = say(texts, "together.nothing_saved")
        return Chart(None, title, note, None, note)
    names = ("occupation", "places", "need", "apart", "pooled", "saved", "fewer", "unmet")
    table: dict[str, list[str]] = {say(texts, f"together.{name}"): [] for name in names}
    for one in some[:MOST]:
        label = name_of(subject, "occupation", one["post"])
        if one["name"] != subject.region:
            label = say(texts, "together.in_region", occupation=label, name=one["name"])
        near = join_list([name_of(subject, "region", code) for code in one["codes"]], texts)
        cells = [label, near, number(one["need"], texts, decimals=1)]
        cells += [number(one[name], texts) for name in ("apart", "pooled", "saved")]
        cells.append(_with_fewer(one, subject))
        before, after = (number(one[name], texts, decimals=1) for name in ("unmet", "unmet_pooled"))
        cells.append(say(texts, "sharing.from_to", before=before, after=after))
        for column, text in zip(table.values(), cells, strict=True):
            column.append(text)
    fewer = say(texts, "together.fewer")
    if set(table[fewer]) == {NOTHING}:
        del table[fewer]
    note = say(texts, "together.posts_note", travel=percent(travel, texts, decimals=0))
    if sharing.chosen:
        form = say(texts, f"together.{sharing.chosen}_form")
        note = f"{say(texts, 'together.chosen_note', form=form)} {note}"
    return Chart(None, title, title, pl.DataFrame(table), note)


def forms_together(
    figures: Figures, subject: Subject, places: Places, *, sharing: Sharing = AS_USUAL
) -> Chart:
    """Set the forms in which neighbours can share posts beside one another.

    In words what each is, and in figures what it takes of the posts that `shared_posts` saves.

    Parameters
    ----------
    figures, subject, places
        As for `shared_posts`.
    sharing
        Forms with time of travel and administration, and which of them is chosen.
    """
    texts = subject.texts
    places = places_that_share(places, sharing)
    if not places or "staff" in subject.missing:
        return SILENT
    asked = ("what", "employer", "power", "fits")
    questions = [say(texts, f"together.{name}") for name in asked]
    questions += [say(texts, "together.takes")]
    questions += [say(texts, "together.saves", year=subject.horizon_year)]
    table = {say(texts, "together.form"): questions}
    rows = _rows(figures, subject, "neighbour_need", places)
    for form in sharing.forms:
        some = _worth_sharing(rows, places, form.travel_share)
        shared, saved = (sum(one[name] for one in some) for name in ("shared", "saved"))
        spent = administration(shared, form)
        takes = [
            say(texts, "together.takes_travel",
                travel=percent(form.travel_share, texts, decimals=0)),
            say(texts,
                "together.takes_least" if form.administration_least else "together.takes_share",
                share=percent(form.administration_share, texts, decimals=0),
                least=number(form.administration_least, texts, decimals=1)),
            say(texts, "together.takes_source",
                source=say(texts, "together.assumption")
                if form.source == "assumption" else form.source),
        ]  # fmt: skip
        if shared:
            here = say(texts, "together.takes_here", fte=number(spent, texts, decimals=1))
            takes.insert(2, here)
        saves = (
            say(texts, "together.saves_cell", saved=number(saved, texts),
                left=number(saved - spent, texts, decimals=1))
            if saved else say(texts, "together.saves_none")
        )  # fmt: skip
        answers = [say(texts, f"together.{form.name}_{name}") for name in asked]
        name = say(texts, f"together.{form.name}_form")
        if form.name == sharing.chosen:
            name = say(texts, "together.chosen", form=name)
        table[name] = [*answers, " ".join(takes), saves]
    title, note = say(texts, "together.forms_heading"), say(texts, "together.forms_note")
    return Chart(None, title, title, pl.DataFrame(table), note, prose=True)


def over_and_under(figures: Figures, subject: Subject, places: Places) -> Chart:
    """Set out what one place is short of and a neighbour has more of than needed.

    Occupations first, then competences, as many of each as the table has room for.

    Of a municipality only pairs with itself are shown; of a county those inside a labour region.
    Places are named side by side and never summed.
    """
    texts = subject.texts
    title = say(texts, "together.pairs_heading", year=subject.horizon_year)
    if not places or "staff" in subject.missing:
        return SILENT
    posts = _rows(figures, subject, "neighbour_shortage", places)
    competences = _rows(figures, subject, "neighbour_competence", places)
    found = pl.concat(
        [
            _pairs(shown(posts), subject, places, by="occupation"),
            _pairs(shown(competences), subject, places, by="category"),
        ]
    )
    if found.is_empty():
        note = say(texts, "together.no_pairs")
        return Chart(None, title, note, None, note)
    names = ("what_lacks", "short_place", "short_fte", "over_place", "over_fte")
    table: dict[str, list[str]] = {say(texts, f"together.{name}"): [] for name in names}
    for one in found.iter_rows(named=True):
        cells = [
            name_of(subject, one["dimension"], one["code"]),
            name_of(subject, "region", one["region"]),
            number(one["central"], texts, decimals=1),
            name_of(subject, "region", one["giver"]),
            number(one["surplus"], texts, decimals=1),
        ]
        for column, text in zip(table.values(), cells, strict=True):
            column.append(text)
    note = say(texts, "together.pairs_note", base=subject.base_year)
    return Chart(None, title, title, pl.DataFrame(table), note)


def _pairs(known: pl.DataFrame, subject: Subject, places: Places, *, by: str) -> pl.DataFrame:
    """Pair places that are short with those that have more, largest match first."""
    dimension = "occupation" if by == "occupation" else "competence"
    pairs = []
    for name, codes in places.items():
        inside = known.filter(pl.col("region").is_in(list(codes)))
        inside = inside.select("region", "central", code=pl.col(by))
        short = inside.filter(pl.col("central") >= LEAST)
        over = inside.filter(pl.col("central") <= -LEAST).select(
            "code", giver="region", surplus=-pl.col("central")
        )
        both = short.join(over, on="code")
        if name == subject.region:
            own = pl.col("region") == name
            both = both.filter(own | (pl.col("giver") == name))
        pairs.append(both)
    found = pl.concat(pairs).with_columns(
        met=pl.min_horizontal("central", "surplus"), dimension=pl.lit(dimension)
    )
    order = ["met", "code", "region", "giver"]
    return found.sort(order, descending=[True, *[False] * 3]).head(MOST)


def _rows(figures: Figures, subject: Subject, variable: str, places: Places) -> pl.DataFrame:
    """Rows of single occupations or competences in the places, for the sector of the page."""
    codes = [code for one in places.values() for code in one]
    return figures.table.filter(
        pl.col("variable") == variable,
        pl.col("scenario") == "baseline",
        pl.col("sector") == subject.sector,
        pl.col("region").is_in(codes),
        (pl.col("occupation") != "all") | (pl.col("dimension") == "competence"),
    )


def _worth_sharing(rows: pl.DataFrame, places: Places, travel_share: float) -> list[dict[str, Any]]:
    """Pool every occupation in every neighbourhood, and keep where posts are saved, most first."""
    found = [
        _pooled(name, codes, post, rows, travel_share)
        for name, codes in places.items()
        for post in rows["occupation"].unique().sort().to_list()
    ]
    some = [one for one in found if one is not None and one["saved"] > 0]
    return sorted(some, key=lambda one: (-one["saved"], one["post"], one["name"]))


def _pooled(
    name: str, codes: Sequence[str], post: str, rows: pl.DataFrame, travel_share: float
) -> dict[str, Any] | None:
    """Pool one occupation over the places that do best together; None where none may be shown."""
    own = shown(rows).filter((pl.col("occupation") == post) & pl.col("region").is_in(list(codes)))
    own = own.filter(pl.col("central").is_between(0, SPECIALIST, closed="right")).sort("region")
    if own.height < 2:
        return None
    need = xr.DataArray(own["central"].to_numpy(), dims="region",
                        coords={"region": own["region"].to_list()})  # fmt: skip
    pools = pools_by_size(need, travel_share=travel_share, own=name if name in codes else None)
    best = best_pool(pools)
    if best is None:
        return None
    need = need.sel(region=sorted(best.places, key=list(codes).index))
    up = pool_posts(need, travel_share=travel_share).sum("region")
    leave = pool_posts(need, travel_share=travel_share, fraction="leave").sum("region")
    return {
        "name": name,
        "post": post,
        "codes": need["region"].values.tolist(),
        "fewer": [pool for pool in pools if len(pool.places) < len(best.places)],
        "need": float(need.sum()),
        "apart": float(up["posts_apart"]),
        "pooled": float(up["posts_pooled"]),
        "shared": float(up["posts_shared"]),
        "saved": round(float(up["posts_saved"]), 6),
        "unmet": float(leave["unmet_apart"]),
        "unmet_pooled": float(leave["unmet_pooled"]),
    }


def _with_fewer(one: Mapping[str, Any], subject: Subject) -> str:
    """Tell what fewer places save together, where each of them adds a post."""
    texts = subject.texts
    told, most = [], 0.0
    pools: Sequence[Pool] = one["fewer"]
    for pool in pools:
        if pool.posts_saved <= most:
            continue
        most = pool.posts_saved
        others = [code for code in one["codes"] if code in pool.places and code != subject.region]
        names = join_list([name_of(subject, "region", code) for code in others], texts)
        told.append(say(texts, "together.fewer_cell", names=names, saved=number(most, texts)))
    return "; ".join(told) or NOTHING
