"""Tables of what neighbours can do together: shared posts, and who has what another lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.sharing import SharedPosts, administration, places_that_share
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.figures import Subject, shown
from workforce.reports.charts.words import name_of
from workforce.texts.catalogue import join_list, number, percent, say

Places = Mapping[str, Sequence[str]]
MOST = 12  # Rows.
LEAST = 0.5  # FTE over or under which a neighbour is worth asking.
NOTHING = "–"


def shared_posts(figures: Figures, subject: Subject) -> Chart:
    """Set out the posts that specialists take apart and together, by occupation.

    What fewer places save stands beside what those save that do best together; the first of the
    forms gives the time that goes to travel.

    Parameters
    ----------
    figures
        Protected figures, whose facts have the neighbourhoods and the posts that they can share.
    subject
        The page.
    """
    texts, sharing = subject.texts, figures.facts.sharing
    title = say(texts, "together.posts_heading", year=subject.horizon_year)
    if "staff" in subject.missing:
        return SILENT
    if not places_that_share(figures.facts.neighbours, sharing):
        why = "together.no_partners" if sharing.partners else "together.no_neighbours"
        note = say(texts, why)
        return Chart(None, title, note, None, note)
    travel = sharing.forms[0].travel_share
    some = _worth_sharing(figures, subject, travel)
    if not some:
        note = say(texts, "together.nothing_saved")
        return Chart(None, title, note, None, note)
    names = ("occupation", "places", "need", "apart", "pooled", "saved", "fewer", "unmet")
    table: dict[str, list[str]] = {say(texts, f"together.{name}"): [] for name in names}
    for one in some[:MOST]:
        label = name_of(subject, "occupation", one.occupation)
        if one.neighbourhood != subject.region:
            label = say(texts, "together.in_region", occupation=label, name=one.neighbourhood)
        near = join_list([name_of(subject, "region", code) for code in one.places], texts)
        cells = [label, near, number(one.need, texts, decimals=1)]
        cells += [number(value, texts) for value in (one.apart, one.pooled, one.saved)]
        cells.append(_with_fewer(one, subject))
        before, after = (
            number(value, texts, decimals=1) for value in (one.unmet, one.unmet_pooled)
        )
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


def forms_together(figures: Figures, subject: Subject) -> Chart:
    """Set the forms in which neighbours can share posts beside one another.

    In words what each is, and in figures what it takes of the posts that `shared_posts` saves.

    Parameters
    ----------
    figures, subject
        As for `shared_posts`.
    """
    texts, sharing = subject.texts, figures.facts.sharing
    if not places_that_share(figures.facts.neighbours, sharing) or "staff" in subject.missing:
        return SILENT
    asked = ("what", "employer", "power", "fits")
    questions = [say(texts, f"together.{name}") for name in asked]
    questions += [say(texts, "together.takes")]
    questions += [say(texts, "together.saves", year=subject.horizon_year)]
    table = {say(texts, "together.form"): questions}
    for form in sharing.forms:
        some = _worth_sharing(figures, subject, form.travel_share)
        shared, saved = sum(one.shared for one in some), sum(one.saved for one in some)
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


def over_and_under(figures: Figures, subject: Subject) -> Chart:
    """Set out what one place is short of and a neighbour has more of than needed.

    Occupations first, then competences, as many of each as the table has room for.

    Of a municipality only pairs with itself are shown; of a county those inside a labour region.
    Places are named side by side and never summed.
    """
    texts, places = subject.texts, figures.facts.neighbours
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


def _worth_sharing(figures: Figures, subject: Subject, travel_share: float) -> list[SharedPosts]:
    """List the posts that are saved with a time of travel, most first."""
    return [
        one
        for one in figures.facts.shared
        if one.sector == subject.sector and one.travel_share == travel_share
    ]


def _with_fewer(one: SharedPosts, subject: Subject) -> str:
    """Tell what fewer places save together, where each of them adds a post."""
    texts = subject.texts
    told, most = [], 0.0
    for pool in one.fewer:
        if pool.posts_saved <= most:
            continue
        most = pool.posts_saved
        others = [code for code in one.places if code in pool.places and code != subject.region]
        names = join_list([name_of(subject, "region", code) for code in others], texts)
        told.append(say(texts, "together.fewer_cell", names=names, saved=number(most, texts)))
    return "; ".join(told) or NOTHING
