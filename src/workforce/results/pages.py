"""Figures of each kind of page: what is projected, and what is laid beside the projection."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any

import polars as pl
import xarray as xr

from workforce.contract.about import about
from workforce.contract.facts import Facts
from workforce.contract.figures import Audience, Figures
from workforce.contract.folder import Folder
from workforce.contract.grouping import JOINT, in_groups, sums_of
from workforce.contract.measures import ALTERNATIVES
from workforce.errors import ParameterError
from workforce.inputs import load_inputs
from workforce.inputs.labour_pool import read_labour_pool
from workforce.inputs.neighbours import neighbourhoods
from workforce.inputs.quality import judge_folder
from workforce.inputs.regions import chosen_regions
from workforce.model.projection import projections_made
from workforce.results.asked import Asked
from workforce.results.benchmark_rows import benchmark_rows
from workforce.results.borrowing import share_rows
from workforce.results.competence_rows import with_competence
from workforce.results.counted import breaks_of, counted_rows
from workforce.results.elsewhere import measured_elsewhere
from workforce.results.fetched import sources_of
from workforce.results.flow_evidence import evidence_rows
from workforce.results.freed import freed_rows
from workforce.results.goal_rows import limits_here, mix_rows
from workforce.results.graduate_rows import with_graduates
from workforce.results.hindsight import hindsight
from workforce.results.labour_pool import with_labour_pool
from workforce.results.measure_money import money_facts, money_rows
from workforce.results.measures import measures_of
from workforce.results.member_moves import with_member_moves
from workforce.results.mobilising import (
    AFTER,
    effect_rows,
    measure_rows,
    one_after_another,
    plan_measures,
)
from workforce.results.observed import judged_rows, observed_rows
from workforce.results.pair_rows import pair_rows
from workforce.results.run_notes import lights_of_run, read_display
from workforce.results.shared_posts import shared_posts
from workforce.results.standing import groupings
from workforce.results.table import results_table
from workforce.results.together import load_around, with_neighbours
from workforce.results.widths import width_of_shortage, with_widths
from workforce.scenarios.choices import read_choices
from workforce.scenarios.scenario import Scenario, scenario_levers
from workforce.scenarios.simulation import simulate
from workforce.sources.tables.protected import open_for

DETAIL = ("competence_holders", "competence_by_age", "competence_drain_by_cause",
          "units_covered", "units_staffed")  # fmt: skip
"""Results that only pages on competence tell."""
AS_TODAY = "as_today"
"""Part of a goal: 1 where nobody has chosen it, and it is what lacks in the base year."""
OF_ALTERNATIVES = ("missing_fte",)
"""Results that a page shows of what else could happen, of all occupations together."""


@dataclass(frozen=True)
class Place:
    """A region as its pages project it: the same for all of them.

    Parameters
    ----------
    folder
        For the audience of the pages.
    region, base_year, horizon, draws, seed
        As in `Asked`.
    sums
        Occupations that some page shows as one, by the label of their sum.
    whole, in_detail
        Levers, as JSON, of the scenarios of which some page shows more than what is missing, and of
        those of which some page tells of competence in detail.
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


def place_of(folder: Folder, asked: Sequence[Asked]) -> Place:
    """Give what pages of one region share, so that each of its scenarios is projected once.

    Parameters
    ----------
    folder : Folder
        From `open_for`, for the audience of the pages.
    asked : sequence of Asked
        Pages of one region, base year, horizon, draws and seed.
    """
    one = asked[0]
    settings = (one.region, one.base_year, one.horizon, one.draws, one.seed)
    inputs = _inputs(folder, *settings[:3])
    grouped = [page for page in asked if page.page in GROUPED]
    sums = sums_of(
        groups
        for page in grouped
        for groups in groupings(inputs, folder, page.sectors, hide_fte=page.hide_fte).values()
    )
    whole = [frozenset(map(_levers, _whole(page).values())) for page in asked]
    return Place(
        folder,
        *settings,
        sums=tuple(sums.items()),
        whole=frozenset().union(*whole),
        in_detail=frozenset().union(
            *(some for page, some in zip(asked, whole, strict=True) if page.page in IN_DETAIL)
        ),
    )


