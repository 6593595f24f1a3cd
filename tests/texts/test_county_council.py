"""Texts for a county council stand for those of a municipality, with the same placeholders."""

import re

import pytest

from workforce.texts.catalogue import LANGUAGES, PLACEHOLDER, load_texts

START = "county_council."


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_stands_for_one_of_the_same_placeholders(language):
    usual = load_texts(language).entries
    spoken = load_texts(language, employer="county_council").entries
    own = [key.removeprefix(START) for key in usual if key.startswith(START)]
    assert len(own) > 30
    for key in own:
        names = {one.group(1) for one in PLACEHOLDER.finditer(spoken[key])}
        assert names == {one.group(1) for one in PLACEHOLDER.finditer(usual[key])}, key
    assert usual["page.region"] != spoken["page.region"]


SUMS = ("assumption.calibrated_partly", "borrowed.inner_moves", "borrowed.members", "borrowed.me",
        "elsewhere.", "labour_pool.", "lever.regional_pooling.", "measured.note_partly",
        "measured.basis_partly", "member_moves.", "section.member_moves", "together.")  # fmt: skip
"""Texts about several municipalities, which a page of a county council does not show."""
NO_PAGE = (
    "county_council.",
    "doubt",
    "error.",
    "note.",
    "problem.",
    "site.",
    "start.",
    "template.",
)
"""Texts of the site and of commands, which speak to all."""
MUNICIPALITY = re.compile(
    r"(?<![Ff]ylkes)(?<!verts)[Kk]ommunen(?:s)?\b|[Nn]abokommun|[Kk]ommunestyret|"
    r"(?<![Ff]ylkes)[Kk]ommunedirekt|whole municipality|the municipality\b|your own municipality"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_a_page_of_a_county_council_calls_it_a_municipality(language):
    spoken = load_texts(language, employer="county_council").entries
    shown = {key: text for key, text in spoken.items() if not key.startswith((*SUMS, *NO_PAGE))}
    assert [key for key, text in shown.items() if MUNICIPALITY.search(text)] == []
