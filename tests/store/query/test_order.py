"""Cursors: what they hold comes back, and whatever else is sent is refused as one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsgraph.store.errors import BadCursor
from newsgraph.store.query.order import ALPHABETICAL, NEWEST, Held
from newsgraph.store.query.selection import Arguments, Edge, Edges, Field, Node, Page, Selection

ORDERS = st.sampled_from((NEWEST, ALPHABETICAL))
TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
KEYS = st.integers(0, 2**63 - 1)

GARBAGE = [
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


def made(order, value, key):
    """Return the cursor that a database makes."""
    return f"{order.name}|{value}|{key}".encode().hex()


@given(ORDERS, TEXTS, KEYS)
@example(ALPHABETICAL, "a|b||", 0)
@example(NEWEST, "", 2**63 - 1)
def test_round_trip(order, value, key):
    """Any value and key that a row can have come back."""
    assert order.read(made(order, value, key)) == Held(value, key)


@given(TEXTS, KEYS)
def test_another_order(value, key):
    """A cursor of one order is none of the other."""
    with pytest.raises(BadCursor):
        NEWEST.read(made(ALPHABETICAL, value, key))
    with pytest.raises(BadCursor):
        ALPHABETICAL.read(made(NEWEST, value, key))


@given(ORDERS, st.text() | st.binary().map(bytes.hex) | st.text("0123456789abcdef|"))
def test_any_text(order, text):
    """Whatever is sent, it is a cursor or it is refused as none."""
    try:
        held = order.read(text)
    except BadCursor as error:
        told = error
    else:
        told = None
        assert bytes.fromhex(text).decode().startswith(f"{order.name}|{held.value}|")
        assert 0 <= held.key < 2**63
    assert told is None or (told.cursor == text and "is no cursor" in str(told))


async def test_garbage(opened, archive):
    """A page that is asked for with something that is no cursor is refused as that."""
    archive.write("a.md", date="2021-01-01")
    await opened.take(archive)
    page = Page((Edges("edges", (Node("node", Selection((Field("id", "id"),))),)),))
    for cursor in GARBAGE:
        arguments = Arguments(after=cursor)
        with pytest.raises(BadCursor):
            await opened.store.read(Selection((Edge("articles", "articles", page, arguments),)))
