"""Texts for a county council stand for those of a municipality, with the same placeholders."""

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


def test_no_text_of_a_page_of_a_county_council_calls_it_a_municipality():
    spoken = load_texts("nb", employer="county_council").entries
    told = ("answer.", "by_sector.", "absence.", "method.surplus", "measures.", "discussion.role",
            "mobilisation.step")  # fmt: skip
    for key, text in spoken.items():
        words = text.replace(",", " ").replace(".", " ").replace(":", " ").split()
        if key.startswith(told):
            assert not {"kommunen", "kommunens", "Kommunens", "kommunestyret",
                        "Kommunedirektøren"} & set(words), key  # fmt: skip
