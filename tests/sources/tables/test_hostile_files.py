"""Files that were made to hurt: each is refused in a sentence, in little time and memory."""

import contextlib
import os
import socket
import struct
import subprocess
import sys
import textwrap
import time
import zipfile

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from typer.testing import CliRunner

from workforce.cli import app
from workforce.contract import bounds
from workforce.contract.parquet_pages import unpacked_size
from workforce.errors import SourceError
from workforce.sources.staff_register.extracts import read_columns
from workforce.sources.tables.files import find_tables, read_table
from workforce.sources.tables.folder import open_folder
from workforce.sources.tables.workbook import sheet_names

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>region</t></is></c></row>'
REGIONS = "region,level,name\n4026,municipality,Tinn\n"
POPULATION = "region,sex,age,year,persons\n4026,female,0,2026,5\n4026,male,0,2026,5\n"
MEMORY = 600 << 20
"""More than that is not taken to refuse all of them. [bytes]"""


def links(*targets):
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{place}"/>'
        for n, (kind, place) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{LINKS}">{inside}</Relationships>'


def write_book(path, rows, *, texts="", sheets=1, name="population"):
    """Write a workbook whose sheets are all one part."""
    listed = "".join(
        f'<sheet name="{name}{n or ""}" sheetId="{n + 1}" r:id="rId1"/>' for n in range(sheets)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("_rels/.rels", links(("officeDocument", "xl/workbook.xml")))
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        )
        book.writestr("xl/_rels/workbook.xml.rels", links(("worksheet", "worksheets/sheet1.xml")))
        book.writestr(
            "xl/worksheets/sheet1.xml",
            rows
            if rows.startswith("<x:")
            else f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        )
        if texts:
            book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')
    return path


def far_with_prefix():
    cell = "<x:row><x:c  x='>' r = 'xfd1048576'><x:v>1</x:v></x:c></x:row>"
    return f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{cell}</x:sheetData></x:worksheet>'


FAR = {
    "a cell far away": HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "a cell far away, written in another way": far_with_prefix(),
    "a cell far away without its place": (
        HEAD + '<row r="1048576">' + "<c/>" * 16_000 + "<c><v>1</v></c></row>"
    ),
    "a cell in a row beyond all rows": HEAD
    + '<row r="999999999"><c r="AA999999999"><v>1</v></c></row>',
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR.keys())
def test_a_small_workbook_whose_cells_reach_far_is_refused_before_room_is_made(tmp_path, rows):
    path = write_book(tmp_path / "figures.xlsx", rows)
    assert path.stat().st_size < 2_000
    with pytest.raises(
        SourceError, match=r"reach to column \d+ and row \d+.*Delete what stands far"
    ):
        sheet_names(path)
    with pytest.raises(SourceError, match="reach to column"):
        read_columns(path, {"identity": "region"})


def test_a_far_cell_with_a_format_and_nothing_in_it_is_no_reason_to_refuse(tmp_path):
    path = write_book(
        tmp_path / "x.xlsx", HEAD + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    assert sheet_names(path) == ["population"]


def test_many_sheets_of_one_part_are_counted_for_each(tmp_path, monkeypatch):
    monkeypatch.setattr("workforce.sources.tables.workbook_parts.MOST_CELLS", 100_000)
    far = HEAD + '<row r="500"><c r="CV500"><v>1</v></c></row>'
    assert sheet_names(write_book(tmp_path / "one.xlsx", far)) == ["population"]
    with pytest.raises(SourceError, match="here 2000 columns and 0 cells are read at most"):
        sheet_names(write_book(tmp_path / "three.xlsx", far, sheets=3))
    with pytest.raises(SourceError, match="has 501 sheets"):
        sheet_names(write_book(tmp_path / "many.xlsx", HEAD, sheets=501))


def test_a_large_sheet_with_hardly_anything_in_it_is_refused(tmp_path):
    far = HEAD + '<row r="9000"><c r="GR9000"><v>1</v></c></row>'
    with pytest.raises(SourceError, match="here 2000 columns and 1000000 cells are read at most"):
        sheet_names(write_book(tmp_path / "figures.xlsx", far))


def test_a_text_that_many_cells_share_is_counted_for_each(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 36_000))
    path = write_book(tmp_path / "x.xlsx", rows, texts=f"<si><t>{'x' * 32_000}</t></si>")
    with pytest.raises(SourceError, match="the texts of its cells come to over 1 GB"):
        sheet_names(path)


