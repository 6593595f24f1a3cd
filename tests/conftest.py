"""One thread a worker, long modules first, and at the end a word on the published cases."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

# The workers share the processors: threads of the libraries would only wait for one another.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(name, "1")
# Tests start many processes: what one of them has compiled, the others read.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Without its plugins, which bring whole libraries into each process that checks a table.
os.environ["HYPOTHESIS_NO_PLUGINS"] = "1"

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# How long an example takes is the machine's affair; where CI is set, examples stay the same.
settings.register_profile("suite", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("suite")

SMALL = Path(__file__).parent / "batch" / "small"
SAMPLE = Path(__file__).parents[1] / "data" / "sample"
# Opens and protects the sample; until it is through, whoever asks for it makes it himself.
MAKE_SAMPLE = f"""
import sys
from pathlib import Path
from workforce.sources.tables.folder import keep_open, open_folder
from workforce.sources.tables.protected import open_for, write_protected
opened, root = Path(sys.argv[1]), Path(sys.argv[2])
keep_open(open_folder({str(SAMPLE)!r}), opened)
write_protected(open_for({str(SAMPLE)!r}, audience="public"), root / "protected", root)
"""
making = pytest.StashKey[tuple[Path, subprocess.Popen[bytes]]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Make what most modules read once for all workers, beside them."""
    if not session.config.getoption("numprocesses", None):
        return
    root = Path(tempfile.mkdtemp())
    opened = root / "opened"
    opened.mkdir()
    os.environ |= {"WORKFORCE_OPENED": str(opened), "WORKFORCE_TESTS": str(root)}
    process = subprocess.Popen([sys.executable, "-c", MAKE_SAMPLE, opened, root])
    session.config.stash[making] = (root, process)


def pytest_unconfigure(config: pytest.Config) -> None:
    if making in config.stash:
        root, process = config.stash[making]
        process.wait()
        shutil.rmtree(root)


@pytest.fixture(scope="session")
def protected_sample() -> Any:
    """The sample as the public gets it."""
    from workforce.sources.tables.protected import MARKER, open_for

    protected = Path(os.environ.get("WORKFORCE_TESTS", "")) / "protected"
    return open_for(protected if (protected / MARKER).is_file() else SAMPLE, audience="public")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with modules that have a long test, so that no worker is left with one at last."""
    long = {
        item.path
        for item in items
        if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    }
    items.sort(key=lambda item: item.path not in long)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    def of(outcome: str) -> list[pytest.TestReport]:
        return [
            report
            for report in terminalreporter.stats.get(outcome, [])
            if "tests/published" in getattr(report, "nodeid", "")
        ]

    reports = [*of("passed"), *of("failed")]
    compared = len(reports)
    skipped = len(of("skipped"))
    if not compared + skipped:
        return
    terminalreporter.section("published cases")
    for report in reports:
        for name, line in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(str(line))
    terminalreporter.write_line(f"{compared} compared, {skipped} skipped")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A commission of two pages, and a run of it in real kernels, whose pages others take over."""
    from workforce.batch.runner import run

    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(SMALL, folder / "small")
    assert run(folder / "small" / "params.yaml", out=folder / "out").done == 2
    return folder


@pytest.fixture
def stubbed(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commission, with notebooks that ran in place of kernels."""
    import nbformat

    from workforce.batch import making
    from workforce.batch.kernels import Execution

    runs = made / "out" / "runs" / "2026Q4"

    def execute(_: Path, parameters: Any, *, timeout_seconds: float) -> Any:
        name = f"000{parameters['region'][-1]}-ageing-all-baseline-nb"
        shutil.copyfile(runs / "results" / f"{name}.parquet", parameters["results"])
        return Execution(nbformat.read(runs / f"{name}.ipynb", 4), "")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(making, "execute", execute)
    return made / "small"
