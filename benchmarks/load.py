"""Seconds of processor to open and load copies of a municipality: ``python -m benchmarks.load``.

Each size (or those given: ``python -m benchmarks.load 360``) is measured in a process of its own,
which has not made the copies, so that its memory is its own.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZES = (12, 48, 360)


def main() -> None:
    from benchmarks.copies import write_copies

    for size in [int(given) for given in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as kept:
            codes = write_copies(Path(kept), size)
            alone = multiprocessing.get_context("spawn").Process(target=measure, args=(kept, codes))
            alone.start()
            alone.join()


def measure(kept: str, codes: list[str]) -> None:
    """Print what it takes to open a folder, and to load one, one more, and all of its places."""
    from workforce.inputs import load_inputs
    from workforce.sources.tables.folder import open_folder

    places = len(codes)
    folder = timed(f"{places}: open", lambda: open_folder(kept))
    timed(f"{places}: load one", lambda: load_inputs(folder, region=codes[2]))
    timed(f"{places}: one more", lambda: load_inputs(folder, region=codes[-1]))
    timed(f"{places}: load all", lambda: load_inputs(folder))


def timed(name: str, run: Callable[[], Any]) -> Any:
    before = time.process_time()
    found = run()
    spent = time.process_time() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name:16} {spent:7.2f} s of processor, at most {memory:.2f} GB so far", flush=True)
    return found


if __name__ == "__main__":
    main()
