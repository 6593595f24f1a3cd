"""Tables saved by hand on ssb.no become the same tables as the API's answers."""

import csv
import re
from dataclasses import replace
from datetime import date
from functools import partial

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.sources.statbank.norway import norway
from tests.sources.statbank.statbank_service import serve
from tests.sources.statbank_saved.saved_files import (
    Cube,
    cube_of,
    jsonstat,
    long,
    px,
    wide,
    workbook,
)
from typer.testing import CliRunner

import workforce
from workforce.cli import app
from workforce.contract.municipalities import numbers_before
from workforce.errors import MissingDataError, SourceError
from workforce.sources.statbank.calls import Line
from workforce.sources.statbank.declared import declarations
from workforce.sources.statbank.fetching import fetch_folder
from workforce.sources.statbank_saved.importing import import_statbank
from workforce.sources.statbank_saved.mapping import suggest_table
from workforce.sources.statbank_saved.meaning import read_texts, variables_of
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.record import read_record

TODAY = date(2026, 11, 24)
TOWNS = ("4026", "4001")
TIME = ["ContentsCode", "Tid"]
TOTALS = {
    "Region": [("0", "Hele landet"), ("F-40", "Telemark")],
    "Kjonn": [("0", "Begge kjønn")],
    "Alder": [("999", "I alt")],
}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """The tables that a fetch makes of the service, and the service."""
    folder = tmp_path_factory.mktemp("fetched")
    service = norway()
    with serve(service):
        line = Line(cache=folder / "cache", sleep=lambda _: None, most_calls=10_000)
        fetch_folder(folder, TOWNS, line=line, today=TODAY,
                     statbank_url=service.url, klass_url=service.url)  # fmt: skip
    return folder, service


def table(folder, name):
    return pl.read_csv(folder / f"{name}.csv", schema_overrides={"region": pl.String})


def reversed_heads(write, cube, path):
    write(cube, path, heads=["Tid", "ContentsCode"])


