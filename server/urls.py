"""URLs of feeds and pages. All start with the site's base URL, never with a request's Host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import SplitResult, quote, urlsplit

FeedKind: TypeAlias = Literal["all", "topics", "providers", "authors"]
"""What a feed carries the articles of: the whole site, a topic, a provider or an author."""


FEEDS_PATH: Final = "/feeds/"
"""Prefix of the paths of feeds."""

SUBSCRIBE_PATH: Final = "/subscribe/"
"""Prefix of the paths of the pages about feeds. The rest of a path is that of the feed."""

_INVALID_CHARACTER: Final = re.compile(r"[\s\x00-\x20\x7f\"<>\\^`{|}]")


@dataclass(frozen=True, slots=True)
class SiteUrls:
    """Builds absolute URLs of the site.

    Attributes:
        base_url: public URL of the site, without a trailing slash.
    """

    base_url: str

    @property
    def path_prefix(self) -> str:
        """The path of the base URL; links between pages need no scheme and host."""
        return urlsplit(self.base_url).path

    def absolute(self, path: str) -> str:
        """Return the absolute URL of a percent-encoded path, with or without a query string."""
        return f"{self.base_url}{path}"

    def feed_url(self, kind: FeedKind, name: str, suffix: str) -> str:
        """Return the absolute URL of a feed in the format with this suffix."""
        return self.absolute(f"{feed_path(kind, name)}.{suffix}")

    def page_url(self, kind: FeedKind, name: str) -> str:
        """Return the absolute URL of the page that shows the same articles as a feed."""
        return self.absolute("/" if kind == "all" else page_path(kind, name))


def feed_path(kind: FeedKind, name: str) -> str:
    """Return the path of a feed without its format suffix."""
    return "/feeds/all" if kind == "all" else f"/feeds/{kind}/{quote_names(name, '+,')}"


def subscribe_path(feed_key: str) -> str:
    """Return path and query string of the page about a feed.

    Args:
        feed_key: canonical path and query string of the feed, without format.
    """
    return SUBSCRIBE_PATH + feed_key.removeprefix(FEEDS_PATH)


def page_path(kind: Literal["topics", "providers", "authors", "articles"], name: str) -> str:
    """Return the path of a topic's, a provider's, an author's or an article's page."""
    return f"/{kind}/{quote_names(name)}"


def quote_names(names: str, separators: str = "") -> str:
    """Percent-encode slugs or domains as part of a path (RFC 3986 section 3.3), except slashes.

    Args:
        names: one name, or several joined by a separator.
        separators: characters between the names, which are not encoded either.
    """
    return quote(names, safe=f"/-._~{separators}")


def split_http_url(url: str) -> SplitResult:
    """Split an absolute http or https URL that has a host and no characters that no URL has.

    Raises:
        ValueError: it is something else.
    """
    parts = urlsplit(url)
    is_absolute = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    if not is_absolute or _INVALID_CHARACTER.search(url):
        raise ValueError(f"{url!r} is not an absolute http or https URL")
    return parts
