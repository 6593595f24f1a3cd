"""The staff register on a few persons, counted by hand."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
import xarray as xr
import xlsxwriter

import workforce
from workforce.errors import DataError, ParameterError, SourceError, WorkforceError
from workforce.model.employment import agreed_fte
from workforce.sources.staff_register.mapping import load_mapping
from workforce.sources.staff_register.register import read_staff_register
from workforce.sources.staff_register.writing import describe_import

HEADINGS = (
    "Fnr;Født;Kjønn;Kode;Orgnr;Funksjon;Pst;Form;Fra;Til;Årsak;Perm;PermPst;PermFra;Timer;Fra hvor"
)
FIELDS = [
    *("identity", "birth_date", "sex", "occupation", "organisation", "kostra_function"),
    *("position_share", "employment_form", "start", "end", "end_reason", "leave_kind"),
    *("leave_share", "leave_start", "paid_hours", "recruited_from"),
]
PLACES = """
organisations:
  "974000001": {region: "9003"}
  "974000002": {region: "9003", sector: health_care}
  "974000003": {region: "9003", serves: ["9004"]}
  "974000004": {region: "9004"}
"""
ANNA, BO, CARL, DINA = "01875011111", "02886022222", "03895033333", "04805044444"
BORN = {ANNA: "01.07.1950", BO: "02.08.1960", CARL: "03.09.1995", DINA: "04.10.2000"}


def row(who: str, **cells: str) -> str:
    """Write one position: a nurse of 100 % in health and care, unless said otherwise."""
    usual = {
        "identity": who,
        "birth_date": BORN.get(who, "01.01.1980"),
        "sex": "K",
        "occupation": "2223",
        "organisation": "974000001",
        "kostra_function": "253",
        "position_share": "100",
        "employment_form": "Fast",
        "start": "01.01.2010",
    }
    known = {**usual, **cells}
    return ";".join(known.get(field, "") for field in FIELDS)


def write_mapping(folder: Path, more: str = PLACES) -> Path:
    columns = "\n".join(
        f'  {field}: "{heading}"'
        for field, heading in zip(FIELDS, HEADINGS.split(";"), strict=True)
    )
    path = folder / "staff.yaml"
    path.write_text(f"columns:\n{columns}\n{more}", encoding="utf-8")
    return path


def read(
    folder: Path, extracts: dict[str, Sequence[str]], more: str = PLACES
) -> dict[str, pl.DataFrame]:
    paths = []
    for day, rows in extracts.items():
        paths.append(folder / f"staff_{day}.csv")
        paths[-1].write_text("\n".join([HEADINGS, *rows]) + "\n", encoding="utf-8")
    return workforce.read_staff_register(paths, mapping=write_mapping(folder, more))


def doubt(tables: dict[str, pl.DataFrame], rule: str) -> list[int]:
    rows: list[int] = tables["doubts"].filter(pl.col("rule") == rule)["rows"].explode().to_list()
    return rows


def flows(tables: dict[str, pl.DataFrame]) -> dict[str, float]:
    seen = tables["staff_flows"].filter(pl.col("persons") > 0)
    return dict(seen.group_by("flow").agg(pl.col("persons").sum()).iter_rows())


def test_one_december_is_the_next_first_of_january_and_age_is_that_at_the_end_of_the_year(tmp_path):
    staff = read(tmp_path, {"2025-12-01": [row(CARL)]})["staff"]
    assert staff.rows() == [("9003", "health_care", "2223", "female", 30, 2026, 1, 1.0)]


@pytest.mark.parametrize("spelling", ["utf-8", "utf-8-sig", "cp1252"])
def test_an_extract_whose_lines_end_as_on_an_old_mac_is_read(tmp_path, spelling):
    expected = read(tmp_path, {"2025-12-01": [row(CARL), row(DINA)]})["staff"]
    path = tmp_path / "staff_2025-12-01.csv"
    path.write_bytes("\r".join([f"{HEADINGS};Ø", row(CARL), row(DINA)]).encode(spelling))
    found = workforce.read_staff_register(path, mapping=tmp_path / "staff.yaml")["staff"]
    assert found.equals(expected)


def test_several_positions_are_one_head_and_all_their_fte(tmp_path):
    cook = {"occupation": "5329", "position_share": "30"}
    extract = [row(CARL, position_share="60"), row(CARL, **cook), row(DINA, **cook)]
    staff = read(tmp_path, {"2025-12-01": extract})["staff"]
    by_post = {
        post: (n, fte) for post, n, fte in staff.select("occupation", "persons", "fte").rows()
    }
    # The assistant's FTE of the nurse of 30 stands with the only assistant, who is 25.
    assert by_post == {"2223": (1, 0.6), "5329": (1, pytest.approx(0.6))}


def test_one_works_part_time_whose_positions_together_are_less_than_a_full_post(tmp_path):
    rows = [
        *(row(ANNA, position_share="60"), row(ANNA, position_share="40", kostra_function="254")),
        *(row(BO, position_share="80"), row(CARL), row(DINA, position_share="50")),
    ]
    found = read(tmp_path, {"2025-12-01": rows})["part_time"]
    assert found.select("sector", "part_timers").rows() == [("health_care", 2)]


def test_a_second_position_where_nobody_has_a_main_one_stays_with_the_person(tmp_path):
    extract = [row(CARL, position_share="60"), row(CARL, occupation="5329", position_share="30")]
    tables = read(tmp_path, {"2025-12-01": extract})
    assert tables["staff"].select("occupation", "persons", "fte").rows() == [("2223", 1, 0.9)]
    assert doubt(tables, "second position moved") == [3]


@pytest.mark.parametrize(
    ("cells", "fte"),
    [
        ({"leave_kind": "Sykmeldt", "leave_start": "20.11.2025"}, 1.0),  # 12 days
        ({"leave_kind": "Sykmeldt", "leave_start": "15.11.2025"}, 0.0),  # 17 days
        ({"leave_kind": "Sykmeldt", "leave_share": "40"}, 0.6),
        ({"leave_kind": "Foreldrepermisjon"}, 0.0),
        ({"leave_kind": "Ulønnet", "leave_share": "25", "position_share": "80"}, 0.6),
        ({"leave_kind": "Velferdspermisjon"}, 1.0),
        ({"employment_form": "Vikar", "position_share": "50,5"}, 0.505),
        ({"employment_form": "Timelønn", "position_share": "", "paid_hours": "390"}, 0.2),
        ({"employment_form": "Timelønn", "position_share": ""}, 0.0),
    ],
)
def test_fte_are_agreed_less_long_leave_with_hourly_staff_by_hours_paid(tmp_path, cells, fte):
    staff = read(tmp_path, {"2025-12-01": [row(CARL, **cells)]})["staff"]
    assert staff["persons"].to_list() == [1]
    assert staff["fte"].to_list() == [pytest.approx(fte)]


FORMS = {  # Form of the model by the word of the extract, and what it is written with.
    "Fast": ("permanent", 0.8, 0.0),
    "Midlertidig": ("temporary", 1.0, 0.0),
    "Vikar": ("substitute", 0.505, 0.0),
    "Lærling": ("apprentice", 0.5, 0.0),
    "Timelønn": ("hourly", 0.3, 487.5),
}
LEAVES = [  # Kind, share of the position, first day, and the part that is long leave.
    ("", "", "", 0.0),
    ("Sykmeldt", "", "16.11.2025", 0.0),  # The 16th day is the last of short sickness.
    ("Sykmeldt", "", "15.11.2025", 1.0),
    ("Sykmeldt", "40", "01.06.2025", 0.4),
    ("Foreldrepermisjon", "", "01.06.2025", 1.0),
    ("Ulønnet", "25", "", 0.25),
    ("Velferdspermisjon", "50", "", 0.0),
]


@pytest.mark.parametrize("full_time_hours", [1950.0, 1846.0])
def test_fte_of_positions_are_those_of_the_model(tmp_path, full_time_hours):
    """The model counts in labelled arrays, the import in tables; the convention is one."""
    held = [(word, *form, *leave) for word, form in FORMS.items() for leave in LEAVES]
    written = [
        row(
            f"018750{number:05}",
            employment_form=word,
            position_share=f"{100 * share}",
            leave_kind=kind,
            leave_share=part,
            leave_start=first,
            paid_hours=f"{hours}",
            birth_date=str(1960 + number),
        )
        for number, (word, _, share, hours, kind, part, first, _) in enumerate(held)
    ]
    more = PLACES + f"full_time_hours: {full_time_hours}\n"
    staff = read(tmp_path, {"2025-12-01": written}, more)["staff"].sort("age", descending=True)
    _, forms, shares, hours, *_, long = (
        xr.DataArray(list(values), dims="position") for values in zip(*held, strict=True)
    )
    expected = agreed_fte(shares, forms, long, hours, hours * 0.0, full_time_hours=full_time_hours)[
        "fte"
    ]
    assert len(held) == 35
    assert staff["fte"].to_list() == pytest.approx(expected.values.tolist(), abs=1e-6)


def test_hours_below_zero_are_refused_by_the_model_and_told_by_the_import(tmp_path):
    extract = [row(CARL), row(DINA, employment_form="Timelønn", paid_hours="-7,5")]
    tables = read(tmp_path, {"2025-12-01": extract})
    assert tables["staff"].select("persons", "fte").sum().row(0) == (2, 1.0)
    assert doubt(tables, "hours below zero") == [3]
    one = xr.DataArray([1.0], dims="position")
    with pytest.raises(DataError, match="paid_hours"):
        agreed_fte(0 * one, xr.DataArray(["hourly"], dims="position"), 0 * one, -7.5 * one, 0 * one)


def test_a_post_is_counted_once_where_a_substitute_stands_in(tmp_path):
    """Both are heads; the substitute's position counts and that of the one on leave does not."""
    away = {"leave_kind": "Foreldrepermisjon", "position_share": "80"}
    extract = [row(CARL, **away), row(DINA, employment_form="Vikar", position_share="60")]
    staff = read(tmp_path, {"2025-12-01": extract})["staff"]
    shares, leaves = (xr.DataArray(x, dims="position") for x in ([0.8, 0.6], [1.0, 0.0]))
    forms = xr.DataArray(["permanent", "substitute"], dims="position")
    model = agreed_fte(shares, forms, leaves, 0.0 * shares, 0.0 * shares)
    assert staff["persons"].sum() == 2
    assert staff["fte"].sum() == pytest.approx(model["fte"].sum().item()) == pytest.approx(0.6)


