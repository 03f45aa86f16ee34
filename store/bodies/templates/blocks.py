"""Writes the HTML and Markdown that takes the place of tags: alerts, figures, embeds, code."""

from __future__ import annotations

import re
from html import escape
from typing import Final
from urllib.parse import quote

from newsgraph.store.bodies.context import DOCUMENT_SCHEME
from newsgraph.store.documents.html import html_to_text
from newsgraph.store.documents.markdown import inline_markdown_to_html

ALERT_TYPES: Final = {
    **dict.fromkeys(("note", "info", "primary", "secondary", "default", "abstract"), "note"),
    **dict.fromkeys(("summary", "tldr", "todo", "question", "help", "faq", "example"), "note"),
    **dict.fromkeys(("quote", "cite", "seealso", "aside", "notice", "callout"), "note"),
    **dict.fromkeys(("tip", "hint", "success", "check", "done"), "tip"),
    **dict.fromkeys(("important", "attention"), "important"),
    **dict.fromkeys(("warning", "warn", "failure", "fail", "missing"), "warning"),
    **dict.fromkeys(("caution", "danger", "error", "bug", "alert", "critical"), "caution"),
}
"""The types of alerts by the names that generators and themes have for them."""

_TICKS: Final = re.compile(r"`+")
_LANGUAGE: Final = re.compile(r"[\w+#.-]{1,40}")
_MARKUP: Final = re.compile(r"[*_`\[<~&]|://")
_CODE_SPAN: Final = re.compile(r"`([^`]{1,200})`")
_EMPHASIS: Final = re.compile(r"(\*{1,2}|__)(\S[^*_]{0,200}?)\1")

ALERT_END: Final = "</div>"


def document_url(path: str, fragment: str = "") -> str:
    """Return the URL of a document in expanded templates.

    Args:
        path: the document's path in the archive.
        fragment: ``#`` and the id of an element, or an empty text.
    """
    # What Markdown would take for emphasis is escaped, as the URL can be text.
    url = f"{quote(path)}{quote(fragment, safe='#%')}".replace("_", "%5F").replace("~", "%7E")
    return DOCUMENT_SCHEME + url


def alert_start(name: str, title: str | None = None) -> str:
    """Return the start of an alert; `ALERT_END` ends it, and Markdown is between them.

    Args:
        name: type of the alert, as the generator calls it.
        title: its title; None if the type is the title.
    """
    name = name.lower()
    text = name.capitalize() if title is None else title
    start = f'<div class="markdown-alert markdown-alert-{ALERT_TYPES.get(name, "note")}">'
    if not text.strip():
        return start
    return f'{start}\n<p class="markdown-alert-title">{_inline_html(text)}</p>'


def label(text: str) -> str:
    """Return a paragraph in bold that is a title or label."""
    return f"<p><strong>{_inline_html(text)}</strong></p>"


def image(src: str, alt: str = "", title: str | None = None) -> str:
    """Return an ``img`` element."""
    extra = f' title="{attribute(title)}"' if title else ""
    return f'<img src="{attribute(src)}" alt="{attribute(alt)}"{extra}>'


def figure(
    src: str,
    *,
    alt: str = "",
    title: str | None = None,
    caption: str | None = None,
    link: str | None = None,
    credit: str | None = None,
    credit_link: str | None = None,
) -> str:
    """Return a ``figure`` element, with what Hugo's shortcode has in its caption."""
    picture = image(src, alt or _plain(caption or title or ""))
    if link:
        picture = f'<a href="{attribute(link)}">{picture}</a>'
    texts = [f"<strong>{_inline_html(title)}</strong>" if title else "", _inline_html(caption)]
    if credit:
        texts.append(anchor(credit_link, credit) if credit_link else _inline_html(credit))
    caption = " ".join(filter(None, texts))
    return f"<figure>{picture}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"


def frame(url: str, title: str | None = None) -> str:
    """Return an ``iframe`` element, of which a later stage makes a link."""
    extra = f' title="{attribute(title)}"' if title else ""
    return f'<iframe src="{attribute(url)}"{extra}></iframe>'


def embed_link(url: str, text: str) -> str:
    """Return a paragraph with a link to what another site shows in its own form only."""
    return f'<p class="embed"><a href="{attribute(url)}">{escape(text)}</a></p>'


def anchor(url: str, text: str) -> str:
    """Return an ``a`` element, with the code spans of its text and without its emphasis."""
    html = escape(" ".join(text.split()), quote=False)
    html = _EMPHASIS.sub(r"\2", _CODE_SPAN.sub(r"<code>\1</code>", html))
    return f'<a href="{attribute(url)}">{html}</a>'


def code_block(code: str, language: str | None, *, is_html: bool) -> str:
    """Return a block of code, fenced or in HTML.

    Args:
        code: the code, without the line breaks around it.
        language: its language, or None.
        is_html: whether the result is HTML.
    """
    match = _LANGUAGE.match(language or "")
    name = match[0] if match else ""
    if is_html:
        class_ = f' class="language-{name}"' if name else ""
        return f"<pre><code{class_}>{escape(code)}</code></pre>"
    longest = max((len(ticks) for ticks in _TICKS.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{name}\n{code}\n{fence}"


def code_span(code: str, *, is_html: bool) -> str:
    """Return code in a line."""
    if is_html:
        return f"<code>{escape(code)}</code>"
    ticks = "`" * (max((len(ticks) for ticks in _TICKS.findall(code)), default=0) + 1)
    space = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{ticks}{space}{code}{space}{ticks}"


def attribute(text: str | None) -> str:
    """Return a text as the value of an attribute."""
    return escape(" ".join((text or "").split()))


def _plain(text: str) -> str:
    return html_to_text(_inline_html(text))


def _inline_html(text: str | None) -> str:
    """Return text as HTML in one line; Hugo's captions, and titles in its themes, are Markdown."""
    line = " ".join((text or "").split())
    if not _MARKUP.search(line):
        return escape(line, quote=False)
    return " ".join(inline_markdown_to_html(line).split())
