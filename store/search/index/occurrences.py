"""Expands texts between blanks to their terms, for all places at once, and sorts them. Pure."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from pyroaring import BitMap

from newsgraph.store.search.index.bitmap_codec import encode_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.uint32]


class ChunkTable:
    """The terms of chunks, which are texts between blanks, by the chunks' numbers."""

    def __init__(self) -> None:
        self._terms, self._offsets = array("I"), array("I")
        self._sizes = array("I")

    def add(self, terms: Iterable[tuple[int, int]]) -> None:
        """Add the next chunk.

        Args:
            terms: numbers of terms, and their positions in the chunk.
        """
        size = len(self._terms)
        for term, offset in terms:
            self._terms.append(term)
            self._offsets.append(offset)
        self._sizes.append(len(self._terms) - size)

    def expand(self, chunks: Numbers, positions: Numbers) -> tuple[Numbers, Numbers]:
        """Return all terms of chunks and their positions, sorted by both.

        Args:
            chunks: numbers of chunks, in the order of their positions.
            positions: the position of each.
        """
        sizes = _to_numpy(self._sizes)
        ends = np.cumsum(sizes, dtype=np.int64)
        counts = sizes[chunks]
        places = np.repeat(np.arange(len(chunks)), counts)
        # The indices of a chunk's terms follow each other.
        first_of_place = np.cumsum(counts, dtype=np.int64) - counts
        indices = np.arange(len(places)) - (first_of_place - ends[chunks] + counts)[places]
        terms = _to_numpy(self._terms)[indices]
        term_positions = positions[places] + _to_numpy(self._offsets)[indices]
        order = np.argsort(terms, kind="stable")
        return terms[order], term_positions[order]


def numbers_of_articles(
    terms: Numbers, positions: Numbers, starts: array[int]
) -> tuple[Numbers, Numbers]:
    """Return in which articles terms are, each once.

    Args:
        terms: terms, sorted.
        positions: their positions, sorted for each term.
        starts: first positions of the articles.

    Returns:
        Terms, and the numbers of articles.
    """
    articles = np.searchsorted(_to_numpy(starts), positions, side="right").astype(np.uint32) - 1
    is_first = np.ones(len(terms), dtype=bool)
    is_first[1:] = (terms[1:] != terms[:-1]) | (articles[1:] != articles[:-1])
    return terms[is_first], articles[is_first]


def encode_by_term(terms: Numbers, numbers: Numbers) -> Iterator[tuple[int, bytes]]:
    """Yield each term with its encoded numbers.

    Args:
        terms: terms, sorted.
        numbers: a number of each, ascending for each term.
    """
    if not len(terms):
        return
    first_indices = np.flatnonzero(np.concatenate(([True], terms[1:] != terms[:-1])))
    bounds = [*first_indices.tolist(), len(terms)]
    data = numbers.tobytes()
    for term, first, end in zip(
        terms[first_indices].tolist(), bounds[:-1], bounds[1:], strict=True
    ):
        yield term, encode_numbers(array("I", data[first * 4 : end * 4]))


def numbers_at(positions: BitMap, starts: array[int]) -> BitMap:
    """Return the numbers of the articles that have positions."""
    sorted_positions = _to_numpy(positions.to_array())
    numbers = np.searchsorted(_to_numpy(starts), sorted_positions, side="right") - 1
    return BitMap(array("I", np.unique(numbers).astype(np.uint32).tobytes()))


def _to_numpy(numbers: array[int]) -> Numbers:
    return np.frombuffer(numbers, np.uint32)