def test_a_workbook_that_unpacks_to_a_hundred_times_its_size_is_refused(tmp_path):
    path = write_book(tmp_path / "figures.xlsx", HEAD + " " * (60 << 20))
    with pytest.raises(SourceError, match="unpacks to 60 MB; 50 MB are read at most"):
        sheet_names(path)


def test_no_more_is_unpacked_than_a_workbook_declares(tmp_path):
    path = write_book(tmp_path / "figures.xlsx", HEAD + " " * (60 << 20))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        info = book.getinfo("xl/worksheets/sheet1.xml")
        told, start = struct.pack("<L", info.file_size), HEAD.encode()
    small = struct.pack("<L", 300 + len(start))
    place = content.find(told)
    while place >= 0:
        content[place : place + 4] = small
        place = content.find(told)
    path.write_bytes(content)
    with pytest.raises(SourceError, match="Check that it is a whole Excel workbook"):
        sheet_names(path)


def test_an_archive_of_more_parts_than_any_workbook_is_refused_unread(tmp_path):
    path = write_book(tmp_path / "figures.xlsx", HEAD)
    content = path.read_bytes()
    place = content.rfind(b"PK\x05\x06") + 12
    path.write_bytes(content[:place] + struct.pack("<L", 200 << 20) + content[place + 4 :])
    with pytest.raises(SourceError, match="lists 200 MB of parts"):
        sheet_names(path)


@pytest.mark.skipif(sys.platform != "linux", reason="bounds the memory of a process")
def test_hostile_files_are_refused_within_bounded_memory_and_time(tmp_path):
    write_book(tmp_path / "population.xlsx", FAR["a cell far away"])
    (tmp_path / "regions.csv").write_text(",".join(f"c{n}" for n in range(200_000)) + "\n")
    write_book(tmp_path / "staff.xlsx", HEAD + " " * (60 << 20))
    nothing = pa.nulls(110_000, pa.int32())
    pq.write_table(pa.table({f"c{n}": nothing for n in range(1_900)}), tmp_path / "absence.parquet")
    script = f"""
        import resource, time
        import pyarrow.parquet
        from workforce.sources.tables.folder import open_folder
        pages = int(open("/proc/self/statm").read().split()[0])
        most = pages * resource.getpagesize() + {MEMORY}
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        began = time.process_time()
        for problem in open_folder({str(tmp_path)!r}).report.problems:
            print(problem.message)
        print(time.process_time() - began)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    *told, seconds = done.stdout.strip().splitlines()
    files = {"absence.parquet", "population.xlsx", "regions.csv", "staff.xlsx"}
    assert {one.split(" ")[0].rstrip(",:") for one in told} == files
    assert float(seconds) < 2


def cells(kind, payload):
    """Write a record of a binary workbook."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(payload)]) + payload


