"""The routes of all HTML pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.pages.article import ArticlePage
from newsgraph.server.pages.diagnostics import DiagnosticsPage
from newsgraph.server.pages.directory import Directory
from newsgraph.server.pages.error_pages import ErrorPages
from newsgraph.server.pages.home import HomePage
from newsgraph.server.pages.listings import ArticleLists
from newsgraph.server.pages.renderer import PageRenderer
from newsgraph.server.pages.search import SearchPage

if TYPE_CHECKING:
    from starlette.routing import Route

    from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.query_limits import QueryLimits
    from newsgraph.store.store import Store


class Pages:
    """The HTML pages of a store.

    Attributes:
        renderer: renders every page.
        error_pages: renders the pages for errors.
    """

    def __init__(
        self,
        store: Store,
        responder: ConditionalResponder,
        urls: SiteUrls,
        limits: QueryLimits,
        *,
        show_images: bool = True,
        introspection: bool = True,
        imported_folders: tuple[str, ...] = (),
    ) -> None:
        """Set up the pages.

        Args:
            store: the store to read from.
            responder: answers conditional requests for pages.
            urls: builds the site's URLs.
            limits: resource limits of a search.
            show_images: whether pages load the publishers' images.
            introspection: whether the GraphQL schema is public, so that pages link to it.
            imported_folders: names of the folders that are imported when the server starts.
        """
        self.renderer = renderer = PageRenderer(
            store, responder, urls, show_images=show_images, introspection=introspection
        )
        handlers = (Directory, ArticleLists, ArticlePage, DiagnosticsPage)
        self._handlers = (
            HomePage(renderer, imported_folders),
            *(handler(renderer) for handler in handlers),
            SearchPage(renderer, limits),
        )
        self.error_pages = ErrorPages(renderer)

    def routes(self) -> list[Route]:
        """Return the routes of all pages."""
        return [route for handler in self._handlers for route in handler.routes()]
