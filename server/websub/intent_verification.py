"""A request to the hub, from the callback's point of view: is it meant, and is it granted?"""

from __future__ import annotations

import hmac
import logging
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from newsgraph.server.websub.backoff import delay, insisting
from newsgraph.server.websub.errors import AddressRefused, TopicUnavailable, Unreachable
from newsgraph.server.websub.limits import ANSWER_BYTES, SUBSCRIPTIONS, VERIFY_TIMES
from newsgraph.server.websub.topic_fetcher import Moved, Says

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsgraph.server.metrics import Metrics
    from newsgraph.server.websub.guarded_client import Answer, Outgoing
    from newsgraph.server.websub.topic_fetcher import Content, Topics
    from newsgraph.store.store import Store
    from newsgraph.store.websub.values import Request, Room

_FULL: Final = "This hub has as many subscriptions as it takes. Try again later."

_log = logging.getLogger(__name__)


def with_parameters(callback: str, parameters: dict[str, str]) -> str:
    """Return a callback with parameters behind its own, which stay as they are."""
    before = callback.partition("?")[2]
    joint = "?" if "?" not in callback else "&" if before else ""
    return f"{callback}{joint}{urlencode(parameters, quote_via=quote)}"


class Verification:
    """Does what requests ask for, once their callbacks confirm it (WebSub sections 5.2 and 5.3).

    Args:
        store: what is asked, and who is subscribed.
        topics: what feeds there are.
        outgoing: reaches callbacks.
        metrics: counts.
        clock: tells the time, in UTC.
        draw: a random number from 0 to 1.
        granted: called when there is a subscription that something may be owed to.
        room: how many subscriptions there may be.
    """

    def __init__(
        self,
        store: Store,
        topics: Topics,
        outgoing: Outgoing,
        metrics: Metrics,
        clock: Callable[[], datetime],
        draw: Callable[[], float],
        granted: Callable[[], object],
        room: Room = SUBSCRIPTIONS,
    ) -> None:
        self._granted = granted
        self._store, self._topics, self._outgoing = store, topics, outgoing
        self._metrics, self._clock, self._draw, self._room = metrics, clock, draw, room

    async def run(self, request: Request) -> None:
        """Do what a request asks for, as far as it can be done now.

        Raises:
            StoreError: the store could not be used; the request stays.
        """
        try:
            if request.mode == "subscribe":
                await self._subscribe(request)
            elif request.mode == "unsubscribe":
                await self._unsubscribe(request)
            else:
                await self._deny(request)
        except AddressRefused as error:
            _log.warning("a callback is not asked: %s", error)
            await self._forget(request)
        except (Unreachable, TopicUnavailable) as error:
            await self._later(request, error)

    async def _subscribe(self, request: Request) -> None:
        found = await self._topics.ask(request.topic)
        reason = self._why_not(found)
        if reason is None and not await self._store.subscriptions.has_room(request, self._room):
            reason = _FULL
        if reason is None and not isinstance(found, Moved | Says):
            await self._confirm(request, found)
        else:
            denial = await insisting(lambda: self._store.requests.deny(request, reason or _FULL))
            await self._deny(denial)

    def _why_not(self, found: Content | Moved | Says) -> str | None:
        if isinstance(found, Moved):
            return f"This feed's address is {self._topics.url(found.topic)}"
        if found is Says.GONE:
            return "This feed has ended."
        if found is Says.MISSING:
            listed = self._topics.url("/feeds.opml")
            return f"There is no such feed here. They are listed at {listed}"
        return None

    async def _confirm(self, request: Request, content: Content) -> None:
        # A lease is counted from the moment at which the callback is asked.
        expires_at = self._clock() + timedelta(seconds=request.lease_seconds)
        lease = {"hub.lease_seconds": str(request.lease_seconds)}
        if not await self._is_meant(request, lease):
            await self._forget(request)
            return
        granted = await insisting(
            lambda: self._store.subscriptions.accept(request, content.tag, expires_at, self._room)
        )
        if not granted:
            await self._deny(await insisting(lambda: self._store.requests.deny(request, _FULL)))
            return
        self._metrics.subscription("subscribed")
        # An import may have come in between that nobody looks at this topic for any more.
        now = await self._topics.follow(request.topic, content.tag)
        if not isinstance(now, Says):
            await insisting(lambda: self._store.subscriptions.says(request.topic, now.tag))
        self._granted()

    async def _unsubscribe(self, request: Request) -> None:
        if await self._is_meant(request, {}):
            await insisting(lambda: self._store.subscriptions.end(request))
            self._metrics.subscription("unsubscribed")
        else:
            await self._forget(request)

    async def _is_meant(self, request: Request, more: dict[str, str]) -> bool:
        challenge = secrets.token_urlsafe(32)
        answer = await self._asked(request, {"hub.challenge": challenge, **more})
        return answer.is_good and hmac.compare_digest(answer.body, challenge.encode("ascii"))

    async def _deny(self, request: Request) -> None:
        await self._asked(request, {"hub.reason": request.reason or ""})
        await insisting(lambda: self._store.requests.drop(request))
        self._metrics.subscription("denied")

    async def _asked(self, request: Request, more: dict[str, str]) -> Answer:
        said = {"hub.mode": request.mode, "hub.topic": request.topic_url, **more}
        address = with_parameters(request.callback, said)
        return await self._outgoing.send("GET", address, {}, most_bytes=ANSWER_BYTES)

    async def _forget(self, request: Request) -> None:
        """Leave all as it is: nobody confirmed the request (section 5.3.1)."""
        await insisting(lambda: self._store.requests.drop(request))
        self._metrics.subscription("not_confirmed")

    async def _later(self, request: Request, error: Exception) -> None:
        failures = request.failures + 1
        if failures >= VERIFY_TIMES and not isinstance(error, TopicUnavailable):
            _log.info("a request to %s is dropped: %s", request.mode, error)
            await self._forget(request)
            return
        until = self._clock() + delay(failures, self._draw)
        await insisting(lambda: self._store.requests.postpone(request, until))