def test_a_reason_tells_the_cause_and_the_last_day_the_exposure(tmp_path):
    gone = row(CARL, end="31.05.2025", end_reason="Privat sektor")
    tables = read(tmp_path, {"2024-12-01": [row(CARL), row(BO)], "2025-12-01": [gone, row(BO)]})
    assert flows(tables) == {"left_sector": 1}
    exposure = tables["staff_flows"].filter(pl.col("flow") == "left_sector")["exposure"].item()
    assert exposure == pytest.approx(181 / 365.25, abs=1e-6)


def test_without_a_reason_age_and_limit_group_tell_the_retired_and_the_rest_is_divided(tmp_path):
    tables = read(
        tmp_path, {"2024-12-01": [row(BO), row(CARL), row(DINA)], "2025-12-01": [row(DINA)]}
    )
    assert flows(tables) == {
        "retired": 1, "left_sector": 0.75, "moved_municipality": 0.2, "other": 0.05,
    }  # fmt: skip
    assert doubt(tables, "retired by age") == [2]
    assert doubt(tables, "left, not known where") == [3]
    assert doubt(tables, "last day not known") == [2, 3]


def test_a_move_between_municipalities_is_an_exit_an_origin_and_nothing_in_their_county(tmp_path):
    there = row(CARL, organisation="974000004")
    rows = {"2024-12-01": [row(CARL), row(BO), row(DINA, organisation="974000004")]}
    rows["2025-12-01"] = [there, row(BO), row(DINA, organisation="974000004")]
    tables = read(tmp_path, rows, PLACES + 'regions:\n  "90": ["9003", "9004"]\n')
    seen = tables["staff_flows"].filter(pl.col("persons") > 0).select("region", "flow", "persons")
    assert seen.rows() == [("9003", "moved_municipality", 1.0), ("9004", "other_municipality", 1.0)]
    county = tables["staff"].filter(region="90").group_by("year").agg(pl.col("persons").sum())
    assert sorted(county.rows()) == [(2025, 3), (2026, 3)]


