"""Lights of the quality gate, and how rows of results tell what figures rest on."""

import polars as pl

LIGHTS = ("green", "yellow", "red")
JUDGED = ("population", "population_projection", "staff", "staff_flows", "fte_in_post",
          "service_use", "service_share", "shortage", "funded_posts", "absence",
          "vacancies")  # fmt: skip
"""Tables that are judged, in the order of the report."""
PROJECTION = "population_projection"
"""Judged only by how it goes on from the population, since it is of years ahead."""
MOST_BORROWED = 0.25
"""Share of the FTE from which borrowed or imputed figures in place of a table are yellow."""
LIGHTS_SCHEMA = pl.Schema(
    {
        "region": pl.String(), "table": pl.String(), "check": pl.String(), "light": pl.String(),
        "sector": pl.String(), "year": pl.Int64(), "accepted": pl.String(),
    }
)  # fmt: skip
BORROWED_FROM = {
    "exit_rate": "staff_flows", "inflow_rate": "staff_flows", "use_rate": "service_use",
    "measured_shortage": "shortage", "short_absence": "absence",
}  # fmt: skip
"""Table that would take the place of each borrowed variable."""
KINDS = ("borrowed", "imputed")
DIMENSION = "quality"
"""Dimension of the rows of results that tell how much is borrowed; their category is the table."""
CATEGORY = "staff_flows"
"""Category of the rows that tell how many years and events the flows stand on."""
LEAST = 20.0
"""Events that are told as fewer than this."""
