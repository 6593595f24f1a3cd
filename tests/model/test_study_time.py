"""Time that learning takes, worked out by hand."""

import pytest

from workforce.errors import ParameterError
from workforce.model.study_time import study_fte, study_years


def test_whoever_learns_all_of_a_working_year_is_away_for_one_fte():
    assert study_years(45) == pytest.approx(1)
    assert study_fte(45) == pytest.approx(1)


def test_half_pace_takes_twice_as_long_and_a_fifth_of_the_time_a_fifth_of_the_post():
    # 90 weeks of study at half pace: 180 weeks beside work, four years; a fifth of each week.
    assert study_years(90, study_pace=0.5) == pytest.approx(4)
    assert study_fte(90, study_pace=0.5, study_share=0.2) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"weeks": -1}, "weeks is -1"),
        ({"weeks": 9, "study_pace": 1.5}, "study_pace is 1.5"),
        ({"weeks": 9, "study_share": -0.1}, "study_share is -0.1"),
    ],
)
def test_what_no_study_can_be_is_refused(wrong, sentence):
    with pytest.raises(ParameterError, match=sentence):
        study_fte(**wrong)
