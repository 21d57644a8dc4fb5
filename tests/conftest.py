"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# Where a run decides on a change, the same change must get the same verdict every time; on people's own
# machines the property tests go on looking for new examples.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI") or os.environ.get("KG_NO_SKIPS"):
    settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`python -m pytest tests/queries --regenerate` writes the expected rows instead of comparing them."""
    parser.addoption("--regenerate", action="store_true", help="write what is expected; then read it")


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Whether what is expected is to be written: rows of queries, pages of the documentation."""
    return bool(request.config.getoption("--regenerate", default=False))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where nothing may skip, say what did, so that the run's failure explains itself."""
    if os.environ.get("KG_NO_SKIPS"):
        for report in terminalreporter.stats.get("skipped", ()):
            terminalreporter.write_line(f"must not skip here: {report.nodeid} ({report.longrepr[2]})")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may skip, a skipped test fails the run: a missing part must be installed."""
    if not os.environ.get("KG_NO_SKIPS"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
