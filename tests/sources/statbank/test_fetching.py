"""From an empty folder to a report on public figures, by way of a service on this machine."""

from datetime import date

import polars as pl
import pytest
from tests.sources.statbank.norway import EDUCATIONS, norway, persons, users
from tests.sources.statbank.statbank_service import serve
from typer.testing import CliRunner

from workforce import load_inputs, project, run
from workforce.cli import app
from workforce.contract.about import about
from workforce.contract.folder import FetchReport
from workforce.errors import MissingDataError, ParameterError, SourceError
from workforce.reports.report import source_lines
from workforce.results.fetched import sources_of
from workforce.sources.statbank.calls import Line
from workforce.sources.statbank.fetching import fetch_folder
from workforce.sources.statbank.known_codes import read_regions
from workforce.sources.tables.files import read_packaged
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.record import read_record
from workforce.texts.catalogue import load_texts


@pytest.fixture
def service():
    with serve(norway()) as running:
        yield running


@pytest.fixture
def fetch(service, tmp_path):
    def go(*regions, borrow=False, **line):
        made = Line(cache=tmp_path / "cache", sleep=lambda _: None, **line)
        # The clock stands still, so a limit on calls would be met.
        made.most_calls = 10_000
        return fetch_folder(
            tmp_path / "data",
            regions or ("4026",),
            line=made,
            today=date(2026, 11, 24),
            borrow=borrow,
            statbank_url=service.url,
            klass_url=service.url,
        )

    return go


def read(tmp_path, name):
    return pl.read_csv(tmp_path / "data" / f"{name}.csv", schema_overrides={"region": pl.String})


def mark(service, table, where, sign):
    """Give a sign instead of the figure of some cells of a table."""
    figure = service.tables[table]["value"]
    service.tables[table]["value"] = lambda cell: (
        sign if all(cell[name] == code for name, code in where.items()) else figure(cell)
    )


def test_from_an_empty_folder_to_a_projection(fetch, tmp_path):
    report = fetch("4026", "4001")
    assert sorted(report.tables) == [
        "fte_in_post", "kostra_figures", "national_vacancies", "population",
        "population_projection", "regions", "service_use",
    ]  # fmt: skip
    checked = open_folder(tmp_path / "data").report
    assert checked.problems == ()
    assert checked.population_ready
    assert not checked.ignored
    inputs = load_inputs(tmp_path / "data", region="4026", horizon=10)
    assert inputs.attrs["base_year"] == 2026
    assert "staff" in about(inputs).missing
    assert "staff" not in inputs
    results = project(inputs)
    assert "population_path" in results
    now = results["population_path"].sel(region="4026", year=2026).sum().item()
    assert (
        now
        == read(tmp_path, "population")
        .filter((pl.col("region") == "4026") & (pl.col("year") == 2026))["persons"]
        .sum()
    )


def test_figures_lie_where_their_codes_say(fetch, tmp_path):
    fetch("4001")
    people = read(tmp_path, "population")
    row = people.filter((pl.col("sex") == "female") & (pl.col("age") == 105))
    assert row["persons"].unique().to_list() == [persons({"Region": "4001", "Alder": "105+"})]
    ahead = read(tmp_path, "population_projection")
    cell = ahead.filter(
        (pl.col("sex") == "male") & (pl.col("age") == 40) & (pl.col("year") == 2030)
    )
    assert dict(cell.select("variant", "persons").iter_rows()) == {
        "main": 210,
        "low": 195,
        "high": 225,
    }


def test_users_of_31_december_are_those_of_1_january_and_groups_keep_their_sum(fetch, tmp_path):
    fetch()
    found = read(tmp_path, "service_use")
    assert found["year"].max() == 2026
    assert found["sector"].unique().to_list() == ["health_care"]
    for code, low, high in (("80-89", 80, 89), ("90+", 90, 200), ("00-49", 0, 49)):
        rows = found.filter(pl.col("age").is_between(low, high) & (pl.col("year") == 2026))
        assert rows["users"].sum() == pytest.approx(users({"Region": "4026", "Alder": code}))


