"""The money of a plan as a page tells it: sums, stamps and what is not known."""

import re
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.contract.results import ROW
from workforce.reports import charts
from workforce.reports.charts.figures import Subject
from workforce.reports.charts.prices import adding_column, plan_prices
from workforce.reports.money import price_told, price_written, prices_told
from workforce.results.mobilising import plan_measures
from workforce.texts.catalogue import LANGUAGES, load_texts

OWN = {
    "mine": {
        "title": {"nb": "a", "nn": "b", "en": "c"},
        "measures": [
            {"lever": "absence", "options": {"points": -0.5}},
            {"lever": "recruitment", "options": {"percent": 5}},
            {"lever": "staffing_standard", "options": {"percent": -1}},
        ],
    }
}
INVENTED = "Assumption made for the fictional county"
PLAN = plan_measures("mine", OWN)
ABSENCE = {"running": 1.2, "wages": 3.0, "sick_pay": -3.0, "extra_hours": 0.0, "price": 1.2,
           "bought": -0.4, "net": 0.8}  # fmt: skip
RECRUITS = {"running": 0.3, "wages": 8.0, "sick_pay": 0.0, "extra_hours": 0.0, "price": 8.3,
            "bought": -1.0, "net": 7.3}  # fmt: skip
STANDARD = {"wages": 0.0, "sick_pay": 0.0, "extra_hours": 0.0, "bought": -0.6}


def row(variable: str, central: float, **keys: Any) -> dict[str, Any]:
    return {
        "scenario": "mine", "region": "1", "sector": "all", "occupation": "all", "dimension": "",
        "category": "", "detail": "", "variable": variable, "unit": "", "year": 2036, "level": 0.8,
        "central": central, "lower": central, "upper": central, "persons": 500.0,
    } | keys  # fmt: skip


def made(*, counted: bool = True, basis: str = "national") -> Figures:
    rows = [
        row("measure_money", amount * 1e6, dimension="money", category=one.name, detail=item)
        for one, items in zip(PLAN, (ABSENCE, RECRUITS, STANDARD), strict=True)
        for item, amount in items.items()
        if counted or item not in ("bought", "net")
    ]
    part = {"dimension": "part"}
    rows += [row("measure_effect", fte, category=one.name, **part)
             for one, fte in zip(PLAN, (-4.0, -10.0, -1.0), strict=True)]  # fmt: skip
    rows += [
        row("measure_once", 5e6, category=PLAN[0].name, **part),
        row("missing_fte", 20.0, scenario="baseline"),
        row("missing_fte", 5.0),
        row("gap_money", 16e6, dimension="gap_price", category="own"),
    ]
    if counted:
        rows += [row("gap_money", 10e6, dimension="gap_price", category="bought"),
                 row("gap_bought_share", 0.25)]  # fmt: skip
    sources = {PLAN[0].name: INVENTED, PLAN[1].name: "Budget 2027", "absence": INVENTED}
    facts = Facts(plan=PLAN, cost_sources=sources, wage_basis=basis)
    return Figures(pl.DataFrame(rows, schema=ROW), "public", 5, facts)


def subject(language: str = "en", **changes: Any) -> Subject:
    about = {"sector": "all", "scenario": "mine"} | changes
    return Subject(
        region="1", base_year=2026, horizon_year=2036, texts=load_texts(language),
        names=Names({}, {}), **about,
    )  # fmt: skip


def test_the_money_of_each_measure_adds_up_and_an_invented_figure_is_stamped_where_it_stands() -> (
    None
):
    chart = charts.plan_money(made(), subject())
    assert chart.table is not None
    absence, recruits, standard, total = chart.table.to_dicts()
    running, once = "Running cost a year (NOK million)", "One-off cost (NOK million)"
    assert absence[running] == "1.2 (made up)"
    assert absence[once] == "5.0 (made up)"
    assert (recruits[running], recruits[once]) == ("0.3", "not given")
    assert standard[running] == "not given"
    assert standard["Price a year (NOK million)"] == "–"
    assert (total[running], total["Price a year (NOK million)"]) == ("1.5", "9.5")
    bought = "Agency hours and overtime that end, at most (NOK million)"
    assert (standard[bought], total[bought]) == ("–", "−1.4")
    assert total["Net a year (NOK million)"] == "8.1"
    each = "Price per FTE a year (NOK)"
    assert (absence[each], recruits[each], total[each]) == ("–", "830,000", "679,000")
    assert "14 FTE" in chart.title
    assert "not in the totals: Changed staffing per user" in chart.note
    assert any("national figures" in column for column in chart.table.columns)
    assert "gives fewer than five FTE has no price per FTE" in chart.note


def test_the_price_of_a_plan_is_stamped_and_names_what_it_has_no_cost_of() -> None:
    assert price_told(made(), subject()) == (
        "The measures that are priced cost NOK 9.5 million (made up for the example county) in "
        "2036 and give 14 FTE: NOK 679,000 per FTE a year.\nNo cost is given for these, so they "
        "are not in the totals: Changed staffing per user."
    )
    own = Facts(plan=PLAN, cost_sources={PLAN[0].name: "Budget 2027"}, wage_basis="own")
    assert "made up" not in price_told(Figures(made().table, "public", 5, own), subject())


