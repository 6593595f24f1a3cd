"""Code lists of KLASS come with their dates, and changes with old and new."""

from datetime import date

import pytest
from tests.sources.statbank.statbank_service import Service, serve

from workforce.errors import SourceError
from workforce.sources.statbank import klass
from workforce.sources.statbank.calls import Line


def code(number, name, **more):
    return {"code": number, "name": name, "parentCode": None, "level": "1"} | more


@pytest.fixture
def service():
    codes = [
        code("1508", "Ålesund", validFromInRequestedRange="2024-01-01"),
        code("1507", "Ålesund (-2023)", validToInRequestedRange="2024-01-01"),
        code("9999", "Uoppgitt"),
    ]
    moves = [
        {
            "oldCode": "1507",
            "oldName": "Ålesund",
            "newCode": new,
            "newName": name,
            "changeOccurred": "2024-01-01",
        }
        for new, name in (("1508", "Ålesund"), ("1580", "Haram"), ("1580", "Haram"))
    ]
    pairs = [{"sourceCode": "1508", "targetCode": "EKG13", "targetName": "KOSTRA-gruppe 13"}]
    answers = {
        (131, "codesAt"): {"codes": codes},
        (131, "changes"): {"codeChanges": moves},
        (131, "correspondsAt"): {"correspondenceItems": pairs},
        (104, "codesAt"): {"codes": []},
        (112, "codesAt"): {"codes": [code("EKG01", "1"), code("EKG01", "1")]},
    }
    with serve(Service(klass=answers)) as running:
        yield running


def test_codes_keep_their_dates_and_leave_out_what_is_no_place(service):
    found = klass.read_codes(131, date(2024, 1, 1), line=Line(), base_url=service.url)
    assert found["code"].to_list() == ["1508", "1507"]
    # The end is exclusive: on that day the code is no longer valid.
    assert found["valid_to"].to_list() == [None, date(2024, 1, 1)]
    assert "date=2024-01-01" in service.asked[0][1]


def test_names_are_asked_for_in_a_language(service):
    klass.read_codes(131, date(2024, 1, 1), line=Line(), base_url=service.url, language="nn")
    assert service.asked[0][1].endswith("date=2024-01-01&language=nn")


def test_changes_give_each_link_of_old_and_new_once(service):
    found = klass.read_changes(
        131, date(2017, 1, 1), date(2024, 1, 2), line=Line(), base_url=service.url
    )
    links = found.select("old", "new", "date").rows()
    assert links == [("1507", "1508", date(2024, 1, 1)), ("1507", "1580", date(2024, 1, 1))]


def test_a_correspondence_gives_the_group_of_a_municipality(service):
    found = klass.read_correspondence(131, 112, date(2024, 1, 1), line=Line(), base_url=service.url)
    assert found.rows() == [("1508", "EKG13", "KOSTRA-gruppe 13")]


@pytest.mark.parametrize(
    ("number", "message"),
    [(104, "no codes on 2024-01-01"), (112, "EKG01 twice"), (7, "KLASS has no codesAt")],
)
def test_a_list_that_is_empty_doubled_or_gone_is_refused(service, number, message):
    with pytest.raises(SourceError, match=message):
        klass.read_codes(number, date(2024, 1, 1), line=Line(), base_url=service.url)
