"""Check that the rows of one table can mean what they say: rates, norms, moves and people."""

from dataclasses import dataclass
from functools import cache

import polars as pl

from workforce.contract.dictionary import Table
from workforce.contract.levers import lever_terms
from workforce.contract.problems import Problem, file_row_numbers, shorten

WHOLE_YEARS = (
    "A year goes for all places: remove the years in which a place was not there from every "
    "place, as `workforce fetch` does, or count earlier years within today's borders."
)


@dataclass(frozen=True)
class Rule:
    """A rule of one table: the columns it needs, the rows that break it, and what to do.

    ``named`` are the columns whose values say which cells are meant, put before the message;
    ``known`` what may stand in the column, put after it.
    """

    needs: tuple[str, ...]
    column: str
    name: str
    broken: pl.Expr
    message: str
    named: tuple[str | pl.Expr, ...] = ()
    known: tuple[str, ...] = ()


def check_sense(frame: pl.DataFrame, table: Table, *, file: str) -> list[Problem]:
    """Check the rules of one table that no other table has, where the columns are all there."""
    problems = []
    for rule in rules_of(table.name):
        if frame.is_empty() or not {rule.column, *rule.needs} <= set(frame.columns):
            continue
        broken = frame.with_columns(broken=rule.broken.fill_null(False))["broken"]
        if broken.any():
            cells = frame.filter(broken).select(rule.named).unique(maintain_order=True)
            told = [
                " ".join(f"{name}={value}" for name, value in row.items())
                for row in cells.iter_rows(named=True)
            ]
            message = f"{shorten(told, mark='; ')}: {rule.message}" if told else rule.message
            if rule.known:
                message = f"{message} Use one of {', '.join(rule.known)}."
            count, rows = int(broken.sum()), file_row_numbers(broken)
            problems.append(Problem(table.name, file, rule.column, rule.name, count, rows, message))
    return problems


def rules_of(table: str) -> tuple[Rule, ...]:
    """Give the rules by which rows of a table are refused for what they mean."""
    return _cost_rules() if table == "measure_costs" else _RULES.get(table, ())


def _one(values: str) -> pl.Expr:
    """Count the different values in a column for one rate and region."""
    return pl.col(values).n_unique().over(_RATE)


@cache
def _cost_rules() -> tuple[Rule, ...]:
    """Rules of the costs of measures: a lever that there is, and what its cost is counted per."""
    units = {name: one.cost_unit for name, one in lever_terms().items() if one.unit}
    wanted = pl.col("lever").replace_strict(units, default=None, return_dtype=pl.String)
    return (
        Rule(
            (), "lever", "unknown lever", wanted.is_null(),
            "there is no such lever.", ("lever",), tuple(units),
        ),
        Rule(
            ("lever",), "unit", "cost per something else", pl.col("unit") != wanted,
            "so is the cost of the lever counted. Give it per that, and write it as the unit.",
            ("lever", wanted.alias("unit")),
        ),
    )  # fmt: skip


