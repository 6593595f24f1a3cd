"""One name for one thing: the glossary of each language, and the words that it keeps out."""

import csv
import re
from pathlib import Path

import pytest
import yaml

from workforce.contract.dictionary import tables
from workforce.texts.catalogue import LANGUAGES, MINUS, catalogue_folder, load_texts

ROOT = Path(__file__).parents[2]
GLOSSARY = yaml.safe_load((catalogue_folder().parent / "glossary.yaml").read_text(encoding="utf-8"))
NAMES = sorted(
    path for name in ("national", "sample") for path in (ROOT / "data" / name).glob("*.csv")
)
OF_COMMANDS = ("error.", "note.", "command.")
OF_THE_WORKBOOK = ("template.", "explore.", *OF_COMMANDS)
"""Texts beside sheets, columns and commands, which have to call them what they are called."""


def whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w{{])(?:{pattern})(?![\w}}])", re.IGNORECASE)


def named(language: str) -> dict[str, str]:
    """Names of occupations, sectors and competences that readers see."""
    found = {}
    for path in NAMES:
        with path.open(encoding="utf-8", newline="") as lines:
            for place, row in enumerate(csv.DictReader(lines), 2):
                if name := row.get(f"name_{language}"):
                    found[f"{path.parent.name}/{path.name}:{place}"] = name
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_says_what_it_means_and_what_it_is_not_called(language: str) -> None:
    for term, entry in GLOSSARY[language].items():
        assert set(entry) == {"means", "not"}, term
        assert all(entry.values()), term


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_and_no_name_calls_a_thing_by_another_name(language: str) -> None:
    texts = {**load_texts(language).entries, **named(language)}
    found = [
        f"{key}: {twin.group(0)!r}, say {term!r}"
        for term, entry in GLOSSARY[language].items()
        for pattern in entry["not"]
        for key, text in texts.items()
        # The English of a command is known again word for word.
        if language != "en" or not key.startswith(OF_COMMANDS)
        if (twin := whole(pattern).search(text))
    ]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_names_a_table_or_a_column_by_its_code(language: str) -> None:
    """English words of one part, such as staff, may stand in English; never in Norwegian."""
    codes = {name for name in tables() if "_" in name or language != "en"}
    codes |= {column.name for table in tables().values() for column in table.columns
              if "_" in column.name}  # fmt: skip
    codes -= {"region", "sector", "competence"}
    found = [
        (key, code)
        for key, text in load_texts(language).entries.items()
        if not key.startswith(OF_THE_WORKBOOK)
        for code in re.findall(r"(?<![\w{:])[a-z0-9]+(?:_[a-z0-9]+)*(?![\w}:])", text)
        if code in codes
    ]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_a_name_that_readers_know(language: str) -> None:
    entries = load_texts(language).entries
    without = [name for name in tables() if f"quality.tables.{name}" not in entries]
    assert without == []


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_sentence_after_a_colon_has_a_capital_where_the_place_comes_before_it(
    language: str,
) -> None:
    texts = load_texts(language).entries
    small = [
        key for key, text in texts.items()
        if re.match(r"\{(sector|scenario|area|services)\}: [a-zæøå]", text)
    ]  # fmt: skip
    assert small == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_are_those_of_the_language(language: str) -> None:
    """Space before the per cent sign in Norwegian, and a true minus before a number."""
    texts = load_texts(language).entries
    close = r"[\d}]%" if language != "en" else r"[\d}] %"
    found = [key for key, text in texts.items() if re.search(close, text)]
    found += [key for key, text in texts.items() if re.search(r"(?<![\w)])-\d", text)]
    assert found == [], f"write {MINUS} for a minus"


def test_a_measure_of_one_is_told_in_the_singular() -> None:
    from workforce.texts.catalogue import say

    one = {language: say(load_texts(language), "lever.reskilling.more", size="1", when="nå")
           for language in LANGUAGES}  # fmt: skip
    assert one["nb"].startswith("Én ansatt i året")
    assert one["nn"].startswith("Éin tilsett i året")
    assert one["en"].startswith("One employee a year begins")
