"""Numbers of former municipalities: where they lead, and what is said of them."""

import re

import polars as pl
import pytest

from workforce.contract.check import check_tables
from workforce.contract.municipalities import (
    changes,
    names,
    successors,
    two_places,
    what_became_of,
    with_name,
)
from workforce.errors import ParameterError
from workforce.inputs.regions import chosen_regions
from workforce.sources.tables.folder import open_folder


def test_no_number_of_today_is_a_former_one_and_every_chain_ends_in_one():
    former = {step.old for step in changes()}
    for code in former:
        today = successors(code)
        assert today
        assert not former & {one.new for one in today}
        assert all(one.old == code for one in today)
    assert len({step.name for step in changes() if step.new == "4001"}) == 1


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("0805", "0805 is 4001 Porsgrunn since 2024: write 4001"),
        ("3807", "3807 is 4003 Skien since 2024: write 4003"),
        ("805", "805 is 4001 Porsgrunn since 2024: write 4001"),
        ("0822", "0822 is part of 4020 Midt-Telemark since 2024: add its counts to those of 4020"),
        ("1507", "1507 is since 2024 shared among 1508 Ålesund and 1580 Haram: ask for figures"),
        ("5012", "5012 is since 2020 shared among 5055 Heim, 5056 Hitra and 5059 Orkland: ask"),
    ],
)
def test_what_became_of_a_number_is_told_with_what_to_do(code, told):
    assert str(what_became_of(code)).startswith(told)


@pytest.mark.parametrize("code", ["4001", "0301", "9003", "EKG05", "", "0000"])
def test_nothing_is_told_of_a_number_that_is_no_former_one(code):
    assert what_became_of(code) is None


def test_a_table_with_a_former_number_is_refused_by_the_name_of_the_successor():
    places = pl.DataFrame({"region": ["4001"], "level": ["municipality"], "name": ["Porsgrunn"]})
    staff = pl.DataFrame(
        {"region": ["0805", "40011"], "sector": ["s"] * 2, "year": [2026] * 2, "share": [1.0] * 2}
    )
    known = {("sectors", "sector"): ["s"]}
    (problem,) = check_tables({"regions": places, "service_share": staff}, known=known)
    assert problem.rule == "unknown code"
    assert "'0805', '40011' (did you mean '4001'?)" in problem.message
    assert ". 0805 is 4001 Porsgrunn since 2024: write 4001." in problem.message


def test_a_report_for_a_former_number_is_told_the_one_of_today():
    places = pl.DataFrame({"region": ["4001"], "level": ["municipality"]})
    with pytest.raises(ParameterError, match="0805 is 4001 Porsgrunn since 2024"):
        chosen_regions(places, "0805")


def test_a_place_with_a_former_number_is_noted_and_not_refused(tmp_path):
    (tmp_path / "regions.csv").write_text("region,level,name\n3807,municipality,Skien\n")
    report = open_folder(tmp_path).report
    assert report.problems == ()
    assert report.notes == ("regions: 3807 is 4003 Skien since 2024: write 4003.",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("4026 Notodden", "the number of Tinn and the name of 4005"),
        ("4026 Tinn", None),
        ("0826 Tinn", None),
        ("0713 Sande", None),
        ("4020 Midt-Telemark", None),
        ("4612 Sveio kommune", None),
        ("5612 Guovdageaidnu - Kautokeino", None),
        ("4026 Rjukan", None),
        ("030101 Gamle Oslo", "030101 is a district of 0301 Oslo"),
        ("30101", "district of 0301 Oslo"),
        ("460101", "district of .*4601 Bergen"),
        ("123456 Kari", None),
        ("Kari Nordmann", None),
    ],
)
def test_a_number_and_a_name_are_held_against_one_another(text, told):
    said = two_places(text)
    assert said is None if told is None else re.search(told, said)


def test_all_municipalities_of_today_have_a_name():
    assert len([code for code in names() if not successors(code)]) == 357
    assert with_name("Herøy") == {"1515", "1818"}
