"""Finished pages of a folder, and the figures that are handed on with them."""

import polars as pl
from tests.reports.read_back import Drawn, Read, read_page

from workforce.contract.figures import Figures
from workforce.disclosure.keys import sample_key
from workforce.disclosure.safe_folder import protect
from workforce.disclosure.safe_tables import Rounding
from workforce.results.asked import Asked
from workforce.results.pages import page_figures, place_of
from workforce.sources.tables.folder import folder_of


def finished(
    kind: str, region: str, tables: dict[str, pl.DataFrame], *, public: bool
) -> tuple[Read, Figures]:
    """A page in English as a reader meets it, one year ahead, with its figures."""
    folder = folder_of(tables)
    if public:
        folder = protect(folder, Rounding(), key=sample_key())
    asked = Asked(kind, region, "baseline", 2026, 1, 20, 1, "2026Q4")
    figures = page_figures(place_of(folder, [asked]), asked)
    return read_page(figures, language="en"), figures


def table_of(page: Read, *heads: str) -> Drawn:
    """The table of a page whose heading has some words."""
    return next(one for one in page.charts if one.table and set(heads) <= set(one.table[0]))
