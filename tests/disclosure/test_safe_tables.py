"""Tables that may be built on in public: what they tell, and of what they are made."""

from functools import cache

import polars as pl
import pytest
from tests.tables import read_folder

from workforce import load_inputs
from workforce.contract.between_tables import EMPLOYERS
from workforce.contract.check import check_tables
from workforce.contract.dictionary import tables as known_tables
from workforce.contract.folder import FetchReport, Folder, FolderReport
from workforce.disclosure.keys import sample_key
from workforce.disclosure.national import BANDS
from workforce.disclosure.safe_folder import protect
from workforce.disclosure.safe_tables import Rounding, digest_of, places, safe_tables
from workforce.disclosure.stocks import all_persons
from workforce.errors import DataError, ParameterError
from workforce.sources.tables.files import packaged_folder
from workforce.sources.tables.folder import folder_of

TOWNS = ["9008", "9012"]
Tables = dict[str, pl.DataFrame]


def of_towns(tables: Tables, towns: list[str]) -> Tables:
    """Rows of some employers, and of what is none."""
    every = tables["regions"].filter(pl.col("level").is_in(EMPLOYERS))["region"].to_list()
    out = pl.col("region").is_in([town for town in every if town not in towns])
    return {
        name: table.filter(~out) if "region" in table.columns else table
        for name, table in tables.items()
    }


@cache
def true() -> Tables:
    sample = read_folder(packaged_folder("sample"))
    sample["fte_in_post"] = sample["funded_posts"].filter(pl.col("year") == 2026)
    sample["kostra_figures"] = pl.DataFrame(
        [
            ("9012", "health_care", "home_service_users", 2025, 23.0),
            ("9012", "health_care", "home_service_users_80_plus", 2025, 14.0),
            ("9012", "health_care", "long_stay_residents", 2025, 9.0),
            ("9012", "health_care", "care_fte", 2025, 17.3),
            ("9012", "primary_school", "group_size", 2025, 11.4),
        ],
        schema=["region", "sector", "key_figure", "year", "figure"], orient="row",
    )  # fmt: skip
    sample["wages"] = pl.DataFrame(
        [("2223", 661_000.0, "Budget"), ("5321", 575_000.0, "Budget")],
        schema=["occupation", "pay", "source"], orient="row",
    )  # fmt: skip
    return of_towns(sample, TOWNS)


def protected(tables: Tables) -> Tables:
    lists = {"occupations": tables["occupations"], "sectors": tables["sectors"]}
    return safe_tables(tables, lists, Rounding(), key=sample_key())


@cache
def safe() -> Tables:
    return protected(true())


def test_every_column_of_every_table_says_what_the_public_gets_of_it():
    for table in known_tables().values():
        for column in table.columns:
            assert column.becomes in ("public", "rounded", "derived", "dropped"), (
                f"{table.name}.{column.name}"
            )


def test_a_table_or_column_of_which_nobody_has_said_so_is_refused():
    staff = true()["staff"].with_columns(salary=pl.lit(1.0))
    with pytest.raises(DataError, match=r"staff\.salary, diagnoses\.region"):
        protected(true() | {"staff": staff, "diagnoses": true()["regions"].select("region")})


def test_a_base_under_five_and_a_key_that_is_no_key_are_refused():
    with pytest.raises(ParameterError, match="at least 5"):
        Rounding(base=3)
    with pytest.raises(ParameterError, match="7 bytes"):
        safe_tables(true(), true(), Rounding(), key=b"too few")


def sums(table: pl.DataFrame, value: str, *by: str) -> pl.DataFrame:
    return table.group_by(by).agg(pl.col(value).sum()).sort(by)


