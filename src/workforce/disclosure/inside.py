"""Staff by sex and single age, made of what is shown and of national patterns alone."""

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
import polars as pl

from workforce.contract.arrays import Numbers
from workforce.disclosure.national import AGES, BANDS, SEXES, Numbered, Patterns, position_shares
from workforce.disclosure.stocks import OWN, Place, ShownStaff

ROUNDS = 40
"""Rounds of fitting to occupations and bands in turn; both sum to the same."""
LEAST = 0.01
"""Persons that a post may have in every band of its sector, so that none is without ages."""
NOBODY = 1e-6
"""Persons below which an age is left out."""
FEW_AGES = (24, 31, 39, 46, 52, 57, 60, 63, 66, 70)
"""Ages that stand for those around them in earlier years, of which only sectors are known."""
POST = ["region", "sector", "occupation"]
SECTOR = ["region", "sector"]
UNDER = [*SECTOR, "post"]
EVERY_AGE = np.arange(AGES[0], AGES[1] + 1)
BAND_NAMES = sorted(BANDS)
BAND_AT = np.array([
    next(i for i, name in enumerate(BAND_NAMES) if BANDS[name][0] <= age <= BANDS[name][1])
    for age in EVERY_AGE.tolist()
])  # fmt: skip
"""Band of each age, by its place in `BAND_NAMES`."""
Under = tuple[str, str, str]
"""Region, sector, and a post: an occupation, or "" for the others of the sector."""
Shown = Mapping[Place, float]
"""Persons shown, by codes."""


@dataclass(frozen=True, eq=False)
class Posts:
    """Occupations of sectors, sorted.

    ``codes`` has region, sector and occupation, ``own`` the occupation where its own bands of age
    are known, "" for the others of the sector, ``persons`` how many there are, and ``aged`` how
    they spread [post, sex of `SEXES`, age of `AGES`].
    """

    codes: list[Under]
    own: list[str]
    persons: Numbers
    aged: Numbers

    def sectors(self) -> list[tuple[str, str]]:
        """Region and sector of each post."""
        return [code[:2] for code in self.codes]

    def under(self) -> list[Under]:
        """Region, sector and own of each post."""
        return [(*code[:2], own) for code, own in zip(self.codes, self.own, strict=True)]


def base_posts(shown: ShownStaff, patterns: Patterns) -> Posts:
    """Fit the posts of the latest year; those that show few are known together."""
    latest = set(shown.latest().items())
    bands, aged = (in_years(table, latest) for table in (shown.bands, shown.aged))
    cells = {
        codes: n for codes, n in sorted(by_codes(shown.cells.drop("group")).items())
        if codes[2] in patterns.at
    }  # fmt: skip
    own = [codes[2] if n >= OWN else "" for codes, n in cells.items()]
    persons = np.array(list(cells.values()), dtype=float)
    return inside(list(cells), own, persons, bands, aged, patterns)


def by_codes(table: pl.DataFrame) -> dict[Place, float]:
    """Give the last column of a table by the others."""
    return {row[:-1]: row[-1] for row in table.iter_rows()}


def in_years(table: pl.DataFrame, years: Set[tuple[str, int]]) -> dict[Place, float]:
    """Sum persons of some places and years by the codes that follow."""
    found: dict[Place, float] = {}
    for region, year, *codes, persons in table.iter_rows():
        if (region, year) in years:
            found[region, *codes] = found.get((region, *codes), 0.0) + persons
    return found


