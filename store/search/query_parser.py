"""Parses what people type into a search box. Pure.

All words have to be found, in any order. Besides words there are:

- ``"words in quotes"``: words as they are, one after the other;
- ``a OR b``, ``a | b``: one of two, which binds more strongly than a blank;
- ``-a``, ``NOT a``: not this one;
- ``a*``: words that begin with it;
- ``title:a``, ``author:a``, ``topic:a``, ``publisher:a``: only there;
- ``after:2024``, ``before:2024-05-31``: by date of publication;
- parentheses.

Whatever else is typed is a word, or nothing: no text is a syntax error.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from newsgraph.store.search.expression import AllOf, AnyOf, Not, Published, Term
from newsgraph.store.search.tokenizer import has_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgraph.store.search.expression import Expression, TextField

MAX_CHARACTERS: Final = 2_000
"""Characters of a search that are used."""

MAX_TERMS: Final = 32
"""Terms of a search that are used."""

_MAX_DEPTH: Final = 8
"""Parentheses inside of more than these are ignored."""

_FIELDS: Final[dict[str, TextField]] = {
    "title": "title",
    "author": "author",
    "topic": "topic",
    "tag": "topic",
    "publisher": "publisher",
    "provider": "publisher",
    "site": "publisher",
}

_QUOTES: Final = re.compile("[\u201c-\u201f\u00ab\u00bb\u300c-\u300f\uff02]")
_ITEM: Final = re.compile(
    r"""
    (?P<open>\() | (?P<close>\))
    | (?P<or>\|+ | OR(?![^\s()"])) | (?P<and>AND(?![^\s()"]))
    | (?P<not>-(?=[^\s)]) | NOT(?![^\s()"]))
    | (?:(?P<field>[A-Za-z]+):)? (?:"(?P<phrase>[^"]*)(?:"|$) | (?P<word>[^\s()"|]+)) (?P<star>\*?)
    """,
    re.VERBOSE,
)
_CACHED_SEARCHES: Final = 100
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@lru_cache(_CACHED_SEARCHES)
def parse_search(text: str) -> Expression:
    """Return what a text searches for.

    Args:
        text: any text. What exceeds `MAX_CHARACTERS` or `MAX_TERMS` is ignored.
    """
    parser = _Parser(_ITEM.finditer(_QUOTES.sub('"', clean_search(text))))
    expression = parser.parse_group(0)
    return AllOf(()) if expression is None else expression


class _Parser:
    """Reads items one after the other; each group in parentheses is read by a call."""

    def __init__(self, items: Iterator[re.Match[str]]) -> None:
        self._items = items
        self._terms_left = MAX_TERMS

    def parse_group(self, depth: int) -> Expression | None:
        """Return the conditions up to the end of the group; None if it has none."""
        conditions: list[Expression] = []
        is_alternative = is_negated = False
        for item in self._items:
            if item["close"]:
                if depth:
                    break
                continue
            if item["and"]:
                continue
            if item["or"]:
                is_alternative = bool(conditions)
                continue
            if item["not"]:
                is_negated = not is_negated
                continue
            if item["open"]:
                condition = self.parse_group(depth + 1) if depth < _MAX_DEPTH else None
            else:
                condition = self._parse_item(item)
            if condition is None:
                continue
            if is_negated:
                condition = Not(condition)
            if is_alternative:
                condition = _either(conditions.pop(), condition)
            conditions.append(condition)
            is_alternative = is_negated = False
        if len(conditions) > 1:
            return AllOf(tuple(conditions))
        return conditions[0] if conditions else None

    def _parse_item(self, item: re.Match[str]) -> Expression | None:
        if self._terms_left <= 0:
            return None
        name, word = (item["field"] or "").lower(), item["word"]
        start, end = item.span("phrase" if word is None else "word")
        text = item.string[start:end]
        is_prefix = bool(item["star"]) or (word is not None and word.endswith("*"))
        field = _FIELDS.get(name)
        if name in ("after", "before") and (range_ := _parse_date(name, text)) is not None:
            self._terms_left -= 1
            return range_
        if name and field is None:
            start = item.start("field")
            text = item.string[start:end]
        if not has_tokens(text):
            return None
        self._terms_left -= 1
        return Term(
            text.rstrip("*"), field, is_exact=word is None, is_prefix=is_prefix, start=start
        )


def _either(first: Expression, second: Expression) -> AnyOf:
    conditions = first.conditions if isinstance(first, AnyOf) else (first,)
    return AnyOf((*conditions, second))


def _parse_date(name: str, text: str) -> Published | None:
    """Return the range of ``after:`` or ``before:``; None if the text is no date.

    Both mean the first day of a year or a month. ``after`` includes this day.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        value = date(year, month, day)
    except ValueError:
        return None
    return Published(since=value) if name == "after" else Published(before=value)


def clean_search(text: str) -> str:
    """Return the part of the text that is used, without characters that cannot be stored.

    All characters of it are where they are in the text.
    """
    if len(text) > MAX_CHARACTERS:
        # A truncated word would be a different word.
        start = text[: MAX_CHARACTERS + 1]
        text = start.rpartition(" ")[0] or start
    # A lone surrogate, which JSON can contain, cannot be stored; NUL would end the text.
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
