"""Healthier ageing in the municipal services to 2060, as Statistics Norway projected it.

Langset, Oekonomiske analyser 2/2006 (the model MAKKO): the need grows by 240,000 FTE, nearly 70 %,
to 2060 with constant use by age, and by 145,000 with lower morbidity at each age: 0.604 of it.

What is compared: that ratio. Norway is projected from 1 January 2006 with deaths and births known
then (HMD, HFD), net migration of 2001-2005, and mortality falling by 1.0, 1.3 and 1.7 % a year,
that is a life expectancy of 87.0, 88.5 and 90.6 years for women in 2060. Care, school and
kindergarten have the weights 40, 34 and 10 (shares of FTE, KS) and the packaged age patterns.

What cannot be compared: MAKKO's own population, standards, age patterns and rule for morbidity are
not at hand, so the growth itself is printed and not tested; ours is lower. The band is the span
between the low and the high mortality alternative: the published ratio must lie within it.
"""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from workforce.model.demand import life_expectancy_gain, service_users, shift_use_by_health
from workforce.model.population import project_population, survival_from_mortality
from workforce.scenarios.levers.need import HEALTH_FROM_AGE, HEALTH_SECTORS
from workforce.sources.tables.files import national_folder

SEXES, AGES, FERTILE = ["female", "male"], list(range(106)), list(range(12, 56))
KNOWN, YEARS = list(range(2001, 2006)), list(range(2006, 2061))
WEIGHTS = {"health_care": 0.40, "primary_school": 0.34, "kindergarten": 0.10}
PUBLISHED = 145 / 240
OLDEST_MOVER = 75


def _labelled(values, **coords):
    return xr.DataArray(values, dims=list(coords), coords=coords)


def _population(folder):
    table = pd.read_csv(folder / "nation_single_age.csv").set_index(["calyear", "sex"])
    columns = [f"a{age}" for age in AGES]
    years = [*KNOWN, 2006]
    values = [[table.loc[(y, s), columns].to_numpy(float) for s in SEXES] for y in years]
    return _labelled(np.array(values), year=years, sex=SEXES, age=AGES)


def _mortality(folder, decline):
    table = pd.read_csv(folder / "mx_1x1.csv.gz").set_index(["year", "age"])
    known = [table.loc[y].loc[AGES, ["Female", "Male"]].to_numpy(float).T for y in KNOWN]
    falling = (1.0 - decline) ** np.arange(len(YEARS))
    return _labelled(np.mean(known, axis=0)[..., None] * falling, sex=SEXES, age=AGES, year=YEARS)


def _fertility(folder):
    table = pd.read_csv(folder / "asfr.csv.gz")
    rates = table[table.year == 2005].set_index("age")["ASFR"].loc[FERTILE].to_numpy(float)
    return _labelled(rates, age=FERTILE)


def _migration(people, survival):
    """Mean yearly residual of the cohorts of 2001-2005."""
    total = np.zeros((2, len(AGES)))
    childless = _labelled(np.zeros(len(FERTILE)), age=FERTILE)
    for year in KNOWN:
        at = {"year": [year]}
        alone = project_population(
            people.sel(year=year, drop=True),
            survival.isel(year=[0]).assign_coords(at),
            childless.expand_dims(at),
            sex_ratio_at_birth=1.055,
        )["population"].isel(year=-1)
        total += (people.sel(year=year + 1, drop=True) - alone).transpose("sex", "age").values
    total[:, 0] = total[:, OLDEST_MOVER + 1 :] = 0.0
    return _labelled(total / len(KNOWN), sex=SEXES, age=AGES)


def _growth(reference, decline):
    """Growth of the need 2006-2060 with constant use, and with use that follows health."""
    people = _population(reference("population_norway"))
    rates = reference("norway_hmd_hfd")
    mortality = _mortality(rates, decline)
    survival = survival_from_mortality(mortality)
    every = {"year": YEARS}
    path = project_population(
        people.sel(year=2006, drop=True),
        survival,
        _fertility(rates).expand_dims(every),
        net_migration=_migration(people, survival).expand_dims(every),
        sex_ratio_at_birth=1.055,
    )["population"].sel(year=[2006, 2060])
    use = pd.read_csv(national_folder() / "service_use.csv").set_index(["sector", "sex", "age"])
    use = use["rate"].to_xarray().sel(sector=list(WEIGHTS), sex=SEXES, age=AGES)
    stocks = xr.DataArray([*YEARS, 2061], dims="year")
    gain = life_expectancy_gain(
        mortality.rename(year="flow_year"), stocks, from_age=HEALTH_FROM_AGE
    )
    gain = gain.sel(year=[2006, 2060]) * use["sector"].isin(list(HEALTH_SECTORS))
    weights = _labelled(list(WEIGHTS.values()), sector=list(WEIGHTS)) / sum(WEIGHTS.values())

    def grows(rate):
        users = service_users(path, rate)
        return float(((users.sel(year=2060) / users.sel(year=2006) - 1.0) * weights).sum())

    return grows(use), grows(shift_use_by_health(use, gain))


@pytest.fixture(scope="module")
def alternatives(reference):
    return {decline: _growth(reference, decline) for decline in (0.010, 0.013, 0.017)}


def test_the_published_effect_of_healthier_ageing_lies_within_our_mortality_alternatives(
    alternatives, measured
):
    ratio = {decline: healthy / same for decline, (same, healthy) in alternatives.items()}
    same, healthy = alternatives[0.013]
    measured(
        f"healthy ageing (MAKKO): growth with health over growth without {ratio[0.013]:.3f} "
        f"({ratio[0.017]:.3f} to {ratio[0.010]:.3f}), published {PUBLISHED:.3f}; growth "
        f"{same:.0%} and {healthy:.0%}, published 70 % and 42 %"
    )
    assert ratio[0.017] <= PUBLISHED <= ratio[0.010]


def test_healthier_ageing_takes_off_most_where_life_grows_longest(alternatives):
    taken = [same - healthy for same, healthy in alternatives.values()]
    assert 0 < taken[0] < taken[1] < taken[2]
