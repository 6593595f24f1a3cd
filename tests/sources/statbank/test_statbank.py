"""The client of the StatBank against a service that speaks its language, faults among it."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.statbank.statbank_service import Service, serve, table

from workforce import get_statbank
from workforce.errors import MissingDataError, ParameterError, SourceError
from workforce.sources.statbank.calls import Line
from workforce.sources.statbank.reading import Selection, split_query

YEARS = [str(year) for year in range(2020, 2027)]
QUERY = {"Region": ["4026", "4001"], "ContentsCode": ["Personer1"], "Tid": ["*"]}


def persons(cell):
    if cell["Region"] == "4001" and cell["Tid"] == "2020":
        return ":"
    return int(cell["Region"]) + int(cell["Tid"]) + int(cell["Kjonn"])


def population(**changes):
    dimensions = {
        "Region": {"codes": ["4001", "4026", "3807"], "codelists": ["agg_KommSummer"]},
        "Kjonn": {"codes": ["1", "2"], "elimination": True},
        "ContentsCode": ["Personer1"],
        "Tid": YEARS,
    } | changes
    return table(dimensions, persons, label="07459: Population")


class Clock:
    """A clock that goes on only when somebody sleeps."""

    def __init__(self):
        self.time, self.sleeps = 0.0, []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.sleeps.append(seconds)
        self.time += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def service():
    start = Service(
        tables={"07459": population()},
        codelists={"agg_KommSummer": {"K-4026": ["4026", "3807"], "K-4001": ["4001"]}},
    )
    with serve(start) as running:
        yield running


@pytest.fixture
def fetch(service, clock, tmp_path):
    def go(table_id="07459", query=QUERY, **line):
        settings = {"cache": tmp_path / "cache", "timeout": 20.0} | line
        made = Line(now=clock.now, sleep=clock.sleep, **settings)
        return get_statbank(table_id, query, base_url=service.url, line=made)

    return go


def data_calls(service):
    return [call for call in service.asked if "/data" in call[1]]


def test_figures_come_with_codes_labels_marks_and_source(fetch):
    figures, fetched = fetch()
    assert len(figures) == 14
    row = figures.filter((figures["Region"] == "4026") & (figures["Tid"] == "2026"))
    assert row["value"].to_list() == [2 * (4026 + 2026) + 3]
    hidden = figures.filter(figures["status"] == ":")
    assert hidden.select("Region", "Tid", "value").rows() == [("4001", "2020", None)]
    assert fetched.query["Tid"].codes == tuple(YEARS)
    assert fetched.updated == "2026-02-24"
    assert fetched.source.startswith(
        "Kilde: Statistisk sentralbyrå, tabell 07459, CC BY 4.0, hente"
    )


def test_a_code_list_sums_former_codes_and_is_on_record(fetch, service):
    query = {**QUERY, "Region": Selection(("K-4026",), "agg_KommSummer")}
    figures, fetched = fetch(query=query)
    last = figures.filter(figures["Tid"] == "2026")["value"].item()
    assert last == 2 * (4026 + 2026) + 3 + 2 * (3807 + 2026) + 3
    assert fetched.query["Region"] == Selection(("K-4026",), "agg_KommSummer")
    assert "codelist%5BRegion%5D=agg_KommSummer" in data_calls(service)[0][1]


@pytest.mark.parametrize(
    ("asked", "years"),
    [(["top(2)"], YEARS[-2:]), (["from(2024)"], YEARS[4:]), (["2021", "2020"], YEARS[:2])],
)
def test_years_are_written_out_in_the_order_of_the_table(fetch, asked, years):
    assert fetch(query={**QUERY, "Tid": asked})[1].query["Tid"].codes == tuple(years)


def test_the_last_years_are_the_latest_in_whichever_order_a_table_lists_them(fetch, service):
    service.tables["07459"]["dimensions"]["Tid"]["codes"] = YEARS[::-1]
    found = fetch(query={**QUERY, "Tid": ["top(2)"]})[1].query["Tid"].codes
    assert set(found) == set(YEARS[-2:])


def test_a_short_query_goes_by_get_and_a_long_one_by_post(fetch, service):
    fetch()
    many = [f"{code:04d}" for code in range(4000, 4400)]
    service.tables["07459"] = population(Region=many)
    figures, _ = fetch(query={**QUERY, "Region": ["*"]}, refresh=True)
    assert [call[0] for call in data_calls(service)] == ["GET", "POST"]
    assert len(figures) == 400 * 7
    sent = json.loads(data_calls(service)[1][2])["selection"]
    assert {"variableCode": "ContentsCode", "valueCodes": ["Personer1"]} in sent


def test_a_query_that_is_too_large_is_sent_in_parts_that_make_the_whole(fetch, service):
    whole, _ = fetch(cache=None)
    service.config["maxDataCells"] = 3
    parts, fetched = fetch(cache=None)
    keys = ["Region", "Tid"]
    assert parts.sort(keys).equals(whole.sort(keys))
    assert len(fetched.sha256) == len(data_calls(service)) - 1 > 1


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 500))
def test_parts_are_small_enough_and_cover_every_cell_once(sizes, most):
    query = {f"v{i}": Selection(tuple(map(str, range(n)))) for i, n in enumerate(sizes)}
    parts = split_query(query, most)
    cells = [math.prod(len(choice.codes) for choice in part.values()) for part in parts]
    assert max(cells) <= most
    assert sum(cells) == math.prod(sizes)
    assert len({tuple((n, c.codes) for n, c in part.items()) for part in parts}) == len(parts)


def test_too_many_calls_waits_as_long_as_the_service_asks(fetch, service, clock):
    service.faults = [(429, {"Retry-After": "17"})]
    assert len(fetch()[0]) == 14
    assert clock.sleeps == [17.0]


def test_too_many_calls_without_a_word_waits_a_whole_window(fetch, service, clock):
    service.faults = [(429, {})]
    fetch()
    assert clock.sleeps == [60.0]


@pytest.mark.parametrize("fault", [(503, {}), (500, {}), "time-out", "cut short", "cut connection"])
def test_faults_that_pass_are_waited_out_with_longer_pauses(fetch, service, clock, fault):
    service.faults = [None, None, fault, fault]
    patience = 1.0 if fault == "time-out" else 20.0
    assert len(fetch(timeout=patience)[0]) == 14
    assert clock.sleeps == [1.0, 2.0]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ((503, {}), r"out of order \(503\), after 5 tries"),
        ("cut short", "cut short, after 5 tries"),
        ((429, {"Retry-After": "3600"}), "too many calls from this address, after 1 tries"),
    ],
)
def test_faults_that_stay_are_told(fetch, service, fault, message):
    service.faults = [fault] * 9
    with pytest.raises(SourceError, match=message):
        fetch()


def test_a_service_that_cannot_be_reached_is_told_with_the_network(clock):
    line = Line(now=clock.now, sleep=clock.sleep)
    with pytest.raises(SourceError, match=r"connection failed.*after 5 tries.*HTTPS_PROXY"):
        get_statbank("07459", {}, base_url="http://127.0.0.1:1", line=line)


def test_no_more_calls_than_the_service_allows(fetch, service, clock):
    service.config = {"maxDataCells": 1, "maxCallsPerTimeWindow": 5, "timeWindow": 10}
    fetch()
    assert len(service.asked) == 16
    assert clock.time == pytest.approx(30.0)


def test_a_limit_told_in_headers_counts_where_the_config_says_nothing(fetch, service, clock):
    service.config = {"maxDataCells": 1, "maxCallsPerTimeWindow": 0, "timeWindow": 0}
    service.headers = {"x-ratelimit-policy": "8;w=20s"}
    fetch()
    assert len(service.asked) == 16
    assert clock.time == pytest.approx(20.0)


def test_a_fetch_that_broke_off_goes_on_from_where_it_was(fetch, service):
    service.config["maxDataCells"] = 8
    service.faults = [None, None, None, *[(503, {})] * 5]
    with pytest.raises(SourceError, match="goes on from there"):
        fetch()
    before = len(service.asked)
    assert len(fetch()[0]) == 14
    assert len(service.asked) == before + 1


def test_parts_of_two_editions_of_a_table_are_not_put_together(fetch, service):
    service.config["maxDataCells"] = 8
    service.faults = [None, None, None, *[(503, {})] * 5]
    with pytest.raises(SourceError, match="goes on from there"):
        fetch()
    service.tables["07459"] = population() | {"updated": "2026-06-15"}
    with pytest.raises(SourceError, match="2026-02-24 and 2026-06-15"):
        fetch()
    assert fetch(refresh=True)[1].updated == "2026-06-15"


def test_what_was_fetched_is_there_without_a_network(fetch, service):
    online, _ = fetch()
    calls = len(service.asked)
    offline, _ = fetch(offline=True)
    assert offline.equals(online)
    assert len(service.asked) == calls
    with pytest.raises(MissingDataError, match="not in the cache"):
        fetch(query={**QUERY, "Tid": ["2026"]}, offline=True)


def test_the_cache_holds_raw_answers_with_query_time_update_and_hash(fetch, tmp_path):
    _, fetched = fetch()
    records = [json.loads(p.read_text()) for p in (tmp_path / "cache").glob("*.record.json")]
    data = [record for record in records if "/data" in record["url"]]
    assert [record["sha256"] for record in data] == list(fetched.sha256)
    assert data[0]["updated"] == "2026-02-24"
    assert data[0]["fetched"] == fetched.fetched
    assert not list((tmp_path / "cache").glob("*.part"))


def test_an_answer_that_was_changed_in_the_cache_is_asked_for_again(fetch, service, tmp_path):
    whole, _ = fetch()
    for path in (tmp_path / "cache").glob("*.json"):
        if ".record" not in path.name:
            path.write_bytes(path.read_bytes()[:40])
    calls = len(service.asked)
    assert fetch()[0].equals(whole)
    assert len(service.asked) == 2 * calls


def test_a_withdrawn_table_is_refused_before_any_figure_is_asked_for(fetch, service):
    del service.tables["07459"]
    with pytest.raises(SourceError, match="Table 07459 is not in the StatBank"):
        fetch()
    assert not data_calls(service)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({**QUERY, "Region": ["4027"]}, "no code 4027. Near: 4026"),
        ({**QUERY, "Alder": ["*"]}, "no variable Alder. It has: Region"),
        ({"Region": ["4026"], "ContentsCode": ["Personer1"]}, "asks for a choice of Tid"),
        (
            {**QUERY, "Region": Selection(("K-4026",), "agg_Kommuner")},
            "no code list agg_Kommuner any more; it has agg_KommSummer",
        ),
        ({**QUERY, "Tid": ["from(2030)"]}, r"no code from\(2030\)"),
    ],
)
def test_codes_that_are_gone_are_named_before_any_figure_is_asked_for(
    fetch, service, query, message
):
    with pytest.raises(ParameterError, match=message):
        fetch(query=query)
    assert not data_calls(service)


def test_a_code_list_that_lost_a_municipality_is_refused(fetch, service):
    service.codelists["agg_KommSummer"] = {"K-4001": ["4001"]}
    with pytest.raises(ParameterError, match="no code K-4026"):
        fetch(query={**QUERY, "Region": Selection(("K-4026",), "agg_KommSummer")})
