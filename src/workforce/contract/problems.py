"""What a problem in a table is, and how all of them are told in one message."""

import csv
from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from workforce.contract.persons import mask_identity

ROWS_SHOWN = 5


@dataclass(frozen=True)
class Problem:
    """One rule that a table breaks: where, how often, in which rows, and what to do.

    ``rows`` holds the first row numbers as they are in the file, where row 1 is the header; it is
    empty where the problem is not in a row, as for a column or a row that is not there. ``cells``
    names the same cells as a workbook does (D7); it is empty for other files.
    """

    table: str
    file: str
    column: str
    rule: str
    count: int
    rows: tuple[int, ...]
    message: str
    cells: tuple[str, ...] = ()


@cache
def rule_codes() -> Mapping[str, tuple[str, str]]:
    """Read the rules that a problem may be of, and an example of each, by code."""
    text = files("workforce.contract").joinpath("rules.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: (row["rule"], row["example"]) for row in rows}


def code_of(rule: str) -> str:
    """Give the code that a rule is found by in the documentation; empty where it has none.

    Some rules name a column: they begin or end with the words of the list.
    """
    codes = {name: code for code, (name, _) in rule_codes().items()}
    if rule in codes:
        return codes[rule]
    for name, code in codes.items():
        if rule.startswith(f"{name} ") or rule.endswith(f" {name}"):
            return code
    return ""


def file_row_numbers(broken: pl.Series) -> tuple[int, ...]:
    """Give the first row numbers in the file, header = row 1, of the rows marked as broken."""
    return tuple(int(index) + 2 for index in broken.arg_true().head(ROWS_SHOWN))


def describe_problems(problems: Sequence[Problem]) -> str:
    """Tell every problem in one message: file, column, rule, count, rows and what to do."""
    heading = f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'} in the tables:"
    return "\n\n".join([heading, *(_describe(problem) for problem in problems)])


def shorten(items: Iterable[object], *, shown: int = ROWS_SHOWN, mark: str = ", ") -> str:
    """List the first items with a mark between, and say how many more there are."""
    listed = [str(item) for item in items]
    more = f" and {len(listed) - shown} more" if len(listed) > shown else ""
    return mark.join(listed[:shown]) + more


def plural(word: str, items: Sized) -> str:
    """Give a word as one or as several of it are listed."""
    return word if len(items) == 1 else f"{word}s"


def many(count: float, word: str) -> str:
    """Write a count with its word, such as 1 row or 12 rows."""
    return f"{count:g} {word}{'' if count == 1 else 's'}"


def _describe(problem: Problem) -> str:
    where = problem.file + (f", column {problem.column}" if problem.column else "")
    code = code_of(problem.rule)
    lines = [f"{where}: {problem.rule} ({problem.count}){f' [{code}]' if code else ''}"]
    if problem.rows:
        left = max(problem.count - len(problem.rows), 0)
        more = f" and {left} more" if left else ""
        rows = f"{plural('row', problem.rows)}: {', '.join(map(str, problem.rows))}{more}"
        cells = f" ({plural('cell', problem.cells)} {', '.join(problem.cells)})"
        lines.append(f"  {rows}{cells if problem.cells else ''}")
    lines.append(f"  {problem.message}")
    return mask_identity("\n".join(lines))
