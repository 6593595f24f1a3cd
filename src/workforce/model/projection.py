"""The one assembly: from inputs to population, users, staff, demand, shortage and competence."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from workforce.contract.arrays import relabelled
from workforce.model.competence_years import competence_detail as detail_of
from workforce.model.competence_years import competence_results, over_the_year
from workforce.model.demand import (
    norm_fte,
    required_fte,
    service_users,
    shift_use_by_health,
)
from workforce.model.employment import position_growth
from workforce.model.period_openings import period_openings
from workforce.model.population import project_population, survival_from_mortality
from workforce.model.posts import (
    at_posts,
    between_posts,
    by_sector,
    on_posts,
    post_labels,
    sum_by_sector,
    to_grid,
    used_posts,
)
from workforce.model.shortage import recruitment_need, shortage
from workforce.model.staffing import project_staff
from workforce.model.supply import available_fte
from workforce.model.tally import counted
from workforce.model.task_sharing import demand_with_sharing

BOYS_PER_GIRL = 1.055  # Norway, long-run mean.
WORKING_AGES = slice(20, 66)
AGE_BANDS = {
    "0": (0, 0),
    "1-5": (1, 5),
    "6-15": (6, 15),
    "16-19": (16, 19),
    "20-66": (20, 66),
    "67-79": (67, 79),
    "80-89": (80, 89),
    "90+": (90, 200),
    "80+": (80, 200),
}


@counted
def project(
    inputs: xr.Dataset,
    *,
    seed: int | None = None,
    posts: Sequence[tuple[str, str]] | None = None,
    competence_detail: bool = False,
    working_lives: bool = False,
    flows: bool = True,
) -> xr.Dataset:
    """Project population, staff, demand, shortage and competence from one set of inputs.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them, or with the factors of some draws (`scenarios.draws`).
        Without staff only the population is projected, and where FTE in post are known, users
        and the need.
    seed : int, optional
        Seed of chance for small numbers: exits and recruits are counts, with luck that belongs to
        region, post, year and draw; draw 0 is without. Expected numbers when left out.
    posts : sequence of (sector, occupation), optional
        Those to lay results out for; those of the inputs when left out.
    competence_detail : bool
        Whether to tell competence by age of its holders, by cause of exit and by unit too, which
        takes several times the memory.
    working_lives : bool
        Whether to tell the years that a person of each start age still works, too.
    flows : bool
        Whether to tell who leaves and comes, and what rests on it: replacement, the need to
        recruit, openings and competence that drains. Stocks are the same without.

    Returns
    -------
    Dataset
        Variables whose role is ``result`` in the dictionary. Stocks are on ``year``, 1 January of
        the base year to the horizon; flows on ``flow_year``.
    """
    population = project_inhabitants(inputs)
    result = xr.Dataset(
        {
            "population_path": population,
            "population_by_band": _by_band(population, AGE_BANDS, "age", "age_band"),
        }
    )
    if "staff" not in inputs:
        return result.assign(_need_in_post(inputs, population))
    posts = used_posts(inputs) if posts is None else posts
    users = project_users(inputs, population)
    demand = _demand(inputs, users, posts)
    most_fte = None
    if "allowed_surplus" in inputs:
        most_fte = demand + on_posts(inputs["allowed_surplus"], posts)
    staff = project_staff(
        inputs,
        residents_of(population),
        posts,
        seed=seed,
        competence_detail=competence_detail,
        working_lives=working_lives,
        most_fte=most_fte,
        flows=flows,
    )
    position = position_of(inputs, staff, posts)
    absence = at_posts(inputs["short_absence"], posts)
    supply = project_supply(inputs, staff, posts)
    if "task_sharing" in inputs:
        most = between_posts(inputs["task_sharing"], posts)
        output = between_posts(inputs["task_output"], posts)
        demand = demand_with_sharing(demand, supply, most, output)
    share = position * (1.0 - absence)
    flat = {
        "headcount": staff["headcount"],
        "supply_fte": supply,
        "demand_fte": demand,
        "shortage_fte": shortage(demand, supply),
    }
    if flows:
        flat |= _flows(staff, demand, supply, share)
    if "norm_rate" in inputs:
        flat["norm_fte"] = _norm_fte(inputs, population, posts)
    if "funded_posts" in inputs:
        # A funded post gives less than a whole FTE at work, as those of staff and need are.
        flat["funded_fte"] = on_posts(inputs["funded_posts"], posts) * (1.0 - absence)
    result = result.assign({name: to_grid(array, posts) for name, array in flat.items()})
    result["users_path"] = users
    groups = sum_by_sector(staff["by_group"], posts)
    result["headcount_by_age"] = groups.transpose(..., "sector", "age_group", "year")
    if working_lives:
        result["working_years"] = staff["working_years"]
    if "holding" in inputs:
        result = result.assign(competence_results(inputs, posts, staff, demand, share))
        if competence_detail:
            result = result.assign(detail_of(inputs, posts, staff, share))
    return result


def _flows(
    staff: xr.Dataset, demand: xr.DataArray, supply: xr.DataArray, share: xr.DataArray
) -> dict[str, xr.DataArray]:
    """Who leaves and comes, what replaces them, and what growth asks for; laid out by post."""
    worth = over_the_year(share, staff["flow_year"])
    replaced_by_cause = staff["exits_agreed"] * worth
    replaced = replaced_by_cause.sum("cause")
    growth, gain = (
        stock.diff("year").rename(year="flow_year").assign_coords(flow_year=staff["flow_year"])
        for stock in (demand, supply)
    )
    need = recruitment_need(replaced, growth)
    parts = {"replacement": replaced, "growth": growth, "need": need, "inflow": gain + replaced}
    means = [
        part.broadcast_like(need).mean("flow_year")
        for part in (
            replaced_by_cause.rename(cause="flow_part"),
            *(part.expand_dims(flow_part=[name]) for name, part in parts.items()),
        )
    ]
    return {
        "exits": staff["exits"],
        "recruits": staff["recruits"],
        "transfers": staff["transfers"],
        "replacement_fte": replaced,
        "replacement_by_cause": replaced_by_cause,
        "growth_fte": growth,
        "recruitment_need": need,
        "mean_flow": xr.concat(means, dim="flow_part", join="exact"),
        "openings": period_openings(staff, demand, share),
    }


def position_of(
    inputs: xr.Dataset, staff: xr.Dataset, posts: Sequence[tuple[str, str]]
) -> xr.DataArray:
    """Factor on agreed FTE by post and year."""
    factor = at_posts(inputs["position_factor"], posts)
    if "position_gain" not in inputs:
        return factor
    gain, extra = (at_posts(inputs[name], posts) for name in ("position_gain", "extra_hours"))
    return factor * position_growth(staff["headcount"], staff["agreed"] * factor, gain, extra)


def _need_in_post(inputs: xr.Dataset, population: xr.DataArray) -> dict[str, xr.DataArray]:
    """Users, and the FTE that the staffing per user of the base year asks for; no supply."""
    if "fte_in_post" not in inputs:
        return {}
    users = project_users(inputs, population)
    standard = inputs["staffing_standard"] * inputs["standard_factor"]
    demand = required_fte(users, standard, inputs["productivity"])
    return {
        "demand_fte": demand.transpose(..., "region", "sector", "occupation", "year"),
        "users_path": users.transpose(..., "region", "sector", "year"),
    }


def project_inhabitants(inputs: xr.Dataset) -> xr.DataArray:
    """Project inhabitants by sex and age: the official projection, or cohort by cohort.

    ``population_factor`` (draws, ages, years), where given, multiplies the path.
    """
    official = "population_official" in inputs
    path = inputs["population_official"] if official else _cohorts(inputs)
    if "population_factor" in inputs:
        path = path * inputs["population_factor"]
    return path


@counted
def _cohorts(inputs: xr.Dataset) -> xr.DataArray:
    names = ("mortality", "fertility", "arrivals", "departure_rate")
    mortality, fertility, arrivals, departures = (
        inputs[name].rename(flow_year="year") for name in names
    )
    return project_population(
        inputs["population"],
        survival_from_mortality(mortality),
        fertility.sel(age=slice(12, 55)),
        immigration=arrivals,
        emigration_rate=departures,
        sex_ratio_at_birth=BOYS_PER_GIRL,
        migration_timing="end",
    )["population"]


@counted
def project_need(inputs: xr.Dataset, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Project the need alone: FTE by post, the posts laid out as ``occupation``."""
    return _demand(inputs, project_users(inputs, project_inhabitants(inputs)), posts)


