"""The application: which address answers what, and how failures are told."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from gql import graphql_app, sdl
from gql.options import DEFAULTS
from server.addresses import Addresses
from server.conditional import Answers, Validators, respond
from server.feeds import Feeds
from server.pages import Pages
from server.settings import ServerKeys
from store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from gql.options import Options
    from store.store import Store

SCHEMA_TYPE = "text/plain; charset=utf-8"
"""``application/graphql`` was never registered, and browsers would offer it as a download."""

FOR_PROGRAMS = ("/feeds", "/graphql", "/schema", "/static", "/healthz")
"""Paths below which even a refusal is plain text."""

ENTRIES: int = ServerKeys.model_fields["feed_entries"].default

_log = logging.getLogger(__name__)


def create_app(
    store: Store, site: str, feed_entries: int = ENTRIES, options: Options = DEFAULTS
) -> Starlette:
    """Return the application that serves a store.

    Args:
        store: open; whoever opened it closes it after the application has ended.
        site: what addresses of our own begin with, such as ``https://news.example``.
        feed_entries: how many stories a feed carries at most.
        options: what clients of the graph may do.
    """
    addresses = Addresses(site.rstrip("/"))
    answers = Answers(store, addresses.site, str(feed_entries))
    pages = Pages(answers, addresses)
    feeds = Feeds(answers, addresses, feed_entries)
    graphql = _across_sites(graphql_app(store, options, site), options)
    schema = sdl().encode()
    schema_validators = Validators.of_bytes(schema)

    async def schema_text(request: Request) -> Response:
        if not options.introspection:
            raise HTTPException(404, "This server does not tell its schema.")
        return respond(request, schema_validators, SCHEMA_TYPE, schema)

    schema_route = Route("/schema.graphql", schema_text)

    async def health(_request: Request) -> Response:
        await store.state()
        return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})

    async def refused(request: Request, error: Exception) -> Response:
        refusal = cast("HTTPException", error)
        told = refusal.detail
        if refusal.status_code == HTTPStatus.NOT_FOUND:
            if told == HTTPStatus.NOT_FOUND.phrase:
                told = f"There is nothing at this address. All there is begins at {addresses.site}/"
            if not request.scope["path"].startswith(FOR_PROGRAMS):
                return pages.not_found(told)
        return PlainTextResponse(f"{told}\n", refusal.status_code, refusal.headers)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        feeds.close()

    app = Starlette(
        routes=[
            *pages.routes(),
            *feeds.routes(),
            Route("/graphql", graphql),
            WebSocketRoute("/graphql", graphql),
            Route(schema_route.path, _across_sites(schema_route.handle, options)),
            Route("/healthz", health),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ],
        exception_handlers={HTTPException: refused, StoreError: _unavailable, Exception: _failed},
        lifespan=lifespan,
    )
    # Starlette would build the address to go to from the Host header.
    app.router.redirect_slashes = False
    return app


class _At:
    """An ASGI application at one address; a `Mount` would answer only with a slash behind."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _across_sites(app: ASGIApp, options: Options) -> ASGIApp:
    """Let pages of other sites use an application from a browser, where that is wanted."""
    if options.cors_origins:
        app = CORSMiddleware(
            app,
            allow_origins=options.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Content-Type",),
        )
    return _At(app)


async def _unavailable(_request: Request, error: Exception) -> Response:
    # The message names files of this machine: it is for the log.
    _log.error("the store does not answer: %s", error)
    message = "The store cannot be read just now. Try again in a minute.\n"
    return PlainTextResponse(message, 503, {"Retry-After": "60", "Cache-Control": "no-store"})


async def _failed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("Something went wrong here. The server's log tells what.\n", 500)