def page_figures(place: Place, asked: Asked, *, lights: pl.DataFrame | None = None) -> Figures:
    """Make the figures of a page.

    What pages of a place share is made by the first that needs it and kept for the others, until
    `forget` is called.

    Parameters
    ----------
    place : Place
        From `place_of`, for this page and others.
    asked : Asked
        The page.
    lights : DataFrame, optional
        Of the region, with the reasons given for red ones; judged here when left out.

    Raises
    ------
    ParameterError
        There are no figures for the page.
    """
    folder = place.folder
    if asked.page not in RECIPES:
        raise ParameterError(
            f"There are no figures for a page {asked.page!r}. Known: {', '.join(RECIPES)}."
        )
    before = projections_made()
    inputs = _inputs_of(place)
    table, own = RECIPES[asked.page](place, asked)
    about_page = {"region": asked.region, "scenario": asked.scenario}
    parts = [table, evidence_rows(inputs, **about_page)]
    if asked.page in JUDGED:
        parts.append(share_rows(inputs, **about_page))
    if lights is None:
        lights = judge_folder(folder, [asked.region], quarter=asked.quarter)
    facts = {
        "page": asked.page,
        "region": asked.region,
        "scenario": asked.scenario,
        "sectors": asked.sectors,
        "base_year": asked.base_year,
        "horizon": asked.horizon,
        "draws": asked.draws,
        "seed": asked.seed,
        "quarter": asked.quarter,
        "scenarios": asked.scenarios,
        "names": folder.names,
        "missing": about(inputs).missing,
        "borrowed": about(inputs).borrowed,
        "breaks": breaks_of(inputs, asked.region),
        "has_official": "population_official" in inputs,
        "has_posts": "fte_in_post" in inputs,
        "sources": sources_of(folder),
        "lights": lights,
        "together": _together(place, asked),
        "hides_few": asked.hide_fte is not None,
        **own,
        "projections": projections_made() - before,
    }
    return Figures(pl.concat(parts), _audience(place), folder.rounded_to, Facts(**facts))


def by_itself(
    data: str | Path,
    asked: Asked,
    *,
    audience: str,
    key: str | Path = "",
    run: str | Path = "",
    region: str | int = "",
) -> Figures:
    """Make the figures of one page that no run has made, as a run would.

    ``region`` is how the place was asked for: a number may lack the zeros of its code.
    """
    folder = open_for(data, audience=audience, key=key)
    if isinstance(region, int):
        (code,) = chosen_regions(folder.tables["regions"], region)
        asked = replace(asked, region=code)
    lights = lights_of_run(run)
    if lights is not None:
        lights = lights.filter(pl.col("region") == asked.region)
    asked = replace(asked, hide_fte=read_display(run))
    return page_figures(place_of(folder, [asked]), asked, lights=lights)


def forget() -> None:
    """Let go of what the pages of a place shared."""
    for kept in (_inputs, _projected, _quarters):
        kept.cache_clear()


@lru_cache(maxsize=2)
def _inputs(folder: Folder, region: str, base_year: int, horizon: int) -> xr.Dataset:
    return load_inputs(folder, region=region, base_year=base_year, horizon=horizon)


def _inputs_of(place: Place) -> xr.Dataset:
    return _inputs(place.folder, place.region, place.base_year, place.horizon)


def _together(place: Place, asked: Asked) -> dict[str, dict[str, str]]:
    return groupings(_inputs_of(place), place.folder, asked.sectors, hide_fte=asked.hide_fte)


def _whole(asked: Asked) -> dict[str, Scenario]:
    """Give the scenarios of which a page shows all that it tells: the baseline and its own."""
    if asked.page == "mobilisation":
        plan = plan_measures(asked.scenario, asked.scenarios)
        return {"baseline": [], asked.scenario: [one.step for one in plan]}
    return {} if asked.page in ("forecast_quality", "discussion") else scenarios_of(asked)


def _levers(scenario: Scenario) -> str:
    return json.dumps(scenario_levers(scenario))


