"""JSON-stat in all its forms comes in whole, and what contradicts itself is refused."""

import io
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce import read_jsonstat2
from workforce.errors import SourceError


def document(**changes):
    """Two by two cells of persons by region and year, with one part changed or (None) left out."""
    whole = {
        "version": "2.0",
        "class": "dataset",
        "label": "Persons",
        "id": ["Region", "Tid"],
        "size": [2, 2],
        "dimension": {
            "Region": {"category": {"index": {"b": 1, "a": 0}, "label": {"a": "A", "b": "B"}}},
            "Tid": {"category": {"index": ["2025", "2026"]}},
        },
        "value": [1, 2, 3, 4],
    } | changes
    return json.dumps({key: part for key, part in whole.items() if part is not None}).encode()


def category(index):
    return {"Region": {"category": {"index": index}}, "Tid": {"category": {"index": ["5", "6"]}}}


def test_cells_are_read_row_by_row_in_the_order_of_the_index():
    table, metadata = read_jsonstat2(document())
    assert table.columns == ["Region", "Region_label", "Tid", "Tid_label", "value", "status"]
    assert table.select("Region", "Region_label", "Tid", "value").rows() == [
        ("a", "A", "2025", 1.0),
        ("a", "A", "2026", 2.0),
        ("b", "B", "2025", 3.0),
        ("b", "B", "2026", 4.0),
    ]
    assert metadata.label == "Persons"


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ([0, None, None, None], {"1": ".", "2": "..", "3": ":"}),
        ({"0": 0}, {"1": ".", "2": "..", "3": ":"}),
        ({"0": 0}, [None, ".", "..", ":"]),
        ([0, None, None, None], ["", ".", "..", ":"]),
    ],
)
def test_zero_not_applicable_missing_and_confidential_stay_four_things(value, status):
    table, _ = read_jsonstat2(document(value=value, status=status))
    cells = [(0.0, None), (None, "."), (None, ".."), (None, ":")]
    assert table.select("value", "status").rows() == cells


