"""What the words and codes of a saved table mean: places, ages, periods, and codes declared."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from workforce.contract.municipalities import names, two_places, with_name
from workforce.contract.persons import quoted
from workforce.contract.problems import shorten
from workforce.sources.statbank.declared import Declaration

TAB = "\t"
"""Stands between the code and the text of a value where the file tells them apart."""
NAMES = {
    "region": ("region", "kommune", "kommuneregion", "kommunar", "kommuner", "municipality"),
    "age": ("alder", "age", "aldersgruppe"),
    "time": ("tid", "år", "kvartal", "årgang", "year", "quarter", "time"),
    "metric": ("statistikkvariabel", "contentscode", "contents", "innhold", "statistikkvariabler"),
    "Kjonn": ("kjønn", "kjonn", "sex"),
    "TenesteType": ("tenestetype", "tjenestetype", "teneste", "tjeneste", "type teneste"),
    "KOKstillingkode0000": ("stillingskode", "stilling", "stillingstype", "stillingkode"),
    "KOKutdanningoms0000": ("utdanning", "utdanningsgruppe", "utdanning omsorg"),
    "NACE2007": ("næring", "næring (sn2007)", "nace2007", "industry"),
}
"""What a variable is called above its column, beside its own code."""
TOTAL = re.compile(
    r"(i alt|ialt|total|totalt|sum|alle.*|begge kjønn|.* i alt|i alt.*|999|999a|hele landet|"
    r"heile landet|landet.*|hele befolkningen)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?:K[-.])?(\d{3,4})(?:[\s\t]+(.*))?", re.DOTALL)
_OTHER_PLACE = re.compile(
    r"(?:0|EA[A-Z]{1,4}\d{0,2}|[A-Z]{1,3}[-.]?\d{0,4}[a-z]?|\d\d|\d{5,6})(?:[\s\t].*)?", re.DOTALL
)
"""The country, counties and groups, and the districts of the large towns by their six digits."""
_YEARS_OF_NAME = re.compile(r"\s*\((?:\d{4})?\s*[-\u2013]\s*(?:\d{4})?\)$")
_AGE = re.compile(
    r"(?P<low>\d{1,3})(?:\s*[-\u2013]\s*(?P<high>\d{1,3}))?\s*(?:år)?"
    r"(?P<open>\s*(?:\+|eller (?:eldre|over|mer)|og (?:eldre|over)|and over|or older))?\s*(?:år)?",
    re.IGNORECASE,
)
_UNDER = re.compile(r"(?:under|0\s*[-\u2013])\s*(?P<below>\d{1,3})\s*år", re.IGNORECASE)
_BESIDE = re.compile(
    r"i|alt|alle|totalt|antall?|av|med|og|på|over|eldre|år|avtalte|ledige|person[ae]r|"
    r"bruk(?:ere|arar)|mottak(?:ere|arar)|beboere|bebuarar|bruk[ae]r(?:rettet|retta)|"
    r"(?:omsorgs)?tj?enester|tj?enestetyp[ae]r|stilling[ae]r|institusjon|sykehjem|sjukeheim|"
    r"h(?:oved|ovud)alternativet|lav|låg|høy|høg|nasjonal|vekst"
)
"""What a text without a code may say beside the words that tell which code it is. Any other word
may make it a part, a share or another figure: *på venteliste*, *unntatt ledere*."""
YEAR = re.compile(r"(?:19|20)\d\d")
_QUARTER = re.compile(r"((?:19|20)\d\d)\s*[KkQq]([1-4])|([1-4])\. kvartal ((?:19|20)\d\d)")


@dataclass(frozen=True)
class Variable:
    """A variable that a table is asked for: its code, its part, and what it may be called."""

    code: str
    part: str
    names: frozenset[str]


@dataclass(frozen=True)
class Read:
    """What texts stand for: a code, or None for what is not asked for; and what is not clear."""

    codes: Mapping[str, str | None]
    unclear: Mapping[str, str]
    doubtful: tuple[str, ...] = ()


Reader = Callable[[Variable, Iterable[str]], Read]
"""Reads texts as values of a variable of one table."""


def variables_of(declared: Declaration) -> tuple[Variable, ...]:
    """List the variables of a declared table; the figures' own (``metric``) comes last."""
    found = []
    for code, part in (
        (declared.region, "region"), (declared.age, "age"), (declared.time, "time"),
        *((code, "metric" if code == "ContentsCode" else "code")
          for code in dict.fromkeys((*declared.select, *declared.find))),
    ):  # fmt: skip
        if code:
            called = (code.casefold(), *NAMES.get(part, ()), *NAMES.get(code, ()))
            found.append(Variable(code, part, frozenset(called)))
    return tuple(sorted(found, key=lambda one: one.part == "metric"))