def test_a_move_between_sectors_balances_both_and_one_within_a_sector_is_mobility(tmp_path):
    before = [row(CARL), row(DINA, occupation="5329"), row(BO, kostra_function="120")]
    after = [
        row(CARL, kostra_function="120", occupation="2422", start="01.04.2025"),
        row(DINA, occupation="5321"),
        row(BO, kostra_function="120"),
    ]
    tables = read(tmp_path, {"2024-12-01": before, "2025-12-01": after})
    seen = tables["staff_flows"].filter(pl.col("persons") > 0).sort("sector")
    assert seen.select("sector", "occupation", "flow", "persons").rows() == [
        ("administration", "2422", "other_sector", 1.0),
        ("health_care", "2223", "other", 1.0),
    ]
    assert seen["exposure"].to_list() == [0.0, pytest.approx(121 / 365.25, abs=1e-6)]
    assert tables["mobility"].rows() == [("5329", "5321", 2025, 1, 1.0)]


def test_one_who_comes_back_is_a_return_and_a_gap_is_told(tmp_path):
    ended = row(CARL, end="25.11.2024")
    back = row(CARL, start="10.01.2025")
    extracts = {"2023-12-01": [row(CARL), row(BO)], "2024-12-01": [ended, row(BO)]}
    tables = read(tmp_path, {**extracts, "2025-12-01": [row(BO), back]})
    assert flows(tables)["return"] == 1
    assert doubt(tables, "gap under three months") == [3]