@pytest.mark.parametrize("status", ["p", ["p"]])
def test_one_status_for_the_whole_dataset_counts_for_every_cell(status):
    table, _ = read_jsonstat2(document(status=status))
    assert table["status"].to_list() == ["p"] * 4


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=4, max_size=4),
    st.booleans(),
)
def test_no_value_is_lost_or_made_up(values, sparse):
    given_as = {str(i): v for i, v in enumerate(values) if v is not None} if sparse else values
    table, _ = read_jsonstat2(document(value=given_as))
    assert table["value"].to_list() == values


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (document(value=[1, 2, 3]), "3 values for 4 cells"),
        (document(value={"4": 1}), "cell '4'"),
        (document(value={"x": 1}), "cell 'x'"),
        (document(value=[1, "a", 2, 3]), "several kinds"),
        (document(value=[True, False, True, True]), "several kinds"),
        (document(value=7), "neither a list nor an object"),
        (document(status=["p", "p"]), "2 status marks for 4 cells"),
        (document(size=[2, 3]), "2 codes, but its size says 3"),
        (document(size=["two", 2]), "not a whole number"),
        (document(size=[2]), "not two lists of equal length"),
        (document(id=["Tid", "Tid"]), "twice"),
        (document(id=["Region", "Kjonn"]), "'Kjonn' is not described"),
        (document(dimension=category({"a": 0, "b": 2})), "places of its codes"),
        (document(dimension=category(["a", "a"])), "code twice"),
        (document(dimension=category(None)), "order of its codes is not known"),
        (document(value=None), "without values"),
        (document(**{"class": "dimension"}, value=None), "without values"),
        (document()[:-20], "not whole JSON"),
        (b'{"value": [NaN], "dimension": {}}', "NaN is no JSON number"),
        (b"[1, 2]", "not an object"),
        (b"{}", "no JSON-stat dataset"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_document_that_contradicts_itself_is_refused(source, message):
    with pytest.raises(SourceError, match=message):
        read_jsonstat2(source)


def test_columns_that_would_collide_are_refused():
    dimension = {"value": {"category": {"index": ["1"]}}}
    with pytest.raises(SourceError, match="collide"):
        read_jsonstat2(document(id=["value"], size=[1], dimension=dimension, value=[1]))


def test_paths_bytes_and_buffers_give_the_same(tmp_path):
    path = tmp_path / "answer.json"
    path.write_bytes(document())
    expected, _ = read_jsonstat2(path)
    for source in (str(path), document(), io.BytesIO(document()), io.StringIO(document().decode())):
        assert read_jsonstat2(source)[0].equals(expected)
    with pytest.raises(SourceError, match=r"nothing\.json cannot be read"):
        read_jsonstat2(tmp_path / "nothing.json")


def test_a_dataset_of_a_bundle_is_chosen_by_place_or_name():
    bundle = {"first": json.loads(document()), "second": json.loads(document(value=[5, 6, 7, 8]))}
    source = json.dumps(bundle).encode()
    assert read_jsonstat2(source)[0]["value"].to_list() == [1, 2, 3, 4]
    assert read_jsonstat2(source, dataset=1)[0].equals(read_jsonstat2(source, dataset="second")[0])
    for wrong in (2, -1, "third"):
        with pytest.raises(SourceError, match="'first', 'second'"):
            read_jsonstat2(source, dataset=wrong)


def test_a_large_answer_is_laid_out_without_mixing_dimensions():
    sizes = {"A": 3, "B": 1, "C": 5, "D": 2}
    dimension = {
        name: {"category": {"index": [f"{name}{i}" for i in range(size)]}}
        for name, size in sizes.items()
    }
    table, _ = read_jsonstat2(
        document(
            id=list(sizes), size=list(sizes.values()), dimension=dimension, value=list(range(30))
        )
    )
    row = table.filter((pl.col("A") == "A2") & (pl.col("C") == "C3") & (pl.col("D") == "D1"))
    assert row["value"].to_list() == [2 * 10 + 3 * 2 + 1]


def changed(place, found):
    """The document with something else at a place of its first dimension."""
    inner = json.loads(document())["dimension"]
    inner["Region"]["category"][place] = found
    return {"dimension": inner}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"role": ["Tid"]}, "'role' is a list, not an object"),
        ({"role": {"time": 5}}, None),
        ({"role": {"time": {"Tid": 1}}}, "the role 'time' is an object, not a list of texts"),
        ({"id": [["Region"], "Tid"]}, "'id' is a list, not text"),
        ({"id": [None, "Tid"]}, "'id' is null, not a list of texts"),
        ({"id": "Region"}, "'id' and 'size' are not two lists"),
        ({"size": [2, 2.5]}, "its size is a number with decimals, not a whole number"),
        ({"size": [2, None]}, "its size is null, not a whole number"),
        ({"size": [2, True]}, "its size is true or false, not a whole number"),
        ({"label": {"nb": "Personer"}}, "'label' is an object, not text"),
        ({"note": {"a": 1}}, "'note' is an object, not a list of texts"),
        ({"note": [["a"]]}, "'note' is a list, not text"),
        ({"source": ["SSB"]}, "'source' is a list, not text"),
        (changed("index", {"a": 0, "b": None}), "the place of 'b' is null, not a whole number"),
        (changed("index", {"a": 0, "b": 1.5}), "the place of 'b' is a number with decimals"),
        (changed("index", ["a", None]), "'index' is null, not a list of texts"),
        (changed("label", ["A", "B"]), "'label' is a list, not an object"),
        (changed("label", {"a": ["A"]}), "the label of 'a' is a list, not text"),
        (changed("label", {"a": "A\u202e"}), r"the label of 'a' holds the sign U\+202E"),
        (changed("child", ["a"]), "'child' is a list, not an object"),
        (changed("child", {"a": {"b": 1}}), "'child' of 'a' is an object, not a list of texts"),
        (changed("note", "x"), "'note' is a text, not an object"),
        (changed("unit", {"a": "kr"}), "the unit of 'a' is a text, not an object"),
    ],
)
def test_a_part_of_the_wrong_kind_is_named_with_what_is_due(changes, told):
    if told is None:
        assert read_jsonstat2(document(**changes))[0].height == 4
        return
    with pytest.raises(SourceError, match=told):
        read_jsonstat2(document(**changes))


@pytest.mark.parametrize("place", ["label", "child", "note", "unit"])
def test_a_part_that_is_null_is_as_one_that_is_not_there(place):
    table, metadata = read_jsonstat2(document(**changed(place, None)))
    assert table["Region"].to_list() == ["a", "a", "b", "b"]
    assert metadata.dimension("Region").children == {}
    whole = json.loads(document()) | {"role": None, "note": None, "label": None, "status": None}
    assert read_jsonstat2(json.dumps(whole).encode())[1].label == "The dataset"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[" * 100_000, "nested deeper"),
        (document(label="x").replace(b'"x"', b'"\\ud800"'), "not UTF-8"),
        (json.dumps({"class": "collection", "link": None}).encode(), "collection of 0 links"),
        (json.dumps({"class": "collection", "link": {"item": [1]}}).encode(), "of 0 links"),
    ],
)
def test_json_that_was_made_to_hurt_is_refused(content, told):
    with pytest.raises(SourceError, match=told):
        read_jsonstat2(content)


def test_a_few_letters_that_claim_many_cells_are_refused():
    names = [f"d{number}" for number in range(10)]
    inner = {name: {"category": {"index": [str(code) for code in range(10)]}} for name in names}
    claim = document(id=names, size=[10] * 10, dimension=inner, value={})
    with pytest.raises(SourceError, match="10,000,000,000 cells"):
        read_jsonstat2(claim)