def inside(
    codes: Sequence[Under],
    own: list[str],
    persons: Numbers,
    bands: Shown,
    aged: Shown,
    patterns: Patterns,
) -> Posts:
    """Fit the national ages of each occupation to tables A and B by proportions.

    ``bands`` has persons by region, sector and band, ``aged`` by occupation besides where they are
    known. Nobody of `Posts` is a whole person.
    """
    posts = Posts(list(codes), own, persons, np.empty(0))
    sectors, under = posts.sectors(), posts.under()
    taken: dict[Place, float] = {}
    for *sector, one in {one for one in under if one[2]}:
        for name in BAND_NAMES:
            of_band = aged.get((*sector, one, name), 0.0)
            taken[(*sector, name)] = taken.get((*sector, name), 0.0) + of_band

    def asked(one: Under, band: str) -> float:
        if one[2]:
            return aged.get((*one, band), 0.0)
        return bands.get((*one[:2], band), 0.0) - taken.get((*one[:2], band), 0.0)

    shape = (len(under), len(BAND_NAMES))
    target = np.array([[asked(one, band) for band in BAND_NAMES] for one in under]).reshape(shape)
    in_band = np.array([[bands.get((*one, band), 0.0) for band in BAND_NAMES] for one in sectors])
    in_band = in_band.reshape(shape)
    known = patterns.rows(code for *_, code in posts.codes)
    weight = patterns.ages[known]
    share = np.stack([weight[:, i == BAND_AT].sum(1) for i in range(len(BAND_NAMES))], axis=1)
    there = (in_band > 0) & (known >= 0)[:, None]
    cell, band = np.nonzero(there)
    fitted = np.zeros(shape)
    sums = [
        (np.maximum(target, LEAST)[there], numbered(under)[cell] * len(BAND_NAMES) + band),
        (in_band[there], numbered(sectors)[cell] * len(BAND_NAMES) + band),
    ]
    fitted[there] = _fit(persons[cell], share[there], cell, sums)
    each = fitted[:, BAND_AT] * (weight / share[:, BAND_AT])
    made = each[:, None, :] * patterns.sexes[known][:, :, None]
    return Posts(posts.codes, own, persons, np.where(made > NOBODY, made, 0.0))


def _fit(
    whole: Numbers, share: Numbers, cell: Numbered, sums: list[tuple[Numbers, Numbered]]
) -> Numbers:
    """Persons of each cell and band whose sums are those shown, nearest to the national shares."""
    fit: Numbers = whole * share
    # What is known of large occupations first; then the sums of the sector, which are nearer.
    for target, band in sums:
        for _ in range(ROUNDS):
            fit = fit * target / np.bincount(band, fit)[band]
            fit = fit * whole / np.bincount(cell, fit)[cell]
    return fit


def numbered(keys: Iterable[Hashable]) -> Numbered:
    """Give keys a number in the order in which they come."""
    found: dict[Hashable, int] = {}
    return np.array([found.setdefault(key, len(found)) for key in keys], dtype=np.intp)


def whole_of(numbers: Numbers, group: Numbered) -> Numbers:
    """Sum over each group, for each of its members."""
    sums: Numbers = np.bincount(group, numbers).astype(float)[group]
    return sums


def fte_each(shown: ShownStaff, posts: Posts) -> Numbers:
    """FTE of a person of each post at each age [post, age]."""
    each = _position_shares(posts) * position_factors(shown, posts)[:, None]
    return np.minimum(each, 1.0)


def staff_rows(shown: ShownStaff, posts: Posts, each: Numbers) -> pl.DataFrame:
    """Make the table ``staff`` of a folder from what is shown.

    The latest year of a place has every occupation shown, by sex and single age. In earlier years
    the persons shown of a sector are spread as they are in the latest, over fewer ages. ``each`` is
    from `fte_each`.
    """
    by_year: dict[tuple[str, str], dict[int, float]] = {}
    for region, year, sector, n in shown.sectors.iter_rows():
        by_year.setdefault((region, sector), {})[year] = n
    latest = shown.latest()
    years = sorted(shown.sectors["year"].unique())
    stands = nearest(FEW_AGES)
    few = np.zeros_like(posts.aged)
    for i, stand in enumerate(stands[one] for one in EVERY_AGE.tolist()):
        few[:, :, stand - AGES[0]] += posts.aged[:, :, i]
    sectors = posts.sectors()
    part = few / whole_of(few.sum((1, 2)), numbered(sectors))[:, None, None]
    shape = (len(sectors), 1, 1, len(years))
    now = np.array([latest[one[0]] == year for one in sectors for year in years], dtype=bool)
    total = np.array([by_year[one].get(year, 0.0) for one in sectors for year in years])
    persons = np.where(
        now.reshape(shape), posts.aged[..., None], part[..., None] * total.reshape(shape)
    )
    cell, sex, age, year = np.nonzero(persons)
    count = persons[cell, sex, age, year]
    return laid_out(posts, cell, sex, age).with_columns(
        year=np.array(years, dtype=np.int64)[year], persons=count, fte=count * each[cell, age]
    )


