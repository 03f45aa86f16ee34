"""What programs that walk the web are told before they walk: robots.txt (RFC 9309)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsgraph.server.pages.sitemap import PATH as SITEMAP

if TYPE_CHECKING:
    from newsgraph.server.urls import Addresses

ROBOTS: Final = "/robots.txt"
"""Where it is; who asks for it asks at the root of the host (section 2.3)."""

ROBOTS_TYPE: Final = "text/plain; charset=utf-8"

NOT_FOR_CRAWLERS: Final = (
    "/graphql",
    "/search",
    "/diagnostics",
    "/hub",
    "/feeds/search",
    "/feeds/query/",
)
"""What addresses begin with that are endless, or answer nobody who only walks by."""


def robots(addresses: Addresses) -> str:
    """Return the text: all may read all pages and feeds, and here is the list of pages."""
    refused = (f"Disallow: {addresses.prefix}{path}\n" for path in NOT_FOR_CRAWLERS)
    return f"User-agent: *\n{''.join(refused)}\nSitemap: {addresses.at(SITEMAP)}\n"
