"""The ASGI application: routes, middleware and exception handlers."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import mimetypes
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from newsgraph.gql.article_connection_finder import ArticleConnectionFinder
from newsgraph.gql.executable_schema import Schema, sdl
from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.options import DEFAULT_OPTIONS
from newsgraph.server.background.scheduled_publisher import ScheduledPublisher
from newsgraph.server.config.settings import ServerSettings
from newsgraph.server.document_links import DocumentLinks
from newsgraph.server.feeds import FeedRoutes
from newsgraph.server.feeds.browser_navigation import BrowserNavigationMiddleware
from newsgraph.server.feeds.cors import PublicFeedsMiddleware
from newsgraph.server.feeds.metadata import FeedDefaults
from newsgraph.server.feeds.rendered_feeds import RenderedFeedCache
from newsgraph.server.feeds.rendering import FeedRenderer
from newsgraph.server.feeds.usual_addresses import find_feed_url
from newsgraph.server.file_routes import MAX_FILE_TRANSFERS, LocalFileRoutes
from newsgraph.server.graceful_shutdown import GracefulShutdownMiddleware, Shutdown
from newsgraph.server.graphiql.manifest import DOWNLOAD_FOLDER
from newsgraph.server.graphiql.page import GraphiQLPage
from newsgraph.server.http_cache.cache_key import GRAPHQL_PATH
from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
from newsgraph.server.http_cache.etags import Validators, conditional_response, mark_cacheable
from newsgraph.server.http_cache.lru import ResponseCache
from newsgraph.server.http_cache.middleware import ResponseCacheMiddleware
from newsgraph.server.http_cache.options import DEFAULT_CACHE_OPTIONS
from newsgraph.server.metrics import METRICS_MEDIA_TYPE, Metrics
from newsgraph.server.old_addresses import build_redirect, redirect_old_address
from newsgraph.server.pages import Pages
from newsgraph.server.pages.robots import ROBOTS_MEDIA_TYPE, ROBOTS_PATH, robots_txt
from newsgraph.server.pages.sitemap import Sitemap
from newsgraph.server.pages.subscribe import SubscribePages
from newsgraph.server.urls import SiteUrls
from newsgraph.server.websub.hub import Hub
from newsgraph.server.websub.options import DEFAULT_HUB_OPTIONS, announced_hub_url
from newsgraph.store.errors import QueryTimeout, StoreError
from newsgraph.store.query_limits import QueryLimits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from newsgraph.gql.options import Options
    from newsgraph.server.http_cache.options import CacheOptions
    from newsgraph.server.websub.options import HubOptions
    from newsgraph.store.store import Store

SCHEMA_MEDIA_TYPE = "text/plain; charset=utf-8"
"""``application/graphql`` was never registered, and browsers would offer it as a download."""

STATIC_FOLDER = Path(__file__).parent / "static"
"""Files that are served unchanged below ``/static/``."""

ICON_MEDIA_TYPE = "image/vnd.microsoft.icon"

PLAIN_TEXT_PATHS = (
    "/favicon.ico",
    "/feeds",
    "/files/",
    "/graphql",
    "/hub",
    "/robots.txt",
    "/schema",
    "/sitemap",
    "/static",
    "/healthz",
    "/readyz",
    "/metrics",
)
"""Prefixes of the paths that programs request: errors are plain text there, not HTML pages."""

CORS_PATHS = (GRAPHQL_PATH, "/schema.graphql")
"""Paths that pages of other origins may use, if the operator allows their origins."""

DEFAULT_FEED_ENTRIES: int = ServerSettings.model_fields["feed_entries"].default

_NO_STORE = {"Cache-Control": "no-store"}

_log = logging.getLogger(__name__)


def create_app(
    store: Store,
    site_url: str,
    feed_entries: int = DEFAULT_FEED_ENTRIES,
    options: Options = DEFAULT_OPTIONS,
    cache_options: CacheOptions = DEFAULT_CACHE_OPTIONS,
    *,
    feed_related: bool = False,
    feed_summaries: bool = False,
    pictures: bool = True,
    hub_options: HubOptions = DEFAULT_HUB_OPTIONS,
    metrics_folder: str | None = None,
    shutdown: Shutdown | None = None,
    graphiql_files: Path = DOWNLOAD_FOLDER,
    max_file_transfers: int = MAX_FILE_TRANSFERS,
    imported_folders: tuple[str, ...] = (),
) -> ASGIApp:
    """Create the application that serves a store.

    Args:
        store: an open store; the caller closes it after the application's shutdown.
        site_url: base URL of the site, such as ``https://news.example``.
        feed_entries: maximum number of stories in a feed.
        options: options of the GraphQL endpoint.
        cache_options: options of the response cache and of Cache-Control.
        feed_related: whether feeds list related stories below the content of a story.
        feed_summaries: whether feeds have only summaries of stories.
        pictures: whether pages show images of publishers.
        hub_options: options of the WebSub hub.
        metrics_folder: folder in which several processes share their metrics; None for a
            single process.
        shutdown: ends requests when the server stops; None if nothing does.
        graphiql_files: folder of GraphiQL's downloaded files; without them the GraphiQL page
            says that they are missing.
        max_file_transfers: how many files of documents are sent at a time; others wait.
        imported_folders: names of the folders that are imported when the server starts: the home
            page says so until the first import into the store has ended.
    """
    urls = SiteUrls(site_url.rstrip("/"))
    hub_url = announced_hub_url(hub_options, urls.base_url)
    feed_defaults = FeedDefaults(
        urls, hub_url, cache_options.ttl_minutes, feed_related, feed_summaries
    )
    # Values without the names of classes and fields, which may change without a change of a byte.
    feed_settings = repr(dataclasses.astuple(feed_defaults))
    feed_responder = ConditionalResponder(store, str(feed_entries), feed_settings)
    limits = QueryLimits(timeout_seconds=options.operation_seconds)
    page_responder = ConditionalResponder(
        store,
        urls.base_url,
        str(pictures),
        str(options.introspection),
        str(feed_summaries),
        repr(imported_folders),
        send_last_modified=False,
    )
    pages = Pages(
        store,
        page_responder,
        urls,
        limits,
        show_images=pictures,
        introspection=options.introspection,
        imported_folders=imported_folders,
    )
    schema = Schema(options)
    metrics = Metrics(metrics_folder)
    hub = Hub(store, urls.base_url, hub_options, metrics)
    publisher = ScheduledPublisher(store)
    renderer = FeedRenderer(metrics, RenderedFeedCache(cache_options.rendered_feeds_bytes))
    connection_finder = ArticleConnectionFinder(schema)
    feeds = FeedRoutes(
        store,
        feed_responder,
        feed_defaults,
        feed_entries,
        limits,
        renderer,
        connection_finder,
    )
    subscribe_pages = SubscribePages(
        pages.renderer,
        pages.error_pages,
        limits,
        connection_finder,
        feed_summaries=feed_summaries,
    )
    graphiql = GraphiQLPage(pages.renderer, options, graphiql_files)
    graphql = _ExactPathApp(graphql_app(store, options, site_url, schema, graphiql.respond))
    files = _FileRoutes(store)
    schema_text = sdl().encode() if options.introspection else None
    files.add("/schema.graphql", SCHEMA_MEDIA_TYPE, schema_text)
    files.add(ROBOTS_PATH, ROBOTS_MEDIA_TYPE, robots_txt(urls).encode())
    files.add("/favicon.ico", ICON_MEDIA_TYPE, (STATIC_FOLDER / "favicon.ico").read_bytes())
    for path in sorted(STATIC_FOLDER.iterdir()):
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        files.add(f"/static/{path.name}", media_type + charset, path.read_bytes())

    async def healthz(_request: Request) -> Response:
        await store.state()
        return PlainTextResponse("ok", headers=_NO_STORE)

    async def readyz(_request: Request) -> Response:
        if (await store.state()).imported_at is None:
            return PlainTextResponse("Nothing has been imported yet.\n", 503, _NO_STORE)
        warning = publisher.warning
        text = "ok" if warning is None else f"ok\nWarning: {warning}\n"
        return PlainTextResponse(text, headers=_NO_STORE)

    async def metrics_text(_request: Request) -> Response:
        metrics.set_store_revision((await store.state()).revision)
        # Metrics that processes share are read from files.
        text = await asyncio.to_thread(metrics.render_text)
        return Response(text, headers={"Content-Type": METRICS_MEDIA_TYPE} | _NO_STORE)

    async def http_error(request: Request, error: Exception) -> Response:
        http_exception = cast("HTTPException", error)
        message = http_exception.detail
        if http_exception.status_code == HTTPStatus.NOT_FOUND:
            if message == HTTPStatus.NOT_FOUND.phrase:
                message = f"There is no page at this URL. The home page is {urls.base_url}/"
            if (redirect := await old_address(request)) is not None:
                return redirect
            if not _is_plain_text_path(request):
                return await pages.error_pages.render_not_found(request.scope["path"], message)
        return PlainTextResponse(f"{message}\n", http_exception.status_code, http_exception.headers)

    async def old_address(request: Request) -> Response | None:
        path = request.scope["path"]
        relative_url = find_feed_url(path, request.url.query)
        feed_url = relative_url and urls.absolute(relative_url)
        # Documents can be at /feeds/, but not below it.
        if not _is_plain_text_path(request) or path in ("/feeds", "/feeds/"):
            return await redirect_old_address(store, request, urls.path_prefix, feed_url)
        is_read = request.method in ("GET", "HEAD")
        return build_redirect(feed_url) if feed_url and is_read else None

    async def store_error(request: Request, error: Exception) -> Response:
        if isinstance(error, QueryTimeout):
            title, message, headers = "This took too long", str(error), {}
        else:
            # The error message contains paths of this machine: only the log shows it.
            _log.error("the store cannot be read: %s", error)
            title, headers = "Temporarily unavailable", {"Retry-After": "60"}
            message = "The store cannot be read just now. Try again in a minute."
        return error_response(request, title, message, 503, headers)

    async def internal_error(request: Request, _error: Exception) -> Response:
        message = "Something went wrong. The server's log has the details."
        return error_response(request, "Internal error", message, 500, {})

    def error_response(
        request: Request, title: str, message: str, status: int, headers: dict[str, str]
    ) -> Response:
        if _is_plain_text_path(request):
            response: Response = PlainTextResponse(f"{message}\n", status)
        else:
            response = pages.error_pages.render_error(title, message, status)
        response.headers.update(_NO_STORE | headers)
        return response

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await feeds.prepare()
        async with hub.run(cached_app), publisher.run():
            yield
        feeds.close()

    app = Starlette(
        routes=[
            *pages.routes(),
            *DocumentLinks(store, urls).routes(),
            *Sitemap(store, feed_responder, urls).routes(),
            *feeds.routes(),
            *subscribe_pages.routes(),
            *hub.routes(),
            WebSocketRoute(GRAPHQL_PATH, graphql),
            *LocalFileRoutes(store, max_file_transfers).routes(),
            *files.routes,
            *graphiql.routes(),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics_text),
        ],
        exception_handlers={
            HTTPException: http_error,
            StoreError: store_error,
            Exception: internal_error,
        },
        lifespan=lifespan,
    )
    # Starlette would build the URL of the redirect from the Host header.
    app.router.redirect_slashes = False
    # Starlette's routing takes as long as many GraphQL requests do.
    dispatcher = _GraphQLDispatcher(graphql, app)
    cache = ResponseCache(cache_options.response_cache_bytes, metrics)
    settings = (urls.base_url, _options_text(options))
    cached_app = ResponseCacheMiddleware(
        PublicFeedsMiddleware(GracefulShutdownMiddleware(dispatcher, shutdown or Shutdown())),
        store,
        settings,
        cache,
        cache_options.cache_control,
        metrics,
    )
    navigating_app = BrowserNavigationMiddleware(cached_app, urls.path_prefix, metrics)
    if options.cors_origins:
        return _CORSPathsMiddleware(navigating_app, options.cors_origins)
    return navigating_app


class _ExactPathApp:
    """An ASGI application for one exact path; a `Mount` would match only with a slash added."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class _GraphQLDispatcher:
    """Sends HTTP requests for the GraphQL endpoint to it, and all others to Starlette."""

    def __init__(self, graphql: ASGIApp, app: ASGIApp) -> None:
        self._graphql, self._app = graphql, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_graphql = scope["type"] == "http" and scope["path"] == GRAPHQL_PATH
        await (self._graphql if is_graphql else self._app)(scope, receive, send)


