"""A place as its pages project it: each of its scenarios once, for all of them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.figures import Audience
from workforce.contract.folder import Folder
from workforce.contract.grouping import JOINT, sums_of
from workforce.contract.places import remove_inside, write_whole
from workforce.errors import ReportError
from workforce.inputs import load_inputs
from workforce.results.asked import Asked
from workforce.results.mobilising import plan_measures
from workforce.results.observed import observed_rows
from workforce.results.standing import groupings
from workforce.results.table import results_table
from workforce.scenarios.kept import let_go
from workforce.scenarios.scenario import Scenario, scenario_levers
from workforce.scenarios.simulation import simulate

DETAIL = ("competence_holders", "competence_by_age", "competence_drain_by_cause",
          "units_covered", "units_staffed")  # fmt: skip
"""Results that only pages on competence tell."""
OF_ALTERNATIVES = ("missing_fte",)
"""Results that a page shows of what else could happen, of all occupations together."""

GROUPED = ("overview", "labour_shortage", "competence_gap")
"""Pages on which occupations of few people stand in their group."""
IN_DETAIL = ("competence_gap",)
"""Pages that tell of competence by age, cause and unit."""


@dataclass(frozen=True)
class Place:
    """A region as its pages project it: the same for all of them.

    ``sums`` are occupations that some page shows as one, by label; ``whole`` and ``in_detail``
    levers, as JSON, of scenarios of which some page shows more than what is missing, and of those
    of which some page tells of competence in detail. ``store`` is a folder of projections by
    one version of the library, each kept for as long as pages ask for it and it would be the same.
    """

    folder: Folder
    region: str
    base_year: int
    horizon: int
    draws: int
    seed: int
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    whole: frozenset[str] = frozenset()
    in_detail: frozenset[str] = frozenset()
    store: Path | None = None


_used: set[Path] = set()


def place_of(folder: Folder, asked: Sequence[Asked], *, store: Path | None = None) -> Place:
    """Give what pages of one region share, so that each of its scenarios is projected once."""
    one = asked[0]
    settings = (one.region, one.base_year, one.horizon, one.draws, one.seed)
    inputs = _inputs(folder, *settings[:3])
    grouped = [page for page in asked if page.page in GROUPED]
    sums = sums_of(
        groups
        for page in grouped
        for groups in groupings(inputs, folder, page.sectors, hide_fte=page.hide_fte).values()
    )
    whole = [frozenset(map(levers, whole_of(page).values())) for page in asked]
    return Place(
        folder,
        *settings,
        sums=tuple(sums.items()),
        whole=frozenset().union(*whole),
        in_detail=frozenset().union(
            *(some for page, some in zip(asked, whole, strict=True) if page.page in IN_DETAIL)
        ),
        store=store,
    )


def forget(place: Place | None = None) -> None:
    """Let go of what pages of a place shared, and of kept projections that none of them used."""
    if place is not None and place.store is not None:
        for path in set(place.store.parent.rglob("*.parquet")) - _used:
            remove_inside(path, place.store.parent)
    _used.clear()
    for kept in (_inputs, projected, quarters_of):
        kept.cache_clear()
    let_go()


@lru_cache(maxsize=2)
def _inputs(folder: Folder, region: str, base_year: int, horizon: int) -> xr.Dataset:
    return load_inputs(folder, region=region, base_year=base_year, horizon=horizon)


def inputs_of(place: Place) -> xr.Dataset:
    """Give the inputs of a place, loaded once."""
    return _inputs(place.folder, place.region, place.base_year, place.horizon)


def together_of(place: Place, asked: Asked) -> dict[str, dict[str, str]]:
    """Say which occupations stand in their group, by sector of the page."""
    return groupings(inputs_of(place), place.folder, asked.sectors, hide_fte=asked.hide_fte)


def whole_of(asked: Asked) -> dict[str, Scenario]:
    """Give the scenarios of which a page shows all that it tells: the baseline and its own."""
    if asked.page == "mobilisation":
        plan = plan_measures(asked.scenario, asked.scenarios)
        return {"baseline": [], asked.scenario: [one.step for one in plan]}
    return {} if asked.page in ("forecast_quality", "discussion") else scenarios_of(asked)


def levers(scenario: Scenario) -> str:
    """Write the levers of a scenario as JSON."""
    return json.dumps(scenario_levers(scenario), default=lambda one: one.item())


def simulated(
    place: Place, asked: Asked, scenarios: Mapping[str, Scenario], *variables: str
) -> pl.DataFrame:
    """Lay out the projections of scenarios: all that a page tells, or some variables of it."""
    table = pl.concat(
        [
            projected(place, levers, variables if levers not in place.whole else ()).with_columns(
                scenario=pl.lit(name)
            )
            for name, levers in zip(scenarios, map(levers, scenarios.values()), strict=True)
        ]
    )
    if variables:
        table = table.filter(pl.col("variable").is_in(variables))
    if variables == OF_ALTERNATIVES:
        table = table.filter(pl.col("occupation") == "all")
    if asked.page not in GROUPED:
        table = table.filter(~pl.col("occupation").str.contains(JOINT, literal=True))
    return table if asked.page in IN_DETAIL else table.filter(~pl.col("variable").is_in(DETAIL))


@lru_cache(maxsize=32)
def projected(place: Place, levers: str, variables: tuple[str, ...]) -> pl.DataFrame:
    """Project a scenario, given by its levers, with all that some page of the place tells.

    Of some variables only those are told, and of `OF_ALTERNATIVES` all occupations together.
    """
    inputs = inputs_of(place)
    asked: dict[str, Any] = {
        "draws": place.draws,
        "seed": place.seed,
        "variables": variables or None,
        "by": ["sector"] if variables == OF_ALTERNATIVES else None,
        "competence_detail": levers in place.in_detail,
        "sums": {} if variables else dict(place.sums),
    }
    path = place.store and place.store / f"{_digest_of(inputs, repr((levers, asked)))}.parquet"
    with suppress(OSError, pl.exceptions.PolarsError):
        if path:
            _used.add(path)
            return pl.read_parquet(path)
    made = results_table(simulate(inputs, {"": json.loads(levers)}, **asked), inputs)
    with suppress(ReportError):  # Where the disk is full, it is made again the next time.
        if path:
            write_whole(path, made.write_parquet)
    return made


def _digest_of(inputs: xr.Dataset, told: str) -> str:
    """Hash all that a projection is made of: equal only where the projection would be."""
    found = hashlib.sha256(repr((told, sorted(inputs.attrs.items()))).encode())
    for name, one in sorted(inputs.variables.items()):
        texts = one.dtype.kind in "OUS"
        told_of = (name, one.dims, one.shape, one.dtype.str, sorted(one.attrs.items()))
        found.update(repr(told_of).encode())
        found.update(repr(one.values.tolist()).encode() if texts else one.values.tobytes())
    return found.hexdigest()


@lru_cache(maxsize=8)
def quarters_of(place: Place, table: str) -> pl.DataFrame:
    """Lay out a series by quarter with its forecast, made once a place."""
    return observed_rows(inputs_of(place), place.folder, [table], region=place.region)


def scenarios_of(asked: Asked, *others: str) -> dict[str, Scenario]:
    """Return the scenarios of a page: the baseline, the one asked for, and others beside it.

    Scenarios of its params file take the place of packaged ones.
    """
    own = asked.scenarios
    return {
        name: [{"lever": one["lever"], **one["options"]} for one in own[name]["measures"]]
        if name in own
        else name
        for name in dict.fromkeys(["baseline", asked.scenario, *others])
    }


def audience_of(place: Place) -> Audience:
    """Protected folders are for the public, others are not."""
    return "internal" if place.folder.rounded_to is None else "public"


def draws_of(place: Place) -> dict[str, int]:
    """Give draws and seed by name."""
    return {"draws": place.draws, "seed": place.seed}
