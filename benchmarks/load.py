"""Seconds of processor to open and load copies of a municipality: ``python -m benchmarks.load``.

Each size runs in a process of its own, so that its memory is its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZES = (12, 48, 360)


def main() -> None:
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "benchmarks.load", str(size)], check=True)


def measure(municipalities: int) -> None:
    """Print what it takes to open a folder, and to load one, one more, and all of its places."""
    from benchmarks.copies import write_copies

    from workforce.inputs import load_inputs
    from workforce.sources.tables.folder import open_folder

    with tempfile.TemporaryDirectory() as kept:
        codes = write_copies(Path(kept), municipalities)
        folder = timed(f"{municipalities}: open", lambda: open_folder(kept))
        timed(f"{municipalities}: load one", lambda: load_inputs(folder, region=codes[2]))
        timed(f"{municipalities}: one more", lambda: load_inputs(folder, region=codes[-1]))
        timed(f"{municipalities}: load all", lambda: load_inputs(folder))


def timed(name: str, run: Callable[[], Any]) -> Any:
    before = time.process_time()
    found = run()
    spent = time.process_time() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name:16} {spent:7.2f} s of processor, at most {memory:.2f} GB so far", flush=True)
    return found


if __name__ == "__main__":
    main()
