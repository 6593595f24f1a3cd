"""What commands tell, in three languages: known by its English text, and found by its code."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from workforce.cli import app
from workforce.errors import SourceError
from workforce.sources.staff_register.doubts import RULES
from workforce.sources.tables.workbook import sheets_of
from workforce.texts.catalogue import PLACEHOLDER, load_texts
from workforce.texts.messages import (
    UNKNOWN,
    code_of_key,
    error_keys,
    example_of,
    tell_error,
    tell_note,
)

SOURCE = Path(__file__).parents[2] / "src" / "workforce"
SAID = [
    key
    for key in load_texts("en").entries
    if key.startswith(("error.", "note.")) and key != "error.wf500"
    if not {"word", "phrase"} & {*key.split(".")}
]


@cache
def texts_in_the_code():
    """Every text that stands in a module of the program, and in its rules of doubt."""
    texts = [
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return "\n".join([*texts, *RULES, *(rule.text for rule in RULES.values())])


@pytest.mark.parametrize("key", SAID)
def test_every_message_of_the_catalogues_is_one_that_the_program_says(key):
    parts = PLACEHOLDER.split(load_texts("en").entries[key])[:: PLACEHOLDER.groups + 1]
    longest = max(parts, key=len)
    ends = {longest, longest[:14], longest[-14:], longest.strip()[-9:]} | {
        part for part in parts if len(part) > 10
    }
    assert any(end in texts_in_the_code() for end in ends)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_error_is_known_again_by_its_english_text(language):
    texts = load_texts(language)
    for key in error_keys():
        if code_of_key(key) != UNKNOWN:
            assert tell_error(example_of(key), texts).endswith(f"[{code_of_key(key)}]"), key


def test_what_is_named_in_an_error_stands_in_the_other_language():
    told = (
        "a.csv, row 4, column 1: 4026 Notodden has the number of Tinn and the name of 4005: "
        "correct the one that is wrong; row 5, column 2: 'x' is no year or quarter.\n\n"
        "The file b.csv is not there. Check the path."
    )
    assert tell_error(told, load_texts("nb")) == (
        "a.csv, rad 4, kolonne 1: 4026 Notodden har nummeret til Tinn og navnet til 4005: rett det "
        "som er feil; rad 5, kolonne 2: 'x' er verken år eller kvartal. [WF-624]\n\n"
        "Filen b.csv finnes ikke. Sjekk stien. [WF-501]"
    )
    assert tell_note("staff.csv, sex: read K as female and 3 more.", load_texts("nn")) == (
        "staff.csv, sex: las K som female og 3 til."
    )


def test_a_sentence_with_a_semicolon_is_known_as_one_within_another():
    told = "The cells say '0 år'. " + load_texts("en").entries["note.detail.age"]
    said = tell_note(told, load_texts("nb"))
    assert said == f"I cellene står '0 år'. {load_texts('nb').entries['note.detail.age']}"


def test_what_stands_above_the_names_of_columns_is_told_in_norwegian():
    for rows, lies in (("row 1", "is"), ("rows 1 to 2", "are")):
        told = f"a.csv: {rows}, above the column names, {lies} not read."
        said = tell_note(f"{told} They say 31 December. A year of ours stands on 1 January: "
                         "figures of 31 December 2025 are of 2026, so see that the years are "
                         "right.", load_texts("nb"))  # fmt: skip
        assert "over kolonnenavnene" in said
        assert "hører til 2026" in said


def test_codes_that_a_mapping_lacks_are_listed_in_norwegian_below_the_error():
    told = (
        "No row can be counted: see that the mapping knows the organisations, functions, "
        "occupations and dates of the extract.\n"
        '- kostra_function 2540, 10 rows: write "2540": health_care under kostra_functions '
        "(proposed: its first three digits are KOSTRA function 254)\n"
        "- occupation 9, 1 row: list it under occupations"
    )
    assert tell_error(told, load_texts("nb")).splitlines()[1:] == [
        (
            '- kostra_function 2540, 10 rader: skriv "2540": health_care under kostra_functions '
            "(foreslått: de tre første sifrene er KOSTRA-funksjon 254)"
        ),
        "- occupation 9, 1 rad: før den opp under occupations",
    ]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("a.csv, column: read Alder as age.", "a.csv, kolonne: leste Alder som age."),
        ("b.xlsx, sheet staff, column: read Alder as age.",
         "b.xlsx, ark staff, kolonne: leste Alder som age."),
        ("b.xlsx, sheet staff, sex: read K as x.", "b.xlsx, ark staff, sex: leste K som x."),
        ("population: 0826 counted as 4026 (2016 to 2019).",
         "population: 0826 er regnet med i 4026 (2016 til 2019)."),
    ],
)  # fmt: skip
def test_places_and_years_within_a_note_are_told_in_norwegian(told, said):
    assert tell_note(told, load_texts("nb")) == said


def test_what_is_wrong_with_several_codes_is_told_one_by_one():
    told = (
        "Not among regions.region: '4005 Tinn' (did you mean '4005'?), '0826'. 4005 Tinn has the "
        "number of Notodden and the name of 4026: correct the one that is wrong; 0826 is 4026 Tinn "
        "since 2024: write 4026. Correct the code, or add it to regions."
    )
    assert tell_note(told, load_texts("nb")) == (
        "Ikke blant regions.region: '4005 Tinn' (mente du '4005'?), '0826'. 4005 Tinn har nummeret "
        "til Notodden og navnet til 4026: rett det som er feil; 0826 er 4026 Tinn siden 2024: "
        "skriv 4026. Rett koden, eller legg den til i regions."
    )


def test_lines_of_a_params_file_are_told_each_with_its_own_code():
    told = "a.yaml, line 14, draws: write a whole number\na.yaml, line 19, seed: no\nAnd more."
    told = told.replace("write a whole number", "-3 breaks a rule: input should be greater than or "
                        "equal to 20.")  # fmt: skip
    lines = tell_error(told, load_texts("nn")).splitlines()
    assert lines[0] == ("a.yaml, linje 14, draws: -3 bryt ein regel: skal vere minst 20. [WF-902]")
    assert lines[1:] == ["a.yaml, linje 19, seed: no [WF-902]", "And more."]


@given(st.text(max_size=60))
def test_a_message_that_is_not_known_is_told_whole_with_a_code(text):
    for language in ("nb", "en"):
        told = tell_error(f"zz{text}", load_texts(language))
        assert "WF-" in told
    assert f"zz{text}".split("\n", 1)[0] in tell_error(f"zz{text}", load_texts("en"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["template", "a.csv", "--language", "nn"], "a.csv er inga arbeidsbok.*WF-516"),
        (["import-statbank", "b.csv", "--language", "nb"], "Filen b.csv finnes ikke.*WF-501"),
        (["import-staff", "b.csv", "--language", "nb"], "Oppgi en mapping med --mapping"),
        (["import-staff", "b.csv", "--mapping", "c.yaml", "--language", "nn"], "Fila .*WF-501"),
        (["run", "c.yaml", "--language", "nb"], "Filen .*c.yaml finnes ikke.*WF-501"),
        (["check", "nothing", "--language", "nn"], "Mappa med tal, nothing, finst ikkje.*WF-502"),
        (["fetch", "a", "--region", "4026", "--offline", "--language", "nb"], "mellomlageret.*803"),
        (["init", "d", "--data", "e", "--language", "nn"], "WF-502"),
        (["check", "nothing"], "Mappa med tal, nothing, finst ikkje"),
        (["run", "c.yaml", "--language", "sv"], "no messages in 'sv'"),
    ],
)  # fmt: skip
def test_a_command_tells_what_stopped_it_in_the_language_asked_for(
    arguments, told, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "nn_NO.UTF-8")
    made = CliRunner().invoke(app, arguments)
    assert made.exit_code == 2, made.output
    assert re.search(told, " ".join(made.output.split())), made.output


@pytest.mark.parametrize("start", [b"", b"%PDF-1.7", b"\xd0\xcf\x11\xe0", b"kommune;alder"])
@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_file_that_only_has_the_name_of_a_workbook_is_told_of_in_norwegian_alone(
    start, language, tmp_path
):
    path = tmp_path / "staff.xlsx"
    path.write_bytes(start)
    with pytest.raises(SourceError) as error:
        sheets_of(path)
    told = tell_error(str(error.value), load_texts(language))
    assert told.endswith("[WF-506]")
    assert not {"it", "is", "as"} & set(re.findall(r"\w+", told))
