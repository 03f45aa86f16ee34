"""Texts between blanks are expanded to their terms."""

from __future__ import annotations

from array import array

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from newsgraph.store.search.index.bitmap_codec import decode_numbers
from newsgraph.store.search.index.occurrences import (
    ChunkTable,
    encode_by_term,
    numbers_at,
    numbers_of_articles,
)

CHUNKS = st.lists(
    st.lists(st.integers(0, 4), unique=True, max_size=3).map(
        lambda terms: [(term, offset) for offset, term in enumerate(terms)]
    ),
    min_size=1,
    max_size=5,
)


@given(CHUNKS, st.data())
def test_expansion(chunks, data):
    """Compared with one term after the other, in articles of ten positions."""
    table = ChunkTable()
    for chunk in chunks:
        table.add(chunk)
    found = data.draw(st.lists(st.integers(0, len(chunks) - 1), max_size=12))
    positions = [number * 3 for number in range(len(found))]
    starts = array("I", range(0, 40, 10))
    expected: dict[int, list[int]] = {}
    for number, position in zip(found, positions, strict=True):
        for term, offset in chunks[number]:
            expected.setdefault(term, []).append(position + offset)
    terms, term_positions = table.expand(np.array(found, np.uint32), np.array(positions, np.uint32))
    by_term = {
        term: list(decode_numbers(text)) for term, text in encode_by_term(terms, term_positions)
    }
    assert by_term == expected
    articles = {
        term: list(decode_numbers(text))
        for term, text in encode_by_term(*numbers_of_articles(terms, term_positions, starts))
    }
    assert articles == {
        term: sorted({position // 10 for position in places}) for term, places in expected.items()
    }


@given(st.sets(st.integers(0, 99)))
def test_numbers_at(positions):
    """Articles have ten positions each."""
    numbers = numbers_at(BitMap(positions), array("I", range(0, 100, 10)))
    assert set(numbers) == {position // 10 for position in positions}
