"""Addresses at which other sites and generators have feeds, and the feeds of this site. Pure.

A reader that is subscribed to one of these is led to the feed here, in the format of the old one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsgraph.feeds import FORMATS
from newsgraph.server.article_query import (
    ArticleQueryError,
    is_canonical_request,
    parse_author_feed,
    parse_feed_path,
    parse_search_query,
)
from newsgraph.server.feeds.rfc5005 import NEWEST, FeedDocument, Window, parse_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.server.article_query import ArticleQuery

FEED_NAMES: Final = {
    "feed": "rss",
    "feeds": "rss",
    "rss": "rss",
    "rss2": "rss",
    "feed/rss": "rss",
    "feed/rss2": "rss",
    "rss.xml": "rss",
    "rss2.xml": "rss",
    "feed.rss": "rss",
    "feed.rss.xml": "rss",
    "index.rss": "rss",
    "index.xml": "rss",
    "atom": "atom",
    "feed/atom": "atom",
    "atom.xml": "atom",
    "feed.xml": "atom",
    "feed.atom": "atom",
    "feed.atom.xml": "atom",
    "index.atom": "atom",
    "feed.json": "json",
    "feed/json": "json",
}
"""Last one or two segments of an address, and the format of the feed there.

Hugo writes RSS to ``index.xml``; jekyll-feed and Eleventy's plugin write Atom to ``feed.xml``.
"""

SECTIONS: Final = frozenset({"articles", "blog", "feed", "news", "post", "posts", "stories"})
"""First segments of addresses of feeds of all articles, such as ``/blog/rss.xml``."""

OWNER_SECTIONS: Final = {
    "topics": "topics",
    "topic": "topics",
    "tags": "topics",
    "tag": "topics",
    "categories": "topics",
    "category": "topics",
    "providers": "providers",
    "authors": "authors",
    "author": "authors",
}
"""First segments of addresses of feeds of a topic, a publisher or an author."""


_LAST_SEGMENTS: Final = frozenset(name.rpartition("/")[2] for name in FEED_NAMES)


def is_feed_address(path: str) -> bool:
    """Return whether a path is below ``/feeds``, or may be a usual address of a feed.

    Args:
        path: decoded path of a request.
    """
    if path[:6].lower() == "/feeds":
        return True
    _, _, last = path.rstrip("/").rpartition("/")
    last = last.lower()
    return last in _LAST_SEGMENTS or (last.endswith(".xml") and path[:6].lower() == "/feed/")


def find_feed_url(path: str, query_string: str) -> str | None:
    """Return the URL of the feed that a usual address, or another spelling of its URL, stands for.

    Args:
        path: decoded path of a request.
        query_string: query string of the request; parameters that feeds have are kept.

    Returns:
        Canonical path and query string, below the site's base URL. None where the address is not
        one of a feed, or has the canonical path already: the feed's route decides what it is.
    """
    if not is_feed_address(path):
        return None
    segments = [segment for segment in path.split("/") if segment]
    try:
        url = _find_respelled(segments, query_string) or _find_usual(segments, query_string)
    except ArticleQueryError:
        return None
    return None if url is None or is_canonical_request(url.partition("?")[0], path, "") else url


def _find_respelled(segments: Sequence[str], query_string: str) -> str | None:
    """Return the URL of a feed that has other letter case, a trailing slash, or ``.xml`` after it.

    Pelican's addresses are like those here: ``/feeds/all.atom.xml``, ``/feeds/news.atom.xml``.
    """
    first, *names = segments
    if first.lower() == "feeds.opml" and not names:
        return f"/feeds.opml?{query_string}" if query_string else "/feeds.opml"
    if first.lower() != "feeds" or not names:
        return None
    last = names.pop()
    stem, _, suffix = (last[:-4] if last.lower().endswith(".xml") else last).rpartition(".")
    suffix = suffix.lower()
    if not stem or suffix not in FORMATS:
        return None
    names.append(stem)
    kind, *rest = [names[0].lower(), *names[1:]]
    if kind == "query":
        query = f"?{query_string}" if query_string else ""
        return f"/feeds/query/{'/'.join(rest)}.{suffix}{query}"
    return _feed_url(_parse_respelled(kind, rest, query_string), suffix, parse_window(query_string))


def _parse_respelled(kind: str, names: Sequence[str], query_string: str) -> ArticleQuery:
    match kind, names:
        case "search", []:
            return parse_search_query(query_string)
        case "all", []:
            return parse_feed_path(None, None, query_string)
        case "topics", [_, *_, separator, domain] if separator.lower() == "providers":
            return parse_feed_path("/".join(names[:-2]), domain, query_string)
        case (("topics" | "providers" | "authors"), [_, *_]):
            return _parse_owner(kind, "/".join(names), query_string)
        case _, []:
            return _parse_owner("topics", kind, query_string)
    raise ArticleQueryError("There is no such feed.")


def _find_usual(segments: Sequence[str], query_string: str) -> str | None:
    lower = [segment.lower() for segment in segments]
    for length in (2, 1):
        suffix = FEED_NAMES.get("/".join(lower[-length:])) if len(lower) >= length else None
        if suffix is None:
            continue
        section, names = "".join(lower[:1][: len(lower) - length]), segments[1:-length]
        if not names and (not section or section in SECTIONS):
            return _feed_url(parse_feed_path(None, None, query_string), suffix)
        if names and (kind := OWNER_SECTIONS.get(section)):
            return _feed_url(_parse_owner(kind, "/".join(names), query_string), suffix)
    # jekyll-feed: /feed/releases.xml of a category, /feed/by_tag/x.xml of a tag.
    if lower[0] == "feed" and lower[-1].endswith(".xml") and lower[1:-1] in ([], ["by_tag"]):
        return _feed_url(_parse_owner("topics", segments[-1][:-4], query_string), "atom")
    return None


def _parse_owner(kind: str, name: str, query_string: str) -> ArticleQuery:
    if kind == "authors":
        return parse_author_feed(name, query_string)
    topics, providers = (name, None) if kind == "topics" else (None, name)
    return parse_feed_path(topics, providers, query_string)


def _feed_url(query: ArticleQuery, suffix: str, window: Window = NEWEST) -> str:
    return FeedDocument(query, suffix, window).relative_url
