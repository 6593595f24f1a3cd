"""What a back-test measured is written down whole: totals, and kinds that a total would hide."""

import polars as pl

from workforce.contract.facts import Facts
from workforce.contract.figures import Figures
from workforce.contract.names import Names
from workforce.evaluation.quality import quality_page
from workforce.reports.charts import elsewhere
from workforce.reports.charts.figures import Subject
from workforce.texts.catalogue import load_texts

TWO_KINDS_THAT_CANCEL = pl.DataFrame(
    {
        "case": "m3_monthly",
        "measure": ["owa", "coverage", *["coverage", "above"] * 2],
        "method": "auto",
        "group": ["all", "all", "macro", "macro", "micro", "micro"],
        "size": "",
        "horizon": 18,
        "value": [0.81, 0.8, 0.6, 0.31, 0.92, 0.03],
        "count": [36, 36, 18, 18, 18, 18],
    },
    schema_overrides={"horizon": pl.Int64},
)


def test_the_page_shows_kinds_of_series_beside_a_total_that_hides_them() -> None:
    interval = {"case": "all", "group": "80+", "size": "under 2,000", "horizon": 1,
                "count": 1}  # fmt: skip
    populations = pl.DataFrame(
        [
            interval | {"measure": m, "method": "ours", "value": 0.5}
            for m in ("coverage", "half_width")
        ]
    ).select(TWO_KINDS_THAT_CANCEL.columns)
    errors = pl.DataFrame(
        [
            {"case": case, "measure": "wape", "method": "ours", "group": band, "size": "",
             "horizon": ahead, "value": 0.1, "count": 6}
            for case in ("all", "telemark")
            for band in elsewhere.BANDS
            for ahead in (1, 5, 10)
        ]
    )  # fmt: skip
    populations = pl.concat(
        [populations.with_columns(horizon=pl.lit(ahead, dtype=pl.Int64)) for ahead in (1, 5, 10)]
    )
    page = quality_page(pl.concat([errors, populations, TWO_KINDS_THAT_CANCEL]))
    assert "| m3_monthly | auto | 0.810 | 80.0 |" in page
    assert "| m3_monthly | macro | 18 | 60.0 | 31.0 |" in page
    assert "| m3_monthly | micro | 18 | 92.0 | 3.0 |" in page


def test_a_page_for_leaders_tells_the_total_and_not_its_last_kind() -> None:
    facts = Facts(elsewhere=TWO_KINDS_THAT_CANCEL)
    subject = Subject("1", "all", "baseline", 2026, 2036, load_texts("en"), Names({}, {}))
    table = elsewhere.series_elsewhere(Figures(pl.DataFrame(), "public", 5, facts), subject).table
    assert table is not None
    assert table.height == 1
    assert table.row(0)[-1].startswith("80")