@pytest.mark.parametrize(
    "by",
    [
        ("region",),
        ("region", "sector"),
        ("region", "sector", "group"),
        ("region", "sector", "occupation"),
    ],
)
def test_staff_of_the_base_year_is_within_four_persons_in_cell_group_sector_and_place(by):
    group = true()["occupations"].select("occupation", "group")
    now = pl.col("year") == 2026
    a = sums(true()["staff"].filter(now).join(group, on="occupation"), "persons", *by)
    b = sums(safe()["staff"].filter(now).join(group, on="occupation"), "persons", *by)
    both = a.join(b, on=by, how="full", coalesce=True, suffix="_shown").fill_null(0.0)
    off = (both["persons"] - both["persons_shown"]).abs()
    assert off.max() <= 4.001
    rest = both["persons_shown"] % 5.0
    assert max(min(r, 5.0 - r) for r in rest) < 1e-4


def test_every_table_is_sorted_by_its_key_so_that_folders_that_show_alike_are_alike():
    for name, table in safe().items():
        assert table.equals(table.sort(known_tables()[name].key)), name


def test_fifty_persons_made_of_parts_count_as_fifty_whatever_their_last_digits():
    parts = pl.DataFrame({"persons": [50.0 / 3.0] * 2 + [50.0 / 3.0 - 3e-8]})
    assert parts["persons"].sum() < 50.0 == parts.select(all_persons()).item()


def test_a_cell_shown_as_nobody_has_no_row_and_bands_of_age_fit_the_sectors():
    assert (safe()["staff"]["persons"] > 0).all()
    now = safe()["staff"].filter(pl.col("year") == 2026)
    cells = sums(now, "persons", "region", "sector", "occupation")
    assert cells["persons"].min() > 4.99
    band = pl.coalesce(
        pl.when(pl.col("age").is_between(*ages)).then(pl.lit(name)) for name, ages in BANDS.items()
    )
    in_bands = sums(now.with_columns(band=band), "persons", "region", "sector", "band")
    whole = in_bands["persons"] / 5.0
    assert (whole - whole.round()).abs().max() < 1e-4


def test_nothing_of_a_place_depends_on_which_other_places_are_in_the_folder():
    alone = protected(of_towns(true(), ["9012"]))
    for name, table in alone.items():
        if "region" in table.columns and name != "regions":
            here = pl.col("region") == "9012"
            assert table.filter(here).equals(safe()[name].filter(here)), name


def test_another_year_changes_nothing_of_what_a_year_shows():
    shorter = dict(true())
    shorter["staff"] = true()["staff"].filter(pl.col("year") != 2022)
    of_year = sums(safe()["staff"], "persons", "region", "sector", "year")
    other = sums(protected(shorter)["staff"], "persons", "region", "sector", "year")
    kept = of_year.filter(pl.col("year") != 2022)
    assert kept["persons"].to_list() == pytest.approx(other["persons"].to_list(), abs=1e-4)


def test_a_county_is_the_sum_of_its_protected_municipalities_and_its_own_rows_are_gone():
    for name in ("staff", "staff_flows", "shortage", "funded_posts", "service_use"):
        assert set(safe()[name]["region"]) <= set(TOWNS), name
    louder = true()["staff_flows"].with_columns(
        persons=pl.when(pl.col("region") == "90").then(99.0).otherwise(pl.col("persons"))
    )
    assert digest_of(protected(true() | {"staff_flows": louder})) == digest_of(safe())
    absence = true()["absence"].with_columns(
        absence_rate=pl.when(pl.col("region") == "90").then(0.3).otherwise(pl.col("absence_rate"))
    )
    assert digest_of(protected(true() | {"absence": absence})) == digest_of(safe())


def within_band(age: pl.Expr) -> pl.Expr:
    return pl.coalesce(
        pl.when(age.is_between(*ages)).then(pl.lit(min(ages[1], 70), pl.Int64))
        for ages in BANDS.values()
    )


def merged(table: pl.DataFrame, *values: str) -> pl.DataFrame:
    keys = [name for name in table.columns if name not in values]
    return table.group_by(keys, maintain_order=True).agg(pl.col(values).sum())


