"""Snippets of stored articles."""

from __future__ import annotations

from itertools import tee
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.html import html_to_text
from newsgraph.store.search.expression import with_prefixes
from newsgraph.store.search.query_parser import parse_search
from newsgraph.store.search.snippets import render_snippet

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK: Final = "<mark>"
"""What the matches of a snippet begin with."""


def render_stored_snippet(
    text: str, language: str | None, excerpt: str | None, body_html: str | None, title: str
) -> str:
    """Return the snippet of a stored article.

    Args:
        text: what was typed into the search box.
        language: BCP 47 tag of the article's language.
        excerpt: its excerpt.
        body_html: its sanitized text.
        title: its title.
    """
    expression = parse_search(text)
    prefixes = with_prefixes(expression)
    texts, same_texts = tee(_read_texts(excerpt, body_html, title))
    snippet = render_snippet(texts, language, expression)
    if MARK in snippet or prefixes == expression:
        return snippet
    return render_snippet(same_texts, language, prefixes)


def _read_texts(excerpt: str | None, body_html: str | None, title: str) -> Iterator[str]:
    # The text of a long body takes time, and is not read if the excerpt has all terms.
    if excerpt:
        yield excerpt
    if body_html:
        yield html_to_text(body_html)
    yield title
