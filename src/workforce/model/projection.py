"""The one assembly: from inputs to population, users, staff, demand, shortage and competence."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from workforce.model.competence import competence_gap
from workforce.model.demand import (
    norm_fte,
    required_fte,
    service_users,
    shift_use_by_health,
)
from workforce.model.population import project_population, survival_from_mortality
from workforce.model.shortage import recruitment_need, shortage
from workforce.model.supply import available_fte, project_workforce

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
AGE_GROUPS = {"under_35": (0, 34), "35_54": (35, 54), "55_61": (55, 61), "62_plus": (62, 200)}
SEPARATOR = "|"


def project(inputs: xr.Dataset) -> xr.Dataset:
    """Project population, staff, demand, shortage and competence from one set of inputs.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them; a leading dimension ``draw`` on any variable passes through.
        Without staff only the population is projected.

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
        return result
    posts = _posts(inputs)
    staff = _project_staff(inputs, population, posts)
    position = _on_posts(inputs["position_share"], posts)
    position = position * _by_sector(inputs["position_factor"], posts)
    absence = _by_sector(inputs["short_absence"], posts)
    people = staff["stock"].sum("sex")
    fte_by_age = available_fte(staff["stock"], position, absence).sum("sex")
    supply = fte_by_age.sum("working_age")
    use_rate = _use_rate(inputs)
    served = inputs["use_factor"] * inputs["service_share"]
    users = service_users(population, use_rate) * served
    demand = required_fte(
        _by_sector(users, posts),
        _on_posts(inputs["staffing_standard"], posts)
        * _by_sector(inputs["standard_factor"], posts),
        _by_sector(inputs["productivity"], posts),
    )
    per_head = fte_by_age.isel(year=slice(0, -1)) / people.isel(year=slice(0, -1)).clip(min=1e-12)
    per_head = per_head.rename(year="flow_year").assign_coords(flow_year=staff["flow_year"])
    leaving_by_cause = staff["exits"].sum("sex") * per_head
    leaving = leaving_by_cause.sum("cause")
    growth = demand.diff("year").rename(year="flow_year")
    growth = growth.assign_coords(flow_year=staff["flow_year"])
    replaced = leaving.sum("working_age")
    flat = {
        "headcount": people.sum("working_age"),
        "supply_fte": supply,
        "demand_fte": demand,
        "shortage_fte": shortage(demand, supply),
        "exits": staff["exits"].sum(["sex", "working_age"]),
        "recruits": staff["recruits"].sum(["sex", "working_age"]),
        "transfers": staff["transfers"].sum(["sex", "working_age"]),
        "replacement_fte": replaced,
        "replacement_by_cause": leaving_by_cause.sum("working_age"),
        "growth_fte": growth,
        "recruitment_need": recruitment_need(replaced, growth),
    }
    if "norm_rate" in inputs:
        flat["norm_fte"] = _norm_fte(inputs, population, use_rate, served, posts)
    if "funded_posts" in inputs:
        # A funded post gives less than a whole FTE at work, as those of staff and need are.
        flat["funded_fte"] = _on_posts(inputs["funded_posts"], posts) * (1.0 - absence)
    result = result.assign({name: _to_grid(array, posts) for name, array in flat.items()})
    result["users_path"] = users
    by_age = _sum_by_sector(people, posts)
    result["headcount_by_age"] = _by_band(by_age, AGE_GROUPS, "working_age", "age_group")
    if "holding" in inputs:
        result = result.assign(_competence(inputs, posts, fte_by_age, demand, leaving))
    return result


def project_inhabitants(inputs: xr.Dataset) -> xr.DataArray:
    """Project inhabitants by sex and age: the official projection, or cohort by cohort.

    ``population_factor`` (draws, ages, years), where given, multiplies the path.
    """
    if "population_official" in inputs:
        path = inputs["population_official"]
    else:
        mortality = inputs["mortality"].rename(flow_year="year")
        fertility = inputs["fertility"].rename(flow_year="year")
        fertile = fertility.sel(age=slice(12, 55))
        path = project_population(
            inputs["population"],
            survival_from_mortality(mortality),
            fertile,
            immigration=inputs["arrivals"].rename(flow_year="year"),
            emigration_rate=inputs["departure_rate"].rename(flow_year="year"),
            sex_ratio_at_birth=BOYS_PER_GIRL,
            migration_timing="end",
        )["population"]
    if "population_factor" in inputs:
        path = path * inputs["population_factor"]
    return path


def _use_rate(inputs: xr.Dataset) -> xr.DataArray:
    """Use by age, shifted where people are healthier than those of their age were."""
    if "years_gained" not in inputs:
        return inputs["use_rate"]
    return shift_use_by_health(inputs["use_rate"], inputs["years_gained"])


