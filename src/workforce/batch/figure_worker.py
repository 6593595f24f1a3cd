"""A process that makes the figures of regions, one after another, as a run asks it to.

A request and an answer are a line of JSON each. In comes ``{"data", "audience", "run", "content",
"store", "pages", "environment"}``, each page with ``asked``, ``path`` and ``made_from``; out goes a
line for each page as its figures are kept, in order: problem and traceback, both empty where
nothing went wrong, and the number of projections.
"""

import json
import os
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import polars as pl

from workforce.batch.kernels import say_raised
from workforce.batch.no_network import forbid_network
from workforce.batch.stray import open_stray
from workforce.contract.figures import keep_figures
from workforce.contract.folder import Folder
from workforce.contract.packed import tables_read
from workforce.contract.places import make_folder
from workforce.errors import WorkforceError
from workforce.model.tally import projections_made
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
        request = json.loads(requests.get())
        # The process may be older than the folders of the run.
        os.environ.update(request["environment"])
        stray = open_stray()
        for stream in (sys.stdout, sys.stderr):
            os.dup2(stray, stream.fileno())
        os.close(stray)
        for told in _answer(request):
            answers.write(json.dumps(told) + "\n")
            answers.flush()


def _listen(requests: SimpleQueue[str]) -> None:
    """Take requests, and end the process at once when there are no more, or the run has ended."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def _answer(request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Make the figures of one region; what goes wrong with a page stops no other."""
    before = projections_made()
    run, pages, audience = Path(request["run"]), request["pages"], request["audience"]
    asked = [_asked(page["asked"]) for page in pages]
    try:
        folder: Folder = open_for(request["data"], audience=audience)
        store = Path(request["store"])
        make_folder(store, run)
        place = place_of(folder, asked, store=store)
        lights = lights_of_run(run)
        if lights is not None:
            lights = lights.filter(pl.col("region") == place.region)
    # Whatever a folder comes up with, the run goes on and each page says why it is not there.
    except Exception as error:
        yield from [_told(error, audience)] * len(pages)
        return
    for one, page in zip(asked, pages, strict=True):
        path = Path(page["path"])
        try:
            made = page_figures(place, one, lights=lights)
            make_folder(path.parent, run)
            content = request["content"]
            rests_on = {name: content[name] for name in ("", *tables_read()) if name in content}
            keep_figures(made, path, made_from=page["made_from"], rests_on=rests_on)
            told: dict[str, Any] = {"problem": "", "details": ""}
        except Exception as error:
            told = _told(error, audience)
        now = projections_made()
        yield {**told, "projections": now - before}
        before = now
    forget(place)


def _asked(given: Mapping[str, Any]) -> Asked:
    return Asked(
        **{**given, "sectors": tuple(given["sectors"]), "measures": tuple(given["measures"])}
    )


def _told(error: Exception, audience: str) -> dict[str, Any]:
    ours = isinstance(error, WorkforceError)
    problem = str(error) if ours else say_raised(type(error).__name__, str(error), audience)
    return {"problem": problem, "details": traceback.format_exc(), "projections": 0}


if __name__ == "__main__":
    main()
