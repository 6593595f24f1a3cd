"""How a commission says in which form and with whom posts are shared."""

import pytest

from workforce.contract.sharing import FORMS, Sharing, places_that_share
from workforce.errors import ParameterError
from workforce.inputs.sharing import read_sharing

REGIONS = ["9001", "9009", "9010", "9011", "9012"]
PLACES = {"9012": ["9012", "9010", "9011"]}


def test_nothing_said_is_all_forms_and_all_who_are_near():
    assert read_sharing({}, []) == Sharing(FORMS, "", ())
    assert places_that_share(PLACES, Sharing()) == PLACES


def test_the_chosen_form_comes_first_with_figures_of_its_own():
    given = {"form": "host", "travel_share": 0.06, "source": "Own figures 2025"}
    sharing = read_sharing({**given, "partners": ["9010", "9001"]}, REGIONS)
    first = sharing.forms[0]
    assert (first.name, first.travel_share, first.source) == ("host", 0.06, "Own figures 2025")
    assert first.administration_share == 0.05
    assert [form.name for form in sharing.forms[1:]] == ["shared_post", "company"]
    assert places_that_share(PLACES, sharing) == {"9012": ["9012", "9010"]}
    # A labour region keeps the partners only; a neighbourhood of one is none.
    assert places_that_share({"L3": ["9009", "9010", "9011"]}, sharing) == {}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"forms": "host"}, "no 'forms'. Did you mean 'form'"),
        ({"form": "hots"}, "no form 'hots'. Did you mean 'host'"),
        ({"form": "host", "travel_share": 1.0}, "travel_share is 1.0; it is a share from 0"),
        ({"form": "host", "administration_least": -1}, "FTE, 0 or more"),
        ({"travel_share": 0.1}, "say the form that the figures are of"),
        ({"partners": "9001"}, "a list of codes in quotes"),
        ({"partners": ["9999"]}, "'9999' is not in the table regions"),
    ],
)
def test_what_is_not_right_is_one_sentence(given, message):
    with pytest.raises(ParameterError, match=message):
        read_sharing(given, REGIONS)
