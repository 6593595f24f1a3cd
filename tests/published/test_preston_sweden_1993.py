"""Preston, Heuveline and Guillot (2001), Box 6.2: Swedish women from 1993 to 1998."""

import numpy as np
import pandas as pd
import xarray as xr

from workforce.model.population import project_population

RADIX = 100_000.0


def test_swedish_women_of_1998_agree_with_the_textbook(reference, measured):
    table = pd.read_csv(reference("preston_sweden_1993") / "sweden_1993_female.csv")
    ages = np.arange(0, 90, 5)

    def women(values):
        return xr.DataArray(
            np.asarray(values, dtype=float)[np.newaxis],
            dims=["sex", "age"],
            coords={"sex": ["female"], "age": ages},
        )

    lived = table.nLx_f.to_numpy()
    survival = np.r_[lived[0] / (5 * RADIX), lived[1:] / lived[:-1]]
    survival[-1] = lived[-1] / (lived[-2] + lived[-1])
    result = project_population(
        women(table.pop_f_1993),
        women(survival).expand_dims(year=[1993]),
        women(table.asfr).squeeze("sex", drop=True),
        net_migration=women(table.net_migration_f),
        sex_ratio_at_birth=1.05,
        width=5,
    )
    women_1998 = result.population.sel(sex="female", year=1998).values
    births = result.births.sel(flow_year=1993).values
    off_women = np.abs(women_1998 - table.pop_f_1998_published).max()
    off_births = np.abs(births - table.births_published).max()
    measured(
        f"preston_sweden_1993: worst cell {off_women:.3f} women, {off_births:.3f} births; "
        f"births {births.sum():.1f}, women {women_1998.sum():.1f}"
    )
    assert off_women < 0.5
    assert off_births < 0.5
    assert abs(births.sum() - 615_989) < 1.0
    assert abs(women_1998.sum() - 4_507_581) < 1.0