def test_recruits_of_unknown_origin_are_divided_and_the_old_are_no_graduates(tmp_path):
    come = [row(BO), row(ANNA), row(DINA), row(CARL, recruited_from="Nyutdannet")]
    seen = flows(read(tmp_path, {"2024-12-01": [row(BO)], "2025-12-01": come}))
    assert seen == {
        "graduate": pytest.approx(1 + 0.25),
        "other_municipality": pytest.approx(0.2 + 0.2 / 0.75),
        "other_sector": pytest.approx(0.25 + 0.25 / 0.75),
        "outside_work": pytest.approx(0.3 + 0.3 / 0.75),
    }


def test_one_whose_post_cannot_be_counted_has_not_left(tmp_path):
    strange = row(CARL, occupation="0815")
    extracts = {"2023-12-01": [row(CARL), row(BO)], "2024-12-01": [strange, row(BO)]}
    tables = read(tmp_path, {**extracts, "2025-12-01": [row(CARL), row(BO)]})
    assert flows(tables) == {"other": 1, "other_sector": 1}
    assert doubt(tables, "unknown occupation") == [2]
    assert doubt(tables, "moved from or to a post left out") == [2, 2]


def test_forms_dates_and_rows_that_are_left_out_are_told(tmp_path):
    extracts = {
        "2025-06-30": [row(BO)],
        "2025-02-20": [row(BO)],
        "2025-12-01": [
            row(BO),
            row(DINA, employment_form="Lærling"),
            row(CARL, start="02.12.2025"),
        ],
    }
    tables = read(tmp_path, extracts, PLACES + "leave_out: [apprentice]\n")
    assert tables["staff"].group_by("year").agg(pl.col("persons").sum()).sort("year").rows() == [
        (2025, 1), (2026, 1),
    ]  # fmt: skip
    assert doubt(tables, "far from 1 January") == [2]
    assert doubt(tables, "another date in the year") == [2]
    assert doubt(tables, "form left out") == [3]
    assert doubt(tables, "starts later") == [4]


