"""What is known of levers is told of all of them, and nothing is told without a source."""

from workforce.contract.about import is_invented, is_source
from workforce.contract.evidence import STANDINGS, evidence, evidence_of
from workforce.contract.levers import lever_terms
from workforce.texts.catalogue import LANGUAGES, load_texts

DECIDED = [name for name, one in lever_terms().items() if one.kind != "assumption"]


def test_every_measure_has_a_row_and_says_what_must_be_true() -> None:
    assert set(evidence()) == set(DECIDED)
    for language in LANGUAGES:
        entries = load_texts(language).entries
        lacking = [f"{name}.{word}" for name in DECIDED for word in ("rests", "requires")
                   if f"lever.{name}.{word}" not in entries]  # fmt: skip
        assert lacking == []


def test_what_is_known_has_a_source_and_what_has_none_is_said_to_be_unknown() -> None:
    for name, one in evidence().items():
        assert one.standing in STANDINGS, name
        assert bool(one.source) == (one.standing != "none"), name
        assert (one.pace is not None) == bool(one.pace_source), name
        assert 0.0 <= one.low <= one.likely == 1.0 <= one.high, name


def test_what_is_likeliest_lies_inside_the_interval_that_is_told() -> None:
    """Of a triangular distribution the part above its mode is its width over the whole."""
    for name, one in evidence().items():
        if one.low < one.high:
            above = (one.high - one.likely) / (one.high - one.low)
            assert 0.1 < above < 0.9, name


def test_of_a_lever_without_a_row_nothing_is_known() -> None:
    unknown = evidence_of("meeting_time")
    assert (unknown.standing, unknown.source, unknown.pace) == ("none", "", None)
    assert unknown.low == 0.0


def test_an_assumption_for_the_example_is_no_source() -> None:
    assert is_invented("antakelse for eksempelfylket; sett inn deres egen")
    assert not is_source("Antakelse")
    assert not is_source("")
    assert is_source("Egen prøve 2025")
    assert is_invented("an assumption for the example county; put in your own")
