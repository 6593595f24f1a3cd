"""Staff on 1 January, and the rates by which they leave, come, move and hold part of a post."""

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.inputs.regions import at_level
from workforce.inputs.stocks import SEXES
from workforce.model.rates import shrink_rates
from workforce.sources.files import national_folder

CAUSES = ["retired", "left_sector", "moved_municipality", "other"]
ORIGINS = ["graduate", "other_municipality", "other_sector", "outside_work", "return"]
WORKING_AGES = (20, 66)  # Inhabitants that recruits are counted against.
BANDS = [24, 34, 44, 54, 59, 61, 64, 66, 69]  # Upper ages; retirement asks for narrow ones.

# Person-years (or persons) at which own figures count for half against the wider group.
POOL_K = 50.0
REGION_K = 200.0
SHARE_K = 20.0
UNKNOWN_RATE = 0.05  # Stands in for the size of a rate where a post has no person-years.
DOCTOR_TO_TOTAL = 1.10  # All absence over doctor-certified (KS 2023Q2 and 2024Q2).
MOST_SD = 0.4  # Relative; a rate drawn from others is known better than a few events tell.


def load_staff(
    tables: dict[str, pl.DataFrame],
    codes: list[str],
    sectors: list[str],
    base_year: int,
    horizon: int,
    borrowed: list[dict[str, str]],
    population: xr.Dataset,
) -> xr.Dataset:
    """Staff, exit and inflow rates, occupational moves, position shares and short absence."""
    regions = tables["regions"]
    table = tables["staff"].filter(pl.col("sector").is_in(sectors))
    known = table["occupation"].unique().to_list()
    occupations = [o for o in tables["occupations"]["occupation"].to_list() if o in known]
    ages = _ages(tables)
    posts = {"region": codes, "sector": sectors, "occupation": occupations}
    cells = {**posts, "sex": SEXES, "working_age": ages}
    now = table.filter(pl.col("year") == base_year).rename({"age": "working_age"})
    own = at_level(now, regions, codes)
    result = xr.Dataset({"staff": to_array(own, cells, "persons")})
    result["position_share"] = _position_share(now, own, cells)
    flows = tables.get("staff_flows")
    if flows is not None:
        flows = flows.filter(pl.col("sector").is_in(sectors) & (pl.col("year") < base_year)).rename(
            {"age": "working_age"}
        )
    prior = _national_exits(tables, occupations, ages)
    if flows is None or flows.is_empty():
        result = result.assign(_borrowed_flows(result, prior, population))
        borrowed.extend(
            _mark(variable, code, "", "published national rates")
            for code in codes
            for variable in ("exit_rate", "inflow_rate")
        )
    else:
        result = result.assign(_exits(flows, regions, cells, prior))
        borrowed.extend(_mostly_others(result))
        borrowed.extend(_inner_moves(flows, regions, codes))
        result = result.assign(_inflow(tables, flows, cells, base_year, result["staff"]))
    flow_years = list(range(base_year, base_year + horizon))
    years = [*flow_years, base_year + horizon]
    result["exit_factor"] = _ones(working_age=ages, cause=CAUSES, flow_year=flow_years)
    result["inflow_factor"] = _graduate_factor(tables, occupations, flow_years, base_year)
    result["position_factor"] = _ones(sector=sectors, year=years)
    result["short_absence"] = _short_absence(tables, codes, sectors, years, base_year, borrowed)
    if "mobility" in tables:
        result["transition"] = _transition(tables["mobility"], table, sectors, occupations)
    return result


def _ages(tables: dict[str, pl.DataFrame]) -> list[int]:
    seen = [tables[name]["age"] for name in ("staff", "staff_flows") if name in tables]
    low = min(int(column.min()) for column in seen if len(column))  # type: ignore[arg-type]
    high = max(int(column.max()) for column in seen if len(column))  # type: ignore[arg-type]
    return list(range(min(low, 18), max(high, 74) + 1))


def _ones(**coords: list[int] | list[str]) -> xr.DataArray:
    shape = [len(labels) for labels in coords.values()]
    return xr.DataArray(np.ones(shape), dims=list(coords), coords=coords)