_RATE = ("rate", "region")
_MORTALITY = pl.col("rate") == "mortality"
_POST = ("sector", "occupation")
_TO_ITSELF = pl.col("occupation") == pl.col("occupation_to")
_IN_ALL = pl.col("kind") == "per_user_in_all"
_BOTH_SEXES = Rule(
    (), "sex", "a sex is missing", pl.col("sex").n_unique() < 2,
    "Inhabitants are of both sexes: add the rows of the other.",
)  # fmt: skip
_RULES: dict[str, tuple[Rule, ...]] = {
    "population": (
        Rule(
            ("region", "year"), "persons", "a population of nobody",
            pl.col("persons").sum().over("region", "year") == 0,
            f"nobody lives there. {WHOLE_YEARS}", ("region", "year"),
        ),
        _BOTH_SEXES,
    ),
    "population_projection": (_BOTH_SEXES,),
    "vital_rates": (
        Rule(
            ("rate",), "value", "negative",
            (pl.col("rate") != "net_migration") & (pl.col("value") < 0),
            "Mortality and fertility cannot be below 0: correct the figure.",
        ),
        Rule(
            ("rate",), "sex", "fertility of men",
            (pl.col("rate") == "fertility") & (pl.col("sex") != "female"),
            "Fertility is births per woman: remove the rows of men.",
        ),
        Rule(
            _RATE, "sex", "a sex is missing",
            (pl.col("rate") != "fertility") & (_one("sex") < 2),
            "both sexes must be there. Add the other, or remove the rows and let the rates be "
            "borrowed.", _RATE,
        ),
        Rule(
            (*_RATE, "sex", "age", "year"), "value", "missing rows",
            pl.len().over(_RATE) < _one("sex") * _one("age") * _one("year"),
            "every combination of its sexes, ages and years must be there. Add the rows, or remove "
            "the age or year from all.", _RATE,
        ),
        Rule(
            _RATE, "age", "ages are missing",
            _MORTALITY & ((pl.col("age").min().over(_RATE) > 0) | (_one("age") < 2)),
            "mortality is given by age from 0. Add the other ages, or remove the rows and let the "
            "rates be borrowed.", _RATE,
        ),
        Rule(
            (*_RATE, "age"), "value", "no deaths in a group of ages",
            _MORTALITY & (pl.col("value") == 0)
            & (pl.col("age").max().over(_RATE) >= _one("age")),
            "The death rate of a group of ages must be above 0. Give the rates of more years "
            "together, or remove the rows and let the rates be borrowed.",
        ),
    ),
    "mobility": (
        Rule(
            ("persons",), "exposure", "somebody moved where nobody was",
            (pl.col("persons") > 0) & (pl.col("exposure") == 0),
            "Those who moved were in the occupation before: give their person-years as the "
            "exposure, or correct the persons.",
        ),
    ),
    "staffing_norms": (
        Rule(
            (), "ratio", "no ratio", pl.col("ratio") <= 0,
            "A ratio must be above 0: leave out what has no norm.",
        ),
        Rule(
            ("age_from",), "age_to", "below age_from", pl.col("age_to") < pl.col("age_from"),
            "age_to is below age_from: swap them.",
        ),
        Rule(
            _POST, "kind", "kind differs within a post",
            pl.col("kind").n_unique().over(_POST) > 1,
            "the kind differs between ages. Give one kind.", _POST,
        ),
        Rule(
            (*_POST, "age_to"), "age_from", "ages overlap",
            pl.col("age_from")
            <= pl.col("age_to").cum_max().shift(1).over(_POST, order_by="age_from"),
            "an age has two ratios. Give each age one.", _POST,
        ),
        Rule(
            _POST, "kind", "two make up the rest",
            _IN_ALL & (pl.col("occupation").filter(_IN_ALL).n_unique().over("sector") > 1),
            "several occupations have per_user_in_all, and only one can make up what the others "
            "leave.", ("sector",),
        ),
        Rule(
            ("fte_hours",), "user_hours", "one of two hours",
            pl.col("user_hours").is_null() != pl.col("fte_hours").is_null(),
            "Give user_hours and fte_hours both, or neither.",
        ),
        Rule(
            (), "fte_hours", "no hours", pl.col("fte_hours") <= 0,
            "An FTE has hours with users: give them, or leave both columns empty.",
        ),
    ),
    "training": (
        Rule(
            ("occupation", "occupation_to"), "feasible", "to itself",
            _TO_ITSELF & (pl.col("feasible") == 1),
            "Nobody is retrained to the occupation they have: remove the row.",
        ),
        Rule(
            (), "study_pace", "no pace", pl.col("study_pace") <= 0,
            "study_pace must be above 0, at most 1; leave it empty for full time.",
        ),
    ),
    "task_sharing": (
        Rule(
            ("occupation", "share"), "occupation_to", "to itself",
            _TO_ITSELF & (pl.col("share") > 0),
            "An occupation does its own work already: remove the row.",
        ),
        Rule(
            ("share",), "output_ratio", "no work is done",
            (pl.col("share") > 0) & (pl.col("output_ratio") <= 0),
            "output_ratio must be above 0 where tasks may be shared; or remove the row.",
        ),
    ),
    "competence_requirement": (
        Rule(
            (), "least_holders", "not whole persons",
            pl.col("least_holders") != pl.col("least_holders").floor(),
            "Holders of a unit are whole persons: write a whole number, or leave it empty.",
        ),
    ),
}  # fmt: skip
"""Rules by table."""