def but(table: str, column: str, value: object, **where: object) -> Tables:
    """The table with another value in some rows, or in all."""
    rows = true()[table]
    here = pl.all_horizontal(pl.lit(True), *(pl.col(name) == one for name, one in where.items()))
    new = value if isinstance(value, pl.Expr) else pl.lit(value)
    new = new.cast(rows.schema[column])
    return {
        table: rows.with_columns(pl.when(here).then(new).otherwise(pl.col(column)).alias(column))
    }


def one_more(table: str, column: str, least: float = 0.0) -> Tables:
    """The table with one person more in the first row of which nothing shows."""
    rows = true()[table].with_row_index("row")
    for row in rows.filter((pl.col("region") == "9012") & (pl.col(column) > least))["row"]:
        one = pl.when(pl.col("row") == row).then(1.0).otherwise(0.0)
        more = rows.with_columns(pl.col(column) + one).drop("row")
        if shows(true() | {table: more}) == shown():
            return {table: more}
    raise AssertionError(f"one more in {table} shows everywhere")


@cache
def shown() -> str:
    return shows(true())


def shows(tables: Tables) -> str:
    if tables["staff"].equals(true()["staff"]):
        return digest_of(protected(tables))
    # Who holds a competence is told by age, so that one more of an age may be one more holder.
    told = protected(tables | {"competence_holding": true()["competence_holding"].clear()})
    return digest_of(told | {name: safe()[name] for name in ("competence_holding",)})


def over_bands() -> pl.DataFrame:
    """Holders of each competence, alike at all ages of a band."""
    t = true()
    band = within_band(pl.col("age"))
    staff = t["staff"].filter(pl.col("region").is_in(TOWNS) & (pl.col("year") == 2026))
    heads = staff.group_by("occupation", "age").agg(heads=pl.col("persons").sum())
    held = t["competence_holding"].join(heads, on=["occupation", "age"], how="left")
    held = held.with_columns(pl.col("heads").fill_null(0.0))
    over = ["occupation", "competence", band]
    holders = (pl.col("share") * pl.col("heads")).sum().over(over)
    every = pl.col("heads").sum().over(over)
    share = pl.when(every > 0).then(holders / every).otherwise(pl.col("share"))
    return held.with_columns(share=share.clip(0.0, 1.0)).drop("heads")


def moved_years() -> pl.DataFrame:
    """Moves of one sector, all in the first year of a period that is over."""
    flows = true()["staff_flows"]
    first = pl.col("year") // 3 * 3
    here = (pl.col("sector") == "health_care") & (first < 2025)
    keys = [name for name in flows.columns if name not in ("persons", "exposure")]
    rows = flows.with_columns(year=pl.when(here).then(first).otherwise(pl.col("year")))
    rows = rows.group_by(keys, maintain_order=True).agg(
        pl.col("persons").sum(), pl.col("exposure").max()
    )
    cell = [name for name in keys if name != "flow"]
    return rows.with_columns(pl.col("exposure").max().over(cell))


def own_code() -> Tables:
    """An occupation of an own list for the one person who has it, named wherever it can be."""
    t = true()
    few = (pl.col("region") == "9012") & (pl.col("year") == 2026)
    for code, one in enumerate(t["staff"].filter(few).iter_slices(1), 2901):
        new = pl.lit(str(code))
        person = one.with_columns(occupation=new, persons=pl.lit(1.0), fte=pl.lit(1.0))
        staff = {"staff": pl.concat([t["staff"], person])}
        if shows(true() | staff) == shown():
            break
    more = {
        name: t[name].head(1).with_columns(occupation=new)
        for name in ("occupations", "staffing_norms", "competence_requirement", "training",
                     "task_sharing", "other_employers", "competence_holding", "shortage",
                     "funded_posts", "wages")
    }  # fmt: skip
    skill = pl.lit("own_skill")
    more["competences"] = t["competences"].head(1).with_columns(competence=skill)
    for name in ("competence_requirement", "competence_holding"):
        more[name] = more[name].with_columns(competence=skill)
    for name in ("shortage", "funded_posts"):
        more[name] = more[name].with_columns(region=pl.lit("9012"), fte=pl.lit(0.01))
    found = {name: pl.concat([t[name], rows]) for name, rows in more.items()}
    goes = t["education_occupations"]
    here = goes["education"][0]
    to_it = goes.head(1).with_columns(occupation=new, share=pl.lit(0.5))
    half = pl.when(pl.col("education") == here).then(0.5).otherwise(1.0)
    found["education_occupations"] = pl.concat([goes.with_columns(pl.col("share") * half), to_it])
    return found | staff


