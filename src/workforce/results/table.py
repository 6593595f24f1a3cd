"""The tidy table of results: one row per figure, with the persons behind it."""

import polars as pl
import xarray as xr

from workforce.contract.about import about
from workforce.contract.dictionary import variables
from workforce.model.staffing import AGE_GROUPS

WHOLE_PERIOD = ("opening_part", "start_age")
EXTRA = ("cause", "origin", "age_group", "age_band", "competence", "unit_size", *WHOLE_PERIOD)
COUNTED, PARTLY = "measured_shortage", "partly_measured_shortage"
ESTIMATED = "estimated_shortage"
"""Variables of the shortage of the base year: counted by the place, by a part of it, by nobody."""
PAIRS = {"age_group": "competence_age", "cause": "competence_cause"}
"""Dimension of what is told by competence and something else; the category joins both by "|"."""
COLUMNS = [
    "scenario",
    "region",
    "sector",
    "occupation",
    "dimension",
    "category",
    "variable",
    "unit",
    "year",
    "level",
    "central",
    "lower",
    "upper",
    "persons",
]


def results_table(results: xr.Dataset, inputs: xr.Dataset) -> pl.DataFrame:
    """Lay results out as one row per scenario, place, post, category, variable and year.

    Parameters
    ----------
    results : Dataset
        As `simulate` gives them.
    inputs : Dataset
        The inputs they come from; base-year persons are counted from them.

    Returns
    -------
    polars.DataFrame
        The columns named in the architecture document. ``persons`` is null for figures about the
        population as a whole. Funded posts end with the last year of the plan.
    """
    base = int(inputs.attrs["base_year"])
    frames = [
        _tidy(str(name), _with_year(array, base, base + int(inputs.attrs["horizon"])))
        for name, array in results.data_vars.items()
    ]
    frames.append(_measured(results, inputs) if "measured_shortage" in inputs else pl.DataFrame())
    table = pl.concat([frame for frame in frames if len(frame)], how="diagonal_relaxed")
    table = table.join(
        _base_persons(results, inputs),
        on=["region", "sector", "occupation", "dimension", "category"],
        how="left",
    )
    if "users_path" in results:
        # Users of different services are no sum of anything.
        table = table.filter((pl.col("variable") != "users_path") | (pl.col("sector") != "all"))
        table = _with_users(table)
    if "norm_fte" in results:
        # Norms cover some occupations: where there is none, and over sectors, no sum is told.
        asks = (inputs["norm_rate"].sum("age") > 0).to_dataframe(name="asks").reset_index()
        normed = pl.from_pandas(asks[asks["asks"]])
        of_norm = pl.struct("sector", "occupation").is_in(
            pl.concat(
                [
                    normed.select("sector", "occupation"),
                    normed.select("sector", occupation=pl.lit("all")).unique(),
                ]
            )
            .to_struct()
            .implode()
        )
        table = table.filter((pl.col("variable") != "norm_fte") | of_norm)
    public = pl.col("variable").is_in(["population_path", "population_by_band"])
    # Nobody holds an occupation that is only lacking. Those without the qualification are at least
    # as many as their FTE, and not all who are in the post.
    lacks = pl.col("variable").is_in([COUNTED, PARTLY]) & (pl.col("category") == "unqualified")
    own = pl.when(lacks).then(pl.col("central").round(6).ceil()).otherwise(pl.col("persons"))
    behind = pl.when(public).then(None).otherwise(own.fill_null(0.0))
    table = table.with_columns(persons=behind)
    nobody = (pl.col("variable") == "working_years") & (pl.col("persons") == 0.0)
    table = table.filter(~nobody)
    if "funded_posts" in inputs:
        until = inputs["funded_posts"].attrs.get("until", int(inputs["year"].max()))
        table = table.filter((pl.col("variable") != "funded_fte") | (pl.col("year") <= until))
    return table.select(COLUMNS)


