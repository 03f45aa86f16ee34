"""Renders a document's Markdown body as safe HTML."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

_RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def markdown_to_html(markdown: str) -> str:
    """Render Markdown (CommonMark, tables, strikethrough) as sanitized HTML.

    Raw HTML in the Markdown is limited to the elements and attributes that nh3 allows.
    """
    return nh3.clean(_RENDERER.render(markdown)) if markdown else ""
