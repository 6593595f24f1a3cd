"""Protect figures: the only door through which they reach charts, tables, text and files."""

import json
from collections.abc import Sequence
from dataclasses import InitVar, asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from workforce.contract.dictionary import variables
from workforce.contract.formulas import defused
from workforce.disclosure.margins import ALL, CELL, UNQUALIFIED, WHOLE, Column, Grid, relate
from workforce.disclosure.occupation_groups import groups_in_place
from workforce.disclosure.plan import (
    Plan,
    make_plan,
    plan_of_grid,
    read_plan,
    require_columns,
    write_plan,
    write_whole,
)
from workforce.disclosure.primary import CONTRIBUTIONS, require_told_causes, small_rows
from workforce.disclosure.rounding import rounded_figures
from workforce.disclosure.rule import Audience, Rule
from workforce.disclosure.unqualified import is_unqualified
from workforce.errors import DataError, ParameterError, WorkforceError

__all__ = [
    "Plan",
    "Publishable",
    "Rule",
    "make_plan",
    "protect",
    "read_plan",
    "write_plan",
    "write_publishable",
]

COLUMNS = (
    *("scenario", "region", "sector", "occupation", "dimension", "category", "variable"),
    *("unit", "year", "level", "central", "lower", "upper", "persons"),
)
FIGURES = ("central", "lower", "upper")
OWN_COUNT = {"users_path": "users", "key_figure_value": "key_figure"}
"""Variables that count other people than staff, and the dimension of their cells in a plan."""
OF_BOTH = "staff_per_user"
"""Variable that tells of staff and of users; a row about it has it as variable or category."""
OF_PAIRS = ("sharing_pair", "reskilling_pair")
"""Dimensions of rows that tell of two occupations, the other one first in the category."""
OVER_SECTORS = ("benchmark", "quality")
"""Dimensions of which a single hidden sector could be had from all sectors together."""
MARGIN_COLUMNS = {"sector": "sector", "occupation": "occupation", "category": "age_group"}

_TOKEN = object()


@dataclass(frozen=True, slots=True, eq=False)
class Publishable:
    """Figures that may be shown to an audience. Only :func:`protect` makes them."""

    table: pl.DataFrame
    """The results table with a column ``hidden``; hidden figures are null. For the public there
    is no column ``persons``."""
    audience: Audience
    rule: Rule
    plan_hash: str | None
    """Hash of the plan that hid the cells; None where nothing had to be hidden."""
    hidden: int
    """Number of hidden rows."""
    token: InitVar[object] = None

    def __post_init__(self, token: object) -> None:
        if token is not _TOKEN:
            raise WorkforceError(
                "Figures become publishable by protect(table, rule) only. Call it instead."
            )


