"""URLs of feeds and pages. All start with the site's base URL, never with a request's Host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import quote, urlsplit

FeedKind: TypeAlias = Literal["all", "topics", "providers"]
"""What a feed carries the articles of: the whole site, a topic or a provider."""


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


def page_path(kind: Literal["topics", "providers", "articles"], name: str) -> str:
    """Return the path of a topic's, a provider's or an article's page."""
    return f"/{kind}/{quote_names(name)}"


def quote_names(names: str, separators: str = "") -> str:
    """Percent-encode slugs or domains as part of a path (RFC 3986 section 3.3), except slashes.

    Args:
        names: one name, or several joined by a separator.
        separators: characters between the names, which are not encoded either.
    """
    return quote(names, safe=f"/-._~{separators}")
