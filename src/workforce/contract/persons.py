"""Find in a text what tells who somebody is: numbers, addresses, and what may be a name."""

import re
import unicodedata
from collections.abc import Iterator

OWN = 50
"""Persons shown from which a place's own hours, absence and shares are told. [persons]"""
UNSHOWN = "(not shown, since it may tell who somebody is)"
_BETWEEN = r"[\W_]{0,3}"  # Signs that people write within a number.
NO_NUMBER = ("nan", "inf", "-inf", "infinity", "none", "null")
"""What programs write for a number that is none."""
_APART = rf"(?:\s{{4,40}}|{_BETWEEN})"  # A page shows any spaces as one.
_ELEVEN = re.compile(rf"(?<!\d)(?=(\d(?:{_APART}\d){{10}})(?!\d))")
_BORN = re.compile(
    rf"(?<!\d)(?=((\d\d)\W?(\d\d)\W?(?:19|20)(\d\d){_BETWEEN}(\d{{3}}\W?\d\d))(?!\d))"
)
_RUN = re.compile(r"(?<!\d)\d{6}[ .\u00a0\u202f-]?\d{5}(?!\d)")
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]{1,64}\.[^\s@]")
_ABROAD = re.compile(rf"(?=((?:\+|(?<!\d)00){_BETWEEN}[1-9](?:{_BETWEEN}\d){{7,14}})(?!\d))")
_EIGHT = re.compile(r"(?<!\d)(?<!\d,)(?=([2-9](?:[^\w,;:+]{0,2}\d){7})(?!\d))")
_THOUSANDS = re.compile(r"\D*\d{1,3}(?:\W\d{3})+")
_DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\W?(?:0?[1-9]|1[0-2])\W?(?:19|20)\d\d")
_DAY_BACKWARDS = re.compile(r"(?:19|20)\d\d\W?(?:0[1-9]|1[0-2])\W?(?:0[1-9]|[12]\d|3[01])")
_DAY_AND_HOUR = re.compile(r"\d\d?\.\d\d?\.\d\d[\s\u00a0]\d\d")
_FROM_A_YEAR = re.compile(r"(?:19|20)\d\d\W.*", re.DOTALL)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d]|['’.-])*")
_WEIGHTS = (
    (3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0),
    (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1),
)


def find_identifying(text: str) -> list[tuple[str, int]]:
    """Find identity numbers, telephone numbers and e-mail addresses, and where each begins, from 1.

    Digits of any script count, and up to three other signs between them: hyphens, dots, spaces of
    every width; between those of an identity number also more spaces, and the year of birth may
    have four digits. A day, a range of years and an amount with its thousands apart are none.
    """
    # Letter for letter, so that places hold.
    plain = "".join(_plain(letter) for letter in text)
    found = [("an e-mail address", one.start()) for one in _MAIL.finditer(plain)]
    numbers = list(_identity_numbers(plain))
    found += [("an identity number", start) for start, _ in numbers]
    for one in [*_ABROAD.finditer(plain), *_EIGHT.finditer(plain)]:
        within = any(start <= one.start() < end for start, end in numbers)
        if not within and not _is_amount_or_time(one[1]):
            numbers.append(one.span(1))
            found.append(("a telephone number", one.start()))
    return [(what, place + 1) for what, place in sorted(found, key=lambda one: one[1])]


def mask_identity(text: str) -> str:
    """Put stars for every identity number, and for every run of eleven digits."""
    plain = "".join(_plain(letter) for letter in text)
    for start, end in sorted(_identity_numbers(plain), reverse=True):
        text = text[:start] + "*" * 11 + text[end:]
    return _RUN.sub("*" * 11, text)


def may_be_name(text: str) -> bool:
    """Tell whether a text may be the name of a person: words, with no digit that says otherwise.

    Two words or more, or one with a capital; beside a digit, two words with capitals.
    """
    if text.strip().casefold() in NO_NUMBER:
        return False
    words = _WORD.findall(text)
    capitals = [word for word in words if word[0].isupper() and len(word) > 1]
    if any(letter.isdigit() for letter in text):
        return len(capitals) > 1
    return len(words) > 1 or any(not word.isupper() for word in capitals)


def quoted(value: object) -> str:
    """Quote a cell that is no code or number, unless it may be somebody's name or number."""
    shown = unquoted(value)
    return shown if shown == UNSHOWN else repr(str(value))


def unquoted(value: object) -> str:
    """Write a label without quotes, unless it may be somebody's name or number."""
    text = str(value)
    return UNSHOWN if may_be_name(text) or find_identifying(text) else text


def _plain(letter: str) -> str:
    if letter.isdecimal():
        return str(int(letter))
    wide = unicodedata.normalize("NFKC", letter)
    return wide if len(wide) == 1 else letter


def _identity_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Give where a number of eleven digits is solid, or begins with a day and may be a person's."""
    for one in _ELEVEN.finditer(text):
        digits = re.sub(r"\D", "", one[1])
        # A D-number has 40 added to the day, a made-up or help number 40, 65 or 80 to the month.
        day, month = int(digits[:2]), int(digits[2:4])
        a_day = 1 <= (day - 40 if day > 40 else day) <= 31 and any(
            1 <= month - added <= 12 for added in (0, 40, 65, 80)
        )
        six = re.match(rf"\d(?:{_APART}\d){{5}}", one[1])
        apart = six is not None and not one[1][six.end()].isdigit()
        if len(one[1]) == 11 or (a_day and (apart or _has_control_digits(digits))):
            yield one.span(1)
    for one in _BORN.finditer(text):  # The day with all four digits of the year.
        if _has_control_digits(re.sub(r"\D", "", "".join(one.groups()[1:]))):
            yield one.span(1)


def _has_control_digits(digits: str) -> bool:
    return all(
        sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0
        for weights in _WEIGHTS
    )


def _is_amount_or_time(found: str) -> bool:
    kinds = (_THOUSANDS, _DAY, _DAY_BACKWARDS, _DAY_AND_HOUR, _FROM_A_YEAR)
    return any(kind.fullmatch(found) for kind in kinds)
