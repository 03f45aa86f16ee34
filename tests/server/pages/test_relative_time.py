"""Differences of times in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from newsgraph.server.pages.relative_time import format_relative_time
from tests.server.pages.graph_data import TIMES

NOON = datetime(2021, 3, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, "at the same time"),
        (0.001, "at the same time"),
        (0.02, "1 minute later"),
        (0.6, "1 hour later"),
        (-5.2, "5 hours earlier"),
        (30, "30 hours later"),
        (48, "2 days later"),
        (-24 * 40, "40 days earlier"),
        (24 * 61, "2 months later"),
        (24 * 366, "12 months later"),
        (-24 * 731, "2 years earlier"),
    ],
)
def test_the_largest_suitable_unit_is_used(hours, expected):
    """Days, months and years start with 2: one day is 24 hours."""
    assert format_relative_time(NOON + timedelta(hours=hours), NOON) == expected


@given(TIMES, TIMES)
def test_later_and_earlier_are_symmetric(time, reference):
    """Swapping the times swaps "later" and "earlier" and changes nothing else."""
    swapped = format_relative_time(reference, time)
    swapped = swapped.replace("later", "x").replace("earlier", "later")
    assert format_relative_time(time, reference) == swapped.replace("x", "earlier")
