"""The WebSub hub as part of the application: its route, and its background work."""

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

from newsgraph.gql.http.buffered_receive import BufferedReceive
from newsgraph.server.urls import SiteUrls
from newsgraph.server.websub.errors import HubRequestError
from newsgraph.server.websub.external_hub import ExternalHubNotifier
from newsgraph.server.websub.guarded_client import (
    GuardedClient,
    is_ip_address,
    is_public_address,
)
from newsgraph.server.websub.limits import (
    MAX_BODY_BYTES,
    REQUEST_CAPACITY,
    SUBSCRIPTION_CAPACITY,
)
from newsgraph.server.websub.options import HUB_PATH, INTERNAL_HUB, announced_hub_url
from newsgraph.server.websub.request_parsing import parse_request
from newsgraph.server.websub.topic_fetcher import TopicFetcher
from newsgraph.server.websub.worker import HubWorker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from newsgraph.server.metrics import Metrics
    from newsgraph.server.websub.guarded_client import Resolver
    from newsgraph.server.websub.options import HubOptions
    from newsgraph.store.store import Store
    from newsgraph.store.websub.models import Capacity

_ACCEPTED = "The request is accepted. The hub will ask your callback to confirm it.\n"
_BUSY = "Too many requests are waiting for verification. Try again in a minute.\n"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Hub:
    """The internal hub of the site, or the publisher that notifies an external hub, or neither.

    Args:
        store: contains the feeds' articles, the requests and the subscriptions.
        site_url: base URL of the site, without a trailing slash.
        options: options of the hub.
        metrics: counts outcomes.
        clock: returns the current time, in UTC.
        random_fraction: returns a random number from 0 to 1, for the jitter of retries.
        resolver: resolves hosts of callbacks; the system's resolver by default.
        subscription_capacity: limits on the number of subscriptions.
    """

    def __init__(
        self,
        store: Store,
        site_url: str,
        options: HubOptions,
        metrics: Metrics,
        *,
        clock: Callable[[], datetime] = _utc_now,
        random_fraction: Callable[[], float] = random.random,
        resolver: Resolver | None = None,
        subscription_capacity: Capacity = SUBSCRIPTION_CAPACITY,
    ) -> None:
        self._store, self._site_url, self._options = store, site_url, options
        self._metrics, self._clock, self._random_fraction = metrics, clock, random_fraction
        self._resolver, self._subscription_capacity = resolver, subscription_capacity
        self._worker: HubWorker | ExternalHubNotifier | None = None

    def routes(self) -> list[Route]:
        """Return the hub's route; only the internal hub has one."""
        if self._options.hub != INTERNAL_HUB:
            return []
        return [Route(HUB_PATH, self._accept_request, methods=["POST"])]

    @asynccontextmanager
    async def run(self, app: ASGIApp) -> AsyncIterator[None]:
        """Do the background work until the end of the ``async with`` block.

        Args:
            app: the site's application, from which the hub reads feeds.
        """
        async with self.create_worker(app) as worker:
            if worker is None:
                yield
                return
            tasks = [asyncio.create_task(task.run(step)) for task, step in worker.periodic_tasks()]
            self._worker = worker
            try:
                yield
            finally:
                self._worker = None
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)

    @asynccontextmanager
    async def create_worker(
        self, app: ASGIApp
    ) -> AsyncIterator[HubWorker | ExternalHubNotifier | None]:
        """Create the object that does the background work, not started; None if there is no hub.

        Args:
            app: the site's application, from which the hub reads feeds.
        """
        hub_url = announced_hub_url(self._options, self._site_url)
        async with AsyncExitStack() as stack:
            if hub_url is None:
                yield None
                return
            worker: HubWorker | ExternalHubNotifier
            if self._options.hub == INTERNAL_HUB:
                topic_fetcher = TopicFetcher(app, self._site_url)
                await stack.enter_async_context(topic_fetcher)
                guarded_client = GuardedClient(
                    allow_private=self._options.private_addresses, resolver=self._resolver
                )
                await stack.enter_async_context(guarded_client)
                worker = HubWorker(
                    self._store,
                    topic_fetcher,
                    guarded_client,
                    hub_url,
                    self._metrics,
                    self._clock,
                    self._random_fraction,
                    self._subscription_capacity,
                )
            else:
                client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
                worker = ExternalHubNotifier(
                    self._store,
                    hub_url,
                    client,
                    SiteUrls(self._site_url),
                    self._metrics,
                    self._clock,
                    self._random_fraction,
                )
            stack.push_async_callback(worker.close)
            yield worker

    async def _accept_request(self, request: Request) -> Response:
        """Handle a request to subscribe or unsubscribe (WebSub section 5.1)."""
        receive = BufferedReceive(request.receive)
        body = await receive.read_body(MAX_BODY_BYTES)
        if body is None:
            message = f"The body of a request to the hub has at most {MAX_BODY_BYTES:,} bytes.\n"
            return PlainTextResponse(message, 400 if receive.is_disconnected else 413)
        try:
            subscription_request = parse_request(
                request.headers.get("content-type", ""),
                body,
                self._site_url,
                secrets.token_hex(8),
            )
            host = subscription_request.host
            is_allowed = self._options.private_addresses or not is_ip_address(host)
            if not (is_allowed or is_public_address(host)):
                message = f"The host of hub.callback, {host}, is not a public address."
                raise HubRequestError(400, message)
        except HubRequestError as error:
            return PlainTextResponse(f"{error}\n", error.status)
        is_saved = await self._store.pending_requests.save(
            subscription_request, self._clock(), REQUEST_CAPACITY
        )
        if not is_saved:
            return PlainTextResponse(_BUSY, 503, {"Retry-After": "60"})
        if self._worker is not None:
            self._worker.wake()
        return PlainTextResponse(_ACCEPTED, 202)
