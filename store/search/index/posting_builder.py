"""Collects where each term is while a segment is built. Pure.

Most texts between blanks have been in an earlier article, so that their terms are known. Only where
they are is collected; in the end all places are expanded and sorted.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from newsgraph.store.search.index.article import FIELDS
from newsgraph.store.search.index.occurrences import (
    ChunkTable,
    encode_by_term,
    numbers_of_articles,
)
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
        positions: its positions in all articles, likewise; nothing for short prefixes.
    """

    term: str
    field: IndexField
    articles: bytes
    positions: bytes


_MAX_CACHED_LENGTH: Final = 40
"""Longer texts between blanks, which are rarely the same, are not remembered."""


class PostingBuilder:
    """Collects the terms of articles, which are added in the order of their numbers.

    Attributes:
        starts: first position of each article.
        token_count: number of positions so far.
    """

    def __init__(self) -> None:
        self.starts, self.token_count = array("I"), 0
        self._term_numbers: dict[tuple[str, int], int] = {}
        # By a text, its language and its field: its number, and how many words it has.
        self._chunks: dict[tuple[str, str, int], tuple[int, int]] = {}
        self._chunk_count = 0
        # Prefixes have no positions.
        self._terms, self._prefixes = ChunkTable(), ChunkTable()
        self._found_chunks, self._found_positions = array("I"), array("I")

    def add_article(self, article: IndexedArticle) -> None:
        """Add the next article."""
        self.starts.append(self.token_count)
        subtag = primary_subtag(article.language)
        for field_number, field in enumerate(FIELDS):
            for text in article.texts.get(field, ()):
                self._add_text(text, subtag, field_number)
        self.token_count += 1

    def postings(self) -> list[Posting]:
        """Return all postings, sorted by term, and by field in the order of `FIELDS`."""
        places = np.array(self._found_chunks), np.array(self._found_positions)
        terms, positions = self._terms.expand(*places)
        prefixes, prefix_positions = self._prefixes.expand(*places)
        encoded_positions = dict(encode_by_term(terms, positions))
        encoded_articles = dict(
            encode_by_term(*numbers_of_articles(terms, positions, self.starts))
        ) | dict(encode_by_term(*numbers_of_articles(prefixes, prefix_positions, self.starts)))
        return [
            Posting(
                term, FIELDS[field], encoded_articles[number], encoded_positions.get(number, b"")
            )
            for (term, field), number in sorted(self._term_numbers.items())
        ]

    def _add_text(self, text: str, subtag: str, field: int) -> None:
        position = self.token_count
        add_chunk, add_position = self._found_chunks.append, self._found_positions.append
        for chunk in split_chunks(text):
            known = self._chunks.get((chunk, subtag, field))
            number, length = known or self._add_chunk(chunk, subtag, field)
            add_chunk(number)
            add_position(position)
            position += length
        # Texts do not touch, so that no phrase goes from one to the next.
        self.token_count = position + 1

    def _add_chunk(self, chunk: str, subtag: str, field: int) -> tuple[int, int]:
        """Add a text between blanks, and return its number and how many words it has."""
        terms: list[tuple[int, int]] = []
        prefixes: dict[int, None] = {}
        length = 0
        for token in tokenize(chunk, subtag):
            terms += (
                (self._number_of(term, field), token.position)
                for term in token_terms(token, subtag)
            )
            prefixes |= dict.fromkeys(
                self._number_of(prefix, field) for prefix in prefix_terms(token.form)
            )
            length = max(length, token.position + token.length)
        self._terms.add(terms)
        self._prefixes.add((prefix, 0) for prefix in prefixes)
        number_and_length = self._chunk_count, length
        self._chunk_count += 1
        if len(chunk) <= _MAX_CACHED_LENGTH:
            self._chunks[chunk, subtag, field] = number_and_length
        return number_and_length

    def _number_of(self, term: str, field: int) -> int:
        return self._term_numbers.setdefault((term, field), len(self._term_numbers))
