"""Bodies that are read ahead and replayed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.gql.http.buffered_receive import BufferedReceive

DISCONNECT = {"type": "http.disconnect"}


def create_receive(chunks):
    """Return all messages of a request, an ASGI `receive`, and the messages it has left."""
    last = len(chunks) - 1
    messages = [
        {"type": "http.request", "body": chunk, "more_body": index < last}
        for index, chunk in enumerate(chunks)
    ]
    remaining = [*messages, DISCONNECT]

    async def receive():
        return remaining.pop(0)

    return [*messages, DISCONNECT], receive, remaining


@given(chunks=st.lists(st.binary(max_size=9), min_size=1), max_bytes=st.integers(0, 60))
async def test_all_messages_are_replayed(chunks, max_bytes):
    """After a body is read ahead, `receive` returns all messages in their order."""
    messages, receive, remaining = create_receive(chunks)
    buffered, body = BufferedReceive(receive), b"".join(chunks)
    assert await buffered.read_body(max_bytes) == (body if len(body) <= max_bytes else None)
    assert not buffered.is_disconnected
    read_count = len(messages) - len(remaining)
    # Reading stops at the message that exceeds the limit.
    assert sum(map(len, chunks[: read_count - 1])) <= max_bytes
    assert [await buffered.receive() for _ in messages] == messages


@pytest.mark.parametrize("after_first_message", [True, False])
async def test_disconnect_while_reading(after_first_message):
    """A disconnect before the end of the body is recorded, and replayed."""
    body_message = {"type": "http.request", "body": b"{", "more_body": True}
    messages = [body_message] * after_first_message + [DISCONNECT]
    remaining = [*messages]

    async def receive():
        return remaining.pop(0)

    buffered = BufferedReceive(receive)
    assert await buffered.read_body(10) is None
    assert buffered.is_disconnected
    assert [await buffered.receive() for _ in messages] == messages
