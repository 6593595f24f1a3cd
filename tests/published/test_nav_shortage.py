"""Tightness by industry in Vestfold and Telemark 2021, as published by the county."""

import numpy as np
import pandas as pd
import xarray as xr

from workforce.model.shortage import tightness


def _rows(reference):
    table = pd.read_csv(
        reference("nav_shortage") / "nav_tightness_indicator_vestfold_telemark_2021.csv"
    )

    def by_industry(column):
        return xr.DataArray(
            table[column].to_numpy(dtype=float),
            dims="industry",
            coords={"industry": table.industry.to_numpy()},
        )

    published = by_industry("tightness_published_pct")
    return by_industry("estimated_shortage_2021"), by_industry("employed_2020Q4"), published


def _agree(ours, published):
    return np.abs(np.round(100 * ours.values, 1) - published.values) < 1e-9


def test_published_tightness_is_shortage_over_employed(reference, measured):
    shortage, employed, published = _rows(reference)
    agree = _agree(tightness(shortage, employed, denominator="employed"), published)
    measured(f"nav_shortage: {agree.sum()} of {len(agree)} rows agree with 'employed'")
    assert len(agree) == 15
    assert agree.all()


def test_the_other_convention_misses_five_of_the_published_rows(reference, measured):
    shortage, employed, published = _rows(reference)
    agree = _agree(tightness(shortage, employed, denominator="wanted"), published)
    measured(f"nav_shortage: {(~agree).sum()} of {len(agree)} rows differ with 'wanted'")
    assert (~agree).sum() == 5
