"""A county council is an employer in its county: its own services, and the county's inhabitants."""

from functools import cache

import polars as pl
import pytest
from tests.tables import read_folder

from workforce.contract.between_tables import check_between, notes_between
from workforce.contract.councils import with_councils
from workforce.contract.folder import Folder
from workforce.errors import ParameterError
from workforce.inputs.loading import load_inputs
from workforce.inputs.regions import employer_of, employers, members, sectors_of
from workforce.results.benchmark import benchmark
from workforce.results.beside import places_beside
from workforce.sources.tables.files import packaged_folder
from workforce.sources.tables.folder import folder_of

COUNCIL, COUNTY, TOWN = "9000", "90", "9012"
THEIRS = ["upper_secondary", "dental_care", "transport", "culture_development",
          "county_administration"]  # fmt: skip


@cache
def tables() -> dict[str, pl.DataFrame]:
    """The sample's tables of the county council and one municipality."""
    every = read_folder(packaged_folder("sample"))
    kept = [COUNCIL, COUNTY, TOWN, "NO", "G2"]
    found = {
        name: table.filter(pl.col("region").is_in(kept)) if "region" in table.columns else table
        for name, table in every.items()
    }
    return found | {"regions": found["regions"].drop("labour_region", "neighbours")}


@cache
def sample() -> Folder:
    return folder_of(tables())


def test_it_has_its_own_services_and_a_municipality_has_none_of_them():
    council, town = (load_inputs(sample(), region=code) for code in (COUNCIL, TOWN))
    assert council["sector"].values.tolist() == THEIRS
    assert not set(THEIRS) & set(town["sector"].values)
    staff = tables()["staff"].filter((pl.col("region") == COUNCIL) & (pl.col("year") == 2026))
    assert float(council["staff"].sum()) == pytest.approx(float(staff["persons"].sum()))
    both = load_inputs(sample(), region=[COUNCIL, TOWN])
    assert both.sizes["sector"] == council.sizes["sector"] + town.sizes["sector"]
    with pytest.raises(ParameterError, match="'primary_school' is not one of upper_secondary"):
        load_inputs(sample(), region=COUNCIL, sectors="primary_school")


def test_its_inhabitants_are_those_of_the_county_ahead_too():
    council, county = (load_inputs(sample(), region=code) for code in (COUNCIL, COUNTY))
    for name in ("population", "population_official", "mortality"):
        assert (council[name].values == county[name].values).all(), name
    without = {name: table for name, table in tables().items() if name != "population_projection"}
    council, county = (load_inputs(folder_of(without), region=code) for code in (COUNCIL, COUNTY))
    for name in ("population", "fertility", "arrivals", "departure_rate"):
        assert (council[name].values == county[name].values).all(), name


def test_the_county_and_the_nation_are_sums_of_municipalities_and_have_nothing_of_it():
    regions = tables()["regions"]
    assert members(regions, COUNTY) == members(regions, "NO") == [TOWN]
    assert members(regions, COUNCIL) == [COUNCIL]
    assert employers(regions) == [TOWN, COUNCIL]
    assert employers(regions, like=COUNTY) == [TOWN]
    assert employers(regions, like=COUNCIL) == [COUNCIL]
    assert [employer_of(regions, code) for code in (COUNCIL, COUNTY)] == [
        "county_council", "municipality",
    ]  # fmt: skip
    county = load_inputs(sample(), region=COUNTY)
    assert not set(THEIRS) & set(county["sector"].values)


def test_county_councils_are_compared_in_a_group_of_their_own():
    group = {"region": "FK", "level": "group", "name": "Fylkeskommuner"}
    other = {"region": "8000", "level": "county_council", "name": "Nabo", "county": COUNTY}
    regions = pl.concat(
        [tables()["regions"], pl.DataFrame([group, other])], how="diagonal"
    ).with_columns(
        comparison_group=pl.when(pl.col("level") == "county_council")
        .then(pl.lit("FK"))
        .otherwise(pl.col("comparison_group"))
    )
    assert members(regions, "FK") == [COUNCIL, "8000"]
    assert sectors_of({**tables(), "regions": regions}, ["FK"]) == THEIRS


def test_a_place_that_is_both_kinds_of_employer_has_the_services_that_it_has_staff_in():
    school = tables()["staff"].filter(pl.col("sector") == "upper_secondary").head(3)
    school = school.with_columns(region=pl.lit(TOWN))
    oslo = {**tables(), "staff": pl.concat([tables()["staff"], school])}
    assert sectors_of(oslo, [TOWN])[-2:] == ["administration", "upper_secondary"]


def test_an_own_list_that_does_not_say_whose_its_services_are_is_everybodys():
    own = {**tables(), "sectors": tables()["sectors"].drop("provided_by")}
    assert sectors_of(own, [COUNCIL]) == sectors_of(own, [TOWN])
    assert len(sectors_of(own, [TOWN])) == tables()["sectors"].height


def test_it_stands_alone_with_inhabitants_of_its_own_or_of_the_county():
    for place in (COUNCIL, COUNTY):
        alone = {
            name: table.filter(pl.col("region").is_in([COUNCIL, place]))
            if "region" in table.columns
            else table
            for name, table in with_councils(tables()).items()
        }
        if place == COUNCIL:
            lonely = pl.lit(None, pl.String).alias("county")
            alone["regions"] = alone["regions"].with_columns(lonely)
        people = alone["population"].filter(pl.col("region") == COUNCIL)
        alone["population"] = people.with_columns(region=pl.lit(place))
        del alone["population_projection"]
        assert check_between(alone, files={}) == []
        inputs = load_inputs(folder_of(alone), region=COUNCIL)
        assert float(inputs["population"].sum()) == pytest.approx(
            float(people.filter(pl.col("year") == 2026)["persons"].sum())
        )
        assert float(inputs["use_rate"].sel(sector="upper_secondary", age=17).max()) > 0.5


def test_one_whose_inhabitants_nobody_gives_is_refused():
    lonely = tables()["regions"].with_columns(county=pl.lit(None, pl.String))
    (problem,) = check_between({**tables(), "regions": lonely}, files={})
    assert problem.rule == "nobody counted"
    assert COUNCIL in problem.message
    assert not [note for note in notes_between(tables()) if COUNCIL in note]


def test_it_is_compared_with_its_group_and_not_with_municipalities():
    regions = tables()["regions"]
    assert places_beside(regions, COUNCIL) == [COUNCIL]
    assert set(benchmark(sample(), region=COUNCIL)["region"]) == {COUNCIL}
