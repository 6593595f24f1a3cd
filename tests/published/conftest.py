"""Published cases: where they lie, and what they measure."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

VARIABLE = "WORKFORCE_REFERENCE"


@pytest.fixture(scope="session")
def reference() -> Callable[[str], Path]:
    """Folder of a published case; the test is skipped where the cases are not at hand."""

    def folder(case: str) -> Path:
        root = os.environ.get(VARIABLE)
        if not root:
            pytest.skip(f"{VARIABLE} is not set: {case} is not compared")
        found = Path(root) / case
        assert found.is_dir(), f"{VARIABLE} is set, but the case {case} is not in it"
        return found

    return folder


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Print a measured deviation, now and in the summary of the run."""

    def record(line: str) -> None:
        print(line)
        record_property("measured", line)

    return record
