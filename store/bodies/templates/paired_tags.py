"""Expands tags around a text that have the same meaning in many generators, such as alerts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from . import blocks

if TYPE_CHECKING:
    from newsgraph.store.bodies.templates.tag_arguments import TagArguments

_ALERTS: Final = {"alert", "notice", "admonition", "callout", "hint", "aside", "message", "box"}
_TYPES: Final = {
    *("note", "info", "tip", "success", "important", "attention", "warning", "caution", "danger"),
    *("error", "bug", "seealso"),
}
_DETAILS: Final = {
    *("details", "expand", "accordion", "collapse", "spoiler", "hidetoggle", "folding"),
    "accordionitem",
}
_TABS: Final = {"tab", "tabitem", "subtab", "step", "card", "panel"}
_QUOTES: Final = {"blockquote", "quote", "pullquote", "centerquote", "cq", "epigraph"}
_BUTTONS: Final = {"button", "btn", "linkbutton", "link"}
_TRANSPARENT: Final = {
    *("tabs", "tabpane", "steps", "cards", "columns", "column", "row", "col", "center", "grid"),
    *("rawhtml", "html", "section", "div", "markdown", "md", "fragment", "cardgrid", "subtabs"),
    *("accordiongroup", "tabgroup", "group", "container", "p", "span", "small", "rtl", "ltr"),
}
_WORDS_OF_ALERTS: Final = {"no-icon", "simple", "modern", "flat", "icon"}


class PairedTags(NamedTuple):
    """What takes the place of a tag and of its end.

    Attributes:
        start: HTML at the place of the tag; may be empty.
        end: HTML at the place of its end.
        is_block: whether both are blocks, with Markdown between them.
    """

    start: str
    end: str
    is_block: bool = True


def expand_pair(name: str, arguments: TagArguments) -> PairedTags | None:
    """Return what takes the place of a tag and its end, or None if they are unknown.

    Args:
        name: the tag's name, in small letters.
        arguments: its arguments.
    """
    title = arguments.get("title", "summary", "heading", "header", "label", "name", "caption")
    if name in _ALERTS or name in _TYPES:
        return PairedTags(_alert_start(name, title, arguments), blocks.ALERT_END)
    if name in _DETAILS:
        summary = escape(title or " ".join(arguments.positional[:1]) or "Details")
        return PairedTags(f"<details>\n<summary>{summary}</summary>", "</details>")
    if name in _TABS:
        text = title or " ".join(arguments.positional[:1])
        return PairedTags(blocks.label(text) if text else "", "")
    if name in _QUOTES:
        return PairedTags("<blockquote>", f"{_quote_footer(arguments)}</blockquote>")
    if name in _BUTTONS and (url := arguments.get("href", "url", "link", "relref", "to", "src")):
        return PairedTags(f'<a href="{blocks.attribute(url)}">', "</a>", is_block=False)
    return PairedTags("", "") if name in _TRANSPARENT else None


def expand_single(name: str, arguments: TagArguments) -> str | None:
    """Return the block of a tag without an end, whose text is an argument, or None.

    Such are ``{{< callout text="…" >}}``, and cards that are links with a title.

    Args:
        name: the tag's name, in small letters.
        arguments: its arguments.
    """
    text = arguments.get("body", "text", "content", "message")
    pair = expand_pair(name, arguments) if text else None
    if pair is not None and pair.is_block and pair.start:
        return f"{pair.start}\n\n{text}\n\n{pair.end}".rstrip()
    url = arguments.get("href", "link", "url", "to")
    title = arguments.get("title", "text", "label", "name")
    if url and title and (name in _TABS or name in _BUTTONS):
        return f"<p>{blocks.anchor(url, title)}</p>"
    return None


def _quote_footer(arguments: TagArguments) -> str:
    """Return who is quoted; the words can be Hexo's ``author [link] [title of the link]``."""
    words = arguments.positional
    index = next((i for i, word in enumerate(words) if word.startswith("http")), len(words))
    author = escape(arguments.get("author", "source", "cite") or " ".join(words[:index]))
    if index < len(words):
        title = " ".join(words[index + 1 :]) or words[index]
        author = f"{author} {blocks.anchor(words[index], title)}".strip()
    return f"<footer>{author}</footer>\n" if author else ""


def _alert_start(name: str, title: str | None, arguments: TagArguments) -> str:
    words = [word for word in arguments.positional if word.lower() not in _WORDS_OF_ALERTS]
    kind = name if name in _TYPES else "note"
    value = arguments.get("type", "color", "style", "kind", "context", "variant", "status") or ""
    if value.lower() in blocks.ALERT_TYPES:
        kind = value
    elif words and words[0].lower() in blocks.ALERT_TYPES:
        kind = words.pop(0)
    if title is None and words:
        title = " ".join(words)
    kind = kind.lower()
    return blocks.alert_start(kind if kind in _TYPES else blocks.ALERT_TYPES[kind], title)