def test_rows_without_a_date_are_told_where_a_column_holds_the_dates(tmp_path):
    path = tmp_path / "staff.csv"
    dated = {"01.12.2024": BO, "2025-12": CARL, "": DINA, "en gang": ANNA}
    rows = [f"{row(who)};{day}" for day, who in dated.items()]
    path.write_text("\n".join([f"{HEADINGS};Dato", *rows]) + "\n", encoding="utf-8")
    mapping = write_mapping(tmp_path)
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(
        text.replace("columns:\n", "columns:\n  reference_date: Dato\n"), encoding="utf-8"
    )
    tables = workforce.read_staff_register(path, mapping=mapping)
    assert doubt(tables, "no reference date") == [4, 5]
    heads = tables["staff"].group_by("year").agg(pl.col("persons").sum()).sort("year")
    assert heads.rows() == [(2025, 1), (2026, 1)]


def test_apprentices_are_staff_unless_the_mapping_leaves_them_out(tmp_path):
    extract = {"2025-12-01": [row(BO), row(DINA, employment_form="Lærling", position_share="50")]}
    counted = read(tmp_path, extract)["staff"]
    assert (counted["persons"].sum(), counted["fte"].sum()) == (2, 1.5)
    without = read(tmp_path, extract, PLACES + "leave_out: [apprentice]\n")["staff"]
    assert (without["persons"].sum(), without["fte"].sum()) == (1, 1.0)


def test_staff_of_a_host_are_counted_with_the_employer_and_told(tmp_path):
    rows = [
        row(ANNA, organisation="974000003"),
        row(BO, kostra_function="290", organisation="974000002"),
        row(CARL),
    ]
    tables = read(tmp_path, {"2025-12-01": rows})
    assert tables["staff"]["region"].unique().to_list() == ["9003"]
    assert tables["staff"]["persons"].sum() == 3
    assert doubt(tables, "host municipality") == [2, 3]


def test_a_missing_year_is_an_error(tmp_path):
    with pytest.raises(DataError, match="9003: 1 January 2025"):
        read(tmp_path, {"2023-12-01": [row(BO)], "2025-12-01": [row(BO)]})


def test_every_error_of_a_mapping_is_told_with_its_line(tmp_path):
    path = write_mapping(tmp_path, "regoin: '9003'\nleft_split: {other: 0.5}\nregion: 9003\n")
    with pytest.raises(ParameterError) as told:
        load_mapping(path)
    assert "line 18, regoin: there is no such field" in str(told.value)
    assert "region: 9003 is a number, and this is text" in str(told.value)
    proposed = write_mapping(tmp_path, "region: CHANGE\n")
    with pytest.raises(ParameterError, match="region: CHANGE stands here as it was proposed"):
        load_mapping(proposed)
    wrong = PLACES.replace("health_care", "health")
    with pytest.raises(ParameterError, match="sector 'health'"):
        read(tmp_path, {"2025-12-01": [row(BO)]}, wrong)


@pytest.mark.parametrize(
    "text",
    [
        "no heading at all;" + row(ANNA),
        HEADINGS + "\n" + row(ANNA) + ";" + ANNA + "\n",
        HEADINGS + "\n" + row(ANNA, birth_date=ANNA, sex=ANNA, occupation=ANNA, start=ANNA) + "\n",
        HEADINGS + '\n"' + row(ANNA),
        HEADINGS.replace("Pst", ANNA, 1) + "\n" + row(ANNA) + "\n",
        "\x00\x01" + ANNA,
        "",
        HEADINGS + "\n",
    ],
)
def test_no_error_about_a_broken_extract_names_a_person(tmp_path, text):
    path = tmp_path / "staff_2025-12-01.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WorkforceError) as told:
        workforce.read_staff_register([path], mapping=write_mapping(tmp_path))
    error: BaseException | None = told.value
    while error is not None:
        assert ANNA not in f"{error!r} {error} {vars(error)}"
        error = error.__context__
    with pytest.raises(SourceError):
        workforce.read_staff_register(
            [tmp_path / "none_2025-12-01.csv"], mapping=write_mapping(tmp_path)
        )


