"""Units of an extract: proposed from the cells, and refused where the cells contradict them."""

import re
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.errors import ParameterError
from workforce.sources.staff_register.mapping import Mapping
from workforce.sources.staff_register.register import read_staff_register
from workforce.sources.staff_register.suggestion import suggest_mapping
from workforce.sources.staff_register.units import contradicted_shares, share_unit

HEADINGS = {
    "identity": "Ansattnr",
    "birth_date": "Fødselsdato",
    "sex": "Kjønn",
    "occupation": "Yrkeskode",
    "position_share": "Stillingsprosent",
    "kostra_function": "Funksjon",
    "employment_form": "Ansettelsesform",
    "leave_kind": "Permisjonstype",
    "leave_share": "Permisjonsprosent",
    "paid_hours": "Betalte timer",
}
SHARES = [1.0, 0.8, 0.5, 0.75, 0.6, 1.0, 0.8, 0.5, 0.75, 0.6, 1.0, 0.4]
FTE = sum(SHARES)
SPELLS = {"identity": "Fnr", "start": "Fra", "end": "Til", "kind": "Type", "share": "Grad"}


def nurses(**columns: list[object]) -> list[dict[str, object]]:
    """Give one nurse for each cell of the columns, in a full post unless said otherwise."""
    return [
        {
            "identity": f"20{number:03}", "birth_date": date(1960 + number, 1, 1), "sex": "K",
            "occupation": "2223", "position_share": 100, "kostra_function": "253",
            "employment_form": "Fast",
            **dict(zip(columns, cells, strict=True)),
        }
        for number, cells in enumerate(zip(*columns.values(), strict=True))
    ]  # fmt: skip


def write_csv(folder: Path, rows: list[dict[str, object]], name="staff_2025-12-01") -> Path:
    lines = [";".join(str(row.get(field, "")) for field in HEADINGS) for row in rows]
    path = folder / f"{name}.csv"
    path.write_text("\n".join([";".join(HEADINGS.values()), *lines]) + "\n", encoding="utf-8")
    return path


def write_excel(folder: Path, rows: list[dict[str, object]]) -> Path:
    """Write shares in the format of per cent and hours in that of hours and minutes."""
    path = folder / "staff_2025-12-01.xlsx"
    with xlsxwriter.Workbook(path) as book:
        formats = {
            "birth_date": book.add_format({"num_format": "dd.mm.yyyy"}),
            "position_share": book.add_format({"num_format": "0 %"}),
            "leave_share": book.add_format({"num_format": "0 %"}),
            "paid_hours": book.add_format({"num_format": "[h]:mm"}),
        }
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(HEADINGS.values()))
        for line, row in enumerate(rows, start=1):
            for place, field in enumerate(HEADINGS):
                if field in row:
                    sheet.write(line, place, row[field], formats.get(field))
    return path


def mapping(**settings: object) -> Mapping:
    return Mapping.model_validate({"columns": HEADINGS, "region": "9003", **settings})


def read(path: Path, **settings: object) -> dict[str, pl.DataFrame]:
    return read_staff_register(path, mapping=mapping(**settings))


def total(tables: dict[str, pl.DataFrame]) -> tuple[float, float]:
    return tables["staff"].select("persons", "fte").sum().row(0)


def doubt(tables: dict[str, pl.DataFrame], rule: str) -> list[int]:
    rows: list[int] = tables["doubts"].filter(pl.col("rule") == rule)["rows"].explode().to_list()
    return rows


def suggested(path: Path) -> dict[str, object]:
    settings: dict[str, object] = yaml.safe_load(suggest_mapping([path]))
    return {**settings, "region": "9003"}


def test_percent_cells_of_excel_are_proposed_as_fractions_and_counted_in_full(tmp_path):
    path = write_excel(tmp_path, nurses(position_share=list(SHARES)))
    proposed = suggested(path)
    assert proposed["position_share_in"] == "fraction"
    table = tmp_path / "staff.yaml"
    table.write_text(yaml.safe_dump(proposed, allow_unicode=True), encoding="utf-8")
    assert total(read_staff_register(path, mapping=table)) == (12, pytest.approx(FTE))


def test_percent_cells_read_as_percent_are_refused_with_both_readings(tmp_path):
    path = write_excel(tmp_path, nurses(position_share=list(SHARES)))
    with pytest.raises(ParameterError) as told:
        read(path, position_share_in="percent")
    message = str(told.value)
    assert "staff_2025-12-01.xlsx, column 'Stillingsprosent'" in message
    assert "read as percent it is 0.75 %, read as fraction it is 75 %" in message
    assert "Write position_share_in: fraction" in message


