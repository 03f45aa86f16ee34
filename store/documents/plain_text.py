"""Plain text of fields that contain HTML, Markdown or entities, and the summary of a body. Pure."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.html import has_tags, sanitize_for_text
from newsgraph.store.documents.indented_blocks import unindent_blocks
from newsgraph.store.documents.markdown import inline_markdown_to_html, markdown_to_html
from newsgraph.store.documents.mdx_text import remove_expressions
from newsgraph.store.documents.summary_text import summary_text
from newsgraph.store.documents.template_code import (
    remove_code_blocks,
    remove_template_code,
    remove_template_code_of_html,
)
from newsgraph.store.documents.text_cleaning import strip_invalid_characters

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SUMMARY_CHARACTERS: Final = 500
"""A longer first paragraph is cut at a word."""

_MARKDOWN: Final = re.compile(r"\]\(|\*\*\S|`\S|(?<![\w*])[*_][^\s*_][^*_\n]*[*_](?![\w*])")
_TAG_IN_CODE: Final = re.compile(r"`[^`<\n]*<[^`\n]*`")
_MORE: Final = re.compile(
    r"(?<!`)(?:<!--\s*(?:more|truncate)\s*-->|\{/\*\s*(?:more|truncate)\s*\*/\})(?!`)"
)
"""Generators find the mark anywhere; in a code span, it is what the text is about."""

_MAX_MARKDOWN: Final = 20_000
"""A longer excerpt stays as it is: links that are not closed take quadratic time."""

_BLANK_LINE: Final = re.compile(r"\n[ \t]*\n")
_NO_PROSE: Final = re.compile(
    r"[ \t]*(?:import\b.*(?:\bfrom\b|[\"'])|export\s+(?:const|default|function)\b"
    r"|:::|\[\^|\[[^\]]+\]:)"
)
_HEADINGS: Final = re.compile(r"\A(?:<h\d>.*?</h\d>\s*)+", re.DOTALL)
_TITLE: Final = re.compile(r"\A<h1>.*?</h1>", re.DOTALL)
_MAX_HTML: Final = 20_000
"""How many characters of an HTML body are searched for its first paragraph."""

# A footnote, `[^1]: text`, has the same form.
_LINK_DEFINITION: Final = re.compile(r"^ {0,3}\[(?!\^)([^\]\n]+)\]:[^\n]+$", re.MULTILINE)
_LABEL: Final = re.compile(r"\[([^\[\]]+)\]")
_HIDDEN_LINE: Final = re.compile(
    r"^[ ]{0,3}(?:\*\[[^\]\n]{1,100}\]:[^\n]*|\^[ \t]*)(?:\n|\Z)", re.MULTILINE
)
"""A definition of an abbreviation, or kramdown's mark for the end of a block."""

# Indentation by four spaces would make it code, and `* * *` is a line.
_LIST_START: Final = re.compile(r" {0,3}(?:[*+-](?![ \t]*[*_-])|\d{1,9}[.)])[ \t]+\S")
_HEADING_LINE: Final = re.compile(r" {0,3}#{1,6}[ \t][^\n]*\n?\Z")
_PARAGRAPH: Final = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_WITH_TEXT: Final = ("<p>", "<ul>", "<ol", "<blockquote>")
_MAX_BLOCKS: Final = 20
_MAX_BLOCK: Final = 10_000
"""How many characters of a block are rendered; a summary is far shorter, even one of links."""

_MAX_LIST: Final = 2_500
"""How many characters of a list are rendered first, as most have text for a summary in them."""


def decode_entities(text: str) -> str:
    """Return a text with its HTML entities as characters.

    Crawlers leave entities such as ``&#8217;`` in texts, and escape those of texts which already
    had some a second time: ``&amp;quot;``.
    """
    if "&" not in text:
        return text
    # An entity such as `&#2;` is a character that no XML can contain.
    return strip_invalid_characters(unescape(unescape(text))).strip()


def plain_text(text: str) -> str:
    """Return the text of an excerpt or description, which may be HTML or inline Markdown.

    ``<`` that begins no HTML tag stays, and so do tags in a code span, and ``*`` and ``_`` that
    mark nothing. Definitions of links, ``[label]: /url``, are no part of the text.
    """
    if has_tags(text) and not _TAG_IN_CODE.search(text):
        text = " ".join(summary_text(sanitize_for_text(text)).split())
    elif len(text) <= _MAX_MARKDOWN:
        defines_links = "]:" in text and _defines_links(text)
        if defines_links or _MARKDOWN.search(text):
            render = markdown_to_html if defines_links else inline_markdown_to_html
            text = " ".join(summary_text(render(text)).split())
    return decode_entities(text)