def another_unit() -> Tables:
    """A unit with one user, of which nothing shows."""
    units = true()["service_units"]
    one = units.filter(pl.col("region") == "9012").head(1).with_columns(users=pl.lit(1.0))
    for name in "abcdefgh":
        more = pl.concat([units, one.with_columns(service_unit=pl.lit(name))])
        if shows(true() | {"service_units": more}) == shown():
            return {"service_units": more}
    raise AssertionError("a unit of one shows by every name")


def others_employ() -> Tables:
    """Some persons more at other employers, of whom nothing shows."""
    rows = true()["other_employers"]
    for more in (0.1, 0.2, 0.3, 0.4):
        other = rows.with_columns(pl.col("employed") + more)
        if shows(true() | {"other_employers": other}) == shown():
            return {"other_employers": other}
    raise AssertionError("every person at other employers shows")


def others_part_time() -> Tables:
    """Another number of part-timers, of which nothing shows."""
    rows = true()["part_time"]
    for less in (1, 2, 3, 4):
        small = pl.col("region") == "9012"
        other = rows.with_columns(
            part_timers=pl.when(small).then(less).otherwise("part_timers"),
            wants_more=pl.when(small).then(0.3).otherwise("wants_more"),
        )
        if shows(true() | {"part_time": other}) == shown():
            return {"part_time": other}
    raise AssertionError("every part-timer of a small service shows")


def test_what_part_timers_want_is_told_only_of_fifty_or_more_who_show() -> None:
    asked = true()["part_time"].with_columns(wants_more=pl.lit(1 / 3))
    told = protected(true() | {"part_time": asked})["part_time"]
    few = pl.col("part_timers") < 50
    assert 0 < told.filter(few).height < told.height
    assert told.filter(few)["wants_more"].null_count() == told.filter(few).height
    assert set(told.filter(~few)["wants_more"]) == {0.3}


@cache
def alike() -> dict[str, Tables]:
    """Other true folders that show the same: what is not told was changed in each."""
    t = true()
    staff = t["staff"].with_columns(age=within_band(pl.col("age")), sex=pl.lit("male"))
    flows = t["staff_flows"]
    posts = ["region", "sector", "occupation", "age", "year", "flow"]
    young = pl.when(pl.col("age") < 35).then(30).otherwise(40).cast(pl.Int64)
    moved = flows.with_columns(age=young).select(*posts, "persons")
    moved = merged(moved, "persons").with_columns(sex=pl.lit("male"), exposure=pl.lit(0.0))
    use = t["service_use"].with_columns(sex=pl.lit("female"), age=pl.lit(33, pl.Int64))
    funded = t["funded_posts"].with_columns(occupation=pl.lit("2422"))
    return {
        "order of rows": {name: table.reverse() for name, table in t.items()},
        "ages in their band, sexes": {"staff": merged(staff, "persons", "fte")},
        "one person more": one_more("staff", "persons"),
        "hours of few": but("staff", "fte", 0.1, region="9012"),
        "who left": {"staff_flows": moved.select(flows.columns)},
        "who left, in a period that goes on": but("staff_flows", "persons", 3.0, year=2025),
        "whose posts are funded": {"funded_posts": merged(funded, "fte")},
        "posts of few": but("shortage", "fte", 0.2, region="9012", line="agency_overtime"),
        "who the users are": {"service_use": merged(use, "users")},
        "one user more": one_more("service_use", "users"),
        "one user more in a unit": one_more("service_units", "users"),
        "one unit more": another_unit(),
        "who else employs people": others_employ(),
        "part-timers of few": others_part_time(),
        "exposure of moves": but("mobility", "exposure", 7.0),
        "moves in a period that goes on": but("mobility", "persons", 9.0, year=2025),
        "absence of few": but("absence", "absence_rate", 0.2, region="9012"),
        "vacancies of few": but("vacancies", "vacancy_rate", 0.2, region="9012"),
        "shares": but("service_share", "share", pl.col("share") + 1e-4),
        "FTE beside staff": but("fte_in_post", "fte", pl.col("fte") * 3),
        "key figures": but("kostra_figures", "figure", 10.6, key_figure="group_size"),
        "who of a band holds a competence": {"competence_holding": over_bands()},
        "an own occupation and competence of one person": own_code(),
        "in which year of a period they left": {"staff_flows": moved_years()},
    }


