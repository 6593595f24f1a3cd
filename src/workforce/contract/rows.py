"""Check the rows of a table together: keys, missing combinations, sums and figures that agree."""

from collections.abc import Sequence

import polars as pl

from workforce.contract.dictionary import Column, Table
from workforce.contract.persons import quoted, unquoted
from workforce.contract.problems import ROWS_SHOWN, Problem, file_row_numbers, shorten
from workforce.contract.sense import WHOLE_YEARS

SUM_TOLERANCE = 1e-6
_SAME_TOLERANCE = 1e-9
_SAFE_CODE = r"^[\w-]+$"
_RESERVED = ("all",)
MOST_FTE_EACH = 5.0
"""FTE for each person in a row that only a lost decimal mark gives. People are counted at their
main position and FTE where the work is done, so that a small row may rightly hold more FTE than
persons."""


def check_rows(
    frame: pl.DataFrame, table: Table, *, file: str, strange: pl.Series | None = None
) -> list[Problem]:
    """Check the rules that rows obey together, where columns are there and cells filled.

    ``strange`` are rows whose key is told as wrong already: no combination is asked for because of
    them.
    """
    if frame.is_empty():
        message = "The table has no rows. Fill it, or remove the file."
        return [Problem(table.name, file, "", "no rows", 1, (), message)]
    problems: list[Problem] = []
    key = table.key
    if set(key) <= set(frame.columns) and not any(frame[name].null_count() for name in key):
        problems += _check_duplicates(frame, table, file)
        labels = frame.select(key)
        if strange is not None and strange.any():
            labels = labels.filter(~strange)
        problems += _check_dense(labels, table, file)
        for column in table.columns:
            if column.name in frame.columns:
                problems += _check_column_rules(frame, labels, table, column, file)
    problems += _check_safe_codes(frame, table, file)
    problems += _check_groups(frame, table, file)
    problems += _check_lost_zeros(frame, table, file)
    problems += _check_fte_of_persons(frame, table, file)
    for low, high in (
        *(("entry_age_low", "entry_age_high"), ("least", "most")),
        *(("persons_low", "persons"), ("persons", "persons_high")),
    ):
        problems += _check_order(frame, table, low, high, file)
    return problems


def _check_duplicates(frame: pl.DataFrame, table: Table, file: str) -> list[Problem]:
    numbers = _numbered(frame, table.key)
    if numbers.n_unique() == frame.height:
        return []
    twice = numbers.is_duplicated()
    cells = frame.select(table.key).filter(twice).unique(maintain_order=True)
    message = (
        f"The same {', '.join(table.key)} in more than one row: {_show_cells(cells)}. "
        "Keep one row for each, with the sum if they are parts."
    )
    return [_in_rows(twice, table, ", ".join(table.key), "duplicate rows", message, file)]


