"""What pages call a story: its title, or the start of its text if it has none. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newsgraph.store.documents.urls import canonicalize_url

if TYPE_CHECKING:
    from collections.abc import Mapping

UNTITLED: Final = "Untitled"
_MAX_CHARACTERS: Final = 60


def story_heading(story: Mapping[str, Any], article: Mapping[str, Any] | None = None) -> str:
    """Return the heading of a story, which is never empty.

    Args:
        story: an article or a link; it may be read without its excerpt.
        article: the article that the story is, if it is a link to one. It has the heading of a link
            that has no text, or only a URL.
    """
    title: str = story["title"]
    if article is not None and (not title or canonicalize_url(title) is not None):
        return article["title"] or _start_of_text(article) or title or story_heading(story)
    return title or _start_of_text(story) or UNTITLED


def _start_of_text(story: Mapping[str, Any]) -> str:
    text = " ".join((story.get("excerpt") or "").split())
    if len(text) > _MAX_CHARACTERS:
        text = f"{text[:_MAX_CHARACTERS].rsplit(' ', 1)[0]} …"
    return text
