"""Bodies that are heard twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.gql.http.buffered_receive import Heard

GONE = {"type": "http.disconnect"}


def said(parts):
    """Return what a client sends, and a `receive` that gives it."""
    last = len(parts) - 1
    messages = [
        {"type": "http.request", "body": part, "more_body": at < last}
        for at, part in enumerate(parts)
    ]
    left = [*messages, GONE]

    async def receive():
        return left.pop(0)

    return [*messages, GONE], receive, left


@given(parts=st.lists(st.binary(max_size=9), min_size=1), most=st.integers(0, 60))
async def test_not_a_message_is_lost(parts, most):
    """Whatever was read of it, who asks next gets all of it, in its order."""
    messages, receive, left = said(parts)
    heard, whole = Heard(receive), b"".join(parts)
    assert await heard.body(most) == (whole if len(whole) <= most else None)
    assert not heard.has_gone
    read = len(messages) - len(left)
    # No more is read than shows that it is too long.
    assert sum(map(len, parts[: read - 1])) <= most
    assert [await heard.receive() for _ in messages] == messages


@pytest.mark.parametrize("more", [True, False])
async def test_a_client_that_goes(more):
    """It is noticed, and whoever asks next learns of it too."""
    messages = [{"type": "http.request", "body": b"{", "more_body": True}] * more + [GONE]
    left = [*messages]

    async def receive():
        return left.pop(0)

    heard = Heard(receive)
    assert await heard.body(10) is None
    assert heard.has_gone
    assert [await heard.receive() for _ in messages] == messages
