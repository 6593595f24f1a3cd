"""What a schedule needs: units that systemd takes, a script for the quarter, a line for cron."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SMALL = ROOT / "tests" / "batch" / "small"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script is for a POSIX shell")


def app_in(folder: Path) -> Path:
    """Lay a checkout as the script expects it: a program in its environment, and the scripts."""
    home = folder / "app"
    (home / ".venv" / "bin").mkdir(parents=True)
    shutil.copytree(DEPLOY, home / "deploy")
    return home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return app_in(tmp_path)


@pytest.fixture(scope="module", autouse=True)
def scheduled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | None]:
    """A checkout whose line cron has been given, while the other tests go on.

    Cron wakes once a minute. None where it is not there, or may not be started.
    """
    cron = shutil.which("cron")
    if not (cron and hasattr(os, "getuid") and os.getuid() == 0):
        yield None
        return
    if subprocess.run(["crontab", "-l"], capture_output=True, check=False).returncode == 0:
        # There is a crontab, which is left alone.
        yield None
        return
    home = app_in(tmp_path_factory.mktemp("scheduled"))
    as_program(home, f'echo "$@" >> {home}/asked')
    env = home / "quarter.env"
    env.write_text("".join(f"{name}={value}\n" for name, value in settings(home).items()))
    line = (DEPLOY / "crontab").read_text().splitlines()[-1]
    assert line.startswith("0 5 10 1,4,7,10 * ")
    command = line.split(maxsplit=5)[5]
    command = command.replace("/etc/workforce/quarter.env", str(env))
    command = command.replace("/srv/workforce/app", str(home))
    subprocess.run(["crontab", "-"], input=f"* * * * * {command}\n", text=True, check=True)
    running = subprocess.Popen([cron, "-f"])
    try:
        yield home
    finally:
        running.terminate()
        running.wait()
        subprocess.run(["crontab", "-r"], check=True)


def as_program(home: Path, text: str) -> None:
    program = home / ".venv" / "bin" / "workforce"
    program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    program.chmod(0o755)


def settings(home: Path, **more: str) -> dict[str, str]:
    folder = home.parent
    given = {
        "WORKFORCE_HOME": str(home),
        "WORKFORCE_PARAMS": str(folder / "small" / "params.yaml"),
        "WORKFORCE_DATA": str(folder / "small" / "data"),
        "WORKFORCE_OUT": str(folder / "out"),
    }
    return {**given, **more}


def run_quarter(home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(home / "deploy" / "quarter.sh")],
        env={**os.environ, **settings(home, **more)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_setting_of_the_script_stands_in_its_file_of_settings() -> None:
    script = (DEPLOY / "quarter.sh").read_text() + (DEPLOY / "notice.sh").read_text()
    told = re.findall(r"^(WORKFORCE_\w+)=", (DEPLOY / "quarter.env").read_text(), re.MULTILINE)
    assert set(re.findall(r"WORKFORCE_[A-Z]+", script)) == set(told)


def test_a_quarter_is_checked_and_made_and_told_on_standard_error_alone(home: Path) -> None:
    shutil.copytree(SMALL, home.parent / "small")
    as_program(home, f'exec {Path(sys.executable).parent / "workforce"} "$@"')
    done = run_quarter(home)
    assert (done.returncode, done.stdout) == (0, "")
    assert len(list((home.parent / "out" / "reports").glob("*/index.html"))) == 1
    # What was wrong is passed on to whoever watches.
    (home.parent / "small" / "data" / "population.csv").write_text("region,sex\n")
    assert run_quarter(home).returncode == 2


def test_a_step_that_fails_ends_the_quarter_with_its_code(home: Path) -> None:
    as_program(home, f'echo "$@" >> {home}/asked; [ "$1" != import-staff ] || exit 2')
    done = run_quarter(home, WORKFORCE_REGIONS="90 4026", WORKFORCE_EXTRACTS="a.csv b.csv",
                       WORKFORCE_MAPPING="map.yaml")  # fmt: skip
    assert done.returncode == 2
    fetched, imported = (home / "asked").read_text().splitlines()
    assert fetched.endswith("--region 90 --region 4026")
    assert imported.startswith("import-staff a.csv b.csv --mapping map.yaml --out ")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_units(home: Path) -> None:
    units = []
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        name = unit.name.replace("@.", "@x.")
        text = unit.read_text().replace("/srv/workforce/app", str(home))
        (home / name).write_text(text)
        units.append(str(home / name))
    told = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
    shutil.rmtree(home / "deploy")
    told = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, check=False)
    assert told.returncode != 0


# Begun with the first, since cron lets it wait for a minute.
@pytest.mark.slow
def test_what_a_service_cannot_write_beside_is_compiled_where_it_is_installed() -> None:
    installed = re.compile(
        r"(?:uv sync --no-dev|pip install)[^`]*?python -m compileall -q src .venv"
    )
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    guide = (ROOT / "docs" / "guides" / "operate.md").read_text(encoding="utf-8")
    assert "PYTHONDONTWRITEBYTECODE" in image
    assert len(installed.findall(image)) == image.count("pip install") == 1
    assert len(installed.findall(guide)) == guide.count("uv sync --no-dev") == 2


def test_no_key_and_no_register_goes_into_an_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {"**/keys", "data/register", ".venv", "runs"} <= set(left_out)


def test_cron_runs_the_line(scheduled: Path | None) -> None:
    if scheduled is None:
        pytest.skip("needs cron, the right to start it, and no crontab that is there already")
    asked = scheduled / "asked"
    for _ in range(150):
        if asked.exists() and len(asked.read_text().splitlines()) >= 2:
            break
        time.sleep(0.5)
    checked, made = asked.read_text().splitlines()[:2]
    assert checked == f"check {scheduled.parent / 'small' / 'data'}"
    assert "--quarter auto" in made
