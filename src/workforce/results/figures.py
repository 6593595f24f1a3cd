"""Figures of a page: those that a run made, or the same made here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workforce.contract.figures import Audience, Figures, kept_figures
from workforce.contract.page_parameters import PageParameters
from workforce.results.asked import Asked, kept_path


def figures(
    data: str | Path | PageParameters,
    *,
    page: str = "",
    region: str | int = "",
    sector: str = "all",
    scenario: str = "baseline",
    scenarios: Mapping[str, Any] | None = None,
    base_year: int = 0,
    horizon: int = 10,
    draws: int = 200,
    seed: int = 20261,
    quarter: str = "",
    audience: Audience = "public",
    key: str | Path = "",
    measures: tuple[str, ...] | list[str] = (),
    choices: Mapping[str, Any] | None = None,
    store: str | Path | None = None,
) -> Figures:
    """Give the figures of a page: those that a run made, or the same made here.

    Parameters
    ----------
    data : str, Path or PageParameters
        Folder of tables, or all that a page is asked for.
    page, region, base_year, …
        As in `workforce.PageParameters`, where ``data`` is a folder; ``store`` is its ``run``.

    Raises
    ------
    ParameterError, DataError, MissingDataError
        A parameter or the folder is not right.
    """
    told = (
        data
        if isinstance(data, PageParameters)
        else PageParameters(
            page=page,
            region=region,
            base_year=base_year,
            data=data,
            sector=sector,
            scenario=scenario,
            scenarios=scenarios or {},
            horizon=horizon,
            draws=draws,
            seed=seed,
            quarter=quarter,
            audience=audience,
            key=key,
            run=store or "",
            measures=measures,
            choices=choices or {},
        )
    )
    asked = Asked(
        page=told.page,
        region=str(told.region),
        scenario=told.scenario,
        base_year=told.base_year,
        horizon=told.horizon,
        draws=told.draws,
        seed=told.seed,
        quarter=told.quarter or f"{told.base_year}Q4",
        sectors=(told.sector,),
        scenarios=told.scenarios,
        measures=tuple(told.measures),
        choices=told.choices,
    )
    kept = kept_path(told.run, asked) if told.run else None
    if kept is not None and kept.is_file():
        return kept_figures(kept)
    # A page that finds its figures needs nothing of what makes them.
    from workforce.results.pages import by_itself

    return by_itself(told, asked)