def _norm_fte(
    inputs: xr.Dataset,
    population: xr.DataArray,
    use_rate: xr.DataArray,
    served: xr.DataArray,
    posts: Sequence[tuple[str, str]],
) -> xr.DataArray:
    """FTE that norms ask for by post, 0 where a post has none."""
    asks = inputs["norm_rate"].sum("age") > 0
    parts = []
    for sector in dict.fromkeys(sector for sector, _ in posts):
        own = [occupation for s, occupation in posts if s == sector]
        pick = {"sector": sector, "occupation": [o for o in own if bool(asks.loc[sector, o])]}
        labels = _labels([(sector, occupation) for occupation in own])
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
        fte = fte.assign_coords(occupation=_labels([(sector, o) for o in pick["occupation"]]))
        parts.append(fte.reindex(occupation=labels, fill_value=0.0))
    return xr.concat(parts, dim="occupation", join="exact").sel(occupation=_labels(posts))


def _posts(inputs: xr.Dataset) -> list[tuple[str, str]]:
    """Pairs of sector and occupation that have staff or a shortage in the base year."""
    used = inputs["staff"].sum(["region", "sex", "working_age"])
    used = used + inputs["staffing_standard"].sum("region")
    if "draw" in used.dims:
        used = used.sum("draw")
    grid = used.transpose("sector", "occupation")
    sectors, occupations = grid["sector"].values, grid["occupation"].values
    return [(str(sectors[i]), str(occupations[j])) for i, j in np.argwhere(grid.values > 0)]


def _labels(posts: Sequence[tuple[str, str]]) -> list[str]:
    return [SEPARATOR.join(post) for post in posts]


def _picks(posts: Sequence[tuple[str, str]]) -> tuple[xr.DataArray, xr.DataArray]:
    sector = xr.DataArray([s for s, _ in posts], dims="occupation")
    occupation = xr.DataArray([o for _, o in posts], dims="occupation")
    return sector, occupation


