"""One thread a worker, long modules first, and at the end a word on the published cases."""

import os

# The workers share the processors: threads of the matrix library would only wait for one another.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import pytest  # noqa: E402


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
