"""Tables of what neighbours can do together: shared posts, and who has what another lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from workforce.contract.figures import Figures
from workforce.contract.sharing import PoolingForm, SharedPosts, administration, places_that_share
from workforce.reports.charts.chart import SILENT, Chart
from workforce.reports.charts.declared import Told, chart
from workforce.reports.charts.figures import Subject, shown
from workforce.reports.charts.words import NOTHING, name_of
from workforce.texts.catalogue import join_list, number, percent, say

Places = Mapping[str, Sequence[str]]
MOST = 12  # Rows.
LEAST = 0.5  # FTE over or under which a neighbour is worth asking.


@chart("together")
def shared_posts(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out the posts that specialists take apart and together, by occupation.

    What fewer places save stands beside what those save that do best together; the first of the
    forms gives the time that goes to travel.
    """
    texts, sharing = subject.texts, figures.facts.sharing
    if "staff" in subject.missing:
        return SILENT
    if not places_that_share(figures.facts.neighbours, sharing):
        why = "no_partners" if sharing.partners else "no_neighbours"
        return Told(title="posts_heading", notes=(why,))
    travel = sharing.forms[0].travel_share
    some = _worth_sharing(figures, subject, travel)[:MOST]
    if not some:
        return Told(title="posts_heading", notes=("nothing_saved",))

    def unmet(one: SharedPosts) -> str:
        ends = (number(value, texts, decimals=1) for value in (one.unmet, one.unmet_pooled))
        return say(texts, "sharing.from_to", **dict(zip(("before", "after"), ends, strict=True)))

    table = {
        "occupation": [name_of(subject, "occupation", one.occupation) for one in some],
        "places": [join_list([name_of(subject, "region", code) for code in one.places], texts)
                   for one in some],
        "need": [number(one.need, texts, decimals=1) for one in some],
        **{name: [number(getattr(one, name), texts) for one in some]
           for name in ("apart", "pooled", "saved")},
        "fewer": [_with_fewer(one, subject) for one in some],
        "unmet": [unmet(one) for one in some],
    }  # fmt: skip
    if set(table["fewer"]) == {NOTHING}:
        del table["fewer"]
    said = {"travel": percent(travel, texts, decimals=0)}
    if sharing.chosen:
        said["form"] = say(texts, f"together.{sharing.chosen}_form")
    notes = ("chosen_note", "posts_note") if sharing.chosen else ("posts_note",)
    return Told(table=table, said=said, title="posts_heading", notes=notes)


@chart("together")
def forms_together(figures: Figures, subject: Subject) -> Told | Chart:
    """Set the forms in which neighbours can share posts beside one another.

    In words what each is, and in figures what it takes of the posts that `shared_posts` saves.
    """
    texts, sharing = subject.texts, figures.facts.sharing
    if not places_that_share(figures.facts.neighbours, sharing) or "staff" in subject.missing:
        return SILENT
    asked = ("what", "employer", "power", "fits")
    questions = [say(texts, f"together.{name}") for name in (*asked, "takes")]
    table = {"form": [*questions, say(texts, "together.saves", year=subject.horizon_year)]}
    for form in sharing.forms:
        name = say(texts, f"together.{form.name}_form")
        if form.name == sharing.chosen:
            name = say(texts, "together.chosen", form=name)
        answers = [say(texts, f"together.{form.name}_{one}") for one in asked]
        table[name] = [*answers, *_takes_and_saves(figures, subject, form)]
    return Told(table=table, title="forms_heading", notes=("forms_note",), prose=True)


@chart("together")
def over_and_under(figures: Figures, subject: Subject) -> Told | Chart:
    """Set out what one place is short of and a neighbour has more of than needed.

    Occupations first, then competences, as many of each as the table has room for.

    Of a municipality only pairs with itself are shown; of a county those inside a labour region.
    Places are named side by side and never summed.
    """
    texts, places = subject.texts, figures.facts.neighbours
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
        return Told(title="pairs_heading", notes=("no_pairs",))
    pairs, decimals = list(found.iter_rows(named=True)), 0 if texts.small_place else 1
    return Told(
        table={
            "what_lacks": [name_of(subject, one["dimension"], one["code"]) for one in pairs],
            "short_place": [name_of(subject, "region", one["region"]) for one in pairs],
            "short_fte": [number(one["central"], texts, decimals=decimals) for one in pairs],
            "over_place": [name_of(subject, "region", one["giver"]) for one in pairs],
            "over_fte": [number(one["surplus"], texts, decimals=decimals) for one in pairs],
        },
        title="pairs_heading",
        notes=("pairs_note",),
    )


def _takes_and_saves(figures: Figures, subject: Subject, form: PoolingForm) -> tuple[str, str]:
    """Tell what a form takes of time and of posts, and what it saves."""
    texts = subject.texts
    some = _worth_sharing(figures, subject, form.travel_share)
    shared, saved = sum(one.shared for one in some), sum(one.saved for one in some)
    spent = administration(shared, form)
    least = "takes_least" if form.administration_least else "takes_share"
    source = form.source
    if source == "assumption":
        source = say(texts, "together.assumption")
    takes = [
        say(texts, "together.takes_travel", travel=percent(form.travel_share, texts, decimals=0)),
        say(texts, f"together.{least}",
            share=percent(form.administration_share, texts, decimals=0),
            least=number(form.administration_least, texts, decimals=1)),
        *([say(texts, "together.takes_here", fte=number(spent, texts, decimals=1))]
          if shared else []),
        say(texts, "together.takes_source", source=source),
    ]  # fmt: skip
    if not saved:
        return " ".join(takes), say(texts, "together.saves_none")
    left = number(saved - spent, texts, decimals=1)
    saves = say(texts, "together.saves_cell", saved=number(saved, texts), left=left)
    return " ".join(takes), saves


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
