"""Finds the chunks of a text that can have terms of a search, mostly without its tokens. Pure.

Texts have few different chunks, and most of them have been in a text before: so it is remembered
which forms and stems are in each, for all searches.
"""

from __future__ import annotations

import re
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from newsgraph.store.search.folding import fold, lower
from newsgraph.store.search.tokenizer import tokens_of_chunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsgraph.store.search.term_matching import TermMatcher

_ASCII_BLANKS: Final = "\t\n\v\f\r"
_SEPARATOR: Final = re.compile(
    r"[\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f"
    r"\u3000-\u3002\u3008-\u3011\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]"
)
"""Blanks and punctuation of East Asia. They are in no token, and do not change what the tokens next
to them are. Some other blanks separate thousands."""

_WITHOUT_WORDS: Final = re.compile(
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ece\u1780-\u17d3\u1000-\u103f"
    "\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+"
)
"""Only letters of scripts without blanks, of Thai and later ones."""

_FOLDED_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u093c\u09bc\u0a3c\u200b-\u200d\u2060]"
)
"""Marks and joiners that can be in a sequence of a script without blanks, and are folded away."""

_UNSPACED_KEYS: Final = frozenset(("*",))
"""The key of chunks without words, whose pieces are too many to be remembered."""

_KNOWN_LANGUAGES: Final = 8
_MAX_KNOWN: Final = 20_000
_CACHED_HITS: Final = 1_000
_MAX_KNOWN_LENGTH: Final = 400


def blank_separators(text: str) -> str:
    """Return a text of the same length, in which a chunk is what is between two blanks (U+0020).

    The tokens of a text are those of its chunks.
    """
    for blank in _ASCII_BLANKS:
        text = text.replace(blank, " ")
    return text if text.isascii() else _SEPARATOR.sub(" ", text)


class _ChunkKeys(dict[str, frozenset[str]]):
    """The forms and stems of each chunk, and how its forms begin; filled as chunks are met."""

    def __init__(self, subtag: str) -> None:
        super().__init__()
        self._subtag = subtag

    def __missing__(self, chunk: str) -> frozenset[str]:
        keys = _UNSPACED_KEYS if _is_unspaced(chunk) else frozenset(self._keys(chunk))
        if len(chunk) <= _MAX_KNOWN_LENGTH:
            if len(self) >= _MAX_KNOWN:
                self.clear()
            self[chunk] = keys
        return keys

    def _keys(self, chunk: str) -> Iterator[str]:
        for form, stems, *_ in tokens_of_chunk(chunk, self._subtag):
            yield form
            yield from stems
            yield prefix_key(form[:1])
            yield prefix_key(form)


_keys_of_language = lru_cache(_KNOWN_LANGUAGES)(_ChunkKeys)


def prefix_key(prefix: str) -> str:
    """Return the key of chunks that have a form with a prefix, or one that begins alike."""
    return f"{prefix[:2]}*"


class TermScanner:
    """Finds the chunks that can have query tokens.

    A piece of a script without blanks is looked for as a part of the folded text.
    """

    def __init__(self, matcher: TermMatcher) -> None:
        """Args: matcher: finds the terms."""
        self._matcher = matcher
        self._others: set[str] = set()
        self._cached_classify = lru_cache(_CACHED_HITS)(self._classify)
        self._keys = matcher.forms_and_stems.union(map(prefix_key, matcher.prefixes))
        if matcher.pieces:
            self._keys |= _UNSPACED_KEYS

    def scan(self, text: str) -> tuple[list[str], list[int]]:
        """Return the chunks of a text and the query tokens of each; none if it can have none."""
        matcher = self._matcher
        if not matcher.has_words and (text.isascii() or not self._find_pieces(text)):
            return [], []
        chunks = blank_separators(text).split(" ")
        hits = self._read_hits(chunks)
        if not hits:
            return [], []
        return chunks, [self._query_tokens(chunk) if chunk in hits else 0 for chunk in chunks]

    def _read_hits(self, chunks: Iterable[str]) -> set[str]:
        """Return the chunks that have a key of the search."""
        # Nearly all chunks are known not to have one: no loop in Python reads them.
        remaining = set(chunks).difference(self._others)
        keys = _keys_of_language(self._matcher.language)
        others = {chunk for chunk in remaining if self._keys.isdisjoint(keys[chunk])}
        if not others:
            return remaining
        if len(self._others) + len(others) > _MAX_KNOWN:
            self._others.clear()
        self._others.update(chunk for chunk in others if len(chunk) <= _MAX_KNOWN_LENGTH)
        return remaining - others

    def _query_tokens(self, chunk: str) -> int:
        is_known = len(chunk) <= _MAX_KNOWN_LENGTH
        return self._cached_classify(chunk) if is_known else self._classify(chunk)

    def _classify(self, chunk: str) -> int:
        if _is_unspaced(chunk):
            return self._find_pieces(chunk)
        bits, equal_bits = 0, self._matcher.equal_bits
        for form, stems, *_ in tokens_of_chunk(chunk, self._matcher.language):
            bits |= equal_bits(form, stems)
        return bits

    def _find_pieces(self, text: str) -> int:
        folded = fold(text) if _FOLDED_MARKS.search(text) else lower(text)
        return reduce(or_, (bit for form, bit in self._matcher.pieces if form in folded), 0)


def _is_unspaced(chunk: str) -> bool:
    return not chunk.isascii() and _WITHOUT_WORDS.fullmatch(chunk) is not None