def test_the_price_of_a_measure_and_its_running_cost_are_written_as_exactly() -> None:
    small = made().table.with_columns(pl.col("central") / 20.0)
    figures = Figures(small, "public", 5, made().facts)
    name = PLAN[1].name
    assert prices_told(figures, subject(), "price")[name] == pytest.approx(0.42)
    running = prices_told(figures, subject(), "running")[name]
    assert price_written(running, figures, subject()) in ("0.01", "0.02")


def test_a_small_measure_keeps_its_price_where_rounding_leaves_something_over() -> None:
    # 2.16, 8.18 and 0.36 sum to 10.70: rounded one by one they are 10.8.
    prices = {"a": 2.16e6, "b": 8.18e6, "c": 0.36e6}
    assert adding_column(prices, 1) == {"a": 2.2, "b": 8.1, "c": 0.4}
    assert adding_column({name: -one for name, one in prices.items()}, 1)["b"] == -8.1
    assert sum(adding_column({str(n): 0.36e6 for n in range(6)}, 1).values()) == pytest.approx(2.2)


def test_leaving_the_gap_has_a_price_where_somebody_counted_what_is_bought() -> None:
    note = charts.plan_money(made(), subject()).note
    assert "20 FTE are missing" in note
    assert "(25%)" in note
    assert "NOK 10.0 million" in note
    unknown = charts.plan_money(made(counted=False), subject())
    assert "is not known" in unknown.note
    assert unknown.table is not None
    assert unknown.table["Net a year (NOK million)"].to_list() == ["–"] * 4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("basis", ["own", "national", "both"])
def test_whose_wages_they_are_is_said_in_every_language(language: str, basis: str) -> None:
    chart = charts.plan_money(made(basis=basis), subject(language))
    assert chart.table is not None
    assert "{" not in "".join([chart.title, chart.note, *chart.table.columns])


def test_a_page_of_one_service_or_without_a_plan_has_no_money() -> None:
    assert charts.plan_money(made(), subject(sector="care")).table is None
    empty = Figures(pl.DataFrame(schema=ROW), "public", 5, Facts())
    assert charts.plan_money(empty, subject()).table is None


def test_the_plan_stands_beside_the_cheapest_mixes_with_its_own_price() -> None:
    mix = {"dimension": "mix", "category": "1"}
    lever = {"dimension": "mix_lever", "category": "1"}
    rows = [
        row("mix_gap", 0.0, **mix), row("mix_cost", 6e6, **mix), row("mix_chance", 0.8, **mix),
        row("mix_hiring", -1.46e6, **mix),
        row("mix_size", -1.0, detail="absence", **lever),
        row("mix_chance", 0.64, dimension="mix", category="plan"),
        row("measure_money", -4e6, dimension="money", category="hiring", detail="price"),
    ]  # fmt: skip
    base = made()
    facts = Facts(
        plan=PLAN, cost_sources=base.facts.cost_sources, goal={"target": 0, "probability": 0.8}
    )
    table = pl.concat([base.table, pl.DataFrame(rows, schema=ROW)])
    chart = charts.cheapest_mixes(Figures(table, "public", 5, facts), subject())
    assert chart.table is not None
    plan, first = (
        chart.table["The plan"].to_list(),
        chart.table["Mix 1, in the order of KS"].to_list(),
    )
    assert plan[0] == "−0.5 percentage points of agreed person-days"
    made_up = " (made up for the example county)"
    assert plan[-5:] == [
        f"at least NOK 9.5 million{made_up}", "NOK −4.0 million",
        f"at least NOK 5.5 million{made_up}", "5.0", "64%",
    ]  # fmt: skip
    assert first[-5:-2] == [
        f"NOK 6.0 million{made_up}", "NOK −1.5 million", f"NOK 4.5 million{made_up}",
    ]  # fmt: skip
    assert "NOK 4.5 million a year" in chart.title
    assert first[1] == "–", "a lever of the plan that the mix does without"


def _number(cell: str) -> float:
    first = cell.split(" ")[0].replace("\u2212", "-")
    return float(first) if first not in ("not", "\u2013") else 0.0


def with_hiring() -> Figures:
    base = made()
    saved = {"running": 0.0, "wages": -4.0, "price": -4.0, "net": -4.0}
    rows = [
        row("measure_money", amount * 1e6, dimension="money", category="hiring", detail=item)
        for item, amount in saved.items()
    ]
    rows.append(row("measure_effect", 5.0, category="hiring", dimension="part"))
    table = pl.concat([base.table, pl.DataFrame(rows, schema=ROW)])
    return Figures(table, "public", 5, base.facts)