def read_texts(declared: Declaration, variable: Variable, texts: Iterable[str],
               known: Mapping[str, str]) -> Read:  # fmt: skip
    """Read the texts of a variable."""
    each = list(dict.fromkeys(texts))
    if variable.part in ("metric", "code"):
        return _read_codes(declared, variable.code, each)
    codes: dict[str, str | None] = {}
    unclear: dict[str, str] = {}
    for text in each:
        read = {"region": lambda told: _place(told, known), "age": _age, "time": _period}[
            variable.part
        ](text)
        if isinstance(read, _Unclear):
            unclear[text] = read.why
        else:
            codes[text] = read
    numbers = codes.items() if variable.part == "region" else ()
    return Read(codes, unclear, tuple(filter(None, (_other_name(*pair) for pair in numbers))))


def name_of_place(text: str) -> str:
    """Take the name out of the text of a place: without its number, and the years it was used."""
    found = _PLACE.fullmatch(text)
    name = (found[2] or "") if found else text
    return _YEARS_OF_NAME.sub("", name.strip())


def call(variable: Variable) -> str:
    """Name a variable as a reader of ssb.no knows it."""
    told = {"region": "region", "age": "alder", "time": "år", "metric": "statistikkvariabel"}
    return told.get(variable.part) or min(variable.names - {variable.code.casefold()}, key=len)


@dataclass(frozen=True)
class _Unclear:
    why: str


def _place(text: str, known: Mapping[str, str]) -> str | _Unclear | None:
    found = _PLACE.fullmatch(text)
    if found:
        if told := two_places(text.replace(TAB, " ")):
            return _Unclear(told)
        number = found[1].zfill(4)
        return ("K-" if text.startswith(("K-", "K.")) else "") + number
    if TOTAL.fullmatch(text) or _OTHER_PLACE.fullmatch(text):
        return None  # The country, a county, a group or a district.
    if text.casefold() in known:
        return known[text.casefold()]
    return _Unclear(
        f"{quoted(text)} is no municipality that is known by its name alone. Save the table with "
        'codes and texts, or name it: --region "NUMBER NAME"'
    )


def _other_name(text: str, code: str | None) -> str | None:
    """Say which municipality a number was taken for, where its text has a name nobody has."""
    number = (code or "").removeprefix("K-")
    own, name = names().get(number), name_of_place(text.replace(TAB, " "))
    if not own or not name or with_name(name) or name == number:
        return None
    return f"{quoted(text)} is read by its number, as {number} {own}"


def _age(text: str) -> str | _Unclear | None:
    for told in _code_and_text(text, (TOTAL, _UNDER, _AGE)):
        if TOTAL.fullmatch(told):
            return None
        if below := _UNDER.fullmatch(told):
            high = int(below["below"]) - (1 if told.casefold().startswith("under") else 0)
            return f"00-{high:02d}"
        if found := _AGE.fullmatch(told):
            low = int(found["low"])
            if found["high"]:
                return f"{low:02d}-{int(found['high']):02d}"
            if found["open"]:
                return f"{low}+"
            return f"{low:03d}"
    return _Unclear(f"{quoted(text)} is no age. Write ages as 42, 80-89 or 105+")


def _period(text: str) -> str | _Unclear | None:
    if TOTAL.fullmatch(text):
        return None
    for told in _code_and_text(text, (YEAR,)):
        if YEAR.fullmatch(told):
            return told
        if found := _QUARTER.fullmatch(told):
            return f"{found[1] or found[4]}K{found[2] or found[3]}"
    return _Unclear(f"{quoted(text)} is no year or quarter")


