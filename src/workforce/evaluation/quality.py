"""Measure how well forecasts hold on reference cases, and write down what came out."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder
from workforce.contract.places import write_whole
from workforce.errors import MissingDataError
from workforce.evaluation.population_backtest import (
    BANDS,
    BASE_YEARS,
    HORIZONS,
    error_table,
    pooled_error,
    project_past,
)
from workforce.evaluation.population_calibration import (
    coverage_table,
    sizes_table,
    write_sizes,
)
from workforce.evaluation.reference import (
    TELEMARK,
    municipalities_of,
    read_releases,
    write_folder,
)
from workforce.evaluation.staff_backtest import staff_errors
from workforce.results.hindsight import FILE
from workforce.scenarios.population_error import FILE as SIZES_FILE
from workforce.sources.tables.folder import open_folder

NEEDED = (
    "population_norway", "norway_hmd_hfd", "ssb_projections", "m3_quarterly", "m3_monthly",
    "norway_labour",
)  # fmt: skip
VARIABLE = "WORKFORCE_REFERENCE"
COMMAND = "uv run workforce backtest"
METHODS = ("auto", "ets", "theta", "seasonal_naive")
ABOUT = (
    f"Written by `{COMMAND}`, which measures every figure here again. The reference cases are real "
    "Norwegian populations, Statistics Norway's own releases, and published series."
)
ABOUT_ERRORS = (
    "Sum of absolute errors over sum of outcomes, in per cent, from base years "
    f"{', '.join(map(str, BASE_YEARS))} with only what was known then; in brackets the number of "
    "base years that have an outcome at the horizon. `ssb` is the release of each base year."
)
ABOUT_INTERVALS = (
    "Share of outcomes within the 80 % interval, in per cent, and in brackets the median half "
    "width in per cent of the central figure. The width for each base year was estimated from the "
    "other base years."
)
ABOUT_SERIES = (
    "Quarterly series of the M3 competition 8 quarters ahead, and monthly ones 18 months ahead; "
    "Norwegian sickness absence 2000-2011, 1 to 4 quarters ahead from each quarter since the 24th; "
    "registered unemployed by county, 12 months ahead from December 2022, 2023 and 2024. OWA is "
    "against the Naive2 of this project, made from the same observations, not the one handed in to "
    "M3; errors are in the unit of the series, sMAPE and coverage in per cent."
)
ABOUT_KINDS = (
    "`auto` by what the series of M3 are about: share of outcomes within the 80 % interval and "
    "above it, in per cent, and the mean of outcome less forecast over the mean absolute seasonal "
    "difference (above 0: forecasts were low). A total may hold 80 % with kinds far to either side "
    "of it."
)
ABOUT_STAFF = (
    "Persons employed in the municipalities of the sample, forecast again from {years} years "
    "before its base year with what was known then, by service area: sum of absolute errors and "
    "sum of errors over sum of outcomes, and the share of outcomes within the 80 % interval, in "
    "per cent. `no_change` is the staff that the forecast began with. **The sample is made by a "
    "generator**, with rates that stay much the same from year to year: this shows that the engine "
    "finds again what is in the data, not how real staff develop. The reference cases hold no real "
    "series of municipal staff by age and occupation to test that on. The report on forecast "
    "quality does it for the place it is made for, with the years of its own folder."
)
STAFF = "staff_of_the_sample"
COLUMNS = ["case", "measure", "method", "group", "size", "horizon", "value", "count"]


@dataclass(frozen=True)
class Quality:
    """What the back-tests gave, and sizes of population errors, as `sizes_table` gives them.

    Of populations ``wape``, ``bias``, ``coverage`` and ``half_width`` of 80 % intervals by band of
    ages and size of municipality; of staff by sector; of series the measures of `score`, of all and
    by kind.
    """

    measures: pl.DataFrame
    sizes: pl.DataFrame


def reference_folder(asked: Path | None) -> Path:
    """Find the folder of reference cases: the one asked for, or that of the environment."""
    named = os.environ.get(VARIABLE, "") if asked is None else str(asked)
    if not named:
        raise MissingDataError(
            f"The back-test needs the folder of reference cases ({', '.join(NEEDED)}). Give it "
            f"with --reference, or set the environment variable {VARIABLE}."
        )
    folder = Path(named)
    lacking = [name for name in NEEDED if not (folder / name).is_dir()]
    if lacking:
        raise MissingDataError(
            f"{folder}: the reference cases {', '.join(lacking)} are not there. Add them, or name "
            "another folder."
        )
    return folder


def measure_quality(
    reference: Path, *, sample: Path, draws: int = 200, workers: int = 2
) -> Quality:
    """Run every back-test: inhabitants and series on the reference cases, staff on the sample."""
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        write_folder(reference, folder)
        actual, paths = project_past(open_folder(folder))
        names = municipalities_of(folder, TELEMARK)
    telemark = error_table(actual, paths, regions=list(names))
    releases = release_errors(actual, names, read_releases(reference))
    parts = [
        _errors(error_table(actual, paths), "all"),
        _errors(pl.concat([telemark, releases]), "telemark"),
        _coverage(coverage_table(actual, paths, draws=draws)),
        staff_of_sample(open_folder(sample), draws=draws),
        _series(reference, workers),
    ]
    measures = pl.concat(_sized(part).select(COLUMNS) for part in parts)
    return Quality(measures, sizes_table(actual, paths))


def staff_of_sample(sample: Folder, *, draws: int) -> pl.DataFrame:
    """Back-test the staff of every municipality of a folder to its latest 1 January."""
    tables = sample.tables
    towns = tables["regions"].filter(pl.col("level") == "municipality")["region"].to_list()
    last = int(tables["staff"]["year"].max())  # type: ignore[arg-type]
    errors = staff_errors(sample, regions=towns, base_year=last, draws=draws, seed=last)
    return _sized(errors.with_columns(case=pl.lit(STAFF))).select(COLUMNS)


def release_errors(
    actual: xr.DataArray, names: Mapping[str, str], releases: pl.DataFrame
) -> pl.DataFrame:
    """Pool the errors of the main alternatives of Statistics Norway as `error_table` does ours."""
    last = int(actual["year"].values[-1])
    rows = []
    for band, ages in BANDS.items():
        for ahead in HORIZONS:
            pairs = []
            for base in (year for year in BASE_YEARS if year + ahead <= last):
                said = releases.filter(
                    (pl.col("vintage") == base)
                    & (pl.col("year") == base + ahead)
                    & (pl.col("alt") == "MMMM")
                    & ((pl.col("band") == band) | (band == "all"))
                )
                by_name = dict(said.group_by("region").agg(pl.col("pop").sum()).iter_rows())
                pick = {"region": list(names), "year": base + ahead, "age": slice(*ages)}
                seen = actual.sel(pick).sum(["sex", "age"]).values
                found = pl.Series([by_name[name] for name in names.values()], dtype=pl.Float64)
                pairs.append((found.to_numpy(), seen))
            rows.append(pooled_error("ssb", band, ahead, pairs))
    return pl.DataFrame(rows)


def write_quality(quality: Quality, *, docs: Path, national: Path) -> list[Path]:
    """Write measures for reports and documentation, and sizes that are new; return the files."""
    data, page = national / FILE, docs / "forecast_quality.md"
    rounded = quality.measures.with_columns(pl.col("value").round(4))
    for path, text in ((data, rounded.write_csv()), (page, quality_page(quality.measures))):
        write_whole(path, partial(Path.write_text, data=text, encoding="utf-8"))
    changed = write_sizes(quality.sizes, national)
    return [data, page, *([national / SIZES_FILE] if changed else [])]


def quality_page(table: pl.DataFrame) -> str:
    """Write the measures as Markdown."""
    telemark = table.filter((pl.col("case") == "telemark") & (pl.col("measure") == "wape"))
    everywhere = table.filter((pl.col("case") == "all") & (pl.col("measure") == "wape"))
    held = table.filter((pl.col("case") == "all") & (pl.col("measure") == "coverage"))
    width = table.filter((pl.col("case") == "all") & (pl.col("measure") == "half_width"))
    staff = table.filter(pl.col("case") == STAFF)
    every_series = table.filter(~pl.col("case").is_in(["all", "telemark", STAFF]))
    series = every_series.filter(pl.col("group") == "all")
    kinds = every_series.filter(pl.col("group") != "all")
    parts = [
        "# How well the forecasts hold",
        ABOUT,
        "## Inhabitants, Telemark's 17 municipalities",
        ABOUT_ERRORS,
        *(_error_lines(telemark, ahead) for ahead in HORIZONS),
        "## Inhabitants, all municipalities",
        "All but Ålesund and Haram, whose populations before 2024 were split by halves.",
        *(_error_lines(everywhere, ahead) for ahead in HORIZONS),
        "## Intervals",
        ABOUT_INTERVALS,
        _interval_lines(held, width),
        *staff_lines(staff),
        "## Series",
        ABOUT_SERIES,
        _series_lines(series),
        *([ABOUT_KINDS, _kind_lines(kinds)] if kinds.height else []),
    ]
    return "\n\n".join(parts) + "\n"


def staff_lines(staff: pl.DataFrame) -> list[str]:
    """Write the section on staff; nothing where it was not measured."""
    if staff.is_empty():
        return []
    by = {
        (group, method, measure): value
        for group, method, measure, value in staff.select(
            "group", "method", "measure", "value"
        ).iter_rows()
    }
    shown = (
        ("ours", "wape"), ("no_change", "wape"), ("ours", "bias"), ("no_change", "bias"),
        ("ours", "coverage"),
    )  # fmt: skip
    years, count = staff.select("horizon", pl.col("count").max()).row(0)
    head = [f"{years} years ahead, {count} places", *(f"{m}, {measure}" for m, measure in shown)]
    groups = sorted(staff["group"].unique(), key=lambda group: (group == "all", group))
    lines = [[group, *(f"{100 * by[group, m, x]:.1f}" for m, x in shown)] for group in groups]
    return ["## Staff", ABOUT_STAFF.format(years=years), _markdown(head, lines)]


def _errors(table: pl.DataFrame, case: str) -> pl.DataFrame:
    return (
        table.unpivot(
            on=["wape", "bias"],
            index=["method", "band", "horizon", "base_years"],
            variable_name="measure",
        )
        .rename({"band": "group", "base_years": "count"})
        .with_columns(pl.col("horizon", "count").cast(pl.Int64), case=pl.lit(case))
    )


def _sized(table: pl.DataFrame) -> pl.DataFrame:
    """Give measures that no size of municipality is told of none."""
    return table if "size" in table.columns else table.with_columns(size=pl.lit(""))


def _coverage(table: pl.DataFrame) -> pl.DataFrame:
    return (
        table.unpivot(
            on=["coverage", "half_width"],
            index=["band", "size_class", "horizon", "places"],
            variable_name="measure",
        )
        .rename({"places": "count", "band": "group", "size_class": "size"})
        .with_columns(
            pl.col("horizon", "count").cast(pl.Int64),
            case=pl.lit("all"),
            method=pl.lit("ours"),
        )
    )


def _series(reference: Path, workers: int) -> pl.DataFrame:
    from workforce.forecasting.cases import (
        KIND_METRICS,
        METRICS,
        backtest_case,
        read_cases,
        score_case,
        score_kinds,
    )

    parts = []
    for case in read_cases(reference):
        tests = backtest_case(case, METHODS, workers=workers)
        every = score_case(case, tests).with_columns(kind=pl.lit("all"))
        kinds = score_kinds(case, tests.filter(pl.col("method") == METHODS[0]))
        for scores, metrics in ((every, METRICS), (kinds, KIND_METRICS)):
            parts.append(
                scores.unpivot(
                    on=list(metrics),
                    index=["case", "method", "kind", "forecasts"],
                    variable_name="measure",
                )
                .rename({"forecasts": "count", "kind": "group"})
                .with_columns(
                    pl.col("count").cast(pl.Int64),
                    horizon=pl.lit(case.horizon, dtype=pl.Int64),
                )
                .pipe(_sized)
                .select(COLUMNS)
            )
    return pl.concat(parts)


def _error_lines(table: pl.DataFrame, ahead: int) -> str:
    rows = table.filter(pl.col("horizon") == ahead)
    methods = rows["method"].unique(maintain_order=True).to_list()
    years = {m: rows.filter(pl.col("method") == m)["count"].item(0) for m in methods}
    by = {(m, g): v for m, g, v in rows.select("method", "group", "value").iter_rows()}
    head = [f"{ahead} years ahead" if ahead > 1 else "1 year ahead", *BANDS]
    lines = [
        [f"{m} ({years[m]})", *(f"{100 * by[m, band]:.1f}" for band in BANDS)] for m in methods
    ]
    return _markdown(head, lines)


def _interval_lines(held: pl.DataFrame, width: pl.DataFrame) -> str:
    labels = ["group", "size", "horizon"]
    both = held.join(width, on=labels, suffix="_width")
    by = {
        (band, size, ahead): f"{100 * value:.0f} ({100 * wide:.1f})"
        for band, size, ahead, value, wide in both.select(
            *labels, "value", "value_width"
        ).iter_rows()
    }
    places = list(dict.fromkeys((band, size) for band, size, _ in by))
    head = ["ages, inhabitants", *(f"{ahead} years" for ahead in HORIZONS)]
    lines = [[f"{b}, {s}", *(by[b, s, ahead] for ahead in HORIZONS)] for b, s in places]
    return _markdown(head, lines)


def _series_lines(table: pl.DataFrame) -> str:
    measures: Sequence[str] = table["measure"].unique(maintain_order=True).to_list()
    by = {
        (c, m, name): v
        for c, m, name, v in table.select("case", "method", "measure", "value").iter_rows()
    }
    rows = list(dict.fromkeys((case, method) for case, method, _ in by))
    head = ["case", "method", *measures]
    lines = [
        [case, method, *(_figure(by[case, method, name], name) for name in measures)]
        for case, method in rows
    ]
    return _markdown(head, lines)


def _kind_lines(table: pl.DataFrame) -> str:
    by = {
        (c, kind, name): value
        for c, kind, name, value in table.select("case", "group", "measure", "value").iter_rows()
    }
    counts = {
        (c, kind): count for c, kind, count in table.select("case", "group", "count").iter_rows()
    }
    measures: Sequence[str] = table["measure"].unique(maintain_order=True).to_list()
    head = ["case", "kind", "forecasts", *measures]
    lines = [
        [case, kind, str(count), *(_figure(by[case, kind, name], name) for name in measures)]
        for (case, kind), count in counts.items()
    ]
    return _markdown(head, lines)


def _figure(value: float | None, measure: str) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.1f}" if measure in ("coverage", "above") else f"{value:.3f}"


def _markdown(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