def test_percents_read_as_fractions_are_refused_with_both_readings(tmp_path):
    path = write_csv(tmp_path, nurses(position_share=[100 * share for share in SHARES]))
    assert suggested(path)["position_share_in"] == "percent"
    with pytest.raises(ParameterError, match="it is 7500 %, read as percent it is 75 %"):
        read(path, position_share_in="fraction")


def test_a_sign_of_per_cent_says_what_the_cell_is_in_either_unit(tmp_path):
    path = write_csv(tmp_path, nurses(position_share=[f"{100 * share} %" for share in SHARES]))
    assert suggested(path)["position_share_in"] == "percent"
    for unit in ("percent", "fraction"):
        assert total(read(path, position_share_in=unit)) == (12, pytest.approx(FTE))


def test_a_column_in_two_units_is_refused_with_the_rows_of_the_fewer(tmp_path):
    mixed = [100 * share if place % 2 else share for place, share in enumerate(SHARES)]
    path = write_csv(tmp_path, nurses(position_share=mixed + mixed[1::2]))
    with pytest.raises(ParameterError, match="6 of 18 cells contradict position_share_in: percent"):
        read(path, position_share_in="percent")
    with pytest.raises(ParameterError, match=r"contradict position_share_in: fraction"):
        read(path, position_share_in="fraction")


def test_single_cells_in_another_unit_are_told_by_row(tmp_path):
    path = write_csv(tmp_path, nurses(position_share=[100, 80, 0.8, 60, "1 %"]))
    tables = read(path)
    assert doubt(tables, "position share next to nothing") == [4]
    assert total(tables)[1] == pytest.approx(2.418)


def test_firemen_of_one_per_cent_among_others_are_no_contradiction(tmp_path):
    path = write_csv(tmp_path, nurses(position_share=[1.0] * 2 + [100.0] * 8 + [75.0] * 8))
    assert total(read(path)) == (18, pytest.approx(14.02))


def test_hours_a_week_in_the_place_of_per_cent_are_refused(tmp_path):
    path = write_csv(tmp_path, nurses(position_share=[37.5 * share for share in SHARES]))
    with pytest.raises(ParameterError, match=r"more than 37\.5 %; read as hours a week, that is a"):
        read(path)


def test_of_few_cells_no_figure_is_told(tmp_path):
    path = write_csv(tmp_path, nurses(position_share=[0.83, 0.83]))
    with pytest.raises(ParameterError) as told:
        read(path)
    assert "Read as percent half of them are under 5 %, read as fraction" in str(told.value)
    assert "83" not in str(told.value)


def test_leave_in_percent_cells_is_taken_off_in_full(tmp_path):
    away = {"leave_kind": ["Foreldrepermisjon"] * 6, "leave_share": [1.0, 0.5, 0.5, 0.5, 0.4, 1.0]}
    path = write_excel(tmp_path, nurses(position_share=[1.0] * 6, **away))
    proposed = suggested(path)
    assert proposed["leave_share_in"] == "fraction"
    units = {"position_share_in": "fraction", "leave_share_in": "fraction"}
    assert total(read(path, **units)) == (6, pytest.approx(6 - 3.9))
    with pytest.raises(ParameterError, match=r"'Permisjonsprosent': .* leave_share_in: percent"):
        read(path, position_share_in="fraction")


def test_every_file_and_column_that_contradicts_its_unit_is_told_at_once(tmp_path):
    away = {"leave_kind": ["Ulønnet"] * 6, "leave_share": [0.5] * 6}
    paths = [
        write_csv(tmp_path, nurses(position_share=[0.8] * 6, **away), f"staff_{year}-12-01")
        for year in (2024, 2025)
    ]
    with pytest.raises(ParameterError) as told:
        read_staff_register(paths, mapping=mapping())
    places = re.findall(r"staff_(\d+)-12-01.csv, column '(\w+)'", str(told.value))
    assert places == [
        (year, column)
        for year in ("2024", "2025")
        for column in ("Stillingsprosent", "Permisjonsprosent")
    ]


def test_extracts_in_different_units_are_told_by_file_and_proposed_for_change(tmp_path):
    before = write_csv(tmp_path, nurses(position_share=[80] * 6), "staff_2024-12-01")
    after = write_csv(tmp_path, nurses(position_share=[0.8] * 6))
    with pytest.raises(ParameterError) as told:
        read_staff_register([before, after], mapping=mapping())
    assert str(told.value).startswith("staff_2025-12-01.csv, column 'Stillingsprosent'")
    assert "The cells of staff_2024-12-01.csv do not contradict the mapping" in str(told.value)
    proposed = suggest_mapping([before, after])
    assert "staff_2024-12-01.csv as percent, staff_2025-12-01.csv as fraction" in proposed


