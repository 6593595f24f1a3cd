"""Refuse figures of a saved table that cannot be what they say, and tell what lacks of a table."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from workforce.contract.problems import shorten
from workforce.errors import SourceError
from workforce.sources.statbank.declared import Declaration, span_of_ages

_COUNTED = ("population", "service_use")
"""Tables of persons who were counted, of whom there are whole ones alone."""
_INHABITANTS = ("population", "population_projection")
_OLDEST = 90
"""Where single ages end below this, and not in an open age, the rest of them lacks."""


def require_sound(
    name: str, declared: Declaration, figures: pl.DataFrame, file: str, today: date
) -> None:
    """Refuse a file in which nothing is left of what is asked for, or which is another table."""
    again = "Save the table again as it is on ssb.no."
    for variable, labels in declared.find.items():
        gone = [one for one in declared.needed if one in labels and one not in figures[variable]]
        if gone:
            words = " or ".join(word for one in gone for word in labels[one][:2])
            raise SourceError(
                f"{file}: table {declared.table} is found by its texts, and no text says "
                f"{words}. Choose it on ssb.no, and save the table with codes and texts."
            )
    lacking = "any figure that is asked for" if figures.is_empty() else ""
    if name == "population_projection" and not lacking:
        main = declared.select["ContentsCode"][0]
        lacking = "" if main in figures["ContentsCode"] else "the main alternative (MMMM)"
    if lacking:
        raise SourceError(
            f"{file}: table {declared.table} lacks {lacking}. Choose it on ssb.no, and save the "
            "table again."
        )
    whole = name in _COUNTED
    wrong = figures.filter((pl.col("value") < 0) | ((pl.col("value") % 1 != 0) & whole))
    if len(wrong):
        *keys, value, _ = wrong.row(0)
        rule = (
            f": {declared.unit} are whole numbers, and not below zero" if whole else " below zero"
        )
        raise SourceError(
            f"{file}: the figure of {', '.join(map(str, keys))} is {value:g}{rule} "
            f"({len(wrong)} figures). {again}"
        )
    if name in _INHABITANTS:
        last = int(max(figures[declared.time]))
        projected = name == "population_projection"
        if (last > today.year) != projected:
            raise SourceError(
                f"{file}: its last year is {last}, so it is not the table of "
                f"{'projected' if projected else 'counted'} inhabitants ({declared.table})."
            )
    keys = figures.columns[:-2]
    values = figures.group_by(keys).agg(pl.col("value").n_unique())
    clash = values.filter(pl.col("value") > 1)
    if len(clash):
        told = ", ".join(map(str, clash.select(keys).row(0)))
        raise SourceError(f"{file}: the figure of {told} is there twice, with two values. {again}")


def what_lacks(
    name: str, declared: Declaration, figures: pl.DataFrame, towns: Sequence[str]
) -> list[str]:
    """Tell which places, sexes, ages and figures lack of a table, all files of it together."""
    told = []
    if declared.region:
        gone = sorted({*towns} - {*figures[declared.region]})
        told += [f"{name}: no figures of {shorten(gone)}. Save them as well."] if gone else []
    for code in declared.select.get("Kjonn", ()):
        if code not in figures["Kjonn"]:
            sex = declared.rename["Kjonn"][code]
            told.append(f"{name}: no file has figures of {sex}. Save them as well.")
    if name not in _INHABITANTS or figures.is_empty():
        return told
    spans = [span_of_ages(code, declared.table) for code in figures[declared.age].unique()]
    youngest, oldest = min(low for low, _ in spans), max(low for low, _ in spans)
    ages = {*range(oldest + 1)} - {low for low, _ in spans}
    if ages:
        told.append(f"{name}: ages {shorten(sorted(ages))} are in no file. Save them as well.")
    if oldest < _OLDEST and all(high is not None for _, high in spans):
        told.append(
            f"{name}: ages {youngest} to {oldest} alone are in the files. Choose all single ages "
            "on ssb.no, from 0 to the oldest."
        )
    years = {int(year) for year in figures[declared.time]}
    if between := {*range(min(years), max(years))} - years:
        told.append(f"{name}: years {shorten(sorted(between))} are in no file. Save them as well.")
    place = [declared.region, declared.time]
    counted = figures.group_by(place).len().sort(place)
    short = counted.filter(pl.col("len") < counted["len"].max())
    if len(short):
        places = shorten(f"{town} {year}" for town, year in short.select(place).iter_rows())
        told.append(
            f"{name}: {places} have fewer sexes, ages or alternatives than other years and places "
            "of the files. Save them as well."
        )
    return told
