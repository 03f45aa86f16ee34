"""How far apart two times are, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from newsgraph.server.pages.relative_time import apart
from tests.server.pages.around import TIMES

NOON = datetime(2021, 3, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "words"),
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
def test_apart(hours, words):
    """The unit is the largest that says something."""
    assert apart(NOON + timedelta(hours=hours), NOON) == words


@given(TIMES, TIMES)
def test_the_other_way_round(one, other):
    """What is later than another is as much earlier the other way round."""
    turned = apart(other, one).replace("later", "x").replace("earlier", "later")
    assert apart(one, other) == turned.replace("x", "earlier")
