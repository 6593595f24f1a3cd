"""Use of services, measured shortage, and the staffing standard calibrated from them."""

import numpy as np
import polars as pl
import xarray as xr

from workforce.inputs.arrays import to_array
from workforce.inputs.inhabitants import SEXES
from workforce.inputs.regions import at_level
from workforce.model.demand import calibrate_standard, service_users
from workforce.model.supply import available_fte
from workforce.sources.files import national_folder

LINES = ["unfilled", "unqualified", "agency_overtime"]


def load_demand(
    tables: dict[str, pl.DataFrame],
    codes: list[str],
    base_year: int,
    borrowed: list[dict[str, str]],
    inputs: xr.Dataset,
) -> xr.Dataset:
    """Use rates, service share, shortage, funded posts and the calibrated staffing standard.

    Demand in the base year is the FTE available plus the posts measured as unfilled. The other
    lines of the measured shortage (filled without the qualification; agency and overtime) are
    shown beside it: an unfilled post may be covered by overtime, so adding them counts twice.
    """
    sectors = inputs["sector"].values.tolist()
    occupations = inputs["occupation"].values.tolist()
    years = inputs["year"].values.tolist()
    posts = {"region": codes, "sector": sectors, "occupation": occupations}
    supply = available_fte(
        inputs["staff"],
        inputs["position_share"],
        inputs["short_absence"].sel(year=base_year, drop=True),
    ).sum(["sex", "working_age"])
    use_rate = _use_rate(tables, codes, sectors, base_year, borrowed, inputs, supply)
    share = _service_share(tables, codes, sectors, years)
    measured = _shortage(tables, posts, base_year, borrowed, supply)
    users = service_users(inputs["population"], use_rate) * share.sel(year=base_year, drop=True)
    standard = calibrate_standard(users, supply, measured.sel(line="unfilled", drop=True))
    ones = xr.DataArray(
        np.ones((len(sectors), len(years))),
        dims=["sector", "year"],
        coords={"sector": sectors, "year": years},
    )
    result = xr.Dataset(
        {
            "use_rate": use_rate,
            "service_share": share,
            "measured_shortage": measured,
            "staffing_standard": standard.transpose(*posts),
            "standard_factor": ones,
            "use_factor": ones.copy(),
            "productivity": ones.copy(),
        }
    )
    funded = _funded(tables, posts, years)
    return result if funded is None else result.assign(funded_posts=funded)


def _use_rate(
    tables: dict[str, pl.DataFrame],
    codes: list[str],
    sectors: list[str],
    base_year: int,
    borrowed: list[dict[str, str]],
    inputs: xr.Dataset,
    supply: xr.DataArray,
) -> xr.DataArray:
    """Users per inhabitant: the age pattern of all regions, at the level of the region's own."""
    population = inputs["population"]
    ages = population["age"].values.tolist()
    dims = {"sector": sectors, "sex": SEXES, "age": ages}
    national = pl.read_csv(national_folder() / "service_use.csv")
    national = national.filter(pl.col("sector").is_in(sectors) & pl.col("age").is_in(ages))
    pattern = to_array(national, dims, "rate")
    own = tables.get("service_use")
    users = None
    if own is not None:
        own = own.filter((pl.col("year") == base_year) & pl.col("sector").is_in(sectors))
        people = tables["population"].filter(pl.col("year") == base_year)
        where = own["region"].unique().to_list()
        people = people.filter(pl.col("region").is_in(where))
        there = to_array(people, {"sex": SEXES, "age": ages}, "persons")
        seen = to_array(own, dims, "users")
        # A sector without any users in the table was not asked about: the national pattern stays.
        told = seen.sum(["sex", "age"]) > 0
        pattern = ((seen + 5.0 * pattern) / (there + 5.0)).where(told, pattern)
        users = to_array(
            at_level(own, tables["regions"], codes), {"region": codes, "sector": sectors}, "users"
        )
    expected = service_users(population, pattern).transpose("region", "sector")
    ratio = xr.ones_like(expected)
    untold: list[str] = sectors if users is None else []
    if users is not None:
        ratio = (users / expected.where(expected > 0, 1.0)).where(expected > 0, 1.0)
        ratio = ratio.where(told, 1.0)
        untold = [s for s in sectors if not bool(told.sel(sector=s))]
    # Staff in a service that nobody is seen to use: the wider pattern says how it may grow.
    unused = (ratio == 0) & (supply.sum("occupation") > 0)
    ratio = ratio.where(~unused, 1.0)
    borrowed.extend(
        {
            "variable": "use_rate",
            "region": code,
            "sector": sector,
            "from": "nation" if sector in untold else "all regions in the data",
            "reason": "pattern of use by age",
        }
        for code in codes
        for sector in sectors
        if sector in untold or bool(unused.sel(region=code, sector=sector))
    )
    return (pattern * ratio).transpose("region", "sector", "sex", "age")


