"""What a page shows by itself: occupations of few people stand in their group."""

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import xarray as xr

from workforce.contract.folder import Folder
from workforce.contract.places import write_whole
from workforce.inputs.groups import occupation_groups

DISPLAY = "display.json"
"""What a params file asks of the display, in the folder of a run."""
OTHERS = "other_"
"""Begins the code of a group some of whose occupations stand by themselves."""
ALONE = 10
"""Persons that an occupation of a public page shows at least, to stand by itself."""
OF_STUDENTS = "education"
"""Dimension of rows on students, who are nobody's staff."""
TOLD = ("region", "sector", "dimension", "variable")
"""What a row is about beside its occupation: students have occupations too, and no group."""
PAIRS = ("sharing_pair", "reskilling_pair")
"""Dimensions of rows that tell of two occupations, the other one first in the category."""


def write_display(hide_fte: int | None, run: Path) -> None:
    """Keep for the pages of a run how few FTE an occupation is shown with by itself."""
    text = json.dumps({"hide_fte": hide_fte}) + "\n"
    write_whole(run / DISPLAY, lambda part: part.write_text(text, encoding="utf-8"))


def read_display(run: str | Path) -> int | None:
    """Read what `write_display` wrote; None where a notebook runs by itself."""
    path = Path(run) / DISPLAY
    if not run or not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))["hide_fte"]
    return None if found is None else int(found)


def standing_together(
    inputs: xr.Dataset, folder: Folder, *, sector: str, run: str | Path = ""
) -> dict[str, str]:
    """Find the occupations that stand in their group on a public page, since they are so few.

    A count of 5 in a protected folder may be anything from 1 to 9, and the sum of several is nearer
    the truth than each of them. An internal page shows every occupation by itself.

    Parameters
    ----------
    inputs
        Of the page.
    folder
        From `open_for`.
    sector
        Of the page, or "all".
    run
        Folder of the run, which may ask for more (KS: 10 FTE or fewer).

    Returns
    -------
    dict of str to str
        Group by occupation; its code begins with ``other_`` where occupations of the group that
        are large enough stand beside it.
    """
    if folder.rounded_to is None:
        return {}
    groups = occupation_groups(folder)
    size, least = _size(inputs, sector, read_display(run))
    few = {code for code, count in size.items() if 0 < count < least and code in groups}
    large = {groups[code] for code, count in size.items() if count >= least and code in groups}
    return {
        code: f"{OTHERS}{groups[code]}" if groups[code] in large else groups[code]
        for code in sorted(few)
    }


def in_groups(table: pl.DataFrame, groups: Mapping[str, str], *, hide: bool) -> pl.DataFrame:
    """Leave out the rows of occupations that stand in a group of the table.

    Parameters
    ----------
    table
        Results.
    groups
        From `standing_together`.
    hide
        Whether they are left out where no group stands for them, too, and with them the pairs that
        name them.
    """
    post = pl.col("occupation").cast(pl.String)
    few = post.is_in(list(groups)).fill_null(False)
    if hide:
        named = pl.col("category")
        pairs = pl.col("dimension").is_in(PAIRS) & named.is_in(list(groups))
        return table.filter(~few | (pl.col("dimension") == OF_STUDENTS), ~pairs.fill_null(False))
    told = table.filter(post.is_in(set(groups.values()))).select(TOLD, group="occupation").unique()
    named = post.replace_strict(dict(groups), default=None, return_dtype=pl.String)
    members = table.with_columns(group=named)
    kept = members.join(
        told, on=[*TOLD, "group"], how="anti", nulls_equal=True, maintain_order="left"
    )
    return kept.drop("group")


def _size(inputs: xr.Dataset, sector: str, hide_fte: int | None) -> tuple[dict[str, float], float]:
    """Give how many there are in each occupation, and how many it takes to stand by itself."""
    if "staff" in inputs:
        counts = inputs["staff"]
        if hide_fte is not None:
            counts = counts * inputs["position_share"]
    elif "fte_in_post" in inputs:
        counts = inputs["fte_in_post"]
    else:
        return {}, 0.0
    if sector != "all":
        counts = counts.sel(sector=sector)
    counts = counts.sum([name for name in counts.dims if name != "occupation"])
    size = {str(code): float(counts.sel(occupation=code)) for code in counts["occupation"].values}
    return size, ALONE - 0.5 if hide_fte is None else hide_fte + 1e-6