@pytest.mark.parametrize("kind", [ValueError, pl.exceptions.PanicException])
def test_no_unforeseen_error_of_a_library_is_passed_on(tmp_path, monkeypatch, kind):
    def fail(*_: object, **__: object) -> None:
        raise kind(f"called on a None value: {ANNA}")

    monkeypatch.setattr("workforce.sources.staff_register.register.number_persons", fail)
    with pytest.raises(SourceError, match="cannot be imported") as told:
        read(tmp_path, {"2025-12-01": [row(ANNA)]})
    assert ANNA not in f"{told.value!r} {told.value.__context__!r} {told.value.__cause__!r}"


def test_rows_and_columns_that_a_workbook_hides_are_counted_and_told(tmp_path):
    path = tmp_path / "staff_2025-12-01.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("ark")
        for number, line in enumerate([HEADINGS, row(ANNA), row(BO), row(CARL)]):
            sheet.write_row(number, 0, line.split(";"))
        sheet.set_row(2, options={"hidden": True})
        sheet.set_column("G:G", options={"hidden": True})
        sheet.set_column("Q:XFD", options={"hidden": True})
    tables = workforce.read_staff_register(path, mapping=write_mapping(tmp_path))
    assert tables["staff"]["persons"].sum() == 3
    assert doubt(tables, "hidden row") == [3]
    assert doubt(tables, "hidden column: position_share") == [1]
    report = describe_import(tables)
    assert "- **hidden row** (1 row, 1 person), staff_2025-12-01.xlsx, column all" in report
    assert "staff_2025-12-01.xlsx, column position_share: The workbook hides the column" in report
    hidden = tables["doubts"].filter(pl.col("rule").str.starts_with("hidden"))
    assert hidden["outcome"].to_list() == ["counted", "counted"]


def test_absence_is_lost_days_over_agreed_days_by_the_shares_of_the_positions(tmp_path):
    spells = tmp_path / "spells.csv"
    spells.write_text(
        "Fnr;Fra;Til;Type;Grad\n"
        f"{CARL};02.01.2026;10.01.2026;Egenmelding;\n"  # 9 days of a half post
        f"{DINA};01.03.2026;09.04.2026;Sykmelding;50\n"  # 31 days in Q1, 9 in Q2, half away
        f"{ANNA};01.03.2026;09.04.2026;Sykmelding;50\n"
        f"{DINA};09.03.2026;01.03.2026;Sykmelding;50\n",
        encoding="utf-8",
    )
    extract = tmp_path / "staff_2025-12-01.csv"
    rows = [row(CARL, position_share="50"), row(DINA), row(BO, leave_kind="Ulønnet")]
    extract.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8")
    columns = "spells: {identity: Fnr, start: Fra, end: Til, kind: Type, share: Grad}\n"
    mapping = write_mapping(tmp_path, PLACES + columns)
    tables = read_staff_register([extract], mapping=mapping, spells=spells)
    rates = {(q, kind): rate for *_, q, kind, rate in tables["absence"].rows()}
    assert rates[("2026Q1", "self_certified")] == pytest.approx(4.5 / (1.5 * 90), abs=1e-6)
    assert rates[("2026Q1", "doctor_certified")] == pytest.approx(15.5 / (1.5 * 90), abs=1e-6)
    assert rates[("2026Q1", "total")] == pytest.approx(20 / (1.5 * 90), abs=2e-6)
    assert rates[("2026Q2", "total")] == pytest.approx(4.5 / (1.5 * 91), abs=1e-6)
    assert doubt(tables, "spell of nobody") == [4]
    assert doubt(tables, "spell unreadable") == [5]


def test_an_extract_of_a_county_council_is_sorted_by_its_own_functions(tmp_path):
    places = 'region: "4000"\n'
    extract = [
        row(CARL, occupation="2320", kostra_function="522"),
        row(DINA, occupation="3256", kostra_function="665"),
        row(BO, occupation="3112", kostra_function="722"),
        row(ANNA, occupation="2422", kostra_function="420"),
    ]
    staff = read(tmp_path, {"2025-12-01": extract}, places)["staff"]
    posts = staff.select("region", "sector", "occupation").sort("occupation").rows()
    assert posts == [
        ("4000", "upper_secondary", "2320"), ("4000", "county_administration", "2422"),
        ("4000", "transport", "3112"), ("4000", "dental_care", "3256"),
    ]  # fmt: skip
