"""Windows of a feed: its newest entries, a page, or an archive document (RFC 5005).

Pages (section 3) are named by cursors: every page costs the same, and keeps its entries when newer
ones are added. Archive documents (section 4) should never change. So they do not end after a fixed
number of entries but at articles whose key makes them an archive end, one in fifty. A document that
is imported late only changes the archive that it belongs to. Entries newer than the last archive
end are in an archive as well, whose URL contains both ends: once more entries are added, another
archive replaces it at another URL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import parse_qsl

from newsgraph.feeds import PagingLinks
from newsgraph.server.article_query import ArticleQueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsgraph.server.article_query import ArticleQuery

WindowKind: TypeAlias = Literal["newest", "older", "newer", "oldest", "archive"]

_RANGE_SEPARATOR = ".."

FIRST_ARCHIVE = "start"
"""Names the archive of the oldest entries in URLs, instead of a cursor."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a feed that is served as one document.

    Attributes:
        kind: the newest or oldest entries, those older or newer than a cursor, or an archive.
        cursor: cursor of the entry next to the window, on its older side for archives and newer
            pages, on its newer side for older pages; None where the window has none.
        newer_cursor: cursor of the entry next to the newer side of an archive that has no archive
            end yet; None for all other windows.
    """

    kind: WindowKind = "newest"
    cursor: str | None = None
    newer_cursor: str | None = None

    @property
    def url_params(self) -> dict[str, str]:
        """Query parameters which name the window in the feed's URL."""
        match self.kind:
            case "newest":
                return {}
            case "archive":
                newer = f"{_RANGE_SEPARATOR}{self.newer_cursor}" if self.newer_cursor else ""
                return {"archive": f"{self.cursor or FIRST_ARCHIVE}{newer}"}
            case "oldest":
                return {"page": self.kind}
        return {"page": f"{self.kind}-{self.cursor}"}


NEWEST = Window()


def parse_window(query_string: str) -> Window:
    """Parse the window of a feed from the query string of its URL.

    Raises:
        ArticleQueryError: the parameter ``page`` is invalid.
    """
    params = dict(parse_qsl(query_string))
    if "archive" in params:
        start, _, newer = params["archive"].partition(_RANGE_SEPARATOR)
        return Window("archive", None if start == FIRST_ARCHIVE else start, newer or None)
    page = params.get("page")
    if page is None:
        return NEWEST
    if page == "oldest":
        return Window("oldest")
    kind, _, cursor = page.partition("-")
    if cursor and kind == "older":
        return Window("older", cursor)
    if cursor and kind == "newer":
        return Window("newer", cursor)
    raise ArticleQueryError(f"There is no page {page!r}; follow a feed's links from page to page.")


@dataclass(frozen=True)
class FeedDocument:
    """A document of a feed, served at one URL.

    Attributes:
        query: selects the feed's articles.
        suffix: format suffix.
        window: the part of the feed that the document has.
    """

    query: ArticleQuery
    suffix: str
    window: Window = NEWEST

    @cached_property
    def relative_url(self) -> str:
        """Canonical path and query string, below the site's base URL."""
        return self.query.relative_url(self.suffix, **self.window.url_params)

    def relative_url_as(self, suffix: str) -> str:
        """Return the canonical path and query string of the document in another format."""
        return replace(self, suffix=suffix).relative_url

    def with_window(self, window: Window) -> FeedDocument:
        """Return another document of the same feed."""
        return replace(self, window=window)


def build_paging(
    page_info: Mapping[str, Any],
    prev_archive: Window,
    url_of: Callable[[Window], str],
) -> PagingLinks:
    """Build the links from a page of a feed to its other documents.

    Args:
        page_info: the page's ``pageInfo``, as read from the store.
        prev_archive: archive of the entries older than the page; only used if there are any.
        url_of: returns the absolute URL of a window.
    """
    older = page_info["endCursor"] if page_info["hasNextPage"] else None
    newer = page_info["startCursor"] if page_info["hasPreviousPage"] else None
    if older is None and newer is None:
        return PagingLinks()
    return PagingLinks(
        first=url_of(NEWEST),
        previous=newer and url_of(Window("newer", newer)),
        next=older and url_of(Window("older", older)),
        last=url_of(Window("oldest")),
        prev_archive=url_of(prev_archive) if older else None,
    )
