"""Hypothesis profiles, the process guard and fixtures for all tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests import store_files
from tests.forbid_processes import ProcessGuard
from tests.hypothesis_profiles import register_profiles
from tests.installed import distributions, newsgraph, wheel

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["distributions", "newsgraph", "wheel"]

register_profiles("ci" if os.environ.get("CI") == "true" else "dev")


def pytest_configure(config: pytest.Config) -> None:
    """Let only tests with the marker ``process`` start processes."""
    config.pluginmanager.register(ProcessGuard())


@pytest.fixture(scope="session")
def empty_store() -> Path:
    """Database file of a store without articles, to be copied."""
    return store_files.empty_store_path()