def write_binary_book(path, sheet):
    def wide(text):
        return struct.pack("<L", len(text)) + text.encode("utf-16-le")

    book = cells(131, b"") + cells(143, b"")
    book += cells(156, struct.pack("<LL", 0, 1) + wide("rId1") + wide("ark"))
    book += cells(144, b"") + cells(132, b"")
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("_rels/.rels", links(("officeDocument", "xl/workbook.bin")))
        parts.writestr("xl/workbook.bin", book)
        parts.writestr("xl/_rels/workbook.bin.rels", links(("worksheet", "worksheets/sheet1.bin")))
        parts.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def binary_sheet(*filled, hidden=()):
    sheet = cells(129, b"")
    sheet += cells(390, b"") + cells(60, struct.pack("<LLLLH", 1, 1, 2560, 0, 1)) + cells(391, b"")
    sheet += cells(148, struct.pack("<LLLL", 0, 0, 0, 0)) + cells(145, b"")
    for row, column, text in filled:
        flags = 0x10 if row in hidden else 0
        sheet += cells(0, struct.pack("<LLHBB", row, 0, 300, 0, flags) + bytes(5))
        letters = struct.pack("<L", len(text)) + text.encode("utf-16-le")
        sheet += cells(6, struct.pack("<LL", column, 0) + letters)
    return sheet + cells(146, b"") + cells(130, b"")


def test_a_binary_workbook_is_looked_through_like_the_others(tmp_path):
    filled = [(0, 0, "Nr"), (0, 1, "Kode"), (1, 0, "a"), (1, 1, "b"), (2, 0, "c"), (2, 1, "d")]
    good = write_binary_book(tmp_path / "good.xlsb", binary_sheet(*filled, hidden=(2,)))
    frame, unseen = read_columns(good, {"identity": "Nr", "function": "Kode"})
    assert frame["function"].to_list() == ["b", "d"]
    assert frame["hidden"].to_list() == [False, True]
    assert unseen == ["function"]
    far = write_binary_book(tmp_path / "far.xlsb", binary_sheet(*filled, (1_048_575, 16_383, "x")))
    with pytest.raises(SourceError, match="reach to column 16384 and row 1048576"):
        read_columns(far, {"identity": "Nr"})


def write_old_book(path, *records):
    """Write a workbook of Excel 97 (.xls): a compound file with one stream of records."""

    def record(kind, payload):
        return struct.pack("<HH", kind, len(payload)) + payload

    begin = struct.pack("<HHHHLL", 0x600, 0x10, 0, 0, 0, 6)
    sheet = begin + b"".join([record(*one) for one in records]) + record(0x0A, b"")
    sheet = record(0x809, begin) + sheet[len(begin) :]
    globals_ = record(0x809, struct.pack("<HHHHLL", 0x600, 5, 0, 0, 0, 6))
    place = len(globals_) + 4 + 8 + 3 + 4
    globals_ += record(0x85, struct.pack("<LHBB", place, 0, 3, 0) + b"ark") + record(0x0A, b"")
    stream = (globals_ + sheet).ljust(4096, b"\0")
    sectors = len(stream) // 512
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]

    def entry(name, kind, start, size):
        written = (name + "\0").encode("utf-16-le")
        child = 1 if kind == 5 else 0xFFFFFFFF
        return (
            written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
            + struct.pack("<LLL", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
            + struct.pack("<LQ", start, size)
        )  # fmt: skip

    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    )
    head += bytes(6) + struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128L", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    listing = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry("Workbook", 2, 2, len(stream))
    path.write_bytes(head + table + listing.ljust(512, b"\0") + stream)
    return path


def text_cell(row, column, text):
    return 0x204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode()


def test_an_older_workbook_that_ends_its_reader_does_not_end_the_import(tmp_path):
    filled = [text_cell(0, 0, "Nr"), text_cell(1, 0, "a")]
    good, _ = read_columns(write_old_book(tmp_path / "good.xls", *filled), {"identity": "Nr"})
    assert good["identity"].to_list() == ["a"]
    far = write_old_book(tmp_path / "far.xls", *filled, text_cell(65_535, 65_535, "x"))
    with pytest.raises(SourceError, match="cannot be read as xls"):
        read_columns(far, {"identity": "Nr"})


