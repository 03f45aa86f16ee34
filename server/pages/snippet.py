"""Search snippets: excerpts of stories with the matching words in ``mark`` elements."""

from __future__ import annotations

import re
from html import unescape

from markupsafe import Markup, escape

_MARK_TAG = re.compile("(</?mark>)")


def render_snippet(snippet: str) -> Markup:
    """Return a snippet as HTML.

    The store escapes the text around its ``mark`` tags, so these tags are the only markup.

    Args:
        snippet: HTML from the store.
    """
    parts = _MARK_TAG.split(snippet)
    texts = [escape(unescape(part)) for part in parts[::2]]
    tags = [*map(Markup, parts[1::2]), Markup()]
    return Markup().join(part for pair in zip(texts, tags, strict=True) for part in pair)
