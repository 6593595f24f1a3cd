"""Figures with their facts are kept in a file and read again as they were."""

import polars as pl
import pytest

from workforce.contract.about import Break, Mark
from workforce.contract.facts import Facts, Source, facts_from_text, facts_to_text
from workforce.contract.figures import Figures, keep_figures, kept_figures, kept_from, of_sector
from workforce.contract.labour_pool import EMPLOYERS, LabourPool
from workforce.contract.measures import Measure
from workforce.contract.names import Names
from workforce.contract.quality import LIGHTS_SCHEMA
from workforce.contract.results import ROW
from workforce.contract.sharing import Pool, PoolingForm, SharedPosts, Sharing
from workforce.errors import ParameterError

EMPLOYER = ("90", "trust", "2221", 2026, "Sykehuset", "hospital", 50.0, None, 0.1 + 0.2, 1.0, "x",
            True)  # fmt: skip
LIGHT = ("9006", "staff", "age", "red", "", 2026, "old")
STEP = {"lever": "absence", "points": -0.5, "sectors": ["health_care"]}
FACTS = Facts(
    page="mobilisation",
    region="9006",
    sectors=("all", "health_care"),
    base_year=2026,
    scenarios={"mine": {"title": {"nb": "Mine"}, "measures": [STEP]}},
    names=Names({("region", "9006", "nb"): "Ørland"}, {"digital": "skill"}),
    missing=("vacancies",),
    borrowed=(Mark("use_rate", "9006", "", "few", share=1 / 3),),
    breaks=(Break("9006", 2020, "merged", 2016),),
    has_official=True,
    sources=(Source("07459", "2026-11-25", "2026-02-24"), Source("11645", revised=False)),
    lights=pl.DataFrame([LIGHT], LIGHTS_SCHEMA, orient="row"),
    together={"all": {"2223": "nurses"}, "health_care": {}},
    measures={"mine": (Measure("absence", "mobilise", STEP, size=-0.5, title={"nb": "x"}),)},
    plan=(Measure("turnover", "mobilise", {"lever": "turnover"}, deadline="2027-12-31"),),
    goal={"target": 0.0, "probability": 0.8},
    neighbours={"9006": ("9006", "9007")},
    sharing=Sharing((PoolingForm("host", 0.1, 0.05),), "host", ("9007",)),
    shared=(
        SharedPosts("all", "2264", "9006", ("9006", "9007"), 0.1, 1.5, 3.0, 2.0, 1.0, 1.0, 0.5, 0.1,
                    (Pool(("9006",), 0.0),)),
    ),
    pool=LabourPool(
        "90", ("9006",), (), pl.DataFrame([EMPLOYER], EMPLOYERS, orient="row"), 0.75, ()
    ),
    elsewhere=pl.DataFrame({"case": ["m3"], "horizon": [1], "value": [0.1]}),
    projections=44,
)  # fmt: skip


def test_facts_are_written_and_read_again_to_the_last_digit():
    text = facts_to_text(FACTS)
    found = facts_from_text(text)
    assert facts_to_text(found) == text
    assert found.shared == FACTS.shared
    assert found.measures == FACTS.measures
    assert found.names == FACTS.names
    assert found.pool.employers.equals(FACTS.pool.employers)
    assert found.lights.schema == LIGHTS_SCHEMA
    assert facts_to_text(facts_from_text(facts_to_text(Facts()))) == facts_to_text(Facts())


@pytest.mark.parametrize(("audience", "base"), [("public", 5), ("internal", None)])
def test_figures_that_are_kept_are_read_as_they_were(tmp_path, audience, base):
    post = dict.fromkeys(("scenario", "region", "sector", "occupation"), "a")
    post |= {"dimension": "", "category": "", "detail": "", "unit": "FTE", "year": 2026}
    table = pl.DataFrame(
        [
            post | {"variable": "supply_fte", "central": 0.1 + 0.2},
            post | {"variable": "demand_fte", "central": None, "year": 2027},
        ],
        schema=ROW,
    )
    path = tmp_path / "kept.parquet"
    keep_figures(Figures(table, audience, base, FACTS), path, made_from="basis 1")
    found = kept_figures(path)
    assert found.table.equals(table)
    assert (found.audience, found.rounded_to) == (audience, base)
    assert facts_to_text(found.facts) == facts_to_text(FACTS)
    assert kept_from(path) == "basis 1"
    assert kept_from(tmp_path / "nothing.parquet") == ""


def test_figures_are_of_no_sector_that_they_were_not_made_for():
    rows = {name: ["x"] for name in ("region", "occupation", "dimension", "category", "variable")}
    made = Figures(pl.DataFrame({**rows, "sector": ["health_care"]}), "public", 5, FACTS)
    assert of_sector(made, "health_care").table.height == 1
    with pytest.raises(ParameterError, match="all, health_care, and not on school"):
        of_sector(made, "school")
