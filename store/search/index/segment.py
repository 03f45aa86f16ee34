"""Segments of the index: how they are built, and what they consist of. Pure."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from pyroaring import BitMap

from newsgraph.store.search.index.article import FIELDS
from newsgraph.store.search.index.bitmap_codec import (
    encode_numbers,
    from_little_endian,
    to_little_endian,
)
from newsgraph.store.search.index.terms import token_terms
from newsgraph.store.search.stemming import primary_subtag
from newsgraph.store.search.tokenizer import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgraph.store.search.index.article import IndexedArticle, IndexField

MAX_ARTICLES: Final = 65_536
"""Articles of a segment; a bitmap has one container for so many."""

MAX_TOKENS: Final = 8_000_000
"""Tokens of a segment with more than one article, because all of them are in memory at once."""


class Posting(NamedTuple):
    """Where a term is, in one field.

    Attributes:
        term: see `store.search.index.terms`.
        field: the field.
        articles: numbers of the articles that have it, encoded by `encode_numbers`.
        positions: its positions in all articles, likewise.
    """

    term: str
    field: IndexField
    articles: bytes
    positions: bytes


@dataclass(frozen=True)
class SegmentArticles:
    """The articles of a segment, by number.

    Attributes:
        keys: their keys, as 64-bit numbers.
        date_orders: their orders by date, ascending, each with a line end.
        starts: first position of each article, as 32-bit numbers.
        languages: primary subtags of all languages, separated by blanks.
    """

    keys: bytes
    date_orders: bytes
    starts: bytes
    languages: str

    @cached_property
    def key_of(self) -> array[int]:
        """Keys by number."""
        return from_little_endian("q", self.keys)

    @cached_property
    def date_order_of(self) -> list[bytes]:
        """Orders by date by number."""
        return self.date_orders.splitlines()

    @cached_property
    def start_of(self) -> array[int]:
        """First positions by number."""
        return from_little_endian("I", self.starts)

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self.keys) // 8


@dataclass(slots=True)
class _Places:
    """Where a term is while a segment is built."""

    articles: array[int] = field(default_factory=lambda: array("I"))
    positions: array[int] = field(default_factory=lambda: array("I"))


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
    places: dict[tuple[str, IndexField], _Places] = {}
    starts, position = array("I"), 0
    for number, article in enumerate(sorted_articles):
        starts.append(position)
        subtag = primary_subtag(article.language)
        for field_ in FIELDS:
            for text in article.texts.get(field_, ()):
                next_position = position
                for token in tokenize(text, article.language):
                    token_position = position + token.position
                    for term in token_terms(token, subtag):
                        place = places.get((term, field_))
                        if place is None:
                            place = places[term, field_] = _Places()
                        place.positions.append(token_position)
                        if not place.articles or place.articles[-1] != number:
                            place.articles.append(number)
                    next_position = token_position + token.length
                # Texts do not touch, so that no phrase goes from one to the next.
                position = next_position + 1
        position += 1
    languages = {primary_subtag(article.language) for article in sorted_articles}
    segment = SegmentArticles(
        to_little_endian(array("q", [article.key for article in sorted_articles])),
        "".join(f"{article.date_order}\n" for article in sorted_articles).encode(),
        to_little_endian(starts),
        " ".join(sorted(languages)),
    )
    return segment, [
        Posting(term, name, encode_numbers(place.articles), encode_numbers(place.positions))
        for (term, name), place in sorted(places.items())
    ]


def all_numbers(segment: SegmentArticles) -> BitMap:
    """Return the numbers of all articles of a segment."""
    return BitMap(range(len(segment)))