def _with_year(array: xr.DataArray, base: int, last: int) -> xr.DataArray:
    """Date what is about the whole period by its end, and lives from today on by today."""
    if {"year", "flow_year"} & set(array.dims):
        return array
    return array.expand_dims(year=[base if "start_age" in array.dims else last])


def _tidy(name: str, array: xr.DataArray) -> pl.DataFrame:
    time = "year" if "year" in array.dims else "flow_year"
    array = array.rename(name)
    if name == "population_path":
        array = _sex_age(array)
    pair = next((dim for dim in PAIRS if {dim, "competence"} <= set(array.dims)), None)
    if pair is not None:
        array = _by_competence(array, pair)
    lead = [str(dim) for dim in array.dims if dim != "bound"]
    array = array.transpose(*lead, "bound")
    values = array.values.reshape(-1, array.sizes["bound"])
    index = array.isel(bound=0, drop=True).to_series().index.to_frame(index=False)
    frame = pl.DataFrame(
        {str(column): index[column].to_numpy() for column in index.columns if column != "bound"}
    )
    frame = frame.with_columns(
        **{bound: values[:, i] for i, bound in enumerate(("central", "lower", "upper"))}
    )
    extra = next(
        (dim for dim in ("sex_age", *PAIRS.values(), *EXTRA) if dim in frame.columns), None
    )
    if extra:
        frame = frame.with_columns(pl.col(extra).cast(pl.String))
    return frame.rename({time: "year"} | ({extra: "category"} if extra else {})).with_columns(
        *(
            pl.lit(fill).alias(column)
            for column, fill in (("sector", "all"), ("occupation", "all"), ("category", ""))
            if column not in {"category" if dim == extra else dim for dim in frame.columns}
        ),
        dimension=pl.lit(extra or ""),
        variable=pl.lit(name),
        unit=pl.lit(variables()[name].unit),
    )


def _sex_age(array: xr.DataArray) -> xr.DataArray:
    stacked = array.stack(sex_age=["sex", "age"])
    labels = [f"{sex}_{age:03d}" for sex, age in stacked["sex_age"].values]
    return stacked.drop_vars(["sex_age", "sex", "age"]).assign_coords(sex_age=labels)


def _by_competence(array: xr.DataArray, dim: str) -> xr.DataArray:
    """Join competence and another dimension to one."""
    stacked = array.stack({PAIRS[dim]: ["competence", dim]})
    labels = [f"{competence}|{other}" for competence, other in stacked[PAIRS[dim]].values]
    plain = stacked.drop_vars([PAIRS[dim], "competence", dim])
    return plain.assign_coords({PAIRS[dim]: labels})


