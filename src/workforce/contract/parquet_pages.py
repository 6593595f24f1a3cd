"""How large the pages of a Parquet file are unpacked, by what stands before each of them.

The end of a file tells the size of each column as well, but a reader goes by the pages, and the two
need not agree. What stands before a page is a struct of Thrift's compact protocol.
"""

import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MOST_PAGES = 100_000
_UNPACKED, _PACKED = 2, 3


def unpacked_size(path: Path, chunks: Iterable[tuple[int, int]]) -> int:
    """Sum the unpacked sizes of the pages of a file; ValueError where one is none, or too many."""
    total = pages = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for start, length in chunks:
            at, end = start, min(start + length, len(data))
            while at < end:
                try:
                    header, at = _struct(data, at)
                    unpacked, packed = int(header[_UNPACKED]), int(header[_PACKED])
                except (IndexError, KeyError, TypeError, RecursionError) as error:
                    raise ValueError("a page in it does not begin as pages do") from error
                pages += 1
                if unpacked < 0 or packed < 0 or pages > MOST_PAGES:
                    raise ValueError(f"it has pages below zero, or more than {MOST_PAGES}")
                total, at = total + unpacked, at + packed
    return total


def _struct(data: mmap.mmap, at: int) -> tuple[dict[int, Any], int]:
    """Read the fields of a struct by their numbers, and where it ends."""
    fields: dict[int, Any] = {}
    number = 0
    while head := data[at]:
        at += 1
        number += head >> 4
        if not head >> 4:
            number, at = _whole(data, at)
        fields[number], at = _value(data, at, head & 15)
    return fields, at + 1


def _value(data: mmap.mmap, at: int, kind: int, *, listed: bool = False) -> tuple[Any, int]:
    """Read a value; of texts and numbers with decimals only where they end."""
    match kind:
        case 1 | 2:
            return None, at + listed
        case 3:
            return None, at + 1
        case 4 | 5 | 6:
            return _whole(data, at)
        case 7:
            return None, at + 8
        case 8:
            length, at = _varint(data, at)
            return None, at + length
        case 9 | 10:
            head, at = data[at], at + 1
            length = head >> 4
            if length == 15:
                length, at = _varint(data, at)
            for _ in range(length):
                _, at = _value(data, at, head & 15, listed=True)
            return None, at
        case 12:
            return _struct(data, at)
    raise KeyError(kind)


def _varint(data: mmap.mmap, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return number, at
        if shift > 63:
            raise KeyError(shift)


def _whole(data: mmap.mmap, at: int) -> tuple[int, int]:
    number, at = _varint(data, at)
    return (number >> 1) ^ -(number & 1), at
