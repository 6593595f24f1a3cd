"""What an FTE costs: own figures first, and national ones for what they leave out."""

import polars as pl
import pytest

from workforce.contract.about import is_invented
from workforce.inputs.wages import contribution_zones, read_wages


def test_an_occupation_without_a_figure_costs_as_all_staff_do() -> None:
    nurse, therapist = read_wages({}, ["2223", "2267"], 0.141)
    assert nurse.cost == pytest.approx((661_000 + 61_587) * 1.141)
    assert therapist.pay == 613_200
    assert not nurse.own
    assert "KS" in nurse.source
    assert nurse.bought is None


def test_own_wages_come_first_and_what_they_leave_out_is_national() -> None:
    table = pl.DataFrame(
        {"occupation": ["2223"], "pay": [700_000.0], "pension": [None], "contribution": [0.051],
         "bought": [None], "source": ["Budget 2027"]},
        schema_overrides={"pension": pl.Float64, "bought": pl.Float64},
    )  # fmt: skip
    own, other = read_wages({"wages": table}, ["2223", "5321"], 0.106)
    assert own.own
    assert own.source == "Budget 2027"
    assert own.cost == pytest.approx((700_000 + 61_587) * 1.051)
    assert not other.own
    assert other.contribution == 0.106


REGIONS = {"region": ["5501", "5610", "0301"], "level": ["municipality"] * 3}
PEOPLE = {"region": ["5501", "5610", "0301"], "year": [2026] * 3, "persons": [3_000, 1_000, 500]}


@pytest.mark.parametrize(
    ("towns", "zones", "rate"),
    [
        (["5501"], ("IVa",), 0.079),
        (["5610"], ("V",), 0.0),
        (["5501", "5610"], ("IVa", "V"), 0.079 * 0.75),
        (["0301"], ("",), 0.141),
    ],
)
def test_the_contribution_is_that_of_the_zone_and_of_several_places_by_their_inhabitants(
    towns: list[str], zones: tuple[str, ...], rate: float
) -> None:
    regions = pl.DataFrame({**REGIONS, "contribution_zone": ["IVa", "V", None]})
    tables = {"regions": regions, "population": pl.DataFrame(PEOPLE)}
    assert contribution_zones(tables, towns, 2026) == (zones, pytest.approx(rate))


def test_a_folder_that_tells_no_zones_counts_as_zone_one() -> None:
    tables = {"regions": pl.DataFrame(REGIONS), "population": pl.DataFrame(PEOPLE)}
    assert contribution_zones(tables, ["5501", "5610"], 2026) == (("",), pytest.approx(0.141))


def test_a_figure_made_up_for_an_example_is_known_by_its_source() -> None:
    assert is_invented("Assumption made for the fictional county")
    assert is_invented("Oppdiktet for eksempelfylket")
    assert not is_invented("Budsjett 2027, kommunedirektøren")
