"""Where the files of a run lie."""

from dataclasses import dataclass
from pathlib import Path

from workforce.batch.staging import staged

OPENED = "opened-"
"""Begins the name of a run's folder of tables that were read and checked, while it lasts."""


@dataclass(frozen=True)
class Folders:
    """Where the files of a run lie: the site, and what is not for readers."""

    site: Path
    runs: Path

    @property
    def built(self) -> Path:
        """The site that is being built, which takes the place of ``site`` when it is whole."""
        return staged(self.site)

    @property
    def next_ledger(self) -> Path:
        """Ledger of the site that is being built, from which a run that was ended goes on."""
        return self.runs / "ledger.next.parquet"

    @property
    def protected(self) -> Path:
        """Tables of a public run, protected; all that its pages know of the data."""
        return self.runs / "protected"

    @property
    def ledger(self) -> Path:
        """Ledger of the run."""
        return self.runs / "ledger.parquet"

    def notebook(self, job: str) -> Path:
        """Notebook that ran."""
        return self.runs / f"{job}.ipynb"

    def failed(self, job: str) -> Path:
        """Notebook that failed, as far as it came."""
        return self.runs / "failed" / f"{job}.ipynb"

    def results(self, job: str) -> Path:
        """Tidy results of a notebook; not every notebook writes them."""
        return self.runs / "results" / f"{job}.parquet"


def folders_of(out: Path, label: str, audience: str) -> Folders:
    """Name the folders of a run; internal pages have folders of their own."""
    name = label if audience == "public" else f"{label}-internal"
    return Folders(site=out / "reports" / name, runs=out / "runs" / name)
