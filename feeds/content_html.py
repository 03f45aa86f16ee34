"""Renders an entry's full content as sanitized HTML in which all URLs are absolute."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import nh3

from newsgraph.feeds.text import clean_text
from newsgraph.feeds.uri import iri_to_uri

if TYPE_CHECKING:
    from newsgraph.feeds.entry import Entry, RelatedStory

RELATED_HEADING = "More on this story"
"""The heading above the list of an entry's related stories."""

_URL_SCHEMES = {"http", "https"}
# nh3 does not treat `cite` as a URL, so a relative one or one of any scheme would remain.
# Readers do not display it.
_ALLOWED_ATTRIBUTES = {tag: names - {"cite"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}


def sanitize_html(html: str, base_url: str | None) -> str:
    """Return HTML that a feed reader can display safely, wherever it displays it.

    Scripts are removed. Links and images keep only http and https URLs, and relative URLs
    are resolved. Characters that XML does not allow are removed.

    Args:
        html: a fragment of untrusted HTML.
        base_url: the URL that relative URLs are resolved against. Without one, or with one
            that browsers reject, relative URLs are removed.
    """
    html = clean_text(html)
    try:
        return _clean_html(html, ("rewrite_with_base", iri_to_uri(base_url or "")))
    except ValueError:
        # nh3 rejects what browsers do not accept as a URL, such as https://1.2.3.999/.
        return _clean_html(html, "deny")


def _clean_html(html: str, url_relative: Any) -> str:  # noqa: ANN401 - nh3's own type
    safe = nh3.clean(
        html,
        attributes=_ALLOWED_ATTRIBUTES,
        url_schemes=_URL_SCHEMES,
        url_relative=url_relative,
    )
    return clean_text(safe)


def content_html(entry: Entry, *, include_related: bool) -> str | None:
    """Return the content of a sanitized entry, or None if there is no more than its summary.

    Args:
        entry: an entry that `feeds.sanitize_entries.sanitize_entry` has returned.
        include_related: whether to append the list of related stories.
    """
    related = entry.related if include_related else ()
    if entry.body_html is None and not related:
        return None
    html = entry.body_html
    if html is None:
        html = f"<p>{escape(entry.summary, quote=False)}</p>" if entry.summary else ""
    if related:
        html += f"<h4>{RELATED_HEADING}</h4><ul>{''.join(map(_list_item, related))}</ul>"
    return html


def _list_item(story: RelatedStory) -> str:
    link = f'<a href="{escape(story.link)}">{escape(story.title, quote=False)}</a>'
    provider = f" ({escape(story.provider, quote=False)})" if story.provider else ""
    return f"<li>{link}{provider}</li>"
