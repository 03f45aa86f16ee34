"""Prevents tests without the marker ``process`` from starting processes."""

from __future__ import annotations

import sys
from typing import Any

import pytest

EVENTS = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen"}
"""Audit events that Python raises for a new process; `multiprocessing` spawns without one."""


class ProcessGuard:
    """A pytest plugin that raises an error when a test without the marker starts a process."""

    def __init__(self) -> None:
        self.is_active = False
        # Python can't remove an audit hook, so one hook serves the complete test run.
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_active and event in EVENTS:
            raise RuntimeError(f"mark this test with pytest.mark.process: it starts {arguments[0]}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """Guard a test and its fixtures, unless it has the marker."""
        self.is_active = item.get_closest_marker("process") is None
        try:
            return (yield)
        finally:
            self.is_active = False