@counted
def project_staff_alone(
    inputs: xr.Dataset,
    posts: Sequence[tuple[str, str]],
    *,
    most_fte: xr.DataArray | None = None,
) -> xr.Dataset:
    """Project staff alone, without who leaves and comes, as `project_staff` has it."""
    residents = residents_of(project_inhabitants(inputs))
    return project_staff(inputs, residents, posts, most_fte=most_fte, flows=False)


def project_supply(
    inputs: xr.Dataset, staff: xr.Dataset, posts: Sequence[tuple[str, str]]
) -> xr.DataArray:
    """FTE at work by post, the posts laid out as ``occupation``, of `project_staff`.

    Inputs count with what levers add: those who learn, and those lent.
    """
    agreed = staff["agreed"]
    if "training_fte" in inputs:
        # Those who learn are away; more than there are cannot be.
        agreed = (agreed - on_posts(inputs["training_fte"], posts)).clip(min=0.0)
    absence = at_posts(inputs["short_absence"], posts)
    supply = available_fte(agreed, position_of(inputs, staff, posts), absence)
    if "lent_fte" in inputs:
        supply = (supply + on_posts(inputs["lent_fte"], posts)).clip(min=0.0)
    return supply


def residents_of(population: xr.DataArray) -> xr.DataArray:
    """Inhabitants of working age, whom recruits come from; dims as given less sex and age."""
    return population.sel(age=WORKING_AGES).sum(["sex", "age"])