def _band(ages: xr.DataArray) -> xr.DataArray:
    return xr.DataArray(np.digitize(ages, BANDS, right=True), dims="working_age", name="band")


def _position_share(
    table: pl.DataFrame, own: pl.DataFrame, cells: dict[str, list[str] | list[int]]
) -> xr.DataArray:
    """FTE per person by age, shrunk to all regions, and scaled so that base-year FTE is exact."""
    posts = {dim: cells[dim] for dim in ("region", "sector", "occupation")}
    profile = {dim: cells[dim] for dim in ("sector", "occupation", "working_age")}
    persons = to_array(table, profile, "persons")
    fte = to_array(table, profile, "fte")
    band = _band(persons["working_age"])
    in_band = persons.groupby(band).sum()
    level = fte.sum("working_age") / persons.sum("working_age").clip(min=1.0)
    overall = float(fte.sum() / max(float(persons.sum()), 1.0))
    level = level.where(level > 0, overall)
    shares = (fte.groupby(band).sum() + SHARE_K * level) / (in_band + SHARE_K)
    by_age = shares.sel(band=band).drop_vars("band")
    heads = to_array(own, cells, "persons")
    expected = (heads * by_age).sum(["sex", "working_age"])
    measured = to_array(own, posts, "fte")
    factor = (measured / expected.where(expected > 0, 1.0)).where(expected > 0, 1.0)
    return (heads * 0 + by_age * factor).transpose(*map(str, heads.dims))


def _national_exits(
    tables: dict[str, pl.DataFrame], occupations: list[str], ages: list[int]
) -> xr.DataArray:
    """Read published rates per person-year by limit group of the post, age and cause."""
    rates = pl.read_csv(
        national_folder() / "exit_rates.csv",
        schema_overrides={"limit_group": pl.String, "group": pl.String},
    ).rename({"age": "working_age"})
    limit = dict(tables["occupations"].select("occupation", "limit_group").iter_rows())
    group = dict(tables["occupations"].select("occupation", "group").iter_rows())
    arrays = []
    for occupation in occupations:
        rows = rates.filter(pl.col("limit_group") == str(limit[occupation]))
        special = rows.filter(pl.col("group") == group[occupation])
        rows = special if len(special) else rows.filter(pl.col("group") == "all")
        rows = rows.filter(pl.col("working_age").is_in(ages))
        arrays.append(to_array(rows, {"working_age": ages, "cause": CAUSES}, "rate"))
    return xr.concat(arrays, dim=xr.Variable("occupation", occupations))


def _cell_exposure(flows: pl.DataFrame) -> pl.DataFrame:
    """Person-years of each cell once: a cell repeats them for every flow."""
    keys = ["region", "sector", "occupation", "sex", "working_age", "year"]
    return flows.group_by(keys).agg(pl.col("exposure").max())


def _exits(
    flows: pl.DataFrame,
    regions: pl.DataFrame,
    cells: dict[str, list[str] | list[int]],
    national: xr.DataArray,
) -> dict[str, xr.DataArray]:
    """Rates by cause: national, drawn to all regions by occupation, then to the region's own."""
    towns = regions.filter(pl.col("level") == "municipality")["region"].to_list()
    exits = flows.filter(pl.col("flow").is_in(CAUSES)).rename({"flow": "cause"})
    exposed = _cell_exposure(flows)
    wide = {dim: cells[dim] for dim in ("occupation", "working_age")}
    in_towns = pl.col("region").is_in(towns)
    events = to_array(exits.filter(in_towns), {**wide, "cause": CAUSES}, "persons")
    years = to_array(exposed.filter(in_towns), wide, "exposure")
    pool = shrink_rates(events, years, national, k=POOL_K)["rate"]

    posts = {dim: cells[dim] for dim in ("region", "sector", "occupation")}
    codes = [str(code) for code in cells["region"]]
    narrow = {**posts, "working_age": cells["working_age"]}
    own_events = to_array(at_level(exits, regions, codes), {**posts, "cause": CAUSES}, "persons")
    own_years = to_array(at_level(exposed, regions, codes), narrow, "exposure")
    # What the pool's rates would give at the ages that the region's staff have.
    expected = xr.dot(own_years, pool, dim="working_age").transpose(*posts, "cause")
    total_years = own_years.sum("working_age")
    prior = expected / total_years.where(total_years > 0, 1.0)
    shrunk = shrink_rates(own_events, total_years, prior, k=REGION_K)
    ratio = (shrunk["rate"] / prior.where(prior > 0, 1.0)).where(prior > 0, 1.0)
    shape = xr.DataArray(np.ones(len(SEXES)), dims="sex", coords={"sex": SEXES})
    rate: xr.DataArray = pool * ratio * shape
    # Events seen, and those that the weight of the pool is worth.
    worth = own_events + REGION_K * prior.where(total_years > 0, UNKNOWN_RATE)
    relative = worth.clip(min=1.0) ** -0.5
    return {
        "exit_rate": rate.transpose(*cells, "cause"),
        "exit_relative_sd": relative.clip(max=MOST_SD).transpose(*posts, "cause"),
        "exit_weight": total_years / (total_years + REGION_K),
    }


