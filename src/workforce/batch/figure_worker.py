"""A process that makes the figures of regions, one after another, as a run asks it to.

A request and an answer are a line of JSON each. In comes ``{"data", "audience", "run", "pages"}``,
each page with ``asked``, ``path`` and ``made_from``; out go problem and traceback by path, both
empty where the figures are kept, and the number of projections.
"""

import json
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import polars as pl

from workforce.batch.kernels import say_raised
from workforce.batch.no_network import forbid_network
from workforce.contract.figures import keep_figures
from workforce.contract.folder import Folder
from workforce.contract.places import make_folder
from workforce.errors import WorkforceError
from workforce.model.projection import projections_made
from workforce.results.asked import Asked
from workforce.results.pages import page_figures
from workforce.results.place import forget, place_of
from workforce.results.run_notes import lights_of_run
from workforce.sources.tables.protected import open_for


def main() -> None:
    """Answer requests until there are no more."""
    forbid_network()
    # What a library prints must not stand among the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        answers.write(json.dumps(_answer(json.loads(requests.get()))) + "\n")
        answers.flush()


def _listen(requests: SimpleQueue[str]) -> None:
    """Take requests, and end the process at once when there are no more, or the run has ended."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Make the figures of one region; what goes wrong with a page stops no other."""
    before, told = projections_made(), dict[str, list[str]]()
    run, pages, audience = Path(request["run"]), request["pages"], request["audience"]
    asked = [_asked(page["asked"]) for page in pages]
    try:
        folder: Folder = open_for(request["data"], audience=audience)
        place = place_of(folder, asked)
        lights = lights_of_run(run)
        if lights is not None:
            lights = lights.filter(pl.col("region") == place.region)
    # Whatever a folder comes up with, the run goes on and each page says why it is not there.
    except Exception as error:
        return {"told": {page["path"]: _told(error, audience) for page in pages}, "projections": 0}
    for one, page in zip(asked, pages, strict=True):
        path = Path(page["path"])
        try:
            made = page_figures(place, one, lights=lights)
            make_folder(path.parent, run)
            keep_figures(made, path, made_from=page["made_from"])
            told[page["path"]] = ["", ""]
        except Exception as error:
            told[page["path"]] = _told(error, audience)
    forget()
    return {"told": told, "projections": projections_made() - before}


def _asked(given: Mapping[str, Any]) -> Asked:
    return Asked(
        **{**given, "sectors": tuple(given["sectors"]), "measures": tuple(given["measures"])}
    )


def _told(error: Exception, audience: str) -> list[str]:
    if isinstance(error, WorkforceError):
        return [str(error), traceback.format_exc()]
    return [say_raised(type(error).__name__, str(error), audience), traceback.format_exc()]


if __name__ == "__main__":
    main()
