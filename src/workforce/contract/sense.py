"""Check that the rows of one table can mean what they say: rates, norms, moves and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

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
    """A rule of one table: the column that is wrong, the rows that break it, and what to do.

    ``named`` are the columns whose values say which cells are meant, put before the message;
    ``known`` what may stand in the column, put after it.
    """

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
        needed = {rule.column, *rule.broken.meta.root_names()}
        if frame.is_empty() or not needed <= set(frame.columns):
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
    return _cost_rules() if table == "measure_costs" else _rules().get(table, ())


@cache
def _rules() -> dict[str, tuple[Rule, ...]]:
    import yaml

    text = files("workforce.contract").joinpath("sense.yaml").read_text(encoding="utf-8")
    return {table: tuple(map(_rule, rules)) for table, rules in yaml.safe_load(text).items()}


def _rule(told: Mapping[str, Any]) -> Rule:
    broken, named = pl.sql_expr(told["broken"]), tuple(told.get("named", ()))
    message = told["message"].format(whole_years=WHOLE_YEARS)
    return Rule(told["column"], told["name"], broken, message, named)


@cache
def _cost_rules() -> tuple[Rule, ...]:
    """Rules of the costs of measures: a lever that there is, and what its cost is counted per."""
    units = {name: one.cost_unit for name, one in lever_terms().items() if one.unit}
    wanted = pl.col("lever").replace_strict(units, default=None, return_dtype=pl.String)
    return (
        Rule(
            "lever", "unknown lever", wanted.is_null(),
            "there is no such lever.", ("lever",), tuple(units),
        ),
        Rule(
            "unit", "cost per something else", pl.col("unit") != wanted,
            "so is the cost of the lever counted. Give it per that, and write it as the unit.",
            ("lever", wanted.alias("unit")),
        ),
    )  # fmt: skip