def protect(
    table: pl.DataFrame, rule: Rule, *, margins: Sequence[str] = (), plan: Plan | None = None
) -> Publishable:
    """Hide the figures of a results table that stand on too few persons.

    A row is hidden when

    - its cell is hidden in the plan: (region, sector, age group) for the dimension ``age_group``,
      the cell of its own dimension where the plan covers that (competences, users, those without
      the qualification), else (region, sector, occupation), whatever the cause, origin or line;
    - it tells of two occupations, and the cell of the other one is hidden;
    - it tells what limits a plan of retraining, and a pair of that plan is hidden;
    - its own ``persons`` are above zero and fewer than the rule allows for a count, a share or
      mean, or absence (`small_rows`), or an amount is dominated by one contributor;
    - it is a competence, a figure that places are compared by, or a share of what is borrowed, in
      all sectors together, and a single one of its sectors is hidden.

    A figure is hidden in all years, scenarios and levels at once, since projections carry the
    small base year forward. Rows whose ``persons`` are null are statistics about the population
    and always shown; users of services go by their own count alone, staff per user by both counts.
    Where the table has rows of occupation groups, a group stands in place of its hidden occupations
    (`groups_in_place`). A rule that rounds has every figure of staff go from the rounded count
    (`rounded_figures`).

    Parameters
    ----------
    table : pl.DataFrame
        Tidy results, one row per figure.
    rule : Rule
        Audience and thresholds.
    margins : sequence of str
        Used without a plan: columns (sector, occupation, category) along which the sums ``all``
        are shown, so that cells are hidden in this table with its sums in mind. Two tables
        protected apart are not protected together: a run of several pages takes a plan.
    plan : Plan, optional
        The plan of the run.

    Returns
    -------
    Publishable
        The rows with their keys, in order; hidden ones have null figures and ``hidden`` true.

    Raises
    ------
    DataError
        A column is missing, figures about staff come without persons, or the plan does not know
        a region of the table or its breakdown.
    ParameterError
        The plan was made by another rule, or a margin is not known.
    """
    require_columns(table, COLUMNS, "results")
    _require_persons(table)
    wrong = [name for name in margins if name not in MARGIN_COLUMNS]
    if wrong:
        raise ParameterError(
            f"Margins {', '.join(wrong)} are not known. Choose from {', '.join(MARGIN_COLUMNS)}."
        )
    if plan is not None and plan.rule != rule:
        raise ParameterError(
            f"The suppression plan was made by another rule ({plan.rule}) than this one ({rule}). "
            "Make the plan of the run with the rule it is used with."
        )
    require_told_causes(table)
    keyed = _with_cells(table, plan)
    if plan is None and rule.min_persons is not None:
        plan = _plan_of_table(keyed, rule, margins)
    elif plan is not None:
        _require_known(keyed, plan)
    marked = keyed.with_columns(hidden=_hidden_rows(keyed, rule, plan))
    if plan is not None:
        marked = groups_in_place(rounded_figures(marked, plan), plan)
    dropped = {"hidden", *CONTRIBUTIONS, *(["persons"] if rule.audience == "public" else [])}
    shown = marked.select(
        *(
            pl.when(pl.col("hidden")).then(None).otherwise(pl.col(name)).alias(name)
            if name in (*FIGURES, "persons")
            else pl.col(name)
            for name in table.columns
            if name not in dropped
        ),
        "hidden",
    )
    return _stamp(shown, rule, None if plan is None else plan.hash)


def write_publishable(publishable: Publishable, path: str | Path) -> None:
    """Write protected figures to CSV or Parquet, by the ending of the path.

    In CSV, text that looks like a formula is defused; numbers stay numbers, negative ones too.
    Parquet carries audience, rule and plan hash as metadata. The file appears whole or not at all.
    """
    path, table = Path(path), publishable.table
    if path.suffix == ".csv":
        write_whole(path, defused(table).write_csv)
    elif path.suffix == ".parquet":
        stamp = {
            "audience": publishable.audience,
            "rule": json.dumps(asdict(publishable.rule), ensure_ascii=False),
            "plan_hash": publishable.plan_hash or "",
        }
        write_whole(path, lambda part: table.write_parquet(part, metadata=stamp))
    else:
        raise ParameterError(f"{path}: figures are written to .csv or .parquet files.")


def _stamp(table: pl.DataFrame, rule: Rule, plan_hash: str | None) -> Publishable:
    hidden = int(table["hidden"].sum())
    return Publishable(table, rule.audience, rule, plan_hash, hidden, token=_TOKEN)


