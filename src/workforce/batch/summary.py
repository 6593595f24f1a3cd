"""What a run is asked for, what it tells of each job as it ends, and what it came to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from workforce.batch.ledger import Entry, Status
from workforce.batch.lock import OnWait

INDEX = "index.html"
OnDone = Callable[[Entry, int, int, int | None], None]
"""Called with what came of a job, how many are through, how many there are, and about how many
seconds are left."""


@dataclass(frozen=True)
class Order:
    """What a run is asked for, as `workforce.batch.runner.run` is; ``began`` is in seconds."""

    params_path: Path
    root: Path
    quarter: str | None
    regions: Sequence[str] | None
    force: bool
    workers: int | None
    wait: bool
    on_done: OnDone | None
    on_wait: OnWait | None
    began: float


@dataclass(frozen=True)
class RunSummary:
    """What a run came to: an entry for each job, and the page to open.

    ``failed`` counts technical failures, ``refused`` pages whose figures the quality gate refused.
    ``removed`` counts pages of earlier runs that left the site because they rested on other data,
    ``swept`` other files there that no run had made.
    ``index`` is None where the index could not be written, and ``problem`` says why. ``made_key``
    is the file of the key that was made for this run, which somebody must keep. ``projections``
    counts those that the figures took.
    """

    jobs: tuple[Entry, ...]
    seconds: float
    index: Path | None
    removed: int = 0
    swept: int = 0
    problem: str = ""
    made_key: Path | None = None
    projections: int = 0

    @property
    def done(self) -> int:
        """Pages that were made."""
        return self._count("done")

    @property
    def failed(self) -> int:
        """Pages that could not be made."""
        return self._count("failed")

    @property
    def refused(self) -> int:
        """Pages whose figures the quality gate refused."""
        return self._count("refused")

    @property
    def unchanged(self) -> int:
        """Pages that stayed as they were."""
        return self._count("unchanged")

    @property
    def counts(self) -> str:
        """How many pages came to what, in a line."""
        return ", ".join(f"{self._count(one)} {one}" for one in get_args(Status))

    def _count(self, status: Status) -> int:
        return [entry.status for entry in self.jobs].count(status)
