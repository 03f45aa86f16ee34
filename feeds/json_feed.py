"""Stories as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newsgraph.feeds.sanitize import creators, sanitised_channel, sanitised_story

from .content import content
from .dates import rfc3339

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.feeds.entry import Channel, Story

JSON_FEED_TYPE = "application/feed+json"

_VERSION = "https://jsonfeed.org/version/1.1"


def render_json(channel: Channel, stories: Sequence[Story]) -> bytes:
    """Render a channel and its stories, in the given order, as JSON Feed 1.1 in UTF-8.

    What there is none of is left out. The same arguments give the same bytes.

    Raises:
        ValueError: a time is naive.
    """
    channel = sanitised_channel(channel)
    feed = {
        "version": _VERSION,
        "title": channel.title,
        "home_page_url": channel.home_url,
        "feed_url": channel.self_url,
        "description": channel.description,
        "authors": [{"name": channel.author}],
        **_present(language=channel.language, next_url=_older(channel), hubs=_hubs(channel)),
        "items": [_item(channel, sanitised_story(story)) for story in stories],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _older(channel: Channel) -> str | None:
    return channel.paging.next or channel.paging.prev_archive


def _hubs(channel: Channel) -> list[dict[str, str]]:
    return [{"type": "WebSub", "url": channel.hub}] if channel.hub else []


def _item(channel: Channel, story: Story) -> dict[str, Any]:
    """Return an item, which must have a content: a summary alone is that."""
    names = [{"name": name} for name in creators(story)]
    whole = content(story, with_related=channel.with_related)
    said = {"content_text": story.summary or ""} if whole is None else {"content_html": whole}
    return {
        "id": story.guid,
        "url": story.link,
        "title": story.title,
        **said,
        **_present(
            summary=whole and story.summary,
            image=story.picture and story.picture.url,
            date_published=story.published and rfc3339(story.published),
            date_modified=rfc3339(story.updated),
            authors=names,
            tags=[category.label for category in story.categories],
        ),
    }


def _present(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {name: value for name, value in members.items() if value}