def test_sources_are_stamped_with_query_time_edition_and_hash(fetch, tmp_path):
    fetch()
    sources = {entry["table"]: entry for entry in read_record(tmp_path / "data").sources}
    stamp = sources["population"]
    assert stamp["source"].startswith("Kilde: Statistisk sentralbyrå, tabell 07459, CC BY 4.0")
    assert stamp["query"]["Region"] == {"codes": ["K-4026"], "codelist": "agg_KommSummer"}
    assert stamp["updated"] == "2026-02-24"
    assert len(stamp["sha256"][0]) == 64
    assert "KLASS 131" in sources["regions"]["source"]


def test_a_county_is_fetched_whole_and_is_the_sum_of_its_municipalities(fetch, tmp_path):
    fetch("40")
    regions = read(tmp_path, "regions")
    assert regions.filter(pl.col("level") == "county")["region"].to_list() == ["40"]
    assert open_folder(tmp_path / "data").report.problems == ()
    county = load_inputs(tmp_path / "data", region="40")["population"].sum().item()
    towns = read(tmp_path, "population").filter(pl.col("year") == 2026)["persons"].sum()
    assert county == towns


def test_counties_follow_from_the_numbers_where_klass_does_not_tell_them(service, tmp_path):
    del service.klass[131, "correspondsAt"]
    service.klass[104, "codesAt"] = {"codes": [{"code": "40", "name": "Telemark"}]}
    report = FetchReport()
    line = Line(cache=tmp_path, sleep=lambda _: None)
    regions, groups = read_regions(["40"], date(2026, 11, 24), line, service.url, report)
    assert set(regions["county"].drop_nulls()) == {"40"}
    assert regions.filter(pl.col("level") == "municipality").height == 4
    assert regions.filter(pl.col("level") == "county")["name"].to_list() == ["Telemark"]
    assert groups == {}
    assert any("first two digits" in note for note in report.notes)


def test_what_was_fetched_is_made_again_without_a_network(fetch, service, tmp_path):
    fetch()
    before = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    calls = len(service.asked)
    fetch(offline=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()} == before
    assert len(service.asked) == calls


@pytest.mark.parametrize("sign", [":", "..", "."])
def test_hidden_or_missing_population_is_refused_by_place_year_and_mark(
    fetch, service, tmp_path, sign
):
    mark(service, "07459", {"Region": "4026", "Tid": "2025", "Alder": "090"}, sign)
    # The service sums the sexes that it is asked for by themselves, so the mark stays.
    with pytest.raises(MissingDataError, match="07459 lacks figures of 4026 2025"):
        fetch()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("sign", [":", ".."])
def test_hidden_users_leave_the_year_out_and_offer_the_comparison_group(
    fetch, service, tmp_path, sign
):
    mark(service, "11645", {"Region": "4026", "Tid": "2025", "Alder": "90+"}, sign)
    report = fetch()
    assert 2026 not in read(tmp_path, "service_use")["year"]
    told = [note for note in report.notes if f"90+ ({sign}) on 1 January 2026" in note]
    assert len(told) == 1
    assert "EKG05 can lend" in told[0]
    assert report.borrowed == []


def test_borrowed_users_follow_the_group_and_are_marked(fetch, service, tmp_path):
    mark(service, "11645", {"Region": "4026", "Tid": "2025", "Alder": "90+"}, ":")
    report = fetch(borrow=True)
    found = read(tmp_path, "service_use").filter((pl.col("year") == 2026) & (pl.col("age") >= 90))
    # The others have as many users per inhabitant as this one: 70 for its size.
    assert found["users"].sum() == pytest.approx(70.0)
    (entry,) = report.borrowed
    assert (entry["variable"], entry["region"], entry["year"]) == ("use_rate", "4026", "2026")
    assert entry["from"] == "EKG05"
    assert read_record(tmp_path / "data").borrowed == report.borrowed


def test_a_group_with_too_few_figures_lends_nothing(fetch, service, tmp_path):
    mark(service, "11645", {"Tid": "2025", "Alder": "90+"}, ":")
    report = fetch(borrow=True)
    assert any("Fewer than 3 others" in note for note in report.notes)
    assert 2026 not in read(tmp_path, "service_use")["year"]


