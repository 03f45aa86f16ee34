"""A test that starts a process is marked so, and no other test can start one."""

from __future__ import annotations

import sys
from typing import Any

import pytest

EVENTS = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen"}
"""Python raises these audit events for a new process; `multiprocessing` spawns without one."""


class ProcessGuard:
    """A pytest plugin: refuses processes while a test runs that is not marked."""

    def __init__(self) -> None:
        self.refuses = False
        # Python can't remove an audit hook, so there is one for the whole run.
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.refuses and event in EVENTS:
            raise RuntimeError(f"mark this test with pytest.mark.process: it starts {arguments[0]}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """Refuse processes during a test and its fixtures, unless it is marked."""
        self.refuses = item.get_closest_marker("process") is None
        try:
            return (yield)
        finally:
            self.refuses = False
