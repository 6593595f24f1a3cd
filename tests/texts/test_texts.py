import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.errors import ParameterError, ReportError
from workforce.texts.catalogue import (
    LANGUAGES,
    PLACEHOLDER,
    Texts,
    date,
    join_list,
    load_texts,
    number,
    percent,
    placeholders,
    quarter_name,
    read_catalogues,
    say,
)

NB, NN, EN = (load_texts(language) for language in LANGUAGES)

# Words that are right in one written form of Norwegian only.
BOKMAL = """
ikke hvor hvordan hvorfor hvis hva hvem fra noen noe være flere uten bare gjøre gjør tallene tallet
kommer høyere lavere siden disse årene ansatte antall økning usikkerhet mangler åpne vises skjules
selv hele mye mer rapporter kommuner kommunene jeg deres tjenester tjenestene tjenesteområde
beregnet beregning beregningen forutsetninger øker laget en se vår gjennomsnittlig personer yrker
"""
NYNORSK = """
ikkje korleis kvifor kva kven frå nokon noko vere fleire utan berre gjere gjer tala talet kjem
høgare lågare sidan desse åra tilsette uvisse manglar opne sjølv heile meir ein eit eg tenester
tenestene tenesteområde utrekning føresetnader aukar rapportar kommunar laga dei sjå personar
"""


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-zæøåéòô]+", PLACEHOLDER.sub(r" \2 \3 ", text).lower()))


@pytest.mark.parametrize("texts", [NN, EN], ids=["nn", "en"])
def test_a_text_takes_the_same_values_in_every_language(texts: Texts) -> None:
    different = {
        key: (NB.entries[key], text)
        for key, text in texts.entries.items()
        if placeholders(text) != placeholders(NB.entries[key])
    }
    assert different == {}


def test_no_text_holds_a_brace_that_is_no_placeholder() -> None:
    odd = [
        (texts.language, key)
        for texts in (NB, NN, EN)
        for key, text in texts.entries.items()
        if set(PLACEHOLDER.sub("", text)) & set("{}")
    ]
    assert odd == []


def test_nynorsk_is_not_written_with_words_of_bokmal() -> None:
    found = {
        key: bokmal
        for key, text in NN.entries.items()
        if (bokmal := words(text) & set(BOKMAL.split()))
    }
    assert found == {}


def test_bokmal_is_not_written_with_words_of_nynorsk() -> None:
    found = {
        key: nynorsk
        for key, text in NB.entries.items()
        if (nynorsk := words(text) & set(NYNORSK.split()))
    }
    assert found == {}


def test_few_nynorsk_sentences_read_the_same_in_bokmal() -> None:
    sentences = [key for key, text in NN.entries.items() if len(words(text)) >= 7]
    copies = [key for key in sentences if NN.entries[key] == NB.entries[key]]
    assert len(copies) < 0.1 * len(sentences), copies


@pytest.mark.parametrize(
    ("value", "decimals", "norwegian", "english"),
    [
        (1234567, 0, "1\u00a0234\u00a0567", "1,234,567"),
        (-1234.56, 1, "\u22121\u00a0234,6", "\u22121,234.6"),
        (-0.4, 0, "0", "0"),
        (0.05, 2, "0,05", "0.05"),
        (12, 1, "12,0", "12.0"),
    ],
)
def test_numbers_follow_the_language(
    value: float, decimals: int, norwegian: str, english: str
) -> None:
    assert number(value, NB, decimals=decimals) == norwegian
    assert number(value, NN, decimals=decimals) == norwegian
    assert number(value, EN, decimals=decimals) == english


def test_shares_are_written_as_per_cent() -> None:
    assert percent(0.128, NB) == "12,8\u00a0%"
    assert percent(0.128, EN) == "12.8%"
    assert percent(0.52, NN, decimals=0, sign=True) == "+52\u00a0%"


