"""What people type into a search box, as an expression of FTS5 (SQLite's full-text search).

All words have to be there; ``"a phrase"`` is words in a row, ``prefix*`` any word that
begins so, ``-word`` one that must not be there. Whatever else is typed is only text, so that
nothing is ever a syntax error (FTS5's own syntax: sqlite.org/fts5.html, section 3).
"""

from __future__ import annotations

import re
from typing import Final

NOTHING: Final = '""'
"""An expression that finds nothing."""

MOST_WORDS: Final = 32
"""How many words of a search count, those of phrases and ``state-of-the-art`` each."""

MOST_CHARACTERS: Final = 2_000
"""How much of a search is read: FTS5 takes time and memory for each word that it is asked."""

_TERM: Final = re.compile(r'(?P<sign>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')

# What FTS5 takes for a word: letters and digits, private ones too, with accents after them.
# Of the combining marks it knows these as accents, and all others end a word.
_ACCENT = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331"
_LETTER = "[^\\W_]|[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
_WORD: Final = re.compile(f"(?:{_LETTER})(?:{_LETTER}|[{_ACCENT}])*")


def expression(text: str) -> str:
    """Return the FTS5 expression of what people typed; it is `NOTHING` where no word is in it.

    Args:
        text: any text at all.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    left = MOST_WORDS
    for found in _TERM.finditer(_readable(text)):
        phrase, word = found["phrase"], found["word"]
        star = found["star"]
        if word is not None and word.endswith("*"):
            word, star = word.rstrip("*"), "*"
        term = phrase if phrase is not None else word
        words = list(_WORD.finditer(term))
        if not words:
            continue
        if len(words) > left:
            term = term[: words[left - 1].end()]
        quoted = f'"{term}"' + (" *" if star else "")
        (unwanted if found["sign"] else wanted).append(quoted)
        left -= len(words)
        if left <= 0:
            break
    if not wanted:
        return NOTHING
    return " NOT ".join([f"({' '.join(wanted)})", *unwanted])


def _readable(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        # A word that is cut in two would be another one.
        start = text[: MOST_CHARACTERS + 1]
        text = start.rpartition(" ")[0] or start
    # Half a surrogate pair, which JSON can say, is in no database; NUL would end the text.
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
