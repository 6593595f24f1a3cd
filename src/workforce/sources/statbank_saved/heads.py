"""Part heads such as 'Menn Personer 2016' into a value of each variable that they tell of."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations

from workforce.sources.statbank_saved.meaning import TOTAL, YEAR, Reader, Variable

_LONGEST = 14
"""Words of a head that joins the values of several variables."""
_FEW = 2


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
