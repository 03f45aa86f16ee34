"""The application: which address answers what, and how failures are told."""

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

from newsgraph.gql import Schema, SelectedArticles, graphql_app, sdl
from newsgraph.gql.options import DEFAULTS
from newsgraph.server.config.settings import ServerKeys
from newsgraph.server.feeds import Feeds
from newsgraph.server.feeds.metadata import Announcing
from newsgraph.server.feeds.rendering import Renderer
from newsgraph.server.graphiql.manifest import FETCHED
from newsgraph.server.graphiql.page import GraphiQL
from newsgraph.server.http_cache.cache_key import GRAPH
from newsgraph.server.http_cache.conditional_get import Answers
from newsgraph.server.http_cache.etags import Validators, declare, respond
from newsgraph.server.http_cache.lru import ResponseCache
from newsgraph.server.http_cache.middleware import Front
from newsgraph.server.http_cache.options import DELIVERY
from newsgraph.server.metrics import METRICS_TYPE, Metrics
from newsgraph.server.pages import Pages
from newsgraph.server.pages.robots import ROBOTS, ROBOTS_TYPE, robots
from newsgraph.server.pages.sitemap import Sitemap
from newsgraph.server.urls import Addresses
from newsgraph.server.websub.hub import Hub
from newsgraph.server.websub.options import HUB, hub_address
from newsgraph.store.errors import ReadTimedOut, StoreError
from newsgraph.store.limits import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from newsgraph.gql.options import Options
    from newsgraph.server.http_cache.options import Delivery
    from newsgraph.server.websub.options import HubOptions
    from newsgraph.store.store import Store

SCHEMA_TYPE = "text/plain; charset=utf-8"
"""``application/graphql`` was never registered, and browsers would offer it as a download."""

STATIC = Path(__file__).parent / "static"
"""Files that are served as they are."""

ICON_TYPE = "image/vnd.microsoft.icon"

