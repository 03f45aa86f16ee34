"""Colors code: marks its tokens with Pygments' short classes, which the style sheet colors."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.html_tree import create_element, select_path

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from pygments.lexer import Lexer

MAX_CODE: Final = 20_000
"""Longer code has no colors: lexers can take quadratic time."""

MAX_ALL_CODE: Final = 100_000
"""After so much code in one body, the rest has no colors: lexers read about 500 kB a second."""

_BLOCK_COST: Final = 50
"""What a code block takes in addition to its characters."""

_BLANK_LINES: Final = re.compile(r"(?:\n[ \t\r]*+){50}")
"""Code with so many blank lines has no colors: about ten lexers take quadratic time for them."""

_LANGUAGE: Final = re.compile(r"(?:^|\s)(?:language-|lang-|brush:\s*)\{?\.?([\w+#.-]{1,40})")
_find_code = select_path("pre/code")


def highlight_code(root: HtmlElement) -> None:
    """Wrap the tokens of code blocks whose language is known in ``span`` elements with a class."""
    remaining = MAX_ALL_CODE
    for code in _find_code(root):
        match = _LANGUAGE.search(code.get("class") or code.getparent().get("class") or "")
        if match is None:
            continue
        language = match[1].lower()
        code.set("class", f"language-{language}")
        text = code.text
        if not text or len(text) > min(MAX_CODE, remaining) or _BLANK_LINES.search(text):
            continue
        lexer = _find_lexer(language) if next(code.iterchildren(), None) is None else None
        if lexer is not None:
            remaining -= len(text) + _BLOCK_COST
            _mark_tokens(code, lexer, text)


@lru_cache(128)
def _find_lexer(language: str) -> Lexer | None:
    # Importing Pygments takes longer than rendering a body without code.
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return lexer


def _mark_tokens(code: HtmlElement, lexer: Lexer, text: str) -> None:
    from pygments.token import STANDARD_TYPES

    code.text = None
    last: HtmlElement | None = None
    plain = ""
    tokens = list(lexer.get_tokens(text))
    if "".join(value for _, value in tokens) != text:
        code.text = text
        return
    for kind, value in tokens:
        name = STANDARD_TYPES.get(kind) or STANDARD_TYPES.get(kind.parent or kind, "")
        if not name or not value.strip():
            plain += value
            continue
        if last is None:
            code.text = plain or None
        else:
            last.tail = plain or None
        plain = ""
        last = create_element("span", value)
        last.set("class", name)
        code.append(last)
    if last is None:
        code.text = plain
    else:
        last.tail = plain or None