def _code_and_text(text: str, forms: Sequence[re.Pattern[str]]) -> list[str]:
    """Give what is to be read of a text: code and text, where it holds both, each of a form."""
    if TAB in text:
        return text.split(TAB)
    code, _, label = text.partition(" ")
    both = all(any(form.fullmatch(part) for form in forms) for part in (code, label))
    return [text, code] if both else [text]


def _read_codes(declared: Declaration, variable: str, texts: Sequence[str]) -> Read:
    """Find the code that each text stands for, where no other text can be that code.

    A text that is, or begins with, a code that is asked for is that code, if what follows says
    what it must. A text without a code is the only one left to it, or is not clear.
    """
    words = {
        code: tuple(word.casefold() for word in declared.confirm.get(variable, {}).get(code, ()))
        for code in declared.select.get(variable, ())
    }
    exact = {
        name: {word.casefold() for word in labels}
        for name, labels in declared.find.get(variable, {}).items()
    }
    codes: dict[str, str | None] = {}
    unclear: dict[str, str] = {}
    may: dict[str, set[str]] = {}
    for text in texts:
        code, _, label = text.partition(TAB) if TAB in text else text.partition(" ")
        if text in words or (code in words and label):
            code = text if text in words else code
            says = label.casefold() if text not in words else ""
            if says and says != code.casefold() and words[code] and not _says(words[code], says):
                unclear[text] = (
                    f"{text!r} has the code {code}, but does not say "
                    f"{' or '.join(declared.confirm[variable][code])}"
                )
            else:
                codes[text] = code
            continue
        labels = {text.casefold(), label.casefold().strip(), code.casefold()} if label else {
            text.casefold()
        }  # fmt: skip
        named = [name for name, of in exact.items() if labels & of]
        if len(named) == 1:
            codes[text] = named[0]
            continue
        also = declared.alone.get(variable, {})
        may[text] = {
            code
            for code, of in words.items()
            if TAB not in text and _says_alone(of, also.get(code, ()), text.casefold())
        }
    several = {text: set(left) for text, left in may.items() if len(left) > 1}
    if variable != "ContentsCode":
        # 'Menn og kvinner' is never one of them because the other is told elsewhere.
        may = {text: left for text, left in may.items() if text not in several}
    _settle(may, codes)
    if variable != "ContentsCode":
        taken = {code for code in codes.values() if code}
        may |= {text: left if left - taken else set() for text, left in several.items()}
    for text, left in may.items():
        rivals = [other for other, of in may.items() if other != text and of & left]
        if not left:
            codes[text] = None
        elif rivals:
            unclear[text] = f"{shorten([text, *rivals])} may be the same code {shorten(left)}"
        else:
            unclear[text] = f"{text!r} may be {' or '.join(sorted(left))}"
    if unclear and variable == "ContentsCode":
        unclear = {
            text: f"{why}. Save the table with codes and texts" for text, why in unclear.items()
        }
    return Read(codes, unclear)


def _settle(may: dict[str, set[str]], codes: dict[str, str | None]) -> None:
    """Give each text the one code that it may be and no other text is left with alone."""
    taken = {code for code in codes.values() if code}
    for text in may:
        may[text] -= taken
    while True:
        single = {text: next(iter(left)) for text, left in may.items() if len(left) == 1}
        sure = {text: code for text, code in single.items() if [*single.values()].count(code) == 1}
        if not sure:
            return
        for text, code in sure.items():
            codes[text] = code
            del may[text]
            for left in may.values():
                left.discard(code)


def _says_alone(words: Sequence[str], also: Sequence[str], text: str) -> bool:
    """Whether a text without a code says what it must, and nothing that may make it another."""
    if not _says(words, text) or (also and not _says(also, text)):
        return False
    telling = (*words, *also)
    for word in telling:
        if re.search(r"[\W\d]", word):  # Words of several parts, such as '80 år'.
            text = re.sub(rf"\b{re.escape(word)}\w*", " ", text)
    told = re.findall(r"[^\W_]+|%", text)
    return all(_BESIDE.fullmatch(one) or one.startswith(telling) for one in told)


def _says(words: Sequence[str], text: str) -> bool:
    return any(word in text for word in words)