def _with_cells(table: pl.DataFrame, plan: Plan | None) -> pl.DataFrame:
    """Add the cell of the plan that each row belongs to, in columns that begin with ``cell_``."""
    text = {name: pl.col(name).cast(pl.String) for name in CELL}
    covered = () if plan is None else plan.covered
    by_age = (text["dimension"] == "age_group") & ~text["category"].is_in(["", ALL])
    competence = text["dimension"].str.starts_with("competence").fill_null(False)
    others_covered = text["dimension"].is_in(list(covered)).fill_null(False) & ~competence
    by_competence = competence & pl.lit("competence" in covered)
    lacking = is_unqualified() & pl.lit(UNQUALIFIED in covered)
    kept = by_age.fill_null(False) | others_covered | by_competence
    sums = {name: text[name].replace("", ALL).fill_null(ALL) for name in ("sector", "occupation")}
    variable = pl.col("variable").cast(pl.String)
    of_others = variable.replace_strict(OWN_COUNT, default="", return_dtype=pl.String)
    others = variable.is_in(list(OWN_COUNT))
    return table.with_columns(
        cell_region=text["region"],
        cell_sector=sums["sector"],
        cell_occupation=pl.when(competence).then(pl.lit(ALL)).otherwise(sums["occupation"]),
        cell_dimension=pl.when(others)
        .then(of_others)
        .when(by_competence)
        .then(pl.lit("competence"))
        .when(lacking)
        .then(pl.lit(UNQUALIFIED))
        .when(kept)
        .then(text["dimension"])
        .otherwise(pl.lit("")),
        # "nurse_authorisation|retired" is about the nurses too.
        cell_category=pl.when(others | ~kept)
        .then(pl.lit(""))
        .when(by_competence)
        .then(text["category"].str.split("|").list.first())
        .otherwise(text["category"]),
        counted=pl.col("persons").is_not_null() & ~others,
        detailed=competence | others_covered,
    )


def _hidden_rows(keyed: pl.DataFrame, rule: Rule, plan: Plan | None) -> pl.Series:
    """Which rows are hidden, the same for all years, scenarios and levels of a figure."""
    hidden = small_rows(keyed, rule)
    if plan is not None:
        on = [f"cell_{name}" for name in CELL]
        cells = plan.cells.select(pl.col(CELL).name.prefix("cell_"), in_plan=pl.lit(True))
        keyed = keyed.join(cells, on=on, how="left", maintain_order="left")
        hidden |= pl.col("in_plan").fill_null(False) & pl.col("persons").is_not_null()
        # A competence, too, tells of the staff of its sector as a whole.
        staff = cells.filter(
            pl.col("cell_dimension") == "", pl.col("cell_occupation") == ALL
        ).select("cell_region", "cell_sector", whole_hidden=pl.lit(True))
        keyed = keyed.join(
            staff, on=["cell_region", "cell_sector"], how="left", maintain_order="left"
        )
        users = cells.filter(pl.col("cell_dimension") == "users")
        users = users.select("cell_region", "cell_sector", users_hidden=pl.lit(True))
        keyed = keyed.join(
            users, on=["cell_region", "cell_sector"], how="left", maintain_order="left"
        )
        partner = cells.filter(pl.col("cell_dimension") == "").select(
            "cell_region", "cell_sector", partner="cell_occupation", partner_hidden=pl.lit(True)
        )
        first = pl.col("category").cast(pl.String).str.split("|").list.first()
        pairs = pl.col("dimension").cast(pl.String).is_in(OF_PAIRS)
        keyed = keyed.with_columns(partner=pl.when(pairs).then(first)).join(
            partner,
            on=["cell_region", "cell_sector", "partner"],
            how="left",
            maintain_order="left",
        )
        hidden |= pl.col("partner_hidden").fill_null(False)
        of_both = pl.any_horizontal(
            pl.col(name).cast(pl.String) == OF_BOTH for name in ("variable", "category")
        )
        hidden |= of_both.fill_null(False) & pl.col("users_hidden").fill_null(False)
        whole = pl.col("whole_hidden").fill_null(False)
        hidden |= pl.col("counted") & pl.col("detailed") & whole
    figure = [*CELL, "variable"]
    marked = keyed.with_columns(hidden=hidden.fill_null(False).any().over(figure))
    # What one limit holds back tells of the whole plan: it goes with any of its pairs.
    of_plan = pl.col("dimension").cast(pl.String)
    pair_gone = (pl.col("hidden") & (of_plan == "reskilling_pair")).any()
    lost = (of_plan == "reskilling_limit") & pair_gone.over("scenario", "region", "sector")
    marked = marked.with_columns(hidden=pl.col("hidden") | lost.fill_null(False))
    # All sectors less those shown give a single hidden sector back: holders, leavers, days away.
    summed = pl.col("dimension").str.starts_with("competence")
    summed |= pl.col("dimension").is_in(OVER_SECTORS)
    of_sector = summed & (pl.col("sector") != "all")
    gone = pl.when(of_sector & pl.col("hidden")).then(pl.col("sector"))
    back = gone.drop_nulls().n_unique().over("region", "category", "variable") == 1
    total = summed & (pl.col("sector") == "all")
    return marked.select((pl.col("hidden") | (total & back)).fill_null(False).alias("hidden"))[
        "hidden"
    ]