SHAPES = {
    "wide, Western letters": ("a.csv", partial(wide, heads=TIME, encoding="latin-1")),
    "wide, codes and texts": ("b.csv", partial(wide, heads=TIME, how="both", mark=",")),
    "wide by tab without title": ("c.csv", partial(wide, heads=TIME, mark="\t", title=False)),
    "wide with codes, number in the name": (
        "07459_x.csv",
        partial(wide, heads=TIME, how="codes", named="codes", title=False),
    ),
    "year first": ("d.csv", partial(wide, heads=["Tid", "ContentsCode"])),
    "sex in the heads": ("e.csv", partial(wide, heads=["Kjonn", "ContentsCode", "Tid"])),
    "years above, the rest beside": ("f.csv", partial(wide, heads=["Tid"])),
    "pivot by what is counted": ("g.csv", partial(wide, heads=["ContentsCode"])),
    "long with texts, the title above the figures": ("h.csv", partial(long, value=None)),
    "long with codes, as the API gives": ("i.csv", partial(long, how="codes", named="codes")),
    "long with codes and texts apart": ("j.csv", partial(long, how="apart", mark=";")),
    "long with codes and texts": ("k.csv", partial(long, how="both", mark=";", value=None)),
    "long without heads": ("l.csv", partial(long, named=None)),
    "UTF-16 with tabs": ("m.txt", partial(wide, heads=TIME, mark="\t", encoding="utf-16")),
    "Excel with merged heads": ("n.xlsx", partial(workbook, heads=TIME)),
    "Excel with codes and texts apart": ("o.xlsx", partial(workbook, heads=TIME, how="apart")),
    "Excel with names": ("p.xlsx", partial(workbook, heads=TIME, how="both", names=True)),
    "Excel with sex above": ("q.xlsx", partial(workbook, heads=["Kjonn", *TIME], notes=False)),
    "JSON-stat 2": ("r.json", jsonstat),
    "JSON-stat 1": ("s.json", partial(jsonstat, version=1)),
    "PX": ("t.px", partial(px, heads=TIME)),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_saved_file_gives_the_same_inhabitants_as_the_answer_of_the_api(shape, fetched, tmp_path):
    folder, service = fetched
    name, write = SHAPES[shape]
    write(cube_of(service, "07459", towns=TOWNS), tmp_path / name)
    import_statbank(tmp_path / name, tmp_path / "out", today=TODAY)
    assert_frame_equal(table(tmp_path / "out", "population"), table(folder, "population"))
    assert open_folder(tmp_path / "out").report.problems == ()


def test_all_tables_saved_by_hand_are_those_of_a_fetch(fetched, tmp_path):
    folder, service = fetched
    cube = partial(cube_of, service, towns=TOWNS)
    files = [tmp_path / name for name in
             ("a.csv", "b.csv", "c.xlsx", "d.csv", "e.json", "f.csv", "g.px")]  # fmt: skip
    wide(cube("07459"), files[0], heads=TIME)
    wide(cube("14746"), files[1], heads=TIME)
    workbook(cube("11645", years=5), files[2], heads=TIME)
    wide(cube("14534", years=5), files[3], heads=["Tid"], how="both")
    jsonstat(cube("12292", years=5), files[4])
    wide(cube("12255", years=5), files[5], heads=TIME)
    px(cube("11587", years=12), files[6], heads=["Tid"])
    report = import_statbank(files, tmp_path / "out", today=TODAY)
    for name in ("population", "population_projection", "service_use", "fte_in_post",
                 "kostra_figures", "national_vacancies"):  # fmt: skip
        assert_frame_equal(table(tmp_path / "out", name), table(folder, name))
    assert {"population", "fte_in_post"} <= set(report.tables)
    checked = open_folder(tmp_path / "out").report
    assert checked.problems == ()
    assert checked.population_ready
    sources = {one["table"]: one for one in read_record(tmp_path / "out").sources}
    assert sources["service_use"]["updated"] == "2026-06-15"
    assert sources["population"]["source"].startswith("Kilde: Statistisk sentralbyrå, tabell 07459")


def test_totals_countries_and_counties_are_left_and_told(fetched, tmp_path):
    folder, service = fetched
    whole = cube_of(service, "07459", towns=TOWNS, more=TOTALS)
    cube = Cube(whole.title, whole.names, whole.members, lambda _: 7)
    wide(cube, tmp_path / "a.csv", heads=TIME)
    import_statbank(tmp_path / "a.csv", tmp_path / "out", today=TODAY)
    assert table(tmp_path / "out", "population").height == table(folder, "population").height
    told = (tmp_path / "out" / "statbank_import.md").read_text(encoding="utf-8")
    for text in ("Begge kjønn", "I alt", "0 Hele landet", "F-40 Telemark", "4026 Tinn as 4026"):
        assert text in told


@pytest.mark.parametrize(("language", "head"), [("nb", "overskriftene"), ("nn", "kolonne")])
def test_what_was_taken_for_what_is_told_in_the_language_of_the_command(language, head, tmp_path):
    lines = ["07459: Befolkning, etter region, kjønn, alder og år", "",
             "region;kjønn;alder;Personer 2025;Personer 2026",
             *(f"4026 Tinn;{sex};{age} år;3;4" for sex in ("Menn", "Kvinner", "Begge kjønn")
               for age in range(3))]  # fmt: skip
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    import_statbank(tmp_path / "a.csv", tmp_path / "out", today=TODAY, language=language)
    told = (tmp_path / "out" / "statbank_import.md").read_text(encoding="utf-8")
    assert head in told
    assert "Menn som male, Kvinner som female" in told
    assert "3, 000 til 002" in told
    assert "regions.csv: 1 rad\n" in told
    assert not re.search(r"\b(taken|rows?|left out|Lacking|Written|heads|sheet)\b", told)


def one_age(tmp_path, rows, name="a.csv", out="out"):
    """Import ages 0 and 1 of some regions, by year, and give persons by region and year."""
    lines = ["07459: Befolkning", "", '"region";"kjønn";"alder";"Personer 2019";"Personer 2025"']
    for region, before, after in rows:
        lines += [f'"{region}";"{sex}";"0 år";{before};{after}' for sex in ("Menn", "Kvinner")]
    (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    report = import_statbank(tmp_path / name, tmp_path / out, today=TODAY)
    people = (
        table(tmp_path / out, "population").group_by("region", "year").agg(pl.col("persons").sum())
    )
    return {(town, year): persons for town, year, persons in people.iter_rows()}, report.notes


def test_former_municipalities_are_counted_within_the_borders_of_today(tmp_path):
    found, notes = one_age(
        tmp_path,
        [("4026 Tinn", 0, 9), ("3818 Tinn (2020-2023)", 0, 0), ("0826 Tinn (-2019)", 5, 0),
         ("3203 Asker", 0, 30), ("0220 Asker (-2019)", 6, 0), ("0627 Røyken (-2019)", 3, 0),
         ("0628 Hurum (-2019)", 1, 0)],
    )  # fmt: skip
    assert found == {("4026", 2019): 10, ("4026", 2025): 18, ("3203", 2019): 20, ("3203", 2025): 60}
    assert any("0220, 0627, 0628 counted as 3203 (2019)" in note for note in notes)


def test_a_year_in_which_a_part_of_a_merger_lacks_is_left_out_and_told(tmp_path):
    found, notes = one_age(
        tmp_path, [("3203 Asker", 0, 30), ("0220 Asker (-2019)", 6, 0), ("4026 Tinn", 5, 9)]
    )
    assert ("3203", 2019) not in found
    assert found["4026", 2019] == 10
    assert any("the file lacks 0627, 0628" in note for note in notes)


def test_sums_of_the_statbank_are_taken_and_never_added_to_their_parts(tmp_path):
    found, _ = one_age(tmp_path, [("K-1103 Stavanger", 50, 60), ("1141 Finnøy (-2019)", 4, 0)])
    assert found["1103", 2019] == 100
    with pytest.raises(SourceError, match="summed and by the former 0826"):
        one_age(tmp_path, [("4026 Tinn", 5, 9), ("0826 Tinn (-2019)", 5, 0)], "b.csv", "b")


def test_a_municipality_is_known_by_its_name_where_only_one_is_called_so(tmp_path):
    found, _ = one_age(tmp_path, [("Tinn", 5, 9)])
    assert found["4026", 2025] == 18
    with pytest.raises(SourceError, match=r"row 4, column 1.*known by its name alone.*--region"):
        one_age(tmp_path, [("Herøy", 5, 9)], "b.csv", "b")
    import_statbank(tmp_path / "b.csv", tmp_path / "c", regions=["1515 Herøy"], today=TODAY)
    assert table(tmp_path / "c", "regions")["name"].to_list() == ["Herøy"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("4026 Notodden", "row 4, column 1: 4026 Notodden has the number of Tinn .* 4005"),
        ("3818 Notodden (2020-2023)", "the name of 4005"),
        ("1103 Tinn", "the number of Stavanger and the name of 4026"),
    ],
)
def test_a_number_and_a_name_of_two_municipalities_are_refused_with_the_cell(tmp_path, text, told):
    with pytest.raises(SourceError, match=told):
        one_age(tmp_path, [(text, 5, 9)])


def test_a_name_that_no_municipality_has_is_read_by_its_number_and_told(tmp_path):
    towns = ["4026 Rjukan", "0713 Sande (-2019)", "5612 Guovdageaidnu - Kautokeino",
             "4020 Midt-Telemark", "1103 Stavanger kommune"]  # fmt: skip
    found, notes = one_age(tmp_path, [(town, 5, 9) for town in towns])
    assert {town for town, _ in found} == {"4026", "5612", "4020", "1103"}
    read = [note for note in notes if "by its number" in note]
    assert read == ["a.csv: '4026 Rjukan' is read by its number, as 4026 Tinn."]


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ('"region";"alder";"I alt 2025";"Menn 2025";"Kvinner 2025"', ['"0 år";5;2;3']),
        ('"region";"kjønn";"0 år 2025";"I alt 2025"', ['"Menn";2;9', '"Kvinner";3;9']),
        ('"region";"kjønn";"alder";"2025";"I alt"', ['"Menn";"0 år";2;9', '"Kvinner";"0 år";3;9']),
    ],
    ids=["sexes", "ages", "years"],
)
def test_a_column_of_sums_beside_the_values_is_left_out(head, rows, tmp_path):
    lines = [f'"4026 Tinn";{row}' for row in rows]
    path = written(tmp_path / "a.csv", lines, head, "07459: Personer, etter region")
    import_statbank(path, tmp_path / "out", today=TODAY)
    assert table(tmp_path / "out", "population")["persons"].to_list() == [3, 2]
    assert ": I alt\n" in (tmp_path / "out" / "statbank_import.md").read_text("utf-8")