def test_years_before_a_split_are_left_out_and_told(fetch, tmp_path):
    report = fetch("1580")
    assert read(tmp_path, "population")["year"].unique().sort().to_list() == [2024, 2025, 2026]
    assert any("1580 came out of a split on 1 January 2024" in note for note in report.notes)


def test_years_in_which_a_municipality_was_not_there_are_left_out(fetch, service, tmp_path):
    figure = service.tables["07459"]["value"]
    service.tables["07459"]["value"] = lambda cell: 0 if cell["Tid"] < "2020" else figure(cell)
    report = fetch()
    assert read(tmp_path, "population")["year"].min() == 2020
    assert any("4026 has nobody in 2019" in note for note in report.notes)


def test_a_withdrawn_projection_is_left_out_and_the_rest_written(fetch, service, tmp_path):
    del service.tables["14746"]
    report = fetch()
    assert "population_projection" not in report.tables
    assert any("Table 14746 is not in the StatBank" in note for note in report.notes)
    assert open_folder(tmp_path / "data").report.population_ready


def test_a_table_that_is_there_in_another_form_stops_before_anything_is_written(fetch, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "service_use.parquet").write_bytes(b"")
    with pytest.raises(ParameterError, match=r"service_use\.parquet already"):
        fetch()
    assert len(list((tmp_path / "data").iterdir())) == 1


