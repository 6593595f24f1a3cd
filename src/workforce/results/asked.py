"""What a page asks for, and where a run keeps the figures that answer it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workforce.contract.figures import Audience, Figures, kept_figures

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

    Parameters
    ----------
    page
        Name of the notebook, one of `workforce.results.pages.RECIPES`.
    region, scenario
        Codes.
    base_year, horizon, draws, seed, quarter
        As in the params file.
    sectors
        Of all pages that are made of these figures; codes, or "all".
    scenarios
        Scenarios of the params file by name, each with ``title`` by language and ``measures``.
    measures
        Names of scenarios that a basis for discussion tells of.
    choices
        As for `workforce.scenarios.choices.read_choices`.
    hide_fte
        FTE up to which an occupation stands in its group, where a commission asks for it.
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
    data: str | Path,
    *,
    page: str,
    region: str | int,
    sector: str = "all",
    scenario: str = "baseline",
    scenarios: Mapping[str, Any] | None = None,
    base_year: int,
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
    data : str or Path
        Folder of tables, workbook or protected folder; not opened where the run has the figures.
    page : str
        Kind of page: ``overview``, ``ageing``, ``labour_shortage``, ``competence_gap``,
        ``forecast_quality``, ``discussion`` or ``mobilisation``.
    region, sector, scenario : str
        Codes; sector may be "all", and a region a number where one code is the same but for
        leading zeros.
    scenarios : mapping, optional
        Scenarios of the params file by name, each with ``title`` by language and ``measures``.
    base_year, horizon : int
        First 1 January, and years ahead.
    draws, seed : int
        Of the simulation.
    quarter : str
        Label of the run, by which the figures are judged; the last of the base year when left out.
    audience : str
        ``public`` or ``internal``.
    key : str or Path
        File of the key of protection.
    measures : sequence of str
        Scenarios that a basis for discussion tells of.
    choices : mapping, optional
        Goal and sharing of posts of a commission.
    store : str or Path, optional
        Folder of the run.

    Returns
    -------
    Figures
        With their facts.

    Raises
    ------
    ParameterError, DataError, MissingDataError
        A parameter or the folder is not right.
    """
    asked = Asked(
        page=page,
        region=str(region),
        scenario=scenario,
        base_year=base_year,
        horizon=horizon,
        draws=draws,
        seed=seed,
        quarter=quarter or f"{base_year}Q4",
        sectors=(sector,),
        scenarios=scenarios or {},
        measures=tuple(measures),
        choices=choices or {},
    )
    kept = kept_path(store, asked) if store else None
    if kept is not None and kept.is_file():
        return kept_figures(kept)
    # A page that finds its figures needs nothing of what makes them.
    from workforce.results.pages import by_itself

    return by_itself(data, asked, audience=audience, key=key, run=store or "", region=region)