def test_districts_of_towns_are_left_out(tmp_path):
    rows = [("0301 Oslo", 5, 9), ("030101 Gamle Oslo", 1, 2), ("301102 Grünerløkka", 1, 2)]
    found, _ = one_age(tmp_path, rows)
    assert found == {("0301", 2019): 10, ("0301", 2025): 18}
    assert "030101 Gamle Oslo" in (tmp_path / "out" / "statbank_import.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('"4026 Tinn";"Menn";"0 år";1.234', r"row 2, column 4.*'1.234' is no number"),
        ('"4026 Tinn";"Menn";"barn";12', r"row 2, column 3.*'barn' is no age"),
        ('"4026 Tinn";"Menn";;12', "row 2, column 3.*empty"),
        ('"4026 Tinn";"Menn";"0 år";..', r"lacks figures of 4026 2025 \(not reported\)"),
        ('"4026 Tinn";"Menn";"0 år";:', "hidden to protect persons"),
    ],
)
def test_what_is_not_clear_is_refused_with_its_cell(tmp_path, text, told):
    path = tmp_path / "07459.csv"
    path.write_text(f'"region";"kjønn";"alder";"Personer 2025"\n{text}\n', encoding="utf-8")
    with pytest.raises((SourceError, MissingDataError), match=told):
        import_statbank(path, tmp_path / "out", today=TODAY)
    assert not (tmp_path / "out").exists()


