"""Parses search input.

All words have to match; ``"a phrase"`` matches words in sequence, ``prefix*`` any word that
starts with it, and ``-word`` excludes a word. All other input is plain text, so that no input is
a syntax error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_WORDS: Final = 32
"""Words of a search that are used, counting each word of phrases and of ``state-of-the-art``."""

MAX_CHARACTERS: Final = 2_000
"""Characters of a search that are used: each word takes time and memory."""

_TERM: Final = re.compile(r'(?P<sign>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')

# A word as SQLite tokenizes it: letters and digits, private-use ones too, with diacritics.
# Of the combining characters it treats these as diacritics; all others are separators.
_DIACRITIC = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331"
_LETTER = "[^\\W_]|[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
_WORD: Final = re.compile(f"(?:{_LETTER})(?:{_LETTER}|[{_DIACRITIC}])*")


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One word, or several that follow each other.

    Attributes:
        text: the words, with whatever separates them; it contains no double quote.
        is_prefix: whether words match that only start with the last word.
    """

    text: str
    is_prefix: bool


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What to search for; without included terms, nothing matches.

    This is the value of a statement's parameter, which each engine converts to the syntax of its
    full-text search.

    Attributes:
        included: terms that all have to match.
        excluded: terms of which none may match.
    """

    included: tuple[SearchTerm, ...]
    excluded: tuple[SearchTerm, ...]


def parse_search_terms(text: str) -> SearchTerms:
    """Return the terms of search input.

    Args:
        text: any text.
    """
    included: list[SearchTerm] = []
    excluded: list[SearchTerm] = []
    words_left = MAX_WORDS
    for match in _TERM.finditer(_clean(text)):
        phrase, word = match["phrase"], match["word"]
        star = match["star"]
        if word is not None and word.endswith("*"):
            word, star = word.rstrip("*"), "*"
        term = phrase if phrase is not None else word
        words = list(_WORD.finditer(term))
        if not words:
            continue
        if len(words) > words_left:
            term = term[: words[words_left - 1].end()]
        (excluded if match["sign"] else included).append(SearchTerm(term, bool(star)))
        words_left -= len(words)
        if words_left <= 0:
            break
    return SearchTerms(tuple(included), tuple(excluded))


def _clean(text: str) -> str:
    """Return the part of the text that is used, without characters that cannot be stored."""
    if len(text) > MAX_CHARACTERS:
        # A truncated word would be a different word.
        start = text[: MAX_CHARACTERS + 1]
        text = start.rpartition(" ")[0] or start
    # A lone surrogate, which JSON can contain, cannot be stored; NUL would end the text.
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