def _measured(results: xr.Dataset, inputs: xr.Dataset) -> pl.DataFrame:
    """Shortage of the base year by line, with totals, the same in every scenario.

    Only what the place counted is ``measured_shortage``. A line that some municipalities counted,
    or of which some sectors were, is ``partly_measured_shortage``; unfilled posts that nobody
    counted are ``estimated_shortage``, of all occupations together, which the national rates do not
    tell apart; and the other lines have no rows then. Where the results have groups of occupations,
    the lines have them, too.
    """
    # The results hold the posts that exist somewhere; the others have neither staff nor shortage.
    there = {dim: results[dim].values.tolist() for dim in ("sector", "occupation")}
    measured = inputs["measured_shortage"]
    array = measured.sel({dim: measured[dim].isin(labels).values for dim, labels in there.items()})
    # A post that nobody holds and that lacks nobody tells nothing of what was counted.
    anybody = inputs["staff"].sum(["sex", "working_age"]) + measured.sum("line") > 0
    known = inputs["shortage_counted"].where(anybody)
    both = xr.merge([array.rename("central"), known.rename("known")], join="left")
    frame = pl.from_pandas(both.to_dataframe().reset_index(), nan_to_null=True)
    keys = ["region", "sector", "occupation", "line"]
    frame = frame.select(*keys, "central", least="known", most="known")
    sums = (pl.col("central").sum(), pl.col("least").min(), pl.col("most").max())
    parts = [frame]
    for gone in (["occupation"], ["sector"], ["sector", "occupation"]):
        total = frame.group_by([key for key in keys if key not in gone]).agg(sums)
        total = total.with_columns(pl.lit("all").alias(key) for key in gone)
        parts.append(total.select(frame.columns))
    groups = about(results).groups
    shown = sorted(set(groups.values()) & set(there["occupation"]))
    for part in (parts[0], parts[2]):
        group = pl.col("occupation").replace_strict(groups, default=None, return_dtype=pl.String)
        summed = part.with_columns(occupation=group).filter(pl.col("occupation").is_in(shown))
        parts.append(summed.group_by(keys).agg(sums).select(frame.columns))
    place = ("region", "sector", "line")
    national = (pl.col("line") == "unfilled") & (pl.col("occupation") == "all")
    lines = (
        pl.concat(parts)
        .with_columns(
            variable=pl.when(pl.col("least").min().over(place) >= 1.0)
            .then(pl.lit(COUNTED))
            .when(pl.col("most").max().over(place) > 0.0)
            .then(pl.lit(PARTLY))
            .otherwise(pl.lit(ESTIMATED))
        )
        .filter((pl.col("most") > 0.0) | (national & pl.col("most").is_not_null()))
        .drop("least", "most")
        .rename({"line": "category"})
    )
    scenarios = pl.DataFrame({"scenario": results["scenario"].values.astype(str)})
    levels = pl.DataFrame({"level": results["level"].values})
    return (
        lines.join(scenarios, how="cross")
        .join(levels, how="cross")
        .with_columns(
            dimension=pl.lit("line"),
            unit=pl.lit("FTE"),
            year=pl.lit(int(inputs.attrs["base_year"]), dtype=pl.Int64),
            lower=pl.col("central"),
            upper=pl.col("central"),
        )
    )


def _base_persons(results: xr.Dataset, inputs: xr.Dataset) -> pl.DataFrame:
    """Persons in the base year behind every cell, whatever the category."""
    schema = ["region", "sector", "occupation", "dimension", "category"]
    if "headcount" not in results and "fte_in_post" in inputs:
        return _fewest_persons(inputs).select(*schema, "persons")
    if "headcount" not in results:
        empty = dict.fromkeys(schema, pl.String)
        return pl.DataFrame(schema={**empty, "persons": pl.Float64})
    first = {"scenario": 0, "level": 0, "bound": 0, "year": 0}
    heads = results["headcount"].isel(first, drop=True).rename("persons")
    cells = pl.from_pandas(heads.to_dataframe().reset_index())
    parts = [cells.with_columns(dimension=pl.lit(""), category=pl.lit(""))]
    for dim in ("cause", "origin"):
        labels = pl.DataFrame({"category": inputs[dim].values.astype(str)})
        parts.append(cells.join(labels, how="cross").with_columns(dimension=pl.lit(dim)))
    for dim in WHOLE_PERIOD:
        if dim in results.dims:
            labels = pl.DataFrame({"category": results[dim].values.astype(str)})
            parts.append(cells.join(labels, how="cross").with_columns(dimension=pl.lit(dim)))
    lines = pl.DataFrame({"category": inputs["line"].values.astype(str)})
    parts.append(cells.join(lines, how="cross").with_columns(dimension=pl.lit("line")))
    if "headcount_by_age" in results:
        by_age = results["headcount_by_age"].isel(first, drop=True).rename("persons")
        ages = pl.from_pandas(by_age.to_dataframe().reset_index()).rename({"age_group": "category"})
        parts.append(ages.with_columns(occupation=pl.lit("all"), dimension=pl.lit("age_group")))
    if "holding" in inputs:
        parts += [_holders(inputs), *_holders_by_part(inputs)]
    if "units_staffed" in results:
        sizes = pl.DataFrame({"category": results["unit_size"].values.astype(str)})
        whole = cells.filter(pl.col("occupation") == "all")
        parts.append(whole.join(sizes, how="cross").with_columns(dimension=pl.lit("unit_size")))
    columns = [*schema, "persons"]
    return pl.concat(
        [part.with_columns(pl.col(schema).cast(pl.String)).select(columns) for part in parts]
    )


