"""The goal and the sharing of posts that a commission asks for."""

import pytest

from workforce.contract.sharing import Sharing
from workforce.errors import ParameterError
from workforce.scenarios.choices import read_choices


def test_nothing_asked_is_no_more_missing_than_today_in_four_of_five_draws_and_all_forms():
    found = read_choices({}, [])
    assert found.goal == {"target": None, "probability": 0.8}
    assert found.sharing == Sharing()


def test_half_a_goal_leaves_the_other_half_as_it_is():
    found = read_choices({"goal": {"target": 12}, "sharing": {"form": "company"}}, [])
    assert found.goal == {"target": 12, "probability": 0.8}
    assert found.sharing.chosen == "company"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"goals": {}}, "there is no 'goals'. Did you mean 'goal'"),
        ({"goal": 0.9}, "goal is 0.9; it has fields: target, probability"),
        ({"goal": {"probabilty": 0.9}}, "Did you mean 'probability'"),
        ({"goal": {"probability": 1}}, "must lie between 0 and 1"),
        ({"goal": {"target": "none"}}, "target is 'none'; it is a number"),
        ({"sharing": "host"}, "sharing is 'host'; it has fields: form"),
    ],
)
def test_what_is_not_right_is_one_sentence(given, message):
    with pytest.raises(ParameterError, match=message):
        read_choices(given, [])