def _numbered(frame: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Give each combination of labels a number: numbers are compared faster than texts."""
    number = pl.Series("cell", [0], dtype=pl.Int64).new_from_index(0, frame.height)
    size = 1
    for name in names:
        labels = frame[name].unique()
        size *= len(labels)
        if size > 2**62:
            return frame.select(cell=pl.struct(names).rank("dense")).to_series()
        if frame[name].dtype == pl.String:
            place = frame[name].cast(pl.Enum(labels)).to_physical()
        else:
            place = frame[name].replace_strict(labels, range(len(labels)), return_dtype=pl.Int64)
        number = number * len(labels) + place
    return number


def _check_dense(frame: pl.DataFrame, table: Table, file: str) -> list[Problem]:
    """Every combination of the labels that occur must be there; a zero is written as a zero."""
    dense = [column.name for column in table.columns if "dense" in column.rules]
    if not dense:
        return []
    each = [frame.select(name).unique(maintain_order=True) for name in dense]
    expected = 1
    for label in each:
        expected *= label.height
    if _numbered(frame, dense).n_unique() == expected:
        return []
    there = frame.select(dense).unique()
    every = each[0]
    for label in each[1:]:
        every = every.join(label, how="cross")
    missing = every.join(there, on=dense, how="anti", maintain_order="left")
    same = [name for name in dense if missing[name].n_unique() == 1]
    together = ", ".join(f"{name}={unquoted(missing[name][0])}" for name in same)
    message = (
        f"No row for {_show_cells(missing)}"
        + (f" (all with {together})" if same and missing.height > 1 else "")
        + f". Every combination of {', '.join(dense)} must be there: "
        + _advice(missing, every, dense)
    )
    return [
        Problem(table.name, file, ", ".join(dense), "missing rows", missing.height, (), message)
    ]


def _advice(missing: pl.DataFrame, every: pl.DataFrame, dense: list[str]) -> str:
    """Say what to do about rows that are not there: a place without a year is no empty place."""
    if {"region", "year"} <= set(dense):
        cells = every.height // (every["region"].n_unique() * every["year"].n_unique())
        whole = missing.group_by("region", "year").len().filter(pl.col("len") == cells)
        if whole.height * cells == missing.height:
            return f"add them. {WHOLE_YEARS}"
    return "add the rows, and write 0 where there is nobody."


def _check_column_rules(
    frame: pl.DataFrame, labels: pl.DataFrame, table: Table, column: Column, file: str
) -> list[Problem]:
    problems = []
    for rule in column.rules:
        kind, _, argument = rule.partition(":")
        if kind == "consecutive":
            problems += _check_consecutive(labels, table, column.name, argument, file)
        elif kind == "sums_to_one":
            problems += _check_sums(frame, table, column.name, argument, file)
        elif kind == "same_over":
            problems += _check_same(frame, table, column.name, argument, file)
    return problems


def _check_consecutive(
    frame: pl.DataFrame, table: Table, column: str, first: str, file: str
) -> list[Problem]:
    """Whole numbers without gaps, within each region where the table has regions."""
    by = ["region"] if "region" in table.key else []
    start = pl.lit(int(first)) if first else pl.col(column).min()
    labels = frame.select(*by, column).unique()
    spans = (labels.group_by(by) if by else labels.group_by(pl.lit(1).alias("every"))).agg(
        pl.col(column), lowest=start, highest=pl.col(column).max()
    )
    broken = spans.filter(pl.col(column).list.len() != pl.col("highest") - pl.col("lowest") + 1)
    gaps = []
    for row in broken.sort(by).iter_rows(named=True):
        missing = sorted(set(range(row["lowest"], row["highest"] + 1)) - set(row[column]))
        place = f"region {unquoted(row['region'])} lacks " if by else ""
        gaps.append((len(missing), f"{place}{column} {shorten(missing)}"))
    if not gaps:
        return []
    message = (
        f"{'; '.join(text for _, text in gaps[:ROWS_SHOWN])}"
        + (f"; and {len(gaps) - ROWS_SHOWN} more regions" if len(gaps) > ROWS_SHOWN else "")
        + f". Add the rows, so that {column} has no gap"
        + (f" from {first}" if first else "")
        + "."
    )
    message = message[0].upper() + message[1:]
    total = sum(count for count, _ in gaps)
    return [Problem(table.name, file, column, "gaps", total, (), message)]


def _check_sums(
    frame: pl.DataFrame, table: Table, column: str, key: str, file: str
) -> list[Problem]:
    sums = frame.group_by(key, maintain_order=True).agg(pl.col(column).sum())
    wrong = sums.filter((pl.col(column) - 1).abs() > SUM_TOLERANCE)
    if wrong.is_empty():
        return []
    listed = shorten(
        f"{key} {unquoted(label)} sums to {total:.6g}" for label, total in wrong.iter_rows()
    )
    rows = file_row_numbers(frame[key].is_in(wrong[key].to_list()))
    message = f"The {column} of {listed}. Correct the shares so that each {key} sums to 1."
    rule = "shares do not sum to one"
    return [Problem(table.name, file, column, rule, wrong.height, rows, message)]


def _check_same(
    frame: pl.DataFrame, table: Table, column: str, over: str, file: str
) -> list[Problem]:
    """One cell has one figure or text, however many rows it is repeated in."""
    cell = [name for name in table.key if name != over]
    numbers = _numbered(frame, cell)
    if frame[column].dtype.is_numeric():
        spread = pl.col(column).max() - pl.col(column).min()
        unlike = spread > _SAME_TOLERANCE * pl.col(column).max().clip(1.0)
    else:
        unlike = pl.col(column).n_unique() > 1
    each = pl.DataFrame([numbers, frame[column]]).group_by(numbers.name)
    differs = each.agg(differs=unlike).filter("differs")
    if differs.is_empty():
        return []
    broken = numbers.is_in(differs[numbers.name].implode())
    cells = frame.select(cell).filter(broken).unique(maintain_order=True)
    message = (
        f"{column} differs between the rows of one cell: {_show_cells(cells)}. "
        f"Give every {over} of the cell the same {column}."
    )
    return [_in_rows(broken, table, column, f"{column} differs within a cell", message, file)]


def _check_safe_codes(frame: pl.DataFrame, table: Table, file: str) -> list[Problem]:
    """Codes that a table defines become parts of file names, and 'all' means the sum."""
    name = table.key[0]
    column = table.column(name)
    if column is None or name not in frame.columns or len(table.key) > 1:
        return []
    if column.variable.dtype != "code" or column.refers_to or column.codes:
        return []
    codes = frame[name]
    broken = (~codes.str.contains(_SAFE_CODE) | codes.is_in(_RESERVED)).fill_null(False)
    if not broken.any():
        return []
    said = dict.fromkeys(quoted(code) for code in codes.filter(broken))
    message = (
        f"{shorten(said)} cannot be a code. "
        "Use letters, digits, - and _, and not the word 'all', which means the sum."
    )
    return [_in_rows(broken, table, name, "not a code", message, file)]


def _check_groups(frame: pl.DataFrame, table: Table, file: str) -> list[Problem]:
    """Refuse a group called as the sum or as another occupation: pages show them side by side."""
    if table.name != "occupations" or not {"occupation", "group"} <= set(frame.columns):
        return []
    groups, own = frame["group"], frame["occupation"]
    of_another = groups.is_in(own.drop_nulls().to_list()) & (groups != own)
    broken = (groups.is_in(_RESERVED) | of_another).fill_null(False)
    if not broken.any():
        return []
    message = (
        f"{shorten(quoted(code) for code in groups.filter(broken).unique(maintain_order=True))} "
        "cannot be a group: 'all' means the sum, and the code of another occupation means that "
        "occupation. Give the group a name of its own."
    )
    return [_in_rows(broken, table, "group", "not a group", message, file)]


def _check_lost_zeros(frame: pl.DataFrame, table: Table, file: str) -> list[Problem]:
    """Norwegian municipalities have four digits and counties two: a spreadsheet drops the first."""
    if table.name != "regions" or not {"region", "level"} <= set(frame.columns):
        return []
    town = (frame["level"] == "municipality") & frame["region"].str.contains(r"^\d{3}$")
    county = (frame["level"] == "county") & frame["region"].str.contains(r"^\d$")
    broken = (town | county).fill_null(False)
    if not broken.any():
        return []
    said = shorten(f"{code!r} is {'0' + code!r}" for code in frame["region"].filter(broken))
    message = (
        f"Municipalities have four digits and counties two: {said} without its zero. "
        "Set the format of the column to text, and write the code in full."
    )
    return [_in_rows(broken, table, "region", "leading zero lost", message, file)]


def _check_fte_of_persons(frame: pl.DataFrame, table: Table, file: str) -> list[Problem]:
    if table.name != "staff" or not {"persons", "fte"} <= set(frame.columns):
        return []
    problems = []
    broken = ((frame["fte"] > 0) & (frame["persons"] == 0)).fill_null(False)
    if broken.any():
        message = "Nobody can work without being there: correct persons or fte."
        problems.append(_in_rows(broken, table, "fte", "FTE without persons", message, file))
    most = MOST_FTE_EACH * frame["persons"]
    finite = frame["fte"].is_finite() & (frame["persons"] > 0)
    broken = (finite & (frame["fte"] > most)).fill_null(False)
    if broken.any():
        first = frame.filter(broken).row(0, named=True)
        message = (
            f"{first['fte']:g} FTE for {first['persons']:g} persons, more than {MOST_FTE_EACH:g} "
            "each: look for a lost decimal mark."
        )
        problems.append(_in_rows(broken, table, "fte", "too many FTE", message, file))
    return problems


def _check_order(
    frame: pl.DataFrame, table: Table, low: str, high: str, file: str
) -> list[Problem]:
    if not {low, high} <= set(frame.columns):
        return []
    broken = (frame[low] > frame[high]).fill_null(False)
    if not broken.any():
        return []
    message = f"{low} is greater than {high}: correct one of them."
    return [_in_rows(broken, table, low, f"above {high}", message, file)]


def _in_rows(
    broken: pl.Series, table: Table, column: str, rule: str, message: str, file: str
) -> Problem:
    """Make a problem of the rows marked as broken."""
    count = len(broken.arg_true())
    return Problem(table.name, file, column, rule, count, file_row_numbers(broken), message)


def _show_cells(cells: pl.DataFrame, *, shown: int = 3) -> str:
    """Name the first cells by their labels, and say how many more there are."""
    first = [
        " ".join(f"{name}={unquoted(value)}" for name, value in row.items())
        for row in cells.head(shown).iter_rows(named=True)
    ]
    more = f" and {cells.height - shown} more" if cells.height > shown else ""
    return "; ".join(first) + more
