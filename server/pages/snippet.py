"""What a search shows of a story, with the words that were found marked."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from newsgraph.server.feeds import entries

_MARK = re.compile("(</?mark>)")


def marked(snippet: str) -> Markup:
    """Return the store's snippet with entities read that documents have in their texts.

    The store escapes texts, so that these marks are its own, and nothing else is markup.

    Args:
        snippet: HTML, as the store answers it.
    """
    parts = _MARK.split(snippet)
    texts = [escape(entries.plain(entries.plain(part)) or "") for part in parts[::2]]
    marks = [*map(Markup, parts[1::2]), Markup()]
    return Markup().join(one for pair in zip(texts, marks, strict=True) for one in pair)