def test_a_csv_file_of_too_many_columns_or_without_an_end_of_row_1_is_refused(tmp_path):
    path = tmp_path / "regions.csv"
    for mark in ",;\t":
        path.write_text("a title\n" + mark.join(f"c{n}" for n in range(200_000)) + "\n")
        with pytest.raises(SourceError, match=r"has \d{6} columns; 2000 are read at most"):
            read_table(path, "regions")
    path.write_text(",".join(f"column {n}" for n in range(200_000)) + "\n")
    with pytest.raises(SourceError, match=r"has \d{5,6} columns; 2000 are read at most"):
        read_table(path, "regions")
    path.write_text("region,level" + " " * (1 << 20))
    with pytest.raises(SourceError, match="row 1 does not end within 1 MB"):
        read_table(path, "regions")
    with pytest.raises(SourceError, match="row 1 does not end within 1 MB"):
        read_columns(path, {"identity": "region"})


def test_a_file_larger_than_memory_should_hold_is_refused_by_its_size(tmp_path):
    path = tmp_path / "regions.csv"
    path.write_text(REGIONS)
    os.truncate(path, 3 << 30)
    with pytest.raises(SourceError, match=r"regions\.csv holds 3 GB; 1 GB are read at most"):
        read_table(path, "regions")


def test_a_file_too_large_to_be_read_is_not_read_to_know_it_again(tmp_path):
    (tmp_path / "regions.csv").write_text(REGIONS)
    with (tmp_path / "population.csv").open("wb") as stream:
        stream.truncate(3 << 30)
    before = time.process_time()
    (problem,) = open_folder(tmp_path).report.problems
    assert "population.csv holds 3 GB; 1 GB are read at most" in problem.message
    assert time.process_time() - before < 1


def test_a_parquet_file_is_refused_by_what_it_declares(tmp_path, monkeypatch):
    path = tmp_path / "regions.parquet"
    pq.write_table(pa.table({f"c{n}": [1] for n in range(2_001)}), path)
    with pytest.raises(SourceError, match="has 2001 columns"):
        read_table(path, "regions")
    pl.DataFrame({"name": ["x" * 3_000_000]}).write_parquet(path)
    monkeypatch.setattr(bounds, "LARGEST_PARQUET", 2 << 20)
    assert path.stat().st_size < 10_000
    with pytest.raises(SourceError, match=r"declares 1 rows of 1 columns, 2.86 MB unpacked"):
        read_table(path, "regions")
    pq.write_table(
        pa.table({"region": ["4026"]}).replace_schema_metadata({"note": "x" * (5 << 20)}), path
    )
    monkeypatch.undo()
    with pytest.raises(SourceError, match="of them about its columns"):
        read_table(path, "regions")


def compact(number, width=0):
    """Write a whole number as the end of a Parquet file does, with as many bytes as asked for."""
    number, written = number * 2, []
    while number >= 128 or len(written) + 1 < width:
        written.append(number % 128 + 128)
        number //= 128
    return bytes([*written, number])


def test_a_parquet_file_that_declares_less_than_its_pages_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_PARQUET", 2 << 20)
    path = tmp_path / "regions.parquet"
    pl.DataFrame({"name": ["x" * 3_000_000]}).write_parquet(path, statistics=False)
    group = pq.read_metadata(path).row_group(0)
    content = path.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    end = content[footer:]
    for size in (group.total_byte_size, group.column(0).total_uncompressed_size):
        end = end.replace(compact(size), compact(100, len(compact(size))))
    path.write_bytes(content[:footer] + end)
    assert pq.read_metadata(path).row_group(0).column(0).total_uncompressed_size == 100
    with pytest.raises(SourceError, match=r"2\.86 MB unpacked; .* are read at most"):
        read_table(path, "regions")


