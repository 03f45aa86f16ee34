"""Loads one window of a feed from the store: its articles, and links to the other documents."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache
from starlette.exceptions import HTTPException

from newsgraph.feeds import PagingLinks
from newsgraph.server.article_query import ArticleQuery
from newsgraph.server.feeds import selections
from newsgraph.server.feeds.rendered_feeds import entry_version
from newsgraph.server.feeds.rfc5005 import NEWEST, Window, build_paging
from newsgraph.store.errors import BadCursor
from newsgraph.store.query.selection import EdgeArguments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsgraph.server.feeds.rendered_feeds import RenderedFeed
    from newsgraph.server.feeds.rfc3229 import Articles
    from newsgraph.store.query.selection import Page
    from newsgraph.store.query_limits import QueryLimits
    from newsgraph.store.store import Store


@dataclass(frozen=True, slots=True)
class LoadedFeed:
    """A window of a feed, as loaded from the store.

    Attributes:
        revision: the store's revision that it was read at.
        results: the store's results, as JSON.
        owner: fields of the feed's topic or provider, or names of several of them
            (`server.feeds.selections.unpack_feed`); None where one does not exist.
        articles: articles of the window, newest first.
        paging: URLs of the feed's other documents.
        rendered: entries that were rendered before; of their articles, only what
            `server.feeds.selections.ENTRY_VERSION` selects was read.
    """

    revision: int
    results: tuple[bytes, ...]
    owner: Mapping[str, Any] | None
    articles: Articles = ()
    paging: PagingLinks = field(default_factory=PagingLinks)
    rendered: RenderedFeed | None = None


MAX_END_CURSORS = 2_000
"""For so many feeds the cursor of the last entry is remembered, which is often the same."""

MAX_CHANGED_ENTRIES = 5
"""If more articles than these are new or changed, reading all articles at once is faster."""


class FeedLoader:
    """Loads windows of feeds."""

    def __init__(self, store: Store, page_size: int, limits: QueryLimits) -> None:
        """Load the feeds of a store.

        Args:
            store: the store to read.
            page_size: maximum number of entries of a page; archives have their own ends.
            limits: limits of one read.
        """
        self._store, self._page_size, self._limits = store, page_size, limits
        self._end_cursors: LRUCache[ArticleQuery, str] = LRUCache(MAX_END_CURSORS)

    async def compile_statements(self) -> None:
        """Compile what the feed of a topic, a publisher or an author is read with."""
        name, page = "any", (selections.ENTRIES[False], EdgeArguments(first=self._page_size))
        await self._store.compile(
            selections.select_last_change("topics", name),
            selections.select_last_change("providers", name),
        )
        for query in (
            ArticleQuery(topics=(name,)),
            ArticleQuery(providers=(name,)),
            ArticleQuery(author=name),
        ):
            await self._store.compile(
                selections.select_feed(query, page=page),
                selections.select_feed(query, **_archive_ends("")),
            )

    async def load(
        self,
        query: ArticleQuery,
        window: Window,
        url_of: Callable[[Window], str],
        rendered: RenderedFeed | None = None,
    ) -> LoadedFeed:
        """Load a window of a feed, all at one revision of the store.

        Args:
            query: selects the feed's articles.
            window: the window to load.
            url_of: returns the absolute URL of a window of this feed.
            rendered: the newest entries as they were rendered before; only new and changed
                articles are read then. None to read all.

        Raises:
            HTTPException: 404, the feed has no such window.
            StoreError: the store could not be read.
        """
        try:
            while True:
                if window.kind == "archive":
                    loaded = await self._load_archive(query, window, url_of)
                else:
                    loaded = await self._load_page(query, window, url_of, rendered)
                if loaded is not None:
                    return loaded
                rendered = None
        except BadCursor as error:
            raise _window_not_found(window) from error

    async def _load_page(
        self,
        query: ArticleQuery,
        window: Window,
        url_of: Callable[[Window], str],
        rendered: RenderedFeed | None,
    ) -> LoadedFeed | None:
        """Load a page.

        Returns:
            None where an import changed the revision between two reads, or where too many articles
            are not in `rendered`.
        """
        match window.kind:
            case "newer":
                arguments = EdgeArguments(last=self._page_size, before=window.cursor)
            case "oldest":
                arguments = EdgeArguments(last=self._page_size)
            case _:
                arguments = EdgeArguments(first=self._page_size, after=window.cursor)
        page = (
            selections.ENTRIES[query.collapse_stories]
            if rendered is None
            else selections.ENTRY_VERSIONS
        )
        # The archive after the page is found in the same statement if the page ends as last time.
        end_cursor = self._end_cursors.get(query) if rendered is not None else None
        archive_ends = _archive_ends(end_cursor) if end_cursor else {}
        revision, result, owner = await self._read(query, page=(page, arguments), **archive_ends)
        if owner is None:
            return LoadedFeed(revision, (result,), None)
        articles = [edge["node"] for edge in owner["page"]["edges"]]
        if not articles and window.kind != "newest":
            raise _window_not_found(window)
        page_info = owner["page"]["pageInfo"]
        if rendered is not None and page_info["hasNextPage"]:
            self._end_cursors[query] = page_info["endCursor"]
        changed = await self._load_changed(articles, rendered, revision)
        prev_archive = await self._find_prev_archive(
            query, page_info, revision, owner if page_info["endCursor"] == end_cursor else None
        )
        if prev_archive is None or changed is None:
            return None
        archive, results = prev_archive
        return LoadedFeed(
            revision,
            (result, *results),
            owner,
            [changed.get(article["guid"], article) for article in articles],
            build_paging(page_info, archive, url_of),
            rendered,
        )

    async def _find_prev_archive(
        self,
        query: ArticleQuery,
        page_info: Mapping[str, Any],
        revision: int,
        archive_ends: Mapping[str, Any] | None,
    ) -> tuple[Window, tuple[bytes, ...]] | None:
        """Find the archive with the articles that are older than a page.

        Args:
            query: selects the feed's articles.
            page_info: the page's ``pageInfo``.
            revision: the revision that the page was read at.
            archive_ends: the pages of `_archive_ends`; None if they were not read yet.

        Returns:
            Its window, and the results that were read for it; None where an import changed the
            revision.
        """
        if not page_info["hasNextPage"]:
            return Window("archive"), ()
        end_cursor, results = page_info["endCursor"], tuple[bytes, ...]()
        if archive_ends is None:
            second_revision, result, archive_ends = await self._read(
                query, **_archive_ends(end_cursor)
            )
            if second_revision != revision or archive_ends is None:
                return None
            results = (result,)
        older_end, second_end = [*_cursors(archive_ends["older"]), None, None][:2]
        if older_end is not None and older_end == _first_cursor(archive_ends["next"]):
            # No entry is between the page and the archive that ends there.
            return Window("archive", second_end), results
        has_end = older_end != _first_cursor(archive_ends["newest"])
        return Window("archive", older_end, None if has_end else end_cursor), results

    async def _load_changed(
        self, versions: Articles, rendered: RenderedFeed | None, revision: int
    ) -> Mapping[str, Mapping[str, Any]] | None:
        """Load the articles that have no rendered entry.

        Args:
            versions: all articles, as `ENTRY_VERSION` selects them.
            rendered: the rendered entries; None where the articles were read as a whole.
            revision: the revision that the articles were read at.

        Returns:
            The articles by guid; None where an import changed the revision, or where these are too
            many.
        """
        if rendered is None:
            return {}
        changed = [
            article for article in versions if entry_version(article) not in rendered.entries
        ]
        if len(changed) > MAX_CHANGED_ENTRIES:
            return None
        if not changed:
            return {}
        query_result = await self._store.read(
            *(selections.select_entry(article["slug"]) for article in changed), limits=self._limits
        )
        if query_result.revision != revision:
            return None
        articles = [json.loads(result)["entry"] for result in query_result.results]
        return {article["guid"]: article for article in articles}

    async def _load_archive(
        self, query: ArticleQuery, window: Window, url_of: Callable[[Window], str]
    ) -> LoadedFeed | None:
        """Load an archive: the articles newer than its cursor, up to the next archive end.

        Returns:
            None where an import changed the revision between two reads.
        """
        start, is_archive_end = window.cursor, selections.IS_ARCHIVE_END
        pages = {
            "newer": (
                selections.ENTRIES_AND_CURSORS[query.collapse_stories],
                EdgeArguments(last=1, before=start, filter=is_archive_end),
            )
        }
        if start is not None:
            older = EdgeArguments(first=1, after=start, filter=is_archive_end)
            pages["older"] = selections.CURSORS, older
        revision, first_result, owner = await self._read(query, **pages)
        if owner is None:
            return LoadedFeed(revision, (first_result,), None)
        newest_edges, end = owner["newer"]["edges"], _first_cursor(owner["newer"])
        if window.newer_cursor is not None:
            newest_edges, end = [], window.newer_cursor
        between = EdgeArguments(first=selections.MAX_ARCHIVE_ENTRIES, after=end, before=start)
        pages = {"between": (selections.ENTRIES[query.collapse_stories], between)}
        if end is not None:
            beyond = EdgeArguments(last=1, before=end, filter=is_archive_end)
            pages["beyond"] = selections.CURSORS, beyond
        second_revision, second_result, unpacked = await self._read(query, **pages)
        if second_revision != revision or unpacked is None:
            return None
        articles = [edge["node"] for edge in (*newest_edges, *unpacked["between"]["edges"])]
        if not articles:
            raise _window_not_found(window)
        # Without an archive end, the next archive has no permanent URL yet.
        has_next = bool(newest_edges) and _first_cursor(unpacked["beyond"]) is not None
        prev_archive = Window("archive", _first_cursor(owner["older"])) if start else None
        return LoadedFeed(
            revision,
            (first_result, second_result),
            owner,
            articles,
            PagingLinks(
                current=url_of(NEWEST),
                prev_archive=url_of(prev_archive) if prev_archive else None,
                next_archive=url_of(Window("archive", end)) if has_next else None,
            ),
        )

    async def _read(
        self, query: ArticleQuery, **pages: tuple[Page, EdgeArguments]
    ) -> tuple[int, bytes, Mapping[str, Any] | None]:
        """Return the revision, the result as JSON, and what `unpack_feed` makes of it."""
        query_result = await self._store.read(
            selections.select_feed(query, **pages), limits=self._limits
        )
        result = query_result.results[0]
        return query_result.revision, result, selections.unpack_feed(query, json.loads(result))


def _archive_ends(end_cursor: str) -> dict[str, tuple[Page, EdgeArguments]]:
    """Return the pages from which `_find_prev_archive` finds an archive.

    Args:
        end_cursor: cursor of the last entry of a page.
    """
    is_archive_end = selections.IS_ARCHIVE_END
    return {
        "next": (selections.CURSORS, EdgeArguments(first=1, after=end_cursor)),
        "older": (
            selections.CURSORS,
            EdgeArguments(first=2, after=end_cursor, filter=is_archive_end),
        ),
        "newest": (selections.CURSORS, EdgeArguments(first=1, filter=is_archive_end)),
    }


def _cursors(page: Mapping[str, Any]) -> list[str]:
    return [edge["cursor"] for edge in page["edges"]]


def _first_cursor(page: Mapping[str, Any]) -> str | None:
    return next(iter(_cursors(page)), None)


def _window_not_found(window: Window) -> HTTPException:
    label = "archive" if window.kind == "archive" else "page"
    return HTTPException(
        404, f"This feed has no such {label}; follow its links from one to another."
    )
