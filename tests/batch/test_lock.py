"""One run at a time in a folder."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workforce.batch.lock import LOCK, SILENT_SECONDS, _boot, held
from workforce.errors import ReportError
from workforce.texts.catalogue import load_texts
from workforce.texts.messages import tell_note

HOLD = """
import sys, time
from pathlib import Path
from workforce.batch.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_who_holds_the_folder_until_that_process_ends(tmp_path: Path) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    who = rf"process {first.pid} on .*, since 20"
    with pytest.raises(ReportError, match=who) as told, held(tmp_path):
        pass
    assert "--wait" in str(told.value)
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stdout.close()
    # What a run that was killed leaves is no lock.
    assert (tmp_path / LOCK).exists()
    with held(tmp_path):
        assert json.loads((tmp_path / LOCK).read_text())["process"] == os.getpid()
    assert not (tmp_path / LOCK).exists()


def test_one_who_waits_goes_on_when_the_folder_is_free(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD.replace("60", "1.5"), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        first.stdout.readline()
        with held(tmp_path, wait=True):
            assert first.wait() == 0


def test_a_run_on_another_machine_holds_for_as_long_as_it_gives_signs_of_life(
    tmp_path: Path,
) -> None:
    lock = tmp_path / LOCK
    lock.write_text(json.dumps({"machine": "elsewhere", "process": 7, "since": "2026-11-29"}))
    end = r"process 7 on elsewhere, .* ended at \d\d:\d\d:\d\d unless it gives a sign of life"
    with pytest.raises(ReportError, match=end), held(tmp_path):
        pass
    nearly = time.time() - SILENT_SECONDS + 0.8
    os.utime(lock, (nearly, nearly))
    told: list[str] = []
    with held(tmp_path, wait=True, on_wait=told.append):
        assert len(told) == 1
    assert tell_note(told[0], load_texts("nb")).startswith("Venter på en annen kjøring (prosess 7")


@pytest.mark.skipif(not _boot(), reason="only Linux names a machine anew at each start")
def test_a_container_takes_over_from_one_of_another_name_that_was_killed_on_its_machine(
    tmp_path: Path,
) -> None:
    told = {"machine": "elsewhere", "boot": _boot(), "process": 7, "since": "2026-11-29"}
    # One that reaches the folder by another way has other locks.
    (tmp_path / LOCK).write_text(json.dumps({**told, "device": -1}))
    with pytest.raises(ReportError, match="process 7 on elsewhere"), held(tmp_path):
        pass
    (tmp_path / LOCK).write_text(json.dumps({**told, "device": tmp_path.stat().st_dev}))
    with held(tmp_path):
        assert json.loads((tmp_path / LOCK).read_text())["process"] == os.getpid()


def test_machines_that_no_start_names_are_not_the_same_for_that(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("workforce.batch.lock._boot", str)
    told = {"machine": "elsewhere", "process": 7, "since": "2026-11-29"}
    for boot in ({}, {"boot": "", "device": tmp_path.stat().st_dev}):
        (tmp_path / LOCK).write_text(json.dumps({**told, **boot}))
        with pytest.raises(ReportError, match="process 7 on elsewhere"), held(tmp_path):
            pass


def test_a_folder_that_cannot_be_made_or_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="file"), held(tmp_path / "file" / "runs"):
        pass
