"""A document's body as HTML that is safe to show."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def to_html(body: str) -> str:
    """Render Markdown (CommonMark, tables, strikethrough) and drop what could do harm.

    Raw HTML in the body passes as far as nh3's list of safe elements goes.
    """
    return nh3.clean(_MARKDOWN.render(body)) if body else ""
