"""Care users by age group from the StatBank, laid out by sex and single age."""

from collections.abc import Mapping

import polars as pl

from workforce.contract.folder import FetchReport
from workforce.errors import MissingDataError
from workforce.sources.statbank.declared import (
    Ask,
    Declaration,
    declarations,
    newest_year,
    span_of_ages,
)
from workforce.sources.statbank.reading import source_of
from workforce.sources.tables.files import national_folder

LEAST_PEERS = 3
"""Municipalities of a comparison group that must have figures for its use to be borrowed."""
NO_FIGURE = (".", "..", ":")
MARKS = {
    ".": "not possible to give",
    "..": "not reported",
    ":": "hidden to protect persons",
    None: "empty, without a mark",
}


def take_care_users(
    people: pl.DataFrame,
    groups: Mapping[str, str],
    ask: Ask,
    report: FetchReport,
    *,
    borrow: bool,
) -> pl.DataFrame:
    """Take users of care services, spread over sex and single ages within each age group.

    The table has age groups only. Within a group the users are spread as the national pattern of
    use and the municipality's own inhabitants say, so that each group keeps its sum. A year of a
    municipality in which a group is hidden or missing is left out whole, since a gap would count
    as nobody; or the group is taken from the comparison group's use per inhabitant, and marked.
    """
    declared = declarations()["service_use"]
    towns = people["region"].unique().sort().to_list()
    found, fetched = ask(declared, towns)
    report.sources.append(source_of("service_use", fetched, newest=newest_year(found)))
    report.notes.append(
        f"service_use: table {declared.table} has age groups; users were spread over sex and "
        "single ages by the national pattern. A stock of 31 December is that of 1 January after."
    )
    found = found.filter(pl.col("year").is_in(people["year"].unique().to_list()))
    usable = []
    for (town, year), rows in found.group_by("region", "year", maintain_order=True):
        if rows.filter(lacks_figure()).is_empty():
            usable.append(rows)
            continue
        lent = _replace_gaps(
            rows, str(town), int(str(year)), people, groups, ask, report, borrow=borrow
        )
        if lent is not None:
            usable.append(lent)
    whole = pl.concat(usable) if usable else found.clear()
    return _spread(whole, people, declared)


def lacks_figure() -> pl.Expr:
    """Whether a cell has no figure: hidden, missing, not applicable, or empty without a mark."""
    return pl.col("value").is_null() | pl.col("status").fill_null("").is_in(NO_FIGURE)


def _replace_gaps(
    rows: pl.DataFrame,
    town: str,
    year: int,
    people: pl.DataFrame,
    groups: Mapping[str, str],
    ask: Ask,
    report: FetchReport,
    *,
    borrow: bool,
) -> pl.DataFrame | None:
    """Fill the gaps of one municipality and year from its group, or tell why it is left out."""
    declared = declarations()["service_use"]
    gaps = rows.filter(lacks_figure()).select("age", "status").rows()
    which = ", ".join(f"{age} ({mark or 'empty'})" for age, mark in gaps)
    what = f"service_use: {town} has no figure for ages {which} on 1 January {year}"
    group = groups.get(town)
    if group is None or not borrow:
        offer = "" if group is None else f" {group} can lend its use of care: add --borrow."
        report.notes.append(f"{what}. The year was left out.{offer}")
        return None
    peers = sorted(code for code, of in groups.items() if of == group and code != town)
    try:
        rates = _group_rates(declared, peers, year, [age for age, _ in gaps], ask)
    except MissingDataError as error:
        report.notes.append(f"{what}. The year was left out. {error}")
        return None
    own = _in_age_groups(
        people.filter((pl.col("region") == town) & (pl.col("year") == year)), rates, declared
    )
    persons = dict(own.group_by("group").agg(pl.col("persons").sum()).iter_rows())
    report.notes.append(f"{what}. Borrowed from {group}, users per inhabitant.")
    report.borrowed.append(
        {
            "variable": "use_rate",
            "region": town,
            "sector": declared.sector,
            "from": group,
            "reason": f"users per inhabitant for ages {which}",
            "year": str(year),
        }
    )
    lent = {age: rate * persons.get(age, 0.0) for age, rate in rates.items()}
    return rows.with_columns(
        value=pl.when(lacks_figure())
        .then(pl.col("age").replace_strict(lent, default=None, return_dtype=pl.Float64))
        .otherwise(pl.col("value")),
        status=pl.lit(None, pl.String),
    )