def project_users(inputs: xr.Dataset, population: xr.DataArray) -> xr.DataArray:
    """Users whom own staff serve, dims ([draw], region, sector, year)."""
    served = inputs["use_factor"] * inputs["service_share"]
    return service_users(population, _use_rate(inputs)) * served


def _demand(
    inputs: xr.Dataset, users: xr.DataArray, posts: Sequence[tuple[str, str]]
) -> xr.DataArray:
    return required_fte(
        by_sector(users, posts),
        on_posts(inputs["staffing_standard"], posts) * at_posts(inputs["standard_factor"], posts),
        at_posts(inputs["productivity"], posts),
    )


def _use_rate(inputs: xr.Dataset) -> xr.DataArray:
    """Use by age, shifted where people are healthier than those of their age were."""
    if "years_gained" not in inputs:
        return inputs["use_rate"]
    return shift_use_by_health(inputs["use_rate"], inputs["years_gained"])


def _norm_fte(
    inputs: xr.Dataset, population: xr.DataArray, posts: Sequence[tuple[str, str]]
) -> xr.DataArray:
    """FTE that norms ask for by post, 0 where a post has none."""
    use_rate, served = _use_rate(inputs), inputs["use_factor"] * inputs["service_share"]
    asks = inputs["norm_rate"].sum("age") > 0
    parts = []
    for sector in dict.fromkeys(sector for sector, _ in posts):
        own = [occupation for s, occupation in posts if s == sector]
        pick = {"sector": sector, "occupation": [o for o in own if bool(asks.loc[sector, o])]}
        labels = post_labels([(sector, occupation) for occupation in own])
        bare = population.isel(sex=0, age=0, drop=True) * 0.0
        nothing = bare.expand_dims(occupation=labels)
        if not pick["occupation"]:
            parts.append(nothing)
            continue
        one = {"sector": sector}
        rate = use_rate.sel(one, drop=True) * inputs["norm_rate"].sel(pick, drop=True)
        kinds = {
            name: inputs[f"norm_{name}"].sel(pick, drop=True) > 0
            for name in ("rounds_up", "in_all")
        }
        asked = service_users(population, rate) * served.sel(one, drop=True)
        fte = norm_fte(asked, inputs["unit_share"].sel(one, drop=True), **kinds)
        fte = fte.assign_coords(occupation=post_labels([(sector, o) for o in pick["occupation"]]))
        parts.append(fte.reindex(occupation=labels, fill_value=0.0))
    return xr.concat(parts, dim="occupation", join="exact").sel(occupation=post_labels(posts))


def _by_band(
    array: xr.DataArray, bands: dict[str, tuple[int, int]], age: str, name: str
) -> xr.DataArray:
    """Sum over bands of ages; a band may overlap another (80+ holds 80-89 and 90+)."""
    over = [dim for dim in ("sex", age) if dim in array.dims]
    ages, bare = array.indexes[age], array.variable
    parts = [
        bare.isel({age: ages.slice_indexer(*band)}).sum(over, skipna=False)
        for band in bands.values()
    ]
    dims = [name, *parts[0].dims]
    joined = relabelled(array, np.stack(parts), dims, **{name: list(bands)})
    rest = [dim for dim in dims if dim not in (name, "year")]
    return joined.transpose(*rest, name, "year")
