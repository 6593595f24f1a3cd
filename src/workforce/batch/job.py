"""One page to make: its name, its place in the site, and the key that tells whether it is made."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import workforce

FILE_CODE = re.compile("[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Job:
    """One page to make.

    ``parameters`` are those of the notebook that decide figures; where a thing lies does not.
    ``key`` is equal for two jobs only where notebook, parameters, data and library are; ``rest`` is
    what goes into it beside data and library.
    """

    notebook: str
    source: Path
    region: str
    sector: str
    scenario: str
    language: str
    parameters: Mapping[str, Any]
    key: str
    rest: str = ""

    @property
    def name(self) -> str:
        """Name among the jobs of a run, and of its files."""
        return f"{self.region}-{self.page.stem}"

    @property
    def page(self) -> Path:
        """Path of the page within the site."""
        return page_of(self.region, self.notebook, self.sector, self.scenario, self.language)


def page_of(region: str, notebook: str, sector: str, scenario: str, language: str) -> Path:
    """Give the path of a page within the site."""
    return Path(region) / f"{notebook}-{sector}-{scenario}-{language}.html"


def hash_of(*parts: str | bytes) -> str:
    """Hash texts in order, so that a text moved from one to the next changes the result."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def hash_files(paths: Iterable[Path]) -> str:
    """Hash the names and contents of files, in order."""
    return hash_of(*(part for path in paths for part in (path.name, path.read_bytes())))


def library_hash() -> str:
    """Hash the version and the files of the package, since a checkout changes between versions."""
    package = Path(workforce.__file__).parent
    files = sorted(
        path
        for path in package.rglob("*")
        # A process may be writing there what it compiled.
        if path.parent.name != "__pycache__" and path.is_file() and not path.name.startswith(".")
    )
    return hash_of(workforce.__version__, hash_files(files))