def _plan_of_table(keyed: pl.DataFrame, rule: Rule, margins: Sequence[str]) -> Plan:
    """Make a plan from the cells of one table and the sums it shows."""
    rows = keyed.filter(pl.col("counted") & ~pl.col("dimension").str.starts_with("competence"))
    cells = rows.group_by([f"cell_{name}" for name in CELL]).agg(pl.col("persons").max())
    regions = tuple(sorted(cells["cell_region"].unique()))
    sectors = (ALL, *sorted(set(cells["cell_sector"]) - {ALL}))
    found = {(row[0], row[1], row[2]) for row in cells.select(
        "cell_occupation", "cell_dimension", "cell_category"
    ).iter_rows()}  # fmt: skip
    columns: tuple[Column, ...] = (WHOLE, *sorted(found - {WHOLE}))
    persons = np.zeros((len(regions), len(sectors), len(columns)))
    shown = np.zeros(persons.shape, dtype=bool)
    for region, sector, *column, count in cells.iter_rows():
        key = column[0], column[1], column[2]
        place = regions.index(region), sectors.index(sector), columns.index(key)
        persons[place], shown[place] = count, True
    of_margin = {"occupation": "", "category": "age_group"}
    sums = [
        (0, [i for i, key in enumerate(columns) if i and key[1] == of_margin[name]])
        for name in margins
        if name in of_margin
    ]
    families = relate(persons.shape, columns, sums, over_sectors="sector" in margins)
    # A sum that the table does not show gives nothing away.
    kept = tuple(family[shown.ravel()[family[:, 0]]] for family in families)
    return plan_of_grid(Grid(persons, regions, sectors, columns, kept), rule)


def _require_persons(table: pl.DataFrame) -> None:
    """Raise an error where a figure about staff lacks the persons that decide on it."""
    about_staff = [
        name
        for name, variable in variables().items()
        if "sector" in variable.dims and name not in OWN_COUNT
    ]
    lacking = table.filter(pl.col("persons").is_null() & pl.col("variable").is_in(about_staff))
    if not lacking.is_empty():
        names = ", ".join(sorted(lacking["variable"].unique()))
        raise DataError(
            f"{lacking.height} rows of {names} come without persons, by which figures about staff "
            "are hidden. Give the base-year persons of every such row."
        )
    if (table["persons"].cast(pl.Float64).fill_null(0.0).fill_nan(-1.0) < 0).any():
        raise DataError("The column persons holds numbers below zero or not a number.")


def _require_known(keyed: pl.DataFrame, plan: Plan) -> None:
    """Raise an error where the plan cannot tell whether a row is safe."""
    rows = keyed.filter(pl.col("counted") & (pl.col("persons") > 0))
    unknown = sorted(set(rows["cell_region"]) - set(plan.regions))
    if unknown:
        raise DataError(
            f"The suppression plan does not know the regions {', '.join(unknown)}. Make the plan "
            "from the persons of all municipalities of the run, with every region as a parent."
        )
    fine = rows.filter(
        (pl.col("cell_dimension") == "age_group") & (pl.col("cell_occupation") != ALL)
    )
    if not fine.is_empty():
        raise DataError(
            f"{fine.height} rows give age groups by occupation, which the suppression plan does "
            "not cover. Show age groups by sector."
        )
