"""A page's metadata for its ``head`` element: title, description, links to feeds, Open Graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from newsgraph.feeds import ATOM_MEDIA_TYPE, JSON_FEED_MEDIA_TYPE, RSS_MEDIA_TYPE
from newsgraph.server.article_query import ArticleQuery

if TYPE_CHECKING:
    from newsgraph.server.feeds.query_feeds import QueryFeed
    from newsgraph.store.store import StoreState

FeedFormat: TypeAlias = tuple[str, str, str]
"""Suffix, name and media type of a feed format."""

FEED_FORMATS: tuple[FeedFormat, ...] = (
    ("rss", "RSS", RSS_MEDIA_TYPE),
    ("atom", "Atom", ATOM_MEDIA_TYPE),
    ("json", "JSON", JSON_FEED_MEDIA_TYPE),
)
"""Suffix, name and media type of each feed format; the most widely read format comes first."""


MAX_AUTODISCOVERY_LINKS = 4
"""Readers show what they find as a list to choose from, and some subscribe to the first."""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A link from a page to a feed, in all formats.

    Attributes:
        title: name of the topic, publisher or search; None for the feed of all articles.
        article_query: selects the articles of the feed, and so determines its URL.
    """

    title: str | None
    article_query: ArticleQuery

    @property
    def subscribe_path(self) -> str:
        """Path and query string of the page about the feed, relative to the site."""
        return self.article_query.subscribe_path

    def relative_url(self, suffix: str) -> str:
        """Return the path and query string of the feed in a format, relative to the site."""
        return self.article_query.relative_url(suffix)


@dataclass(frozen=True, slots=True)
class QueryFeedLink:
    """A link from a page to the feed of a GraphQL query, in all formats.

    Attributes:
        title: name of the query's operation, or what it is called without one.
        feed: the feed.
    """

    title: str | None
    feed: QueryFeed

    @property
    def subscribe_path(self) -> str:
        """Path and query string of the page about the feed, relative to the site."""
        return self.feed.subscribe_path

    def relative_url(self, suffix: str) -> str:
        """Return the path and query string of the feed in a format, relative to the site."""
        return self.feed.relative_url_as(suffix)


ALL_ARTICLES_FEED = FeedLink(None, ArticleQuery())
"""The feed of all articles, which every page links to."""


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """Metadata of a page.

    Attributes:
        path: its canonical path and query string, relative to the site.
        title: title of the page; None for the home page.
        description: a sentence or two of plain text.
        feed_links: feeds of the page's articles, the most specific one first. The feed of all
            articles need not be among them.
        image_url: absolute URL of an image for previews of shared links.
        published_at: ISO 8601 timestamp of the article that the page shows, if it shows one.
        is_indexable: whether search engines may index the page.
        newer_path, older_path: path and query string of the previous and the next page of a
            list, relative to the site.
    """

    path: str
    title: str | None = None
    description: str | None = None
    feed_links: tuple[FeedLink | QueryFeedLink, ...] = field(default=())
    image_url: str | None = None
    published_at: str | None = None
    is_indexable: bool = True
    newer_path: str | None = None
    older_path: str | None = None

    @property
    def all_feed_links(self) -> tuple[FeedLink | QueryFeedLink, ...]:
        """The page's feeds and the feed of all articles, the most specific one first."""
        if ALL_ARTICLES_FEED in self.feed_links:
            return self.feed_links
        return (*self.feed_links, ALL_ARTICLES_FEED)

    @property
    def autodiscovery_links(self) -> tuple[tuple[FeedLink | QueryFeedLink, FeedFormat], ...]:
        """The feeds that programs find by the page's URL, and their formats; the page's own first.

        The page's own feed is in all formats, and the feed of all articles in the first one. A
        page with several feeds has none of its own: each is in one format.
        """
        first, *others = self.all_feed_links
        if len(others) <= 1:
            links = [(first, feed_format) for feed_format in FEED_FORMATS]
        else:
            links = [(link, FEED_FORMATS[0]) for link in (first, *others[:-1])]
        last = [(link, FEED_FORMATS[0]) for link in others[-1:]]
        return (*links[: MAX_AUTODISCOVERY_LINKS - len(last)], *last)

    @property
    def open_graph_type(self) -> str:
        """The page's ``og:type`` in the Open Graph protocol."""
        return "article" if self.published_at else "website"


def count_stories(state: StoreState) -> str:
    """Format the number of all stories, and that of those without a date: they are in no feed.

    If no story has a date, all are in feeds.
    """
    stories = format_count(state.article_count, "story", "stories")
    if 0 < state.undated_count < state.article_count:
        return f"{stories}, {state.undated_count:,} of them without a date"
    return stories


def format_count(count: int, singular: str, plural: str) -> str:
    """Format a count with its noun: ``1,234 stories``."""
    return f"{count:,} {singular if count == 1 else plural}"
