import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tools.sample.national import national_tables
from tools.sample.vital import life_expectancy_at_birth


@pytest.mark.parametrize("sex", ["female", "male"])
def test_the_national_mortality_gives_norways_life_expectancy(
    sex: str, reference: Callable[[str], Path], measured: Callable[[str], None]
):
    path = reference("norway_hmd_hfd") / "mx_1x1.csv.gz"
    observed = pl.read_csv(gzip.decompress(path.read_bytes()), null_values=["", "."])
    year = observed["year"].max()
    column = sex.capitalize()
    rates = observed.filter(pl.col("year") == year).sort("age")[column].cast(pl.Float64)
    # No one alive at the very oldest ages leaves the rate empty: close the table before it.
    known = rates.to_numpy()[: int(np.argmax(np.isnan(rates.fill_null(np.nan).to_numpy())) or 111)]
    ours = national_tables()["vital_rates"].filter(
        (pl.col("rate") == "mortality") & (pl.col("sex") == sex) & (pl.col("year") == year)
    )
    modelled = life_expectancy_at_birth(ours.sort("age")["value"].to_numpy())
    published = life_expectancy_at_birth(known)
    measured(
        f"life expectancy at birth, {sex}: national rates {modelled:.2f}, "
        f"Human Mortality Database {year} {published:.2f} years"
    )
    assert modelled == pytest.approx(published, abs=0.5)


@pytest.mark.parametrize("sex", ["female", "male"])
def test_the_national_mortality_of_the_old_is_norways(
    sex: str, reference: Callable[[str], Path], measured: Callable[[str], None]
):
    path = reference("norway_hmd_hfd") / "mx_1x1.csv.gz"
    observed = pl.read_csv(gzip.decompress(path.read_bytes()), null_values=["", "."])
    latest = observed["year"].max()
    recent = observed.filter(pl.col("year") > latest - 5)
    ours = national_tables()["vital_rates"].filter(
        (pl.col("rate") == "mortality") & (pl.col("sex") == sex) & (pl.col("year") > latest - 5)
    )
    ours = ours.filter(pl.col("year") <= latest)
    ratios = []
    for start in range(60, 100, 5):
        band = pl.col("age").cast(pl.Int64).is_between(start, start + 4)
        published = recent.filter(band)[sex.capitalize()].cast(pl.Float64).mean()
        ratios.append(ours.filter(band)["value"].mean() / published)
    measured(
        f"national mortality by five ages from 60, {sex}: ratio to the Human Mortality Database "
        + ", ".join(f"{ratio:.2f}" for ratio in ratios)
    )
    assert ratios == pytest.approx([1.0] * len(ratios), abs=0.08)
