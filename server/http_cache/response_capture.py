"""A request that is handed on to the application, and what becomes of its answer."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from newsgraph.gql.http.protocol import ANSWERED
from newsgraph.server.http_cache.cached_response import Answer
from newsgraph.server.http_cache.compression import IDENTITY
from newsgraph.server.http_cache.etags import named, untagged
from newsgraph.server.metrics import HIT, MISS, PASSED, kind_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from newsgraph.server.http_cache.cache_key import Asked
    from newsgraph.server.http_cache.lru import Key
    from newsgraph.server.http_cache.middleware import Front
    from newsgraph.server.metrics import Metrics
    from newsgraph.store.store import State

_KEPT = (200, 226)
_CONDITIONS = (b"if-none-match", b"if-modified-since")


class HandedOn:
    """One request on its way through the application."""

    _send: Send

    def __init__(
        self,
        front: Front,
        asked: Asked,
        state: State | None,
        key: Key | None,
        stale: Answer | None,
        began: float,
    ) -> None:
        """Take a request on.

        Args:
            front: gives the answer.
            asked: the request.
            state: where the store stood when it came; None where that is not known.
            key: what to keep the answer by, or None.
            stale: an answer of another revision.
            began: when the request came, as `perf_counter` tells it.
        """
        self._front, self._asked, self._state = front, asked, state
        self._key, self._began = key, began
        # The graph's tags are made here: it would not know of them. And of two tags nobody
        # could tell which is the client's, where that decides what it lacks.
        is_good = not asked.is_graph and not asked.names_a_base
        self._stale = stale if is_good and stale is not None and stale.etag is not None else None
        self._extensions: dict[str, Any] = {}
        self._start: Message | None = None

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer."""
        self._send = send
        # Scopes are copied on their way, but this stays the same object in all copies.
        self._extensions = {**(scope.get("extensions") or {}), ANSWERED: None}
        inner = {**scope, "extensions": self._extensions}
        if self._asked.method != "POST":
            inner["headers"] = self._headers(scope)
        if self._asked.method == "HEAD" and not self._asked.is_graph:
            # What GET would say, its length in a coding too, is known only from its body.
            inner["method"] = "GET"
        await app(inner, receive, self._answering)

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the request's headers with no condition but the tags that are handlers' own."""
        asked = self._asked
        dropped = _CONDITIONS if asked.names_a_base else (*_CONDITIONS, b"a-im")
        headers = [line for line in scope["headers"] if line[0] not in dropped]
        listed = asked.told.get(b"if-none-match", b"").decode("latin-1")
        wanted = untagged(listed, asked.codings) if listed else []
        if self._stale is not None and self._stale.etag is not None:
            wanted.append(self._stale.etag)
        if wanted:
            headers.append((b"if-none-match", ", ".join(wanted).encode("latin-1")))
        return headers

    async def _answering(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_whole(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None and message["type"] == "http.response.body":
            body = message.get("body", b"")
            if not message.get("more_body", False):
                await self._whole(start, body)
                return
        if start is not None:
            await self._send(start)
            self._count(start["status"], PASSED)
        elif message["type"] == "http.response.start":
            self._count(message["status"], PASSED)
        await self._send(message)

    async def _whole(self, start: Message, body: bytes) -> None:
        asked, front = self._asked, self._front
        answer = Answer(kind_of(asked.path), start["status"], start.get("headers", ()), body)
        revision: int | None = self._extensions[ANSWERED]
        if answer.status == 304:
            await self._not_modified(answer, revision)
            return
        key = None
        if revision is not None and self._state is not None and answer.status in _KEPT:
            key = self._declared(answer, revision, self._state)
        elif asked.is_graph and asked.method == "GET":
            # A proxy may keep what says nothing of it.
            answer.add("cache-control", "no-store")
        status = await front.give(answer, asked, key, self._send)
        self._count(status, PASSED if key is None else MISS)

    def _declared(self, answer: Answer, revision: int, state: State) -> Key | None:
        """Take an answer as one of the revision that it was read at, and keep it as such.

        Returns:
            What it is kept by; None where it depends on more than that.
        """
        asked, front = self._asked, self._front
        answer.revision = revision
        if asked.method == "POST":
            answer.etag = None
        else:
            answer.add("cache-control", front.cache_control)
            if answer.media_type == asked.graph_type:
                answer.etag = front.graph_tag(asked, state.store_id, revision)
        if self._key is None or not asked.varies.issuperset(answer.vary):
            return None
        front.cache.keep(self._key, answer)
        return self._key

    async def _not_modified(self, answer: Answer, revision: int | None) -> None:
        """Hand on a handler's 304, or give what is kept, if it was that which is still good."""
        front, stale, asked = self._front, self._stale, self._asked
        if stale is not None and stale.etag == answer.etag and self._key is not None:
            if revision is not None and stale.revision is not None:
                stale.revision = max(revision, stale.revision)
                front.cache.keep(self._key, stale)
            self._count(await front.give(stale, asked, self._key, self._send), HIT)
            return
        answer.add("cache-control", front.cache_control)
        listed = asked.told.get(b"if-none-match", b"").decode("latin-1")
        coding = named(listed, answer.etag or "", asked.codings) or IDENTITY
        answer.vary.append("accept-encoding")
        lines = answer.not_modified(coding)
        await self._send({"type": "http.response.start", "status": 304, "headers": lines})
        await self._send({"type": "http.response.body"})
        self._count(304, PASSED if revision is None else MISS)

    def _count(self, status: int, cache: str) -> None:
        asked, metrics = self._asked, self._front.metrics
        metrics.answered(kind_of(asked.path), status, cache, perf_counter() - self._began)


def counted(metrics: Metrics, path: str, send: Send, began: float) -> Send:
    """Return a `send` that counts an answer and hands it on as it is.

    Args:
        metrics: counts.
        path: the request's.
        send: to the client.
        began: when the request came, as `perf_counter` tells it.
    """

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            metrics.answered(kind_of(path), message["status"], PASSED, perf_counter() - began)
        await send(message)

    return sending


def _is_whole(start: Message) -> bool:
    """Tell whether the body comes in one: a stream has no length, and a 304 none to tell."""
    return start["status"] == 304 or any(
        name.lower() == b"content-length" for name, _ in start.get("headers", ())
    )
