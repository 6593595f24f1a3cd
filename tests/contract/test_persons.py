"""Numbers that tell who somebody is are found however they are written, and others are let be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.contract.persons import find_identifying, mask_identity, may_be_name, quoted

IDENTITY = (
    "01019012345",
    "010190 12345",
    "010190-12345",
    "010190.12345",
    "010190\u00a012345",
    "010190\u202f12345",
    "01.01.90 12345",
    "01 01 90-123 45",
    "0 1 0 1 9 0 1 2 3 4 5",
    "010190 / 12345",
    "０１０１９０12345",
    "41019012345",
    "018190 12345",
    "Fnr 010190 12345. 3 personer",
    "12345 010190 12345",
    "fnr 010190\n12345",
    "010190     12345",
    "01.01.1970 00027",
    "01.01.1970 - 000 27",
)
TELEPHONE = (
    "tlf. 22 33 44 55",
    "91234567",
    "912 34 567",
    "912-34-567",
    "91.23.45.67",
    "912\u00a034\u00a0567",
    "2233 4455",
    "(22) 33 44 55",
    "+47 912 34 567",
    "0047 91234567",
    "+46 70 123 45 67",
    "ring 91234567, 2 ganger",
    "kl. 14 91234567",
    "9 1 2 3 4 5 6 7",
)
OTHERS = (
    "20.12.2024 150 årsverk",
    "01.01.2026 10500 innbyggere",
    "20.12.2024     15000 årsverk",
    "25 000 000 kr",
    "1 250 000 000",
    "+12 000 000 kr",
    "2024-2026",
    "2025 2026 2027",
    "25.12.2026-27.12.2026",
    "31.12.25 14.30",
    "2026-12-24",
    "organisasjon 974 760 673",
    "974760673",
    "5 500,25 timer",
    "65–67 år, 60–62 år",
    "0301, 4601, 5001",
)


@pytest.mark.parametrize("text", IDENTITY)
def test_an_identity_number_is_found_in_any_spelling(text):
    assert [what for what, _ in find_identifying(text)] == ["an identity number"]


@pytest.mark.parametrize("text", TELEPHONE)
def test_a_telephone_number_is_found_in_any_spelling(text):
    assert [what for what, _ in find_identifying(text)] == ["a telephone number"]


@pytest.mark.parametrize("text", OTHERS)
def test_days_years_amounts_and_organisations_are_nobody(text):
    assert find_identifying(text) == []


@given(
    st.dates(),
    st.integers(0, 99_999),
    st.lists(
        st.sampled_from(["", "-", ".", " ", "\u00a0", "\u2009", " - "]), min_size=6, max_size=6
    ),
)
def test_what_stands_between_the_digits_hides_no_number(born, rest, between):
    digits = f"{born:%d%m}{born.year % 100:02}{rest:05}"
    parts = (digits[:2], digits[2:4], digits[4:6], digits[6:9], digits[9:], "")
    # Without anything after the sixth digit only the control digits tell; see the solid ones.
    between[2] = between[2] or "-"
    text = "".join(part + sign for part, sign in zip(parts, between, strict=True)).rstrip(" -.")
    assert ("an identity number", 5) in find_identifying(f"Fnr {text}")


def test_an_address_is_found_and_a_place_is_told():
    assert find_identifying("Skriv til kari@x.no") == [("an e-mail address", 11)]


def test_runs_of_eleven_digits_are_masked_and_other_numbers_are_not():
    assert mask_identity("010190 12345 og 01019012345, rader 12345, 67890") == (
        "*********** og ***********, rader 12345, 67890"
    )


@pytest.mark.parametrize(
    "cell", ["Kari Nordmann", "kari nordmann", "NORDMANN, KARI", "Kari", "Kari N. Moe 1990"]
)
def test_what_may_be_a_name_is_not_quoted(cell):
    assert may_be_name(cell)
    assert cell not in quoted(cell)


@pytest.mark.parametrize("cell", ["ukjent", "Under 5", "..", "0301", "12.5 %", "K", "nurse_x"])
def test_what_is_no_name_is_quoted(cell):
    assert quoted(cell) == repr(cell)


@pytest.mark.parametrize(
    "written", ["010170–12345", "01 01 70 12345", "01017012345", "010170 12345"]
)
def test_an_identity_number_is_masked_however_it_is_written(written):
    assert mask_identity(f"Kari {written}, vikar") == f"Kari {'*' * 11}, vikar"