def _on_posts(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Lay sector and occupation out as one dimension of the posts that exist."""
    sector, occupation = _picks(posts)
    picked = array.rename(occupation="post_occupation").sel(
        sector=sector, post_occupation=occupation
    )
    return picked.drop_vars(["sector", "post_occupation"]).assign_coords(occupation=_labels(posts))


def _by_sector(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    picked = array.sel(sector=_picks(posts)[0]).drop_vars("sector")
    return picked.assign_coords(occupation=_labels(posts))


def _by_occupation(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    picked = array.rename(occupation="post_occupation").sel(post_occupation=_picks(posts)[1])
    return picked.drop_vars("post_occupation").assign_coords(occupation=_labels(posts))


def _to_grid(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """Lay posts out again as sector by occupation; a pair that does not exist holds zero."""
    sectors = list(dict.fromkeys(s for s, _ in posts))
    occupations = sorted({o for _, o in posts})
    rest = [dim for dim in array.dims if dim != "occupation"]
    values = array.transpose(*rest, "occupation").values
    grid = np.zeros((*values.shape[:-1], len(sectors), len(occupations)))
    rows = [sectors.index(s) for s, _ in posts]
    columns = [occupations.index(o) for _, o in posts]
    grid[..., rows, columns] = values
    coords = {dim: array.coords[dim] for dim in rest if dim in array.coords}
    dims = [*rest, "sector", "occupation"]
    laid = xr.DataArray(
        grid, dims=dims, coords={**coords, "sector": sectors, "occupation": occupations}
    )
    last = [dim for dim in ("cause", "origin", "year", "flow_year") if dim in dims]
    lead = [dim for dim in dims if dim not in (*last, "sector", "occupation")]
    return laid.transpose(*lead, "sector", "occupation", *last)


def _sum_by_sector(array: xr.DataArray, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    sectors = xr.DataArray([s for s, _ in posts], dims="occupation", name="sector")
    return array.groupby(sectors).sum().sel(sector=list(dict.fromkeys(sectors.values.tolist())))


def _by_band(
    array: xr.DataArray, bands: dict[str, tuple[int, int]], age: str, name: str
) -> xr.DataArray:
    """Sum over bands of ages; a band may overlap another (80+ holds 80-89 and 90+)."""
    over = [dim for dim in ("sex", age) if dim in array.dims]
    parts = [array.sel({age: slice(*band)}).sum(over) for band in bands.values()]
    joined = xr.concat(parts, dim=xr.Variable(name, list(bands)))
    rest = [dim for dim in joined.dims if dim not in (name, "year")]
    return joined.transpose(*rest, name, "year")


def _project_staff(
    inputs: xr.Dataset, population: xr.DataArray, posts: Sequence[tuple[str, str]]
) -> xr.Dataset:
    """Staff by post, sex and age under the baseline inflow, with exits and recruits."""
    exit_rate = _on_posts(inputs["exit_rate"], posts) * inputs["exit_factor"]
    retirement = _by_occupation(inputs["retirement_factor"], posts)
    exit_rate = exit_rate * retirement.where(inputs["cause"] == "retired", 1.0)
    if "exit_draw" in inputs:
        exit_rate = exit_rate * _on_posts(inputs["exit_draw"], posts)
    residents = population.sel(age=WORKING_AGES).sum(["sex", "age"]).isel(year=slice(0, -1))
    residents = residents.rename(year="flow_year")
    rate = _on_posts(inputs["inflow_rate"], posts)
    rate = rate * _by_occupation(inputs["inflow_factor"], posts)
    if "inflow_draw" in inputs:
        rate = rate * _on_posts(inputs["inflow_draw"], posts)
    recruits = rate * residents
    stock = _on_posts(inputs["staff"], posts)
    transition = _post_transition(inputs, posts) if "transition" in inputs else None
    if "replaced_share" in inputs:
        share = inputs["replaced_share"]
        recruits = _replacements(stock, exit_rate, recruits, share, transition)
    result = project_workforce(stock, exit_rate, recruits.sum("origin"), transition=transition)
    return result.assign(recruits=recruits)


def _replacements(
    stock: xr.DataArray,
    exit_rate: xr.DataArray,
    observed: xr.DataArray,
    share: xr.DataArray,
    transition: xr.DataArray | None,
) -> xr.DataArray:
    """Recruits that replace a share of each post's exits in each year, of the ages observed.

    A post that nobody was seen to be recruited to gets people like those in it.
    """
    whom = ["sex", "working_age"]
    total = observed.sum([*whom, "origin"])
    alike = stock / stock.sum(whom).clip(min=1e-12) / observed.sizes["origin"]
    profile = (observed / total.where(total > 0, 1.0)).where(total > 0, alike)
    nobody = xr.zeros_like(stock)
    parts = []
    for year in observed["flow_year"].values.tolist():
        now = {"flow_year": [year]}
        rate = exit_rate.sel(now) if "flow_year" in exit_rate.dims else exit_rate
        left = project_workforce(
            stock, rate, nobody.expand_dims(flow_year=[year]), transition=transition
        )
        gone = left["exits"].sum([*whom, "cause"]).isel(flow_year=0, drop=True)
        come = profile.sel(flow_year=year, drop=True) * gone * share.sel(flow_year=year, drop=True)
        stock = left["stock"].isel(year=-1, drop=True) + come.sum("origin")
        parts.append(come.expand_dims(now))
    return xr.concat(parts, dim="flow_year", join="exact")


def _post_transition(inputs: xr.Dataset, posts: Sequence[tuple[str, str]]) -> xr.DataArray:
    """One-year moves between the posts of one sector; nobody changes sector here."""
    moves = inputs["transition"].transpose(..., "sector", "occupation", "occupation_to")
    sectors = moves["sector"].values.tolist()
    occupations = moves["occupation"].values.tolist()
    s = np.array([sectors.index(sector) for sector, _ in posts])
    o = np.array([occupations.index(occupation) for _, occupation in posts])
    values = moves.values[..., s[:, None], o[:, None], o[None, :]]
    values = values * (s[:, None] == s[None, :])
    # A move to an occupation that the sector has nobody in stays where it was.
    values[..., np.arange(len(s)), np.arange(len(s))] += 1.0 - values.sum(axis=-1)
    lead = [str(dim) for dim in moves.dims[:-3]]
    labels = _labels(posts)
    return xr.DataArray(
        values,
        dims=[*lead, "occupation", "occupation_to"],
        coords={"occupation": labels, "occupation_to": labels},
    )


def _competence(
    inputs: xr.Dataset,
    posts: Sequence[tuple[str, str]],
    fte_by_age: xr.DataArray,
    demand: xr.DataArray,
    leaving: xr.DataArray,
) -> dict[str, xr.DataArray]:
    """Competence by sector; for all sectors together held and required are summed, then clipped."""
    requirement = _on_posts(inputs["requirement"], posts)
    holding = _by_occupation(inputs["holding"], posts)
    sectors = list(dict.fromkeys(sector for sector, _ in posts))
    parts = []
    for sector in sectors:
        own = [label for label, (s, _) in zip(_labels(posts), posts, strict=True) if s == sector]
        pick = {"occupation": own}
        stocks = competence_gap(
            fte_by_age.sel(pick), holding.sel(pick), demand.sel(pick), requirement.sel(pick)
        )
        drain = xr.dot(leaving.sel(pick), holding.sel(pick), dim=["occupation", "working_age"])
        parts.append(stocks.assign(drain=drain))
    joined = xr.concat(parts, dim=xr.Variable("sector", sectors))
    names = ("required", "held", "missing", "surplus", "drain")
    return {f"competence_{name}": joined[name] for name in names}
