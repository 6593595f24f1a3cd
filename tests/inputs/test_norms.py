"""Staffing norms and units, from tables to the FTE they ask for."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workforce.inputs import load_inputs
from workforce.model.projection import project

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
TEXT = dict.fromkeys(("region", "occupation", "service_unit"), pl.String)


NEEDED = ("regions", "population", "sectors", "occupations", "staff", "service_use",
          "service_share", "staffing_norms", "service_units", "absence", "shortage")  # fmt: skip
"""Tables that norms and the need beside them rest on; the others take time alone."""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in NEEDED:
        (path,) = SAMPLE.glob(f"{name}.*")
        shutil.copy(path, folder)
    return folder


def change(folder, table, how):
    path = folder / f"{table}.csv"
    how(pl.read_csv(path, schema_overrides=TEXT)).write_csv(path)


def leaders(inputs):
    fte = project(inputs)["norm_fte"].sel(sector="kindergarten", occupation="2342")
    return float(fte.isel(year=0).sum())


def asked(inputs):
    """Groups of 14 over three, or of 7 under three, that the municipality's own children make."""
    children = inputs["population"] * inputs["use_rate"].sel(sector="kindergarten", drop=True)
    own = children * inputs["service_share"].sel(sector="kindergarten", year=2026, drop=True)
    own = own.sum(["region", "sex"])
    return float(own.sel(age=[0, 1, 2]).sum() / 7 + own.sel(age=[3, 4, 5]).sum() / 14)


def test_leaders_are_rounded_up_in_each_kindergarten(folder):
    inputs = load_inputs(folder, region="9003", horizon=1)
    sizes = pl.read_csv(folder / "service_units.csv", schema_overrides=TEXT)
    sizes = sizes.filter(region="9003", sector="kindergarten")["users"].to_numpy()
    by_hand = np.ceil(asked(inputs) * sizes / sizes.sum()).sum()
    assert leaders(inputs) == pytest.approx(by_hand)
    assert by_hand > asked(inputs)


def test_without_units_the_norm_is_not_rounded(folder):
    (folder / "service_units.csv").unlink()
    inputs = load_inputs(folder, region="9003", horizon=1)
    assert leaders(inputs) == pytest.approx(asked(inputs))


def test_a_county_rounds_where_units_are_known(folder):
    everywhere = leaders(load_inputs(folder, region="90", horizon=1))
    change(folder, "service_units", lambda table: table.filter(pl.col("region") == "9001"))
    county = load_inputs(folder, region="90", horizon=1)
    share = float(county["unit_share"].sel(sector="kindergarten").sum())
    assert 0.3 < share < 0.5
    assert asked(county) < leaders(county) < everywhere


def test_teachers_are_asked_for_by_hours_of_the_pupils(folder):
    inputs = load_inputs(folder, region="9003", horizon=1)
    pupils = inputs["population"] * inputs["use_rate"].sel(sector="primary_school", drop=True)
    share = inputs["service_share"].sel(sector="primary_school", year=2026, drop=True)
    pupils = (pupils * share).sum(["region", "sex"])

    def at(low, high):
        return float(pupils.sel(age=slice(low, high)).sum())

    by_hand = at(6, 9) * 720 / 15 / 741 + at(10, 12) * 798 / 20 / 741 + at(13, 15) * 874 / 20 / 656
    found = project(inputs)["norm_fte"].sel(sector="primary_school", occupation="2341")
    assert float(found.isel(year=0).sum()) == pytest.approx(by_hand)


def test_a_folder_without_norms_has_no_norm_figure(folder):
    (folder / "staffing_norms.csv").unlink()
    inputs = load_inputs(folder, region="9003", horizon=1)
    assert "norm_rate" not in inputs
    assert "norm_fte" not in project(inputs)