def _mostly_others(staff: xr.Dataset) -> list[dict[str, str]]:
    """Mark regions so small that their rates are mostly those of all regions."""
    persons = staff["staff"].sum(["sex", "working_age"])
    over = ["sector", "occupation"]
    weight = (persons * staff["exit_weight"]).sum(over) / persons.sum(over).clip(min=1e-9)
    return [
        {
            "variable": "exit_rate_partly",
            "region": str(code),
            "sector": "",
            "from": "all regions in the data",
            "reason": f"own figures count for {float(own):.0%}",
        }
        for code, own in zip(staff["region"].values, weight.values, strict=True)
        if own < 0.5
    ]


def _inner_moves(
    flows: pl.DataFrame, regions: pl.DataFrame, codes: list[str]
) -> list[dict[str, str]]:
    """Mark sums of municipalities whose own moves count as exits and recruits, for want of rows."""
    towns = regions.filter(pl.col("level") == "municipality")["region"].to_list()
    own = set(flows["region"].unique())
    return [
        _mark("inner_moves", code, "", "the flows have no rows for the region itself")
        | {"from": "members"}
        for code in codes
        if code not in towns and code not in own
    ]


def _inflow(
    tables: dict[str, pl.DataFrame],
    flows: pl.DataFrame,
    cells: dict[str, list[str] | list[int]],
    base_year: int,
    staff: xr.DataArray,
) -> dict[str, xr.DataArray]:
    """Recruits a year per inhabitant of working age, by post, sex, age and origin."""
    regions = tables["regions"]
    codes = [str(code) for code in cells["region"]]
    posts = {dim: cells[dim] for dim in ("region", "sector", "occupation")}
    entries = flows.filter(pl.col("flow").is_in(ORIGINS)).rename({"flow": "origin"})
    exposed = _cell_exposure(flows)
    n_years = flows["year"].n_unique()
    towns = regions.filter(pl.col("level") == "municipality")["region"].to_list()
    in_towns = pl.col("region").is_in(towns)

    pooled_posts = {dim: cells[dim] for dim in ("sector", "occupation")}
    pooled = to_array(entries.filter(in_towns), {**pooled_posts, "origin": ORIGINS}, "persons")
    pooled_years = to_array(exposed.filter(in_towns), pooled_posts, "exposure")
    prior = pooled / pooled_years.where(pooled_years > 0, 1.0)
    own = to_array(at_level(entries, regions, codes), {**posts, "origin": ORIGINS}, "persons")
    own_years = to_array(at_level(exposed, regions, codes), posts, "exposure")
    safe = own.where(own_years > 0, 0.0)
    rate = shrink_rates(safe, own_years, prior, k=REGION_K)["rate"]
    yearly: xr.DataArray = (rate * own_years / n_years).where(
        own_years > 0, prior * staff.sum(["sex", "working_age"]) + own / n_years
    )

    profile_cells = {
        "occupation": cells["occupation"],
        "sex": SEXES,
        "working_age": cells["working_age"],
        "origin": ORIGINS,
    }
    seen = to_array(entries.filter(in_towns), profile_cells, "persons")
    by_origin = seen.sum("occupation")
    by_origin = by_origin / by_origin.sum(["sex", "working_age"]).clip(min=1.0)
    profile = seen + 20.0 * by_origin
    total = profile.sum(["sex", "working_age"])
    profile = profile / total.where(total > 0, 1.0)
    residents = _working_age_residents(tables, codes, flows, base_year)
    inflow: xr.DataArray = yearly / residents * profile
    relative = (own + REGION_K * prior).clip(min=1.0) ** -0.5
    relative = relative.clip(max=MOST_SD).transpose(*posts, "origin")
    return {"inflow_rate": inflow.transpose(*cells, "origin"), "inflow_relative_sd": relative}