def test_own_figures_are_not_written_over(fetch, tmp_path):
    (tmp_path / "data").mkdir()
    own = tmp_path / "data" / "population.csv"
    own.write_text("region,sex,age,year,persons\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"population\.csv already, which was not fetched"):
        fetch()
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["population.csv"]
    own.unlink()
    fetch()
    fetch(refresh=True)
    assert read(tmp_path, "population").height


def test_a_file_of_an_earlier_fetch_that_was_not_renewed_is_told(fetch, service):
    fetch()
    del service.tables["14746"]
    report = fetch(refresh=True)
    assert any("population_projection.csv of an earlier time" in note for note in report.notes)


def test_a_withdrawn_population_table_stops_before_anything_is_written(fetch, service, tmp_path):
    del service.tables["07459"]
    with pytest.raises(SourceError, match="Table 07459 is not in the StatBank"):
        fetch()
    assert not (tmp_path / "data").exists()


def test_a_code_that_means_something_else_now_is_not_used(fetch, service, tmp_path):
    labels = service.tables["14746"]["dimensions"]["ContentsCode"]["labels"]
    labels["Personer1"], labels["Personer2"] = labels["Personer2"], labels["Personer1"]
    report = fetch()
    assert any("Personer1 now means" in note and "not LLML" in note for note in report.notes)
    assert not (tmp_path / "data" / "population_projection.csv").exists()


def test_a_code_list_with_another_name_is_told(fetch, service):
    service.tables["07459"]["dimensions"]["Region"]["codelists"] = ["agg_Kommuner2028"]
    with pytest.raises(ParameterError, match="no code list agg_KommSummer any more"):
        fetch()


def test_a_municipality_that_is_not_there_is_told_with_those_near(fetch):
    with pytest.raises(ParameterError, match=r"no municipality or county 4027.*4026"):
        fetch("4027")
    with pytest.raises(ParameterError, match=r"0826 is 4026 Tinn since 2024: write 4026"):
        fetch("0826")
    with pytest.raises(ParameterError, match=r"Did you mean 4026 \(Tinn\)"):
        fetch("tinn")


def test_occupation_codes_are_held_against_styrk08_with_their_names(fetch, tmp_path):
    report = fetch()
    assert not [note for note in report.notes if note.startswith(("occupations", "Occupations"))]
    (source,) = (one for one in report.sources if one["table"] == "occupations")
    assert source["source"].endswith("KLASS 7 (STYRK-08), per 2026-01-01")
    assert source["names"]["5321"] == "Helsefagarbeidere"
    assert "0000" not in source["names"]
    assert "2" not in source["names"]
    sources = sources_of(open_folder(tmp_path / "data"))
    assert len(source_lines(sources, load_texts("nb"))) == len(
        source_lines(sources, load_texts("en"))
    )


def test_an_occupation_code_that_is_gone_or_ends_is_told_and_the_figures_are_kept(fetch, service):
    whole = service.klass[7, "codesAt"]

    def changed(params):
        codes = [one for one in whole(params)["codes"] if one["code"] != "2224"]
        nurse = next(one for one in codes if one["code"] == "2223")
        nurse["validToInRequestedRange"] = "2027-01-01"
        return {"codes": codes}

    service.klass[7, "codesAt"] = changed
    notes = fetch().notes
    assert any("2224 is no code of STYRK-08 on 2026-01-01" in note for note in notes)
    assert any(
        "2223 (Sykepleiere) is a code of STYRK-08 until 2027-01-01" in note for note in notes
    )


def test_a_list_of_ones_own_is_what_is_held_against_styrk08(fetch, tmp_path):
    (tmp_path / "data").mkdir()
    own = (
        read_packaged("occupations")
        .head(2)
        .with_columns(
            occupation=pl.Series(["ours", "9999"]), styrk08=pl.Series([None, None], dtype=pl.String)
        )
    )
    own.write_csv(tmp_path / "data" / "occupations.csv")
    report = fetch()
    assert any("occupations: 9999 is no code" in note for note in report.notes)
    (source,) = (one for one in report.sources if one["table"] == "occupations")
    assert sorted(source["names"]) == ["2223", "2224", "2264", "2267", "5321"]


def test_a_fetch_goes_on_where_klass_has_no_occupations(fetch, service):
    del service.klass[7, "codesAt"]
    report = fetch()
    assert any("Occupations were not held against STYRK-08. KLASS has no codesAt" in note
               for note in report.notes)  # fmt: skip
    assert "fte_in_post" in report.tables


def test_a_limit_that_makes_parts_changes_no_figure(fetch, service, tmp_path):
    fetch()
    whole = (tmp_path / "data" / "population.csv").read_bytes()
    service.config["maxDataCells"] = 500
    fetch(refresh=True)
    assert (tmp_path / "data" / "population.csv").read_bytes() == whole


def test_the_command_writes_a_folder_that_check_accepts(service, tmp_path):
    folder = str(tmp_path / "data")
    addresses = ["--statbank-url", service.url, "--klass-url", service.url]
    made = CliRunner().invoke(app, ["fetch", folder, "--region", "4026", *addresses])
    assert made.exit_code == 0, made.output
    assert "Wrote population.csv" in made.output
    checked = CliRunner().invoke(app, ["check", folder])
    assert checked.exit_code == 0, checked.output
    assert "population, not of staff" in checked.output
    refused = CliRunner().invoke(app, ["fetch", folder, "--region", "4027", *addresses])
    assert refused.exit_code == 2


def test_a_borrowed_use_is_marked_in_the_inputs_once_there_are_staff(fetch, service, tmp_path):
    mark(service, "11645", {"Region": "4026", "Tid": "2025", "Alder": "90+"}, ":")
    fetch(borrow=True)
    rows = "".join(f"4026,health_care,2223,female,{age},2026,1,0.9\n" for age in range(20, 70))
    (tmp_path / "data" / "staff.csv").write_text(
        f"region,sector,occupation,sex,age,year,persons,fte\n{rows}", encoding="utf-8"
    )
    inputs = load_inputs(tmp_path / "data", region="4026", horizon=5)
    marks = about(inputs).borrowed
    assert {"use_rate"} == {m.variable for m in marks if m.source == "EKG05"}


@pytest.mark.slow
def test_a_fetched_folder_gives_ageing_users_and_need_and_no_staff(fetch, tmp_path):
    fetch("4026", "4001")
    params = tmp_path / "params.yaml"
    params.write_text(
        "title: Tinn\ndata: data\nquarter: 2026Q4\nseed: 1\ndraws: 20\n"
        'reports:\n  - {notebook: ageing, regions: ["4026"], languages: [nb]}\n',
        encoding="utf-8",
    )
    summary = run(params, out=tmp_path / "out", workers=1)
    assert {entry.status for entry in summary.jobs} == {"done"}
    (page,) = (tmp_path / "out").rglob("ageing-*.html")
    text = page.read_text(encoding="utf-8")
    assert "fordi tall om ansatte mangler" in text
    assert "<h1>Aldring i Tinn, 2026–\u20602036</h1>" in text
    assert "Siste tall om innbyggere: 1.\xa0januar\xa02026." in text
    assert "bemanningen per bruker er som i utgangsåret" in text
    assert "KOSTRA-tall for 2025 som ikke var reviderte" in text
    assert "Utfylt: Egne tall er supplert" in text
    assert "avgang" not in text.lower()
    assert "Dagens bemanning per bruker krever" in text
    assert "mot 200 i 2026" in text
    assert "mot 360 i 2026" in text
    assert "Brukere av hjemmetjenester" in text
    for table in ("07459", "14746", "11645", "14534", "12292", "12255", "11587"):
        assert f"Kilde: Statistisk sentralbyrå, tabell {table}, hentet " in text
    assert "Fordelingen av brukerne på kjønn og ettårig alder" in text


def test_fte_of_31_december_are_those_of_1_january_and_sum_to_the_published_total(fetch, tmp_path):
    fetch("4026", "4001")
    found = read(tmp_path, "fte_in_post")
    assert found["year"].max() == 2026
    own = found.filter((pl.col("region") == "4026") & (pl.col("year") == 2026))
    assert dict(own.select("occupation", "fte").iter_rows()) == {
        0: 60.0, 2223: 50.0, 2224: 10.0, 5321: 80.0,
    }  # fmt: skip
    sums = found.group_by("region", "year").agg(pl.col("fte").sum())
    assert set(sums.select("region", "fte").rows()) == {("4026", 200.0), ("4001", 600.0)}


def test_a_hidden_education_is_among_those_not_told_and_the_total_stays(fetch, service, tmp_path):
    mark(service, "14534", {"KOKutdanningoms0000": "02", "Tid": "2025"}, ":")
    fetch()
    found = read(tmp_path, "fte_in_post").filter(pl.col("year") == 2026)
    assert 2224 not in found["occupation"]
    assert found["fte"].sum() == 200.0


@pytest.mark.parametrize("sign", [":", "..", "."])
def test_a_hidden_total_of_fte_takes_those_close_to_users_and_says_so(
    fetch, service, tmp_path, sign
):
    mark(service, "14534", {"KOKutdanningoms0000": "00", "Tid": "2025"}, sign)
    report = fetch()
    found = read(tmp_path, "fte_in_post").filter(pl.col("year") == 2026)
    assert found.select("occupation", "fte").rows() == [(0, 180.0)]
    assert any("no total in 2026" in note and "12292" in note for note in report.notes)


def test_an_education_that_the_table_has_no_more_is_told(fetch, service):
    service.tables["14534"]["dimensions"]["KOKutdanningoms0000"]["labels"] = EDUCATIONS | {
        "02": "Sosialfag"
    }
    report = fetch()
    assert any("does not tell occupations 2224" in note for note in report.notes)


def test_educations_that_overlap_are_refused(fetch, service, tmp_path):
    mark(service, "14534", {"KOKutdanningoms0000": "03"}, 180)
    report = fetch()
    assert "fte_in_post" not in report.tables
    assert any("they overlap" in note for note in report.notes)


def test_a_table_of_another_reference_date_is_refused(fetch, service):
    where = service.tables["14534"]["dimensions"]["ContentsCode"]
    where["refperiod"] = {"KOSARBAARSVERKST0000": "16.11."}
    del service.tables["12292"]
    report = fetch()
    told = [note for note in report.notes if note.startswith("fte_in_post was left out")]
    assert len(told) == 1
    assert "now of '16.11.', not 31.12" in told[0]


@pytest.mark.parametrize("table", ["14534", "12292", "12255", "11587"])
def test_a_withdrawn_table_is_named_and_the_rest_written(fetch, service, tmp_path, table):
    del service.tables[table]
    report = fetch()
    assert any(f"Table {table} is not in the StatBank" in note for note in report.notes)
    assert open_folder(tmp_path / "data").report.problems == ()


def test_vacancies_of_a_sector_are_those_of_its_industries_together(fetch, tmp_path):
    fetch()
    found = read(tmp_path, "national_vacancies").filter(pl.col("quarter") == "2026Q1")
    rates = dict(found.select("sector", "vacancy_rate").iter_rows())
    # 6000 vacancies are 3 % of 200,000 in the one industry, and 4 % of 150,000 in the other.
    assert rates["health_care"] == pytest.approx(12_000 / 350_000)
    assert rates["primary_school"] == pytest.approx(0.02)
    assert rates["kindergarten"] == rates["child_welfare_social"] == pytest.approx(0.02)


def test_key_figures_are_as_published_and_hidden_ones_have_no_row(fetch, service, tmp_path):
    mark(service, "12292", {"ContentsCode": "KOSlangtid0000", "Tid": "2025"}, ":")
    report = fetch()
    found = read(tmp_path, "kostra_figures").filter(pl.col("year") == 2026)
    assert dict(found.select("key_figure", "figure").iter_rows()) == {
        "care_fte": 180.0, "group_size": 15.5, "home_service_users": 300.0,
        "home_service_users_80_plus": 150.0,
    }  # fmt: skip
    assert any("1 of 20 figures of table 12292" in note for note in report.notes)


def test_the_comparison_group_is_named_with_how_much_of_it_is_there(fetch, tmp_path):
    fetch("4026", "1508")
    regions = read(tmp_path, "regions")
    towns = regions.filter(pl.col("level") == "municipality")
    assert dict(towns.select("region", "comparison_group").iter_rows()) == {
        "4026": "EKG05", "1508": "EKG11",
    }  # fmt: skip
    groups = regions.filter(pl.col("level") == "group")
    assert groups["name"].to_list() == [
        "Name of EKG05 (1 av 4 kommuner)", "Name of EKG11 (1 av 2 kommuner)",
    ]  # fmt: skip
    assert open_folder(tmp_path / "data").report.problems == ()


def test_figures_within_former_borders_are_left_out_and_the_break_is_told(fetch, tmp_path):
    fetch("1508")
    breaks = read(tmp_path, "series_breaks")
    assert breaks.rows() == [("1508", 2024, "split_unknown", 2016)]
    # 31 December 2023 is within the borders of before.
    for name in ("fte_in_post", "service_use", "kostra_figures"):
        assert read(tmp_path, name)["year"].min() == 2025, name


def test_a_merger_is_a_break_that_the_service_has_summed(fetch, service, tmp_path):
    service.klass[131, "changes"] = {
        "codeChanges": [
            {"oldCode": old, "oldName": old, "newCode": "4026", "newName": "Tinn",
             "changeOccurred": "2020-01-01"}
            for old in ("0826", "0827")
        ]
    }  # fmt: skip
    fetch()
    assert read(tmp_path, "series_breaks").rows() == [("4026", 2020, "merged", 2016)]
    assert read(tmp_path, "population")["year"].min() == 2016


def test_a_county_council_comes_with_its_county_and_its_fte_in_upper_secondary(fetch, tmp_path):
    report = fetch("4000")
    regions = read(tmp_path, "regions")
    (council,) = regions.filter(level="county_council").rows(named=True)
    assert (council["region"], str(council["county"])) == ("4000", "40")
    assert council["name"].endswith("fylkeskommune")
    assert set(regions.filter(level="municipality")["region"]) == {"4001", "4003", "4005", "4026"}
    folder = open_folder(tmp_path / "data")
    assert folder.report.problems == ()
    fte = folder.tables["fte_in_post"].filter(region="4000", year=2026)
    assert dict(fte.select("occupation", "fte").iter_rows()) == {"1345": 90.0, "0000": 1110.0}
    inputs = load_inputs(folder, region="4000")
    assert inputs["sector"].values.tolist() == ["upper_secondary"]
    need = project(inputs)["demand_fte"].sum(["sector", "occupation"]).sel(region="4000")
    assert float(need.sel(year=2026)) == pytest.approx(1200.0)
    assert any("11900" in note for note in report.notes)


def test_a_county_council_without_its_table_is_told_and_the_rest_written(fetch, service, tmp_path):
    del service.tables["11900"]
    report = fetch("4000")
    assert "4000" in read(tmp_path, "regions")["region"].to_list()
    assert "4000" not in read(tmp_path, "fte_in_post")["region"].to_list()
    assert [note for note in report.notes if note.startswith("fte_in_post of county councils")]


def test_a_county_of_one_municipality_has_no_county_council_beside_it(fetch):
    with pytest.raises(ParameterError, match="no municipality or county 0300"):
        fetch("0300")
