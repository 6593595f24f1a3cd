"""What a file may hold at most, looked at before it is read: files may be made to hurt."""

import re
from pathlib import Path

import polars as pl

from workforce.contract.parquet_pages import unpacked_size
from workforce.contract.places import not_a_file
from workforce.errors import SourceError

MOST_COLUMNS = 2_000
MOST_CELLS = 20_000_000
"""Cells of a workbook, empty ones too: a full sheet of Excel with 19 columns."""
MOST_VALUES = 200_000_000
"""Cells of a Parquet file or a StatBank answer, whose columns take less room."""
LARGEST_TEXT = 1 << 30
LARGEST_PARQUET = 1 << 30
"""Bytes of a Parquet file, as it is and unpacked."""
_LONGEST_LINE = 1 << 20
_LARGEST_FOOTER = 4 << 20
_MARKS = b",;\t|"


def require_plain(path: Path) -> None:
    """Refuse (SourceError) what is no plain file before it is opened: nobody waits for a pipe."""
    kind = not_a_file(path)
    if kind:
        raise SourceError(
            f"{path.name} is {kind} and no file, so it is not opened. Put a plain file in its "
            "place, or take it away."
        )


def require_text_within(path: Path) -> None:
    """Refuse (SourceError) a text file of too many bytes, or too many columns in its beginning."""
    require_plain(path)
    size = path.stat().st_size
    if size > LARGEST_TEXT:
        raise SourceError(
            f"{path.name} holds {in_bytes(size)}; {in_bytes(LARGEST_TEXT)} are read at most. Leave "
            "out what is not needed, or divide it."
        )
    with path.open("rb") as stream:
        start = stream.read(_LONGEST_LINE)
    lines = re.split(rb"[\r\n]", start, maxsplit=40)
    columns = max(line.count(mark) for line in lines[:40] for mark in _MARKS) + 1
    if len(lines) == 1 and size > _LONGEST_LINE:
        if columns > MOST_COLUMNS:
            raise _too_wide(path.name, columns)
        raise SourceError(
            f"{path.name}: row 1 does not end within {in_bytes(_LONGEST_LINE)}. Check that it is "
            "a table with a row for each line."
        )
    if columns > MOST_COLUMNS:
        raise _too_wide(path.name, columns)


def read_parquet_within(path: Path) -> tuple[pl.DataFrame, dict[str, str]]:
    """Read a Parquet file and what is beside its table; SourceError where it is too large."""
    require_plain(path)
    try:
        _require_parquet_within(path)
        return pl.read_parquet(path, glob=False), pl.read_parquet_metadata(path)
    # A damaged file makes the reader panic, which is no Exception.
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SourceError(
            f"{path.name} cannot be read: {first.rstrip('.')}. Check that it is a whole Parquet "
            "file."
        ) from error


def _require_parquet_within(path: Path) -> None:
    from pyarrow.parquet import read_metadata

    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(size - 8, 0))
        end = stream.read(8)
    footer = int.from_bytes(end[:4], "little")
    if end[4:] != b"PAR1" or footer > size:
        return  # The reader says what is wrong.
    if footer > _LARGEST_FOOTER or size > LARGEST_PARQUET:
        raise SourceError(
            f"{path.name} holds {in_bytes(size)}, {in_bytes(footer)} of them about its columns; "
            f"{in_bytes(LARGEST_PARQUET)} and {in_bytes(_LARGEST_FOOTER)} are read at most. Write "
            "it again with the columns that are needed."
        )
    about = read_metadata(path)
    if about.num_columns > MOST_COLUMNS:
        raise _too_wide(path.name, about.num_columns)
    columns = [
        about.row_group(group).column(column)
        for group in range(about.num_row_groups)
        for column in range(about.num_columns)
    ]
    starts = [one.dictionary_page_offset or one.data_page_offset for one in columns]
    lengths = [one.total_compressed_size for one in columns]
    unpacked = max(
        sum(one.total_uncompressed_size for one in columns),
        unpacked_size(path, zip(starts, lengths, strict=True)),
    )
    if about.num_rows * about.num_columns > MOST_VALUES or unpacked > LARGEST_PARQUET:
        raise SourceError(
            f"{path.name} declares {about.num_rows} rows of {about.num_columns} columns, "
            f"{in_bytes(unpacked)} unpacked; {MOST_VALUES} cells and {in_bytes(LARGEST_PARQUET)} "
            "are read at most. Leave out what is not needed, or divide it."
        )


def in_bytes(size: int) -> str:
    """Write a number of bytes as people say it."""
    for unit, bytes_of in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= bytes_of:
            return f"{size / bytes_of:.3g} {unit}"
    return f"{size} bytes"


def _too_wide(name: str, columns: int) -> SourceError:
    return SourceError(
        f"{name} has {columns} columns; {MOST_COLUMNS} are read at most. Keep those of the table, "
        "and write years or ages as rows."
    )
