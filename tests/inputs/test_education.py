"""Education behind the recruits: the pipeline of the model, fed from the tables."""

import numpy as np
import polars as pl
import pytest

from workforce.inputs.education import graduate_factor, load_education
from workforce.inputs.flows import ORIGINS
from workforce.inputs.inflow import entry_profile
from workforce.inputs.stocks import SEXES

AGES = list(range(18, 31))
YEARS = [2026, 2027, 2028]
COLUMNS = ["education", "year", "intake", "completion_rate", "study_years"]


def tables_of(*rows, links=(("nursing", "nurse", 0.75), ("nursing", "aide", 0.25))):
    ages = ["entry_age_low", "entry_age_high"]
    graduates = pl.DataFrame(list(rows), schema=[*COLUMNS, *ages], orient="row")
    shares = pl.DataFrame(list(links), schema=["education", "occupation", "share"], orient="row")
    return {"graduates": graduates, "education_occupations": shares}


def load(tables, occupations=("nurse", "aide", "clerk")):
    return load_education(tables, list(occupations), AGES, YEARS)


def test_graduates_come_the_length_of_the_study_after_the_intake():
    rows = [("nursing", year, 100 + year - 2018, 0.5, 3, 22, 25) for year in range(2018, 2026)]
    found = load(tables_of(*rows))
    # Intakes of 2023, 2024 and 2025; those of the five years before began from 2018 to 2022.
    np.testing.assert_allclose(found["graduates_path"], [[52.5, 53.0, 53.5]])
    np.testing.assert_allclose(found["graduates_before"], [51.0])
    factor = graduate_factor(found, ["nurse", "aide", "clerk"], ORIGINS, YEARS)
    ahead = factor.sel(origin="graduate")
    np.testing.assert_allclose(ahead.sel(occupation="nurse"), np.array([52.5, 53, 53.5]) / 51)
    np.testing.assert_allclose(ahead.sel(occupation="clerk"), 1.0)
    assert float(factor.sel(origin="return").max()) == 1.0


def test_graduates_are_as_old_as_the_programme_says():
    found = load(tables_of(("nursing", 2018, 90, 0.5, 3, 22, 25)))
    share = found["graduate_age_share"]
    expected = np.where((np.array(AGES) >= 22) & (np.array(AGES) <= 25), 0.25, 0.0)
    np.testing.assert_allclose(share.sel(occupation="nurse"), expected)
    np.testing.assert_allclose(share.sel(occupation="clerk"), 0.0)


def test_a_year_without_an_intake_has_that_of_the_year_before():
    rows = [("nursing", 2021, 100, 0.5, 3, 22, 25), ("nursing", 2024, 200, 0.5, 3, 22, 25)]
    found = load(tables_of(*rows))
    # Intakes of 2023 (as 2021), 2024 and 2025 (as 2024); before 2021 as many as then.
    np.testing.assert_allclose(found["graduates_path"], [[50.0, 100.0, 100.0]])
    np.testing.assert_allclose(found["graduates_before"], [50.0])


def test_a_programme_known_from_the_last_year_alone_had_as_many_before():
    found = load(tables_of(("nursing", 2028, 100, 0.5, 3, 22, 25)))
    np.testing.assert_allclose(found["graduates_path"], [[50.0, 50.0, 50.0]])


def test_a_study_that_is_made_longer_leaves_a_year_with_fewer_graduates():
    rows = [("nursing", year, 100, 1.0, 3, 22, 22) for year in range(2015, 2024)]
    rows += [("nursing", year, 100, 1.0, 4, 23, 23) for year in range(2024, 2030)]
    found = load(tables_of(*rows))
    # The last of the short study end in 2026, the first of the long in 2028.
    np.testing.assert_allclose(found["graduates_path"], [[100.0, 0.0, 100.0]])
    assert found["programme_years"].item() == 4


def test_a_programme_that_nobody_was_taken_in_to_is_no_programme():
    links = (("nursing", "nurse", 1.0), ("medicine", "nurse", 1.0))
    found = load(tables_of(("nursing", 2018, 90, 0.5, 3, 22, 25), links=links))
    assert found["education"].values.tolist() == ["nursing"]


@pytest.mark.parametrize("left_out", ["graduates", "education_occupations"])
def test_without_both_tables_there_is_no_pipeline(left_out):
    tables = tables_of(("nursing", 2018, 90, 0.5, 3, 22, 25))
    del tables[left_out]
    found = load(tables)
    assert not found.data_vars
    assert float(graduate_factor(found, ["nurse"], ORIGINS, YEARS).min()) == 1.0


def test_few_recruits_straight_from_education_have_the_ages_at_which_studies_end():
    found = load(tables_of(("nursing", 2018, 90, 0.5, 3, 22, 25)), ["nurse", "clerk"])
    rows = pl.DataFrame(
        {
            "occupation": ["nurse", "clerk"],
            "sex": ["female", "female"],
            "working_age": [30, 19],
            "origin": ["graduate", "graduate"],
            "persons": [20.0, 60.0],
        }
    )
    cells = {"occupation": ["nurse", "clerk"], "working_age": AGES}
    share = found["graduate_age_share"]
    with_ages = entry_profile(rows, cells, share).sel(origin="graduate")
    without = entry_profile(rows, cells).sel(origin="graduate")
    np.testing.assert_allclose(with_ages.sum(["sex", "working_age"]), 1.0)
    # 20 seen at 30 and 20 added at the ages of the programme: a half of each.
    nurse = with_ages.sel(occupation="nurse").sum("sex")
    assert float(nurse.sel(working_age=30)) == pytest.approx(0.5)
    np.testing.assert_allclose(nurse.sel(working_age=slice(22, 25)), 0.125)
    assert float(nurse.sel(working_age=19)) == 0.0
    # No programme leads to clerks; other origins and sexes are as they were.
    clerk = {"occupation": "clerk"}
    np.testing.assert_allclose(with_ages.sel(clerk), without.sel(clerk))
    assert with_ages["sex"].values.tolist() == SEXES
