"""Who leaves by how long they have been employed, counted by hand."""

from datetime import date

import polars as pl

from workforce.sources.staff_register.moves import describe_tenure, tenure_table

STARTS = {
    1: date(2024, 6, 1),  # in the first year on 1 January 2025, and stays
    2: date(2024, 9, 1),  # in the first year, and leaves
    3: date(2022, 1, 1),  # three years, and leaves
    4: None,  # nobody knows since when
}


def row(person: int, year: int, start: date | None) -> dict:
    return {
        "person": person, "region": "1", "year": year, "sector": "health_care",
        "day": date(year, 1, 1), "start": start,
    }  # fmt: skip


def test_who_is_gone_a_year_later_is_counted_by_the_years_since_the_earliest_start() -> None:
    heads = pl.DataFrame(
        [row(person, 2025, start) for person, start in STARTS.items()]
        # A new contract does not make the first year begin again.
        + [row(1, 2026, date(2025, 12, 1)), row(4, 2026, None)]
    )
    found = tenure_table(heads, heads.select("person", "region", "year"))
    assert found.rows() == [("1", "health_care", 0, 1, 2), ("1", "health_care", 3, 1, 1)]


def test_a_share_of_few_persons_is_not_told() -> None:
    keys = {"region": ["1", "1"], "sector": ["health_care", "school"], "tenure": [0, 0]}
    told = describe_tenure(pl.DataFrame(keys | {"persons": [5, 3], "exposure": [20, 19]}))
    assert "| 1 | all | under 1 | 39 | 8 (21%) |" in told
    assert "| 1 | health_care | under 1 | 20 | 5 (25%) |" in told
    assert "| 1 | school | under 1 | 19 | 3 |" in told