def _working_age_residents(
    tables: dict[str, pl.DataFrame], codes: list[str], flows: pl.DataFrame, base_year: int
) -> xr.DataArray:
    """Mean number of inhabitants aged 20-66 in the years that the flows were observed."""
    years = flows["year"].unique().to_list()
    people = tables["population"].filter(
        pl.col("age").is_between(*WORKING_AGES) & pl.col("year").is_in([*years, base_year])
    )
    rows = at_level(people, tables["regions"], codes)
    seen = rows["year"].n_unique()
    return to_array(rows, {"region": codes}, "persons") / seen


def _borrowed_flows(
    staff: xr.Dataset, national: xr.DataArray, population: xr.Dataset
) -> dict[str, xr.DataArray]:
    """National exit rates, and an inflow that replaces the exits they give.

    Without flows nobody knows where recruits come from: they are spread evenly over origins.
    """
    persons = staff["staff"]
    rate = (xr.ones_like(persons) * national).transpose(*persons.dims, "cause")
    total = rate.sum("cause")
    leavers = (persons * (1.0 - np.exp(-total))).sum(["sex", "working_age"])
    profile_rows = pl.read_csv(national_folder() / "inflow_profile.csv").rename(
        {"age": "working_age"}
    )
    ages = persons["working_age"].values.tolist()
    rows = profile_rows.filter(pl.col("working_age").is_in(ages))
    profile = to_array(rows, {"origin": ORIGINS, "working_age": ages}, "share")
    profile = profile / profile.sum("working_age") / len(ORIGINS)
    by_sex = persons.sum(["region", "working_age", "sector", "occupation"])
    by_sex = by_sex / by_sex.sum()
    low, high = WORKING_AGES
    residents = population["population"].sel(age=slice(low, high)).sum(["sex", "age"])
    inflow = leavers / residents.clip(min=1.0) * profile * by_sex
    ones = xr.ones_like(leavers)
    causes = xr.DataArray(np.full(len(CAUSES), 0.3), dims="cause", coords={"cause": CAUSES})
    origins = xr.DataArray(np.full(len(ORIGINS), 0.3), dims="origin", coords={"origin": ORIGINS})
    return {
        "exit_rate": rate,
        "exit_relative_sd": ones * causes,
        "exit_weight": ones * 0.0,
        "inflow_rate": inflow.transpose(*persons.dims, "origin"),
        "inflow_relative_sd": ones * origins,
    }


def _graduate_factor(
    tables: dict[str, pl.DataFrame], occupations: list[str], flow_years: list[int], base_year: int
) -> xr.DataArray:
    """Graduates of the educations that lead to an occupation, relative to the last five years."""
    factor = _ones(occupation=occupations, origin=ORIGINS, flow_year=flow_years)
    if "graduates" not in tables or "education_occupations" not in tables:
        return factor
    links = tables["education_occupations"].filter(pl.col("occupation").is_in(occupations))
    done = tables["graduates"].select(
        "education",
        flow_year=(pl.col("year") + pl.col("study_years").round()).cast(pl.Int64),
        graduates=pl.col("intake") * pl.col("completion_rate"),
    )
    ahead: dict[str, np.ndarray] = {}
    before: dict[str, np.ndarray] = {}
    for occupation, education, share in links.select(
        "occupation", "education", "share"
    ).iter_rows():
        rows = done.filter(pl.col("education") == education)
        known = dict(rows.select("flow_year", "graduates").iter_rows())
        recent = [known[y] for y in range(base_year - 5, base_year) if y in known]
        if not recent:
            continue
        last = known[max(known)]
        # After the last intake known its graduates go on.
        path = np.array([known.get(year, last) for year in flow_years])
        ahead[occupation] = ahead.get(occupation, 0.0) + share * path
        before[occupation] = before.get(occupation, 0.0) + share * np.mean(recent)
    for occupation, path in ahead.items():
        if float(before[occupation]) > 0:
            place = {"occupation": occupation, "origin": "graduate"}
            factor.loc[place] = path / float(before[occupation])
    return factor


