"""Lay a place beside its comparison group and the nation, as rows of results."""

from collections.abc import Sequence

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder
from workforce.contract.results import LEVEL
from workforce.results.benchmark import MEASURES, benchmark
from workforce.results.rows import lay_rows

DIMENSION = "benchmark"
LEAST_POSITIONS = 50
"""Fewest persons whose position sizes are their own in a protected folder; others have national
ones, which compare with nothing. [persons]"""
LEFT_OUT = ["observed", "drawn", "expected", "exposure", "weight", "places"]
STEPS = {
    "turnover": 0.001,
    "absence_rate": 0.001,
    "mean_position": 0.001,
    "exit_age": 0.1,
    "staff_per_user": 0.0001,
    "benchmark_weight": 0.05,
    "benchmark_exposure": 5.0,
    "benchmark_places": 1.0,
}
"""Figures are rounded to multiples of these before they are told, so that nobody takes the few
persons of a small place out of the figures of its group by subtraction, nor out of the weight."""


def benchmark_rows(
    inputs: xr.Dataset,
    folder: Folder,
    *,
    region: str,
    scenario: str,
    level: float = LEVEL,
    measures: Sequence[str] = MEASURES,
) -> pl.DataFrame:
    """Compare a place with its comparison group and the nation, in rows of results.

    The categories are ``observed`` and, of what is estimated, ``drawn`` and ``expected``, at the
    wider group's rates and the place's own ages; ``region`` is the place that a row is about.
    """
    year = int(inputs.attrs["base_year"])
    wide = benchmark(folder, region=region, base_year=year, level=level, measures=measures)
    known = set(inputs["sector"].values.tolist()) if "sector" in inputs else set()
    wide = wide.filter(pl.col("sector").is_in([*known, "all"]))
    measure = pl.col("measure")
    if folder.rounded_to:
        national = (measure == "mean_position") & (pl.col("exposure") < LEAST_POSITIONS)
        wide = wide.filter(~national)
    parts = [
        wide.with_columns(variable=measure, category=pl.lit("observed"), central="observed",
                          lower="observed", upper="observed"),
        wide.filter(pl.col("weight").is_not_null()).with_columns(
            variable=measure, category=pl.lit("drawn"), central="drawn"),
        wide.filter(pl.col("expected").is_not_null()).with_columns(
            variable=measure, category=pl.lit("expected"), central="expected",
            lower="expected", upper="expected"),
        *(
            wide.filter(pl.col(name).is_not_null()).with_columns(
                variable=pl.lit(f"benchmark_{name}"), category=measure,
                central=name, lower=name, upper=name)
            for name in ("weight", "exposure")
        ),
    ]  # fmt: skip
    rows = pl.concat([*(part.drop(LEFT_OUT) for part in parts), _places(wide)])
    # By whole numbers of steps to the whole, since a step of 0.1 is not exact.
    whole = pl.col("variable").replace_strict(
        {name: 1.0 / step for name, step in STEPS.items()}, return_dtype=pl.Float64
    )
    told = rows.with_columns(
        (pl.col(name) * whole).round() / whole for name in ("central", "lower", "upper")
    )
    return lay_rows(told, scenario=scenario, dimension=DIMENSION, year=year, level=level)


def _places(wide: pl.DataFrame) -> pl.DataFrame:
    """Say of how many municipalities a wider place is the sum; that is public and counts nobody."""
    rows = wide.filter(pl.col("places").is_not_null()).unique(["region", "sector"], keep="first")
    count = pl.col("places").cast(pl.Float64)
    return rows.sort("region", "sector").with_columns(
        variable=pl.lit("benchmark_places"), category=pl.lit("municipalities"),
        central=count, lower=count, upper=count, persons=pl.lit(None, pl.Float64),
    ).drop(LEFT_OUT)  # fmt: skip
