"""Shared by all tests: this folder is importable, and property-based tests are repeatable and frugal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "frugal",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("frugal")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test all of whose cases need files that are not here is left out and counted, rather than skipped."""
    empty = {
        item
        for item in items
        for mark in item.iter_markers("skip")
        if str(mark.kwargs.get("reason", "")).startswith("got empty parameter set")
    }
    config.hook.pytest_deselected(items=list(empty))
    items[:] = [item for item in items if item not in empty]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so where cases were left out because their published fixtures are not here."""
    shared = Path(__file__).resolve().parents[2] / "shared" / "parity"
    if not shared.exists():
        terminalreporter.write_line(
            f"{shared} is not here: of the published code's results only the small copies in tests/data were compared."
        )
