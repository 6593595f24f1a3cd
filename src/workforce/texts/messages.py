"""Say what the program tells somebody in their language, with the code that an error is found by.

Messages are written in English where they arise. Here each is known again by its English text in
the catalogues, and what was named in it is set into the text of the other language.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from workforce.contract.dictionary import read_rows
from workforce.texts.catalogue import PER_CENT, PLACEHOLDER, Texts, load_texts, say

ENGLISH = "en"
UNKNOWN = "WF-500"
"""Code of an error that has none of its own."""
_KEYS = ("error.", "note.")
_FORMS = {
    "place": r"(?:row \d+, column \d+|cell [A-Z]+\d+)",
    "row": r"\d+",
    "line": r"\d+",
    "count": r"\d+",
    "year": r"(?:19|20)\d\d",
    "table": r"\d{5}",
    "hint": ".*",
}
"""What stands for a placeholder; another holds any text of one line."""


@dataclass(frozen=True)
class _Known:
    key: str
    pattern: re.Pattern[str]
    longest: str
    """The longest part between placeholders, looked for before the pattern is tried."""


def code_of_key(key: str) -> str:
    """Give the code of an error of the catalogues, such as ``WF-601``; a note has none."""
    found = re.fullmatch(r"error\.wf(\d{3})", key)
    return f"WF-{found[1]}" if found else ""


def error_keys() -> list[str]:
    """List the errors of the catalogues, in the order of their codes."""
    return sorted(key for key in load_texts(ENGLISH).entries if code_of_key(key))


def example_of(key: str) -> str:
    """Write an error of the catalogues with examples in its places, in English."""
    rows = read_rows("message_examples.csv", "workforce.texts")
    examples = {row["placeholder"]: row["example"] for row in rows}
    text = load_texts(ENGLISH).entries[key]
    return PLACEHOLDER.sub(lambda found: examples.get(found[1], found[1]), text)


def tell_error(message: str, texts: Texts) -> str:
    """Say an error, each block of it with its code; one that is not known stays in English.

    Errors of several files stand in blocks with an empty line between.
    """
    return "\n\n".join(_block(block, texts) for block in message.split("\n\n"))


def tell_note(message: str, texts: Texts) -> str:
    """Say a note; one that is not known stays in English."""
    return message if texts.language == ENGLISH else _told(message, texts, "note.")[0]


def tell_comments(text: str, texts: Texts) -> str:
    """Say the comments of a file that is written for somebody; what they stand beside stays."""
    lines = (re.fullmatch(r"(.*# )?(.*)", line) for line in text.split("\n"))
    return "\n".join(
        found[1] + tell_note(found[2], texts) if found[1] else found[2] for found in lines if found
    )


def tell_report(text: str, texts: Texts) -> str:
    """Say the lines of a report; one that is not known stays in English."""
    lines = (re.fullmatch(r"(#+ |- |  )?(.*)", line) for line in text.split("\n"))
    return "\n".join((found[1] or "") + tell_note(found[2], texts) for found in lines if found)


def _block(block: str, texts: Texts) -> str:
    told = [_told(line, texts, "error.wf") for line in block.split("\n")]
    known = [code for _, code in told if code]
    if texts.language == ENGLISH:
        return f"{block} [{', '.join(dict.fromkeys(known or [UNKNOWN]))}]"
    if not known:
        rule = say(texts, "error.wf500", text=block)
        return f"{rule} [{UNKNOWN}]"
    lines = (f"{text} [{code}]" if code else text for text, code in told)
    return "\n".join(
        f"- {tell_note(line[2:], texts)}" if line.startswith("- ") else line for line in lines
    )


def _told(text: str, texts: Texts, kind: str = "") -> tuple[str, str]:
    """Give a text in a language, with its code; as it stands where no message of the kind is it."""
    spaced = PER_CENT.sub("\u00a0%", text)  # As the catalogues are read.
    for one in _known():
        if (
            one.key.startswith(kind)
            and one.longest in spaced
            and (found := one.pattern.fullmatch(spaced))
        ):
            values = {name: _inner(value, texts) for name, value in found.groupdict().items()}
            if "pairs" in values:
                own = say(texts, "error.word.as")
                values["pairs"] = values["pairs"].replace(" as ", f" {own} ")
            return say(texts, one.key, **values), code_of_key(one.key)
    return text, ""


def _inner(value: str, texts: Texts) -> str:
    """Say what was named in a message: a message of its own, or places, counts and lists."""
    if "; " in value and value not in load_texts(ENGLISH).entries.values():
        return "; ".join(_inner(part, texts) for part in value.split("; "))
    told, _ = _told(value, texts)
    if told != value:
        return told
    for key, phrase in _phrases():
        value = value.replace(phrase, texts.entries[key])
    for word in ("row", "column", "cell", "sheet", "line"):
        own = say(texts, f"error.word.{word}")
        value = re.sub(rf"\b{word} (?=[A-Z]*\d|\S+$)", f"{own} ", value)
    # Of a note on what was read: the sheet, and the headings of a table.
    value = re.sub(r", sheet (?=\S+, )", f", {say(texts, 'error.word.sheet')} ", value)
    value = re.sub(r", column$", f", {say(texts, 'error.word.column')}", value)
    value = re.sub(r"(?<=\d) to (?=\d)", f" {say(texts, 'error.word.to')} ", value)
    rest = f" {say(texts, 'error.word.and')} \\1 {say(texts, 'error.word.more')}"
    return re.sub(r" and (\d+) more\b", rest, value)


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """List what is said within messages, the longest first."""
    found = [pair for pair in load_texts(ENGLISH).entries.items() if ".phrase." in pair[0]]
    return tuple(sorted(found, key=lambda pair: -len(pair[1])))


@cache
def _known() -> tuple[_Known, ...]:
    """Make a pattern of each message; the one that says most is tried first."""
    entries = load_texts(ENGLISH).entries
    found = [
        _Known(key, re.compile("".join(_pattern(text))), max(_between(text), key=len))
        for key, text in entries.items()
        if key.startswith(_KEYS)
        and key != "error.wf500"
        and not {"word", "phrase"} & {*key.split(".")}
    ]
    said = {one.key: sum(map(len, _between(entries[one.key]))) for one in found}
    return tuple(sorted(found, key=lambda one: -said[one.key]))


def _between(text: str) -> list[str]:
    """Give what stands between the placeholders of a text."""
    ends = [0, *(at for found in PLACEHOLDER.finditer(text) for at in found.span()), len(text)]
    return [text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True)]


def _pattern(text: str) -> Iterator[str]:
    """Write a text as a pattern: its words as they are, and what each placeholder may hold."""
    seen = set()
    names = [found[1] for found in PLACEHOLDER.finditer(text)]
    for part, name in zip(_between(text), [*names, ""], strict=True):
        yield re.escape(part)
        if name:
            yield f"(?P={name})" if name in seen else f"(?P<{name}>{_FORMS.get(name, '.+?')})"
        seen.add(name)