class _CORSPathsMiddleware:
    """Applies CORS to some paths. It wraps the cache, whose responses are for any origin."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app = app
        self._cors = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Content-Type",),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_cors_path = scope.get("path") in CORS_PATHS
        await (self._cors if is_cors_path else self._app)(scope, receive, send)


class _FileRoutes:
    """Routes of files in memory that do not change while the program runs.

    Their responses are cached with all content encodings like any others.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.routes: list[Route] = []

    def add(self, path: str, media_type: str, body: bytes | None) -> None:
        """Add the route of a file; without a body it responds with 404."""
        validators = Validators.for_bytes(body or b"")

        async def file(request: Request) -> Response:
            if body is None:
                raise HTTPException(404, "This server does not publish its schema.")
            if (state := self._store.cached_state()) is not None:
                mark_cacheable(request.scope, state.revision)
            return conditional_response(request, validators, media_type, body)

        self.routes.append(Route(path, file))


def _options_text(options: Options) -> str:
    """Return a text with the values of all options, with trusted documents by their hashes."""
    trusted_hashes = sorted(options.trusted_documents)
    values = dataclasses.astuple(dataclasses.replace(options, trusted_documents={}))
    return repr((values, trusted_hashes))


def _is_plain_text_path(request: Request) -> bool:
    return str(request.scope["path"]).startswith(PLAIN_TEXT_PATHS)
