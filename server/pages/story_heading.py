"""What pages call a story: its title, or the start of its text if it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

UNTITLED: Final = "Untitled"
_MAX_CHARACTERS: Final = 60


def story_heading(story: Mapping[str, Any]) -> str:
    """Return the heading of a story, which is never empty.

    Args:
        story: an article or a link; it may be read without its excerpt.
    """
    title: str = story["title"]
    text = " ".join((story.get("excerpt") or "").split())
    if len(text) > _MAX_CHARACTERS:
        text = f"{text[:_MAX_CHARACTERS].rsplit(' ', 1)[0]} …"
    return title or text or UNTITLED
