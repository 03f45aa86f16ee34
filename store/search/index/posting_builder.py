"""Collects where each term is while a segment is built. Pure."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from newsgraph.store.search.index.article import FIELDS
from newsgraph.store.search.index.bitmap_codec import encode_numbers
from newsgraph.store.search.index.terms import prefix_terms, token_terms
from newsgraph.store.search.stemming import primary_subtag
from newsgraph.store.search.tokenizer import split_chunks, tokenize

if TYPE_CHECKING:
    from newsgraph.store.search.index.article import IndexedArticle, IndexField


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


class _Places:
    """Numbers of articles and positions of a term, ascending."""

    __slots__ = ("articles", "last_article", "positions")

    def __init__(self) -> None:
        self.articles, self.positions = array("I"), array("I")
        self.last_article = -1


_Chunk: TypeAlias = "tuple[list[tuple[int, list[_Places]]], list[_Places], int]"
"""For each token of a text without blanks its position and the places of its terms; the places of
all prefixes; and how many words the text has."""

_MAX_CHUNKS: Final = 300_000
_MAX_CHUNK_LENGTH: Final = 40


class PostingBuilder:
    """Collects the terms of articles, which are added in the order of their numbers.

    Most texts between blanks have been in an earlier article: what they add is kept.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[str, int], _Places] = {}
        self._chunks: dict[tuple[str, str, int], _Chunk] = {}
        self._number, self._position = -1, 0

    def add_article(self, article: IndexedArticle) -> int:
        """Add the next article, and return its first position."""
        self._number += 1
        start, subtag = self._position, primary_subtag(article.language)
        for number, field in enumerate(FIELDS):
            for text in article.texts.get(field, ()):
                self._add_text(text, subtag, number)
        self._position += 1
        return start

    @property
    def token_count(self) -> int:
        """Number of positions so far."""
        return self._position

    def postings(self) -> list[Posting]:
        """Return all postings, sorted by term, and by field in the order of `FIELDS`."""
        return [
            Posting(
                term,
                FIELDS[field],
                encode_numbers(places.articles),
                encode_numbers(places.positions),
            )
            for (term, field), places in sorted(self._places.items())
        ]

    def _add_text(self, text: str, subtag: str, field: int) -> None:
        number, position = self._number, self._position
        for chunk in split_chunks(text):
            cached = self._chunks.get((chunk, subtag, field))
            tokens, prefixes, length = cached or self._find_places(chunk, subtag, field)
            for token_position, places_of_terms in tokens:
                for places in places_of_terms:
                    places.positions.append(position + token_position)
                    if places.last_article != number:
                        places.last_article = number
                        places.articles.append(number)
            for places in prefixes:
                if places.last_article != number:
                    places.last_article = number
                    places.articles.append(number)
            position += length
        # Texts do not touch, so that no phrase goes from one to the next.
        self._position = position + 1

    def _find_places(self, chunk: str, subtag: str, field: int) -> _Chunk:
        tokens, prefixes, length = [], dict[str, _Places](), 0
        for token in tokenize(chunk, subtag):
            terms = token_terms(token, subtag)
            tokens.append((token.position, [self._places_of(term, field) for term in terms]))
            prefixes |= {term: self._places_of(term, field) for term in prefix_terms(token.form)}
            length = max(length, token.position + token.length)
        result = tokens, list(prefixes.values()), length
        if len(self._chunks) >= _MAX_CHUNKS:
            self._chunks.clear()
        if len(chunk) <= _MAX_CHUNK_LENGTH:
            self._chunks[chunk, subtag, field] = result
        return result

    def _places_of(self, term: str, field: int) -> _Places:
        places = self._places.get((term, field))
        if places is None:
            places = self._places[term, field] = _Places()
        return places
