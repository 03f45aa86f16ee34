"""The spool: values are loaded as they were stored, and a full disk is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsgraph.store.errors import DatabaseUnusable
from newsgraph.store.importing.spool import Spool


@pytest.mark.parametrize("max_memory_bytes", [1_000_000, 700, 0])
def test_values_load_in_any_order(max_memory_bytes):
    """Values are loaded from memory or a file in any order, each time as a new object."""
    with Spool(max_memory_bytes) as spool:
        values = [{"text": "\ud800 ☃" * number, "number": number} for number in range(20)]
        spooled_values = [spool.put(value) for value in values]
        for spooled_value, value in reversed(list(zip(spooled_values, values, strict=True))):
            assert spooled_value.load() == value
        assert spooled_values[3].load() is not spooled_values[3].load()
        assert spool.put("more").load() == "more"


@pytest.mark.parametrize("max_memory_bytes", [1_000_000, 0])
def test_a_closed_spool_accepts_no_values(max_memory_bytes):
    """The thread of an import that was cancelled ends at its next document."""
    with Spool(max_memory_bytes) as spool:
        spool.put("first")
    with pytest.raises(ValueError, match="the spool is closed"):
        spool.put("second")


def test_full_disk():
    """A full disk raises an error with advice to set TMPDIR."""
    full_disk = Path("/dev/full").open("r+b", buffering=0)  # noqa: SIM115 - the spool closes it
    with (
        Spool(0, full_disk) as spool,
        pytest.raises(DatabaseUnusable, match="set TMPDIR to another"),
    ):
        spool.put("no room")
