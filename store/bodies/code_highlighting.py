"""Colors code: marks its tokens with Pygments' short classes, which the style sheet colors."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.html_tree import select_path

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
_CODE_BLOCK: Final = re.compile(
    r"(?P<start><pre(?: [^<>]*)?><code(?: [^<>]*)? class=\")(?P<class>[^\"<>]*)(?P<end>\"[^<>]*>)"
    r"(?P<text>[^<]*)(?=</code></pre>)"
)
_find_code = select_path("pre/code")


def set_languages(root: HtmlElement) -> None:
    """Name the languages of code blocks in one way: ``language-ruby`` is a class of ``code``."""
    for code in _find_code(root):
        match = _LANGUAGE.search(code.get("class") or code.getparent().get("class") or "")
        if match is not None:
            code.set("class", f"language-{match[1].lower()}")


def highlight_code(html: str) -> str:
    """Wrap the tokens of code blocks whose language is known in ``span`` elements with a class.

    Args:
        html: safe HTML, in which ``<`` is only at the start of tags.
    """
    remaining = MAX_ALL_CODE

    def highlight(match: re.Match[str]) -> str:
        nonlocal remaining
        language_match = _LANGUAGE.search(match["class"])
        if language_match is None:
            return match[0]
        language = language_match[1].lower()
        code, text = match["text"], unescape(match["text"])
        if text and len(text) <= min(MAX_CODE, remaining) and not _BLANK_LINES.search(text):
            lexer = _find_lexer(language)
            if lexer is not None:
                remaining -= len(text) + _BLOCK_COST
                code = _mark_tokens(lexer, text)
        return f"{match['start']}language-{language}{match['end']}{code}"

    return _CODE_BLOCK.sub(highlight, html) if "<pre" in html else html


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


def _mark_tokens(lexer: Lexer, text: str) -> str:
    from pygments.token import STANDARD_TYPES

    tokens = list(lexer.get_tokens(text))
    if "".join(value for _, value in tokens) != text:
        return escape(text, quote=False)
    parts: list[str] = []
    for kind, value in tokens:
        name = STANDARD_TYPES.get(kind) or STANDARD_TYPES.get(kind.parent or kind, "")
        escaped = escape(value, quote=False)
        parts.append(
            f'<span class="{name}">{escaped}</span>' if name and value.strip() else escaped
        )
    return "".join(parts)
