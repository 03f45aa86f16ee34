"""Translates search input to an expression of FTS5, SQLite's full-text search.

All words have to match; ``"a phrase"`` matches words in sequence, ``prefix*`` any word that
starts with it, and ``-word`` excludes a word. All other input is plain text, so that no input is
a syntax error (FTS5's query syntax: sqlite.org/fts5.html, section 3).
"""

from __future__ import annotations

import re
from typing import Final

MATCH_NOTHING: Final = '""'
"""An expression that matches nothing."""

MAX_WORDS: Final = 32
"""Words of a search that are used, counting each word of phrases and of ``state-of-the-art``."""

MAX_CHARACTERS: Final = 2_000
"""Characters of a search that are used: FTS5 takes time and memory for each word."""

_TERM: Final = re.compile(r'(?P<sign>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')

# A word as FTS5's tokenizer defines it: letters and digits, private-use ones too, with diacritics.
# Of the combining characters it treats these as diacritics; all others are separators.
_DIACRITIC = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331"
_LETTER = "[^\\W_]|[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
_WORD: Final = re.compile(f"(?:{_LETTER})(?:{_LETTER}|[{_DIACRITIC}])*")


def to_fts_expression(text: str) -> str:
    """Return the FTS5 expression for search input; `MATCH_NOTHING` if it contains no word.

    Args:
        text: any text.
    """
    included: list[str] = []
    excluded: list[str] = []
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
        quoted = f'"{term}"' + (" *" if star else "")
        (excluded if match["sign"] else included).append(quoted)
        words_left -= len(words)
        if words_left <= 0:
            break
    if not included:
        return MATCH_NOTHING
    return " NOT ".join([f"({' '.join(included)})", *excluded])


def _clean(text: str) -> str:
    """Return the part of the text that is used, without characters that cannot be stored."""
    if len(text) > MAX_CHARACTERS:
        # A truncated word would be a different word.
        start = text[: MAX_CHARACTERS + 1]
        text = start.rpartition(" ")[0] or start
    # A lone surrogate, which JSON can contain, cannot be stored; NUL would end the text.
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
