"""The log of a run: what came of each page, and about how much is left."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workforce.batch.ledger import Entry
from workforce.batch.manifest import STATUS, stopped_early
from workforce.batch.run_folders import folders_of
from workforce.batch.run_log import LOG, append, line_of, say_left, seconds_left
from workforce.texts.catalogue import load_texts

ENTRY = Entry(
    job="0001-ageing-all-baseline-nb", key="", basis="", notebook="ageing", region="0001",
    sector="all", scenario="baseline", language="nb", parameters={}, status="done", seconds=2.34,
    message="", details="", page="", title="", started=datetime(2026, 11, 29, tzinfo=UTC),
    version="0",
)  # fmt: skip


def test_time_left_is_what_pages_took_times_those_that_are_left() -> None:
    unchanged, refused = (replace(ENTRY, status=one) for one in ("unchanged", "refused"))
    assert seconds_left([unchanged, refused], total=10, spent=5.0, at_once=1) is None
    through = [ENTRY, ENTRY, unchanged, refused]
    assert seconds_left(through, total=10, spent=20.0, at_once=1) == 60
    # Its figures were made again and came out as they were: it took its time, too.
    assert seconds_left([unchanged, *through], total=10, spent=21.0, at_once=1) == 35


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (0, ""),
        (45, ", about 45 s left"),
        (130, ", about 2 min left"),
        (9000, ", about 2 h left"),
    ],
)
def test_time_left_is_said_in_the_unit_that_fits(seconds: int | None, said: str) -> None:
    assert say_left(seconds) == said


def test_a_line_tells_time_number_status_page_seconds_time_left_and_reason(tmp_path: Path) -> None:
    failed = replace(ENTRY, status="failed", message="cell 4: the kernel died")
    text = line_of(failed, 3, 12, 130)
    assert text[8:] == (
        " [ 3/12] failed    0001-ageing-all-baseline-nb (2.3 s), about 2 min left: "
        "cell 4: the kernel died"
    )
    assert line_of(failed, 3, 12, 130, load_texts("en"))[8:] == text[8:]
    assert line_of(failed, 3, 12, 130, load_texts("nn"))[8:] == (
        " [ 3/12] feila     0001-ageing-all-baseline-nb (2.3 s), omtrent 2 min att: "
        "cell 4: the kernel died"
    )
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "run.log").symlink_to(elsewhere)
    append(tmp_path / "run.log", text)
    append(tmp_path / "run.log", text)
    assert not elsewhere.exists()
    assert len((tmp_path / "run.log").read_text(encoding="utf-8").splitlines()) == 2
    append(tmp_path / "nowhere" / "run.log", text)


@pytest.mark.parametrize(("told", "left"), [("2026-11-30", 3), ("2026-11-28", 0)])
def test_a_run_that_is_stopped_late_keeps_what_it_has_told_of_its_pages(tmp_path, told, left):
    folders = folders_of(tmp_path, "2026Q4", "internal")
    folders.runs.mkdir(parents=True)
    status = folders.runs / STATUS
    status.write_text(json.dumps({"state": "running", "started": told, "pages": 3, "through": 3}))
    stopped_early(folders, started=datetime(2026, 11, 29, tzinfo=UTC))
    found = json.loads(status.read_text())
    assert (found["state"], found["pages"], found["through"]) == ("stopped", left, left)
    line = (folders.runs / LOG).read_text()
    assert ("before any page" in line) == (left == 0)
