"""The words that usual extracts write: names of columns, and codes of what stands in them."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

PACKAGE = "workforce.sources.staff_register"
_LETTERS = str.maketrans({"æ": "a", "ø": "o", "å": "a", "é": "e", "ö": "o", "ä": "a"})


def plain(text: str) -> str:
    """Spell a word in small letters a to z and digits only, so that spellings compare equal."""
    return re.sub(r"[^a-z0-9]", "", text.casefold().translate(_LETTERS))


def plain_keys(meanings: Mapping[str, str]) -> dict[str, str]:
    """Spell the keys of a mapping as `plain` does."""
    return {plain(key): value for key, value in meanings.items()}


def meanings(column: str, own: Mapping[str, str]) -> dict[str, str]:
    """Give what each usual word of a column means, and each word of one's own."""
    usual = {word: code for code, words in _lists()[column].items() for word in words}
    return usual | plain_keys(own)


def heading_words() -> Mapping[str, list[str]]:
    """Give the usual headings of each column, the most usual first, as `plain` spells them."""
    return _lists()["headings"]


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    import yaml

    text = files(PACKAGE).joinpath("vocabulary.yaml").read_text(encoding="utf-8")
    return {
        column: {code: words.split() for code, words in lists.items()}
        for column, lists in yaml.safe_load(text).items()
    }
