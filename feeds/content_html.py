"""Renders an entry's full content as sanitized HTML in which all URLs are absolute."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from newsgraph.feeds.text import clean_text
from newsgraph.feeds.unstyled_html import unstyled
from newsgraph.store.documents.reading_html import ReadingSanitizer
from newsgraph.store.documents.uri_encoding import iri_to_uri
from newsgraph.store.documents.urls import resolve_url

if TYPE_CHECKING:
    from newsgraph.feeds.entry import Entry, RelatedStory

RELATED_HEADING = "More on this story"
"""The heading above the list of an entry's related stories."""

# Feed validators do not know <rtc>.
_SANITIZER = ReadingSanitizer(without_tags={"rtc"})


def sanitize_html(html: str, base_url: str | None, story_url: str) -> str:
    """Return HTML that a feed reader can display safely, wherever it displays it.

    Scripts are removed. Relative URLs are resolved, and URLs of unusual schemes are removed. What
    needs a style sheet or a form is replaced. Characters that XML does not allow are removed.

    Args:
        html: a fragment of untrusted HTML.
        base_url: the URL that relative URLs are resolved against. Without one, or with one
            that is no http(s) URL, relative URLs are removed.
        story_url: URL of the story, to which links to fragments lead: many readers remove ids,
            or show several entries on one page of their own.
    """

    def resolve(url: str) -> str | None:
        absolute_url = resolve_url(url, story_url if url.startswith("#") else base_url)
        return absolute_url and iri_to_uri(absolute_url)

    return clean_text(_SANITIZER.sanitize(unstyled(clean_text(html)), resolve))


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
