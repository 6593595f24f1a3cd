"""Figures of each kind of page: what is projected, and what is laid beside the projection."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil
from typing import Any

import polars as pl

from workforce.contract.about import about
from workforce.contract.facts import Facts, with_names_told
from workforce.contract.figures import Figures
from workforce.contract.grouping import in_groups
from workforce.contract.measures import ALTERNATIVES
from workforce.contract.page_parameters import PageParameters
from workforce.contract.quality import CATEGORY
from workforce.contract.results import require_declared
from workforce.errors import ParameterError
from workforce.inputs.labour_pool import read_labour_pool
from workforce.inputs.neighbours import neighbourhoods
from workforce.inputs.quality import judge_folder
from workforce.inputs.regions import chosen_regions, employer_of
from workforce.model.tally import projections_made
from workforce.results.asked import Asked
from workforce.results.benchmark import benchmark_rows
from workforce.results.beside import beside_rows, member_rows
from workforce.results.borrowing import share_rows
from workforce.results.competence_rows import with_competence
from workforce.results.counted import breaks_of, counted_rows
from workforce.results.drivers import width_rows
from workforce.results.fetched import sources_of
from workforce.results.first_steps import step_rows
from workforce.results.flow_evidence import evidence_rows
from workforce.results.freed import freed_rows
from workforce.results.goal_rows import limits_here, mix_rows
from workforce.results.graduate_rows import with_graduates
from workforce.results.hindsight import hindsight, measured_elsewhere
from workforce.results.labour_pool import with_labour_pool
from workforce.results.leaders import leader_rows
from workforce.results.measure_money import money_facts, money_rows
from workforce.results.measures import measures_of
from workforce.results.member_moves import with_member_moves
from workforce.results.mobilising import (
    effect_rows,
    measure_rows,
    one_after_another,
    plan_measures,
    within_reach,
)
from workforce.results.observed import judged_rows
from workforce.results.pair_rows import pair_rows
from workforce.results.part_time import part_time_rows
from workforce.results.place import (
    OF_ALTERNATIVES,
    Place,
    audience_of,
    draws_of,
    inputs_of,
    place_of,
    quarters_of,
    scenarios_of,
    simulated,
    together_of,
    whole_of,
)
from workforce.results.run_notes import lights_of_run, read_display
from workforce.results.shared_posts import shared_posts
from workforce.results.together import load_around, with_neighbours
from workforce.scenarios.choices import read_choices
from workforce.sources.tables.protected import open_for

AS_TODAY = "as_today"
"""Part of a goal: 1 where nobody has chosen it, and it is what lacks in the base year."""


def page_figures(place: Place, asked: Asked, *, lights: pl.DataFrame | None = None) -> Figures:
    """Make the figures of a page, with the lights of its region, judged here when left out.

    What pages of a place share is made by the first that needs it and kept for the others, until
    `forget` is called. ParameterError where there are no figures for the page.
    """
    folder = place.folder
    if asked.page not in RECIPES:
        raise ParameterError(
            f"There are no figures for a page {asked.page!r}. Known: {', '.join(RECIPES)}."
        )
    before = projections_made()
    inputs = inputs_of(place)
    table, own = RECIPES[asked.page](place, asked)
    about_page = {"region": asked.region, "scenario": asked.scenario}
    shares = share_rows(inputs, **about_page)
    if asked.page not in JUDGED:  # What the counts of the flows cover, they tell everywhere.
        shares = shares.filter(pl.col("category") == CATEGORY)
    parts = [table, evidence_rows(inputs, **about_page), shares]
    if lights is None:
        lights = judge_folder(folder, [asked.region], quarter=asked.quarter)
    facts = {
        **{name: getattr(asked, name) for name in TOLD_AS_ASKED},
        "employer": employer_of(folder.tables["regions"], asked.region),
        "names": folder.names,
        "missing": about(inputs).missing,
        "borrowed": about(inputs).borrowed,
        "breaks": breaks_of(inputs, asked.region),
        "has_official": "population_official" in inputs,
        "has_posts": "fte_in_post" in inputs,
        "sources": sources_of(folder),
        "lights": lights,
        "together": together_of(place, asked),
        "hides_few": asked.hide_fte is not None,
        **own,
        "projections": projections_made() - before,
    }
    rows = pl.concat(parts)
    told = with_names_told(Facts(**facts), rows)
    return Figures(rows, audience_of(place), folder.rounded_to, told)


def by_itself(told: PageParameters, asked: Asked) -> Figures:
    """Make the figures of one page that no run has made, as a run would.

    A region that is a number may lack the zeros of its code.
    """
    folder, run = open_for(told.data, audience=told.audience, key=told.key), told.run
    if isinstance(told.region, int):
        (code,) = chosen_regions(folder.tables["regions"], told.region)
        asked = replace(asked, region=code)
    lights = lights_of_run(run)
    if lights is not None:
        lights = lights.filter(pl.col("region") == asked.region)
    asked = replace(asked, hide_fte=read_display(run))
    made = page_figures(place_of(folder, [asked]), asked, lights=lights)
    require_declared(made.table)
    return made


Made = tuple[pl.DataFrame, dict[str, Any]]
"""Rows of a page, and what its facts have beside those of every page."""


def _overview(place: Place, asked: Asked) -> Made:
    inputs = inputs_of(place)
    about_place = {"region": place.region, "scenario": asked.scenario}
    beside = [lay(inputs, place.folder, **about_place) for lay in (beside_rows, member_rows)]
    own = simulated(place, asked, whole_of(asked))
    plan = measures_of(whole_of(asked), region=place.region, written=asked.scenarios)
    parts = [own, quarters_of(place, "absence"), *beside]
    if not plan.get(asked.scenario):
        parts.append(step_rows(inputs, own, scenario=asked.scenario))
    return pl.concat(parts), {"measures": plan}


def _ageing(place: Place, asked: Asked) -> Made:
    inputs, settings = inputs_of(place), draws_of(place)
    table = with_member_moves(
        simulated(place, asked, whole_of(asked)),
        inputs,
        place.folder,
        region=place.region,
        **settings,
    )
    counted = counted_rows(inputs, place.folder, region=place.region, scenario=asked.scenario)
    return pl.concat([table, counted]), {}


def _labour_shortage(place: Place, asked: Asked) -> Made:
    inputs, chosen = inputs_of(place), whole_of(asked)
    table = with_graduates(
        simulated(place, asked, chosen),
        inputs,
        region=place.region,
        scenario=asked.scenario,
        measures=chosen[asked.scenario],
    )
    parts = [table, quarters_of(place, "absence"), quarters_of(place, "vacancies")]
    others = scenarios_of(asked, *ALTERNATIVES)
    beside = {name: scenario for name, scenario in others.items() if name not in chosen}
    if beside and "staff" in inputs:
        parts.append(simulated(place, asked, beside, *OF_ALTERNATIVES))
    return pl.concat(parts), {}


def _competence_gap(place: Place, asked: Asked) -> Made:
    table = simulated(place, asked, whole_of(asked))
    return with_competence(table, inputs_of(place), place.folder, audience=audience_of(place)), {}


def _forecast_quality(place: Place, _: Asked) -> Made:
    folder, inputs, settings = place.folder, inputs_of(place), draws_of(place)
    judged = hindsight(folder, region=place.region, base_year=place.base_year, **settings)
    widths = width_rows(inputs, **settings)
    rows = judged_rows(inputs, folder, region=place.region)
    return pl.concat([judged, widths, rows]), {"elsewhere": measured_elsewhere()}


def _discussion(place: Place, asked: Asked) -> Made:
    """Only the central path is shown, without an interval."""
    chosen = scenarios_of(asked, *asked.measures)
    shown = OF_STAFF if "staff" in inputs_of(place) else OF_INHABITANTS
    inputs, table = inputs_of(place), simulated(place, asked, chosen, *shown)
    measures = measures_of(chosen, region=place.region, written=asked.scenarios)
    parts = [table]
    for name, plan in measures.items() if "staff" in inputs else ():
        parts += [measure_rows(inputs, name, plan), money_rows(inputs, name, plan)]
    parts.append(_part_time(place))
    every = tuple(one for plan in measures.values() for one in plan)
    return pl.concat(parts), {"measures": measures, "draws": 0, **money_facts(inputs, every)}


def _mobilisation(place: Place, asked: Asked) -> Made:
    """Measures in KS's order: what each does and leaves, and what neighbours can do together."""
    folder, inputs, settings = place.folder, inputs_of(place), draws_of(place)
    region, scenario = place.region, asked.scenario
    choices = read_choices(asked.choices, folder.tables["regions"]["region"])
    plan = within_reach(plan_measures(scenario, asked.scenarios), inputs)
    levers, last = [one.step for one in plan], place.base_year + place.horizon
    own = with_competence(
        simulated(place, asked, whole_of(asked)), inputs, folder, audience=audience_of(place)
    )
    near = neighbourhoods(folder, region)
    pool = read_labour_pool(folder, region, base_year=place.base_year, horizon=place.horizon)
    around = load_around(inputs, folder, region)
    own = with_neighbours(own, around, folder, region=region)
    own = with_labour_pool(own, inputs, folder, pool, **settings)
    steps = one_after_another(plan)
    limits = limits_here(inputs, folder, own, levers)
    target, probability = choices.goal["target"], choices.goal["probability"]
    chosen = target is not None
    if target is None:  # What lacks today, as it is printed.
        now = _missing(own, place, place.base_year)
        target = round(now) or ceil(now)
    goal = {"target": target, "probability": probability}
    parts = [
        own,
        *(
            [simulated(place, asked, steps, *OF_ALTERNATIVES)]
            if steps and "staff" in inputs
            else []
        ),
        effect_rows(inputs, scenario, plan, **settings),
        money_rows(inputs, scenario, plan, missing=_missing(own, place, last)),
        _part_time(place),
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
        leader_rows(inputs, scenario),
        benchmark_rows(inputs, folder, region=region, scenario=scenario),
        *(pair_rows(inputs, folder, sector=sector, scenario=scenario) for sector in asked.sectors),
    ]
    table = pl.concat(parts, how="vertical_relaxed")
    hide = asked.hide_fte is not None
    shared = [
        one
        for sector, groups in together_of(place, asked).items()
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


def _part_time(place: Place) -> pl.DataFrame:
    return part_time_rows(place.folder, region=place.region, base_year=place.base_year)


def _missing(table: pl.DataFrame, place: Place, year: int) -> float:
    """FTE missing in a year without measures; 0 where there is no staff."""
    of = {"variable": "missing_fte", "scenario": "baseline", "region": place.region}
    whole = {"sector": "all", "occupation": "all", "year": year}
    rows = table.filter(**of, **whole)
    return float(rows["central"].item()) if rows.height else 0.0


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
TOLD_AS_ASKED = ("page", "region", "scenario", "sectors", "base_year", "horizon", "draws", "seed",
                 "quarter", "scenarios")  # fmt: skip
"""What a page was asked for that its facts tell."""
JUDGED = ("overview", "ageing")
"""Pages that tell how much of the FTE has figures that are borrowed or imputed."""
OF_STAFF = ("headcount", "headcount_by_age", "shortage_fte", "missing_fte")
OF_INHABITANTS = ("population_path",)
"""What a basis for discussion shows."""
