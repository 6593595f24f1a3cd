"""Tell in words what every table and its columns are: for the documentation and `schema`."""

from collections.abc import Collection

from workforce.contract.dictionary import Column, Table, tables
from workforce.contract.sense import Rule, rules_of
from workforce.errors import ParameterError

_USES = {
    "population": "Needed for population results.",
    "staff": "Needed for staff results.",
    "": "Optional.",
}
_RULES = {
    "consecutive": "no gaps",
    "consecutive:0": "no gaps, from 0",
}


def describe_tables(names: Collection[str] | None = None) -> str:
    """Describe tables, all or some, as Markdown: columns, units, bounds, codes and meaning."""
    known = tables()
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise ParameterError(
            f"There is no table {', '.join(unknown)}. The tables are: {', '.join(known)}."
        )
    chosen = [table for name, table in known.items() if names is None or name in names]
    sections = [_section(table) for table in chosen]
    if names is None:
        sections.append(_BETWEEN)
    return "\n\n".join(["# Tables", _INTRODUCTION, *sections]) + "\n"


_INTRODUCTION = """\
A folder of data holds one file for each table it has, named as the table: `staff.csv`, \
`staff.parquet` or `staff.xlsx`; a workbook may also hold several tables, one on each sheet, and \
be the whole folder. `workforce template FILE.xlsx` writes one to fill in. Row 1 has the names of \
the columns, or one of the first twenty, below a title. CSV is UTF-8 or Western European, \
with comma, semicolon or tab between cells. Decimals have a point or a comma, thousands nothing or \
a space; what may mean two numbers, as 1.234 alone, is refused. Codes are text: 0301 keeps its \
zero. The key names a row: no two rows have the same. Every column that is \
not optional must be filled in every row. `workforce check FOLDER` tells what is wrong."""


_BETWEEN = """\
## Between the tables

`check` refuses a folder in which

- `regions` has no municipality;
- `population` has no rows of a municipality of `regions`;
- no year is in both `population` and `staff`, where there is staff;
- `service_share` is 0 where the place has staff, or FTE in post, in the service.

It tells, and refuses nothing, where

- no municipality belongs to a county or comparison group, which can have no page;
- `staff` and `population` end in different years: results begin in the latest year of both;
- a municipality has no staff and others have some: its pages are about inhabitants;
- nobody in `staff` holds an occupation of `staff_flows`: its rows are left out;
- somebody left a cell of `staff_flows` with an exposure of 0: half a year each is taken;
- `shortage` has rows of unfilled posts for some service areas of a place and not for others;
- the oldest age of `population` or `population_projection` is under 100: the open group is spread \
over single ages as people of the nation survive."""


def _section(table: Table) -> str:
    dense = [f"`{column.name}`" for column in table.columns if "dense" in column.rules]
    every = f" Every combination of {', '.join(dense)} that occurs has a row." if dense else ""
    lines = [
        f"## {table.name}",
        "",
        _USES[table.needed_for] + every,
        "",
        "| column | place | unit | allowed | meaning |",
        "|---|---|---|---|---|",
        *(_line(column) for column in table.columns),
    ]
    if rules_of(table.name):
        lines += ["", "`check` refuses rows for what they mean:", ""]
        lines += [_refused(rule) for rule in rules_of(table.name)]
    return "\n".join(lines)


def _line(column: Column) -> str:
    cells = (
        f"`{column.name}`",
        column.place,
        column.variable.unit,
        _allowed(column),
        column.variable.description,
    )
    return "| " + " | ".join(cells) + " |"


def _refused(rule: Rule) -> str:
    is_name = "_" in rule.message.split()[0]
    told = rule.message if is_name else rule.message[:1].upper() + rule.message[1:]
    return f"- `{rule.column}`, {rule.name}. {told}"


def _allowed(column: Column) -> str:
    """Say what a cell may hold, and what the rows must obey together."""
    variable = column.variable
    parts = []
    if column.codes:
        parts.append(", ".join(column.codes))
    if column.refers_to:
        parts.append(f"a code of `{column.refers_to[0]}`")
    if variable.dtype == "integer":
        parts.append("whole numbers")
    if variable.lower is not None and variable.upper is not None:
        parts.append(f"{variable.lower:g} to {variable.upper:g}")
    elif variable.lower is not None:
        parts.append(f"{variable.lower:g} or more")
    elif variable.upper is not None:
        parts.append(f"{variable.upper:g} or less")
    for rule in column.rules:
        kind, _, other = rule.partition(":")
        if kind == "sums_to_one":
            parts.append(f"sums to 1 for each {other}")
        elif kind == "same_over":
            parts.append(f"the same for every {other} of a cell")
        elif rule in _RULES:
            parts.append(_RULES[rule])
    return "; ".join(parts)
