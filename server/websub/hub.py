"""The hub as the application has it: its address, and what goes on while the application runs."""

from __future__ import annotations

import asyncio
import random
import secrets
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from newsgraph.gql.http.buffered_receive import Heard
from newsgraph.server.urls import Addresses
from newsgraph.server.websub.errors import Refused
from newsgraph.server.websub.guarded_client import Outgoing, is_address, is_global
from newsgraph.server.websub.limits import BODY_BYTES, REQUESTS, SUBSCRIPTIONS
from newsgraph.server.websub.options import OWN, PATH, hub_address
from newsgraph.server.websub.publisher import Pinging
from newsgraph.server.websub.requests import parse
from newsgraph.server.websub.topic_fetcher import Topics
from newsgraph.server.websub.worker import Pushing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from newsgraph.server.metrics import Metrics
    from newsgraph.server.websub.guarded_client import Resolve
    from newsgraph.server.websub.options import HubOptions
    from newsgraph.store.store import Store
    from newsgraph.store.websub.values import Room

_ACCEPTED = "Your callback is going to be asked whether it wants this.\n"
_BUSY = "Too many requests wait for their callbacks to be asked. Try again in a minute.\n"


def _now() -> datetime:
    return datetime.now(UTC)


class Hub:
    """A hub for the site's own feeds, or what tells a hub elsewhere; or nothing at all.

    Args:
        store: what is served, and who is subscribed.
        site: what addresses of our own begin with; no slash at the end.
        options: which hub.
        metrics: counts.
        clock: tells the time, in UTC.
        draw: a random number from 0 to 1.
        resolve: looks up the names of callbacks; None asks the system.
        room: how many subscriptions there may be.
    """

    def __init__(
        self,
        store: Store,
        site: str,
        options: HubOptions,
        metrics: Metrics,
        *,
        clock: Callable[[], datetime] = _now,
        draw: Callable[[], float] = random.random,
        resolve: Resolve | None = None,
        room: Room = SUBSCRIPTIONS,
    ) -> None:
        self._store, self._site, self._options, self._metrics = store, site, options, metrics
        self._clock, self._draw, self._resolve, self._room = clock, draw, resolve, room
        self._work: Pushing | Pinging | None = None

    def routes(self) -> list[Route]:
        """Return the routes; only our own hub has one."""
        if self._options.hub != OWN:
            return []
        return [Route(PATH, self._asked, methods=["POST"])]

    @asynccontextmanager
    async def running(self, app: ASGIApp) -> AsyncIterator[None]:
        """Do the hub's work for the length of the block.

        Args:
            app: the application that serves the world: it is asked what feeds say.
        """
        async with self.work(app) as work:
            if work is None:
                yield
                return
            tasks = [asyncio.create_task(loop.run(step)) for loop, step in work.loops()]
            self._work = work
            try:
                yield
            finally:
                self._work = None
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)

    @asynccontextmanager
    async def work(self, app: ASGIApp) -> AsyncIterator[Pushing | Pinging | None]:
        """Give the work that there is to do, without doing it."""
        hub = hub_address(self._options, self._site)
        async with AsyncExitStack() as stack:
            if hub is None:
                yield None
                return
            work: Pushing | Pinging
            if self._options.hub == OWN:
                topics = await stack.enter_async_context(Topics(app, self._site))
                outgoing = Outgoing(private=self._options.private_addresses, resolve=self._resolve)
                await stack.enter_async_context(outgoing)
                work = Pushing(
                    self._store,
                    topics,
                    outgoing,
                    hub,
                    self._metrics,
                    self._clock,
                    self._draw,
                    self._room,
                )
            else:
                client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
                addresses = Addresses(self._site)
                work = Pinging(
                    self._store,
                    hub,
                    client,
                    addresses,
                    self._metrics,
                    self._clock,
                    self._draw,
                )
            stack.push_async_callback(work.close)
            yield work

    async def _asked(self, request: Request) -> Response:
        """Take a request to subscribe or unsubscribe (WebSub section 5.1)."""
        heard = Heard(request.receive)
        body = await heard.body(BODY_BYTES)
        if body is None:
            told = f"A request to the hub has at most {BODY_BYTES:,} bytes.\n"
            return PlainTextResponse(told, 400 if heard.has_gone else 413)
        try:
            asked = parse(
                request.headers.get("content-type", ""), body, self._site, secrets.token_hex(8)
            )
            is_allowed = self._options.private_addresses or not is_address(asked.host)
            if not (is_allowed or is_global(asked.host)):
                told = f"hub.callback is at {asked.host}, which is not a public address."
                raise Refused(400, told)
        except Refused as error:
            return PlainTextResponse(f"{error}\n", error.status)
        if not await self._store.requests.put(asked, self._clock(), REQUESTS):
            return PlainTextResponse(_BUSY, 503, {"Retry-After": "60"})
        if self._work is not None:
            self._work.asked()
        return PlainTextResponse(_ACCEPTED, 202)
