"""Renders Markdown as HTML: CommonMark with GitHub's extensions, footnotes and definition lists.

The only module that uses comrak. docs/documents.md describes what Markdown can contain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from comrak import ExtensionOptions, ParseOptions, RenderOptions
from comrak import markdown_to_html as render_with_comrak

from newsgraph.store.documents.html import sanitize_for_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TABLE_CELLS: Final = 200_000
"""A body with a larger table is rendered without tables: a short row is filled up to the width of
its table, so a text of 20 kB can have millions of cells."""

MAX_FOOTNOTE_MARKS: Final = 5_000
"""A body with more marks is rendered without footnotes: each mark adds a link to its footnote."""

MAX_URLS_IN_A_WORD: Final = 1_000
"""A text with more URLs without a space between them is rendered without links for bare URLs, which
takes quadratic time."""

OMITTED_HTML: Final = "<!-- raw HTML omitted -->"
"""What takes the place of each tag and comment if no HTML is allowed; in text, ``<`` is escaped."""

_LONG_WORD: Final = 10_000
_DELIMITER_ROW: Final = re.compile(r"^[ \t>|:-]+$", re.MULTILINE)
_BLANK_LINE: Final = re.compile(r"\n[ \t>]*\n")
_NEEDS_SANITIZER: Final = re.compile(r"<|!\[|\[\^")
"""HTML, a picture or a footnote. Of all else, the text of comrak's own HTML is that of sanitized
HTML, and sanitizing takes longer than rendering."""

# A text that begins with a character reference is a paragraph, whatever follows.
_INLINE_START: Final = "&#8203;"
_INLINE_START_HTML: Final = "<p>\u200b"


def _create_extensions(*, tables: bool, footnotes: bool, links: bool) -> ExtensionOptions:
    return ExtensionOptions(
        alerts=True,
        autolink=links,
        # Chinese, Japanese and Korean have no spaces around emphasis.
        cjk_friendly_emphasis=True,
        description_lists=True,
        footnotes=footnotes,
        strikethrough=True,
        table=tables,
        tasklist=True,
    )


_EXTENSIONS: Final = {
    (tables, footnotes, links): _create_extensions(tables=tables, footnotes=footnotes, links=links)
    for tables in (True, False)
    for footnotes in (True, False)
    for links in (True, False)
}
_PARSING: Final = ParseOptions()
_RENDERING: Final = {
    allows_html: RenderOptions(unsafe_=allows_html) for allows_html in (True, False)
}


def render_markdown(markdown: str, *, allows_html: bool = True) -> str:
    """Render Markdown as HTML.

    Args:
        markdown: Markdown.
        allows_html: whether HTML in it stays, and URLs of any scheme: the result is *not*
            sanitized. Otherwise it has only elements of Markdown, and `OMITTED_HTML`.
    """
    extensions = _EXTENSIONS[
        "|" not in markdown or _count_cells(markdown) <= MAX_TABLE_CELLS,
        # Counting one character takes a tenth of the time of counting two.
        markdown.count("^") <= MAX_FOOTNOTE_MARKS or markdown.count("[^") <= MAX_FOOTNOTE_MARKS,
        markdown.count(":") <= MAX_URLS_IN_A_WORD
        or all(word.count("://") <= MAX_URLS_IN_A_WORD for word in _long_words(markdown)),
    ]
    if not markdown.endswith("\n"):
        # Otherwise comrak takes `[plan]: <https://…>` in the last line for text.
        markdown += "\n"
    return render_with_comrak(markdown, extensions, _PARSING, _RENDERING[allows_html])


def markdown_to_html(markdown: str) -> str:
    """Render Markdown as safe HTML, whose text a title or a summary needs."""
    if not markdown:
        return ""
    if _NEEDS_SANITIZER.search(markdown):
        return sanitize_for_text(render_markdown(markdown))
    return render_markdown(markdown, allows_html=False)


def inline_markdown_to_html(markdown: str) -> str:
    """Render a text without paragraphs, headings and lists as sanitized HTML."""
    html = markdown_to_html(_INLINE_START + " ".join(markdown.split()))
    return html.strip().removeprefix(_INLINE_START_HTML).removesuffix("</p>")


def _long_words(markdown: str) -> Iterator[str]:
    for line in markdown.split("\n"):
        if len(line) >= _LONG_WORD:
            yield from line.split()


def _count_cells(markdown: str) -> int:
    """Return the number of cells of the largest table, at most."""
    largest = 0
    for block in _BLANK_LINE.split(markdown):
        rows = [row.count("|") for row in _DELIMITER_ROW.findall(block)]
        if rows:
            largest = max(largest, (max(rows) + 1) * block.count("\n"))
    return largest
