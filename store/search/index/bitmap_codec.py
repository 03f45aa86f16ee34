"""Stores sets of numbers as bytes: short ones as they are, others as roaring bitmaps. Pure."""

from __future__ import annotations

import sys
from array import array
from typing import Final

from pyroaring import BitMap

MAX_ARRAY_LENGTH: Final = 16
"""Sets of more numbers are bitmaps. Most terms are in fewer articles of a segment."""

_ARRAY: Final = b"\0"
_BITMAP: Final = b"\1"


def encode_numbers(numbers: array[int] | BitMap) -> bytes:
    """Return 32-bit numbers as bytes, the same on every machine.

    Args:
        numbers: in ascending order, each once.
    """
    if len(numbers) <= MAX_ARRAY_LENGTH:
        return _ARRAY + to_little_endian(array("I", numbers))
    bitmap = BitMap(numbers)
    bitmap.run_optimize()
    return _BITMAP + bytes(bitmap.serialize())


def decode_numbers(data: bytes) -> BitMap:
    """Return what `encode_numbers` has encoded."""
    if data[:1] == _ARRAY:
        return BitMap(from_little_endian("I", data[1:]))
    return BitMap.deserialize(data[1:])


def to_little_endian(numbers: array[int]) -> bytes:
    """Return the bytes of an array, in the byte order of most machines."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def from_little_endian(typecode: str, data: bytes) -> array[int]:
    """Return the array whose bytes `to_little_endian` returned."""
    numbers = array(typecode, data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
