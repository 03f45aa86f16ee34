"""Tests of encoding and decoding cursors."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsgraph.store.errors import BadCursor
from newsgraph.store.query.order import ALPHABETICAL, NEWEST, CursorValues
from newsgraph.store.query.selection import Edge, EdgeArguments, Edges, Field, Node, Page, Selection

ORDERS = st.sampled_from((NEWEST, ALPHABETICAL))
TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
KEYS = st.integers(0, 2**63 - 1)

INVALID_CURSORS = [
    "",
    "x",
    "6e",
    "zz" * 10,
    "\ud800",
    "😀",
    "ff" * 8,
    "newest|2021-01-01T00:00:00Z|1",
    b"newest|2021-01-01T00:00:00Z|".hex(),
    b"newest|2021-01-01T00:00:00Z|one".hex(),
    b"newest|2021-01-01T00:00:00Z|-1".hex(),
    b"newest|2021-01-01T00:00:00Z|9223372036854775808".hex(),
    (b"newest|2021-01-01T00:00:00Z|" + b"9" * 5000).hex(),
    b"newest|1.5".hex(),
    b"newest".hex(),
    b"name|2021-01-01T00:00:00Z|1".hex(),
    b"NEWEST|2021-01-01T00:00:00Z|1".hex(),
    b"|2021-01-01T00:00:00Z|1".hex(),
    "\0",
    "0" * 100_001,
]


def encode_cursor(order, value, key):
    """Return a cursor as the database encodes it."""
    return f"{order.name}|{value}|{key}".encode().hex()


@given(ORDERS, TEXTS, KEYS)
@example(ALPHABETICAL, "a|b||", 0)
@example(NEWEST, "", 2**63 - 1)
def test_round_trip(order, value, key):
    """A decoded cursor has the value and the key that were encoded."""
    assert order.decode_cursor(encode_cursor(order, value, key)) == CursorValues(value, key)


@given(TEXTS, KEYS)
def test_cursor_of_another_order(value, key):
    """A cursor of one order is not valid for another."""
    with pytest.raises(BadCursor):
        NEWEST.decode_cursor(encode_cursor(ALPHABETICAL, value, key))
    with pytest.raises(BadCursor):
        ALPHABETICAL.decode_cursor(encode_cursor(NEWEST, value, key))


@given(ORDERS, st.text() | st.binary().map(bytes.hex) | st.text("0123456789abcdef|"))
def test_any_text(order, text):
    """Any text is either a valid cursor or raises BadCursor."""
    try:
        values = order.decode_cursor(text)
    except BadCursor as error:
        raised = error
    else:
        raised = None
        assert bytes.fromhex(text).decode().startswith(f"{order.name}|{values.value}|")
        assert 0 <= values.key < 2**63
    assert raised is None or (raised.cursor == text and "is no cursor" in str(raised))


async def test_invalid_cursors(opened, archive):
    """Reading a page with an invalid cursor raises BadCursor."""
    archive.write_article("a.md", date="2021-01-01")
    await opened.import_archives(archive)
    page = Page((Edges("edges", (Node("node", Selection((Field("id", "id"),))),)),))
    for cursor in INVALID_CURSORS:
        arguments = EdgeArguments(after=cursor)
        with pytest.raises(BadCursor):
            await opened.store.read(Selection((Edge("articles", "articles", page, arguments),)))
