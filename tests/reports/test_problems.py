"""Problems of tables in three languages, each rule with a code that the documentation explains."""

import ast
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workforce.cli import app
from workforce.contract.dictionary import tables
from workforce.contract.problems import Problem, code_of, rule_codes
from workforce.contract.sense import rules_of
from workforce.errors import ParameterError
from workforce.reports.problems import describe_rules, language_of, tell_problems

ROOT = Path(__file__).parents[2]
PLACES = {"Problem": 3, "_in_rows": 3, "_problem": 3}
"""Which argument names the rule, by the function that makes a problem."""


def rules_in_the_code():
    """Every rule that is written in the modules that make problems."""
    found = {rule.name for table in tables() for rule in rules_of(table)}
    source = ROOT / "src" / "workforce"
    for path in [
        *(source / "contract").glob("*.py"),
        *(source / "sources" / "tables").glob("*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                at = PLACES.get(node.func.id)
                if at is not None and len(node.args) > at:
                    given = node.args[at]
                    if isinstance(given, ast.Constant) and isinstance(given.value, str):
                        found.add(given.value)
    return found


def test_every_rule_has_a_code_and_no_code_is_two_rules():
    assert sorted(rule for rule in rules_in_the_code() if not code_of(rule)) == []
    for rule in (
        "not a number",
        "sum among the rows",
        "above least",
        "persons differs within a cell",
    ):
        assert code_of(rule)
    names = [name for name, _ in rule_codes().values()]
    assert len(names) == len(set(names))


def test_the_page_of_errors_is_what_the_command_writes():
    written = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert written == describe_rules()
    made = CliRunner().invoke(app, ["schema", "rules"])
    assert made.output == written
    for code in rule_codes():
        assert f"## {code}\n" in written


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nb", ("2 feil i tabellene:", "staff.xlsx, ark staff, kolonne persons: ikke et tall (7)",
                "rader 2, 3 og 5 til (celler G2, G3)", "Skriv tallet alene", "Mer om feilen (på")),
        ("nn", ("2 feil i tabellane:", "ikkje eit tal (7) [WF-201]", "Meir om feilen (på")),
        ("en", ("2 problems in the tables:", "column persons: not a number (7) [WF-201]")),
    ],
)  # fmt: skip
def test_problems_are_told_in_the_language_asked_for(language, told):
    problems = [
        Problem("staff", "staff.xlsx, sheet staff", "persons", "not a number", 7, (2, 3),
                "The cells say 'ca. 8'.", ("G2", "G3")),
        Problem("regions", "regions.csv", "", "no rows", 1, (), "Fill it in."),
    ]  # fmt: skip
    text = tell_problems(problems, language)
    for part in told:
        assert part in text
    said = {"nb": "I cellene står", "nn": "I cellene står", "en": "The cells say"}[language]
    assert f"{said} 'ca. 8'." in text


def test_the_language_is_the_one_asked_for_else_the_systems_else_english():
    assert language_of("nn", "en_GB") == "nn"
    assert [language_of(None, own) for own in ("nb_NO", "no_NO", "nn_NO", "de_DE", "C", None)] == [
        "nb", "nb", "nn", "en", "en", "en",
    ]  # fmt: skip
    with pytest.raises(ParameterError, match="nb, nn, en"):
        language_of("sv", None)


def test_check_speaks_norwegian(tmp_path):
    (tmp_path / "regions.csv").write_text("region,level,name\n4026,by,Tinn\n", encoding="utf-8")
    made = CliRunner().invoke(app, ["check", str(tmp_path), "--language", "nb"])
    assert made.exit_code == 2
    assert "regions.csv, kolonne level: ukjent kode (1) [WF-209]" in made.output
    assert "Mer om feilen: Ikke blant county" in made.output
    (tmp_path / "population.csv").write_text("Kommune;Alder;År\n4026;0;2026\n", encoding="utf-8")
    made = CliRunner().invoke(app, ["check", str(tmp_path), "--language", "nb"])
    assert "kolonne sex: kolonne mangler (1) [WF-104]" in made.output
    assert "Mer om feilen: Legg til kolonnen: Kjønn" in made.output
