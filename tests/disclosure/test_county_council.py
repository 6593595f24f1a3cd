"""A county council is protected by itself, with a key and trees of its own."""

from functools import cache

import polars as pl
from tests.disclosure.test_safe_tables import Tables, of_towns, protected
from tests.tables import read_folder

from workforce.contract.councils import with_councils
from workforce.disclosure.national import branch_of, national
from workforce.disclosure.safe_tables import digest_of, places
from workforce.sources.tables.files import packaged_folder

TOWN, COUNCIL = "9012", "9000"


@cache
def true() -> Tables:
    return of_towns(with_councils(read_folder(packaged_folder("sample"))), [TOWN, COUNCIL])


@cache
def safe() -> Tables:
    return protected(true())


def test_a_county_council_is_a_place_of_its_own_and_no_part_of_its_county():
    assert places(true()["regions"]) == [TOWN, COUNCIL]
    alone = protected(of_towns(true(), [COUNCIL]))
    for name in ("staff", "staff_flows", "shortage", "funded_posts", "service_use", "absence"):
        here = pl.col("region") == COUNCIL
        assert alone[name].filter(here).height, name
        assert alone[name].filter(here).equals(safe()[name].filter(here)), name
    of_county = safe()["absence"].filter(pl.col("region") == "90")["sector"]
    assert not set(of_county) & set(safe()["staff"].filter(pl.col("region") == COUNCIL)["sector"])


def test_its_staff_and_users_are_shown_in_fives_and_who_they_are_is_not():
    now = pl.col("year") == 2026
    posts = ["region", "sector", "occupation"]
    shown = safe()["staff"].filter(now).group_by(posts).agg(pl.col("persons").sum())
    counted = true()["staff"].filter(now).group_by(posts).agg(pl.col("persons").sum())
    both = counted.join(shown, on=posts, how="left", suffix="_shown").fill_null(0.0)
    both = both.filter(pl.col("region") == COUNCIL)
    assert (both["persons"] - both["persons_shown"]).abs().max() <= 4.001
    assert (both["persons_shown"] / 5 - (both["persons_shown"] / 5).round()).abs().max() < 1e-4
    users = safe()["service_use"].filter(pl.col("region") == COUNCIL)
    pupils = users.filter(pl.col("sector") == "upper_secondary")
    assert pupils["age"].min() >= 16
    assert pupils["age"].max() <= 24


def test_what_nobody_sees_of_its_staff_changes_no_byte():
    here = (pl.col("region") == COUNCIL) & (pl.col("year") == 2026)
    # Within a band of age nobody is told by age; who holds a competence goes by age, too.
    band = pl.col("age").is_between(35, 54)
    counted = {name: table for name, table in true().items() if name != "competence_holding"}
    staff, bytes_shown = counted["staff"], digest_of(protected(counted))
    keys = [name for name in staff.columns if name not in ("persons", "fte")]
    moved = staff.with_columns(age=pl.when(here & band).then(pl.lit(40)).otherwise(pl.col("age")))
    moved = moved.with_columns(pl.col("age").cast(staff.schema["age"]))
    moved = moved.group_by(keys, maintain_order=True).agg(pl.col("persons", "fte").sum())
    assert digest_of(protected(counted | {"staff": moved})) == bytes_shown
    more = staff.with_columns(
        persons=pl.when(here & (pl.col("sector") == "dental_care"))
        .then(pl.col("persons") + 2)
        .otherwise(pl.col("persons"))
    )
    assert digest_of(protected(counted | {"staff": more})) != bytes_shown


def test_occupations_of_county_councils_give_codes_of_municipalities_no_other_branch():
    listed = national("occupations")
    new = ["1345", "2164", "2261", "2320", "2330", "2622", "3251", "3256"]
    old = listed.filter(~pl.col("occupation").is_in(new)).sort("occupation")
    known = dict(old.select("occupation", "group").iter_rows())

    def before(code: str) -> str:
        starts = (code[:length] for length in range(len(code), 0, -1))
        found = (group for start in starts for one, group in known.items() if one.startswith(start))
        return next(found, "")

    codes = [f"{number:04d}" for number in range(10_000)]
    assert [branch_of(code) for code in codes] == [before(code) for code in codes]
