"""Find which variable of a table each column of a saved file is, by its name or its values."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise, permutations

import polars as pl

from workforce.errors import SourceError
from workforce.sources.statbank_saved.long import Long, head_of
from workforce.sources.statbank_saved.meaning import TAB, TOTAL, YEAR, Reader, Variable, call

Assigned = dict[str, Variable]
_LONGEST = 14
"""Words of a head that joins the values of several variables."""
_FEW = 2


def assign(
    long: Long, variables: Sequence[Variable], read: Reader
) -> tuple[Long, Mapping[str, Variable]]:
    """Find the variable of each column; codes and texts of one are joined, and heads parted."""
    named = {
        column: variable
        for column, kind in long.columns.items()
        for variable in variables
        if kind == "stub" and head_of(column).casefold() in variable.names
    }
    return _parted(*_joined(long, _by_values(long, named, variables, read)), variables, read)


def _by_values(
    long: Long, named: Mapping[str, Variable], variables: Sequence[Variable], read: Reader
) -> Assigned:
    """Find which variable a column without a name is, by its values; heads of several rows too."""
    result = dict(named)
    heads = [column for column, kind in long.columns.items() if kind == "head"]
    may: dict[str, list[Variable]] = {}
    for column, kind in long.columns.items():
        nameless = not head_of(column) if kind == "stub" else len(heads) > 1
        if column in result or not nameless:
            continue
        texts = long.frame[column].unique()
        tried = {one: read(one, texts) for one in variables if one not in result.values()}
        may[column] = [
            one for one, of in tried.items() if not of.unclear and any(of.codes.values())
        ]
    while sure := {column: of[0] for column, of in may.items() if len(of) == 1}:
        for column, variable in sure.items():
            if variable not in result.values():
                result[column] = variable
            del may[column]
        for left in may.values():
            left[:] = [one for one in left if one not in result.values()]
    return result


def _joined(long: Long, assigned: Mapping[str, Variable]) -> tuple[Long, Assigned]:
    """Join the code and the text of a variable where each has a column of its own."""
    stubs = [column for column, kind in long.columns.items() if kind == "stub"]
    frame, columns, result = long.frame, dict(long.columns), dict(assigned)
    for first, second in pairwise(stubs):
        one, other = result.get(first), result.get(second)
        variable = one or other
        if first not in columns or variable is None:
            continue
        nameless = (one is None and not head_of(first)) or (other is None and not head_of(second))
        pair = frame.select(first, second).unique()
        paired = pair.height == pair[first].n_unique() == pair[second].n_unique()
        if one != other and not (nameless and paired):
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
    return replace(long, frame=frame, columns=columns, place=_place_of_joined(long)), result


def _place_of_joined(long: Long) -> Callable[[str, str], str]:
    def place(column: str, text: str) -> str:
        for told in (text, *text.split(TAB)):
            try:
                return long.place(column, told)
            except ValueError:
                continue
        return repr(text.replace(TAB, " "))

    return place


def _parted(
    long: Long, assigned: Mapping[str, Variable], variables: Sequence[Variable], read: Reader
) -> tuple[Long, Assigned]:
    """Part heads such as 'Menn Personer 2016' into values of the variables that are not there."""
    result = dict(assigned)
    frame, columns = long.frame, dict(long.columns)
    for column in [name for name, kind in long.columns.items() if kind == "head"]:
        if column in result:
            continue
        lacking = [one for one in variables if one not in result.values()]
        texts = frame[column].unique(maintain_order=True).to_list()
        found = part_heads(texts, lacking, read)
        if found is None and lacking and len(texts) > 1:
            raise SourceError(
                f"{long.file}, {long.place(column, texts[0])}: {texts[0]!r} is not read as "
                f"{' and '.join(call(one) for one in lacking)}. Save the table again as it is on "
                "ssb.no, with its heads."
            )
        chosen, parts = found or ((), {})
        for variable in chosen:
            new = f"{column}.{variable.code}"
            split = {text: parts[text][variable.code] for text in texts}
            frame = frame.with_columns(pl.col(column).replace_strict(split).alias(new))
            columns[new] = "head"
            result[new] = variable
        frame = frame.drop(column)
        del columns[column]

    def place(column: str, text: str) -> str:
        if "." not in column or not column.startswith("^"):
            return long.place(column, text)
        whole = column.partition(".")[0]
        texts = long.frame[whole].unique(maintain_order=True)
        return long.place(whole, next((each for each in texts if text in each), text))

    return replace(long, frame=frame, columns=columns, place=place), result


def part_heads(
    texts: Sequence[str], lacking: Sequence[Variable], read: Reader
) -> tuple[Sequence[Variable], dict[str, dict[str, str]]] | None:
    """Find the variables that every head tells of: all that lack, or all but those of one value."""
    choices = [list(lacking)]
    choices += [[one for one in lacking if one != out] for out in reversed(lacking)]
    choices += [[one] for one in lacking]
    for chosen in filter(None, choices):
        ways = {text: _meanings(text, chosen, read) for text in texts}
        told = {(one, way[one.code]) for of in ways.values() for way in of for one in chosen}
        if not any(read(one, [text]).codes.get(text) for one, text in told):
            continue  # Totals alone are totals of anything.
        # Ways that mean the same: the values that most heads have are whole.
        often = Counter(part for of in ways.values() for way in of for part in way.items())
        parts = {
            text: max(of, key=lambda way: sum(often[part] for part in way.items()))
            for text, of in ways.items()
            if of
        }
        sure = [*parts.values()]
        for text in texts:
            if sure and text not in parts and (split := _by_others(text, chosen, sure)):
                parts[text] = split
        if len(parts) == len(texts):
            return chosen, parts
    return None


def _meanings(text: str, chosen: Sequence[Variable], read: Reader) -> list[dict[str, str]]:
    """Part a head into values that are all asked for, or totals, in all ways that mean the same."""
    words = text.split()
    if not len(chosen) <= len(words) <= _LONGEST:
        return []
    best: list[tuple[int, tuple[str | None, ...], dict[str, str]]] = []
    for parts in _ways(words, chosen):
        found = 0
        codes: list[str | None] = []
        for variable in chosen:
            told = parts[variable.code]
            one = read(variable, [told])
            asked = not one.unclear and one.codes[told] is not None
            any_text = (
                variable.part == "metric" and len(chosen) <= _FEW and not YEAR.fullmatch(told)
            )
            if one.unclear or not (asked or TOTAL.fullmatch(told) or any_text):
                break
            found += asked
            codes.append(one.codes[told])
        else:
            best.append((found, tuple(codes), parts))
    most = max((count for count, _, _ in best), default=0)
    likely = [(codes, parts) for count, codes, parts in best if count == most]
    same = len({codes for codes, _ in likely}) == 1
    return [parts for _, parts in likely] if same else []


def _by_others(
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
