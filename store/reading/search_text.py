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

MOST_TERMS: Final = 32
"""How many words and phrases of a search count."""

_TERM: Final = re.compile(r'(?P<sign>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')


def expression(text: str) -> str:
    """Return the FTS5 expression of what people typed; it is `NOTHING` where no word is in it.

    Args:
        text: any text at all.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    # Half a surrogate pair, which JSON can say, is in no database; NUL would end the text.
    clean = text.encode("utf-8", "replace").decode().replace("\0", " ")
    for found in _TERM.finditer(clean):
        phrase, word = found["phrase"], found["word"]
        star = found["star"]
        if word is not None and word.endswith("*"):
            word, star = word.rstrip("*"), "*"
        term = phrase if phrase is not None else word
        if not any(map(str.isalnum, term)):
            continue
        quoted = f'"{term}"' + (" *" if star else "")
        (unwanted if found["sign"] else wanted).append(quoted)
        if len(wanted) + len(unwanted) == MOST_TERMS:
            break
    if not wanted:
        return NOTHING
    return " NOT ".join([f"({' '.join(wanted)})", *unwanted])
