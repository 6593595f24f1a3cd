"""Draws, intervals, levers and the tidy table."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray as xr

from workforce.contract.about import about
from workforce.contract.results import ROW
from workforce.errors import ParameterError
from workforce.inputs import load_inputs
from workforce.model.projection import project
from workforce.model.shortage import flow_to_cover
from workforce.results.table import results_table
from workforce.scenarios.draws import ENDS, draw_inputs, with_draws
from workforce.scenarios.scenario import apply_scenario, named_scenarios
from workforce.scenarios.simulation import agreement, at_median, keep_results, simulate

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(SAMPLE, region="9005", horizon=5)


@pytest.fixture(scope="module")
def results(inputs):
    return simulate(inputs, ["baseline", "one_point_each"], draws=40, seed=7)


def total(results, name, **labels):
    found = results[name].sel(sector="all", occupation="all", **labels).isel(region=0)
    return found.isel(level=0) if "level" in found.dims else found


def test_the_central_path_is_the_projection_without_draws(inputs, results):
    alone = project(inputs)["shortage_fte"].sum(["region", "sector", "occupation"])
    central = total(results, "shortage_fte", scenario="baseline", bound="central")
    np.testing.assert_allclose(central, alone, atol=1e-9)


def lacking_parts(rng, draws, *, spread):
    """Parts of what lacks in a sector, of which need and staff vary by as much as ``spread``."""
    today, need, staff = 11.19, 131.1 + spread * rng.normal(size=draws), 39.7
    parts = np.stack(np.broadcast_arrays(today, need, staff, need), axis=-1)
    names = ["today", "need", "staff", "need_of_all"]
    return xr.DataArray(parts[:, None], dims=["draw", "sector", "lacking_part"],
                        coords={"sector": ["all"], "lacking_part": names})  # fmt: skip


@pytest.mark.parametrize("spread", [0.0, 9.0])
@pytest.mark.parametrize("draws", [20, 500])
def test_parts_of_what_lacks_lead_to_the_median_and_are_themselves_where_draws_are_equal(
    spread, draws
):
    parts = lacking_parts(np.random.default_rng(3), draws, spread=spread)
    told = at_median(parts).squeeze(drop=True)
    whole = parts.sel(lacking_part=["today", "need"]).sum("lacking_part") - 39.7
    leads = told.sel(lacking_part=["today", "need"]).sum() - told.sel(lacking_part="staff")
    np.testing.assert_allclose(leads, whole.median("draw").item(), atol=1e-9)
    if not spread:
        np.testing.assert_allclose(told, parts.isel(draw=0, sector=0), atol=1e-9)


def test_what_is_borrowed_lacks_or_costs_follows_inputs_into_draws_measures_and_results(
    inputs, results
):
    told = about(inputs)
    assert told.borrowed
    assert told.missing
    assert told.measure_costs
    assert set(inputs.attrs) == {"base_year", "horizon", "about"}
    drawn = with_draws(inputs, draw_inputs(inputs, draws=2, seed=1))
    measured = apply_scenario(inputs, [{"lever": "absence", "points": -1}])
    for later in (drawn, measured, results, inputs.isel(region=[0]), inputs.copy(deep=True)):
        assert about(later) == told
    sums, asked = {"2221+2223": ("2221", "2223")}, ["population_by_band"]
    found = simulate(inputs, ["baseline"], draws=20, seed=1, variables=asked, sums=sums)
    assert about(found) == replace(told, sums=sums)


def test_base_year_has_no_interval(results):
    first = total(results, "shortage_fte", scenario="baseline").isel(year=0)
    assert float(first.max() - first.min()) < 1e-9


def test_intervals_widen_with_time(results):
    paths = total(results, "shortage_fte", scenario="baseline")
    width = (paths.sel(bound="upper") - paths.sel(bound="lower")).values
    assert 0 < width[1] < width[-1]


def test_what_is_missing_less_what_is_over_is_the_shortage_in_every_draw(inputs):
    drawn = with_draws(inputs, draw_inputs(inputs, draws=20, seed=7))
    kept = keep_results(project(drawn, seed=7), 20, None, None)
    net = kept["missing_fte"] - kept["surplus_fte"]
    np.testing.assert_allclose(net, kept["shortage_fte"], atol=1e-9)
    # Sectors are summed first: an occupation may be over in one and missing in another.
    missing = kept["missing_fte"].sel(occupation="all")
    own = [code for code in kept["sector"].values if code != "all"]
    assert bool((missing.sel(sector="all") <= missing.sel(sector=own).sum("sector") + 1e-9).all())
    by_hand = project(drawn, seed=7)["shortage_fte"].sum("sector").clip(min=0).sum("occupation")
    by_hand = by_hand.transpose(*missing.sel(sector="all").dims)
    np.testing.assert_allclose(missing.sel(sector="all"), by_hand, atol=1e-9)


def test_the_centre_of_what_is_missing_is_the_median_of_the_draws(inputs, results):
    found = results["missing_fte"].sel(scenario="baseline", sector="all").isel(region=0, level=0)
    drawn = with_draws(inputs, draw_inputs(inputs, draws=40, seed=7))
    draws = project(drawn, seed=7)["shortage_fte"].sum("sector").clip(min=0).isel(region=0)
    np.testing.assert_allclose(
        found.sel(bound="central", occupation="all"),
        draws.sum("occupation").transpose("draw", "year").isel(draw=slice(1, None)).median("draw"),
        atol=1e-9,
    )
    ends = found.sel(occupation="all")
    assert bool((ends.sel(bound="lower") <= ends.sel(bound="central")).all())
    assert bool((ends.sel(bound="central") <= ends.sel(bound="upper")).all())


def test_what_covers_the_shortage_is_told_around_the_median_and_reckoned_in_each_draw(
    inputs, results
):
    names = ("mean_flow", "missing_fte", "supply_fte")
    at = {"bound": "central", "scenario": "baseline"}
    told = [results[name].isel(level=0).sel(at) for name in names]
    cover = flow_to_cover(*told).sel(flow_part="cover")
    np.testing.assert_allclose(
        told[0].sel(flow_part="cover"), cover.transpose("region", ...), atol=1e-9
    )
    drawn = with_draws(inputs, draw_inputs(inputs, draws=40, seed=7))
    kept = keep_results(project(drawn, seed=7), 40, list(names), None)
    flows = kept["mean_flow"].drop_sel(flow_part="cover")
    again = flow_to_cover(flows, kept["missing_fte"], kept["supply_fte"])
    np.testing.assert_allclose(
        kept["mean_flow"].sel(flow_part=["cover"]), again.transpose(*flows.dims)
    )


def test_occupations_asked_for_together_give_the_same_sum_of_what_is_missing(inputs, results):
    alone = simulate(inputs, ["baseline"], draws=40, seed=7, variables=["missing_fte"], by=[])
    np.testing.assert_array_equal(
        alone["missing_fte"].isel(scenario=0).sel(sector="all", occupation="all"),
        results["missing_fte"].sel(scenario="baseline", sector="all", occupation="all"),
    )


@pytest.mark.parametrize(("draws", "level"), [(20, 0.8), (100, 0.8), (200, 0.95)])
def test_one_draw_more_lies_within_an_interval_as_often_as_it_says(draws, level):
    # Of n + 1 draws any one is as likely to be the last: the interval of n holds it so often.
    tails = np.quantile(np.arange(1.0, draws + 1), [(1 - level) / 2, (1 + level) / 2], method=ENDS)
    np.testing.assert_allclose((tails[1] - tails[0]) / (draws + 1), level)


def test_one_seed_gives_one_result(inputs, results):
    again = simulate(inputs, ["baseline"], draws=40, seed=7, variables=["shortage_fte"])
    np.testing.assert_array_equal(
        again["shortage_fte"].isel(scenario=0),
        results["shortage_fte"].sel(scenario="baseline"),
    )


@pytest.mark.parametrize(
    "names",
    [
        ["tightness"],
        ["competence_missing", "norm_fte"],
        ["population_by_band"],
        ["first_shortage_year"],
        ["openings", "working_years"],
    ],
)
def test_what_is_not_asked_for_changes_nothing_of_what_is(inputs, results, names):
    some = simulate(inputs, ["baseline"], draws=40, seed=7, variables=names)
    assert set(names) <= set(some.data_vars) <= {*names, *(f"{name}_agree" for name in names)}
    for name in names:
        whole = results[name].sel(scenario=["baseline"])
        xr.testing.assert_allclose(some[name], whole.transpose(*some[name].dims), atol=1e-9)


def test_the_first_year_of_shortage_is_that_by_which_half_of_the_draws_lack_somebody(results):
    first = results["first_shortage_year"].isel(level=0)
    chance = results["shortage_chance"].sel(bound="central").isel(level=0)
    chance = chance.transpose(..., "year")
    years = chance["year"].values
    # No later than the first year in which half of the draws lack somebody at once.
    half = chance.values >= 0.5
    latest = np.where(half.any(axis=-1), years[0] + half.argmax(axis=-1), years[-1] + 1)
    got = first.sel(bound="central").transpose(*chance.dims[:-1])
    assert (got.values <= latest).all()
    now = chance.isel(year=0) > 0.5
    assert bool((got == years[0]).where(now, True).all())
    told = first.sel(bound=["central", "lower", "upper"])
    assert set(np.unique(told)) <= {float(year) for year in (*years, years[-1] + 1)}
    assert bool((first.sel(bound="lower") <= first.sel(bound="upper")).all())


def test_a_surplus_elsewhere_neither_puts_off_a_shortage_nor_makes_it_less_likely(results):
    at = {"scenario": "baseline", "bound": "central", "sector": "all"}
    chance = results["shortage_chance"].sel(at).isel(level=0, region=0)
    each = chance.drop_sel(occupation="all").max("occupation")
    assert bool((chance.sel(occupation="all") >= each - 1e-12).all())
    first = results["first_shortage_year"].sel(at).isel(level=0, region=0)
    assert float(first.sel(occupation="all")) <= float(first.drop_sel(occupation="all").min())


def test_the_draws_that_agree_are_counted_on_the_side_of_the_figure(inputs, results):
    agree = total(results, "shortage_fte_agree", scenario="baseline")
    chance = total(results, "shortage_chance", scenario="baseline").sel(bound="central")
    missing = total(results, "missing_fte", scenario="baseline").sel(bound="central")
    assert bool(((agree >= 0) & (agree <= 1)).all())
    there = missing >= 0.05
    same = total(results, "missing_fte_agree", scenario="baseline")
    np.testing.assert_allclose(same.where(there, 0), chance.where(there, 0))
    assert float(results["population_by_band_agree"].isel(year=0).min()) == 1.0
    table = results_table(results, inputs)
    assert table.filter(variable="exits")["agree"].null_count() == len(
        table.filter(variable="exits")
    )
    assert table.filter(variable="missing_fte")["agree"].null_count() == 0


def test_draws_on_the_other_side_of_zero_do_not_agree_and_nothing_agrees_with_nothing():
    draws = xr.DataArray([[3.0, 0.01, -2.0], [1.0, 0.04, 2.0]], dims=("draw", "post"))
    centre = xr.DataArray([2.0, 0.0, 2.0], dims="post")
    np.testing.assert_allclose(agreement(centre, draws), [1.0, 1.0, 0.5])


def test_working_years_of_all_are_the_mean_by_staff(results):
    pick = {"scenario": "baseline", "bound": "central"}
    years = results["working_years"].sel(pick).isel(region=0, level=0)
    heads = results["headcount"].sel(pick | {"occupation": "all"}).isel(region=0, level=0, year=0)
    sectors = [code for code in years["sector"].values if code != "all"]
    weight = heads.sel(sector=sectors)
    mean = (years.sel(sector=sectors) * weight).sum("sector") / weight.sum()
    np.testing.assert_allclose(mean, years.sel(sector="all"))
    assert float(years.min()) > 0.5
    assert float(years.max()) < 50


def test_what_is_about_the_whole_period_stands_in_the_table_with_its_year(inputs, results):
    table = results_table(results, inputs)
    base = int(inputs.attrs["base_year"])
    for name, year, dimension in (
        ("openings", base + 5, "opening_part"),
        ("first_shortage_year", base + 5, ""),
        ("working_years", base, "start_age"),
    ):
        rows = table.filter(pl.col("variable") == name)
        assert rows["year"].unique().to_list() == [year]
        assert rows["dimension"].unique().to_list() == [dimension]
        assert rows["persons"].null_count() == 0
    parts = table.filter(
        pl.col("variable") == "openings", pl.col("occupation") == "all", pl.col("sector") == "all",
        pl.col("scenario") == "baseline",
    )  # fmt: skip
    by = dict(parts.select("category", "central").iter_rows())
    assert by.pop("openings") == pytest.approx(sum(by.values()))


def test_a_result_that_is_not_known_is_refused_by_name(inputs):
    with pytest.raises(ParameterError, match="no result shortage_ft"):
        simulate(inputs, ["baseline"], draws=20, seed=7, variables=["shortage_ft"])


def test_chance_leaves_the_mean_number_of_staff_where_it_was(inputs):
    wide = simulate(inputs, ["baseline"], draws=400, seed=3, variables=["headcount"])
    paths = total(wide, "headcount", scenario="baseline").isel(year=-1)
    middle = float(paths.sel(bound="lower") + paths.sel(bound="upper")) / 2
    assert middle == pytest.approx(float(paths.sel(bound="central")), rel=0.05)


def test_mobilising_lowers_the_shortage(results):
    before = total(results, "shortage_fte", scenario="baseline", bound="central")[-1]
    after = total(results, "shortage_fte", scenario="one_point_each", bound="central")[-1]
    assert float(after) < float(before)


def test_every_named_scenario_can_be_applied(inputs):
    for name in named_scenarios():
        changed = project(apply_scenario(inputs, name))
        first = changed["shortage_fte"].isel(year=0).sum()
        base = project(inputs)["shortage_fte"].isel(year=0).sum()
        assert float(first) == pytest.approx(float(base), abs=1e-9), name


def test_no_recruitment_means_no_recruits(inputs):
    recruits = project(apply_scenario(inputs, "no_recruitment"))["recruits"]
    assert float(recruits.sum()) == 0


def test_replacing_every_exit_keeps_the_headcount_of_each_sector_in_every_year(inputs):
    result = project(apply_scenario(inputs, "exits_replaced"))
    heads = result["headcount"].sum("occupation").transpose(..., "year").values
    np.testing.assert_allclose(heads, heads[..., :1] * np.ones(heads.shape[-1]), rtol=1e-9)
    np.testing.assert_allclose(
        result["recruits"].sum("origin"), result["exits"].sum("cause"), atol=1e-9
    )


def test_replacing_half_of_the_exits_is_told_by_the_lever(inputs):
    half = apply_scenario(inputs, [{"lever": "replace_exits", "percent": 50}])
    result = project(half)
    np.testing.assert_allclose(
        result["recruits"].sum("origin"), result["exits"].sum("cause") / 2, atol=1e-9
    )
    with pytest.raises(ParameterError, match="from 0 to 200"):
        apply_scenario(inputs, [{"lever": "replace_exits", "percent": -1}])


def test_a_post_that_nobody_is_recruited_to_is_replaced_by_people_like_its_own(inputs):
    none = inputs.assign(inflow_rate=inputs["inflow_rate"] * 0.0)
    result = project(apply_scenario(none, "exits_replaced"))
    heads = result["headcount"].sum(["region", "sector", "occupation"])
    np.testing.assert_allclose(heads, float(heads[0]), rtol=1e-9)


def test_healthier_ageing_changes_care_only_and_lowers_its_need(inputs):
    before = project(inputs)["demand_fte"]
    after = project(apply_scenario(inputs, "healthy_ageing"))["demand_fte"]
    rest = [sector for sector in before["sector"].values if sector != "health_care"]
    np.testing.assert_array_equal(before.sel(sector=rest), after.sel(sector=rest))
    care = (before - after).sel(sector="health_care").sum(["region", "occupation"])
    assert abs(float(care[0])) < 1e-9
    assert (care.diff("year") > 0).all()


def test_half_of_the_health_shifts_half_of_the_years_and_may_come_late(inputs):
    whole, half, late = (
        apply_scenario(inputs, [{"lever": "healthy_ageing", **options}])["years_gained"]
        for options in (
            {"part": 1},
            {"part": 0.5},
            {"part": 1, "start_year": 2029, "end_year": 2031},
        )
    )
    np.testing.assert_allclose(half, whole / 2)
    assert float(late.sel(year=2029).max()) == 0.0
    np.testing.assert_allclose(late.sel(year=2030), whole.sel(year=2030) / 2)
    with pytest.raises(ParameterError, match="no sector 'helth'"):
        apply_scenario(inputs, [{"lever": "healthy_ageing", "part": 1, "sectors": ["helth"]}])


def test_the_tidy_table_tells_norms_where_there_are_any(inputs, results):
    table = results_table(results, inputs).filter(variable="norm_fte")
    posts = set(table.select("sector", "occupation").iter_rows())
    assert posts == {
        ("kindergarten", "2342"),
        ("kindergarten", "5311"),
        ("kindergarten", "all"),
        ("primary_school", "2341"),
        ("primary_school", "all"),
    }


def test_the_alternatives_lie_in_order(inputs):
    missing = {
        name: float(project(apply_scenario(inputs, name))["shortage_fte"].isel(year=-1).sum())
        for name in ("no_recruitment", "baseline", "exits_replaced")
    }
    assert missing["no_recruitment"] > max(missing["baseline"], missing["exits_replaced"])


def test_the_chance_of_a_shortage_is_the_share_of_draws_that_have_one(results):
    chance = total(results, "shortage_chance", scenario="baseline")
    gap = total(results, "missing_fte", scenario="baseline")
    assert (chance.min("bound") == chance.max("bound")).all()
    always = gap.sel(bound="lower") > 0.05
    # Nine draws in ten lie above the lower end of an 80 % interval.
    assert float(chance.sel(bound="central").where(always, 1.0).min()) >= 0.89
    never = gap.sel(bound="upper") < 0.05
    assert float(chance.sel(bound="central").where(never, 0.0).max()) <= 0.11


@pytest.mark.parametrize(
    ("scenario", "hint"),
    [
        ("baselin", "baseline"),
        ([{"lever": "absense", "points": 1}], "absence"),
        ([{"lever": "absence", "point": 1}], "points"),
        ([{"lever": "absence"}], "points"),
    ],
)
def test_a_typo_is_one_sentence_with_the_known_names(inputs, scenario, hint):
    with pytest.raises(ParameterError, match=hint):
        apply_scenario(inputs, scenario)


def test_too_few_draws_are_refused(inputs):
    with pytest.raises(ParameterError, match="draws"):
        simulate(inputs, ["baseline"], draws=5, seed=1)


def test_the_tidy_table_has_one_row_per_figure(inputs, results):
    table = results_table(results, inputs)
    assert table.schema == ROW
    keys = [name for name, kind in ROW.items() if kind == pl.String]
    assert not table.select([*keys, "year", "level"]).is_duplicated().any()
    assert table.select(pl.col("central", "lower", "upper").is_finite().all()).row(0) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("part", "variable"),
    [(1.0, "measured_shortage"), (0.5, "partly_measured_shortage"), (0.0, "estimated_shortage")],
)
def test_only_what_a_place_counted_is_measured_in_the_tidy_table(inputs, results, part, variable):
    counted = inputs["shortage_counted"] * 0.0 + part
    table = results_table(results, inputs.assign(shortage_counted=counted))
    lines = table.filter(dimension="line")
    assert set(lines["variable"]) == {variable}
    if not part:
        # The nation's rates know one line, and do not tell occupations apart.
        assert set(lines["category"]) == {"unfilled"}
        assert set(lines["occupation"]) == {"all"}
    else:
        assert set(lines["category"]) == {"unfilled", "unqualified", "agency_overtime"}


def test_a_sector_that_nobody_counted_is_estimated_beside_those_that_were(inputs, results):
    school = inputs["sector"] == "primary_school"
    counted = inputs["shortage_counted"].where(~school, 0.0)
    table = results_table(results, inputs.assign(shortage_counted=counted))
    lines = table.filter(dimension="line", scenario="baseline")

    def kinds(sector):
        return set(lines.filter(sector=sector).select("variable", "category").rows())

    every = ("unfilled", "unqualified", "agency_overtime")
    assert kinds("health_care") == {("measured_shortage", line) for line in every}
    assert kinds("primary_school") == {("estimated_shortage", "unfilled")}
    assert kinds("all") == {("partly_measured_shortage", line) for line in every}
    # Teachers stand in no list of occupations: nobody counted them.
    assert "2341" not in lines.filter(sector="all")["occupation"].to_list()
    assert "2223" in lines.filter(sector="all")["occupation"].to_list()


def test_sectors_add_up_to_all_in_the_tidy_table(inputs, results):
    table = results_table(results, inputs).filter(
        variable="demand_fte", scenario="baseline", occupation="all"
    )
    whole = table.filter(sector="all").sort("year")["central"]
    parts = table.filter(pl.col("sector") != "all").group_by("year").agg(pl.col("central").sum())
    np.testing.assert_allclose(parts.sort("year")["central"], whole)


def test_figures_about_the_population_have_no_persons_behind_them(inputs, results):
    table = results_table(results, inputs)
    public = table.filter(pl.col("variable").is_in(["population_path", "population_by_band"]))
    assert public["persons"].null_count() == len(public)
    staff = table.filter(pl.col("variable") == "headcount")
    assert staff["persons"].null_count() == 0
