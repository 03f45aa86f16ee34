"""Renders a document's Markdown body as safe HTML."""

from __future__ import annotations

from markdown_it import MarkdownIt

from newsgraph.store.documents.html import sanitize_for_store

_RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def inline_markdown_to_html(markdown: str) -> str:
    """Render a text without paragraphs, headings and lists as sanitized HTML."""
    return sanitize_for_store(_RENDERER.renderInline(markdown))


def markdown_to_html(markdown: str) -> str:
    """Render Markdown (CommonMark, tables, strikethrough) as sanitized HTML.

    Raw HTML in the Markdown is limited to what `sanitize_for_store` leaves.
    """
    return sanitize_for_store(_RENDERER.render(markdown)) if markdown else ""
