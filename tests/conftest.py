"""Shared by all tests: this folder is importable, and property-based tests are repeatable and frugal."""

from __future__ import annotations

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
