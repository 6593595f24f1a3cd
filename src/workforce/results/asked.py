"""What a page asks for, and where a run keeps the figures that answer it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FIGURES = "figures"
"""Folder of the figures of a run, with a folder for each region."""
PAGES = ("overview", "ageing", "labour_shortage", "competence_gap", "forecast_quality",
         "discussion", "mobilisation")  # fmt: skip
"""Kinds of page that there are figures for."""
BY_SECTOR = ("mobilisation",)
"""Pages whose figures are made for one sector at a time."""
OF_THE_RUN = ("quarter", "hide_fte")
"""What all pages of a run have in common."""

AS_GIVEN = ("region", "scenario", "scenarios", "base_year", "horizon", "draws", "seed", "quarter")
"""What figures are asked for as the page is."""


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


def asked_for(given: Mapping[str, Any], page: str, *, hide_fte: int | None = None) -> Asked:
    """Gather what a page asks for from its parameters."""
    return Asked(
        page=page,
        sectors=(given["sector"],),
        measures=tuple(given.get("measures", ())),
        choices=given.get("choices", {}),
        hide_fte=hide_fte,
        **{name: given[name] for name in AS_GIVEN},
    )


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