def _simulated(
    place: Place, asked: Asked, scenarios: Mapping[str, Scenario], *variables: str
) -> pl.DataFrame:
    """Lay out the projections of scenarios: all that a page tells, or some variables of it."""
    table = pl.concat(
        [
            _projected(place, levers, variables if levers not in place.whole else ()).with_columns(
                scenario=pl.lit(name)
            )
            for name, levers in zip(scenarios, map(_levers, scenarios.values()), strict=True)
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
def _projected(place: Place, levers: str, variables: tuple[str, ...]) -> pl.DataFrame:
    """Project a scenario, given by its levers, with all that some page of the place tells.

    Of some variables only those are told, and of `OF_ALTERNATIVES` all occupations together.
    """
    inputs = _inputs_of(place)
    results = simulate(
        inputs,
        {"": json.loads(levers)},
        draws=place.draws,
        seed=place.seed,
        variables=variables or None,
        by=["sector"] if variables == OF_ALTERNATIVES else None,
        competence_detail=levers in place.in_detail,
        sums={} if variables else dict(place.sums),
    )
    return results_table(results, inputs)


@lru_cache(maxsize=8)
def _quarters(place: Place, table: str) -> pl.DataFrame:
    return observed_rows(_inputs_of(place), place.folder, [table], region=place.region)


def scenarios_of(asked: Asked, *others: str) -> dict[str, Scenario]:
    """Return the scenarios of a page: the baseline, the one asked for, and others beside it.

    Parameters
    ----------
    asked : Asked
        Scenarios of its params file take the place of packaged ones.
    *others : str
        Names.

    Returns
    -------
    dict
        Name to the name of a packaged scenario, or to the levers of one of the params file.
    """
    own = asked.scenarios
    return {
        name: [{"lever": one["lever"], **one["options"]} for one in own[name]["measures"]]
        if name in own
        else name
        for name in dict.fromkeys(["baseline", asked.scenario, *others])
    }


Made = tuple[pl.DataFrame, dict[str, Any]]
"""Rows of a page, and what its facts have beside those of every page."""


def _overview(place: Place, asked: Asked) -> Made:
    return pl.concat([_simulated(place, asked, _whole(asked)), _quarters(place, "absence")]), {}


def _ageing(place: Place, asked: Asked) -> Made:
    inputs, settings = _inputs_of(place), _draws_of(place)
    table = with_member_moves(
        _simulated(place, asked, _whole(asked)),
        inputs,
        place.folder,
        region=place.region,
        **settings,
    )
    counted = counted_rows(inputs, place.folder, region=place.region, scenario=asked.scenario)
    return pl.concat([table, counted]), {}


def _labour_shortage(place: Place, asked: Asked) -> Made:
    inputs, chosen = _inputs_of(place), _whole(asked)
    table = with_graduates(
        _simulated(place, asked, chosen),
        inputs,
        region=place.region,
        scenario=asked.scenario,
        measures=chosen[asked.scenario],
    )
    parts = [table, _quarters(place, "absence"), _quarters(place, "vacancies")]
    others = scenarios_of(asked, *ALTERNATIVES)
    beside = {name: scenario for name, scenario in others.items() if name not in chosen}
    if beside and "staff" in inputs:
        parts.append(_simulated(place, asked, beside, *OF_ALTERNATIVES))
    return pl.concat(parts), {}


def _competence_gap(place: Place, asked: Asked) -> Made:
    table = _simulated(place, asked, _whole(asked))
    return with_competence(table, _inputs_of(place), place.folder, audience=_audience(place)), {}


def _forecast_quality(place: Place, _: Asked) -> Made:
    folder, inputs, settings = place.folder, _inputs_of(place), _draws_of(place)
    judged = hindsight(folder, region=place.region, base_year=place.base_year, **settings)
    table = with_widths(judged, width_of_shortage(inputs, "baseline", **settings), inputs)
    rows = judged_rows(inputs, folder, region=place.region)
    return pl.concat([table, rows]), {"elsewhere": measured_elsewhere()}


def _discussion(place: Place, asked: Asked) -> Made:
    """Only the central path is shown, without an interval."""
    chosen = scenarios_of(asked, *asked.measures)
    shown = OF_STAFF if "staff" in _inputs_of(place) else OF_INHABITANTS
    inputs, table = _inputs_of(place), _simulated(place, asked, chosen, *shown)
    measures = measures_of(chosen, region=place.region, written=asked.scenarios)
    parts = [table]
    for name, plan in measures.items() if "staff" in inputs else ():
        parts += [measure_rows(inputs, name, plan), money_rows(inputs, name, plan)]
    every = tuple(one for plan in measures.values() for one in plan)
    return pl.concat(parts), {"measures": measures, "draws": 0, **money_facts(inputs, every)}


def _mobilisation(place: Place, asked: Asked) -> Made:
    """Measures in KS's order: what each does and leaves, and what neighbours can do together."""
    folder, inputs, settings = place.folder, _inputs_of(place), _draws_of(place)
    region, scenario = place.region, asked.scenario
    choices = read_choices(asked.choices, folder.tables["regions"]["region"])
    plan = plan_measures(scenario, asked.scenarios)
    levers, last = [one.step for one in plan], place.base_year + place.horizon
    own = with_competence(
        _simulated(place, asked, _whole(asked)), inputs, folder, audience=_audience(place)
    )
    near = neighbourhoods(folder, region)
    pool = read_labour_pool(folder, region, base_year=place.base_year, horizon=place.horizon)
    around = load_around(inputs, folder, region, others=pool.municipalities)
    own = with_neighbours(own, around, folder, region=region)
    own = with_labour_pool(own, around, inputs, folder, pool, **settings)
    steps = {
        name: steps
        for name, steps in one_after_another(scenario, plan).items()
        if name.startswith(AFTER)
    }
    limits = limits_here(inputs, folder, own, levers)
    target, probability = choices.goal["target"], choices.goal["probability"]
    chosen = target is not None
    target = ceil(_missing(own, place, place.base_year)) if target is None else target
    goal = {"target": target, "probability": probability}
    parts = [
        own,
        *(
            [_simulated(place, asked, steps, *OF_ALTERNATIVES)]
            if steps and "staff" in inputs
            else []
        ),
        effect_rows(inputs, scenario, plan, **settings),
        money_rows(inputs, scenario, plan, missing=_missing(own, place, last)),
        freed_rows(inputs, scenario, levers, **settings),
        *(
            mix_rows(
                inputs,
                scenario,
                levers,
                sector=sector,
                limits=limits,
                target=target,
                probability=probability,
                **settings,
            )
            for sector in asked.sectors
        ),
        benchmark_rows(inputs, folder, region=region, scenario=scenario),
        *(pair_rows(inputs, folder, sector=sector, scenario=scenario) for sector in asked.sectors),
    ]
    table = pl.concat(parts, how="vertical_relaxed")
    hide = asked.hide_fte is not None
    shared = [
        one
        for sector, groups in _together(place, asked).items()
        for one in shared_posts(
            in_groups(table, groups, hide=hide), near, choices.sharing, sectors=[sector]
        )
    ]
    return table, {
        "plan": plan,
        **money_facts(inputs, plan),
        "goal": {**goal, AS_TODAY: float(not chosen)},
        "limits": limits,
        "neighbours": {name: tuple(codes) for name, codes in near.items()},
        "sharing": choices.sharing,
        "shared": tuple(shared),
        "pool": pool,
    }


def _missing(table: pl.DataFrame, place: Place, year: int) -> float:
    """FTE missing in a year without measures; 0 where there is no staff."""
    of = {"variable": "missing_fte", "scenario": "baseline", "region": place.region}
    whole = {"sector": "all", "occupation": "all", "year": year}
    rows = table.filter(**of, **whole)
    return float(rows["central"].item()) if rows.height else 0.0


def _audience(place: Place) -> Audience:
    """Protected folders are for the public, others are not."""
    return "internal" if place.folder.rounded_to is None else "public"


def _draws_of(place: Place) -> dict[str, int]:
    return {"draws": place.draws, "seed": place.seed}


RECIPES: Mapping[str, Callable[[Place, Asked], Made]] = {
    "overview": _overview,
    "ageing": _ageing,
    "labour_shortage": _labour_shortage,
    "competence_gap": _competence_gap,
    "forecast_quality": _forecast_quality,
    "discussion": _discussion,
    "mobilisation": _mobilisation,
}
"""How the figures of each kind of page are made."""
GROUPED = ("overview", "labour_shortage", "competence_gap")
"""Pages on which occupations of few people stand in their group."""
IN_DETAIL = ("competence_gap",)
"""Pages that tell of competence by age, cause and unit."""
JUDGED = ("overview", "ageing")
"""Pages that tell how much of the FTE has figures that are borrowed or imputed."""
OF_STAFF = ("headcount", "headcount_by_age", "shortage_fte", "missing_fte")
OF_INHABITANTS = ("population_path",)
"""What a basis for discussion shows."""
