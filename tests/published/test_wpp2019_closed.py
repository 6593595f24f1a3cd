"""World Population Prospects 2019: two countries without migration, 2020 to 2100."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from workforce.model.population import project_population, survival_from_mortality

YEARS = np.arange(2020, 2100, 5)
SEXES = {"F": "female", "M": "male"}


def _labelled(table, columns, value, rename):
    index = pd.MultiIndex.from_frame(table[columns])
    array = pd.Series(table[value].to_numpy(dtype=float), index=index).to_xarray()
    return array.rename(rename).sortby(list(rename.values()))


def _read(folder, country):
    def table(name):
        read = pd.read_csv(folder / f"{name}.csv")
        read = read[read.country_code == country].copy()
        if "period" in read:
            read["start"] = read.period.str[:4].astype(int)
            read = read[read.start.isin(YEARS)]
        return read

    mx = table("mx").melt(id_vars=["age", "start"], value_vars=["mxF", "mxM"], var_name="sex")
    mx["sex"] = mx.sex.str[-1].map(SEXES)
    mortality = _labelled(
        mx, ["sex", "age", "start"], "value", {"sex": "sex", "age": "age", "start": "year"}
    )
    people = table("population")
    people["start"] = people.age.str.extract(r"(\d+)", expand=False).astype(int)
    people = people[people.year >= 2020]
    people["sex"] = people.sex.map(SEXES)
    published = _labelled(
        people, ["sex", "start", "year"], "pop", {"sex": "sex", "start": "age", "year": "year"}
    )
    shape = table("pasfr")
    shape["age"] = shape.age.str[:2].astype(int)
    schedule = _labelled(shape, ["age", "start"], "pasfr", {"age": "age", "start": "year"}) / 100
    total = xr.DataArray(
        table("tfr").set_index("start").tfr.loc[YEARS], dims="year", coords={"year": YEARS}
    )
    ratio = xr.DataArray(
        table("srb").set_index("start").srb.loc[YEARS], dims="year", coords={"year": YEARS}
    )
    return mortality, published, schedule * total / 5, ratio


@pytest.mark.parametrize(("country", "name"), [(480, "Mauritius"), (31, "Azerbaijan")])
def test_population_without_migration_follows_the_united_nations_to_2100(
    reference, measured, country, name
):
    mortality, published, fertility, ratio = _read(reference("wpp2019_closed"), country)
    survival = survival_from_mortality(mortality, width=5)
    result = project_population(
        published.sel(year=2020, drop=True),
        survival,
        fertility,
        sex_ratio_at_birth=ratio,
        width=5,
    )
    ours = result.population.transpose(*published.dims)
    total = abs(ours.sum(["sex", "age"]) / published.sum(["sex", "age"]) - 1).max().item()
    cells = abs(ours / published - 1).sel(age=slice(5, 79)).max().item()
    measured(f"wpp2019_closed {name}: total off by {total:.1e}, worst cell at 5-79 by {cells:.1e}")
    assert total < 1e-4
    assert cells < 5e-4
