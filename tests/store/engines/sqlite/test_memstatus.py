"""SQLite's memory statistics are switched off."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.process

SCRIPT = """
import ctypes, sqlite3, _sqlite3
from newsgraph.store.engines.sqlite.memstatus import disable_memory_statistics
if {disable}:
    assert disable_memory_statistics()
connection = sqlite3.connect(":memory:")
assert connection.execute("SELECT json_object('a', 1)").fetchone() == ('{{"a":1}}',)
used = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
used.restype = ctypes.c_int64
print(used())
"""


def memory_used(*, disable):
    """Return the bytes that SQLite reports in a new process with one connection."""
    command = [sys.executable, "-W", "error", "-c", SCRIPT.format(disable=disable)]
    process = subprocess.run(command, capture_output=True, check=True, text=True)
    return int(process.stdout)


def test_memory_statistics_are_disabled():
    """SQLite counts no memory any more, and statements still work."""
    assert memory_used(disable=False) > 0
    assert memory_used(disable=True) == 0
