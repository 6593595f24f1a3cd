"""Time and memory of importing a register of 1,000,000 rows, beside reading its files alone.

Run: ``uv run python benchmarks/staff_register.py``
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from tools.register.extracts import write_register

from workforce.sources.staff_register.register import read_staff_register

ROWS = 1_000_000
MAPPING = Path(__file__).parents[1] / "data" / "mappings" / "staff.yaml"


def write_many(folder: Path) -> int:
    """Write the made-up register over and over, each time about other persons."""
    paths, _ = write_register(folder)
    letters = ["utf8" if _is_utf8(path) else "latin-1" for path in paths]
    frames = [
        pl.read_csv(path, separator=";", infer_schema=False, encoding=encoding)
        for path, encoding in zip(paths, letters, strict=True)
    ]
    times = -(-ROWS // sum(frame.height for frame in frames))
    identity = pl.col("Fødselsnummer")
    for path, frame in zip(paths, frames, strict=True):
        copies = [
            frame.with_columns(identity.str.head(2) + f"{copy + 40:02}" + identity.str.tail(7))
            for copy in range(times)
        ]
        pl.concat(copies).write_csv(path, separator=";")
    return times * sum(frame.height for frame in frames)


def _is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def measure(what: str, folder: Path) -> None:
    """Do one of the two in a process of its own, so that its memory is its own."""
    paths = sorted(folder.glob("*.csv"))
    start = time.perf_counter()
    if what == "import":
        persons = read_staff_register(paths, mapping=MAPPING)["staff"]["persons"].sum()
    else:
        persons = sum(pl.read_csv(p, separator=";", infer_schema=False).height for p in paths)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{seconds} {used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024} {persons}")


def main() -> None:
    if len(sys.argv) == 3:
        measure(sys.argv[1], Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = write_many(Path(folder))
        figures = {}
        for what in ("read", "import"):
            done = subprocess.run(
                [sys.executable, __file__, what, folder], capture_output=True, text=True, check=True
            )
            figures[what] = [float(figure) for figure in done.stdout.split()]
    (read_s, read_cpu, read_mb, _), (seconds, cpu, mb, persons) = figures["read"], figures["import"]
    print(f"{rows:,} rows, {persons:,.0f} persons on all first days of January together")
    print(f"import: {seconds:.1f} s ({cpu:.1f} s of processor), {mb:,.0f} MB at most")
    print(f"reading alone: {read_s:.1f} s ({read_cpu:.1f} s of processor), {read_mb:,.0f} MB")
    print(f"import / reading, of processor: {cpu / read_cpu:.1f}; the bar is 20 s and 2,048 MB")


if __name__ == "__main__":
    main()
