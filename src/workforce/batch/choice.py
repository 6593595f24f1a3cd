"""Which places of a commission a run makes: codes or names, a county with its municipalities."""

from collections.abc import Sequence

import polars as pl

from workforce.errors import ParameterError
from workforce.sources.tables.fields import nearest


def choose(asked: Sequence[str], regions: pl.DataFrame) -> set[str]:
    """Give the codes of the places that are asked for.

    A county stands for itself and its municipalities. Places that are not there, or whose name
    several have, are refused all at once.
    """
    has = [name for name in ("name", "county") if name in regions.columns]
    rows = regions.select("region", "level", *has).to_dicts()
    chosen: set[str] = set()
    problems = []
    for one in filter(None, (part.strip() for part in asked)):
        named = [
            row["region"] for row in rows if (row.get("name") or "").casefold() == one.casefold()
        ]
        codes = [one] if any(row["region"] == one for row in rows) else named
        if len(codes) > 1:
            problems.append(
                f"regions: {one} is the name of {' and of '.join(codes)}. Give the code."
            )
        if not codes:
            known = {row["region"] for row in rows} | {row.get("name") or "" for row in rows}
            problems.append(f"regions: there is no {one!r}. {nearest(one, known - {''})}")
        chosen.update(codes)
    if problems or not chosen:
        raise ParameterError("\n".join(problems) or "regions: no place is named.")
    counties = {row["region"] for row in rows if row["level"] == "county"} & chosen
    return chosen | {row["region"] for row in rows if row.get("county") in counties}
