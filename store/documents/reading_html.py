"""Sanitizes stored HTML where it is read: on pages and in feeds. Pure.

`store.documents.html` sanitizes a body once, when it is imported. What a page or a feed adds and
removes comes after it, and is sanitized here.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

import nh3

from newsgraph.store.documents.html import LINK_SCHEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

_TAGS: Final = frozenset(nh3.ALLOWED_TAGS | {"section", "tfoot"})

# nh3 does not treat `cite` as a URL, so a relative one or one of any scheme would remain.
# Neither readers nor browsers display it.
_ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    **{tag: frozenset(names - {"cite"}) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": frozenset({"align", "dir", "id", "lang", "title"}),
    "a": frozenset({"aria-label", "href", "hreflang"}),
    "details": frozenset({"open"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start", "type"}),
    "time": frozenset({"datetime"}),
}
# Parsers ignore a newline directly after <pre>, and serializing writes none.
_PRE_WITH_NEWLINE: Final = re.compile(r"(?<=<pre)((?: [^<>]*)?>)\n")
# nh3 leaves this of an element without any allowed class.
_EMPTY_CLASS: Final = re.compile(r'(<[^<>]*) class=""')

_resolver: ContextVar[Callable[[str], str | None]] = ContextVar("resolver")


class ReadingSanitizer:
    """Sanitizes HTML for one kind of reader.

    Create it once: that takes longer than to sanitize a body of a few kilobytes.
    """

    def __init__(
        self,
        *,
        without_tags: AbstractSet[str] = frozenset(),
        classes: Mapping[str, AbstractSet[str]] | None = None,
        attribute_values: Mapping[str, Mapping[str, AbstractSet[str]]] | None = None,
        checkboxes: bool = False,
    ) -> None:
        """Set up the sanitizer.

        Args:
            without_tags: names of elements of which only the content remains.
            classes: the classes that remain, by the names of elements.
            attribute_values: values of more attributes, by the names of elements and attributes.
            checkboxes: whether ``input`` elements remain, all of which become check boxes.
        """
        tags = set(_TAGS - without_tags)
        attributes = {tag: set(names) for tag, names in _ATTRIBUTES.items()}
        # nh3 writes the attributes that it sets in random order, so there is one for each element.
        set_values = {}
        if checkboxes:
            tags.add("input")
            attributes["input"] = {"aria-label", "checked", "disabled"}
            set_values = {"input": {"type": "checkbox"}}
        self._cleaner = nh3.Cleaner(
            tags=tags,
            attributes=attributes,
            allowed_classes={tag: set(names) for tag, names in (classes or {}).items()},
            tag_attribute_values={
                tag: {name: set(values) for name, values in attribute.items()}
                for tag, attribute in (attribute_values or {}).items()
            },
            set_tag_attribute_values=set_values,
            url_schemes=set(LINK_SCHEMES),
            url_relative=_resolve,
        )

    def sanitize(self, html: str, resolve: Callable[[str], str | None]) -> str:
        """Return the safe part of HTML, in which relative URLs are resolved.

        Args:
            html: a fragment of HTML.
            resolve: returns what replaces a relative URL, or None to remove it.
        """
        token = _resolver.set(resolve)
        try:
            safe = self._cleaner.clean(_PRE_WITH_NEWLINE.sub(r"\1\n\n", html))
        finally:
            _resolver.reset(token)
        return _EMPTY_CLASS.sub(r"\1", safe) if ' class=""' in safe else safe


def _resolve(url: str) -> str | None:
    return _resolver.get()(url)
