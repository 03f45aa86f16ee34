"""Segments of the index: how they are built, and what they consist of. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
from pyroaring import BitMap

from newsgraph.store.documents.date_order import FIRST_DATED
from newsgraph.store.search.index.attributes import SegmentAttributes
from newsgraph.store.search.index.bitmap_codec import from_little_endian, to_little_endian
from newsgraph.store.search.index.posting_builder import PostingBuilder
from newsgraph.store.search.stemming import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from newsgraph.store.search.index.article import IndexedArticle
    from newsgraph.store.search.index.posting_builder import Posting

MAX_ARTICLES: Final = 65_536
"""Articles of a segment; a bitmap has one container for so many."""

MAX_TOKENS: Final = 8_000_000
"""Tokens of a segment with more than one article, because all of them are in memory at once."""


@dataclass(frozen=True)
class SegmentArticles:
    """The articles of a segment, by number.

    Attributes:
        keys: their keys, as 64-bit numbers.
        date_orders: their orders by date, ascending, each with a line end.
        starts: first position of each article, as 32-bit numbers.
        languages: primary subtags of all languages, separated by blanks.
        token_count: number of positions.
        attributes: what filters and facets compare, as `SegmentAttributes.to_bytes` returns it.
        id: the segment's id in the store; 0 for a segment that is not stored.
    """

    keys: bytes
    date_orders: bytes
    starts: bytes
    languages: str
    token_count: int = 0
    attributes: bytes = b""
    id: int = 0

    @cached_property
    def key_of(self) -> array[int]:
        """Keys by number."""
        return from_little_endian("q", self.keys)

    @cached_property
    def number_of(self) -> dict[int, int]:
        """Numbers by key."""
        return {key: number for number, key in enumerate(self.key_of)}

    @cached_property
    def date_order_of(self) -> list[bytes]:
        """Orders by date by number."""
        return self.date_orders.splitlines()

    @cached_property
    def start_of(self) -> array[int]:
        """First positions by number."""
        return from_little_endian("I", self.starts)

    @cached_property
    def columns(self) -> SegmentAttributes:
        """Attributes by number."""
        return SegmentAttributes.from_bytes(self.attributes)

    @cached_property
    def _periods(self) -> dict[int, tuple[list[str], NDArray[np.uint32]]]:
        return {}

    def periods(self, length: int) -> tuple[list[str], NDArray[np.uint32]]:
        """Return the periods in which articles were published, from the earliest.

        Args:
            length: number of characters of a time that are the same within a period.

        Returns:
            The characters of each, none for articles without a date; and the number of the first
            article of each, with the number of all articles after them.
        """
        if length not in self._periods:
            orders, starts = self.date_order_of, dict[str, int]()
            first_dated = bisect_left(orders, FIRST_DATED.encode())
            if first_dated:
                starts[""] = 0
            for number in range(first_dated, len(orders)):
                starts.setdefault(orders[number][:length].decode(), number)
            bounds = np.array([*starts.values(), len(orders)], dtype=np.uint32)
            self._periods[length] = list(starts), bounds
        return self._periods[length]

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self.keys) // 8


def split_articles(
    articles: Iterable[IndexedArticle], max_articles: int = MAX_ARTICLES
) -> Iterator[list[IndexedArticle]]:
    """Yield articles in groups of the size of a segment.

    The number of tokens is estimated by the length of the texts.

    Args:
        articles: the articles.
        max_articles: maximum length of a group.
    """
    group: list[IndexedArticle] = []
    characters = 0
    for article in articles:
        length = sum(map(len, chain.from_iterable(article.texts.values())))
        is_full = len(group) >= max_articles or characters + length > MAX_TOKENS
        if group and is_full:
            yield group
            group, characters = [], 0
        group.append(article)
        characters += length
    if group:
        yield group


def build_segment(articles: Iterable[IndexedArticle]) -> tuple[SegmentArticles, list[Posting]]:
    """Build a segment.

    Args:
        articles: at most `MAX_ARTICLES` articles, in any order.

    Returns:
        Its articles, and its postings, sorted by term and field.
    """
    sorted_articles = sorted(articles, key=lambda article: article.order)
    builder = PostingBuilder()
    for article in sorted_articles:
        builder.add_article(article)
    languages = {primary_subtag(article.language) for article in sorted_articles}
    segment = SegmentArticles(
        to_little_endian(array("q", [article.key for article in sorted_articles])),
        "".join(f"{article.date_order}\n" for article in sorted_articles).encode(),
        to_little_endian(builder.starts),
        " ".join(sorted(languages)),
        builder.token_count,
        SegmentAttributes.of_articles(
            [article.attributes for article in sorted_articles]
        ).to_bytes(),
    )
    return segment, builder.postings()


def all_numbers(segment: SegmentArticles) -> BitMap:
    """Return the numbers of all articles of a segment."""
    return BitMap(range(len(segment)))