FOR_PROGRAMS = (
    "/favicon.ico",
    "/feeds",
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
"""Paths below which even a refusal is plain text."""

FOR_PAGES_ELSEWHERE = (GRAPH, "/schema.graphql")
"""What pages of other sites may use from a browser, where that is wanted."""

ENTRIES: int = ServerKeys.model_fields["feed_entries"].default

_NOT_KEPT = {"Cache-Control": "no-store"}

_log = logging.getLogger(__name__)


def create_app(
    store: Store,
    site: str,
    feed_entries: int = ENTRIES,
    options: Options = DEFAULTS,
    delivery: Delivery = DELIVERY,
    *,
    feed_related: bool = True,
    pictures: bool = True,
    hub_options: HubOptions = HUB,
    graphiql_files: Path = FETCHED,
) -> ASGIApp:
    """Return the application that serves a store.

    Args:
        store: open; whoever opened it closes it after the application has ended.
        site: what addresses of our own begin with, such as ``https://news.example``.
        feed_entries: how many stories a feed carries at most.
        options: what clients of the graph may do.
        delivery: what is kept, and how long others may keep it.
        feed_related: whether feeds list what a story leads on to below its content.
        pictures: whether pages show pictures of publishers.
        hub_options: which hub feeds are pushed by.
        graphiql_files: where what was fetched for GraphiQL is; without it a page says so.
    """
    addresses = Addresses(site.rstrip("/"))
    hub_url = hub_address(hub_options, addresses.site)
    announcing = Announcing(addresses, hub_url, delivery.ttl_minutes, feed_related)
    answers = Answers(store, str(feed_entries), repr(announcing))
    limits = Limits(seconds=options.operation_seconds)
    shown = Answers(
        store, addresses.site, str(pictures), str(options.introspection), is_dated=False
    )
    pages = Pages(
        store, shown, addresses, limits, pictures=pictures, introspection=options.introspection
    )
    schema = Schema(options)
    metrics = Metrics(delivery.metrics_folder)
    hub = Hub(store, addresses.site, hub_options, metrics)
    renderer = Renderer(metrics)
    feeds = Feeds(
        store,
        answers,
        announcing,
        feed_entries,
        limits,
        renderer,
        SelectedArticles(schema),
    )
    graphiql = GraphiQL(pages.frame, options, graphiql_files)
    graphql = _At(graphql_app(store, options, site, schema, graphiql.page))
    files = _Files(store)
    files.add("/schema.graphql", SCHEMA_TYPE, sdl().encode() if options.introspection else None)
    files.add(ROBOTS, ROBOTS_TYPE, robots(addresses).encode())
    files.add("/favicon.ico", ICON_TYPE, (STATIC / "favicon.ico").read_bytes())
    for path in sorted(STATIC.iterdir()):
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        files.add(f"/static/{path.name}", media_type + charset, path.read_bytes())

    async def health(_request: Request) -> Response:
        await store.state()
        return PlainTextResponse("ok", headers=_NOT_KEPT)

    async def readiness(_request: Request) -> Response:
        if (await store.state()).imported_at is None:
            return PlainTextResponse("Nothing has been imported yet.\n", 503, _NOT_KEPT)
        return PlainTextResponse("ok", headers=_NOT_KEPT)

    async def counts(_request: Request) -> Response:
        metrics.stands_at((await store.state()).revision)
        # Those of several processes are read from files.
        text = await asyncio.to_thread(metrics.text)
        return Response(text, headers={"Content-Type": METRICS_TYPE} | _NOT_KEPT)

    async def refused(request: Request, error: Exception) -> Response:
        refusal = cast("HTTPException", error)
        told = refusal.detail
        if refusal.status_code == HTTPStatus.NOT_FOUND:
            if told == HTTPStatus.NOT_FOUND.phrase:
                told = f"There is nothing at this address. All there is begins at {addresses.site}/"
            if not _is_for_programs(request):
                return await pages.failures.not_found(request.scope["path"], told)
        return PlainTextResponse(f"{told}\n", refusal.status_code, refusal.headers)

    async def unavailable(request: Request, error: Exception) -> Response:
        if isinstance(error, ReadTimedOut):
            title, told, headers = "This took too long", str(error), {}
        else:
            # The message names files of this machine: it is for the log.
            _log.error("the store does not answer: %s", error)
            title, headers = "Not available just now", {"Retry-After": "60"}
            told = "The store cannot be read just now. Try again in a minute."
        return failure(request, title, told, 503, headers)

    async def failed(request: Request, _error: Exception) -> Response:
        told = "Something went wrong here. The server's log tells what."
        return failure(request, "This did not work", told, 500, {})

    def failure(
        request: Request, title: str, told: str, status: int, headers: dict[str, str]
    ) -> Response:
        if _is_for_programs(request):
            answer: Response = PlainTextResponse(f"{told}\n", status)
        else:
            answer = pages.failures.failed(title, told, status)
        answer.headers.update(_NOT_KEPT | headers)
        return answer

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with hub.running(front):
            yield
        feeds.close()

    app = Starlette(
        routes=[
            *pages.routes(),
            *Sitemap(store, answers, addresses).routes(),
            *feeds.routes(),
            *hub.routes(),
            WebSocketRoute(GRAPH, graphql),
            *files.routes,
            *graphiql.routes(),
            Route("/healthz", health),
            Route("/readyz", readiness),
            Route("/metrics", counts),
        ],
        exception_handlers={HTTPException: refused, StoreError: unavailable, Exception: failed},
        lifespan=lifespan,
    )
    # Starlette would build the address to go to from the Host header.
    app.router.redirect_slashes = False
    # Starlette's routing takes as long as many an answer of the graph does.
    inner = _GraphFirst(graphql, app)
    cache = ResponseCache(delivery.response_cache_bytes, metrics)
    settings = (addresses.site, _said(options))
    front = Front(inner, store, settings, cache, delivery.cache_control, metrics)
    return _AcrossSites(front, options.cors_origins) if options.cors_origins else front


class _At:
    """An ASGI application at one address; a `Mount` would answer only with a slash behind."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class _GraphFirst:
    """Asks the graph what comes to its address over HTTP, and the others all else."""

    def __init__(self, graph: ASGIApp, others: ASGIApp) -> None:
        self._graph, self._others = graph, others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_graph = scope["type"] == "http" and scope["path"] == GRAPH
        await (self._graph if is_graph else self._others)(scope, receive, send)


class _AcrossSites:
    """Lets pages of other sites use some addresses; answers that are kept know of no site."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Content-Type",),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_shared = scope.get("path") in FOR_PAGES_ELSEWHERE
        await (self._shared if is_shared else self._app)(scope, receive, send)


class _Files:
    """Bytes that stay the same while the program runs; they are kept encoded like others."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.routes: list[Route] = []

    def add(self, path: str, media_type: str, body: bytes | None) -> None:
        """Add a file; there is none without a body."""
        validators = Validators.of_bytes(body or b"")

        async def answer(request: Request) -> Response:
            if body is None:
                raise HTTPException(404, "This server does not tell its schema.")
            if (state := self._store.state_now()) is not None:
                declare(request.scope, state.revision)
            return respond(request, validators, media_type, body)

        self.routes.append(Route(path, answer))


def _said(options: Options) -> str:
    """Say all options in words; trusted documents are told by their hashes."""
    trusted = sorted(options.trusted_documents)
    return repr((dataclasses.replace(options, trusted_documents={}), trusted))


def _is_for_programs(request: Request) -> bool:
    return str(request.scope["path"]).startswith(FOR_PROGRAMS)
