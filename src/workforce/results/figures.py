"""Figures of a page: those that a run made, or the same made here."""

from pathlib import Path
from typing import Any

from workforce.contract.figures import Figures, kept_figures
from workforce.contract.page_parameters import PageParameters
from workforce.results.asked import asked_for, kept_path


def figures(
    data: str | Path | PageParameters, *, store: str | Path = "", **parameters: Any
) -> Figures:
    """Give the figures of a page: those that a run made, or the same made here.

    Parameters
    ----------
    data : str, Path or PageParameters
        Folder of tables, or all that a page is asked for.
    store : str or Path
        Folder of the run; empty where the figures are made here.
    **parameters
        What a page is asked for, by the names of `workforce.PageParameters`, where ``data`` is a
        folder: ``page``, ``region`` and ``base_year``, and what else is not as usual.

    Raises
    ------
    ParameterError, DataError, MissingDataError
        A parameter or the folder is not right.
    """
    told = (
        data
        if isinstance(data, PageParameters)
        else PageParameters(data=data, run=store, **parameters)
    )
    quarter = told.quarter or f"{told.base_year}Q4"
    asked = asked_for({**vars(told), "region": str(told.region), "quarter": quarter}, told.page)
    kept = kept_path(told.run, asked) if told.run else None
    if kept is not None and kept.is_file():
        return kept_figures(kept)
    # A page that finds its figures needs nothing of what makes them.
    from workforce.results.pages import by_itself

    return by_itself(told, asked)
