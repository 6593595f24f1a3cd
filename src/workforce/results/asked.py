"""What a page asks for, and the figures that answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workforce.contract.figures import Audience, Figures


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


def figures(
    data: str | Path,
    *,
    page: str,
    region: str,
    sector: str = "all",
    scenario: str = "baseline",
    scenarios: Mapping[str, Any] | None = None,
    base_year: int,
    horizon: int = 10,
    draws: int = 100,
    seed: int = 20261,
    quarter: str = "",
    audience: Audience = "public",
    key: str | Path = "",
    measures: tuple[str, ...] | list[str] = (),
    choices: Mapping[str, Any] | None = None,
    store: str | Path | None = None,
) -> Figures:
    """Make the figures of a page.

    Parameters
    ----------
    data : str or Path
        Folder of tables, workbook or protected folder.
    page : str
        Kind of page: ``overview``, ``ageing``, ``labour_shortage``, ``competence_gap``,
        ``forecast_quality``, ``discussion`` or ``mobilisation``.
    region, sector, scenario : str
        Codes; sector may be "all".
    scenarios : mapping, optional
        Scenarios of the params file by name, each with ``title`` by language and ``measures``.
    base_year, horizon : int
        First 1 January, and years ahead.
    draws, seed : int
        Of the simulation.
    quarter : str
        Label of the run, by which the figures are judged.
    audience : str
        ``public`` or ``internal``.
    key : str or Path
        File of the key of protection.
    measures : sequence of str
        Scenarios that a basis for discussion tells of.
    choices : mapping, optional
        Goal and sharing of posts of a commission.
    store : str or Path, optional
        Folder of the run, which has its lights.

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
        region=region,
        scenario=scenario,
        base_year=base_year,
        horizon=horizon,
        draws=draws,
        seed=seed,
        quarter=quarter,
        sectors=(sector,),
        scenarios=scenarios or {},
        measures=tuple(measures),
        choices=choices or {},
    )
    # What makes figures is not needed by whoever asks for their names.
    from workforce.results.pages import by_itself

    return by_itself(data, asked, audience=audience, key=key, run=store or "")
