"""What a page is asked for is one typed object."""

import pytest

from workforce import PageParameters, page_parameters
from workforce.errors import ParameterError

CELL = {"region": "0001", "base_year": 2026, "data": "data", "sector": "all", "draws": 50}


def test_a_page_takes_its_parameters_from_the_names_of_its_notebook_and_leaves_the_others():
    asked = page_parameters({**CELL, "wf": object(), "page": "x", "_": 3}, page="ageing")
    assert asked == PageParameters("ageing", "0001", 2026, "data", draws=50)


def test_a_cell_that_was_not_run_is_told():
    with pytest.raises(ParameterError, match=r"lacks the parameter base_year and data\. Write it"):
        page_parameters({"region": "0001"}, page="ageing")


def test_every_value_that_is_not_of_its_kind_is_told_at_once():
    with pytest.raises(ParameterError) as told:
        page_parameters(
            {**CELL, "base_year": "2026", "language": "de", "measures": "all", "region": True},
            page="ageing",
        )
    assert str(told.value) == (
        "Parameters of the page ageing: region is True, and is to be text or a whole number. "
        "base_year is '2026', and is to be a whole number. "
        "language is 'de', and is to be nb or nn or en. measures is 'all', and is to be a list."
    )
