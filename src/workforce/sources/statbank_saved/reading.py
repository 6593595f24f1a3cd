"""Turn a saved file into the coded figures of a table that is declared, or say why it is none."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, pairwise, permutations
from pathlib import Path

import polars as pl

from workforce.contract.problems import shorten
from workforce.errors import ParameterError, SourceError
from workforce.sources.staff_register.extracts import LONGEST_HEAD
from workforce.sources.staff_register.vocabulary import HEADERS, plain
from workforce.sources.statbank.declared import Declaration, declarations
from workforce.sources.statbank.jsonstat import Metadata, read_jsonstat2
from workforce.sources.statbank_saved.cells import Sheet, read_sheets
from workforce.sources.statbank_saved.layout import Layout, as_text, lay_out
from workforce.sources.statbank_saved.meaning import (
    TAB,
    TOTAL,
    Read,
    Variable,
    name_of_place,
    read_texts,
    variables_of,
)
from workforce.sources.statbank_saved.px import read_px
from workforce.sources.tables.numbers import read_numbers

_NUMBER = re.compile(r"(?<!\d)(\d{5})(?=: |:$|_|\.|-|$)")
_OF_ONE_SEX = re.compile(
    r"\b(kvinner|kvinnel[ie]ge|menn|mannl[ie]ge|women|men|females?|males?)\b", re.IGNORECASE
)
_OF_PERSONS = {*HEADERS["identity"], *HEADERS["birth_date"]}
_LONGEST_HEAD = 14
"""Words of a head that joins the values of several variables."""
_FEW = 2
_COUNTED = ("population", "service_use")
"""Tables of persons who were counted, of whom there are whole ones alone."""
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Found:
    """The figures of one saved table in codes of its declaration, and what was taken for what.

    ``figures`` has a column of codes for each variable, value and status. ``places`` are names of
    municipalities by number. ``taken`` and ``left`` are lines for people to read.
    """

    name: str
    declared: Declaration
    file: str
    title: str
    updated: str | None
    figures: pl.DataFrame
    places: Mapping[str, str]
    taken: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class Long:
    """A saved table as a row for each figure: texts of each variable, value and status.

    ``columns`` are those of texts, with ``stub`` for those beside the figures and ``head`` for
    those above them. ``place`` names the first cell of a column that holds a text.
    """

    file: str
    title: str
    notes: tuple[str, ...]
    updated: str | None
    columns: Mapping[str, str]
    frame: pl.DataFrame
    place: Callable[[str, str], str]


def read_saved(
    path: Path, *, known: Mapping[str, str], today: date, table: str | None = None
) -> list[Found]:
    """Read the tables of a saved file; a workbook may have one on each sheet.

    Parameters
    ----------
    path : Path
        CSV, Excel, JSON-stat or PX, as ssb.no saves it.
    known : mapping of name to number
        Municipalities by name, in small letters.
    today : date
        Counted inhabitants are of this year at the latest, projected ones of later years.
    table : str, optional
        Number of the table, where the file does not say it.

    Raises
    ------
    SourceError
        The file cannot be read, is of no table that is known, or a cell of it is not clear.
    """
    found = []
    for long in read_long(path):
        names = _candidates(long, path, table)
        readings: list[Found] = []
        failed: dict[str, str] = {}
        for name in names:
            try:
                readings.append(_read_as(name, long, known, today, named=len(names) == 1))
            except SourceError as error:
                failed[name] = str(error)
        if len(readings) == 1:
            found.append(readings[0])
        elif readings:
            listed = shorten(f"{one.declared.table} ({one.declared.about})" for one in readings)
            raise SourceError(
                f"{long.file} may be of tables {listed}. Save it with its title, or say which: "
                "--table 07459."
            )
        elif len(names) == 1:
            raise SourceError(failed[names[0]])
        else:
            raise SourceError(
                f"{long.file}: it is of no table that is known: neither a number of five digits in "
                f"the title nor what is in it tells which. Known are {_known_tables()}. Save it "
                "with its title, say which it is with --table, or begin with --suggest "
                "mapping.yaml."
            )
    return found


def _known_tables() -> str:
    return ", ".join(f"{one.table} ({one.about})" for one in declarations().values())


def _candidates(long: Long, path: Path, table: str | None) -> list[str]:
    """Name the declared tables that a file may be, by the number that it tells."""
    numbers = {one.table: name for name, one in declarations().items()}
    if table is not None:
        if table not in numbers:
            raise ParameterError(
                f"There is no table {table} among those that are known: {_known_tables()}."
            )
        return [numbers[table]]
    for text in (long.title, *long.columns, path.stem):
        told = [number for number in _NUMBER.findall(text) if number in numbers]
        if told:
            return [numbers[told[0]]]
    unknown = re.match(r"(\d{5}): ", long.title) or re.match(r"(\d{5})(?!\d)", path.stem)
    if unknown:
        raise SourceError(
            f"{long.file}: table {unknown[1]} is not among those that are known: "
            f"{_known_tables()}. Begin with --suggest mapping.yaml, which proposes how its columns "
            "become one of ours."
        )
    return list(numbers.values())


def read_long(path: Path) -> list[Long]:
    """Read a saved file as a row for each figure; a workbook may have a table on each sheet."""
    suffix = path.suffix.lower()
    if suffix in (".json", ".px"):
        if not path.is_file():
            raise SourceError(f"The file {path} is not there. Check the path.")
        try:
            read = read_px(path) if suffix == ".px" else read_jsonstat2(path)
        except SourceError as error:
            told = str(error)
            raise SourceError(
                told if told.startswith(path.name) else f"{path.name}: {told}"
            ) from error
        return [_from_cube(*read, file=path.name)]
    sheets = read_sheets(path)
    for sheet in sheets:
        _require_nobody(sheet)
    return [_from_sheet(lay_out(sheet, _all_names())) for sheet in sheets]


def _require_nobody(sheet: Sheet) -> None:
    """Refuse an extract of staff, whose cells no message and no proposal may show."""
    for row in sheet.rows[:LONGEST_HEAD]:
        if {plain(as_text(cell)) for cell in row} & _OF_PERSONS:
            raise SourceError(
                f"{sheet.file} is an extract of the staff register, with a row for each person. "
                "Read it with workforce import-staff."
            )


def _all_names() -> frozenset[str]:
    """List what variables may be called, of all tables that are declared."""
    return frozenset(
        name for one in declarations().values() for var in variables_of(one) for name in var.names
    )


def _from_cube(frame: pl.DataFrame, about: Metadata, *, file: str) -> Long:
    names = [dimension.name for dimension in about.dimensions]
    texts = [
        pl.concat_str(pl.col(name), pl.lit(TAB), pl.col(f"{name}_label")).alias(name)
        for name in names
    ]
    return Long(
        file=file,
        title=about.label,
        notes=about.notes,
        updated=about.updated,
        columns=dict.fromkeys(names, "stub"),
        frame=frame.select(*texts, pl.col("value").cast(pl.Float64), "status"),
        place=lambda column, text: f"{column}, {text.replace(TAB, ' ')!r}",
    )


def _from_sheet(found: Layout) -> Long:
    """Lay the figures of a sheet out in rows, with the texts beside and above them."""
    sheet = found.sheet
    stubs = {f"{place}|{name}": texts for place, (_, name, texts) in enumerate(found.stubs)}
    places = {name: column for name, (column, _, _) in zip(stubs, found.stubs, strict=True)}
    depth = max((len(parts) for _, parts in found.columns), default=0)
    heads = [f"^{level}" for level in range(depth)]
    cells = []
    for column, parts in found.columns:
        told = (*parts, *([""] * (depth - len(parts))))
        for at, row in enumerate(found.rows):
            cells.append((at, row, column, *told, sheet.rows[row][column]))
    base = pl.DataFrame({"at": range(len(found.rows)), **{k: list(v) for k, v in stubs.items()}})
    raw = [cell[-1] for cell in cells]
    text = pl.Series("text", [None if isinstance(one, float) else one for one in raw], pl.String)
    exact = pl.Series("exact", [one if isinstance(one, float) else None for one in raw], pl.Float64)
    marks = {".": ".", "..": "..", "...": "..", ":": ":"}
    written = pl.select(
        pl.when(~text.is_in([*marks, "-", ""])).then(text.str.replace("\u2212", "-"))
    ).to_series()
    values = exact.fill_null(read_numbers(written.alias("written")))
    values = pl.select(pl.when(text == "-").then(0.0).otherwise(values)).to_series()
    unread = (written.is_not_null() & values.is_null()).arg_true()
    if len(unread):
        _, row, column = cells[unread[0]][:3]
        raise SourceError(
            f"{sheet.file}, {sheet.place(row, column)}: {raw[unread[0]]!r} is no number that can "
            f"be read in one way only ({len(unread)} cells). Save the table again as it is on "
            "ssb.no."
        )
    frame = pl.DataFrame(
        {"at": [cell[0] for cell in cells]}
        | {name: [cell[3 + level] for cell in cells] for level, name in enumerate(heads)}
    ).with_columns(
        value=values, status=text.replace_strict(marks, default=None, return_dtype=pl.String)
    )
    columns = dict.fromkeys(stubs, "stub") | dict.fromkeys(heads, "head")

    def place(name: str, told: str) -> str:
        if name in stubs:
            at = stubs[name].index(told)
            return sheet.place(found.rows[at], places[name])
        column = next((column for column, parts in found.columns if told in parts), 0)
        rows = [row for row in range(found.head + 1) if as_text(sheet.rows[row][column]) == told]
        return sheet.place(rows[0] if rows else found.head, column)

    return Long(
        file=sheet.file,
        title=found.title,
        notes=found.notes,
        updated=_updated(found.notes),
        columns=columns,
        frame=frame.join(base, on="at", how="left", maintain_order="left").select(
            *columns, "value", "status"
        ),
        place=place,
    )


def _updated(notes: Sequence[str]) -> str | None:
    """Find when the table was last updated, where the footnotes of a workbook tell it."""
    for place, note in enumerate(notes[:-1]):
        if note.casefold().startswith(("sist endret", "sist oppdatert", "last updated")):
            told = re.search(r"(20\d\d)-?(\d\d)-?(\d\d)", " ".join(notes[place : place + 3]))
            return f"{told[1]}-{told[2]}-{told[3]}" if told else None
    return None


def _read_as(name: str, long: Long, known: Mapping[str, str], today: date, *, named: bool) -> Found:
    """Read a file as one declared table, or raise an error with the first cell that contradicts.

    ``named`` is whether the file, or somebody, says that it is this table: one that is known by
    what is in it alone has no variable that the table is not asked for.
    """
    declared = declarations()[name]
    variables = variables_of(declared)
    assigned = _by_name(long, variables)
    long, assigned = _doubled(long, _by_values(long, assigned, variables, declared, known))
    long, assigned = _split_heads(long, assigned, variables, declared, known)
    strange = [one for one in long.columns if one not in assigned]
    if strange and not named:
        raise SourceError(f"{long.file}: {head_of(strange[0])} is no variable of the table.")
    if long.title and not named:
        raise SourceError(f"{long.file}: its title does not tell that it is the table.")
    of_sex = _OF_ONE_SEX.findall(long.title)
    if len({one[0].lower() in "kwf" for one in of_sex}) == 1 and not any(
        one.code == "Kjonn" for one in variables
    ):
        raise SourceError(
            f"{long.file}: its title says {of_sex[0]!r}, and table {declared.table} is asked for "
            "both sexes together. Save it with both as one, or without sex."
        )
    long, taken, left = _without_strange(long, assigned, name)
    reads: dict[str, Read] = {}
    codes: dict[str, pl.Expr] = {}
    for variable in variables:
        column = next((one for one, of in assigned.items() if of == variable), None)
        if column is None:
            code, said = _not_there(long, variable, declared)
            codes[variable.code] = pl.lit(code)
            taken.append(said)
            continue
        read = read_texts(declared, variable, long.frame[column].unique(maintain_order=True), known)
        if read.unclear:
            told = [f"{long.place(column, text)}: {why}" for text, why in read.unclear.items()]
            raise SourceError(f"{long.file}, {shorten(told, mark='; ')}.")
        reads[variable.code] = read
        if not any(read.codes.values()):
            only = shorten([text.replace(TAB, " ") for text in read.codes])
            where = long.place(column, next(iter(read.codes)))
            raise SourceError(
                f"{long.file}, {where}: {_call(variable)} has nothing that table {declared.table} "
                f"is asked for, only {only}{_asked_for(variable, declared)}. Choose it on ssb.no, "
                "in Norwegian, and save the table again with codes and texts."
            )
        codes[variable.code] = pl.col(column).replace_strict(
            dict(read.codes), return_dtype=pl.String
        )
        taken.append(_tell_taken(variable, column, read, declared))
        left += _tell_left(variable, read)
    figures = long.frame.select(**codes, value="value", status="status").drop_nulls(list(codes))
    _require_whole(name, declared, figures, long, today)
    places = {}
    if declared.region:
        for text, number in reads[declared.region].codes.items():
            if number:
                places[number.removeprefix("K-")] = name_of_place(text.replace(TAB, " "))
    return Found(
        name, declared, long.file, long.title or f"{declared.table}: {declared.about}",
        long.updated, figures, places, tuple(taken), tuple(left),
    )  # fmt: skip


def head_of(column: str) -> str:
    """Give what stands above a column of texts; that of heads is ``^`` and its level."""
    return column.partition("|")[2] if "|" in column else column


def _by_name(long: Long, variables: Sequence[Variable]) -> dict[str, Variable]:
    found = {}
    for column, kind in long.columns.items():
        called = head_of(column).casefold()
        for variable in variables:
            if kind == "stub" and called in variable.names:
                found[column] = variable
    return found


def _doubled(long: Long, assigned: Mapping[str, Variable]) -> tuple[Long, dict[str, Variable]]:
    """Join the code and the text of a variable where each has a column of its own."""
    stubs = [column for column, kind in long.columns.items() if kind == "stub"]
    frame, columns, result = long.frame, dict(long.columns), dict(assigned)
    for first, second in pairwise(stubs):
        one, other = result.get(first), result.get(second)
        if first not in columns:
            continue
        nameless = (one is None and not head_of(first)) or (other is None and not head_of(second))
        pair = frame.select(first, second).unique()
        paired = pair.height == pair[first].n_unique() == pair[second].n_unique()
        if one != other and not (nameless and paired):
            continue
        variable = one or other
        if variable is None:
            continue
        spaced = [bool(frame[each].str.contains(" ").any()) for each in (first, second)]
        # The code comes first, as ssb.no writes them, where nothing says otherwise.
        second_is_code = head_of(first) != variable.code and (
            head_of(second) == variable.code or (spaced[0] and not spaced[1])
        )
        code, text = (second, first) if second_is_code else (first, second)
        frame = frame.with_columns(pl.concat_str(code, pl.lit(TAB), text).alias(first)).drop(second)
        del columns[second]
        result[first] = variable
        result.pop(second, None)
    joined = replace(long, frame=frame, columns=columns, place=_joined_place(long))
    return joined, result


def _joined_place(long: Long) -> Callable[[str, str], str]:
    def place(column: str, text: str) -> str:
        for told in (text, *text.split(TAB)):
            try:
                return long.place(column, told)
            except ValueError:
                continue
        return repr(text.replace(TAB, " "))

    return place


def _by_values(
    long: Long,
    assigned: Mapping[str, Variable],
    variables: Sequence[Variable],
    declared: Declaration,
    known: Mapping[str, str],
) -> dict[str, Variable]:
    """Find which variable a column without a name is, by its values; heads of several rows too."""
    result = dict(assigned)
    heads = [column for column, kind in long.columns.items() if kind == "head"]
    open_columns = [
        column
        for column, kind in long.columns.items()
        if column not in result
        and ((kind == "stub" and not head_of(column)) or (kind == "head" and len(heads) > 1))
    ]
    may: dict[str, list[Variable]] = {}
    for column in open_columns:
        texts = long.frame[column].unique()
        may[column] = []
        for variable in variables:
            if variable in result.values():
                continue
            read = read_texts(declared, variable, texts, known)
            if not read.unclear and any(read.codes.values()):
                may[column].append(variable)
    while sure := {column: of[0] for column, of in may.items() if len(of) == 1}:
        for column, variable in sure.items():
            if variable not in result.values():
                result[column] = variable
            del may[column]
        for left in may.values():
            left[:] = [one for one in left if one not in result.values()]
    return result


def _split_heads(
    long: Long,
    assigned: Mapping[str, Variable],
    variables: Sequence[Variable],
    declared: Declaration,
    known: Mapping[str, str],
) -> tuple[Long, dict[str, Variable]]:
    """Part heads such as 'Menn Personer 2016' into values of the variables that are not there."""
    result = dict(assigned)
    frame, columns = long.frame, dict(long.columns)
    for column in [name for name, kind in long.columns.items() if kind == "head"]:
        lacking = [one for one in variables if one not in result.values()]
        if column in result:
            continue
        texts = frame[column].unique(maintain_order=True).to_list()
        wanted = _first_that_fit(texts, lacking, declared, known)
        if not wanted:
            if not lacking or len(texts) == 1:
                frame, columns = (
                    frame.drop(column),
                    {k: v for k, v in columns.items() if k != column},
                )
                continue
            raise SourceError(
                f"{long.file}, {long.place(column, texts[0])}: {texts[0]!r} is not read as "
                f"{' and '.join(_call(one) for one in lacking)}. Save the table again as it is on "
                "ssb.no, with its heads."
            )
        chosen, parts = wanted
        for variable in chosen:
            new = f"{column}.{variable.code}"
            split = {text: parts[text][variable.code] for text in texts}
            frame = frame.with_columns(pl.col(column).replace_strict(split).alias(new))
            columns[new] = "head"
            result[new] = variable
        frame = frame.drop(column)
        del columns[column]
    before = long.place

    def place(column: str, text: str) -> str:
        if "." not in column or not column.startswith("^"):
            return before(column, text)
        whole = column.partition(".")[0]
        told = next(
            (each for each in long.frame[whole].unique(maintain_order=True) if text in each), text
        )
        return before(whole, told)

    return replace(long, frame=frame, columns=columns, place=place), result


def _first_that_fit(
    texts: Sequence[str],
    lacking: Sequence[Variable],
    declared: Declaration,
    known: Mapping[str, str],
) -> tuple[Sequence[Variable], dict[str, dict[str, str]]] | None:
    """Find the variables that every head tells of: all that lack, or all but those of one value."""
    choices = [list(lacking)]
    choices += [[one for one in lacking if one != out] for out in lacking]
    choices += [[one] for one in lacking]
    for chosen in choices:
        if not chosen:
            continue
        ways = {text: _split_head(text, chosen, declared, known) for text in texts}
        # Ways that mean the same: the values that most heads have are whole.
        often = Counter(part for of in ways.values() for way in of for part in way.items())
        parts = {
            text: max(of, key=lambda way: sum(often[part] for part in way.items()))
            for text, of in ways.items()
            if of
        }
        sure = [*parts.values()]
        for text in texts:
            if sure and text not in parts and (split := _split_by_others(text, chosen, sure)):
                parts[text] = split
        if len(parts) == len(texts):
            return chosen, parts
    return None


def _split_head(
    text: str, chosen: Sequence[Variable], declared: Declaration, known: Mapping[str, str]
) -> list[dict[str, str]]:
    """Part a head into values that are all asked for, or totals, in all ways that mean the same."""
    words = text.split()
    if len(words) > _LONGEST_HEAD or len(words) < len(chosen):
        return []
    best: list[tuple[int, tuple[str | None, ...], dict[str, str]]] = []
    for parts in _ways(words, chosen):
        found = 0
        codes: list[str | None] = []
        for variable in chosen:
            told = parts[variable.code]
            read = read_texts(declared, variable, [told], known)
            asked = not read.unclear and read.codes[told] is not None
            any_text = (
                variable.part == "metric" and len(chosen) <= _FEW and not _YEAR.fullmatch(told)
            )
            if read.unclear or not (asked or TOTAL.fullmatch(told) or any_text):
                break
            found += asked
            codes.append(read.codes[told])
        else:
            best.append((found, tuple(codes), parts))
    most = max((count for count, _, _ in best), default=0)
    likely = [(codes, parts) for count, codes, parts in best if count == most]
    same = len({codes for codes, _ in likely}) == 1
    return [parts for _, parts in likely] if same else []


def _split_by_others(
    text: str, chosen: Sequence[Variable], others: Sequence[Mapping[str, str]]
) -> dict[str, str] | None:
    """Part a head that has a value that is not asked for, by the values of the other heads."""
    seen = {one.code: {split[one.code] for split in others} for one in chosen}
    found = [
        parts
        for parts in _ways(text.split(), chosen)
        if sum(parts[one.code] not in seen[one.code] for one in chosen) <= 1
    ]
    return found[0] if len(found) == 1 else None


def _ways(words: Sequence[str], chosen: Sequence[Variable]) -> Iterator[dict[str, str]]:
    """Give every way to part words among variables, in any order."""
    for order in permutations(chosen):
        for cut in combinations(range(1, len(words)), len(order) - 1):
            ends = (0, *cut, len(words))
            yield {
                variable.code: " ".join(words[ends[at] : ends[at + 1]])
                for at, variable in enumerate(order)
            }


def _without_strange(
    long: Long, assigned: Mapping[str, Variable], name: str
) -> tuple[Long, list[str], list[str]]:
    """Keep the totals of a variable that the table is not asked for; refuse it without one."""
    frame, left = long.frame, list[str]()
    for column in long.columns:
        if column in assigned or column not in frame.columns:
            continue
        texts = frame[column].unique(maintain_order=True)
        totals = [text for text in texts if any(TOTAL.fullmatch(t) for t in text.split(TAB))]
        if not totals:
            told = head_of(column) or repr(texts[0])
            raise SourceError(
                f"{long.file}, {long.place(column, texts[0])}: {told} is no variable that table "
                f"{declarations()[name].table} is asked for, and has no total. Choose its total on "
                "ssb.no, or leave it out."
            )
        frame = frame.filter(pl.col(column).is_in(totals))
        if len(texts) > len(totals):
            left.append(f"{head_of(column)}: all but {totals[0].replace(TAB, ' ')}")
    return replace(long, frame=frame), [], left


def _call(variable: Variable) -> str:
    told = {"region": "region", "age": "alder", "time": "år", "metric": "statistikkvariabel"}
    return told.get(variable.part) or min(variable.names - {variable.code.casefold()}, key=len)


def _asked_for(variable: Variable, declared: Declaration) -> str:
    """Say what the texts of a variable are looked through for, where they are declared."""
    words = declared.confirm.get(variable.code, {})
    asked = [words[code][0] for code in declared.select.get(variable.code, ()) if words.get(code)]
    return f" (it is looked for {', '.join(asked)})" if asked else ""


def _not_there(long: Long, variable: Variable, declared: Declaration) -> tuple[str, str]:
    """Take the one code that a variable can have where the file does not tell it, or refuse it."""
    asked = declared.select.get(variable.code, ())
    words = [
        word.casefold() for code in asked for word in declared.confirm[variable.code].get(code, ())
    ] if len(asked) == 1 and variable.code in declared.confirm else []  # fmt: skip
    told = " ".join((long.title, *long.columns, *long.notes)).casefold()
    if variable.part == "metric" and any(word in told for word in words):
        return asked[0], f"{asked[0]} is not named beside the figures, but in the text around them"
    if variable.part == "code" and any(TOTAL.fullmatch(word) for word in words):
        return asked[0], f"{_call(variable)} is not in the file, which is then its total"
    raise SourceError(
        f"{long.file}: table {declared.table} is asked for {_call(variable)} ({variable.code}), "
        "which the file does not tell. Choose it on ssb.no, and save the table again."
    )


def _tell_taken(variable: Variable, column: str, read: Read, declared: Declaration) -> str:
    head = head_of(column)
    named = f"column {head}" if head and not head.startswith("^") else (
        "heads" if head.startswith("^") else "a column without a name"
    )  # fmt: skip
    ours = declared.rename.get(variable.code, {})
    used = {text: code for text, code in read.codes.items() if code}
    if variable.part in ("age", "time"):
        codes = sorted(used.values())
        told = f"{len(codes)}, {codes[0]} to {codes[-1]}" if codes else "none"
    else:
        pairs = (
            f"{text.replace(TAB, ' ')} as {ours.get(code, code)}" for text, code in used.items()
        )
        told = shorten(pairs, shown=8)
    return f"{_call(variable)} from {named}: {told}"


def _tell_left(variable: Variable, read: Read) -> list[str]:
    others = [text.replace(TAB, " ") for text, code in read.codes.items() if code is None]
    return [f"{_call(variable)}: {shorten(others)}"] if others else []


def _require_whole(
    name: str, declared: Declaration, figures: pl.DataFrame, long: Long, today: date
) -> None:
    """Refuse a file in which nothing is left of what is asked for, or which is another table."""
    lacking = []
    for variable, labels in declared.find.items():
        gone = [
            name for name in declared.needed if name in labels and name not in figures[variable]
        ]
        if gone:
            words = " or ".join(word for name in gone for word in labels[name][:2])
            raise SourceError(
                f"{long.file}: table {declared.table} is found by its texts, and no text says "
                f"{words}. Choose it on ssb.no, and save the table with codes and texts."
            )
    if figures.is_empty():
        lacking.append("any figure that is asked for")
    metric = "ContentsCode"
    asked = declared.select.get(metric, ())
    main = asked[0] if name == "population_projection" else None
    if main and main not in set(figures[metric]):
        lacking.append("the main alternative (MMMM)")
    if lacking:
        raise SourceError(
            f"{long.file}: table {declared.table} lacks {', '.join(lacking)}. Choose it on ssb.no, "
            "and save the table again."
        )
    wrong = figures.filter(
        (pl.col("value") < 0) | ((pl.col("value") % 1 != 0) & (name in _COUNTED))
    )
    if len(wrong):
        *keys, value, _ = wrong.row(0)
        raise SourceError(
            f"{long.file}: the figure of {', '.join(map(str, keys))} is {value:g} ({len(wrong)} "
            f"figures): {declared.unit} are whole numbers, and not below zero. Save the table "
            "again as it is on ssb.no."
            if name in _COUNTED
            else f"{long.file}: the figure of {', '.join(map(str, keys))} is {value:g}, below "
            f"zero ({len(wrong)} figures). Save the table again as it is on ssb.no."
        )
    if name in ("population", "population_projection"):
        last = int(max(figures[declared.time]))
        if (last > today.year) != (name == "population_projection"):
            kind = "projected" if name == "population_projection" else "counted"
            raise SourceError(
                f"{long.file}: its last year is {last}, so it is not the table of {kind} "
                f"inhabitants ({declared.table})."
            )
    repeated = figures.filter(pl.struct(pl.exclude("value", "status")).is_duplicated())
    if len(repeated):
        keys = figures.columns[:-2]
        clash = repeated.group_by(keys).agg(pl.col("value").n_unique()).filter(pl.col("value") > 1)
        told = ", ".join(str(cell) for cell in repeated.select(keys).row(0))
        if len(clash):
            raise SourceError(
                f"{long.file}: the figure of {told} is there twice, with two values. Save the "
                "table again."
            )
