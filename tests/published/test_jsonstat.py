"""Recorded JSON-stat documents against the tables that the reference toolkit writes of them."""

import csv
import json

import pytest

from workforce.errors import SourceError
from workforce.sources.statbank.jsonstat import read_jsonstat2


def _expected(path):
    with path.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return rows


def _as_written(table, metadata):
    """Rows of labels and the value, as the toolkit writes them."""
    labels = [f"{dimension.name}_label" for dimension in metadata.dimensions]
    return [
        [*row[:-1], None if row[-1] is None else float(row[-1])]
        for row in table.select(*labels, "value").iter_rows()
    ]


@pytest.mark.parametrize(
    ("source", "expected", "cells"),
    [
        ("fixtures/eurostat-name_gpd_c-geo_IT.json", "eurostat-name_gpd_c-geo_IT-to_table.csv", 69),
        ("samples/oecd-canada.json", "oecd-canada-to_table.csv", 432),
    ],
)
def test_tables_equal_those_of_the_reference_toolkit(reference, measured, source, expected, cells):
    folder = reference("jsonstat")
    table, metadata = read_jsonstat2(folder / source)
    theirs = [
        [*row[:-1], None if row[-1] == "" else float(row[-1])]
        for row in _expected(folder / "expected" / expected)
    ]
    ours = _as_written(table, metadata)
    wrong = sum(one != other for one, other in zip(ours, theirs, strict=True))
    measured(f"JSON-stat {source}: {wrong} mismatches in {len(theirs)} cells")
    assert len(theirs) == cells
    assert wrong == 0


def test_missing_figures_of_eurostat_keep_their_mark_and_its_meaning(reference):
    path = reference("jsonstat") / "fixtures" / "eurostat-name_gpd_c-geo_IT.json"
    table, metadata = read_jsonstat2(path)
    gone = table.filter(table["value"].is_null())
    assert len(gone) > 0
    assert set(gone["status"]) == {":"}
    assert metadata.status_labels == {":": "not available"}


def test_a_recorded_answer_keeps_its_28_marks(reference, measured):
    path = reference("jsonstat") / "ssb" / "ssb_05300_dataset.json"
    table, metadata = read_jsonstat2(path)
    gone = table.filter(table["value"].is_null())
    marks = gone["status"].to_list()
    measured(f"SSB 05300: {len(gone)} of {len(table)} cells without a figure, each with its mark")
    assert (len(table), len(gone)) == (432, 28)
    assert set(marks) == {".", ".."}
    assert table.filter(table["value"].is_not_null())["status"].null_count() == 404
    assert metadata.dimension("Tid").role == "time"
    assert metadata.dimension("ContentsCode").units["Avstand"]["base"] == "prosent"
    with pytest.raises(SourceError, match="no dimension 'Alder'"):
        metadata.dimension("Alder")


@pytest.mark.parametrize("name", ["three_dim_v1", "three_dim_size_as_string_v1"])
def test_version_1_and_2_and_sizes_as_text_give_the_same_table(reference, name):
    folder = reference("jsonstat") / "fixtures"
    second, _ = read_jsonstat2(folder / "three_dim_size_as_string_v2.json")
    assert read_jsonstat2(folder / f"{name}.json")[0].equals(second)
    row = second.filter((second["one"] == "one_2") & (second["two"] == "two_3"))
    assert row["value"].to_list() == [231, 232, 233, 234]


def test_one_status_in_a_list_applies_to_all_cells(reference):
    table, metadata = read_jsonstat2(reference("jsonstat") / "samples" / "canada.json")
    assert table["status"].to_list() == ["a"] * 120
    assert metadata.dimension("country").codes == ("CA",)
    assert metadata.dimension("concept").units["POP"]["multiplier"] == 3


def test_a_version_1_bundle_gives_each_of_its_datasets(reference):
    path = reference("jsonstat") / "samples" / "oecd-canada.json"
    both = [read_jsonstat2(path, dataset=place)[0] for place in (0, 1)]
    assert [len(table) for table in both] == [432, 120]
    alone, _ = read_jsonstat2(reference("jsonstat") / "samples" / "oecd.json")
    assert alone["value"].to_list() == both[0]["value"].to_list()
    assert alone["status"].to_list() == both[0]["status"].to_list()


def test_a_sparse_hierarchy_keeps_empty_cells_and_children(reference):
    table, metadata = read_jsonstat2(reference("jsonstat") / "samples" / "hierarchy.json")
    assert len(table) == 132
    assert table["value"].null_count() == 132
    assert metadata.dimensions[0].children["2"] == ("2.1", "2.2")


def test_a_collection_is_refused_with_its_links(reference):
    with pytest.raises(SourceError, match=r"collection of 8 links.*oecd\.json"):
        read_jsonstat2(reference("jsonstat") / "samples" / "collection.json")


def test_values_in_order_lie_where_their_names_say(reference):
    path = reference("jsonstat") / "samples" / "order.json"
    table, _ = read_jsonstat2(path)
    names = [f"A{a}B{b}C{c}" for a, b, c in table.select("A", "B", "C").iter_rows()]
    off = [
        (place, name, value)
        for place, (name, value) in enumerate(zip(names, table["value"], strict=True))
        if name != value
    ]
    # The sample itself has one slip.
    assert off == [(11, "A2B1C4", "A1B1C4")]


def test_codes_of_the_other_samples_are_all_kept(reference):
    folder = reference("jsonstat") / "samples"
    for name in ("galicia", "us-gsp"):
        table, metadata = read_jsonstat2(folder / f"{name}.json")
        values = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["value"]
        assert table["value"].to_list() == values
        assert len(table.unique([d.name for d in metadata.dimensions])) == len(values)