def test_dates_quarters_and_lists_are_words() -> None:
    day = dt.date(2026, 1, 1)
    assert (date(day, NB), date(day, EN)) == ("1. januar 2026", "1 January 2026")
    assert (quarter_name("2026Q4", NN), quarter_name("2026Q4", EN)) == (
        "4. kvartal 2026",
        "Q4 2026",
    )
    assert join_list(["a", "b", "c"], NB) == "a, b og c"
    assert (join_list([], NB), join_list(["a"], NB)) == ("", "a")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_written_number_can_be_read_back(value: float) -> None:
    for texts, point in ((NB, ","), (EN, ".")):
        written = number(value, texts, decimals=1).replace("\u2212", "-")
        plain = re.sub(r"[\u00a0 ]" if point == "," else ",", "", written).replace(point, ".")
        assert float(plain) == pytest.approx(round(value, 1), abs=1e-3)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_never_shown(value: float) -> None:
    with pytest.raises(ParameterError, match="not a number"):
        number(value, NB)


def test_an_unknown_key_a_missing_value_and_an_unwritten_number_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"page\.kee"):
        say(NB, "page.kee")
    with pytest.raises(ParameterError, match="date"):
        say(NB, "page.made")
    with pytest.raises(ParameterError, match="float"):
        say(NB, "page.made", date=1.5)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="no"):
        load_texts("no")
    with pytest.raises(ParameterError, match="2026K4"):
        quarter_name("2026K4", NB)


def test_a_word_follows_the_number_that_it_counts() -> None:
    texts = Texts("nb", {"key": "{count} {count:person|personer} i {year}"})
    assert say(texts, "key", count="1", year=2026) == "1 person i 2026"
    assert say(texts, "key", count=12, year=2026) == "12 personer i 2026"
    assert say(texts, "key", count="1,0", year=2026) == "1,0 personer i 2026"
    both = Texts("nb", {"key": "{years:ett|#} år senere"})
    assert [say(both, "key", years=n) for n in ("1", "2")] == ["ett år senere", "2 år senere"]
    with pytest.raises(ParameterError, match="count"):
        say(texts, "key", year=2026)
    assert say(texts, "key", count="+1", year=2036) == "+1 person i 2036"
    assert say(texts, "key", count="−1", year=2036) == "−1 person i 2036"


def test_a_value_that_looks_like_a_placeholder_stays_text() -> None:
    assert say(NB, "page.made", date="{language}") == "Laget {language}."


WORDS = "{nb: en, nn: ein, en: one}"


def test_the_words_of_a_key_in_three_languages_lie_together(tmp_path) -> None:
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "a.yaml").write_text(f"chart:\n  one: {WORDS}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(f"language.nb: {WORDS}\n", encoding="utf-8")
    read = read_catalogues(tmp_path)
    assert read["nn"] == {"chart.one": "ein", "language.nb": "ein"}
    assert set(read["nb"]) == set(read["nn"]) == set(read["en"])


def test_a_key_that_stands_twice_is_refused(tmp_path) -> None:
    (tmp_path / "a.yaml").write_text(f"page:\n  one: {WORDS}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(f"page.one: {WORDS}\n", encoding="utf-8")
    with pytest.raises(ReportError, match=r"page\.one"):
        read_catalogues(tmp_path)
    (tmp_path / "b.yaml").write_text(f"two: {WORDS}\ntwo: {WORDS}\n", encoding="utf-8")
    with pytest.raises(ReportError, match="two"):
        read_catalogues(tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        "only a text", "{nb: en, nn: ein}", "{nb: en, nn: '', en: one}", "[en, ein, one]", "{}",
        "{nb: en, nn: ein, en: one, sv: en}", "{nb: en, nb: en, nn: ein, en: one}",
    ],
)  # fmt: skip
def test_a_key_without_one_text_in_each_language_is_refused(words: str, tmp_path) -> None:
    (tmp_path / "a.yaml").write_text(f"page:\n  one: {words}\n", encoding="utf-8")
    with pytest.raises(ReportError, match=r"a\.yaml: 'page\.one'.* need one text each"):
        read_catalogues(tmp_path)


def test_the_word_no_stays_a_word(tmp_path) -> None:
    (tmp_path / "a.yaml").write_text("no: {nb: no, nn: no, en: no}\n", encoding="utf-8")
    assert read_catalogues(tmp_path)["nb"] == {"no": "no"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_parts_a_sign_for_per_cent_from_its_number(language: str) -> None:
    texts = load_texts(language).entries
    assert not [key for key, text in texts.items() if re.search(r"[\d}] %", text)]