def test_what_is_taken_off_a_price_is_no_clause_where_nothing_follows() -> None:
    base = with_hiring()
    little = pl.when(variable="measure_effect").then(pl.col("central") / 100.0).otherwise("central")
    figures = Figures(base.table.with_columns(central=little), "public", 5, base.facts)
    assert "who need not be recruited is taken off." in price_told(figures, subject())


def test_a_plan_has_one_price_in_the_answer_the_table_of_measures_the_money_and_the_mixes() -> None:
    mix = {"dimension": "mix", "category": "1"}
    rows = [row(f"mix_{name}", 6e6, **mix) for name in ("gap", "cost", "chance")]
    rows.append(row("mix_size", -1.0, detail="absence", dimension="mix_lever", category="1"))
    figures = with_hiring()
    facts = replace(figures.facts, goal={"target": 0, "probability": 0.8})
    table = pl.concat([figures.table, pl.DataFrame(rows, schema=ROW)])
    figures = Figures(table, "public", 5, facts)
    assert price_told(figures, subject()).startswith(
        "The measures that are priced cost NOK 5.5 million (made up for the example county) in "
        "2036, once 4.0 "
        "million in wages of those who need not be recruited is taken off, and give 9 FTE"
    )
    money, mixes, answer = (
        one(figures, subject()).table
        for one in (charts.plan_money, charts.cheapest_mixes, charts.plan_answer)
    )
    assert money["Price a year (NOK million)"].to_list()[-1] == "5.5"
    for row_of in money.to_dicts():
        cells = [_number(row_of[name]) for name in money.columns if name.endswith("(NOK million)")]
        once, running, wages, saved, price, bought, net = cells
        assert price + bought == pytest.approx(net, abs=1e-9)
        if not once and price:
            assert running + wages + saved == pytest.approx(price, abs=1e-9)
    assert "NOK 5.5 million" in mixes["The plan"].to_list()[-3]
    price = answer["Price a year, wages included (NOK million)"].to_list()
    assert price[-4:-2] == ["−4.0", "5.5 (made up for the example county)"]
    parts = [one.split(" ")[0] for one in price[:-3] if one[-1] != "n"]
    assert sum(float(one.replace("−", "-")) for one in parts) == pytest.approx(5.5)
    gives = answer[next(name for name in answer.columns if name.startswith("Expected"))].to_list()
    *each, total, apart, fewer = (float(one.replace("−", "-").split(" ")[0]) for one in gives)
    assert sum(each) == total
    assert total + apart == fewer == 15.0, "as what is missing is printed with the plan and without"


def test_those_who_need_not_be_recruited_are_a_row_that_lowers_the_price() -> None:
    chart = charts.plan_money(with_hiring(), subject())
    assert chart.table is not None
    hired, total = chart.table.to_dicts()[-2:]
    assert hired["Measure"] == "Fewer to recruit where posts are filled"
    assert hired["Price a year (NOK million)"] == "−4.0"
    assert hired["One-off cost (NOK million)"] == "–"
    assert total["Price a year (NOK million)"] == "5.5"
    assert "9 FTE" in chart.title


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-4e7, 4e7)] * 4), min_size=3, max_size=3))
def test_whatever_measures_cost_the_printed_parts_add_up_by_row_and_by_column(
    amounts: list[tuple[float, ...]],
) -> None:
    rows = []
    for one, (running, wages, sick_pay, bought) in zip(PLAN, amounts, strict=True):
        price = running + wages + sick_pay
        money = {"running": running, "wages": wages, "sick_pay": sick_pay, "price": price,
                 "bought": bought, "net": price + bought}  # fmt: skip
        rows += [
            row("measure_money", amount, dimension="money", category=one.name, detail=item)
            for item, amount in money.items()
        ]
    figures = Figures(pl.DataFrame(rows, schema=ROW), "public", 5, Facts(plan=PLAN))
    items, total, decimals = plan_prices(figures, subject())
    half = 0.5 * 10.0**-decimals + 1e-9
    for of in items.values():
        parts = of["running"] + of["investment"] + of["wages"] + of["saved"]
        assert of["price"] == pytest.approx(parts, abs=1e-9)
        assert of["net"] == pytest.approx(of["price"] + of["bought"], abs=1e-9)
    for column in ("running", "wages", "saved", "price", "bought", "net"):
        assert total[column] == pytest.approx(sum(of[column] for of in items.values()), abs=1e-9)
    for place, column in enumerate(("running", "wages", "saved", "bought")):
        assert abs(total[column] - sum(one[place] for one in amounts) / 1e6) <= half


def test_a_measure_that_costs_and_hardly_gives_anybody_is_named_with_what_it_costs() -> None:
    base = made()
    name = PLAN[1].name
    none = base.table.with_columns(
        central=pl.when((pl.col("variable") == "measure_effect") & (pl.col("category") == name))
        .then(0.0)
        .otherwise("central")
    )
    said = price_told(Figures(none, "public", 5, base.facts), subject())
    assert re.search(r"Of this NOK 8.3 million[^.]* goes to “[^.]*less than half an FTE", said), (
        said
    )
    assert "Of this" not in price_told(base, subject())
