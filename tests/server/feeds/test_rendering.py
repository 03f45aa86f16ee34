"""Where feeds are rendered: in the event loop if they are short, else in a thread."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from newsgraph.feeds import Entry, FeedMetadata
from newsgraph.server.article_query import ArticleQuery
from newsgraph.server.feeds.rendered_feeds import PendingEntry, RenderedFeedCache
from newsgraph.server.feeds.rendering import INLINE_MAX_CHARACTERS, FeedRenderer
from newsgraph.server.feeds.rfc5005 import NEWEST, FeedDocument
from newsgraph.server.metrics import Metrics

NOW = datetime(2024, 1, 1, tzinfo=UTC)
DOCUMENT = FeedDocument(ArticleQuery(), "rss", NEWEST)
METADATA = FeedMetadata("urn:uuid:0", "t", "d", "https://a.example/f", "https://a.example/", "a")
LOOP, THREAD = threading.current_thread().name, "feeds_0"


@pytest.fixture
def renderer():
    """A renderer that keeps nothing."""
    renderer = FeedRenderer(Metrics(), RenderedFeedCache(0))
    yield renderer
    renderer.close()


async def render(renderer, content_length, count=1, before=lambda: None):
    """Render a feed of equal entries, and return the names of the threads that did it."""
    threads = []

    def build():
        before()
        threads.append(threading.current_thread().name)
        return Entry("urn:uuid:1", "One", "https://a.example/1", NOW)

    entries = [PendingEntry(NOW, build, content_length=content_length)] * count
    response = await renderer.render(DOCUMENT, METADATA, entries, is_delta=False)
    assert response.body.count(b"<item>") == count
    return set(threads)


async def test_short_feeds_are_rendered_in_the_event_loop(renderer):
    """Long contents and many entries are rendered in the thread."""
    assert await render(renderer, 100) == {LOOP}
    assert await render(renderer, INLINE_MAX_CHARACTERS) == {THREAD}
    assert await render(renderer, 100, count=50) == {THREAD}


async def test_one_feed_is_rendered_at_a_time(renderer):
    """A short feed does not wait in the event loop for the feed in the thread."""
    is_rendering, may_end = threading.Event(), threading.Event()

    def block():
        is_rendering.set()
        assert may_end.wait(30)

    first = asyncio.create_task(render(renderer, INLINE_MAX_CHARACTERS, before=block))
    await asyncio.to_thread(is_rendering.wait, 30)
    second = asyncio.create_task(render(renderer, 100))
    await asyncio.sleep(0.01)
    assert not first.done()
    assert not second.done()
    may_end.set()
    assert await first == await second == {THREAD}
    assert await render(renderer, 100) == {LOOP}
