"""Working life expectancy from panel data: the published example of the R package dtms."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from workforce.model.supply import expected_working_years

LIVING = ["Working", "Non-working", "Retired"]
STATES = [*LIVING, "Dead"]
SEXES = {"male": 0.0, "female": 1.0}
COUNTS = {
    "Working": [30623, 2066, 2178, 306],
    "Non-working": [1404, 10635, 1900, 197],
    "Retired": [838, 606, 46423, 2602],
}
# Rows: state at age 50; columns: years in each state; the last row weighs with who starts where.
YEARS = {
    "male": [
        [13.307334, 3.074605, 13.53758],
        [8.782989, 6.496935, 13.75116],
        [8.821763, 3.905134, 15.19067],
        [12.445981, 3.589228, 13.65526],
    ],
    "female": [
        [12.066485, 4.386659, 16.53253],
        [7.445512, 8.199122, 16.77896],
        [7.836675, 5.486704, 18.24103],
        [10.450573, 5.607548, 16.68838],
    ],
}


@pytest.fixture
def moves(reference):
    """Pairs of states one year apart."""
    panel = pd.read_csv(reference("worklife_dtms") / "workdata.csv.gz").sort_values(["ID", "Age"])
    panel = panel.rename(columns={"State": "state"})
    following = panel.groupby("ID")[["Age", "state"]].shift(-1)
    panel["state_to"] = following.state
    together = (following.Age == panel.Age + 1) & panel.state.isin(LIVING)
    return panel[together & panel.state_to.notna() & panel.Age.between(50, 98)]


def test_transitions_between_states_are_counted_as_published(moves, measured):
    counts = pd.crosstab(moves.state, moves.state_to).loc[LIVING, STATES]
    off = np.abs(counts.to_numpy() - np.array([COUNTS[state] for state in LIVING])).max()
    measured(f"worklife_dtms: 12 transition counts, worst off by {off}")
    assert off == 0


def _design(frame):
    return pd.DataFrame(
        {
            "const": 1.0,
            "from_non_working": (frame.state == "Non-working").astype(float),
            "from_retired": (frame.state == "Retired").astype(float),
            "gender": frame.Gender,
            # Centred and scaled, so that the optimiser converges to all digits.
            "age": (frame.Age - 70) / 10,
            "age_squared": ((frame.Age - 70) / 10) ** 2,
        }
    )


def test_expected_working_years_agree_with_the_published_tables(moves, measured):
    from statsmodels.discrete.discrete_model import MNLogit

    to = pd.Categorical(moves.state_to, categories=STATES).codes
    fit = MNLogit(to, _design(moves)).fit(method="newton", maxiter=100, tol=1e-12, disp=False)
    ages = np.arange(50, 99)
    grid = pd.MultiIndex.from_product(
        [SEXES.values(), ages, LIVING], names=["Gender", "Age", "state"]
    ).to_frame(index=False)
    probability = np.asarray(fit.predict(_design(grid))).reshape(2, len(ages), 3, 4)
    transition = xr.DataArray(
        probability,
        dims=["sex", "age", "state", "state_to"],
        coords={"sex": list(SEXES), "age": ages, "state": LIVING, "state_to": STATES},
    )
    years = expected_working_years(transition, start_age=50)
    off = 0.0
    for sex, gender in SEXES.items():
        ours = years.sel(sex=sex).to_numpy()
        begin = moves[(moves.Gender == gender) & (moves.Age == 50)].state
        weights = begin.value_counts(normalize=True).loc[LIVING].to_numpy()
        table = np.vstack([ours, weights @ ours])
        off = max(off, np.abs(table - np.array(YEARS[sex])).max())
    measured(f"worklife_dtms: 24 expected years, worst off by {off:.1e}")
    assert off < 1e-4
