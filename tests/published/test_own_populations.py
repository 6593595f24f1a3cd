"""A folder of real populations and nothing else, as the guide to own data builds it."""

import gzip
import re

import polars as pl
import pytest

from workforce.batch.runner import run
from workforce.inputs import load_inputs
from workforce.model.projection import project

# Back-cast by halves before 2024, as the reference's README says.
LEFT_OUT = ("municip_nor1508", "municip_nor1580")
PLACES = {"0301": "Oslo", "4026": "Tinn", "1151": "Utsira"}


@pytest.fixture(scope="module")
def folder(reference, tmp_path_factory):
    source = reference("population_norway")
    with gzip.open(source / "municipality_single_age.csv.gz") as file:
        wide = pl.read_csv(file.read())
    wide = wide.filter(~pl.col("location_code").is_in(LEFT_OUT) & (pl.col("calyear") >= 2016))
    code = pl.col("location_code").str.strip_prefix("municip_nor")
    long = wide.unpivot(
        index=["location_code", "calyear", "sex"], variable_name="age", value_name="persons"
    )
    out = tmp_path_factory.mktemp("own")
    long.select(
        region=code,
        sex="sex",
        age=pl.col("age").str.strip_prefix("a").cast(pl.Int64),
        year="calyear",
        persons="persons",
    ).write_csv(out / "population.csv")
    names = pl.read_csv(source / "hierarchy.csv").filter(
        pl.col("municip_code").is_in(wide["location_code"].unique().to_list())
    )
    names.select(
        region=pl.col("municip_code").str.strip_prefix("municip_nor"),
        level=pl.lit("municipality"),
        name="municip_name",
    ).write_csv(out / "regions.csv")
    return out


def test_real_populations_are_projected_without_a_staff_figure(folder):
    inputs = load_inputs(folder, region=list(PLACES), base_year=2026, horizon=10)
    assert "staff" not in inputs
    path = project(inputs)["population_path"].sum(["sex", "age"])
    growth = path.sel(year=2036) / path.sel(year=2026) - 1
    print("growth 2026-2036:", dict(zip(PLACES.values(), growth.values.round(3), strict=True)))
    assert -0.05 < float(growth.sel(region="0301")) < 0.25
    assert float(project(inputs)["population_path"].min()) >= 0


def test_those_over_80_grow_by_about_half_in_ten_years_in_real_municipalities(folder):
    inputs = load_inputs(folder, base_year=2026, horizon=10)
    bands = project(inputs)["population_by_band"].sum("region").sel(age_band="80+")
    growth = float(bands.sel(year=2036) / bands.sel(year=2026)) - 1
    print(f"80+ 2026-2036: {growth:+.1%} (SSB's main alternative +47 %)")
    assert growth == pytest.approx(0.47, abs=0.05)


def test_ageing_reports_come_out_for_the_largest_and_the_smallest(folder, tmp_path):
    extremes = {code: PLACES[code] for code in ("0301", "1151")}
    params = tmp_path / "own.yaml"
    regions = ", ".join(f'"{code}"' for code in extremes)
    params.write_text(
        f"title: Real populations\ndata: {folder.as_posix()}\nquarter: 2026Q4\n"
        f"audience: public\nseed: 1\ndraws: 40\nhorizon: 10\n"
        f"reports:\n  - notebook: ageing\n    regions: [{regions}]\n",
        encoding="utf-8",
    )
    summary = run(params, out=tmp_path)
    assert (summary.done, summary.failed) == (2, 0)
    for code, name in extremes.items():
        page = next((tmp_path / "reports" / "2026Q4" / code).glob("ageing-*.html"))
        html = page.read_text(encoding="utf-8")
        assert name in re.sub(r"<[^>]+>", "", html)
        assert html.count("<svg") >= 2
