"""Project every scenario over the same draws, and sum up what the draws say as intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from workforce.contract.about import about
from workforce.contract.arrays import Numbers, relabelled, same_labels
from workforce.contract.results import LEVEL, Side, declared
from workforce.errors import ParameterError
from workforce.model.competence import compare_competence
from workforce.model.posts import used_posts
from workforce.model.projection import project
from workforce.model.shortage import (
    first_year_of_shortage,
    flow_to_cover,
    growth_where_lacking,
    missing_and_surplus,
    shortage_chance,
    tightness,
)
from workforce.scenarios.draws import draw_inputs, with_draws
from workforce.scenarios.effects import draw_effects
from workforce.scenarios.ends import CENTRAL, LOWER, UPPER, with_ends
from workforce.scenarios.hiring import limit_hiring, path_of
from workforce.scenarios.scenario import Scenario, scenario_levers, scenario_states

BLOCK = 1_000  # Draws times regions projected together: fast, yet within little memory.
LEAST_DRAWS = 20
AGREE = "_agree"
"""End of the name of the variable that tells how many draws agree with another."""
LEAST_VARIANCE = 1e-9  # FTE squared; less is rounding.
LEAST_SHORTAGE = 0.05  # FTE; less is shown as 0.0.
# What is reckoned of other results, after these are summed.
MADE_OF = {
    "mean_flow": ["mean_flow", "shortage_fte", "supply_fte"],
    "missing_fte": ["shortage_fte"],
    "surplus_fte": ["shortage_fte"],
    "tightness": ["shortage_fte", "supply_fte"],
    "competence_missing": ["competence_required", "competence_held"],
    "competence_surplus": ["competence_required", "competence_held"],
    "lacking_change": ["demand_fte", "supply_fte", "replacement_fte"],
    "shortage_chance": ["shortage_fte"],
    "first_shortage_year": ["shortage_fte"],
    "working_years": ["working_years", "headcount"],
}
COVERED_BY = ("mean_flow", "missing_fte", "supply_fte")
PARTS = ("missing_fte", "surplus_fte")
MEDIANS = (*PARTS, "tightness")
"""Results that are cut at zero, which lifts their mean: the median of the draws is the centre."""
OF_DRAWS = ("shortage_chance", "first_shortage_year")
"""What is told of the draws of what is missing together."""
# Inputs that only some results need, told by how their names begin.
ONLY_FOR = {"holding": ("competence", "units"), "norm_rate": ("norm",)}
OF_FLOWS = (
    *("exits", "recruits", "transfers", "replacement", "growth_fte", "recruitment_need"),
    *("mean_flow", "openings", "competence_drain"),
)
"""How the names of results begin that rest on who leaves and comes."""
NOT_ADDED = ("competence_missing", "competence_surplus", "working_years")
NOT_SUMMED = ("population_path", "population_by_band")


def simulate(
    inputs: xr.Dataset,
    scenarios: Sequence[str] | Mapping[str, Scenario],
    *,
    draws: int,
    seed: int,
    variables: Sequence[str] | None = None,
    by: Sequence[str] | None = None,
    levels: Sequence[float] = (LEVEL,),
    competence_detail: bool = False,
    sums: Mapping[str, Sequence[str]] | None = None,
) -> xr.Dataset:
    """Project scenarios over draws of what is uncertain.

    Parameters
    ----------
    inputs : Dataset
        As `load_inputs` gives them.
    scenarios : list of names, or mapping of name to levers
        Every one sees the same draws.
    draws : int
        Draws beside the central path; at least 20.
    seed : int
        One seed gives one result.
    variables : list of str, optional
        Results to keep; all when left out. What takes time and is not asked for is not reckoned:
        competence, norms, working lives, and staff where all that is asked for is inhabitants.
    by : list of str, optional
        Of ``sector`` and ``occupation``, those to keep apart; both when left out. What is not
        named is given as the sum only.
    levels : sequence of float
        Probabilities of the intervals.
    competence_detail : bool
        Whether to tell competence by age, cause and unit too, as `project` does.
    sums : mapping of str to sequence of str, optional
        Occupations to sum within each draw, by the label that ``occupation`` then has for them, for
        pages that show a group where an occupation has too few persons.

    Returns
    -------
    Dataset
        Dimensions scenario, level, bound (central, lower, upper), then those of the variable.
        ``sector`` and ``occupation`` have the extra label ``all``, summed within each draw. A
        variable of which ``results.csv`` declares a side has another beside it whose name ends in
        ``_agree``, without ``bound``: the share of the draws on the side of the central figure
        (`agreement`).
    """
    if draws < LEAST_DRAWS:
        raise ParameterError(f"draws is {draws}; intervals need at least {LEAST_DRAWS}.")
    if not all(0.0 < level < 1.0 for level in levels):
        raise ParameterError(f"levels are {tuple(levels)}; each must lie between 0 and 1.")
    named: dict[str, Scenario] = (
        dict(scenarios) if isinstance(scenarios, Mapping) else {name: name for name in scenarios}
    )
    posts = used_posts(inputs) if "staff" in inputs else None
    of_staff = "staff" in inputs_for(inputs, variables)
    working_lives = variables is None or "working_years" in variables
    changed = {name: scenario_states(inputs, scenario) for name, scenario in named.items()}
    size = max(1, BLOCK // (draws + 1))
    blocks = []
    for first in range(0, inputs.sizes["region"], size):
        some = {"region": slice(first, first + size)}
        here = inputs.isel(some)
        drawn = draw_inputs(here, draws=draws, seed=seed)

        def figures(
            name: str, here: xr.Dataset = here, drawn: xr.Dataset = drawn, some: Any = some
        ) -> xr.Dataset:
            states = [state.isel(some) for state in changed[name]]
            own = draw_effects(states, scenario_levers(named[name]), draws=draws, seed=seed)
            if of_staff:
                own = limit_hiring(
                    own, here, named[name], draws=draws, seed=seed, chance=True, posts=posts
                )
            outcome = project(
                with_draws(inputs_for(own, variables), drawn),
                seed=seed,
                posts=posts,
                competence_detail=competence_detail,
                working_lives=working_lives,
                flows=needs_flows(variables),
            )
            if of_staff:
                path_of(here, named[name], (draws, seed, True, posts), lambda: outcome)
            outcome = keep_results(outcome, draws, variables, by, sums)
            summary = _summary(outcome, levels)
            return summary if variables is None else summary[_asked(variables, summary)]

        with same_labels():
            parts = [figures(name) for name in changed]
        blocks.append(_joined(parts, "scenario", list(changed)))
    if len(blocks) > 1:
        blocks = [xr.concat(blocks, dim="region", join="exact", data_vars="all")]
    result = blocks[0]
    result.attrs = {
        **inputs.attrs,
        "draws": draws,
        "seed": seed,
        "about": replace(
            about(inputs), sums={label: tuple(codes) for label, codes in (sums or {}).items()}
        ),
    }
    return result


def needs_flows(variables: Sequence[str] | None) -> bool:
    """Tell whether any variable rests on who leaves and comes, all when left out."""
    return variables is None or any(name.startswith(OF_FLOWS) for name in variables)


def inputs_for(inputs: xr.Dataset, variables: Sequence[str] | None) -> xr.Dataset:
    """Leave out the inputs of costly results that no variable asked for needs."""
    if variables is None:
        return inputs
    costly = {
        name: any(asked.startswith(results) for asked in variables)
        for name, results in ONLY_FOR.items()
    }
    costly["staff"] = any(asked not in NOT_SUMMED for asked in variables)
    return inputs.drop_vars(
        [name for name, asked in costly.items() if name in inputs and not asked]
    )


def keep_results(
    outcome: xr.Dataset,
    draws: int,
    variables: Sequence[str] | None,
    by: Sequence[str] | None,
    sums: Mapping[str, Sequence[str]] | None = None,
) -> xr.Dataset:
    """Sum results of every draw to the levels asked for, and keep the variables asked for."""
    if variables is not None:
        made_of = [part for name in variables for part in MADE_OF.get(name, [name])]
        outcome = outcome[_known(made_of, outcome)]
    outcome = _levels_of_sum(outcome, by, sums or {})
    if variables is not None:
        kept = ["missing_fte" if name in OF_DRAWS else name for name in variables]
        outcome = outcome[_known(kept, outcome)]
    return outcome.map(_with_draw, args=(draws + 1,))


def _known(variables: Sequence[str], outcome: xr.Dataset) -> list[str]:
    unknown = [name for name in variables if name not in outcome]
    if unknown:
        raise ParameterError(
            f"There is no result {', '.join(unknown)}. Known: {', '.join(map(str, outcome))}."
        )
    return list(dict.fromkeys(variables))


def _asked(variables: Sequence[str], summary: xr.Dataset) -> list[str]:
    """Name what was asked for, and what the draws tell where what is missing was asked for."""
    told = OF_DRAWS if "missing_fte" in variables else ()
    wanted = {*variables, *told}
    return [str(name) for name in summary if str(name).removesuffix(AGREE) in wanted]


def _with_draw(array: xr.DataArray, sizes: int) -> xr.DataArray:
    """Give every variable the draws, also what is the same in all of them."""
    if "draw" in array.dims:
        return array.transpose("draw", ...)
    return array.expand_dims(draw=sizes)


def _levels_of_sum(
    outcome: xr.Dataset, by: Sequence[str] | None, sums: Mapping[str, Sequence[str]]
) -> xr.Dataset:
    """Add the label ``all``: sums within each draw, and what is not additive made of the sums."""
    found: dict[str, Any] = {}
    by_post: dict[str, xr.DataArray] = {}
    for name, array in outcome.data_vars.items():
        if name in NOT_SUMMED or name in NOT_ADDED:
            continue
        if "sector" in array.dims:
            array = add_all(array, "sector", keep=by is None or "sector" in by)
        by_post[str(name)] = array
        parts = [(str(name), array)]
        if name == "shortage_fte":
            parts += list(zip(PARTS, missing_and_surplus(array), strict=True))
        for part, values in parts:
            if "occupation" in values.dims:
                values = add_all(values, "occupation", keep=by is None or "occupation" in by)
                values = add_sums(values, sums)
            found[part] = values
    if by_post.keys() >= set(MADE_OF["lacking_change"]):
        made_of = [by_post[name] for name in MADE_OF["lacking_change"]]
        found["lacking_change"] = growth_where_lacking(*made_of)
    if found.keys() >= set(COVERED_BY):
        cover = flow_to_cover(*(found[name] for name in COVERED_BY))
        found["mean_flow"] = xr.concat([found["mean_flow"], cover], "flow_part", join="exact")
    if "competence_required" in found and "competence_held" in found:
        compared = compare_competence(found["competence_required"], found["competence_held"])
        found["competence_missing"] = compared["missing"]
        found["competence_surplus"] = compared["surplus"]
    if "working_years" in outcome:
        # A mean over sectors by those who work in them today.
        heads = outcome["headcount"].isel(year=0, drop=True).sum("occupation")
        keep = by is None or "sector" in by
        weight = add_all(heads, "sector", keep=keep)
        years = add_all(outcome["working_years"] * heads, "sector", keep=keep)
        found["working_years"] = years / weight.where(weight > 0, 1.0)
    if "missing_fte" in found and "supply_fte" in found:
        found["tightness"] = tightness(found["missing_fte"], found["supply_fte"])
    plain = {name: outcome[name] for name in NOT_SUMMED if name in outcome}
    return xr.Dataset({**plain, **found})


def add_all(array: xr.DataArray, dim: str, *, keep: bool) -> xr.DataArray:
    """Put the sum first, under the label ``all``; in numpy, since this is done for every figure."""
    axis = array.get_axis_num(dim)
    values = array.values
    total = values.sum(axis=axis, keepdims=True)
    labels = ["all", *map(str, array.indexes[dim])] if keep else ["all"]
    joined = np.concatenate([total, values], axis=axis) if keep else total
    return relabelled(array, joined, array.dims, **{dim: labels})


def add_sums(array: xr.DataArray, sums: Mapping[str, Sequence[str]]) -> xr.DataArray:
    """Put the sums of several occupations last; those of which fewer than two are there are none.

    In numpy, since this is done for every figure.
    """
    codes = array.indexes["occupation"].tolist()
    axis = array.get_axis_num("occupation")
    added = {}
    for label, members in sums.items():
        places = [codes.index(code) for code in members if code in codes]
        if len(places) > 1:
            added[label] = array.values.take(places, axis=axis).sum(axis=axis, keepdims=True)
    if not added:
        return array
    joined = np.concatenate([array.values, *added.values()], axis=axis)
    return relabelled(array, joined, array.dims, occupation=[*codes, *added])


def _summary(outcome: xr.Dataset, levels: Sequence[float]) -> xr.Dataset:
    """Central path, and quantiles over the draws, for every level."""
    central = outcome.isel(draw=0, drop=True)
    rest = outcome.isel(draw=slice(1, None))
    if "lacking_change" in rest:
        middle = at_median(rest["lacking_change"])
        central = central.assign(lacking_change=middle)
        rest = rest.assign(lacking_change=_with_draw(middle, rest.sizes["draw"]))
    cut = [name for name in MEDIANS if name in rest]
    centre = central.assign({name: rest[name].median("draw", skipna=False) for name in cut})
    if set(COVERED_BY) <= set(centre):
        flows = centre["mean_flow"]
        cover = flow_to_cover(*(centre[name] for name in COVERED_BY)).isel(flow_part=0, drop=True)
        other = flows["flow_part"] != "cover"
        centre["mean_flow"] = flows.where(other, cover).transpose(*flows.dims)
    parts = [
        xr.Dataset({name: with_ends(centre[name], rest[name], level) for name in map(str, rest)})
        for level in levels
    ]
    summary = _joined(parts, "level", list(levels))
    told: dict[str, xr.DataArray] = {}
    if "missing_fte" in rest:
        chance = shortage_chance(rest["missing_fte"], threshold=LEAST_SHORTAGE)
        told["shortage_chance"] = chance.broadcast_like(summary["missing_fte"])
        told["first_shortage_year"] = _first_years(rest["missing_fte"], levels)
    sides = {str(name): declared()[str(name)].side for name in centre}
    for name, side in sides.items():
        if side:
            told[f"{name}{AGREE}"] = agreement(centre[name], rest[name], side)
    return summary.assign(told)


def at_median(parts: xr.DataArray) -> xr.DataArray:
    """Mean of the parts of what is missing over draws that miss as much as the median draw does.

    By linear regression of each part on the whole, so that they add up to the median as they do to
    what is missing in every draw (`growth_where_lacking`). Dims of ``parts`` without draw. [FTE]
    """
    of = {name: parts.sel(lacking_part=name, drop=True) for name in ("today", "need", "staff")}
    whole = of["today"] + of["need"] - of["staff"]
    over_all = parts["lacking_part"] == "need_of_all"
    whole = whole.where(~over_all, whole.sel(sector="all", drop=True))
    apart, spread = whole - whole.mean("draw"), parts - parts.mean("draw")
    variance = (apart**2).mean("draw")  # Where all draws are the same it is that of rounding.
    slope = (apart * spread).mean("draw") / variance.where(variance > LEAST_VARIANCE, np.inf)
    middle: xr.DataArray = parts.mean("draw") + slope * (whole.median("draw") - whole.mean("draw"))
    return middle.transpose(*(dim for dim in parts.dims if dim != "draw"))


def _joined(parts: Sequence[xr.Dataset], dim: str, labels: Sequence[Any]) -> xr.Dataset:
    """Put datasets side by side under labels of a new dimension; joining one takes long."""
    if len(parts) == 1:
        return parts[0].expand_dims({dim: labels})
    return xr.concat(parts, dim=xr.Variable(dim, labels), join="exact")


def agreement(centre: xr.DataArray, draws: xr.DataArray, side: Side = "zero") -> xr.DataArray:
    """Share of the draws (draw, ...) on the same side as the central figure.

    The side ``zero`` is above or below it, ``base`` more or less than in the first year. What would
    be written as 0.0 is on neither side, and agrees with what would, too.
    """
    middle, values = centre.values, draws.transpose("draw", *centre.dims).values
    if values.strides[0] == 0:  # The same in all draws.
        values = values[:1]
    if side == "base":
        year = centre.get_axis_num("year")
        middle = middle - middle.take([0], axis=year)
        values = values - values.take([0], axis=year + 1)

    def sign(numbers: Numbers) -> NDArray[np.int8]:
        above, below = numbers >= LEAST_SHORTAGE, numbers <= -LEAST_SHORTAGE
        return above.astype(np.int8) - below.astype(np.int8)

    return centre.copy(data=(sign(values) == sign(middle)).mean(axis=0))


def _first_years(missing_fte: xr.DataArray, levels: Sequence[float]) -> xr.DataArray:
    """First year in which anything is missing: the year by which so many draws have had one.

    An end is a year of a draw, not a year between two: the first by which at least that part of
    the draws has seen a shortage; the central figure is that of half of them.
    """
    first = first_year_of_shortage(missing_fte, threshold=LEAST_SHORTAGE)
    parts = []
    for level in levels:
        found = [
            first.quantile(tail, dim="draw", method="inverted_cdf").drop_vars("quantile")
            for tail in (0.5, (1 - level) / 2, (1 + level) / 2)
        ]
        parts.append(xr.concat(found, dim=xr.Variable("bound", [CENTRAL, LOWER, UPPER])))
    return xr.concat(parts, dim=xr.Variable("level", list(levels)))