def _service_share(
    tables: dict[str, pl.DataFrame], codes: list[str], sectors: list[str], years: list[int]
) -> xr.DataArray:
    """Share of the service that own staff provide; the latest figure is held; 1 where not given."""
    dims = ["region", "sector", "year"]
    coords = {"region": codes, "sector": sectors, "year": years}
    share = xr.DataArray(np.ones((len(codes), len(sectors), len(years))), dims=dims, coords=coords)
    table = tables.get("service_share")
    if table is None:
        return share
    for code in codes:
        rows = table.filter((pl.col("region") == code) & (pl.col("year") <= years[0]))
        if rows.is_empty():
            continue
        latest = rows.filter(pl.col("year") == pl.col("year").max().over("sector"))
        for sector, value in latest.select("sector", "share").iter_rows():
            if sector in sectors and value > 0:
                share.loc[{"region": code, "sector": sector}] = value
    return share


def _shortage(
    tables: dict[str, pl.DataFrame],
    posts: dict[str, list[str]],
    base_year: int,
    borrowed: list[dict[str, str]],
    supply: xr.DataArray,
) -> xr.DataArray:
    """Measured shortage by line in the base year, or unfilled posts by national vacancy rates."""
    coords = {**posts, "line": LINES}
    shape = [len(labels) for labels in coords.values()]
    result = xr.DataArray(np.zeros(shape), dims=list(coords), coords=coords)
    table = tables.get("shortage")
    told: set[str] = set()
    if table is not None:
        rows = table.filter(
            (pl.col("year") == base_year)
            & pl.col("sector").is_in(posts["sector"])
            & pl.col("occupation").is_in(posts["occupation"])
        )
        rows = at_level(rows, tables["regions"], posts["region"])
        told = set(rows["region"].unique())
        result = to_array(rows, coords, "fte")
    rates = dict(
        pl.read_csv(national_folder() / "vacancy_rate.csv").select("sector", "rate").iter_rows()
    )
    untold = [code for code in posts["region"] if code not in told]
    for sector in posts["sector"]:
        rate = float(rates.get(sector, 0.0))
        place = {"region": untold, "sector": sector, "line": "unfilled"}
        staffed = supply.sel(region=untold, sector=sector).transpose("region", "occupation")
        result.loc[place] = (staffed * rate / (1.0 - rate)).values
    borrowed.extend(
        {
            "variable": "measured_shortage",
            "region": code,
            "sector": "",
            "from": "nation",
            "reason": "national vacancy rates",
        }
        for code in untold
    )
    return result


def _funded(
    tables: dict[str, pl.DataFrame], posts: dict[str, list[str]], years: list[int]
) -> xr.DataArray | None:
    """Funded posts by year; after the last year of the plan the last figure is held."""
    table = tables.get("funded_posts")
    if table is None:
        return None
    rows = table.filter(
        pl.col("year").is_in(years)
        & pl.col("sector").is_in(posts["sector"])
        & pl.col("occupation").is_in(posts["occupation"])
    )
    if rows.is_empty() or years[0] not in rows["year"]:
        return None
    seen = sorted(rows["year"].unique().to_list())
    array = to_array(
        at_level(rows, tables["regions"], posts["region"]), {**posts, "year": seen}, "fte"
    )
    held = [max(year for year in seen if year <= wanted) for wanted in years]
    array = array.sel(year=held).assign_coords(year=years)
    array.attrs["until"] = seen[-1]
    return array
