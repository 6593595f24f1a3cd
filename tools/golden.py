"""Figures before and after a change: ``python -m tools.golden write OUT`` and ``compare A B``.

What is written is all that the pages of the params files are made of, for the public and internal,
and the inputs of every region of their folders, alone and all at once: Parquet files outside the
repository. Written before a change and after it, they tell what it moved.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import xarray as xr

from workforce.batch.basis import codes_of
from workforce.batch.figures import needed_by
from workforce.batch.jobs import expand, with_discussion
from workforce.batch.params import load_params
from workforce.contract.about import about
from workforce.contract.figures import keep_figures
from workforce.contract.folder import Folder
from workforce.inputs import load_inputs, settle_base_year
from workforce.results.pages import page_figures
from workforce.results.place import forget, place_of
from workforce.sources.tables.protected import open_for, write_protected

PARAMS = Path(__file__).parents[1] / "params"
ROWS, INPUTS = 1e-9, 1e-12
"""How far figures may move, as part of what they are, or of 1 where they are less."""


def main() -> None:
    """Write figures, or tell what differs between two folders of them; 1 where anything does."""
    parser = argparse.ArgumentParser(prog="python -m tools.golden")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("write")
    command.add_argument("out", type=Path)
    default = [PARAMS / "sample.yaml", PARAMS / "mobilise.yaml"]
    command.add_argument("--params", type=Path, nargs="+", default=default)
    command = commands.add_parser("compare")
    command.add_argument("before", type=Path)
    command.add_argument("after", type=Path)
    asked = parser.parse_args()
    if asked.command == "write":
        for params in asked.params:
            for audience in ("public", "internal"):
                write(params, audience, asked.out / params.stem / audience)
        return
    told = list(compare(asked.before, asked.after))
    sys.stdout.write("\n".join(told or ["Nothing differs."]) + "\n")
    raise SystemExit(bool(told))


def write(params_path: Path, audience: str, out: Path) -> None:
    """Write the inputs of every region of a params file's folder, and the figures of its pages."""
    params = load_params(params_path)
    folder = open_for(params.data, audience=audience, key=params.key or "")
    if audience == "public":
        write_protected(folder, out / "protected", out)
    codes = codes_of(folder, params.index_language)
    year = settle_base_year(folder.tables, params.base_year)
    for name, region in {"all": None, **{code: code for code in codes.regions}}.items():
        write_inputs(folder, region, out / "inputs" / f"{name}.parquet", year, params.horizon)
    write_inputs(folder, None, out / "inputs" / "earlier.parquet", year - 3, params.horizon)
    jobs = expand(
        with_discussion(params, codes), codes, base_year=year, quarter=params.quarter, basis=""
    )
    needed = needed_by(jobs, run=out, basis="", lights={}, hide_fte=params.hide_fte)
    for some in needed.values():
        place = place_of(folder, [one.asked for one in some])
        for one in some:
            one.path.parent.mkdir(parents=True, exist_ok=True)
            keep_figures(page_figures(place, one.asked), one.path)
        forget()


def write_inputs(
    folder: Folder, region: str | None, path: Path, base_year: int, horizon: int
) -> None:
    """Write the inputs of a region as rows of variable and figure, and their labels as text."""
    inputs = load_inputs(folder, region=region, base_year=base_year, horizon=horizon)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "about": repr(about(inputs)),
        "labels": repr({name: labels.values.tolist() for name, labels in inputs.coords.items()}),
        "dims": repr({name: array.dims for name, array in inputs.data_vars.items()}),
    }
    rows = [_rows(str(name), array) for name, array in sorted(inputs.data_vars.items())]
    pl.concat(rows).write_parquet(path, metadata=told)


def _rows(name: str, array: xr.DataArray) -> pl.DataFrame:
    flat = array.values.ravel()
    number = np.issubdtype(flat.dtype, np.number) or flat.dtype == bool
    return pl.DataFrame(
        {
            "variable": pl.Series([name], dtype=pl.String).new_from_index(0, flat.size),
            "value": flat.astype(float) if number else np.full(flat.size, np.nan),
            "text": pl.Series([None if number else str(one) for one in flat], dtype=pl.String),
        }
    )


def compare(before: Path, after: Path) -> Iterator[str]:
    """Tell what differs between the files of two folders."""
    first, second = ({p.relative_to(f): p for p in f.rglob("*.parquet")} for f in (before, after))
    yield from (f"{path}: not in {after}" for path in sorted(first.keys() - second.keys()))
    yield from (f"{path}: not in {before}" for path in sorted(second.keys() - first.keys()))
    for path in sorted(first.keys() & second.keys()):
        tell = partial("{}: {}".format, path)
        yield from map(tell, differences(first[path], second[path], inputs="inputs" in path.parts))


def differences(before: Path, after: Path, *, inputs: bool) -> Iterator[str]:
    """Tell what differs between two files: schema, what is told beside the rows, and figures."""
    one, other = pl.read_parquet(before), pl.read_parquet(after)
    if one.schema != other.schema or one.height != other.height:
        yield f"{one.height} rows of {one.schema}, now {other.height} of {other.schema}"
        return
    told, tells = pl.read_parquet_metadata(before), pl.read_parquet_metadata(after)
    for name in sorted((told.keys() | tells.keys()) - {"ARROW:schema"}):
        if _facts(told.get(name, "")) != _facts(tells.get(name, "")):
            yield f"what it tells as {name} differs"
    if not inputs:  # The order of rows is no figure.
        keys = [name for name, kind in one.schema.items() if not kind.is_float()]
        one, other = one.sort(keys), other.sort(keys)
    for column in one.columns:
        was, now = one[column], other[column]
        if not was.dtype.is_float():
            differ = was.ne_missing(now)
        else:
            off = (was - now).abs() > (INPUTS if inputs else ROWS) * was.abs().clip(1.0)
            differ = off.fill_null(value=False) & was.is_not_nan() & now.is_not_nan()
            differ |= (was.is_null() != now.is_null()) | (was.is_nan() != now.is_nan()).fill_null(
                value=False
            )
        if differ.any():
            row = differ.arg_max()
            yield f"{column}: {differ.sum()} rows, the first {one.row(row)}, now {other.row(row)}"


def _facts(text: str) -> object:
    """Give what a text tells; how many projections it took is no figure of a page."""
    try:
        found = json.loads(text, parse_float=lambda told: f"{float(told):.9g}")
    except ValueError:
        return text
    return {**found, "projections": 0} if isinstance(found, dict) else found


if __name__ == "__main__":
    main()