@pytest.mark.parametrize("what", list(alike()))
def test_folders_that_show_alike_give_the_same_bytes(what):
    assert shows(true() | alike()[what]) == shown()


def test_every_column_that_is_not_public_was_changed_where_folders_show_alike():
    changed = {
        (name, column)
        for other in list(alike().values())[1:]
        for name, table in other.items()
        for column in table.columns
        if table.height != true()[name].height or not table[column].equals(true()[name][column])
    }
    asked = {
        (table.name, column.name)
        for table in known_tables().values()
        for column in table.columns
        if column.becomes in ("rounded", "derived", "dropped")
        and column.name in true()[table.name].columns
    }  # fmt: skip
    assert asked == asked & changed


def test_a_county_without_municipalities_is_a_place_and_one_with_some_is_their_sum():
    regions = true()["regions"]
    assert places(regions) == TOWNS
    assert places(regions.filter(pl.col("level") == "county")) == ["90"]


def test_a_place_of_which_nothing_shows_is_told_as_one_without_staff():
    few = pl.col("region") == "9012"
    first = true()["staff"].filter(few & (pl.col("year") == 2026)).head(1)
    tables = of_towns(true(), ["9012"]) | {"staff": first.with_columns(persons=pl.lit(0.01))}
    told = protected(tables)
    assert not {"staff", "staff_flows", "shortage", "funded_posts", "absence"} & set(told)
    assert {"population", "service_use"} <= set(told)


def test_what_is_shown_does_change_the_bytes():
    moved = true()["staff"].with_columns(
        persons=pl.when((pl.col("region") == "9012") & (pl.col("sector") == "technical"))
        .then(pl.col("persons") + 5.0)
        .otherwise(pl.col("persons"))
    )
    assert digest_of(protected(true() | {"staff": moved})) != digest_of(safe())


def folder_with_lights(tables: Tables, name: str) -> Folder:
    """A true folder with notes, ignored files and a record of what was fetched."""
    report = FolderReport((), tuple(tables), (), ("salaries.csv",), True, True, notes=("Few.",))
    fetched = FetchReport({"staff": len(tables["staff"])}, notes=["One row was left out."])
    return folder_of(tables, name=name, report=report, fetched=fetched, digest=name)


def test_nothing_of_the_true_folder_but_its_tables_comes_along():
    one = protect(folder_with_lights(true(), "/a/true"), Rounding(), key=sample_key())
    turned = {name: table.reverse() for name, table in true().items()}
    other = protect(folder_with_lights(turned, "/b/true"), Rounding(), key=sample_key())
    assert one.digest == other.digest == digest_of(safe())
    assert (one.name, one.report, one.fetched, one.names) == (
        other.name, other.report, other.fetched, other.names,
    )  # fmt: skip
    assert one.report.notes == one.report.ignored == ()
    assert not one.fetched.tables
    assert not one.fetched.notes
    assert one.report.staff_ready


