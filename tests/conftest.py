"""What all tests have in common: profiles of hypothesis, marks, and the installed program."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests import store_files
from tests.hypothesis_profiles import register
from tests.installed import distributions, newsgraph, wheel
from tests.process_guard import ProcessGuard

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["distributions", "newsgraph", "wheel"]

register("ci" if os.environ.get("CI") == "true" else "dev")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse processes to tests that are not marked."""
    config.pluginmanager.register(ProcessGuard())


@pytest.fixture(scope="session")
def empty_store() -> Path:
    """The file of a store without articles, to be copied."""
    return store_files.empty_store()
