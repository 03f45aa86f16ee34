"""Ids of elements in a body, and the page's own ids, which they must not be."""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from urllib.parse import quote, unquote

PAGE_ID_PREFIX: Final = "page-"
"""Start of all ids that pages themselves have, in templates, style sheets and scripts."""

_RENAMED_PREFIX: Final = "body-"
_RESERVED: Final = re.compile(rf"(?:{_RENAMED_PREFIX})*{PAGE_ID_PREFIX}")
"""Start of an id that is renamed; one that looks like a renamed one is renamed, too."""

# Sanitized HTML has "<" and ">" in no text and in no attribute, so this matches only elements.
_ID: Final = re.compile(r'(<[a-z][^<>]*? id=")([^"<>]*)(?=")')


class BodyIds:
    """The ids of a body's elements."""

    def __init__(self, body: str) -> None:
        """Find the ids in sanitized HTML."""
        self._ids = {unescape(match[2]) for match in _ID.finditer(body)}

    def rename(self, body: str) -> str:
        """Return the body with other ids for those that could be the page's own."""
        if not any(map(_RESERVED.match, self._ids)):
            return body
        return _ID.sub(lambda match: match[1] + _rename(match[2]), body)

    def find_fragment(self, url: str) -> str | None:
        """Return the link to an element by its renamed id; None if there is no such element.

        Args:
            url: a fragment with ``#``, percent-encoded or not.
        """
        fragment = url[1:]
        for id_ in (fragment, unquote(fragment)):
            if id_ in self._ids:
                return f"#{quote(_rename(id_), safe=_FRAGMENT_CHARACTERS)}"
        return None


_FRAGMENT_CHARACTERS: Final = "!$&'()*+,;=:@/?-._~"
"""Characters that are not encoded in a fragment (RFC 3986 section 3.5)."""


def _rename(id_: str) -> str:
    return _RENAMED_PREFIX + id_ if _RESERVED.match(id_) else id_