def test_a_protected_folder_is_sound_and_gives_every_input_that_the_true_one_gives():
    beside = ("fte_in_post", "kostra_figures")
    given = folder_of({name: table for name, table in true().items() if name not in beside})
    out = protect(given, Rounding(), key=sample_key())
    assert not check_tables(dict(out.tables))
    codes = ["9012", "90"]
    a, b = load_inputs(given, region=codes), load_inputs(out, region=codes)
    assert set(b.data_vars) == set(a.data_vars)
    off = (a["staff"] - b["staff"]).sum(["sector", "occupation", "sex", "working_age"])
    assert (abs(off) <= [4.01, 4.01 * len(TOWNS)]).all()
    people = b["staff"] > 0
    assert (b["exit_rate"].where(people, 1.0) > 0).any("cause").all()
    assert ((b["position_share"].where(people, 0.5) > 0) & (b["position_share"] <= 1.0001)).all()


def test_funded_posts_are_the_fte_and_the_unfilled_posts_that_are_shown():
    posts = ["region", "sector", "occupation"]
    now = pl.col("year") == 2026
    fte = sums(safe()["staff"].filter(now), "fte", *posts)
    unfilled = (
        safe()["shortage"].filter(now & (pl.col("line") == "unfilled")).select(*posts, open="fte")
    )
    funded = safe()["funded_posts"].filter(now).select(*posts, funded="fte")
    told = fte.join(funded, on=posts).join(unfilled, on=posts)
    assert told.height > 10
    assert (told["funded"] - told["open"] - told["fte"]).abs().max() < 1e-5


def test_what_a_service_area_counted_stays_counted_also_where_nothing_of_it_shows():
    area = ["region", "sector", "line"]
    latest = true()["shortage"].filter(pl.col("year") == 2026)
    counted = latest.filter(pl.col("region").is_in(TOWNS)).select(area).unique().sort(area)
    shown = safe()["shortage"].select(area).unique().sort(area)
    staffed = safe()["staff"].select("region", "sector").unique()
    assert shown.rows() == counted.join(staffed, on=["region", "sector"], how="semi").rows()
    none = safe()["shortage"].filter(pl.col("fte") == 0)
    assert none.height
    assert not none.select(area).is_duplicated().any()


def test_rows_of_a_place_that_writes_no_zeros_do_not_tell_that_somebody_is_there():
    """With rows for what is above 0 only, a row of 0 in their place would be 1 to 4 persons."""
    some = true()["shortage"].filter(pl.col("fte") > 0)
    area = (pl.col("region") == "9012") & (pl.col("line") == "unqualified")
    area &= pl.col("sector") == "technical"
    assert some.filter(area & (pl.col("year") == 2026)).height
    shown = [
        protected(true() | {"shortage": rows})["shortage"] for rows in (some, some.filter(~area))
    ]
    assert shown[0].equals(shown[1])


def test_units_are_numbered_by_size_and_show_the_sum_that_their_users_show():
    units = sums(safe()["service_units"], "users", "region", "sector")
    assert (units["users"] % 5.0 == 0).all()
    for _, rows in safe()["service_units"].group_by("region", "sector"):
        sizes = rows.sort(pl.col("service_unit").cast(pl.Int64))["users"].to_list()
        assert sizes == sorted(sizes, reverse=True)


def test_the_price_of_an_occupation_of_few_people_does_not_go_out() -> None:
    shows = protected(true())
    sizes = dict(
        shows["staff"].group_by("occupation", "year").agg(all_persons())
        .group_by("occupation").agg(pl.col("persons").max()).iter_rows()
    )  # fmt: skip
    few = next(code for code, persons in sizes.items() if persons < 10)
    own = pl.DataFrame(
        [(few, 1_234_000.0, "Budget")], schema=["occupation", "pay", "source"], orient="row"
    )
    more = true() | {"wages": pl.concat([true()["wages"], own])}
    assert protected(more)["wages"].equals(shows["wages"])
    assert set(shows["wages"]["occupation"]) <= {c for c, n in sizes.items() if n >= 10}
    alone = {name: table for name, table in true().items() if name != "staff"}
    assert "wages" not in protected(alone)