def test_a_figure_of_a_part_is_never_taken_for_the_whole():
    declared = declarations()["care_figures"]
    metric = variables_of(declared)[-1]
    for text in ("Brukere av hjemmetjenester 67-79 år (antall)", "Årsverk per bruker",
                 "Andel brukere av hjemmetjenester (prosent)"):  # fmt: skip
        assert read_texts(declared, metric, [text], {}).codes[text] is None
    both = ("Brukere av hjemmetjenester (antall)", "Mottakere av hjemmetjenester (antall)")
    assert set(read_texts(declared, metric, both, {}).unclear) == set(both)


def test_educations_above_columns_are_read_with_those_that_are_not_asked_for(fetched, tmp_path):
    folder, service = fetched
    heads = ["KOKutdanningoms0000", "ContentsCode", "Tid"]
    files = [tmp_path / "a.json", tmp_path / "b.csv"]
    jsonstat(cube_of(service, "07459", towns=TOWNS), files[0])
    wide(cube_of(service, "14534", towns=TOWNS, years=5), files[1], heads=heads)
    import_statbank(files, tmp_path / "out", today=TODAY)
    assert_frame_equal(table(tmp_path / "out", "fte_in_post"), table(folder, "fte_in_post"))


@pytest.mark.parametrize(
    ("number", "how", "told"),
    [
        ("14534", "codes", "found by its texts, and no text says"),
    ],
)
def test_what_codes_or_texts_alone_do_not_tell_is_refused_and_never_another_table(
    number, how, told, fetched, tmp_path
):
    _, service = fetched
    cube = cube_of(service, number, towns=TOWNS, years=5)
    heads = [list(cube.members)[1], "ContentsCode", "Tid"]
    if number == "14534":
        heads = ["Tid"]
    for title in (True, False):
        path = tmp_path / f"{title}.csv"
        wide(cube, path, heads=heads, how=how, named="names" if how == "text" else "codes",
             title=title)  # fmt: skip
        with pytest.raises(SourceError, match=told if title else "no table that is known"):
            import_statbank(path, tmp_path / "out", today=TODAY)


