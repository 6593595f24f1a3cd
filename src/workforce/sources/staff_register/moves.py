"""Compare one 1 January with the next: who left, who came, who moved, and after how long."""

import polars as pl

from workforce.sources.staff_register.doubts import note
from workforce.sources.staff_register.mapping import Mapping
from workforce.sources.staff_register.stocks import CELL

DAYS_IN_YEAR = 365.25
HALF_YEAR = 0.5
YOUNG_TO_RETIRE = 50
WHO = ["person", "region", "year"]
_COUNTED = ["file", "row", *WHO, "sector", "occupation", "sex", "age"]
# Among reasons with the same last day, the first of these counts.
_REASONS = ["retired", "moved_municipality", "left_sector", "other", "left", "internal"]
LONGER = (1, 3, 5)
"""Whole years from which a group of those employed for longer begins."""
FEWEST = 20
"""Counts under this get no percentage. [persons]"""


def flow_tables(
    heads: pl.DataFrame,
    there: pl.DataFrame,
    ended: pl.DataFrame,
    limits: pl.DataFrame,
    mapping: Mapping,
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """Tables `staff_flows` and `mobility` from the main positions on each 1 January.

    An exit has the age on 1 January of the year, a recruit that of the next. Moves between two
    sectors of the municipality are ``other`` among exits and ``other_sector`` among recruits, so
    that flows and stocks balance in each sector; moves between occupations within a sector are
    mobility.
    """
    years = heads.select("region", "year").unique()
    followed = years.join(_back(years), on=["region", "year"], how="semi")
    now = heads.join(followed, on=["region", "year"], how="semi")
    then = _back(heads).join(followed, on=["region", "year"], how="semi")
    both = now.join(
        then.select(
            *WHO, to_sector="sector", to_occupation="occupation", to_sex="sex", to_age="age",
            to_start="start", to_file="file", to_row="row",
        ),
        on=WHO,
    )  # fmt: skip
    stay = both.filter(pl.col("sector") == pl.col("to_sector"))
    change = both.filter(pl.col("sector") != pl.col("to_sector"))
    gone = now.join(then, on=WHO, how="anti")
    come = then.join(now, on=WHO, how="anti")
    exits, left_doubts = _exits(gone, there, ended, limits, mapping)
    recruits, came_doubts = _recruits(come, there, mapping)
    moved_out = change.select(
        *_COUNTED, _lived("to_start").alias("lived"), flow=pl.lit("other"), weight=pl.lit(1.0)
    )
    moved_in = change.select(
        *WHO, sector="to_sector", occupation="to_occupation", sex="to_sex", age="to_age",
        flow=pl.lit("other_sector"), weight=pl.lit(1.0),
    )  # fmt: skip
    lived = pl.concat(
        [
            stay.select(*CELL, lived=pl.lit(1.0)),
            exits.unique(WHO).select(*CELL, "lived"),
            moved_out.select(*CELL, "lived"),
        ]
    )
    flows = pl.concat(
        [part.select(*CELL, "flow", "weight") for part in (exits, moved_out, recruits, moved_in)]
    )
    changed = change.select(file="to_file", row="to_row")
    doubts = [*left_doubts, *came_doubts, note(changed, "moved sector")]
    towns = ~pl.col("region").is_in(list(mapping.regions))
    return _flows(flows, lived), _mobility(stay.filter(towns)), doubts


def _back(frame: pl.DataFrame) -> pl.DataFrame:
    """Give each 1 January the year that leads up to it."""
    return frame.with_columns(pl.col("year") - 1)


def _lived(last_day: str) -> pl.Expr:
    """Give the part of the year until a day within it; half where the day is not known."""
    part = ((pl.col(last_day) - pl.col("day")).dt.total_days() / DAYS_IN_YEAR).clip(0, 1)
    return pl.when(_within_year(last_day)).then(part).otherwise(HALF_YEAR)


def _within_year(last_day: str) -> pl.Expr:
    return (pl.col(last_day) - pl.col("day")).dt.total_days().is_between(0, 366)


def _exits(
    gone: pl.DataFrame,
    there: pl.DataFrame,
    ended: pl.DataFrame,
    limits: pl.DataFrame,
    mapping: Mapping,
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Find the cause of exits: seen elsewhere, the reason, limit group and age, or divided."""
    there = there.join(gone.select("person").unique(), on="person", how="semi")
    gone = _where_they_are(_with_last_day(gone, ended), _back(there))
    ages = pl.DataFrame(
        {
            "limit_group": list(mapping.retirement_ages),
            "retires": list(mapping.retirement_ages.values()),
        }
    )
    gone = gone.join(limits.join(ages, on="limit_group"), on="occupation", how="left")
    reason = pl.col("reason").cast(pl.String)
    unknown = reason.is_null() | reason.is_in(["left", "internal"])
    # The age reached within the year, in which the pension may begin.
    old = pl.col("age") + 1 >= pl.col("retires")
    cause = (
        pl.when(pl.col("hidden").is_not_null())
        .then(pl.lit("other"))
        .when(pl.col("elsewhere").is_not_null())
        .then(pl.lit("moved_municipality"))
        .when(~unknown)
        .then(reason)
        .when(old)
        .then(pl.lit("retired"))
        .otherwise(pl.lit("divided"))
    )
    gone = gone.with_columns(cause=cause, lived=_lived("last_day"))
    seen = pl.col("hidden").is_null() & pl.col("elsewhere").is_null()
    young = pl.col("age") + 1 < YOUNG_TO_RETIRE
    doubts = [
        note(gone, "moved from or to a post left out", pl.col("hidden").is_not_null()),
        note(gone, "changed employer inside", seen & (reason == "internal")),
        note(gone, "retired young", seen & (reason == "retired") & young),
        note(gone, "retired by age", seen & unknown & old),
        note(gone, "left, not known where", pl.col("cause") == "divided"),
        note(gone, "last day not known", ~_within_year("last_day").fill_null(False)),
    ]
    return _divide(
        gone, "cause", {str(name): share for name, share in mapping.left_split.items()}
    ), doubts


def _where_they_are(moved: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Mark who has a post at the place that is not counted (hidden), and who has one elsewhere."""
    hidden = there.select(*WHO, hidden=pl.lit(True)).unique()
    elsewhere = there.select("person", "year", elsewhere=pl.lit(True)).unique()
    return moved.join(hidden, on=WHO, how="left").join(elsewhere, on=["person", "year"], how="left")


def _with_last_day(gone: pl.DataFrame, ended: pl.DataFrame) -> pl.DataFrame:
    """Join the last day and the reason of those who left, from this extract and the next."""
    who = gone.select(*WHO, "day")
    order = {reason: place for place, reason in enumerate(_REASONS)}
    # What the next extract says of an end is what happened; this one knows only what was agreed.
    both = pl.concat(
        [
            ended.select(*WHO, "end", "reason", happened=pl.lit(False)),
            _back(ended).select(*WHO, "end", "reason", happened=pl.lit(True)),
        ]
    )
    known = both.join(who, on=WHO).filter(pl.col("end") >= pl.col("day"))
    known = known.filter(pl.col("happened") == pl.col("happened").max().over(WHO))
    place = (
        pl.col("reason").cast(pl.String).replace_strict(order, default=None, return_dtype=pl.Int64)
    )
    reasons = (
        known.filter(place.is_not_null())
        .with_columns(place=place)
        .sort("end", "place", descending=[True, False])
        .unique(WHO, keep="first", maintain_order=True)
        .select(*WHO, "reason")
    )
    days = known.group_by(WHO).agg(last_day=pl.col("end").max())
    return (
        gone.drop("reason", strict=False)
        .join(days, on=WHO, how="left")
        .join(reasons, on=WHO, how="left")
    )


def _recruits(
    come: pl.DataFrame, there: pl.DataFrame, mapping: Mapping
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Find the origin of recruits: seen elsewhere or earlier, by the extract, else divided."""
    there = there.join(come.select("person").unique(), on="person", how="semi")
    first = there.group_by("person", "region").agg(first=pl.col("year").min())
    come = _where_they_are(come, there).join(first, on=["person", "region"], how="left")
    young = pl.col("age") <= mapping.graduates_until
    origin = (
        pl.when(pl.col("hidden").is_not_null())
        .then(pl.lit("other_sector"))
        .when(pl.col("elsewhere").is_not_null())
        .then(pl.lit("other_municipality"))
        .when(pl.col("first") < pl.col("year"))
        .then(pl.lit("return"))
        .otherwise(
            pl.coalesce(
                pl.col("origin").cast(pl.String),
                pl.when(young).then(pl.lit("young")).otherwise(pl.lit("older")),
            )
        )
    )
    come = come.with_columns(origin=origin)
    doubts = [
        note(come, "moved from or to a post left out", pl.col("hidden").is_not_null()),
        note(come, "came, not known from where", pl.col("origin").is_in(["young", "older"])),
    ]
    shares = {str(name): share for name, share in mapping.origin_split.items()}
    graduates = shares.get("graduate", 0.0)
    others = {name: share / (1 - graduates) for name, share in shares.items() if name != "graduate"}
    divided = _divide(come, "origin", shares, word="young")
    return _divide(divided, "flow", others, word="older"), doubts


def _divide(
    frame: pl.DataFrame, column: str, shares: dict[str, float], *, word: str = "divided"
) -> pl.DataFrame:
    """Divide those under one word by shares; the others keep their own with weight 1."""
    table = pl.DataFrame(
        {"share_flow": list(shares), "share": list(shares.values())},
        schema={"share_flow": pl.String, "share": pl.Float64},
    ).filter(pl.col("share") > 0)
    if "weight" not in frame.columns:
        frame = frame.with_columns(weight=pl.lit(1.0))
    known = frame.filter(pl.col(column) != word).with_columns(flow=pl.col(column))
    parts = (
        frame.filter(pl.col(column) == word)
        .join(table, how="cross")
        .with_columns(flow="share_flow", weight=pl.col("weight") * pl.col("share"))
    )
    return pl.concat([known, parts.select(known.columns)])


def _flows(flows: pl.DataFrame, lived: pl.DataFrame) -> pl.DataFrame:
    """Sum persons by cell and flow; a cell without any keeps its exposure under retired, nobody."""
    exposure = lived.group_by(CELL).agg(exposure=pl.col("lived").sum().round(6))
    counted = flows.group_by(*CELL, "flow").agg(persons=pl.col("weight").sum().round(6))
    quiet = exposure.join(counted, on=CELL, how="anti").select(
        *CELL, flow=pl.lit("retired"), persons=pl.lit(0.0)
    )
    return (
        pl.concat([counted, quiet])
        .join(exposure, on=CELL, how="left")
        .with_columns(pl.col("exposure").fill_null(0.0))
        .sort(*CELL, "flow")
    )


def _mobility(stay: pl.DataFrame) -> pl.DataFrame:
    """Count changes of occupation in a sector; exposed are those who stay where there are any."""
    moves = stay.filter(pl.col("occupation") != pl.col("to_occupation"))
    pairs = moves.group_by("year", "occupation", occupation_to="to_occupation").agg(
        persons=pl.len().cast(pl.Int64), sector=pl.col("sector").unique()
    )
    stayers = stay.group_by("year", "occupation", "sector").agg(exposure=pl.len().cast(pl.Float64))
    exposed = (
        pairs.explode("sector")
        .join(stayers, on=["year", "occupation", "sector"])
        .group_by("year", "occupation", "occupation_to")
        .agg(pl.col("exposure").sum())
    )
    key = ["occupation", "occupation_to", "year"]
    return pairs.join(exposed, on=key).select(*key, "persons", "exposure").sort(key)


def tenure_table(heads: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Count by length of employment who is no longer employed in the region a year later."""
    then = there.select("person", "region", pl.col("year") - 1, stays=pl.lit(True))
    followed = then.select("region", "year").unique()
    begun = pl.col("start").min().over("person", "region")
    years = (pl.col("day") - begun).dt.total_days() / DAYS_IN_YEAR
    tenure: pl.Expr = pl.lit(0)
    for least in LONGER:
        tenure = pl.when(years >= least).then(pl.lit(least)).otherwise(tenure)
    return (
        heads.with_columns(tenure=tenure)
        .filter(begun.is_not_null())
        .join(followed, on=["region", "year"], how="semi")
        .join(then.unique(), on=WHO, how="left")
        .group_by("region", "sector", "tenure")
        .agg(persons=pl.col("stays").is_null().sum(), exposure=pl.len())
        .sort("region", "sector", "tenure")
    )


def describe_tenure(tenure: pl.DataFrame) -> list[str]:
    """Tell who left by length of employment, and by sector of those in their first year."""
    if tenure.is_empty():
        return []
    lines = [
        "## Who leaves, by how long they have been employed",
        "",
        "Those there on a 1 January, from the earliest start in the extracts, and who of them was",
        "no longer employed in the region on the next. Who came and left between is not seen. The",
        "share of the first year is the option `first_year` of the measure `onboarding`.",
        "",
        "| region | sector | years employed | persons | left within a year |",
        "|---|---|---|---|---|",
    ]
    whole = tenure.group_by("region", "tenure").agg(pl.col("persons", "exposure").sum())
    first = tenure.filter(pl.col("tenure") == 0)
    rows = pl.concat([whole.with_columns(sector=pl.lit("all")), first], how="diagonal_relaxed")
    names = dict(zip((0, *LONGER), ("under 1", "1 to 2", "3 to 4", "5 and more"), strict=True))
    order = [pl.col("region"), pl.col("sector") != "all", pl.col("sector"), pl.col("tenure")]
    for row in rows.sort(order).iter_rows(named=True):
        share = row["persons"] / row["exposure"]
        left = f"{row['persons']} ({share:.0%})" if row["exposure"] >= FEWEST else row["persons"]
        lines.append(
            f"| {row['region']} | {row['sector']} | {names[row['tenure']]} "
            f"| {row['exposure']} | {left} |"
        )
    return [*lines, ""]