def laid_out(posts: Posts, cell: Numbered, sex: Numbered, age: Numbered) -> pl.DataFrame:
    """Lay rows of posts, sexes and ages out as a table."""
    codes = pl.DataFrame(posts.codes, schema=dict.fromkeys(POST, pl.String), orient="row")
    return codes[cell].with_columns(sex=pl.Series(SEXES)[sex], age=EVERY_AGE[age])


def nearest(ages: tuple[int, ...]) -> dict[int, int]:
    """Of a few ages, the one that stands for each age."""
    found = {}
    for low, high in BANDS.values():
        inner = [age for age in ages if low <= age <= high]
        for age in range(low, high + 1):
            found[age] = min(inner, key=lambda one: (abs(one - age), one))
    return found


def position_factors(shown: ShownStaff, posts: Posts) -> Numbers:
    """Compare a place's own FTE per person with the nation's at its ages, where enough are shown.

    Of occupations that show `OWN` persons or more by themselves, of the others of a sector together
    where these do, else as in the sector, and of sectors that show fewer all together; 1 where
    fewer than `OWN` persons are shown.
    """
    sectors = posts.sectors()
    under, sector, region = (
        numbered(posts.under()),
        numbered(sectors),
        numbered(r for r, _ in sectors),
    )
    of_sector, of_post = by_codes(shown.fte), by_codes(shown.large_fte.select(*POST, "fte"))
    fte = np.array([of_sector.get(one, 0.0) for one in sectors])
    alone = np.array(posts.own) != ""
    large = np.array([of_post.get(code, 0.0) for code in posts.codes])
    own = np.where(alone, large, fte - whole_of(large, sector))
    usual = (posts.aged * _position_shares(posts)[:, None, :]).sum((1, 2))
    small = whole_of(posts.persons, sector) < OWN
    # The service areas of a place that are too small by themselves, together.
    first = np.zeros(len(fte), dtype=bool)
    first[np.unique(sector, return_index=True)[1]] = True
    together = whole_of(np.where(small & first, fte, 0.0), region)

    def factor(fte: Numbers, group: Numbered, among: Numbers) -> Numbers:
        heads, expected = whole_of(posts.persons * among, group), whole_of(usual * among, group)
        enough = (heads >= OWN) & (fte > 0)
        # FTE of one: more than one each would tell that rounding went two ways.
        each = np.minimum(np.divide(fte, heads, out=np.zeros_like(fte), where=enough), 1.0).round(2)
        unknown = np.full_like(fte, np.nan)
        known: Numbers = np.divide(each * heads, expected, out=unknown, where=enough)
        return known

    every = np.ones_like(fte)
    found = every
    for known in (
        np.where(small, factor(together, region, small.astype(float)), np.nan),
        factor(fte, sector, every),
        factor(own, under, every),
    ):
        found = np.where(np.isnan(known), found, known)
    return found


def _position_shares(posts: Posts) -> Numbers:
    shares = position_shares()
    found = [shares.get(sector, shares[""]) for _, sector in posts.sectors()]
    return np.array(found).reshape(len(found), len(EVERY_AGE))
