"""What a page asks for, and where a run keeps the figures that answer it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workforce.contract.figures import Audience, Figures, kept_figures
from workforce.contract.page_parameters import PageParameters

FIGURES = "figures"
"""Folder of the figures of a run, with a folder for each region."""
PAGES = ("overview", "ageing", "labour_shortage", "competence_gap", "forecast_quality",
         "discussion", "mobilisation")  # fmt: skip
"""Kinds of page that there are figures for."""
BY_SECTOR = ("mobilisation",)
"""Pages whose figures are made for one sector at a time."""
OF_THE_RUN = ("quarter", "hide_fte")
"""What all pages of a run have in common."""


@dataclass(frozen=True)
class Asked:
    """What a page asks for.

    ``page`` is one of `workforce.results.pages.RECIPES`; base year, horizon, draws, seed and
    quarter are as in the params file, ``scenarios`` its scenarios by name, each with ``title`` by
    language and ``measures``. ``sectors`` are those of all pages made of these figures,
    ``measures`` names of scenarios that a basis for discussion tells of, ``choices`` as for
    `workforce.scenarios.choices.read_choices`, ``hide_fte`` the FTE up to which an occupation
    stands in its group, where a commission asks for it.
    """

    page: str
    region: str
    scenario: str
    base_year: int
    horizon: int
    draws: int
    seed: int
    quarter: str
    sectors: tuple[str, ...] = ("all",)
    scenarios: Mapping[str, Any] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    choices: Mapping[str, Any] = field(default_factory=dict)
    hide_fte: int | None = None


def kept_path(run: str | Path, asked: Asked) -> Path:
    """Give the place of the figures of a page in the folder of a run.

    Pages of all languages are made of the same, and those of all sectors, too, but for `BY_SECTOR`.
    """
    told = {name: value for name, value in asdict(asked).items() if name not in OF_THE_RUN}
    name = f"{asked.page}-{asked.scenario}"
    if asked.page in BY_SECTOR:
        name = f"{name}-{'-'.join(asked.sectors)}"
    else:
        del told["sectors"]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
    return Path(run) / FIGURES / asked.region / f"{name}-{digest}.parquet"


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
