"""Sets of numbers as bytes."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from newsgraph.store.search.index.bitmap_codec import (
    MAX_ARRAY_LENGTH,
    decode_numbers,
    encode_numbers,
    from_little_endian,
    to_little_endian,
)

NUMBERS = st.sets(st.integers(0, 2**32 - 1) | st.integers(0, 50), max_size=60).map(sorted)


@given(NUMBERS)
def test_round_trip(numbers):
    """Arrays and bitmaps of the same numbers have the same bytes."""
    encoded = encode_numbers(array("I", numbers))
    assert encode_numbers(BitMap(numbers)) == encoded
    assert list(decode_numbers(encoded)) == numbers


@pytest.mark.parametrize("count", [0, 1, MAX_ARRAY_LENGTH, MAX_ARRAY_LENGTH + 1, 65_536])
def test_size(count):
    """Short sets take four bytes for a number, and ranges next to nothing."""
    size = len(encode_numbers(array("I", range(count))))
    assert size <= 1 + 4 * count
    assert size < 100


def test_bytes_are_those_of_most_machines():
    """A store can be copied to a machine with another byte order."""
    assert encode_numbers(array("I", [1, 258])) == b"\0\x01\0\0\0\x02\x01\0\0"
    assert to_little_endian(array("q", [-2])) == b"\xfe" + b"\xff" * 7
    assert from_little_endian("q", b"\xfe" + b"\xff" * 7)[0] == -2