def _group_rates(
    declared: Declaration,
    peers: list[str],
    year: int,
    ages: list[str],
    ask: Ask,
) -> dict[str, float]:
    """Find users per inhabitant by age group, over the peers that have figures."""
    if len(peers) < LEAST_PEERS:
        raise MissingDataError(f"Its group has only {len(peers)} others, too few to lend.")
    users, _ = ask(declared, peers)
    there, _ = ask(declarations()["population"], peers)
    users = users.filter((pl.col("year") == year) & pl.col("age").is_in(ages) & ~lacks_figure())
    spans = {code: span_of_ages(code, "07459")[0] for code in there["age"].unique()}
    single = there.filter((pl.col("year") == year) & ~lacks_figure()).select(
        "region",
        age=pl.col("age").replace_strict(spans, return_dtype=pl.Int64),
        persons=pl.col("value"),
    )
    persons = _in_age_groups(single, dict.fromkeys(ages, 0.0), declared)
    persons = persons.group_by("region", "group").agg(pl.col("persons").sum())
    both = users.join(persons, left_on=["region", "age"], right_on=["region", "group"])
    sums = both.group_by("age").agg(
        pl.col("value").sum(), pl.col("persons").sum(), peers=pl.col("region").n_unique()
    )
    rates = {
        age: value / inhabitants
        for age, value, inhabitants, count in sums.iter_rows()
        if count >= LEAST_PEERS and inhabitants > 0
    }
    lacking = [age for age in ages if age not in rates]
    if lacking:
        raise MissingDataError(
            f"Fewer than {LEAST_PEERS} others of its group have figures for {', '.join(lacking)}."
        )
    return rates


def _in_age_groups(
    people: pl.DataFrame, groups: Mapping[str, float], declared: Declaration
) -> pl.DataFrame:
    """Name the age group of each age; ages outside the groups fall away."""
    group = pl.coalesce(
        pl.when(pl.col("age").is_between(low, 10**3 if high is None else high)).then(pl.lit(code))
        for code in groups
        for low, high in [span_of_ages(code, declared.table)]
    )
    return people.with_columns(group=group).filter(pl.col("group").is_not_null())


def _spread(users: pl.DataFrame, people: pl.DataFrame, declared: Declaration) -> pl.DataFrame:
    """Spread each group's users over its inhabitants, weighted by the national use at their age."""
    national = pl.read_csv(national_folder() / "service_use.csv")
    pattern = national.filter(pl.col("sector") == declared.sector).select("sex", "age", "rate")
    codes = dict.fromkeys(users["age"].unique().to_list(), 0.0)
    if not codes:
        codes = dict.fromkeys(declared.ages, 0.0)
    there = _in_age_groups(people, codes, declared).join(pattern, on=["sex", "age"], how="left")
    there = there.with_columns(
        # An age above the last of the pattern is used as its last.
        weight=pl.col("persons") * pl.col("rate").forward_fill().over("region", "year", "sex")
    )
    share = pl.col("weight") / pl.col("weight").sum().over("region", "year", "group")
    spread = there.with_columns(share=share).join(
        users.select("region", "year", group="age", users="value"),
        on=["region", "year", "group"],
    )
    lost = spread.filter(pl.col("share").is_nan() & (pl.col("users") > 0))
    if len(lost):
        place = lost.select("region", "year", "group").row(0)
        raise MissingDataError(
            f"Table {declared.table}: {place[0]} has users aged {place[2]} on 1 January "
            f"{place[1]}, but no inhabitants of that age to spread them over."
        )
    return spread.select(
        "region",
        "sex",
        "age",
        "year",
        sector=pl.lit(declared.sector),
        users=pl.col("share").fill_nan(0.0) * pl.col("users"),
    ).select("region", "sector", "sex", "age", "year", "users")