def test_services_above_columns_by_texts_alone_are_read_as_the_one_that_is_asked_for(
    fetched, tmp_path
):
    folder, service = fetched
    heads = ["TenesteType", "ContentsCode", "Tid"]
    wide(cube_of(service, "07459", towns=TOWNS), tmp_path / "a.csv", heads=TIME)
    wide(cube_of(service, "11645", towns=TOWNS, years=5), tmp_path / "b.csv", heads=heads)
    import_statbank([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "out", today=TODAY)
    assert_frame_equal(table(tmp_path / "out", "service_use"), table(folder, "service_use"))


def written(path, rows, head='"region";"kjønn";"alder";"Personer 2025"', title="07459: Befolkning"):
    text = f'"{title}"\n\n{head}\n' if title else f"{head}\n"
    path.write_text(text + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_both_sexes_together_are_never_the_one_that_is_not_told(tmp_path):
    rows = ['"4026 Tinn";"Kvinner";"0 år";12', '"4026 Tinn";"Menn og kvinner";"0 år";25']
    report = import_statbank(written(tmp_path / "a.csv", rows), tmp_path / "out", today=TODAY)
    assert table(tmp_path / "out", "population")["persons"].to_list() == [12]
    assert any("no file has figures of male" in line for line in report.lacking)


@pytest.mark.parametrize(
    ("keep", "asked", "told"),
    [
        (lambda cell: cell["Kjonn"] == "1", [], "no file has figures of female"),
        (lambda cell: cell["Alder"] < "010", [], "ages 0 to 9 alone"),
        (lambda cell: cell["Alder"] != "042", [], "ages 42 are in no file"),
        (lambda cell: cell["Region"] == "4026", ["4001 Porsgrunn"], "no figures of 4001"),
        (lambda cell: cell["Region"] == "4026" or cell["Kjonn"] == "1", [], "4001 .* have fewer"),
        (lambda cell: cell["Tid"] != "2025", [], "years 2025 are in no file"),
        (lambda _: True, [], None),
    ],
    ids=["one sex", "young ages", "an age", "a place", "a sex of a place", "a year", "whole"],
)
def test_half_a_population_is_told_and_the_command_ends_with_1(
    keep, asked, told, fetched, tmp_path
):
    cube = cube_of(fetched[1], "07459", towns=TOWNS, years=3)
    path = tmp_path / "07459.csv"
    long(cube, path, how="codes", named="codes")
    head, *lines = path.read_text("utf-8").splitlines()
    cells = csv.DictReader([head, *lines])
    rows = [line for line, cell in zip(lines, cells, strict=True) if keep(cell)]
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    more = [word for region in asked for word in ("--region", region)]
    arguments = ["import-statbank", str(path), "--out", str(tmp_path / "out"), *more]
    made = CliRunner().invoke(app, arguments)
    assert made.exit_code == (1 if told else 0), made.output
    assert (tmp_path / "out" / "population.csv").exists()
    assert re.search(told or "Next: workforce check", made.output)


def test_a_sheet_of_text_beside_the_figures_is_told_and_left_out(fetched, tmp_path):
    path = tmp_path / "a.xlsx"
    about = [["Befolkning"], ["Sist endret", "15.06.2026"], ["Kontakt", "Statistikkbanken"],
             ["Kilde", "Statistisk sentralbyrå"], ["Merk", "Tall per 1. januar"]]  # fmt: skip
    workbook(cube_of(fetched[1], "07459", towns=TOWNS, years=1), path, heads=TIME, about=about)
    report = import_statbank(path, tmp_path / "out", today=TODAY)
    assert report.lacking == []
    assert [note for note in report.notes if "Om tabellen" in note] == [
        "a.xlsx, sheet Om tabellen holds text without figures, and was left out."
    ]


ROW = '"4026 Tinn";"Menn";"0 år";12'
YEAR = '"region";"kjønn";"alder";'


@pytest.mark.parametrize(
    ("rows", "heads", "told"),
    [
        (['"4026 Tinn";"Menn";"0 år";12,5'], {}, "12.5.*whole numbers"),
        (['"4026 Tinn";"Menn";"0 år";-5'], {}, "-5.*whole numbers"),
        ([ROW + ";13"], {"head": YEAR + '"Personer 2025";'}, "row 4, column 5: no head"),
        ([ROW], {"head": YEAR + '"Endring personer 2025"'}, "row 3, column 4.*Endring personer"),
        ([ROW], {"head": YEAR + '"Døde personer 2025"', "title": ""}, "no table that is known"),
        ([ROW], {"title": "Innvandrere, personer"}, "no table that is known"),
        (['"4026 Tinn";"M";"0 år";12'], {}, "row 4, column 2: sex has nothing.*only M"),
        (['"3818 Tinn";"Menn";"0 år";12'], {}, "No year of a municipality of today"),
        (
            ['"4026 Tinn";"Menn";"80 år eller eldre";12', '"4026 Tinn";"Menn";"105+";2'],
            {},
            r"groups \(105\+, 80\+\)",
        ),
    ],
)
def test_figures_of_something_else_are_refused_and_never_taken_for_inhabitants(
    rows, heads, told, tmp_path
):
    path = written(tmp_path / "a.csv", rows, **heads)
    with pytest.raises((SourceError, MissingDataError), match=f"(?s){told}"):
        import_statbank(path, tmp_path / "out", today=TODAY)
    assert not (tmp_path / "out").exists()


def test_the_country_without_oslo_and_other_sums_of_kostra_are_no_municipalities():
    declared = declarations()["care_figures"]
    texts = ["EAK Landet", "EAKUO Landet uten Oslo", "EAFK40 Telemark", "EKG03 KOSTRA-gruppe 3"]
    read = read_texts(declared, variables_of(declared)[0], texts, {})
    assert read.codes == dict.fromkeys(texts)


def test_json_that_is_no_table_is_refused_by_its_name(tmp_path):
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SourceError, match=r"a\.json"):
        import_statbank(tmp_path / "a.json", tmp_path / "out", today=TODAY)


def test_a_proposal_by_columns_alone_asks_to_see_what_the_figures_are_of(tmp_path):
    path = written(tmp_path / "a.csv", [ROW], title="06913: Døde personer")
    assert "table: population  # By the columns alone" in suggest_table(path)


def test_the_number_of_another_table_in_the_name_of_a_file_is_believed(tmp_path):
    with pytest.raises(SourceError, match="table 05185 is not among those that are known"):
        import_statbank(
            written(tmp_path / "05185.csv", [ROW], title=""), tmp_path / "out", today=TODAY
        )


def test_years_alone_above_columns_are_years_and_the_title_tells_what_is_counted(tmp_path):
    path = written(tmp_path / "a.csv", [ROW], YEAR + "2025", "07459: Personer, etter region og år")
    import_statbank(path, tmp_path / "out", today=TODAY)
    assert table(tmp_path / "out", "population")["year"].to_list() == [2025]


@pytest.mark.parametrize(
    ("name", "at", "text"),
    [
        ("care_figures", -1, "Personer på venteliste for langtidsopphold"),
        ("care_figures", -1, "Gjennomsnittlig tildelte timer hjemmetjenester"),
        ("fte_in_post", -1, "Årsverk justert for legemeldt fravær"),
        ("fte_in_post", 2, "Alle unntatt ledere"),
        ("fte_in_post", 3, "Psykiatrisk sykepleier"),
        ("service_use", 3, "Hjemmetjenester i alt"),
        ("service_use", -1, "Brukarar på venteliste"),
    ],
)
def test_a_text_without_a_code_that_says_more_is_left_out(name, at, text):
    declared = declarations()[name]
    assert read_texts(declared, variables_of(declared)[at], [text], {}).codes[text] is None


def test_a_table_of_both_sexes_is_not_read_from_a_title_that_says_one(fetched, tmp_path):
    _, service = fetched
    figures = cube_of(service, "11645", towns=TOWNS)
    path = tmp_path / "b.csv"
    wide(replace(figures, title="11645: Kvinnelige brukere, etter region"), path, heads=["Tid"])
    with pytest.raises(SourceError, match=r"b\.csv: its title says 'Kvinnelige'.* both sexes"):
        import_statbank(path, tmp_path / "out", today=TODAY)
    wide(replace(figures, title="11645: Brukere, kvinner og menn"), path, heads=["Tid"])
    with pytest.raises(MissingDataError, match="07459"):
        import_statbank(path, tmp_path / "out", today=TODAY)


def test_tables_are_added_to_an_earlier_import_and_own_tables_stay(fetched, tmp_path):
    _, service = fetched
    out = tmp_path / "out"
    jsonstat(cube_of(service, "07459", towns=TOWNS), tmp_path / "a.json")
    jsonstat(cube_of(service, "11645", towns=TOWNS), tmp_path / "b.json")
    with pytest.raises(MissingDataError, match="07459"):
        import_statbank(tmp_path / "b.json", out, today=TODAY)
    import_statbank(tmp_path / "a.json", out, today=TODAY)
    import_statbank(tmp_path / "b.json", out, today=TODAY)
    record = read_record(out)
    assert {"population", "service_use", "regions"} <= set(record.tables)
    assert {one["table"] for one in record.sources} == {"population", "service_use"}
    own = tmp_path / "own"
    own.mkdir()
    (own / "population.csv").write_text("region,sex,age,year,persons\n", encoding="utf-8")
    with pytest.raises(workforce.errors.ParameterError, match="was not fetched"):
        import_statbank(tmp_path / "a.json", own, today=TODAY)


def test_nobody_of_an_extract_of_staff_is_quoted_or_written_down(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Fødselsnummer;Navn;kjønn\n01019012345;Kari Nordmann;K\n", encoding="utf-8")
    for more in (["--table", "07459"], ["--suggest", str(tmp_path / "m.yaml")]):
        made = CliRunner().invoke(app, ["import-statbank", str(path), *more])
        assert made.exit_code == 2
        assert "workforce import-staff" in made.output
        assert "Nordmann" not in made.output
        assert "12345" not in made.output
    assert not (tmp_path / "m.yaml").exists()


def test_the_command_tells_all_files_that_cannot_be_read_at_once(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("Rapport;2025\nx;1\n", encoding="utf-8")
    found = CliRunner().invoke(
        app, ["import-statbank", *(str(tmp_path / n) for n in ("a.csv", "b.csv", "c.csv")),
              "--out", str(tmp_path / "out")],
    )  # fmt: skip
    assert found.exit_code == 2
    for name in ("a.csv", "b.csv", "c.csv"):
        assert name in found.output
    assert "07459 (Inhabitants by sex and single age)" in found.output


def test_a_table_that_is_not_known_is_read_by_the_mapping_that_was_proposed_for_it(tmp_path):
    path, mapping = tmp_path / "a.csv", tmp_path / "m.yaml"
    path.write_text(
        "06913: Folkemengde\n\n"
        '"region";"kjønn";"alder";"Personer 2024";"Personer 2025"\n'
        '"4026 Tinn";"Menn";"0 år";3;4\n"4026 Tinn";"Kvinner";"0 år";5;:\n'
        '"4026 Tinn";"Begge kjønn";"0 år";8;9\n',
        encoding="utf-8",
    )
    with pytest.raises(SourceError, match="06913 is not among"):
        import_statbank(path, tmp_path / "out", today=TODAY)
    arguments = ["import-statbank", str(path), "--suggest", str(mapping)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert CliRunner().invoke(app, arguments).exit_code == 2, "a file is never written over"
    report = import_statbank(path, tmp_path / "out", mapping=mapping, today=TODAY)
    found = table(tmp_path / "out", "population").sort("year", "sex")
    assert found["persons"].to_list() == [5, 3, 4]
    assert any("1 cells are hidden" in note for note in report.notes)
    open_mapping = mapping.read_text(encoding="utf-8").replace("female", "CHANGE")
    mapping.write_text(open_mapping, encoding="utf-8")
    with pytest.raises(workforce.errors.ParameterError, match="still says CHANGE"):
        import_statbank(path, tmp_path / "out", mapping=mapping, today=TODAY)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["4026", "3203", "1103", "5001", "0301", "4601"]), st.integers(2015, 2026))
def test_the_numbers_of_a_municipality_before_lead_to_it_alone(code, year):
    from workforce.contract.municipalities import successors

    numbers = numbers_before(code, year)
    for number in numbers:
        assert [one.new for one in successors(number)] in ([code], [])
    assert year < 2024 or numbers == {code}