def _short_absence(
    tables: dict[str, pl.DataFrame],
    codes: list[str],
    sectors: list[str],
    years: list[int],
    base_year: int,
    borrowed: list[dict[str, str]],
) -> xr.DataArray:
    """Short absence of the last four quarters, held: the national share of total absence."""
    share = float(pl.read_csv(national_folder() / "short_absence_share.csv")["share"].item())
    national = pl.read_csv(national_folder() / "absence.csv").filter(pl.col("kind") == "total")
    default = dict(national.group_by("sector").agg(pl.col("rate").mean()).iter_rows())
    values = np.zeros((len(codes), len(sectors)))
    own = tables.get("absence")
    if own is not None:
        quarters = [f"{base_year - 1}Q{quarter}" for quarter in (1, 2, 3, 4)]
        own = own.filter(pl.col("quarter").is_in(quarters))
    for i, code in enumerate(codes):
        for j, sector in enumerate(sectors):
            mean = None
            if own is not None:
                rows = own.filter((pl.col("region") == code) & (pl.col("sector") == sector))
                mean = rows.filter(pl.col("kind") == "total")["absence_rate"].mean()
                if mean is None and "doctor_certified" in rows["kind"]:
                    certified = rows.filter(pl.col("kind") == "doctor_certified")
                    mean = float(certified["absence_rate"].mean()) * DOCTOR_TO_TOTAL  # type: ignore[arg-type]
                    borrowed.append(_mark("short_absence", code, sector, "uplift to all absence"))
            if mean is None:
                mean = default.get(sector, float(np.mean(list(default.values()))))
                borrowed.append(_mark("short_absence", code, sector, "published national rates"))
            values[i, j] = float(mean) * share  # type: ignore[arg-type]
    array = xr.DataArray(
        values, dims=["region", "sector"], coords={"region": codes, "sector": sectors}
    )
    return (array * _ones(year=years)).transpose("region", "sector", "year")


def _transition(
    mobility: pl.DataFrame, staff: pl.DataFrame, sectors: list[str], occupations: list[str]
) -> xr.DataArray:
    """One-year probabilities of moving between occupations that the sector has."""
    pairs = (
        mobility.filter(
            pl.col("occupation").is_in(occupations) & pl.col("occupation_to").is_in(occupations)
        )
        .group_by("occupation", "occupation_to")
        .agg(pl.col("persons").sum(), pl.col("exposure").sum())
        .with_columns(
            chance=pl.when(pl.col("exposure") > 0)
            .then(1.0 - (-pl.col("persons") / pl.col("exposure")).exp())
            .otherwise(0.0)
        )
    )
    dims = {"occupation": occupations, "occupation_to": occupations}
    moves = to_array(pairs, dims, "chance")
    moves = moves * (1.0 - xr.DataArray(np.eye(len(occupations)), dims=list(dims), coords=dims))
    has = to_array(staff, {"sector": sectors, "occupation": occupations}, "persons") > 0
    moves = moves * has * has.rename(occupation="occupation_to")
    stay = 1.0 - moves.sum("occupation_to")
    eye = xr.DataArray(np.eye(len(occupations)), dims=list(dims), coords=dims)
    return (moves + eye * stay).transpose("sector", "occupation", "occupation_to")


def _mark(variable: str, region: str, sector: str, reason: str) -> dict[str, str]:
    return {
        "variable": variable,
        "region": region,
        "sector": sector,
        "from": "nation",
        "reason": reason,
    }