def _fewest_persons(inputs: xr.Dataset) -> pl.DataFrame:
    """Fewest persons in the FTE of every cell and sum, where nobody works more than full time."""
    frame: pl.DataFrame = pl.from_pandas(
        inputs["fte_in_post"].rename("persons").to_dataframe().reset_index()
    ).with_columns(pl.col("persons").ceil())
    parts = [frame]
    for gone in (["occupation"], ["sector"], ["sector", "occupation"]):
        rest = [key for key in ("region", "sector", "occupation") if key not in gone]
        total = frame.group_by(rest).agg(pl.col("persons").sum())
        parts.append(total.with_columns(pl.lit("all").alias(key) for key in gone))
    cells: pl.DataFrame = pl.concat(parts, how="diagonal_relaxed")
    return cells.with_columns(dimension=pl.lit(""), category=pl.lit(""))


def _holders(inputs: xr.Dataset) -> pl.DataFrame:
    staff = inputs["staff"].sum("sex")
    holders = xr.dot(staff, inputs["holding"], dim=["occupation", "working_age"])
    frame: pl.DataFrame = pl.from_pandas(holders.rename("persons").to_dataframe().reset_index())
    total = frame.group_by("region", "competence").agg(pl.col("persons").sum())
    both: pl.DataFrame = pl.concat(
        [frame, total.with_columns(sector=pl.lit("all"))], how="diagonal_relaxed"
    ).rename({"competence": "category"})
    return both.with_columns(
        occupation=pl.lit("all"),
        dimension=pl.lit("competence"),
        persons=pl.col("persons").ceil(),
    )


def _holders_by_part(inputs: xr.Dataset) -> list[pl.DataFrame]:
    """Persons behind competence by age and by cause.

    An age group is shown with the others of its competence or not at all: what is left of a total
    would give a single hidden one back. So the smallest group decides for all of them.
    """
    whole = _holders(inputs)
    causes = pl.DataFrame({"part": inputs["cause"].values.astype(str)})
    groups = pl.DataFrame({"part": list(AGE_GROUPS)})
    smallest = pl.concat(
        [
            _holders(inputs.sel(working_age=slice(*ages))).select(
                "region", "sector", "category", "persons"
            )
            for ages in AGE_GROUPS.values()
        ]
    )
    smallest = (
        smallest.filter(pl.col("persons") > 0)
        .group_by("region", "sector", "category")
        .agg(pl.col("persons").min().alias("smallest"))
    )
    by_age = whole.join(smallest, on=["region", "sector", "category"], how="left")
    by_age = by_age.with_columns(persons=pl.col("smallest").fill_null(0.0)).drop("smallest")
    return [
        frame.join(parts, how="cross")
        .with_columns(
            category=pl.concat_str("category", "part", separator="|"), dimension=pl.lit(name)
        )
        .drop("part")
        for frame, parts, name in (
            (by_age, groups, "competence_age"),
            (whole, causes, "competence_cause"),
        )
    ]


def _with_users(table: pl.DataFrame) -> pl.DataFrame:
    """Figures about users rest on the users of the base year, not on staff."""
    is_users = pl.col("variable") == "users_path"
    first = pl.col("year").min()
    base = (
        table.filter(is_users)
        .filter(pl.col("year") == first)
        .group_by("region", "sector")
        .agg(users=pl.col("central").first().round())
    )
    joined = table.join(base, on=["region", "sector"], how="left")
    persons = pl.when(is_users).then(pl.col("users")).otherwise(pl.col("persons"))
    return joined.with_columns(persons=persons).drop("users")
