"""A place beside its comparison group and the nation, on a folder small enough to count by hand."""

import math
from pathlib import Path

import polars as pl
import pytest
import xarray as xr

from workforce.contract.figures import Figures
from workforce.errors import ParameterError
from workforce.inputs.flows import cell_exposure
from workforce.reports.charts import Subject, benchmarks
from workforce.results import benchmark_counts
from workforce.results.benchmark import benchmark, benchmark_rows
from workforce.results.benchmark_estimates import leavers_or_staff
from workforce.sources.tables.folder import open_folder
from workforce.texts.catalogue import load_texts

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
POST = {"sector": "health_care", "occupation": "2223", "sex": "female"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two municipalities of one group, and a third of none; one post in each."""
    path = tmp_path_factory.mktemp("three")
    towns = ("1", "2", "3")
    pl.DataFrame(
        {
            "region": ["N", "G", *towns],
            "level": ["nation", "group", *["municipality"] * 3],
            "name": ["N", "G", *towns],
            "comparison_group": [None, None, "G", "G", None],
        }
    ).write_csv(path / "regions.csv")
    pl.DataFrame(
        [{"region": t, "sex": "female", "age": 40, "year": 2026, "persons": 500} for t in towns]
    ).write_csv(path / "population.csv")
    staff = {"1": (20, 16.0), "2": (60, 54.0), "3": (120, 120.0)}
    pl.DataFrame(
        [{"region": t, **POST, "age": 40, "year": 2026, "persons": p, "fte": f}
         for t, (p, f) in staff.items()]
    ).write_csv(path / "staff.csv")  # fmt: skip
    # Region, age: person-years and exits by cause.
    lived = [
        ("1", 40, 90.0, {"left_sector": 9, "moved_municipality": 5}),
        ("1", 64, 10.0, {"retired": 4}),
        ("2", 64, 300.0, {"retired": 16, "other": 20}),
        ("3", 66, 600.0, {"retired": 80}),
    ]
    pl.DataFrame(
        [{"region": t, **POST, "age": age, "year": 2024, "flow": flow, "persons": count,
          "exposure": years}
         for t, age, years, exits in lived for flow, count in exits.items()]
    ).write_csv(path / "staff_flows.csv")  # fmt: skip
    rates = {"1": 0.05, "2": 0.10, "3": 0.10}
    pl.DataFrame(
        [{"region": t, "sector": "health_care", "quarter": f"2025Q{q}", "kind": "total",
          "absence_rate": rate} for t, rate in rates.items() for q in (1, 2, 3, 4)]
    ).write_csv(path / "absence.csv")  # fmt: skip
    users = {"1": 40, "2": 60, "3": 100}
    pl.DataFrame(
        [{"region": t, "sector": "health_care", "sex": "female", "age": 80, "year": 2026,
          "users": count} for t, count in users.items()]
    ).write_csv(path / "service_use.csv")  # fmt: skip
    pl.DataFrame([{"region": "1", "sector": "health_care", "year": 2026, "share": 0.5}]).write_csv(
        path / "service_share.csv"
    )
    return path


@pytest.fixture(scope="module")
def first(folder):
    """Region 1 beside group and nation."""
    return benchmark(open_folder(folder), region="1")


def figure(table, measure, column, place="1", sector="health_care"):
    return table.filter(region=place, sector=sector, measure=measure)[column].item()


def leaving(gone, moved):
    """Probability of leaving the municipal sector at rates per person-year."""
    return gone / (gone + moved) * (1 - math.exp(-(gone + moved)))


def test_turnover_is_a_probability_without_moves_to_other_municipalities(first):
    assert figure(first, "turnover", "observed") == pytest.approx(leaving(13 / 100, 5 / 100))
    assert figure(first, "turnover", "exposure") == 100.0


# The group at the ages of the first place: 90 years at 40 with 9 + 5 exits, 10 at 64, where 40 of
# 310 leave the sector.
BY_AGE = (0.9 * 9 / 90 + 0.1 * 40 / 310, 0.9 * 5 / 90)


def test_a_place_with_few_old_is_expected_to_lose_fewer_than_its_group(first):
    assert figure(first, "turnover", "expected") == pytest.approx(leaving(*BY_AGE))
    assert figure(first, "turnover", "expected") < figure(first, "turnover", "observed", place="G")
    # Only the third place has anybody of 66; at the nation's rates the group has what it has.
    group = leaving(49 / 400, 5 / 400)
    assert figure(first, "turnover", "expected", place="G") == pytest.approx(group)
    assert figure(first, "turnover", "expected", place="N") is None
    assert figure(first, "mean_position", "expected") is None


def test_the_place_is_drawn_to_what_its_ages_give_at_the_rates_of_its_group(first):
    gone, moved = BY_AGE
    own = leaving((13 + 200 * gone) / 300, (5 + 200 * moved) / 300)
    assert figure(first, "turnover", "drawn") == pytest.approx(own)
    assert figure(first, "turnover", "weight") == pytest.approx(100 / 300)
    assert figure(first, "turnover", "weight", place="G") == pytest.approx(400 / 600)
    assert figure(first, "turnover", "drawn", place="N") == pytest.approx(
        leaving(129 / 1000, 5 / 1000)
    )


def test_the_interval_holds_the_estimate_and_is_narrower_where_more_is_known(first):
    low, mid, high = (figure(first, "turnover", one) for one in ("lower", "drawn", "upper"))
    assert low < mid < high
    wide = figure(first, "turnover", "upper", place="N")
    assert wide - figure(first, "turnover", "lower", place="N") < high - low


def test_exit_age_is_exact_age_at_mid_year_drawn_to_what_the_ages_give(first):
    assert figure(first, "exit_age", "observed") == pytest.approx(65.0)
    assert figure(first, "exit_age", "observed", place="N") == pytest.approx(66.6)
    # Nobody of the group is 66: by its ages it retires at 65, and does not retire early.
    assert figure(first, "exit_age", "expected", place="G") == pytest.approx(65.0)
    assert figure(first, "exit_age", "drawn") == pytest.approx(65.0)
    assert figure(first, "exit_age", "persons") == 4.0


def test_the_interval_of_exit_age_has_the_spread_of_the_nation_and_what_was_borrowed(first):
    # 20 of 65 years and 80 of 67 in the nation: mean 66.6, sum of squares 20 * 1.6^2 + 80 * 0.4^2.
    variance = (20 * 1.6**2 + 80 * 0.4**2) / 99
    half = 1.2815515655 * math.sqrt(variance / (4 + 20))
    drawn = figure(first, "exit_age", "drawn")
    assert figure(first, "exit_age", "upper") - drawn == pytest.approx(half)
    assert drawn - figure(first, "exit_age", "lower") == pytest.approx(half)
    nation = figure(first, "exit_age", "upper", place="N") - 66.6
    assert nation == pytest.approx(1.2815515655 * math.sqrt(variance / 100))


def test_the_fewer_of_staff_and_leavers_stand_behind_turnover(first):
    # 9 + 4 left the sector; the 5 who moved to another municipality are no leavers.
    assert figure(first, "turnover", "persons") == 13.0
    assert figure(first, "turnover", "persons", place="G") == 49.0


def test_a_wider_place_tells_of_how_many_municipalities_it_is_the_sum(first):
    places = dict(first.select("region", "places").unique().iter_rows())
    assert places == {"1": None, "G": 2, "N": 3}


def test_absence_positions_and_staff_per_user_are_weighed_by_whom_they_count(first):
    assert figure(first, "absence_rate", "observed", place="G") == pytest.approx(
        (20 * 0.05 + 60 * 0.10) / 80
    )
    assert figure(first, "mean_position", "observed", place="G") == pytest.approx(70 / 80)
    assert figure(first, "staff_per_user", "observed") == pytest.approx(16 / 20)
    assert figure(first, "staff_per_user", "observed", place="G") == pytest.approx(70 / 80)
    assert figure(first, "mean_position", "weight") is None


def test_all_sectors_are_a_row_but_for_users_of_different_services(first):
    rows = first.filter(sector="all")
    assert "staff_per_user" not in rows["measure"].to_list()
    assert figure(first, "turnover", "observed", sector="all") == figure(
        first, "turnover", "observed"
    )


def test_a_place_without_group_is_set_beside_the_nation_alone(folder):
    assert set(benchmark(open_folder(folder), region="3")["region"]) == {"3", "N"}
    assert set(benchmark(open_folder(folder), region="N")["region"]) == {"N"}


def test_a_place_is_counted_once_for_all_that_are_set_beside_it(folder, monkeypatch):
    counted = []

    def counting(flows):
        counted.extend(flows["region"].unique())
        return cell_exposure(flows)

    monkeypatch.setattr(benchmark_counts, "cell_exposure", counting)
    benchmark_counts.counted_places.cache_clear()
    found = [benchmark(open_folder(folder), region=region) for region in ("1", "2", "3", "1")]
    assert sorted(counted) == ["1", "2", "3"]
    assert found[0].equals(found[3])


def test_an_unknown_place_is_an_error(folder):
    with pytest.raises(ParameterError, match="not in the table regions"):
        benchmark(open_folder(folder), region="9")


@pytest.fixture(scope="module")
def small(protected_sample):
    """The smallest place of the sample, from the protected folder."""
    folder = protected_sample
    sectors = folder.tables["staff"]["sector"].unique().to_list()
    inputs = xr.Dataset(coords={"sector": sectors}, attrs={"base_year": 2026})
    rows = benchmark_rows(inputs, folder, region="9012", scenario="baseline")
    return rows, Figures(rows, "public", 5)


def test_figures_of_places_are_rounded_so_that_nobody_takes_them_for_exact(small):
    rows, _ = small
    exposure = rows.filter(variable="benchmark_exposure")["central"]
    assert (exposure % 5 == 0).all()
    weight = rows.filter(variable="benchmark_weight")["central"] * 20
    assert (weight - weight.round()).abs().max() < 1e-9


def test_position_sizes_that_are_national_are_not_compared(small):
    rows, _ = small
    behind = rows.filter(variable="benchmark_exposure", category="mean_position")
    assert behind["central"].min() >= 50
    assert "9012" not in behind["region"].to_list()
    assert "9012" not in rows.filter(variable="mean_position")["region"].to_list()


def test_few_leavers_of_many_staff_decide_on_turnover_and_none_do_not():
    staff, gone = (xr.DataArray(count) for count in (80.0, 4.0))
    assert float(leavers_or_staff(gone, staff)) == 4.0
    assert float(leavers_or_staff(gone * 0, staff)) == 80.0


def test_charts_tell_the_place_beside_others(small):
    _, figures = small
    subject = Subject(
        region="9012", sector="all", scenario="baseline", base_year=2026, horizon_year=2036,
        texts=load_texts("en"), names=open_folder(SAMPLE).names,
    )  # fmt: skip
    turnover, absence, position, age, per_user = benchmarks(figures, subject)
    assert "own only where the service has 50 employees or more" in position.note
    assert turnover.title.startswith("All service areas: ")
    assert "against" in turnover.title
    assert turnover.table is not None
    assert {"Weight of own figures", "Person-years behind the figure"} <= set(
        turnover.table.columns
    )
    assert "Weight of own figures" not in absence.table.columns
    assert "Midtfjord fylke (12\u00a0municipalities)" in turnover.title
    assert "expected from the ages of its staff), against" in turnover.title
    by_age = turnover.table.filter(Place="Midtfjord fylke (12\u00a0municipalities)")
    assert set(by_age["Expected from the ages of its staff"]) == {"–"}
    behind = [label.get_text() for label in turnover.figure.axes[0].get_yticklabels()]
    assert "person-years, weight" in behind[0].replace("\n", " ")
    assert age.title.startswith("All service areas: the average age at retirement is estimated")
    assert "FTE per 100 users" in per_user.title
    marks, more = (
        {line.get_marker() for line in one.figure.axes[0].lines} for one in (per_user, turnover)
    )
    assert {"o", "s", "D"} <= marks
    assert "^" in more - marks
    # A name is not broken inside its brackets.
    named = [label.get_text() for label in turnover.figure.legends[0].get_texts()]
    assert not any("\n" in name for name in named)


def test_a_page_without_a_place_to_compare_with_says_nothing(folder):
    inputs = xr.Dataset(coords={"sector": ["health_care"]}, attrs={"base_year": 2026})
    rows = benchmark_rows(inputs, open_folder(folder), region="N", scenario="baseline")
    subject = Subject(
        region="N", sector="all", scenario="baseline", base_year=2026, horizon_year=2036,
        texts=load_texts("en"), names=open_folder(SAMPLE).names,
    )  # fmt: skip
    charts = benchmarks(Figures(rows, "internal"), subject)
    assert [chart.title for chart in charts] == [""] * 5
