"""What the run says about the published cases at its end."""

import pytest


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
