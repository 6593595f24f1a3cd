"""Lists of one's own: codes that only few people stand behind, and texts that tell who they are."""

import polars as pl
import pytest
from tests.disclosure.test_safe_tables import own_code, protected, safe, shown, shows, true

from workforce.disclosure import safe_tables
from workforce.disclosure.national import national
from workforce.errors import DataError


def renamed(code: str, other: str) -> dict[str, pl.DataFrame]:
    """The sample's tables, in which an occupation has a code that no packaged list has."""
    return {
        name: table.with_columns(
            pl.col(column).cast(pl.String).replace(code, other)
            for column in ("occupation", "occupation_to") if column in table.columns
        )
        for name, table in true().items()
    }  # fmt: skip


def test_an_occupation_that_is_listed_for_one_person_would_tell_of_that_person(monkeypatch):
    assert shows(true() | own_code()) == shown()
    monkeypatch.setattr(safe_tables, "listed", dict)
    assert shows(true() | own_code()) != shown()


def test_an_occupation_of_an_own_list_that_shows_goes_out_wherever_it_is_named():
    nurses = protected(renamed("2223", "nurse"))
    for name in ("occupations", "competence_requirement", "training", "task_sharing"):
        assert "nurse" in nurses[name]["occupation"].to_list(), name
        assert nurses[name].height == safe()[name].height, name
    assert "nurse" in nurses["staff"]["occupation"].to_list()
    assert set(safe()["occupations"]["occupation"]) == set(true()["occupations"]["occupation"])


def test_of_a_list_of_which_nothing_shows_the_packaged_one_is_left():
    own = true()["occupations"].head(2).with_columns(occupation=pl.Series(["a", "b"]))
    few = {name: true()[name] for name in ("regions", "population", "sectors", "service_use")}
    assert set(protected(few | {"occupations": own})["occupations"]["occupation"]) == set(
        national("occupations")["occupation"]
    )


def test_a_competence_that_is_required_goes_out_though_nobody_holds_it():
    asked = true()["competence_requirement"].head(1)["competence"][0]
    nobody = true()["competence_holding"].filter(pl.col("competence") != asked)
    told = protected(true() | {"competence_holding": nobody})
    assert asked in told["competences"]["competence"].to_list()


def test_texts_that_tell_who_somebody_is_are_refused_by_row_and_column_and_are_not_repeated():
    told = {"name_nb": "Ring 920 12 345", "name_en": "kari@example.no"}
    first = pl.int_range(pl.len()) == 0
    occupations = true()["occupations"].with_columns(
        pl.when(first).then(pl.lit(text)).otherwise(pl.col(name)).alias(name)
        for name, text in told.items()
    )
    with pytest.raises(DataError, match="occupations") as error:
        protected(true() | {"occupations": occupations})
    said = str(error.value)
    assert said.startswith("2 problems")
    assert "column name_nb" in said
    assert "a telephone number" in said
    assert "an e-mail address" in said
    assert not any(text in said for text in told.values())