@pytest.mark.parametrize("compression", ["zstd", "snappy", "uncompressed", "gzip"])
def test_pages_are_as_large_as_a_sound_parquet_file_declares(tmp_path, compression):
    path = tmp_path / "staff.parquet"
    rows = pl.DataFrame({"n": range(50_000), "text": [f"{n % 7}" for n in range(50_000)]})
    rows.with_columns(half=pl.col("n") / 2, sure=pl.col("n") > 3, none=None).write_parquet(
        path, compression=compression, row_group_size=20_000
    )
    about = pq.read_metadata(path)
    columns = [about.row_group(g).column(c) for g in range(3) for c in range(5)]
    places = [
        (one.dictionary_page_offset or one.data_page_offset, one.total_compressed_size)
        for one in columns
    ]
    pages = unpacked_size(path, places)
    declared = sum(one.total_uncompressed_size for one in columns)
    assert 0.8 * declared < pages <= declared  # Declared are the beginnings of pages as well.
    frame, _ = bounds.read_parquet_within(path)
    assert frame.height == 50_000


@pytest.mark.parametrize("cut", [20, 100, 300])
def test_a_damaged_parquet_file_is_told_and_no_panic(tmp_path, cut):
    path = tmp_path / "regions.parquet"
    pl.DataFrame({"region": ["4026"] * 50, "level": ["municipality"] * 50}).write_parquet(path)
    content = bytearray(path.read_bytes())
    content[cut : cut + 40] = bytes(range(200, 240))
    path.write_bytes(content)
    try:
        read_table(path, "regions")
    except SourceError as error:
        assert "Check that it is a whole Parquet file" in str(error)  # noqa: PT017


def hindrances(folder):
    os.mkfifo(folder / "staff.csv")
    (folder / "absence.parquet").symlink_to(folder / "nowhere.parquet")
    (folder / "mobility.csv").symlink_to("/dev/zero")
    (folder / "notes.csv").mkdir()
    # The address of a socket may not be long.
    with socket.socket(socket.AF_UNIX) as listening, contextlib.chdir(folder):
        listening.bind("shortage.xlsx")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_what_has_the_name_of_a_table_and_is_no_plain_file_is_named_and_not_opened(tmp_path):
    (tmp_path / "regions.csv").write_text(REGIONS)
    (tmp_path / "population.csv").write_text(POPULATION)
    assert open_folder(tmp_path).report.problems == ()
    hindrances(tmp_path)
    told = {one.file: one.message for one in open_folder(tmp_path).report.problems}
    assert {
        name: message.split(" is ")[1].split(" and no file")[0] for name, message in told.items()
    } == {
        "staff.csv": "a named pipe",
        "absence.parquet": "a link that leads nowhere",
        "mobility.csv": "a device",
        "notes.csv": "a folder",
        "shortage.xlsx": "a socket",
    }
    with pytest.raises(SourceError, match=r"shortage\.xlsx is a socket"):
        find_tables(tmp_path)
    made = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert made.exit_code == 2
    assert "staff.csv is a named pipe and no file, so it is not opened." in made.output
    made = CliRunner().invoke(app, ["check", str(tmp_path / "staff.csv")])
    assert "is a named pipe" in made.output


def test_hidden_and_filtered_rows_and_hidden_columns_are_told_by_the_check(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "figures.xlsx") as book:
        for name, text in (("regions", REGIONS), ("population", POPULATION)):
            sheet = book.add_worksheet(name)
            for row, line in enumerate(text.split()):
                sheet.write_row(row, 0, line.split(","))
        sheet.autofilter("B1:B3")
        sheet.filter_column("B", "x == female")
        sheet.set_row(2, options={"hidden": True})
        sheet.set_column("E:E", options={"hidden": True})
        sheet.set_column("G:XFD", options={"hidden": True})
    report = open_folder(tmp_path).report
    assert report.problems == ()
    told = (
        "figures.xlsx, sheet population: 1 hidden or filtered rows (3) and hidden columns "
        "(E (persons)) are read like the others. Show them, or delete what should not count."
    )
    assert report.notes[0] == told
    made = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert (
        "Note:       figures.xlsx, sheet population: 1 hidden or filtered rows (3)" in made.output
    )
