"""Options of the query tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`python -m pytest tests/queries --regenerate` writes the expected rows instead of comparing them."""
    parser.addoption("--regenerate", action="store_true", help="write expected rows; then read them")


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Whether expected rows are to be written."""
    return bool(request.config.getoption("--regenerate", default=False))