def by_the_hour(hours: list[object]) -> list[dict[str, object]]:
    return nurses(paid_hours=hours, employment_form=["Timelønn"] * len(hours))


def test_hours_of_a_year_over_the_full_time_of_a_month_are_refused_with_both_readings(tmp_path):
    path = write_csv(tmp_path, by_the_hour([400, 390, 380, 700, 300]))
    with pytest.raises(ParameterError) as told:
        read(path, full_time_hours=162.5)
    assert "the median is 240 % of full time; read as hours of a year (1950)" in str(told.value)
    assert total(read(path)) == (5, pytest.approx(2170 / 1950))


def test_hours_of_a_month_over_the_full_time_of_a_year_are_proposed_and_doubted(tmp_path):
    path = write_csv(tmp_path, by_the_hour([20.0 + 5 * number for number in range(12)]))
    assert suggested(path)["full_time_hours"] == 162.5
    assert doubt(read(path), "hours as of a month") == list(range(2, 14))
    assert doubt(read(path, full_time_hours=162.5), "hours as of a month") == []


def test_shares_of_a_post_in_the_place_of_hours_are_refused(tmp_path):
    path = write_csv(tmp_path, by_the_hour([0.2, 0.3, 0.25, 0.5, 0.1]))
    with pytest.raises(ParameterError, match=r"read as shares of a post it is 25 %\. Write"):
        read(path)


def test_hours_and_minutes_are_hours_in_excel_and_in_text(tmp_path):
    worked = [timedelta(hours=390), timedelta(hours=97, minutes=30)]
    tables = read(write_excel(tmp_path, by_the_hour(list(worked))))
    assert total(tables) == (2, pytest.approx(0.25))
    assert total(read(write_csv(tmp_path, by_the_hour(["390:00", "97:30"])))) == total(tables)


def write_spells(folder: Path, shares: list[float]) -> Path:
    path = folder / "spells.csv"
    rows = [
        f"20{who:03};02.02.2026;28.02.2026;Sykmelding;{share}" for who, share in enumerate(shares)
    ]
    path.write_text("\n".join(["Fnr;Fra;Til;Type;Grad", *rows]) + "\n", encoding="utf-8")
    return path


def test_spells_in_fractions_lose_as_many_days_and_are_refused_as_percent(tmp_path):
    extract = write_csv(tmp_path, nurses(position_share=[100] * 8))
    rates = {}
    for unit, whole in {"percent": 100.0, "fraction": 1.0}.items():
        spells = write_spells(tmp_path, [whole * s for s in (1, 0.5, 0.4, 0.6, 1, 1.5)])
        meant = mapping(spells=SPELLS, spell_share_in=unit)
        tables = read_staff_register(extract, mapping=meant, spells=spells)
        rates[unit] = tables["absence"].filter(kind="total", quarter="2026Q1")["absence_rate"]
        assert doubt(tables, "spell share out of range") == [7]
    assert rates["percent"].item() == rates["fraction"].item() == pytest.approx(4.5 * 27 / 720)
    with pytest.raises(ParameterError, match=r"spells.csv, column 'Grad': .* spell_share_in: perc"):
        read_staff_register(extract, mapping=mapping(spells=SPELLS), spells=spells)


def test_a_single_spell_in_a_fraction_among_percents_is_told(tmp_path):
    extract = write_csv(tmp_path, nurses(position_share=[100] * 8))
    spells = write_spells(tmp_path, [100, 50, 0.5])
    tables = read_staff_register(extract, mapping=mapping(spells=SPELLS), spells=spells)
    assert doubt(tables, "spell share next to nothing") == [4]


@settings(deadline=None)
@given(st.lists(st.floats(0.06, 1.4), min_size=5, max_size=40))
def test_shares_of_usual_posts_are_known_in_either_unit_and_refused_in_the_other(shares):
    for unit, whole, other in (("percent", 100, "fraction"), ("fraction", 1, "percent")):
        cells = pl.DataFrame({"share": [f"{whole * share:.6f}" for share in shares]})
        cells = cells.with_row_index("row", offset=2)
        told = {
            name: contradicted_shares(cells, "share", name, where="x", setting="share_in")
            for name in (unit, other)
        }
        assert share_unit(cells, "share") == unit
        assert told[unit] == []
        assert len(told[other]) == 1