def _defines_links(text: str) -> bool:
    """Return whether a text defines a link that it contains: ``[Update]: soon`` is text."""
    uses = Counter(map(_normalize_label, _LABEL.findall(text)))
    definitions = (_normalize_label(match[1]) for match in _LINK_DEFINITION.finditer(text))
    return any(uses[label] > 1 for label in definitions)


def summarize(body: str, *, is_html: bool = False, is_mdx: bool = False) -> str | None:
    """Return the summary of a body, or None if it has no text.

    It is the text above ``<!--more-->`` or ``<!--truncate-->``, as in Hugo, Hexo and Docusaurus,
    or else the first paragraph, or else the first list or quote.

    Args:
        body: Markdown.
        is_html: whether the body is HTML.
        is_mdx: whether the body is MDX.
    """
    prose = body if is_html else unindent_blocks(remove_code_blocks(body))
    # Searching for the mark itself takes ten times as long.
    has_more = ("<!--" in prose or "{/*" in prose) and ("more" in prose or "truncate" in prose)
    head, *rest = _MORE.split(prose, maxsplit=1) if has_more else (prose,)
    if is_mdx:
        prose, head = remove_expressions(prose), remove_expressions(head)
    summary = None
    if rest and is_html:
        summary = _shorten(summary_text(_sanitize_template(head)))
    elif rest:
        blocks = (block for block in _BLANK_LINE.split(head) if not _NO_PROSE.match(block))
        html = _render_blocks("\n\n".join(blocks), body).lstrip()
        summary = _shorten(summary_text(_TITLE.sub("", html)))
    if summary is None:
        summary = _first_html_paragraph(body) if is_html else _first_paragraph(prose, body)
    return summary


def _first_html_paragraph(body: str) -> str | None:
    html = _sanitize_template(body[:_MAX_HTML])
    paragraphs = (_shorten(summary_text(match[1])) for match in _PARAGRAPH.finditer(html))
    return next(filter(None, paragraphs), None) or _shorten(summary_text(html))


def _sanitize_template(html: str) -> str:
    return sanitize_for_text(remove_template_code_of_html(html))


def _first_paragraph(prose: str, body: str) -> str | None:
    """Return the first paragraph, or else the first list or quote, of the first twenty blocks."""
    start, other = 0, None
    for _ in range(_MAX_BLOCKS):
        end = _BLANK_LINE.search(prose, start)
        block = prose[start : end.start() if end else len(prose)]
        is_list = _LIST_START.match(block) is not None
        # Rendering takes far longer than this, and a changelog has little else.
        is_skipped = not block.strip() or _NO_PROSE.match(block) or _HEADING_LINE.match(block)
        if not is_skipped and not (is_list and other):
            html = _render_start(block, body, _MAX_LIST if is_list else _MAX_BLOCK)
            text = _shorten(summary_text(html)) if html.startswith(_WITH_TEXT) else None
            if is_list and len(block) > _MAX_LIST and len(text or "") < MAX_SUMMARY_CHARACTERS:
                text = _shorten(summary_text(_render_start(block, body, _MAX_BLOCK)))
            if text and html.startswith("<p>"):
                return text
            other = other or text
        if end is None:
            break
        start = end.end()
    return other


def _render_start(block: str, body: str, length: int) -> str:
    """Render the lines at the start of a block, such as a list of thousands of items."""
    if len(block) > length:
        line_end = block.rfind("\n", 0, length)
        block = block[: line_end if line_end > 0 else length]
    # A line end remains of a comment.
    return _HEADINGS.sub("", _render_blocks(block, body).lstrip())


def _render_blocks(markdown: str, body: str) -> str:
    """Render a part of a body, without what only its generator can fill in."""
    markdown = _HIDDEN_LINE.sub("", markdown)
    # Links may be defined anywhere in the body.
    markdown = "\n\n".join((markdown, *_link_definitions(markdown, body)))
    return markdown_to_html(remove_template_code(markdown))


def _link_definitions(markdown: str, body: str) -> Iterable[str]:
    """Return the definitions of the links in a part of a body, the first one of each label.

    All others are left out, as a body can have thousands of them.
    """
    definitions: dict[str, str] = {}
    labels = set(map(_normalize_label, _LABEL.findall(markdown)))
    if labels and "]:" in body:
        for match in _LINK_DEFINITION.finditer(body):
            label = _normalize_label(match[1])
            if label in labels:
                definitions.setdefault(label, match[0])
    return definitions.values()


def _normalize_label(label: str) -> str:
    return " ".join(label.split()).casefold()


def _shorten(text: str) -> str | None:
    text = " ".join(text.split())
    if len(text) > MAX_SUMMARY_CHARACTERS:
        text = text[:MAX_SUMMARY_CHARACTERS].rsplit(" ", 1)[0] + " …"
    return text or None
