"""robots.txt: which paths crawlers may fetch, and where the sitemap is (RFC 9309)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsgraph.server.pages.sitemap import SITEMAP_PATH

if TYPE_CHECKING:
    from newsgraph.server.urls import SiteUrls

ROBOTS_PATH: Final = "/robots.txt"
"""Path relative to the site. Crawlers request it at the root of the host (section 2.3)."""

ROBOTS_MEDIA_TYPE: Final = "text/plain; charset=utf-8"

DISALLOWED_PREFIXES: Final = (
    "/graphql",
    "/search",
    "/diagnostics",
    "/hub",
    "/feeds/search",
    "/feeds/query/",
    "/subscribe/search",
    "/subscribe/query/",
)
"""Prefixes of paths with an unlimited number of URLs, or of no use to a search engine."""


def robots_txt(urls: SiteUrls) -> str:
    """Return the text of robots.txt, which allows pages and feeds and links to the sitemap."""
    rules = (f"Disallow: {urls.path_prefix}{path}\n" for path in DISALLOWED_PREFIXES)
    return f"User-agent: *\n{''.join(rules)}\nSitemap: {urls.absolute(SITEMAP_PATH)}\n"
