"""Every table of the sample, made in one order from one seed, and the files they are written to."""

from pathlib import Path

import numpy as np
import polars as pl

from tools.sample import (
    absence,
    competence,
    county_council,
    education,
    employers,
    flows,
    geography,
    national,
    population,
    posts,
    readme,
    services,
    staff,
)

PARQUET = ("population_projection", "staff", "staff_flows", "service_use")
"""Tables too large to read by eye; the others are CSV."""


def sample_tables(*, seed: int) -> dict[str, pl.DataFrame]:
    """All tables of the fictional county: its municipalities, and its county council.

    Parameters
    ----------
    seed
        Seed of the random numbers.

    Returns
    -------
    dict[str, pl.DataFrame]
        Table name to table.
    """
    found = municipal_tables(seed=seed)
    # The sixth stream leaves the five of the municipalities as they are.
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed).spawn(6)[5]))
    columns = {name: table.columns for name, table in found.items()}
    observed = population.observed_population(_streams(seed)[0])
    for name, rows in county_council.council_tables(observed, rng, columns).items():
        found[name] = pl.concat([found[name], rows.cast(found[name].schema)])
    place = pl.DataFrame([county_council.REGION], schema=found["regions"].schema)
    found["regions"] = pl.concat([found["regions"], place])
    return found


def _streams(seed: int) -> list[np.random.Generator]:
    streams = np.random.SeedSequence(seed).spawn(5)
    return [np.random.Generator(np.random.PCG64(stream)) for stream in streams]


def municipal_tables(*, seed: int) -> dict[str, pl.DataFrame]:
    """All tables of the fictional county, without rows of its county council.

    Parameters
    ----------
    seed
        Seed of the random numbers.

    Returns
    -------
    dict[str, pl.DataFrame]
        Table name to table.
    """
    rngs = _streams(seed)
    observed = population.observed_population(rngs[0])
    paths = {v: population.projected_population(observed[-1], v) for v in population.VARIANTS}
    stocks, years = staff.simulate_staff(dict(services.wanted_staff(observed)), rngs[1])
    employed = staff.staff_table(stocks)
    shortage = posts.shortage_table(employed, rngs[3])
    use = services.service_use_table(observed, rngs[2])
    return {
        "regions": geography.regions(),
        "population": population.population_table(observed),
        "population_projection": population.projection_table(paths),
        "vital_rates": population.vital_rates_table(),
        "sectors": national.all_sectors(),
        "occupations": national.all_occupations(),
        "staff": employed,
        "part_time": staff.part_time_table(stocks[-1]),
        "staff_flows": flows.staff_flows_table(years),
        "absence": absence.absence_table(employed, rngs[4]),
        "vacancies": absence.vacancies_table(employed, rngs[4]),
        "shortage": shortage,
        "funded_posts": posts.funded_posts_table(employed, shortage),
        "service_use": use,
        "service_share": services.service_share_table(),
        "staffing_norms": posts.staffing_norms_table(),
        "service_units": services.service_units_table(use),
        "graduates": education.graduates_table(),
        "education_occupations": education.education_occupations_table(),
        "mobility": flows.mobility_table(years),
        "competences": competence.competences_table(),
        "competence_requirement": competence.requirement_table(),
        "competence_holding": competence.holding_table(),
        "training": education.training_table(),
        "task_sharing": education.task_sharing_table(),
        "measure_costs": education.measure_costs_table(),
        "other_employers": employers.other_employers_table(),
    }


def write_tables(folder: Path, *, seed: int) -> None:
    """Write every table to a folder, CSV or Parquet, and the README with what was measured.

    Parameters
    ----------
    folder
        Folder for the tables; made if it is not there.
    seed
        Seed of the random numbers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = sample_tables(seed=seed)
    for name, table in tables.items():
        if name in PARQUET:
            table.write_parquet(
                folder / f"{name}.parquet", compression="zstd", compression_level=10
            )
        else:
            table.write_csv(folder / f"{name}.csv", line_terminator="\n")
    text = readme.sample_readme(municipal_tables(seed=seed), seed=seed)
    (folder / "README.md").write_text(text, encoding="utf-8", newline="\n")
