"""A story's whole content as HTML: sanitised, with absolute addresses only."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import nh3

from .text import clean
from .uri import uri

if TYPE_CHECKING:
    from newsgraph.feeds.entry import Related, Story

MORE = "More on this story"
"""What stands above the list of what a story leads on to."""

_SCHEMES = {"http", "https"}
# nh3 takes `cite` for no address: it would pass relative and with any scheme. Nobody sees it.
_ATTRIBUTES = {tag: names - {"cite"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}


def safe_html(body: str, base: str | None) -> str:
    """Return HTML that a reader may show anywhere.

    Nothing in it runs; links and pictures that are neither http nor https lose their
    addresses, relative ones are resolved; characters that XML refuses are dropped.

    Args:
        body: a fragment of HTML from anyone.
        base: what its relative addresses are relative to; without one, or with one that no
            browser could open, they are taken away.
    """
    body = clean(body)
    try:
        return _sanitised(body, ("rewrite_with_base", uri(base or "")))
    except ValueError:
        # nh3 refuses what is no URL to browsers, such as https://1.2.3.999/.
        return _sanitised(body, "deny")


def _sanitised(body: str, relative: Any) -> str:  # noqa: ANN401 - nh3's type is its own
    safe = nh3.clean(body, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, url_relative=relative)
    return clean(safe)


def content(story: Story, *, with_related: bool) -> str | None:
    """Return a sanitised story's content, or None where its summary says it all.

    Args:
        story: as `feeds.sanitize.sanitised_story` returns it.
        with_related: whether it ends with what the story leads on to.
    """
    related = story.related if with_related else ()
    if story.body is None and not related:
        return None
    said = story.body
    if said is None:
        said = f"<p>{escape(story.summary, quote=False)}</p>" if story.summary else ""
    if related:
        said += f"<h4>{MORE}</h4><ul>{''.join(map(_line, related))}</ul>"
    return said


def _line(one: Related) -> str:
    link = f'<a href="{escape(one.link)}">{escape(one.title, quote=False)}</a>'
    return f"<li>{link}{f' ({escape(one.provider, quote=False)})' if one.provider else ''}</li>"
