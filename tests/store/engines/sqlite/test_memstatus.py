"""SQLite's count of its own memory, switched off."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.process

COUNTED = """
import ctypes, sqlite3, _sqlite3
from newsgraph.store.engines.sqlite.memstatus import stop_accounting
if {off}:
    assert stop_accounting()
connection = sqlite3.connect(":memory:")
assert connection.execute("SELECT json_object('a', 1)").fetchone() == ('{{"a":1}}',)
used = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
used.restype = ctypes.c_int64
print(used())
"""


def counted(*, off):
    """How many bytes SQLite counts in a process of its own, which has a connection."""
    command = [sys.executable, "-W", "error", "-c", COUNTED.format(off=off)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return int(done.stdout)


def test_it_is_off():
    """Nothing is counted any more, and SQLite works as ever."""
    assert counted(off=False) > 0
    assert counted(off=True) == 0
