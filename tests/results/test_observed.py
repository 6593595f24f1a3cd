"""Quarters seen and forecast beside the results of a page."""

from dataclasses import replace

import numpy as np
import polars as pl
import xarray as xr

from workforce.contract.folder import Draw
from workforce.results.observed import observed_rows
from workforce.sources.tables.folder import open_folder

QUARTERS = [f"{year}Q{number}" for year in (2024, 2025) for number in (1, 2, 3, 4)]


def test_a_sector_with_two_quarters_has_no_forecast_and_the_others_have(tmp_path):
    sectors = ["care", "school"]
    labels = {
        "region": ["1"], "sector": sectors, "occupation": ["2221"], "sex": ["female"],
        "working_age": [40],
    }  # fmt: skip
    shape = [len(values) for values in labels.values()]
    inputs = xr.Dataset({"staff": (list(labels), np.full(shape, 30.0))}, coords=labels)
    rows = [("care", quarter) for quarter in QUARTERS] + [("school", q) for q in QUARTERS[-2:]]
    table = pl.DataFrame(rows, schema=["sector", "quarter"], orient="row")
    table.with_columns(region=pl.lit("1"), kind=pl.lit("total"), absence_rate=0.08).write_csv(
        tmp_path / "absence.csv"
    )
    (tmp_path / "sectors.csv").write_text(
        "sector,name_nb,name_nn,name_en\ncare,a,a,a\nschool,b,b,b\n", encoding="utf-8"
    )
    found = observed_rows(inputs, open_folder(tmp_path), ["absence"], region="1")
    assert set(found["sector"]) == {"care"}
    assert set(found["dimension"]) == {"quarter", "quarter_ahead"}


def test_a_forecast_of_rounded_years_is_wider_by_what_rounding_hides(tmp_path):
    labels = {
        "region": ["1"], "sector": ["care"], "occupation": ["2221"], "sex": ["female"],
        "working_age": [40],
    }  # fmt: skip
    inputs = xr.Dataset({"staff": (list(labels), np.full([1] * 5, 30.0))}, coords=labels)
    rates = [0.09, 0.08, 0.06, 0.085, 0.091, 0.078, 0.062, 0.084]
    pl.DataFrame({"quarter": QUARTERS, "absence_rate": rates}).with_columns(
        region=pl.lit("1"), sector=pl.lit("care"), kind=pl.lit("total")
    ).write_csv(tmp_path / "absence.csv")
    counted = open_folder(tmp_path)
    exact, shown = (
        observed_rows(inputs, replace(counted, draw=draw), ["absence"], region="1")
        for draw in (None, Draw("", 5, 1))
    )
    for one, other in zip(exact.to_dicts(), shown.to_dicts(), strict=True):
        room = 0.005 if one["dimension"] == "quarter_ahead" else 0.0
        np.testing.assert_allclose(other["lower"], max(one["lower"] - room, 0.0))
        np.testing.assert_allclose(other["upper"], min(one["upper"] + room, 1.0))
        assert other["central"] == one["central"]
